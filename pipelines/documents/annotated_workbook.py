"""A person's own file given back as a workbook, with what was found marked in the cells it is about, each with a note.

Nothing is corrected and no cell computes or links: all are text. Two things are not copied, and the notes say so: cells
of columns that look personal, which are never repeated, and rows that could not be split into cells.
"""

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pipelines.checking.mapping import Mapping
from pipelines.documents.findings_table import shortened
from pipelines.finding_rules import BY_LETTER, FindingRule
from pipelines.finding_stages import Stage
from pipelines.findings import Finding
from pipelines.reading.headings import column_letter
from pipelines.reading.reader import LINE, Sheet

MOST_ROWS = 20_000
"""Above this only rows with findings are given back, and of those no more than this."""
MOST_CELLS = 500_000
"""Fewer rows of a wide file are given back, so that there are no more cells than this."""
MOST_NOTES = 5_000
"""Further cells have only their colour: spreadsheets grow slow with notes."""
NOTED = 8
"""How many findings one note spells out."""
LONGEST_NOTED = 400
"""Characters of one finding in a note."""
LONGEST = 32_767
"""Excel has no room for more in a cell."""
LAST_LINE = 1_048_576
NARROWEST, WIDEST = 12, 40

ERROR, WARNING = "#8FBBE8", "#DCE8F4"
"""Blues, told apart by lightness and by their borders as well, so that nobody needs to see the colour."""
THICK, DOTTED = 2, 4
"""Excel's numbers for borders."""
TEXT = 49
"""Excel's number for its format `@`."""
ALL_ROWS, SOME_ROWS = "Marked", "Only rows with findings"
"""Names of the sheet."""
PERSONAL = frozenset({FindingRule.PERSONAL_COLUMN, FindingRule.PERSONAL_VALUE})
NOT_IN_XML = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
UNDATED = datetime(2000, 1, 1)  # noqa: DTZ001  a workbook must have some day; a fixed one gives the same bytes

PARTIAL = (
    "This copy has only rows with findings: {rows:,}, where the file has {total:,}. "
    "Correct your own file, not this one."
)
FEWER_NOTES = "More cells are marked than have a note."
LEFT_OUT = "What stood here is left out of this copy."
NOT_COPIED = "Row {line} is not in this copy"

Cell = tuple[int, int]
"""A line of the file, from 1, and a column, from 0."""


@dataclass(frozen=True)
class _MarkedFile:
    """What goes into the workbook."""

    sheet: Sheet
    places: dict[str, int]
    mapping: Mapping | None
    lines: frozenset[int] | None
    """The lines given back, if not all."""
    marks: dict[Cell, list[Finding]]

    @property
    def first(self) -> Cell:
        """The heading on the left, which is marked with what is about no cell."""
        return self.sheet.headings_line, min(self.places.values(), default=0)

    def cells(self, finding: Finding) -> Iterator[Cell]:
        """The cells a finding marks: those of its column, else the first of its rows, else the first heading."""
        columns = self.columns(finding)
        whole_rows = finding.column is None or (self._constant(finding.column) and finding.stage == Stage.ROWS)
        about_rows = finding.lines and (columns or whole_rows)
        for line in finding.lines if about_rows else (self.sheet.headings_line,):
            if self.has(line):
                yield from ((line, place) for place in columns or [self.first[1]])

    def has(self, line: int) -> bool:
        return self.lines is None or line in self.lines or line <= self.sheet.headings_line

    def columns(self, finding: Finding) -> list[int]:
        """Where the column of a finding stands in the file: several, if its heading stands there more than once."""
        if finding.rule in BY_LETTER:
            return [place for place in self.places.values() if column_letter(place) == finding.column]
        heading = self._heading_in_file(finding)
        alike = [place for column, place in self.places.items() if heading in (column, self.sheet.heading_of(column))]
        return [place for place in alike if column_letter(place) == finding.letter] or alike

    def _constant(self, column: str) -> bool:
        return self.mapping is not None and column in self.mapping.rules.constants

    def _heading_in_file(self, finding: Finding) -> str | None:
        """The heading in the file from which the mapping made the column. A constant has none."""
        if self.mapping is None or finding.column is None or finding.rule == FindingRule.MAPPED_COLUMN_CLASHES:
            return finding.column
        if self._constant(finding.column):
            return None
        return self.mapping.columns_in(self.sheet, finding.column)[0]


def marked(sheet: Sheet, findings: Sequence[Finding], mapping: Mapping | None) -> bytes:
    """The file as an XLSX of one sheet: headings and rows on the lines they had, marked, with notes.

    `sheet` is the file as read, before the mapping was applied; `findings` may be of what the mapping made of it.
    """
    content = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, plain) as book:
        book.set_properties({"title": "Marked file", "created": UNDATED})
        _write(book, _marked(sheet, findings, mapping), _Formats(book))
    return content.getvalue()


def _marked(sheet: Sheet, findings: Sequence[Finding], mapping: Mapping | None) -> _MarkedFile:
    places = sheet.places or {heading: place for place, heading in enumerate(sheet.headings)}
    copy = _MarkedFile(sheet, places, mapping, _lines_kept(sheet, findings), defaultdict(list))
    for finding in findings:
        for cell in copy.cells(finding):
            copy.marks[cell].append(finding)
    return copy


def _lines_kept(sheet: Sheet, findings: Iterable[Finding]) -> frozenset[int] | None:
    """None where the whole file is given back."""
    most = min(MOST_ROWS, MOST_CELLS // max(len(sheet.headings), 1))
    found = {line for finding in findings for line in finding.lines if line > sheet.headings_line}
    lines = found.union(sheet.rows[LINE])
    if len(lines) <= most and max(lines, default=0) <= LAST_LINE:
        return None
    return frozenset(line for line in sorted(found)[:most] if line <= LAST_LINE)


# ---- the workbook ----


class _Formats:
    """All cells are text, else a spreadsheet would compute or date them as soon as one is edited."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.text = book.add_format({"num_format": TEXT})
        self.heading = book.add_format({"num_format": TEXT, "bold": True})
        black = {"num_format": TEXT, "font_color": "#000000"}
        self.error = book.add_format(black | {"bg_color": ERROR, "border": THICK})
        self.warning = book.add_format(black | {"bg_color": WARNING, "border": DOTTED})

    def of_findings(self, findings: Iterable[Finding]) -> Any:
        return self.error if any(finding.severity == "error" for finding in findings) else self.warning


def _write(book: xlsxwriter.Workbook, copy: _MarkedFile, formats: _Formats) -> None:
    page = book.add_worksheet(ALL_ROWS if copy.lines is None else SOME_ROWS)
    for (line, place), findings in copy.marks.items():
        page.write_blank(line - 1, place, None, formats.of_findings(findings))
    _write_headings(page, copy, formats)
    _write_rows(page, copy, formats)
    _write_rows_not_read(page, copy, formats)
    _write_notes(page, copy)


def _write_headings(page: Worksheet, copy: _MarkedFile, formats: _Formats) -> None:
    line = copy.sheet.headings_line
    for column, place in copy.places.items():
        heading = copy.sheet.heading_of(column)
        cell_format = formats.of_findings(copy.marks[line, place]) if (line, place) in copy.marks else formats.heading
        page.set_column(place, place, min(max(len(heading) + 2, NARROWEST), WIDEST), formats.text)
        page.write_string(line - 1, place, _text(heading), cell_format)
    if line == 1:
        page.freeze_panes(1, 0)


def _write_rows(page: Worksheet, copy: _MarkedFile, formats: _Formats) -> None:
    columns, cells = _left_out(copy)
    kept = [heading for heading, place in copy.places.items() if place not in columns]
    for line, *texts in copy.sheet.rows.select(LINE, *kept).iter_rows():
        for heading, text in zip(kept, texts if copy.has(line) else (), strict=False):
            cell = line, copy.places[heading]
            if text is not None and cell not in cells:
                cell_format = formats.of_findings(copy.marks[cell]) if cell in copy.marks else formats.text
                page.write_string(line - 1, cell[1], _text(text), cell_format)


def _left_out(copy: _MarkedFile) -> tuple[set[int], set[Cell]]:
    """Columns, and single cells, that look personal."""
    columns: set[int] = set()
    cells: set[Cell] = set()
    for finding in (finding for findings in copy.marks.values() for finding in findings if _personal(finding)):
        places = copy.columns(finding)
        columns.update(() if finding.lines else places)
        cells.update((line, place) for line in finding.lines for place in places)
    return columns, cells


def _write_rows_not_read(page: Worksheet, copy: _MarkedFile, formats: _Formats) -> None:
    """Each says that it is not in this copy, so that nobody loses it unseen by sending the copy in."""
    for (line, place), findings in copy.marks.items():
        if any(finding.rule == "ragged_row" for finding in findings):
            page.write_string(line - 1, place, NOT_COPIED.format(line=line), formats.of_findings(findings))


# ---- its notes ----


def _write_notes(page: Worksheet, copy: _MarkedFile) -> None:
    notes = {cell: _note(copy, cell) for cell in sorted(copy.marks)[:MOST_NOTES]}
    remarks = [] if copy.lines is None else [PARTIAL.format(rows=len(copy.lines), total=copy.sheet.rows.height)]
    remarks += [FEWER_NOTES] if len(copy.marks) > MOST_NOTES else []
    if remarks:
        notes[copy.first] = "\n".join(filter(None, (*remarks, notes.get(copy.first))))
    for (line, place), note in notes.items():
        height = 20 * (1 + sum(1 + len(part) // 48 for part in note.split("\n")))
        page.write_comment(line - 1, place, note, {"width": 320, "height": height, "font_size": 10})


def _note(copy: _MarkedFile, cell: Cell) -> str:
    findings = sorted(copy.marks[cell], key=lambda finding: finding.severity)
    sentences = [_sentence(finding, with_place=cell[0] == copy.sheet.headings_line) for finding in findings[:NOTED]]
    more = len(findings) - NOTED
    left_out = any(_personal(finding) and copy.columns(finding) for finding in findings)
    return "\n".join([*sentences, *([f"And {more:,} more."] if more > 0 else []), *([LEFT_OUT] if left_out else [])])


def _sentence(finding: Finding, *, with_place: bool) -> str:
    """`Error: "maybe" is not one of yes, no. Use one of these codes.`; on a heading, with the rows and column."""
    where = replace(finding, file="").where if with_place else ""
    lead = ", ".join(filter(None, (finding.severity.capitalize(), where)))
    return f"{lead}: {shortened(_text(finding.what), LONGEST_NOTED)} {_text(finding.fix)}".rstrip()


def _personal(finding: Finding) -> bool:
    return finding.rule in PERSONAL


def _text(text: str) -> str:
    """What XML cannot hold becomes a blank."""
    return NOT_IN_XML.sub(" ", text[:LONGEST])
