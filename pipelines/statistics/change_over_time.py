"""A programme over time: changes from result to result, trends, and results before and after a support item."""

from collections.abc import Mapping
from typing import Literal

import polars as pl

from pipelines.academic_year import academic_year_of, first_calendar_year
from pipelines.statistics.estimators import change_verdict, difference, trend

SERIES = ("programme_id", "measure_id")


def series(result: pl.DataFrame, series_of: Mapping[str, str] | None = None) -> pl.DataFrame:
    """Published results of everybody asked, in the order of their years. No two spans of a measure overlap.

    They do if people came in later, who then are a separate result, or if a year was closed after one that follows it.
    The result of more people is kept.
    `series_of`: the series of each measure. Measures of one series replaced each other and are comparable.
    """
    whole = result.filter((pl.col("status") == "published") & pl.col("subgroup").is_null())
    largest = (
        whole.with_columns(year=_span())
        .explode("year")
        .sort("respondents", "result_id", descending=True)
        .with_columns(pl.col("result_id").first().over(*SERIES, "year").alias("largest"))
    )
    beaten = largest.filter(pl.col("result_id") != pl.col("largest"))
    named = whole.with_columns(pl.col("measure_id").replace(series_of or {}).alias("series"))
    return named.join(beaten, on="result_id", how="anti").sort(*SERIES, "last_year", "first_year")


def _span() -> pl.Expr:
    """Every calendar year in which an academic year from the first to the last begins, also those that were skipped."""
    return pl.int_ranges(first_calendar_year("first_year"), first_calendar_year("last_year") + 1)


def change(series: pl.DataFrame) -> pl.DataFrame:
    """The change of each result from the one before it in its series, which must have ended before this one began.

    Where the one before is of another measure, a break lies between the two.
    """
    earlier = [
        pl.col(name).shift().over("programme_id", "series").alias(f"earlier_{name}")
        for name in ("result_id", "measure_id", "first_year", "last_year", "rate", "rate_low", "rate_high")
    ]
    in_order = series.sort("programme_id", "series", "last_year", "first_year", "measure_id")
    apart = pl.col("earlier_last_year") < pl.col("first_year")
    before = in_order.with_columns(earlier).filter(apart).sort(*SERIES, "last_year", "first_year")
    return before.with_columns(difference("rate", "earlier_rate")).select(
        *SERIES,
        "result_id",
        "earlier_result_id",
        "first_year",
        "last_year",
        "earlier_first_year",
        "earlier_last_year",
        (pl.col("measure_id") != pl.col("earlier_measure_id")).alias("across_break"),
        "difference",
        "difference_low",
        "difference_high",
        change_verdict(pl.col("difference_low"), pl.col("difference_high")).alias("verdict"),
    )


def trends(series: pl.DataFrame) -> pl.DataFrame:
    """Tests for a trend in every series that is long enough. A result over several years stands at their middle, and
    counts as many people as its interval stands on."""
    people = pl.col("effective_respondents")
    middle = pl.mean_horizontal(first_calendar_year("first_year"), first_calendar_year("last_year"))
    spans = series.group_by(SERIES).agg(pl.col("first_year").min(), pl.col("last_year").max())
    counted = series.with_columns(score=middle, respondents=people, affirmative=pl.col("rate") * people)
    tested = trend(counted, SERIES).drop_nulls("verdict")
    return (
        tested.join(spans, on=SERIES)
        .select(*SERIES, "first_year", "last_year", "results", "z", "p_value", "verdict")
        .sort(SERIES)
    )


def policy_change(series: pl.DataFrame, support: pl.DataFrame, related: pl.DataFrame) -> pl.DataFrame:
    """The results before and after each support item came into place, for each measure that is related to it.

    The academic year in which it came into place is neither before nor after. The nearest results are taken.
    `support` is the relation of the release; `related` has the columns item_id and measure_id.
    """
    began = (
        support.filter((pl.col("status") == "in_place") & pl.col("since").is_not_null())
        .sort("academic_year")
        .group_by("programme_id", "item_id")
        .agg(pl.col("since").last())
        .with_columns(began=academic_year_of("since"))
        .join(related, on="item_id")
    )
    beside = began.join(series, on=SERIES)
    keys = ("programme_id", "item_id", "since", "measure_id")
    before = _nearest(beside.filter(first_calendar_year("last_year") < pl.col("began")), keys, "last")
    after = _nearest(beside.filter(first_calendar_year("first_year") > pl.col("began")), keys, "first")
    both = before.join(after, on=keys, suffix="_after").rename(lambda name: _prefixed(name, keys))
    return (
        both.with_columns(difference("after_rate", "before_rate"))
        .select(
            *keys,
            *(f"{when}_{name}" for when in ("before", "after") for name in ("result_id", "first_year", "last_year")),
            "difference",
            "difference_low",
            "difference_high",
        )
        .sort(keys)
    )


def _nearest(beside: pl.DataFrame, keys: tuple[str, ...], keep: Literal["first", "last"]) -> pl.DataFrame:
    """For each key, the result that begins first or the result that ends last."""
    nearest = beside.sort(f"{keep}_year").unique(keys, keep=keep, maintain_order=True)
    return nearest.select(*keys, "result_id", "first_year", "last_year", "rate", "rate_low", "rate_high")


def _prefixed(name: str, keys: tuple[str, ...]) -> str:
    if name in keys:
        return name
    return f"after_{name.removesuffix('_after')}" if name.endswith("_after") else f"before_{name}"
