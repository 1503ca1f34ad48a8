"""On how many people an interval stands, where the same people may have answered in several years."""

import polars as pl
import pytest

from pipelines.statistics.effective_respondents import with_effective_respondents, years_per_person
from tests.reference.worlds import YEARS, frames, holdings, told


@pytest.mark.parametrize(
    ("years", "longest_stay", "most"),
    [
        (YEARS[:1], None, 1),
        (YEARS[:3], None, 3),
        (YEARS, 2, 2),
        (YEARS, 9, 4),
        ((YEARS[0], YEARS[3]), 3, 1),
        ((YEARS[0], YEARS[3]), 4, 2),
        ((YEARS[0], YEARS[1], YEARS[3]), 3, 2),
    ],
)
def test_one_person_can_answer_in_as_many_years_as_lie_within_a_stay(
    years: tuple[str, ...], longest_stay: int | None, most: int
) -> None:
    assert years_per_person(years, longest_stay) == most


def test_answers_are_divided_by_the_years_of_one_person() -> None:
    rows = [(30, [YEARS[0]], None), (30, list(YEARS[:3]), None), (30, list(YEARS[:3]), 2), (None, [YEARS[0]], 2)]
    schema = {"respondents": pl.Int64, "years": pl.List(pl.String), "longest_stay": pl.Int64}
    found = with_effective_respondents(pl.DataFrame(rows, schema=schema, orient="row"))
    assert found["effective_respondents"].to_list() == [30, 10, 15, None]


def test_the_interval_of_a_result_of_several_years_is_as_wide_as_for_the_fewest_people() -> None:
    """9 and 9 people of one staff are perhaps the same nine."""
    made = frames(holdings([*(told("own", year, n=9, k=4) for year in YEARS[:2]), told("other", n=18, k=8)]))["result"]
    both = made.filter(pl.col("respondents") == 18).select("rate", "effective_respondents", "rate_low").sort("rate_low")
    assert both["effective_respondents"].to_list() == [9, 18]
    assert both["rate_low"].is_unique().all()
