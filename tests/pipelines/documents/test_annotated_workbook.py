"""The file given back: everything where it stood, what was found marked and explained, and nothing that computes."""

import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest

from pipelines.checking.checker import check
from pipelines.checking.mapping import Mapping, apply, make_mapping
from pipelines.documents import annotated_workbook as marking
from pipelines.documents.annotated_workbook import ERROR, MOST_ROWS, WARNING, marked
from pipelines.findings import Finding
from pipelines.instrument.contract import Context
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from pipelines.reading.reader import LINE, Sheet, read_bytes
from tests.factories import a_catalogue, a_measure, a_workbook

SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def a_finding(rule: str = "one_of", **given: Any) -> Finding:
    supplied = {"severity": "error", "file": "file.csv", "expected": "one of yes, no", "fix": "Use one of these codes."}
    return Finding(**(supplied | {"rule": rule} | given))


def sheet_of(text: str, name: str = "file.csv") -> Sheet:
    return read_bytes(name, text.encode())


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read(name).decode() if name in book.namelist() else ""


def notes(content: bytes) -> dict[str, str]:
    """Cell -> its note."""
    text = part(content, "xl/comments1.xml")
    comments = ElementTree.fromstring(text).iter(f"{SPREADSHEET}comment") if text else ()  # noqa: S314  our own
    return {comment.get("ref", ""): "".join(comment.itertext()) for comment in comments}


def colours(content: bytes) -> dict[str, str]:
    """Cell -> its background."""
    styles = ElementTree.fromstring(part(content, "xl/styles.xml"))  # noqa: S314
    fills = [fill.find(f".//{SPREADSHEET}fgColor") for fill in styles.iter(f"{SPREADSHEET}fill")]
    formats = list(next(styles.iter(f"{SPREADSHEET}cellXfs")))
    of_format = [fills[int(form.get("fillId", 0))] for form in formats]
    page = ElementTree.fromstring(part(content, "xl/worksheets/sheet1.xml"))  # noqa: S314
    cells = ((cell.get("r", ""), of_format[int(cell.get("s", 0))]) for cell in page.iter(f"{SPREADSHEET}c"))
    return {place: f"#{colour.get('rgb', '')[2:]}" for place, colour in cells if colour is not None}


def texts(content: bytes) -> list[tuple[Any, ...]]:
    return read_bytes("marked.xlsx", content).rows.rows()


def page_of(content: bytes) -> str:
    return part(content, "xl/workbook.xml")


def responses(sheet: Sheet, mapping: Mapping | None = None) -> tuple[Finding, ...]:
    catalogue = a_catalogue(a_measure("told"))
    of = contract(Dataset("staff_responses"), catalogue, Context("2025-26"))
    return check(apply(mapping, sheet) if mapping else sheet, of).findings


# ---- where ----


def test_a_wrong_cell_is_marked_and_its_note_says_what_is_expected_and_what_to_do() -> None:
    sheet = sheet_of("programme_id,academic_year,told\naa,2024-25,yes\n\naa,2024-25,maybe\n")
    content = marked(sheet, responses(sheet), None)
    assert colours(content) == {"C4": ERROR}
    assert notes(content) == {
        "C4": 'Error: "maybe" is not one of yes, no, prefer_not_to_say. '
        "Use one of these codes, or leave the cell blank if it was not answered."
    }


def test_headings_and_rows_stay_on_their_own_lines() -> None:
    cells = [["Title"], [], ["", "a", "b"], ["", "1", "2"], [], ["", "3"]]
    sheet = read_bytes("file.xlsx", a_workbook(cells), headings_line=3)
    content = marked(sheet, [], None)
    given = read_bytes("marked.xlsx", content)
    assert given.headings_line == sheet.headings_line == 3
    assert given.rows.equals(sheet.rows)
    assert given.letters == sheet.letters == {"a": "B", "b": "C"}


def test_a_finding_about_a_row_marks_its_first_cell() -> None:
    content = marked(sheet_of("a,b\n1,2\n1,2\n"), [a_finding("one_row_each", lines=(2, 3))], None)
    assert set(colours(content)) == set(notes(content)) == {"A2", "A3"}


def test_a_finding_about_a_column_marks_its_heading() -> None:
    content = marked(sheet_of("a,b\n1,2\n"), [a_finding("unknown_column", column="b", expected="Not known.")], None)
    assert notes(content) == {"B1": "Error, column b: Not known. Use one of these codes."}


@pytest.mark.parametrize(
    "finding",
    [
        a_finding("no_questions"),
        a_finding("missing_column", column="absent"),
        a_finding("counted_elsewhere", column="measure", lines=(2,)),
    ],
)
def test_what_is_about_no_cell_of_the_file_stands_at_its_first_heading(finding: Finding) -> None:
    content = marked(sheet_of("a,b\n1,2\n"), [finding], None)
    assert set(colours(content)) == set(notes(content)) == {"A1"}


def test_columns_without_a_heading_of_their_own_are_found_by_their_letter() -> None:
    sheet = sheet_of("B,,told,told\n1,,yes,no\n,x,yes,no\n")
    findings = [finding for finding in responses(sheet) if finding.rule in ("duplicate_heading", "blank_heading")]
    assert set(colours(marked(sheet, findings, None))) == {"B1", "C1", "D1"}


def test_empty_columns_that_are_not_read_keep_their_place() -> None:
    content = marked(sheet_of("a,,b\n1,,2\n"), [a_finding(column="b", lines=(2,))], None)
    assert set(colours(content)) == {"C2"}
    assert read_bytes("marked.xlsx", content).letters == {"a": "A", "b": "C"}


def test_several_findings_of_a_cell_share_its_note_errors_first() -> None:
    findings = [a_finding(severity="warning", column="a", lines=(2,)), a_finding("type", column="a", lines=(2,))]
    content = marked(sheet_of("a\n1\n"), findings, None)
    assert colours(content) == {"A2": ERROR}
    assert [line[:8] for line in notes(content)["A2"].split("\n")] == ["Error: o", "Warning:"]


@pytest.mark.parametrize(("number", "last"), [(8, "Error: 7"), (9, "And 1 more.")])
def test_a_note_spells_out_eight_findings(number: int, last: str) -> None:
    findings = [a_finding(column="a", lines=(2,), expected=str(place), fix="") for place in range(number)]
    assert notes(marked(sheet_of("a\n1\n"), findings, None))["A2"].split("\n")[-1] == last


# ---- with a mapping ----


def a_mapping(**given: Any) -> Mapping:
    columns = {"programme_id": "Programme", "academic_year": "Year", "told": "Told?"}
    return make_mapping({"dataset": "staff_responses", "columns": columns} | given)[0]


def test_what_a_mapping_made_is_marked_in_the_files_own_column() -> None:
    sheet = sheet_of("Told?,Year,Programme\nYes,2024-25,aa\nPerhaps,2024,aa\n")
    mapping = a_mapping(recode={"told": {"Yes": "yes"}})
    content = marked(sheet, responses(sheet, mapping), mapping)
    assert set(colours(content)) == {"A3", "B3"}
    assert texts(content) == sheet.rows.rows()


def test_the_own_column_is_found_though_another_has_the_name_of_the_mapped_one() -> None:
    sheet = sheet_of("told,Told?,Year,Programme\nx,Perhaps,2024-25,aa\n")
    mapping = a_mapping(ignore=["told"])
    assert set(colours(marked(sheet, responses(sheet, mapping), mapping))) == {"B2"}


def test_a_clash_is_marked_at_the_column_that_the_file_has() -> None:
    sheet = sheet_of("Told?,told,Year,Programme\nyes,x,2024-25,aa\n")
    clashes = [f for f in responses(sheet, a_mapping()) if f.rule == "mapped_column_clashes"]
    assert set(colours(marked(sheet, clashes, a_mapping()))) == {"B1"}


def test_a_constant_that_leads_to_no_follow_up_marks_the_rows_that_have_one() -> None:
    sheet = sheet_of("Programme,told,told_peer\naa,,\naa,yes,yes\n")
    mapping = a_mapping(columns={"programme_id": "Programme"}, constants={"academic_year": "2024-25", "lived": "no"})
    found = Finding("error", "base_of_told", "file.csv", "told is asked only of some.", "", column="lived", lines=(3,))
    assert set(colours(marked(sheet, [found], mapping))) == {"A3"}


def test_a_constant_that_is_wrong_stands_at_the_first_heading_with_its_name() -> None:
    sheet = sheet_of("Programme,Told?\naa,yes\n")
    columns = {"programme_id": "Programme", "told": "Told?"}
    mapping = a_mapping(columns=columns, constants={"academic_year": "24/25"})
    content = marked(sheet, responses(sheet, mapping), mapping)
    assert set(colours(content)) == {"A1"}
    assert "column academic_year" in notes(content)["A1"]


# ---- what is not copied ----


def test_cells_that_look_personal_are_left_out_and_the_note_says_so() -> None:
    sheet = sheet_of("programme_id,academic_year,told,E-mail\naa,2024-25,yes,ann@example.org\n")
    content = marked(sheet, responses(sheet), None)
    assert "left out of this copy" in notes(content)["D1"]
    assert texts(content) == [(2, "aa", "2024-25", "yes", None)]
    assert not any("ann@" in part(content, name) for name in zipfile.ZipFile(io.BytesIO(content)).namelist())


def test_a_single_cell_that_looks_personal_is_left_out_alone() -> None:
    content = marked(sheet_of("a,b\nx,y\nz,w\n"), [a_finding("personal_value", column="a", lines=(3,))], None)
    assert texts(content) == [(2, "x", "y"), (3, None, "w")]


def test_a_personal_constant_leaves_out_nothing_of_the_file() -> None:
    sheet = sheet_of("Programme,Told?\naa,yes\n")
    mapping = a_mapping(columns={"told": "Told?"}, constants={"programme_id": "x"})
    content = marked(sheet, [a_finding("personal_value", column="programme_id")], mapping)
    assert texts(content) == sheet.rows.rows()
    assert "left out" not in notes(content)["A1"]


def test_a_row_that_could_not_be_split_says_that_it_is_missing() -> None:
    sheet = sheet_of("a,b\n1,2\n1,2,3\n")
    content = marked(sheet, sheet.findings, None)
    assert texts(content) == [(2, "1", "2"), (3, "Row 3 is not in this copy", None)]
    assert "The row has 3 cells" in notes(content)["A3"]


# ---- how it looks and what it cannot do ----


def grey(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_marks_are_told_apart_in_grey_and_are_neither_red_nor_green() -> None:
    assert grey(ERROR) + 0.1 < grey(WARNING) < 0.92
    assert grey(ERROR) > 0.5  # black letters stand out on it
    for colour in (ERROR, WARNING):
        red, green, blue = colour[1:3], colour[3:5], colour[5:]
        assert blue > green > red


def test_nothing_in_it_computes_or_links() -> None:
    cells = ["=1+1", "@SUM(A1)", "http://example.org", "mailto:x", "+44", "007", "2024-09-01", "{=1}", "_x0041_"]
    sheet = sheet_of("=a,b\n" + "".join(f'"{cell}",x\n' for cell in cells))
    content = marked(sheet, [a_finding(column="=a", lines=(2,), found="=1+1")], None)
    page = part(content, "xl/worksheets/sheet1.xml")
    assert not re.search(r"<f[ >]|<hyperlink", page)
    assert set(re.findall(r' t="(\w+)"', page)) == {"s"}
    assert [row[1] for row in texts(content)] == cells


def test_signs_that_a_workbook_cannot_hold_become_blanks() -> None:
    rows = pl.DataFrame({LINE: [2], "a": ["x\x01y\ufffe\x0b"]})
    sheet = Sheet("file.csv", "", rows)
    content = marked(sheet, [a_finding(column="a", lines=(2,), found="x\x01y\ufffe")], None)
    assert notes(content)["A2"].startswith('Error: "x y "')
    assert texts(content) == [(2, "x y")]


def test_the_same_file_gives_the_same_bytes() -> None:
    sheet = sheet_of("a\n1\n")
    assert marked(sheet, [a_finding(column="a")], None) == marked(sheet, [a_finding(column="a")], None)


def test_a_file_without_rows_or_findings_is_given_back_too() -> None:
    assert texts(marked(sheet_of("a,b\n"), [], None)) == []


# ---- bounds ----


def long_sheet(rows: int) -> Sheet:
    return Sheet("file.csv", "", pl.DataFrame({LINE: range(2, rows + 2), "a": ["x"] * rows}))


@pytest.mark.parametrize(("rows", "given"), [(MOST_ROWS, MOST_ROWS), (MOST_ROWS + 1, 2)])
def test_above_twenty_thousand_rows_only_those_with_findings_are_given(rows: int, given: int) -> None:
    content = marked(long_sheet(rows), [a_finding(column="a", lines=(5, 20_000))], None)
    assert len(texts(content)) == given
    assert ("Only rows with findings" in page_of(content)) == (given == 2)
    assert ("2, where the file has 20,001" in notes(content).get("A1", "")) == (given == 2)


def test_of_rows_with_findings_no_more_are_given_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "MOST_ROWS", 3)
    content = marked(long_sheet(9), [a_finding(column="a", lines=tuple(range(4, 9)))], None)
    assert [line for line, _ in texts(content)] == [4, 5, 6]
    assert set(colours(content)) == {"A4", "A5", "A6"}


def test_of_a_wide_file_fewer_rows_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "MOST_CELLS", 4)
    sheet = sheet_of("a,b\n1,2\n3,4\n5,6\n")
    assert [line for line, *_ in texts(marked(sheet, [a_finding(column="b", lines=(4,))], None))] == [4]


@pytest.mark.parametrize(("most", "said"), [(2, False), (1, True)])
def test_beyond_so_many_notes_cells_have_their_colour_alone(
    monkeypatch: pytest.MonkeyPatch, most: int, said: bool
) -> None:
    monkeypatch.setattr(marking, "MOST_NOTES", most)
    content = marked(sheet_of("a\n1\n2\n"), [a_finding(column="a", lines=(2, 3))], None)
    assert len(colours(content)) == 2
    assert ("More cells are marked" in notes(content).get("A1", "")) == said
