"""Whether a list is published, against the definition: every history of every small list is tried.

As it stands: 239,492 decisions, 28,610 of them by the sets of sums alone, none of them wrong; 301,840 histories run
forwards, and none of them tells more of a year than it may. With `RULE_ENUMERATION=long` the tests of three small parts
alone make 1,565,796 decisions and run 1,760,000 histories, in about three minutes of one processor; none was wrong.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.disclosure.rule import (
    Part,
    Thresholds,
    _closed_form,
    _leaves_enough,
    _totals_with_enough,
    decide,
    published,
)
from tests.pipelines.disclosure.test_rule import (
    FOUR_YEARS,
    NO_STAY,
    ONE_YEAR,
    SENSITIVE_TIER,
    SMALL_TIERS,
    STANDARD_TIER,
    STAYS,
    TIERS,
    Case,
    List,
    a_list,
    as_frame,
    parts_of_any_kind,
    questions,
)
from tests.reference.naive_rule import Release, Tier, simulate, verdicts
from tests.thorough import EVERYTHING, examples, some

pytestmark = pytest.mark.slow  # every history of every small list

LONG = os.environ.get("RULE_ENUMERATION") == "long"
SOME_STAYS = some(STAYS, 2, everything=LONG or EVERYTHING)
THREE_TIERS = SMALL_TIERS if LONG else (SMALL_TIERS[0], *SMALL_TIERS[2:])


def by_definition(case: Case) -> bool:
    parts, total, tier = case
    return verdicts(questions(parts), Tier(*tier)).get(total, False)


def assert_decided_by_the_definition(lists: Iterable[tuple[List, Thresholds]]) -> tuple[int, int]:
    """All three ways agree, for every total: `decide`, the closed form where it speaks, and the sets of sums.

    Returns how many were decided, and how many of them by the sets alone.
    """
    cases = [
        (parts, total, tier)
        for parts, tier in lists
        for total in range(-1, max(0, sum(part.respondents for part in parts)) + 2)
    ]
    wanted = [by_definition(case) for case in cases]
    closed = [_closed_form(*case) for case in cases]
    found = decide(as_frame(cases))
    assert [case for case, yes, want in zip(cases, found, wanted, strict=True) if yes is not want] == []
    assert [case for case, yes, want in zip(cases, closed, wanted, strict=True) if yes not in (None, want)] == []
    assert [case for case, want in zip(cases, wanted, strict=True) if by_sets(*case) is not want] == []
    assert {True, False} == set(wanted)
    return len(cases), closed.count(None)


def by_sets(parts: List, total: int, tier: Thresholds) -> bool:
    """The verdict without the closed form, but for single parts."""
    return total in _totals_with_enough(parts, tier) and (len(parts) == 1 or _leaves_enough(parts, total, tier))


def year_orders(number: int, span: int) -> set[tuple[int, ...]]:
    """Every order in which so many different years, no further apart than this, can come; counted from the first."""
    orders = permutations(range(span), number)
    return {tuple(year - min(order) for year in order) for order in orders}


MOST_ANSWERS, YEARS_APART = (6, 5) if LONG else (4, 4)
"""The most answers in each of three parts, and within how many years they lie."""


@pytest.mark.parametrize("stay", SOME_STAYS)
@pytest.mark.parametrize("tier", THREE_TIERS)
def test_every_list_of_three_small_years_in_every_order(tier: tuple[int, int], stay: int | None) -> None:
    lists = (
        (a_list(*n, years=years), Thresholds(*tier, stay))
        for years in (year_orders(3, YEARS_APART) if stay else [(0, 1, 2)])
        for n in product(range(1, MOST_ANSWERS + 1 + (stay is None)), repeat=3)
    )
    assert_decided_by_the_definition(lists)


@pytest.mark.parametrize("stay", SOME_STAYS)
@pytest.mark.parametrize("tier", SMALL_TIERS if LONG else SMALL_TIERS[:1])
def test_every_list_of_four_small_years_in_every_order(tier: tuple[int, int], stay: int | None) -> None:
    lists = (
        (a_list(*n, years=years), Thresholds(*tier, stay))
        for years in (year_orders(4, YEARS_APART) if stay else [(0, 1, 2, 3)])
        for n in product((1, 2, 3, 4) if LONG else (1, 3), repeat=4)
    )
    assert_decided_by_the_definition(lists)


SPANS = ((0,), (1,), (0, 1), (1, 3), (4, 5), (0, 2, 5))
"""Years of a part: of a based measure they are all years of its base's result."""


@pytest.mark.parametrize("stay", SOME_STAYS)
@pytest.mark.parametrize("tier", SMALL_TIERS if LONG else SMALL_TIERS[:1])
def test_every_list_of_parts_that_cover_several_years(tier: tuple[int, int], stay: int | None) -> None:
    sizes = (1, 2, 3, 5, 7) if LONG else (1, 3, 6)
    parts = [Part(n, years, 0, n) for n in sizes for years in SPANS]
    assert_decided_by_the_definition((pair, Thresholds(*tier, stay)) for pair in product(parts, repeat=2))
    assert_decided_by_the_definition(
        (triple, Thresholds(*tier, stay)) for triple in product(parts[-6:], parts[3:9], parts[:6])
    )


@pytest.mark.parametrize("stay", SOME_STAYS)
@pytest.mark.parametrize("tier", SMALL_TIERS if LONG else SMALL_TIERS[:1])
def test_every_list_of_three_parts_that_are_open_bounded_or_known(tier: tuple[int, int], stay: int | None) -> None:
    bounds = [(5, 0, 5), (2, 0, 2), (5, 0, 2), (3, 0, 0), (3, 2, 2), (-1, -1, -1), (0, 1, 1)]
    lists = (
        (tuple(Part(n, (year,), least, most) for year, (n, least, most) in enumerate(parts)), Thresholds(*tier, stay))
        for parts in product([*bounds, (6, 0, 6)] if LONG else bounds, repeat=3)
    )
    assert_decided_by_the_definition(lists)


@pytest.mark.parametrize("stay", [NO_STAY, FOUR_YEARS, ONE_YEAR])
@pytest.mark.parametrize("tier", [STANDARD_TIER, SENSITIVE_TIER])
def test_every_list_of_two_years_at_the_real_thresholds(tier: tuple[int, int], stay: int | None) -> None:
    sizes = range(1, 41) if LONG else (1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 14, 15, 16, 20, 24, 30)
    years = [(0, 4), (4, 0)] if LONG and stay == FOUR_YEARS else [(0, stay or 1)]
    lists = ((a_list(*n, years=order), Thresholds(*tier, stay)) for order in years for n in product(sizes, repeat=2))
    decided, exact = assert_decided_by_the_definition(lists)
    assert exact < 0.15 * decided


@pytest.mark.parametrize("stay", [NO_STAY, FOUR_YEARS, ONE_YEAR])
@pytest.mark.parametrize("tier", [STANDARD_TIER, SENSITIVE_TIER])
def test_every_list_of_three_years_at_the_real_thresholds(tier: tuple[int, int], stay: int | None) -> None:
    sizes = range(1, 17) if LONG else (1, 2, 3, 5, 10, 15)
    years = [(0, 4, 1), (0, 3, 6)] if stay == FOUR_YEARS else [(0, 1, 2)]
    lists = ((a_list(*n, years=order), Thresholds(*tier, stay)) for order in years for n in product(sizes, repeat=3))
    assert_decided_by_the_definition(lists)


@settings(max_examples=1_000 if LONG else examples(100), deadline=None)
@given(st.lists(parts_of_any_kind(), min_size=1, max_size=4), TIERS)
def test_any_list_of_up_to_four_parts_of_any_kind(parts: list[Part], tier: Thresholds) -> None:
    cases = [(tuple(parts), total, tier) for total in range(-6, sum(max(p.respondents, p.most) for p in parts) + 2)]
    wanted = [by_definition(case) for case in cases]
    assert decide(as_frame(cases)).to_list() == wanted
    assert all(_closed_form(*case) in (None, want) for case, want in zip(cases, wanted, strict=True))


@settings(max_examples=2_000 if LONG else examples(100), deadline=None)
@given(st.data(), TIERS)
def test_the_closed_form_agrees_with_the_sets_on_longer_lists_too(data: st.DataObject, tier: Thresholds) -> None:
    cases = list(growing_list(data, tier))
    sets = [by_sets(*case) for case in cases]
    assert decide(as_frame(cases)).to_list() == sets
    assert all(_closed_form(*case) in (None, want) for case, want in zip(cases, sets, strict=True))


def growing_list(data: st.DataObject, tier: Thresholds) -> Iterator[Case]:
    """A list as it grows, until it is published or has eight parts. Few say yes, so that it waits."""
    parts: List = ()
    total = 0
    years = data.draw(st.permutations(range(2010, 2020)))
    for year in years[:8]:
        n = data.draw(st.integers(1, 60))
        parts, total = (*parts, Part(n, (year,), 0, n)), total + data.draw(st.integers(0, min(n, 3)))
        yield parts, total, tier
        if published(parts, total, tier):
            return


# ---- forwards: nobody can tell more than he may ----


@pytest.mark.parametrize("stay", SOME_STAYS)
@pytest.mark.parametrize("tier", SMALL_TIERS if LONG else SMALL_TIERS[:2])
def test_every_year_not_published_alone_keeps_its_values_after_everything_that_is_published(
    tier: tuple[int, int], stay: int | None
) -> None:
    """All histories of three years, late ones too: those in which the same is published are one to everybody else."""
    rule = Tier(*tier, stay)
    published_at_all = 0
    for years in year_orders(3, 4) if stay else [(0, 1, 2)]:
        for n in product(range(1, 6 if LONG else 5), repeat=3):
            for releases, histories in by_what_is_published(n, years, rule).items():
                alone = {release.first for release in releases if release.end == release.first + 1}
                left = [len({history[place] for history in histories}) for place in range(3)]
                assert all(left[p] >= min(rule.side, n[p] + 1) for p in {0, 1, 2} - alone), (n, years, releases)
                published_at_all += len(releases)
    assert published_at_all


def by_what_is_published(
    n: tuple[int, ...], years: tuple[int, ...], tier: Tier
) -> dict[tuple[Release, ...], list[tuple[int, ...]]]:
    found: dict[tuple[Release, ...], list[tuple[int, ...]]] = defaultdict(list)
    for history in product(*(range(most + 1) for most in n)):
        found[tuple(simulate(list(zip(years, n, history, strict=True)), tier))].append(history)
    return found


@pytest.mark.parametrize("stay", [NO_STAY, FOUR_YEARS, ONE_YEAR])
def test_the_simulator_publishes_what_the_rule_does(stay: int | None) -> None:
    """Twelve, eight, and five years of four, one after another; the list begins anew after each result."""
    came = [(2015, 12, 1), (2016, 8, 7), (2017, 20, 10), *((year, 4, 2) for year in range(2018, 2023))]
    first, expected = 0, []
    for end in range(1, len(came) + 1):
        parts = tuple(Part(n, (year,), 0, n) for year, n, _ in came[first:end])
        total = sum(k for *_, k in came[first:end])
        if published(parts, total, Thresholds(*STANDARD_TIER, stay)):
            expected.append(Release(first, end, sum(part.respondents for part in parts), total))
            first = end
    assert simulate(came, Tier(*STANDARD_TIER, stay)) == expected
    assert [release[:2] for release in expected][:2] == [(0, 2), (2, 3)]


@pytest.mark.parametrize(("years", "shown"), [(4, True), (5, False)])
def test_a_list_that_covers_five_years_and_waits_is_retired(years: int, shown: bool) -> None:
    """Without a longest stay. Six a year wait for a year of twelve, which is published with them or alone."""
    came = [*((year, 6, 3) for year in range(years)), (years, 12, 6)]
    with_all_before = Release(0, years + 1, 6 * years + 12, 3 * years + 6)
    assert (with_all_before in simulate(came, Tier(*STANDARD_TIER))) is shown
    assert (Release(years, years + 1, 12, 6) in simulate(came, Tier(*STANDARD_TIER))) is not shown
