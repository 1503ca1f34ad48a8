"""Answers become counts. From here on nobody is a row."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.measures import Measure
from pipelines.instrument.words import NOT_STATED, RespondentGroup

PAIR: dict[str, Any] = {
    **dict.fromkeys(("programme_id", "academic_year", "expected", "modelled"), pl.String),
    **dict.fromkeys(("respondents", "both_sides"), pl.Int64),
}
"""A row is two questions of a file: how many people answered both of them, and how many affirmed both."""
CONTRIBUTION = ("programme_id", "academic_year", "measure_id", "subgroup", "respondents", "affirmative")


def count(rows: pl.DataFrame, dataset: Dataset, catalogue: Catalogue) -> pl.DataFrame:
    """Contributions (k of n): one row for each programme, year, measure and subgroup.

    `rows` are accepted rows of a response dataset or of counts. Every question the file has a column for gives a row,
    even where nobody answered it, so that *not collected* depends on the columns alone. n is every answer given,
    k the affirmative ones; a blank is neither. In a table whose remark says so, a row left blank after "no" is "no".
    """
    if dataset == Dataset.COUNTS:
        return rows.select(CONTRIBUTION)
    group = str(catalogue.group_of(dataset))
    measures = [measure for measure in catalogue.asked_of(group) if measure.id in rows.columns]
    keys = ["programme_id", "academic_year", "subgroup"]
    counts = {measure.id: (f"n {measure.id}", f"k {measure.id}") for measure in measures}
    grouped = (
        rows.with_columns(_subgroup(catalogue.groups[group]))
        .group_by(keys, maintain_order=True)
        .agg(count for measure in measures for count in _counts(measure, catalogue, rows, counts[measure.id]))
    )
    return pl.concat(
        grouped.select(
            "programme_id",
            "academic_year",
            pl.lit(measure.id).alias("measure_id"),
            "subgroup",
            pl.col(counts[measure.id][0]).alias("respondents"),
            pl.col(counts[measure.id][1]).alias("affirmative"),
        )
        for measure in measures
    )


def _counts(measure: Measure, catalogue: Catalogue, rows: pl.DataFrame, names: tuple[str, str]) -> Iterator[pl.Expr]:
    """n and k of a measure, under these names."""
    yield _answered(measure, catalogue, rows).sum().cast(pl.Int64).alias(names[0])
    yield pl.col(measure.id).is_in(measure.affirmative).sum().cast(pl.Int64).alias(names[1])


def count_pairs(rows: pl.DataFrame, dataset: Dataset, catalogue: Catalogue) -> pl.DataFrame:
    """How many people answered both sides of each gap that is put to the same people, and how many affirmed both.

    One row for each programme, year and gap of which the file has both columns (PAIR).
    """
    group = catalogue.group_of(dataset)
    asked = [
        (catalogue.measures[gap.expected], catalogue.measures[gap.modelled])
        for gap in catalogue.gap
        if gap.paired and {gap.expected, gap.modelled} <= set(rows.columns)
    ]
    counted = [
        rows.group_by("programme_id", "academic_year", maintain_order=True).agg(
            pl.lit(expected.id).alias("expected"),
            pl.lit(modelled.id).alias("modelled"),
            (_answered(expected, catalogue, rows) & _answered(modelled, catalogue, rows)).sum().alias("respondents"),
            (_affirmed(expected) & _affirmed(modelled)).sum().alias("both_sides"),
        )
        for expected, modelled in asked
        if expected.group == group
    ]
    return pl.concat([pl.DataFrame(schema=PAIR), *(_typed(pair) for pair in counted)])


def _typed(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select(pl.col(name).cast(dtype) for name, dtype in PAIR.items())


def _affirmed(measure: Measure) -> pl.Expr:
    return pl.col(measure.id).is_in(measure.affirmative).fill_null(value=False)


def _answered(measure: Measure, catalogue: Catalogue, rows: pl.DataFrame) -> pl.Expr:
    """Whether somebody answered a question, or said no to one that settles it."""
    answered = pl.col(measure.id).is_not_null()
    outer = catalogue.counted_as_no(measure)
    if outer is None or outer.id not in rows.columns:
        return answered
    return answered | pl.col(outer.id).is_in(outer.denying).fill_null(False)


def _subgroup(group: RespondentGroup) -> pl.Expr:
    """A role, a training year; null for a programme and year that gives none, `not_stated` where only some give it."""
    if group.subgroup_column is None:
        return pl.lit(None, pl.String).alias("subgroup")
    column = pl.col(group.subgroup_column)
    given = column.is_not_null().any().over("programme_id", "academic_year")
    return pl.when(given).then(column.fill_null(NOT_STATED)).alias("subgroup")
