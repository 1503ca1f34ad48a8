"""Excel workbooks: which sheets there are, and the rows of one.

A workbook is a zip of XML. It is streamed, never unpacked as a whole: sizes are looked at before anything is opened,
a document type (and with it every entity) is refused, and only the parts that are needed are read.
"""

import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from pipelines.errors import SheetNotChosen, Unreadable
from pipelines.reading.cell_formats import FIRST_DAY, FIRST_DAY_1904, format_kind
from pipelines.reading.encodings import EXPORT_TABLE, UNPACK
from pipelines.reading.limits import Limits
from pipelines.reading.worksheet import AGAIN, SheetReader, Styles, TextReader, damaged, local, too_large, whole
from pipelines.template_sheets import COLUMNS_SHEET, LISTS_SHEET

BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
TEXTS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
OTHER_FORMATS = {
    "xl/workbook.bin": "this is a binary Excel workbook (.xlsb). Save it as “Excel workbook (.xlsx)”.",
    "word/document.xml": f"this is a Word document, not a table. {EXPORT_TABLE}",
    "ppt/presentation.xml": f"these are slides, not a table. {EXPORT_TABLE}",
    "mimetype": "this is an OpenDocument file. Save it as “Excel workbook (.xlsx)” or as CSV.",
    "Index/Document.iwa": "this is a Numbers file. In Numbers, choose “Export to” and “Excel” or “CSV”.",
    "Index.zip": "this is a Numbers file. In Numbers, choose “Export to” and “Excel” or “CSV”.",
}
"""Parts by which other formats are known that are packed like a workbook."""
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    LookupError,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
)
"""The errors that reading a damaged zip raises."""


@dataclass(frozen=True)
class Tab:
    """A sheet of a workbook."""

    name: str
    part: str
    hidden: bool


class Workbook:
    """An Excel workbook in memory.

    Raises Unreadable where the content is no workbook, is damaged or protected, holds macros, or is far too large once
    unpacked.
    """

    def __init__(self, file: str, content: bytes, limits: Limits) -> None:
        self.file, self.limits = file, limits
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except DAMAGE:
            raise damaged(file) from None
        self.parts = frozenset(self._zip.namelist())
        self._refuse_others()
        self._refuse_bombs()
        self.first_day, self.computes_on_opening = FIRST_DAY, False
        self.tabs = self._tabs()

    def choose(self, name: str | None) -> tuple[Tab, tuple[str, ...]]:
        """The sheet of this name, or the only one that holds anything; and the hidden sheets left aside.

        In a template of ours, the sheet to fill in is chosen.

        Raises SheetNotChosen, with the names there are, where it must be said which sheet is meant.
        """
        if name is not None:
            return self._named(name), ()
        filled = [tab for tab in self.tabs if len(self.tabs) == 1 or self._holds_anything(tab)]
        shown = [tab for tab in filled if not tab.hidden] or filled or list(self.tabs[:1])
        candidates = _to_fill_in(shown) or shown
        if not candidates:
            raise Unreadable(self.file, f"the workbook has no sheet of cells. {AGAIN}")
        if len(candidates) > 1:
            raise SheetNotChosen(self.file, "the workbook has several sheets", [tab.name for tab in candidates])
        return candidates[0], tuple(tab.name for tab in filled if tab not in shown)

    def reader(self) -> SheetReader:
        """A reader for a sheet. Its `layout` is complete when all rows are read."""
        return SheetReader(
            self.file, self._parser(), Styles(self._texts(), self._formats(), self.first_day), self.limits
        )

    def rows(self, tab: Tab, reader: SheetReader) -> Iterator[tuple[int, list[str]]]:
        """Row number and cells, in order; rows without any cell are left out."""
        for chunk in self._chunks(tab.part):
            self._feed(reader.parser, chunk)
            yield from reader.drain()
        self._feed(reader.parser, b"", last=True)
        yield from reader.drain()

    def _named(self, name: str) -> Tab:
        for tab in self.tabs:
            if tab.name == name:
                return tab
        raise SheetNotChosen(self.file, f"there is no sheet “{name}”", [tab.name for tab in self.tabs])

    # ---- before anything is opened ----

    def _refuse_others(self) -> None:
        for part, reason in OTHER_FORMATS.items():
            if part in self.parts:
                raise Unreadable(self.file, reason)
        if BOOK not in self.parts:
            raise Unreadable(self.file, f"this is an archive (zip). {UNPACK}")
        if any(part.lower().endswith("vbaproject.bin") for part in self.parts):
            raise Unreadable(
                self.file, "this workbook holds macros. Save it as “Excel workbook (.xlsx)”, without them."
            )
        if len(self.parts) < len(self._zip.namelist()):
            raise damaged(self.file)

    def _refuse_bombs(self) -> None:
        entries = self._zip.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        if len(entries) > self.limits.entries or unpacked > self.limits.unpacked:
            raise too_large(self.file)
        for entry in entries:
            if entry.file_size > max(self.limits.small, self.limits.ratio * entry.compress_size):
                raise too_large(self.file)

    # ---- parts ----

    def _tabs(self) -> tuple[Tab, ...]:
        targets = {link.get("Id"): link for link in self._elements(LINKS, "Relationship")}
        tabs = []
        for element in self._elements(BOOK, "sheet", "workbookPr", "calcPr"):
            if element.get("date1904") in ("1", "true"):
                self.first_day = FIRST_DAY_1904
            self.computes_on_opening |= element.get("fullCalcOnLoad") in ("1", "true")
            target = targets.get(next((element[key] for key in element if key.endswith(" id")), None), {})
            if target.get("Type", "").endswith("/worksheet") and "name" in element:
                part = posixpath.normpath(posixpath.join("/xl", target.get("Target", ""))).lstrip("/")
                tabs.append(Tab(element["name"], part, element.get("state", "visible") != "visible"))
        return tuple(tabs)

    def _elements(self, part: str, *names: str) -> list[dict[str, str]]:
        """The attributes of all elements of these names in a small part, in order."""
        found: list[dict[str, str]] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            if local(name) in names:
                found.append(attributes)

        parser = self._parser()
        parser.StartElementHandler = start
        self._parse(part, parser)
        return found

    def _holds_anything(self, tab: Tab) -> bool:
        seen: list[str] = []
        parser = self._parser()
        parser.StartElementHandler = lambda name, _: seen.append(name) if local(name) in ("v", "is", "f") else None
        for chunk in self._chunks(tab.part):
            self._feed(parser, chunk)
            if seen:
                return True
        return False

    def _texts(self) -> list[str]:
        reader = TextReader(self._parser())
        if TEXTS in self.parts:
            self._parse(TEXTS, reader.parser)
        return reader.texts

    def _formats(self) -> list[str]:
        """The kind of number format of each style a cell may have."""
        if STYLES not in self.parts:
            return []
        codes: dict[int, str] = {}
        numbers: list[int] = []
        inside = False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal inside
            match local(name):
                case "cellXfs":
                    inside = True
                case "numFmt":
                    codes[whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
                case "xf" if inside:
                    numbers.append(whole(attributes.get("numFmtId")))

        def end(name: str) -> None:
            nonlocal inside
            inside = inside and local(name) != "cellXfs"

        parser = self._parser()
        parser.StartElementHandler, parser.EndElementHandler = start, end
        self._parse(STYLES, parser)
        return [format_kind(number, codes.get(number, "")) for number in numbers]

    # ---- XML ----

    def _chunks(self, part: str) -> Iterator[bytes]:
        try:
            with self._zip.open(part) as stream:
                yield from _blocks(stream)
        except DAMAGE:
            raise damaged(self.file) from None
        except RuntimeError:  # what zipfile raises for an encrypted entry
            reason = "this workbook is protected by a password. Remove it, and save again."
            raise Unreadable(self.file, reason) from None

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_document_type
        return parser

    def _refuse_document_type(self, *_: object) -> None:
        raise damaged(self.file)

    def _parse(self, part: str, parser: expat.XMLParserType) -> None:
        for chunk in self._chunks(part):
            self._feed(parser, chunk)
        self._feed(parser, b"", last=True)

    def _feed(self, parser: expat.XMLParserType, chunk: bytes, *, last: bool = False) -> None:
        try:
            parser.Parse(chunk, last)
        except (expat.ExpatError, ValueError, LookupError, OverflowError):
            raise damaged(self.file) from None


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(1 << 18):
        yield block


def _to_fill_in(tabs: Sequence[Tab]) -> list[Tab]:
    """The sheets of a template that do not explain it; all sheets, if the workbook is no template."""
    is_template = any(tab.name == COLUMNS_SHEET for tab in tabs)
    return [tab for tab in tabs if not (is_template and tab.name in (COLUMNS_SHEET, LISTS_SHEET))]
