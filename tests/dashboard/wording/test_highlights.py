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
        "first_year": "2024-25",
        "last_year": "2024-25",
        "earlier_first_year": "2023-24",
        "earlier_last_year": "2023-24",
        "across_break": False,
        "kind": "everybody",
        "name": "everybody",
        **a_difference(0.2, 0.1, 0.3),
    } | given


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            a_highlight("stands_out", verdict="stands_out_higher"),
            "“Safe to share” stands out: 20 points more than in all other programmes (likely range 10 to 30 points).",
        ),
        (
            a_highlight("stands_out", verdict="stands_out_lower", kind="profession", name="a_b", first_year="2022-23"),
            "“Safe to share”, 2022-23 to 2024-25 stands out: 20 points less than in the other programmes of the same "
            "profession (a b) (likely range 10 to 30 points).",
        ),
        (a_highlight("change"), "“Safe to share”: 20 points more than in 2023-24 (likely range 10 to 30 points)."),
        (
            a_highlight("trend", trend="fall", trend_results=5, trend_first_year="2020-21", trend_last_year="2024-25"),
            "“Safe to share” has fallen over 5 results, from 2020-21 to 2024-25.",
        ),
    ],
)
def test_each_topic_has_its_sentence(row: dict[str, Any], said: str) -> None:
    assert wording.highlight_sentences([row]) == [said, BY_CHANCE]


def test_where_there_is_nothing_that_is_said() -> None:
    """A gap is told where the two sides stand, and what is suppressed at the end."""
    rest = [a_highlight("gap"), a_highlight("suppressed"), a_highlight("suppressed", title="Told anyone")]
    assert wording.highlight_sentences(rest) == [wording.NOTHING]
    assert wording.withheld_sentence(rest) == (
        "Suppressed for now, with too few people or too few on one side: Safe to share; Told anyone."
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
