"""What ties parts of several lists to each other, against a twin that goes through every answer."""

from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.disclosure.attacker import audit
from tests.reference.attacker_twin import STANDARD, Entry, Ledger, a_ledger, alike, together
from tests.reference.attacker_views import tied
from tests.thorough import examples


def found(ledger: Ledger, **frames: pl.DataFrame) -> list[int]:
    """The parts of which less is left than promised."""
    return audit(*ledger, **frames).findings["part_id"].to_list()


def ties_frame(*pairs: tuple[int, int]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema={"inner_part": pl.Int64, "outer_part": pl.Int64}, orient="row")


def test_a_measure_within_another_gives_its_parts_away_if_it_is_published_by_year() -> None:
    # Of 12 and 12, 10 said yes: 0, 1, 2 or 10 in the first year. 5 of these 12 said yes to what implies it: it was 10.
    outer = a_ledger(Entry(12, 10), Entry(12, 0), measure="told_anyone")
    inner = a_ledger(Entry(12, 5, publishing=2, most=10), measure="told_supervisor", first=11)
    ledger = together(outer, inner)
    assert found(ledger) == []
    assert tied(*ledger, ties=ties_frame((11, 1))).rows() == [(1, 3, 1), (2, 3, 1)]
    assert found(ledger, ties=ties_frame((11, 1))) == [1, 2]


def test_a_tie_that_says_nothing_new_is_left_alone() -> None:
    outer = a_ledger(Entry(12, 9), measure="told_anyone")
    inner = a_ledger(Entry(9, 4, publishing=2, most=9), measure="told_supervisor", first=11)
    assert tied(*together(outer, inner), ties=ties_frame((11, 1))).is_empty()


@given(st.data())
@settings(deadline=None, max_examples=examples(25))
def test_tied_lists_leave_what_the_naive_twin_finds(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(2, 12), min_size=2, max_size=2))
    outer = tuple(Entry(n, data.draw(st.integers(0, n))) for n in sizes)
    inner = tuple(Entry(entry.n, data.draw(st.integers(0, entry.k))) for entry in outer)
    ledger = together(a_ledger(*outer, measure="outer"), a_ledger(*inner, measure="inner", first=11))
    ties = ties_frame(*((11 + place, 1 + place) for place in range(len(outer))))
    pairs = [
        (above, below)
        for above, below in product(alike(outer, STANDARD), alike(inner, STANDARD))
        if all(low <= high for high, low in zip(above, below, strict=True))
    ]
    for part_id, promised, left in tied(*ledger, ties=ties).iter_rows():
        side, place = (0, part_id - 1) if part_id < 11 else (1, part_id - 11)
        assert left == min(promised, len({pair[side][place] for pair in pairs}))


def test_a_list_that_waits_can_be_tied() -> None:
    outer = a_ledger(Entry(12, 2), measure="told_anyone")
    inner = a_ledger(Entry(12, 2, publishing=2), measure="told_supervisor", first=11)
    assert tied(*together(outer, inner), ties=ties_frame((11, 1))).rows() == [(1, 3, 3), (11, 3, 3)]


def test_a_tied_list_that_somebody_left_keeps_its_history() -> None:
    history = (Entry(2, 0, retired_in=2), Entry(8, 2), Entry(2, 2, publishing=2))
    outer = a_ledger(Entry(12, 9), measure="told_anyone")
    ledger = together(outer, a_ledger(*history, measure="told_supervisor", first=11))
    assert tied(*ledger, ties=ties_frame((12, 1), (11, 12)))["left"].to_list() == [1, 1, 1]


# ---- subgroups ----


def shares_frame(*rows: tuple[int, str, int, int | None]) -> pl.DataFrame:
    schema = {"part_id": pl.Int64, "share": pl.String, "respondents": pl.Int64, "affirmative": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_roles_shown_over_a_pool_give_a_year_away() -> None:
    # 12 supervisors, then one more and 20 tutors; of the 13 supervisors 3 said yes: so 2 of the 12, as 3 would show.
    ledger = a_ledger(Entry(12, 2), Entry(21, 6))
    shares = shares_frame(
        (1, "supervisor", 12, None), (1, "tutor", 0, None), (2, "supervisor", 1, None), (2, "tutor", 20, None)
    )
    roles = [(1, "supervisor", 3), (1, "tutor", 5)]
    shown = pl.DataFrame(
        roles, schema={"result_id": pl.Int64, "share": pl.String, "affirmative": pl.Int64}, orient="row"
    )
    assert tied(*ledger, shares=shares)["left"].to_list() == [3, 3]
    assert tied(*ledger, shares=shares, shown=shown)["left"].to_list() == [1, 1]


@pytest.mark.parametrize(("published", "left"), [(None, 3), (1, 2)])
def test_a_published_subgroup_bounds_the_part_it_is_of(published: int | None, left: int) -> None:
    shares = shares_frame((1, "supervisor", 10, published), (1, "tutor", 2, None))
    assert tied(*a_ledger(Entry(12, 2)), shares=shares)["left"].to_list() == [left]


# ---- years in several parts ----

FIRST, SECOND = (2022,), (2023,)


def years_found(*entries: Entry) -> list[tuple[list[int], int, int]]:
    """The years that can be narrowed down: years, promised, found."""
    findings = audit(*a_ledger(*entries)).findings
    return findings.filter(pl.col("kind") == "year").select("years", "promised", "found").rows()


def test_a_year_in_pieces_is_found_though_each_piece_keeps_what_is_promised() -> None:
    # 5 of 10 over 8 and 1 of one year, and 1 of the next: the first year's k is 4 or 5.
    pieces = Entry(8, 4, years=FIRST), Entry(1, 1, years=FIRST), Entry(1, 0, years=SECOND)
    assert years_found(*pieces) == [([2022], 3, 2)]


def test_two_of_the_next_year_hide_it() -> None:
    assert years_found(Entry(7, 4, years=FIRST), Entry(1, 1, years=FIRST), Entry(2, 0, years=SECOND)) == []


def test_a_year_whose_pieces_are_one_result_is_shown_by_itself() -> None:
    assert years_found(Entry(9, 4, years=FIRST), Entry(2, 1, years=FIRST)) == []


def test_a_year_of_one_person_keeps_both_its_values_and_not_three() -> None:
    assert years_found(Entry(0, 0, years=FIRST), Entry(1, 1, years=FIRST), Entry(9, 4, years=SECOND)) == []


@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from((FIRST, SECOND))), min_size=2, max_size=4), st.data())
@settings(deadline=None, max_examples=examples(60))
def test_of_a_year_in_pieces_is_left_what_the_naive_twin_finds(
    pieces: list[tuple[int, tuple[int, ...]]], data: st.DataObject
) -> None:
    entries = tuple(Entry(n, data.draw(st.integers(0, n)), years=years) for n, years in pieces)
    ledger, possible = a_ledger(*entries), alike(entries, STANDARD)
    results = [[part_id - 1 for part_id in part_ids] for part_ids in ledger.results["parts"]]
    expected = []
    for year in (FIRST, SECOND):
        places = [place for place, entry in enumerate(entries) if entry.years == year]
        promised = min(3, sum(entries[place].n for place in places) + 1)
        left = len({sum(ks[place] for place in places) for ks in possible})
        if places and places not in results and left < promised and len(places) > 1:
            expected.append((list(year), promised, left))
    assert sorted(years_found(*entries)) == sorted(expected)
