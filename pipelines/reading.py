"""Open an audit file: every cell as text, with the line it stands on. Guesses nothing but the delimiter."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import polars as pl

from pipelines.errors import Unreadable
from pipelines.findings import Finding

LINE = " line"
"""The column that holds line numbers. Headings are stripped, so none can be called this."""

DELIMITERS = ",;\t|"
QUOTED = r'(?m)(?:^|(?<=[,;\t|\r]))(?:"[^"]*")+'
"""A quoted cell, wherever a cell may begin; a line break within does not end the headings."""
LONGEST_CELL = 1_000_000


@dataclass(frozen=True)
class Sheet:
    """A file as read: `rows` holds LINE and one text column a heading; blank cells are null."""

    file: str
    sha256: str
    rows: pl.DataFrame
    findings: tuple[Finding, ...] = ()

    @property
    def headings(self) -> list[str]:
        return [heading for heading in self.rows.columns if heading != LINE]


def read(path: Path) -> Sheet:
    """Read a CSV file.

    Raises Unreadable where the file cannot be opened or is not UTF-8 CSV with a row of headings.
    """
    content = _content(path)
    records = _records(path, _text(path, content))
    headings, rows, findings = _table(path, records)
    return Sheet(path.name, sha256(content).hexdigest(), _frame(headings, rows), tuple(findings))


def tidy(text: str) -> str:
    """Text without white space around it, and every run of white space within as one blank."""
    return " ".join(text.split())


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(path, f"the file cannot be opened ({error.strerror}). Check its name and folder.") from None


def _text(path: Path, content: bytes) -> str:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(path, "this is an Excel workbook. Save the sheet as “CSV UTF-8” and use that file.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(path, "the text is not UTF-8. In Excel, choose “Save as” and “CSV UTF-8”.") from None
    if "\0" in text:
        raise Unreadable(path, "this is not a CSV file: it holds null characters. Export it again as CSV UTF-8.")
    return text


def _records(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """The line each record begins on, and its cells."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise Unreadable(path, f"row {line} cannot be split into cells. Look for a stray quotation mark.") from None


def _delimiter(text: str) -> str:
    """The delimiter that splits the line of headings most often, quoted parts left out; a comma if none does."""
    unquoted = io.StringIO(re.sub(QUOTED, "_", text), newline="")
    first = next((line for line in unquoted if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def _table(
    path: Path, records: Iterator[tuple[int, list[str]]]
) -> tuple[list[str], list[list[str | int | None]], list[Finding]]:
    filled = ((line, cells) for line, cells in records if any(cell.strip() for cell in cells))
    line, cells = next(filled, (0, []))
    if not cells:
        raise Unreadable(path, "the file is empty. The first row must hold the column headings.")
    headings = _headings(path, line, cells)
    rows: list[list[str | int | None]] = []
    findings: list[Finding] = []
    for line, padded in filled:
        cells = _without_empty_tail(padded, len(headings))
        if len(cells) == len(headings):
            rows.append([line, *(tidy(cell) or None for cell in cells)])
        else:
            findings.append(_ragged(path, line, len(cells), len(headings)))
    return headings, rows, findings


def _headings(path: Path, line: int, cells: list[str]) -> list[str]:
    headings = _without_empty_tail([tidy(cell) for cell in cells], 0)
    if "" in headings:
        number = headings.index("") + 1
        raise Unreadable(path, f"row {line}: column {number} has no heading. Give it one, or delete the column.")
    twice = [heading for heading, times in Counter(headings).items() if times > 1]
    if twice:
        raise Unreadable(path, f'row {line}: two columns are headed "{twice[0]}". Rename or delete one of them.')
    return headings


def _without_empty_tail(cells: list[str], keep: int) -> list[str]:
    """Spreadsheets add empty cells at the end of rows; they mean nothing."""
    end = len(cells)
    while end > keep and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _ragged(path: Path, line: int, found: int, expected: int) -> Finding:
    return Finding(
        severity="error",
        rule="ragged_row",
        file=path.name,
        lines=(line,),
        expected=f"The row has {found} cells where the headings have {expected}.",
        fix="Look for a missing or extra delimiter, or a line break inside a cell.",
    )


def _frame(headings: list[str], rows: list[list[str | int | None]]) -> pl.DataFrame:
    schema = {LINE: pl.Int64} | dict.fromkeys(headings, pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")
