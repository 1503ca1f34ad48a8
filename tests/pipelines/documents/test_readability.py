"""Every question can be read at 13: its Flesch–Kincaid grade, and five years before school. `pytest -s` prints them."""

import re

import pytest

from pipelines.instrument.catalogue import Catalogue
from tests.factories import a_catalogue, a_measure, shipped_catalogue

OLDEST = 13
"""The reading age that no question may be above."""
YEARS_BEFORE_SCHOOL = 5
SILENT = re.compile(
    r"(?<=[a-z]{2})(?<![tdl])(?:ed|e)$|(?<=[td])e$|(?<=[aeiouy]l)ed?$|(?<=[^aeiouy]l)ed$|(?<=[^csxzaeiouy])es$"
)
VOWELS = re.compile(r"[aeiouy]+")
TWO_SYLLABLES = re.compile(r"[aeiouy]ing|ia(?!ns?$|ls?$)|io(?!n)|[aeou]+y[aeiou]|ie(?=n|t)|eo(?!u|p)|ua(?!r|l$)")
SILENT_WITHIN = re.compile(r"(?<=[^aeiouy])e(?=(?:ly|ment|where|thing|body|times)s?$)|(?<=som)e(?=on)")
WORDS = re.compile(r"[a-z]+(?:[’'][a-z]+)?")


def syllables(word: str) -> int:
    """Runs of vowels that are heard, as most readers count them."""
    spoken = SILENT_WITHIN.sub("", SILENT.sub("", word))
    return max(1, len(VOWELS.findall(spoken)) + len(TWO_SYLLABLES.findall(spoken)))


def reading_age(text: str) -> float:
    """Flesch and Kincaid: 0.39 words a sentence + 11.8 syllables a word - 15.59, as an age."""
    words = WORDS.findall(text.casefold())
    sentences = max(1, len(re.findall(r"[.?!](?=\s|$)", text)))
    grade = 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    return grade + YEARS_BEFORE_SCHOOL


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("told", 1), ("here", 1), ("likely", 2), ("trained", 1), ("pushed", 1), ("wanted", 2), ("shared", 1),
        ("programme", 2), ("difficulty", 4), ("experience", 4), ("supervisor", 4), ("mental", 2), ("people", 2),
        ("being", 2), ("someone", 2), ("career", 2), ("expect", 2), ("agreement", 3), ("university", 5),
        ("trainees", 2), ("talked", 1), ("private", 2), ("things", 1), ("because", 2), ("worse", 1),
        ("employer", 3), ("confidentiality", 7), ("profession", 3), ("training", 2), ("answered", 2), ("themselves", 2),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_heard(word: str, count: int) -> None:
    assert syllables(word) == count


def test_a_hard_sentence_is_older_than_an_easy_one() -> None:
    easy, hard = "Do you feel safe here?", "Institutional confidentiality considerations necessitate deliberation."
    assert reading_age(easy) < OLDEST < reading_age(hard)


def ages(catalogue: Catalogue) -> dict[str, float]:
    return {measure.id: reading_age(measure.question) for measure in catalogue.measure}


def test_every_question_can_be_read_at_thirteen() -> None:
    found = ages(shipped_catalogue())
    for measure, age in sorted(found.items(), key=lambda item: -item[1]):
        print(f"{age:5.1f}  {measure}")  # noqa: T201  it is what the test is for
    assert {measure: age for measure, age in found.items() if age > OLDEST} == {}


def test_a_question_that_is_too_hard_is_found() -> None:
    question = "To what extent does institutional confidentiality facilitate your disclosure of difficulties?"
    assert ages(a_catalogue(a_measure(question=question)))["asked"] > OLDEST
