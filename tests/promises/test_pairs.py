"""How many gave two answers is shown only beside two results of the same people, and gives nobody away."""

import random
from itertools import product
from math import sqrt
from pathlib import Path

import polars as pl
import pytest

from pipelines.disclosure.attacker_pairs import findings_in_pairs, possible_values
from pipelines.instrument.catalogue import Catalogue
from pipelines.release.publishing import publish
from pipelines.statistics.paired_gaps import CELLS, paired_gap
from pipelines.store.store import Store
from pipelines.verification.estimators import plain_wilson
from tests.factories import NOW, a_catalogue, a_file, a_measure, loaded, programmes_csv, released

YEAR = "2024-25"
LEAST = 3


def catalogue(*, paired: bool = True) -> Catalogue:
    gap = {"id": "gap", "title": "Gap", "expected": "expected", "modelled": "modelled", "paired": paired}
    return a_catalogue(a_measure("expected"), a_measure("modelled"), gap=[gap])


def answers(both: int, expected_only: int, modelled_only: int, neither: int, *, more: str = "") -> str:
    """A file of staff who gave these pairs of answers; `more`: rows at its end."""
    pairs = [("yes", "yes")] * both + [("yes", "no")] * expected_only + [("no", "yes")] * modelled_only
    pairs += [("no", "no")] * neither
    rows = [f"elm,{YEAR},{expected},{modelled}" for expected, modelled in pairs]
    return "\n".join(["programme_id,academic_year,expected,modelled", *rows]) + f"\n{more}"


def told(store: Store, folder: Path, text: str, instrument: Catalogue | None = None) -> list[tuple[object, ...]]:
    """What a release tells of the pair of a file."""
    asked, home = instrument or catalogue(), store.path.parent
    loaded(store, a_file(folder, programmes_csv("elm"), "p.csv"), "programmes", asked)
    loaded(store, a_file(folder, text, "s.csv"), "staff_responses", asked)
    publish(store, asked, home / "releases", now=NOW, published_by="tester")
    return released(home, "gap_of_same_people").select("gap_id", "respondents", *CELLS).rows()


# ---- what is shown ----


@pytest.mark.parametrize(
    ("cells", "there"),
    [
        ((3, 3, 3, 3), True),
        ((2, 4, 4, 4), False),
        ((4, 2, 4, 4), False),
        ((4, 4, 2, 4), False),
        ((4, 4, 4, 2), False),
        ((6, 6, 0, 6), False),
    ],
)
def test_a_pair_is_shown_where_each_of_its_four_numbers_is_as_large_as_a_side(
    store: Store, tmp_path: Path, cells: tuple[int, int, int, int], there: bool
) -> None:
    assert told(store, tmp_path, answers(*cells)) == ([("gap", sum(cells), *cells)] if there else [])


@pytest.mark.parametrize("more", [f"elm,{YEAR},yes,\n", f"elm,{YEAR},,no\n"])
def test_a_pair_needs_exactly_the_same_people(store: Store, tmp_path: Path, more: str) -> None:
    assert told(store, tmp_path, answers(5, 5, 5, 5, more=more)) == []


def test_a_gap_that_is_not_paired_has_none(store: Store, tmp_path: Path) -> None:
    assert told(store, tmp_path, answers(5, 5, 5, 5), catalogue(paired=False)) == []


@pytest.mark.parametrize("shown", [True, False])
def test_where_a_role_is_told_there_is_no_pair_whether_or_not_anything_is_shown_by_role(
    store: Store, tmp_path: Path, *, shown: bool
) -> None:
    rows = answers(10, 10, 10, 10).splitlines()
    roles = ["role", *(["supervisor", "tutor"] * 20 if shown else ["supervisor", *[""] * 39])]
    text = "\n".join(f"{row},{role}" for row, role in zip(rows, roles, strict=True)) + "\n"
    assert told(store, tmp_path, text) == []
    assert (released(store.path.parent, "result")["subgroup"].drop_nulls().len() > 0) == shown


def test_what_is_withdrawn_is_in_no_pair(store: Store, tmp_path: Path) -> None:
    assert told(store, tmp_path, answers(5, 5, 5, 5))
    [submission] = store.submissions().filter(dataset="staff_responses")["submission_id"]
    store.withdraw(submission, None, by="tester", at=NOW, reason="Wrong.")
    publish(store, catalogue(), store.path.parent / "releases", now=NOW, published_by="tester")
    assert released(store.path.parent, "gap_of_same_people").is_empty()


# ---- the attacker ----


def attacked(n: int, expected: int, modelled: int, both: int | None, *, has_subgroups: bool = False) -> list[str]:
    asked = pl.DataFrame(
        {
            "programme_id": ["elm"],
            "academic_year": [YEAR],
            "expected_result": [1],
            "modelled_result": [2],
            "respondents": [n],
            "expected": [expected],
            "modelled": [modelled],
            "minimum_each_side": [LEAST],
            "has_subgroups": [has_subgroups],
        }
    )
    shown = pl.DataFrame({"expected_result": [1], "modelled_result": [2], "both_sides": [both]}).drop_nulls()
    return findings_in_pairs(asked, shown)["reason"].to_list()


def test_whatever_two_results_show_what_is_withheld_of_their_pair_keeps_its_values() -> None:
    """Every pair of results of up to 30 people that the rule could show beside each other."""
    for n in range(10, 31):
        for expected, modelled in product(range(LEAST, n - LEAST + 1), repeat=2):
            assert attacked(n, expected, modelled, None) == []


@pytest.mark.parametrize(("both", "fault"), [(7, []), (2, ["too few people gave one pair of answers"])])
def test_a_pair_that_is_told_with_too_small_a_number_is_found(both: int, fault: list[str]) -> None:
    assert attacked(20, 10, 10, both) == fault


@pytest.mark.parametrize(("both", "fault"), [(None, []), (7, ["a pair is told although there are subgroups"])])
def test_a_pair_that_is_told_beside_subgroups_is_found(both: int | None, fault: list[str]) -> None:
    assert attacked(20, 10, 10, both, has_subgroups=True) == fault


def test_possible_values_are_those_that_leave_no_number_below_none() -> None:
    assert possible_values(10, 7, 6) == [3, 4, 5, 6]


# ---- the interval ----


def naive_interval(both: int, expected: int, modelled: int, neither: int) -> tuple[float, float, float]:
    n = both + expected + modelled + neither
    (one, other) = (both + expected) / n, (both + modelled) / n
    (low, high), (other_low, other_high) = plain_wilson(both + expected, n), plain_wilson(both + modelled, n)
    cross = both * neither - expected * modelled
    if cross > 0:
        cross = max(cross - n / 2, 0)
    phi = cross / sqrt((both + expected) * (modelled + neither) * (both + modelled) * (expected + neither))

    def half(a: float, b: float) -> float:
        return sqrt(max(a * a - 2 * phi * a * b + b * b, 0))

    return (
        one - other,
        one - other - half(one - low, other_high - other),
        one - other + half(high - one, other - other_low),
    )


@pytest.mark.parametrize("cells", [(5, 9, 3, 4), (12, 3, 3, 12), (3, 8, 8, 3), (20, 10, 4, 16), (3, 3, 3, 3)])
def test_the_interval_of_a_pair_is_computed_a_second_time(cells: tuple[int, int, int, int]) -> None:
    [row] = paired_gap(pl.DataFrame([dict(zip(CELLS, cells, strict=True))])).to_dicts()
    found = [row[name] for name in ("difference", "difference_low", "difference_high")]
    assert found == pytest.approx(naive_interval(*cells))


def test_the_interval_covers_the_true_difference_about_as_often_as_it_says() -> None:
    chance, hits, shares = random.Random(11), 0, (0.35, 0.3, 0.1, 0.25)  # noqa: S311
    for _ in range(800):
        drawn = chance.choices(CELLS, shares, k=35)
        counts = {cell: drawn.count(cell) for cell in CELLS}
        [row] = paired_gap(pl.DataFrame([counts])).to_dicts()
        hits += row["difference_low"] <= shares[1] - shares[2] <= row["difference_high"]
    assert 0.92 <= hits / 800 <= 0.985


def test_a_pair_fits_its_results(store: Store, tmp_path: Path) -> None:
    told(store, tmp_path, answers(5, 6, 7, 8))
    [pair] = released(store.path.parent, "gap_of_same_people").to_dicts()
    results = {row["measure_id"]: row for row in released(store.path.parent, "result").to_dicts() if row["respondents"]}
    for side in ("expected", "modelled"):
        assert results[side]["respondents"] == pair["respondents"]
        assert results[side]["affirmative"] == pair["both_sides"] + pair[f"{side}_only"]
