"""The rate of several programmes together, with an interval that allows for programmes differing.

The answers of one programme are more alike than those of different ones. So the interval is made from how far the
programmes' own counts lie from the common rate (cluster-robust), and a quantile of t allows for their being few. It is
never narrower than for answers that differ by chance alone.
"""

import polars as pl

from pipelines.statistics.estimators import CONFIDENCE, Z, wilson_high, wilson_low

_n, _k = pl.col("respondents"), pl.col("affirmative")
SUMMANDS = {
    "respondents": _n,
    "affirmative": _k,
    "n_squared": _n * _n,
    "k_times_n": _k * _n,
    "k_squared": _k * _k,
    "n_per_person": _n * _n / pl.col("effective_respondents"),
}
"""What is added up over the programmes; null for a programme of which nothing is published."""


def totals() -> list[pl.Expr]:
    """The sums over a group's programmes, and how many have a result (`programmes`)."""
    return [_n.count().cast(pl.Int64).alias("programmes"), *(term.sum().alias(name) for name, term in SUMMANDS.items())]


def totals_of_others(group: tuple[str, ...]) -> list[pl.Expr]:
    """For each programme of a group, the same sums over the other programmes."""
    programmes = _n.count().over(group).cast(pl.Int64) - _n.is_not_null().cast(pl.Int64)
    sums = (
        (term.sum().over(group) - term.fill_null(0)).alias(name)
        for name, term in ((name, term) for name, term in SUMMANDS.items())
    )
    return [programmes.alias("programmes"), *sums]


def with_clustered_interval(pools: pl.DataFrame) -> pl.DataFrame:
    """Pools of at least two programmes, with `rate`, its `variance`, `rate_low` and `rate_high`.

    `pools`: a row per group with the columns of `totals`. The rate is k / n. With J programmes, its robust variance is
    J / (J - 1) * sum (k_j - rate * n_j)² / n², and by chance it is rate * (1 - rate) * sum (n_j² / effective n_j) / n².
    `variance` is the larger of the second and the first times (t / Z)², t being the quantile of Student's t with J - 1
    degrees of freedom. The interval is Wilson's, on rate * (1 - rate) / variance answers.

    Liang KY, Zeger SL (1986), Longitudinal data analysis using generalized linear models. Biometrika 73:13-22; Dean N,
    Pagano M (2015), Evaluating confidence interval methods for binomial proportions in clustered surveys. J Surv Stat
    Methodol 3:484-503.
    """
    rate = pl.col("rate")
    effective = rate * (1 - rate) / pl.col("variance")
    return (
        pools.with_columns(rate=_k / _n)
        .with_columns(student_t(pl.col("programmes")).alias("t"))
        .with_columns(variance=pl.max_horizontal(_robust() * (pl.col("t") / Z) ** 2, _by_chance()))
        .with_columns(rate_low=wilson_low(rate, effective), rate_high=wilson_high(rate, effective))
        .drop("t")
    )


def _robust() -> pl.Expr:
    rate, programmes = pl.col("rate"), pl.col("programmes")
    squares = pl.col("k_squared") - 2 * rate * pl.col("k_times_n") + rate**2 * pl.col("n_squared")
    return programmes / (programmes - 1) * squares / _n**2


def _by_chance() -> pl.Expr:
    rate = pl.col("rate")
    return rate * (1 - rate) * pl.col("n_per_person") / _n**2


def student_t(programmes: pl.Expr) -> pl.Expr:
    """So many standard errors either side hold CONFIDENCE, where the error was estimated from so many programmes."""
    return programmes.cast(pl.Float64).map_batches(_student_t, return_dtype=pl.Float64)


def _student_t(programmes: pl.Series) -> pl.Series:
    from scipy.special import stdtrit  # noqa: PLC0415  it takes a second

    return pl.Series(stdtrit(programmes.to_numpy() - 1, (1 + CONFIDENCE) / 2))
