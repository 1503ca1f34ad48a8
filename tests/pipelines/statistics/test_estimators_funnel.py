"""Control limits and over-dispersion, against published values, and against their definitions computed another way."""

import csv
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from pipelines.statistics.estimators import (
    LEAST_FOR_DISPERSION,
    Z998,
    Z,
    dispersion,
    false_alarms,
    funnel_high,
    funnel_low,
    position,
    wilson_high,
    wilson_low,
)
from tests.factories import shared
from tests.reference.estimators import naive_dispersion

PUBLISHED_ROUNDING = 1e-6
ROUNDING = 1e-12
POSITIONS = ["much_lower", "lower", "as_expected", "higher", "much_higher"]

rates = st.floats(0.01, 0.99)
numbers = st.integers(1, 100_000)
between = st.floats(0, 0.05)
levels = st.sampled_from([Z, Z998])


def limits(p: float, n: float, z: float = Z, tau2: float = 0) -> tuple[float, float]:
    """Both limits as the product computes them."""
    given = (pl.lit(p), pl.lit(n), z, pl.lit(tau2))
    return pl.select(funnel_low(*given).alias("low"), funnel_high(*given).alias("high")).row(0)


def placed(rate: float | None, p: float, n: int, tau2: float | None = 0) -> str | None:
    """The position as the product computes it."""
    lone = pl.lit(rate, pl.Float64), pl.lit(p), pl.lit(n), pl.lit(tau2, pl.Float64)
    return pl.select(position(*lone)).item()


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


def test_the_positions_agree_with_the_published_labels() -> None:
    labels = {
        "Low (0.001)": "much_lower",
        "Low (0.025)": "lower",
        "Not significant": "as_expected",
        "High (0.025)": "higher",
        "High (0.001)": "much_higher",
    }
    rows = published("inputs")
    k, n = pl.Series([float(row["numerator"]) for row in rows]), pl.Series([int(row["denominator"]) for row in rows])
    found = pl.select(position(pl.lit(k / n), pl.lit(k.sum() / n.sum()), pl.lit(n), pl.lit(0))).to_series()
    assert len(rows) == 303
    assert found.to_list() == [labels[row["significance"]] for row in rows]
    assert set(found) == set(POSITIONS)


@given(rates, st.integers(1, 2_000), levels)
def test_a_limit_is_the_rate_whose_wilson_interval_ends_at_the_comparator(p: float, n: int, z: float) -> None:
    low, high = limits(p, n, z)
    k, of = pl.lit(low * n), pl.lit(n)
    if low > 0:
        assert pl.select(wilson_high(k, of, z)).item() == pytest.approx(p)
    if high < 1:
        assert pl.select(wilson_low(pl.lit(high * n), of, z)).item() == pytest.approx(p)


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
    inverted = POSITIONS[::-1][POSITIONS.index(str(placed(k / n, p, n, tau2)))]
    assert placed((n - k) / n, 1 - p, n, tau2) == inverted


@given(rates, rates, st.integers(1, 400), between)
def test_the_position_is_where_the_rate_lies_among_the_four_limits(rate: float, p: float, n: int, tau2: float) -> None:
    (low, high), (low_998, high_998) = limits(p, n, Z, tau2), limits(p, n, Z998, tau2)
    expected = (rate >= low_998) + (rate >= low) + (rate > high) + (rate > high_998)
    assert placed(rate, p, n, tau2) == POSITIONS[expected]


@pytest.mark.parametrize("z", [Z, Z998])
@pytest.mark.parametrize("side", [0, 1])
def test_a_rate_on_a_limit_is_still_inside_it(z: float, side: int) -> None:
    limit, outwards = limits(0.4, 100, z)[side], (-1, 2)[side]
    outside = {(Z, 0): "lower", (Z, 1): "higher", (Z998, 0): "much_lower", (Z998, 1): "much_higher"}[z, side]
    assert placed(math.nextafter(limit, outwards), 0.4, 100) == outside
    assert placed(limit, 0.4, 100) != outside


@pytest.mark.parametrize("n", [1, 2])
def test_where_the_limits_reach_nought_and_one_nothing_is_outside(n: int) -> None:
    assert limits(0.5, n, Z998) == (0, 1)
    assert [placed(rate, 0.5, n) for rate in (0.0, 1.0)] == ["as_expected", "as_expected"]


@pytest.mark.parametrize(
    ("rate", "p", "n", "tau2"),
    [(None, 0.5, 10, 0.0), (0.5, 0.0, 10, 0.0), (0.5, 1.0, 10, 0.0), (0.5, 0.5, 0, 0.0), (0.5, 0.5, 10, None)],
)
def test_without_limits_or_a_rate_there_is_no_position(
    rate: float | None, p: float, n: int, tau2: float | None
) -> None:
    assert placed(rate, p, n, tau2) is None


# ---- over-dispersion ----

Members = list[tuple[int | None, int | None]]
"""k and n of each programme."""


def members(of: Members, group: str = "group") -> pl.DataFrame:
    schema = {"affirmative": pl.Int64, "respondents": pl.Int64}
    return pl.DataFrame(of, schema=schema, orient="row").with_columns(group=pl.lit(group))


def dispersed(of: Members) -> dict[str, float | None]:
    return dispersion(members(of), ["group"]).row(0, named=True)


ALIKE: list[tuple[int, int]] = [(10, 20)] * 10
APART: list[tuple[int, int]] = [(4, 20), (16, 20)] * 5
programmes = st.lists(st.integers(3, 300).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))), min_size=10)


@given(programmes)
def test_over_dispersion_agrees_with_its_naive_twin(of: list[tuple[int, int]]) -> None:
    found = dispersed(list(of))
    assert found["programmes"] == len(of)
    assert (found["phi"], found["tau2"]) == pytest.approx(naive_dispersion(of), rel=1e-9, abs=ROUNDING)


def test_over_dispersion_worked_by_hand() -> None:
    """z = ±0.3 / sqrt(0.25 / 20) = ±2.683; weights of 80 each: tau2 = (72 - 9) / (800 - 80)."""
    found = dispersed(list(APART))
    assert found["phi"] == pytest.approx(7.2)
    assert found["tau2"] == pytest.approx(63 / 720)


def test_programmes_that_differ_by_no_more_than_chance_have_no_variance_between_them() -> None:
    assert dispersed(list(ALIKE)) == {"group": "group", "programmes": 10, "phi": 0, "tau2": 0}


def test_one_programme_far_out_is_pulled_in_to_the_others() -> None:
    """Of eleven the quantiles are the second from either end, so how far out the first and last are is nothing."""
    inner: Members = [(n, 20) for n in (8, 9, 9, 10, 10, 10, 11, 11, 12)]
    near, far = dispersed([(7, 20), *inner, (13, 20)]), dispersed([(0, 20), *inner, (20, 20)])
    assert far["phi"] == pytest.approx(near["phi"])


@pytest.mark.parametrize(("number", "told"), [(LEAST_FOR_DISPERSION - 1, False), (LEAST_FOR_DISPERSION, True)])
def test_only_groups_of_ten_are_asked_for_over_dispersion(number: int, told: bool) -> None:
    waiting: Members = [(None, None)] * 5
    found = dispersed([*APART[:number], *waiting])
    assert found["programmes"] == number
    assert [found["phi"] is not None, found["tau2"] is not None] == [told, told]


@pytest.mark.parametrize("k", [0, 20])
def test_where_everybody_answered_alike_there_is_no_dispersion(k: int) -> None:
    found = dispersed([(k, 20)] * 10)
    assert (found["phi"], found["tau2"]) == (None, None)


def test_each_group_has_its_own_dispersion() -> None:
    both = pl.concat([members(list(APART), "apart"), members(list(ALIKE), "alike"), members([(1, 2)], "small")])
    assert dispersion(both.sample(fraction=1, shuffle=True, seed=1), ["group"]).sort("group").rows() == [
        ("alike", 10, 0, 0),
        ("apart", 10, pytest.approx(7.2), pytest.approx(63 / 720)),
        ("small", 1, None, None),
    ]


def test_one_programme_in_twenty_is_a_false_alarm() -> None:
    assert pl.select(false_alarms(pl.lit(40))).item() == pytest.approx(2)


@pytest.mark.parametrize("p", [0.2, 0.5, 0.7])
def test_as_many_are_outside_the_limits_by_chance_as_is_said(p: float) -> None:
    n = 1_000
    low, high = limits(p, n)
    outside = binom.cdf(math.ceil(low * n) - 1, n, p) + binom.sf(math.floor(high * n), n, p)
    assert outside == pytest.approx(pl.select(false_alarms(pl.lit(1))).item(), abs=0.005)
