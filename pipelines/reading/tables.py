"""Records become a table: headings, rows with the line they stand on, and what is wrong with the length of rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

import polars as pl

from pipelines.errors import HeadingsNotFirst, Unreadable
from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading.headings import ROWS_SEARCHED, Record, below_a_title, column_letter, names_a_column, tidy
from pipelines.reading.limits import Limits
from pipelines.reading.personal_data import LONG_ANSWER, value_looks_personal
from pipelines.reading.survey_tools import without_heading_rows

LINE = " line"
"""The column that holds line numbers. Headings are stripped, so none can be called this."""

EMPTY = "the file is empty. The first row must hold the column headings."


@dataclass(frozen=True)
class Table:
    headings: list[str]
    line: int
    """The line of the headings."""
    rows: pl.DataFrame
    findings: list[Finding]
    unclear: dict[str, tuple[str, str]]
    places: dict[str, int]
    """The column of each heading, from 0."""
    first_row: dict[str, str] = field(default_factory=dict)
    """The column of each heading that was joined with what stands below it."""


@dataclass(frozen=True)
class Top:
    """The first records of a file, with its headings."""

    records: list[Record]
    findings: list[Finding]
    headings: list[str]
    written: int
    """How many cells the line of headings has, empty ones at its end included."""
    before: list[str]
    """The headings as they stand in the first row of the file."""


def filled(records: Iterable[Record]) -> Iterator[Record]:
    """The records with any cell that is not blank."""
    return ((line, cells) for line, cells in records if any(cell.strip() for cell in cells))


def table_of(file: str, records: Iterator[Record], limits: Limits, *, padded: bool, chosen_line: int | None) -> Table:
    """Headings and rows. Rows of a workbook are `padded`, because it leaves out empty cells at their end."""
    rest = filled(records)
    first = list(islice(rest, ROWS_SEARCHED))
    if padded and chosen_line is None and first and (below := below_a_title(first)):
        raise HeadingsNotFirst(file, below, first[0][0])
    top = top_of(file, first, limits, chosen_line)
    rows, ragged = rows_of(file, chain(top.records[1:], rest), top, limits, padded=padded)
    return named(top, frame(len(top.headings), rows), ragged)


def tidied(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with tidy cells, those without any left out. Each different cell of a column is looked at once."""
    columns = [rows[name] for name in rows.columns if name != LINE]
    tidied = rows.select(LINE).with_columns(map(_tidied_column, columns))
    return tidied.filter(pl.any_horizontal(pl.exclude(LINE).is_not_null()))


def _tidied_column(cells: pl.Series) -> pl.Series:
    changed = {cell: tidied or None for cell in cells.unique() if (tidied := tidy(cell)) != cell or not cell}
    return cells.replace(changed) if changed else cells


def top_of(file: str, first: list[Record], limits: Limits, chosen_line: int | None) -> Top:
    """What the first filled records say."""
    if not first:
        raise Unreadable(file, EMPTY)
    top = without_heading_rows(file, first)
    line, cells = top.records[0]
    if chosen_line is not None and line != chosen_line:
        raise Unreadable(file, f"line {chosen_line} is empty. Say where the headings are.")
    headings = _without_empty_tail([tidy(cell) for cell in cells], 0)
    _refuse_answers(file, headings, line)
    if len(headings) > limits.columns:
        raise limits.too_many_columns(file)
    return Top(top.records, top.findings, headings, len(cells), top.before)


def _first_row(before: Sequence[str], places: dict[str, int]) -> dict[str, str]:
    """The column under each heading of the first row that was read as another, if only one column has it."""
    columns = {place: column for column, place in places.items()}
    return {
        heading: columns[place]
        for place, heading in enumerate(before)
        if heading and place in columns and columns[place] != heading and before.count(heading) == 1
    }


def _refuse_answers(file: str, headings: list[str], line: int) -> None:
    """A file without headings has somebody's answers in their place. They are refused and not repeated."""
    for place, heading in enumerate(headings):
        kind = value_looks_personal(heading) if len(heading) <= LONG_ANSWER else None
        if kind:
            raise Unreadable(
                file,
                f"what stands in row {line}, column {column_letter(place)} looks like {kind}, where a column heading "
                f"should be. The first row must hold the column headings, and nothing personal.",
            )


def rows_of(
    file: str, records: Iterable[Record], top: Top, limits: Limits, *, padded: bool, beside: int = 0
) -> tuple[list[list[str | int | None]], list[Finding]]:
    """The rows, and a finding for each that has another length than the headings.

    `beside`: how many rows there are besides, with as many cells as the headings.
    """
    width, written = len(top.headings), top.written
    rows: list[list[str | int | None]] = []
    findings: list[Finding] = []
    other_lengths: dict[int, int] = {}
    for line, all_cells in records:
        cells = _without_empty_tail(all_cells, width)
        if padded and len(cells) < width:
            cells = cells + [""] * (width - len(cells))
        if len(cells) != width:
            findings.append((_beyond if padded else _ragged)(file, line, len(cells), width))
        else:
            rows.append([line, *(tidy(cell) or None for cell in cells)])
            if not padded and len(all_cells) != written:
                other_lengths[line] = len(all_cells)
        if limits.rows is not None and beside + len(rows) + len(findings) > limits.rows:
            raise Unreadable(file, f"there are more than {limits.rows:,} rows. Send them in parts.")
    if not other_lengths or (not findings and not beside and _every_row_is_longer(rows, other_lengths, written)):
        return rows, findings
    findings += [_ragged(file, line, length, written) for line, length in other_lengths.items()]
    return [row for row in rows if row[0] not in other_lengths], sorted(findings, key=lambda finding: finding.lines)


def _every_row_is_longer(rows: Sequence[object], other_lengths: dict[int, int], written: int) -> bool:
    """Whether each row ends in the same number of blank cells that the headings do not have: some exports do that.

    A single row with a blank cell too many may have a delimiter too many in its middle, and all answers behind it
    have moved by a column. Its cells cannot tell, so a file of one row is not believed either.
    """
    lengths = {*other_lengths.values()}
    return 1 < len(rows) == len(other_lengths) and len(lengths) == 1 and min(lengths) > written


def named(top: Top, rows: pl.DataFrame, ragged: list[Finding]) -> Table:
    """Give each column a name of its own, that stands for no other column either. Columns without heading and without
    cells are left out."""
    times = Counter(top.headings)
    places: dict[str, int] = {}
    unclear: dict[str, tuple[str, str]] = {}
    for place, heading in enumerate(top.headings):
        letter = column_letter(place)
        if times[heading] == 1 and names_a_column(heading):
            places[heading] = place
        elif heading or rows[str(place)].null_count() < rows.height:
            name = f" {heading} in column {letter}"
            places[name] = place
            unclear[name] = (heading, letter)
    named = rows.select(LINE, *(pl.col(str(place)).alias(name) for name, place in places.items()))
    line, first_row = top.records[0][0], _first_row(top.before, places)
    return Table(list(places), line, named, [*top.findings, *ragged], unclear, places, first_row)


def _without_empty_tail(cells: list[str], keep: int) -> list[str]:
    """Leave out the empty cells that spreadsheets add at the end of rows: they mean nothing."""
    end = len(cells)
    while end > keep and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _beyond(file: str, line: int, cells: int, headings: int) -> Finding:
    last_cell, last_heading = column_letter(cells - 1), column_letter(headings - 1)
    expected = f"The row has a cell in column {last_cell}; the headings end at {last_heading}."
    fix = "Give the column a heading, or clear the cell."
    return Finding("error", FindingRule.RAGGED_ROW, file, expected, fix, lines=(line,))


def _ragged(file: str, line: int, cells: int, headings: int) -> Finding:
    expected = f"The row has {cells} cells where the headings have {headings}."
    fix = "Look for a missing or extra delimiter, or a line break inside a cell."
    return Finding("error", FindingRule.RAGGED_ROW, file, expected, fix, lines=(line,))


def frame(width: int, rows: list[list[str | int | None]]) -> pl.DataFrame:
    """Rows with a column for each place, 0, 1, …, and that of line numbers."""
    schema = {LINE: pl.Int64} | {str(place): pl.String for place in range(width)}
    return pl.DataFrame(rows, schema=schema, orient="row")
