"""What happened in a home, one line of JSON each. Names and numbers of files, never anything from within them.

By whom, and when, stands here too, for every room that keeps a record.
"""

import getpass
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.private_files import only_for_the_owner, tighten

BROUGHT_UP_TO_DATE = "store_brought_up_to_date"
"""An event: a store of an earlier version was made one of this version."""


def note(path: Path, event: str, **facts: Any) -> None:
    """Add a line to the log of a home, if there is such a home. A full disk does not stop the work itself."""
    if not path.parent.is_dir():
        return
    import structlog  # noqa: PLC0415  it takes long to import, and most commands log nothing

    with suppress(OSError), only_for_the_owner(), path.open("a", encoding="utf-8") as file:
        tighten(path)
        structlog.wrap_logger(
            structlog.WriteLogger(file),
            processors=[structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.JSONRenderer()],
        ).info(event, **facts)


def noted(path: Path, events: frozenset[str]) -> Iterator[dict[str, Any]]:
    """The lines of the log about some events, oldest first. A line that is not whole is left out."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        with suppress(ValueError):
            facts = json.loads(line)
            if isinstance(facts, dict) and facts.get("event") in events:
                yield facts


def account_name() -> str:
    """Who runs this process, for the record."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return "unknown"


def present_time() -> datetime:
    """To the second, in UTC without a zone, as the store keeps it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
