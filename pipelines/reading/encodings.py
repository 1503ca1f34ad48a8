"""Bytes into text. A file that is no table is refused by its first bytes, and a guess at the encoding is never silent.

Bytes that are valid UTF-8 are read as UTF-8. Another encoding can give such bytes by chance, as Windows-1252 does for
`ß€`, but hardly ever in a whole text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.errors import Unreadable

WINDOWS = "Windows-1252"
SAVE_AGAIN = "In Excel, choose “Save as” and “CSV UTF-8”, or save it as an Excel workbook (.xlsx)."
EXPORT_TABLE = "Export the table itself, as CSV or .xlsx."
EXPORT_LABELS = "In the program that made it, export it as CSV with the labels of answers, not their numbers."
EXPORT_AGAIN = "Export it again, as CSV or .xlsx."
DOWNLOAD = "It only leads to a Google sheet: open that, and choose “Download” and “Comma-separated values (.csv)”."
UNPACK = "Unpack it, and use the file inside."

FORMATS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", EXPORT_TABLE),
    (b"\x89PNG", "a picture", EXPORT_TABLE),
    (b"\xff\xd8\xff", "a picture", EXPORT_TABLE),
    (b"GIF8", "a picture", EXPORT_TABLE),
    (b"\x1f\x8b", "a compressed file (gzip)", UNPACK),
    (b"BZh", "a compressed file (bzip2)", UNPACK),
    (b"\xfd7zXZ\0", "a compressed file (xz)", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a compressed file (zstd)", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)", UNPACK),
    (b"Rar!\x1a\x07", "an archive (rar)", UNPACK),
    (b"SQLite format 3", "a database (SQLite)", EXPORT_TABLE),
    (b"PAR1", "a Parquet file", EXPORT_TABLE),
    (b"$FL2", "an SPSS file (.sav)", EXPORT_LABELS),
    (b"$FL3", "an SPSS file (.zsav)", EXPORT_LABELS),
    (b"<stata_dta>", "a Stata file (.dta)", EXPORT_LABELS),
    (b"\0" * 12 + b"\xc2\xea\x81\x60", "a SAS file (.sas7bdat)", EXPORT_LABELS),
    (b"HEADER RECORD*******", "a SAS transport file (.xpt)", EXPORT_LABELS),
    (b"ASCII SPSS PORT FILE", "an SPSS file (.por)", EXPORT_LABELS),
    (b"RDX", "a file of R (.RData)", EXPORT_LABELS),
    (b"X\n\0\0", "a file of R (.rds)", EXPORT_LABELS),
    (b"MATLAB 5.0 MAT-file", "a file of MATLAB (.mat)", EXPORT_LABELS),
    (b"FEA1", "a Feather file", EXPORT_TABLE),
    (b"\0\1\0\0Standard Jet DB", "an Access database (.mdb)", EXPORT_TABLE),
    (b"\0\1\0\0Standard ACE DB", "an Access database (.accdb)", EXPORT_TABLE),
    (b"ARROW1", "an Arrow file", EXPORT_TABLE),
    (b"{\\rtf", "a text document (RTF)", EXPORT_TABLE),
)
"""First bytes of other formats, what they announce, and what to do."""

PACKED_R = (".rds", ".rdata", ".rda")
"""How the names of files of R end, which are packed, so that their first bytes do not tell."""
PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
OLD_STATA = re.compile(rb"[\x69\x6c\x6e\x6f\x71-\x73][\x01\x02]\x01\0")
"""How Stata files of before 2013 begin: a version, the order of bytes, and what kind of file it is."""
MARKUP = re.compile(rb"\s*<(?:!doctype|\?xml|!--|(?:html|head|body|meta|table|svg|script)[\s/>])", re.IGNORECASE)
JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[\{\"\d\]])")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
ENCRYPTED, WORD = "EncryptedPackage".encode("utf-16-le"), "WordDocument".encode("utf-16-le")


@dataclass(frozen=True)
class Text:
    """A file's text. `assumed` names an encoding that nothing in the file confirms."""

    text: str
    assumed: str | None = None


def decode(file: str, content: bytes) -> Text:
    """The text of a file that is valid UTF-8, UTF-16 with its mark, or else Windows-1252.

    Raises Unreadable where the file is none of these, or no table at all.
    """
    refuse_other_formats(file, content)
    for mark, reader in MARKED:
        if content.startswith(mark):
            return reader(file, content)
    if b"\0" in content:
        raise Unreadable(file, _null_characters(content))
    try:
        return Text(content.decode("utf-8"))
    except UnicodeDecodeError:
        return _windows(file, content)


def refuse_other_formats(file: str, content: bytes) -> None:
    """Raises Unreadable for a file that is something else, whatever its name says. Workbooks are let through."""
    if file.lower().endswith(PACKED_R) and content.startswith(PACKED):
        raise Unreadable(file, f"this is a file of R, not a table. {EXPORT_LABELS}")
    for first_bytes, name, to_do in FORMATS:
        if content.startswith(first_bytes):
            raise Unreadable(file, f"this is {name}, not a table. {to_do}")
    if OLD_STATA.match(content):
        raise Unreadable(file, f"this is a Stata file (.dta), not a table. {EXPORT_LABELS}")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(file, _old_workbook(content))
    head = content[:2000].removeprefix(b"\xef\xbb\xbf")
    if MARKUP.match(head):
        raise Unreadable(file, f"this is a web page or XML, not a table. {EXPORT_AGAIN}")
    if JSON.match(head):
        raise Unreadable(file, f"this is JSON, not a table. {DOWNLOAD if _is_link(file) else EXPORT_AGAIN}")


def _is_link(file: str) -> bool:
    return file.lower().endswith(".gsheet")


def _old_workbook(content: bytes) -> str:
    if ENCRYPTED in content:
        return "this workbook is protected by a password. Remove the password in Excel, and save it again."
    if WORD in content:
        return f"this is a Word document, not a table. {EXPORT_TABLE}"
    return "this is an old Excel workbook (.xls). In Excel, choose “Save as” and “Excel workbook (.xlsx)”."


def _null_characters(content: bytes) -> str:
    start = content[:1000]
    if max(start[::2].count(0), start[1::2].count(0)) > len(start) // 4:
        return f"the text looks like UTF-16 without the mark that says so. {SAVE_AGAIN}"
    return f"this is not a CSV file: it holds null characters. {SAVE_AGAIN}"


def _utf_8(file: str, content: bytes) -> Text:
    return _marked(file, content, "utf-8-sig", "UTF-8")


def _utf_16(file: str, content: bytes) -> Text:
    return _marked(file, content, "utf-16", "UTF-16")


def _utf_32(file: str, _: bytes) -> Text:
    raise Unreadable(file, f"the text is UTF-32. {SAVE_AGAIN}")


MARKED: tuple[tuple[bytes, Callable[[str, bytes], Text]], ...] = (
    (b"\xef\xbb\xbf", _utf_8),
    (b"\xff\xfe\0\0", _utf_32),
    (b"\0\0\xfe\xff", _utf_32),
    (b"\xff\xfe", _utf_16),
    (b"\xfe\xff", _utf_16),
)
"""Byte order marks, the longer before the shorter."""


def _marked(file: str, content: bytes, codec: str, name: str) -> Text:
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        raise Unreadable(file, f"the file says that it is {name}, and is not. {SAVE_AGAIN}") from None
    if "\0" in text:
        raise Unreadable(file, f"this is not a CSV file: it holds null characters. {SAVE_AGAIN}")
    return Text(text)


def _windows(file: str, content: bytes) -> Text:
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = "\0"
    if CONTROL.search(text):
        raise Unreadable(file, f"the text is neither UTF-8 nor {WINDOWS}. {SAVE_AGAIN}")
    return Text(text, assumed=WINDOWS)
