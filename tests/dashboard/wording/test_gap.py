"""Each sentence about what is expected and what is done."""

from typing import Any

import pytest

from dashboard.wording import gap as wording
from tests.dashboard.wording.test_sentences import PAIR, a_difference, a_result

EXPECTED = a_result(26, title="Expects it", phrase="expect trainees to be open", rate_low=0.67, rate_high=0.93)
MODELLED = a_result()


def a_gap(middle: float, low: float, high: float, **given: Any) -> dict[str, Any]:
    same = dict.fromkeys(("first_year", "last_year", "comparator_first_year", "comparator_last_year"), "2024-25")
    return a_difference(middle, low, high) | same | {"beside": None, "since": None} | given


def said(gap: dict[str, Any] | None, kind: str | None = None) -> str:
    return wording.gap_sentence(EXPECTED, MODELLED, gap, kind)


def test_the_gap_is_told_with_both_sides_and_its_interval() -> None:
    assert said(a_gap(0.387, 0.05, 0.64)) == (
        "26 of 31 supervisors and tutors (84%, likely range 67% to 93%) expect trainees to be open; "
        f"{PAIR} have been open themselves. "
        "“Expects it” is 39 points higher than “Has been open” (likely range 5 to 64 points)."
    )


def test_a_gap_the_other_way_round_names_the_other_side_first() -> None:
    assert said(a_gap(-0.2, -0.4, -0.1)).endswith(
        "“Has been open” is 20 points higher than “Expects it” (likely range 10 to 40 points)."
    )


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.4), (-0.4, 0.0), (-0.1, 0.3)])
def test_no_clear_gap_is_followed_by_nothing(low: float, high: float) -> None:
    assert said(a_gap(0.2, low, high)).endswith(f"have been open themselves. {wording.NO_CLEAR_GAP}")


def test_what_the_likely_range_of_a_gap_allows_for_is_said() -> None:
    assert wording.paired_sentence(a_gap(0.2, 0.1, 0.3, paired=31)) == (
        "The same 31 people answered both questions, and the likely range allows for that."
    )
    assert wording.paired_sentence(a_gap(0.2, 0.1, 0.3, paired=None)) == wording.NOT_PAIRED
    assert wording.paired_sentence({"difference": None, "paired": None}) == ""


def test_answers_of_different_people_are_not_subtracted() -> None:
    trainees = a_result(respondent_group="trainee", asked_of="trainees", phrase="have seen it")
    sentence = wording.gap_sentence(EXPECTED, trainees, None)
    assert f"; 14 of 31 trainees {PAIR.removeprefix('14 of 31 ')} have seen it. " in sentence
    assert sentence.endswith(wording.NOT_SUBTRACTED)


def test_two_sides_of_other_years_are_given_no_difference() -> None:
    sentence = wording.gap_sentence(EXPECTED, a_result(first_year="2022-23"), None)
    assert sentence.endswith(wording.NOT_THE_SAME_YEARS)


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        (
            "suppressed",
            "; has been open: suppressed for now, because too few people stand behind it, or too few on one side.",
        ),
        ("not_collected", "; has been open: this was not asked."),
    ],
)
def test_a_side_without_a_number_is_said_in_words(status: str, ends: str) -> None:
    assert wording.gap_sentence(EXPECTED, a_result(status=status), None).endswith(ends)


def test_nothing_to_set_side_by_side_is_said() -> None:
    assert wording.gap_sentence(None, MODELLED, None).startswith("For this programme and year there is nothing")


EXCESS = {"excess": 0.2, "excess_low": 0.05, "excess_high": 0.35}
BEFORE = {"earlier_first_year": "2021-22", "earlier_last_year": "2022-23"}
CHANGE = {"change": -0.01, "change_low": -0.014, "change_high": -0.006}


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        (
            {"beside": "wider", **EXCESS},
            "That gap is 20 points wider than in the other programmes of the same profession together "
            "(likely range 5 to 35 points).",
        ),
        (
            {"beside": "other_direction"},
            "In the other programmes of the same profession together it is the other way round.",
        ),
        (
            {"beside": "no_clear_difference"},
            "It is not clearly wider or narrower than in the other programmes of the same profession together.",
        ),
        (
            {"beside": "wider", **EXCESS, "comparator_first_year": "2022-23"},
            "than in the other programmes of the same profession together, 2022-23 to 2024-25 "
            "(likely range 5 to 35 points).",
        ),
        (
            {"beside": "other_direction", "comparator_last_year": "2025-26"},
            "In the other programmes of the same profession together, 2024-25 to 2025-26, it is the other way round.",
        ),
        (
            {"beside": "no_clear_difference", "comparator_first_year": "2023-24", "comparator_last_year": "2023-24"},
            "narrower than in the other programmes of the same profession together, 2023-24.",
        ),
        (
            {"since": "narrower", **BEFORE, **CHANGE},
            "It is 1 point narrower than in 2021-22 to 2022-23 (likely range 0.6 to 1.4 points).",
        ),
        (
            {"beside": "no_clear_gap_there"},
            "In the other programmes of the same profession together there is no clear gap.",
        ),
        ({"since": "no_clear_gap_there", **BEFORE}, "In 2021-22 to 2022-23 there was no clear gap."),
        ({"since": "other_direction", **BEFORE}, "In 2021-22 to 2022-23 it was the other way round."),
        ({"since": "no_clear_difference", **BEFORE}, "(likely range 10 to 50 points)."),
    ],
)
def test_a_clear_gap_is_told_beside_others_and_before(given: dict[str, Any], ends: str) -> None:
    assert said(a_gap(0.3, 0.1, 0.5, **given), "profession").endswith(ends)
