"""A warm process that runs `openness check` on request, and is killed when it takes too long or too much memory."""

import contextlib
import functools
import io
import multiprocessing
import resource
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from pipelines import cli
from pipelines.instrument import catalogue
from pipelines.shipped_files import DEMONSTRATION

SECONDS = 10
BYTES = 1_000_000_000


class Answer(NamedTuple):
    code: int
    out: str
    err: str


class Worker:
    """Answers are those of the command line: exit code, what was said, and what was said as an error."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._start()

    def check(self, file: Path, dataset: str, *options: str) -> Answer:
        """Raises TimeoutError or MemoryError, with a new process for whoever comes next."""
        self._connection.send(["--home", str(self.home), "check", str(file), "--dataset", dataset, "--json", *options])
        try:
            if self._connection.poll(SECONDS):
                return Answer(*self._connection.recv())
        except EOFError:
            self._restart()
            raise MemoryError(f"{file.name} as {dataset}") from None
        self._restart()
        raise TimeoutError(f"{file.name} as {dataset}")

    def stop(self) -> None:
        self._process.kill()
        self._process.join()

    def _start(self) -> None:
        fresh = multiprocessing.get_context("spawn")  # nothing of the tests' own memory counts
        self._connection, theirs = fresh.Pipe()
        self._process = fresh.Process(target=_serve, args=(theirs,), daemon=True)
        with _as_no_script():
            self._process.start()
        theirs.close()
        if not self._connection.poll(60) or self._connection.recv() != "ready":
            raise RuntimeError("the worker did not start")

    def _restart(self) -> None:
        self.stop()
        self._start()


@contextlib.contextmanager
def _as_no_script() -> Iterator[None]:
    """A new process runs what stands as `__main__` here first, and a test of a page leaves that page there."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _serve(connection: Connection) -> None:
    catalogue.load_catalogue = functools.cache(catalogue.load_catalogue)
    _run(["check", str(DEMONSTRATION / "cohorts.csv"), "--dataset", "cohorts", "--home", str(DEMONSTRATION)])
    already = _data_segment()
    resource.setrlimit(resource.RLIMIT_DATA, (already + BYTES, already + BYTES))
    connection.send("ready")
    while True:
        connection.send(_run(connection.recv()))


def _run(arguments: list[str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main(arguments)
        except SystemExit as left:
            return int(left.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def _data_segment() -> int:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmData")))
