"""What somebody sees who knows the answers of some people, or sent whole files himself."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.disclosure.attacker import Insider, audit
from tests.reference.attacker_histories import entries
from tests.reference.attacker_twin import (
    KINDS_OF_TIER,
    Entry,
    Published,
    Thresholds,
    a_ledger,
    alike,
    parts_frame,
    results_frame,
)
from tests.reference.attacker_views import insiders_view, remaining
from tests.thorough import examples


def left_to_insider_naively(history: tuple[Entry, ...], people: list[int], tier: Thresholds) -> list[int]:
    """For each part the fewest values left, over the answers his people may have given, all being gone through."""
    parts = [entry.part(place) for place, entry in enumerate(history)]
    possible = alike(history, tier)
    yeses_of_each = (
        range(min(known, part.respondents) + 1) if part.span else (0,)
        for part, known in zip(parts, people, strict=True)
    )
    views = [
        view
        for yeses in product(*yeses_of_each)
        if (
            view := [
                ks
                for ks in possible
                if all(
                    part.span == 0 or yes <= k <= part.respondents - min(known, part.respondents) + yes
                    for k, yes, part, known in zip(ks, yeses, parts, people, strict=True)
                )
            ]
        )
    ]
    return [min(len({ks[place] for ks in view}) for view in views) for place in range(len(history))]


@given(entries(), st.sampled_from(KINDS_OF_TIER), st.integers(0, 2), st.sets(st.integers(1, 3), max_size=1))
@settings(deadline=None, max_examples=examples(100))
def test_an_insider_sees_what_the_naive_twin_sees(
    history: tuple[Entry, ...], tier: Thresholds, people: int, knows: set[int]
) -> None:
    ledger = a_ledger(*history, tier=tier)
    insider = Insider("north", people, frozenset(knows))
    seen = {row["part_id"]: row["left"] for row in insiders_view(*ledger, insider).to_dicts()}
    acquainted = [entry.n if place + 1 in knows else people for place, entry in enumerate(history)]
    expected = left_to_insider_naively(history, acquainted, tier)
    for part_id, promised in remaining(*ledger).select("part_id", "promised").iter_rows():
        high = history[part_id - 1].part(part_id - 1).high
        fewer = expected[part_id - 1] < min(promised, max(1, high - people + 1)) and part_id not in knows
        assert seen.get(part_id) == (expected[part_id - 1] if fewer else None)


def test_an_insider_who_is_every_yes_there_can_be_learns_the_rest_and_the_audit_still_passes() -> None:
    ledger = a_ledger(Entry(2, 1), Entry(2, 1), Entry(8, 1))
    report = audit(*ledger, Insider("north"))
    assert report.insider is not None
    assert report.insider.select("part_id", "others", "left").rows() == [(1, 1, 1), (2, 1, 1), (3, 7, 1)]
    assert report.passed


def test_who_sent_one_of_two_files_reads_the_other_from_their_result_and_the_audit_still_passes() -> None:
    # The 9 wait until 12 come with a k that their sender knows.
    ledger = a_ledger(Entry(9, 4), Entry(12, 6))
    assert insiders_view(*ledger, Insider("north", 0)).is_empty()
    report = audit(*ledger, Insider("north", 0, frozenset({2})))
    assert report.insider is not None
    assert report.insider.select("part_id", "others", "promised", "left").rows() == [(1, 9, 3, 1)]
    assert report.passed


@pytest.mark.parametrize(("retired_in", "sees"), [(2, 0), (3, 3)])
def test_an_insider_remembers_a_result_and_is_not_followed_along_a_list_that_a_withdrawal_interrupted(
    retired_in: int, sees: int
) -> None:
    parts = parts_frame(Entry(2, 1, retired_in=retired_in), Entry(2, 1), Entry(8, 1, publishing=2))
    result = Published((0, 1, 2) if retired_in > 2 else (1, 2), 3, 2)
    assert insiders_view(parts, results_frame(parts, result), Insider("north")).height == sees


def test_an_insider_sees_his_own_programme_only() -> None:
    assert insiders_view(*a_ledger(Entry(2, 1), Entry(2, 1), Entry(8, 1)), Insider("south")).is_empty()
