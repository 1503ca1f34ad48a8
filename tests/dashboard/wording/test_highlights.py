"""What there is to say of a year, as sentences."""

from typing import Any

import pytest

from dashboard.wording import highlights as wording
from dashboard.wording.sentences import BY_CHANCE
from tests.dashboard.wording.test_sentences import a_difference


def a_highlight(topic: str, **given: Any) -> dict[str, Any]:
    return {
        "topic": topic,
        "title": "Safe to share",
        "asked_of": "trainees",
        "first_year": "2024-25",
        "last_year": "2024-25",
        "comparator_first_year": "2024-25",
        "comparator_last_year": "2024-25",
        "earlier_first_year": "2023-24",
        "earlier_last_year": "2023-24",
        "across_break": False,
        "rate": 0.25,
        "rate_if_none": None,
        "rate_if_all": None,
        "invited": 64,
        "earlier_rate": 0.82,
        "earlier_rate_if_none": None,
        "earlier_rate_if_all": None,
        "earlier_invited": 30,
        "few_answered": False,
        "kind": "everybody",
        "name": "everybody",
        **a_difference(0.2, 0.1, 0.3),
    } | given


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            a_highlight("stands_out", verdict="stands_out_higher"),
            "“Safe to share” (trainees) stands out: 20 points more than in all others together (likely range 10 to 30 "
            "points).",
        ),
        (
            a_highlight("stands_out", verdict="stands_out_lower", kind="profession", name="a_b", first_year="2022-23"),
            "“Safe to share” (trainees), 2022-23 to 2024-25, stands out: 20 points less than in the other programmes "
            "of the same profession (a b) together, 2024-25 (likely range 10 to 30 points).",
        ),
        (
            a_highlight("stands_out", verdict="stands_out_higher", comparator_first_year="2023-24"),
            "“Safe to share” (trainees) stands out: 20 points more than in all others together, "
            "2023-24 to 2024-25 (likely range 10 to 30 points).",
        ),
        (
            a_highlight("change"),
            "“Safe to share” (trainees): 20 points more than in 2023-24 (likely range 10 to 30 points).",
        ),
        (
            a_highlight("change", first_year="2022-23", earlier_first_year="2020-21", earlier_last_year="2021-22"),
            "“Safe to share” (trainees), 2022-23 to 2024-25: 20 points more than in 2020-21 to 2021-22 (likely range "
            "10 to 30 points).",
        ),
        (
            a_highlight("trend", trend="fall", trend_results=5, trend_first_year="2020-21", trend_last_year="2024-25"),
            "“Safe to share” (trainees) has fallen over 5 results, from 2020-21 to 2024-25.",
        ),
    ],
)
def test_each_topic_has_its_sentence(row: dict[str, Any], said: str) -> None:
    assert wording.highlight_sentences([row]) == [said, BY_CHANCE]


FEW = {"rate_if_none": 0.0625, "rate_if_all": 0.8125}
BOTH = FEW | {"earlier_rate_if_none": 0.3, "earlier_rate_if_all": 0.95}


@pytest.mark.parametrize(
    ("row", "ends"),
    [
        (
            a_highlight("stands_out", verdict="stands_out_lower", measure_id="safe", **FEW),
            " Fewer than half answered in 2024-25: the 25% could be 6% to 81%.",
        ),
        (a_highlight("change", measure_id="safe"), "points)."),
        (
            a_highlight("change", measure_id="safe", **BOTH),
            " Fewer than half answered in 2024-25: the 25% could be 6% to 81%."
            " Fewer than half answered in 2023-24: the 82% could be 30% to 95%.",
        ),
        (
            a_highlight("change", measure_id="safe", **FEW, invited=None),
            " Fewer than half answered in 2024-25: the 25% could be 6% to 81%, or further out.",
        ),
    ],
)
def test_beside_a_finding_of_which_fewer_than_half_answered_stands_what_it_could_be(
    row: dict[str, Any], ends: str
) -> None:
    [group] = wording.groups([row])
    assert group.findings[0].rest.endswith(ends)
    assert wording.highlight_sentences([row])[0].endswith(ends)


def test_of_a_trend_it_is_said_where_fewer_than_half_answered_in_some_of_its_years() -> None:
    years = {"trend": "fall", "trend_results": 5, "trend_first_year": "2020-21", "trend_last_year": "2024-25"}
    few = a_highlight("trend", few_answered=True, **years)
    assert wording.trend_sentence(few).endswith("to 2024-25. Fewer than half answered in some of these years.")
    assert wording.trend_sentence(a_highlight("trend", **years)).endswith("to 2024-25.")


@pytest.mark.parametrize(
    ("first_year", "rest"),
    [
        ("2024-25", ": 20 points more (likely range 10 to 30 points)."),
        (
            "2023-24",
            ": 20 points more than the others, 2023-24 to 2024-25 (likely range 10 to 30 points).",
        ),
    ],
)
def test_what_stands_out_names_the_years_of_the_others_where_they_differ(first_year: str, rest: str) -> None:
    row = a_highlight(
        "stands_out", verdict="stands_out_higher", measure_id="safe_to_share", comparator_first_year=first_year
    )
    [group] = wording.groups([row])
    assert [finding.rest for finding in group.findings] == [rest]


def a_scope(topic: str, asked: int, possible: int = 0, **outcomes: int) -> dict[str, Any]:
    """Without a word of what became of the others they are suppressed."""
    none = dict.fromkeys(("suppressed", "nothing_beside", "too_few"), 0)
    rest = outcomes or {"suppressed": asked - possible}
    place = ("everybody", "everybody") if topic == "stands_out" else (None, None)
    kind = dict(zip(("kind", "name"), place, strict=True))
    return {"topic": topic, "asked": asked, "possible": possible} | kind | none | rest


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (a_scope("stands_out", 12, 12), "Nothing stands out from all other programmes."),
        (a_scope("change", 12, 12), "Nothing has clearly changed since the results before."),
        (a_scope("trend", 12, 12), "Nothing has clearly risen or fallen over the years."),
        (
            a_scope("stands_out", 12, 9, suppressed=1, nothing_beside=1, too_few=1),
            "Nothing stands out from all other programmes. This could be looked at for 9 of the 12 measures that were "
            "asked. Of the others, 1 is suppressed, 1 has no comparable programmes with enough results and 1 is "
            "among fewer than ten programmes with this one, too few for a verdict.",
        ),
        (
            a_scope("change", 12, 0, suppressed=2, nothing_beside=10),
            "Whether anything has changed since the results before could not be looked at. Of 12 measures that were "
            "asked, 2 are suppressed and 10 have no earlier result.",
        ),
        (
            a_scope("stands_out", 1, 0, too_few=1),
            "Whether anything stands out from all other programmes could not be looked at. Of 1 measure that was "
            "asked, 1 is among fewer than ten programmes with this one, too few for a verdict.",
        ),
        (
            a_scope("trend", 2, 0, nothing_beside=2),
            "Whether anything has risen or fallen over the years could not be looked at. Of 2 measures that were "
            "asked, 2 have fewer than five results of the same question up to this year.",
        ),
    ],
)
def test_nothing_is_said_only_where_a_verdict_was_possible_and_else_why_not(scope: dict[str, Any], said: str) -> None:
    assert wording.scope_sentences([], [scope]) == [said]


def test_where_something_was_found_it_is_said_for_how_many_it_could_be_looked_at() -> None:
    found = [a_highlight("change")]
    assert wording.scope_sentences(found, [a_scope("change", 12, 12)]) == []
    assert wording.scope_sentences(found, [a_scope("change", 12, 11)]) == [
        "Whether anything has changed could be looked at for 11 of the 12 measures that were asked."
    ]


def test_a_gap_and_what_is_suppressed_are_no_findings_of_their_own() -> None:
    """A gap is told where the two sides stand, and what is suppressed at the end."""
    rest = [a_highlight("gap"), a_highlight("suppressed"), a_highlight("suppressed", title="Told anyone")]
    assert wording.highlight_sentences(rest) == []
    assert wording.withheld_sentence(rest) == (
        "Suppressed for now, with too few people or too few on one side: Safe to share (trainees); Told "
        "anyone (trainees)."
    )
    assert wording.withheld_sentence([a_highlight("change")]) == ""


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        ([], ""),
        (
            ["Safe to share", "Told anyone"],
            "Questions worded anew since the results before: Safe to share; Told anyone.",
        ),
    ],
)
def test_questions_that_had_other_words_are_named(titles: list[str], said: str) -> None:
    assert wording.worded_anew_sentence(titles) == said


def test_other_questions_than_before_are_named_and_their_answers_not_set_beside_earlier_ones() -> None:
    assert wording.other_questions_sentence([]) == ""
    assert wording.sentences_besides([], [], [], ["Safe here", "Free"]) == [
        "Other questions than before, whose answers are not set beside earlier ones: Safe here; Free."
    ]
