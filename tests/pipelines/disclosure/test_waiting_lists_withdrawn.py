"""What leaves the waiting lists, by a withdrawal or with a name; what an override lets through; and any history."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipelines.academic_year import year_named
from pipelines.disclosure.audit import attack_ledger
from pipelines.disclosure.ledger import FIVE_YEARS, UNNAMED, WITHDRAWN, YEAR_KEYS, Ledger
from tests.factories import Steward, measure_frame
from tests.reference.small_histories import (
    FIFTH,
    FIRST,
    FOURTH,
    INSTRUMENT,
    SECOND,
    THIRD,
    YEARS,
    asked,
    help_asked,
    of,
    result,
    retired,
    waiting,
)
from tests.thorough import examples

STAYS = (None, 1, 2, 3, 4)


# ---- withdrawals ----


def test_with_a_withdrawn_year_goes_the_pool_and_what_was_pooled_with_it_never_returns(steward: Steward) -> None:
    """12 with 2 and 11 with 6 were published as 8 of 23. The second year alone, now, would give the first's 2 away."""
    first = steward.load(asked(FIRST, 12, 2))
    steward.publish()
    assert steward.publish_loaded(asked(SECOND, 11, 6)) == [result("asked", (FIRST, SECOND), 23, 8)]
    steward.withdraw(first)
    assert steward.publish() == []
    assert steward.shown == []
    assert retired(steward) == [(12, WITHDRAWN), (11, WITHDRAWN)]
    assert steward.publish_loaded(asked(THIRD, 9, 4)) == []
    assert steward.publish_loaded(asked(FOURTH, 9, 4)) == [result("asked", (THIRD, FOURTH), 18, 8)]


@pytest.mark.parametrize(("n", "left"), [(4, [5]), (5, [])])
def test_of_a_list_that_could_have_been_published_all_goes(steward: Steward, n: int, left: list[int]) -> None:
    """That ten people were withheld for their k says something of each part, which outlives the withdrawal of one."""
    steward.publish_loaded(asked(FIRST, 5, 1))
    gone = steward.load(asked(SECOND, n, 1))
    steward.publish()
    steward.withdraw(gone)
    steward.publish()
    assert [n for *_, n in waiting(steward)] == left


@pytest.mark.parametrize(("stay", "left"), [(1, []), (2, [5]), (None, [5])])
def test_whether_it_could_is_a_matter_of_people(stay: int | None, left: list[int]) -> None:
    steward = Steward(INSTRUMENT, stay)
    gone = steward.load(asked(SECOND, 5, 1))
    steward.publish_loaded(asked(FIRST, 5, 1))
    steward.withdraw(gone)
    steward.publish()
    assert [n for *_, n in waiting(steward)] == left


def test_a_list_goes_by_the_stay_of_the_first_part_that_was_not_withdrawn() -> None:
    """The catalogue says how long people stay at first, and later does not. The audit knows which of it holds."""
    steward = Steward(INSTRUMENT, 4)
    gone = steward.load(asked(YEARS[0], 3, 1))
    steward.publish()
    steward.measures = measure_frame(INSTRUMENT)
    for year in YEARS[1:5]:
        assert steward.publish_loaded(asked(year, 3, 1)) == []
    steward.withdraw(gone)
    assert steward.publish_loaded(asked(YEARS[5], 3, 1)) == []
    assert sorted(steward.ledger.retired["reason"]) == [FIVE_YEARS] * 5 + [WITHDRAWN]
    assert attack_ledger(steward.ledger).passed


def test_what_could_be_published_once_goes_even_if_an_override_shortened_it(steward: Steward) -> None:
    """2 and 8 wait, ten in all; one of the 8 was counted twice, so nine. That the ten were withheld told of all."""
    first = steward.load(asked(FIRST, 2, 1))
    steward.publish_loaded(asked(SECOND, 8, 1))
    steward.load(asked(SECOND, 7, 1))
    steward.publish(("aa", "asked", SECOND))
    steward.withdraw(first)
    assert steward.publish_loaded(asked(THIRD, 3, 3)) == []
    assert waiting(steward) == [("asked", [2022], 3)]


@pytest.mark.parametrize(("taken_back", "left"), [(0, []), (1, [9])])
def test_with_a_file_goes_the_difference_to_it_and_not_the_other_way_round(
    steward: Steward, taken_back: int, left: list[int]
) -> None:
    """Else nobody would be one fewer in the year that joins the list next."""
    files = [steward.load(asked(FIRST, 9, 4))]
    steward.publish()
    files.append(steward.load(asked(FIRST, 8, 4)))
    steward.publish(("aa", "asked", FIRST))
    steward.withdrawn.append((files[taken_back], "aa", FIRST))
    steward.stands = {}
    steward.publish()
    assert [n for *_, n in waiting(steward)] == left


@pytest.mark.parametrize("published_between", [True, False])
def test_what_is_sent_again_after_a_withdrawal_counts_no_more(steward: Steward, published_between: bool) -> None:
    first = steward.load(asked(FIRST, 20, 10))
    steward.publish()
    steward.withdraw(first)
    if published_between:
        steward.publish()
    for n in (20, 60):
        assert steward.publish_loaded(asked(FIRST, n, n // 2)) == []
    assert steward.shown == []


def test_what_is_withdrawn_before_publishing_saw_it_may_come_again(steward: Steward) -> None:
    steward.withdraw(steward.load(asked(FIRST, 20, 10)))
    assert steward.publish_loaded(asked(FIRST, 30, 15)) == [result("asked", (FIRST,), 30, 15)]


def test_with_a_base_goes_what_depends_on_it(steward: Steward) -> None:
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


def test_with_a_base_that_waits_goes_what_would_have_depended_on_it(steward: Steward) -> None:
    base = steward.load(asked(FIRST, 8, 4))
    steward.load(of("asked_for_help", FIRST, 4, 2))
    steward.publish()
    steward.withdraw(base)
    steward.publish_loaded(*help_asked(SECOND, 30, 20, helped=9))
    assert steward.shown == [result("asked", (SECOND,), 30, 20), result("asked_for_help", (SECOND,), 20, 9)]


def test_what_is_withdrawn_before_its_base_is_published_never_appears(steward: Steward) -> None:
    steward.load(asked(FIRST, 9, 4))
    reached = steward.load(of("asked_for_help", FIRST, 4, 2))
    steward.publish()
    steward.withdraw(reached)
    assert steward.publish_loaded(*help_asked(SECOND, 20, 12, helped=6)) == [result("asked", (FIRST, SECOND), 29, 16)]
    assert steward.publish() == []


def test_a_withdrawal_touches_no_other_programme(steward: Steward) -> None:
    first = steward.load(asked(FIRST, 20, 10))
    steward.load(("bb", FIRST, "asked", None, 20, 10))
    steward.publish()
    steward.withdraw(first)
    steward.publish()
    assert steward.shown == [("bb", "asked", [FIRST], 20, 10)]


@pytest.mark.parametrize("yes", [3, 4])
def test_a_list_that_a_withdrawal_made_shorter_is_judged_when_its_own_next_year_comes(yes: int) -> None:
    """Of 2, 2, 2 and 10 no total could be published; of 2, 2 and 10 seven can. Another programme's year is no reason
    to look: whether publishing went well would tell whether it was seven."""
    steward = Steward(INSTRUMENT, 4)
    first = steward.load(asked(FIRST, 2, 1))
    steward.load(asked(SECOND, 2, 1), asked(THIRD, 2, 2), asked(FOURTH, 10, yes))
    assert steward.publish() == []
    steward.withdraw(first)
    assert steward.publish_loaded(("bb", FOURTH, "asked", None, 20, 8)) == [("bb", "asked", [FOURTH], 20, 8)]
    assert attack_ledger(steward.ledger).passed
    assert len(steward.publish_loaded(asked(FIFTH, 10, 5))) == 1
    assert attack_ledger(steward.ledger).passed


# ---- no longer named ----


def test_of_a_programme_that_is_no_longer_named_nothing_comes_back_and_new_years_begin_anew(steward: Steward) -> None:
    steward.publish_loaded(asked(FIRST, 20, 10), asked(SECOND, 9, 4), ("bb", FIRST, "asked", None, 20, 10))
    steward.unname("aa")
    assert steward.publish_loaded(asked(THIRD, 9, 4)) == []
    assert retired(steward) == [(20, UNNAMED), (9, UNNAMED)]
    assert steward.shown == [("bb", "asked", [FIRST], 20, 10)]
    assert steward.publish_loaded(asked(FOURTH, 9, 4)) == [result("asked", (THIRD, FOURTH), 18, 8)]
    assert attack_ledger(steward.ledger).passed


def test_nothing_that_depends_on_a_result_under_the_name_appears_under_the_code(steward: Steward) -> None:
    """Its n is the k that stood there."""
    steward.publish_loaded(asked(FIRST, 25, 13))
    steward.unname("aa")
    assert steward.publish_loaded(of("asked_for_help", FIRST, 13, 6)) == []
    assert steward.shown == []


@pytest.mark.parametrize("later", [0, 1])
def test_nothing_seen_under_the_name_appears_under_the_code_when_its_base_comes_later(
    steward: Steward, later: int
) -> None:
    """The follow-up question was seen before, and the question it follows comes after: with the next publishing, or
    one of those after that."""
    steward.publish_loaded(of("asked_for_help", FIRST, 13, 6))
    steward.unname("aa")
    for _ in range(later):
        assert steward.publish() == []
    assert steward.publish_loaded(asked(FIRST, 25, 13)) == [result("asked", (FIRST,), 25, 13)]
    assert steward.publish_loaded(asked(SECOND, 25, 13), of("asked_for_help", SECOND, 13, 6)) == [
        result("asked", (SECOND,), 25, 13),
        result("asked_for_help", (SECOND,), 13, 6),
    ]


# ---- overrides ----

OVERRIDDEN = ("aa", "asked", FIRST)


def test_an_override_lets_a_difference_through_as_a_known_fact(steward: Steward) -> None:
    steward.publish_loaded(asked(FIRST, 20, 10))
    steward.load(asked(FIRST, 22, 13))
    assert steward.publish(OVERRIDDEN) == []
    [part] = steward.ledger.waiting.to_dicts()
    assert (part["respondents"], part["affirmative"], part["least"], part["most"]) == (2, 3, 3, 3)
    assert steward.publish_loaded(asked(SECOND, 9, 2)) == []  # 5 of 11, and of the nine all would be known
    assert steward.publish_loaded(asked(THIRD, 9, 2)) == [result("asked", YEARS[:3], 20, 7)]


def test_it_gives_the_file_that_it_corrects_away_and_the_others_are_protected_from_who_knows_it(
    steward: Steward,
) -> None:
    steward.publish_loaded(asked(FIRST, 9, 4))
    steward.load(asked(FIRST, 9, 5))
    steward.publish(OVERRIDDEN)
    assert attack_ledger(steward.ledger).known["years"].to_list() == [[FIRST]] * 2
    assert steward.publish_loaded(asked(SECOND, 9, 4)) == []  # 9 of 18; less the known 5, that is 4
    assert steward.publish_loaded(asked(THIRD, 9, 4)) == [result("asked", YEARS[:3], 27, 13)]


@pytest.mark.parametrize(("n", "known"), [(4, [[FIRST], [FIRST]]), (5, [[FIRST], [SECOND], [FIRST, SECOND]])])
def test_of_a_list_that_could_have_been_published_it_gives_all_away(
    steward: Steward, n: int, known: list[list[str]]
) -> None:
    """It counts as one part then, that covers all years in it."""
    steward.publish_loaded(asked(FIRST, 5, 1), asked(SECOND, n, 1))
    steward.load(asked(FIRST, 5, 0))
    steward.publish(OVERRIDDEN)
    assert attack_ledger(steward.ledger).known["years"].to_list() == known


@pytest.mark.parametrize(("n", "known"), [(9, [[FIRST], [SECOND], [FIRST]]), (11, [[FIRST], [FIRST]])])
def test_of_a_result_it_gives_all_away(steward: Steward, n: int, known: list[list[str]]) -> None:
    """9 and 9 are a result, and its k less the file's is that of the other; 11 are a result by themselves."""
    steward.publish_loaded(asked(FIRST, n, 4), asked(SECOND, 9, 4))
    steward.load(asked(FIRST, n, 5))
    steward.publish(OVERRIDDEN)
    assert attack_ledger(steward.ledger).known["years"].to_list() == known


def test_what_an_override_lets_through_enters_before_what_is_new(steward: Steward) -> None:
    steward.publish_loaded(asked(SECOND, 12, 2))
    steward.load(asked(SECOND, 12, 3))
    steward.load(asked(FIRST, 20, 10))
    expected = [result("asked", (SECOND,), 12, 3), result("asked", (FIRST,), 20, 10)]
    assert steward.publish(("aa", "asked", SECOND)) == expected
    assert steward.ledger.parts.sort("part_id")["known"].to_list() == [False, True, False]


def test_nothing_depends_on_a_result_one_of_whose_years_was_overridden(steward: Steward) -> None:
    """Whose answers these are is not plain any more."""
    steward.publish_loaded(asked(FIRST, 30, 15))
    steward.load(asked(FIRST, 60, 30))
    assert steward.publish(OVERRIDDEN) == [result("asked", (FIRST,), 30, 15)]
    assert steward.publish_loaded(of("asked_for_help", FIRST, 30, 15)) == []


@pytest.mark.parametrize(("n", "k"), [(20, 10), (2, 1), (0, 0), (40, 3)])
def test_what_comes_with_a_year_that_was_withdrawn_counts_whole_by_an_override(
    steward: Steward, n: int, k: int
) -> None:
    """Else a number would be published that no file holds, and whoever has the file could work out what is gone."""
    steward.publish_loaded(asked(FIRST, n, k))
    steward.withdraw("submission-1")
    steward.load(asked(FIRST, 32, 16))
    assert steward.publish(OVERRIDDEN) == [result("asked", (FIRST,), 32, 16)]


def test_of_a_year_that_was_withdrawn_fewer_wait_as_they_are(steward: Steward) -> None:
    steward.publish_loaded(asked(FIRST, 12, 6))
    steward.withdraw("submission-1")
    steward.load(asked(FIRST, 8, 2))
    assert steward.publish(OVERRIDDEN) == []
    assert waiting(steward) == [("asked", [2020], 8)]


def test_a_difference_that_went_with_its_file_is_not_taken_off_the_next(steward: Steward) -> None:
    first = steward.load(asked(FIRST, 20, 10))
    steward.publish()
    steward.load(asked(FIRST, 22, 11))
    steward.publish(OVERRIDDEN)
    steward.withdraw(first)
    steward.load(asked(FIRST, 30, 12))
    assert steward.publish(OVERRIDDEN) == [result("asked", (FIRST,), 30, 12)]
    steward.load(asked(FIRST, 42, 18))
    assert steward.publish(OVERRIDDEN) == [result("asked", (FIRST,), 12, 6)]


# ---- any history ----

HISTORY_MEASURES = ("asked", "asked_for_help", "told_anyone", "told_supervisor")


@st.composite
def people_asked(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """n and k of these measures, as a group of people can have answered."""
    n = draw(st.integers(0, 40))
    said, told = draw(few_or_many(n)), draw(few_or_many(n))
    reached = draw(few_or_many(said))
    return (n, said), (reached, draw(few_or_many(reached))), (n, told), (n, draw(few_or_many(told)))


def few_or_many(n: int) -> st.SearchStrategy[int]:
    """Withheld numbers are mostly extreme."""
    return st.one_of(st.integers(0, n), st.integers(0, min(2, n)), st.integers(max(0, n - 2), n))


@pytest.mark.slow
@settings(max_examples=examples(60), deadline=None)
@given(st.data())
def test_whatever_happens_nobody_is_published_twice_or_with_too_few(data: st.DataObject) -> None:
    """Files come, late or again; some are withdrawn; some publishings later. Some overrides, and once it is unnamed.

    A file of one question only comes for a year of which nothing stands: in the place of a whole file it would leave
    the follow-ups of other people's answers standing here, which the store never does.
    """
    stay = data.draw(st.sampled_from(STAYS))
    steward = Steward(INSTRUMENT, stay)
    submissions: list[str] = []
    for _ in range(data.draw(st.integers(2, 6))):
        for year in data.draw(st.lists(st.sampled_from(YEARS), max_size=3)):
            stands = any(year == standing for _, standing, _ in steward.stands)
            asked_now = data.draw(st.sampled_from([4] if stands else [4, 4, 4, 1]))
            numbers = data.draw(people_asked())
            rows = [of(m, year, *nk) for m, nk in zip(HISTORY_MEASURES, numbers, strict=True)][:asked_now]
            submissions.append(steward.load(*rows))
        if submissions and data.draw(st.sampled_from([False, False, True])):
            steward.withdraw(data.draw(st.sampled_from(submissions)))
        if data.draw(st.integers(0, 9)) == 9:
            steward.unname("aa")
        before = steward.ledger
        late = [("aa", measure, year) for _, year, measure in steward.set_aside if measure in {"asked", "told_anyone"}]
        steward.publish(*(data.draw(st.lists(st.sampled_from(late), max_size=1)) if late else []))
        assert_nothing_changed(before, steward.ledger)
        assert_enough(steward.ledger, stay)
        assert_everybody_is_somewhere_once(steward.ledger)
        assert_whole(steward.ledger)


def assert_nothing_changed(before: Ledger, after: Ledger) -> None:
    for old, new in zip(before.frames, after.frames, strict=True):
        assert_frame_equal(new.head(old.height), old)


def assert_enough(ledger: Ledger, stay: int | None) -> None:
    """People are ten at least, and as many as the largest year of a result has."""
    n, k = pl.col("respondents"), pl.col("affirmative")
    assert ledger.results.filter((pl.col("people") < 10) | (k < 3) | (n - k < 3)).is_empty()
    years = pl.col("years").list.len()
    assert stay != 1 or ledger.results.filter((years == 1) & (pl.col("people") != n)).is_empty()


def assert_everybody_is_somewhere_once(ledger: Ledger) -> None:
    """Each part waits, stands in one result, or is retired; each row of seen in one part at most, and of a question put
    to everybody that anybody answered in exactly one. What was seen of a year is seen once."""
    live = ledger.live_results.explode("parts")["parts"].drop_nulls().to_list()
    places = [*live, *ledger.waiting["part_id"], *ledger.retired["part_id"]]
    assert sorted(places) == ledger.parts["part_id"].to_list()
    published = ledger.results.explode("parts")["parts"].drop_nulls()
    assert published.is_unique().all()
    assert ledger.seen_of_parts["seen_id"].is_unique().all()
    roots = ledger.seen.filter(pl.col("measure_id").is_in(["asked", "told_anyone"]) & (pl.col("respondents") != 0))
    assert set(roots["seen_id"]) <= set(ledger.seen_of_parts["seen_id"])
    assert ledger.seen.filter(~pl.col("known")).select(YEAR_KEYS).is_unique().all()


def assert_whole(ledger: Ledger) -> None:
    """What depends on a result has no more people, and no more of a kind, than that; and covers its years, no other."""
    parents = ledger.results.select(
        pl.col("result_id").alias("parent_result"), pl.col("affirmative", "years").name.prefix("parent_")
    )
    dependent = ledger.parts.join(parents, on="parent_result")
    most = pl.when(pl.col("measure_id") == "asked_for_help").then("respondents").otherwise("most")
    assert dependent.filter(most > pl.col("parent_affirmative")).is_empty()
    years = pl.col("years").list.eval(year_named(pl.element()))
    assert dependent.filter(years != pl.col("parent_years")).is_empty()
