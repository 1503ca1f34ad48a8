"""Statistics of small groups, as expressions over frames and columns.

Every interval is at CONFIDENCE, and every test is two-sided at SIGNIFICANCE. A control limit is at the z it is given.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.thresholds import LEAST_FOR_ASSOCIATION, LEAST_FOR_DISPERSION, LEAST_FOR_TREND

Numbers = NDArray[np.float64]

CONFIDENCE: Final = 0.95
"""The level of every interval, and of the inner limits of a funnel."""
OUTER_CONFIDENCE: Final = 0.998
"""The level of the outer limits of a funnel."""
SIGNIFICANCE: Final = 1 - CONFIDENCE
"""The level of every two-sided test."""
POWER: Final = 0.80
"""The chance with which a difference must be found before we say that it could be."""

# Quantiles of the normal distribution, written out because scipy takes a second to import. A test checks them.
Z: Final = 1.959963984540054
"""So many standard errors either side hold CONFIDENCE."""
Z998: Final = 3.090232306167813
"""So many standard errors either side hold OUTER_CONFIDENCE."""
Z_POWER: Final = 0.8416212335729143
"""So many standard errors below hold POWER."""

POSITIONS: Final = ("much_lower", "lower", "as_expected", "higher", "much_higher")
"""Where a result can stand in a funnel, from the lowest to the highest."""
CHANGES: Final = ("rise", "fall", "no_clear_change")
"""What can be said of a change."""

WINSORISED: Final = 0.10
"""The share of z scores at either end that is pulled in before over-dispersion is estimated."""
HALVINGS: Final = 60
"""How often a bracket of at most 1 is halved: more often than a double can tell."""

# ---- intervals ----


def wilson_low(k: pl.Expr, n: pl.Expr, z: float = Z) -> pl.Expr:
    """Lower end of Wilson's score interval for k of n; null where n is 0. In [0, 1].

    Wilson EB (1927), Probable inference, the law of succession, and statistical inference. JASA 22:209-212.
    """
    return _wilson(k, n, z, -1)


def wilson_high(k: pl.Expr, n: pl.Expr, z: float = Z) -> pl.Expr:
    """Upper end of Wilson's score interval for k of n; null where n is 0. In [0, 1]. Source as `wilson_low`."""
    return _wilson(k, n, z, +1)


def with_interval(counts: pl.DataFrame) -> pl.DataFrame:
    """Counts with `affirmative` and `respondents`, and their `rate`, `rate_low` and `rate_high` (Wilson)."""
    k, n = pl.col("affirmative"), pl.col("respondents")
    return counts.with_columns(rate=k / n, rate_low=wilson_low(k, n), rate_high=wilson_high(k, n))


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


# ---- funnel ----


def funnel_low(p: pl.Expr, n: pl.Expr, z: float, tau2: pl.Expr) -> pl.Expr:
    """Lower control limit for a rate from n answers, around a comparator's rate p. In [0, 1].

    The lowest rate whose Wilson interval still reaches p ("inverse Wilson", as in the funnel plots of Public Health
    England's PHEindicatormethods). `tau2` is the variance between programmes (rate squared; 0 for none), which makes
    n answers worth n / (1 + n * tau2 / (p * (1 - p))): Spiegelhalter DJ (2005), Funnel plots for comparing
    institutional performance. Stat Med 24:1185-1202. Null where n is 0, p is 0 or 1, or anything is null.
    """
    return _control_limit(p, n, z, tau2, -1)


def funnel_high(p: pl.Expr, n: pl.Expr, z: float, tau2: pl.Expr) -> pl.Expr:
    """Upper control limit for a rate from n answers, around a comparator's rate p. As `funnel_low`."""
    return _control_limit(p, n, z, tau2, +1)


def _control_limit(p: pl.Expr, n: pl.Expr, z: float, tau2: pl.Expr, side: int) -> pl.Expr:
    """Solved for the rate, Wilson's interval is p ± z standard errors at p; dividing by the effective n adds tau2."""
    limit = p + side * z * (p * (1 - p) / n + tau2).sqrt()
    return pl.when((n > 0) & (p > 0) & (p < 1)).then(limit.clip(0, 1))


def position(rate: pl.Expr, p: pl.Expr, n: pl.Expr, tau2: pl.Expr) -> pl.Expr:
    """Where a rate from n answers stands in the funnel around p: much_lower or much_higher when strictly outside the
    limits at 99.8 %, lower or higher when strictly outside those at 95 %, else as_expected. Null where the rate or the
    limits are. Source as `funnel_low`.
    """
    low, high = funnel_low(p, n, Z, tau2), funnel_high(p, n, Z, tau2)
    much_lower, lower, as_expected, higher, much_higher = (pl.lit(word) for word in POSITIONS)
    return (
        pl.when(rate < funnel_low(p, n, Z998, tau2))
        .then(much_lower)
        .when(rate > funnel_high(p, n, Z998, tau2))
        .then(much_higher)
        .when(rate < low)
        .then(lower)
        .when(rate > high)
        .then(higher)
        .when(rate.is_not_null() & low.is_not_null())
        .then(as_expected)
    )


def dispersion(members: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """How much more the rates of a group's programmes differ than chance allows.

    `members`: a row per programme with `respondents` and `affirmative` (null while nothing of it is published).
    Returns a row per group: `by`, `programmes` (with a result), `phi` (mean squared winsorised z score) and `tau2`
    (variance between programmes, rate squared; for `funnel_low`). Both are null in groups of fewer than
    LEAST_FOR_DISPERSION, and where everybody answered alike.

    z scores around the pooled rate, winsorised: those beyond the 10 % and 90 % quantiles (linear interpolation between
    order statistics, Hyndman and Fan's type 7) are set to them. tau2 by moments, 0 where phi shows no excess over 1.
    By chance alone phi is about 0.68, not 1, since winsorising takes the tails off: tau2 errs on the small side.
    Spiegelhalter DJ (2005), Funnel plots for comparing institutional performance. Stat Med 24:1185-1202; Spiegelhalter
    D et al. (2012), Statistical methods for healthcare regulation. J R Stat Soc A 175:1-47.
    """
    k, n = pl.col("affirmative"), pl.col("respondents")
    rate, programmes = k.sum() / n.sum(), n.count()
    where_enough = pl.when((programmes >= LEAST_FOR_DISPERSION) & rate.is_between(0, 1, closed="none"))
    weight = n / (rate * (1 - rate))
    phi = _winsorised((k / n - rate) * weight.sqrt()).pow(2).mean()
    return members.group_by(by, maintain_order=True).agg(
        programmes=programmes, phi=where_enough.then(phi), tau2=where_enough.then(_between(phi, programmes, weight))
    )


def _winsorised(z: pl.Expr) -> pl.Expr:
    return z.clip(z.quantile(WINSORISED, "linear"), z.quantile(1 - WINSORISED, "linear"))


def _between(phi: pl.Expr, programmes: pl.Expr, weight: pl.Expr) -> pl.Expr:
    """The variance between programmes; `weight` is one over each one's variance by chance."""
    excess = programmes * phi - (programmes - 1)
    return (excess / (weight.sum() - weight.pow(2).sum() / weight.sum())).clip(0)


def false_alarms(programmes: pl.Expr) -> pl.Expr:
    """How many of so many programmes to expect outside the limits at 95 % by chance alone."""
    return programmes * SIGNIFICANCE


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


# ---- power ----


def smallest_difference(n: pl.Series, other_n: pl.Series, other_rate: pl.Series) -> pl.Series:
    """The smallest difference from a comparator that n answers could show, row by row. In (0, 1].

    The comparator's rate is `other_rate`, of `other_n` answers. Shown with a power of 80 % by a two-sided test at 5 %:
    two samples, normal approximation (rough where few said either yes or no), no continuity correction, the smaller
    of the difference upwards and downwards. Never above the true value, so that rounding it down keeps "a smaller
    difference cannot be seen" true. Null where no rate within [0, 1] is far enough away, where n or other_n is 0, and
    where anything is null.

    Fleiss JL, Levin B, Paik MC (2003), Statistical methods for rates and proportions, 3rd edition, chapter 4.
    """
    answers, other_answers, rate = (column.cast(pl.Float64).to_numpy() for column in (n, other_n, other_rate))
    with np.errstate(divide="ignore", invalid="ignore"):
        upwards = _smallest_upwards(answers, other_answers, rate)
        downwards = _smallest_upwards(answers, other_answers, 1 - rate)
    return pl.Series("smallest_difference", np.fmin(upwards, downwards), nan_to_null=True)


def _smallest_upwards(n: Numbers, other_n: Numbers, rate: Numbers) -> Numbers:
    """The smallest difference upwards, found by bisection; NaN where there is none.

    A difference less what it must exceed is convex, and at most 0 at 0. So it crosses 0 at most once.
    """
    low, high = np.zeros_like(rate), 1 - rate
    reached = (high > 0) & _is_shown(high, n, other_n, rate)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        shown = _is_shown(middle, n, other_n, rate)
        low, high = np.where(shown, low, middle), np.where(shown, middle, high)
    return np.where(reached, low, np.nan)


def _is_shown(difference: Numbers, n: Numbers, other_n: Numbers, rate: Numbers) -> NDArray[np.bool_]:
    """Whether the power to show a programme above the comparator's rate by the difference is POWER or more."""
    higher = np.clip(rate + difference, 0, 1)
    pooled = (n * higher + other_n * rate) / (n + other_n)
    error_if_none = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / other_n))
    error = np.sqrt(higher * (1 - higher) / n + rate * (1 - rate) / other_n)
    return difference >= Z * error_if_none + Z_POWER * error


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
