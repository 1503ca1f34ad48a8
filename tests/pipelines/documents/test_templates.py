"""Templates: made from the contracts, and accepted once they are filled in with what they themselves allow."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from pipelines.checking.checker import check
from pipelines.documents.templates import COLUMNS_SHEET, LISTS_SHEET, LONGEST_LIST, Template, as_csv, as_xlsx, template
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.contract import Context, Contract
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from pipelines.reading.reader import read, read_bytes
from tests.factories import a_catalogue, a_file, a_measure, first_catalogue

CATALOGUE = first_catalogue()
CONTEXT = Context("2025-26", frozenset({"6-25"}))
"""An id that a spreadsheet takes for a day in June."""

FREE = {
    "programme_name": "A name",
    "profession": "clinical_psychology",
    "country": "Wales",
    "respondents": "20",
    "affirmative": "20",
    "invited": "31",
    "academic_year": "2024-25",
    "programme_id": "6-25",
}
"""What goes into columns without a list."""


def rules(dataset: str, catalogue: Catalogue = CATALOGUE) -> Contract:
    return contract(Dataset(dataset), catalogue, CONTEXT)


def made(dataset: str, catalogue: Catalogue = CATALOGUE, **given: str) -> Template:
    return template(rules(dataset, catalogue), catalogue, **given)


def begun(dataset: str) -> Template:
    """With programme and, where the dataset has one, year."""
    return made(dataset, programme="6-25", **({} if dataset == "programmes" else {"year": "2024-25"}))


def table(of: Template) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(of).decode())))


def sheet(workbook: bytes, name: str) -> list[list[str | None]]:
    """Cells of a sheet as text."""
    read = fastexcel.read_excel(workbook).load_sheet(name, header_row=None, dtypes="string").to_polars()
    return [list(row) for row in read.rows()]


def filled(of: Template, headings: list[str], rows: Sequence[Sequence[str | None]]) -> str:
    """A CSV of the template's rows, each blank cell filled with the first code on its list, or with what is usual."""
    codes = {field.name: field.codes for field in of.fields}
    fill = {name: (codes[name][0] if codes[name] else FREE.get(name, "")) for name in headings}
    if of.contract.dataset.group is not None:
        fill |= _consistent(of)
    begun = rows or [[None] * len(headings)]
    lines = [[cell or fill[name] for name, cell in zip(headings, row, strict=True)] for row in begun]
    out = io.StringIO()
    csv.writer(out).writerows([headings, *lines])
    return out.getvalue()


def _consistent(of: Template) -> dict[str, str]:
    """Yes to everything, so that every follow-up may be answered."""
    return {name: CATALOGUE.measures[name].affirmative[0] for name in of.contract.questions}


@pytest.mark.parametrize("dataset", first_catalogue().datasets)
def test_the_headings_are_the_columns_of_the_contract(dataset: Dataset) -> None:
    names = [field.name for field in rules(dataset).fields]
    assert table(made(dataset)) == [names]
    assert sheet(as_xlsx(made(dataset)), dataset)[0] == names


@pytest.mark.parametrize("dataset", first_catalogue().datasets)
@pytest.mark.parametrize("of", [made, begun], ids=["empty", "begun"])
def test_a_template_filled_in_with_what_it_allows_passes(
    dataset: Dataset, of: Callable[[str], Template], tmp_path: Path
) -> None:
    headings, *rows = table(of(dataset))
    text = filled(of(dataset), headings, rows)
    assert check(read(a_file(tmp_path, text)), rules(dataset)).findings == ()


@pytest.mark.parametrize("dataset", first_catalogue().datasets)
def test_so_does_a_workbook(dataset: Dataset, tmp_path: Path) -> None:
    headings, *rows = sheet(as_xlsx(begun(dataset)), dataset)
    text = filled(begun(dataset), [str(heading) for heading in headings], rows)
    assert check(read(a_file(tmp_path, text)), rules(dataset)).findings == ()


@pytest.mark.parametrize("dataset", first_catalogue().datasets)
def test_of_a_template_the_sheet_to_fill_in_is_read_without_being_asked_for(dataset: Dataset) -> None:
    read = read_bytes("template.xlsx", as_xlsx(begun(dataset)))
    assert read.headings == [field.name for field in rules(dataset).fields]
    assert read.findings == ()  # nothing else was left aside


@pytest.mark.parametrize("dataset", [dataset for dataset in first_catalogue().datasets if dataset != "programmes"])
def test_programme_and_year_are_filled_in_where_given(dataset: Dataset) -> None:
    _, *rows = table(begun(dataset))
    assert {tuple(row[:2]) for row in rows} == {("6-25", "2024-25")}
    assert table(made(dataset, year="2024-25"))[1][:2] == ["", "2024-25"]


def test_each_group_item_and_measure_has_a_row_begun_and_responses_have_one() -> None:
    assert [row[2] for row in table(begun("cohorts"))[1:]] == ["staff", "trainee"]
    assert [row[2] for row in table(begun("support"))[1:]] == [item.id for item in CATALOGUE.support_item]
    assert [row[2] for row in table(begun("counts"))[1:]] == list(CATALOGUE.measures)
    assert len(table(begun("staff_responses"))) == 2


@pytest.mark.parametrize(
    ("dataset", "given", "said"),
    [
        ("cohorts", {"programme": "x"}, "“x” is not an id"),
        ("cohorts", {"programme": "other"}, "“other” is not a registered programme"),
        ("cohorts", {"year": "2024-26"}, "“2024-26” is not an academic year"),
        ("cohorts", {"year": "2026-27"}, "“2026-27” is not a year up to 2025-26"),
        ("programmes", {"year": "2024-25"}, "programmes has no column academic_year"),
    ],
)
def test_what_cannot_be_a_programme_or_year_is_refused(dataset: str, given: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=re.escape(said)):
        made(dataset, **given)


@pytest.mark.parametrize("dataset", first_catalogue().datasets)
def test_every_column_is_explained_in_the_words_of_the_contract(dataset: Dataset) -> None:
    explained = {row[0]: row for row in sheet(as_xlsx(made(dataset)), COLUMNS_SHEET)}
    for field in rules(dataset).fields:
        _, said, required, _ = explained[field.name]
        assert str(said).startswith(field.description)
        assert required == ("yes" if field.required else "no")


def test_a_question_is_explained_with_its_number_and_whom_it_is_for() -> None:
    catalogue = a_catalogue(a_measure("first"), a_measure("told", base="first", answers=["yes", "no"]))
    rows = sheet(as_xlsx(made("staff_responses", catalogue)), COLUMNS_SHEET)
    [told] = [row for row in rows if row[0] == "told"]
    assert told[1] == (
        "Question? Question 2 of the questionnaire. Only of those who answered yes to first; blank for everybody else."
    )
    assert told[3] == "one of yes, no, or blank"


# ---- what only a look into the workbook shows ----


def part(workbook: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return parts.read(f"xl/{name}").decode()


@pytest.mark.parametrize("dataset", first_catalogue().datasets)
def test_every_list_of_codes_is_a_drop_down_however_long(dataset: Dataset) -> None:
    of = made(dataset)
    workbook = as_xlsx(of)
    drop_down = r'type="list".*?sqref="[A-Z]+2:[A-Z]+1048576"><formula1>(.*?)</formula1>'
    lists = re.findall(drop_down, part(workbook, "worksheets/sheet1.xml"))
    expected = [field for field in of.fields if field.codes]
    assert len(lists) == len(expected)
    for source, field in zip(lists, expected, strict=True):
        assert _listed(workbook, source.replace("&quot;", '"')) == list(field.codes)


def _listed(workbook: bytes, source: str) -> list[str | None]:
    if source.startswith('"'):
        assert len(source) - 2 <= LONGEST_LIST
        return [*source.strip('"').split(",")]
    found = re.fullmatch(rf"{LISTS_SHEET}!\$([A-Z])\$2:\$\1\$(\d+)", source)
    assert found
    column = ord(found[1]) - ord("A")
    return [row[column] for row in sheet(workbook, LISTS_SHEET)[1 : int(found[2])]]


def columns_sheet(dataset: str, catalogue: Catalogue = CATALOGUE) -> dict[str, list[str | None]]:
    """What the sheet of columns says of each."""
    return {str(row[0]): row for row in sheet(as_xlsx(made(dataset, catalogue)), COLUMNS_SHEET)}


def test_the_sheet_of_support_says_what_words_mean_that_are_put_to_everybody() -> None:
    terms = [
        {"id": "share", "groups": ["staff", "trainee"], "text": "“To share” means to tell."},
        {"id": "here", "groups": ["staff"], "text": "“Here” means this programme."},
    ]
    items = [{"id": "policy", "kind": "policy", "title": "Policy on what happens when a trainee shares"}]
    catalogue = a_catalogue(a_measure(), a_measure("seen", group="trainee"), term=terms, support_item=items)
    assert made("support", catalogue).remarks[-1] == "“To share” means to tell."
    assert "“Here” means this programme." not in made("support", catalogue).remarks
    assert "“To share” means to tell." not in made("cohorts", catalogue).remarks


def test_the_column_of_subgroups_says_what_was_asked_and_what_each_code_stands_for() -> None:
    cooks = {"id": "staff", "people": "cooks", "person": "cook"}
    codes = [{"code": "1", "label": "Early"}, {"code": "late", "label": "late"}]
    shifts = cooks | {"subgroup": "shift", "subgroup_question": "Which shift?", "subgroup_codes": codes}
    listed, free = (columns_sheet("staff_responses", a_catalogue(group=[group])) for group in (shifts, cooks))
    assert listed["shift"][1] == "Which shift? 1: Early; late; or blank."
    assert free["role"][1] == "A code of your own; or blank."


def test_what_an_id_may_be_is_told_without_what_a_spreadsheet_does_to_it() -> None:
    allowed = columns_sheet("support")["programme_id"][3]
    assert allowed == "an id of 2 to 32 letters, digits, hyphens and underscores; a registered programme"


@pytest.mark.parametrize(("characters", "sheets"), [(255, 2), (256, 3)])
def test_a_list_too_long_to_be_written_out_stands_on_a_sheet_in_plain_sight(characters: int, sheets: int) -> None:
    answers = ["a" * 63, "b" * 63, "c" * 63, "d" * (characters - 192)]
    catalogue = a_catalogue(a_measure(answers=answers, affirmative=answers[:1]))
    workbook = as_xlsx(made("staff_responses", catalogue))
    assert len(fastexcel.read_excel(workbook).sheet_names) == sheets
    assert "hidden" not in part(workbook, "workbook.xml")


def test_long_lists_say_what_their_codes_mean() -> None:
    items = dict(row[:2] for row in sheet(as_xlsx(made("support")), LISTS_SHEET)[1:])
    assert items == {item.id: item.title for item in CATALOGUE.support_item}
    measures = dict(row[:2] for row in sheet(as_xlsx(made("counts")), LISTS_SHEET)[1:])
    first = CATALOGUE.measure[0]
    assert measures[first.id] == f"{first.title}. Affirmative: {', '.join(first.affirmative)}."


@pytest.mark.parametrize("dataset", first_catalogue().datasets)
def test_columns_are_text_but_for_numbers_of_people_and_headings_stay_in_sight(dataset: Dataset) -> None:
    workbook = as_xlsx(made(dataset))
    rows = part(workbook, "worksheets/sheet1.xml")
    cells = part(workbook, "styles.xml").split("<cellXfs")[1].split("</cellXfs>")[0]
    formats = re.findall(r'<xf numFmtId="(\d+)"', cells)
    styles = re.findall(r'<col min="(\d+)" max="(\d+)" [^>]*?style="(\d+)"', rows)
    of_column = {place: formats[int(style)] for low, high, style in styles for place in range(int(low), int(high) + 1)}
    as_text, whole = "49", "1"
    assert [of_column[place] for place in range(1, len(of_column) + 1)] == [
        whole if field.dtype == pl.Int64 else as_text for field in rules(dataset).fields
    ]
    assert re.search(r'<pane ySplit="1" topLeftCell="A2"[^>]*state="frozen"', rows)


@pytest.mark.parametrize("dataset", first_catalogue().datasets)
def test_the_same_contract_gives_the_same_bytes(dataset: Dataset) -> None:
    assert as_xlsx(begun(dataset)) == as_xlsx(begun(dataset))
    created = re.search(r"<dcterms:created[^>]*>(.*?)<", _properties(as_xlsx(begun(dataset))))
    assert created
    assert created[1].startswith("2000-01-01")


def _properties(workbook: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return parts.read("docProps/core.xml").decode()
