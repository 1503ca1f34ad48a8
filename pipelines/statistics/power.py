"""Which differences and changes are found four times in five."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.statistics.estimators import (
    POWER,
    Z_POWER,
    Z,
    difference,
    newcombe_low,
    wilson_high,
    wilson_low,
    with_interval,
)

Numbers = NDArray[np.float64]
Booleans = NDArray[np.bool_]


STEP = 100
"""Sizes that would be found are whole numbers of one such part."""


def detectable(
    n: pl.Series, rate: pl.Series, variance: pl.Series, spread: pl.Series, each_side: pl.Series
) -> pl.DataFrame:
    """How much more, and how much less, than a comparator would be found and shown four times in five.

    `n` people are compared with a comparator of this `rate` and `variance`, around which programmes have the variance
    `spread`. A difference is found where both conditions of the verdict are met: k / n lies beyond the limits, which
    are Z * sqrt(rate * (1 - rate) / n + variance + spread) away, and the interval of the difference leaves out 0. So
    upwards the answers must be more than n times the upper limit, and as many more as the interval asks for. It is
    shown where at least `each_side` people are on each side.

    The chance of being found is taken at a rate that is nearer: the comparator's error is subtracted in quadrature from
    the distance beyond the limit. The chance of being withheld is taken from it. Downwards likewise, for those who said
    no.

    The columns are detectable_more and detectable_less, in whole points. Null where no difference in that direction is
    found and shown so often, and where anything is null: without limits there is no verdict, and nothing is found.
    """
    columns = (n, rate, variance, spread, each_side)
    answers, middle, error, between, side = (column.cast(pl.Float64).to_numpy() for column in columns)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        sizes = {
            "detectable_more": _upwards(answers, middle, error, between, side),
            "detectable_less": _upwards(answers, 1 - middle, error, between, side),
        }
    return pl.DataFrame([pl.Series(name, size, nan_to_null=True) for name, size in sizes.items()])


def _upwards(n: Numbers, rate: Numbers, variance: Numbers, spread: Numbers, each_side: Numbers) -> Numbers:
    """The difference upwards; NaN where even a rate of 1 is within the limits, or not found and shown as often."""
    away = Z * np.sqrt(rate * (1 - rate) / n + variance + spread)
    least = _least_found(n, rate, variance, rate + away)
    beyond = np.maximum(rate_found(n, least) - (rate + away), 0)
    points = np.ceil(STEP * (away + np.sqrt(beyond**2 + Z_POWER**2 * variance)))
    withheld_from = np.floor(n - each_side) + 1
    open_rows = np.flatnonzero((rate + away < 1) & (rate + points / STEP <= 1))
    found = np.full(n.shape, np.nan)
    while open_rows.size:
        rows = (values[open_rows] for values in (n, rate, variance, away, least, withheld_from, points / STEP))
        shown, lost = _chances(*rows)
        enough = shown - lost >= POWER
        found[open_rows[enough]] = points[open_rows[enough]] / STEP
        open_rows = open_rows[~enough & (lost <= 1 - POWER)]
        points[open_rows] += 1
        open_rows = open_rows[rate[open_rows] + points[open_rows] / STEP <= 1]
    return found


def _chances(
    n: Numbers, rate: Numbers, variance: Numbers, away: Numbers, least: Numbers, withheld_from: Numbers, size: Numbers
) -> tuple[Numbers, Numbers]:
    """The chances that a difference of this size is found, and that its result is withheld."""
    beyond = np.sqrt(np.maximum((size - away) ** 2 - Z_POWER**2 * variance, 0))
    return _at_least(least, n, rate + away + beyond), _at_least(withheld_from, n, rate + size)


def _at_least(least: Numbers, n: Numbers, rate: Numbers) -> Numbers:
    """The chance that of n people at least so many say yes; n need not be whole."""
    from scipy.special import betainc  # noqa: PLC0415  it takes a second

    return np.where(least <= n, betainc(least, n - least + 1, np.minimum(rate, 1)), 0.0)


def _least_found(n: Numbers, rate: Numbers, variance: Numbers, limit: Numbers) -> Numbers:
    """The fewest answers of n that are strictly above a limit and whose difference from a comparator leaves out 0.

    Above n where that is more than all. The lower end of the difference rises with the answers, so the first is found
    by going up from the limit; that takes few steps.
    """
    least = np.floor(n * np.minimum(limit, 1)) + 1
    while (missed := (least <= n) & ~(_lower_end(least / n, n, rate, variance) > 0)).any():
        least = least + missed
    return least


def _lower_end(share: Numbers, n: Numbers, rate: Numbers, variance: Numbers) -> Numbers:
    """The lower end of the difference of a share of n people from a comparator, as comparisons compute it."""
    columns = {"share": share, "n": n, "rate": rate, "people": rate * (1 - rate) / variance}
    ends = pl.DataFrame(columns).select(
        wilson_low(pl.col("share"), pl.col("n")).alias("low"),
        pl.when(pl.col("people").is_finite()).then(wilson_high(pl.col("rate"), pl.col("people"))).alias("high"),
        "share",
        "rate",
    )
    high = pl.coalesce("high", "rate")
    return ends.select(newcombe_low(pl.col("share"), pl.col("low"), pl.col("rate"), high)).to_series().to_numpy()


def rate_found(n: Numbers, least: Numbers) -> Numbers:
    """The true rate at which a share of POWER of all samples of n has at least so many; NaN where that is above n."""
    from scipy.special import betaincinv  # noqa: PLC0415  it takes a second

    return np.where(least <= n, betaincinv(least, n - least + 1, POWER), np.nan)


def detectable_change(people: float, shown: Booleans) -> float | None:
    """The change from one result to the next that would be found four times in five. None where none is.

    Both have as many answers, and their intervals stand on so many `people`. `shown` says for each number of
    affirmative answers, from none to all, whether the result is published: what is withheld is not found. It is found
    where Newcombe's interval leaves out 0. The smallest in steps of a point, around a rate of one half, where it is
    hardest. The chance is exact: the sum over all answers that both can give.
    """
    found = _change_is_found(len(shown) - 1, people) & np.outer(shown, shown)
    for points in range(1, 101):
        chances = [_binomial(len(shown) - 1, 0.5 + side * points / 200) for side in (-1, 1)]
        if chances[0] @ found @ chances[1] >= POWER:
            return points / 100
    return None


def _change_is_found(n: int, people: float) -> Booleans:
    """For k of n before (a row) and k of n after (a column), whether a rise is found."""
    counts = pl.DataFrame({"affirmative": np.arange(n + 1), "respondents": n, "effective_respondents": people})
    rates = with_interval(counts).select("rate", "rate_low", "rate_high")
    both = rates.select(pl.all().name.prefix("before_")).join(rates, how="cross")
    [low] = both.select(difference("rate", "before_rate")[1])
    return (low.to_numpy() > 0).reshape(n + 1, n + 1)


def detectable_shown(people: float, variance: float, spread: float, shown: Booleans) -> float | None:
    """As `detectable` around a rate of one half, of results that are published: see `detectable_change`.

    The smallest in steps of a point. None where none is found: what is far away is also more often withheld.
    """
    n, half = np.array([people]), np.array([0.5])
    away = float(Z * np.sqrt(0.25 / people + variance + spread))
    [least] = _least_found(n, half, np.array([variance]), half + away) / people
    answers = len(shown) - 1
    found = shown & (np.arange(answers + 1) / answers >= least)
    for points in range(1, 51):
        beyond = np.sqrt(max((points / 100 - away) ** 2 - Z_POWER**2 * variance, 0))
        if points / 100 >= away and _binomial(answers, min(0.5 + away + beyond, 1)) @ found >= POWER:
            return points / 100
    return None


def _binomial(n: int, rate: float) -> Numbers:
    """The chance of each number of people from 0 to n."""
    from scipy.special import bdtr  # noqa: PLC0415  it takes a second

    at_most = bdtr(np.arange(n + 1), n, rate)
    return np.diff(at_most, prepend=0.0)
