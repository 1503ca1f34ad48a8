"""A release in the formats of other programs: every relation as CSV, as Parquet, or as a sheet of one workbook.

Numbers are those of the release, to the last digit. A text that a spreadsheet would take for a formula is made inert in
CSV, and marked as a text in a workbook; Parquet has every text as it stands. A list is an array of JSON in CSV and in a
workbook.
"""

import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import polars as pl
import xlsxwriter

from pipelines.errors import Refused
from pipelines.release import file as release_file
from pipelines.release.codebook import CODEBOOK_FILE, PACKAGE_FILE, codebook, data_package
from pipelines.release.ddi import DDI_FILE, ddi_codebook
from pipelines.release.file import Described
from pipelines.spreadsheet_safety import SEPARATORS, inert, one_line

WORKBOOK_FILE = "release.xlsx"
MOST_ROWS = 1_048_575
"""So many rows a sheet has below its headings."""
LONGEST = 32_767
"""So many letters a cell of a workbook has."""
_DAWN = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive, so that the same release gives the same bytes."""
_CODEBOOK_SHEET = "codebook"


class Format(StrEnum):
    """What a release can be exported as."""

    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"


File = tuple[str, bytes]
"""Its name and its content."""


def files(path: Path, kind: Format) -> Iterator[File]:
    """The files of an export, one after the other.

    Raises Refused where the release is damaged, or has more rows than a sheet.
    """
    descriptions = release_file.descriptions(path)
    if "release" not in descriptions:
        raise Refused(f"{path.name} is no release: it lacks the relation release. Choose the file of a release.")
    about = release_file.read(path, ["release"])["release"].row(0, named=True)
    return _MAKERS[kind](path, about, descriptions)


def archive(path: Path, kind: Format) -> bytes:
    """The files of an export in one ZIP archive. The same release gives the same bytes."""
    content = BytesIO()
    with ZipFile(content, "w") as opened:
        for name, data in files(path, kind):
            opened.writestr(ZipInfo(name, _DAWN), data, ZIP_DEFLATED)
    return content.getvalue()


def codebook_of(path: Path) -> bytes:
    """The codebook of a release alone, as Markdown."""
    about = release_file.read(path, ["release"])["release"].row(0, named=True)
    return codebook(about, release_file.descriptions(path)).encode()


def ddi_of(path: Path) -> bytes:
    """The description of a release for data archives, as XML (DDI-Codebook 2.5)."""
    frames = release_file.read(path, ["release", "measure", "instrument"])
    about, instrument = (frames[name].row(0, named=True) for name in ("release", "instrument"))
    return ddi_codebook(about, release_file.descriptions(path), frames["measure"], instrument.get("licence"))


def workbook(path: Path) -> bytes:
    """The workbook of a release."""
    return next(content for name, content in files(path, Format.XLSX) if name == WORKBOOK_FILE)


def _frames(path: Path, names: dict[str, Described]) -> Iterator[tuple[str, pl.DataFrame]]:
    """One relation after the other, so that never all of them are held."""
    return ((name, release_file.read(path, [name])[name]) for name in names)


# ---- CSV and Parquet ----


def _csv_files(path: Path, about: dict[str, Any], descriptions: dict[str, Described]) -> Iterator[File]:
    yield PACKAGE_FILE, data_package(about, descriptions).encode()
    yield CODEBOOK_FILE, codebook(about, descriptions).encode()
    yield DDI_FILE, ddi_of(path)
    for name, frame in _frames(path, descriptions):
        yield f"{name}.csv", _csv(frame)


def _csv(frame: pl.DataFrame) -> bytes:
    """UTF-8 without a byte order mark, which few clients expect. An empty text stands in quotes, a missing one not."""
    cells = frame.with_columns(_lists_as_text(_inert_in_json), _texts(inert))
    return cells.write_csv(datetime_format="%Y-%m-%dT%H:%M:%S%.f").encode()


def _inert_in_json(text: str) -> str:
    """The same for a text within JSON, where a number stands in quotes and so is none."""
    return "".join(
        f"'{piece}" if inert(f'"{piece}"')[0] == "'" else piece for piece in SEPARATORS.split(one_line(text))
    )


def _parquet_files(path: Path, about: dict[str, Any], descriptions: dict[str, Described]) -> Iterator[File]:
    yield CODEBOOK_FILE, codebook(about, descriptions).encode()
    for name, frame in _frames(path, descriptions):
        content = BytesIO()
        frame.write_parquet(content)
        yield f"{name}.parquet", content.getvalue()


def _texts(change: Callable[[str], str]) -> pl.Expr:
    """Each text changed. The same few stand in thousands of rows, so each is changed once."""

    def changed(column: pl.Series) -> pl.Series:
        texts = column.drop_nulls().unique()
        return column.replace_strict(texts, [change(text) for text in texts], default=None, return_dtype=pl.String)

    return pl.col(pl.String).map_batches(changed, return_dtype=pl.String)


def _lists_as_text(change: Callable[[str], str]) -> pl.Expr:
    """Each list as an array of JSON, whose texts are changed one by one: so it stays JSON."""

    @cache
    def changed(texts: tuple[str, ...]) -> str:
        return json.dumps([change(text) for text in texts], ensure_ascii=False)

    return pl.col(pl.List(pl.String)).map_elements(lambda texts: changed(tuple(texts)), return_dtype=pl.String)


# ---- workbook ----


def _workbook_files(path: Path, about: dict[str, Any], descriptions: dict[str, Described]) -> Iterator[File]:
    content = BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, plain) as book:
        book.set_properties({"title": about["release_id"], "created": about["published_at"]})
        _write_sheet(book, _CODEBOOK_SHEET, _codebook_rows(descriptions))
        for name, frame in _frames(path, descriptions):
            _write_sheet(book, name, frame.with_columns(_lists_as_text(str), _texts(one_line)))
    yield WORKBOOK_FILE, content.getvalue()


def _codebook_rows(descriptions: dict[str, Described]) -> pl.DataFrame:
    rows = [
        (name, column, dtype, comment)
        for name, described in descriptions.items()
        for column, (dtype, comment) in {"": ("", described.comment), **described.columns}.items()
    ]
    return pl.DataFrame(rows, schema=["relation", "column", "type", "meaning"], orient="row")


def _write_sheet(book: xlsxwriter.Workbook, name: str, frame: pl.DataFrame) -> None:
    if frame.height > MOST_ROWS:
        raise Refused(
            f"{name} has {frame.height:,} rows, and a sheet has room for {MOST_ROWS:,}. Export CSV or Parquet."
        )
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, frame.columns, book.add_format({"bold": True}))
    as_text = book.add_format({"quote_prefix": True})
    formats = {
        pl.Date: book.add_format({"num_format": "yyyy-mm-dd"}),
        pl.Datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    for place, column in enumerate(frame.iter_columns()):
        plain = formats.get(column.dtype.base_type())
        texts = column.drop_nulls().unique() if column.dtype == pl.String else ()
        formulas = {text for text in texts if inert(text) != text}
        for row, value in enumerate(column, start=1):
            if isinstance(value, str):
                sheet.write_string(row, place, value[:LONGEST], as_text if value in formulas else None)
            elif value is not None:
                sheet.write(row, place, value, plain)


_MAKERS: dict[Format, Callable[[Path, dict[str, Any], dict[str, Described]], Iterator[File]]] = {
    Format.CSV: _csv_files,
    Format.PARQUET: _parquet_files,
    Format.XLSX: _workbook_files,
}
