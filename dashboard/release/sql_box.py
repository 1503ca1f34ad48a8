"""A stranger's SQL over a release. It is run in a process of its own, which can read this one file and nothing else.

The process opens the release read-only, without external access and with its configuration locked. It is killed when
its time is up. It is given the release in a temporary folder, because DuckDB tells anybody where a file lies.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import NamedTuple

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
    bytes: int = 20_000_000


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
        with _elsewhere(release) as file:
            return _asked(file, sql, limits)
    finally:
        _AT_ONCE.release()


@contextmanager
def _elsewhere(release: Path) -> Iterator[Path]:
    """The same file in a folder whose name tells nothing."""
    with TemporaryDirectory() as folder:
        file = Path(folder, release.name)
        try:
            os.link(release, file)
        except OSError:  # it is on another disk
            shutil.copyfile(release, file)
        yield file


def _asked(file: Path, sql: str, limits: Limits) -> Answer:
    question = json.dumps({"file": file.name, "sql": sql, **limits._asdict()})
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and our own file
            [sys.executable, "-I", CHILD],
            input=f"{question}\n".encode(),
            cwd=file.parent,
            env={},
            capture_output=True,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused(
            f"The query took longer than {limits.seconds} seconds and was stopped. Ask for less, or download the "
            f"release and run it on your own machine."
        ) from None
    if done.returncode:
        raise Refused(
            "The query was stopped: it needs more memory or time than it may have. Ask for less, or download the "
            "release and run it on your own machine."
        )
    header, _, rows = done.stdout.partition(b"\n")
    told = json.loads(header)
    if "error" in told:
        raise Refused(told["error"])
    return Answer(pl.read_ipc(rows), told["more"])
