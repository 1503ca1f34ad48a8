"""Waiting lists of measures that depend on another, and the subgroups shown with a result."""

import pytest

from tests.factories import Row, Steward
from tests.reference.small_histories import (
    FIRST,
    INSTRUMENT,
    SECOND,
    THIRD,
    asked,
    help_asked,
    of,
    publishings,
    result,
    waiting,
)

# ---- a measure with a base ----


def test_a_based_measure_is_pooled_over_whole_results_of_its_base(steward: Steward) -> None:
    """2 of 25 wait and become one result with 11 of 25; so n = 13 says no more than that result does."""
    assert steward.publish_loaded(*help_asked(FIRST, 25, 2, helped=1)) == []
    assert steward.publish_loaded(*help_asked(SECOND, 25, 11, helped=5)) == [
        result("asked", (FIRST, SECOND), 50, 13),
        result("asked_for_help", (FIRST, SECOND), 13, 6),
    ]


def test_a_year_whose_base_waits_is_not_pooled_with_one_that_is_published(steward: Steward) -> None:
    """Else n = 13 less the published 11 would give the 2 away."""
    assert len(steward.publish_loaded(*help_asked(FIRST, 25, 11, helped=5))) == 2
    assert steward.publish_loaded(*help_asked(SECOND, 25, 2, helped=1)) == []
    assert [measure for measure, *_ in waiting(steward)] == ["asked"]
    assert steward.publish_loaded(*help_asked(THIRD, 25, 12, helped=5)) == [
        result("asked", (SECOND, THIRD), 50, 14),
        result("asked_for_help", (SECOND, THIRD), 14, 6),
    ]


def test_a_based_list_pools_several_whole_results(steward: Steward) -> None:
    assert len(steward.publish_loaded(*help_asked(FIRST, 25, 6, helped=3))) == 1
    assert steward.publish_loaded(*help_asked(SECOND, 25, 7, helped=3)) == [
        result("asked", (SECOND,), 25, 7),
        result("asked_for_help", (FIRST, SECOND), 13, 6),
    ]


@pytest.mark.parametrize("year", [FIRST, SECOND])
def test_what_was_asked_in_one_of_two_pooled_years_only_is_never_published(steward: Steward, year: str) -> None:
    steward.load(asked(FIRST, 25, 2), asked(SECOND, 25, 11), of("asked_for_help", year, 2 if year == FIRST else 11, 1))
    assert steward.publish() == [result("asked", (FIRST, SECOND), 50, 13)]
    assert steward.publish_loaded(*help_asked(THIRD, 40, 20, helped=10)) == [
        result("asked", (THIRD,), 40, 20),
        result("asked_for_help", (THIRD,), 20, 10),
    ]


def test_a_question_that_comes_in_a_later_file_belongs_to_the_results_there_are(steward: Steward) -> None:
    steward.publish_loaded(asked(FIRST, 25, 2), asked(SECOND, 25, 11))
    steward.publish_loaded(of("asked_for_help", FIRST, 2, 1))
    assert steward.publish_loaded(of("asked_for_help", SECOND, 11, 5)) == [
        result("asked_for_help", (FIRST, SECOND), 13, 6)
    ]


def test_people_of_a_based_measure_are_counted_over_all_years_of_its_base(steward: Steward) -> None:
    """19 of two years can be nine people who answered in both, and one more: ten; 18 can be nine."""
    for n, shown in ((18, []), (19, [19])):
        steward = Steward(INSTRUMENT, 2)
        steward.load(asked(FIRST, 25, 2), of("asked_for_help", FIRST, 2, 1))
        steward.load(asked(SECOND, 30, n - 2), of("asked_for_help", SECOND, n - 2, 8))
        assert [answered for _, measure, _, answered, _ in steward.publish() if measure != "asked"] == shown


def test_a_base_has_a_base(steward: Steward) -> None:
    """Each waits for a whole result of the one before."""
    rows = [*help_asked(FIRST, 60, 40, helped=25), of("was_helped", FIRST, 25, 12)]
    assert [measure for _, measure, *_ in steward.publish_loaded(*rows)] == ["asked", "asked_for_help", "was_helped"]
    rows = [*help_asked(SECOND, 60, 40, helped=2), of("was_helped", SECOND, 2, 1)]
    assert [measure for _, measure, *_ in steward.publish_loaded(*rows)] == ["asked"]
    rows = [*help_asked(THIRD, 60, 40, helped=25), of("was_helped", THIRD, 25, 12)]
    assert steward.publish_loaded(*rows)[1:] == [
        result("asked_for_help", (SECOND, THIRD), 80, 27),
        result("was_helped", (SECOND, THIRD), 27, 13),
    ]


@pytest.mark.parametrize("measure", ["asked_for_help", "told_supervisor", "was_helped", "helped_soon"])
def test_without_a_published_base_it_waits_however_many_answered(steward: Steward, measure: str) -> None:
    assert steward.publish_loaded(of(measure, FIRST, 1000, 500)) == []


@pytest.mark.parametrize(("years", "shown"), [((SECOND,), True), ((FIRST, SECOND), False)])
def test_of_counts_only_a_result_of_a_single_year_is_looked_at(
    steward: Steward, years: tuple[str, ...], shown: bool
) -> None:
    """Counts may leave out the row of a question that nobody was left to be asked."""
    steward.dataset = "counts"
    for year, k in zip(years, (2, 11)[-len(years) :], strict=True):
        steward.load(*help_asked(year, 25, k, helped=k // 2))
    assert ("asked_for_help" in [measure for _, measure, *_ in steward.publish()]) is shown


# ---- a measure within another ----


def told(year: str, n: int, anyone: int, supervisor: int) -> list[Row]:
    return [of("told_anyone", year, n, anyone), of("told_supervisor", year, n, supervisor)]


@pytest.mark.parametrize(("second", "shown"), [(7, True), (8, False), (9, False)])
def test_a_measure_within_another_is_bounded_by_it(steward: Steward, second: int, shown: bool) -> None:
    """5 and 9 of 25 and 25 told anyone. That the first 25 waited says that 0, 1 or 2 told their supervisor; 9 in all
    leave all three, 10 only 1 and 2, because at most 9 can be of the second year."""
    assert len(steward.publish_loaded(*told(FIRST, 25, 5, 2))) == 1
    new = steward.publish_loaded(*told(SECOND, 25, 9, second))
    assert new[1:] == [result("told_supervisor", (FIRST, SECOND), 50, 2 + second)] * shown
    assert publishings(asked(FIRST, 25, 2), asked(SECOND, 25, second)) != []


def test_a_measure_within_one_put_to_everybody_is_not_shown_where_that_one_is_pooled(steward: Steward) -> None:
    """1 of 12 and 7 of 20 told anyone, pooled; 1 of 12 and 4 of 4 told a supervisor. 5 of 16 would say that at least
    one of the first year did, and so told anyone: that year would be left 1 and 2 where 0, 1 and 2 are promised."""
    steward.publish_loaded(of("told_anyone", FIRST, 12, 1), of("told_supervisor", FIRST, 12, 1))
    steward.load(of("told_anyone", SECOND, 20, 7), of("told_supervisor", SECOND, 4, 4))
    assert steward.publish() == [result("told_anyone", (FIRST, SECOND), 32, 8)]


def test_a_measure_within_a_based_one_is_shown_where_that_one_is_pooled(steward: Steward) -> None:
    """Nobody knows how many answered it in each of these years."""
    for year, helped, soon in ((FIRST, 2, 1), (SECOND, 11, 5)):
        rows = [*help_asked(year, 60, 25, helped=12), of("was_helped", year, 12, helped)]
        steward.publish_loaded(*rows, of("helped_soon", year, 12, soon))
    pools = {measure: (n, k) for _, measure, years, n, k in steward.shown if years == [FIRST, SECOND]}
    assert pools == {"was_helped": (24, 13), "helped_soon": (24, 6)}


# ---- subgroups ----

ROLES = ("supervisor", "tutor")


def shares(steward: Steward) -> list[tuple[str, str, int, int]]:
    """Measure, subgroup, n and k of the subgroups shown."""
    shown = steward.ledger.shares.join(steward.ledger.published.select("result_id", "measure_id"), on="result_id")
    return shown.select("measure_id", "subgroup", "respondents", "affirmative").rows()


def test_a_pool_shows_no_subgroups(steward: Steward) -> None:
    """12 and 21 with 8: supervisors 3 of 13 and tutors 5 of 20 would give the first year's 2 away, if it had no
    supervisors say."""
    steward.publish_loaded(asked(FIRST, 12, 2, "tutor"))
    steward.load(asked(SECOND, 13, 3, "supervisor"), asked(SECOND, 8, 3, "tutor"))
    assert steward.publish() == [result("asked", (FIRST, SECOND), 33, 8)]
    assert shares(steward) == []


@pytest.mark.parametrize(
    ("n", "k", "shown"), [(9, 4, False), (10, 4, True), (10, 2, False), (10, 3, True), (0, 0, False)]
)
def test_subgroups_are_shown_if_every_one_of_them_passes(steward: Steward, n: int, k: int, shown: bool) -> None:
    steward.publish_loaded(asked(FIRST, 20, 10, "supervisor"), asked(FIRST, n, k, "tutor"))
    assert steward.shown == [result("asked", (FIRST,), 20 + n, 10 + k)]
    assert shares(steward) == [("asked", "supervisor", 20, 10), ("asked", "tutor", n, k)] * shown


def test_a_sensitive_measure_never_shows_them(steward: Steward) -> None:
    steward.publish_loaded(*(of("lived", FIRST, 40, 20, role) for role in ROLES))
    assert len(steward.shown) == 1
    assert shares(steward) == []


@pytest.mark.parametrize(("n", "k", "shown"), [(40, 20, True), (40, 38, False)])
def test_a_based_measure_shows_them_only_where_its_base_does(steward: Steward, n: int, k: int, shown: bool) -> None:
    rows = [asked(FIRST, 40, 20, "supervisor"), asked(FIRST, n, k, "tutor")]
    steward.publish_loaded(*rows, *(of("asked_for_help", FIRST, 20, 10, role) for role in ROLES))
    assert len(steward.shown) == 2
    assert [measure for measure, *_ in shares(steward)] == [
        "asked",
        "asked",
        "asked_for_help",
        "asked_for_help",
    ] * shown


def test_people_whom_an_override_adds_to_a_published_year_show_none(steward: Steward) -> None:
    """The roles of the file are of everybody in it, the result of the new ones alone."""
    steward.publish_loaded(*(asked(FIRST, 20, 10, role) for role in ROLES))
    before = shares(steward)
    steward.load(*(asked(FIRST, 40, 20, role) for role in ROLES))
    assert steward.publish(("aa", "asked", FIRST)) == [result("asked", (FIRST,), 40, 20)]
    assert shares(steward) == before
