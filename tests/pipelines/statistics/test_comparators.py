"""A programme among others: spread, positions, funnels and coverage, each computed a second time in plain Python."""

from collections import Counter
from typing import Any

import polars as pl
import pytest

from pipelines.settings import Settings
from pipelines.statistics.comparators import coverage
from tests.factories import released
from tests.reference.comparators import (
    naive_comparators,
    naive_coverage,
    naive_limits,
    naive_members,
    naive_positions,
    naive_sizes,
    naive_spreads,
)
from tests.reference.estimators import naive_power
from tests.reference.twins import assert_agrees, rows_of
from tests.reference.worlds import YEAR, YEARS, frames, holdings, published, told, waits

PLACE = ("measure_id", "academic_year", "kind", "name")
OUTSIDE = ("outside", "outside_unadjusted")


@pytest.fixture(params=["demo_home", "nhs_home"])
def home(request: pytest.FixtureRequest) -> Settings:
    return request.getfixturevalue(request.param)


# ---- spread and positions ----


def test_every_comparator_says_how_far_its_programmes_differ_and_how_many_stand_outside(home: Settings) -> None:
    result, programme = rows_of(home, "result"), rows_of(home, "programme")
    spreads = naive_spreads(result, programme)
    positions = naive_positions(result, programme).values()
    compared = Counter(row["comparator"] for row in positions)
    outside = Counter(row["comparator"] for row in positions if row["position"] != "as_expected")
    unadjusted = Counter(row["comparator"] for row in positions if row["position_unadjusted"] != "as_expected")
    naive = {
        key: {
            "phi": spreads[key][0],
            "tau2": spreads[key][1],
            "compared": compared[key],
            "outside": outside[key],
            "outside_unadjusted": unadjusted[key],
            "outside_by_chance": compared[key] / 20,
        }
        for key in naive_comparators(result, programme)[0]
    }
    assert outside.total() < unadjusted.total()
    assert_agrees(released(home.home, "comparator"), PLACE, naive)


def test_every_result_stands_where_its_distance_from_the_others_puts_it(home: Settings) -> None:
    naive = naive_positions(rows_of(home, "result"), rows_of(home, "programme"))
    told = {key: {name: value for name, value in row.items() if name != "comparator"} for key, row in naive.items()}
    assert len({row["position"] for row in told.values()}) == 5
    assert_agrees(released(home.home, "comparison"), ("result_id", "kind", "name"), told)


def test_the_smallest_difference_is_one_that_is_seen_four_times_in_five(demo_home: Settings) -> None:
    """In the direction in which it is seen more easily."""
    n_of = {row["result_id"]: row["respondents"] for row in rows_of(demo_home, "result") if row["subgroup"] is None}
    others = ("result_id", "comparator_respondents", "comparator_affirmative")
    compared = released(demo_home.home, "comparison").unique(others, maintain_order=True)
    assert compared.height > 1000
    for row in compared.to_dicts():
        n, rate = row["comparator_respondents"], row["comparator_affirmative"] / row["comparator_respondents"]
        away = (rate - row["smallest_difference"], rate + row["smallest_difference"])
        powers = [naive_power(n_of[row["result_id"]], own, n, rate) for own in away if 0 <= own <= 1]
        assert max(powers) == pytest.approx(0.8, abs=1e-6)


def apart(programmes: int) -> list[Any]:
    """So many programmes, of which every other one is far from the rest."""
    return [told(f"p{number}", k=(4, 16)[number % 2]) for number in range(programmes)]


@pytest.mark.parametrize(("programmes", "told_of"), [(9, False), (10, True)])
def test_ten_programmes_are_asked_whether_they_differ_by_more_than_chance(programmes: int, told_of: bool) -> None:
    made = frames(holdings([*apart(programmes), waits("late")]))
    for row in made["comparator"].to_dicts():
        assert row["programmes"] == programmes
        assert [row["phi"] is not None, row["tau2"] is not None] == [told_of, told_of]


@pytest.mark.parametrize(("programmes", "outside"), [(9, 9), (10, 0)])
def test_from_ten_programmes_on_the_limits_allow_for_how_far_they_differ(programmes: int, outside: int) -> None:
    comparator = frames(holdings(apart(programmes)))["comparator"]
    assert comparator.select("compared", *OUTSIDE).rows() == [(programmes, outside, programmes)] * 3


def test_a_result_of_more_years_is_compared_in_its_last_only() -> None:
    rows = [told(f"p{number}", year) for number in range(4) for year in YEARS[-2:]]
    rows += [told("own", year, n=9, k=4) for year in YEARS[-2:]]
    comparator = frames(holdings(rows))["comparator"].filter(pl.col("kind") == "everybody")
    assert comparator.select("academic_year", "compared").rows() == [(YEARS[-2], 4), (YEAR, 5)]


# ---- funnels ----


def test_every_funnel_has_its_limits_at_sizes_from_its_smallest_to_its_largest_member(home: Settings) -> None:
    result, programme = rows_of(home, "result"), rows_of(home, "programme")
    spreads, members = naive_spreads(result, programme), naive_members(result, programme)
    naive = {}
    for key, row in naive_comparators(result, programme)[0].items():
        sizes = [taken["respondents"] for taken in members[key].values() if taken]
        for n in naive_sizes(min(sizes), max(sizes)):
            p = row["affirmative"] / row["respondents"]
            naive[(*key, n)] = naive_limits(p, n, spreads[key][1] or 0)
    assert_agrees(released(home.home, "funnel_limit"), (*PLACE, "respondents"), naive)


@pytest.mark.parametrize(("largest", "sizes"), [(20, [20]), (22, [20, 21, 22])])
def test_a_funnel_has_each_size_once(largest: int, sizes: list[int]) -> None:
    rows = [told("p0", n=largest), *(told(f"p{number}") for number in (1, 2, 3))]
    funnel = frames(holdings(rows))["funnel_limit"].filter(pl.col("kind") == "everybody")
    assert funnel["respondents"].to_list() == sizes


@pytest.mark.parametrize(("programmes", "waiting", "there"), [(3, 0, True), (2, 0, False), (4, 2, True), (4, 3, False)])
def test_there_is_a_funnel_just_where_there_is_a_comparator(programmes: int, waiting: int, there: bool) -> None:
    rows = [told(f"p{number}") for number in range(programmes)] + [waits(f"w{number}") for number in range(waiting)]
    made = frames(holdings(rows))
    assert [made["funnel_limit"].is_empty(), made["comparator"].is_empty()] == [not there] * 2


# ---- coverage ----


def test_coverage_counts_the_programmes_of_each_status(home: Settings) -> None:
    naive = naive_coverage(rows_of(home, "result"))
    assert_agrees(released(home.home, "coverage"), ("measure_id", "academic_year"), naive)


def test_a_programme_that_left_a_question_out_is_counted_as_not_having_asked_it() -> None:
    made = frames(holdings([told("asked"), waits("waits"), told("silent", measure="modelled")]))
    assert made["coverage"].filter(pl.col("measure_id") == "asked").rows() == [("asked", YEAR, 1, 1, 1)]


def test_a_programme_with_two_results_of_a_year_is_counted_once() -> None:
    rows = [told("aa")]
    made = frames(holdings(rows, ledger=published(holdings(rows))), let_through=[told("aa", n=40, k=20)])
    assert made["result"].filter(pl.col("measure_id") == "asked").height == 2
    assert made["coverage"].filter(pl.col("measure_id") == "asked").rows() == [("asked", YEAR, 1, 0, 0)]


@pytest.mark.parametrize("status", ["suppressed", "not_collected"])
def test_a_year_that_is_published_in_part_counts_as_published(status: str) -> None:
    """Whichever of the two stands first."""
    both = [("asked", "aa", [YEAR], None, one) for one in ("published", status)]
    columns = ("measure_id", "programme_id", "years", "subgroup", "status")
    schema = {name: pl.List(pl.String) if name == "years" else pl.String() for name in columns}
    for rows in (both, both[::-1]):
        assert coverage(pl.DataFrame(rows, schema=schema, orient="row")).rows() == [("asked", YEAR, 1, 0, 0)]
