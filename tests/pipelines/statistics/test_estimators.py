"""Every interval, against published values, and against its definition computed another way."""

import csv
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from pipelines.statistics.estimators import (
    CONFIDENCE,
    POWER,
    Z_POWER,
    Z,
    newcombe_high,
    newcombe_low,
    wilson_high,
    wilson_low,
    with_interval,
)
from pipelines.verification.estimators import plain_newcombe
from tests.factories import shared

ROUNDING = 1e-12
SMALLEST, LARGEST = 1, 1_000_000


@st.composite
def pairs(draw: st.DrawFn, largest: int = LARGEST) -> tuple[int, int]:
    """k of n."""
    n = draw(st.integers(SMALLEST, largest))
    return draw(st.integers(0, n)), n


def wilson(k: float, n: int, z: float = Z) -> tuple[float, float]:
    """The interval as the product computes it."""
    row = pl.DataFrame({"k": [k], "n": [n]})
    k_of, n_of = pl.col("k"), pl.col("n")
    rate = k_of / n_of
    return row.select(wilson_low(rate, n_of, z).alias("low"), wilson_high(rate, n_of, z).alias("high")).row(0)


def of_two(one: tuple[int, int], other: tuple[int, int]) -> dict[str, float]:
    """The interval for a difference as the product computes it."""
    low, high, other_low, other_high = (pl.lit(end) for end in (*wilson(*one), *wilson(*other)))
    rate, other_rate = (pl.lit(k / n) for k, n in (one, other))
    return pl.select(
        difference=rate - other_rate,
        newcombe_low=newcombe_low(rate, low, other_rate, other_high),
        newcombe_high=newcombe_high(rate, high, other_rate, other_low),
    ).row(0, named=True)


@pytest.mark.parametrize(
    ("quantile", "share"),
    [(Z, (1 + CONFIDENCE) / 2), (Z_POWER, POWER)],
)
def test_every_quantile_written_out_is_that_of_the_normal_distribution(quantile: float, share: float) -> None:
    assert quantile == pytest.approx(norm.ppf(share), rel=1e-15)


def wilson_vectors() -> list[tuple[float, int, float, float, float]]:
    """k, n, z, low, high as computed by the English public-health agency's own package."""
    levels = {"95%": 0.95, "99.8%": 0.998}
    with shared("vectors/phe_wilson_byars.csv").open(encoding="utf-8", newline="") as file:
        return [
            (
                float(row["x"]),
                int(row["n"]),
                float(norm.ppf((1 + levels[row["confidence"]]) / 2)),
                float(row["lowercl"]),
                float(row["uppercl"]),
            )
            for row in csv.DictReader(file)
            if row["method"] == "Wilson"
        ]


def test_wilson_agrees_with_published_values_at_95_and_99_8_percent() -> None:
    vectors = wilson_vectors()
    assert len({z for _, _, z, _, _ in vectors}) == 2
    for k, n, z, low, high in vectors:
        assert wilson(k, n, z) == pytest.approx((low, high), abs=1e-9)


@given(pairs(largest=2_000))
def test_the_ends_of_wilsons_interval_are_a_score_of_z_away_from_the_rate(pair: tuple[int, int]) -> None:
    k, n = pair
    low, high = wilson(k, n)
    if k > 0:
        assert (k / n - low) / math.sqrt(low * (1 - low) / n) == pytest.approx(Z)
    if k < n:
        assert (high - k / n) / math.sqrt(high * (1 - high) / n) == pytest.approx(Z)


@given(pairs())
def test_wilsons_interval_contains_the_rate_and_stays_within_nought_and_one(pair: tuple[int, int]) -> None:
    k, n = pair
    low, high = wilson(k, n)
    assert 0 <= low <= k / n + ROUNDING
    assert k / n - ROUNDING <= high <= 1


@given(pairs())
def test_wilsons_interval_is_the_mirror_image_for_those_who_said_no(pair: tuple[int, int]) -> None:
    k, n = pair
    low, high = wilson(k, n)
    assert wilson(n - k, n) == pytest.approx((1 - high, 1 - low), abs=ROUNDING)


@given(pairs(largest=1_000))
def test_wilsons_interval_narrows_as_more_people_answer_alike(pair: tuple[int, int]) -> None:
    k, n = pair
    low, high = wilson(k, n)
    low_of_twice, high_of_twice = wilson(2 * k, 2 * n)
    assert high_of_twice - low_of_twice < high - low


@pytest.mark.parametrize(("n", "there"), [(0, False), (1, True)])
def test_there_is_an_interval_as_soon_as_one_person_answered(n: int, there: bool) -> None:
    assert [end is not None for end in wilson(0, n)] == [there, there]


# Newcombe 1998, Table II, method 10.
PUBLISHED = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((0, 10), (0, 10), -0.2775, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0000),
    ((10, 10), (0, 10), 0.6075, 1.0000),
]


@pytest.mark.parametrize(("one", "other", "low", "high"), PUBLISHED)
def test_newcombe_agrees_with_the_published_examples(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    interval = of_two(one, other)
    assert interval["newcombe_low"] == pytest.approx(low, abs=5e-5)
    assert interval["newcombe_high"] == pytest.approx(high, abs=5e-5)


@given(pairs(), pairs())
def test_newcombe_agrees_with_its_naive_twin(one: tuple[int, int], other: tuple[int, int]) -> None:
    interval = of_two(one, other)
    found = (interval["newcombe_low"], interval["newcombe_high"])
    assert found == pytest.approx(plain_newcombe(one, other), abs=1e-9)


@given(pairs(), pairs())
def test_an_interval_for_a_difference_contains_it_and_stays_within_minus_one_and_one(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    interval = of_two(one, other)
    assert -1 - ROUNDING <= interval["newcombe_low"] <= interval["difference"] + ROUNDING
    assert interval["difference"] - ROUNDING <= interval["newcombe_high"] <= 1 + ROUNDING


def test_the_interval_of_a_rate_stands_on_the_effective_respondents_where_they_are_known() -> None:
    counts = pl.DataFrame({"affirmative": [12], "respondents": [30]})
    plain = with_interval(counts).row(0, named=True)
    fewer = with_interval(counts.with_columns(effective_respondents=10.0)).row(0, named=True)
    assert plain["rate"] == fewer["rate"] == 0.4
    assert (plain["rate_low"], plain["rate_high"]) == pytest.approx(wilson(12, 30))
    assert (fewer["rate_low"], fewer["rate_high"]) == pytest.approx(wilson(4, 10))
