"""Funnels: between which limits the programmes of a group mostly lie, and which results stand out."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from pipelines.statistics.estimators import Z
from pipelines.thresholds import LEAST_FOR_DISPERSION

WINSORISED: Final = 0.10
"""The share of z scores at either end that is pulled in before over-dispersion is estimated."""
WINSORISED_SQUARE: Final = 0.6787
"""The mean square of standard normal scores that are winsorised so."""
LOST_BY_FEW: Final = 0.55
"""How much less it is in a sample around its own mean, times the sample's size. Fitted to simulated samples of 10 to
300, within 1 %; `tests/reference/winsorised_squares.py` prints them."""
DEGREES: Final = 0.69
"""The degrees of freedom of such a mean square, for each programme. Fitted likewise."""
MISSED: Final = 0.05
"""The chance with which a spread may be larger than the largest that is named as possible."""
VERDICTS: Final = ("stands_out_higher", "stands_out_lower", "no_clear_difference")
"""What can be said of a result beside others."""


def limit_error(p: pl.Expr, n: pl.Expr, variance: pl.Expr) -> pl.Expr:
    """The standard error of a rate among n around p, where other causes than chance add `variance`.

    Null where n is 0, p is 0 or 1, or anything is null.
    """
    return pl.when((n > 0) & (p > 0) & (p < 1)).then((p * (1 - p) / n + variance).sqrt())


def funnel_low(p: pl.Expr, n: pl.Expr, z: float, variance: pl.Expr) -> pl.Expr:
    """Lower control limit for a rate from n answers, around a comparator's rate p. In [0, 1].

    The lowest rate whose Wilson interval still reaches p ("inverse Wilson", as in the funnel plots of Public Health
    England's PHEindicatormethods): z standard errors at p. `variance` is what is added for programmes that differ, and
    for the comparator's own uncertainty (rate squared; 0 for none): Spiegelhalter DJ (2005), Funnel plots for comparing
    institutional performance. Stat Med 24:1185-1202. Null where `limit_error` is.
    """
    return (p - z * limit_error(p, n, variance)).clip(0, 1)


def funnel_high(p: pl.Expr, n: pl.Expr, z: float, variance: pl.Expr) -> pl.Expr:
    """Upper control limit for a rate from n answers, around a comparator's rate p. As `funnel_low`."""
    return (p + z * limit_error(p, n, variance)).clip(0, 1)


def verdict(outside: str, low: str, high: str) -> pl.Expr:
    """What is said of a difference from others: it stands out only if both are so, else there is no clear difference.

    Its interval, in the columns `low` and `high`, leaves out zero; and the result lies strictly outside the funnel:
    the column `outside` is above 0 beyond the upper limit, below 0 beyond the lower, else 0. Null without a funnel.
    """
    side = pl.col(outside)
    stands_out_higher, stands_out_lower, no_clear_difference = (pl.lit(word) for word in VERDICTS)
    return (
        pl.when((side > 0) & (pl.col(low) > 0))
        .then(stands_out_higher)
        .when((side < 0) & (pl.col(high) < 0))
        .then(stands_out_lower)
        .when(side.is_not_null())
        .then(no_clear_difference)
    )


def dispersion(members: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """How much more the rates of a group's programmes differ than chance allows.

    `members`: a row per programme with `respondents`, `affirmative` and `effective_respondents` (null while nothing of
    it is published). Returns a row per group: `by`, `phi` (mean squared winsorised z score, over what chance gives),
    `tau2` (variance between programmes, rate squared) and `spread_high` (the largest standard deviation between
    programmes that could have been missed). All are null in groups of fewer than LEAST_FOR_DISPERSION, and where
    everybody answered alike.

    z scores around the pooled rate, winsorised: those beyond the 10 % and 90 % quantiles (linear interpolation between
    order statistics, Hyndman and Fan's type 7) are set to them. Of J programmes that differ by chance alone their mean
    square is WINSORISED_SQUARE - LOST_BY_FEW / J, and phi is what it is found to be over that. tau2 by moments, 0 where
    phi is at most 1. spread_high takes phi as a chi square with DEGREES * J degrees of freedom, over these.
    Spiegelhalter DJ (2005), Funnel plots for comparing institutional performance. Stat Med 24:1185-1202; Spiegelhalter
    D et al. (2012), Statistical methods for healthcare regulation. J R Stat Soc A 175:1-47.
    """
    k, n, effective = pl.col("affirmative"), pl.col("respondents"), pl.col("effective_respondents")
    rate = k.sum() / n.sum()
    weight = effective / (rate * (1 - rate))
    spread = members.group_by(by, maintain_order=True).agg(
        programmes=n.count(),
        square=_winsorised((k / n - rate) * weight.sqrt()).pow(2).mean(),
        unit=(weight.sum() - weight.pow(2).sum() / weight.sum()) / (n.count() - 1),
        varies=rate.is_between(0, 1, closed="none"),
    )
    enough = spread.filter((pl.col("programmes") >= LEAST_FOR_DISPERSION) & pl.col("varies"))
    phi = pl.col("square") / (WINSORISED_SQUARE - LOST_BY_FEW / pl.col("programmes"))
    estimated = enough.with_columns(phi=phi, highest=phi / _lowest_by_chance(pl.col("programmes"))).select(
        *by,
        "phi",
        tau2=((pl.col("phi") - 1) / pl.col("unit")).clip(0),
        spread_high=((pl.col("highest") - 1) / pl.col("unit")).clip(0).sqrt(),
    )
    return spread.select(by).join(estimated, on=by, how="left", maintain_order="left")


def _winsorised(z: pl.Expr) -> pl.Expr:
    return z.clip(z.quantile(WINSORISED, "linear"), z.quantile(1 - WINSORISED, "linear"))


def _lowest_by_chance(programmes: pl.Expr) -> pl.Expr:
    """The phi below which chance alone takes so many programmes with a probability of MISSED."""
    return programmes.cast(pl.Float64).map_batches(_chi_square_share, return_dtype=pl.Float64)


def _chi_square_share(programmes: pl.Series) -> pl.Series:
    from scipy.special import gammaincinv  # noqa: PLC0415  it takes a second

    half = DEGREES * programmes.to_numpy() / 2
    return pl.Series(gammaincinv(half, MISSED) / half)


def limit_variance(variance: str) -> pl.Expr:
    """What the limits of a funnel add to chance: how programmes differ, and how uncertain the comparator is."""
    return pl.col("tau2") + pl.col(variance)


def outside(rate: pl.Expr, p: pl.Expr, n: pl.Expr, variance: pl.Expr) -> pl.Expr:
    """1 for a rate strictly above the upper limit, -1 for one strictly below the lower, else 0. Null without limits."""
    low, high = funnel_low(p, n, Z, variance), funnel_high(p, n, Z, variance)
    return (rate > high).cast(pl.Int64) - (rate < low).cast(pl.Int64)
