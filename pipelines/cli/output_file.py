"""Files a command is asked to write: what makes them by the end of their name, and never half of one."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from pipelines.errors import Refused, reason_of


def maker_of(path: Path, formats: dict[str, Callable[[Any], bytes]]) -> Callable[[Any], bytes]:
    """What makes a file of such a name."""
    if path.suffix.lower() not in formats:
        raise typer.BadParameter(f"“{path}” does not end in {' or '.join(formats)}")
    return formats[path.suffix.lower()]


def put_in_place(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it, so that there is never half of it."""
    put_all_in_place([(path, content)])


def put_all_in_place(files: Iterable[tuple[Path, bytes]]) -> None:
    """The same for several files. None is renamed before all are written. Raises Refused where one cannot be."""
    written: list[tuple[Path, Path]] = []
    try:
        for path, content in files:
            written.append((path, path.with_name(f".{path.name}.{os.getpid()}")))
            _write_beside(*written[-1], content)
        for path, beside in written:
            beside.replace(path)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {reason_of(error)}.") from None
    finally:
        for _, beside in written:
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def _write_beside(path: Path, beside: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside.write_bytes(content)
