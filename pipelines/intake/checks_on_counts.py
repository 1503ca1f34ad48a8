"""What is found in a file that keeps its contract, by its headings and by what it comes to, without any store."""

from collections.abc import Iterator

import polars as pl

from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import other_dataset
from pipelines.instrument.row_rules import tie_rules
from pipelines.reading.reader import Sheet


def of_another_kind(sheet: Sheet, dataset: Dataset, catalogue: Catalogue) -> Iterator[Finding]:
    """The headings are those of another dataset."""
    other = other_dataset(sheet.headings, dataset, catalogue)
    if other:
        fix = f"If that is what the file holds, check it with --dataset {other}."
        yield Finding("error", FindingRule.OTHER_DATASET, sheet.file, f"The headings are those of {other}.", fix)


def not_in_the_file(sheet: Sheet, dataset: Dataset, catalogue: Catalogue) -> Iterator[Finding]:
    """Questions that will be shown as not asked; a mistake, if they were asked."""
    if dataset.group is None:
        return
    absent = [measure for measure in catalogue.asked_of(dataset.group) if measure.id not in sheet.headings]
    follow_ups = [measure.id for measure in absent if measure.base in sheet.headings]
    others = [measure.id for measure in absent if measure.id not in follow_ups]
    sentences = (
        (others, f"These questions are not in the file, and will be shown as not asked: {', '.join(others)}."),
        (
            follow_ups,
            f"These follow-up questions are not in the file: {', '.join(follow_ups)}. Whether they were asked is "
            f"not shown, because it could tell whether anybody was left to be asked.",
        ),
    )
    fix = "If they were asked, add their columns."
    for measures, sentence in sentences:
        if measures:
            yield Finding("warning", FindingRule.NOT_IN_THE_FILE, sheet.file, sentence, fix)


def nobody_counted(file: str, counted: pl.DataFrame, catalogue: Catalogue) -> Iterator[Finding]:
    """Questions put to everybody that have no answer of a programme and year, and have some of others in the file."""
    if "measure_id" not in counted.columns:
        return
    fix = "Send small numbers too: if only large ones are sent, a missing one means a small one."
    for programme, year, measures in _missing_measures(counted, catalogue).iter_rows():
        expected = f"{programme}, {year}: nobody is counted for {', '.join(measures)}, which others in the file have."
        yield Finding("warning", FindingRule.NOBODY_COUNTED, file, expected, fix)


def _missing_measures(counted: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """A row for each programme and year that lacks some: programme_id, academic_year, measure_id (a list)."""
    measures = catalogue.measure_frame.filter(pl.col("parent").is_null()).select("measure_id", "group", "place")
    answered = counted.filter(pl.col("respondents") > 0).join(measures, on="measure_id")
    asked = answered.select("measure_id", "group", "place").unique()
    return (
        answered.select("programme_id", "academic_year", "group")
        .unique()
        .join(asked, on="group")
        .join(answered, on=["programme_id", "academic_year", "measure_id"], how="anti")
        .sort("programme_id", "academic_year", "place")
        .group_by("programme_id", "academic_year", maintain_order=True)
        .agg("measure_id")
    )


def tied(file: str, counted: pl.DataFrame, dataset: Dataset, catalogue: Catalogue) -> Iterator[Finding]:
    """The rules between measures, for counted responses; a file of counts has been held to them by its contract."""
    if dataset.group is None:
        return
    for rule in tie_rules(catalogue):
        broken = counted.filter(~rule.holds).select("programme_id", "academic_year").unique(maintain_order=True)
        for programme, year in broken.iter_rows():
            expected = f"{programme}, {year}: {rule.expected}"
            yield Finding("error", rule.name, file, expected, "Look at both columns for this programme and year.")
