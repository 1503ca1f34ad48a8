"""Answers become counts. From here on nobody is a row."""

import polars as pl

from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import RESPONSES, SUBGROUP_COLUMN, Dataset
from pipelines.instrument.words import NOT_STATED, RespondentGroup

CONTRIBUTION = ("programme_id", "academic_year", "measure_id", "subgroup", "respondents", "affirmative")


def count(rows: pl.DataFrame, dataset: Dataset, catalogue: Catalogue) -> pl.DataFrame:
    """Contributions (k of n): one row for each programme, year, measure and subgroup.

    `rows` are accepted rows of a response dataset or of counts. Every question the file has a column for gives a row,
    even where nobody answered it, so that *not collected* depends on the columns alone. n is every answer given,
    k the affirmative ones; a blank is neither.
    """
    if dataset == Dataset.COUNTS:
        return rows.select(CONTRIBUTION)
    group = RESPONSES[dataset]
    measures = [measure for measure in catalogue.asked_of(group) if measure.id in rows.columns]
    keys = ["programme_id", "academic_year", "subgroup"]
    return pl.concat(
        rows.with_columns(_subgroup(catalogue.groups[group]))
        .group_by(keys, maintain_order=True)
        .agg(
            pl.lit(measure.id).alias("measure_id"),
            pl.col(measure.id).count().cast(pl.Int64).alias("respondents"),
            pl.col(measure.id).is_in(measure.affirmative).sum().cast(pl.Int64).alias("affirmative"),
        )
        .select(CONTRIBUTION)
        for measure in measures
    )


def _subgroup(group: RespondentGroup) -> pl.Expr:
    """Role or training year; null for a programme and year that gives none, `not_stated` where only some give it."""
    column = pl.col(SUBGROUP_COLUMN[group.id])
    given = column.is_not_null().any().over("programme_id", "academic_year")
    return pl.when(given).then(column.fill_null(NOT_STATED)).alias("subgroup")
