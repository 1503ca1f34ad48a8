"""An audit file's way in: read, mapped, checked, counted, stored. Answers stay in memory and end as counts."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import polars as pl

from pipelines.academic_year import year_after
from pipelines.checking.checker import Checked, check
from pipelines.checking.computed_items import with_computed_items
from pipelines.checking.counting import count, count_pairs
from pipelines.checking.mapping import Mapping, apply
from pipelines.checking.survey_exports import answers_of, as_dataset
from pipelines.errors import OpennessError
from pipelines.findings import Finding, errors
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.contract import Context
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from pipelines.intake import checks_against_store, checks_on_counts
from pipelines.progress import Progress, quiet
from pipelines.reading.reader import LINE, Sheet, read
from pipelines.roles import require_own
from pipelines.store.records import ITEM_WORDING, PAIR_COUNT, Receipt, Submission
from pipelines.store.store import Store

STEPS = READING, CHECKING, COUNTING, COMPARING, STORING = (
    "Reading",
    "Checking",
    "Counting",
    "Comparing with what is held",
    "Storing",
)
"""What progress is told, in this order."""


class Rejected(OpennessError):
    """The file has errors; the store was not touched."""

    exit_code = 1

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("The file has errors. Nothing was stored.")


@dataclass(frozen=True)
class ExaminedFile:
    """A file examined: what was found, and, where there are no errors, what it comes to."""

    sheet: Sheet
    findings: tuple[Finding, ...]
    counted: pl.DataFrame | None
    pairs: pl.DataFrame | None = None
    """What `counting.count_pairs` gives, of a file of responses."""

    @property
    def accepted(self) -> bool:
        return self.counted is not None


def load(
    source: Path | Sheet,
    dataset: Dataset,
    catalogue: Catalogue,
    store: Store,
    *,
    mapping: Mapping | None = None,
    replace: bool = False,
    submitted_by: str,
    now: datetime,
    invented: bool = False,
    progress: Progress = quiet,
    for_anybody: bool = False,
    sends_for: frozenset[str] | None = None,
) -> tuple[Receipt, tuple[Finding, ...]]:
    """Take a file in, or a sheet read already: all or nothing. The same again changes nothing. Receipt, and warnings.

    `for_anybody`: the sender may be anybody who says to be `submitted_by`. Such a person sends files of open years
    only, and is not told that a file is held already: who may ask that for any file can find out what is in it. Of
    programmes that are not named nothing that is held makes a difference: without `replace` their files are refused,
    and with it they take the place of whatever counts the same people.
    `sends_for`: the only programmes that the sender may send files for, if not all.
    Raises Rejected where the file has errors; Refused where it speaks for another programme, where it would supersede
    another file and `replace` was not asked for, or where the catalogue defines a measure otherwise than before;
    Unreadable and StoreUnavailable as their names say.
    """
    sheet = _read(source, dataset, catalogue, mapping, progress)
    require_own(_programmes(sheet), sends_for)
    store.require_definitions(catalogue)
    existing = None if for_anybody else _find_existing(sheet, dataset, catalogue, store, mapping, submitted_by)
    if existing:
        return store.receipt(existing, sheet.file), ()
    named = store.programmes_told_by_name() if for_anybody else None
    examined = _check_and_count(sheet, dataset, catalogue, store, now, progress, named)
    if for_anybody:
        examined = _of_open_years(examined, dataset, store)
    if examined.counted is None:
        raise Rejected(examined.findings)
    if not replace:
        checks_against_store.refuse_untold(sheet.file, examined.counted, dataset, named)
    progress(STORING)
    elsewhere = checks_against_store.untold_elsewhere(examined.counted, dataset, catalogue, store, named)
    submission = _submission(
        examined, dataset, catalogue, store, mapping, elsewhere, by=submitted_by, at=now, invented=invented
    )
    receipt = store.record(submission, replace=replace)
    return _for_anybody(receipt) if for_anybody else receipt, examined.findings


def examine(
    source: Path | Sheet,
    dataset: Dataset,
    catalogue: Catalogue,
    store: Store | None,
    *,
    mapping: Mapping | None = None,
    now: datetime,
    progress: Progress = quiet,
    for_anybody: bool = False,
    sends_for: frozenset[str] | None = None,
) -> ExaminedFile:
    """Read, check and count a file, or a sheet read already, and set it against what the store holds.

    Changes nothing. Without a store it cannot be told whether programmes are registered, and a finding says so.
    `for_anybody`: the answer is for somebody who may not have the store, and does not depend on what it holds of
    programmes that are not named; their years and measures would show under which code they are published.
    Raises Refused where the catalogue defines a measure otherwise than before.
    """
    sheet = _read(source, dataset, catalogue, mapping, progress)
    require_own(_programmes(sheet), sends_for)
    if store is not None:
        store.require_definitions(catalogue)
    named = store.programmes_told_by_name() if store and for_anybody else None
    examined = _check_and_count(sheet, dataset, catalogue, store, now, progress, named)
    if store is not None and for_anybody:
        examined = _of_open_years(examined, dataset, store)
    if store is None or examined.counted is None:
        return examined
    hindrances = checks_against_store.hindrances(sheet.file, examined.counted, dataset, catalogue, store, named)
    return replace(examined, findings=(*examined.findings, *hindrances))


def context_of(store: Store | None, now: datetime) -> Context:
    """What contracts must be told of the world."""
    latest = year_after(now.date())
    return Context(latest, store.registered_programmes(), store.named_programmes()) if store else Context(latest)


# ---- the steps ----


def _read(
    source: Path | Sheet, dataset: Dataset, catalogue: Catalogue, mapping: Mapping | None, progress: Progress
) -> Sheet:
    progress(READING)
    sheet = source if isinstance(source, Sheet) else read(source)
    if mapping is None:
        return as_dataset(sheet, dataset, catalogue)
    return apply(mapping, sheet, answers_of(dataset, catalogue), catalogue.instrument.first_month)


def _programmes(sheet: Sheet) -> list[str]:
    """The programmes that a sheet speaks for, as they are written there; cells that are blank are found later."""
    return sheet.rows["programme_id"].drop_nulls().unique().to_list() if "programme_id" in sheet.rows.columns else []


def _check_and_count(
    sheet: Sheet,
    dataset: Dataset,
    catalogue: Catalogue,
    store: Store | None,
    now: datetime,
    progress: Progress,
    named: frozenset[str] | None = None,
) -> ExaminedFile:
    """`named`: the only programmes of which it is told what the store holds, if not all."""
    progress(CHECKING)
    checked, findings = _check(sheet, dataset, catalogue, store, now)
    if not checked.accepted:
        return ExaminedFile(sheet, tuple(findings), None)
    progress(COUNTING)
    counted = _count(checked, dataset, catalogue)
    findings += checks_on_counts.not_in_the_file(sheet, dataset, catalogue)
    findings += checks_on_counts.nobody_counted(sheet.file, counted, catalogue)
    findings += checks_on_counts.tied(sheet.file, counted, dataset, catalogue)
    progress(COMPARING)
    if store is not None:
        counting = checks_against_store.rows_that_count(counted, dataset, catalogue, store)
        findings += checks_against_store.counted_elsewhere(sheet.file, counting, dataset, catalogue, store, named)
        findings += checks_against_store.surprises(sheet.file, counting, catalogue, store)
    pairs = count_pairs(checked.rows, dataset, catalogue)
    return ExaminedFile(sheet, tuple(findings), None if errors(findings) else counted, pairs)


def _check(
    sheet: Sheet, dataset: Dataset, catalogue: Catalogue, store: Store | None, now: datetime
) -> tuple[Checked, list[Finding]]:
    """Hold a sheet to the contract of its dataset. The file of programmes itself needs none registered."""
    needs_programmes = dataset != Dataset.PROGRAMMES
    context = context_of(store if needs_programmes else None, now)
    checked = check(sheet, contract(dataset, catalogue, context))
    findings = [*checks_on_counts.of_another_kind(sheet, dataset, catalogue), *checked.findings]
    if needs_programmes and store is None:
        findings.append(checks_against_store.programmes_not_checked(sheet.file))
    return checked, findings


def _find_existing(
    sheet: Sheet, dataset: Dataset, catalogue: Catalogue, store: Store, mapping: Mapping | None, submitted_by: str
) -> str | None:
    """The standing submission of this very file, read in this way, by this sender; None where there is none."""
    choices = _choices_sha256(mapping, sheet)
    return store.find_existing(sheet.sha256, choices, dataset, catalogue.instrument.version, submitted_by)


def _of_open_years(examined: ExaminedFile, dataset: Dataset, store: Store) -> ExaminedFile:
    """Not accepted, where it holds a year that is not open."""
    if examined.counted is None:
        return examined
    found = tuple(checks_against_store.years_not_open(examined.sheet.file, examined.counted, dataset, store))
    return replace(examined, findings=(*examined.findings, *found), counted=None if found else examined.counted)


def _for_anybody(receipt: Receipt) -> Receipt:
    """Without the ids of other submissions, which may be somebody else's."""
    return replace(receipt, superseded=[])


def _count(checked: Checked, dataset: Dataset, catalogue: Catalogue) -> pl.DataFrame:
    rows = checked.rows.drop(LINE)
    if dataset.is_counted:
        return count(rows, dataset, catalogue)
    return with_computed_items(rows, catalogue) if dataset == Dataset.SUPPORT else rows


def _submission(
    examined: ExaminedFile,
    dataset: Dataset,
    catalogue: Catalogue,
    store: Store,
    mapping: Mapping | None,
    elsewhere: pl.DataFrame,
    *,
    by: str,
    at: datetime,
    invented: bool,
) -> Submission:
    sheet, counted = examined.sheet, examined.counted
    assert counted is not None  # noqa: S101  it was accepted
    return Submission(
        file=sheet.file,
        dataset=dataset,
        sha256=sheet.sha256,
        mapping_sha256=_choices_sha256(mapping, sheet),
        submitted_by=by,
        submitted_at=at,
        instrument_id=catalogue.instrument.id,
        catalogue_version=catalogue.instrument.version,
        invented=invented,
        rows=sheet.rows.height,
        counted=counted,
        definitions=_definitions(counted, catalogue, store),
        items=_items(dataset, catalogue),
        pairs=examined.pairs if examined.pairs is not None else pl.DataFrame(schema=PAIR_COUNT),
        elsewhere=elsewhere,
    )


def _definitions(counted: pl.DataFrame, catalogue: Catalogue, store: Store) -> pl.DataFrame:
    """What the measures of a file ask, those that they depend on, and those that depend on them; nothing, where it is
    not counted by measure.

    Whether a file of counts has a row for a measure that depends on another tells whether anybody was left to be asked.
    So it is kept of all of them.
    """
    asked = store.definitions(catalogue)
    if "measure_id" not in counted.columns:
        return asked.clear()
    present = set(counted["measure_id"])
    dependents = {measure.id for measure in catalogue.measure if present & set(catalogue.chain(measure))}
    measures = [catalogue.measures[name] for name in present | dependents]
    needed = {name for measure in measures for name in (measure.id, *catalogue.depends_on(measure))}
    return asked.filter(pl.col("measure_id").is_in(needed))


def _items(dataset: Dataset, catalogue: Catalogue) -> pl.DataFrame:
    """What support items are called, where a file says something of them."""
    items = catalogue.support_item if dataset == Dataset.SUPPORT else ()
    rows = [(item.id, item.title, item.kind, item.personal) for item in items]
    return pl.DataFrame(rows, schema=ITEM_WORDING, orient="row")


def _choices_sha256(mapping: Mapping | None, sheet: Sheet) -> str | None:
    """The hash of the mapping; where a sheet or line was chosen, of both: other choices make another audit."""
    mapping_sha256 = mapping.sha256 if mapping else None
    return sha256(f"{mapping_sha256}, {sheet.choices}".encode()).hexdigest() if sheet.choices else mapping_sha256
