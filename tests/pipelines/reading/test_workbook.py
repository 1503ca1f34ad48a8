"""Workbooks: cells as a person sees them, with what is hidden, merged or computed; bombs and damage are refused."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import fastexcel
import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import HeadingsNotFirst, SheetNotChosen, Unreadable
from pipelines.reading.cell_formats import format_kind
from pipelines.reading.headings import names_a_column
from pipelines.reading.limits import Limits
from pipelines.reading.reader import Sheet, read_bytes, tidy
from tests.factories import a_workbook
from tests.thorough import examples

Edit = Callable[[bytes], bytes]
SHEET = "xl/worksheets/sheet1.xml"
TABLE: list[list[Any]] = [["a", "b"], ["x", 1], ["y", 2]]


def book(content: bytes, **given: Any) -> Sheet:
    return read_bytes("file.xlsx", content, **given)


def refusal(content: bytes, **given: Any) -> str:
    with pytest.raises(Unreadable) as caught:
        book(content, **given)
    return str(caught.value)


def drawn(draw: Callable[[Any, Any], None], options: dict[str, Any] | None = None) -> bytes:
    """A workbook of one sheet, drawn by hand."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options or {}) as workbook:
        draw(workbook, workbook.add_worksheet())
    return content.getvalue()


def edited(content: bytes, part: str, edit: Edit) -> bytes:
    """A workbook with one part changed, or added."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, edit(old.read(name)) if name == part else old.read(name))
        if part not in old.namelist():
            new.writestr(part, edit(b""))
    return changed.getvalue()


def replaced(old: str, new: str) -> Edit:
    return lambda content: re.sub(old.encode(), new.encode(), content, count=1)


# ---- cells ----


def test_cells_lines_and_letters_are_those_of_the_sheet() -> None:
    sheet = book(a_workbook([[], [None, "a", None, "b"], [], [None, "x", None, 12], [None, None, None, 3]]))
    assert sheet.rows.rows() == [(4, "x", "12"), (5, None, "3")]
    assert sheet.letters == {"a": "B", "b": "D"}


@pytest.mark.parametrize(
    ("cell", "code", "shown"),
    [
        (12, None, "12"),
        (12.0, None, "12"),
        (-3, None, "-3"),
        (0.1 + 0.2, None, "0.3"),
        (12345678901, None, "12345678901"),
        (7, "000", "007"),
        (0.5, "0%", "50%"),
        (True, None, "TRUE"),
        (False, None, "FALSE"),
        ("012", None, "012"),
        ("=1+1", None, "=1+1"),
        (datetime(2024, 9, 1), "yyyy-mm-dd", "2024-09-01"),  # noqa: DTZ001
        (datetime(2024, 9, 1, 12, 30), "dd/mm/yy hh:mm", "2024-09-01 12:30:00"),  # noqa: DTZ001
        (date(2025, 6, 1), "mmm-yy", "2025-06-01"),
        (date(1900, 1, 1), "d/m/yyyy", "1900-01-01"),
        (time(9, 5), "hh:mm", "09:05:00"),
        ("_x0041_", None, "_x0041_"),
        ("a\r\nb", None, "a b"),
    ],
)
def test_a_cell_is_text_as_a_person_sees_it(cell: Any, code: str | None, shown: str) -> None:
    sheet = book(a_workbook([["a", "b"], [cell, 1]], formats={(1, 0): code} if code else None))
    assert sheet.rows["a"].to_list() == [shown]
    assert sheet.findings == ()


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    def draw(workbook: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write(1, 0, date(2024, 9, 1), workbook.add_format({"num_format": "yyyy-mm-dd"}))

    assert book(drawn(draw, {"date_1904": True})).rows["a"].to_list() == ["2024-09-01"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", ""),
        ("0.00", ""),
        ('0 "days"', ""),
        ("#,##0 [$EUR]", ""),
        ("[Red]0", ""),
        ("[h]:mm", "time"),
        ("d mmmm yyyy", "date"),
        ("mmm", "date"),
        ("0.0%", "percent"),
        ("00000", "5"),
    ],
)
def test_a_number_format_says_what_is_shown(code: str, kind: str) -> None:
    assert format_kind(200, code) == kind


def test_a_cell_beyond_the_headings_is_an_error_at_its_letter() -> None:
    sheet = book(a_workbook([["a", "b"], ["x", 1, None, "note"], ["y", 2]]))
    assert sheet.rows.rows() == [(3, "y", "2")]
    assert [str(finding) for finding in sheet.findings] == [
        "file.xlsx, row 2: The row has a cell in column D; the headings end at B. "
        "Give the column a heading, or clear the cell."
    ]


# ---- which sheet, which row ----


def test_the_only_sheet_that_holds_anything_is_read() -> None:
    assert book(a_workbook([], TABLE, [])).headings == ["a", "b"]


def test_of_several_sheets_one_must_be_chosen() -> None:
    content = a_workbook(TABLE, [["c", "d"], [1, 2]])
    with pytest.raises(SheetNotChosen) as caught:
        book(content)
    assert caught.value.sheets == ("Sheet1", "Sheet2")
    assert book(content, sheet="Sheet2").headings == ["c", "d"]
    assert "there is no sheet “Sheet3”" in refusal(content, sheet="Sheet3")


def test_only_a_template_has_sheets_that_are_left_aside_unsaid() -> None:
    def draw(workbook: Any, sheet: Any) -> None:
        for to_fill in (sheet, workbook.add_worksheet("Lists")):
            to_fill.write_row(0, 0, ["a", "b"])
            to_fill.write_row(1, 0, ["1", "2"])

    with pytest.raises(SheetNotChosen) as caught:
        book(drawn(draw))
    assert caught.value.sheets == ("Sheet1", "Lists")


def test_a_csv_has_no_sheets() -> None:
    with pytest.raises(Unreadable, match="no sheets"):
        read_bytes("file.csv", b"a,b\n", sheet="Sheet1")


def test_a_hidden_sheet_is_left_aside_and_named() -> None:
    def draw(workbook: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["a", "b"])
        other = workbook.add_worksheet("Lists")
        other.write(0, 0, "yes")
        other.hide()

    sheet = book(drawn(draw))
    assert sheet.headings == ["a", "b"]
    assert [finding.rule for finding in sheet.findings] == ["hidden_sheet"]
    assert "Lists" in sheet.findings[0].expected


def test_a_title_in_a_workbook_is_offered() -> None:
    content = a_workbook([["Our audit"], [], *TABLE])
    with pytest.raises(HeadingsNotFirst, match="headings-line 3"):
        book(content)
    assert book(content, headings_line=3).rows.rows() == [(4, "x", "1"), (5, "y", "2")]


# ---- what cells do not show ----


def found(draw: Callable[[Any, Any], None]) -> list[str]:
    def whole(workbook: Any, sheet: Any) -> None:
        for place, row in enumerate(TABLE):
            sheet.write_row(place, 0, row)
        draw(workbook, sheet)

    return [f"{finding.severity} {finding}" for finding in book(drawn(whole)).findings]


def test_what_is_hidden_is_read_and_named() -> None:
    def draw(_: Any, sheet: Any) -> None:
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(1, 5, None, None, {"hidden": True})

    assert found(draw) == [
        "warning file.xlsx, row 2: The rows are hidden. They are read like the others. "
        "If they should not be, delete them.",
        "warning file.xlsx: Columns are hidden: B. They are read like the others. If they should not be, delete them.",
    ]


def test_merged_cells_are_an_error() -> None:
    assert found(lambda _, sheet: sheet.merge_range("A4:A6", "z")) == [
        "error file.xlsx: Cells are merged, so that only the first of them holds a value: A4:A6. "
        "Unmerge them, and fill in every cell."
    ]


def test_formulas_are_named_and_refused_if_the_file_lacks_their_results() -> None:
    def draw(_: Any, sheet: Any) -> None:
        for place, row in enumerate(TABLE):
            sheet.write_row(place, 0, row)
        sheet.write_formula(3, 1, "=B2+B3", None, 3)

    content = drawn(draw)
    computed = edited(content, "xl/workbook.xml", replaced('fullCalcOnLoad="1"', ""))
    empty = edited(computed, SHEET, replaced("</f><v>3</v>", "</f>"))
    assert [finding.rule for finding in book(content).findings] == ["formula_not_computed"]
    assert [finding.rule for finding in book(computed).findings] == ["formula"]
    assert [finding.rule for finding in book(empty).findings] == ["formula_not_computed"]
    assert "B4" in str(book(computed).findings)


def test_an_error_in_a_cell_is_an_error() -> None:
    content = edited(a_workbook(TABLE), SHEET, replaced('<c r="B2"><v>1</v>', '<c r="B2" t="e"><v>#REF!</v>'))
    assert [(finding.rule, finding.severity) for finding in book(content).findings] == [("error_cell", "error")]


# ---- hostile and damaged ----


def test_macros_archives_and_other_documents_are_refused() -> None:
    content = a_workbook(TABLE)
    assert "holds macros" in refusal(edited(content, "xl/vbaProject.bin", lambda _: b"x"))
    assert "binary Excel workbook" in refusal(edited(content, "xl/workbook.bin", lambda _: b"x"))
    assert "Word document" in refusal(edited(content, "word/document.xml", lambda _: b"x"))
    assert "OpenDocument" in refusal(edited(content, "mimetype", lambda _: b"x"))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("table.csv", "a,b")
    assert "this is an archive (zip). Unpack it" in refusal(archive.getvalue())


@pytest.mark.parametrize(
    ("part", "edit"),
    [
        (SHEET, lambda content: content[:-20]),
        (SHEET, replaced('r="A2"', 'r="A3"')),
        (SHEET, replaced('r="B2"', 'r="A2"')),
        (SHEET, replaced('r="A2"', 'r="ZZZZ2"')),
        (SHEET, replaced('<row r="3"', '<row r="2"')),
        (SHEET, replaced('<row r="3"', '<row r="99999999"')),
        (SHEET, replaced("<v>1</v>", "<v>one</v>")),
        (SHEET, replaced("<v>1</v>", "<v>nan</v>")),
        (SHEET, replaced('t="s"><v>2</v>', 't="s"><v>-2</v>')),
        (SHEET, replaced('t="s"><v>2</v>', 't="s"><v>99</v>')),
        (SHEET, replaced("<worksheet", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet')),
        ("xl/sharedStrings.xml", replaced("<sst", '<!DOCTYPE x [<!ENTITY e "y">]><sst')),
        ("xl/workbook.xml", lambda _: b"\0\1\2"),
    ],
)
def test_a_damaged_workbook_is_refused(part: str, edit: Edit) -> None:
    assert refusal(edited(a_workbook(TABLE), part, edit)).startswith("file.xlsx: the workbook is damaged.")


def test_a_zip_bomb_is_refused_before_it_is_opened() -> None:
    bomb = edited(a_workbook(TABLE), "xl/media/image1.png", lambda _: bytes(20_000_000))
    assert "far larger than a survey" in refusal(bomb)


def test_a_shared_text_repeated_too_often_is_refused() -> None:
    many = [["a", "b"], *([["x" * 30_000, 1]] * 500)]
    assert "far larger than a survey" in refusal(a_workbook(many), limits=Limits(text=10_000_000))
    assert book(a_workbook(many[:10]), limits=Limits(text=10_000_000)).rows.height == 9


def test_too_many_parts_are_refused() -> None:
    assert "far larger" in refusal(a_workbook(TABLE), limits=Limits(entries=3))


def test_a_cell_at_the_far_corner_costs_nothing() -> None:
    far = edited(a_workbook(TABLE), SHEET, replaced('<c r="B3"', '<c r="XFD3"'))
    assert "more than 1,000 columns" in refusal(far)
    low = edited(
        a_workbook(TABLE), SHEET, lambda content: content.replace(b'"3"', b'"1048576"').replace(b'3"', b'1048576"')
    )
    assert book(low).rows.rows()[-1] == (1048576, "y", "2")


def test_columns_come_in_thousands() -> None:
    assert len(book(a_workbook([[f"c{n}" for n in range(1_000)]])).headings) == 1_000
    assert "more than 1,000 columns" in refusal(a_workbook([[f"c{n}" for n in range(1_001)]]))


# ---- whatever is written is read back ----

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)
CELLS = TEXTS | st.integers(-(10**14), 10**14) | st.booleans() | st.none()


@st.composite
def tables(draw: st.DrawFn) -> list[list[Any]]:
    width = draw(st.integers(2, 4))
    headings = draw(st.lists(TEXTS.filter(names_a_column), min_size=width, max_size=width, unique_by=tidy))
    row = st.lists(CELLS, min_size=width, max_size=width)
    return [headings, *draw(st.lists(row, max_size=5))]


def shown(cell: Any) -> str | None:
    if isinstance(cell, bool):
        return str(cell).upper()
    return None if cell is None else tidy(str(cell)) or None


@settings(deadline=None, max_examples=examples(60))
@given(tables())
def test_whatever_is_written_is_read_back_cell_for_cell(table: list[list[Any]]) -> None:
    sheet = book(a_workbook(table))
    outside = {line for finding in sheet.findings for line in finding.lines if finding.rule == "no_respondent"}
    filled = [(line, *map(shown, row)) for line, row in enumerate(table[1:], 2) if any(map(shown, row))]
    expected = [row for row in filled if row[0] not in outside]
    assert sheet.headings == [tidy(heading) for heading in table[0]]
    assert sheet.rows.rows() == expected


@settings(deadline=None, max_examples=examples(30))
@given(tables())
def test_a_second_reader_reads_the_same_texts(table: list[list[Any]]) -> None:
    """The one in Rust that Excel files are otherwise read with, for cells that are text."""
    texts = [[cell if isinstance(cell, str) else "x" for cell in row] for row in table]
    content = a_workbook(texts)
    other = fastexcel.read_excel(content).load_sheet(0, header_row=None, skip_rows=0, dtypes="string").to_polars()
    rows = [tuple(tidy(cell or "") or None for cell in row) for row in other.rows()]
    sheet = book(content)
    outside = {line for finding in sheet.findings for line in finding.lines if finding.rule == "no_respondent"}
    within = [row for line, row in enumerate(rows[1:], 2) if any(row) and line not in outside]
    assert sheet.rows.select(pl.exclude(" line")).rows() == within
