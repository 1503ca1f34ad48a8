"""Each sentence the pages can say about data."""

from typing import Any

import pytest

from dashboard import wording


def a_result(k: int = 14, n: int = 31, status: str = "published", **given: Any) -> dict[str, Any]:
    known = status == "published"
    rate = k / n
    return {
        "measure_id": "asked",
        "title": "Has been open",
        "phrase": "have been open themselves",
        "respondent_group": "staff",
        "status": status,
        "affirmative": k if known else None,
        "respondents": n if known else None,
        "invited": None,
        "rate": rate if known else None,
        "rate_low": max(rate - 0.16, 0) if known else None,
        "rate_high": min(rate + 0.17, 1) if known else None,
        "first_year": "2024-25",
        "last_year": "2024-25",
        "difference": None,
        "difference_low": None,
        "difference_high": None,
    } | given


def a_difference(middle: float, low: float, high: float) -> dict[str, float]:
    return {"difference": middle, "difference_low": low, "difference_high": high}


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.45, "45"),
        (0.445, "45"),  # half goes up, as people round
        (0.4449, "44"),
        (0.005, "1"),
        (0.0049, "under\xa01"),  # never rounded to none
        (0.995, "100"),
        (0.9951, "over\xa099"),  # never rounded to all
        (0.0, "0"),
        (1.0, "100"),
    ],
)
def test_a_percentage_is_rounded_but_never_to_none_or_all(rate: float, words: str) -> None:
    assert wording.percent(rate) == words


@pytest.mark.parametrize(
    ("difference", "words"), [(0.154, "15"), (-0.154, "−15"), (0.155, "16"), (-0.004, "0"), (0.0, "0")]
)
def test_a_difference_is_in_points(difference: float, words: str) -> None:
    assert wording.points(difference) == words


def test_a_number_comes_with_its_people_and_its_interval() -> None:
    row = {"affirmative": 14, "respondents": 31, "rate": 14 / 31, "rate_low": 0.2919, "rate_high": 0.6222}
    assert wording.pair(row) == "14 of 31 (45\xa0%, 29 to 62\xa0%)"


def test_an_interval_under_two_points_has_a_decimal() -> None:
    row = {"affirmative": 4135, "respondents": 10000, "rate": 0.4135, "rate_low": 0.4038, "rate_high": 0.4232}
    assert wording.pair(row) == "4,135 of 10,000 (41.4\xa0%, 40.4 to 42.3\xa0%)"
    wider = row | {"rate_low": 0.4035, "rate_high": 0.4235 + 1e-9}
    assert wording.pair(wider) == "4,135 of 10,000 (41\xa0%, 40 to 42\xa0%)"


def test_the_gap_is_told_with_both_sides_and_its_interval() -> None:
    expected = a_result(26, phrase="expect trainees to be open", rate_low=0.67, rate_high=0.93)
    modelled = a_result(14, rate_low=0.29, rate_high=0.62)
    assert wording.gap_sentence(expected, modelled, a_difference(0.387, 0.05, 0.64)) == (
        "26 of 31 supervisors and tutors (84\xa0%, 67 to 93\xa0%) expect trainees to be open; "
        "14 of 31 (45\xa0%, 29 to 62\xa0%) have been open themselves. "
        "The first is 39 points more than the second (5 to 64)."
    )


def test_two_groups_of_people_are_both_named() -> None:
    said = wording.gap_sentence(a_result(), a_result(respondent_group="trainee", phrase="have seen it"), None)
    assert "supervisors and tutors" in said
    assert "14 of 31 trainees (45\xa0%, 29 to 62\xa0%) have seen it" in said


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.0, 0.4, "Whether the two differ cannot be told from this."),
        (-0.4, 0.0, "Whether the two differ cannot be told from this."),
        (0.001, 0.4, "The first is 20 points more than the second (0 to 40)."),
    ],
)
def test_a_gap_whose_interval_touches_none_is_not_told_apart(low: float, high: float, verdict: str) -> None:
    assert wording.gap_sentence(a_result(), a_result(), a_difference(0.2, low, high)).endswith(verdict)


def test_a_gap_the_other_way_round_is_less() -> None:
    said = wording.gap_sentence(a_result(), a_result(), a_difference(-0.2, -0.4, -0.1))
    assert said.endswith("The first is 20 points less than the second (10 to 40).")


def test_a_side_withheld_is_said_in_words() -> None:
    said = wording.gap_sentence(a_result(), a_result(status="suppressed"), None)
    assert said.endswith(
        "; has been open: suppressed for now, because there are too few people, or too few on one side; "
        "more years will bring it."
    )


def test_a_side_not_asked_is_said_in_words() -> None:
    assert wording.gap_sentence(a_result(), a_result(status="not_collected"), None).endswith("this was not asked.")


def test_nothing_to_set_side_by_side_is_said() -> None:
    assert wording.gap_sentence(None, a_result(), None).startswith("For this programme and year there is nothing")


def test_a_measure_without_a_phrase_is_told_by_its_title() -> None:
    assert wording.result_sentence(a_result(phrase=None)).startswith("Has been open: 14 of 31 supervisors and tutors")


def test_a_result_in_a_table_is_a_pair_or_a_status() -> None:
    assert wording.result(a_result()) == "14 of 31 (45\xa0%, 29 to 62\xa0%)"
    assert wording.result(a_result(status="suppressed")) == "suppressed for now"
    assert wording.result(a_result(status="not_collected")) == "not asked"


def test_responses_are_told_where_the_invited_are_known() -> None:
    assert wording.response(a_result(invited=45)) == "31 of 45 invited"
    assert wording.response(a_result()) == ""


def test_a_difference_that_may_be_none_is_not_told_apart() -> None:
    assert wording.difference(a_difference(0.1, -0.05, 0.24)) == "10 points (−5 to 24): cannot be told apart"
    assert wording.difference(a_difference(0.1, 0.01, 0.24)) == "10 points (1 to 24)"


def test_the_own_programme_against_the_others() -> None:
    assert wording.compared_sentence(a_result() | a_difference(0.1, -0.05, 0.24)).endswith(
        "That cannot be told apart from the other programmes taken together."
    )
    assert wording.compared_sentence(a_result() | a_difference(-0.1, -0.24, -0.01)).endswith(
        "That is 10 points less than the other programmes taken together (1 to 24)."
    )
    assert wording.compared_sentence(a_result()) == "This programme: 14 of 31 (45\xa0%, 29 to 62\xa0%)."
    assert wording.compared_sentence(a_result(status="suppressed")).startswith("This programme: suppressed for now")
    assert wording.compared_sentence(None) == "For this programme and year nothing was sent about this."


def test_the_comparator_says_how_many_programmes_stand_behind_it() -> None:
    row = {"affirmative": 120, "respondents": 270, "rate": 0.444, "rate_low": 0.386, "rate_high": 0.504}
    some = wording.comparator_sentence(row | {"programmes": 11, "asked": 13})
    assert some == (
        "Taken together, 120 of 270 (44\xa0%, 39 to 50\xa0%) in 11 of the 13 programmes that asked, "
        "of each the latest result."
    )
    assert wording.comparator_sentence(row | {"programmes": 13, "asked": 13}).endswith(
        "in all 13 programmes that asked, of each the latest result."
    )
    assert wording.comparator_sentence(None).startswith("There is no figure for the programmes taken together")


def test_what_is_withheld_is_counted_in_words() -> None:
    assert wording.withheld_sentence({"suppressed": 1, "not_collected": 1}) == (
        "1 result is suppressed for now: too few people, or too few on one side. More years will bring it. "
        "1 programme did not ask."
    )
    assert wording.withheld_sentence({"suppressed": 2, "not_collected": 0}).startswith("2 results are suppressed")
    assert wording.withheld_sentence({"suppressed": 0, "not_collected": 0}) == ""
    assert wording.withheld_sentence(None) == ""


@pytest.mark.parametrize("direction", ["up", "down", "none"])
def test_every_direction_has_words(direction: str) -> None:
    assert wording.direction(direction).endswith("better.")


def test_a_pooled_result_names_its_years() -> None:
    assert wording.years(a_result()) == "2024-25"
    assert wording.years(a_result(first_year="2022-23")) == "2022-23 to 2024-25"


def test_nothing_on_screen_pushes_ranks_or_judges() -> None:
    fixed = " ".join([*map(str, vars(wording).values())]).lower()
    for word in ("you should", "league", "worst", "best ", "poor", "failing", "target of"):
        assert word not in fixed


def test_a_programme_with_a_result_is_set_against_the_others_without_itself() -> None:
    others = {"affirmative": 100, "respondents": 200, "rate": 0.5, "rate_low": 0.43, "rate_high": 0.57}
    own = a_result() | {f"comparator_{name}": value for name, value in others.items()}
    own |= {"comparator_programmes": 4, "comparator_asked": 5}
    assert wording.others_sentence(own, None) == (
        "The others taken together: 100 of 200 (50\xa0%, 43 to 57\xa0%) in 4 of the 5 programmes that asked, "
        "of each the latest result."
    )
    assert wording.others_sentence(None, None).startswith("There is no figure")


def test_whom_a_page_compares_with_is_named() -> None:
    assert wording.comparator_name("everybody", "everybody") == "Compared with the other programmes."
    assert wording.comparator_name("profession", "clinical_psychology") == (
        "Compared with the other programmes of the same profession (clinical psychology)."
    )


def test_a_follow_up_question_says_whom_it_was_put_to() -> None:
    measure = {"affirmative": ["yes"], "base_title": None}
    assert wording.counted(measure) == "Put to everybody. Counted: “yes”, of all who answered."
    assert "“Told anyone”" in wording.counted(measure | {"base_title": "Told anyone"})
