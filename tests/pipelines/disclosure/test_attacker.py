"""The attacker and a whole ledger, against a twin that goes through every answer and publishes it naively."""

from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.disclosure.attacker import FINDING, audit
from pipelines.disclosure.attacker_lists import lists_with_histories, read_ledger
from tests.reference.attacker_histories import entries
from tests.reference.attacker_twin import (
    KINDS_OF_TIER,
    SENSITIVE,
    STANDARD,
    Entry,
    Ledger,
    Published,
    Thresholds,
    a_ledger,
    answers_only,
    enough_only,
    parts_frame,
    regardless,
    results_frame,
    together,
    values_left_naively,
)
from tests.reference.attacker_views import remaining
from tests.thorough import examples

NO_BOUND = STANDARD._replace(longest_stay=None)
LOW = Thresholds(4, 2, None)
"""Thresholds low enough for everything to be gone through."""


def found(ledger: Ledger) -> list[tuple[int, int, int]]:
    """The parts of which less is left than promised: part, promised, left."""
    findings = audit(*ledger).findings
    return findings.filter(pl.col("kind") == "part").select("part_id", "promised", "found").rows()


def with_parts(parts: pl.DataFrame, *results: Published) -> Ledger:
    return Ledger(parts, results_frame(parts, *results))


# ---- what remains ----


@given(st.one_of(entries(), entries(withdrawals=True)), st.sampled_from(KINDS_OF_TIER))
@settings(deadline=None, max_examples=examples(250))
def test_what_remains_is_what_the_naive_twin_finds_among_all_answers_that_look_the_same(
    history: tuple[Entry, ...], tier: Thresholds
) -> None:
    possible = values_left_naively(history, tier)
    for part_id, promised, left in remaining(*a_ledger(*history, tier=tier)).iter_rows():
        assert left == min(promised, len(possible[part_id - 1]))


@given(entries(), st.sampled_from(KINDS_OF_TIER))
@settings(deadline=None, max_examples=examples(150))
def test_a_ledger_that_keeps_the_rule_passes(history: tuple[Entry, ...], tier: Thresholds) -> None:
    assert audit(*a_ledger(*history, tier=tier)).findings.rows() == []


@pytest.mark.parametrize("tier", [LOW, LOW._replace(longest_stay=2), Thresholds(5, 3, 3), Thresholds(3, 2, 4)])
@pytest.mark.parametrize("years", [(2020, 2021, 2022), (2020, 2022, 2023), (2021, 2020, 2024)])
def test_every_small_history_of_three_years_keeps_every_promise(tier: Thresholds, years: tuple[int, ...]) -> None:
    """All n up to 3 and all k, in three years: 1,000 histories, all the ledgers of which are tried at once."""
    ledgers = [
        a_ledger(
            *(Entry(n, k, years=(year,)) for (n, k), year in zip(answers, years, strict=True)),
            tier=tier,
            first=1 + 3 * number,
            programme=f"programme-{number}",
        )
        for number, answers in enumerate(product(((n, k) for n in range(4) for k in range(n + 1)), repeat=3))
    ]
    report = audit(*together(*ledgers))
    assert report.findings.rows() == []
    assert report.parts > 1_000


@given(st.one_of(entries(), entries(withdrawals=True)), st.sampled_from(KINDS_OF_TIER))
@settings(deadline=None, max_examples=examples(100))
def test_lists_that_are_left_out_of_the_work_would_have_kept_what_is_promised(
    history: tuple[Entry, ...], tier: Thresholds
) -> None:
    ledger = a_ledger(*history, tier=tier)
    assert remaining(*ledger).equals(remaining(*ledger, shortcut=False))


def test_a_list_that_went_on_under_another_minimum_on_each_side_is_not_left_out_of_the_work() -> None:
    # 1 and 12 were judged with 2 on each side, and waited: so 0, 1, 11 or 12 of the 12, who then began a list with 5.
    parts = parts_frame(Entry(1, 0, retired_in=2), Entry(12, 1), Entry(1, 1, publishing=2)).with_columns(
        minimum_each_side=pl.Series([2, 5, 5], dtype=pl.Int64)
    )
    assert remaining(*with_parts(parts)).rows()[1] == (2, 5, 4)


def test_nine_and_one_published_together_are_found() -> None:
    assert found(a_ledger(Entry(9, 4), Entry(1, 1), rule=enough_only)) == [(1, 3, 2)]


def test_nine_and_two_published_together_are_not() -> None:
    assert found(a_ledger(Entry(9, 4), Entry(2, 1))) == []


def test_a_late_person_published_in_calendar_order_is_found() -> None:
    parts = parts_frame(Entry(9, 1), Entry(12, 1), Entry(1, 1, publishing=2))
    assert (3, 2, 1) in found(with_parts(parts, Published((0, 2, 1), 3, 2)))


def test_a_value_that_a_list_waited_with_is_found_where_a_condition_on_the_whole_forgets_it() -> None:
    assert found(a_ledger(Entry(12, 2), Entry(8, 7), rule=enough_only)) == [(1, 3, 2), (2, 3, 2)]


def test_parts_of_which_more_is_known_are_found_where_that_was_not_minded() -> None:
    parts = parts_frame(Entry(25, 4, most=5), Entry(25, 9, most=9))
    assert [left for *_, left in found(with_parts(parts, Published((0, 1), 13, 1)))] == [0, 0]


@pytest.mark.parametrize(("n", "k"), [(9, 4), (12, 2), (12, 10)])
def test_a_single_part_that_should_have_waited_is_found(n: int, k: int) -> None:
    assert found(a_ledger(Entry(n, k), rule=regardless)) == [(1, 3, 1)]


def test_a_part_published_by_itself_needs_no_protection() -> None:
    assert remaining(*a_ledger(Entry(30, 12), Entry(9, 4)))["part_id"].to_list() == [2]


def test_a_new_list_begins_where_one_was_published_in_the_middle_of_a_publishing() -> None:
    ledger = a_ledger(Entry(9, 4), Entry(9, 4), Entry(9, 4))
    assert ledger.results["parts"].to_list() == [[1, 2]]
    assert remaining(*ledger)["left"].to_list() == [3, 3, 3]


def test_programmes_measures_and_definitions_are_lists_of_their_own() -> None:
    ledger = together(
        a_ledger(Entry(9, 4), Entry(1, 1), rule=enough_only),
        a_ledger(Entry(9, 4), Entry(2, 1), programme="south", first=11),
        a_ledger(Entry(9, 4), Entry(1, 1), measure="other", first=21),
        a_ledger(Entry(9, 4, years=(2020,)), Entry(1, 1, years=(2021,)), definition="asked_otherwise", first=31),
    )
    assert remaining(*ledger)["part_id"].to_list() == [1, 2, 11, 12, 21, 22, 31, 32]
    assert found(ledger) == [(1, 3, 2)]


@pytest.mark.parametrize(("k", "left"), [(2, 3), (5, 0)])
def test_a_list_that_waits_with_what_the_rule_would_have_published_is_found(k: int, left: int) -> None:
    parts = parts_frame(Entry(12, k, known=True), Entry(2, 1))
    assert remaining(*with_parts(parts))["left"].to_list() == [left]


def test_parts_are_examined_under_the_thresholds_of_their_list() -> None:
    assert remaining(*a_ledger(Entry(9, 4), tier=SENSITIVE))["promised"].to_list() == [4]


def test_it_is_told_how_many_lists_were_looked_at() -> None:
    told: list[tuple[int, int]] = []
    audit(*a_ledger(Entry(9, 4), Entry(3, 1)), progress=lambda done, lists: told.append((done, lists)))
    assert told == [(1, 1)]


def test_findings_name_programme_measure_definition_and_years_and_no_k() -> None:
    findings = audit(*a_ledger(Entry(9, 4), Entry(1, 1), rule=enough_only)).findings
    assert findings.columns == list(FINDING)
    assert findings.row(0) == ("part", 1, None, "north", "told", "asked_so", [2010], 3, 2)


def test_an_empty_ledger_passes() -> None:
    ledger = a_ledger(Entry(9, 4))
    empty = audit(ledger.parts.clear(), ledger.results.clear())
    assert (empty.passed, empty.parts) == (True, 0)


def test_the_k_of_parts_that_are_not_known_is_never_used() -> None:
    ledger = a_ledger(Entry(12, 2), Entry(8, 7), Entry(9, 3))
    blind = ledger.parts.with_columns(affirmative=pl.lit(None, pl.Int64))
    assert remaining(blind, ledger.results).equals(remaining(*ledger))


# ---- people ----


def too_few(ledger: Ledger) -> list[tuple[str, list[int], int, int]]:
    """The results behind which too few people can stand: of what kind, years, promised, found."""
    findings = audit(*ledger).findings.filter(pl.col("result_id").is_not_null())
    return findings.select("kind", "years", "promised", "found").rows()


def test_the_same_four_people_over_four_years_are_found() -> None:
    steady = a_ledger(*(Entry(4, 1),) * 4, tier=NO_BOUND, rule=answers_only)
    assert ("people", [2010, 2011, 2012], 10, 4) in too_few(steady)


@pytest.mark.parametrize(("stay", "found"), [(None, [5]), (3, [5]), (2, []), (1, [])])
def test_five_and_five_two_years_later_are_ten_people_if_nobody_stays_so_long(
    stay: int | None, found: list[int]
) -> None:
    tier = STANDARD._replace(longest_stay=stay)
    ledger = a_ledger(Entry(5, 2, years=(2020,)), Entry(5, 3, years=(2022,)), tier=tier, rule=answers_only)
    assert [people for kind, _, _, people in too_few(ledger) if kind == "people"] == found


@pytest.mark.parametrize(("k", "sides"), [(4, [2]), (5, []), (19, []), (20, [2])])
def test_a_side_that_two_people_explain_by_answering_twice_is_found(k: int, sides: list[int]) -> None:
    ledger = a_ledger(Entry(12, k // 2), Entry(12, k - k // 2), tier=NO_BOUND)
    published = Ledger(ledger.parts, results_frame(ledger.parts, Published((0, 1), k, 1)))
    assert [people for kind, _, _, people in too_few(published) if kind == "side"] == sides


@pytest.mark.parametrize(("n", "k", "kinds"), [(19, 9, []), (18, 9, ["people"]), (20, 4, ["side"])])
def test_a_single_part_over_two_years_is_looked_at_as_well(n: int, k: int, kinds: list[str]) -> None:
    ledger = a_ledger(Entry(n, k, years=(2020, 2021)), tier=NO_BOUND, rule=regardless)
    assert [kind for kind, *_ in too_few(ledger)] == kinds
    assert remaining(*ledger).height == len(kinds)


def test_years_far_apart_do_not_make_a_list_of_one_pool() -> None:
    ledger = a_ledger(Entry(9, 4, years=(2014,)), Entry(9, 4, years=(2020,)), tier=NO_BOUND)
    assert ledger.results.is_empty()
    assert not a_ledger(
        Entry(9, 4, years=(2014,)), Entry(9, 4, years=(2020,)), tier=STANDARD._replace(longest_stay=4)
    ).results.is_empty()


# ---- those who left ----


def test_a_list_that_goes_on_after_somebody_left_it_can_give_them_all_away() -> None:
    # 2 and 8 waited together, with 0 to 2 yeses or 8 to 10. So 8 and 2 with 4 yeses had 2 each, and the first had none.
    history = (Entry(2, 0, retired_in=2), Entry(8, 2), Entry(2, 2, publishing=2))
    ledger = a_ledger(*history)
    assert ledger.results["parts"].to_list() == [[2, 3]]
    assert values_left_naively(history, STANDARD) == [{0}, {2}, {2}]
    assert found(ledger) == [(1, 3, 1), (2, 3, 1), (3, 3, 1)]


def test_a_part_that_left_before_enough_people_stood_with_it_changes_nothing() -> None:
    ledger = a_ledger(Entry(2, 0, retired_in=2), Entry(7, 2), Entry(3, 2, publishing=2))
    assert ledger.results["parts"].to_list() == [[2, 3]]
    assert found(ledger) == []


def test_a_known_part_that_left_is_in_no_total_after_it() -> None:
    history = (Entry(5, 4, known=True, retired_in=2), Entry(9, 1), Entry(2, 2, publishing=2))
    ledger = a_ledger(*history)
    assert ledger.results["parts"].to_list() == [[2, 3]]
    assert values_left_naively(history, STANDARD) == [{4}, {1, 2, 3}, {0, 1, 2}]
    assert found(ledger) == []


def test_a_part_that_was_passed_over_and_left_later_is_on_no_list_of_the_others() -> None:
    parts = parts_frame(Entry(9, 4, retired_in=2), Entry(9, 4), Entry(1, 1))
    assert found(with_parts(parts, Published((1, 2), 5, 1))) == [(2, 3, 2)]


def test_a_list_that_everybody_had_left_is_another_list_than_the_next() -> None:
    ledger = a_ledger(
        *(Entry(60, 1, retired_in=2, years=(year,)) for year in (2010, 2011)), Entry(9, 4, 2), Entry(2, 1, 2)
    )
    assert ledger.results["parts"].to_list() == [[3, 4]]
    assert remaining(*ledger, shortcut=False)["left"].to_list() == [3, 3, 3, 3]


FIVE = tuple(range(2010, 2015))


def retired_list(*further: Entry) -> Ledger:
    """Five years of two people each, without a longest stay, and others that come after them."""
    return a_ledger(*(Entry(2, year % 2, years=(year,)) for year in FIVE), *further, tier=NO_BOUND)


def test_a_list_that_covers_five_years_and_waits_is_retired_and_keeps_its_secrets() -> None:
    ledger = retired_list(Entry(2, 1, years=(2015,)), Entry(20, 9, 2, years=(2016,)))
    assert ledger.parts["retired_because"].to_list() == ["years"] * 5 + [None] * 2
    assert ledger.results["parts"].to_list() == [[6, 7]]
    assert remaining(*ledger)["part_id"].to_list() == [1, 2, 3, 4, 5, 6, 7]
    assert audit(*ledger).passed


def test_a_list_retired_by_its_years_is_no_part_of_the_next_one() -> None:
    kept = remaining(*retired_list(Entry(2, 1, years=(2015,)), Entry(20, 9, 2, years=(2016,))), shortcut=False)
    assert kept.filter(pl.col("left") < pl.col("promised")).is_empty()


def test_who_comes_when_a_list_covers_five_years_begins_another() -> None:
    ledger = retired_list(Entry(2, 1, years=(2015,)), Entry(2, 1, years=(2016,)))
    lists = [part_ids for _, part_ids, _ in lists_with_histories(read_ledger(*ledger))]
    assert lists == [[1, 2, 3, 4, 5], [6, 7]]


@given(st.data())
@settings(deadline=None, max_examples=examples(30))
def test_what_is_left_of_lists_retired_by_their_years_is_what_the_naive_twin_finds(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(0, 2), min_size=5, max_size=6).filter(lambda sizes: sum(sizes) < 9))
    history = (*(Entry(n, data.draw(st.integers(0, n))) for n in sizes), Entry(4, data.draw(st.integers(0, 4)), 2))
    possible = values_left_naively(history, LOW)
    for part_id, promised, left in remaining(*a_ledger(*history, tier=LOW), shortcut=False).iter_rows():
        assert left == min(promised, len(possible[part_id - 1]))


# ---- overrides ----

THIS, OTHER = (2020,), (2021,)


def test_what_is_told_after_a_decision_does_not_change_why_it_was_made() -> None:
    """1 and 2 and 6 waited, too few; the 2 left. With the 6 that were added to the 1, the list was 13 and waited, as it
    would have told the other 6. Then these are told, and the list would no longer have waited."""
    added = Entry(6, 0, 2, known=True, years=(2016,))
    history = Entry(1, 1, years=(2016,)), Entry(2, 1, retired_in=2, years=(2017,)), Entry(6, 6, years=(2018,)), added
    tier = STANDARD._replace(longest_stay=2)
    parts = parts_frame(
        *history, Entry(10, 7, 2, years=(2015,)), Entry(-4, -6, 3, known=True, years=(2018,)), tier=tier
    )
    ledger = with_parts(parts, Published((0, 2, 3, 4), 14, 2))
    report = audit(*ledger)
    assert report.known["part_id"].to_list() == [1, 3, 4, 5, 6]
    assert remaining(*ledger).rows() == [(2, 3, 3)]


@pytest.mark.parametrize(
    ("entries", "results", "known", "left"),
    [
        ((Entry(9, 4, years=THIS), Entry(-2, -1, known=True, years=THIS)), (), [1, 2], []),
        ((Entry(8, 4, years=OTHER), Entry(1, 0, years=THIS), Entry(-1, 0, known=True, years=THIS)), (), [2, 3], [3]),
        ((Entry(9, 0, years=OTHER), Entry(1, 0, years=THIS), Entry(-1, 0, known=True, years=THIS)), (), [1, 2, 3], []),
        (
            (Entry(24, 0, years=THIS), Entry(60, 60, years=OTHER), Entry(0, 24, 2, known=True, years=THIS)),
            (Published((0, 1), 60, 1),),
            [1, 2, 3],
            [],
        ),
    ],
    ids=["the file itself", "nobody else on a list too short", "all on a list once judged", "all of its result"],
)
def test_what_an_override_gives_away_is_a_fact_and_not_a_finding(
    entries: tuple[Entry, ...], results: tuple[Published, ...], known: list[int], left: list[int]
) -> None:
    ledger = with_parts(parts_frame(*entries), *results)
    report = audit(*ledger)
    assert report.known["part_id"].to_list() == known
    assert (report.passed, report.parts) == (True, len(left))
    assert remaining(*ledger)["left"].to_list() == left


@pytest.mark.parametrize(("stay", "known"), [(1, [1, 2, 3]), (2, [2, 3])])
def test_a_list_that_never_had_enough_people_was_not_withheld_for_its_k(stay: int, known: list[int]) -> None:
    parts = parts_frame(
        Entry(8, 0, years=OTHER),
        Entry(8, 0, years=THIS),
        Entry(-1, 0, known=True, years=THIS),
        tier=STANDARD._replace(longest_stay=stay),
    )
    assert audit(*with_parts(parts)).known["part_id"].to_list() == known


@pytest.mark.parametrize(("others", "known"), [(8, [2, 3]), (9, [1, 2, 3])])
def test_an_override_tells_of_a_list_that_left_only_if_that_could_have_been_published(
    others: int, known: list[int]
) -> None:
    parts = parts_frame(
        Entry(others, 0, years=OTHER, retired_in=2),
        Entry(1, 0, years=THIS, retired_in=2),
        Entry(-1, 0, publishing=3, known=True, years=THIS),
    )
    assert audit(*with_parts(parts)).known["part_id"].to_list() == known


def test_those_who_come_after_an_override_are_not_given_away_with_it() -> None:
    parts = parts_frame(Entry(10, 0, years=THIS), Entry(0, 1, known=True, years=THIS), Entry(4, 2, years=OTHER))
    assert found(with_parts(parts, Published((0, 1, 2), 3, 1))) == [(3, 3, 1)]


def test_people_behind_a_result_are_those_that_an_override_left() -> None:
    parts = parts_frame(Entry(12, 6, years=THIS), Entry(-4, -2, known=True, years=THIS))
    assert too_few(with_parts(parts, Published((0, 1), 4, 1))) == [("people", [2020], 10, 8)]
