"""What can go wrong, as sentences a person can act on.

OpennessError
├── Unreadable            exit 2  a file or setting that cannot be read
│   ├── CatalogueError            … the catalogue
│   ├── MappingError              … the mapping
│   ├── SheetNotChosen            … a workbook of several sheets; carries their names
│   └── HeadingsNotFirst          … a title above the headings; carries the line they seem to stand on
├── Rejected              exit 1  the file examined has errors; carries the findings
├── Refused               exit 3  understood, but not done, and why
│   └── AlreadyHeld               … because something of the same kind is there already
└── StoreUnavailable      exit 4  the store is busy or cannot be written
    ├── NoStore                   … there is none
    ├── StoreFull                 … there is no room left on its disk
    ├── StoreBusy                 … others have it, and the time to wait for them is up
    └── StoreDamaged              … its file is not whole
"""

import errno
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from pipelines.store_place import StorePlace

NO_ROOM = "there is no room left on the disk. Make room, then try again"
"""A disk that is full, in the same words wherever something is written."""
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""What the system says of a disk that is full, of a quota that is used up, and of a file that may not grow."""


def reason_of(error: OSError) -> str:
    """Why something cannot be read or written, to stand before a full stop."""
    return NO_ROOM if error.errno in FULL else error.strerror or "unknown reason"


class OpennessError(Exception):
    """An error whose text is a sentence for the person at the keyboard. It never holds an answer from a file."""

    exit_code: ClassVar[int] = 1

    @property
    def for_visitors(self) -> str:
        """The same for who looks at a page, and is not to see where things lie on this machine."""
        return str(self)


class Unreadable(OpennessError):
    exit_code = 2

    def __init__(self, file: str | Path, reason: str) -> None:
        self.file = Path(file).name
        super().__init__(f"{self.file}: {reason}")


class CatalogueError(Unreadable):
    """The catalogue is wrong: file, entry and reason."""


class MappingError(Unreadable):
    """The mapping is wrong: file, entry and reason."""


class SheetNotChosen(Unreadable):
    """A workbook has several sheets, and nobody said which one is meant."""

    def __init__(self, file: str | Path, reason: str, sheets: Sequence[str]) -> None:
        self.sheets = tuple(sheets)
        names = ", ".join(f"“{name}”" for name in self.sheets)
        super().__init__(file, f"{reason}. Choose one with --sheet: {names}.")


class HeadingsNotFirst(Unreadable):
    """There seems to be a title above the headings. The person must say where the headings are."""

    def __init__(self, file: str | Path, line: int, first: int) -> None:
        self.line, self.first = line, first
        super().__init__(
            file,
            f"line {line} looks like the headings, and what is above it like a title. If so, say "
            f"--headings-line {line}; if not, --headings-line {first}.",
        )


class Refused(OpennessError):
    exit_code = 3


class AlreadyHeld(Refused):
    """Something of the same kind is there already, and nobody said that this takes its place."""


class StoreUnavailable(OpennessError):
    exit_code = 4

    def __init__(self, words: str, path: "StorePlace | None" = None) -> None:
        """`path`: the place that the words name."""
        super().__init__(words)
        self.path = path

    @property
    def for_visitors(self) -> str:
        """Without the place of the store."""
        words = str(self)
        return words if self.path is None else words.replace(f" at {self.path}", "").replace(f" {self.path}", "")


class NoStore(StoreUnavailable):
    """There is none, and what was asked for does not make one."""

    def __init__(self, path: "StorePlace") -> None:
        at_home = isinstance(path, Path)
        where, name_it = ("at ", "its folder with --home") if at_home else ("", "it with OPENNESS_STORE")
        super().__init__(
            f"There is no store {where}{path}. If it is elsewhere, name {name_it}. `openness load` makes a new one.",
            path,
        )


class StoreFull(StoreUnavailable):
    """There is no room left on its disk."""

    def __init__(self, path: "StorePlace") -> None:
        super().__init__(f"The store {path} cannot be written: {NO_ROOM}. Nothing was changed.", path)


class StoreBusy(StoreUnavailable):
    """Others have it, one after the other, and the time to wait for them is up."""

    def __init__(self, path: "StorePlace") -> None:
        super().__init__(
            f"The store {path} is in use by another process or page, and waiting did not help: files are being taken "
            f"in, or a release is being made. Nothing was changed. Try again in a few minutes.",
            path,
        )


class StoreDamaged(StoreUnavailable):
    """Its file is not, or is no longer, a whole DuckDB file."""

    def __init__(self, path: "StorePlace") -> None:
        super().__init__(
            f"The store {path} is damaged: it is not a whole DuckDB file. Nothing was changed. "
            f"Put the latest copy of it in its place; if there is none, begin a new store with another --home.",
            path,
        )
