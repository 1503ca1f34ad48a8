"""A programme over time: changes, trends and what followed a policy. `test_outsider` computes each again."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from pipelines.academic_year import academic_year
from pipelines.verification.estimators import plain_trend
from pipelines.verification.recomputing import GIVEN, KEYS, recomputed
from tests.factories import a_catalogue, a_measure
from tests.reference.twins import assert_agrees
from tests.reference.worlds import frames, holdings, published, told, waits

YEARS = tuple(academic_year(first) for first in range(2019, 2025))
BEGAN = date(2022, 9, 1)
"""The first day of the fourth of them."""

ITEM = {"id": "policy", "kind": "policy", "title": "Policy", "measures": ["asked"]}
WITH_POLICY = a_catalogue(a_measure(direction="up"), support_item=[ITEM])


# ---- change ----


def changes(made: dict[str, pl.DataFrame]) -> list[tuple[str, str, str, str]]:
    years = ("earlier_first_year", "earlier_last_year", "first_year", "last_year")
    return made["change"].select(years).rows()


@pytest.mark.parametrize(("later", "there"), [(told("aa", YEARS[1]), True), (waits("aa", YEARS[1]), False)])
def test_a_change_needs_two_published_results(later: Any, there: bool) -> None:
    made = frames(holdings([told("aa", YEARS[0]), later]))
    assert changes(made) == [(YEARS[0], YEARS[0], YEARS[1], YEARS[1])] * there


def test_pooled_years_are_one_result_of_a_series() -> None:
    pooled = [told("aa", year, n=9, k=4) for year in YEARS[1:3]]
    made = frames(holdings([told("aa", YEARS[0]), *pooled, told("aa", YEARS[3])]))
    assert changes(made) == [
        (YEARS[0], YEARS[0], YEARS[1], YEARS[2]),
        (YEARS[1], YEARS[2], YEARS[3], YEARS[3]),
    ]


@pytest.mark.parametrize(("more", "stands"), [(19, 20), (20, 20), (21, 21)])
def test_of_two_results_of_a_year_the_one_of_more_people_stands(more: int, stands: int) -> None:
    """20 people, and later `more` of the same year, by an override; of two of as many the one with the larger k."""
    first, before = told("aa", YEARS[1]), told("aa", YEARS[0])
    again = told("aa", YEARS[1], n=20 + more, k=10 + 9)
    made = frames(holdings([before, first], ledger=published(holdings([before, first]))), let_through=[again])
    both = made["result"].filter(pl.col("status") == "published", pl.col("first_year") == YEARS[1])
    assert sorted(both["respondents"]) == sorted([20, more])
    [change] = made["change"].to_dicts()
    result = made["result"].row(by_predicate=pl.col("result_id") == change["result_id"], named=True)
    assert (result["respondents"], result["affirmative"]) == (stands, 10 if more <= 20 else 9)


def interleaved(*rows: Any) -> dict[str, pl.DataFrame]:
    """The second year is published; then the first and the third come with few people, and are pooled around it."""
    second = told("aa", YEARS[1])
    around = [told("aa", year, n=9, k=4) for year in (YEARS[0], YEARS[2])]
    made = frames(holdings([second, *around, *rows], ledger=published(holdings([second]))), WITH_POLICY)
    assert [YEARS[0], YEARS[2]] in made["result"]["years"].to_list()
    return made


def test_a_result_is_no_change_from_one_whose_years_lie_around_it() -> None:
    assert changes(interleaved()) == []


def test_of_two_whose_spans_overlap_the_one_of_more_people_comes_before() -> None:
    assert changes(interleaved(told("aa", YEARS[3]))) == [(YEARS[1], YEARS[1], YEARS[3], YEARS[3])]


def test_of_two_whose_spans_overlap_one_counts_in_a_trend() -> None:
    """With both there would be five."""
    made = interleaved(*(told("aa", year) for year in YEARS[3:6]))
    assert made["result"].filter(pl.col("status") == "published").height == 5
    assert made["trend"].is_empty()


# ---- trend ----


@pytest.mark.parametrize(("results", "there"), [(4, False), (5, True)])
def test_a_trend_needs_five_results(results: int, there: bool) -> None:
    rows = [told("aa", year) for year in YEARS[:results]] + [waits("aa", YEARS[results])]
    made = frames(holdings(rows))["trend"]
    assert made.select("first_year", "last_year", "results").rows() == [(YEARS[0], YEARS[4], 5)] * there


def test_pooled_years_stand_at_their_middle_in_a_trend() -> None:
    rows = [told("aa", year, n=9, k=4) for year in YEARS[:2]]
    rows += [told("aa", year, k=8 + 2 * step) for step, year in enumerate(YEARS[2:])]
    [found] = frames(holdings(rows))["trend"].to_dicts()
    scores = [(9, 4, 0.5), *((20, 8 + 2 * step, 2 + step) for step in range(4))]
    assert (found["z"], found["p_value"]) == pytest.approx(plain_trend(scores))
    assert (found["first_year"], found["last_year"], found["results"]) == (YEARS[0], YEARS[5], 5)


# ---- measures that replaced each other ----


def replaced() -> dict[str, pl.DataFrame]:
    """Results of a measure that is asked no more, of the one that replaced it in the second place and is comparable (in
    between it was worded in a way that nobody answered), and of two that replaced each other and are not comparable."""
    first, second, earlier = (
        a_catalogue(given).measure[0]
        for given in (
            a_measure("first"),
            a_measure("second", replaces="first", comparable=True),
            a_measure("earlier"),
        )
    )
    item = ITEM | {"measures": ["third", "other"]}
    third = a_measure("third", replaces="second", comparable=True, direction="up")
    other = a_measure("other", replaces="earlier", comparable=False, direction="up")
    catalogue = a_catalogue(third, other, support_item=[item]).with_retired([first, second, earlier])
    asked = {"first": YEARS[:3], "third": YEARS[3:], "earlier": YEARS[:2], "other": YEARS[2:4]}
    rows = [told("aa", year, measure) for measure, years in asked.items() for year in years]
    support = pl.DataFrame([said(date(2020, 9, 1))], schema_overrides={"since": pl.Date})
    return frames(holdings(rows, support=support), catalogue)


def test_a_change_is_from_the_result_before_in_the_series_also_of_a_measure_that_is_asked_no_more() -> None:
    rows = replaced()["change"].sort("measure_id", "first_year")
    assert (
        rows.select("measure_id", "earlier_first_year", "first_year", "across_break").rows()
        == [
            ("first", YEARS[0], YEARS[1], False),
            ("first", YEARS[1], YEARS[2], False),
            ("earlier", YEARS[0], YEARS[1], False),
            ("other", YEARS[2], YEARS[3], False),
            ("third", YEARS[2], YEARS[3], True),
            ("third", YEARS[3], YEARS[4], False),
            ("third", YEARS[4], YEARS[5], False),
        ]
        or rows.height == 7
    )


def test_a_trend_and_a_policy_change_are_of_one_measure_alone() -> None:
    """The series has six results, and none of its measures has five; none has one before the policy and one after."""
    made = replaced()
    assert made["trend"].is_empty()
    assert made["policy_change"].is_empty()


def test_an_outsider_who_follows_the_comments_finds_the_same_changes_of_measures_that_replaced_each_other() -> None:
    made = replaced()
    found = recomputed({name: made[name].to_dicts() for name in GIVEN})
    for relation in ("change", "trend", "policy_change", "highlight", "highlight_scope"):
        assert_agrees(made[relation], KEYS[relation], found[relation], empty=True)


# ---- before and after a policy ----


def said(since: date | None, year: str = YEARS[5], item: str = "policy", status: str = "in_place") -> dict[str, Any]:
    """What a programme says of its policy."""
    return {"programme_id": "aa", "academic_year": year, "item_id": item, "status": status, "since": since}


def policy_changes(*statements: dict[str, Any], rows: Any = None, **item: Any) -> list[tuple[str, str]]:
    """The last year before and the first after, with a result of every year if nothing else is given."""
    catalogue = a_catalogue(a_measure(direction="up"), support_item=[ITEM | item])
    support = pl.DataFrame(statements, schema_overrides={"since": pl.Date})
    made = frames(holdings(rows or [told("aa", year) for year in YEARS], support=support), catalogue)
    return made["policy_change"].select("before_last_year", "after_first_year").rows()


@pytest.mark.parametrize(
    ("since", "before", "after"),
    [
        (date(2021, 8, 31), YEARS[0], YEARS[2]),
        (date(2021, 9, 1), YEARS[1], YEARS[3]),
        (date(2022, 8, 31), YEARS[1], YEARS[3]),
        (date(2022, 9, 1), YEARS[2], YEARS[4]),
    ],
)
def test_the_academic_year_a_policy_began_in_is_neither_before_nor_after(since: date, before: str, after: str) -> None:
    assert policy_changes(said(since)) == [(before, after)]


@pytest.mark.parametrize(
    ("since", "there"),
    [(date(2020, 8, 31), False), (date(2020, 9, 1), True), (date(2024, 8, 31), True), (date(2024, 9, 1), False)],
)
def test_a_policy_change_needs_a_result_before_and_one_after(since: date, there: bool) -> None:
    assert bool(policy_changes(said(since))) == there


@pytest.mark.parametrize(("pooled", "before"), [(YEARS[1:3], YEARS[2]), (YEARS[2:4], YEARS[1])])
def test_pooled_years_that_hold_the_one_a_policy_began_in_are_neither(pooled: tuple[str, ...], before: str) -> None:
    alone = [told("aa", year) for year in YEARS if year not in pooled]
    assert policy_changes(said(BEGAN), rows=[*alone, *(told("aa", year, n=9, k=4) for year in pooled)]) == [
        (before, YEARS[4])
    ]


@pytest.mark.parametrize(("last", "there"), [(told("aa", YEARS[5]), True), (waits("aa", YEARS[5]), False)])
def test_a_year_that_waits_is_not_after(last: Any, there: bool) -> None:
    rows = [*(told("aa", year) for year in YEARS[:5]), last]
    assert bool(policy_changes(said(date(2023, 9, 1)), rows=rows)) == there


def test_of_results_before_whose_spans_overlap_the_one_of_more_people_is_taken() -> None:
    second = told("aa", YEARS[1], n=12, k=6)
    around = [told("aa", year, n=9, k=4) for year in (YEARS[0], YEARS[2])]
    support = pl.DataFrame([said(BEGAN)])
    held = holdings([second, *around, told("aa", YEARS[4])], support=support, ledger=published(holdings([second])))
    [row] = frames(held, WITH_POLICY)["policy_change"].to_dicts()
    assert (row["before_first_year"], row["before_last_year"]) == (YEARS[0], YEARS[2])


@pytest.mark.parametrize(("personal", "there"), [(False, True), (True, False)])
def test_an_item_that_points_at_somebody_has_no_day_and_so_no_change(personal: bool, there: bool) -> None:
    assert bool(policy_changes(said(BEGAN), personal=personal)) == there


@pytest.mark.parametrize("status", ["in_place", "in_part", "planned", "not_in_place", "not_known"])
def test_only_what_is_in_place_has_a_before_and_an_after(status: str) -> None:
    assert bool(policy_changes(said(BEGAN, status=status))) == (status == "in_place")


@pytest.mark.parametrize(("since", "there"), [(BEGAN, True), (None, False)])
def test_only_an_item_whose_day_is_known_has_a_before_and_an_after(since: date | None, there: bool) -> None:
    assert bool(policy_changes(said(since))) == there


@pytest.mark.parametrize(("measures", "there"), [(["asked"], True), ([], False)])
def test_an_item_is_looked_at_with_the_measures_the_catalogue_names(measures: list[str], there: bool) -> None:
    assert bool(policy_changes(said(BEGAN), measures=measures)) == there


def test_of_two_days_told_the_one_told_last_stands() -> None:
    earlier, later = said(date(2020, 9, 1), YEARS[4]), said(date(2022, 9, 1), YEARS[5])
    for statements in ([earlier, later], [later, earlier]):
        assert policy_changes(*statements) == [(YEARS[2], YEARS[4])]
