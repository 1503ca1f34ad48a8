"""An audit file's way in: read, mapped, checked, counted, stored. Answers stay in memory and end as counts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock

import polars as pl

from pipelines.academic_year import year_after
from pipelines.checking.checker import Checked, check
from pipelines.checking.counting import count
from pipelines.checking.mapping import Mapping, apply
from pipelines.errors import OpennessError
from pipelines.findings import Finding, errors
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.contract import Context
from pipelines.instrument.dataset import RESPONSES, Dataset
from pipelines.instrument.datasets import contract, other_dataset, tie_rules
from pipelines.intake.preview import surprises
from pipelines.progress import Progress, quiet
from pipelines.reading.reader import LINE, Sheet, read
from pipelines.store.store import Receipt, Store, Submission, first_of, scope_of

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
class Examined:
    """A file examined: what was found, and, where there are no errors, what it comes to."""

    sheet: Sheet
    findings: tuple[Finding, ...]
    counted: pl.DataFrame | None

    @property
    def accepted(self) -> bool:
        return self.counted is not None


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
) -> Examined:
    """Read, check and count a file, or a sheet read already, and set it against what the store holds.

    Changes nothing. Without a store it cannot be told whether programmes are registered, and a finding says so.
    `for_anybody`: the answer is for somebody who may not have the store, and does not depend on what it holds of
    programmes that are not named; their years and measures would show under which code they are published.
    """
    named = store.named_programmes() if store and for_anybody else None
    examined = _examine(_read(source, mapping, progress), dataset, catalogue, store, now, progress, named)
    hindrances = _hindrances(examined, dataset, store, named)
    return replace(examined, findings=(*examined.findings, *hindrances))


def _surprises(counted: pl.DataFrame, sheet: Sheet, catalogue: Catalogue, store: Store | None) -> Iterator[Finding]:
    """What is unlikely beside what has come in before; right, it may be all the same."""
    if store is not None:
        yield from surprises(sheet.file, counted, catalogue, store)


def _read(source: Path | Sheet, mapping: Mapping | None, progress: Progress) -> Sheet:
    progress(READING)
    sheet = source if isinstance(source, Sheet) else read(source)
    return apply(mapping, sheet) if mapping else sheet


def _way_sha256(mapping: Mapping | None, sheet: Sheet) -> str | None:
    """The hash of the mapping; where a sheet or line was chosen, of both: other choices make another audit."""
    of_mapping = mapping.sha256 if mapping else None
    return sha256(f"{of_mapping}, {sheet.choices}".encode()).hexdigest() if sheet.choices else of_mapping


def _examine(
    sheet: Sheet,
    dataset: Dataset,
    catalogue: Catalogue,
    store: Store | None,
    now: datetime,
    progress: Progress,
    named: frozenset[str] | None = None,
) -> Examined:
    """`named`: the only programmes of which it is told what the store holds, if not all."""
    progress(CHECKING)
    needs_programmes = dataset != Dataset.PROGRAMMES
    context = context_of(store if needs_programmes else None, now)
    checked = check(sheet, contract(dataset, catalogue, context))
    findings = [*_of_another_kind(sheet, dataset, catalogue), *checked.findings]
    if needs_programmes and store is None:
        findings.append(_programmes_not_checked(sheet))
    if not checked.accepted:
        return Examined(sheet, tuple(findings), None)
    progress(COUNTING)
    counted = _counted(checked, dataset, catalogue)
    findings += _not_in_the_file(sheet, dataset, catalogue)
    findings += _nobody_counted(counted, sheet, catalogue)
    findings += _tied(counted, sheet, dataset, catalogue)
    progress(COMPARING)
    findings += _counted_elsewhere(_of(named, counted), sheet, dataset, catalogue, store)
    findings += _surprises(counted, sheet, catalogue, store)
    return Examined(sheet, tuple(findings), None if errors(findings) else counted)


def context_of(store: Store | None, now: datetime) -> Context:
    """What contracts must be told of the world."""
    latest = year_after(now.date())
    return Context(latest, store.registered_programmes(), store.named_programmes()) if store else Context(latest)


def _of(named: frozenset[str] | None, rows: pl.DataFrame) -> pl.DataFrame:
    return rows if named is None else rows.filter(pl.col("programme_id").is_in(named))


ONE_AT_A_TIME = Lock()
"""Two loads in one process never look at the store at once; between processes the store's own lock sees to it."""


def held(sheet: Sheet, dataset: Dataset, catalogue: Catalogue, store: Store, mapping: Mapping | None) -> str | None:
    """The standing submission of this very file, read in this way; None where there is none."""
    return store.held(sheet.sha256, _way_sha256(mapping, sheet), dataset, catalogue.instrument.version)


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
) -> tuple[Receipt, tuple[Finding, ...]]:
    """Take a file in, or a sheet read already: all or nothing. The same again changes nothing. Receipt, and warnings.

    Raises Rejected where the file has errors, Refused where it would supersede another and `replace` was not asked
    for, Unreadable and StoreUnavailable as their names say.
    """
    sheet = _read(source, mapping, progress)
    with ONE_AT_A_TIME:
        already = held(sheet, dataset, catalogue, store, mapping)
        if already:
            return store.receipt(already, sheet.file), ()
        examined = _examine(sheet, dataset, catalogue, store, now, progress)
        if examined.counted is None:
            raise Rejected(examined.findings)
        progress(STORING)
        submission = Submission(
            file=sheet.file,
            dataset=dataset,
            sha256=sheet.sha256,
            mapping_sha256=_way_sha256(mapping, sheet),
            submitted_by=submitted_by,
            submitted_at=now,
            instrument_id=catalogue.instrument.id,
            catalogue_version=catalogue.instrument.version,
            invented=invented,
            rows=sheet.rows.height,
            counted=examined.counted,
        )
        return store.record(submission, replace=replace), examined.findings


def _counted(checked: Checked, dataset: Dataset, catalogue: Catalogue) -> pl.DataFrame:
    rows = checked.rows.drop(LINE)
    if dataset in RESPONSES or dataset == Dataset.COUNTS:
        return count(rows, dataset, catalogue)
    return rows


def _of_another_kind(sheet: Sheet, dataset: Dataset, catalogue: Catalogue) -> Iterator[Finding]:
    other = other_dataset(sheet.headings, dataset, catalogue)
    if other:
        fix = f"If that is what the file holds, check it with --dataset {other}."
        yield Finding("error", "other_dataset", sheet.file, f"The headings are those of {other}.", fix)


def _not_in_the_file(sheet: Sheet, dataset: Dataset, catalogue: Catalogue) -> Iterator[Finding]:
    """Questions that will be said not to have been asked; a mistake, if they were."""
    if dataset in RESPONSES:
        absent = [measure for measure in catalogue.asked_of(RESPONSES[dataset]) if measure.id not in sheet.headings]
        follow_ups = [one.id for one in absent if one.base in sheet.headings]
        others = [one.id for one in absent if one.id not in follow_ups]
        told = (
            (others, f"These questions are not in the file, and will be shown as not asked: {', '.join(others)}."),
            (
                follow_ups,
                f"These follow-up questions are not in the file: {', '.join(follow_ups)}. Whether they were asked is "
                f"not shown, because it could tell whether anybody was left to be asked.",
            ),
        )
        fix = "If they were asked, add their columns."
        yield from (Finding("warning", "not_in_the_file", sheet.file, said, fix) for ids, said in told if ids)


def _nobody_counted(counted: pl.DataFrame, sheet: Sheet, catalogue: Catalogue) -> Iterator[Finding]:
    """Questions put to everybody of which a programme and year has no answer, and others in the file do."""
    if "measure_id" not in counted.columns:
        return
    measures = catalogue.measure_frame.filter(pl.col("parent").is_null()).select("measure_id", "group", "place")
    answered = counted.filter(pl.col("respondents") > 0).join(measures, on="measure_id")
    asked = answered.select("measure_id", "group", "place").unique()
    missing = (
        answered.select("programme_id", "academic_year", "group")
        .unique()
        .join(asked, on="group")
        .join(answered, on=["programme_id", "academic_year", "measure_id"], how="anti")
        .sort("programme_id", "academic_year", "place")
        .group_by("programme_id", "academic_year", maintain_order=True)
        .agg("measure_id")
    )
    for programme, year, absent in missing.iter_rows():
        expected = f"{programme}, {year}: nobody is counted for {', '.join(absent)}, which others in the file have."
        fix = "Send small numbers too: if only large ones are sent, a missing one means a small one."
        yield Finding("warning", "nobody_counted", sheet.file, expected, fix)


def _tied(counted: pl.DataFrame, sheet: Sheet, dataset: Dataset, catalogue: Catalogue) -> Iterator[Finding]:
    """The rules between measures, for counted responses; a file of counts has been held to them by its contract."""
    if dataset not in RESPONSES:
        return
    for rule in tie_rules(catalogue):
        broken = counted.filter(~rule.holds).select("programme_id", "academic_year").unique(maintain_order=True)
        for programme, year in broken.iter_rows():
            expected = f"{programme}, {year}: {rule.expected}"
            yield Finding("error", rule.name, sheet.file, expected, "Look at both columns for this programme and year.")


def _counted_elsewhere(
    counted: pl.DataFrame, sheet: Sheet, dataset: Dataset, catalogue: Catalogue, store: Store | None
) -> Iterator[Finding]:
    """By questions put to everybody: whether there is a count of a follow-up question may tell that nobody said yes
    before, and no follow-up comes without the question it follows."""
    if store is None or "measure_id" not in counted.columns:
        return
    to_everybody = [measure.id for measure in catalogue.measure if measure.base is None]
    counted = counted.filter(pl.col("measure_id").is_in(to_everybody))
    for programme, year, measure, other in store.counted_elsewhere(counted, dataset).iter_rows():
        expected = f"{programme}, {year}: {measure} has come in already as {other}. People must not be counted twice."
        fix = "Send a measure of one programme and year either as responses or as counts."
        yield Finding("error", "counted_elsewhere", sheet.file, expected, fix, column=measure)


def _hindrances(
    examined: Examined, dataset: Dataset, store: Store | None, named: frozenset[str] | None
) -> Iterator[Finding]:
    """Why a file without errors would not be taken in all the same, or only if asked to."""
    file = examined.sheet.file
    if store is None or examined.counted is None:
        return
    if store.holds_invented():
        expected = "This home holds the demonstration, with which no other programmes are mixed."
        yield Finding("warning", "demonstration", file, expected, "Load it into a home of its own, with --home.")
    scope = scope_of(dataset, examined.counted)
    clashes = store.clashes(dataset, _of(named, scope))
    if clashes.height:
        expected = f"The store already has {dataset} for {first_of(clashes)}."
        fix = "To put this file in their place, load it with --replace; the earlier one stays on record."
        yield Finding("warning", "already_held", file, expected, fix)
    if _of(named, scope).height < scope.height:
        expected = "Of programmes that are not named it is not told here whether something of this kind came in before."
        fix = "If so, this takes its place, and the earlier one stays on record."
        yield Finding("warning", "perhaps_held", file, expected, fix)


def _programmes_not_checked(sheet: Sheet) -> Finding:
    expected = "It was not checked whether the programmes are registered, because there is no store here."
    fix = "Nothing to do; it will be checked when the file is loaded."
    return Finding("warning", "programmes_not_checked", sheet.file, expected, fix)
