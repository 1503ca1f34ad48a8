"""Control limits and over-dispersion, against published values, and against their definitions computed another way."""

import csv
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from pipelines.statistics.estimators import Z, wilson_high, wilson_low
from pipelines.statistics.funnels import (
    DEGREES,
    LOST_BY_FEW,
    VERDICTS,
    WINSORISED_SQUARE,
    dispersion,
    funnel_high,
    funnel_low,
    outside,
    verdict,
)
from pipelines.thresholds import LEAST_FOR_DISPERSION
from pipelines.verification.estimators import plain_dispersion
from tests.factories import shared

PUBLISHED_ROUNDING = 1e-6
ROUNDING = 1e-12
Z998 = float(norm.ppf(0.999))

rates = st.floats(0.01, 0.99)
numbers = st.integers(1, 100_000)
between = st.floats(0, 0.05)
levels = st.sampled_from([Z, Z998])


def limits(p: float, n: float, z: float = Z, tau2: float = 0) -> tuple[float, float]:
    """Both limits as the product computes them."""
    given = (pl.lit(p), pl.lit(n), z, pl.lit(tau2))
    return pl.select(funnel_low(*given).alias("low"), funnel_high(*given).alias("high")).row(0)


def side_of(rate: float | None, p: float, n: int, variance: float | None = 0) -> int | None:
    """On which side of the limits a rate is, as the product computes it."""
    lone = pl.lit(rate, pl.Float64), pl.lit(p), pl.lit(n), pl.lit(variance, pl.Float64)
    return pl.select(outside(*lone)).item()


def published(name: str) -> list[dict[str, str]]:
    with shared(f"vectors/phe_testdata_funnel_prop_{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_limits_agree_with_a_published_funnel() -> None:
    rows = published("outputs")
    assert len(rows) == 100
    p = sum(float(row["numerator"]) for row in published("inputs")) / sum(
        int(row["denominator"]) for row in published("inputs")
    )
    for row in rows:
        n = int(row["Population"])
        two = float(row["Lower2s0025limit"]) / 100, float(row["Upper2s0025limit"]) / 100
        three = float(row["Lower3s0001limit"]) / 100, float(row["Upper3s0001limit"]) / 100
        assert limits(p, n) == pytest.approx(two, abs=PUBLISHED_ROUNDING)
        assert limits(p, n, Z998) == pytest.approx(three, abs=PUBLISHED_ROUNDING)


def test_what_is_outside_agrees_with_the_published_labels() -> None:
    labels = {"Low (0.001)": -1, "Low (0.025)": -1, "Not significant": 0, "High (0.025)": 1, "High (0.001)": 1}
    rows = published("inputs")
    k, n = pl.Series([float(row["numerator"]) for row in rows]), pl.Series([int(row["denominator"]) for row in rows])
    p, no_variance = pl.lit(k.sum() / n.sum()), pl.lit(0.0)
    found = pl.select(
        side=outside(pl.lit(k / n), p, pl.lit(n), no_variance),
        far=(pl.lit(k / n) < funnel_low(p, pl.lit(n), Z998, no_variance))
        | (pl.lit(k / n) > funnel_high(p, pl.lit(n), Z998, no_variance)),
    )
    assert len(rows) == 303
    assert found["side"].to_list() == [labels[row["significance"]] for row in rows]
    assert found["far"].to_list() == [row["significance"].endswith("(0.001)") for row in rows]
    assert set(found["side"]) == {-1, 0, 1}


@given(rates, st.integers(1, 2_000), levels)
def test_a_limit_is_the_rate_whose_wilson_interval_ends_at_the_comparator(p: float, n: int, z: float) -> None:
    low, high = limits(p, n, z)
    if low > 0:
        assert pl.select(wilson_high(pl.lit(low), pl.lit(n), z)).item() == pytest.approx(p)
    if high < 1:
        assert pl.select(wilson_low(pl.lit(high), pl.lit(n), z)).item() == pytest.approx(p)


@given(rates, numbers, levels, between)
def test_with_variance_between_programmes_the_limits_are_those_of_the_effective_number(
    p: float, n: int, z: float, tau2: float
) -> None:
    effective = n / (1 + n * tau2 / (p * (1 - p)))
    assert limits(p, n, z, tau2) == pytest.approx(limits(p, effective, z), abs=ROUNDING)


@given(rates, numbers, levels, between)
def test_the_limits_contain_the_comparator_and_stay_within_nought_and_one(
    p: float, n: int, z: float, tau2: float
) -> None:
    low, high = limits(p, n, z, tau2)
    assert 0 <= low < p < high <= 1


@given(rates, numbers, between)
def test_the_limits_narrow_with_more_answers_and_widen_with_confidence(p: float, n: int, tau2: float) -> None:
    low, high = limits(p, n, Z, tau2)
    low_of_more, high_of_more = limits(p, 2 * n, Z, tau2)
    low_998, high_998 = limits(p, n, Z998, tau2)
    assert high_of_more - low_of_more < high - low or (low, high) == (0, 1)
    assert low_998 < low or low == 0
    assert high_998 > high or high == 1


@given(rates, numbers, levels, st.floats(0.0001, 0.05))
def test_variance_between_programmes_widens_the_limits(p: float, n: int, z: float, tau2: float) -> None:
    low, high = limits(p, n, z)
    wide_low, wide_high = limits(p, n, z, tau2)
    assert wide_low < low or low == 0
    assert wide_high > high or high == 1


@given(st.integers(1, 400), st.integers(0, 400), st.integers(1, 99), between)
def test_the_funnel_is_its_own_mirror_image_for_those_who_said_no(n: int, said: int, percent: int, tau2: float) -> None:
    k, p = min(said, n), percent / 100
    low, high = limits(p, n, Z, tau2)
    assert limits(1 - p, n, Z, tau2) == pytest.approx((1 - high, 1 - low), abs=ROUNDING)
    assert side_of((n - k) / n, 1 - p, n, tau2) == -(side_of(k / n, p, n, tau2) or 0)


@pytest.mark.parametrize("side", [0, 1])
def test_a_rate_on_a_limit_is_still_inside_it(side: int) -> None:
    limit, outwards = limits(0.4, 100)[side], (-1, 2)[side]
    assert side_of(math.nextafter(limit, outwards), 0.4, 100) == (-1, 1)[side]
    assert side_of(limit, 0.4, 100) == 0


@pytest.mark.parametrize("n", [1, 2])
def test_where_the_limits_reach_nought_and_one_nothing_is_outside(n: int) -> None:
    assert limits(0.5, n, Z998) == (0, 1)
    assert [side_of(rate, 0.5, n) for rate in (0.0, 1.0)] == [0, 0]


@pytest.mark.parametrize(
    ("rate", "p", "n", "tau2"),
    [(None, 0.5, 10, 0.0), (0.5, 0.0, 10, 0.0), (0.5, 1.0, 10, 0.0), (0.5, 0.5, 0, 0.0), (0.5, 0.5, 10, None)],
)
def test_without_limits_or_a_rate_nothing_is_on_a_side_of_them(
    rate: float | None, p: float, n: int, tau2: float | None
) -> None:
    assert side_of(rate, p, n, tau2) is None


@pytest.mark.parametrize(
    ("side", "low", "high", "word"),
    [
        (1, 0.01, 0.3, VERDICTS[0]),
        (1, 0.0, 0.3, VERDICTS[2]),
        (0, 0.01, 0.3, VERDICTS[2]),
        (-1, -0.3, -0.01, VERDICTS[1]),
        (-1, -0.3, 0.0, VERDICTS[2]),
        (-1, 0.01, 0.3, VERDICTS[2]),
        (None, 0.01, 0.3, None),
    ],
)
def test_only_what_is_outside_and_differs_stands_out(side: int | None, low: float, high: float, word: str) -> None:
    frame = pl.DataFrame({"side": [side], "low": [low], "high": [high]}, schema_overrides={"side": pl.Int64})
    assert frame.select(verdict("side", "low", "high")).item() == word


# ---- over-dispersion ----

Members = list[tuple[int | None, int | None]]
"""k and n of each programme."""
BY_CHANCE = WINSORISED_SQUARE - LOST_BY_FEW / 10
"""The mean square that ten programmes have by chance."""


def members(of: Members, group: str = "group") -> pl.DataFrame:
    schema = {"affirmative": pl.Int64, "respondents": pl.Int64}
    rows = pl.DataFrame(of, schema=schema, orient="row").with_columns(group=pl.lit(group))
    return rows.with_columns(effective_respondents=pl.col("respondents").cast(pl.Float64))


def dispersed(of: Members) -> dict[str, float | None]:
    return dispersion(members(of), ["group"]).drop("group").row(0, named=True)


ALIKE: list[tuple[int, int]] = [(10, 20)] * 10
APART: list[tuple[int, int]] = [(4, 20), (16, 20)] * 5
programmes = st.lists(st.integers(3, 300).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))), min_size=10)


@pytest.mark.slow
@given(programmes)
def test_over_dispersion_agrees_with_its_naive_twin(of: list[tuple[int, int]]) -> None:
    twin = plain_dispersion([(k, n, n) for k, n in of])
    assert tuple(dispersed(list(of)).values()) == pytest.approx(twin, rel=1e-9, abs=ROUNDING)


def test_over_dispersion_worked_by_hand() -> None:
    """z = ±0.3 / sqrt(0.25 / 20) = ±2.683, so a mean square of 7.2; weights of 80 each, so u = (800 - 80) / 9 = 80."""
    found = dispersed(list(APART))
    assert found["phi"] == pytest.approx(7.2 / BY_CHANCE)
    assert found["tau2"] == pytest.approx((7.2 / BY_CHANCE - 1) / 80)


def test_programmes_that_are_all_alike_have_no_variance_between_them() -> None:
    assert dispersed(list(ALIKE)) == {"phi": 0, "tau2": 0, "spread_high": 0}


def test_where_no_spread_is_found_one_could_still_be_missed() -> None:
    near: Members = [(k, 20) for k in (7, 8, 9, 10, 10, 10, 10, 11, 12, 13)]
    found = dispersed(near)
    assert found["tau2"] == 0
    assert 0.05 < (found["spread_high"] or 0) < 0.15


def test_one_programme_far_out_is_pulled_in_to_the_others() -> None:
    """Of eleven the quantiles are the second from either end, so how far out the first and last are is nothing."""
    inner: Members = [(n, 20) for n in (8, 9, 9, 10, 10, 10, 11, 11, 12)]
    near, far = dispersed([(7, 20), *inner, (13, 20)]), dispersed([(0, 20), *inner, (20, 20)])
    assert far["phi"] == pytest.approx(near["phi"])


@pytest.mark.parametrize(("number", "told"), [(LEAST_FOR_DISPERSION - 1, False), (LEAST_FOR_DISPERSION, True)])
def test_only_groups_of_ten_are_asked_for_over_dispersion(number: int, told: bool) -> None:
    waiting: Members = [(None, None)] * 5
    found = dispersed([*APART[:number], *waiting])
    assert [value is not None for value in found.values()] == [told] * 3


@pytest.mark.parametrize("k", [0, 20])
def test_where_everybody_answered_alike_there_is_no_dispersion(k: int) -> None:
    assert set(dispersed([(k, 20)] * 10).values()) == {None}


def test_each_group_has_its_own_dispersion() -> None:
    both = pl.concat([members(list(APART), "apart"), members(list(ALIKE), "alike"), members([(1, 2)], "small")])
    found = dispersion(both.sample(fraction=1, shuffle=True, seed=1), ["group"]).sort("group").select("group", "phi")
    assert found.rows() == [("alike", 0), ("apart", pytest.approx(7.2 / BY_CHANCE)), ("small", None)]


@pytest.mark.parametrize("programmes", [10, 13, 24, 60])
def test_what_chance_gives_under_winsorising_agrees_with_simulated_samples(programmes: int) -> None:
    """Its mean within 1 %, and its degrees of freedom within 7 %."""
    dice = np.random.default_rng(programmes)
    z = dice.standard_normal((200_000, programmes))
    z -= z.mean(axis=1, keepdims=True)
    low, high = np.quantile(z, (0.1, 0.9), axis=1, keepdims=True)
    squares = (np.clip(z, low, high) ** 2).mean(axis=1)
    assert squares.mean() == pytest.approx(WINSORISED_SQUARE - LOST_BY_FEW / programmes, rel=0.01)
    assert 2 * squares.mean() ** 2 / squares.var() == pytest.approx(DEGREES * programmes, rel=0.07)
