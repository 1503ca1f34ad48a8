"""Each sentence the pages can say about data."""

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
        "invited": None,
        "rate": rate if known else None,
        "rate_low": max(rate - 0.16, 0) if known else None,
        "rate_high": min(rate + 0.17, 1) if known else None,
        "first_year": "2024-25",
        "last_year": "2024-25",
        "difference": None,
        "difference_low": None,
        "difference_high": None,
        "position": None,
        "smallest_difference": None,
    } | given


def a_difference(middle: float, low: float, high: float) -> dict[str, float]:
    return {"difference": middle, "difference_low": low, "difference_high": high}


def a_gap(middle: float, low: float, high: float, **given: Any) -> dict[str, Any]:
    return a_difference(middle, low, high) | {"beside": None, "since": None} | given


def a_change(middle: float, low: float, high: float, **given: Any) -> dict[str, Any]:
    earlier = {"title": "Safe to share", "earlier_first_year": "2023-24", "earlier_last_year": "2023-24"}
    return earlier | a_difference(middle, low, high) | given


UP, DOWN, NEITHER = ({"direction": direction} for direction in ("up", "down", "none"))


def test_the_gap_is_told_with_both_sides_and_its_interval() -> None:
    expected = a_result(26, phrase="expect trainees to be open", rate_low=0.67, rate_high=0.93)
    modelled = a_result(14, rate_low=0.29, rate_high=0.62)
    assert wording.gap_sentence(expected, modelled, a_gap(0.387, 0.05, 0.64)) == (
        "26 of 31 supervisors and tutors (84\xa0%, 67 to 93\xa0%) expect trainees to be open; "
        "14 of 31 (45\xa0%, 29 to 62\xa0%) have been open themselves. "
        "The first is 39 points more than the second (5 to 64)."
    )


def test_two_groups_of_people_are_both_named() -> None:
    said = wording.gap_sentence(
        a_result(), a_result(respondent_group="trainee", asked_of="trainees", phrase="have seen it"), None
    )
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
    assert wording.gap_sentence(a_result(), a_result(), a_gap(0.2, low, high)).endswith(verdict)


def test_a_gap_the_other_way_round_is_less() -> None:
    said = wording.gap_sentence(a_result(), a_result(), a_gap(-0.2, -0.4, -0.1))
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
    inside = a_result(position="as_expected", smallest_difference=0.319) | a_difference(0.1, -0.05, 0.24)
    assert wording.compared_sentence(inside, UP) == (
        "This programme: 14 of 31 (45\xa0%, 29 to 62\xa0%). That cannot be told apart from the other programmes taken "
        "together. That is inside the limits of what is to be expected. With 31 answers, a difference from the others "
        "of under 31 points cannot be seen."
    )
    outside = a_result(position="lower", smallest_difference=0.2) | a_difference(-0.1, -0.24, -0.01)
    assert "That is 10 points less than the other programmes taken together (1 to 24)." in wording.compared_sentence(
        outside, UP
    )
    assert wording.compared_sentence(a_result(), UP) == "This programme: 14 of 31 (45\xa0%, 29 to 62\xa0%)."
    assert wording.compared_sentence(a_result(status="suppressed"), UP).startswith("This programme: suppressed for now")
    assert wording.compared_sentence(None, UP).startswith("This programme is not among these")


@pytest.mark.parametrize(
    ("position", "measure", "ends"),
    [
        ("lower", UP, "below what is mostly to be expected, here on the unfavourable side."),
        ("much_higher", UP, "far above what is to be expected, here on the favourable side."),
        ("much_lower", DOWN, "far below what is to be expected, here on the favourable side."),
        ("higher", DOWN, "above what is mostly to be expected, here on the unfavourable side."),
        ("much_lower", NEITHER, "far below what is to be expected."),
        ("higher", NEITHER, "above what is mostly to be expected."),
        ("as_expected", UP, "inside the limits of what is to be expected."),
    ],
)
def test_a_position_follows_the_direction_of_the_measure_if_it_has_one(
    position: str, measure: dict[str, str], ends: str
) -> None:
    assert wording.position_sentence({"position": position}, measure) == f"That is {ends}"


def test_what_could_be_seen_is_rounded_down() -> None:
    row = a_result(n=10, smallest_difference=0.5199)
    assert wording.seen_sentence(row).endswith("under 51 points cannot be seen.")
    assert wording.visible(row) == "51 points"
    none = a_result(n=10, smallest_difference=None)
    assert wording.seen_sentence(none) == "With 10 answers no difference from the others could be seen."
    assert wording.visible(none) == "any difference"
    assert wording.unseen(row) == "under 51 nothing can be seen"
    assert wording.unseen(none) == "nothing can be seen"


def a_funnel(**given: Any) -> dict[str, Any]:
    row = {
        "compared": 13,
        "outside": 2,
        "outside_unadjusted": 5,
        "outside_by_chance": 0.65,
        "phi": 2.47,
        "tau2": 0.0144,
    }
    return row | given


@pytest.mark.parametrize(
    ("tau2", "ends"),
    [
        (0.0144, "more than chance makes them, and the limits allow for that. Without it 5 would be outside"),
        (0.0, "The programmes differ no more than chance makes them."),
        (None, "With fewer than ten programmes the limits allow for chance only, so take them with care."),
    ],
)
def test_a_funnel_says_what_its_limits_allow_for(tau2: float | None, ends: str) -> None:
    said = wording.funnel_sentence(a_funnel(tau2=tau2))
    assert said.startswith(
        "Of 13 results compared, outside the limits of 95\xa0%: 2; by chance alone it would be about 0.6"
    )
    assert ends in said


def test_without_a_comparator_there_is_no_funnel() -> None:
    assert wording.funnel_sentence(None).startswith("There is no funnel")


def test_a_gap_stands_beside_that_of_others_only_where_the_interval_says_so() -> None:
    wider = a_gap(0.3, 0.1, 0.5, beside="wider", excess=0.2, excess_low=0.05, excess_high=0.35)
    assert wording.gap_sentence(a_result(), a_result(), wider, "profession").endswith(
        "That is 20 points wider than in the other programmes of the same profession (5 to 35)."
    )
    narrower = wider | {"beside": "narrower", "excess": -0.2, "excess_low": -0.35, "excess_high": -0.05}
    assert "20 points narrower than in all other programmes (5 to 35)" in wording.gap_sentence(
        a_result(), a_result(), narrower, "everybody"
    )
    unclear = wider | {"beside": "no_clear_difference"}
    assert "than in" not in wording.gap_sentence(a_result(), a_result(), unclear, "everybody")


def test_a_gap_has_become_wider_only_where_the_interval_says_so() -> None:
    before = {"earlier_first_year": "2021-22", "earlier_last_year": "2022-23"}
    wider = a_gap(0.3, 0.1, 0.5, since="wider", **before)
    assert wording.gap_sentence(a_result(), a_result(), wider).endswith("It has become wider since 2021-22 to 2022-23.")
    unclear = wider | {"since": "no_clear_difference"}
    assert "become" not in wording.gap_sentence(a_result(), a_result(), unclear)


def test_two_sides_of_other_years_are_given_no_difference() -> None:
    said = wording.gap_sentence(a_result(), a_result(first_year="2022-23"), None)
    assert said.endswith("They are not of the same years, so no difference is given.")


def test_how_many_answered_is_said_once_for_each_group() -> None:
    staff, trainees = a_result(invited=48), a_result(respondent_group="trainee", asked_of="trainees", invited=60)
    assert wording.answered_sentence(staff, trainees) == (
        "Answered: 31 of 48 supervisors and tutors invited; 31 of 60 trainees invited."
    )
    assert wording.answered_sentence(staff, staff) == "Answered: 31 of 48 supervisors and tutors invited."
    assert wording.answered_sentence(a_result(), None) == ""


def test_what_has_changed_is_said_and_that_the_rest_cannot_be_told() -> None:
    rise = a_change(0.2, 0.1, 0.3, verdict="rise")
    assert wording.change_sentences([rise]) == [
        "Safe to share: 20 points more than in 2023-24 (10 to 30).",
        f"For everything else no change can be told from chance. {wording.CHANGES_BY_CHANCE}",
    ]


def test_no_change_and_no_earlier_result_are_said() -> None:
    assert wording.change_sentences([a_change(0.02, -0.1, 0.1, verdict="no_clear_change")]) == [
        "Nothing has changed so much that it could be told from chance."
    ]
    assert wording.change_sentences([]) == ["There is no earlier result to set these beside."]


def test_what_a_programme_has_suppressed_is_named() -> None:
    assert wording.suppressed_sentence([a_result()]) == ""
    said = wording.suppressed_sentence([a_result(status="suppressed"), a_result(status="suppressed", title="Safe")])
    assert said.startswith("Suppressed for now: Has been open; Safe (too few people")


def test_places_have_words() -> None:
    assert wording.place("everybody", "everybody") == "all programmes"
    assert wording.place("profession", "clinical_psychology") == "profession: clinical psychology"


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
    measure = {"affirmative_words": ["Yes"], "base_title": None}
    assert wording.counted(measure) == "Put to everybody. Counted: “yes”, of all who answered."
    assert "“Told anyone”" in wording.counted(measure | {"base_title": "Told anyone"})


def test_a_change_is_told_with_its_interval_and_the_years_before() -> None:
    assert wording.change_sentence(a_change(0.14, 0.03, 0.25)) == (
        "Safe to share: 14 points more than in 2023-24 (3 to 25)."
    )
    fall = a_change(-0.14, -0.25, -0.03, earlier_first_year="2021-22", earlier_last_year="2022-23")
    assert wording.change_sentence(fall) == "Safe to share: 14 points less than in 2021-22 to 2022-23 (3 to 25)."
