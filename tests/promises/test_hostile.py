"""Files made to break something. Each is read rightly or refused with a sentence; nothing else can come of it."""

import csv
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.checking.checker import check
from pipelines.errors import Unreadable
from pipelines.findings import errors
from pipelines.instrument.contract import Context
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from pipelines.reading.limits import PAGE
from pipelines.reading.reader import LINE, Sheet, read_bytes, tidy
from tests.factories import a_workbook, first_catalogue
from tests.reference.worker import Worker
from tests.thorough import examples

HEADINGS = "programme_id,academic_year,respondent_group,invited\n"
ROW = "aa,2024-25,staff,12\n"
COHORTS = contract(Dataset.COHORTS, first_catalogue(), Context("2026-27"))


def told(text: str | bytes, name: str = "file.csv") -> list[str]:
    """What a file of cohorts is told, as rules."""
    content = text.encode() if isinstance(text, str) else text
    return [finding.rule for finding in check(read_bytes(name, content), COHORTS).findings]


# ---- headings that are not what they seem ----


@pytest.mark.parametrize(
    ("heading", "named"),
    [
        ("inv\u200bited", "zero width space"),
        ("\ufeffinvited", "zero width no-break space"),
        ("invited\u2060", "word joiner"),
        ("іnvited", "cyrillic small letter byelorussian-ukrainian i"),
        ("invіted", "cyrillic small letter byelorussian-ukrainian i"),
        ("ιnvited", "greek small letter iota"),
        ("ｉnvited", "fullwidth latin small letter i"),
    ],
)
def test_a_disguised_heading_is_named_with_its_character(heading: str, named: str) -> None:
    text = HEADINGS.replace("invited", heading) + ROW
    found = check(read_bytes("file.csv", text.encode()), COHORTS).findings
    disguised = [finding.expected for finding in found if finding.rule == "disguised_heading"]
    assert disguised == [f"This looks like invited, but has a character that is not what it seems ({named})."]


def test_a_heading_in_another_alphabet_is_only_unknown() -> None:
    assert "unknown_column" in told("приглашены,b\n1,2\n")


# ---- what spreadsheets make of codes ----


@pytest.mark.parametrize("damaged", ["Jun-25", "06-Jun", "25-Jun-24", "2025-06-01"])
def test_a_code_made_a_date_is_recognised(damaged: str) -> None:
    text = HEADINGS + ROW.replace("aa", damaged)
    found = check(read_bytes("file.csv", text.encode()), COHORTS).findings
    assert [finding.rule for finding in found] == ["id_made_a_date"]
    assert "format of the column to text" in found[0].fix


@pytest.mark.parametrize("damaged", ["Oct-11", "2011-10-01", "40817"])
def test_a_year_made_a_date_is_recognised(damaged: str) -> None:
    text = HEADINGS + ROW.replace("2024-25", damaged)
    found = check(read_bytes("file.csv", text.encode()), COHORTS).findings
    assert [finding.rule for finding in found] == ["academic_year"]
    assert "format of the column to text" in found[0].fix


@pytest.mark.parametrize(("number", "rules"), [("36525", []), ("36526", ["id_day_number"]), ("58001", [])])
def test_an_id_that_could_be_a_day_number_is_a_warning(number: str, rules: list[str]) -> None:
    assert told(HEADINGS + ROW.replace("aa", number)) == rules


def test_formulas_in_a_csv_are_text_that_no_column_takes() -> None:
    assert told(HEADINGS + ROW.replace("aa", '"=HYPERLINK(""http://x"",""aa"")"')) == ["well_formed_id"]
    assert told(HEADINGS + ROW.replace("12", "=6+6")) == ["type"]


# ---- large, wide, deep: through the command line, in a worker that is killed ----


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    started = Worker(tmp_path_factory.mktemp("hostile"))
    yield started
    started.stop()


def bomb() -> bytes:
    """A workbook with a part of a gigabyte of nothing."""
    content = io.BytesIO(a_workbook([["a", "b"], [1, 2]]))
    with (
        zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
        book.open("xl/x.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(1_000):
            part.write(bytes(1_000_000))
    return content.getvalue()


def shared_text_bomb() -> bytes:
    """A text of 32,767 characters in 60,000 cells: two gigabytes in a file of a few hundred kilobytes."""
    content = a_workbook([["a", "b"], ["x" * 32_767, "y"]])
    row = '<row r="{0}"><c r="A{0}" t="s"><v>2</v></c></row>'
    rows = "".join(row.format(line) for line in range(3, 60_003))
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            sheet = name == "xl/worksheets/sheet1.xml"
            new.writestr(name, text.replace(b"</sheetData>", rows.encode() + b"</sheetData>") if sheet else text)
    return changed.getvalue()


LARGE: dict[str, Callable[[], bytes]] = {
    "a cell of a megabyte.csv": lambda: HEADINGS.encode() + b"x" * 1_000_000 + b",2024-25,staff,12\n",
    "a cell of more.csv": lambda: HEADINGS.encode() + b"x" * 1_000_001 + b",2024-25,staff,12\n",
    "ten thousand columns.csv": lambda: ",".join(f"c{n}" for n in range(10_000)).encode() + b"\n",
    "ten thousand columns.xlsx": lambda: a_workbook([[f"c{n}" for n in range(10_000)]]),
    "zip bomb.xlsx": bomb,
    "shared text bomb.xlsx": shared_text_bomb,
    "a million quotes.csv": lambda: b'a,b\n"' + b'"",""' * 250_000,
    "a million delimiters.csv": lambda: b"a,b\n" + b"," * 1_000_000 + b"x\n",
    "a million blank lines.csv": lambda: b"\n" * 1_000_000,
    "quotes never closed.csv": lambda: b'"' + b"a,b\n" * 250_000,
    "no line ends.csv": lambda: b"x" * 5_000_000,
    "utf-16 without its mark.csv": lambda: (HEADINGS + ROW).encode("utf-16-le"),
    "<script>alert(1)</script>.csv": lambda: b"a,b\n1,2\n",
    "..;rm -rf.csv": lambda: b"a,b\n1,2\n",
}


@pytest.mark.parametrize("name", LARGE)
def test_what_is_too_much_is_refused_in_time_and_memory(worker: Worker, tmp_path: Path, name: str) -> None:
    file = tmp_path / name.rpartition("/")[2]
    file.write_bytes(LARGE[name]())
    answer = worker.check(file, "cohorts")
    assert answer.code in (1, 2), answer
    if answer.code == 1:
        assert any(finding["severity"] == "error" for finding in json.loads(answer.out)["findings"])
    else:
        assert answer.err.startswith(f"{file.name}: ")


def test_a_page_refuses_what_it_should_not_take_in() -> None:
    with pytest.raises(Unreadable, match="larger than 60 MB"):
        read_bytes("file.csv", b"a,b\n" + bytes(60_000_000), limits=PAGE)
    assert read_bytes("file.csv", b"a,b\n" + b"1,2\n" * 200_000, limits=PAGE).rows.height == 200_000
    with pytest.raises(Unreadable, match="more than 200,000 rows"):
        read_bytes("file.csv", b"a,b\n" + b"1,2\n" * 200_001, limits=PAGE)


# ---- any bytes ----

STARTS = [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"a,b\n1,", b'a;"b']
BOOK = a_workbook([["programme_id", "invited"], ["aa", 12], ["bb", 0.5]], formats={(2, 1): "0%"})


def read_or_refused(content: bytes) -> None:
    try:
        sheet: Sheet | Unreadable = read_bytes("file", content)
    except Unreadable as refused:
        sheet = refused
    if isinstance(sheet, Sheet):
        assert len(set(sheet.headings)) == len(sheet.headings) > 0
        check(sheet, COHORTS)
    else:
        assert str(sheet).startswith("file: ")
        assert str(sheet).endswith(".")


@settings(deadline=None, max_examples=examples(300))
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(start: bytes, rest: bytes) -> None:
    read_or_refused(start + rest)


@settings(deadline=None, max_examples=examples(300))
@given(
    st.text(st.sampled_from("ab1 ,;|\t\n\r\"'=@é\u200b{}[]<>-."), max_size=40),
    st.sampled_from(["utf-8", "cp1252", "utf-16"]),
)
def test_any_text_is_read_or_refused(text: str, codec: str) -> None:
    read_or_refused(text.encode(codec, errors="ignore"))


@settings(deadline=None, max_examples=examples(150))
@given(seed=st.integers(0, 2**32), part=st.sampled_from(zipfile.ZipFile(io.BytesIO(BOOK)).namelist()))
def test_a_workbook_with_any_byte_changed_is_read_or_refused(seed: int, part: str) -> None:
    dice = random.Random(seed)  # noqa: S311  no secret
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = bytearray(old.read(name))
            if name == part:
                for _ in range(dice.randint(1, 4)):
                    content[dice.randrange(len(content))] = dice.choice(b'<>/"=&;0129AZrst \x00\xff')
            new.writestr(name, bytes(content))
    read_or_refused(changed.getvalue())


@settings(deadline=None, max_examples=examples(100))
@given(place=st.integers(0, len(BOOK) - 1), byte=st.integers(0, 255))
def test_a_zip_with_any_byte_changed_is_read_or_refused(place: int, byte: int) -> None:
    read_or_refused(BOOK[:place] + bytes([byte]) + BOOK[place + 1 :])


@settings(deadline=None, max_examples=examples(60))
@given(end=st.integers(0, len(BOOK) - 1))
def test_half_a_workbook_is_refused(end: int) -> None:
    if BOOK[:end].startswith(b"PK\x03\x04"):
        with pytest.raises(Unreadable):
            read_bytes("file.xlsx", BOOK[:end])


# ---- loaded rightly or refused, in every dialect ----

WORDS = st.text("abcXYZ0129 ,;|\t\n\"'éß€-", max_size=6)
HEADING = st.text("abcXYZ_é", min_size=1, max_size=5)
CODECS = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    headings = draw(st.lists(HEADING, min_size=2, max_size=4, unique=True))
    row = st.lists(WORDS, min_size=len(headings), max_size=len(headings))
    return [headings, *draw(st.lists(row, max_size=5))]


@settings(deadline=None, max_examples=examples(300))
@given(
    table=tables(),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    codec=st.sampled_from(CODECS),
)
def test_a_table_in_any_dialect_comes_back_equal_or_is_refused(
    table: list[list[str]], delimiter: str, end: str, quoting: Any, codec: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(table)
    content = text.getvalue().encode(codec)
    assume(codec != "cp1252" or text.getvalue().isascii() or not is_utf_8(content))
    sheet = read_bytes("file.csv", content)
    rows = [tuple(tidy(cell) or None for cell in row) for row in table[1:]]
    assert sheet.headings == table[0]
    unquoted = quoting == csv.QUOTE_MINIMAL and any(mark in cell for mark in "\r\n" for row in table for cell in row)
    refused = {finding.rule for finding in errors(sheet.findings)}
    if refused and (unquoted or refused == {"no_respondent"}):  # the writer quotes only line breaks like its own
        return
    assert sheet.rows.drop(LINE).rows() == [row for row in rows if any(row)]
    assumed = codec == "cp1252" and not text.getvalue().isascii()
    assert {finding.rule for finding in sheet.findings} == ({"encoding"} if assumed else set())


def is_utf_8(content: bytes) -> bool:
    """Windows-1252 may be valid UTF-8 by chance, and is read as that."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
