"""Waiting lists: when they become a result, in which order they wait, and what is seen once and for all."""

import random
from itertools import permutations

import polars as pl
import pytest

from pipelines.disclosure.audit import attack_ledger
from pipelines.disclosure.ledger import FIVE_YEARS
from tests.factories import Steward, a_catalogue, a_measure, measure_frame
from tests.reference.small_histories import (
    ANSWERED_ONCE,
    FIFTH,
    FIRST,
    FOURTH,
    INSTRUMENT,
    SECOND,
    SIXTH,
    THIRD,
    YEARS,
    asked,
    assert_same_ledger,
    of,
    publishings,
    result,
    retired,
    waiting,
)

# ---- a list grows until it can be published ----


@pytest.mark.parametrize(("second", "shown"), [((1, 1), False), ((2, 1), True)])
def test_nine_people_and_one_more_wait(steward: Steward, second: tuple[int, int], shown: bool) -> None:
    """Ten in all, but the one's answer would be one of two, and the nine's k one of two."""
    assert steward.publish_loaded(asked(FIRST, 9, 4)) == []
    assert steward.publish_loaded(asked(SECOND, *second)) == [result("asked", (FIRST, SECOND), 11, 5)] * shown


@pytest.mark.parametrize(("k", "shown"), [(7, False), (6, True)])
def test_what_counts_is_the_total_and_never_a_part_by_itself(k: int, shown: bool) -> None:
    """That the twelve waited says 0, 1, 2 or 10, 11, 12. A total of 9 leaves them 1 or 2, one of 8 all three."""
    total = 2 + k
    for first in range(total - 8, 3):
        assert bool(publishings(asked(FIRST, 12, first), asked(SECOND, 8, total - first))) is shown


def test_after_a_list_is_published_a_new_one_begins(steward: Steward) -> None:
    steward.load(*(asked(year, n, n // 2) for year, n in zip(YEARS, (20, 9, 9, 20, 9), strict=False)))
    assert steward.publish() == [
        result("asked", (FIRST,), 20, 10),
        result("asked", (SECOND, THIRD), 18, 8),
        result("asked", (FOURTH,), 20, 10),
    ]
    assert waiting(steward) == [("asked", [2024], 9)]


def test_measures_and_programmes_have_lists_of_their_own(steward: Steward) -> None:
    steward.load(asked(FIRST, 9, 4), of("other", SECOND, 9, 4), ("bb", SECOND, "asked", None, 9, 4))
    assert steward.publish() == []


def test_definitions_never_pool(steward: Steward) -> None:
    steward.publish_loaded(asked(FIRST, 9, 4))
    steward.measures = steward.measures.with_columns(definition=pl.lit("asked otherwise"))
    steward.load(asked(SECOND, 9, 4))
    steward.stands = {key: standing for key, standing in steward.stands.items() if key[1] == SECOND}
    assert steward.publish() == []
    assert steward.publish_loaded(asked(THIRD, 9, 4)) == [result("asked", (SECOND, THIRD), 18, 8)]
    assert steward.ledger.results["definition"].to_list() == ["asked otherwise"]
    assert attack_ledger(steward.ledger).passed


def test_the_sensitive_have_limits_of_their_own() -> None:
    assert publishings(of("lived", FIRST, 7, 2), of("lived", SECOND, 7, 2)) == []
    assert publishings(of("lived", FIRST, 7, 2), of("lived", SECOND, 8, 1)) == []
    assert len(publishings(of("lived", FIRST, 7, 2), of("lived", SECOND, 8, 2))) == 1


def test_subgroups_are_summed_before_anything_is_decided(steward: Steward) -> None:
    steward.load(asked(FIRST, 5, 2, "supervisor"), asked(FIRST, 5, 2, "tutor"))
    assert steward.publish() == [result("asked", (FIRST,), 10, 4)]


# ---- people, and not answers ----


@pytest.mark.parametrize("stay", [2, 3, 4])
def test_five_and_five_are_ten_people_if_nobody_stays_from_one_year_to_the_other(stay: int) -> None:
    first, near, far = asked(FIRST, 5, 2), asked(YEARS[stay - 1], 5, 2), asked(YEARS[stay], 5, 2)
    assert publishings(first, near, stay=stay) == []
    assert publishings(first, far, stay=stay) == [result("asked", (FIRST, YEARS[stay]), 10, 4)]
    assert publishings(first, far, stay=None) == []


@pytest.mark.parametrize(
    ("stay", "second", "least", "people"),
    [
        (None, SECOND, 5, 12),
        (4, FOURTH, 5, 12),
        (4, FIFTH, 3, 24),
        (3, THIRD, 5, 12),
        (3, FOURTH, 3, 24),
        (2, SECOND, 5, 12),
        (2, THIRD, 3, 24),
        (1, SECOND, 3, 24),
    ],
)
def test_two_people_who_answered_in_both_years_are_too_few_on_a_side(
    stay: int | None, second: str, least: int, people: int
) -> None:
    """12 and 12, of whom 2 and a few more said yes. The result says how many people stand behind it at least."""
    assert publishings(asked(FIRST, 12, 2), asked(second, 12, least - 3), stay=stay) == []
    steward = Steward(INSTRUMENT, stay)
    steward.publish_loaded(asked(FIRST, 12, 2))
    assert steward.publish_loaded(asked(second, 12, least - 2)) == [result("asked", (FIRST, second), 24, least)]
    assert steward.ledger.published["people"].to_list() == [people]


def test_the_same_four_people_are_never_ten() -> None:
    assert publishings(*(asked(year, 4, 1 + place % 2) for place, year in enumerate(YEARS)), stay=None) == []


# ---- in which order ----


def test_parts_seen_together_stand_in_calendar_order_and_late_ones_at_the_end(steward: Steward) -> None:
    for year in (FOURTH, FIRST, THIRD):
        steward.load(asked(year, 2, 1))
    steward.publish()
    steward.publish_loaded(asked(SECOND, 2, 1))
    assert [years for _, years, _ in waiting(steward)] == [[2020], [2022], [2023], [2021]]


@pytest.mark.parametrize("late", [0, 1])
def test_one_late_person_is_not_given_away(steward: Steward, late: int) -> None:
    """9 and 12 wait with 2 yes in all; then one person of the year between. With a yes there are 3 of 22, enough in
    calendar order; but 9 and 12 with 3 would not have waited, so that the late one would be known to have said yes."""
    steward.publish_loaded(asked(FIRST, 9, 1), asked(THIRD, 12, 1))
    assert steward.publish_loaded(asked(SECOND, 1, late)) == []
    together = Steward(INSTRUMENT, ANSWERED_ONCE)
    shown = together.publish_loaded(asked(FIRST, 9, 1), asked(SECOND, 1, late), asked(THIRD, 12, 1))
    assert [n for *_, n, _ in shown] == [22] * late


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_the_order_of_loads_before_one_publishing_does_not_matter(order: tuple[int, ...]) -> None:
    rows = [asked(FIRST, 9, 2), asked(SECOND, 12, 4), of("asked_for_help", SECOND, 4, 2), asked(THIRD, 20, 10)]
    one, other = Steward(INSTRUMENT, 2), Steward(INSTRUMENT, 2)
    one.load(*rows)
    for place in order:
        other.load(rows[place])
    assert one.publish() == other.publish()
    assert_same_ledger(one.ledger, other.ledger)


def test_publishing_twice_adds_nothing(steward: Steward) -> None:
    steward.load(asked(FIRST, 9, 4), asked(SECOND, 30, 12), of("asked_for_help", SECOND, 12, 5), asked(THIRD, 4, 0))
    steward.publish()
    before = steward.ledger
    assert steward.publish() == []
    assert_same_ledger(steward.ledger, before)


# ---- what is seen stays ----


@pytest.mark.parametrize(("n", "k"), [(8, 4), (8, 3), (7, 4), (20, 10), (60, 30)], ids=str)
@pytest.mark.parametrize("first", [8, 20], ids=["waits", "published"])
def test_a_later_file_of_a_year_that_was_seen_changes_nothing(steward: Steward, first: int, n: int, k: int) -> None:
    steward.publish_loaded(asked(FIRST, first, first // 2))
    before = steward.ledger
    assert steward.publish_loaded(asked(FIRST, n, k), of("other", FIRST, 30, 15)) == []
    assert_same_ledger(steward.ledger, before)


def test_publishing_leaves_what_it_saw_as_it_was_even_if_the_store_says_otherwise(steward: Steward) -> None:
    steward.publish_loaded(asked(FIRST, 8, 4))
    before = steward.ledger
    steward.stands["aa", FIRST, "asked"] = ("another", [asked(FIRST, 80, 40)])
    assert steward.publish() == []
    assert_same_ledger(steward.ledger, before)


def test_before_publishing_looks_a_file_may_be_replaced(steward: Steward) -> None:
    steward.load(asked(FIRST, 8, 4))
    steward.load(asked(FIRST, 20, 10))
    assert steward.publish() == [result("asked", (FIRST,), 20, 10)]


# ---- five years ----


@pytest.mark.parametrize("together", [False, True], ids=["year by year", "in one publishing"])
@pytest.mark.parametrize(("years", "stay", "gone"), [(4, None, 0), (5, None, 5), (5, 4, 0)])
def test_a_list_that_covers_five_years_and_waits_is_retired_whole(
    together: bool, years: int, stay: int | None, gone: int
) -> None:
    steward = Steward(INSTRUMENT, stay)
    for year in YEARS[:years]:
        steward.load(asked(year, 4, 0))
        if not together:
            steward.publish()
    steward.publish()
    assert retired(steward) == [(4, FIVE_YEARS)] * gone
    assert len(waiting(steward)) == years - gone


@pytest.mark.parametrize("affirmative", [(0, 0, 0, 0, 0), (4, 4, 4, 4, 4), (2, 0, 4, 1, 3), (4, 4, 4, 4, 9)])
def test_by_its_years_alone(affirmative: tuple[int, ...]) -> None:
    steward = Steward(INSTRUMENT)
    steward.load(*(asked(year, n, k) for year, n, k in zip(YEARS, (4, 4, 4, 4, 12), affirmative, strict=False)))
    assert steward.publish() == []
    assert len(retired(steward)) == 5


def test_a_fifth_year_with_which_it_is_enough_is_published_first() -> None:
    steward = Steward(INSTRUMENT)
    steward.load(*(asked(year, n, n // 2) for year, n in zip(YEARS, (4, 4, 4, 4, 22), strict=False)))
    assert steward.publish() == [result("asked", YEARS[:5], 38, 19)]
    assert retired(steward) == []


def test_in_the_same_publishing_a_new_list_begins_with_the_sixth_year() -> None:
    steward = Steward(INSTRUMENT)
    steward.load(*(asked(year, 4, 2) for year in YEARS[:5]), asked(SIXTH, 12, 6))
    assert steward.publish() == [result("asked", (SIXTH,), 12, 6)]
    assert len(retired(steward)) == 5
    assert attack_ledger(steward.ledger).passed


def test_a_year_and_its_override_are_one_year() -> None:
    steward = Steward(INSTRUMENT)
    steward.publish_loaded(*(asked(year, 2, 1) for year in YEARS[:4]))
    steward.load(asked(FIRST, 3, 1))
    steward.publish(("aa", "asked", FIRST))
    assert (len(waiting(steward)), retired(steward)) == (5, [])


def test_so_is_a_list_whose_parts_cover_five_years_between_them() -> None:
    """Of a measure that depends on another each part covers all years of the result it belongs to."""
    steward = Steward(INSTRUMENT)
    for years in (YEARS[:2], YEARS[2:4], YEARS[4:5]):
        few = [6] * (len(years) - 1)
        for year, n in zip(years, [*few, 30], strict=True):
            steward.load(asked(year, n, n // 2), of("asked_for_help", year, 3, 0))
        steward.publish()
    assert [years for _, _, years, _, _ in steward.shown] == [list(YEARS[:2]), list(YEARS[2:4]), [FIFTH]]
    assert [reason for _, reason in retired(steward)] == [FIVE_YEARS] * 3


# ---- thresholds ----

STRICTER = {"minimum_respondents": 20, "minimum_each_side": 5}
RAISED = measure_frame(a_catalogue(a_measure(), tiers={"standard": STRICTER, "sensitive": STRICTER}), ANSWERED_ONCE)


def test_a_list_keeps_the_thresholds_under_which_it_began(steward: Steward) -> None:
    """Else what it waited for would have two meanings. A new list has the new ones, and what is published stays."""
    steward.publish_loaded(asked(FIRST, 12, 4), asked(SECOND, 5, 2))
    steward.measures = RAISED
    assert steward.publish_loaded(asked(THIRD, 7, 2)) == [result("asked", (SECOND, THIRD), 12, 4)]
    assert steward.publish_loaded(asked(FOURTH, 12, 6)) == []
    assert steward.publish_loaded(asked(FIFTH, 7, 3)) == []
    assert steward.publish_loaded(asked(SIXTH, 7, 3)) == [result("asked", (FOURTH, FIFTH, SIXTH), 26, 12)]
    assert steward.shown[0] == result("asked", (FIRST,), 12, 4)


@pytest.mark.parametrize(("first", "later", "shown"), [(1, None, True), (None, 1, False)])
def test_a_list_keeps_the_longest_stay_under_which_it_began(first: int | None, later: int | None, shown: bool) -> None:
    steward = Steward(INSTRUMENT, first)
    steward.publish_loaded(asked(FIRST, 9, 4))
    steward.measures = measure_frame(INSTRUMENT, later)
    assert bool(steward.publish_loaded(asked(SECOND, 9, 4))) is shown


def test_the_attacker_too_holds_a_list_to_the_thresholds_it_began_under(steward: Steward) -> None:
    """1 of 12 waits under 10 and 3; the tier is raised, and 2 of 12 join: 3 of 24 are shown, and promise 3 values."""
    steward.publish_loaded(asked(FIRST, 12, 1))
    steward.measures = RAISED
    assert steward.publish_loaded(asked(SECOND, 12, 2)) == [result("asked", (FIRST, SECOND), 24, 3)]
    assert attack_ledger(steward.ledger).passed


# ---- more than single years alone ----


@pytest.mark.parametrize(
    ("stay", "people", "times"), [(None, (10, 60), 1), (4, (10, 60), 1.05), (None, (4, 20), 1.2), (4, (4, 20), 1.5)]
)
def test_more_answers_are_published_than_single_years_alone_would_give(
    stay: int | None, people: tuple[int, int], times: float
) -> None:
    """300 programmes in five years; how common it is differs."""
    dice = random.Random(1)  # noqa: S311
    rows = []
    for programme in range(300):
        rate, size = dice.random(), dice.randint(*people)
        for year in YEARS[:5]:
            n = sum(dice.random() < 0.7 for _ in range(size))
            rows.append((str(programme), year, "asked", None, n, sum(dice.random() < rate for _ in range(n))))
    steward = Steward(INSTRUMENT, stay)
    steward.publish_loaded(*rows)
    published = sum(n for *_, n, _ in steward.shown)
    assert published > times * sum(n for *_, n, k in rows if n >= 10 and 3 <= k <= n - 3)
