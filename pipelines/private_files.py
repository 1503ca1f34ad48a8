"""What is kept is for its owner alone: files are made 0600 and folders 0700, whatever the umask says."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""The rights of a group and of everybody else."""


class _Umask:
    """The umask belongs to the whole process: the first who asks sets it, and the last to leave puts it back."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._users = 0
        self._earlier = 0

    def enter(self) -> None:
        with self._lock:
            if not self._users:
                self._earlier = os.umask(FOR_OTHERS)
            self._users += 1

    def leave(self) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                os.umask(self._earlier)


_UMASK = _Umask()


@contextmanager
def only_for_the_owner() -> Iterator[None]:
    """Whatever is created meanwhile, by us or by DuckDB, has no rights for others. Also a decorator."""
    _UMASK.enter()
    try:
        yield
    finally:
        _UMASK.leave()


def tighten(path: Path) -> None:
    """Take away what rights others have to a file or folder. One that belongs to somebody else is left as it is.

    A folder that many people share, such as /tmp, is left as it is too: it has the sticky bit.
    """
    with suppress(OSError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & FOR_OTHERS and not mode & stat.S_ISVTX:
            path.chmod(mode & ~FOR_OTHERS)


def tighten_tree(folder: Path) -> None:
    """The same for a folder of ours and everything in it."""
    for path in (folder, *folder.rglob("*")) if folder.is_dir() else ():
        tighten(path)
