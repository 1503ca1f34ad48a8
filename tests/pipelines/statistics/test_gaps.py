"""The gap over time and beside that of others, each computed a second time in plain Python from the results."""

from typing import Any

import polars as pl
import pytest

from pipelines.settings import Settings
from pipelines.statistics.gaps import gap_change
from tests.factories import released
from tests.reference.gaps import GAP, naive_gap_changes, naive_gap_comparisons, naive_gaps
from tests.reference.twins import Row, assert_agrees, named, rows_of
from tests.reference.worlds import YEAR, YEARS, frames, holdings, told, waits


@pytest.fixture(params=["demo_home", "nhs_home"])
def home(request: pytest.FixtureRequest) -> Settings:
    return request.getfixturevalue(request.param)


# ---- over time ----


def test_every_change_of_a_gap_is_the_difference_of_it_and_the_one_before(home: Settings) -> None:
    naive = naive_gap_changes(naive_gaps(rows_of(home, "result"), rows_of(home, "gap_pair")))
    assert_agrees(released(home.home, "gap_change"), GAP, naive)


def a_gap(years: tuple[str, ...], difference: float = 0.2, half: float = 0.1) -> Row:
    return {
        "gap_id": "gap",
        "programme_id": "aa",
        "first_year": years[0],
        "last_year": years[-1],
        **named("difference", (difference, difference - half, difference + half)),
    }


@pytest.mark.parametrize(
    ("earlier", "later", "there"),
    [
        (YEARS[:2], YEARS[2:], True),
        (YEARS[:2], YEARS[1:3], False),
        (YEARS[1:2], YEARS[:3:2], False),
        (YEARS[:1], YEARS[3:], True),
    ],
    ids=["no year in both", "a year in both", "one around the other", "years between"],
)
def test_gaps_are_compared_where_one_ended_before_the_other_began(
    earlier: tuple[str, ...], later: tuple[str, ...], there: bool
) -> None:
    for gaps in ([a_gap(earlier), a_gap(later)], [a_gap(later), a_gap(earlier)]):
        years = gap_change(pl.DataFrame(gaps)).select("earlier_first_year", "first_year").rows()
        assert years == [(earlier[0], later[0])] * there


@pytest.mark.parametrize(
    ("difference", "verdict"),
    [(0.35, "wider"), (0.34, "no_clear_difference"), (0.06, "no_clear_difference"), (0.05, "narrower")],
)
def test_a_gap_is_wider_or_narrower_where_that_is_beyond_doubt(difference: float, verdict: str) -> None:
    """Two intervals of ± 0.1: their difference has one of ± 0.1414."""
    gaps = [a_gap(YEARS[:1]), a_gap(YEARS[1:2], difference)]
    assert gap_change(pl.DataFrame(gaps))["verdict"].to_list() == [verdict]


@pytest.mark.parametrize("other", [{"gap_id": "other"}, {"programme_id": "bb"}])
def test_a_gap_is_set_beside_an_earlier_one_of_its_own_only(other: dict[str, str]) -> None:
    gaps = [a_gap(YEARS[:1]) | other, a_gap(YEARS[1:2])]
    assert gap_change(pl.DataFrame(gaps)).is_empty()


# ---- beside others ----


def test_every_gap_stands_beside_that_of_the_others(demo_home: Settings) -> None:
    result = rows_of(demo_home, "result")
    gaps = naive_gaps(result, rows_of(demo_home, "gap_pair"))
    naive = naive_gap_comparisons(result, rows_of(demo_home, "programme"), gaps)
    assert {row["verdict"] for row in naive.values()} > {"no_clear_difference"}
    assert_agrees(released(demo_home.home, "gap_comparison"), (*GAP, "kind", "name"), naive)


def both_sides(who: str, year: str = YEAR, k: int = 10) -> list[Any]:
    return [told(who, year, k=k), told(who, year, "modelled", k=20 - k)]


@pytest.mark.parametrize(("others", "there"), [(2, False), (3, True)])
def test_a_gap_is_set_beside_that_of_at_least_three_others(others: int, there: bool) -> None:
    rows = [row for number in range(others) for row in both_sides(f"p{number}")]
    made = frames(holdings([*both_sides("own"), *rows]))["gap_comparison"]
    own = made.filter(pl.col("programme_id") == "own")
    assert own["comparator_programmes"].to_list() == [others] * 3 * there


@pytest.mark.parametrize("side", ["asked", "modelled"])
@pytest.mark.parametrize(("with_it", "there"), [(2, False), (3, True)])
def test_both_sides_need_three_others(side: str, with_it: int, there: bool) -> None:
    """Four others have the one side, so many of them the other; the fewer are told."""
    other = {"asked": "modelled", "modelled": "asked"}[side]
    rows = [told(f"p{number}", measure=other) for number in range(4)]
    rows += [told(f"p{number}", measure=side) for number in range(with_it)]
    made = frames(holdings([*both_sides("own"), *rows]))["gap_comparison"]
    own = made.filter(pl.col("programme_id") == "own")
    assert own["comparator_programmes"].to_list() == [with_it] * 3 * there


@pytest.mark.parametrize(("waiting", "there"), [(2, True), (3, False)])
def test_a_gap_of_others_covers_two_thirds_of_them(waiting: int, there: bool) -> None:
    rows = [row for number in range(4) for row in both_sides(f"p{number}")]
    rows += [waits(f"w{number}", measure="modelled") for number in range(waiting)]
    made = frames(holdings([*both_sides("own"), *rows]))["gap_comparison"]
    own = made.filter(pl.col("programme_id") == "own", pl.col("kind") == "everybody")
    assert own.height == there


@pytest.mark.parametrize(("k", "verdict"), [(17, "wider"), (10, "no_clear_difference"), (3, "narrower")])
def test_a_gap_is_beyond_those_of_the_others_where_no_doubt_is_left(k: int, verdict: str) -> None:
    rows = [row for number in range(9) for row in both_sides(f"p{number}")]
    made = frames(holdings([*both_sides("own", k=k), *rows]))["gap_comparison"]
    assert made.filter(pl.col("programme_id") == "own")["verdict"].to_list() == [verdict] * 3
