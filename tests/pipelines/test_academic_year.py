"""Academic years: how they are written, and when the next one can be audited."""

from datetime import date

import polars as pl
import pytest

from pipelines.academic_year import academic_year, is_academic_year, last_day, spelled_year, year_after, year_of


@pytest.mark.parametrize(
    ("first", "written"),
    [(2024, "2024-25"), (2008, "2008-09"), (2009, "2009-10"), (1999, "1999-00"), (2099, "2099-00")],
)
def test_an_academic_year_is_written_with_two_digits_of_the_second(first: int, written: str) -> None:
    assert academic_year(first) == written


@pytest.mark.parametrize(
    ("today", "latest"),
    [
        (date(2025, 8, 31), "2025-26"),  # the last day of 2024-25
        (date(2025, 9, 1), "2026-27"),  # the first day of 2025-26
        (date(2025, 12, 31), "2026-27"),
        (date(2026, 1, 1), "2026-27"),
    ],
)
def test_the_year_after_turns_with_the_first_of_september(today: date, latest: str) -> None:
    assert year_after(today) == latest


@pytest.mark.parametrize(("today", "year"), [(date(2025, 8, 31), "2024-25"), (date(2025, 9, 1), "2025-26")])
def test_a_year_begins_with_the_first_of_september(today: date, year: str) -> None:
    assert year_of(today) == year


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("2024-25", True), ("1999-00", True), ("2024-26", False), ("2024/25", False), ("2024", False), ("", False)],
)
def test_an_academic_year_is_two_consecutive_years(text: str, is_one: bool) -> None:
    assert is_academic_year(text) is is_one


def test_the_last_day_of_an_academic_year_is_in_august() -> None:
    years = pl.DataFrame({"year": ["2024-25", "1999-00", "2024", None]})
    assert years.select(last_day("year")).to_series().to_list() == [date(2025, 8, 31), date(2000, 8, 31), None, None]


@pytest.mark.parametrize(
    "text", ["2024-25", "2024/25", "2024-2025", "2024/2025", "AY24/25", "AY 2024–25", "24/25", "2024 — 25", "2024_25"]
)
def test_a_year_is_understood_however_it_is_spelled(text: str) -> None:
    assert spelled_year(text) == "2024-25"


@pytest.mark.parametrize(
    "text", ["2024", "2024-26", "2024/2026", "2025/24", "2024-09", "06-Jun", "Year 1", "2024-1925"]
)
def test_what_is_not_two_consecutive_years_is_not_understood(text: str) -> None:
    assert spelled_year(text) is None
