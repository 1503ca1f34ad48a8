"""One place that queues: whoever opens a store waits here, in the server and across processes, for a bounded time.

DuckDB opens a file for one process, and inside a process either for reading or for writing. So everybody has the store
alone: threads in the order in which they came, and processes by a lock on its folder. The system gives that lock back
whatever becomes of its process. Where many machines share a store, PostgreSQL keeps the lock: see postgres_turn.py.
"""

import errno
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from threading import Condition, Lock, get_ident

from pipelines.errors import StoreBusy
from pipelines.private_files import only_for_the_owner
from pipelines.store.postgres_turn import turn_among_machines
from pipelines.store_place import Lake, StorePlace, folder_of

WAIT = 60.0
"""Seconds that anybody waits for the others. Publishing the audits of thirty programmes takes less."""
PAUSE = 0.02
"""Seconds between two looks at a lock that another process holds."""
LOCK = ".store.lock"
"""The file that stands for the folder on Windows, where folders cannot be locked. It is never removed: two processes
could hold locks on two files of the same name."""


class _Threads:
    """The threads of this process that want one store. A thread that has it may ask again: it would wait for itself."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: deque[object] = deque()
        self._holder: int | None = None
        self._times = 0

    def enter(self, seconds: float) -> bool | None:
        """Whether it is the first time that this thread has the store; None where the time was up before."""
        with self._changed:
            if self._holder != get_ident() and not self._wait(seconds):
                return None
            self._holder = get_ident()
            self._times += 1
            return self._times == 1

    def _wait(self, seconds: float) -> bool:
        ticket = object()
        self._waiting.append(ticket)
        try:
            return self._changed.wait_for(lambda: self._holder is None and self._waiting[0] is ticket, seconds)
        finally:
            self._waiting.remove(ticket)
            self._changed.notify_all()

    def leave(self) -> None:
        with self._changed:
            self._times -= 1
            if not self._times:
                self._holder = None
                self._changed.notify_all()


_QUEUES: dict[StorePlace, _Threads] = {}
_QUEUES_LOCK = Lock()


RequireTurn = Callable[[], None]
"""Raises StoreUnavailable where somebody else has the store by now. That can happen only to a store in PostgreSQL."""


def _require_nothing() -> None:
    """The lock of a file is kept as long as its process lives."""


@contextmanager
def queued(store: StorePlace, *, create: bool) -> Iterator[RequireTurn]:
    """The same as `turn`; where there is not even a folder, it is made if `create`, else there is none to wait for."""
    folder = folder_of(store)
    if create and folder is not None:
        with only_for_the_owner():
            folder.mkdir(parents=True, exist_ok=True)
    with nullcontext(_require_nothing) if folder and not folder.is_dir() else turn(store) as require_turn:
        yield require_turn


@contextmanager
def turn(store: StorePlace, seconds: float | None = None) -> Iterator[RequireTurn]:
    """Have a store alone, from when everybody before is done. Raises StoreBusy when the time is up."""
    end = time.monotonic() + (WAIT if seconds is None else seconds)
    threads = _threads_of(store)
    first = threads.enter(end - time.monotonic())
    if first is None:
        raise StoreBusy(store)
    try:
        with _alone(store, end) if first else nullcontext(_require_nothing) as require_turn:
            yield require_turn
    finally:
        threads.leave()


def _threads_of(store: StorePlace) -> _Threads:
    folder = folder_of(store)
    with _QUEUES_LOCK:
        return _QUEUES.setdefault(folder.resolve() if folder else store, _Threads())


def _alone(store: StorePlace, end: float) -> AbstractContextManager[RequireTurn]:
    if isinstance(store, Lake) and store.file is None:
        return turn_among_machines(store, end)
    return _alone_among_processes(store, end)


@contextmanager
def _alone_among_processes(store: StorePlace, end: float) -> Iterator[RequireTurn]:
    """Where nothing can be locked, DuckDB's own lock must do."""
    folder = folder_of(store)
    descriptor = _opened(folder) if folder else None
    if descriptor is None:
        yield _require_nothing
        return
    try:
        _wait_for_lock(descriptor, lambda: time.monotonic() < end, store)
        yield _require_nothing
    finally:
        os.close(descriptor)  # gives the lock back


def _wait_for_lock(descriptor: int, there_is_time: Callable[[], bool], store: StorePlace) -> None:
    while not _locked(descriptor):
        if not there_is_time():
            raise StoreBusy(store)
        time.sleep(PAUSE)


if sys.platform == "win32":
    import msvcrt

    def _opened(folder: Path) -> int | None:
        with suppress(OSError):
            return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT)
        return None

    def _locked(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            return error.errno not in {errno.EACCES, errno.EDEADLK}
        return True

else:
    import fcntl

    def _opened(folder: Path) -> int | None:
        with suppress(OSError):
            return os.open(folder, os.O_RDONLY)
        return None

    def _locked(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:  # a file system without such locks leaves it to DuckDB's own
            return error.errno not in {errno.EAGAIN, errno.EACCES}
        return True
