"""How old one must be to read a text: its Flesch–Kincaid grade, and five years before school.

What respondents read of the catalogue that comes with Openness, the hardest first:

    uv run python -m tests.reference.reading_age
"""

import re
from collections.abc import Iterator

from pipelines.instrument.catalogue import Catalogue
from tests.factories import shipped_catalogue

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


def ages(catalogue: Catalogue) -> dict[str, float]:
    """The age for each text that is put to respondents with the questions, by what it is called."""
    return {name: reading_age(text) for name, text in _texts(catalogue)}


def _texts(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    yield from ((measure.id, measure.question) for measure in catalogue.measure)
    yield from ((f"remark at {table.id}", table.remark) for table in catalogue.sets if table.remark)
    yield from ((f"line above: {term.id}", term.text) for term in catalogue.term)
    asked = ((group.id, group.subgroup_question) for group in catalogue.group)
    yield from ((f"subgroup of {group}", question) for group, question in asked if question)


def as_lines(found: dict[str, float]) -> str:
    """An age and what it is of on each line, the highest first."""
    return "\n".join(f"{age:5.1f}  {name}" for name, age in sorted(found.items(), key=lambda item: -item[1]))


if __name__ == "__main__":
    print(as_lines(ages(shipped_catalogue())))  # noqa: T201  it is what the command is for
