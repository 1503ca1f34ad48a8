"""Whether a list is published, at each of its limits."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations_with_replacement, product

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.disclosure.rule import (
    Part,
    Thresholds,
    _too_few,
    decide,
    enough,
    fewest_people,
    people,
    published,
    years_per_person,
)
from tests.reference import naive_rule as naive

STANDARD_TIER, SENSITIVE_TIER = (10, 3), (15, 4)
NO_STAY, FOUR_YEARS, ONE_YEAR = None, 4, 1
"""Longest stays. With one year nobody answers twice."""
SMALL_TIERS = ((3, 2), (4, 2), (5, 3), (1, 3))
"""The last asks for fewer people than for both sides; then the sides decide."""
STAYS = (None, 1, 2, 3)

List = tuple[Part, ...]
Case = tuple[List, int, Thresholds]


def a_list(*respondents: int, years: Sequence[int] | None = None) -> List:
    """Parts of which nothing is known but how many answered, of one year after another."""
    return tuple(Part(n, (year,), 0, n) for n, year in zip(respondents, years or range(len(respondents)), strict=True))


def as_frame(cases: Iterable[Case]) -> pl.DataFrame:
    """Lists as rows, as `decide` takes them."""
    rows = [([list(column) for column in zip(*parts, strict=True)], total, tier) for parts, total, tier in cases]
    number, numbers = pl.Int64, pl.List(pl.Int64)
    return pl.DataFrame(
        {
            "respondents": pl.Series([parts[0] for parts, *_ in rows], dtype=numbers),
            "years": pl.Series([[list(years) for years in parts[1]] for parts, *_ in rows], dtype=pl.List(numbers)),
            "least": pl.Series([parts[2] for parts, *_ in rows], dtype=numbers),
            "most": pl.Series([parts[3] for parts, *_ in rows], dtype=numbers),
            "affirmative": pl.Series([total for _, total, _ in rows], dtype=number),
            "minimum_respondents": pl.Series([tier.respondents for *_, tier in rows], dtype=number),
            "minimum_each_side": pl.Series([tier.each_side for *_, tier in rows], dtype=number),
            "longest_stay": pl.Series([tier.longest_stay for *_, tier in rows], dtype=number),
        }
    )


def questions(parts: List) -> tuple[naive.Question, ...]:
    return tuple(naive.question(p.respondents, *p.years, values=range(p.least, p.most + 1)) for p in parts)


def is_published(parts: List, total: int, tier: tuple[int, int] = STANDARD_TIER, stay: int | None = ONE_YEAR) -> bool:
    return bool(decide(as_frame([(parts, total, Thresholds(*tier, stay))])).item())


@st.composite
def parts_of_any_kind(draw: st.DrawFn) -> Part:
    """Open, bounded, or known."""
    n = draw(st.integers(1, 16))
    years = tuple(sorted(draw(st.sets(st.integers(2015, 2024), min_size=1, max_size=3))))
    match draw(st.sampled_from(["open", "open", "bounded", "known"])):
        case "bounded":
            return Part(n, years, 0, draw(st.integers(0, n)))
        case "known":
            k = draw(st.sampled_from([-2, -1, n + 1, n + 2]))
            return Part(draw(st.sampled_from([n, -2])), years, k, k)
    return Part(n, years, 0, n)


TIERS = st.builds(
    lambda tier, stay: Thresholds(*tier, stay),
    st.sampled_from([STANDARD_TIER, SENSITIVE_TIER]),
    st.sampled_from([None, 1, 2, 3, 4, 6]),
)


# ---- a single year ----

STANDARD = [
    (9, 4, False),
    (10, 4, True),
    (20, 2, False),
    (20, 3, True),
    (20, 17, True),
    (20, 18, False),
    (10, 2, False),
    (10, 3, True),
    (10, 7, True),
    (10, 8, False),
    (0, 0, False),
    (1000, 0, False),
    (1000, 1000, False),
]
SENSITIVE = [
    (14, 7, False),
    (15, 7, True),
    (30, 3, False),
    (30, 4, True),
    (30, 26, True),
    (30, 27, False),
    (15, 3, False),
    (15, 4, True),
    (15, 11, True),
    (15, 12, False),
]
EVERY_STAY = pytest.mark.parametrize("stay", [NO_STAY, FOUR_YEARS, ONE_YEAR])


@EVERY_STAY
@pytest.mark.parametrize(("n", "k", "shown"), STANDARD)
def test_a_result_stands_on_ten_people_and_three_on_each_side(n: int, k: int, shown: bool, stay: int | None) -> None:
    assert is_published(a_list(n), k, stay=stay) is shown


@EVERY_STAY
@pytest.mark.parametrize(("n", "k", "shown"), SENSITIVE)
def test_a_sensitive_result_stands_on_fifteen_people_and_four_on_each_side(
    n: int, k: int, shown: bool, stay: int | None
) -> None:
    assert is_published(a_list(n), k, SENSITIVE_TIER, stay) is shown


@pytest.mark.parametrize(("n", "k", "shown"), [(19, 9, False), (20, 9, True), (30, 4, False), (30, 5, True)])
def test_a_catalogue_may_ask_for_more(n: int, k: int, shown: bool) -> None:
    assert is_published(a_list(n), k, (20, 5)) is shown


@pytest.mark.parametrize("stay", STAYS)
@pytest.mark.parametrize("tier", [*SMALL_TIERS, STANDARD_TIER, SENSITIVE_TIER])
def test_for_a_single_year_it_is_the_two_thresholds_and_nothing_else(tier: tuple[int, int], stay: int | None) -> None:
    cases = [(a_list(n), k, Thresholds(*tier, stay)) for n in range(40) for k in range(n + 1)]
    by_words = [p[0].respondents >= tier[0] and tier[1] <= k <= p[0].respondents - tier[1] for p, k, _ in cases]
    assert decide(as_frame(cases)).to_list() == by_words


@pytest.mark.parametrize(("n", "k", "shown"), STANDARD)
def test_a_subgroup_is_shown_as_a_single_year_is(n: int, k: int, shown: bool) -> None:
    row = pl.DataFrame({"n": n, "k": k, "minimum_respondents": 10, "minimum_each_side": 3})
    assert row.select(enough(pl.col("n"), pl.col("k"))).item() is shown


@pytest.mark.parametrize(("n", "k", "shown"), [(18, 9, False), (19, 9, True), (30, 4, False), (30, 5, True)])
def test_a_subgroup_of_two_years_in_which_the_same_people_can_answer_needs_twice_as_many(
    n: int, k: int, shown: bool
) -> None:
    """19 answers in two years are ten people at least; five yes are three at least."""
    row = pl.DataFrame({"n": n, "k": k, "m": 2, "minimum_respondents": 10, "minimum_each_side": 3})
    assert row.select(enough(pl.col("n"), pl.col("k"), pl.col("m"))).item() is shown


# ---- answers are not people ----


@pytest.mark.parametrize("stay", [NO_STAY, FOUR_YEARS])
def test_four_people_who_answer_every_year_are_no_sixteen(stay: int | None) -> None:
    """Four members of staff, one of them with lived experience, for four years: 4 of 16 are one of four."""
    assert not is_published(a_list(4, 4, 4, 4), 4, stay=stay)
    assert is_published(a_list(4, 4, 4, 4), 4, stay=ONE_YEAR)


@pytest.mark.parametrize("stay", [NO_STAY, FOUR_YEARS])
@pytest.mark.parametrize(("largest", "shown"), [(9, False), (10, True)])
def test_years_that_the_same_people_can_answer_in_are_as_many_people_as_the_largest(
    largest: int, shown: bool, stay: int | None
) -> None:
    assert is_published(a_list(9, largest, 9), 9, stay=stay) is shown


@pytest.mark.parametrize(("stay", "apart", "shown"), [(4, 3, False), (4, 4, True), (3, 3, True), (NO_STAY, 9, False)])
def test_people_add_up_over_years_a_longest_stay_apart(stay: int | None, apart: int, shown: bool) -> None:
    assert is_published(a_list(5, 5, years=(2015, 2015 + apart)), 5, stay=stay) is shown


@pytest.mark.parametrize(("fifth", "shown"), [(4, False), (5, True)])
def test_people_add_up_to_the_minimum(fifth: int, shown: bool) -> None:
    assert is_published(a_list(5, 5, 5, 5, fifth), 12, stay=4) is shown


SIDES = {
    "two people are at most four answers in two years": (a_list(10, 6), 4, NO_STAY, False),
    "five are three people": (a_list(10, 6), 5, NO_STAY, True),
    "of 16 eleven yes leave five no": (a_list(10, 6), 11, NO_STAY, True),
    "twelve leave four": (a_list(10, 6), 12, NO_STAY, False),
    "nobody answers in both of two years that are four apart": (a_list(10, 6, years=(0, 4)), 3, 4, True),
    "in years three apart the same two can": (a_list(10, 6, years=(0, 3)), 4, 4, False),
    "of a single person no more than one answer": (a_list(10, 1, 6), 5, NO_STAY, False),
    "with him two people are five answers, so six are three": (a_list(10, 1, 6), 6, NO_STAY, True),
    "with three years and a stay of two, two people are four answers": (a_list(10, 6, 6), 4, 2, False),
    "and five are three": (a_list(10, 6, 6), 5, 2, True),
}


@pytest.mark.parametrize(("parts", "k", "stay", "shown"), SIDES.values(), ids=SIDES)
def test_each_side_has_more_answers_than_two_people_can_give(
    parts: List, k: int, stay: int | None, shown: bool
) -> None:
    assert is_published(parts, k, stay=stay) is shown


@pytest.mark.parametrize(("n", "shown"), [(18, False), (19, True)])
def test_one_part_over_two_years_stands_on_half_as_many_people(n: int, shown: bool) -> None:
    """A result of a base that covers two years: the same person may stand in it twice."""
    assert is_published((Part(n, (2020, 2021), 0, n),), 9, stay=NO_STAY) is shown
    assert is_published((Part(n, (2020, 2024), 0, n),), 9, stay=4)


def test_the_years_of_a_list_are_counted_once() -> None:
    assert years_per_person((2020, 2021, 2020), NO_STAY) == 2
    assert [years_per_person((2018, 2020, 2021, 2023), stay) for stay in (1, 2, 3, 4, 6, NO_STAY)] == [1, 2, 2, 3, 4, 4]


# ---- people, counted by trying every way in which they can have stayed ----


def everybody_stays(years: range, stay: int | None, number: int) -> Iterator[list[set[int]]]:
    """Every way in which so many people can be there: each for `stay` years in a row, or for all of them."""
    spans = [set(years)] if stay is None else [set(range(first, first + stay)) for first in years]
    return (list(chosen) for chosen in combinations_with_replacement(spans, number))


def people_there(spans: list[set[int]], year: int) -> int:
    return sum(year in span for span in spans)


@pytest.mark.parametrize("stay", STAYS)
def test_nobody_can_do_with_fewer_people(stay: int | None) -> None:
    """For single years the bound is exact: so many people are enough, and one fewer are not."""
    for answers in product(range(4), repeat=4):
        parts = tuple(Part(n, (year,), 0, n) for year, n in enumerate(answers))
        bound = fewest_people(parts, stay)
        for number, can in ((bound, True), (bound - 1, False)):
            ways = everybody_stays(range(-2, 5), stay, max(number, 0)) if number >= 0 else iter(())
            assert any(all(people_there(way, y) >= n for y, n in enumerate(answers)) for way in ways) is can


@pytest.mark.parametrize("side", [2, 3])
@pytest.mark.parametrize("stay", STAYS)
def test_fewer_people_than_the_side_minimum_give_no_more_answers_than_allowed_for(stay: int | None, side: int) -> None:
    for answers in product(range(4), repeat=4):
        parts = tuple(Part(n, (year,), 0, n) for year, n in enumerate(answers))
        ways = everybody_stays(range(-2, 5), stay, side - 1)
        most = max(sum(min(n, people_there(way, y)) for y, n in enumerate(answers)) for way in ways)
        assert _too_few(parts, Thresholds(1, side, stay)) >= most


# ---- every part keeps enough values; here nobody answers twice ----

SMALL_POOLS = [(n, k, shown) for n, k, shown in STANDARD if 1 < n <= 18]


@pytest.mark.parametrize(("n", "k", "shown"), [*SMALL_POOLS, (18, 2, False), (18, 3, True), (18, 15, True)])
def test_a_pool_stands_on_no_less(n: int, k: int, shown: bool) -> None:
    """Of two parts, neither large enough for its waiting to tell anything."""
    assert is_published(a_list(n - n // 2, n // 2), k) is shown


POOLS = {
    "nine people and then one: of that one only yes or no is left, and 5 of 10 leaves the nine 4 or 5": (
        (9, 1),
        5,
        False,
    ),
    "nine and then two: three values are left for each": ((9, 2), 5, True),
    "12 would have been published with 3 to 9, so of 9 in all 8 leave only 1 or 2 to them": ((12, 8), 9, False),
    "of 8 in all they can be 0, 1 or 2": ((12, 8), 8, True),
    "of 11 in all they can be 10 or 11": ((12, 8), 11, False),
    "of 12 in all they can be 10, 11 or 12": ((12, 8), 12, True),
    "nobody ever joins twelve alone": ((12, 1), 6, False),
    "three can: all of them were yes or no, and still the twelve keep three values": ((12, 3), 3, True),
    "but not with one more": ((12, 3), 4, False),
}


@pytest.mark.parametrize(("respondents", "k", "shown"), POOLS.values(), ids=POOLS)
def test_a_pool_leaves_three_values_to_each_part(respondents: tuple[int, ...], k: int, shown: bool) -> None:
    assert is_published(a_list(*respondents), k) is shown


SENSITIVE_POOLS = {
    "14 and 2: the two tell the fourteen to within three values": ((14, 2), 8, False),
    "14 and 3: to within four": ((14, 3), 8, True),
    "of 8 in all the twenty, which waited, can be 0 to 3": ((20, 8), 8, True),
    "of 9 in all they can be 1 to 3": ((20, 8), 9, False),
    "of 19 in all they can be 17 to 19": ((20, 8), 19, False),
    "of 20 in all they can be 17 to 20": ((20, 8), 20, True),
}


@pytest.mark.parametrize(("respondents", "k", "shown"), SENSITIVE_POOLS.values(), ids=SENSITIVE_POOLS)
def test_a_sensitive_pool_leaves_four(respondents: tuple[int, ...], k: int, shown: bool) -> None:
    assert is_published(a_list(*respondents), k, SENSITIVE_TIER) is shown


@pytest.mark.parametrize(("k", "shown"), [(8, True), (9, False)])
@EVERY_STAY
def test_a_year_that_waited_keeps_its_values_whoever_stays(k: int, shown: bool, stay: int | None) -> None:
    """Twelve wait with 0 to 2, or 10 to 12, and eight come: it is not the people that the verdict hangs on here."""
    assert is_published(a_list(12, 8), k, stay=stay) is shown


@pytest.mark.parametrize(("stay", "shown"), [(4, True), (5, True), (3, False)])
def test_a_shorter_list_is_judged_by_its_own_people(stay: int, shown: bool) -> None:
    """5 and 5, three years apart, and then 6. With a stay of three years the first two were ten people, and had been
    published with 3 to 7; so 8 of 16 leave them 2 or 8, and the six 0 or 6. Where they need not be ten, they waited
    for that and tell nothing; the sixteen are enough by the last part, which is four years after the second."""
    parts = a_list(5, 5, 6, years=(0, 3, 7))
    assert fewest_people(parts[:2], stay) == (10 if stay == 3 else 5)
    assert is_published(parts, 8, stay=stay) is (shown and fewest_people(parts, stay) >= 10)


@pytest.mark.parametrize(("total", "shown"), [(2, False), (3, True), (9, True), (10, False), (13, False)])
def test_what_a_part_stands_within_bounds_it(total: int, shown: bool) -> None:
    """Of 25 and 25 people at most 5 and 9 can have said yes. The first 25 waited, so they were 0 to 2 of them: 9 in
    all leave 0, 1 or 2, and 10 leave 1 or 2. Without the bounds 10 would be published."""
    assert is_published((Part(25, (0,), 0, 5), Part(25, (1,), 0, 9)), total) is shown
    assert is_published(a_list(25, 25), total) is (total >= 3)


@pytest.mark.parametrize(("more", "shown"), [((), False), ((Part(5, (2,), 0, 5),), True)])
def test_a_part_of_which_nothing_is_open_hides_nobody_else(more: List, shown: bool) -> None:
    """Eight of whom nobody told anyone, so none a supervisor: the total with nine others would be the others' own."""
    assert is_published((Part(8, (0,), 0, 0), Part(9, (1,), 0, 9), *more), 4) is shown


# ---- what overrides gave away ----


@pytest.mark.parametrize(("total", "shown"), [(4, False), (5, True), (12, True), (13, False)])
def test_what_is_known_of_a_part_is_taken_out_of_the_total(total: int, shown: bool) -> None:
    """Seven people wait; an override adds 2 with 3 yes; 6 more come. 4 leave the seven only 0 or 1."""
    assert is_published((Part(7, (0,), 0, 7), Part(2, (1,), 3, 3), Part(6, (2,), 0, 6)), total) is shown


@pytest.mark.parametrize(("later", "shown"), [(2, False), (3, True)])
def test_an_override_that_takes_people_away_makes_a_list_shorter(later: int, shown: bool) -> None:
    assert is_published((Part(9, (0,), 0, 9), Part(-2, (0,), -1, -1), Part(later, (1,), 0, later)), 4) is shown


@pytest.mark.parametrize(("taken", "shown"), [(2, True), (3, False)])
def test_whom_an_override_takes_away_may_have_been_counted(taken: int, shown: bool) -> None:
    parts = (Part(12, (0,), 0, 12), Part(-taken, (0,), -1, -1), Part(8, (1,), 0, 8))
    assert fewest_people(parts, NO_STAY) == 12 - taken
    assert is_published(parts, 7, stay=NO_STAY) is shown


@pytest.mark.parametrize("total", [-1, 11])
def test_a_total_that_nobody_thinks_possible_is_never_published(total: int) -> None:
    assert not is_published((Part(30, (0,), 0, 10),), total)
    assert is_published((Part(30, (0,), 0, 11),), 11)


# ---- in the order in which they came ----


@pytest.mark.parametrize(("respondents", "shown"), [((9, 1, 12), True), ((9, 12, 1), False)])
def test_one_person_who_comes_late_is_not_told_by_three(respondents: tuple[int, ...], shown: bool) -> None:
    """9 of 2020 and 12 of 2022 waited with 3 in all being too many for them: then one of 2021 comes, and 3 in all.

    In calendar order the rule, which knows nothing of that waiting, would publish it: the one said yes.
    """
    assert is_published(a_list(9, 12), 3)
    assert is_published(a_list(*respondents), 3) is shown


@pytest.mark.parametrize("respondents", [(9, 12, 1), (12, 1), (25, 2), (9, 9, 9, 1)])
def test_a_part_of_one_or_two_is_never_told_by_those_before_it(respondents: tuple[int, ...]) -> None:
    parts = a_list(*respondents)
    shown = [total for total in range(sum(respondents) + 1) if is_published(parts, total)]
    histories = naive.histories(questions(parts), naive.Tier(*STANDARD_TIER, ONE_YEAR))
    assert all(len({k[-1] for k in histories[total]}) == respondents[-1] + 1 for total in shown if total in histories)


# ---- frames ----


def test_many_lists_are_decided_each_as_if_it_were_alone() -> None:
    cases = [
        (a_list(*n), total, Thresholds(*tier, stay))
        for n in ((12,), (12, 8), (12, 8), (12,), (5, 5, 5))
        for total in (8, 9, 3)
        for tier in (STANDARD_TIER, SENSITIVE_TIER)
        for stay in (NO_STAY, FOUR_YEARS, ONE_YEAR)
    ]
    assert decide(as_frame(cases)).to_list() == [published(*case) for case in cases]


def test_no_lists_are_no_decisions() -> None:
    assert decide(as_frame([])).to_list() == []
    assert people(as_frame([])).to_list() == []


def test_no_longest_stay_at_all_may_be_a_column_of_nothing() -> None:
    frame = as_frame([(a_list(12), 6, Thresholds(10, 3)), (a_list(12, 8), 8, Thresholds(10, 3))])
    nothing = frame.with_columns(longest_stay=None)
    assert decide(nothing).to_list() == [True, True]
    assert people(nothing).to_list() == [12, 12]


@given(st.lists(st.tuples(st.lists(parts_of_any_kind(), min_size=1, max_size=5), TIERS), max_size=8))
def test_people_are_the_fewest_that_can_stand_behind_each_result(rows: list[tuple[list[Part], Thresholds]]) -> None:
    """The naive count tries every choice of parts."""
    results = [(tuple(p for p in parts if p.respondents > 0), tier) for parts, tier in rows]
    frame = as_frame((parts, 0, tier) for parts, tier in results if parts)
    wanted = [naive.different_people(questions(parts), tier.longest_stay) for parts, tier in results if parts]
    assert people(frame).to_list() == wanted
