"""Rows at the end of a file that stand below its table: notes, a legend, numbers of people, a second table.

A row of answers has cells such as stand above it. A row below the table has others: a word where ids stand, a number
that is out of order, something that nobody else wrote.
"""

from collections.abc import Mapping, Sequence
from functools import cache

import polars as pl

MOST_ROWS = 30
SHARE_OF_ROWS = 3
"""At most a third of the rows stand below the table."""
ROWS_ABOVE = 10_000
"""How many rows above are looked at."""
FEWEST_CELLS = 4
"""With fewer cells above, nothing can be said to be unlike them."""
KNOWN, NEW, OTHER = "known", "new", "other"
"""What a cell can be beside those above: one of them or like them; another one; or of another kind."""
SIGNS = "-/:.,;=()_@#%©"


def rows_below(rows: pl.DataFrame, line: str) -> list[int]:
    """The lines of rows at the end that are unlike those above, from the last one up; none in a table of one column.

    A single row of which half is new may be somebody’s; two of them, or one beside a row that is no answer, are not.
    """
    is_wide = rows.width > len((line, "a column"))
    height = min(MOST_ROWS, rows.height // SHARE_OF_ROWS) if is_wide else 0
    above = _Above(rows.drop(line).head(rows.height - height).tail(ROWS_ABOVE))
    last = rows.tail(height + 1).rows(named=True) if height else []
    found: list[tuple[int, bool]] = []
    for row, before in zip(reversed(last[1:]), reversed(last[:-1]), strict=True):
        kinds = above.kinds(row, before)
        if not _is_odd(kinds, above.width):
            break
        found.append((row[line], _is_unlike(kinds)))
    lines = [number for number, _ in found]
    return lines if len(lines) > 1 or any(unlike for _, unlike in found) else []


def _is_odd(kinds: Sequence[str], width: int) -> bool:
    """Whether half of the few cells of a row, or most of many, are none that stand above."""
    new = len(kinds) - kinds.count(KNOWN)
    return new * 2 > len(kinds) or (new * 2 == len(kinds) <= width / 2)


def _is_unlike(kinds: Sequence[str]) -> bool:
    """Whether an odd row is certain to be no row of answers: all its cells are new, or one is of another kind."""
    return OTHER in kinds or KNOWN not in kinds


class _Above:
    """The rows above, against which a row is held."""

    def __init__(self, rows: pl.DataFrame) -> None:
        self.width = rows.width
        self._first = rows.columns[0]
        self._column = cache(lambda heading: _Column(rows[heading], is_first=heading == self._first))

    def kinds(self, row: Mapping[str, object], before: Mapping[str, object]) -> list[str]:
        """What the filled cells of a row are. `before`: the row above it."""
        filled = {heading: cell for heading, cell in row.items() if isinstance(cell, str)}
        return [self._column(heading).kind(cell, before[heading]) for heading, cell in filled.items()]


class _Column:
    """The cells of a column."""

    def __init__(self, cells: pl.Series, *, is_first: bool) -> None:
        filled = cells.drop_nulls()
        self._is_judged = filled.len() >= FEWEST_CELLS
        self._cells = {*filled}
        self._signatures = {*map(signature, self._cells)}
        self._repeats = len(self._cells) * 2 <= filled.len()
        self._step = _step(filled) if is_first and self._is_judged else 0

    def kind(self, cell: str, before: object) -> str:
        """What a cell is beside those of the column. `before`: the cell above it."""
        if not self._is_judged:
            return KNOWN
        if self._step:
            return KNOWN if _goes_on(cell, before, self._step) else OTHER
        if cell in self._cells:
            return KNOWN
        if signature(cell) not in self._signatures:
            return OTHER
        return NEW if self._repeats else KNOWN


def _step(cells: pl.Series) -> int:
    """1 where the cells are numbers of which each is larger than that before, -1 where each is smaller, else 0."""
    numbers = cells.cast(pl.Float64, strict=False)
    steps = numbers.diff().drop_nulls()
    if numbers.null_count() or not steps.len():
        return 0
    return 1 if (steps > 0).all() else -1 if (steps < 0).all() else 0


def _goes_on(cell: str, before: object, step: int) -> bool:
    """Whether a cell is a number that comes after the one above it."""
    number, above = (pl.Series([text], dtype=pl.String).cast(pl.Float64, strict=False)[0] for text in (cell, before))
    return number is not None and (above is None or (number - above) * step > 0)


def signature(cell: str) -> tuple[object, ...]:
    """What a cell is made of: digits, letters, white space, and which signs."""
    kinds = (any(map(str.isdigit, cell)), any(map(str.isalpha, cell)), " " in cell)
    return (*kinds, *(sign for sign in SIGNS if sign in cell))
