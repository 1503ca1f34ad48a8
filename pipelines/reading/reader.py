"""Open an audit file, CSV or workbook: every cell as text, with the line it stands on.

Only the delimiter is guessed. A file that cannot be read with certainty is refused with a reason, or read with a
finding that says how it was read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath

import polars as pl

from pipelines.errors import Unreadable
from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading.csv_text import csv_table
from pipelines.reading.headings import Record, column_letter, tidy
from pipelines.reading.limits import COMMAND_LINE, Limits
from pipelines.reading.outside_table import without_outside
from pipelines.reading.survey_tool_columns import QUALTRICS
from pipelines.reading.tables import LINE, Table, table_of
from pipelines.reading.unsent_answers import without_unsent
from pipelines.reading.workbook import Workbook
from pipelines.reading.workbook_warnings import layout_findings

__all__ = ["LINE", "Sheet", "read", "read_bytes", "safe_name", "tidy"]

ZIP = b"PK\x03\x04"
"""The first bytes of a workbook, which is a zip."""


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
    open_table = _workbook if is_workbook else csv_table
    table, findings = open_table(file, content, sheet, headings_line, limits)
    from_qualtrics = any(finding.rule == FindingRule.ROWS_OF_QUALTRICS for finding in table.findings)
    rows, not_sent = without_unsent(file, table.rows, LINE, QUALTRICS.name if from_qualtrics else None)
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


def safe_name(name: str) -> str:
    """A file's name without folders and without characters that do not print."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(character for character in last if character.isprintable())[-120:] or "file"


# ---- workbooks ----


def _workbook(
    file: str, content: bytes, sheet: str | None, headings_line: int | None, limits: Limits
) -> tuple[Table, list[Finding]]:
    workbook = Workbook(file, content, limits)
    tab, left_aside = workbook.choose(sheet)
    reader = workbook.reader()
    records: Iterator[Record] = workbook.rows(tab, reader)
    if headings_line is not None:
        records = (record for record in records if record[0] >= headings_line)
    table = table_of(file, records, limits, padded=True, chosen_line=headings_line)
    width, computes = len(table.headings), workbook.computes_on_opening
    return table, layout_findings(file, reader.layout, table.line, width, left_aside, computes)
