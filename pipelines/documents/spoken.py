"""The texts that respondents read, in the language that was asked for. What is not translated is remembered."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Group
from pipelines.instrument.entry import FORM_OF_PEOPLE, PEOPLE
from pipelines.instrument.measures import Measure
from pipelines.instrument.translation import TranslatedEntry

SPOKEN_BY_US = "en"
"""The language of the words around the questions, where a catalogue gives none."""


class Speaker:
    """Says the catalogue's texts in one language; where it cannot, in the catalogue's own."""

    def __init__(self, catalogue: Catalogue, language: str | None = None) -> None:
        """Raises Refused where the catalogue has nothing in that language."""
        home_language = catalogue.instrument.language
        self.catalogue = catalogue
        asked = (language or home_language).partition("-")[0]
        self.translates = asked if asked != home_language.partition("-")[0] else None
        self.language = self.translates or home_language
        self._missing: dict[str, None] = {}
        known = sorted(languages(catalogue))
        if self.translates and self.translates not in known:
            raise Refused(
                f"The catalogue “{catalogue.instrument.id}” has no texts in the language {language}. "
                f"It has {', '.join([home_language, *known])}. A translation is written beside its text: "
                f"question_{asked} beside question."
            )

    @property
    def missing(self) -> tuple[str, ...]:
        """What was said in another language than the one asked for, in the order in which it was said."""
        return tuple(self._missing)

    def text(self, entry: TranslatedEntry, key: str, name: str) -> Any:
        """A text of an entry; empty where there is none. `name`: what it is called where it is missing."""
        original = getattr(entry, key)
        if self.translates is None or not original:
            return original or ""
        translated = entry.translation(key, self.translates)
        if translated is None:
            self._missing[f"{name}: {key}"] = None
        return translated or original

    def people(self, group: Group) -> dict[str, str]:
        """Who is asked, and the forms of it that a text may need: what stands in its braces, and the words."""
        entry = self.catalogue.groups[group]
        forms = {f"{FORM_OF_PEOPLE}{form}": words for form, words in entry.forms(self.translates).items()}
        return {PEOPLE: self.text(entry, PEOPLE, f"group {group}"), **forms}

    def part(self, entry: TranslatedEntry, key: str, part: str, name: str) -> str:
        """One of several texts that an entry has under one key."""
        original = str(getattr(entry, key)[part])
        if self.translates is None:
            return original
        translated = (entry.translation(key, self.translates) or {}).get(part)
        if translated is None:
            self._missing[f"{name}: {key}, {part}"] = None
        return str(translated or original)

    def answer(self, measure: Measure, code: str) -> str:
        """An answer to a question, as people say it."""
        if self.translates is None:
            return self.catalogue.answer(code)
        words = self.catalogue.translated_answers(measure, self.translates)
        if code not in words:
            self._missing[f"answer_words: {code}"] = None
        return words.get(code) or self.catalogue.answer(code)

    def answers(self, measure: Measure, codes: Iterable[str]) -> str:
        """`“Agree” or “Strongly agree”`"""
        return f" {self.words('word_or')} ".join(f"“{self.answer(measure, code)}”" for code in codes)

    def words(self, key: str, **filled_in: object) -> str:
        """What the questionnaire says around its questions."""
        entry = self.catalogue.questionnaire
        ours = not self.language.startswith(SPOKEN_BY_US) and key not in entry.model_fields_set
        if ours and self.translates is None:
            self._missing[f"questionnaire: {key}"] = None
        return str(self.text(entry, key, "questionnaire")).format(**filled_in)

    def question_numbers(self, numbers: Sequence[int]) -> str:
        """`questions 1 to 6, 19 and 20`; the numbers rise."""
        key = "question_number" if len(numbers) == 1 else "question_numbers"
        return self.words(key, numbers=self.ranges(numbers))

    def ranges(self, numbers: Sequence[int]) -> str:
        """`1 to 6, 19 and 20`; the numbers rise."""
        breaks = [place for place, (number, after) in enumerate(pairwise(numbers), start=1) if after != number + 1]
        runs = [numbers[start:end] for start, end in pairwise((0, *breaks, len(numbers)))]
        parts = [part for run in runs for part in self._run(run)]
        return f" {self.words('word_and')} ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))

    def _run(self, numbers: Sequence[int]) -> list[str]:
        """Two neighbours are two numbers; more are a range."""
        if len(numbers) > 2:  # noqa: PLR2004
            return [f"{numbers[0]} {self.words('word_to')} {numbers[-1]}"]
        return [str(number) for number in numbers]


def languages(catalogue: Catalogue) -> set[str]:
    """The languages in which anything of a catalogue stands, beside its own."""
    return {language for entry in _entries(catalogue) for language in entry.translations}


def _entries(catalogue: Catalogue) -> Iterator[TranslatedEntry]:
    tables = (getattr(catalogue, table) for table in type(catalogue).model_fields)
    entries = [entry for table in tables for entry in (table if isinstance(table, tuple) else (table,))]
    yield catalogue
    yield from (entry for entry in entries if isinstance(entry, TranslatedEntry))
    for group in catalogue.group:
        yield from group.subgroup_codes
