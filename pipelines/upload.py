"""The desk at which a file is handed in: everything that the Upload page does, but without a page.

It is the only door of the Upload page, so the types that the page needs are offered here too. Nothing here keeps an
answer: a sheet is in memory only as long as its caller holds it.
"""

from collections import abc
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

import polars as pl

from pipelines.academic_year import is_academic_year, year_of
from pipelines.checking.mapping import Mapping, make_mapping, missing_headings, read_mapping
from pipelines.checking.mapping_suggestions import (
    TickBoxes,
    UnknownAnswers,
    answers_in_cells,
    as_mapping,
    cells_to_show,
    date_orders,
    is_plain,
    suggested_answers,
    suggested_columns,
    suggested_ids,
    tick_boxes,
)
from pipelines.checking.survey_exports import as_dataset, words_of
from pipelines.documents import findings_table, questionnaire, questionnaire_files, templates
from pipelines.documents.annotated_workbook import marked
from pipelines.documents.receipt import receipt_pdf
from pipelines.documents.survey import Survey, survey
from pipelines.documents.survey_files import TOOLS, file_name
from pipelines.errors import Refused, StoreUnavailable
from pipelines.event_log import note, present_time
from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding, errors, notices_of_form
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.contract import Context, Contract
from pipelines.instrument.dataset import Dataset, Group
from pipelines.instrument.datasets import contract, other_dataset
from pipelines.intake import completeness, loading
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.intake.loading import STEPS, ExaminedFile, Rejected
from pipelines.intake.personal_columns import is_surely_personal
from pipelines.intake.preview import preview
from pipelines.progress import Progress
from pipelines.reading.headings import column_letter
from pipelines.reading.limits import PAGE
from pipelines.reading.personal_data import values_look_personal
from pipelines.reading.personal_headings import looks_droppable
from pipelines.reading.reader import Sheet, read_bytes
from pipelines.roles import Action, Visitor, require_own
from pipelines.settings import Settings
from pipelines.store.records import Receipt
from pipelines.store.store import Store, store_if_there

__all__ = [
    "PROGRAMME",
    "STEPS",
    "YEAR",
    "Desk",
    "ExaminedFile",
    "Finding",
    "Mapping",
    "Rejected",
    "Sheet",
    "Submitted",
    "TickBoxes",
    "UnknownAnswers",
    "UnmatchedColumns",
    "errors",
]

PROGRAMME, YEAR = "programme_id", "academic_year"
"""The column that no file has in common with the file of another year."""
ON_A_PAGE: dict[str, str] = {
    FindingRule.PERHAPS_HELD: "If they did, in this kind of file or another, this takes the place of all of it, also "
    "of questions that this file does not have. So put every question into it, and tick the box below.",
    FindingRule.ALREADY_HELD: "To put this file in its place, tick the box below; the earlier one stays on record.",
    FindingRule.UNKNOWN_COLUMN: "Say above what it is, or that it is not needed; or correct the heading in the file.",
    FindingRule.OTHER_DATASET: "If that is what the file holds, choose it above.",
    FindingRule.DUPLICATE_HEADING: "Say above what each of them is, or that it is not needed.",
    FindingRule.BLANK_HEADING: "Say above what it is, or that it is not needed.",
    FindingRule.ONLY_TICKS: "Say above what a blank cell means in it.",
    FindingRule.NOT_A_DATE: "Correct the cell, or say above in which order the dates are written.",
    FindingRule.MISSING_COLUMN: "Add the column, or say above what holds it, or what is the same for every row.",
}
"""How to put a finding right, for a person who has a page and no command line."""


@dataclass(frozen=True)
class UnmatchedColumns:
    """The headings that the dataset does not know, and the columns of the dataset that the sheet lacks."""

    headings: tuple[str, ...]
    columns: dict[str, str]
    """Each column not found in the file, and what it means."""
    required: frozenset[str]
    suggested: dict[str, str]
    personal: tuple[str, ...]
    """Headings that look personal. These columns must be deleted, whatever the person says about them."""
    looks_like: str | None
    """The dataset that the sheet would match without any change."""


@dataclass(frozen=True)
class Submitted:
    """A submission that was taken in, with everything that its receipt says."""

    receipt: Receipt
    by: str
    at: datetime
    sha256: str


class Desk:
    """What can be done with a file, and before there is a file."""

    def __init__(self, settings: Settings, visitor: Visitor) -> None:
        """Raises CatalogueError, and Refused where the visitor may not send files."""
        visitor.require(Action.SEND)
        self._settings, self._visitor = settings, visitor
        self.catalogue: Catalogue = load_catalogue(settings.catalogue)
        self._contracts: dict[str, Contract] = {}

    @property
    def people(self) -> dict[str, str]:
        """What the catalogue calls the people of each group."""
        return {group: words.people for group, words in self.catalogue.groups.items()}

    @property
    def groups(self) -> list[Group]:
        """The groups that the catalogue has questions for."""
        return [group for group in self.catalogue.groups if self.catalogue.asked_of(group)]

    @property
    def sendable(self) -> list[str]:
        """The kinds of file that anybody may send: those of which the catalogue asks something. Programmes are
        registered, and named to others, by the steward alone."""
        answers = [dataset for dataset, group in self.catalogue.responses.items() if group in self.groups]
        support = [Dataset.SUPPORT] if self.catalogue.support_item else []
        return [str(dataset) for dataset in (*reversed(answers), Dataset.COHORTS, *support, Dataset.COUNTS)]

    # ---- before the file ----

    def template_content(self, dataset: str, programme: str | None, year: str | None) -> templates.Template:
        """What a template holds. Raises Refused where there cannot be such a programme or year."""
        return templates.template(
            self._contract(dataset), self.catalogue, programme=programme or None, year=year or None
        )

    def template(self, dataset: str, programme: str | None, year: str | None) -> bytes:
        """An empty audit file to fill in, as a workbook."""
        return templates.as_xlsx(self.template_content(dataset, programme, year))

    def questionnaire(self, group: Group, ending: str) -> bytes:
        """The questions as a document to print, by the end of its name: .pdf or .html."""
        return questionnaire_files.FORMATS[ending](questionnaire.questionnaire(self.catalogue, group))

    @property
    def survey_tools(self) -> dict[str, tuple[str, str]]:
        """The survey tools that a file can be made for: each by its name, and what to do with its file."""
        return {tool: (entry.name, entry.steps) for tool, entry in TOOLS.items()}

    def survey(self, group: Group, programme: str | None = None, year: str | None = None) -> Survey:
        """The questions of a group as a survey. Raises Refused where there cannot be such a programme or year."""
        asked = questionnaire.questionnaire(self.catalogue, group)
        return survey(asked, self.catalogue, group, programme or None, year or None)

    def survey_file(self, tool: str, made: Survey) -> bytes:
        """A survey as the file that a tool imports."""
        return TOOLS[tool].make(made)

    def survey_file_name(self, tool: str, group: Group) -> str:
        """What the file for a tool is called."""
        return file_name(tool, group)

    def lacking(self, programme: str, year: str | None = None) -> tuple[str, list[str]]:
        """An academic year of a programme, and what it still lacks. Without a `year`, it is the latest.

        Raises Refused if the programme is not registered, or is not named to others: anybody can open the page, and
        what a programme has sent would show under which code it is published.
        """
        require_own([programme], self._visitor.sends_for)
        with store_if_there(self._settings.store) as store:
            if store is None:
                raise Refused("Nothing has been sent yet.")
            if programme in store.registered_programmes() - store.programmes_told_by_name():
                raise Refused(
                    f"{programme} is not named to others, or only from the next release on. Ask the steward, who has "
                    f"`openness lacking`."
                )
            if year is not None and not is_academic_year(year):
                raise Refused(f"“{year}” is not an academic year. Write it like 2025-26.")
            year, rows = completeness.find_missing(store, self.catalogue, programme, year, year_of(self._now().date()))
        return year, [f"{dataset}: {what}" for dataset, _, what in rows.iter_rows()]

    # ---- a file ----

    def read(self, name: str, content: bytes, sheet: str | None, headings_line: int | None) -> Sheet:
        """Raises Unreadable, SheetNotChosen, HeadingsNotFirst."""
        return read_bytes(name, content, sheet=sheet, headings_line=headings_line, limits=PAGE)

    def understood(self, sheet: Sheet, dataset: str) -> Sheet:
        """The export of a survey that was made with our own file, with our names; any other sheet as it is.

        It is taken so only where nothing is left to be matched: a mapping names what stands in the file.
        """
        ours = as_dataset(sheet, Dataset(dataset), self.catalogue)
        fields = self._contract(dataset).fields
        known, required = {field.name for field in fields}, {field.name for field in fields if field.required}
        return ours if required <= {*ours.headings} <= known else sheet

    def unmatched(self, sheet: Sheet, dataset: str) -> UnmatchedColumns:
        """What a mapping would have to say."""
        fields = self._contract(dataset).fields
        known = {field.name for field in fields}
        unknown = [heading for heading in sheet.headings if heading not in known]
        personal = tuple(heading for heading in unknown if is_surely_personal(sheet, heading))
        headings = tuple(heading for heading in unknown if heading not in personal)
        to_delete = tuple(sheet.heading_of(heading) or f"column {sheet.unclear[heading][1]}" for heading in personal)
        missing = {field.name: field.description for field in fields if field.name not in sheet.headings}
        required = frozenset(field.name for field in fields if field.required and field.name in missing)
        meant = {*self.catalogue.measures, *sheet.unclear}  # the first mean what they say, and the others nothing
        free = [heading for heading in headings if heading not in meant]
        suggested = suggested_columns(free, self._contract(dataset), self.catalogue)
        other = other_dataset(sheet.headings, Dataset(dataset), self.catalogue)
        return UnmatchedColumns(headings, missing, required, suggested, to_delete, other)

    def unknown_answers(self, sheet: Sheet, dataset: str, columns: abc.Mapping[str, str]) -> list[UnknownAnswers]:
        """Cells that are none of the codes of their column. Columns with the same codes are taken together, so that
        each cell is asked about once.

        `columns` says under which heading each column stands. A cell that looks personal is never shown; of a column
        that looks personal no cell is shown, because that column will be refused.
        """
        codes = {field.name: field.codes for field in self._contract(dataset).fields if field.codes}
        found: dict[tuple[str, ...], dict[str, list[str]]] = {}
        for column, heading in columns.items():
            for cell in _unknown_cells(sheet.rows[heading], codes[column]) if column in codes else ():
                found.setdefault(codes[column], {}).setdefault(cell, []).append(column)
        kind, unknown = Dataset(dataset), []
        for answers, cells in found.items():
            words = words_of(kind, {*chain(*cells.values())}, self.catalogue)
            unknown.append(UnknownAnswers(answers, suggested_answers(cells, answers, words), cells))
        return unknown

    def tick_boxes(self, sheet: Sheet, dataset: str, columns: abc.Mapping[str, str]) -> list[TickBoxes]:
        """Columns of a single cell and blanks. What a blank means in them is never taken for granted."""
        return tick_boxes(sheet, self._contract(dataset), columns, self.catalogue)

    def asked_of(self, dataset: str, column: str) -> tuple[str, tuple[str, ...]] | None:
        """The question that decides who is asked this one, and its answers."""
        base = self._contract(dataset).bases.get(column)
        return (base.question, base.answers) if base else None

    def yes_and_no(self, dataset: str) -> dict[str, tuple[str, str]]:
        """The questions of a dataset that a box to tick can stand for, with their codes for a tick and for none."""
        rules = self._contract(dataset)
        nos = {column: self.catalogue.measures[column].denying[0] for column in rules.ticks}
        return {column: (rules.ticks[column][0], nos[column]) for column in rules.ticks}

    def date_orders(self, sheet: Sheet, heading: str) -> list[str]:
        """The orders in which a column can be read as dates; none where it holds something else."""
        return date_orders(sheet.rows[heading])

    def answers_in_cells(self, sheet: Sheet, heading: str) -> tuple[str, list[str]]:
        """What separates several answers in the cells of a column, and the answers; none where cells hold one each."""
        return answers_in_cells(sheet.rows[heading])

    def unknown_programmes(self, sheet: Sheet, heading: str) -> dict[str, str]:
        """Cells that are no id of a programme that is named to others, each with the id that it may stand for."""
        named = self._context().named
        cells = _unknown_cells(sheet.rows[heading], [*named])
        known = self._context().programmes or frozenset()
        suggested = suggested_ids(cells, named)
        return {cell: suggested.get(cell, cell if cell in known else "") for cell in cells}

    def mapping(
        self,
        dataset: str,
        columns: abc.Mapping[str, object],
        constants: abc.Mapping[str, str],
        recode: abc.Mapping[str, abc.Mapping[str, str]],
        left_out: Sequence[object],
        keep: abc.Mapping[str, object] | None = None,
        **others: object,
    ) -> tuple[Mapping, bytes]:
        """What a person chose, and the same as a file for the command line and for next year. Raises MappingError."""
        drop = [heading for heading in left_out if isinstance(heading, str) and looks_droppable(heading)]
        ignore = [heading for heading in left_out if heading not in drop]
        others |= {"constants": dict(constants), "ignore": ignore, "drop": drop, "keep": dict(keep or {})}
        rules = as_mapping(dataset, columns, recode, **others)
        return make_mapping(rules, f"{dataset}.toml")

    def place(self, sheet: Sheet, column: str) -> object:
        """How a mapping names a column: by its heading, or where that is blank or comes twice, by its letter."""
        return {"letter": sheet.unclear[column][1]} if column in sheet.unclear else column

    def with_year(self, mapping: Mapping, year: str) -> tuple[Mapping, bytes]:
        """A mapping of an earlier year for this one. Raises MappingError."""
        rules = mapping.rules.model_dump(by_alias=True, exclude_defaults=True, exclude_none=True, mode="json")
        rules["constants"] = rules.get("constants", {}) | {YEAR: year}
        return make_mapping(rules, mapping.file)

    def is_plain(self, mapping: Mapping) -> bool:
        """Whether the page can show all that a mapping says, heading by heading."""
        return is_plain(mapping.rules)

    def saved_mapping(self, name: str, content: bytes, dataset: str) -> Mapping:
        """Raises MappingError."""
        return read_mapping(name, content, dataset)

    def fits(self, mapping: Mapping, sheet: Sheet) -> bool:
        """Whether a mapping that was made for another file can be used here: the sheet has all headings it names."""
        return not missing_headings(mapping, sheet)

    def examine(self, sheet: Sheet, dataset: str, mapping: Mapping | None, progress: Progress) -> ExaminedFile:
        """Everything that is found in the sheet, and what will be counted. Raises Refused and StoreUnavailable."""
        with store_if_there(self._settings.store) as store:
            return loading.examine(
                sheet,
                Dataset(dataset),
                self.catalogue,
                store,
                mapping=mapping,
                now=self._now(),
                progress=progress,
                for_anybody=True,
                sends_for=self._visitor.sends_for,
            )

    def placed(self, findings: Sequence[Finding], sheet: Sheet, mapping: Mapping | None) -> tuple[Finding, ...]:
        """Findings for the page: each has the letter that its column has in a spreadsheet, and says how to put it
        right without the command line."""
        return tuple(
            replace(finding, letter=_letter(finding, sheet, mapping), fix=_fix(finding)) for finding in findings
        )

    def preview(self, examined: ExaminedFile) -> pl.DataFrame | None:
        """What will be counted. None for a dataset that is not counted question by question."""
        if examined.counted is None or "measure_id" not in examined.counted.columns:
            return None
        with store_if_there(self._settings.store) as store:
            return preview(examined.counted, self.catalogue, store) if store else None

    def submit(self, sheet: Sheet, dataset: str, mapping: Mapping | None, *, by: str, in_place: bool) -> Submitted:
        """Take the file in; with `in_place`, in the place of an earlier one. Raises Rejected, Refused and
        StoreUnavailable."""
        now, by = self._now(), self._visitor.name or by
        with Store(self._settings.store, catalogue=self.catalogue) as store:
            receipt, notices = loading.load(
                sheet,
                Dataset(dataset),
                self.catalogue,
                store,
                mapping=mapping,
                replace=in_place,
                submitted_by=by,
                now=now,
                for_anybody=True,
                sends_for=self._visitor.sends_for,
            )
        note(
            self._settings.log,
            "submitted",
            submission_id=receipt.submission_id,
            dataset=receipt.dataset,
            rows=receipt.rows,
            by=by,
            notices=notices_of_form(notices),
        )
        return Submitted(receipt, by, now, sheet.sha256)

    # ---- to take away ----

    def findings_frame(self, findings: Sequence[Finding]) -> pl.DataFrame:
        """Findings in words, a row each, as `pipelines.documents.findings_table` describes them."""
        return findings_table.as_frame(findings)

    def findings_csv(self, findings: Sequence[Finding]) -> bytes:
        """The same as a CSV file."""
        return findings_table.as_csv(findings)

    def marked_file(self, sheet: Sheet, findings: Sequence[Finding], mapping: Mapping | None) -> bytes:
        """The person's own file as a workbook, with the cells marked in which something was found."""
        return marked(sheet, findings, mapping)

    def receipt_pdf(self, submitted: Submitted) -> bytes:
        """The receipt of a submission as a PDF."""
        return receipt_pdf(submitted.receipt, submitted.by, submitted.at, submitted.sha256)

    # ---- what was sent ----

    def submissions(self, ids: Sequence[str]) -> list[dict[str, object]]:
        """The submissions with these ids, latest first. Only a person who has the receipt knows an id."""
        with store_if_there(self._settings.store) as store:
            if store is None:
                return []
            own = store.only_of(ids, self._visitor.sends_for)
            return store.submissions().filter(pl.col("submission_id").is_in(own)).reverse().to_dicts()

    def withdraw(self, submission_id: str, *, by: str, reason: str) -> int:
        """Take a submission back, and say how many programme years it held. Raises Refused."""
        by = self._visitor.name or by
        with Store.open_existing(self._settings.store) as store:
            if not store.only_of([submission_id], self._visitor.sends_for):
                raise Refused("There is no such submission of yours.")
            return store.withdraw(submission_id, None, by=by, at=self._now(), reason=reason).height

    # ---- how ----

    def _contract(self, dataset: str) -> Contract:
        """The contract at the time when it is first asked for. Each run of the page has a desk of its own."""
        if dataset not in self._contracts:
            self._contracts[dataset] = contract(Dataset(dataset), self.catalogue, self._context())
        return self._contracts[dataset]

    def _context(self) -> Context:
        with suppress(StoreUnavailable), store_if_there(self._settings.store) as store:
            return loading.context_of(store, self._now())
        return loading.context_of(None, self._now())

    def _now(self) -> datetime:
        return present_time()


def _unknown_cells(cells: pl.Series, codes: Sequence[str]) -> list[str]:
    """The different cells of a column that are no code. None if they look personal, or are too many to ask about."""
    return [] if values_look_personal(cells) else cells_to_show(cells, codes)


def _letter(finding: Finding, sheet: Sheet, mapping: Mapping | None) -> str | None:
    """The letter of the finding's column when the file is opened as a spreadsheet."""
    column = finding.column or ""
    place = sheet.places.get(mapping.columns_in(sheet, column)[0] if mapping else column)
    return finding.letter if place is None else column_letter(place)


def _fix(finding: Finding) -> str:
    """How to put a finding right on the page."""
    if finding.rule == FindingRule.ONE_OF and finding.found is not None:
        return f"{finding.fix} Or say above what it means."
    return ON_A_PAGE.get(finding.rule, finding.fix)
