"""Staff and trainees across programmes, and the limits of it. `test_outsider` computes each association again."""

from typing import Any

import polars as pl
import pytest

from tests.factories import a_catalogue, a_measure
from tests.reference.worlds import YEAR, YEARS, frames, holdings, told, waits

INSTRUMENT = a_catalogue(
    a_measure("shown"),
    a_measure("seen", group="trainee"),
    association=[{"id": "pair", "title": "Pair", "first": "shown", "second": "seen"}],
)


def both(who: str, number: int, year: str = YEAR) -> list[Any]:
    """Both sides, so that no two programmes are alike."""
    return [told(who, year, "shown", k=3 + number), told(who, year, "seen", n=30, k=4 + number * 7 % 20)]


def world(programmes: int, *others: Any) -> dict[str, pl.DataFrame]:
    """So many programmes with both sides, and others."""
    rows = [row for number in range(programmes) for row in both(f"p{number}", number)]
    return frames(holdings([*rows, *others]), INSTRUMENT)


@pytest.mark.parametrize(("programmes", "there"), [(9, False), (10, True)])
def test_an_association_needs_ten_programmes_with_both(programmes: int, there: bool) -> None:
    made = world(programmes, told("half", measure="shown"))
    assert made["association"]["programmes"].to_list() == [programmes] * there


@pytest.mark.parametrize("side", ["shown", "seen"])
@pytest.mark.parametrize(("waiting", "there"), [(5, True), (6, False)])
def test_an_association_covers_two_thirds_of_those_that_asked_both(side: str, waiting: int, there: bool) -> None:
    other = {"shown": "seen", "seen": "shown"}[side]
    late = [row(f"w{number}", measure=one) for number in range(waiting) for row, one in ((waits, side), (told, other))]
    found = world(10, *late)["association"]
    assert found.select("programmes", "asked", "coverage").rows() == [(10, 15, 10 / 15)] * there


def test_who_asked_one_side_only_is_not_counted_as_having_asked() -> None:
    halves = [told(f"h{number}", measure=("shown", "seen")[number % 2]) for number in range(10)]
    assert world(10, *halves)["association"]["asked"].to_list() == [10]


@pytest.mark.parametrize(("years_before", "there"), [(2, True), (3, False)])
def test_while_a_side_waits_its_result_of_the_two_years_before_is_taken(years_before: int, there: bool) -> None:
    late = [
        told("late", YEARS[-1 - years_before], "seen"),
        waits("late", measure="seen"),
        told("late", measure="shown"),
    ]
    points = world(10, *late)["association_point"].filter(pl.col("academic_year") == YEAR)
    assert points["programme_id"].to_list().count("late") == 0
    same_year = [told("late", YEARS[-1 - years_before], "shown"), waits("late", measure="shown")]
    points = world(10, *late[:2], *same_year)["association_point"].filter(pl.col("academic_year") == YEAR)
    assert ("late" in points["programme_id"].to_list()) == there


@pytest.mark.parametrize(("year", "there"), [(YEARS[-2], False), (YEAR, True)])
def test_results_that_share_no_year_are_no_point(year: str, there: bool) -> None:
    """Although a comparator would take either of them."""
    late = [told("late", year, "seen"), told("late", measure="shown")]
    late += [] if there else [waits("late", measure="seen")]
    points = world(10, *late)["association_point"].filter(pl.col("academic_year") == YEAR)
    assert ("late" in points["programme_id"].to_list()) == there


def test_where_all_rates_of_a_side_are_alike_there_is_no_association() -> None:
    alike = [
        row for number in range(10) for row in (told(f"p{number}", measure="shown"), both(f"p{number}", number)[1])
    ]
    made = frames(holdings(alike), INSTRUMENT)
    assert [made["association"].height, made["association_point"].height] == [0, 10]


@pytest.mark.parametrize(("k", "same"), [(0, True), (2, True), (18, True), (20, True), (3, False)])
def test_what_waits_changes_no_association(k: int, same: bool) -> None:
    before, after = (world(12, told("late", measure="seen", k=k), told("late", measure="shown")) for k in (1, k))
    assert all(before[name].equals(after[name]) for name in ("association", "association_point")) == same
