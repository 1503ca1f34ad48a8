"""The text of a CSV becomes a table. Only the delimiter is guessed; a title above the headings is asked about."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

import polars as pl

from pipelines.errors import HeadingsNotFirst, Unreadable
from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading import plain_lines
from pipelines.reading.encodings import Text, decode
from pipelines.reading.headings import ROWS_SEARCHED, Record, below_a_title
from pipelines.reading.limits import COMMAND_LINE, Limits
from pipelines.reading.personal_data import value_looks_personal
from pipelines.reading.personal_headings import looks_personal
from pipelines.reading.tables import EMPTY, LINE, Table, filled, frame, named, rows_of, table_of, tidied, top_of

DELIMITERS = ",;\t|"
QUOTED = r'(?m)(?:^|(?<=[,;\t|\r]))(?:"[^"]*")+'
"""A quoted cell, wherever a cell may begin. A line break within one does not end the headings."""
ANNOUNCED = re.compile(r'\s*"?sep=([,;\t|])"?[ ,;\t|]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
"""A first line that tells Excel the delimiter. It is no title."""
LONGEST_CELL = COMMAND_LINE.cell
BLANK = " \t\r\n,;|"
"""What a text without a filled cell is made of."""
PREVIEW = 40
"""Characters of a cell that are shown."""


def csv_table(
    file: str, content: bytes, sheet: str | None, headings_line: int | None, limits: Limits
) -> tuple[Table, list[Finding]]:
    """Headings and rows of a CSV, and what was assumed of it."""
    decoded = decode(file, content)
    if sheet is not None:
        raise Unreadable(file, "a CSV file has no sheets. Leave out --sheet.")
    announced = ANNOUNCED.match(decoded.text)
    start, text = _from_line(file, decoded.text, headings_line)
    if announced and headings_line is None:
        start, text = 1 + _lines(announced[0]), text[announced.end() :]
    delimiter = announced[1] if announced else _delimiter(text)
    if headings_line is None:
        _refuse_title(file, text, delimiter, start)
    if not text.strip(BLANK):
        raise Unreadable(file, EMPTY)
    table = _plain_table(file, text, delimiter, start, limits, headings_line)
    if table is None:
        records = _records(file, io.StringIO(text, newline=""), delimiter, start, limits)
        table = table_of(file, records, limits, padded=False, chosen_line=headings_line)
    return table, [*_assumed_encoding(file, decoded, table), *_in_one_column(file, table)]


def _from_line(file: str, text: str, line: int | None) -> tuple[int, str]:
    """The text from a line on, and the number of its first line."""
    if line is None:
        return 1, text
    stream = io.StringIO(text, newline="")
    above = sum(1 for _ in islice(stream, line - 1))
    rest = stream.read()
    if line < 1 or above < line - 1 or not rest.strip():
        raise Unreadable(file, f"there is nothing on line {line} or below. Say where the headings are.")
    return line, rest


def _lines(text: str) -> int:
    """How many lines end in a text."""
    return sum(1 for line in io.StringIO(text, newline="") if line.endswith(("\r", "\n")))


def _records(file: str, text: io.StringIO, delimiter: str, start: int, limits: Limits) -> Iterator[Record]:
    """The line each record begins on, and its cells."""
    csv.field_size_limit(limits.cell)
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    line = start
    try:
        for cells in reader:
            yield line, cells
            line = start + reader.line_num
    except csv.Error:
        raise Unreadable(file, f"row {line} cannot be split into cells. Look for a stray quotation mark.") from None


def _delimiter(text: str) -> str:
    """The delimiter that splits the headings and the most rows into as many cells, a comma if none does.

    A question may hold commas where semicolons separate, so the headings alone do not tell. Where several delimiters
    are as good, it is the one that stands most often in the line of headings, outside quotation marks; and where the
    headings have none, the one that splits the rows, which then have too many cells.
    """
    unquoted = io.StringIO(re.sub(QUOTED, "_", _beginning(text)), newline="")
    first = next((line for line in unquoted if line.strip()), "")
    widths = {mark: [len(cells) for _, cells in filled(_first_records(text, mark))] for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: (_share_as_wide(widths[mark]), first.count(mark), _is_even(widths[mark])))


def _share_as_wide(widths: Sequence[int]) -> float:
    """Of the rows, the share with as many cells as the headings; 0 where these are a single cell."""
    if not widths or widths[0] == 1:
        return 0
    return widths[1:].count(widths[0]) / max(len(widths) - 1, 1)


def _is_even(widths: Sequence[int]) -> bool:
    """Whether all of at least two rows have the same number of cells, and more than one."""
    rows = widths[1:]
    return len(rows) > 1 and len({*rows}) == 1 and rows[0] > 1


def _beginning(text: str) -> str:
    """Enough of a text to hold its headings, without the blank lines above them."""
    return text.lstrip("\r\n")[: 4 * LONGEST_CELL]


def _refuse_title(file: str, text: str, delimiter: str, start: int) -> None:
    """Refuse a file that seems to have a title above its headings.

    A title need not hold the delimiter, so where the first line has no delimiter, all of them are tried. `start` is the
    line of the file at which the text begins.
    """
    first_line = next(iter(_beginning(text.lstrip()).splitlines()), "")
    is_unknown = delimiter == "," and not any(mark in first_line for mark in DELIMITERS)
    for mark in DELIMITERS if is_unknown else delimiter:
        line = below_a_title(_first_records(text, mark))
        if line is not None:
            raise HeadingsNotFirst(file, start - 1 + line, start - 1 + _first_filled_line(text))


def _first_records(text: str, delimiter: str) -> list[Record]:
    reader = csv.reader(io.StringIO(_beginning_lines(text), newline=""), delimiter=delimiter)
    first: list[Record] = []
    line = 1
    try:
        for cells in islice(reader, ROWS_SEARCHED):
            first.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:  # it is reported later, when all rows are read
        pass
    return first


def _beginning_lines(text: str) -> str:
    return "".join(islice(io.StringIO(text[:LONGEST_CELL], newline=""), 5 * ROWS_SEARCHED))


def _first_filled_line(text: str) -> int:
    return next(number for number, line in enumerate(io.StringIO(text, newline=""), 1) if line.strip(BLANK))


def _assumed_encoding(file: str, decoded: Text, table: Table) -> Iterator[Finding]:
    """A warning where the encoding is only assumed, with a cell by which a person can tell whether it is right."""
    if decoded.assumed:
        fix = "If it reads as it should, there is nothing to do; else save the file as “CSV UTF-8”."
        line, cell = next(_cells_to_judge_by(table), (None, None))
        about_cell = f"UTF-8; the file was read as {decoded.assumed}"
        about_file = f"The file is not UTF-8, and was read as {decoded.assumed}."
        lines = () if line is None else (line,)
        yield Finding(
            "warning", FindingRule.ENCODING, file, about_cell if cell else about_file, fix, lines=lines, found=cell
        )


def _cells_to_judge_by(table: Table) -> Iterator[tuple[int, str]]:
    """Headings and cells with characters that encodings write differently, in columns that do not look personal."""
    for heading in table.headings:
        if not heading.isascii() and not looks_personal(heading):
            yield table.line, heading[:PREVIEW]
    impersonal = [place for place, heading in enumerate(table.headings, 1) if not looks_personal(heading)]
    for row in table.rows.iter_rows():
        for place in impersonal:
            cell = row[place]
            if isinstance(cell, str) and not cell.isascii() and not value_looks_personal(cell):
                yield int(row[0] or 0), cell[:PREVIEW]


def _in_one_column(file: str, table: Table) -> Iterator[Finding]:
    if len(table.headings) == 1 and any(mark in table.headings[0] for mark in DELIMITERS):
        expected = "The file reads as one column: whole rows seem to stand in quotation marks."
        yield Finding(
            "error", FindingRule.ONE_COLUMN, file, expected, "Export it again, without opening it in between."
        )


def _plain_table(
    file: str, text: str, delimiter: str, start: int, limits: Limits, chosen_line: int | None
) -> Table | None:
    """The same of a CSV whose rows are lines, read many at once. None where records must be read one by one."""
    head = plain_lines.beginning(text)
    stream = io.StringIO(head, newline="")
    try:
        first = list(islice(filled(_records(file, stream, delimiter, start, limits)), ROWS_SEARCHED))
    except Unreadable:
        return None
    end = stream.tell()
    if len(first) < ROWS_SEARCHED or end == len(head):
        return None
    top = top_of(file, first, limits, chosen_line)
    width, line = len(top.headings), start + _lines(head[:end])
    if width != top.written:
        return None
    split = plain_lines.split(text[end:].encode(), delimiter, width, line, limits.cell, LINE)
    if split is None:
        return None
    plain, others = tidied(split[0]), filled(split[1])
    if plain.is_empty():
        return None
    rows, ragged = rows_of(file, chain(top.records[1:], others), top, limits, padded=False, beside=plain.height)
    return named(top, pl.concat([frame(width, rows), plain]), ragged)
