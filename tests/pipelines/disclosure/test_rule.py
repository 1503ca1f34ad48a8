"""What may be published, at each of its limits, and that nothing else ever is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.disclosure.rule import Part, Thresholds, _closed_form, decide, published, statuses
from pipelines.disclosure.waiting_lists import Ledger
from tests.factories import Row, Steward, a_catalogue, a_measure, contributions

YEAR = "2024-25"
TIERS = ((10, 3), (15, 4))

Verdicts = dict[int, bool]
"""Whether a list is published, for each total k it can have."""

INSTRUMENT = a_catalogue(
    a_measure(),
    a_measure("lived", sensitive=True),
    a_measure("told", sensitive=True, base="lived"),
    a_measure("told_tutor", sensitive=True, base="lived", within="told"),
    a_measure("helped", sensitive=True, base="told"),
    a_measure("inner", within="asked"),
    a_measure("trainee_asked", group="trainee"),
)


# ---- whether a list is published ----


def a_list(*respondents: int) -> tuple[Part, ...]:
    """Parts of which nothing is known but how many answered."""
    return tuple(Part(n, 0, n) for n in respondents)


def decided(cases: Iterable[tuple[tuple[Part, ...], int, tuple[int, int]]]) -> pl.DataFrame:
    """Lists as rows, with the verdicts of `decide` and of the closed form."""
    rows = [
        ([p.respondents for p in parts], [p.least for p in parts], [p.most for p in parts], total, *tier)
        for parts, total, tier in cases
    ]
    numbers, number = pl.List(pl.Int64), pl.Int64
    frame = pl.DataFrame(
        rows,
        schema={
            "respondents": numbers,
            "least": numbers,
            "most": numbers,
            "affirmative": number,
            "minimum_respondents": number,
            "minimum_each_side": number,
        },
        orient="row",
    )
    return frame.with_columns(decide(frame), _closed_form().alias("in_closed_form"))


def is_published(parts: tuple[Part, ...], total: int, tier: tuple[int, int] = TIERS[0]) -> bool:
    return bool(decided([(parts, total, tier)])["published"].item())


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


@pytest.mark.parametrize(("n", "k", "shown"), STANDARD)
def test_a_result_stands_on_ten_people_and_three_on_each_side(n: int, k: int, shown: bool) -> None:
    assert is_published(a_list(n), k) is shown


@pytest.mark.parametrize(("n", "k", "shown"), SENSITIVE)
def test_a_sensitive_result_stands_on_fifteen_people_and_four_on_each_side(n: int, k: int, shown: bool) -> None:
    assert is_published(a_list(n), k, TIERS[1]) is shown


@pytest.mark.parametrize(("n", "k", "shown"), [(19, 9, False), (20, 9, True), (30, 4, False), (30, 5, True)])
def test_a_catalogue_may_ask_for_more(n: int, k: int, shown: bool) -> None:
    assert is_published(a_list(n), k, (20, 5)) is shown


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
    assert is_published(a_list(*respondents), k, TIERS[1]) is shown


@pytest.mark.parametrize(("total", "shown"), [(2, False), (3, True), (9, True), (10, False), (13, False)])
def test_what_a_part_stands_within_bounds_it(total: int, shown: bool) -> None:
    """Of 25 and 25 people at most 5 and 9 can have said yes. The first 25 waited, so they were 0 to 2 of them: 9 in
    all leave 0, 1 or 2, and 10 leave 1 or 2. Without the bounds 10 would be published."""
    assert is_published((Part(25, 0, 5), Part(25, 0, 9)), total) is shown
    assert is_published(a_list(25, 25), total) is (total >= 3)


@pytest.mark.parametrize(("more", "shown"), [((), False), ((Part(5, 0, 5),), True)])
def test_a_part_of_which_nothing_is_open_hides_nobody_else(more: tuple[Part, ...], shown: bool) -> None:
    """Eight of whom nobody told anyone, so none a supervisor: the total with nine others would be the others' own."""
    assert is_published((Part(8, 0, 0), Part(9, 0, 9), *more), 4) is shown


@pytest.mark.parametrize(("total", "shown"), [(4, False), (5, True), (12, True), (13, False)])
def test_what_is_known_of_a_part_is_taken_out_of_the_total(total: int, shown: bool) -> None:
    """Seven people wait; a correction let through adds 2 with 3 yes; 6 more come. 4 leave the seven only 0 or 1."""
    assert is_published((Part(7, 0, 7), Part(2, 3, 3), Part(6, 0, 6)), total) is shown


@pytest.mark.parametrize(("people", "shown"), [(2, False), (3, True)])
def test_a_correction_that_takes_people_away_makes_a_list_shorter(people: int, shown: bool) -> None:
    assert is_published((Part(9, 0, 9), Part(-2, -1, -1), Part(people, 0, people)), 4) is shown


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
    people = sum(respondents)
    shown = [total for total in range(people + 1) if is_published(a_list(*respondents), total)]
    histories = naive_histories(a_list(*respondents), TIERS[0])
    assert all(len({k[-1] for k in histories[total]}) == respondents[-1] + 1 for total in shown if total in histories)


# ---- against the definition, by enumeration ----

History = tuple[int, ...]


@cache
def naive_verdicts(parts: tuple[Part, ...], tier: tuple[int, int]) -> Verdicts:
    """Point 2 of the design in plain Python: the verdict for every total there can be, from every history there can be.

    A history is a k for each part, such that no shorter list was published.
    """
    people, side = tier
    n = sum(part.respondents for part in parts)
    return {
        total: n >= people
        and side <= total <= n - side
        and (len(parts) == 1 or all(map(_enough_left, parts, zip(*histories, strict=True), [side] * len(parts))))
        for total, histories in naive_histories(parts, tier).items()
    }


def _enough_left(part: Part, values: tuple[int, ...], side: int) -> bool:
    return len(set(values)) >= min(side, part.most - part.least + 1)


def naive_histories(parts: tuple[Part, ...], tier: tuple[int, int]) -> dict[int, list[History]]:
    """Every history, by its total."""
    found: dict[int, list[History]] = defaultdict(list)
    for history in product(*(range(part.least, part.most + 1) for part in parts)):
        if not any(naive_verdicts(parts[:end], tier)[sum(history[:end])] for end in range(1, len(parts))):
            found[sum(history)].append(history)
    return found


def assert_decided_by_the_definition(lists: Iterable[tuple[Part, ...]], tier: tuple[int, int]) -> pl.DataFrame:
    """All three ways agree: `decide`, its closed form where that speaks, and its sets."""
    cases, wanted = [], []
    for parts in lists:
        for total, verdict in naive_verdicts(parts, tier).items():
            cases.append((parts, total, tier))
            wanted.append(verdict)
            assert published(parts, total, Thresholds(*tier)) is verdict, (parts, total)
    found = decided(cases).with_columns(wanted=pl.Series(wanted))
    assert found.filter(pl.col("published").is_null() | (pl.col("published") != pl.col("wanted"))).is_empty()
    assert found.filter(pl.col("in_closed_form") != pl.col("wanted")).is_empty()
    assert any(wanted)
    assert not all(wanted)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("tier", TIERS)
def test_every_list_of_two_parts_up_to_forty_people(tier: tuple[int, int]) -> None:
    found = assert_decided_by_the_definition((a_list(*n) for n in product(range(1, 41), repeat=2)), tier)
    assert found["in_closed_form"].null_count() < 0.1 * found.height


@pytest.mark.slow
@pytest.mark.parametrize("tier", TIERS)
def test_every_list_of_three_parts_up_to_twelve_people(tier: tuple[int, int]) -> None:
    found = assert_decided_by_the_definition((a_list(*n) for n in product(range(1, 13), repeat=3)), tier)
    assert found["in_closed_form"].null_count() < 0.2 * found.height


@pytest.mark.slow
@pytest.mark.parametrize("tier", TIERS)
def test_every_list_of_two_bounded_parts(tier: tuple[int, int]) -> None:
    """Of whose n fewer can have said yes, as far as others know; the second of them open."""
    bounded = (
        (Part(n, 0, most), Part(later, 0, later_most))
        for n, later in product((4, 9, 10, 14, 15, 20), repeat=2)
        for most, later_most in product(range(0, n + 1, 2), range(0, later + 1, 3))
    )
    assert_decided_by_the_definition(bounded, tier)


@st.composite
def parts_of_any_kind(draw: st.DrawFn) -> Part:
    """Open, bounded, or known."""
    n = draw(st.integers(1, 16))
    match draw(st.sampled_from(["open", "open", "bounded", "known"])):
        case "bounded":
            return Part(n, 0, draw(st.integers(0, n)))
        case "known":
            k = draw(st.sampled_from([-2, -1, n + 1, n + 2]))
            return Part(draw(st.sampled_from([n, -2])), k, k)
    return Part(n, 0, n)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(parts_of_any_kind(), min_size=1, max_size=4), st.sampled_from(TIERS))
def test_any_list_of_up_to_four_parts_of_any_kind(parts: list[Part], tier: tuple[int, int]) -> None:
    verdicts = naive_verdicts(tuple(parts), tier)
    found = decided((tuple(parts), total, tier) for total in verdicts)
    wanted = pl.Series(list(verdicts.values()), dtype=pl.Boolean)
    assert found["published"].equals(wanted)
    assert found.filter(pl.col("in_closed_form") != wanted).is_empty()


@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from(TIERS))
def test_the_closed_form_agrees_with_the_sets_on_longer_lists_too(data: st.DataObject, tier: tuple[int, int]) -> None:
    cases = list(waiting_lists(data, tier))
    found = decided(cases)
    sets = [published(parts, total, Thresholds(*tier)) for parts, total, _ in cases]
    assert found["published"].to_list() == sets
    assert found.filter(pl.col("in_closed_form") != pl.Series(sets, dtype=pl.Boolean)).is_empty()


def waiting_lists(
    data: st.DataObject, tier: tuple[int, int]
) -> Iterator[tuple[tuple[Part, ...], int, tuple[int, int]]]:
    """A list as it grows, until it is published or has eight parts. Few say yes, so that it waits."""
    parts: tuple[Part, ...] = ()
    total = 0
    while len(parts) < 8:
        n = data.draw(st.integers(1, 60))
        parts, total = (*parts, Part(n, 0, n)), total + data.draw(st.integers(0, min(n, 3)))
        yield parts, total, tier
        if published(parts, total, Thresholds(*tier)):
            return


def test_many_lists_are_decided_each_as_if_it_were_alone() -> None:
    cases = [(a_list(*n), total, tier) for n in ((12,), (12, 8), (12, 8)) for total in (8, 9, 3) for tier in TIERS]
    assert decided(cases)["published"].to_list() == [is_published(*case) for case in cases]


def test_no_lists_are_no_decisions() -> None:
    assert decided([])["published"].to_list() == []


# ---- statuses ----


def said(*rows: Row, before: Iterable[Row] = ()) -> dict[str, str]:
    """The status of each measure once these were published, where there is one programme and year."""
    steward = Steward(INSTRUMENT)
    steward.publish_loaded(*before, *rows)
    found = statuses(steward.contributions, INSTRUMENT.measure_frame, steward.ledger.published)
    return dict(found.select("measure_id", "status").rows())


@pytest.mark.parametrize(("n", "status"), [(9, "suppressed"), (10, "published")])
def test_what_is_withheld_is_suppressed(n: int, status: str) -> None:
    assert said(("aa", YEAR, "asked", None, n, 4))["asked"] == status


@pytest.mark.parametrize(("n", "k"), [(0, 0), (1, 1), (12, 0), (12, 12), (1000, 2)])
def test_there_is_one_word_for_everything_withheld(n: int, k: int) -> None:
    assert said(("aa", YEAR, "asked", None, n, k))["asked"] == "suppressed"


def test_a_question_without_a_column_was_not_collected() -> None:
    assert said(("aa", YEAR, "asked", None, 20, 10))["lived"] == "not_collected"


@pytest.mark.parametrize("measure", ["told", "told_tutor", "helped"])
@pytest.mark.parametrize("k", [0, 1, 12])
def test_a_measure_with_a_base_is_not_collected_only_where_its_first_base_is_not(measure: str, k: int) -> None:
    """0 of 12 with the base leaves nobody to ask, and saying so would tell that it was 0."""
    assert said(("aa", YEAR, "lived", None, 12, k))[measure] == "suppressed"
    assert said(("aa", YEAR, "asked", None, 12, k))[measure] == "not_collected"


@pytest.mark.parametrize("more", [[], [("aa", YEAR, "told", None, 0, 0)], [("aa", YEAR, "told", None, 5, 2)]])
def test_nothing_is_said_of_a_measure_with_a_base_by_whether_its_own_column_came(more: list[Row]) -> None:
    assert said(("aa", YEAR, "lived", None, 12, 6), *more)["told"] == "suppressed"


def test_nothing_is_said_of_a_group_that_did_not_take_part() -> None:
    assert "trainee_asked" not in said(("aa", YEAR, "asked", None, 20, 10))


def test_each_programme_and_year_is_told_apart() -> None:
    rows = [("aa", YEAR, "asked", None, 20, 10), ("bb", "2023-24", "lived", None, 20, 10)]
    nothing = Ledger.empty().published
    found = statuses(contributions(*rows), INSTRUMENT.measure_frame, nothing)
    asked = found.filter(pl.col("status") == "suppressed")
    assert set(asked.select("programme_id", "academic_year", "measure_id").rows()) == {
        ("aa", YEAR, "asked"),
        ("bb", "2023-24", "lived"),
        ("bb", "2023-24", "told"),
        ("bb", "2023-24", "told_tutor"),
        ("bb", "2023-24", "helped"),
    }


@pytest.mark.parametrize(("k", "status"), [(1, "suppressed"), (2, "published")])
def test_every_year_of_a_pool_is_published_with_it(k: int, status: str) -> None:
    rows = [("aa", "2023-24", "asked", None, 9, 1), ("aa", YEAR, "asked", None, 9, k)]
    steward = Steward(INSTRUMENT)
    steward.publish_loaded(*rows)
    found = statuses(steward.contributions, INSTRUMENT.measure_frame, steward.ledger.published)
    asked = found.filter(pl.col("measure_id") == "asked").sort("academic_year")
    assert asked.select("academic_year", "status").rows() == [("2023-24", status), (YEAR, status)]


@st.composite
def many_contributions(draw: st.DrawFn) -> list[Row]:
    """Small numbers around every limit, for two programmes and years, as totals or subgroups."""
    rows: list[Row] = []
    for programme in ("aa", "bb"):
        for year in ("2023-24", YEAR):
            for measure in draw(st.sets(st.sampled_from(list(INSTRUMENT.measures)), max_size=4)):
                for subgroup in draw(st.sampled_from([[None], ["1"], ["1", "2"]])):
                    n = draw(st.integers(0, 32))
                    rows.append((programme, year, measure, subgroup, n, draw(st.integers(0, n))))
    return rows


@pytest.mark.slow
@settings(deadline=None)
@given(many_contributions())
def test_whatever_was_asked_is_said_to_be_published_or_suppressed(rows: list[Row]) -> None:
    steward = Steward(INSTRUMENT)
    results = steward.publish_loaded(*rows)
    found = statuses(steward.contributions, INSTRUMENT.measure_frame, steward.ledger.published)
    stated = {(who, what, year): status for who, what, year, status in found.rows()}
    assert len(stated) == found.height
    shown = {(who, what, year) for who, what, years, _, _ in results for year in years}
    assert {key for key, status in stated.items() if status == "published"} == shown
    roots = {"told": "lived", "told_tutor": "lived", "helped": "lived"}
    asked = {(who, what, year) for who, year, what, *_ in rows}
    for (who, what, year), status in stated.items():
        assert (status == "not_collected") == ((who, roots.get(what, what), year) not in asked)
