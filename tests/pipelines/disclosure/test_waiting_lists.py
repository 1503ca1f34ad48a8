"""Waiting lists: what becomes a result, what goes on waiting, and that nobody can be told from either."""

from itertools import permutations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipelines.disclosure.audit import attack_ledger
from pipelines.disclosure.waiting_lists import YEAR_KEYS, Ledger
from pipelines.instrument.catalogue import Catalogue
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.factories import Result, Row, Steward, a_catalogue, a_measure

YEARS = ("2020-21", "2021-22", "2022-23", "2023-24")
FIRST, SECOND, THIRD, FOURTH = YEARS

INSTRUMENT = a_catalogue(
    a_measure(),
    a_measure("other"),
    a_measure("lived", sensitive=True),
    a_measure("told", sensitive=True, base="lived"),
    a_measure("asked_for_help", base="asked"),
    a_measure("was_helped", base="asked_for_help"),
    a_measure("told_anyone"),
    a_measure("told_supervisor", within="told_anyone"),
)


def of(measure: str, year: str, n: int, k: int, subgroup: str | None = None) -> Row:
    return ("aa", year, measure, subgroup, n, k)


def asked(year: str, n: int, k: int, subgroup: str | None = None) -> Row:
    return of("asked", year, n, k, subgroup)


def result(measure: str, years: tuple[str, ...], n: int, k: int) -> Result:
    return ("aa", measure, list(years), n, k)


@pytest.fixture
def steward() -> Steward:
    return Steward(INSTRUMENT)


def publishings(*loads: Row, catalogue: Catalogue = INSTRUMENT) -> list[Result]:
    """Everything published when there is a publishing after each load."""
    steward = Steward(catalogue)
    return [new for load in loads for new in steward.publish_loaded(load)]


# ---- a list grows until it can be published ----


@pytest.mark.parametrize(("second", "shown"), [((1, 1), False), ((2, 1), True)])
def test_nine_people_and_one_more_wait(steward: Steward, second: tuple[int, int], shown: bool) -> None:
    """Ten in all, but the one's answer would be one of two, and the nine's k one of two."""
    assert steward.publish_loaded(asked(FIRST, 9, 4)) == []
    assert steward.publish_loaded(asked(SECOND, *second)) == [result("asked", (FIRST, SECOND), 11, 5)] * shown


@pytest.mark.parametrize(("k", "shown"), [(7, False), (6, True)])
def test_twelve_with_two_yes_and_eight_with_seven_wait(steward: Steward, k: int, shown: bool) -> None:
    """That the twelve waited says 0, 1, 2 or 10, 11, 12; nine in all would leave them 1 or 2."""
    assert steward.publish_loaded(asked(FIRST, 12, 2)) == []
    assert steward.publish_loaded(asked(SECOND, 8, k)) == [result("asked", (FIRST, SECOND), 20, 2 + k)] * shown


def test_what_counts_is_the_total_and_never_a_part_of_its_own(steward: Steward) -> None:
    """9 in all wait in each way they can come about; whether they wait must not tell the ways apart."""
    for own in (1, 2):
        assert publishings(asked(FIRST, 12, own), asked(SECOND, 8, 9 - own)) == []
    for own in (0, 1, 2):
        assert len(publishings(asked(FIRST, 12, own), asked(SECOND, 8, 8 - own))) == 1


def test_after_a_list_is_published_a_new_one_begins(steward: Steward) -> None:
    steward.publish_loaded(asked(FIRST, 9, 4))
    assert steward.publish_loaded(asked(SECOND, 9, 4)) == [result("asked", (FIRST, SECOND), 18, 8)]
    assert steward.publish_loaded(asked(THIRD, 9, 4)) == []
    assert steward.publish_loaded(asked(FOURTH, 9, 4)) == [result("asked", (THIRD, FOURTH), 18, 8)]


def test_years_seen_together_are_judged_one_after_another(steward: Steward) -> None:
    steward.load(*(asked(year, n, n // 2) for year, n in zip(YEARS, (20, 9, 9, 20), strict=True)))
    assert steward.publish() == [
        result("asked", (FIRST,), 20, 10),
        result("asked", (SECOND, THIRD), 18, 8),
        result("asked", (FOURTH,), 20, 10),
    ]


def test_measures_and_programmes_have_lists_of_their_own(steward: Steward) -> None:
    steward.load(asked(FIRST, 9, 4), of("other", SECOND, 9, 4), ("bb", SECOND, "asked", None, 9, 4))
    assert steward.publish() == []


def test_a_sensitive_list_waits_for_fifteen_people_and_four_on_each_side(steward: Steward) -> None:
    assert publishings(of("lived", FIRST, 7, 2), of("lived", SECOND, 7, 2)) == []
    assert publishings(of("lived", FIRST, 7, 2), of("lived", SECOND, 8, 1)) == []
    assert len(publishings(of("lived", FIRST, 7, 2), of("lived", SECOND, 8, 2))) == 1


def test_a_year_without_an_audit_is_passed_over(steward: Steward) -> None:
    """Every second year: the result covers the years there were, and not the one between."""
    steward.load(asked(FIRST, 9, 4), asked(THIRD, 9, 4))
    assert steward.publish() == [result("asked", (FIRST, THIRD), 18, 8)]
    [row] = steward.ledger.published.to_dicts()
    assert (row["first_year"], row["last_year"]) == (FIRST, THIRD)


def test_subgroups_are_summed_before_anything_is_decided(steward: Steward) -> None:
    steward.load(asked(FIRST, 5, 2, "supervisor"), asked(FIRST, 5, 2, "tutor"))
    assert steward.publish() == [result("asked", (FIRST,), 10, 4)]


# ---- in which order ----


def test_parts_seen_together_stand_in_calendar_order(steward: Steward) -> None:
    for year in (THIRD, FIRST, SECOND):
        steward.load(asked(year, 2, 1))
    steward.publish()
    assert steward.ledger.versions["academic_year"].to_list() == [FIRST, SECOND, THIRD]
    assert steward.ledger.waiting["versions"].to_list() == [[1], [2], [3]]


def test_a_year_that_comes_late_joins_at_the_end(steward: Steward) -> None:
    steward.publish_loaded(asked(FIRST, 3, 1), asked(THIRD, 3, 1))
    steward.publish_loaded(asked(SECOND, 3, 1))
    assert steward.ledger.versions["academic_year"].to_list() == [FIRST, THIRD, SECOND]


@pytest.mark.parametrize("late", [0, 1])
def test_one_late_person_is_not_given_away(steward: Steward, late: int) -> None:
    """9 and 12 wait with 2 yes in all; then one person of the year between. With a yes there are 3 of 22, enough in
    calendar order; but 9 and 12 with 3 would not have waited, so that the late one would be known to have said yes."""
    steward.publish_loaded(asked(FIRST, 9, 1), asked(THIRD, 12, 1))
    assert steward.publish_loaded(asked(SECOND, 1, late)) == []
    assert publishings_together(asked(FIRST, 9, 1), asked(SECOND, 1, late), asked(THIRD, 12, 1)) == [22] * late


def publishings_together(*rows: Row) -> list[int]:
    """The n of what is published when all comes at once."""
    return [n for *_, n, _ in Steward(INSTRUMENT).publish_loaded(*rows)]


@pytest.mark.slow
def test_what_follows_a_late_person_does_not_give_it_away_either() -> None:
    """The same total with the late one yes or no: the same results at each publishing."""
    for last in range(11):
        told = publishings(asked(FIRST, 9, 1), asked(THIRD, 12, 0), asked(SECOND, 1, 1), asked(FOURTH, 10, last))
        other = publishings(asked(FIRST, 9, 1), asked(THIRD, 12, 1), asked(SECOND, 1, 0), asked(FOURTH, 10, last))
        assert told == other


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_the_order_of_loads_before_one_publishing_does_not_matter(order: tuple[int, ...]) -> None:
    rows = [asked(FIRST, 9, 2), asked(SECOND, 12, 4), of("asked_for_help", SECOND, 4, 2), asked(THIRD, 20, 10)]
    one, other = Steward(INSTRUMENT), Steward(INSTRUMENT)
    one.load(*rows)
    for place in order:
        other.load(rows[place])
    assert one.publish() == other.publish()
    assert_same_ledger(one.ledger, other.ledger)


def assert_same_ledger(one: Ledger, other: Ledger) -> None:
    for frame, same in zip(one.frames, other.frames, strict=True):
        assert_frame_equal(frame.drop("submission_id", strict=False), same.drop("submission_id", strict=False))


@pytest.mark.slow
def test_publishing_twice_adds_nothing(steward: Steward) -> None:
    steward.load(asked(FIRST, 9, 4), asked(SECOND, 30, 12), of("asked_for_help", SECOND, 12, 5), asked(THIRD, 4, 0))
    steward.publish()
    before = steward.ledger
    assert steward.publish() == []
    assert_same_ledger(steward.ledger, before)


# ---- a file that comes again ----


def test_the_thirteenth_of_a_file_that_comes_again_is_not_given_away(steward: Steward) -> None:
    """12 wait, so they have at most 2 yes. 13 with 3, as a new whole, would say that the thirteenth said yes."""
    assert steward.publish_loaded(asked(FIRST, 12, 2)) == []
    assert steward.publish_loaded(asked(FIRST, 13, 3)) == []
    assert publishings_together(asked(FIRST, 13, 3)) == [13]
    assert steward.ledger.waiting["respondents"].to_list() == [12, 1]


def test_who_is_added_to_a_published_year_begins_a_new_list(steward: Steward) -> None:
    steward.publish_loaded(asked(FIRST, 20, 10))
    assert steward.publish_loaded(asked(FIRST, 29, 14)) == []
    assert steward.publish_loaded(asked(SECOND, 9, 4)) == [result("asked", (FIRST, SECOND), 18, 8)]
    assert steward.publish_loaded(asked(FIRST, 49, 24)) == [result("asked", (FIRST,), 20, 10)]


IMPOSSIBLE = {
    "somebody changed an answer": (0, 1),
    "somebody was taken out": (-1, 0),
    "more yes than people more": (2, 3),
    "fewer yes though more people": (2, -1),
}


@pytest.mark.parametrize(("people", "yes"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
@pytest.mark.parametrize("n", [8, 20], ids=["waiting", "published"])
def test_a_correction_that_no_further_people_can_make_is_held(steward: Steward, n: int, people: int, yes: int) -> None:
    steward.publish_loaded(asked(FIRST, n, n // 2))
    before = steward.ledger
    for _ in range(2):
        assert steward.publish_loaded(asked(FIRST, n + people, n // 2 + yes)) == []
        assert steward.held == [("aa", "asked", FIRST)]
        assert_same_ledger(steward.ledger, before)


@pytest.mark.parametrize(("n", "k"), [(21, 10), (21, 11), (20, 10)])
def test_one_that_further_people_can_make_is_not(steward: Steward, n: int, k: int) -> None:
    steward.publish_loaded(asked(FIRST, 20, 10))
    assert steward.publish_loaded(asked(FIRST, n, k)) == []
    assert steward.held == []
    assert steward.ledger.waiting["respondents"].sum() == n - 20


def test_what_was_held_is_seen_as_soon_as_it_is_possible(steward: Steward) -> None:
    steward.publish_loaded(asked(FIRST, 20, 10))
    steward.publish_loaded(asked(FIRST, 20, 11))
    assert steward.publish_loaded(asked(FIRST, 40, 20)) == [result("asked", (FIRST,), 20, 10)]


def test_an_override_lets_a_correction_through_as_a_known_fact(steward: Steward) -> None:
    steward.publish_loaded(asked(FIRST, 20, 10))
    steward.load(asked(FIRST, 22, 13))
    assert steward.publish(("aa", "asked", FIRST)) == []
    assert steward.held == []
    [part] = steward.ledger.waiting.to_dicts()
    assert (part["respondents"], part["affirmative"], part["least"], part["most"]) == (2, 3, 3, 3)
    assert steward.publish_loaded(asked(SECOND, 9, 2)) == []  # 5 of 11, and of the nine all would be known
    assert steward.publish_loaded(asked(THIRD, 9, 2)) == [result("asked", YEARS[:3], 20, 7)]


def test_after_an_override_the_others_are_protected_from_somebody_who_knows_the_file_it_corrects(
    steward: Steward,
) -> None:
    steward.publish_loaded(asked(FIRST, 9, 4))
    steward.load(asked(FIRST, 9, 5))
    steward.publish(("aa", "asked", FIRST))
    assert steward.publish_loaded(asked(SECOND, 9, 4)) == []  # 9 of 18; less the known 5, that is 4
    assert steward.publish_loaded(asked(THIRD, 9, 4)) == [result("asked", YEARS[:3], 27, 13)]


def test_what_an_override_lets_through_enters_before_what_is_new(steward: Steward) -> None:
    steward.publish_loaded(asked(SECOND, 12, 2))
    steward.load(asked(FIRST, 20, 10))
    steward.load(asked(SECOND, 12, 3))
    expected = [result("asked", (SECOND,), 12, 3), result("asked", (FIRST,), 20, 10)]
    assert steward.publish(("aa", "asked", SECOND)) == expected
    assert [part["known"] for part in steward.ledger.parts.sort("part_id").to_dicts()] == [False, True, False]


@pytest.mark.parametrize("measure", ["asked_for_help", "told_supervisor"])
def test_no_override_lets_through_a_correction_of_a_measure_that_hangs_on_another(
    steward: Steward, measure: str
) -> None:
    steward.publish_loaded(of(measure, FIRST, 8, 4))
    steward.load(of(measure, FIRST, 8, 5))
    steward.publish(("aa", measure, FIRST))
    assert steward.held == [("aa", measure, FIRST)]
    assert steward.ledger.versions.filter("known").is_empty()


def test_an_override_of_what_is_not_held_changes_nothing(steward: Steward) -> None:
    steward.load(asked(FIRST, 20, 10))
    assert steward.publish(("aa", "asked", FIRST)) == [result("asked", (FIRST,), 20, 10)]
    assert steward.ledger.versions["known"].to_list() == [False]


# ---- a measure with a base ----


def help_asked(year: str, n: int, k: int, of_them: int | None = None, helped: int = 0) -> list[Row]:
    """asked: k of n; and of those k (or fewer) how many asked for help."""
    return [asked(year, n, k), of("asked_for_help", year, k if of_them is None else of_them, helped)]


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
    assert steward.ledger.waiting["measure_id"].to_list() == ["asked"]
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


def test_a_question_added_when_the_file_comes_again_with_more_people_is_of_no_whole_result(steward: Steward) -> None:
    """8 with 2 yes and 12 with 11 are published as 13 of 20. The first year's file comes again with three people
    more, and with the question: its answers are of the eight and the three. n = 11 without them, and 13 - 11 = 2."""
    steward.load(asked(FIRST, 8, 2), *help_asked(SECOND, 12, 11, helped=5))
    assert steward.publish() == [result("asked", (FIRST, SECOND), 20, 13)]
    assert steward.publish_loaded(*help_asked(FIRST, 11, 3, helped=1)) == []
    assert steward.publish_loaded(*help_asked(THIRD, 20, 10, helped=5)) == [result("asked", (FIRST, THIRD), 23, 11)]


def test_a_question_added_when_the_same_file_comes_again_is(steward: Steward) -> None:
    steward.load(asked(FIRST, 8, 2), *help_asked(SECOND, 12, 11, helped=5))
    steward.publish()
    assert steward.publish_loaded(*help_asked(FIRST, 8, 2, helped=1)) == [
        result("asked_for_help", (FIRST, SECOND), 13, 6)
    ]


@pytest.mark.parametrize(("helped", "n"), [(6, None), (8, 13)])
def test_what_is_held_keeps_the_result_it_belongs_to_from_being_whole(
    steward: Steward, helped: int, n: int | None
) -> None:
    """30 are published; eight more, 2 of them yes, are pooled with 12 of the next year: 13 of 20. Where the eight's
    answers are held (one more answered, one yes fewer), the next year's 11 alone would give the 2 away."""
    steward.publish_loaded(*help_asked(FIRST, 30, 15, helped=7))
    steward.load(*help_asked(FIRST, 38, 17, helped=helped), *help_asked(SECOND, 12, 11, helped=5))
    new = steward.publish()
    assert new[0] == result("asked", (FIRST, SECOND), 20, 13)
    assert [n for _, _, _, n, _ in new[1:]] == ([] if n is None else [n])
    assert bool(steward.held) is (n is None)


def test_what_was_held_stays_out_when_it_comes_with_people_of_another_result(steward: Steward) -> None:
    steward.publish_loaded(*help_asked(FIRST, 30, 15, helped=7))
    steward.publish_loaded(*help_asked(FIRST, 38, 17, helped=6), *help_asked(SECOND, 12, 11, helped=5))
    assert steward.publish_loaded(*help_asked(FIRST, 68, 37, helped=20)) == [result("asked", (FIRST,), 30, 20)]


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


@pytest.mark.parametrize("measure", ["asked_for_help", "told_supervisor", "told", "was_helped"])
def test_without_a_published_base_it_waits_however_many_answered(steward: Steward, measure: str) -> None:
    assert steward.publish_loaded(of(measure, FIRST, 1000, 500)) == []


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


def test_what_hangs_on_a_held_correction_is_held_with_it(steward: Steward) -> None:
    """The base of 8 comes again with 6 yeses instead of 5 and nobody new: held. So is who told among them, else the
    n of those asked would come to more than the base ever says yes."""
    steward.publish_loaded(of("lived", FIRST, 8, 5), of("told", FIRST, 5, 2))
    steward.publish_loaded(of("lived", FIRST, 8, 6), of("told", FIRST, 6, 3))
    assert set(steward.held) == {("aa", "lived", FIRST), ("aa", "told", FIRST)}
    new = steward.publish_loaded(of("lived", SECOND, 30, 15), of("told", SECOND, 15, 7))
    assert new == [result("lived", (FIRST, SECOND), 38, 20)]


# ---- subgroups ----


def shares(steward: Steward) -> list[tuple[str, str, int, int]]:
    """Measure, subgroup, n and k of the subgroups shown."""
    of_results = steward.ledger.shares.join(steward.ledger.published.select("result_id", "measure_id"), on="result_id")
    return of_results.select("measure_id", "subgroup", "respondents", "affirmative").rows()


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
    steward.publish_loaded(of("lived", FIRST, 40, 20, "supervisor"), of("lived", FIRST, 40, 20, "tutor"))
    assert len(steward.shown) == 1
    assert shares(steward) == []


@pytest.mark.parametrize(("n", "k", "shown"), [(40, 20, True), (40, 38, False)])
def test_a_based_measure_shows_them_only_where_its_base_does(steward: Steward, n: int, k: int, shown: bool) -> None:
    rows = [asked(FIRST, 40, 20, "supervisor"), asked(FIRST, n, k, "tutor")]
    steward.publish_loaded(*rows, *(of("asked_for_help", FIRST, 20, 10, role) for role in ("supervisor", "tutor")))
    assert len(steward.shown) == 2
    assert [measure for measure, *_ in shares(steward)] == [
        "asked",
        "asked",
        "asked_for_help",
        "asked_for_help",
    ] * shown


def test_people_added_to_a_published_year_show_none(steward: Steward) -> None:
    """The roles of the file are of everybody in it, the result of the new ones alone."""
    roles = ("supervisor", "tutor")
    steward.publish_loaded(*(asked(FIRST, 20, 10, role) for role in roles))
    before = shares(steward)
    assert steward.publish_loaded(*(asked(FIRST, 40, 20, role) for role in roles)) == [
        result("asked", (FIRST,), 40, 20)
    ]
    assert shares(steward) == before


# ---- withdrawals ----


def test_with_a_withdrawn_year_goes_the_pool_and_what_was_pooled_with_it_never_returns(steward: Steward) -> None:
    """12 with 2 and 11 with 6 were published as 8 of 23. The second year alone, now, would give the first's 2 away."""
    first = steward.load(asked(FIRST, 12, 2))
    steward.publish()
    assert steward.publish_loaded(asked(SECOND, 11, 6)) == [result("asked", (FIRST, SECOND), 23, 8)]
    steward.withdraw(first)
    assert steward.publish() == []
    assert steward.shown == []
    assert steward.publish_loaded(asked(THIRD, 9, 4)) == []
    assert steward.publish_loaded(asked(FOURTH, 9, 4)) == [result("asked", (THIRD, FOURTH), 18, 8)]


def test_of_a_list_too_short_to_be_judged_only_the_withdrawn_part_goes(steward: Steward) -> None:
    gone = steward.load(asked(FIRST, 5, 2))
    steward.publish()
    steward.publish_loaded(asked(SECOND, 4, 2))
    steward.withdraw(gone)
    assert steward.publish_loaded(asked(THIRD, 6, 3)) == [result("asked", (SECOND, THIRD), 10, 5)]


@pytest.mark.parametrize(("n", "left"), [(4, [5]), (5, [])])
def test_of_a_list_long_enough_to_be_judged_all_goes(steward: Steward, n: int, left: list[int]) -> None:
    """That ten people were withheld for their k says something of each part, which outlives the withdrawal of one."""
    steward.publish_loaded(asked(FIRST, 5, 1))
    gone = steward.load(asked(SECOND, n, 1))
    steward.publish()
    steward.withdraw(gone)
    steward.publish()
    assert steward.ledger.waiting["respondents"].to_list() == left


def test_what_is_sent_again_after_a_withdrawal_counts_only_as_what_is_new(steward: Steward) -> None:
    first = steward.load(asked(FIRST, 20, 10))
    steward.publish()
    steward.withdraw(first)
    assert steward.publish() == []
    assert steward.publish_loaded(asked(FIRST, 20, 10)) == []
    assert steward.publish_loaded(asked(FIRST, 32, 16)) == [result("asked", (FIRST,), 12, 6)]
    assert steward.shown == [result("asked", (FIRST,), 12, 6)]


def test_fewer_people_sent_again_after_a_withdrawal_are_held(steward: Steward) -> None:
    first = steward.load(asked(FIRST, 20, 10))
    steward.publish()
    steward.withdraw(first)
    assert steward.publish_loaded(asked(FIRST, 15, 8)) == []
    assert steward.held == [("aa", "asked", FIRST)]


def test_withdrawn_and_sent_again_before_a_publishing_it_is_gone_all_the_same(steward: Steward) -> None:
    first = steward.load(asked(FIRST, 20, 10))
    steward.publish()
    steward.withdraw(first)
    assert steward.publish_loaded(asked(FIRST, 20, 10)) == []
    assert steward.shown == []


def test_with_a_base_goes_what_hangs_on_it(steward: Steward) -> None:
    """Though it came in another file. What was pooled with that goes too; the other base stays, bare for ever."""
    base = steward.load(asked(FIRST, 25, 6))
    steward.load(of("asked_for_help", FIRST, 6, 3))
    steward.publish()
    steward.publish_loaded(*help_asked(SECOND, 25, 7, helped=3))
    assert len(steward.shown) == 3
    steward.withdraw(base)
    steward.publish()
    assert steward.shown == [result("asked", (SECOND,), 25, 7)]
    steward.publish_loaded(*help_asked(THIRD, 25, 6, helped=3))
    assert [measure for _, measure, *_ in steward.shown] == ["asked", "asked"]


def test_with_a_base_that_waits_goes_what_would_have_hung_on_it(steward: Steward) -> None:
    base = steward.load(asked(FIRST, 8, 4))
    steward.load(of("asked_for_help", FIRST, 4, 2))
    steward.publish()
    steward.withdraw(base)
    steward.publish_loaded(*help_asked(SECOND, 30, 20, helped=9))
    assert steward.shown == [result("asked", (SECOND,), 30, 20), result("asked_for_help", (SECOND,), 20, 9)]


def test_a_withdrawal_touches_no_other_programme(steward: Steward) -> None:
    first = steward.load(asked(FIRST, 20, 10))
    steward.load(("bb", FIRST, "asked", None, 20, 10))
    steward.publish()
    steward.withdraw(first)
    steward.publish()
    assert steward.shown == [("bb", "asked", [FIRST], 20, 10)]


def test_a_list_that_was_ever_long_enough_goes_whole_even_if_a_correction_shortened_it(steward: Steward) -> None:
    """2 and 8 wait, ten in all; one of the 8 was counted twice (overridden), so nine. The 2 are withdrawn: that the
    ten were withheld told of the others too, so they do not come back with whoever joins."""
    first = steward.load(asked(FIRST, 2, 1))
    steward.load(asked(SECOND, 8, 1))
    assert steward.publish() == []
    steward.load(asked(SECOND, 7, 1))
    assert steward.publish(("aa", "asked", SECOND)) == []
    steward.withdraw(first)
    assert steward.publish_loaded(asked(THIRD, 3, 3)) == []
    assert steward.ledger.waiting["respondents"].to_list() == [3]


# ---- thresholds ----

STRICTER = {"minimum_respondents": 20, "minimum_each_side": 5}
RAISED = a_catalogue(a_measure(), tiers={"standard": STRICTER, "sensitive": STRICTER})


def test_a_list_keeps_the_thresholds_under_which_it_began(steward: Steward) -> None:
    """Else what it waited for would have two meanings. A new list has the new ones, and what is published stays."""
    steward.publish_loaded(asked(FIRST, 12, 4), asked(SECOND, 5, 2))
    steward.catalogue = RAISED
    assert steward.publish_loaded(asked(THIRD, 7, 2)) == [result("asked", (SECOND, THIRD), 12, 4)]
    assert steward.publish_loaded(asked(FOURTH, 12, 6)) == []
    assert steward.publish_loaded(asked("2024-25", 7, 3)) == []
    assert steward.publish_loaded(asked("2025-26", 7, 3)) == [result("asked", (FOURTH, "2024-25", "2025-26"), 26, 12)]
    assert steward.shown[0] == result("asked", (FIRST,), 12, 4)


def test_the_attacker_too_holds_a_list_to_the_thresholds_it_began_under(steward: Steward) -> None:
    """1 of 12 waits under 10 and 3; the tier is raised, and 2 of 12 join: 3 of 24 are shown, and promise 3 values."""
    steward.publish_loaded(asked(FIRST, 12, 1))
    steward.catalogue = RAISED
    assert steward.publish_loaded(asked(SECOND, 12, 2)) == [result("asked", (FIRST, SECOND), 24, 3)]
    assert attack_ledger(steward.ledger).passed


def test_more_within_than_around_is_never_shown(steward: Steward) -> None:
    """Both files keep to 'at most', and what the second adds does not: 3 of 20 told anyone, 5 of 20 a supervisor."""
    steward.publish_loaded(*told(FIRST, 20, 10, 6))
    assert steward.publish_loaded(*told(FIRST, 40, 13, 11)) == [result("told_anyone", (FIRST,), 20, 3)]
    assert attack_ledger(steward.ledger).passed


# ---- never fewer than single years alone ----


@pytest.mark.slow
@pytest.mark.parametrize("home", ["demo_home", "nhs_home", "osmi_home"])
@pytest.mark.parametrize("in_turn", [False, True], ids=["at once", "year by year"])
def test_no_fewer_respondents_are_published_than_single_years_would_give(
    home: str, in_turn: bool, request: pytest.FixtureRequest
) -> None:
    contributions, measures = whole_home(request.getfixturevalue(home))
    years = contributions["academic_year"].unique().sort()
    publishings = [years[: place + 1] for place in range(len(years))] if in_turn else [years]
    steward = Steward(measures)
    for seen in publishings:
        steward.load(*contributions.filter(pl.col("academic_year").is_in(seen.implode())).rows())
        steward.publish()
    published = people(steward.ledger.published)
    single = people(single_years(contributions, measures))
    assert single.keys() <= published.keys()
    assert all(published[measure] >= single[measure] for measure in single)
    assert sum(published.values()) > sum(single.values())


def whole_home(home: Settings) -> tuple[pl.DataFrame, Catalogue]:
    with Store(home.store, read_only=True) as store:
        columns = ("programme_id", "academic_year", "measure_id", "subgroup", "respondents", "affirmative")
        return store.holdings().contributions.select(columns), load_catalogue(home.catalogue)


def single_years(contributions: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """What may be shown of each year by itself, of the measures put to everybody."""
    n, k = pl.col("respondents"), pl.col("affirmative")
    side = pl.col("minimum_each_side")
    return (
        contributions.group_by(YEAR_KEYS)
        .agg(pl.col("respondents", "affirmative").sum())
        .join(catalogue.measure_frame.filter(pl.col("parent").is_null()), on="measure_id")
        .filter((n >= pl.col("minimum_respondents")) & (k >= side) & (n - k >= side))
    )


def people(results: pl.DataFrame) -> dict[str, int]:
    return dict(results.group_by("measure_id").agg(pl.col("respondents").sum()).rows())


# ---- any history ----


@st.composite
def people_asked(draw: st.DrawFn, most: int) -> tuple[tuple[int, int], ...]:
    """n and k of asked, asked_for_help, told_anyone and told_supervisor, as one group of people can have answered."""
    n = draw(st.integers(0, most))
    said, told = draw(few_or_many(n)), draw(few_or_many(n))
    reached = draw(few_or_many(said))
    return (n, said), (reached, draw(few_or_many(reached))), (n, told), (n, draw(few_or_many(told)))


def few_or_many(n: int) -> st.SearchStrategy[int]:
    """Withheld numbers are mostly extreme."""
    return st.one_of(st.integers(0, n), st.integers(0, min(2, n)), st.integers(max(0, n - 2), n))


HISTORY_MEASURES = ("asked", "asked_for_help", "told_anyone", "told_supervisor")


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_happens_nobody_is_published_twice_or_with_too_few(data: st.DataObject) -> None:
    """Files come, late or again with more people or with other numbers; some are withdrawn; some publishings later."""
    steward = Steward(INSTRUMENT)
    submissions: list[str] = []
    answered: dict[str, list[tuple[int, int]]] = {}
    for _ in range(data.draw(st.integers(2, 6))):
        for year in data.draw(st.lists(st.sampled_from(YEARS), max_size=2)):
            seen = answered.get(year, [(0, 0)] * len(HISTORY_MEASURES))
            more = data.draw(people_asked(40 if year not in answered else 12))
            answered[year] = [(n + m, k + j) for (n, k), (m, j) in zip(seen, more, strict=True)]
            slip = data.draw(st.sampled_from([0, 0, 0, 1]))  # a correction no further people can make
            numbers = [(n, max(0, k - slip * (place % 2))) for place, (n, k) in enumerate(answered[year])]
            asked_now = data.draw(st.sampled_from([4, 4, 4, 1]))  # or of one question only
            rows = [of(m, year, *nk) for m, nk in zip(HISTORY_MEASURES, numbers, strict=True)][:asked_now]
            submissions.append(steward.load(*rows))
        if submissions and data.draw(st.sampled_from([False, False, True])):
            steward.withdraw(data.draw(st.sampled_from(submissions)))
        before = steward.ledger
        steward.publish()
        assert_nothing_changed(before, steward.ledger)
        assert_enough(steward.ledger)
        assert_everybody_is_somewhere_once(steward)
        assert_whole(steward.ledger)


def assert_nothing_changed(before: Ledger, after: Ledger) -> None:
    for old, new in zip(before.frames, after.frames, strict=True):
        assert_frame_equal(new.head(old.height), old)


def assert_enough(ledger: Ledger) -> None:
    n, k = pl.col("respondents"), pl.col("affirmative")
    assert ledger.results.filter((n < 10) | (k < 3) | (n - k < 3)).is_empty()


def assert_everybody_is_somewhere_once(steward: Steward) -> None:
    """Each part waits, stands in one result, or is retired; each version in one part at most, and of a question put to
    everybody in exactly one; and all of them together are those whose answers publishing has seen."""
    ledger = steward.ledger
    live = ledger.live_results.explode("parts")["parts"].drop_nulls().to_list()
    places = [*live, *ledger.waiting["part_id"], *ledger.retired["part_id"]]
    assert sorted(places) == ledger.parts["part_id"].to_list()
    published = ledger.results.explode("parts")["parts"].drop_nulls().to_list()
    assert len(set(published)) == len(published)
    versions = ledger.parts.explode("versions")["versions"].drop_nulls().to_list()
    assert len(set(versions)) == len(versions)
    roots = ledger.versions.filter(pl.col("measure_id").is_in(["asked", "told_anyone"]))
    assert set(roots["version_id"]) <= set(versions)
    assert_seen_is_what_stands(steward)


def assert_seen_is_what_stands(steward: Steward) -> None:
    """But where a correction is held, or was withdrawn."""
    seen = {
        (who, year, what): (n, k)
        for who, what, year, n, k in steward.ledger.versions.group_by(YEAR_KEYS)
        .agg(pl.col("respondents", "affirmative").sum())
        .rows()
    }
    for (who, year, what), (_, [row]) in steward.stands.items():
        if (who, what, year) not in steward.held:
            assert seen.get((who, year, what), (0, 0)) == row[4:]


def assert_whole(ledger: Ledger) -> None:
    """What hangs on a result has no more people, and no more of a kind, than that; and covers no other year."""
    parents = ledger.results.select(
        pl.col("result_id").alias("parent_result"), pl.col("respondents", "affirmative", "years").name.prefix("parent_")
    )
    years = ledger.versions.select(pl.col("version_id").alias("versions"), "academic_year")
    hanging = ledger.parts.join(parents, on="parent_result")
    bound = pl.when(pl.col("measure_id") == "asked_for_help").then("respondents").otherwise("affirmative")
    assert hanging.filter(bound > pl.col("parent_affirmative")).is_empty()
    outside = ~pl.col("academic_year").is_in(pl.col("parent_years"))
    assert hanging.explode("versions").join(years, on="versions").filter(outside).is_empty()
