"""How small a difference can be shown, against published sample sizes, and against the power computed another way."""

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.statistics.estimators import smallest_difference
from tests.reference.estimators import naive_power

A_LITTLE = 1e-6


def smallest(n: float | None, other_n: float, other_rate: float) -> float | None:
    """The difference as the product computes it."""
    columns = (pl.Series([value], dtype=pl.Float64) for value in (n, other_n, other_rate))
    return smallest_difference(*columns).item()


def uncorrected(n: float, difference: float) -> float:
    """The sample size of which n is the one with Fleiss's continuity correction."""
    return n - 2 / difference + 1 / (n * difference**2)


# Answers in each group, two rates, level, power.
PUBLISHED = [
    # Fleiss, Levin and Paik 2003, chapter 4: remission in 60 or 70 %; 827 in each group with continuity correction.
    (uncorrected(827, 0.10), 0.60, 0.70, 0.01, 0.95),
    # R, examples of power.prop.test.
    (50, 0.50, 0.75, 0.05, 0.740),
    (76.7, 0.50, 0.75, 0.05, 0.90),
    (50, 0.50, 0.8026, 0.05, 0.90),
    # As R's power.prop.test gives them.
    (60.18568, 0.30, 0.55, 0.05, 0.80),
    (32.74418, 0.33, 0.67, 0.05, 0.80),
]


@pytest.mark.parametrize(("n", "rate", "other_rate", "level", "power"), PUBLISHED)
def test_the_naive_power_agrees_with_published_sample_sizes(
    n: float, rate: float, other_rate: float, level: float, power: float
) -> None:
    assert naive_power(n, rate, n, other_rate, level) == pytest.approx(power, abs=5e-4)


def test_the_smallest_difference_agrees_with_a_published_sample_size() -> None:
    """R's power.prop.test: 13808.92 in each group to tell 2 from 2.5 %."""
    assert smallest(13808.92, 13808.92, 0.025) == pytest.approx(0.005, abs=1e-9)


answers = st.integers(1, 5_000)
rates = st.floats(0, 1)


@given(answers, answers, st.floats(0.001, 0.999))
def test_at_the_smallest_difference_the_power_is_four_fifths_and_below_it_is_less(
    n: int, other_n: int, other_rate: float
) -> None:
    found = smallest(n, other_n, other_rate)
    assume(found is not None)
    assert found is not None
    powers, less = (
        [
            naive_power(n, rate, other_n, other_rate)
            for rate in (other_rate - difference, other_rate + difference)
            if 0 <= rate <= 1
        ]
        for difference in (found + A_LITTLE, found - A_LITTLE)
    )
    assert max(powers) >= 0.80
    assert max(less) < 0.80


few = st.integers(1, 12)


@given(few, few, rates)
def test_a_difference_can_be_shown_just_where_nobody_or_everybody_is_far_enough_away(
    n: int, other_n: int, other_rate: float
) -> None:
    ends = [naive_power(n, rate, other_n, other_rate) for rate in (0, 1) if rate != other_rate]
    assert (smallest(n, other_n, other_rate) is not None) == (max(ends) >= 0.80)


@given(answers, answers, rates)
def test_with_more_answers_a_smaller_difference_can_be_shown(n: int, other_n: int, other_rate: float) -> None:
    found, of_more = smallest(n, other_n, other_rate), smallest(2 * n, 2 * other_n, other_rate)
    assert found is None or (of_more is not None and of_more < found)


@given(answers, answers, rates)
def test_the_smallest_difference_is_as_large_for_those_who_said_no(n: int, other_n: int, other_rate: float) -> None:
    assert smallest(n, other_n, 1 - other_rate) == pytest.approx(smallest(n, other_n, other_rate), abs=1e-9)


def test_the_direction_with_the_smaller_difference_counts() -> None:
    """R notes that 30 of each cannot show any rate above 90 % (power.prop.test); a lower one they can."""
    found = smallest(30, 30, 0.9)
    assert naive_power(30, 1.0, 30, 0.9) < 0.80
    assert found is not None
    assert naive_power(30, 0.9 - found, 30, 0.9) == pytest.approx(0.80)


@pytest.mark.parametrize("other_rate", [0.0, 1.0])
def test_from_nobody_or_everybody_there_is_one_way_to_differ(other_rate: float) -> None:
    found = smallest(50, 200, other_rate)
    assert found is not None
    assert naive_power(50, abs(other_rate - found), 200, other_rate) == pytest.approx(0.80)


@pytest.mark.parametrize(
    ("n", "other_n", "other_rate"),
    [(2, 500, 0.5), (0, 500, 0.5), (0, 500, 0.0), (50, 0, 0.5), (50, 0, 1.0), (0, 0, 0.5), (None, 500, 0.5)],
)
def test_too_few_answers_can_show_nothing(n: int | None, other_n: int, other_rate: float) -> None:
    assert smallest(n, other_n, other_rate) is None


@pytest.mark.parametrize(("n", "shown"), [(3, False), (4, True)])
def test_four_answers_can_show_a_difference_from_half_of_many(n: int, shown: bool) -> None:
    assert (smallest(n, 1_000_000, 0.5) is not None) == shown


def test_every_row_is_solved_by_itself() -> None:
    n, other_n = pl.Series([18, 2, 300, None]), pl.Series([400, 400, 20, 400])
    other_rate = pl.Series([0.5, 0.5, 0.2, 0.5])
    found = smallest_difference(n, other_n, other_rate)
    assert found.to_list() == [smallest(*row) for row in zip(n, other_n, other_rate, strict=True)]
    assert found.name == "smallest_difference"
    assert smallest_difference(*(column.clear() for column in (n, other_n, other_rate))).is_empty()
