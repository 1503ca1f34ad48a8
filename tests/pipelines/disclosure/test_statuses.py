"""What is said of each programme, measure and year."""

from collections.abc import Iterable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.disclosure.ledger import Ledger
from pipelines.disclosure.statuses import statuses
from tests.factories import Row, Steward, a_catalogue, a_measure, contributions

YEAR = "2024-25"

INSTRUMENT = a_catalogue(
    a_measure(),
    a_measure("lived", sensitive=True),
    a_measure("told", sensitive=True, base="lived"),
    a_measure("told_tutor", sensitive=True, base="lived", within="told"),
    a_measure("helped", sensitive=True, base="told"),
    a_measure("inner", within="asked"),
    a_measure("trainee_asked", group="trainee"),
)


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
    steward = Steward(INSTRUMENT, longest_stay=1)
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
