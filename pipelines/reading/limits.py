"""How much is read at most. The command line reads what memory allows; a page that many share reads less."""

from dataclasses import dataclass

from pipelines.errors import Unreadable
from pipelines.thresholds import LARGEST_UPLOAD


@dataclass(frozen=True)
class Limits:
    """None is no limit."""

    rows: int | None = None
    size: int | None = None
    """Bytes of the file."""
    columns: int = 1_000
    cell: int = 1_000_000
    """Characters in a cell."""
    entries: int = 5_000
    """Files within a workbook."""
    unpacked: int = 4_000_000_000
    """Bytes of a workbook once unpacked."""
    ratio: int = 200
    """How many times larger than packed a part of a workbook may be, unless it is smaller than `small`."""
    small: int = 10_000_000
    """Bytes."""
    text: int = 500_000_000
    """Characters in all cells of a sheet. A text that cells share counts for each of them."""

    def too_many_columns(self, file: str) -> Unreadable:
        return Unreadable(file, f"there are more than {self.columns:,} columns. Delete those that are not needed.")


COMMAND_LINE = Limits()
PAGE = Limits(rows=200_000, size=LARGEST_UPLOAD * 1_000_000, unpacked=1_000_000_000, text=300_000_000)
