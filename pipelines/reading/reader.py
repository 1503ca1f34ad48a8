"""Open an audit file, CSV or workbook: every cell as text, with the line it stands on.

Only the delimiter is guessed. A file that cannot be read with certainty is refused with a reason, or read with a
finding that says how it was read.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path, PurePosixPath

import polars as pl

from pipelines.errors import HeadingsNotFirst, Unreadable
from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading import plain_lines
from pipelines.reading.encodings import Text, decode
from pipelines.reading.headings import ROWS_SEARCHED, Record, below_a_title, column_letter
from pipelines.reading.limits import COMMAND_LINE, Limits
from pipelines.reading.outside_table import without_outside
from pipelines.reading.personal_data import LONG_ANSWER, value_looks_personal
from pipelines.reading.personal_headings import looks_personal
from pipelines.reading.survey_tools import without_heading_rows, without_unsent
from pipelines.reading.workbook import Workbook
from pipelines.reading.workbook_warnings import layout_findings

ZIP = b"PK\x03\x04"
"""The first bytes of a workbook, which is a zip."""
LINE = " line"
"""The column that holds line numbers. Headings are stripped, so none can be called this."""

DELIMITERS = ",;\t|"
QUOTED = r'(?m)(?:^|(?<=[,;\t|\r]))(?:"[^"]*")+'
"""A quoted cell, wherever a cell may begin. A line break within one does not end the headings."""
ANNOUNCED = re.compile(r'\s*"?sep=([,;\t|])"?[ ,;\t|]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
"""A first line that tells Excel the delimiter. It is no title."""
LONGEST_CELL = COMMAND_LINE.cell
BLANK = " \t\r\n,;|"
"""What a text without a filled cell is made of."""
EMPTY = "the file is empty. The first row must hold the column headings."
PREVIEW = 40
"""Characters of a cell that are shown."""


@dataclass(frozen=True)
class Sheet:
    """A file as read. `rows` holds LINE and a column of text for each heading; blank cells are null."""

    file: str
    sha256: str
    rows: pl.DataFrame
    findings: tuple[Finding, ...] = ()
    letters: dict[str, str] = field(default_factory=dict)
    """The column letter of each heading, where the file is a workbook."""
    unclear: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Columns whose heading is blank or stands above another column too, each under a name that no heading can have.

    The values are the heading and the letter of the column.
    """
    choices: str = ""
    """Which sheet and headings were chosen, where somebody chose: another choice is another audit."""
    headings_line: int = 1
    places: dict[str, int] = field(default_factory=dict)
    """Where in the file each column stands, from 0. Columns that are quite empty are not read."""

    first_row: dict[str, str] = field(default_factory=dict)
    """By each heading of the first row that was joined with a second row, the column it became."""
    blanks_explained: frozenset[str] | None = None
    """The columns whose blank cells a mapping explains; None where no mapping was applied."""

    @property
    def headings(self) -> list[str]:
        return [heading for heading in self.rows.columns if heading != LINE]

    def heading_of(self, column: str) -> str:
        """The heading as it stands in the file."""
        return self.unclear[column][0] if column in self.unclear else column


@dataclass(frozen=True)
class _Table:
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


def read(
    path: Path, *, sheet: str | None = None, headings_line: int | None = None, limits: Limits = COMMAND_LINE
) -> Sheet:
    """Read a CSV file or a workbook.

    Raises Unreadable, saying what to do, where the file cannot be opened or is neither; SheetNotChosen and
    HeadingsNotFirst, which are Unreadable too, where `sheet` or `headings_line` must be given.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(path, f"the file cannot be opened ({error.strerror}). Check its name and folder.") from None
    return read_bytes(path.name, content, sheet=sheet, headings_line=headings_line, limits=limits)


def read_bytes(
    name: str,
    content: bytes,
    *,
    sheet: str | None = None,
    headings_line: int | None = None,
    limits: Limits = COMMAND_LINE,
) -> Sheet:
    """Read a file that is in memory already, as `read` does."""
    file = safe_name(name)
    if limits.size is not None and len(content) > limits.size:
        raise Unreadable(file, f"the file is larger than {limits.size // 1_000_000} MB. Send it in parts.")
    is_workbook = content.startswith(ZIP)
    open_table = _workbook if is_workbook else _csv
    table, findings = open_table(file, content, sheet, headings_line, limits)
    rows, not_sent = without_unsent(file, table.rows, LINE)
    rows, outside = without_outside(file, rows, LINE, table.places)
    return Sheet(
        file=file,
        sha256=sha256(content).hexdigest(),
        rows=rows,
        findings=(*findings, *table.findings, *not_sent, *outside),
        letters={heading: column_letter(place) for heading, place in table.places.items()} if is_workbook else {},
        unclear={column: place for column, place in table.unclear.items() if column in rows.columns},
        choices="" if sheet is None and headings_line is None else f"sheet {sheet}, headings on line {headings_line}",
        headings_line=table.line,
        places={column: place for column, place in table.places.items() if column in rows.columns},
        first_row=table.first_row,
    )


def tidy(text: str) -> str:
    """Text without white space around it, and every run of white space within as one blank."""
    return " ".join(text.split())


def safe_name(name: str) -> str:
    """A file's name without folders and without characters that do not print."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(character for character in last if character.isprintable())[-120:] or "file"


# ---- workbooks ----


def _workbook(
    file: str, content: bytes, sheet: str | None, headings_line: int | None, limits: Limits
) -> tuple[_Table, list[Finding]]:
    workbook = Workbook(file, content, limits)
    tab, left_aside = workbook.choose(sheet)
    reader = workbook.reader()
    records: Iterator[Record] = workbook.rows(tab, reader)
    if headings_line is not None:
        records = (record for record in records if record[0] >= headings_line)
    table = _table(file, records, limits, padded=True, chosen_line=headings_line)
    width, computes = len(table.headings), workbook.computes_on_opening
    return table, layout_findings(file, reader.layout, table.line, width, left_aside, computes)


# ---- CSV ----


def _csv(
    file: str, content: bytes, sheet: str | None, headings_line: int | None, limits: Limits
) -> tuple[_Table, list[Finding]]:
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
        table = _table(file, records, limits, padded=False, chosen_line=headings_line)
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
    """The delimiter that stands most often in the line of headings, outside quotation marks. A comma if none does."""
    unquoted = io.StringIO(re.sub(QUOTED, "_", _beginning(text)), newline="")
    first = next((line for line in unquoted if line.strip()), "")
    return max(DELIMITERS, key=first.count)


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
    return next(number for number, line in enumerate(io.StringIO(text, newline=""), 1) if line.strip(" \t\r\n,;|"))


def _assumed_encoding(file: str, decoded: Text, table: _Table) -> Iterator[Finding]:
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


def _cells_to_judge_by(table: _Table) -> Iterator[tuple[int, str]]:
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


def _in_one_column(file: str, table: _Table) -> Iterator[Finding]:
    if len(table.headings) == 1 and any(mark in table.headings[0] for mark in DELIMITERS):
        expected = "The file reads as one column: whole rows seem to stand in quotation marks."
        yield Finding(
            "error", FindingRule.ONE_COLUMN, file, expected, "Export it again, without opening it in between."
        )


# ---- tables ----


@dataclass(frozen=True)
class _Top:
    """The first records of a file, with its headings."""

    records: list[Record]
    findings: list[Finding]
    headings: list[str]
    written: int
    """How many cells the line of headings has, empty ones at its end included."""
    before: list[str]
    """The headings as they stand in the first row of the file."""


def _filled(records: Iterable[Record]) -> Iterator[Record]:
    return ((line, cells) for line, cells in records if any(cell.strip() for cell in cells))


def _table(file: str, records: Iterator[Record], limits: Limits, *, padded: bool, chosen_line: int | None) -> _Table:
    """Headings and rows. Rows of a workbook are `padded`, because it leaves out empty cells at their end."""
    filled = _filled(records)
    first = list(islice(filled, ROWS_SEARCHED))
    if padded and chosen_line is None and first and (below := below_a_title(first)):
        raise HeadingsNotFirst(file, below, first[0][0])
    top = _top(file, first, limits, chosen_line)
    rows, ragged = _rows(file, chain(top.records[1:], filled), top, limits, padded=padded)
    return _named(top, _frame(len(top.headings), rows), ragged)


def _plain_table(
    file: str, text: str, delimiter: str, start: int, limits: Limits, chosen_line: int | None
) -> _Table | None:
    """The same of a CSV whose rows are lines, read many at once. None where records must be read one by one."""
    head = plain_lines.beginning(text)
    stream = io.StringIO(head, newline="")
    try:
        first = list(islice(_filled(_records(file, stream, delimiter, start, limits)), ROWS_SEARCHED))
    except Unreadable:
        return None
    end = stream.tell()
    if len(first) < ROWS_SEARCHED or end == len(head):
        return None
    top = _top(file, first, limits, chosen_line)
    width, line = len(top.headings), start + _lines(head[:end])
    if width != top.written:
        return None
    split = plain_lines.split(text[end:], delimiter, width, line, limits.cell, LINE)
    if split is None:
        return None
    plain, others = _tidied(split[0]), _filled(split[1])
    if plain.is_empty():
        return None
    rows, ragged = _rows(file, chain(top.records[1:], others), top, limits, padded=False, beside=plain.height)
    return _named(top, pl.concat([_frame(width, rows), plain]), ragged)


def _tidied(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with tidy cells, those without any left out. Each different cell of a column is looked at once."""
    columns = [rows[name] for name in rows.columns if name != LINE]
    tidied = rows.select(LINE).with_columns(map(_tidied_column, columns))
    return tidied.filter(pl.any_horizontal(pl.exclude(LINE).is_not_null()))


def _tidied_column(cells: pl.Series) -> pl.Series:
    changed = {cell: tidied or None for cell in cells.unique() if (tidied := tidy(cell)) != cell or not cell}
    return cells.replace(changed) if changed else cells


def _top(file: str, first: list[Record], limits: Limits, chosen_line: int | None) -> _Top:
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
    return _Top(top.records, top.findings, headings, len(cells), top.before)


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


def _rows(
    file: str, records: Iterable[Record], top: _Top, limits: Limits, *, padded: bool, beside: int = 0
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


def _named(top: _Top, rows: pl.DataFrame, ragged: list[Finding]) -> _Table:
    """Give each column a name that no other has. Columns without heading and without cells are left out."""
    times = Counter(top.headings)
    places: dict[str, int] = {}
    unclear: dict[str, tuple[str, str]] = {}
    for place, heading in enumerate(top.headings):
        letter = column_letter(place)
        if heading and times[heading] == 1:
            places[heading] = place
        elif heading or rows[str(place)].null_count() < rows.height:
            name = f" {heading} in column {letter}"
            places[name] = place
            unclear[name] = (heading, letter)
    named = rows.select(LINE, *(pl.col(str(place)).alias(name) for name, place in places.items()))
    line, first_row = top.records[0][0], _first_row(top.before, places)
    return _Table(list(places), line, named, [*top.findings, *ragged], unclear, places, first_row)


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


def _frame(width: int, rows: list[list[str | int | None]]) -> pl.DataFrame:
    schema = {LINE: pl.Int64} | {str(place): pl.String for place in range(width)}
    return pl.DataFrame(rows, schema=schema, orient="row")
