"""The gap between what is expected and what is modelled, how it changes, and the gap of others.

The same people may have answered both questions, so the interval of a gap is the widest that is possible.
"""

import polars as pl

from pipelines.statistics.estimators import (
    CHANGES,
    change_verdict,
    difference,
    same_people_high,
    same_people_low,
)

GAP = ("gap_id", "programme_id", "first_year", "last_year")
_OTHERS_KEY = ("programme_id", "academic_year", "kind", "name")
_OTHERS_RATE = ("comparator_programmes", "comparator_rate", "comparator_rate_low", "comparator_rate_high")
GAP_CHANGES = ("wider", "narrower", "no_clear_difference")
"""What can be said of a gap beside another, in the order of CHANGES."""


def gap(result: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The rate expected less the rate modelled, where both are published and cover the same years."""
    sides = _largest_results(result).select(
        "measure_id", "programme_id", "years", "first_year", "last_year", "rate", "rate_low", "rate_high"
    )
    both = pairs.join(sides, left_on="expected", right_on="measure_id").join(
        sides.drop("first_year", "last_year"),
        left_on=["modelled", "programme_id", "years"],
        right_on=["measure_id", "programme_id", "years"],
        suffix="_modelled",
    )
    return both.select(
        "gap_id",
        "title",
        "programme_id",
        "first_year",
        "last_year",
        "years",
        "expected",
        "modelled",
        (pl.col("rate") - pl.col("rate_modelled")).alias("difference"),
        same_people_low(pl.col("rate_low"), pl.col("rate_high_modelled")).alias("difference_low"),
        same_people_high(pl.col("rate_high"), pl.col("rate_low_modelled")).alias("difference_high"),
    ).sort("gap_id", "programme_id", "first_year")


def _largest_results(result: pl.DataFrame) -> pl.DataFrame:
    """Published results of everybody asked. If two cover the same years, the one of more people is taken."""
    whole = result.filter((pl.col("status") == "published") & pl.col("subgroup").is_null())
    return whole.sort("respondents", "result_id").unique(
        ["measure_id", "programme_id", "years"], keep="last", maintain_order=True
    )


def gap_change(gap: pl.DataFrame) -> pl.DataFrame:
    """The change of each gap from the one before it, where the two share no year."""
    by = ("gap_id", "programme_id")
    before = ("first_year", "last_year", "difference", "difference_low", "difference_high")
    earlier = [pl.col(name).shift().over(by).alias(f"earlier_{name}") for name in before]
    both = gap.sort(*by, "last_year", "first_year").with_columns(earlier)
    return (
        both.filter(pl.col("earlier_last_year") < pl.col("first_year"))
        .with_columns(difference("difference", "earlier_difference", "change"))
        .select(
            *GAP,
            "earlier_first_year",
            "earlier_last_year",
            "change",
            "change_low",
            "change_high",
            _verdict(),
        )
        .sort(GAP)
    )


def gap_comparison(gap: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Each gap compared with that of the other programmes taken together (`others`, as in `comparators`)."""
    pooled = others.select("measure_id", *_OTHERS_KEY, *_OTHERS_RATE)
    both = (
        gap.with_columns(pl.col("last_year").alias("academic_year"))
        .join(pooled.rename({"measure_id": "expected"}), on=["expected", "programme_id", "academic_year"])
        .join(pooled.rename({"measure_id": "modelled"}), on=["modelled", *_OTHERS_KEY], suffix="_modelled")
        .with_columns(_gap_of_others())
    )
    return (
        both.with_columns(difference("difference", "comparator_difference", "change"))
        .select(
            *GAP,
            "kind",
            "name",
            pl.min_horizontal("comparator_programmes", "comparator_programmes_modelled").alias("comparator_programmes"),
            "comparator_difference",
            "comparator_difference_low",
            "comparator_difference_high",
            "change",
            "change_low",
            "change_high",
            _verdict(),
        )
        .rename({"change": "excess", "change_low": "excess_low", "change_high": "excess_high"})
        .sort(*GAP, "kind", "name")
    )


def _gap_of_others() -> list[pl.Expr]:
    rate, modelled = pl.col("comparator_rate"), pl.col("comparator_rate_modelled")
    low, high = pl.col("comparator_rate_low"), pl.col("comparator_rate_high")
    return [
        (rate - modelled).alias("comparator_difference"),
        same_people_low(low, pl.col("comparator_rate_high_modelled")).alias("comparator_difference_low"),
        same_people_high(high, pl.col("comparator_rate_low_modelled")).alias("comparator_difference_high"),
    ]


def _verdict() -> pl.Expr:
    change = change_verdict(pl.col("change_low"), pl.col("change_high"))
    return change.replace_strict(CHANGES, GAP_CHANGES).alias("verdict")
