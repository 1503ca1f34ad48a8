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
        (archive("Index/Document.iwa"), "a Numbers file. In Numbers, choose “Export to”"),
        (archive("mimetype"), "an OpenDocument file. Save it as “Excel workbook (.xlsx)” or as CSV."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook (.xls). In Excel, choose “Save as”"),
    ],
)
def test_another_format_is_refused_with_the_way_out(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_bytes("survey.dat", content)
    assert reason in str(caught.value)


def test_a_text_that_begins_with_a_letter_of_old_stata_files_is_a_table() -> None:
    assert read_bytes("q.csv", b"q1,r\nyes,no\n").headings == ["q1", "r"]
