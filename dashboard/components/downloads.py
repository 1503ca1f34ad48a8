"""What is on screen, to take away: rows of the release with the words of the table, as CSV or XLSX.

A CSV begins with lines that start with `# ` and say what is in it: release, page, what was chosen, remarks. Readers
skip them: `pandas.read_csv(file, comment="#")`, `polars.read_csv(file, comment_prefix="#")`, in DuckDB
`read_csv(file, comment = '#')`. Every text is quoted, so that a `#` within one is no comment. Excel shows the lines
above the table. (A column for each of these facts, the same in all rows, was rejected: nobody would see it who looks at
the sheet, and that the wording is a draft has to be seen.) An XLSX has them on a sheet of their own.

A text that a spreadsheet would take for a formula is made inert: by an apostrophe in CSV, in XLSX by the mark that the
cell holds a text, which is what such an apostrophe becomes there.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import NamedTuple

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pipelines.spreadsheet_safety import BOM, inert, one_line

MIME = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

OF_THE_CATALOGUE = (
    r"^(place|title|phrase|asked_of|question|answers|affirmative_1|base|within|source|caveat|benchmark_.*)$"
)
"""Columns the pages draw from, but which tell of the measure and not of the result: the About page has them."""

_LISTS = pl.col(pl.List(pl.String))

LONGEST = 32_767
"""Excel has no room for more in a cell."""
WIDEST = 60


class Export(NamedTuple):
    """The page a table stands on, the rows of the release behind it, what was chosen for them, and which part of the
    page they are. Where a row of the table is not a row of the release, its words go alone."""

    page: str
    rows: pl.DataFrame | None
    chosen: Sequence[str] = ("programme", "year", "measure")
    part: str = ""


class Sheet(NamedTuple):
    """A table to take away: its words as on the page and its rows as in the release, and what to know about them."""

    name: str
    words: pl.DataFrame
    rows: pl.DataFrame | None
    published_at: datetime
    context: Mapping[str, str]

    @property
    def cells(self) -> pl.DataFrame:
        """The words, then the release's own columns. To many readers `Status` and `status` are one name."""
        if self.rows is None:
            return self.words.with_columns(_each_text(one_line))
        numbers = self.rows.select(pl.exclude(OF_THE_CATALOGUE)).with_columns(_LISTS.list.join("; "))
        twice = [name for name in self.words.columns if _same(self.words[name], name.lower(), numbers)]
        words = self.words.drop(twice).rename(
            lambda name: f"{name} in words" if name.lower() in numbers.columns else name
        )
        return pl.concat([words, numbers], how="horizontal").with_columns(_each_text(one_line))


def _same(words: pl.Series, name: str, numbers: pl.DataFrame) -> bool:
    """Whether a column of words says letter for letter what the release's own column of that name says."""
    if name not in numbers.columns or numbers[name].dtype != pl.String:
        return False
    return words.to_list() == [(value or "").replace("_", " ") for value in numbers[name]]


def file_name(export: Export, choice: Mapping[str, str], release_id: str) -> str:
    """`openness-compare-2025-26-models_openness-2026-11-22-1`, without the ending."""
    return "-".join(
        part for part in ("openness", export.page, *map(choice.get, export.chosen), export.part, release_id) if part
    )


def csv(sheet: Sheet) -> bytes:
    """UTF-8 with a byte order mark, lines of context, commas, every text quoted."""
    lines = [f"# {inert(one_line(f'{label}: {value}'))}\n" for label, value in sheet.context.items()]
    table = sheet.cells.rename(inert).with_columns(_each_text(inert))
    return "".join([BOM, *lines, table.write_csv(quote_style="non_numeric")]).encode()


def xlsx(sheet: Sheet) -> bytes:
    """The cells on one sheet and the context on a second. The same sheet gives the same bytes."""
    file = BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, plain) as book:
        book.set_properties({"title": sheet.name, "created": sheet.published_at})
        bold, as_text = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        formats = {pl.Date: day, pl.Datetime: day}
        data, about = book.add_worksheet("Data"), book.add_worksheet("About")
        data.freeze_panes(1, 0)
        for place, column in enumerate(sheet.cells.iter_columns()):
            _write(data, 0, place, column.name, bold)
            for row, value in enumerate(column, start=1):
                _write(data, row, place, value, as_text if _risky(value) else formats.get(column.dtype.base_type()))
            longest = max(len(str(value)) for value in (column.name, *column.drop_nulls()))
            data.set_column(place, place, min(longest + 2, WIDEST))
        about.set_column(0, 1, WIDEST)
        for row, (label, value) in enumerate(sheet.context.items()):
            _write(about, row, 0, label, bold)
            _write(about, row, 1, one_line(value), as_text if _risky(value) else None)
    return file.getvalue()


MAKERS = {"csv": csv, "xlsx": xlsx}


def _each_text(change: Callable[[str], str]) -> pl.Expr:
    return pl.col(pl.String).map_elements(change, return_dtype=pl.String)


def _risky(value: object) -> bool:
    return isinstance(value, str) and inert(value) != value


def _write(sheet: Worksheet, row: int, place: int, value: object, form: object = None) -> None:
    """A text as a text whatever it looks like; nothing for null."""
    if isinstance(value, str):
        sheet.write_string(row, place, value[:LONGEST], form)
    elif value is not None:
        sheet.write(row, place, value, form)
