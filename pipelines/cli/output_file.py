"""Files a command is asked to write: what makes them by the end of their name, and never half of one."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from pipelines.errors import Refused


def maker_of(path: Path, formats: dict[str, Callable[[Any], bytes]]) -> Callable[[Any], bytes]:
    """What makes a file of such a name."""
    if path.suffix.lower() not in formats:
        raise typer.BadParameter(f"“{path}” does not end in {' or '.join(formats)}")
    return formats[path.suffix.lower()]


def put_in_place(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it, so that there is never half of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror}).") from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
