"""The attacker, against a twin that goes through every answer people could have given and publishes it naively."""

from collections.abc import Callable
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.disclosure.attacker import (
    Insider,
    Part,
    audit,
    insiders_view,
    remaining,
    tied,
    values_left,
    would_publish,
)
from tests.factories import shared
from tests.reference.attack_tables import cells

STANDARD, SENSITIVE = (10, 3), (15, 4)
TIERS = (STANDARD, SENSITIVE)
Rule = Callable[[tuple[Part, ...], int, int, int], bool]


class Entry(NamedTuple):
    """A part that enters a waiting list: n, k, and what does not usually matter."""

    n: int
    k: int
    publishing: int = 1
    most: int | None = None
    known: bool = False
    retired_in: int | None = None
    years: tuple[str, ...] | None = None

    @property
    def part(self) -> Part:
        if self.known:
            return self.n, self.k, self.k
        return self.n, 0, self.n if self.most is None else min(self.n, self.most)


class Published(NamedTuple):
    places: tuple[int, ...]
    total: int
    publishing: int


class Seen(NamedTuple):
    """What anybody sees: the results, and (from the steward's side) which parts left a list."""

    results: tuple[Published, ...]
    retired: tuple[int, ...]


class Ledger(NamedTuple):
    parts: pl.DataFrame
    results: pl.DataFrame


# ---- the naive twin ----


@lru_cache(maxsize=100_000)
def naive_waiting(parts: tuple[Part, ...], t: int, s: int) -> tuple[tuple[int, ...], ...]:
    """Every k of the parts with which this list waited, and every shorter one."""
    if not parts:
        return ((),)
    return tuple(k for k in naive_arrivals(parts, t, s) if not naive_rule(parts, sum(k), t, s))


@lru_cache(maxsize=100_000)
def naive_arrivals(parts: tuple[Part, ...], t: int, s: int) -> tuple[tuple[int, ...], ...]:
    """Every k of the parts with which every shorter list waited."""
    _, low, high = parts[-1]
    return tuple((*before, k) for before in naive_waiting(parts[:-1], t, s) for k in range(low, high + 1))


@lru_cache(maxsize=100_000)
def naive_rule(parts: tuple[Part, ...], total: int, t: int, s: int) -> bool:
    """The rule, word for word."""
    people = sum(n for n, _, _ in parts)
    possible = [k for k in naive_arrivals(parts, t, s) if sum(k) == total]
    if people < t or not s <= total <= people - s or not possible:
        return False
    enough = (
        len(set(values)) >= min(s, high - low + 1)
        for values, (_, low, high) in zip(zip(*possible, strict=True), parts, strict=True)
    )
    return len(parts) == 1 or all(enough)


def publish_naively(entries: tuple[Entry, ...], ks: tuple[int, ...], tier: tuple[int, int], rule: Rule) -> Seen:
    """Let the parts enter one by one, with these k, and decide after each."""
    on_list: list[int] = []
    results, retired = [], []
    for place, entry in enumerate(entries):
        leaving = [one for one in on_list if (entries[one].retired_in or entry.publishing + 1) <= entry.publishing]
        retired += leaving
        on_list = [one for one in on_list if one not in leaving] + [place]
        total = sum(ks[one] for one in on_list)
        if rule(tuple(entries[one].part for one in on_list), total, *tier):
            results.append(Published(tuple(on_list), total, entry.publishing))
            on_list = []
    retired += [one for one in on_list if entries[one].retired_in]
    return Seen(tuple(results), tuple(retired))


def naive_left(entries: tuple[Entry, ...], tier: tuple[int, int]) -> list[set[int]]:
    """The values of each part's k in all the answers that would have looked the same."""
    seen = publish_naively(entries, tuple(entry.k for entry in entries), tier, naive_rule)
    alike = [
        ks
        for ks in product(*(range(low, high + 1) for _, low, high in (entry.part for entry in entries)))
        if publish_naively(entries, ks, tier, naive_rule) == seen
    ]
    return [set(values) for values in zip(*alike, strict=True)]


# ---- ledgers ----


def a_ledger(*entries: Entry, tier: tuple[int, int] = STANDARD, rule: Rule = naive_rule, **given: str) -> Ledger:
    """The ledger of a measure of one programme whose parts entered in this order, published by this rule."""
    seen = publish_naively(entries, tuple(entry.k for entry in entries), tier, rule)
    return Ledger(
        parts_frame(*(kept(place, entry, seen) for place, entry in enumerate(entries)), tier=tier, **given),
        results_frame(*seen.results, **given),
    )


def kept(place: int, entry: Entry, seen: Seen) -> Entry:
    return entry if place in seen.retired else entry._replace(retired_in=None)


def parts_frame(
    *entries: Entry,
    tier: tuple[int, int] = STANDARD,
    programme: str = "north",
    measure: str = "told",
    first: int = 1,
) -> pl.DataFrame:
    """Parts with ids from `first` on, each of a year of its own."""
    rows = [
        {
            "part_id": first + place,
            "publishing": entry.publishing,
            "programme_id": programme,
            "measure_id": measure,
            "years": list(entry.years or (f"{2010 + place}-{11 + place}",)),
            "respondents": entry.n,
            "affirmative": entry.k,
            "most": entry.n if entry.most is None else entry.most,
            "known": entry.known,
            "minimum_respondents": tier[0],
            "minimum_each_side": tier[1],
            "retired_in": entry.retired_in,
        }
        for place, entry in enumerate(entries)
    ]
    return pl.DataFrame(rows, schema_overrides={"retired_in": pl.Int64}, infer_schema_length=None)


def results_frame(*results: Published, programme: str = "north", measure: str = "told", first: int = 1) -> pl.DataFrame:
    """Results of parts whose ids begin with `first`."""
    schema = {
        "result_id": pl.Int64,
        "publishing": pl.Int64,
        "programme_id": pl.String,
        "measure_id": pl.String,
        "parts": pl.List(pl.Int64),
        "respondents": pl.Int64,
        "affirmative": pl.Int64,
        "withdrawn": pl.Boolean,
    }
    rows = [
        (
            first + place,
            result.publishing,
            programme,
            measure,
            [first + one for one in result.places],
            0,
            result.total,
            False,
        )
        for place, result in enumerate(results)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def regardless(_parts: tuple[Part, ...], _total: int, _t: int, _s: int) -> bool:
    """A publisher who publishes whatever comes."""
    return True


def enough_only(parts: tuple[Part, ...], total: int, t: int, s: int) -> bool:
    """A publisher who looks at the whole list only."""
    people = sum(n for n, _, _ in parts)
    return people >= t and s <= total <= people - s


def found(ledger: Ledger) -> list[tuple[int, int, int]]:
    """What an audit finds: part, promised, left."""
    return audit(*ledger).findings.select("part_id", "promised", "left").rows()


def whole(*sizes: int) -> tuple[Part, ...]:
    """Parts of which nothing is known but n."""
    return tuple((n, 0, n) for n in sizes)


# ---- the rule ----


@pytest.mark.parametrize(("second", "published"), [(1, False), (2, True)])
def test_nine_people_wait_when_one_more_comes_and_not_when_two_do(second: int, published: bool) -> None:
    decisions = {would_publish(whole(9, second), total, *STANDARD) for total in range(3, 9 + second - 3 + 1)}
    assert (True in decisions) == published


@pytest.mark.parametrize(("total", "first", "published"), [(8, {0, 1, 2}, True), (9, {1, 2}, False)])
def test_twelve_people_wait_if_eight_more_leave_them_only_two_values(
    total: int, first: set[int], published: bool
) -> None:
    assert values_left(whole(12, 8), total, *STANDARD)[0] == first
    assert would_publish(whole(12, 8), total, *STANDARD) == published


def test_one_late_person_is_given_away_in_calendar_order_and_not_in_order_of_arrival() -> None:
    assert would_publish(whole(9, 1, 12), 3, *STANDARD)
    assert not would_publish(whole(9, 12, 1), 3, *STANDARD)


def test_a_late_person_published_in_calendar_order_is_found() -> None:
    parts = parts_frame(Entry(9, 1), Entry(12, 1), Entry(1, 1, publishing=2))
    calendar = results_frame(Published((0, 2, 1), 3, 2))
    assert (3, 2, 1) in found(Ledger(parts, calendar))


@pytest.mark.parametrize("tier", TIERS)
def test_a_single_part_is_published_from_the_minimum_on(tier: tuple[int, int]) -> None:
    t, s = tier
    assert [would_publish(whole(n), s, t, s) for n in (t - 1, t)] == [False, True]
    assert [would_publish(whole(t), k, t, s) for k in (s - 1, s, t - s, t - s + 1)] == [False, True, True, False]


def test_what_others_know_of_the_greatest_k_counts() -> None:
    parts = ((25, 0, 5), (25, 0, 9))
    assert not would_publish(parts, 13, *STANDARD)
    assert not any(values_left(parts, 13, *STANDARD))  # 4 and 9, or 5 and 8: either first part would have stood alone


def test_a_known_part_stands_on_a_list_with_its_k() -> None:
    assert values_left(((12, 0, 12), (-1, -1, -1), (8, 0, 8)), 7, *STANDARD)[1] == {-1}
    assert not would_publish(((9, 0, 9), (12, 5, 5)), 8, *STANDARD)  # 8 - 5 would give the first away


@pytest.mark.parametrize("tier", TIERS)
def test_every_list_of_two_parts_is_decided_as_by_the_naive_twin(tier: tuple[int, int]) -> None:
    for n, other in product(range(19), repeat=2):
        for total in range(n + other + 1):
            assert would_publish(whole(n, other), total, *tier) == naive_rule(whole(n, other), total, *tier)


@st.composite
def a_part(draw: st.DrawFn, largest: int) -> Part:
    """n, and what is known of k: usually nothing."""
    n = draw(st.integers(0, largest))
    kind = draw(st.sampled_from(("unknown", "unknown", "unknown", "bounded", "known")))
    if kind == "known":
        k = draw(st.integers(-3, largest))
        return draw(st.integers(-3, largest)), k, k
    return n, 0, draw(st.integers(0, n)) if kind == "bounded" else n


def lists(largest: int, longest: int) -> st.SearchStrategy[tuple[Part, ...]]:
    return st.lists(a_part(largest), min_size=1, max_size=longest).map(tuple)


@given(st.one_of(lists(12, 3), lists(6, 4), lists(4, 5)), st.sampled_from(TIERS))
@settings(deadline=None, max_examples=200)
def test_decisions_and_values_left_agree_with_the_naive_twin(parts: tuple[Part, ...], tier: tuple[int, int]) -> None:
    arrivals = naive_arrivals(parts, *tier)
    for total in range(sum(low for _, low, _ in parts) - 1, sum(high for _, _, high in parts) + 2):
        assert would_publish(parts, total, *tier) == naive_rule(parts, total, *tier)
        possible = [k for k in arrivals if sum(k) == total]
        expected = [{k[place] for k in possible} for place in range(len(parts))]
        assert values_left(parts, total, *tier) == expected
    waiting = naive_waiting(parts, *tier)
    assert values_left(parts, None, *tier) == [{k[place] for k in waiting} for place in range(len(parts))]


@given(
    st.lists(st.integers(0, 6), max_size=2),
    st.lists(st.integers(0, 6), max_size=2),
    st.sampled_from(TIERS),
    st.integers(0, 60),
)
@settings(deadline=None)
def test_of_a_part_of_thousands_only_the_ends_are_special(
    before: list[int], after: list[int], tier: tuple[int, int], low: int
) -> None:
    small, large = whole(*before, 200, *after), whole(*before, 5_000, *after)
    for total, further in [(low, 0), (100, 2_400), (sum(before) + 200 + sum(after) - low, 4_800)]:
        here, there = values_left(small, total, *tier), values_left(large, total + further, *tier)
        assert [len(values) for values in here] == [len(values) for values in there]
        assert would_publish(small, total, *tier) == would_publish(large, total + further, *tier)


# ---- what remains ----


@st.composite
def entries(draw: st.DrawFn, *, withdrawals: bool) -> tuple[Entry, ...]:
    """The history of one list: sizes, answers, what is known, when each part came, and perhaps left."""
    largest, longest = draw(st.sampled_from([(12, 2), (8, 3), (4, 4)]))
    parts = draw(lists(largest, longest))
    publishing, history = 1, []
    for n, low, high in parts:
        publishing += draw(st.integers(0, 1))
        known = low == high and (n < 0 or low != 0)
        leaves = withdrawals and draw(st.booleans())
        retired_in = publishing + draw(st.integers(1, 2)) if leaves else None
        history.append(Entry(n, draw(st.integers(low, high)), publishing, high, known, retired_in))
    return tuple(history)


@pytest.mark.slow
@given(st.one_of(entries(withdrawals=False), entries(withdrawals=True)), st.sampled_from(TIERS))
@settings(deadline=None, max_examples=300)
def test_what_remains_is_what_the_naive_twin_finds_among_all_answers_that_look_the_same(
    history: tuple[Entry, ...], tier: tuple[int, int]
) -> None:
    ledger = a_ledger(*history, tier=tier)
    possible = naive_left(history, tier)
    for part_id, promised, left in remaining(*ledger).select("part_id", "promised", "left").iter_rows():
        assert left == min(promised, len(possible[part_id - 1]))


@given(entries(withdrawals=False), st.sampled_from(TIERS))
@settings(deadline=None)
def test_a_ledger_that_keeps_the_rule_passes(history: tuple[Entry, ...], tier: tuple[int, int]) -> None:
    assert audit(*a_ledger(*history, tier=tier)).passed


def test_nine_and_one_published_together_are_found() -> None:
    assert found(a_ledger(Entry(9, 4), Entry(1, 1), rule=enough_only)) == [(1, 3, 2)]


def test_nine_and_two_published_together_are_not() -> None:
    assert found(a_ledger(Entry(9, 4), Entry(2, 1))) == []


def test_a_value_that_a_list_waited_with_is_found_where_a_condition_on_the_whole_forgets_it() -> None:
    assert found(a_ledger(Entry(12, 2), Entry(8, 7), rule=enough_only)) == [(1, 3, 2), (2, 3, 2)]


def test_parts_of_which_more_is_known_are_found_where_that_was_not_minded() -> None:
    parts = parts_frame(Entry(25, 4, most=5), Entry(25, 9, most=9))
    assert [left for *_, left in found(Ledger(parts, results_frame(Published((0, 1), 13, 1))))] == [0, 0]


@pytest.mark.parametrize(("n", "k"), [(9, 4), (12, 2), (12, 10)])
def test_too_small_a_result_is_found(n: int, k: int) -> None:
    assert found(a_ledger(Entry(n, k), rule=regardless)) == [(1, 3, 1)]


@pytest.mark.parametrize(("n", "k"), [(10, 4), (12, 3), (12, 9)])
def test_a_result_that_is_large_enough_is_not(n: int, k: int) -> None:
    assert found(a_ledger(Entry(n, k), rule=regardless)) == []


def test_a_part_published_by_itself_is_not_among_those_examined() -> None:
    ledger = a_ledger(Entry(30, 12), Entry(9, 4))
    assert remaining(*ledger)["part_id"].to_list() == [2]


def test_a_new_list_begins_where_one_was_published_in_the_middle_of_a_publishing() -> None:
    ledger = a_ledger(Entry(9, 4), Entry(9, 4), Entry(9, 4))
    assert ledger.results["parts"].to_list() == [[1, 2]]
    assert remaining(*ledger)["left"].to_list() == [3, 3, 3]


def test_a_withdrawn_result_is_remembered() -> None:
    ledger = a_ledger(Entry(9, 4), Entry(1, 1), rule=enough_only)
    assert found(Ledger(ledger.parts, ledger.results.with_columns(withdrawn=True))) == [(1, 3, 2)]


def test_programmes_and_measures_are_lists_of_their_own() -> None:
    ledgers = [
        a_ledger(Entry(9, 4), Entry(1, 1), rule=enough_only),
        a_ledger(Entry(9, 4), Entry(2, 1), programme="south", first=11),
        a_ledger(Entry(9, 4), Entry(1, 1), measure="other", first=21),
    ]
    together = Ledger(*(pl.concat(frames) for frames in zip(*ledgers, strict=True)))
    assert remaining(*together)["part_id"].to_list() == [1, 2, 11, 12, 21, 22]
    assert found(together) == [(1, 3, 2)]


def test_a_list_that_goes_on_after_somebody_left_it_can_give_them_all_away() -> None:
    # 2 and 8 waited together, with 0 to 2 yeses or 8 to 10. So 8 and 2 with 4 yeses had 2 each, and the first had none.
    history = (Entry(2, 0, retired_in=2), Entry(8, 2), Entry(2, 2, publishing=2))
    ledger = a_ledger(*history)
    assert ledger.results["parts"].to_list() == [[2, 3]]
    assert naive_left(history, STANDARD) == [{0}, {2}, {2}]
    assert found(ledger) == [(1, 3, 1), (2, 3, 1), (3, 3, 1)]


def test_a_part_that_left_before_enough_people_stood_with_it_changes_nothing() -> None:
    history = (Entry(2, 0, retired_in=2), Entry(7, 2), Entry(3, 2, publishing=2))
    ledger = a_ledger(*history)
    assert ledger.results["parts"].to_list() == [[2, 3]]
    assert found(ledger) == []


def test_a_known_part_that_left_is_in_no_total_after_it() -> None:
    history = (Entry(5, 4, known=True, retired_in=2), Entry(9, 1), Entry(2, 2, publishing=2))
    ledger = a_ledger(*history)
    assert ledger.results["parts"].to_list() == [[2, 3]]
    assert naive_left(history, STANDARD) == [{4}, {1, 2, 3}, {0, 1, 2}]
    assert found(ledger) == []


def test_a_part_that_was_passed_over_and_left_later_is_on_no_list_of_the_others() -> None:
    parts = parts_frame(Entry(9, 4, retired_in=2), Entry(9, 4), Entry(1, 1))
    assert found(Ledger(parts, results_frame(Published((1, 2), 5, 1)))) == [(2, 3, 2)]


@pytest.mark.parametrize(("k", "left"), [(2, 3), (5, 0)])
def test_a_list_that_waits_with_what_the_rule_would_have_published_is_found(k: int, left: int) -> None:
    parts = parts_frame(Entry(12, k, known=True), Entry(2, 1))
    assert remaining(parts, results_frame())["left"].to_list() == [left]


def test_parts_are_examined_under_the_thresholds_of_their_list() -> None:
    assert remaining(*a_ledger(Entry(9, 4), tier=SENSITIVE))["promised"].to_list() == [4]


def test_lists_are_told_to_who_waits_for_them() -> None:
    told: list[tuple[int, int]] = []
    remaining(*a_ledger(Entry(9, 4), Entry(3, 1)), progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 1)]


def test_findings_name_programme_measure_and_years_and_no_k() -> None:
    findings = audit(*a_ledger(Entry(9, 4), Entry(1, 1), rule=enough_only)).findings
    assert findings.columns == ["part_id", "programme_id", "measure_id", "years", "promised", "left"]
    assert findings.row(0)[1:4] == ("north", "told", ["2010-11"])


def test_an_empty_ledger_passes() -> None:
    ledger = a_ledger(Entry(9, 4))
    empty = audit(ledger.parts.clear(), ledger.results.clear())
    assert (empty.passed, empty.parts) == (True, 0)


THIS, OTHER = ("2020-21",), ("2021-22",)


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
    ledger = parts_frame(*entries), results_frame(*results)
    report = audit(*ledger)
    assert report.known["part_id"].to_list() == known
    assert (report.passed, report.parts) == (True, len(left))
    assert remaining(*ledger)["left"].to_list() == left


def test_those_who_come_after_an_override_are_not_given_away_with_it() -> None:
    parts = parts_frame(Entry(10, 4, years=THIS), Entry(0, 1, known=True, years=THIS), Entry(4, 2, years=OTHER))
    assert [row[0] for row in audit(parts, results_frame(Published((0, 1, 2), 7, 1))).findings.rows()] == [3]


def test_the_k_of_parts_that_are_not_known_is_never_looked_at() -> None:
    ledger = a_ledger(Entry(12, 2), Entry(8, 7), Entry(9, 3))
    blind = ledger.parts.with_columns(affirmative=pl.lit(None, pl.Int64))
    assert remaining(blind, ledger.results).equals(remaining(*ledger))


@pytest.mark.parametrize(
    ("parts", "results"),
    [
        (parts_frame(Entry(9, 4)), results_frame(Published((0,), 4, 1), Published((0,), 4, 1))),
        (parts_frame(Entry(9, 4)), results_frame(Published((1,), 4, 1))),
        (parts_frame(Entry(-1, -1)), results_frame()),
        (parts_frame(Entry(9, 4, publishing=2, retired_in=2)), results_frame()),
    ],
    ids=["in two results", "never waited", "no possible k", "left before it came"],
)
def test_a_ledger_that_contradicts_itself_is_refused(parts: pl.DataFrame, results: pl.DataFrame) -> None:
    with pytest.raises(ValueError, match="contradicts itself"):
        remaining(parts, results)


# ---- an insider ----


def naive_left_to_insider(history: tuple[Entry, ...], people: int, tier: tuple[int, int]) -> list[int]:
    """For each part the fewest values left, over the answers his people may have given, all being gone through."""
    ranges = [entry.part for entry in history]
    seen = publish_naively(history, tuple(entry.k for entry in history), tier, naive_rule)
    alike = [
        ks
        for ks in product(*(range(low, high + 1) for _, low, high in ranges))
        if publish_naively(history, ks, tier, naive_rule) == seen
    ]
    views = [
        view
        for yeses in product(*(range(min(people, n) + 1) if high > low else (0,) for n, low, high in ranges))
        if (view := [ks for ks in alike if fits(ks, yeses, history, people)])
    ]
    return [min(len({ks[place] for ks in view}) for view in views) for place in range(len(history))]


def fits(ks: tuple[int, ...], yeses: tuple[int, ...], history: tuple[Entry, ...], people: int) -> bool:
    return all(
        low == high or yes <= k <= n - min(people, n) + yes
        for k, yes, (n, low, high) in zip(ks, yeses, (entry.part for entry in history), strict=True)
    )


@pytest.mark.slow
@given(entries(withdrawals=False), st.sampled_from(TIERS), st.integers(0, 2))
@settings(deadline=None)
def test_an_insider_sees_what_the_naive_twin_sees(
    history: tuple[Entry, ...], tier: tuple[int, int], people: int
) -> None:
    ledger = a_ledger(*history, tier=tier)
    seen = {row["part_id"]: row["left"] for row in insiders_view(*ledger, Insider("north", people)).to_dicts()}
    expected = naive_left_to_insider(history, people, tier)
    for part_id, promised in remaining(*ledger).select("part_id", "promised").iter_rows():
        high = history[part_id - 1].part[2]
        fewer = expected[part_id - 1] < min(promised, max(1, high - people + 1))
        assert seen.get(part_id) == (expected[part_id - 1] if fewer else None)


def test_an_insider_who_is_every_yes_there_can_be_learns_the_rest_and_the_audit_still_passes() -> None:
    ledger = a_ledger(Entry(2, 1), Entry(2, 1), Entry(8, 1))
    report = audit(*ledger, Insider("north"))
    assert report.insider is not None
    assert report.insider.select("part_id", "others", "left").rows() == [(1, 1, 1), (2, 1, 1), (3, 7, 1)]
    assert report.passed


@pytest.mark.parametrize(("retired_in", "sees"), [(2, 0), (3, 3)])
def test_an_insider_remembers_a_result_and_is_not_followed_along_a_list_that_a_withdrawal_interrupted(
    retired_in: int, sees: int
) -> None:
    parts = parts_frame(Entry(2, 1, retired_in=retired_in), Entry(2, 1), Entry(8, 1, publishing=2))
    results = results_frame(Published((0, 1, 2) if retired_in > 2 else (1, 2), 3, 2))
    assert insiders_view(parts, results, Insider("north")).height == sees


def test_an_insider_sees_his_own_programme_only() -> None:
    assert insiders_view(*a_ledger(Entry(2, 1), Entry(2, 1), Entry(8, 1)), Insider("south")).is_empty()


# ---- ties ----


def ties_frame(*pairs: tuple[int, int]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema={"inner_part": pl.Int64, "outer_part": pl.Int64}, orient="row")


def two_measures(outer: Ledger, inner: Ledger) -> Ledger:
    return Ledger(*(pl.concat(frames) for frames in zip(outer, inner, strict=True)))


def test_a_measure_within_another_gives_its_parts_away_if_it_is_published_by_year() -> None:
    # Of 12 and 12, 10 said yes: 0, 1, 2 or 10 in the first year. 5 of these 12 said yes to what implies it: it was 10.
    outer = a_ledger(Entry(12, 10), Entry(12, 0), measure="told_anyone")
    inner = a_ledger(Entry(12, 5, publishing=2, most=10), measure="told_supervisor", first=11)
    ledger = two_measures(outer, inner)
    assert found(ledger) == []
    left = tied(*ledger, ties_frame((11, 1)))
    assert left.select("part_id", "promised", "left").rows() == [(1, 3, 1), (2, 3, 1)]
    assert audit(*ledger, ties=ties_frame((11, 1))).findings["part_id"].to_list() == [1, 2]


def test_a_tie_that_says_nothing_new_is_left_alone() -> None:
    outer = a_ledger(Entry(12, 9), measure="told_anyone")
    inner = a_ledger(Entry(9, 4, publishing=2, most=9), measure="told_supervisor", first=11)
    assert tied(*two_measures(outer, inner), ties_frame((11, 1))).is_empty()


@given(st.data())
@settings(deadline=None, max_examples=25)
def test_tied_lists_leave_what_the_naive_twin_finds(data: st.DataObject) -> None:
    outer = tuple(Entry(n, data.draw(st.integers(0, n))) for n in data.draw(sizes()))
    inner = tuple(Entry(entry.n, data.draw(st.integers(0, entry.k))) for entry in outer)
    ledger = two_measures(a_ledger(*outer, measure="outer"), a_ledger(*inner, measure="inner", first=11))
    ties = ties_frame(*((11 + place, 1 + place) for place in range(len(outer))))
    pairs = [
        (above, below)
        for above, below in product(alike(outer), alike(inner))
        if all(low <= high for high, low in zip(above, below, strict=True))
    ]
    for part_id, promised, left in tied(*ledger, ties).select("part_id", "promised", "left").iter_rows():
        side, place = (0, part_id - 1) if part_id < 11 else (1, part_id - 11)
        assert left == min(promised, len({pair[side][place] for pair in pairs}))


def sizes() -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(2, 12), min_size=2, max_size=2)


def alike(history: tuple[Entry, ...]) -> list[tuple[int, ...]]:
    """All answers that would have looked the same."""
    seen = publish_naively(history, tuple(entry.k for entry in history), STANDARD, naive_rule)
    possible = product(*(range(entry.n + 1) for entry in history))
    return [ks for ks in possible if publish_naively(history, ks, STANDARD, naive_rule) == seen]


def test_a_list_that_waits_can_be_tied() -> None:
    outer = a_ledger(Entry(12, 2), measure="told_anyone")
    inner = a_ledger(Entry(12, 2, publishing=2), measure="told_supervisor", first=11)
    left = tied(*two_measures(outer, inner), ties_frame((11, 1)))
    assert left.select("part_id", "left").rows() == [(1, 3), (11, 3)]


def test_a_tied_list_that_somebody_left_keeps_its_history() -> None:
    history = (Entry(2, 0, retired_in=2), Entry(8, 2), Entry(2, 2, publishing=2))
    outer = a_ledger(Entry(12, 9), measure="told_anyone")
    ledger = two_measures(outer, a_ledger(*history, measure="told_supervisor", first=11))
    assert tied(*ledger, ties_frame((12, 1), (11, 12)))["left"].to_list() == [1, 1, 1]


def shares_frame(*rows: tuple[int, str, int, int | None]) -> pl.DataFrame:
    schema = {"part_id": pl.Int64, "share": pl.String, "respondents": pl.Int64, "affirmative": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_roles_shown_over_a_pool_give_a_year_away() -> None:
    # 12 supervisors, then one more and 20 tutors; of the 13 supervisors 3 said yes: so 2 of the 12, as 3 would show.
    ledger = a_ledger(Entry(12, 2), Entry(21, 6))
    shares = shares_frame(
        (1, "supervisor", 12, None), (1, "tutor", 0, None), (2, "supervisor", 1, None), (2, "tutor", 20, None)
    )
    roles = [(1, "supervisor", 3), (1, "tutor", 5)]
    shown = pl.DataFrame(
        roles, schema={"result_id": pl.Int64, "share": pl.String, "affirmative": pl.Int64}, orient="row"
    )
    assert tied(*ledger, shares=shares)["left"].to_list() == [3, 3]
    assert tied(*ledger, shares=shares, shown=shown)["left"].to_list() == [1, 1]


@pytest.mark.parametrize(("published", "left"), [(None, 3), (1, 2)])
def test_a_published_subgroup_bounds_the_part_it_is_of(published: int | None, left: int) -> None:
    ledger = a_ledger(Entry(12, 2))
    shares = shares_frame((1, "supervisor", 10, published), (1, "tutor", 2, None))
    assert tied(*ledger, shares=shares)["left"].to_list() == [left]


# ---- tables ----

HALF_YEAR = {"quarter": {"quarter_Q1_Q2": ["Q1", "Q2"]}}


def release(name: str) -> pl.DataFrame:
    """One of the two releases of a table in the literature: income and size in two quarters, cells withheld."""
    table = pl.read_csv(shared(f"vectors/sdc_incremental_{name}.csv"))
    freq = pl.when("suppressed").then(None).otherwise("freq")
    return table.select("quarter", "main_income", "size", freq=freq)


def recovered(*releases: str) -> list[tuple[object, ...]]:
    table = pl.concat([release(name) for name in releases])
    return cells(table, totals=HALF_YEAR).filter(pl.col("low") == pl.col("high")).drop("high").rows()


def test_cells_are_recovered_from_a_release_made_ignoring_the_one_before() -> None:
    assert recovered("release1", "release2_ignoring1_UNSAFE") == [
        ("Q2", "pensions", "BIG", 86),
        ("Q2", "pensions", "small", 14),
    ]


def test_none_is_recovered_from_a_release_made_given_the_one_before() -> None:
    assert recovered("release1", "release2_given1") == []


@pytest.mark.parametrize("name", ["release1", "release2_ignoring1_UNSAFE", "release2_given1"])
def test_none_is_recovered_from_a_single_release(name: str) -> None:
    assert recovered(name) == []


@pytest.mark.parametrize("name", ["release1", "release2_ignoring1_UNSAFE", "release2_given1"])
def test_the_true_value_of_a_withheld_cell_is_within_its_bounds(name: str) -> None:
    raw = pl.read_csv(shared(f"vectors/sdc_incremental_{name}.csv")).select("quarter", "main_income", "size", "freq")
    checked = cells(release(name), totals=HALF_YEAR).join(raw, on=["quarter", "main_income", "size"])
    assert checked.select(pl.col("freq").is_between("low", "high").all()).item()


@given(st.data())
@settings(deadline=None, max_examples=40)
def test_bounds_are_those_of_all_tables_that_fit(data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(0, 3), min_size=4, max_size=4))
    hidden = data.draw(st.sets(st.integers(0, 8), max_size=6))
    names = list(product(("a", "b", "Total"), ("x", "y", "Total")))
    shown = {place: value for place, value in enumerate(with_totals(counts)) if place not in hidden}
    assume({0, 1, 3, 4} - hidden or {2, 5, 6, 7, 8} - hidden)
    table = pl.DataFrame(
        [(*name, shown.get(place)) for place, name in enumerate(names)],
        schema={"row": pl.String, "column": pl.String, "freq": pl.Int64},
        orient="row",
    )
    fitting = [every for every in tables() if all(every[place] == value for place, value in shown.items())]
    bounds = {row[:2]: row[2:] for row in cells(table).iter_rows()}
    for place in hidden:
        values = {every[place] for every in fitting}
        low, high = bounds[names[place]]
        assert low == min(values)
        assert high == max(values) or high is None or max(values) >= LARGEST


LARGEST = 12
"""No count in a table of four cells of up to 3 each exceeds it."""


def with_totals(counts: list[int] | tuple[int, ...]) -> tuple[int, ...]:
    a, b, c, d = counts
    return a, b, a + b, c, d, c + d, a + c, b + d, a + b + c + d


@lru_cache(maxsize=1)
def tables() -> tuple[tuple[int, ...], ...]:
    return tuple(with_totals(counts) for counts in product(range(LARGEST + 1), repeat=4))


def a_row(*values: int | None) -> pl.DataFrame:
    """Two cells and their total."""
    return pl.DataFrame({"cell": ["a", "b", "Total"], "freq": values}, schema_overrides={"freq": pl.Int64})


def test_a_cell_withheld_alone_is_the_total_less_the_others() -> None:
    assert cells(a_row(3, None, 5)).rows() == [("b", 2, 2)]


def test_a_cell_that_nothing_bounds_has_no_greatest_value() -> None:
    assert cells(a_row(3, None, None)).rows() == [("b", 0, None), ("Total", 3, None)]


@pytest.mark.parametrize(
    "table", [a_row(3, 3, 5), a_row(6, None, 5), pl.concat([a_row(3, None, 5), a_row(4, None, 5)])]
)
def test_a_table_that_no_counts_fit_is_refused(table: pl.DataFrame) -> None:
    with pytest.raises(ValueError, match="No counts fit this table"):
        cells(table)
