"""The desk at which a file is handed in: all the Upload page does, without a page.

Nothing here keeps an answer: a sheet is in memory as long as its caller holds it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import polars as pl

from pipelines.academic_year import is_academic_year, year_of
from pipelines.checking.mapping import Mapping as Rules
from pipelines.checking.mapping import make_mapping, missing_headings, read_mapping
from pipelines.checking.mapping_suggestions import as_mapping, suggested_answers, suggested_columns
from pipelines.documents import questionnaire, questionnaire_files, templates
from pipelines.errors import Refused, StoreUnavailable
from pipelines.findings import Finding
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.contract import Context, Contract
from pipelines.instrument.dataset import Dataset, Group
from pipelines.instrument.datasets import contract, other_dataset
from pipelines.intake import completeness, loading
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.intake.loading import ExaminedFile
from pipelines.intake.preview import preview
from pipelines.progress import Progress
from pipelines.reading.headings import column_letter
from pipelines.reading.limits import PAGE
from pipelines.reading.personal_data import looks_droppable, looks_personal, value_looks_personal, values_look_personal
from pipelines.reading.reader import Sheet, read_bytes
from pipelines.settings import Settings
from pipelines.store.records import Receipt
from pipelines.store.store import Store, store_if_there

YEAR = "academic_year"
"""What a file cannot have in common with that of another year."""
MOST_CELLS = 30
"""A question with more different cells than this is not recoded cell by cell."""
ON_A_PAGE = {
    "perhaps_held": "If so, tick the box below: this takes its place, and the earlier one stays on record.",
    "already_held": "To put this file in its place, tick the box below; the earlier one stays on record.",
    "unknown_column": "Say above what it is, or that it is not needed; or correct the heading in the file.",
    "other_dataset": "If that is what the file holds, choose it above.",
    "missing_column": "Add the column, or say above what holds it, or what is the same for every row.",
}
"""How to fix it, where the person has a page and no command line."""


@dataclass(frozen=True)
class Unmatched:
    """What a sheet has that its dataset does not know, and what the dataset has that the sheet lacks."""

    headings: tuple[str, ...]
    columns: dict[str, str]
    """Each column not found in the file, and what it means."""
    required: frozenset[str]
    suggested: dict[str, str]
    personal: tuple[str, ...]
    """Headings that look personal: such columns must be deleted, whatever is said of them."""
    looks_like: str | None
    """The dataset it would match as it is."""


@dataclass(frozen=True)
class Strange:
    """Cells that are none of some codes: what they are like, and the columns each is in."""

    codes: tuple[str, ...]
    likely: dict[str, str]
    columns: dict[str, list[str]]


@dataclass(frozen=True)
class Submitted:
    """A submission, as its receipt says it."""

    receipt: Receipt
    by: str
    at: datetime
    sha256: str


class Desk:
    """What can be done with a file, and before there is one."""

    def __init__(self, settings: Settings) -> None:
        """Raises CatalogueError."""
        self._settings = settings
        self.catalogue: Catalogue = load_catalogue(settings.catalogue)
        self._contracts: dict[str, Contract] = {}

    # ---- before the file ----

    def begun(self, dataset: str, programme: str | None, year: str | None) -> templates.Template:
        """What a template holds. Raises Refused where programme or year cannot be what they are said to be."""
        return templates.template(
            self._contract(dataset), self.catalogue, programme=programme or None, year=year or None
        )

    def template(self, dataset: str, programme: str | None, year: str | None) -> bytes:
        """An empty audit file to fill in, as a workbook."""
        return templates.as_xlsx(self.begun(dataset, programme, year))

    def questionnaire(self, group: Group, ending: str) -> bytes:
        """The questions as a document to print, by the end of its name: .pdf or .html."""
        return questionnaire_files.FORMATS[ending](questionnaire.questionnaire(self.catalogue, group))

    def lacking(self, programme: str, year: str | None = None) -> tuple[str, list[str]]:
        """A year of a programme (its latest, if none is given), and what it still lacks.

        Raises Refused where it is not registered, and where it is not named: the page can be opened by anybody, and
        what an id has sent would show under which code it is published.
        """
        with store_if_there(self._settings.store) as store:
            if store is None:
                raise Refused("Nothing has been sent yet.")
            if programme in store.registered_programmes() - store.named_programmes():
                raise Refused(f"{programme} is not named to others. Ask the steward, who has `openness lacking`.")
            if year is not None and not is_academic_year(year):
                raise Refused(f"“{year}” is not an academic year. Write it like 2025-26.")
            year, rows = completeness.find_missing(store, self.catalogue, programme, year, year_of(self._now().date()))
        return year, [f"{dataset}: {what}" for dataset, _, what in rows.iter_rows()]

    # ---- a file ----

    def read(self, name: str, content: bytes, sheet: str | None, headings_line: int | None) -> Sheet:
        """Raises Unreadable, SheetNotChosen, HeadingsNotFirst."""
        return read_bytes(name, content, sheet=sheet, headings_line=headings_line, limits=PAGE)

    def unmatched(self, sheet: Sheet, dataset: str) -> Unmatched:
        """What a mapping would have to say."""
        fields = self._contract(dataset).fields
        known = {field.name for field in fields}
        strangers = [heading for heading in sheet.headings if heading not in known and heading not in sheet.unclear]
        personal = tuple(heading for heading in strangers if _personal(sheet, heading))
        headings = tuple(heading for heading in strangers if heading not in personal)
        missing = {field.name: field.description for field in fields if field.name not in sheet.headings}
        required = frozenset(field.name for field in fields if field.required and field.name in missing)
        free = [heading for heading in headings if heading not in self.catalogue.measures]  # those mean what they say
        suggested = suggested_columns(free, self._contract(dataset), self.catalogue)
        looks_like = other_dataset(sheet.headings, Dataset(dataset), self.catalogue)
        return Unmatched(headings, missing, required, suggested, personal, looks_like)

    def strange_cells(self, sheet: Sheet, dataset: str, columns: Mapping[str, str]) -> list[Strange]:
        """Cells that are none of the codes of their column, by what the codes are, so that each is asked about once.

        `columns`: under which heading each column is. No cell that looks personal is shown, and none of a column that
        does: it will be refused.
        """
        codes = {field.name: field.codes for field in self._contract(dataset).fields if field.codes}
        found: dict[tuple[str, ...], dict[str, list[str]]] = {}
        for column, heading in columns.items():
            if column in codes and not values_look_personal(sheet.rows[heading]):
                cells = sheet.rows[heading].drop_nulls().unique(maintain_order=True).to_list()
                strange = [cell for cell in cells if cell not in codes[column] and not value_looks_personal(cell)]
                for cell in strange if len(strange) <= MOST_CELLS else ():
                    found.setdefault(codes[column], {}).setdefault(cell, []).append(column)
        return [Strange(of, suggested_answers(cells, of), cells) for of, cells in found.items()]

    def mapping(
        self,
        dataset: str,
        columns: Mapping[str, str],
        constants: Mapping[str, str],
        recode: Mapping[str, Mapping[str, str]],
        left_out: Sequence[str],
        keep: Mapping[str, Sequence[str]] | None = None,
    ) -> tuple[Rules, bytes]:
        """What a person chose, and the file that says it to the command line and to next year. Raises MappingError."""
        drop = [heading for heading in left_out if looks_droppable(heading)]
        ignore = [heading for heading in left_out if heading not in drop]
        others = {"constants": dict(constants), "ignore": ignore, "drop": drop, "keep": dict(keep or {})}
        rules = as_mapping(dataset, columns, recode, **others)
        return make_mapping(rules, f"{dataset}.toml")

    def saved_mapping(self, name: str, content: bytes, dataset: str) -> Rules:
        """Raises MappingError."""
        return read_mapping(name, content, dataset)

    def fits(self, mapping: Rules, sheet: Sheet) -> bool:
        """Whether a mapping made for another file can be used for this one: it has all headings that are named."""
        return not missing_headings(mapping, sheet)

    def examine(self, sheet: Sheet, dataset: str, mapping: Rules | None, progress: Progress) -> ExaminedFile:
        """All that is found, and what it comes to. Raises StoreUnavailable."""
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
            )

    def placed(self, findings: Sequence[Finding], sheet: Sheet, mapping: Rules | None) -> tuple[Finding, ...]:
        """Findings with the letter their column has when the file is opened as a spreadsheet, and without the words of
        the command line."""
        names = mapping.rules.columns if mapping else {}
        places = [sheet.places.get(names.get(one.column or "", one.column or "")) for one in findings]
        return tuple(
            replace(one, letter=one.letter if place is None else column_letter(place), fix=_on_a_page(one))
            for one, place in zip(findings, places, strict=True)
        )

    def preview(self, examined: ExaminedFile) -> pl.DataFrame | None:
        """What will be counted; None for what is not counted by question."""
        if examined.counted is None or "measure_id" not in examined.counted.columns:
            return None
        with store_if_there(self._settings.store) as store:
            return preview(examined.counted, self.catalogue, store) if store else None

    def has(self, sheet: Sheet, dataset: str, mapping: Rules | None) -> bool:
        """Whether this very file, read in this way, has come in before and stands."""
        with store_if_there(self._settings.store) as store:
            return bool(store and loading.find_existing(sheet, Dataset(dataset), self.catalogue, store, mapping))

    def submit(self, sheet: Sheet, dataset: str, mapping: Rules | None, *, by: str, in_place: bool) -> Submitted:
        """Take the file in. Raises Rejected, Refused and StoreUnavailable."""
        now = self._now()
        with Store(self._settings.store) as store:
            receipt, _ = loading.load(
                sheet,
                Dataset(dataset),
                self.catalogue,
                store,
                mapping=mapping,
                replace=in_place,
                submitted_by=by,
                now=now,
            )
        return Submitted(receipt, by, now, sheet.sha256)

    # ---- what was sent ----

    def submissions(self, ids: Sequence[str]) -> list[dict[str, object]]:
        """The submissions with these ids, latest first. Only who has a receipt knows its id."""
        with store_if_there(self._settings.store) as store:
            if store is None:
                return []
            return store.submissions().filter(pl.col("submission_id").is_in(list(ids))).reverse().to_dicts()

    def withdraw(self, submission_id: str, *, by: str, reason: str) -> int:
        """Take a submission back; how many programmes and years it was of. Raises Refused."""
        with Store.open_existing(self._settings.store) as store:
            return store.withdraw(submission_id, None, by=by, at=self._now(), reason=reason).height

    # ---- how ----

    def _contract(self, dataset: str) -> Contract:
        """As of when it was first asked for: a desk is there for one look at the page."""
        if dataset not in self._contracts:
            self._contracts[dataset] = contract(Dataset(dataset), self.catalogue, self._context())
        return self._contracts[dataset]

    def _context(self) -> Context:
        with suppress(StoreUnavailable), store_if_there(self._settings.store) as store:
            return loading.context_of(store, self._now())
        return loading.context_of(None, self._now())

    def _now(self) -> datetime:
        return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _on_a_page(finding: Finding) -> str:
    if finding.rule == "one_of" and finding.found is not None:
        return f"{finding.fix} Or say above what it means."
    return ON_A_PAGE.get(finding.rule, finding.fix)


def _personal(sheet: Sheet, heading: str) -> bool:
    """By its heading, or by its cells; response ids and time stamps may be dropped."""
    if looks_personal(heading):
        return True
    return not looks_droppable(heading) and values_look_personal(sheet.rows[heading]) is not None
