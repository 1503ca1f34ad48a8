"""Weighted correlation, against NumPy and a naive second implementation."""

import math

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.statistics.estimators import LEAST_FOR_ASSOCIATION, Z, weighted_correlation
from pipelines.verification.estimators import Pairs, numpy_correlation, plain_correlation

ROUNDING = 1e-7


def pairs(of: Pairs, name: str = "group") -> pl.DataFrame:
    schema = {"x": pl.Float64, "y": pl.Float64, "weight": pl.Float64}
    return pl.DataFrame(of, schema=schema, orient="row").with_columns(name=pl.lit(name))


def correlated(of: Pairs) -> tuple[float, float, float]:
    """The correlation and its interval as the product computes them."""
    return weighted_correlation(pairs(of), ["name"]).row(0)[2:]


hundredths = st.integers(0, 100).map(lambda number: number / 100)
groups = st.lists(st.tuples(hundredths, hundredths, st.integers(10, 60).map(float)), min_size=10, max_size=25)


def is_a_cloud(of: Pairs) -> bool:
    """Not all of one x, of one y or on one line."""
    return len({x for x, _, _ in of}) > 1 and len({y for _, y, _ in of}) > 1 and abs(numpy_correlation(of)) < 0.999


CLOUD: Pairs = [(x / 10, (x * 7 % 10) / 10, 10 + x) for x in range(LEAST_FOR_ASSOCIATION)]


@given(groups)
def test_the_correlation_agrees_with_its_naive_twin(of: Pairs) -> None:
    assume(is_a_cloud(of))
    assert correlated(of) == pytest.approx(plain_correlation(of), abs=ROUNDING)


@given(groups)
def test_the_interval_contains_the_correlation_and_stays_within_minus_one_and_one(of: Pairs) -> None:
    assume(is_a_cloud(of))
    correlation, low, high = correlated(of)
    assert -1 <= low < correlation < high <= 1


@given(groups, st.sampled_from([0.5, 3.0]))
def test_only_how_the_weights_compare_counts(of: Pairs, factor: float) -> None:
    assume(is_a_cloud(of))
    assert correlated([(x, y, factor * weight) for x, y, weight in of]) == pytest.approx(correlated(of), abs=ROUNDING)


@given(groups)
def test_the_correlation_turns_with_either_quantity(of: Pairs) -> None:
    assume(is_a_cloud(of))
    correlation, low, high = correlated(of)
    assert correlated([(1 - x, y, weight) for x, y, weight in of]) == pytest.approx(
        (-correlation, -high, -low), abs=ROUNDING
    )


def test_with_equal_weights_the_interval_is_that_of_the_number_of_programmes() -> None:
    """Of 28, 22 go the same way: r = (22 - 6) / 28, so artanh r = ln(22 / 6) / 2, and the standard error is 1 / 5."""
    same, opposite = [(1, 1, 7), (-1, -1, 7)] * 11, [(1, -1, 7), (-1, 1, 7)] * 3
    centre = math.log(22 / 6) / 2
    expected = (16 / 28, math.tanh(centre - Z / 5), math.tanh(centre + Z / 5))
    assert correlated(same + opposite) == pytest.approx(expected)


def test_on_one_line_the_correlation_is_exactly_one() -> None:
    assert correlated([(x / 10, 1 - x / 10, 10 + x) for x in range(10)]) == pytest.approx((-1, -1, -1))


@pytest.mark.parametrize(
    "of",
    [
        [(0.1, y, weight) for _, y, weight in CLOUD],
        [(x, 0.1, weight) for x, _, weight in CLOUD],
    ],
)
def test_where_one_quantity_does_not_vary_there_is_no_correlation(of: Pairs) -> None:
    assert correlated(of) == (None, None, None)


@pytest.mark.parametrize(("heavy", "there"), [(3, False), (4, True)])
def test_there_is_no_correlation_where_no_more_than_three_count(heavy: int, there: bool) -> None:
    weights = [1e9] * heavy + [1e-9] * (len(CLOUD) - heavy)
    found = correlated([(x, y, weight) for (x, y, _), weight in zip(CLOUD, weights, strict=True)])
    assert [value is not None for value in found] == [there] * 3


def test_only_groups_of_ten_programmes_are_correlated_each_by_itself() -> None:
    other: Pairs = [(y, x * x, weight) for x, y, weight in CLOUD] + [(0.5, 0.5, 20)]
    every = pl.concat([pairs(CLOUD, "one"), pairs(other, "other"), pairs(CLOUD[:-1], "small")])
    found = weighted_correlation(every.sample(fraction=1, shuffle=True, seed=1), ["name"]).sort("name")
    assert found.columns == ["name", "programmes", "correlation", "correlation_low", "correlation_high"]
    assert found.rows() == [
        ("one", 10, *(pytest.approx(value) for value in plain_correlation(CLOUD))),
        ("other", 11, *(pytest.approx(value) for value in plain_correlation(other))),
    ]
