"""Reading: every cell as text, with the line it stands on; what cannot be read is said in a sentence."""

import csv
import json
import unicodedata
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.errors import HeadingsNotFirst, Unreadable
from pipelines.reading.csv_text import DELIMITERS, LONGEST_CELL
from pipelines.reading.encodings import SAVE_AGAIN
from pipelines.reading.headings import names_a_column
from pipelines.reading.limits import Limits
from pipelines.reading.reader import LINE, Sheet, read, read_bytes, safe_name, tidy
from pipelines.reading.worksheet import AGAIN
from tests.factories import a_file, a_sheet, shared
from tests.thorough import examples


def rows(sheet: Sheet) -> list[tuple[object, ...]]:
    return sheet.rows.rows()


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as caught:
        read(path)
    return str(caught.value)


# ---- cells and lines ----


def test_every_cell_is_text_beside_its_line_and_a_blank_one_is_null(tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, "a,b\n01,\n2024-01-01,NA\n")
    assert rows(sheet) == [(2, "01", None), (3, "2024-01-01", "NA")]
    assert sheet.rows.schema == {LINE: pl.Int64, "a": pl.String, "b": pl.String}


@pytest.mark.parametrize(
    "text",
    [
        "When;Yes, no, maybe, or what?\n1;yes\n2;no\n",
        "When\tYes, no; maybe; or what?\n1\tyes\n2\tno\n",
        "When|Yes, no, maybe, or what?\n1|yes, rather\n2|no\n",
        "When;Share, of all, in %\n1;0,5\n2;1,5\n",
        "When,Answers; all; of; them\n1,yes;no\n2,no\n",
    ],
)
def test_the_rows_tell_the_delimiter_where_headings_hold_another(tmp_path: Path, text: str) -> None:
    sheet = a_sheet(tmp_path, text)
    assert len(sheet.headings) == 2
    assert [row[0] for row in rows(sheet)] == [2, 3]
    assert sheet.findings == ()


@pytest.mark.parametrize("mark", DELIMITERS)
def test_rows_below_headings_that_are_not_split_are_errors(tmp_path: Path, mark: str) -> None:
    sheet = a_sheet(tmp_path, f"Answers\n1{mark}yes{mark}a\n2{mark}no{mark}b\n3{mark}no{mark}b\n")
    assert [finding.rule for finding in sheet.findings] == ["ragged_row"] * 3
    assert rows(sheet) == []


def test_accents_written_in_two_ways_are_one_heading_and_one_cell(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "Sîn,Ydych?\nÂ’r un,né\n")
    sheet = a_sheet(tmp_path, apart)
    assert (sheet.headings, rows(sheet)) == (["Sîn", "Ydych?"], [(2, "Â’r un", "né")])
    many = a_sheet(tmp_path, "Sîn,b\n" + unicodedata.normalize("NFD", "né,1\n") * 300)
    assert set(many.rows["Sîn"]) == {"né"}


def test_a_sheet_carries_its_name_and_the_hash_of_its_bytes(tmp_path: Path) -> None:
    sheet = read(a_file(tmp_path, "a\n1\n", "trainees.csv"))
    assert (sheet.file, sheet.sha256) == ("trainees.csv", sha256(b"a\n1\n").hexdigest())


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_four_delimiters_are_recognised(tmp_path: Path, delimiter: str) -> None:
    sheet = a_sheet(tmp_path, f"a{delimiter}b\n1{delimiter}2\n")
    assert (sheet.headings, rows(sheet)) == (["a", "b"], [(2, "1", "2")])


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("a\n1\n", ["a"]),
        ("a;b,c;d\n", ["a", "b,c", "d"]),
        ('"Who, of staff, or peers?";b\n', ["Who, of staff, or peers?", "b"]),
        ('a;"Who, of ""staff, or"" peers?"\n', ["a", 'Who, of "staff, or" peers?']),
        ('"Have you, or not,\ntold?";b;c\n', ["Have you, or not, told?", "b", "c"]),
        ('"Have you;\r\nor not; told?",b\r\n', ["Have you; or not; told?", "b"]),
        ("\n\na;b\n", ["a", "b"]),
        ('\n"a; b; c",d\n', ["a; b; c", "d"]),
        ('5" wide;6" wide\n', ['5" wide', '6" wide']),
        ("a\x0bb;c\n", ["a b", "c"]),
    ],
    ids=[
        "a single column needs none",
        "the most frequent one wins",
        "not inside quotes",
        "not inside doubled quotes",
        "not in a quoted heading of two lines",
        "not in a quoted heading of two lines, CRLF",
        "not the blank lines before the headings",
        "not inside quotes below a blank line",
        "a quotation mark within a heading opens nothing",
        "a vertical tab is no line break",
    ],
)
def test_the_delimiter_is_the_one_that_splits_the_headings_most(tmp_path: Path, text: str, headings: list[str]) -> None:
    assert a_sheet(tmp_path, text).headings == headings


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "newline"])
def test_neither_line_ends_nor_a_byte_order_mark_make_a_difference(
    tmp_path: Path, bom: str, newline: str, last: str
) -> None:
    text = bom + newline.join(["a,b", "1,2", "3,4"]) + (newline if last else "")
    sheet = a_sheet(tmp_path, text)
    assert (sheet.headings, rows(sheet)) == (["a", "b"], [(2, "1", "2"), (3, "3", "4")])


def test_a_cell_of_two_lines_moves_the_rows_below_it_down(tmp_path: Path) -> None:
    text = 'a,b\n1,"two\nlines"\n2,"three\r\n\r\nlines"\n3,one\n'
    assert rows(a_sheet(tmp_path, text)) == [(2, "1", "two lines"), (4, "2", "three lines"), (7, "3", "one")]


def test_a_heading_of_two_lines_moves_all_rows_down(tmp_path: Path) -> None:
    assert rows(a_sheet(tmp_path, 'a,"b\nc"\n1,2\n')) == [(3, "1", "2")]


@pytest.mark.parametrize("blank", ["", "   ", ",", " , ", ",,,,", '"",""', '"\t"'])
def test_a_blank_row_is_left_out_but_counted(tmp_path: Path, blank: str) -> None:
    sheet = a_sheet(tmp_path, f"a,b\n1,2\n{blank}\n3,4\n")
    assert rows(sheet) == [(2, "1", "2"), (4, "3", "4")]
    assert sheet.findings == ()


def test_blank_rows_before_the_headings_are_counted_too(tmp_path: Path) -> None:
    assert rows(a_sheet(tmp_path, "\n,\na,b\n1,2\n")) == [(4, "1", "2")]


def test_empty_cells_after_the_last_heading_mean_nothing(tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, "a,b,,\n1,2,, \n3,,,\n")
    assert (sheet.headings, rows(sheet), sheet.findings) == (["a", "b"], [(2, "1", "2"), (3, "3", None)], ())


def test_white_space_is_tidied_in_cells_and_headings(tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, " a\u00a0 heading ,b\n\u00a0x\u00a0\u2003y ,\u00a0\n")
    assert (sheet.headings, rows(sheet)) == (["a heading", "b"], [(2, "x y", None)])


def test_a_file_of_headings_alone_has_no_rows_and_no_findings(tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, "a,b\n")
    assert (sheet.headings, rows(sheet), sheet.findings) == (["a", "b"], [], ())


# ---- ragged rows ----


@pytest.mark.parametrize(("row", "cells"), [("1", 1), ("1,2,3", 3), ("1,,,4", 4)])
def test_a_row_of_too_few_or_too_many_cells_is_a_finding_and_the_others_stay(
    tmp_path: Path, row: str, cells: int
) -> None:
    sheet = a_sheet(tmp_path, f"a,b\n{row}\n3,4\n")
    assert rows(sheet) == [(3, "3", "4")]
    assert [str(finding) for finding in sheet.findings] == [
        f"file.csv, row 2: The row has {cells} cells where the headings have 2. "
        "Look for a missing or extra delimiter, or a line break inside a cell."
    ]


def test_each_ragged_row_is_found(tmp_path: Path) -> None:
    found = a_sheet(tmp_path, "a,b\n1\n1,2\n1,2,3\n").findings
    assert [(finding.rule, finding.lines) for finding in found] == [("ragged_row", (2,)), ("ragged_row", (4,))]


# ---- headings ----


@pytest.mark.parametrize(
    ("text", "unclear"),
    [
        ("a,,c\n1,2,3\n", [("", "B")]),
        (",b\n1,2\n", [("", "A")]),
        ("a,b, a\n1,2,3\n", [("a", "A"), ("a", "C")]),
    ],
)
def test_columns_without_a_heading_of_their_own_are_kept_apart(
    tmp_path: Path, text: str, unclear: list[tuple[str, str]]
) -> None:
    sheet = a_sheet(tmp_path, text)
    assert list(sheet.unclear.values()) == unclear
    assert [heading for heading in sheet.headings if heading not in sheet.unclear] in (["a", "c"], ["b"])


def test_a_column_without_heading_and_without_cells_means_nothing(tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, "a,,c\n1,,3\n4, ,6\n")
    assert (sheet.headings, sheet.unclear, rows(sheet)) == (["a", "c"], {}, [(2, "1", "3"), (3, "4", "6")])


TITLED = "Our survey\n\na;b\n1;2\n3;4\n"


def test_a_title_above_the_headings_is_offered_and_not_assumed(tmp_path: Path) -> None:
    path = a_file(tmp_path, TITLED)
    with pytest.raises(HeadingsNotFirst) as caught:
        read(path)
    assert caught.value.line == 3
    assert str(caught.value) == (
        "file.csv: line 3 looks like the headings, and what is above it like a title. "
        "If so, say --headings-line 3; if not, --headings-line 1."
    )
    assert rows(read(path, headings_line=3)) == [(4, "1", "2"), (5, "3", "4")]
    assert read(path, headings_line=3).headings == ["a", "b"]


def test_the_first_line_can_be_said_to_be_the_headings(tmp_path: Path) -> None:
    sheet = read(a_file(tmp_path, TITLED), headings_line=1)
    assert (sheet.headings, sheet.choices) == (["Our survey"], "sheet None, headings on line 1")


QUALTRICS = "Q1,Q2\nAre you?,Do you?\n" + '"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"' + "\nYes,No\n"


def test_the_rows_that_qualtrics_adds_are_left_out_and_named(tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, QUALTRICS)
    assert rows(sheet) == [(4, "Yes", "No")]
    finding = sheet.findings[0]
    assert (finding.rule, finding.severity, finding.lines) == ("rows_of_qualtrics", "warning", (2, 3))
    ids_alone = a_sheet(tmp_path, QUALTRICS.replace("Are you?,Do you?\n", ""))
    assert (rows(ids_alone), ids_alone.findings[0].lines) == ([(3, "Yes", "No")], (2,))


@pytest.mark.parametrize("row", ["aa,2024-25,someone@example.org", "aa,450 557 7104", "Jane Smith,yes"])
def test_a_first_row_of_somebodys_answers_is_no_row_of_headings_and_not_repeated(tmp_path: Path, row: str) -> None:
    with pytest.raises(Unreadable, match=r"row 1, column [A-C] looks like a.* The first row must hold") as refused:
        read(a_file(tmp_path, f"{row}\n{row}\n"))
    assert not any(cell in str(refused.value) for cell in ("someone", "450", "Jane"))


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;;", "sep=; "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_first_line_that_tells_excel_the_delimiter_is_no_title(tmp_path: Path, first: str, end: str) -> None:
    sheet = read(a_file(tmp_path, f"{first}\na,b;c\n1,5;2\n".replace("\n", end)))
    assert (sheet.headings, sheet.headings_line, rows(sheet)) == (["a,b", "c"], 2, [(3, "1,5", "2")])


@pytest.mark.parametrize("text", ["sep=;", "sep=;\n", "sep=;\n\n"])
def test_a_file_of_nothing_but_a_delimiter_is_empty(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable, match="the file is empty"):
        read(a_file(tmp_path, text))


def test_a_blank_line_may_stand_before_the_line_for_excel(tmp_path: Path) -> None:
    assert rows(read(a_file(tmp_path, "\nsep=;\na;b\n1;2\n"))) == [(4, "1", "2")]


def test_a_title_below_the_line_for_excel_has_the_number_it_has_in_the_file(tmp_path: Path) -> None:
    path = a_file(tmp_path, f"sep=;\n{TITLED}")
    with pytest.raises(HeadingsNotFirst) as caught:
        read(path)
    assert (caught.value.line, caught.value.first) == (4, 2)
    assert rows(read(path, headings_line=4)) == [(5, "1", "2"), (6, "3", "4")]


@pytest.mark.parametrize("text", ["a,b\n1,2,3\n4,5,6\n", "a\n1,2\n3,4\n", "a,b,c\n1,2,3\nx,y,z\n", "Title\na,b\n"])
def test_not_everything_above_wider_rows_is_a_title(tmp_path: Path, text: str) -> None:
    assert read(a_file(tmp_path, text)).headings


@pytest.mark.parametrize("line", [2, 6, 99])
def test_headings_cannot_be_where_nothing_is(tmp_path: Path, line: int) -> None:
    with pytest.raises(Unreadable, match=rf"line {line}.*Say where the headings are\."):
        read(a_file(tmp_path, TITLED), headings_line=line)


# ---- encodings ----


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le with its mark", "utf-16-be with its mark"]
)
def test_these_encodings_are_read_without_a_notice(codec: str) -> None:
    name, _, mark = codec.partition(" ")
    content = (("\ufeff" if mark else "") + "Straße,b\nÄ,ʤ\n").encode(name)
    sheet = read_bytes("file.csv", content)
    assert (sheet.headings, rows(sheet), sheet.findings) == (["Straße", "b"], [(2, "Ä", "ʤ")], ())


def test_windows_1252_is_read_with_a_notice_and_a_cell_to_judge_it_by() -> None:
    sheet = read_bytes("file.csv", "a,E-mail\n1,ü\n“no”,x\n".encode("cp1252"))
    assert rows(sheet) == [(2, "1", "ü"), (3, "“no”", "x")]
    assert [str(finding) for finding in sheet.findings] == [
        'file.csv, row 3: "“no”" is not UTF-8; the file was read as Windows-1252. '
        "If it reads as it should, there is nothing to do; else save the file as “CSV UTF-8”."
    ]
    assert sheet.findings[0].severity == "warning"


def test_windows_1252_that_is_valid_utf_8_by_chance_is_read_as_utf_8() -> None:
    """Nothing in such a file tells the two apart; a single other letter does."""
    sheet = read_bytes("file.csv", "a\nß€\n".encode("cp1252"))
    assert (rows(sheet), sheet.findings) == ([(2, "\u07c0")], ())
    sheet = read_bytes("file.csv", "a\nß€\nü\n".encode("cp1252"))
    assert (rows(sheet), [finding.rule for finding in sheet.findings]) == ([(2, "ß€"), (3, "ü")], ["encoding"])


# ---- limits and names ----


def test_limits_come_in_pairs() -> None:
    text = b"a,b\n1,2\n3,4\n"
    for limits in (Limits(rows=2), Limits(size=len(text)), Limits(columns=2)):
        assert read_bytes("file.csv", text, limits=limits).rows.height == 2
    for limits in (Limits(rows=1), Limits(size=len(text) - 1), Limits(columns=1)):
        with pytest.raises(Unreadable, match=r"Send|Delete"):
            read_bytes("file.csv", text, limits=limits)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../x.csv", "x.csv"),
        ("C:\\Users\\x.csv", "x.csv"),
        ("<script>.csv", "<script>.csv"),
        ("a\n\x1b[2Jb.csv", "a[2Jb.csv"),
        ("", "file"),
        ("..", ".."),
    ],
)
def test_a_name_is_a_name_and_nothing_else(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert read_bytes(name, b"a,b\n").file == safe


def test_a_file_of_whole_rows_in_quotes_reads_as_one_column(tmp_path: Path) -> None:
    found = a_sheet(tmp_path, '"a,b"\n"1,2"\n').findings
    assert [(finding.rule, finding.severity) for finding in found] == [("one_column", "error")]


# ---- what cannot be read ----


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty. The first row must hold the column headings."),
        (b"\xef\xbb\xbf", "the file is empty. The first row must hold the column headings."),
        (b"\n \n,,\n", "the file is empty. The first row must hold the column headings."),
        (b"a\nM\x81nchen\n", f"the text is neither UTF-8 nor Windows-1252. {SAVE_AGAIN}"),
        (b"a\nM\xfc\x01nchen\n", f"the text is neither UTF-8 nor Windows-1252. {SAVE_AGAIN}"),
        ("a,b\n1,2\n".encode("utf-16-le"), f"the text looks like UTF-16 without the mark that says so. {SAVE_AGAIN}"),
        ("a,b\n1,2\n".encode("utf-16-be"), f"the text looks like UTF-16 without the mark that says so. {SAVE_AGAIN}"),
        (b"\xff\xfea\x00,\x00b", f"the file says that it is UTF-16, and is not. {SAVE_AGAIN}"),
        ("a,b\n".encode("utf-32"), f"the text is UTF-32. {SAVE_AGAIN}"),
        (b"\xef\xbb\xbfa\xff", f"the file says that it is UTF-8, and is not. {SAVE_AGAIN}"),
        (b"a,bcdefgh\n1\x00,2\n", f"this is not a CSV file: it holds null characters. {SAVE_AGAIN}"),
        (b"PK\x03\x04rest", f"the workbook is damaged. {AGAIN}"),
        (
            b"\xd0\xcf\x11\xe0rest",
            "this is an old Excel workbook (.xls). In Excel, choose “Save as” and “Excel workbook (.xlsx)”.",
        ),
        (
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            "this workbook is protected by a password. Remove the password in Excel, and save it again.",
        ),
        (b"%PDF-1.7", "this is a PDF, not a table. Export the table itself, as CSV or .xlsx."),
        (b"\x89PNG\r\n", "this is a picture, not a table. Export the table itself, as CSV or .xlsx."),
        (b"\x1f\x8b\x08", "this is a compressed file (gzip), not a table. Unpack it, and use the file inside."),
        (b" <!DOCTYPE html>", "this is a web page or XML, not a table. Export it again, as CSV or .xlsx."),
        (b"<html><table>", "this is a web page or XML, not a table. Export it again, as CSV or .xlsx."),
        (b'<?xml version="1.0"?>', "this is a web page or XML, not a table. Export it again, as CSV or .xlsx."),
        (b'[{"a": 1}]', "this is JSON, not a table. Export it again, as CSV or .xlsx."),
        (b'\n{"a": 1}', "this is JSON, not a table. Export it again, as CSV or .xlsx."),
        (
            b'a,b\n1,2\n3,"4\n5,6\n',
            "row 3 cannot be split into cells. Look for a stray quotation mark.",
        ),
        (
            b'a,b\n1,"2"3\n',
            "row 2 cannot be split into cells. Look for a stray quotation mark.",
        ),
    ],
    ids=[
        "empty",
        "a byte order mark alone",
        "blank lines alone",
        "a byte that Windows-1252 has not",
        "a control character",
        "UTF-16 without its mark, little end first",
        "UTF-16 without its mark, big end first",
        "half of UTF-16",
        "UTF-32",
        "a mark of UTF-8 that is wrong",
        "null characters",
        "half a zip",
        "xls",
        "encrypted",
        "PDF",
        "picture",
        "gzip",
        "web page",
        "web page without its type",
        "XML",
        "JSON",
        "JSON, one object a line",
        "a quotation mark not closed",
        "a quotation mark closed too early",
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    assert refusal(path) == f"file.csv: {reason}"


def test_a_file_that_is_not_there_is_named_without_its_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path / "absent.csv") == (
        "absent.csv: the file cannot be opened (No such file or directory). Check its name and folder."
    )


def test_a_cell_may_be_as_long_as_the_limit(tmp_path: Path) -> None:
    assert rows(a_sheet(tmp_path, f"a\n{'x' * LONGEST_CELL}\n")) == [(2, "x" * LONGEST_CELL)]


def test_a_cell_may_not_be_longer_than_the_limit(tmp_path: Path) -> None:
    assert refusal(a_file(tmp_path, f"a\n{'x' * (LONGEST_CELL + 1)}\n")).startswith("file.csv: row 2 cannot be split")


# ---- others' files ----


@pytest.mark.parametrize(
    "name",
    [
        "comma_in_quotes",
        "empty",
        "empty_crlf",
        "escaped_quotes",
        "json",
        "newlines",
        "newlines_crlf",
        "quotes_and_newlines",
        "simple",
        "simple_crlf",
        "utf8",
    ],
)
def test_the_csv_spectrum_is_read_as_its_authors_say(name: str) -> None:
    folder = shared("corpora/csv-spectrum")
    answers = json.loads((folder / "json" / f"{name}.json").read_text(encoding="utf-8"))
    sheet = read(folder / "csvs" / f"{name}.csv")
    assert sheet.rows.drop(LINE).to_dicts() == [
        {heading: tidy(cell) or None for heading, cell in row.items()} for row in answers
    ]


@pytest.mark.parametrize("heading", ["*", "^.*$", "^a$", "^$"])
def test_a_heading_that_could_stand_for_other_columns_is_told_by_its_letter(tmp_path: Path, heading: str) -> None:
    sheet = read(a_file(tmp_path, f"a,{heading},b\n1,2,3\n4,5,6\n"))
    assert sheet.headings == ["a", f" {heading} in column B", "b"]
    assert [*sheet.unclear.values()] == [(heading, "B")]


# ---- whatever is written is read back ----

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
QUOTING = st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    headings = draw(st.lists(CELLS.filter(names_a_column), min_size=1, max_size=4, unique_by=tidy))
    row = st.lists(CELLS, min_size=len(headings), max_size=len(headings))
    return headings, draw(st.lists(row, max_size=6))


def guessable(headings: list[str], delimiter: str, quoting: int) -> bool:
    """Whether headings tell the delimiter: several, all quoted, or free of the others."""
    if len(headings) == 1:
        return False
    return quoting == csv.QUOTE_ALL or not any(mark in heading for heading in headings for mark in DELIMITERS)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file to write again and again."""
    return tmp_path_factory.mktemp("reading") / "file.csv"


def write(path: Path, records: list[list[str]], delimiter: str, quoting: int) -> list[int]:
    """Write a CSV; the line each record begins on, counted by hand."""
    lines = []
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=quoting)
        line = 1
        for record in records:
            lines.append(line)
            writer.writerow(record)
            line += 1 + sum(breaks(cell) for cell in record)
    return lines


def breaks(cell: str) -> int:
    return cell.replace("\r\n", "\n").replace("\r", "\n").count("\n")


@pytest.mark.slow
@settings(deadline=None, max_examples=examples(300))
@given(table=tables(), delimiter=st.sampled_from(DELIMITERS), quoting=QUOTING)
def test_whatever_is_written_is_read_back_cell_for_cell_with_its_lines(
    written: Path, table: tuple[list[str], list[list[str]]], delimiter: str, quoting: int
) -> None:
    headings, cells = table
    assume(guessable(headings, delimiter, quoting))
    _, *lines = write(written, [headings, *cells], delimiter, quoting)
    try:
        sheet = read(written)
    except HeadingsNotFirst:  # it was asked whether a heading is a title, and told that it is none
        sheet = read(written, headings_line=1)
    outside = {line for finding in sheet.findings for line in finding.lines}
    assert sheet.headings == [tidy(heading) for heading in headings]
    assert rows(sheet) == [
        (line, *(tidy(cell) or None for cell in row))
        for line, row in zip(lines, cells, strict=True)
        if any(map(tidy, row)) and line not in outside
    ]
    assert {finding.rule for finding in sheet.findings} <= {"no_respondent"}


@given(CELLS)
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


ODD_ROWS = [
    ("a,b\n1,2\n1,,2\n", {3}),  # a cell too many
    ("a,b\n1,2\n,1,\n", {3}),  # a delimiter too many in front: what it moved ends in a blank
    ("a,b\n1,2,\n1,2\n", {2}),
    ("a,b\n1,2,\n", {2}),  # a single row: nothing tells whether it has moved
    ("a,b\n1,2,\n1,2,,\n", {2, 3}),
    ("a,b,,\n1,2,,\n1,2,\n", {3}),  # one too few, where the headings have blank cells at their end
    ("a,b,,\n1,2\n", {2}),
    ("a,b,\n1,2,\n1,2,\n", set()),  # the headings have it too
    ("a,b\n1,2,\n1,2,\n", set()),  # every row has it
    ("a,b\n1,2,\n,,\n1,2,\n", set()),  # a blank line is no row
]


@pytest.mark.parametrize(("text", "odd"), ODD_ROWS)
def test_a_row_of_another_length_than_the_headings_is_an_error(tmp_path: Path, text: str, odd: set[int]) -> None:
    sheet = a_sheet(tmp_path, text)
    assert {line for finding in sheet.findings for line in finding.lines} == odd
    assert all(finding.severity == "error" and finding.rule == "ragged_row" for finding in sheet.findings)
    assert not odd & set(sheet.rows[LINE])


def test_a_row_with_one_comma_too_many_is_refused_and_names_its_line() -> None:
    assert read(shared("cases/exports/likert_good.csv")).findings == ()
    (finding,) = read(shared("cases/exports/likert_one_comma_too_many.csv")).findings
    assert (finding.severity, finding.lines) == ("error", (27,))
