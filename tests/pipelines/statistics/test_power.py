"""Which difference would be found four times in five, against its definition computed another way."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import binom

from pipelines.statistics import power
from pipelines.statistics.power import rate_found
from pipelines.verification.estimators import plain_detectable, plain_newcombe

Z = 1.959963984540054


def detectable(
    n: float | None, rate: float, variance: float = 0.0, spread: float = 0.0, each_side: int = 3
) -> tuple[float | None, float | None]:
    """How much more and how much less, as the product computes it."""
    columns = (pl.Series([value], dtype=pl.Float64) for value in (n, rate, variance, spread, each_side))
    more, less = power.detectable(*columns).row(0)
    return more, less


people = st.integers(6, 500)
rates = st.floats(0.02, 0.98)
variances = st.floats(0, 0.01)


@given(people, rates, variances, variances, st.sampled_from((3, 4)))
@example(6, 0.5, 0, 0, 3)
def test_the_detectable_difference_agrees_with_its_naive_twin(
    n: int, rate: float, variance: float, spread: float, each_side: int
) -> None:
    assert detectable(n, rate, variance, spread, each_side) == plain_detectable(n, rate, variance, spread, each_side)


@given(st.integers(10, 200), rates, variances, st.sampled_from((3, 4)))
def test_what_is_detectable_is_found_and_shown_four_times_in_five_and_nothing_smaller_is(
    n: int, rate: float, spread: float, each_side: int
) -> None:
    """Where the comparator is certain this is exact. The interval of the difference then leaves out 0 wherever the
    limits are crossed."""
    more, less = detectable(n, rate, 0, spread, each_side)
    limit = rate + Z * math.sqrt(rate * (1 - rate) / n + spread)

    def chance(size: float) -> float:
        """That more than n times the limit say yes, and at least so many say no."""
        return float(binom.cdf(n - each_side, n, rate + size) - binom.cdf(math.floor(n * limit), n, rate + size))

    possible = [points / 100 for points in range(1, 101) if rate + points / 100 <= 1]
    enough = [size for size in possible if rate + size >= limit and chance(size) >= 0.8]
    assert more == (enough[0] if enough else None)
    assert detectable(n, 1 - rate, 0, spread, each_side) == pytest.approx((less, more))


@pytest.mark.parametrize(
    ("n", "rate", "more", "less"),
    [(200, 0.2, True, True), (31, 0.1, True, False), (31, 0.9, False, True), (14, 0.62, False, False)],
)
def test_each_direction_is_told_by_itself(n: int, rate: float, more: bool, less: bool) -> None:
    """31 people around a rate of 0.1: even none of them is within the limits. 14 around 0.62: what is far enough is
    mostly withheld."""
    assert tuple(size is not None for size in detectable(n, rate, 0, 0.005)) == (more, less)


def test_what_is_withheld_is_not_found() -> None:
    """With nothing withheld the same 14 people would find a difference."""
    assert detectable(14, 0.5, each_side=3) == (None, None)
    assert None not in detectable(14, 0.5, each_side=0)


def test_a_comparator_that_is_uncertain_hides_more() -> None:
    certain, uncertain, spread = (detectable(60, 0.5, *given)[0] for given in ((0, 0), (0.005, 0), (0, 0.005)))
    assert certain is not None
    assert uncertain is not None
    assert spread is not None
    assert certain < spread < uncertain


@pytest.mark.parametrize("given", [(None, 0.5), (31, math.nan), (31, 0.5, math.nan), (31, 0.5, 0.001, math.nan)])
def test_where_anything_is_missing_there_is_none(given: tuple[float | None, ...]) -> None:
    assert detectable(*given) == (None, None)  # type: ignore[arg-type]


def test_a_difference_takes_the_next_whole_answer() -> None:
    """More than 15.5 of 31 is 16; exactly 15 of 30 is 16 as well."""
    for n in (31, 30):
        [rate] = rate_found(np.array([float(n)]), np.array([16.0]))
        assert binom.sf(15, n, rate) == pytest.approx(0.8)


def stands_out(k: int, n: int, rate: float, variance: float, spread: float) -> bool:
    """The one verdict upwards, from its two conditions in plain Python."""
    answers = rate * (1 - rate) / variance
    low, _ = plain_newcombe((k, n), (rate * answers, answers))
    return low > 0 and k / n > rate + Z * math.sqrt(rate * (1 - rate) / n + variance + spread)


@pytest.mark.parametrize(
    ("n", "rate", "variance", "spread", "interval_asks_for_more"),
    [(40, 0.03, 0.002, 0.0, True), (40, 0.4, 0.002, 0.0, False), (40, 0.03, 0.002, 0.03, False)],
)
def test_what_is_detectable_meets_both_conditions_of_the_verdict(
    n: int, rate: float, variance: float, spread: float, interval_asks_for_more: bool
) -> None:
    """Where few say yes and the others are uncertain, the interval of the difference asks for more than the limits."""
    least = next(k for k in range(n + 1) if stands_out(k, n, rate, variance, spread))
    limit = rate + Z * math.sqrt(rate * (1 - rate) / n + variance + spread)
    assert (least > math.floor(n * limit) + 1) == interval_asks_for_more
    away = limit - rate
    beyond = [
        (points / 100, math.sqrt((points / 100 - away) ** 2 - 0.8416212335729143**2 * variance))
        for points in range(1, 101)
        if points / 100 >= away + 0.8416212335729143 * math.sqrt(variance) and rate + points / 100 <= 1
    ]
    enough = (
        size for size, far in beyond if binom.sf(least - 1, n, limit + far) - binom.sf(n - 3, n, rate + size) >= 0.8
    )
    assert detectable(n, rate, variance, spread)[0] == next(enough, None)
