"""Which difference would be found four times in five, against its definition computed another way."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import binom

from pipelines.statistics.power import detectable_difference, rate_found
from pipelines.verification.estimators import plain_detectable, plain_newcombe

Z = 1.959963984540054


def detectable(n: float | None, rate: float, variance: float = 0.0, spread: float = 0.0) -> float | None:
    """The difference as the product computes it."""
    columns = (pl.Series([value], dtype=pl.Float64) for value in (n, rate, variance, spread))
    return detectable_difference(*columns).item()


people = st.integers(3, 500)
rates = st.floats(0.02, 0.98)
variances = st.floats(0, 0.01)


@given(people, rates, variances, variances)
@example(3, 0.5, 0, 0)
def test_the_detectable_difference_agrees_with_its_naive_twin(
    n: int, rate: float, variance: float, spread: float
) -> None:
    found, expected = detectable(n, rate, variance, spread), plain_detectable(n, rate, variance, spread)
    assert (found is None) == (expected is None)
    assert found is None or found == pytest.approx(expected, rel=1e-6, abs=1e-9)


@given(st.integers(10, 500), st.floats(0.3, 0.7), variances)
def test_what_is_detectable_is_beyond_the_limit_four_times_in_five_in_either_direction(
    n: int, rate: float, spread: float
) -> None:
    """Where the comparator is certain, this is exact in the direction in which it is harder, and more in the other.
    The interval of the difference then leaves out 0 wherever the limits are crossed."""
    away, limit = detectable(n, rate, 0, spread), Z * math.sqrt(rate * (1 - rate) / n + spread)
    if away is None or away > min(rate, 1 - rate):
        return
    above = binom.sf(math.floor(n * (rate + limit)), n, rate + away)
    below = binom.cdf(math.ceil(n * (rate - limit)) - 1, n, rate - away)
    assert min(above, below) == pytest.approx(0.8, abs=1e-3)


def test_the_harder_direction_counts() -> None:
    """Of a rate of 0.2 a lower one is found more easily than a higher one of the same distance."""
    limit = Z * math.sqrt(0.2 * 0.8 / 200)
    found = detectable(200, 0.2)
    assert found is not None
    assert binom.sf(math.floor(200 * (0.2 + limit)), 200, 0.2 + found) == pytest.approx(0.8)
    assert binom.cdf(math.ceil(200 * (0.2 - limit)) - 1, 200, 0.2 - found) > 0.85


def test_where_one_direction_is_not_possible_everything_there_is_missed() -> None:
    """31 people around a rate of 0.2: even 1 of 31 is within the limits, so all 20 points downwards are missed."""
    found = detectable(31, 0.1)
    assert found is not None
    assert found > 0.1
    assert detectable(31, 0.9) == pytest.approx(found)


def test_a_comparator_that_is_uncertain_hides_more() -> None:
    certain, uncertain, spread = (detectable(31, 0.5, *given) for given in ((0, 0), (0.005, 0), (0, 0.005)))
    assert certain is not None
    assert uncertain is not None
    assert spread is not None
    assert certain < spread < uncertain


@pytest.mark.parametrize(("n", "there"), [(2, False), (3, False), (4, True)])
def test_so_few_people_find_nothing(n: int, there: bool) -> None:
    """Even if all of them said yes that would be within the limits."""
    assert (detectable(n, 0.5) is not None) == there


@pytest.mark.parametrize("given", [(None, 0.5), (31, math.nan), (31, 0.5, math.nan), (31, 0.5, 0.001, math.nan)])
def test_where_anything_is_missing_there_is_none(given: tuple[float | None, ...]) -> None:
    assert detectable(*given) is None


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
    found = detectable(n, rate, variance, spread)
    assert found is not None
    beyond = math.sqrt((found - (limit - rate)) ** 2 - 0.8416212335729143**2 * variance)
    assert binom.sf(least - 1, n, limit + beyond) == pytest.approx(0.8, abs=1e-6)
