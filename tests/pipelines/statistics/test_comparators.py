"""A programme among others: comparators, verdicts, funnels and coverage, each computed a second time in plain "
"Python."""

from typing import Any

import polars as pl
import pytest

from pipelines.settings import Settings
from pipelines.statistics.comparators import coverage
from tests.factories import released
from tests.reference.worlds import YEAR, YEARS, frames, holdings, published, told, waits

# ---- comparators and verdicts ----


def test_what_stands_out_differs_beyond_its_interval_and_beyond_its_limits(demo_home: Settings) -> None:
    """And nothing else does."""
    rate = released(demo_home.home, "result").filter(pl.col("subgroup").is_null()).select("result_id", "rate")
    compared = released(demo_home.home, "comparison").join(rate, on="result_id").drop_nulls("verdict")
    differs = (pl.col("difference_low") > 0) | (pl.col("difference_high") < 0)
    outside = (pl.col("rate") > pl.col("limit_high")) | (pl.col("rate") < pl.col("limit_low"))
    both = compared.select(differs.alias("differs"), outside.alias("outside"), "verdict")
    assert both.select(pl.len().over("differs", "outside")).unique().height > 2
    assert ((both["verdict"] != "no_clear_difference") == (both["differs"] & both["outside"])).all()


def apart(programmes: int) -> list[Any]:
    """So many programmes, of which every other one is far from the rest."""
    return [told(f"p{number}", k=(4, 16)[number % 2]) for number in range(programmes)]


@pytest.mark.parametrize(("programmes", "judged"), [(9, False), (10, True)])
def test_there_are_limits_and_verdicts_from_ten_programmes_on(programmes: int, judged: bool) -> None:
    made = frames(holdings([*apart(programmes), waits("late")]))
    for row in made["comparator"].to_dicts():
        assert row["programmes"] == row["compared"] == programmes
        found = [row[name] for name in ("phi", "tau2", "spread_high", "standing_out", "standing_out_by_chance")]
        assert [value is not None for value in found] == [judged] * 5
    for row in made["comparison"].to_dicts():
        assert [row[name] is not None for name in ("limit_low", "limit_high", "verdict")] == [judged] * 3
    assert made["funnel_limit"].is_empty() != judged


def test_a_programme_that_differs_within_the_usual_spread_does_not_stand_out() -> None:
    """Its interval leaves out zero, and still one in two programmes is as far away."""
    rows = [told(f"p{number}", n=60, k=(20, 40)[number % 2]) for number in range(20)]
    compared = frames(holdings(rows))["comparison"].filter(pl.col("kind") == "everybody")
    assert ((compared["difference_low"] > 0) | (compared["difference_high"] < 0)).all()
    assert compared["verdict"].unique().to_list() == ["no_clear_difference"]


@pytest.mark.parametrize(
    ("k", "verdict"), [(3, "stands_out_lower"), (30, "no_clear_difference"), (57, "stands_out_higher")]
)
def test_a_programme_far_from_others_that_are_alike_stands_out(k: int, verdict: str) -> None:
    rows = [told(f"p{number}", n=60, k=28 + number % 5) for number in range(12)]
    compared = frames(holdings([*rows, told("own", n=60, k=k)]))["comparison"]
    assert compared.filter(pl.col("programme_id") == "own")["verdict"].to_list() == [verdict] * 3


# ---- the same years ----

TWO = YEARS[-2:]


def pooled_over_two(who: str = "own") -> list[Any]:
    """Too few people for one year; together a result over two."""
    return [told(who, year, n=9, k=4) for year in TWO]


def compared_years(rows: list[Any]) -> list[tuple[Any, ...]]:
    made = frames(holdings([*pooled_over_two(), *rows]))["comparison"]
    own = made.filter(pl.col("programme_id") == "own", pl.col("kind") == "everybody")
    columns = ("first_year", "last_year", "comparator_first_year", "comparator_last_year", "comparator_respondents")
    return own.select(columns).rows()


def test_a_result_of_several_years_is_compared_with_the_latest_of_the_same_years() -> None:
    rows = [told(f"p{number}", year, n=20 + place) for number in range(4) for place, year in enumerate(TWO)]
    assert compared_years(rows) == [(*TWO, TWO[1], TWO[1], 4 * 21)]


def test_a_result_that_shares_only_the_first_of_the_years_is_compared_with() -> None:
    """And not those of years before it, although a comparator of its last year would look back to them."""
    rows = [told(f"p{number}", TWO[0]) for number in range(4)]
    assert compared_years(rows) == [(*TWO, TWO[0], TWO[0], 80)]
    before = [told(f"p{number}", YEARS[1]) for number in range(4)] + [
        waits(f"p{number}", TWO[1]) for number in range(4)
    ]
    assert compared_years(before) == []


def test_who_took_part_in_any_of_the_years_counts_for_coverage() -> None:
    rows = [told(f"p{number}", TWO[1]) for number in range(4)] + [waits(f"w{number}", TWO[0]) for number in range(2)]
    assert len(compared_years(rows)) == 1
    assert compared_years([*rows, waits("w2", TWO[0])]) == []


def test_the_years_of_the_others_are_told_without_those_of_the_programme_itself() -> None:
    late = [told("late", YEARS[-2]), waits("late")]
    rows = [*late, *(told(f"p{number}") for number in range(3))]
    made = frames(holdings(rows))["comparison"].filter(pl.col("kind") == "everybody", pl.col("last_year") == YEAR)
    assert made.select("programme_id", "comparator_first_year").rows() == [
        (f"p{number}", YEARS[-2]) for number in range(3)
    ]
    first = frames(holdings([*rows, told("p3")]))["comparison"]
    assert first.filter(pl.col("programme_id") == "late", pl.col("last_year") == YEAR).is_empty()


def test_a_result_of_more_years_is_counted_with_those_of_its_own_years_only() -> None:
    rows = [told(f"p{number}", year) for number in range(4) for year in TWO]
    comparator = frames(holdings([*rows, *pooled_over_two()]))["comparator"].filter(pl.col("kind") == "everybody")
    assert comparator.select("years", "compared").rows() == [([TWO[0]], 4), (list(TWO), 1), ([TWO[1]], 4)]


# ---- funnels ----


@pytest.mark.parametrize(("largest", "sizes"), [(20, [20]), (22, [20, 21, 22])])
def test_a_funnel_has_each_size_once(largest: int, sizes: list[int]) -> None:
    rows = [told("p0", n=largest), *(told(f"p{number}") for number in range(1, 10))]
    funnel = frames(holdings(rows))["funnel_limit"].filter(pl.col("kind") == "everybody")
    assert funnel["people"].to_list() == sizes


@pytest.mark.parametrize(("programmes", "waiting", "there"), [(3, 0, True), (2, 0, False), (4, 2, True), (4, 3, False)])
def test_a_comparator_needs_three_programmes_and_two_thirds_of_those_asked(
    programmes: int, waiting: int, there: bool
) -> None:
    rows = [told(f"p{number}") for number in range(programmes)] + [waits(f"w{number}") for number in range(waiting)]
    assert frames(holdings(rows))["comparator"].is_empty() == (not there)


# ---- coverage ----


def test_a_programme_that_left_a_question_out_is_counted_as_not_having_asked_it() -> None:
    made = frames(holdings([told("asked"), waits("waits"), told("silent", measure="modelled")]))
    assert made["coverage"].filter(pl.col("measure_id") == "asked").rows() == [("asked", YEAR, 1, 1, 1)]


def test_a_programme_with_two_results_of_a_year_is_counted_once() -> None:
    rows = [told("aa")]
    made = frames(holdings(rows, ledger=published(holdings(rows))), let_through=[told("aa", n=40, k=20)])
    assert made["result"].filter(pl.col("measure_id") == "asked").height == 2
    assert made["coverage"].filter(pl.col("measure_id") == "asked").rows() == [("asked", YEAR, 1, 0, 0)]


@pytest.mark.parametrize("status", ["suppressed", "not_collected"])
def test_a_year_that_is_published_in_part_counts_as_published(status: str) -> None:
    """Whichever of the two stands first."""
    both = [("asked", "aa", [YEAR], None, one) for one in ("published", status)]
    columns = ("measure_id", "programme_id", "years", "subgroup", "status")
    schema = {name: pl.List(pl.String) if name == "years" else pl.String() for name in columns}
    for rows in (both, both[::-1]):
        assert coverage(pl.DataFrame(rows, schema=schema, orient="row")).rows() == [("asked", YEAR, 1, 0, 0)]
