"""Empty audit files to fill in, made from the contracts: CSV with the headings, XLSX with drop-downs and words as well.

Nothing in them changes with the day, so the same contract gives the same bytes.
"""

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pipelines.documents import wording
from pipelines.documents.questionnaire import numbers
from pipelines.errors import Refused
from pipelines.finding_rules import FindingRule
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.cell_rules import LARGEST_COUNT
from pipelines.instrument.contract import Contract, Field
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import LISTING
from pipelines.template_sheets import COLUMNS_SHEET, LISTS_SHEET

LONGEST_LIST = 255
"""Characters Excel takes for a drop-down written out; a longer one must stand in cells."""
LONGEST_MESSAGE = 255
TEXT, WHOLE = 49, 1
"""Excel's numbers for its formats `@` and `0`."""
LAST_ROW = 1_048_575
UNDATED = datetime(2000, 1, 1)  # noqa: DTZ001  a workbook must have some day; a fixed one gives the same bytes

SPREADSHEET_SLIPS = {FindingRule.ID_MADE_A_DATE, FindingRule.ID_DAY_NUMBER}
"""Rules about what a spreadsheet does to an id. They say nothing of what to write."""

Row = dict[str, str]


@dataclass(frozen=True)
class Template:
    """What there is to fill in: the columns, the rows begun, and words for the codes of long lists."""

    contract: Contract
    rows: tuple[Row, ...]
    remarks: tuple[str, ...]
    notes: Mapping[str, str]
    """Column -> what there is to say of it beside its description."""
    meanings: Mapping[str, str]
    """Code -> what it stands for, where the code alone does not say it."""

    @property
    def name(self) -> str:
        return str(self.contract.dataset)

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.contract.fields

    @property
    def long_lists(self) -> dict[str, tuple[str, ...]]:
        """Column -> its codes, where they are too many for a drop-down written out."""
        return {field.name: field.codes for field in self.fields if len(",".join(field.codes)) > LONGEST_LIST}


def template(
    contract: Contract, catalogue: Catalogue, programme: str | None = None, year: str | None = None
) -> Template:
    """The template of a dataset. Where programme or year are given, rows are begun with them.

    Raises Refused where one of them cannot be what it is said to be, or the dataset has no column for it.
    """
    given = {name: value for name, value in (("programme_id", programme), ("academic_year", year)) if value is not None}
    for name, value in given.items():
        _require_kept(contract, name, value)
    dataset = contract.dataset
    return Template(
        contract=contract,
        rows=tuple(given | begun for begun in _begun(contract)) if given else (),
        remarks=(*_remarks(dataset, catalogue), wording.NOTHING_PERSONAL, *_terms(dataset, catalogue)),
        notes=_notes(dataset, catalogue),
        meanings=_meanings(catalogue),
    )


def as_csv(layout: Template) -> bytes:
    """UTF-8, commas; the headings, and the rows begun."""
    names = [field.name for field in layout.fields]
    return pl.DataFrame(layout.rows, schema=dict.fromkeys(names, pl.String)).write_csv().encode()


def as_xlsx(layout: Template) -> bytes:
    """A workbook: the sheet to fill in, which has the dataset's name, and one that explains its columns."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": f"Template: {layout.name}", "created": UNDATED})
        look = _Look(book)
        _fill_in_sheet(book.add_worksheet(layout.name), layout, look)
        _columns_sheet(book.add_worksheet(COLUMNS_SHEET), layout, look)
        if layout.long_lists:
            _lists_sheet(book.add_worksheet(LISTS_SHEET), layout, look)
    return content.getvalue()


# ---- what there is to fill in ----


def _remarks(dataset: Dataset, catalogue: Catalogue) -> tuple[str, ...]:
    blank = _of_blanks(dataset, catalogue)
    if dataset.group is not None:
        return blank, wording.ONE_PERSON, wording.NOT_ASKED
    more = {Dataset.SUPPORT: (wording.NOT_ANSWERED,), Dataset.COUNTS: (wording.NOT_COUNTED,)}
    return blank, *more.get(dataset, ())


def _terms(dataset: Dataset, catalogue: Catalogue) -> tuple[str, ...]:
    """What words mean in support items: what they mean in the questions put to everybody."""
    if dataset != Dataset.SUPPORT:
        return ()
    asked = {group for group in catalogue.groups if catalogue.asked_of(group)}
    return tuple(term.text for term in catalogue.term if asked <= {*term.groups})


def _of_blanks(dataset: Dataset, catalogue: Catalogue) -> str:
    measures = catalogue.asked_of(dataset.group) if dataset.group else ()
    return wording.BLANK_MAY_BE_NO if any(map(catalogue.counted_as_no, measures)) else wording.BLANK


def _require_kept(contract: Contract, name: str, value: str) -> None:
    field = next((field for field in contract.fields if field.name == name), None)
    if field is None:
        raise Refused(f"{contract.dataset} has no column {name}. Leave it out.")
    cell = pl.DataFrame({name: [value]})
    for rule in field.rules:
        if not cell.select(rule.holds).item():
            raise Refused(f"“{value}” is not {rule.expected}. {rule.fix}")


def _begun(contract: Contract) -> list[Row]:
    """A row for each group, item or measure, or a first one: what each of them is about, and nothing else."""
    listing = LISTING.get(contract.dataset)
    codes = next((field.codes for field in contract.fields if field.name == listing), ())
    return [{listing: code} for code in codes] if listing else [{}]


def _meanings(catalogue: Catalogue) -> dict[str, str]:
    measures = {one.id: wording.counted(one.title, one.affirmative) for one in catalogue.measure}
    return measures | {item.id: wording.item(item.title, item.in_place) for item in catalogue.support_item}


def _notes(dataset: Dataset, catalogue: Catalogue) -> dict[str, str]:
    if dataset == Dataset.SUPPORT:
        told = (f"{status}: {words}" for status, words in catalogue.status_words.items() if words)
        return {"status": " ".join(told)}
    if dataset.group is None:
        return {}
    place = numbers(catalogue, dataset.group)
    return {measure: _note(catalogue, measure, number) for measure, number in place.items()}


def _note(catalogue: Catalogue, measure_id: str, number: int) -> str:
    measure = catalogue.measures[measure_id]
    notes = [wording.question_column(number, measure.row)]
    if measure.base is not None:
        answers = " or ".join(catalogue.measures[measure.base].affirmative)
        notes.append(wording.FOLLOW_UP.format(answers=answers, base=measure.base))
    outer = catalogue.counted_as_no(measure)
    if outer is not None:
        notes.append(wording.LEFT_BLANK.format(answers=" or ".join(outer.denying), outer=outer.id))
    return " ".join(notes)


# ---- the workbook ----


class _Look:
    """Its formats. Cells are text, else Excel makes dates of academic years and of ids such as 6-25."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.text = book.add_format({"num_format": TEXT})
        self.number = book.add_format({"num_format": WHOLE})
        self.heading = book.add_format({"num_format": TEXT, "bold": True, "bottom": 1, "valign": "top"})
        self.words = book.add_format({"text_wrap": True, "valign": "top"})
        self.remark = book.add_format({"italic": True})

    def of(self, field: Field) -> Any:
        return self.number if field.dtype == pl.Int64 else self.text


def _fill_in_sheet(sheet: Worksheet, layout: Template, look: _Look) -> None:
    for place, field in enumerate(layout.fields):
        sheet.set_column(place, place, max(14, len(field.name) + 2), look.of(field))
        sheet.write_string(0, place, field.name, look.heading)
        sheet.data_validation(0, place, 0, place, _heading_message(field))
        allowed = _allowed(layout, field)
        if allowed:
            sheet.data_validation(1, place, LAST_ROW, place, allowed)
        for number, row in enumerate(layout.rows, start=1):
            if field.name in row:
                sheet.write_string(number, place, row[field.name], look.text)
    sheet.freeze_panes(1, 0)


def _heading_message(field: Field) -> dict[str, Any]:
    """What the column is, shown to whoever stands on its heading; a title takes 32 characters, the text 255."""
    return {"validate": "any", "input_title": field.name[:32], "input_message": field.description[:LONGEST_MESSAGE]}


def _allowed(layout: Template, field: Field) -> dict[str, Any] | None:
    if field.codes:
        fix = f"Use one of the list, or leave the cell blank: see “{COLUMNS_SHEET}”."
        return {
            "validate": "list",
            "source": _source(layout, field),
            "error_title": field.name[:32],
            "error_message": fix,
        }
    if field.dtype == pl.Int64:
        sentence = "Write a number of people in digits."
        limits = {"criteria": "between", "minimum": 0, "maximum": LARGEST_COUNT}
        return {"validate": "integer", **limits, "error_title": field.name[:32], "error_message": sentence}
    return None


def _source(layout: Template, field: Field) -> list[str] | str:
    if field.name not in layout.long_lists:
        return list(field.codes)
    column = chr(ord("A") + 2 * list(layout.long_lists).index(field.name))
    return f"={LISTS_SHEET}!${column}$2:${column}${len(field.codes) + 1}"


def _columns_sheet(sheet: Worksheet, layout: Template, look: _Look) -> None:
    table = [
        ("column", "what it holds", "must be there", "what a cell may be"),
        *(_explained(layout, f) for f in layout.fields),
    ]
    for place, width in enumerate((30, 70, 14, 60)):
        sheet.set_column(place, place, width)
    _write_table(sheet, table, look)
    for number, remark in enumerate(layout.remarks, start=len(table) + 1):
        sheet.write_string(number, 0, remark, look.remark)
    sheet.freeze_panes(1, 0)


def _explained(layout: Template, field: Field) -> tuple[str, str, str, str]:
    sentence = " ".join(filter(None, (field.description, layout.notes.get(field.name))))
    return field.name, sentence, "yes" if field.required else "no", _cells(layout, field)


def _cells(layout: Template, field: Field) -> str:
    if field.name in layout.long_lists:
        allowed = f"one of those on the sheet “{LISTS_SHEET}”"
    else:
        of_type = field.cell_type.expected if field.cell_type else "text"
        allowed = "; ".join(rule.expected for rule in field.rules if rule.finding not in SPREADSHEET_SLIPS) or of_type
    return f"{allowed}, or blank" if field.nullable else allowed


def _lists_sheet(sheet: Worksheet, layout: Template, look: _Look) -> None:
    """Each long list in a column, and what its codes mean in the next. In plain sight: people look things up in it."""
    for place, (name, codes) in enumerate(layout.long_lists.items()):
        table = [(name, "what it stands for"), *((code, layout.meanings.get(code, "")) for code in codes)]
        sheet.set_column(2 * place, 2 * place, 32)
        sheet.set_column(2 * place + 1, 2 * place + 1, 80)
        _write_table(sheet, table, look, first=2 * place)
    sheet.freeze_panes(1, 0)


def _write_table(sheet: Worksheet, table: Iterable[tuple[str, ...]], look: _Look, first: int = 0) -> None:
    for number, row in enumerate(table):
        for place, sentence in enumerate(row, start=first):
            sheet.write_string(number, place, sentence, look.words if number else look.heading)


FORMATS: dict[str, Callable[[Template], bytes]] = {".csv": as_csv, ".xlsx": as_xlsx}
"""How a file is made, by the end of its name."""
