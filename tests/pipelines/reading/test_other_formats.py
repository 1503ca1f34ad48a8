"""Files of other programs are refused with the way out that the program has."""

import io
import zipfile

import pytest

from pipelines.errors import Unreadable
from pipelines.reading.reader import read_bytes

LABELS = "export it as CSV with the labels of answers"


def archive(part: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr(part, "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"$FL2@(#) SPSS DATA FILE", f"an SPSS file (.sav), not a table. In the program that made it, {LABELS}"),
        (b"$FL3@(#) SPSS DATA FILE", f"an SPSS file (.zsav), not a table. In the program that made it, {LABELS}"),
        (b"<stata_dta><header>", f"a Stata file (.dta), not a table. In the program that made it, {LABELS}"),
        (b"\x73\x02\x01\x00\x05", f"a Stata file (.dta), not a table. In the program that made it, {LABELS}"),
        (
            b"\0" * 12 + b"\xc2\xea\x81\x60\xb3\x14",
            f"a SAS file (.sas7bdat), not a table. In the program that made it, {LABELS}",
        ),
        (
            b"HEADER RECORD*******LIBRARY HEADER",
            f"a SAS transport file (.xpt), not a table. In the program that made it, {LABELS}",
        ),
        (
            b"ASCII SPSS PORT FILE 00000-0000",
            f"an SPSS file (.por), not a table. In the program that made it, {LABELS}",
        ),
        (b"X\n\0\0\0\3", f"a file of R (.rds), not a table. In the program that made it, {LABELS}"),
        (
            b"MATLAB 5.0 MAT-file, Platform",
            f"a file of MATLAB (.mat), not a table. In the program that made it, {LABELS}",
        ),
        (b"\0\1\0\0Standard ACE DB\0", "an Access database (.accdb), not a table. Export the table itself"),
        (b"FEA1\0\0", "a Feather file, not a table. Export the table itself"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1" + "WordDocument".encode("utf-16-le"),
            "a Word document, not a table. Export the table itself",
        ),
        (archive("Index/Document.iwa"), "a Numbers file. In Numbers, choose “Export to”"),
        (archive("mimetype"), "an OpenDocument file. Save it as “Excel workbook (.xlsx)” or as CSV."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook (.xls). In Excel, choose “Save as”"),
    ],
)
def test_another_format_is_refused_with_the_way_out(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_bytes("survey.dat", content)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("survey.rds", b"\x1f\x8b\x08\0", f"a file of R, not a table. In the program that made it, {LABELS}"),
        ("survey.RData", b"BZh9", f"a file of R, not a table. In the program that made it, {LABELS}"),
        ("survey.csv.gz", b"\x1f\x8b\x08\0", "a compressed file (gzip), not a table. Unpack it"),
        ("survey.gsheet", b'{"url": "x"}', "It only leads to a Google sheet: open that, and choose “Download”"),
        ("survey.json", b'{"url": "x"}', "this is JSON, not a table. Export it again, as CSV or .xlsx."),
    ],
)
def test_a_name_tells_the_way_out_where_the_bytes_do_not(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_bytes(name, content)
    assert reason in str(caught.value)


def test_a_text_that_begins_with_a_letter_of_old_stata_files_is_a_table() -> None:
    assert read_bytes("q.csv", b"q1,r\nyes,no\n").headings == ["q1", "r"]
