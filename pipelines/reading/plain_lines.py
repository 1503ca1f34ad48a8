"""Text in which each line is a row, because no cell stands in quotation marks: split many lines at once.

It gives what the reader of single records gives, or nothing where it cannot be sure of that.
"""

import io

import polars as pl

from pipelines.reading.headings import Record

LINES_BEFORE = 100
"""The lines at the beginning that are always read record by record, for their headings."""
MOST_OTHERS = 0.1
"""A greater share of lines with another number of cells than the headings is read record by record."""
LINE_END = 10
"""The byte of a line's end."""


def beginning(text: str) -> str:
    """The first lines of a text."""
    end = 0
    for _ in range(LINES_BEFORE):
        end = text.find("\n", end) + 1
        if end == 0:
            return text
    return text[:end]


def split(
    content: bytes, delimiter: str, width: int, first: int, longest_cell: int, line: str
) -> tuple[pl.DataFrame, list[Record]] | None:
    """The lines with as many cells as `width`, and the others as records. None where they cannot be split like this.

    `content`: UTF-8. `first`: the number of the first line. `line`: what the column of line numbers is called; the
    others are called 0, 1, ….
    """
    if b'"' in content or (b"\r" in content and content.count(b"\r") != content.count(b"\r\n")):
        return None
    content = content if content.endswith(b"\n") else content + b"\n"
    height = content.count(b"\n")
    cells = _cells_by_line(content, delimiter, width, height)
    if 0 in cells or len(cells) > MOST_OTHERS * height:
        return None  # by its first line Polars tells how many columns there are
    rows = pl.read_csv(
        content,
        has_header=False,
        separator=delimiter,
        quote_char=None,
        empty_string_is_null=False,
        schema={str(place): pl.String for place in range(width)},
        extra_columns="ignore",
    )
    if rows.height != height or _longest(rows) > longest_cell:
        return None
    others = _records(content, cells, delimiter, first)
    numbered = rows.select(pl.int_range(first, first + rows.height, dtype=pl.Int64).alias(line), pl.all())
    return numbered.filter(~pl.col(line).is_in([number for number, _ in others])) if others else numbered, others


def _cells_by_line(content: bytes, delimiter: str, width: int, height: int) -> dict[int, int]:
    """The lines, from 0, that have another number of cells than `width`, and how many they have."""
    others = bytes(byte for byte in range(256) if byte not in (LINE_END, ord(delimiter)))
    marks = content.translate(None, others)
    if marks == (delimiter.encode() * (width - 1) + b"\n") * height:
        return {}
    lengths = (len(line) + 1 for line in marks.split(b"\n")[:-1])
    return {line: cells for line, cells in enumerate(lengths) if cells != width}


def _longest(rows: pl.DataFrame) -> int:
    """How many bytes the longest cell has: no fewer than its characters."""
    return max(rows.select(pl.all().str.len_bytes().max()).row(0), default=0) or 0


def _records(content: bytes, cells: dict[int, int], delimiter: str, first: int) -> list[Record]:
    if not cells:
        return []
    wanted = io.BytesIO(content)
    lines = ((line, text) for line, text in enumerate(wanted) if line in cells)
    return [(first + line, text.decode().rstrip("\r\n").split(delimiter)) for line, text in lines]
