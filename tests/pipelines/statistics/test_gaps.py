"""The gap over time and beside that of others, each computed a second time in plain Python from the results."""

from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from pipelines.settings import Settings
from pipelines.statistics.gaps import gap_change
from tests.factories import released
from tests.pipelines.release.test_publishing import (
    YEAR,
    YEARS,
    frames,
    holdings,
    naive_comparators,
    naive_published,
    told,
    waits,
)
from tests.pipelines.statistics.test_estimators import naive_wilson
from tests.reference.twins import Interval, Row, assert_agrees, counts, mover, named, rows_of, word

GAP = ("gap_id", "programme_id", "first_year", "last_year")
VERDICTS = ("wider", "narrower", "no_clear_difference")


@pytest.fixture(params=["demo_home", "nhs_home"])
def home(request: pytest.FixtureRequest) -> Settings:
    return request.getfixturevalue(request.param)


def naive_gap(expected: tuple[int, int], modelled: tuple[int, int]) -> Interval:
    """Of k of n expected and k of n modelled, perhaps by the same people."""
    (low, high), (other_low, other_high) = naive_wilson(*expected), naive_wilson(*modelled)
    return expected[0] / expected[1] - modelled[0] / modelled[1], low - other_high, high - other_low


def naive_gaps(result: list[Row], pairs: list[Row]) -> list[Row]:
    """With the results of both sides; of two of the same years the one of more people."""
    sides = {
        (measure, who, tuple(row["years"])): row
        for (measure, who), rows in naive_published(result).items()
        for row in sorted(rows, key=lambda row: (row["respondents"], row["result_id"]))
    }
    return [
        {
            "gap_id": pair["gap_id"],
            "programme_id": who,
            "first_year": years[0],
            "last_year": years[-1],
            "expected": expected,
            "modelled": modelled,
            "gap": naive_gap(counts(expected), counts(modelled)),
        }
        for pair in pairs
        for (measure, who, years), expected in sides.items()
        if measure == pair["expected"] and (modelled := sides.get((pair["modelled"], who, years)))
    ]


# ---- over time ----


def naive_gap_changes(gaps: list[Row]) -> dict[Any, Row]:
    found = {}
    in_order = sorted(gaps, key=lambda row: (*(row[key] for key in GAP[:2]), row["last_year"], row["first_year"]))
    for earlier, later in pairwise(in_order):
        same = all(earlier[key] == later[key] for key in GAP[:2])
        if same and earlier["last_year"] < later["first_year"]:
            change = mover(later["gap"], earlier["gap"])
            found[tuple(later[key] for key in GAP)] = {
                "earlier_first_year": earlier["first_year"],
                "earlier_last_year": earlier["last_year"],
                **named("change", change),
                "verdict": word(change, *VERDICTS),
            }
    return found


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


def naive_gap_comparisons(result: list[Row], programme: list[Row], gaps: list[Row]) -> dict[Any, Row]:
    compared = naive_comparators(result, programme)[1]
    found = {}
    for gap in gaps:
        for (result_id, *place), expected in compared.items():
            modelled = compared.get((gap["modelled"]["result_id"], *place))
            if result_id == gap["expected"]["result_id"] and modelled:
                others = naive_gap(_others(expected), _others(modelled))
                excess = mover(gap["gap"], others)
                found[(*(gap[key] for key in GAP), *place)] = {
                    "comparator_programmes": min(side["comparator_programmes"] for side in (expected, modelled)),
                    **named("comparator_difference", others),
                    **named("excess", excess),
                    "verdict": word(excess, *VERDICTS),
                }
    return found


def _others(compared: Row) -> tuple[int, int]:
    return compared["comparator_affirmative"], compared["comparator_respondents"]


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
