"""Compares a programme with others: comparators, funnels, verdicts, and the difference that would be found.

Everything is computed from published results, as they stand in the relation `result`.
"""

import numpy as np
import polars as pl

from pipelines.academic_year import first_calendar_year
from pipelines.statistics.estimators import SIGNIFICANCE, Z, difference
from pipelines.statistics.funnels import (
    VERDICTS,
    dispersion,
    funnel_high,
    funnel_low,
    limit_variance,
    outside,
    verdict,
)
from pipelines.statistics.pooled_rates import totals, totals_of_others, with_clustered_interval
from pipelines.statistics.power import detectable
from pipelines.thresholds import LEAST_COVERAGE, LEAST_OTHERS, LOOK_BACK

STEPS = 40
"""At how many sizes the limits of a funnel are given."""

STATUSES = ("published", "suppressed", "not_collected")
"""What a programme's result of a year can be. Of two in one year the earlier in this order counts."""
KINDS = ("profession", "country", "region", "everybody")
PLACE = ("measure_id", "span", "kind", "name")
"""The key of a comparator: a measure, the academic years as one text, and a profession, country, region or everybody,
by name."""
SPAN = pl.col("years").list.join(" ").alias("span")
RESULT = ("result_id", "measure_id", "programme_id", "first_year", "last_year")
COUNTS = ("respondents", "affirmative", "effective_respondents")
TAKEN = ("result_id", "first_year", "last_year", *COUNTS)
"""What is known of the result that a comparator takes from a programme; null while it waits."""


_POOL = ("asked", "programmes", "coverage", "first_year", "last_year", "respondents", "affirmative")
_NUMBERS = (*_POOL, "rate", "rate_low", "rate_high", "variance")


def members(result: pl.DataFrame, programme: pl.DataFrame) -> pl.DataFrame:
    """The programmes behind each comparator: PLACE, programme_id, and TAKEN.

    There is a comparator for every academic year, and for the years of every result that covers several. The members
    are the programmes that took part in any of these years, and of each a result is taken. For a single year it is the
    latest that ends in that year or, while the year still waits, up to LOOK_BACK years before. For several years it is
    the latest that shares a year with them. If two results end together, the one of more people is taken; if they are
    of as many people, the later one.
    """
    whole = result.filter(pl.col("subgroup").is_null() & (pl.col("status") != "not_collected"))
    published = whole.filter(pl.col("status") == "published")
    found = pl.concat([_in_a_year(whole, published), _in_several_years(whole, published)])
    behind = in_each_kind(found, programme).select(*PLACE, "programme_id", *TAKEN)
    return _in_order(behind, (*PLACE, "programme_id"))  # sums of fractions depend on their order


def _in_order(rows: pl.DataFrame, texts: tuple[str, ...]) -> pl.DataFrame:
    """The rows in the order of these columns of texts, numbered first: so it takes half the time."""
    ranks = (pl.Enum(rows[name].unique().sort()) for name in texts)
    numbered = rows.select(pl.col(name).cast(rank).to_physical() for name, rank in zip(texts, ranks, strict=True))
    return rows[numbered.select(pl.arg_sort_by(texts, maintain_order=True)).to_series()]


def _in_a_year(whole: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """The members of the comparators of a single year, and the result taken of each."""
    asked = (
        whole.select("measure_id", "programme_id", pl.col("years").alias("span"), pl.col("status") == "suppressed")
        .explode("span")
        .group_by("measure_id", "span", "programme_id")
        .agg(pl.col("status").all().alias("waits"))
    )
    back = first_calendar_year("span") - first_calendar_year("last_year")
    possible = asked.join(published, on=["measure_id", "programme_id"]).filter(
        (back == 0) | (pl.col("waits") & back.is_between(1, LOOK_BACK))
    )
    return _with_latest(asked.drop("waits"), possible)


def _in_several_years(whole: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """The members of the comparators of several years, and the result taken of each."""
    several = published.filter(pl.col("years").list.len() > 1)
    spans = several.select("measure_id", SPAN, "years").unique(["measure_id", "span"], keep="any").explode("years")
    by_year = whole.explode("years")
    on = ["measure_id", "years"]
    asked = spans.join(by_year, on=on).select("measure_id", "span", "programme_id").unique()
    possible = spans.join(by_year.filter(pl.col("status") == "published"), on=on)
    return _with_latest(asked, possible)


def _with_latest(asked: pl.DataFrame, possible: pl.DataFrame) -> pl.DataFrame:
    """The programmes asked, each with the latest of its possible results."""
    key = ["measure_id", "span", "programme_id"]
    taken = (
        possible.sort("last_year", "respondents", "result_id")
        .unique(key, keep="last", maintain_order=True)
        .select(*key, *TAKEN)
    )
    return asked.select(key).join(taken, on=key, how="left")


def in_each_kind(taken: pl.DataFrame, programme: pl.DataFrame) -> pl.DataFrame:
    """Rows of programmes, once for each profession, country, region and everybody that its programme belongs to."""
    region = pl.concat_str("region", "country", separator=", ")
    places = programme.with_columns(region.alias("region"), pl.lit("everybody").alias("everybody")).unpivot(
        on=KINDS, index="programme_id", variable_name="kind", value_name="name"
    )
    return taken.join(places.drop_nulls("name"), on="programme_id")


def pooled(members: pl.DataFrame) -> pl.DataFrame:
    """The sums of the published results of each comparator, and how far its programmes differ beyond chance."""
    sums = members.group_by(PLACE).agg(
        pl.len().alias("asked"), pl.col("first_year").min(), pl.col("last_year").max(), *totals()
    )
    spread = dispersion(members, PLACE)
    return with_clustered_interval(_covered(sums)).join(spread, on=PLACE, how="left").sort(PLACE)


def _covered(pooled: pl.DataFrame) -> pl.DataFrame:
    """The comparators that have enough published programmes, and enough of those that were asked."""
    coverage = pl.col("programmes") / pl.col("asked")
    return pooled.with_columns(coverage.alias("coverage")).filter(
        (pl.col("programmes") >= LEAST_OTHERS) & (coverage >= LEAST_COVERAGE)
    )


def others(members: pl.DataFrame) -> pl.DataFrame:
    """For each member of a comparator, the comparator of its other members. Its columns begin with comparator_.

    The rows of a comparator stand together, as `members` gives them.
    """
    comparator = pl.struct(PLACE).rle_id().alias("comparator")  # texts would be grouped anew for each sum
    left = members.with_columns(comparator).select(
        *PLACE,
        "programme_id",
        (pl.len().over("comparator") - 1).alias("asked"),
        *totals_of_others(("comparator",)),
        first_of_others(pl.col("first_year"), ("comparator",), descending=False),
        first_of_others(pl.col("last_year"), ("comparator",), descending=True),
    )
    return with_clustered_interval(_covered(left)).select(
        *PLACE, "programme_id", pl.col(_NUMBERS).name.prefix("comparator_")
    )


def first_of_others(year: pl.Expr, group: tuple[str, ...], *, descending: bool) -> pl.Expr:
    """The first year in order among the other members of a group."""
    in_order = year.sort(descending=descending, nulls_last=True)
    first, second = in_order.first().over(group), in_order.slice(1, 1).first().over(group)
    return pl.when(year == first).then(second).otherwise(first)


def comparison(
    result: pl.DataFrame, others: pl.DataFrame, pooled: pl.DataFrame, each_side: pl.DataFrame
) -> pl.DataFrame:
    """Compares each published result with the comparators of its years that leave its programme out: `others`.

    How far programmes differ beyond chance is taken from the whole comparator, with the programme itself among them. It
    is winsorised there, so that no single programme moves it far. `each_side`: by measure, how many people must be on
    each side of a result.
    """
    results = result.filter((pl.col("status") == "published") & pl.col("subgroup").is_null()).select(
        *RESULT, SPAN, "effective_respondents", "rate", "rate_low", "rate_high"
    )
    spread = pooled.select(*PLACE, "tau2")
    compared = (
        results.join(others, on=["programme_id", "measure_id", "span"])
        .join(spread, on=PLACE, how="left")
        .join(each_side, on="measure_id", how="left")
        .with_columns(*difference("rate", "comparator_rate"), *_limits("comparator_", "effective_respondents"), _side())
        .sort("measure_id", "programme_id", "first_year", "result_id", "kind", "name")
    )
    return compared.select(
        *RESULT,
        "kind",
        "name",
        pl.col("^comparator_.*$"),
        pl.col("^difference.*$"),
        "limit_low",
        "limit_high",
        verdict("side", "difference_low", "difference_high").alias("verdict"),
        *_detectable(compared),
    )


def _limits(prefix: str, n: str) -> list[pl.Expr]:
    """The limits of a funnel for results of so many people; null where the comparator has none."""
    given = pl.col(f"{prefix}rate"), pl.col(n), Z, limit_variance(f"{prefix}variance")
    return [funnel_low(*given).alias("limit_low"), funnel_high(*given).alias("limit_high")]


def _side() -> pl.Expr:
    variance = limit_variance("comparator_variance")
    return outside(pl.col("rate"), pl.col("comparator_rate"), pl.col("effective_respondents"), variance).alias("side")


def _detectable(compared: pl.DataFrame) -> pl.DataFrame:
    names = ("effective_respondents", "comparator_rate", "comparator_variance", "tau2", "minimum_each_side")
    return detectable(*(compared[name] for name in names))


def comparator(pooled: pl.DataFrame, result: pl.DataFrame, comparison: pl.DataFrame) -> pl.DataFrame:
    """The pooled results, how many results of exactly these years are compared, and how many of them stand out."""
    spans = result.filter(pl.col("subgroup").is_null()).drop_nulls("result_id").select("result_id", SPAN)
    stands_out = pl.col("verdict").is_in(VERDICTS[:2])
    counts = (
        comparison.join(spans, on="result_id")
        .group_by(PLACE)
        .agg(pl.len().alias("compared"), stands_out.sum().alias("standing_out"))
    )
    judged = pl.col("tau2").is_not_null()
    compared = pl.col("compared").fill_null(0)
    return (
        pooled.join(counts, on=PLACE, how="left")
        .with_columns(
            years=pl.col("span").str.split(" "),
            spread=pl.col("tau2").sqrt(),
            compared=compared,
            standing_out=pl.when(judged).then(pl.col("standing_out").fill_null(0)),
            standing_out_by_chance=pl.when(judged).then(compared * SIGNIFICANCE),
        )
        .sort(PLACE)
    )


def funnel_limit(pooled: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """The limits of each comparator's funnel, from its smallest to its largest member. For drawing."""
    n = pl.col("effective_respondents")
    ends = members.group_by(PLACE).agg(n.min().floor().alias("smallest"), n.max().ceil().alias("largest"))
    sizes = (
        pooled.filter(pl.col("tau2").is_not_null())
        .join(ends, on=PLACE)
        .with_columns(pl.struct("smallest", "largest").map_batches(_sizes, return_dtype=pl.List(pl.Int64)).alias("n"))
        .explode("n")
        .rename({"n": "people"})
    )
    return sizes.select(*PLACE, pl.col("span").str.split(" ").alias("years"), "people", *_limits("", "people")).sort(
        *PLACE, "people"
    )


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
