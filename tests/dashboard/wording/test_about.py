"""What the About page says of the rule follows from the release's own numbers, and is true of them."""

import re
from collections.abc import Iterable
from typing import Any

import pytest

from dashboard.report import wording as wording_report
from dashboard.wording import about
from dashboard.wording.marked import Marked, Paragraph
from pipelines.number_words import in_words
from tests.factories import Steward, a_catalogue

TIERS = [((10, 3), (15, 4)), ((20, 5), (30, 6)), ((12, 3), (12, 3)), ((100, 10), (200, 20))]
WORDS_OF_THE_FIRST_TIERS = re.compile(r"\b(?:ten|nine|twelve|fifteen|10|15|13|22)\b", re.IGNORECASE)


def a_release(standard: tuple[int, int], sensitive: tuple[int, int]) -> dict[str, Any]:
    return {
        "minimum_respondents": standard[0],
        "minimum_each_side": standard[1],
        "sensitive_minimum_respondents": sensitive[0],
        "sensitive_minimum_each_side": sensitive[1],
    }


def plain(paragraphs: Iterable[Paragraph]) -> str:
    """Paragraphs as they are read."""
    return "\n".join(
        paragraph
        if isinstance(paragraph, str)
        else "".join(part.words if isinstance(part, Marked) else part for part in paragraph)
        for paragraph in paragraphs
    )


def test_the_rule_of_the_first_edition_is_told_with_its_numbers() -> None:
    release = a_release((10, 3), (15, 4))
    said = plain(about.rule(release))
    assert "In 2022-23 nine people answer: too few, so they wait. In 2023-24 one more answers. Ten answers" in said
    assert "In 2024-25 twelve people answer, and all three years are shown as one result: 11 of 22." in said
    assert "If ten or more people answered (fifteen for a sensitive measure) and the result" in said
    assert about.thresholds(release) == (
        "A result is shown only when at least 10 people answered and at least 3 stand on each side of it. For "
        "sensitive measures it is at least 15 people and 4 on each side."
    )


@pytest.mark.parametrize(("standard", "sensitive"), TIERS[1:2])
def test_no_sentence_of_the_page_or_the_report_has_the_numbers_of_other_tiers(
    standard: tuple[int, int], sensitive: tuple[int, int]
) -> None:
    release = a_release(standard, sensitive)
    page = plain([*about.rule(release), about.thresholds(release)])
    report = " ".join(f"{lead} {said}" for lead, said in wording_report.RULE)
    assert WORDS_OF_THE_FIRST_TIERS.findall(page) == []
    assert WORDS_OF_THE_FIRST_TIERS.findall(report) == []
    assert "If twenty or more people answered (thirty for a sensitive measure)" in page
    assert "at least 20 people answered and at least 5 stand" in page
    assert "nineteen people answer" in page


def test_one_tier_for_all_is_told_once() -> None:
    assert "for a sensitive measure" not in plain(about.rule(a_release((12, 3), (12, 3))))


@pytest.mark.parametrize(("standard", "sensitive"), TIERS)
def test_the_example_is_what_the_rule_does(standard: tuple[int, int], sensitive: tuple[int, int]) -> None:
    """Nothing is shown in the first two years, and all three as one result in the third."""
    tiers = {
        name: {"minimum_respondents": people, "minimum_each_side": side}
        for name, (people, side) in (("standard", standard), ("sensitive", sensitive))
    }
    (first, second, third), yes = about.example(standard[0])
    steward = Steward(a_catalogue(tiers=tiers))
    half = first // 2
    assert steward.publish_loaded(("aa", "2022-23", "asked", None, first, half)) == []
    assert steward.publish_loaded(("aa", "2023-24", "asked", None, second, 1)) == []
    [(_, _, years, respondents, affirmative)] = steward.publish_loaded(
        ("aa", "2024-25", "asked", None, third, yes - half - 1)
    )
    assert years == ["2022-23", "2023-24", "2024-25"]
    assert (respondents, affirmative) == (first + second + third, yes)
    assert first + second == standard[0]
    assert in_words(first) in plain(about.rule(a_release(standard, sensitive)))


@pytest.mark.parametrize(("standard", "sensitive"), TIERS)
@pytest.mark.parametrize("waiting", [True, False])
def test_what_can_be_inferred_is_true_only_where_nothing_was_waiting(
    standard: tuple[int, int], sensitive: tuple[int, int], *, waiting: bool
) -> None:
    """By itself a year is suppressed at the ends alone. After a single person's year it is suppressed at any number."""
    people, side = standard
    tier = {"minimum_respondents": people, "minimum_each_side": side}
    catalogue = a_catalogue(tiers={"standard": tier, "sensitive": tier})
    for yes in (side - 1, side, people // 2, people - side, people - side + 1):
        steward = Steward(catalogue)
        if waiting:
            steward.publish_loaded(("aa", "2022-23", "asked", None, 1, 1))
        shown = steward.publish_loaded(("aa", "2023-24", "asked", None, people, yes))
        assert bool(shown) is (not waiting and side <= yes <= people - side)
    condition = "no other answers to it were waiting"
    assert condition in plain(about.rule(a_release(standard, sensitive)))
    assert condition in " ".join(said for _, said in wording_report.RULE)


def test_the_purpose_is_told_in_the_words_of_the_catalogue() -> None:
    words = {"question": "Is it so?", "subject": "what staff do", "principle": "It is a choice."}
    assert about.purpose(words) == "Is it so? This dashboard sets side by side what staff do. It is a choice."
    neutral = about.purpose(dict.fromkeys(words))
    assert neutral == "This dashboard sets side by side what was asked, programme by programme. Nobody is ranked."
