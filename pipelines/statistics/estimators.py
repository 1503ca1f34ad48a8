"""Statistics of small groups, as expressions over frames and columns.

Every interval is at CONFIDENCE, and every test is two-sided at SIGNIFICANCE. A control limit is at the z it is given.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from pipelines.thresholds import LEAST_FOR_ASSOCIATION, LEAST_FOR_TREND

CONFIDENCE: Final = 0.95
"""The level of every interval, and of the limits of a funnel."""
SIGNIFICANCE: Final = 1 - CONFIDENCE
"""The level of every two-sided test."""
POWER: Final = 0.80
"""The chance with which a difference that we call detectable is found: four times in five."""

# Quantiles of the normal distribution, written out because scipy takes a second to import. A test checks them.
Z: Final = 1.959963984540054
"""So many standard errors either side hold CONFIDENCE."""
Z_POWER: Final = 0.8416212335729143
"""So many standard errors below hold POWER."""

CHANGES: Final = ("rise", "fall", "no_clear_change")
"""What can be said of a change."""

# ---- intervals ----


def wilson_low(rate: pl.Expr, n: pl.Expr, z: float = Z) -> pl.Expr:
    """Lower end of Wilson's score interval for a rate among n; null where n is 0. In [0, 1].

    Wilson EB (1927), Probable inference, the law of succession, and statistical inference. JASA 22:209-212.
    """
    return _wilson(rate, n, z, -1)


def wilson_high(rate: pl.Expr, n: pl.Expr, z: float = Z) -> pl.Expr:
    """Upper end of Wilson's score interval for a rate among n; null where n is 0. In [0, 1]. Source as `wilson_low`."""
    return _wilson(rate, n, z, +1)


def with_interval(counts: pl.DataFrame) -> pl.DataFrame:
    """Counts with `affirmative` and `respondents`, and their `rate`, `rate_low` and `rate_high` (Wilson).

    The interval stands on `effective_respondents` where the counts have them.
    """
    rate = pl.col("affirmative") / pl.col("respondents")
    n = pl.col("effective_respondents" if "effective_respondents" in counts.columns else "respondents")
    return counts.with_columns(rate=rate, rate_low=wilson_low(rate, n), rate_high=wilson_high(rate, n))


def newcombe_low(rate: pl.Expr, low: pl.Expr, other: pl.Expr, other_high: pl.Expr) -> pl.Expr:
    """Lower end of the interval for the difference rate - other of two independent quantities, each with its own.

    With Wilson's intervals of two rates it is Newcombe's, in [-1, 1]: Newcombe RG (1998), Interval estimation for the
    difference between independent proportions: comparison of eleven methods. Stat Med 17:873-890, method 10. It holds
    as well for quantities that are no rates, such as two differences (MOVER, in their units): Zou GY, Donner A (2008),
    Construction of confidence limits about effect measures: a general approach. Stat Med 27:1693-1702.
    """
    return rate - other - ((rate - low) ** 2 + (other_high - other) ** 2).sqrt()


def newcombe_high(rate: pl.Expr, high: pl.Expr, other: pl.Expr, other_low: pl.Expr) -> pl.Expr:
    """Upper end of that interval. Sources and units as `newcombe_low`."""
    return rate - other + ((high - rate) ** 2 + (other - other_low) ** 2).sqrt()


ENDS = ("", "_low", "_high")


def difference(value: str, other: str, name: str = "difference") -> list[pl.Expr]:
    """One quantity less another of other people: `name`, and its interval as `newcombe_low` and `newcombe_high` give
    it. `value` and `other` are columns that have their intervals beside them, under _low and _high."""
    here, low, high = (pl.col(f"{value}{end}") for end in ENDS)
    there, there_low, there_high = (pl.col(f"{other}{end}") for end in ENDS)
    return [
        (here - there).alias(name),
        newcombe_low(here, low, there, there_high).alias(f"{name}_low"),
        newcombe_high(here, high, there, there_low).alias(f"{name}_high"),
    ]


def _wilson(rate: pl.Expr, n: pl.Expr, z: float, side: int) -> pl.Expr:
    centre = rate + z**2 / (2 * n)
    half = z * (rate * (1 - rate) / n + z**2 / (4 * n**2)).sqrt()
    return pl.when(n > 0).then(((centre + side * half) / (1 + z**2 / n)).clip(0, 1))


# ---- change ----


def change_verdict(low: pl.Expr, high: pl.Expr) -> pl.Expr:
    """What the interval low to high says of a change: rise if all above 0, fall if all below, else no_clear_change.
    Null where an end is null."""
    rise, fall, no_clear_change = (pl.lit(word) for word in CHANGES)
    known = low.is_not_null() & high.is_not_null()
    return pl.when(known & (low > 0)).then(rise).when(known & (high < 0)).then(fall).when(known).then(no_clear_change)


def trend(series: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Whether the rates of a series of independent results go up or down with their scores, such as years.

    `series`: a row per result with `respondents`, `affirmative` and `score` (in any unit; none null). Returns a row
    per series of at least LEAST_FOR_TREND: `by`, `results`, `z`, `p_value` (two-sided) and `verdict` (rise or fall
    where p < 0.05, else no_clear_change). All three are null where everybody answered alike or all scores are one.

    The Cochran-Armitage test, its variance over N. Armitage P (1955), Tests for linear trends in proportions and
    frequencies. Biometrics 11:375-386.
    """
    z = pl.col("z")
    tests = (
        series.group_by(by, maintain_order=True)
        .agg(results=pl.len(), z=_trend_z(pl.col("respondents"), pl.col("affirmative"), pl.col("score")))
        .filter(pl.col("results") >= LEAST_FOR_TREND)
    )
    return tests.with_columns(_two_sided(tests["z"]), change_verdict(z - Z, z + Z).alias("verdict"))


def _trend_z(n: pl.Expr, k: pl.Expr, score: pl.Expr) -> pl.Expr:
    rate = k.sum() / n.sum()
    away = score - (n * score).sum() / n.sum()
    error = (rate * (1 - rate) * (n * away**2).sum()).sqrt()
    testable = rate.is_between(0, 1, closed="none") & (score.min() < score.max())
    return pl.when(testable).then((away * (k - n * rate)).sum() / error)


def _two_sided(z: pl.Series) -> pl.Series:
    from scipy.special import ndtr  # noqa: PLC0415  it takes a second

    return pl.Series("p_value", 2 * ndtr(-z.abs().to_numpy()), nan_to_null=True)


# ---- association ----


def weighted_correlation(pairs: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """How two quantities go together from programme to programme.

    `pairs`: a row per programme with `x`, `y` and `weight` (above 0; none null). Returns a row per group of at least
    LEAST_FOR_ASSOCIATION: `by`, `programmes`, `correlation` (Pearson's, weighted), `correlation_low` and
    `correlation_high`, all in [-1, 1]; null where the effective number is 3 or less, or x or y are all the same.

    The interval is Fisher's, tanh(artanh r ± Z / sqrt(n - 3)): Fisher RA (1921), On the "probable error" of a
    coefficient of correlation deduced from a small sample. Metron 1:3-32. Its n is the effective number
    (sum w)² / sum w²: Kish L (1965), Survey sampling.
    """
    r, half = pl.col("correlation"), Z / (pl.col("effective") - 3).sqrt()
    return (
        pairs.group_by(by, maintain_order=True)
        .agg(programmes=pl.len(), correlation=_pearson(), effective=_effective_number(pl.col("weight")))
        .filter(pl.col("programmes") >= LEAST_FOR_ASSOCIATION)
        .with_columns(correlation=pl.when(pl.col("effective") > 3).then(r))  # noqa: PLR2004  Fisher's n - 3
        .with_columns(
            correlation_low=(r.arctanh() - half).tanh(),
            correlation_high=(r.arctanh() + half).tanh(),
        )
        .drop("effective")
    )


def _pearson() -> pl.Expr:
    x, y, weight = pl.col("x"), pl.col("y"), pl.col("weight")
    away_x, away_y = (value - (weight * value).sum() / weight.sum() for value in (x, y))
    spread_x, spread_y = ((weight * away**2).sum().sqrt() for away in (away_x, away_y))
    varies = (x.min() < x.max()) & (y.min() < y.max())
    return pl.when(varies).then(((weight * away_x * away_y).sum() / (spread_x * spread_y)).clip(-1, 1))


def _effective_number(weight: pl.Expr) -> pl.Expr:
    return weight.sum().cast(pl.Float64).pow(2) / weight.cast(pl.Float64).pow(2).sum()


def attenuation(pairs: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """What a perfect relation between true quantities would show as, each being measured with an error.

    `pairs`: as for `weighted_correlation`, and `error_x` and `error_y`, the variance of each by chance. Returns a row
    per group: `by` and `attenuation` in [0, 1], the root of the product of both reliabilities. A reliability is one
    less the weighted mean of the errors over the weighted variance, and at least 0. That variance is divided by one
    less 1 / n, n being the effective number. Null where x or y are all the same.

    Spearman C (1904), The proof and measurement of association between two things. Am J Psychol 15:72-101.
    """
    return pairs.group_by(by, maintain_order=True).agg(
        attenuation=(_reliability("x", "error_x") * _reliability("y", "error_y")).sqrt()
    )


def _reliability(value: str, error: str) -> pl.Expr:
    x, weight = pl.col(value), pl.col("weight")
    away = x - (weight * x).sum() / weight.sum()
    variance = (weight * away**2).sum() / weight.sum() / (1 - 1 / _effective_number(weight))
    return pl.when(x.min() < x.max()).then((1 - (weight * pl.col(error)).sum() / weight.sum() / variance).clip(0))
