"""Compares a programme with others: comparators, funnels, and the smallest difference that a result could show.

Everything is computed from published results, as they stand in the relation `result`.
"""

import numpy as np
import polars as pl

from pipelines.academic_year import first_calendar_year
from pipelines.statistics.estimators import (
    Z998,
    Z,
    difference,
    dispersion,
    false_alarms,
    funnel_high,
    funnel_low,
    position,
    smallest_difference,
    with_interval,
)
from pipelines.thresholds import LEAST_COVERAGE, LEAST_OTHERS, LOOK_BACK

STEPS = 40
"""At how many sizes the limits of a funnel are given."""

STATUSES = ("published", "suppressed", "not_collected")
"""What a programme's result of a year can be. Of two in one year the earlier in this order counts."""
KINDS = ("profession", "country", "region", "everybody")
PLACE = ("measure_id", "academic_year", "kind", "name")
"""The key of a comparator: a measure and year, and a profession, country, region or everybody, by name."""
RESULT = ("result_id", "measure_id", "programme_id", "first_year", "last_year")


def members(result: pl.DataFrame, programme: pl.DataFrame) -> pl.DataFrame:
    """The programmes behind each comparator: PLACE, programme_id, and the result taken, which is null while it waits.

    The result of each programme that was asked in the year is its latest result that ends in that year. While the year
    still waits, the result may end up to LOOK_BACK years before. If two results end together, the one of more people
    is taken; if they are of as many people, the later one.
    """
    whole = result.filter(pl.col("subgroup").is_null())
    asked = (
        whole.filter(pl.col("status") != "not_collected")
        .select("programme_id", "measure_id", pl.col("years").alias("academic_year"), pl.col("status") == "suppressed")
        .explode("academic_year")
        .group_by("programme_id", "measure_id", "academic_year")
        .agg(pl.col("status").all().alias("waits"))
        .with_columns(first_calendar_year("academic_year").alias("year"))
    )
    published = whole.filter(pl.col("status") == "published").select(
        "result_id",
        "programme_id",
        "measure_id",
        first_calendar_year("last_year").alias("end"),
        "respondents",
        "affirmative",
    )
    back = pl.col("year") - pl.col("end")
    taken = (
        asked.join(published, on=["programme_id", "measure_id"])
        .filter((back == 0) | (pl.col("waits") & back.is_between(1, LOOK_BACK)))
        .sort("end", "respondents", "result_id")
        .unique(["programme_id", "measure_id", "academic_year"], keep="last", maintain_order=True)
        .select("programme_id", "measure_id", "academic_year", "result_id", "respondents", "affirmative")
    )
    found = asked.join(taken, on=["programme_id", "measure_id", "academic_year"], how="left")
    return (
        _in_each_kind(found, programme)
        .select(*PLACE, "programme_id", "result_id", "respondents", "affirmative")
        .sort(*PLACE, "programme_id")  # sums of fractions depend on their order
    )


def _in_each_kind(taken: pl.DataFrame, programme: pl.DataFrame) -> pl.DataFrame:
    region = pl.concat_str("region", "country", separator=", ")
    places = programme.with_columns(region.alias("region"), pl.lit("everybody").alias("everybody")).unpivot(
        on=KINDS, index="programme_id", variable_name="kind", value_name="name"
    )
    return taken.join(places.drop_nulls("name"), on="programme_id")


def pooled(members: pl.DataFrame) -> pl.DataFrame:
    """The sums of the published results of each comparator, and how far its programmes differ beyond chance."""
    totals = members.group_by(PLACE).agg(
        pl.len().alias("asked"),
        pl.col("respondents").count().alias("programmes"),
        pl.col("respondents").sum(),
        pl.col("affirmative").sum(),
    )
    spread = dispersion(members, PLACE).drop("programmes")
    return with_interval(_covered(totals)).join(spread, on=PLACE, how="left").sort(PLACE)


def _covered(pooled: pl.DataFrame) -> pl.DataFrame:
    """The comparators that have enough published programmes, and enough of those that were asked."""
    coverage = pl.col("programmes") / pl.col("asked")
    return pooled.with_columns(coverage.alias("coverage")).filter(
        (pl.col("programmes") >= LEAST_OTHERS) & (coverage >= LEAST_COVERAGE)
    )


def comparison(result: pl.DataFrame, others: pl.DataFrame, pooled: pl.DataFrame) -> pl.DataFrame:
    """Compares each published result with the comparators that leave its programme out: `others`.

    How far programmes differ beyond chance is taken from the whole comparator. It is winsorised there, so that no
    single programme moves it far.
    """
    results = result.filter((pl.col("status") == "published") & pl.col("subgroup").is_null()).select(
        *RESULT, "respondents", "rate", "rate_low", "rate_high"
    )
    by = ["programme_id", "measure_id"]
    spread = pooled.select(*PLACE, pl.col("tau2").fill_null(0))
    compared = (
        results.join(others, left_on=[*by, "last_year"], right_on=[*by, "academic_year"])
        .join(spread, left_on=["measure_id", "last_year", "kind", "name"], right_on=PLACE, how="left")
        .sort("measure_id", "programme_id", "first_year", "result_id", "kind", "name")
    )
    return compared.select(
        *RESULT,
        "kind",
        "name",
        pl.col("^comparator_.*$"),
        *difference("rate", "comparator_rate"),
        _position(pl.col("tau2")).alias("position"),
        _position(pl.lit(0.0)).alias("position_unadjusted"),
        _smallest(compared),
    )


def _position(tau2: pl.Expr) -> pl.Expr:
    return position(pl.col("rate"), pl.col("comparator_rate"), pl.col("respondents"), tau2)


def _smallest(compared: pl.DataFrame) -> pl.Series:
    return smallest_difference(
        compared["respondents"], compared["comparator_respondents"], compared["comparator_rate"]
    ).alias("smallest_difference")


def others(members: pl.DataFrame) -> pl.DataFrame:
    """For each member of a comparator, the comparator of its other members. Its columns begin with comparator_."""
    n, k = pl.col("respondents"), pl.col("affirmative")
    left = members.select(
        *PLACE,
        "programme_id",
        (pl.len().over(PLACE) - 1).alias("asked"),
        (n.count().over(PLACE) - n.is_not_null().cast(pl.Int64)).alias("programmes"),
        (n.sum().over(PLACE) - n.fill_null(0)).alias("respondents"),
        (k.sum().over(PLACE) - k.fill_null(0)).alias("affirmative"),
    )
    numbers = ("asked", "programmes", "coverage", "respondents", "affirmative", "rate", "rate_low", "rate_high")
    return with_interval(_covered(left)).rename({number: f"comparator_{number}" for number in numbers})


def comparator(pooled: pl.DataFrame, comparison: pl.DataFrame) -> pl.DataFrame:
    """The pooled results, how many of the results compared are outside the limits, and how many would be by chance."""
    outside = pl.col("position", "position_unadjusted") != "as_expected"
    counts = (
        comparison.rename({"last_year": "academic_year"})
        .group_by(PLACE)
        .agg(pl.len().alias("compared"), outside.sum().cast(pl.Int64).name.replace("position", "outside"))
    )
    numbers = ("compared", "outside", "outside_unadjusted")
    return (
        pooled.join(counts, on=PLACE, how="left")
        .with_columns(pl.col(numbers).fill_null(0))
        .with_columns(false_alarms(pl.col("compared")).alias("outside_by_chance"))
        .sort(PLACE)
    )


def funnel_limit(pooled: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """The limits of each funnel at sizes from the smallest that is published to its largest member's."""
    largest = members.group_by(PLACE).agg(
        pl.col("respondents").min().alias("smallest"), pl.col("respondents").max().alias("largest")
    )
    sizes = (
        pooled.join(largest, on=PLACE)
        .with_columns(pl.struct("smallest", "largest").map_batches(_sizes, return_dtype=pl.List(pl.Int64)).alias("n"))
        .explode("n")
    )
    p, n, tau2 = pl.col("rate"), pl.col("n"), pl.col("tau2").fill_null(0)
    return sizes.select(
        *PLACE,
        n.alias("respondents"),
        funnel_low(p, n, Z, tau2).alias("low_95"),
        funnel_high(p, n, Z, tau2).alias("high_95"),
        funnel_low(p, n, Z998, tau2).alias("low_998"),
        funnel_high(p, n, Z998, tau2).alias("high_998"),
    ).sort(*PLACE, "respondents")


def _sizes(ends: pl.Series) -> pl.Series:
    """STEPS sizes from the smallest to the largest, each larger than the one before by about the same factor."""
    low, high = (ends.struct.field(end).to_numpy() for end in ("smallest", "largest"))
    steps = np.geomspace(low, high, STEPS).round().astype(int).T
    return pl.Series([np.unique(row).tolist() for row in steps], dtype=pl.List(pl.Int64))


def coverage(result: pl.DataFrame) -> pl.DataFrame:
    """How many programmes have which status, by measure and year."""
    statuses = (
        result.filter(pl.col("subgroup").is_null())
        .select("measure_id", "programme_id", pl.col("years").alias("academic_year"), "status")
        .explode("academic_year")
        .with_columns(pl.col("status").replace_strict(STATUSES, range(len(STATUSES))).alias("rank"))
        .sort("rank")
        .unique(["measure_id", "programme_id", "academic_year"], keep="first", maintain_order=True)
    )
    return (
        statuses.group_by("measure_id", "academic_year")
        .agg((pl.col("status") == status).sum().cast(pl.Int64).alias(status) for status in STATUSES)
        .sort("measure_id", "academic_year")
    )
