"""The gap, over time and beside that of others. `test_outsider` computes each again."""

from typing import Any

import polars as pl
import pytest

from pipelines.statistics.gaps import gap_change
from pipelines.verification.rows import Row, named
from tests.factories import a_catalogue, a_measure
from tests.reference.worlds import YEAR, YEARS, frames, holdings, told, waits

# ---- the gap itself ----


@pytest.mark.parametrize(("group", "there"), [("staff", True), ("trainee", False)])
def test_answers_of_different_groups_are_never_subtracted(group: str, there: bool) -> None:
    """One open tutor can be seen by a whole cohort."""
    pair = {"id": "gap", "title": "Gap", "expected": "shown", "modelled": "seen"}
    instrument = a_catalogue(a_measure("shown"), a_measure("seen", group=group), gap=[pair])
    rows = [told(f"p{number}", year, side) for number in range(5) for year in YEARS for side in ("shown", "seen")]
    made = frames(holdings(rows), instrument)
    assert made["gap"].is_empty() == (not there)


# ---- over time ----


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


def changed(earlier: float, later: float, half: float = 0.1) -> list[tuple[float, str]]:
    """By how much a gap became wider, in points, and the verdict."""
    gaps = [a_gap(YEARS[:1], earlier), a_gap(YEARS[1:2], later, half)]
    return [(round(100 * change), word) for change, word in gap_change(pl.DataFrame(gaps))["change", "verdict"].rows()]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("earlier", "later", "found"),
    [
        (0.2, 0.35, (15, "wider")),
        (0.2, 0.34, (14, "no_clear_difference")),
        (0.34, 0.2, (-14, "no_clear_difference")),
        (0.35, 0.2, (-15, "narrower")),
        (0.05, 0.35, (30, "wider")),
        (0.0, 0.35, (35, "wider")),
        (-0.01, 0.35, (36, "no_clear_gap_there")),
        (-0.09, 0.35, (44, "no_clear_gap_there")),
        (-0.02, 0.11, (13, "no_clear_difference")),
        (-0.11, 0.35, (46, "other_direction")),
    ],
)
def test_wider_and_narrower_are_about_size_and_a_change_of_sign_is_called_that(
    sign: int, earlier: float, later: float, found: tuple[float, str]
) -> None:
    """Two intervals of ± 0.1: their difference has one of ± 0.1414. Which of both rates is higher makes no odds."""
    assert changed(sign * earlier, sign * later) == [found]


@pytest.mark.parametrize(("half", "there"), [(0.21, False), (0.19, True)])
def test_a_gap_that_is_not_clear_is_compared_with_nothing(half: float, there: bool) -> None:
    assert len(changed(0.6, 0.2, half)) == there


@pytest.mark.parametrize("other", [{"gap_id": "other"}, {"programme_id": "bb"}])
def test_a_gap_is_set_beside_an_earlier_one_of_its_own_only(other: dict[str, str]) -> None:
    gaps = [a_gap(YEARS[:1]) | other, a_gap(YEARS[1:2])]
    assert gap_change(pl.DataFrame(gaps)).is_empty()


# ---- beside others ----


def both_sides(who: str, year: str = YEAR, k: int = 10, modelled: int | None = None) -> list[Any]:
    return [told(who, year, k=k), told(who, year, "modelled", k=20 - k if modelled is None else modelled)]


OWN = both_sides("own", k=17)
"""A clear gap."""


def beside_others(*rows: Any) -> pl.DataFrame:
    made = frames(holdings([*OWN, *rows]))["gap_comparison"]
    return made.filter(pl.col("programme_id") == "own", pl.col("kind") == "everybody")


@pytest.mark.parametrize(("others", "there"), [(2, False), (3, True)])
def test_a_gap_is_set_beside_that_of_at_least_three_others(others: int, there: bool) -> None:
    made = beside_others(*(row for number in range(others) for row in both_sides(f"p{number}")))
    assert made["comparator_programmes"].to_list() == [others] * there


@pytest.mark.parametrize("side", ["asked", "modelled"])
@pytest.mark.parametrize(("with_both", "there"), [(2, False), (3, True)])
def test_others_need_both_sides(side: str, with_both: int, there: bool) -> None:
    """Who did not ask the other is not counted at all."""
    rows = [told(f"h{number}", measure=side) for number in range(9)]
    made = beside_others(*rows, *(row for number in range(with_both) for row in both_sides(f"p{number}")))
    assert made["comparator_asked"].to_list() == made["comparator_programmes"].to_list() == [with_both] * there


@pytest.mark.parametrize(("waiting", "there"), [(2, True), (3, False)])
def test_a_gap_of_others_covers_two_thirds_of_those_that_asked_both(waiting: int, there: bool) -> None:
    rows = [row for number in range(4) for row in both_sides(f"p{number}")]
    late = [row for number in range(waiting) for row in (told(f"w{number}"), waits(f"w{number}", measure="modelled"))]
    assert beside_others(*rows, *late).height == there


@pytest.mark.parametrize(
    ("k", "modelled", "verdict"),
    [(10, 10, "wider"), (13, 7, "no_clear_difference"), (17, 3, "narrower"), (4, 16, "other_direction")],
)
def test_a_gap_is_wider_or_narrower_than_those_of_the_others(k: int, modelled: int, verdict: str) -> None:
    """26 of 40 less 14 of 40."""
    own = [told("own", n=40, k=26), told("own", measure="modelled", n=40, k=14)]
    rows = [row for number in range(9) for row in both_sides(f"p{number}", k=k, modelled=modelled)]
    made = frames(holdings([*own, *rows]))["gap_comparison"]
    assert made.filter(pl.col("programme_id") == "own")["verdict"].to_list() == [verdict] * 3


@pytest.mark.parametrize(("others", "verdict"), [(8, None), (9, "wider")])
def test_among_fewer_than_ten_programmes_a_gap_has_no_verdict_beside_theirs(others: int, verdict: str | None) -> None:
    """The programme itself is one of the ten. How much wider it is stands there all the same."""
    made = beside_others(*(row for number in range(others) for row in both_sides(f"p{number}", k=10)))
    assert made["verdict"].to_list() == [verdict]
    assert made["excess"].null_count() == 0
