"""Statistical disclosure control. Pure functions; every published number passes through here.

So far the first step of the rule: a result is published for a single year, of everybody asked, for measures that hang
on no other measure. Everything else is suppressed.
"""

import polars as pl

RESULT_KEYS = ("programme_id", "measure_id")


def enough(respondents: pl.Expr, affirmative: pl.Expr) -> pl.Expr:
    """Whether k of n may be shown: enough people in all, and enough on each side.

    Reads the columns `minimum_respondents` and `minimum_each_side`, the thresholds of the measure.
    """
    other_side = respondents - affirmative
    return (respondents >= pl.col("minimum_respondents")) & (
        pl.min_horizontal(affirmative, other_side) >= pl.col("minimum_each_side")
    )


def newly_published(contributions: pl.DataFrame, measures: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """The results that can be published now and were not before.

    `contributions`: what stands, with its subgroups. `measures`: the catalogue's measure frame. `published`: all
    results published so far; a year that stands in one of them is used up. Gives programme_id, measure_id,
    first_year, last_year, years, respondents, affirmative.
    """
    used_up = published.select(*RESULT_KEYS, pl.col("years").alias("academic_year")).explode("academic_year")
    alone = measures.filter(pl.col("base").is_null() & pl.col("within").is_null())
    return (
        totals(contributions)
        .join(alone, on="measure_id")
        .filter(enough(pl.col("respondents"), pl.col("affirmative")))
        .join(used_up, on=[*RESULT_KEYS, "academic_year"], how="anti")
        .select(
            *RESULT_KEYS,
            pl.col("academic_year").alias("first_year"),
            pl.col("academic_year").alias("last_year"),
            pl.concat_list("academic_year").alias("years"),
            "respondents",
            "affirmative",
        )
        .sort(*RESULT_KEYS, "first_year")
    )


def totals(contributions: pl.DataFrame) -> pl.DataFrame:
    """Everybody asked: the sum over subgroups, by programme, measure and year."""
    return contributions.group_by(*RESULT_KEYS, "academic_year", maintain_order=True).agg(
        pl.col("respondents").sum(), pl.col("affirmative").sum()
    )


def statuses(contributions: pl.DataFrame, measures: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """What is said of each programme, measure and year in which the programme took part: programme_id, measure_id,
    academic_year, status.

    `not_collected` depends only on which questions were asked; for a measure with a base, only on its base's status,
    because whether anybody was left to be asked tells about the base. `root` is the first of a measure's bases.
    """
    asked = contributions.select(*RESULT_KEYS, "academic_year").unique().with_columns(asked=True)
    shown = (
        published.select(*RESULT_KEYS, pl.col("years").alias("academic_year"))
        .explode("academic_year")
        .with_columns(shown=True)
    )
    return (
        _took_part(contributions, measures)
        .join(measures.select("measure_id", "root"), on="measure_id")
        .join(
            asked,
            left_on=["programme_id", "root", "academic_year"],
            right_on=[*RESULT_KEYS, "academic_year"],
            how="left",
        )
        .join(shown, on=[*RESULT_KEYS, "academic_year"], how="left")
        .select(*RESULT_KEYS, "academic_year", _status())
    )


def _took_part(contributions: pl.DataFrame, measures: pl.DataFrame) -> pl.DataFrame:
    """Every measure for every programme and year from which there is any count of that group of people."""
    group = measures.select("measure_id", "group")
    return (
        contributions.join(group, on="measure_id")
        .select("programme_id", "academic_year", "group")
        .unique()
        .join(group, on="group")
    )


def _status() -> pl.Expr:
    return (
        pl.when(pl.col("shown"))
        .then(pl.lit("published"))
        .when(pl.col("asked"))
        .then(pl.lit("suppressed"))
        .otherwise(pl.lit("not_collected"))
        .alias("status")
    )
