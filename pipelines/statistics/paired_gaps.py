"""The gap between two answers of the same people, where it is known how many gave one, the other, both or neither."""

import polars as pl

from pipelines.statistics.estimators import wilson_high, wilson_low

CELLS = ("both_sides", "expected_only", "modelled_only", "neither_side")


def paired_gap(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs (CELLS) with the difference of their two rates, expected less modelled, and its interval.

    The interval is Newcombe's for paired answers (method 10): the Wilson intervals of both rates, squared and added
    with the correlation of the two answers. Newcombe RG (1998), Improved confidence intervals for the difference
    between binomial proportions based on paired data. Stat Med 17:2635-2650.
    """
    both, expected, modelled, neither = map(pl.col, CELLS)
    n = both + expected + modelled + neither
    sides = {"expected": both + expected, "modelled": both + modelled}
    rates = {
        f"{side}_{end}": value
        for side, k in sides.items()
        for end, value in (("rate", k / n), ("low", wilson_low(k / n, n)), ("high", wilson_high(k / n, n)))
    }
    return pairs.with_columns(phi=_correlation(), **rates).with_columns(_interval()).drop("phi", *rates)


def _interval() -> list[pl.Expr]:
    expected, low, high = (pl.col(f"expected_{end}") for end in ("rate", "low", "high"))
    modelled, other_low, other_high = (pl.col(f"modelled_{end}") for end in ("rate", "low", "high"))
    difference = expected - modelled
    return [
        difference.alias("difference"),
        (difference - _square_and_add(expected - low, other_high - modelled)).alias("difference_low"),
        (difference + _square_and_add(high - expected, modelled - other_low)).alias("difference_high"),
    ]


def _square_and_add(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return (one**2 - 2 * pl.col("phi") * one * other + other**2).clip(0).sqrt()


def _correlation() -> pl.Expr:
    """How far the two answers of one person go together, from -1 to 1; a positive one is corrected for continuity."""
    both, expected, modelled, neither = map(pl.col, CELLS)
    n, product = both + expected + modelled + neither, both * neither - expected * modelled
    corrected = pl.when(product > n / 2).then(product - n / 2).when(product >= 0).then(0.0).otherwise(product)
    margins = (both + expected) * (modelled + neither) * (both + modelled) * (expected + neither)
    return corrected / margins.cast(pl.Float64).sqrt()
