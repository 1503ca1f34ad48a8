"""Each sentence about a programme over time."""

from datetime import date
from typing import Any

import pytest

from dashboard.wording import over_time as wording
from tests.dashboard.wording.test_sentences import a_difference, a_result

YEARS = ["2022-23", "2023-24", "2024-25"]
"""The years in which the programme took part."""


def a_row(k: int = 14, n: int = 31, status: str = "published", **given: Any) -> dict[str, Any]:
    """A row of `Release.series`: the first result of its programme, unless a change is given."""
    years = given.pop("years", ["2024-25"])
    change = {"verdict": None, "earlier_first_year": None, "earlier_last_year": None}
    return a_result(k, n, status, years=years, first_year=years[0], last_year=years[-1], **change | given)


def a_change(middle: float, low: float, high: float, verdict: str, **given: Any) -> dict[str, Any]:
    earlier = {"earlier_first_year": "2023-24", "earlier_last_year": "2023-24", "across_break": False}
    return a_difference(middle, low, high) | earlier | {"verdict": verdict} | given


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            a_change(0.17, -0.07, 0.38, "no_clear_change"),
            "There is no clear change from 2023-24.",
        ),
        (
            a_change(-0.13, -0.32, 0.0, "no_clear_change"),
            "There is no clear change from 2023-24.",
        ),
        (
            a_change(0.34, 0.09, 0.54, "rise"),
            "That is 34 points more than in 2023-24 (likely range 9 to 54 points): a rise.",
        ),
        (
            a_change(-0.34, -0.54, -0.09, "fall"),
            "That is 34 points less than in 2023-24 (likely range 9 to 54 points): a fall.",
        ),
        (
            a_change(0.34, 0.09, 0.54, "rise", earlier_first_year="2021-22"),
            "That is 34 points more than in 2021-22 to 2023-24 (likely range 9 to 54 points): a rise.",
        ),
    ],
)
def test_a_change_is_told_with_its_interval_and_never_as_good_or_bad(change: dict[str, Any], said: str) -> None:
    found = "2024-25: 14 of 31 supervisors and tutors (45%, likely range 29% to 62%) have been open themselves. "
    assert wording.change_sentence([a_row(**change)], "2024-25", YEARS) == found + said


def test_a_first_result_has_nothing_to_be_set_beside() -> None:
    assert wording.change_sentence([a_row(3, 10)], "2024-25", YEARS) == (
        "2024-25: 3 of 10 supervisors and tutors (30%, likely range 14% to 47%) have been open themselves. "
        "There is no earlier result to compare it with."
    )


def test_a_result_over_several_years_is_told_for_each_of_them() -> None:
    pooled = a_row(7, 10, years=["2022-23", "2023-24", "2024-25"], people=4)
    for year in pooled["years"]:
        assert wording.change_sentence([pooled], year, YEARS).startswith(
            "“Has been open” (supervisors and tutors): 7 of 10 answers (70%, likely range 54% to 87%) over the years "
            "2022-23 to 2024-25, from at least 4 people."
        )


def test_a_measure_without_a_phrase_is_told_by_its_title() -> None:
    assert wording.change_sentence([a_row(phrase=None)], "2024-25", YEARS).startswith(
        "2024-25, Has been open: 14 of 31 "
    )


def test_a_year_withheld_says_so_and_tells_the_last_result_before_it() -> None:
    rows = [a_row(7, 10, years=["2022-23"]), a_row(status="suppressed"), a_row(years=["2025-26"])]
    said = wording.change_sentence(rows, "2024-25", YEARS)
    assert said.startswith("2024-25: suppressed for now, because too few people")
    assert "The last result before it: 2022-23: 7 of 10 " in said


def test_everything_withheld_is_told_without_a_number() -> None:
    rows = [a_row(status="suppressed", years=[year]) for year in ("2023-24", "2024-25")]
    assert wording.change_sentence(rows, "2024-25", YEARS).endswith("too few on one side.")


def test_a_year_in_which_it_was_not_asked_says_so() -> None:
    assert wording.change_sentence([], "2024-25", YEARS) == "2024-25: this was not asked."
    assert wording.change_sentence([], "2024-25", ["2023-24"]) == "2024-25: the programme took no part in this year."
    assert wording.change_sentence([a_row(status="not_collected")], "2024-25", YEARS) == "2024-25: this was not asked."


def test_of_two_results_of_a_year_the_one_of_more_people_stands() -> None:
    late = a_row(4, 12, years=["2024-25"])
    assert wording.of_year([late, a_row(14, 31)], "2024-25") == a_row(14, 31)


def test_a_change_in_a_table() -> None:
    assert (
        wording.change(a_row(**a_change(0.34, 0.09, 0.54, "rise")))
        == "a rise of 34 points from 2023-24 (likely range 9 to 54 points)"
    )
    unclear = a_row(**a_change(0.17, -0.07, 0.38, "no_clear_change"))
    assert wording.change(unclear) == "no clear change from 2023-24"
    assert wording.change(a_row()) == "no result before it"
    assert wording.change(a_row(status="suppressed")) == wording.change(None) == "nothing to compare"


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("rise", "there is a rise over the years"),
        ("fall", "there is a fall over the years"),
        ("no_clear_change", "there is no clear trend"),
    ],
)
def test_a_trend_says_over_how_many_results(verdict: str, words: str) -> None:
    row = {"results": 5, "first_year": "2021-22", "last_year": "2025-26", "verdict": verdict} | {"few_answered": False}
    assert wording.trend_sentence(row) == f"Over 5 results, 2021-22 to 2025-26, {words}."
    few = wording.trend_sentence(row | {"few_answered": True})
    assert few.endswith(f"{words}. Fewer than half answered in some of these years.")


def test_no_trend_says_why() -> None:
    assert wording.trend_sentence(None).startswith("A trend needs five results or more")


def below(blank: list[str], dates: int, *, support_asked: bool = True) -> str:
    return wording.below_sentence(blank, YEARS, [{}] * dates, support_asked=support_asked)


def test_blank_years_are_told_below() -> None:
    assert below(["2022-23", "2024-25"], 4) == "Not asked, and so left blank: 2022-23, 2024-25."
    assert below(["2021-22", "2024-25"], 1) == (
        "Not asked, and so left blank: 2024-25. Took no part, and so left blank: 2021-22."
    )


@pytest.mark.parametrize(("dates", "said"), [(0, wording.NO_DATES), (1, ""), (4, ""), (5, wording.LATEST_DATES)])
def test_policy_dates_that_are_not_drawn_are_told_below(dates: int, said: str) -> None:
    assert below([], dates) == said


def test_nothing_is_said_of_policy_dates_where_support_was_not_asked_about() -> None:
    assert below([], 0, support_asked=False) == ""


def test_a_suppressed_year_is_not_blank_and_one_not_collected_is() -> None:
    rows = [a_row(status="suppressed", years=["2023-24"]), a_row(status="not_collected", years=["2024-25"])]
    assert wording.blank_years(rows, ["2022-23", "2023-24", "2024-25"]) == ["2022-23", "2024-25"]


def test_all_programmes_of_a_year_in_a_table() -> None:
    row = a_result(120, 270, rate_low=0.386, rate_high=0.504) | {"programmes": 11}
    assert wording.comparator_of_year(row) == "120 of 270 (44%, likely range 39% to 50%) in 11 programmes"
    assert wording.comparator_of_year(None) == "too few programmes with a result"


@pytest.mark.parametrize(
    ("day", "began", "place"),
    [(date(2024, 8, 31), 2023, 2023.99), (date(2024, 9, 1), 2024, 2024.0), (date(2025, 3, 1), 2024, 2024.49)],
)
def test_an_academic_year_begins_in_september(day: date, began: int, place: float) -> None:
    assert wording.academic_year_began(day) == began
    assert wording.place_in_time(day) == pytest.approx(place, abs=0.01)


def test_what_came_into_place_names_the_month() -> None:
    assert wording.came_into_place({"since": date(2023, 10, 1), "title": "A policy"}) == "October 2023: A policy"


def test_a_side_of_before_and_after_names_its_years() -> None:
    side = {f"before_{name}": value for name, value in a_result(first_year="2022-23").items()}
    assert wording.side(side, "before_") == "14 of 31 answers (45%, likely range 29% to 62%), 2022-23 to 2024-25"


def test_the_chart_is_told_to_those_who_cannot_see_it() -> None:
    rows = [a_row(years=["2023-24"]), a_row(status="suppressed")]
    assert wording.change_alt({"title": "Has been open"}, rows) == (
        "Has been open, over the years. 2023-24: 14 of 31 (45%, likely range 29% to 62%); 2024-25: suppressed for now. "
        "The table below holds the same."
    )


def test_before_and_after_is_never_called_an_effect() -> None:
    fixed = " ".join(
        value for name, value in vars(wording).items() if name.isupper() and isinstance(value, str)
    ).lower()
    for word in ("effect", "impact", "improve", "worse", "better", "because of", "led to"):
        assert word not in fixed, word


# ---- breaks ----


def asked(measure: str, year: str, status: str = "published") -> dict[str, Any]:
    return a_row(status=status, years=[year], measure_id=measure, question=f"{measure}?")


def test_a_break_lies_where_the_question_was_worded_anew() -> None:
    rows = [asked("old", "2021-22"), asked("old", "2022-23", "not_collected"), asked("new", "2023-24", "suppressed")]
    [(year, before, later)] = wording.breaks([*rows, asked("new", "2024-25")])
    assert (year, before["measure_id"], later["measure_id"]) == ("2023-24", "old", "new")
    assert wording.break_sentence(year, before, later).startswith(
        "From 2023-24 on the question is worded anew. Until then it was “old?”, and since then it is “new?”"
    )
    assert wording.breaks(rows[:2]) == []


def test_another_question_before_or_instead_is_told_and_not_drawn() -> None:
    measure = {"retired": False, "retired_because": None}
    assert wording.other_question(measure, None, None) == ""
    assert "“Old?” Its answers cannot be set beside these" in wording.other_question(
        measure, {"question": "Old?"}, None
    )
    gone = {"retired": True, "retired_because": "It hurt."}
    assert wording.other_question(gone, None, None) == "This is asked no more. It hurt."
    instead = {"question": "New?", "comparable": False}
    assert wording.other_question(gone, None, instead).endswith(
        "In its place this is asked: “New?” Answers to the two cannot be set beside each other."
    )


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([asked("same", "2020-21"), asked("same", "2021-22")], True),
        ([asked("old", "2020-21"), asked("new", "2021-22")], False),
        ([asked("same", "2021-22"), asked("same", "2022-23")], False),
        ([asked("same", "2020-21", "not_collected"), asked("same", "2021-22")], False),
    ],
)
def test_a_question_that_stood_in_two_versions_says_from_which_year_on(rows: list[dict[str, Any]], told: bool) -> None:
    said = wording.edition_sentence(rows, [("1", "2019-20"), ("2", "2021-22")])
    assert said.startswith("From 2021-22 on this question stood in version 2") == told
    assert bool(said) == told
