"""A stranger's SQL over a release. It is run in a process of its own, which can read this one file and nothing else.

The process gets a copy of the release that has no name, opens it read-only, without external access and with its
configuration locked, and can open nothing else. It is killed when its time is up.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any, NamedTuple

import polars as pl

from pipelines.errors import Refused

CHILD = Path(__file__).with_name("sql_child.py")
LONGEST = 20_000
"""So many letters a query may have."""
_AT_ONCE = BoundedSemaphore(2)
"""So many queries are run at the same time, whoever asks."""


class Limits(NamedTuple):
    """What a query may take."""

    seconds: int = 10
    memory: int = 256
    """Megabytes, for DuckDB."""
    rows: int = 1_000
    columns: int = 500
    bytes: int = 5_000_000


LIMITS = Limits()


@dataclass(frozen=True)
class Answer:
    """The first rows of a result, and whether there are more."""

    rows: pl.DataFrame
    more: bool


def ask(release: Path, sql: str, limits: Limits = LIMITS) -> Answer:
    """Run one statement that reads. Raises Refused, with what is wrong, where it gives no result."""
    if not sql.strip():
        raise Refused("There is no query. Write one, such as: FROM release")
    if len(sql) > LONGEST:
        raise Refused(f"The query is longer than {LONGEST:,} letters. Shorten it.")
    if not _AT_ONCE.acquire(timeout=limits.seconds):
        raise Refused("Others are running queries at this moment. Try again in a minute.")
    try:
        return _asked(release, sql, limits)
    finally:
        _AT_ONCE.release()


def _asked(release: Path, sql: str, limits: Limits) -> Answer:
    with _copied(release) as copy:
        question = {"descriptor": copy.fileno(), "sql": sql, **limits._asdict()}
        header, _, rows = _child(question, limits).partition(b"\n")
    told = json.loads(header)
    if "error" in told:
        raise Refused(told["error"])
    return Answer(pl.read_ipc(rows), told["more"])


def _copied(release: Path) -> IO[bytes]:
    """A copy without a name: the child can tell nobody where the release lies, and harm nothing."""
    copy = TemporaryFile()  # noqa: SIM115  the caller closes it
    try:
        with release.open("rb") as opened:
            copyfileobj(opened, copy)
        copy.flush()
    except OSError:
        copy.close()
        raise Refused("The release cannot be read at this moment. Reload the page, and try again.") from None
    return copy


def _child(question: dict[str, Any], limits: Limits) -> bytes:
    """What the child process answers. Whatever happens, it has ended afterwards."""
    try:
        return subprocess.run(  # noqa: S603  our own interpreter and our own file
            [sys.executable, "-I", CHILD],
            input=f"{json.dumps(question)}\n".encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={},
            pass_fds=[question["descriptor"]],
            timeout=limits.seconds,
            check=True,
        ).stdout
    except subprocess.TimeoutExpired:
        raise Refused(
            f"The query took longer than {limits.seconds} seconds and was stopped. Ask for less, or download the "
            f"release and run it on your own machine."
        ) from None
    except subprocess.CalledProcessError:
        raise Refused(
            "The query was stopped: it asks for something that cannot be run here, or for too much memory. Ask for "
            "less, or download the release and run it on your own machine."
        ) from None
