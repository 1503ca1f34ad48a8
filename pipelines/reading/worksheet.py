"""The XML of a workbook's sheet as rows of text, and what is remarkable about the sheet."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from xml.parsers import expat

from pipelines.errors import Unreadable
from pipelines.reading.cell_formats import shown_number, unescaped
from pipelines.reading.limits import Limits

MOST_CHARACTERS = 32_767
"""Characters an Excel cell can hold."""
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
AGAIN = "Open it in Excel, save it again as “Excel workbook (.xlsx)”, and use that file."


@dataclass
class Layout:
    """What is remarkable about a sheet, gathered while its rows are read."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    """First and last, from 0."""
    merged: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    not_computed: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Styles:
    """What the cells of a sheet refer to: shared texts, the kinds of number formats, the day that days count from."""

    texts: list[str]
    formats: list[str]
    first_day: datetime


def damaged(file: str) -> Unreadable:
    return Unreadable(file, f"the workbook is damaged. {AGAIN}")


def too_large(file: str) -> Unreadable:
    return Unreadable(
        file,
        "unpacked, this workbook is far larger than a survey can be. Copy the cells that matter into a new "
        "workbook, and use that.",
    )


class TextReader:
    """Reads the texts that cells share, without their phonetic guides."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._in_text = self._in_guide = False
        self.parser = parser
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, name: str, _: dict[str, str]) -> None:
        match local(name):
            case "t":
                self._in_text = not self._in_guide
            case "rPh":
                self._in_guide = True

    def _end(self, name: str) -> None:
        match local(name):
            case "t":
                self._in_text = False
            case "rPh":
                self._in_guide = False
            case "si":
                self.texts.append(unescaped("".join(self._parts)))
                self._parts.clear()

    def _characters(self, text: str) -> None:
        if self._in_text:
            self._parts.append(text)


class SheetReader:
    """Reads the rows of a sheet. The parser calls it element by element."""

    def __init__(self, file: str, parser: expat.XMLParserType, styles: Styles, limits: Limits) -> None:
        self.file, self.limits, self.styles, self.layout = file, limits, styles, Layout()
        self._rows: list[tuple[int, list[str]]] = []
        self._cells: list[str] = []
        self._line = self._length = 0
        self._line_text = "0"
        self._cell: dict[str, str] = {}
        self._value: list[str] = []
        self._collecting = self._in_guide = self._has_formula = False
        self._column = -1
        self.parser = parser
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def drain(self) -> list[tuple[int, list[str]]]:
        """The rows read since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match local(name):
            case "c":
                self._cell = attributes
                self._place(attributes.get("r"))
                self._has_formula = False
                self._value.clear()
            case "v":
                self._collecting = True
            case "t":
                self._collecting = not self._in_guide
            case "f":
                self._has_formula = True
            case "rPh":
                self._in_guide = True
            case "row":
                self._start_row(attributes)
            case "col" if attributes.get("hidden") in ("1", "true"):
                span = (whole(attributes.get("min")) - 1, whole(attributes.get("max")) - 1)
                self.layout.hidden_columns.append(span)
            case "mergeCell":
                self.layout.merged.append(attributes.get("ref", ""))

    def _start_row(self, attributes: dict[str, str]) -> None:
        line = int(attributes["r"]) if "r" in attributes else self._line + 1
        if not self._line < line <= MOST_ROWS:
            raise ValueError("rows out of order")
        self._line, self._line_text, self._cells, self._column = line, str(line), [], -1
        if attributes.get("hidden") in ("1", "true"):
            self.layout.hidden_rows.append(line)

    def _place(self, reference: str | None) -> None:
        """Move to the cell of this reference, or to the next."""
        column = self._column + 1 if reference is None else column_index(reference.removesuffix(self._line_text))
        if not self._column < column < MOST_COLUMNS:
            raise ValueError("cells out of order")
        self._column = column

    def _end(self, name: str) -> None:
        match local(name):
            case "v" | "t":
                self._collecting = False
            case "rPh":
                self._in_guide = False
            case "c":
                self._end_cell()
            case "row" if self._cells:
                self._rows.append((self._line, self._cells))
                self._cells = []

    def _end_cell(self) -> None:
        text = self._text("".join(self._value))
        if self._has_formula:
            self.layout.formulas.append(self._here)
            if not text and self._cell.get("t") != "str":
                self.layout.not_computed.append(self._here)
        if text:
            self._keep(text)

    @property
    def _here(self) -> str:
        return self._cell.get("r") or f"row {self._line}"

    def _keep(self, text: str) -> None:
        limits, file = self.limits, self.file
        if self._column >= limits.columns and text.strip():
            raise limits.too_many_columns(file)
        if len(text) > MOST_CHARACTERS:
            raise damaged(file)
        self._length += len(text)
        if self._length > limits.text:
            raise too_large(file)
        self._cells += [""] * (self._column - len(self._cells))
        self._cells.append(text)

    def _text(self, value: str) -> str:
        match self._cell.get("t", "n"):
            case "s":
                return self.styles.texts[whole(value)] if value else ""
            case "str" | "inlineStr":
                return unescaped(value)
            case "b":
                return {"1": "TRUE", "0": "FALSE"}.get(value.strip(), value)
            case "e":
                self.layout.errors.append(self._here)
                return value
            case "d":
                return value.removesuffix("T00:00:00").replace("T", " ")
            case _:
                return self._number(value) if value.strip() else ""

    def _number(self, value: str) -> str:
        style, formats = whole(self._cell.get("s")), self.styles.formats
        kind = formats[style] if style < len(formats) else ""
        return shown_number(value, kind, self.styles.first_day)

    def _characters(self, text: str) -> None:
        if self._collecting:
            self._value.append(text)


# ---- small readings ----


@lru_cache(maxsize=256)
def local(name: str) -> str:
    """The name of an element without its namespace."""
    return name.rpartition(" ")[2]


def whole(text: str | None) -> int:
    """A whole number; 0 for nothing. Raises ValueError where it is none, or negative."""
    number = int(text or 0)
    if number < 0:
        raise ValueError("negative")
    return number


@cache
def column_index(letters: str) -> int:
    """0, 1, … for A, B, …"""
    if re.fullmatch(r"[A-Z]{1,3}", letters) is None:
        raise ValueError("not a column")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def area(reference: str) -> tuple[int, int]:
    """First and last row of `A3:C5`. It is (0, 0) where the reference makes no sense."""
    rows = [int(match) for match in re.findall(r"[A-Z]+([0-9]{1,7})", reference)]
    return (min(rows), max(rows)) if rows else (0, 0)
