"""Each sentence that several pages can say about data."""

from typing import Any

import pytest

from dashboard.wording import sentences as wording


def a_result(k: int = 14, n: int = 31, status: str = "published", **given: Any) -> dict[str, Any]:
    known = status == "published"
    rate = k / n
    return {
        "measure_id": "asked",
        "title": "Has been open",
        "phrase": "have been open themselves",
        "respondent_group": "staff",
        "asked_of": "supervisors and tutors",
        "status": status,
        "affirmative": k if known else None,
        "respondents": n if known else None,
        "people": n if known else None,
        "invited": None,
        "collected_by": None,
        "rate": rate if known else None,
        "rate_low": max(rate - 0.16, 0) if known else None,
        "rate_high": min(rate + 0.17, 1) if known else None,
        "first_year": "2024-25",
        "last_year": "2024-25",
        "comparator_rate": None,
        "difference": None,
        "difference_low": None,
        "difference_high": None,
        "verdict": None,
        "detectable_more": None,
        "detectable_less": None,
        "response": None,
        "rate_if_none": None,
        "rate_if_all": None,
    } | given


def a_difference(middle: float, low: float, high: float) -> dict[str, float]:
    return {"difference": middle, "difference_low": low, "difference_high": high}


PAIR = "14 of 31 (45%, likely range 29% to 62%)"


def test_a_measure_without_a_phrase_is_told_by_its_title() -> None:
    assert wording.result_sentence(a_result(phrase=None)).startswith("Has been open: 14 of 31 supervisors and tutors")


def test_a_result_in_a_table_is_a_pair_or_a_status() -> None:
    assert wording.result(a_result()) == PAIR
    assert wording.result(a_result(status="suppressed")) == "suppressed for now"
    assert wording.result(a_result(status="not_collected")) == "not asked"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("suppressed", "suppressed for now, because too few people stand behind it, or too few on one side"),
        ("not_collected", "this was not asked"),
        ("no_part", "the programme took no part in this year"),
    ],
)
def test_every_reason_for_no_number_has_words_of_its_own(status: str, words: str) -> None:
    assert wording.absence(status) == words


def test_responses_are_told_where_the_invited_are_known() -> None:
    assert wording.response(a_result(invited=45)) == "31 of 45 invited"
    assert wording.response(a_result()) == ""


def test_a_difference_that_may_be_none_is_no_clear_change() -> None:
    assert wording.difference(a_difference(0.1, -0.05, 0.24)) == (
        "10 points (likely range −5 to 24 points): no clear change"
    )
    assert wording.difference(a_difference(0.01, 0.001, 0.24)) == (
        "1 point more (likely range less than 1 to 24 points)"
    )
    assert (
        wording.difference(a_difference(-0.15, -0.3, -0.004))
        == "15 points less (likely range less than 1 to 30 points)"
    )
    assert (
        wording.difference(a_difference(-0.01, -0.24, 0.0))
        == "−1 point (likely range −24 to 0 points): no clear change"
    )


def test_how_many_answered_is_said_once_for_each_group() -> None:
    staff = a_result(invited=48, response="half_or_more")
    trainees = a_result(respondent_group="trainee", asked_of="trainees", invited=60, response="half_or_more")
    assert wording.response_sentences(staff, trainees, staff) == [
        "31 of the 48 supervisors and tutors invited answered.",
        "31 of the 60 trainees invited answered.",
    ]
    assert wording.response_sentences(a_result(), None) == []


def test_where_two_questions_were_not_answered_by_the_same_number_both_are_said() -> None:
    first, second = (a_result(8, n, invited=48, response="half_or_more") for n in (31, 30))
    assert wording.response_sentences(first, second) == [
        "31 of the 48 supervisors and tutors invited answered the first question, and 30 of the 48 the second."
    ]


SEVERAL = {"first_year": "2022-23", "last_year": "2024-25", "people": 11}


def test_over_several_years_answers_are_told_and_from_how_many_people_at_least() -> None:
    """The same people may have answered every year: 31 answers are not 31 people."""
    row = a_result(invited=96, response="under_half") | SEVERAL
    pair = "14 of 31 answers (45%, likely range 29% to 62%)"
    assert wording.result_sentence(row) == (
        f"“Has been open” (supervisors and tutors): {pair} over the years 2022-23 to 2024-25, from at least 11 people."
    )
    assert wording.result(row) == f"{pair}, 2022-23 to 2024-25, from at least 11 people"
    assert wording.short(row) == "14 of 31 answers, 2022-23 to 2024-25"
    assert wording.response(row) == "31 answers to 96 invitations"
    assert wording.response_sentences(row) == [
        "Over the years 2022-23 to 2024-25 there were 96 invitations to supervisors and tutors, and 31 answers, from "
        "at least 11 people."
    ]
    second = row | {"respondents": 30}
    assert "31 answers to the first question and 30 to the second, from" in wording.response_sentences(row, second)[0]
    assert wording.response_sentences(row | {"invited": None}) == [
        "Over the years 2022-23 to 2024-25, under half of all invitations were answered (supervisors and tutors)."
    ]


def test_results_of_other_years_have_a_sentence_each() -> None:
    one, several = (a_result(invited=96, response="half_or_more") | years for years in ({}, SEVERAL))
    first, second = wording.response_sentences(one, several)
    assert first == "31 of the 96 supervisors and tutors invited answered."
    assert second.startswith("Over the years 2022-23 to 2024-25")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"invited": 45}, "31 of 45 invited"),
        ({"response": "under_half"}, "under half of those invited"),
        ({}, "not known how many were invited"),
        ({"status": "suppressed"}, "suppressed for now"),
    ],
)
def test_a_cell_says_who_answered_or_why_that_is_not_said(given: dict[str, Any], said: str) -> None:
    assert wording.response_in_table(a_result(**given)) == said


@pytest.mark.parametrize(
    ("collected_by", "ends"),
    [
        ("programme", "answered, collected by the programme itself."),
        ("outside_programme", "answered, collected by somebody outside the programme."),
        ("steward", "answered, collected by the steward of the audit."),
        (None, "invited answered."),
    ],
)
def test_who_collected_the_answers_is_said_beside_the_response(collected_by: str | None, ends: str) -> None:
    row = a_result(invited=48, response="half_or_more", collected_by=collected_by)
    assert wording.response_sentences(row)[0].endswith(ends)


def test_half_or_more_need_no_such_word() -> None:
    assert "could be" not in wording.result(a_result(15, 20, invited=30, response="half_or_more"))


def test_where_under_half_answered_it_is_said_what_the_others_could_change() -> None:
    few = a_result(20, 20, invited=300, response="under_half", rate_if_none=0.04, rate_if_all=0.97)
    figure = "100%, likely range 84% to 100%; fewer than half answered: could be 4% to 97%"
    assert wording.response_sentences(few) == [
        "20 of the 300 supervisors and tutors invited answered.",
        wording.COULD_BE,
    ]
    assert wording.result(few) == f"20 of 20 ({figure})"
    assert f"({figure})" in wording.found(few)


def test_a_programme_without_a_name_tells_its_response_by_degree_only() -> None:
    few = a_result(response="under_half", rate_if_none=0.2, rate_if_all=0.7)
    assert wording.response_sentences(few)[0] == "Under half of those invited answered (supervisors and tutors)."
    assert wording.result(few).endswith("fewer than half answered: could be 20% to 70%, or further out)")
    many = a_result(response="half_or_more")
    assert wording.response_sentences(many) == ["Half or more of those invited answered (supervisors and tutors)."]


@pytest.mark.parametrize(
    ("coverage", "said"),
    [
        ((0, 0), ""),
        ((1, 0), "1 result is suppressed for now, with too few people or too few on one side."),
        ((2, 0), "2 results are suppressed for now, with too few people or too few on one side."),
        ((0, 1), "1 programme did not ask this."),
        ((0, 2), "2 programmes did not ask this."),
    ],
)
def test_what_is_withheld_is_counted_in_words(coverage: tuple[int, int], said: str) -> None:
    assert wording.withheld_sentence(dict(zip(("suppressed", "not_collected"), coverage, strict=True))) == said
    assert wording.withheld_sentence(None) == ""


@pytest.mark.parametrize("direction", ["up", "down", "none"])
def test_every_direction_has_words(direction: str) -> None:
    assert wording.direction(direction).endswith("better.")


def test_nothing_on_screen_pushes_ranks_or_judges() -> None:
    fixed = " ".join([*map(str, vars(wording).values())]).lower()
    for word in ("you should", "league", "worst", "best ", "poor", "failing", "target of"):
        assert word not in fixed


def test_a_follow_up_question_says_whom_it_was_put_to() -> None:
    measure = {"affirmative_words": ["Yes"], "base_title": None}
    assert wording.counted(measure) == "Asked of everybody. Counted: “yes”, out of all who answered."
    assert "“Told anyone”" in wording.counted(measure | {"base_title": "Told anyone"})


def a_change(middle: float, low: float, high: float, **given: Any) -> dict[str, Any]:
    years = {"earlier_first_year": "2023-24", "earlier_last_year": "2023-24"}
    names = {"title": "Safe to share", "asked_of": "trainees", "first_year": "2024-25", "last_year": "2024-25"}
    return names | {"across_break": False} | years | a_difference(middle, low, high) | given


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (a_change(0.14, 0.03, 0.25), "14 points more than in 2023-24 (likely range 3 to 25 points)."),
        (
            a_change(0.14, 0.03, 0.25, across_break=True),
            "14 points more than in 2023-24 (likely range 3 to 25 points). The question was worded anew in between.",
        ),
        (a_change(-0.29, -0.52, -0.001), "29 points less than in 2023-24 (likely range less than 1 to 52 points)."),
        (
            a_change(-0.01, -0.014, -0.006, earlier_first_year="2021-22"),
            "1 point less than in 2021-22 to 2023-24 (likely range 0.6 to 1.4 points).",
        ),
        (
            a_change(0.004, 0.001, 0.02),
            "less than 1 point more than in 2023-24 (likely range less than 1 to 2 points).",
        ),
    ],
)
def test_a_change_is_told_with_its_interval_and_the_years_before(change: dict[str, Any], said: str) -> None:
    assert wording.change_sentence(change) == f"“Safe to share” (trainees): {said}"
