"""A ledger that cannot be is refused, and said to be, before anything is worked out from it."""

import polars as pl
import pytest

from pipelines.disclosure.attacker import Contradiction, audit
from tests.reference.attacker_twin import STANDARD, Entry, Published, a_ledger, parts_frame, results_frame, together

WAITING = parts_frame(Entry(9, 4), Entry(9, 4))


def refused(parts: pl.DataFrame, *results: Published, **frames: pl.DataFrame) -> str:
    with pytest.raises(Contradiction, match="contradicts itself") as raised:
        audit(parts, results_frame(parts, *results), **frames)
    return str(raised.value)


@pytest.mark.parametrize(
    ("parts", "results", "reason"),
    [
        (WAITING, (Published((0,), 4, 1), Published((0,), 4, 1)), "two results"),
        (WAITING, (Published((7,), 4, 1),), "never waited"),
        (WAITING.with_columns(publishing=2), (Published((0,), 4, 1),), "came after it"),
        (WAITING.with_columns(part_id=1), (), "same number"),
        (WAITING.with_columns(years=pl.lit([], pl.List(pl.Int64))), (), "no years"),
        (WAITING.with_columns(longest_stay=0), (), "shorter than a year"),
        (parts_frame(Entry(-1, -1)), (), "no possible k"),
        (parts_frame(Entry(9, 10)), (), "impossible k"),
        (parts_frame(Entry(9, -1)), (), "impossible k"),
        (parts_frame(Entry(9, 4, most=3)), (), "impossible k"),
        (parts_frame(Entry(9, 4, publishing=2, retired_in=2)), (), "withdrawn before it entered"),
        (parts_frame(Entry(9, 4, retired_in=2)).with_columns(retired_because=None), (), "no reason"),
        (parts_frame(Entry(9, 4, retired_in=2)), (Published((0,), 4, 2),), "gone before it"),
    ],
)
def test_a_ledger_that_contradicts_itself_is_refused(
    parts: pl.DataFrame, results: tuple[Published, ...], reason: str
) -> None:
    assert reason in refused(parts, *results)


def test_a_known_difference_may_be_less_than_nobody() -> None:
    difference = parts_frame(Entry(-2, -1, known=True))
    assert audit(difference, results_frame(difference)).passed


def test_a_result_of_other_answers_than_its_parts_is_refused() -> None:
    ledger = a_ledger(Entry(12, 6))
    with pytest.raises(Contradiction, match="not those of its parts"):
        audit(ledger.parts, ledger.results.with_columns(respondents=pl.lit(13, pl.Int64)))


@pytest.mark.parametrize("key", ["programme_id", "measure_id", "definition"])
def test_a_result_pools_one_question_of_one_programme(key: str) -> None:
    ledger = a_ledger(Entry(12, 6))
    with pytest.raises(Contradiction, match=f"another {key}"):
        audit(ledger.parts, ledger.results.with_columns(pl.lit("other").alias(key)))


@pytest.mark.parametrize(("year", "passes"), [(2010, False), (2011, True)])
def test_a_year_stands_on_the_lists_of_one_definition(year: int, passes: bool) -> None:
    other = a_ledger(Entry(9, 4, years=(year,)), definition="asked_otherwise", first=11)
    ledger = together(a_ledger(Entry(9, 4)), other)
    if passes:
        assert audit(*ledger).passed
    else:
        with pytest.raises(Contradiction, match="two definitions"):
            audit(*ledger)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (pl.col("longest_stay").fill_null(4), "people's stay is known"),
        (pl.lit([2010], pl.List(pl.Int64)).alias("years"), "before it covered five years"),
    ],
)
def test_only_five_years_of_a_group_without_a_longest_stay_retire_a_list(change: pl.Expr, reason: str) -> None:
    ledger = a_ledger(*(Entry(2, 1),) * 5, tier=STANDARD._replace(longest_stay=None))
    with pytest.raises(Contradiction, match=reason):
        audit(ledger.parts.with_columns(change), ledger.results)


def seen_frame(*rows: tuple[int, str, int, int | None], measure: str = "told") -> pl.DataFrame:
    """What was seen of north: year, submission, n, and the part it stands in."""
    schema = {
        "programme_id": pl.String,
        "measure_id": pl.String,
        "year": pl.Int64,
        "submission_id": pl.String,
        "respondents": pl.Int64,
        "part_id": pl.Int64,
    }
    return pl.DataFrame([("north", measure, *row) for row in rows], schema=schema, orient="row")


TWO_RESULTS = parts_frame(Entry(12, 6), Entry(12, 5)), Published((0,), 6, 1), Published((1,), 5, 1)


def test_a_ledger_of_what_was_seen_passes() -> None:
    seen = seen_frame((2010, "a", 12, 1), (2011, "b", 12, 2), (2012, "b", 3, None))
    parts, *results = TWO_RESULTS
    assert audit(parts, results_frame(parts, *results), seen=seen).passed


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (((2010, "a", 12, 1), (2010, "a", 12, 2)), "stand in two results"),
        (((2010, "a", 12, 1), (2011, "b", 9, 2)), "more answers of a year are published"),
        (((2010, "a", 12, 1),), "more answers are published than were seen"),
        (((2010, "a", 12, 1), (2011, "b", 12, 2), (2011, "b", 11, None)), "two numbers of answers"),
        (((2010, "a", 12, 1), (2012, "b", 12, 2)), "a year that it does not cover"),
    ],
)
def test_nobody_stands_in_two_results_and_no_more_is_published_than_was_seen(
    rows: tuple[tuple[int, str, int, int | None], ...], reason: str
) -> None:
    assert reason in refused(*TWO_RESULTS, seen=seen_frame(*rows))


def test_nine_people_counted_again_under_a_base_are_found() -> None:
    # A base was added: nine that waited came again with its result, and 18 were published.
    parts = parts_frame(Entry(9, 4), Entry(9, 4, publishing=2, years=(2010,)))
    seen = seen_frame((2010, "a", 9, 1), (2010, "a", 9, 2))
    assert "two results" in refused(parts, Published((0, 1), 8, 2), seen=seen)
    assert "more answers" in refused(parts, Published((0, 1), 8, 2), seen=seen_frame((2010, "a", 9, 1)))


@pytest.mark.parametrize(("seen_in", "since", "passes"), [(1, 2, False), (2, 2, True), (1, 1, True)])
def test_what_was_seen_under_a_name_and_is_shown_under_a_code_is_found(seen_in: int, since: int, passes: bool) -> None:
    parts, *results = TWO_RESULTS
    seen = seen_frame((2010, "a", 12, 1), (2011, "b", 12, 2)).with_columns(publishing=pl.lit(seen_in, pl.Int64))
    unnamed = pl.DataFrame({"programme_id": ["north"], "publishing": [since]})
    if passes:
        assert audit(parts, results_frame(parts, *results), seen=seen, unnamed=unnamed).passed
    else:
        assert "under a code" in refused(parts, *results, seen=seen, unnamed=unnamed)
