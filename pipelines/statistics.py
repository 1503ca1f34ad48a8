"""Intervals for proportions, as expressions over frames. Every interval is at 95 %."""

from typing import Final

import polars as pl
from scipy.stats import norm

CONFIDENCE: Final = 0.95
Z: Final = float(norm.ppf((1 + CONFIDENCE) / 2))


def wilson_low(k: pl.Expr, n: pl.Expr, z: float = Z) -> pl.Expr:
    """Lower end of Wilson's score interval for k of n; null where n is 0. In [0, 1].

    Wilson EB (1927), Probable inference, the law of succession, and statistical inference. JASA 22:209-212.
    """
    return _wilson(k, n, z, -1)


def wilson_high(k: pl.Expr, n: pl.Expr, z: float = Z) -> pl.Expr:
    """Upper end of Wilson's score interval for k of n; null where n is 0. In [0, 1]. Source as `wilson_low`."""
    return _wilson(k, n, z, +1)


def newcombe_low(rate: pl.Expr, low: pl.Expr, other: pl.Expr, other_high: pl.Expr) -> pl.Expr:
    """Lower end of Newcombe's interval for the difference rate - other of two independent groups. In [-1, 1].

    `low` and `other_high` are ends of the two Wilson intervals. Newcombe RG (1998), Interval estimation for the
    difference between independent proportions: comparison of eleven methods. Stat Med 17:873-890, method 10.
    """
    return rate - other - ((rate - low) ** 2 + (other_high - other) ** 2).sqrt()


def newcombe_high(rate: pl.Expr, high: pl.Expr, other: pl.Expr, other_low: pl.Expr) -> pl.Expr:
    """Upper end of Newcombe's interval for the difference rate - other. In [-1, 1]. Source as `newcombe_low`."""
    return rate - other + ((high - rate) ** 2 + (other - other_low) ** 2).sqrt()


def same_people_low(low: pl.Expr, other_high: pl.Expr) -> pl.Expr:
    """Lower end of an interval for a difference of two rates that the same people may have given. In [-1, 1].

    How the two answers of one person go together is not known here, so the worst case is taken (a correlation of -1
    in Newcombe's interval for paired data). It is never too narrow. Newcombe RG (1998), Improved confidence intervals
    for the difference between binomial proportions based on paired data. Stat Med 17:2635-2650.
    """
    return low - other_high


def same_people_high(high: pl.Expr, other_low: pl.Expr) -> pl.Expr:
    """Upper end of that interval. Source as `same_people_low`."""
    return high - other_low


def _wilson(k: pl.Expr, n: pl.Expr, z: float, side: int) -> pl.Expr:
    rate = k / n
    centre = rate + z**2 / (2 * n)
    half = z * (rate * (1 - rate) / n + z**2 / (4 * n**2)).sqrt()
    return pl.when(n > 0).then(((centre + side * half) / (1 + z**2 / n)).clip(0, 1))
