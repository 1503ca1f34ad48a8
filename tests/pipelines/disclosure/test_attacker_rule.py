"""The attacker's rule, against a twin that goes through every answer people could have given."""

from collections.abc import Iterator
from itertools import combinations_with_replacement, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.disclosure.attacker_rule import Part, Thresholds, fewest_people, most_answers
from tests.reference.attacker_twin import (
    KINDS_OF_TIER,
    STANDARD,
    STAYS,
    TIERS,
    answers_by,
    different_people,
    naive_arrivals,
    naive_rule,
    naive_waiting,
)
from tests.reference.attacker_views import values_of, would_publish
from tests.thorough import examples

NO_BOUND = STANDARD._replace(longest_stay=None)


def whole(*sizes: int) -> tuple[Part, ...]:
    """Parts of successive years of which nothing is known but n."""
    return in_years(sizes, range(len(sizes)))


def in_years(sizes: tuple[int, ...], years: tuple[int, ...] | range) -> tuple[Part, ...]:
    """Parts of a year each."""
    return tuple(Part(n, (year,), 0, n) for n, year in zip(sizes, years, strict=True))


# ---- people ----


@pytest.mark.parametrize(("stay", "people"), [(None, 6), (4, 6), (3, 6), (2, 11), (1, 15)])
def test_people_of_years_a_longest_stay_apart_are_others(stay: int | None, people: int) -> None:
    assert fewest_people(in_years((6, 4, 5), (2020, 2021, 2022)), stay) == people


@pytest.mark.parametrize(("years", "people"), [((2020, 2023), 7), ((2020, 2024), 12)])
def test_three_years_later_they_may_be_the_same_and_four_years_later_not(years: tuple[int, ...], people: int) -> None:
    assert fewest_people(in_years((7, 5), years), 4) == people


@pytest.mark.parametrize(("n", "people"), [(20, 10), (19, 10), (18, 9)])
def test_of_a_part_over_two_years_half_may_be_the_same_people(n: int, people: int) -> None:
    assert fewest_people((Part(n, (2020, 2021), 0, n),), None) == people


def test_a_file_and_what_an_override_took_from_it_are_counted_as_one() -> None:
    assert fewest_people((Part(12, (2020,), 5, 5), Part(-4, (2020,), -2, -2)), 4) == 8
    assert fewest_people((Part(-4, (2020,), -2, -2),), 4) == 0


@pytest.mark.parametrize("stay", STAYS)
@pytest.mark.parametrize("years", [(0, 1), (0, 1, 2), (0, 2, 3), (0, 1, 4), (0, 3, 5)])
def test_the_fewest_people_are_the_fewest_that_can_give_these_answers(years: tuple[int, ...], stay: int | None) -> None:
    stays = stays_in(years, stay)
    for sizes in product(range(4), repeat=len(years)):
        fewest = next(number for number in range(13) if any(could_answer(sizes, some) for some in crews(stays, number)))
        assert fewest_people(in_years(sizes, years), stay) == fewest


@pytest.mark.parametrize("stay", STAYS)
@pytest.mark.parametrize("years", [(0, 1), (0, 1, 2), (0, 2, 3), (0, 1, 4), (0, 3, 5)])
def test_so_many_people_never_give_more_answers_than_is_taken_for_possible(
    years: tuple[int, ...], stay: int | None
) -> None:
    stays = stays_in(years, stay)
    for sizes, number in product(product(range(4), repeat=len(years)), range(3)):
        most = max(
            sum(min(n, sum(present)) for n, present in zip(sizes, zip(*some, strict=True), strict=True)) if some else 0
            for some in crews(stays, number)
        )
        assert most <= most_answers(in_years(sizes, years), number, stay)


def stays_in(years: tuple[int, ...], stay: int | None) -> list[tuple[bool, ...]]:
    """Everything a person can do: in which of these years he is there."""
    if stay is None:
        return [(True,) * len(years)]
    begun = range(min(years) - stay, max(years) + 1)
    return sorted({tuple(first <= year < first + stay for year in years) for first in begun})


def crews(stays: list[tuple[bool, ...]], number: int) -> Iterator[tuple[tuple[bool, ...], ...]]:
    return combinations_with_replacement(stays, number)


def could_answer(sizes: tuple[int, ...], crew: tuple[tuple[bool, ...], ...]) -> bool:
    return all(n <= sum(person[place] for person in crew) for place, n in enumerate(sizes))


@given(
    st.lists(
        st.tuples(st.integers(-3, 20), st.sets(st.integers(0, 9), min_size=1, max_size=4)), min_size=1, max_size=5
    ),
    st.sampled_from(STAYS),
    st.integers(0, 4),
)
@settings(deadline=None)
def test_people_are_counted_as_by_the_naive_twin(
    files: list[tuple[int, set[int]]], stay: int | None, people: int
) -> None:
    parts = tuple(Part(n, tuple(sorted(years)), 0, max(n, 0)) for n, years in files)
    assert fewest_people(parts, stay) == different_people(parts, stay)
    assert most_answers(parts, people, stay) == answers_by(people, parts, stay)


def test_lists_of_forty_years_are_counted_at_once() -> None:
    assert fewest_people(in_years((3,) * 40, range(40)), 2) == 60


# ---- decisions ----


def test_four_people_over_four_years_are_never_published() -> None:
    parts = whole(4, 4, 4, 4)
    assert not any(would_publish(parts, total, NO_BOUND) for total in range(17))


@pytest.mark.parametrize(("stay", "published"), [(None, False), (2, False), (1, True)])
def test_nine_and_nine_of_the_next_year_are_ten_people_only_if_they_are_others(
    stay: int | None, published: bool
) -> None:
    assert would_publish(whole(9, 9), 9, STANDARD._replace(longest_stay=stay)) == published


@pytest.mark.parametrize(("total", "published"), [(4, False), (5, True), (15, True), (16, False)])
def test_two_people_who_answered_twice_are_no_side(total: int, published: bool) -> None:
    assert would_publish((Part(20, (2020, 2021), 0, 20),), total, NO_BOUND) == published


@pytest.mark.parametrize(("second", "published"), [(1, False), (2, True)])
def test_nine_people_wait_when_one_more_comes_and_not_when_two_do(second: int, published: bool) -> None:
    decisions = {would_publish(whole(9, second), total, STANDARD) for total in range(3, 9 + second - 3 + 1)}
    assert (True in decisions) == published


@pytest.mark.parametrize(("total", "first", "published"), [(8, {0, 1, 2}, True), (9, {1, 2}, False)])
def test_twelve_people_wait_if_eight_more_leave_them_only_two_values(
    total: int, first: set[int], published: bool
) -> None:
    assert values_of(whole(12, 8), total, STANDARD)[0] == first
    assert would_publish(whole(12, 8), total, STANDARD) == published


def test_one_late_person_is_given_away_in_calendar_order_and_not_in_order_of_arrival() -> None:
    assert would_publish(whole(9, 1, 12), 3, STANDARD)
    assert not would_publish(whole(9, 12, 1), 3, STANDARD)


@pytest.mark.parametrize("tier", TIERS)
def test_a_single_part_is_published_from_the_minimum_on(tier: Thresholds) -> None:
    t, s, _ = tier
    assert [would_publish(whole(n), s, tier) for n in (t - 1, t)] == [False, True]
    assert [would_publish(whole(t), k, tier) for k in (s - 1, s, t - s, t - s + 1)] == [False, True, True, False]


def test_what_others_know_of_the_greatest_k_counts() -> None:
    parts = (Part(25, (0,), 0, 5), Part(25, (1,), 0, 9))
    assert not would_publish(parts, 13, STANDARD)
    assert not any(values_of(parts, 13, STANDARD))  # 4 and 9, or 5 and 8: either first part would have stood alone


def test_a_known_part_stands_on_a_list_with_its_k() -> None:
    assert values_of((*whole(12), Part(-1, (0,), -1, -1), Part(8, (1,), 0, 8)), 7, STANDARD)[1] == {-1}
    assert not would_publish((*whole(9), Part(12, (1,), 5, 5)), 8, STANDARD)  # 8 - 5 would give the first away


# ---- against the twin ----


@pytest.mark.parametrize("stay", STAYS)
def test_every_list_of_two_parts_is_decided_as_by_the_naive_twin(stay: int | None) -> None:
    for tier, gap in product(TIERS, (1, 3)):
        thresholds = tier._replace(longest_stay=stay)
        for sizes in product((0, 1, 2, 3, 8, 9, 10, 11, 14, 15, 17), repeat=2):
            agree_on_every_total(in_years(sizes, (0, gap)), thresholds)


@pytest.mark.parametrize("stay", [None, 2, 3, 4])
@pytest.mark.parametrize("tier", [(2, 2), (4, 2), (5, 3)])
def test_every_small_list_of_three_parts_is_decided_as_by_the_naive_twin(
    tier: tuple[int, int], stay: int | None
) -> None:
    """Thresholds so low that all of n up to 5, three years, and gaps of none to four years between them are tried."""
    for years in [(0, 1, 2), (0, 2, 3), (1, 0, 4), (0, 3, 6)]:
        for sizes in product(range(6), repeat=3):
            agree_on_every_total(in_years(sizes, years), Thresholds(*tier, stay))


def test_every_small_list_of_four_parts_in_any_order_is_decided_as_by_the_naive_twin() -> None:
    for years, sizes in product(permutations((0, 1, 3)), product((1, 2, 4), repeat=3)):
        agree_on_every_total((*in_years(sizes, years), Part(5, (4, 5), 0, 5)), Thresholds(4, 2, 3))


def agree_on_every_total(parts: tuple[Part, ...], tier: Thresholds) -> None:
    for total in range(sum(part.low for part in parts) - 1, sum(part.high for part in parts) + 2):
        assert would_publish(parts, total, tier) == naive_rule(parts, total, tier), (parts, total, tier)


@st.composite
def a_part(draw: st.DrawFn, largest: int) -> Part:
    """n, years, and what is known of k: usually nothing."""
    n = draw(st.integers(0, largest))
    years = tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1, max_size=2))))
    kind = draw(st.sampled_from(("unknown", "unknown", "unknown", "bounded", "known")))
    if kind == "known":
        k = draw(st.integers(-3, largest))
        return Part(draw(st.integers(-3, largest)), years, k, k)
    return Part(n, years, 0, draw(st.integers(0, n)) if kind == "bounded" else n)


def lists(largest: int, longest: int) -> st.SearchStrategy[tuple[Part, ...]]:
    return st.lists(a_part(largest), min_size=1, max_size=longest).map(tuple)


@given(st.one_of(lists(18, 2), lists(12, 3), lists(6, 4), lists(4, 5)), st.sampled_from(KINDS_OF_TIER))
@settings(deadline=None, max_examples=examples(200))
def test_decisions_and_values_left_agree_with_the_naive_twin(parts: tuple[Part, ...], tier: Thresholds) -> None:
    agree_on_every_total(parts, tier)
    arrivals = naive_arrivals(parts, tier)
    for total in range(sum(part.low for part in parts) - 1, sum(part.high for part in parts) + 2):
        possible = [k for k in arrivals if sum(k) == total]
        assert values_of(parts, total, tier) == [{k[place] for k in possible} for place in range(len(parts))]
    waiting = naive_waiting(parts, tier)
    assert values_of(parts, None, tier) == [{k[place] for k in waiting} for place in range(len(parts))]


@given(
    st.lists(st.integers(0, 6), max_size=2),
    st.lists(st.integers(0, 6), max_size=2),
    st.sampled_from(KINDS_OF_TIER),
    st.integers(0, 60),
)
@settings(deadline=None)
def test_of_a_part_of_thousands_only_the_ends_are_special(
    before: list[int], after: list[int], tier: Thresholds, low: int
) -> None:
    small, large = whole(*before, 200, *after), whole(*before, 5_000, *after)
    for total, further in [(low, 0), (100, 2_400), (sum(before) + 200 + sum(after) - low, 4_800)]:
        here, there = values_of(small, total, tier), values_of(large, total + further, tier)
        assert [len(values) for values in here] == [len(values) for values in there]
        assert would_publish(small, total, tier) == would_publish(large, total + further, tier)
