"""Everything that a survey of one programme and year needs around it, in a zip: texts to fill in, and its files.

Nothing in it changes with the day, so the same catalogue gives the same bytes.
"""

import io
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pipelines.documents import templates
from pipelines.documents.questionnaire import questionnaire
from pipelines.documents.questionnaire_files import FORMATS
from pipelines.documents.spoken import SPOKEN_BY_US, Speaker
from pipelines.documents.survey import survey
from pipelines.documents.survey_files import TOOLS
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.contract import Context
from pipelines.instrument.dataset import Dataset, Group
from pipelines.instrument.datasets import contract

STYLE = Path(__file__).with_name("questionnaire.css")
WORDS = Path(__file__).with_name("survey_pack.toml")
"""The texts, for any catalogue."""
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The time that stands beside each file of the zip."""
TEXTS = ("invitation", "reminder", "information", "privacy")
"""What those who are asked read before the questions. A catalogue can have it in other languages (PackWords)."""
OPENING = ("about", "voluntary", "anonymous", "rule", "help")
"""What of the opening of a questionnaire stands in them."""
Heading = tuple[str, str]
"""A heading, and what stands below it."""


def pack(catalogue: Catalogue, programme: str, year: str, latest_year: str, language: str | None = None) -> bytes:
    """The zip. Raises Refused where there cannot be such a programme or year, or where the catalogue does not have the
    language."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as zipped:
        for name, file in files(catalogue, programme, year, latest_year, language):
            zipped.writestr(ZipInfo(name, FIRST_DAY), file, ZIP_DEFLATED)
    return content.getvalue()


def untranslated(catalogue: Catalogue, language: str | None) -> tuple[str, ...]:
    """What of the questionnaires stands in another language than the one asked for."""
    forms = (questionnaire(catalogue, group, language=language) for group in _asked_groups(catalogue))
    return tuple(dict.fromkeys(name for form in forms for name in form.untranslated))


def only_in_english(catalogue: Catalogue, language: str | None) -> tuple[str, ...]:
    """The texts around the questions that a catalogue could have in this language, and has not."""
    own = _own(catalogue, language)
    if own == SPOKEN_BY_US:
        return ()
    return tuple(name for name in TEXTS if _translated(catalogue, own, name) is None)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def _own(catalogue: Catalogue, language: str | None) -> str:
    return (language or catalogue.instrument.language).partition("-")[0]


def _translated(catalogue: Catalogue, language: str, name: str) -> Any:
    """A text around a survey as the catalogue has it in this language; None where it does not."""
    return getattr(catalogue.pack.get(language), name, None)


def _asked_groups(catalogue: Catalogue) -> list[Group]:
    return [group for group in catalogue.groups if catalogue.asked_of(group)]


def files(
    catalogue: Catalogue, programme: str, year: str, latest_year: str, language: str | None = None
) -> Iterator[tuple[str, bytes]]:
    """The name and content of each file."""
    groups = _asked_groups(catalogue)
    datasets = [
        Dataset.COHORTS,
        *(dataset for dataset, group in catalogue.responses.items() if group in groups),
        Dataset.COUNTS,
    ]
    if catalogue.support_item:
        datasets.append(Dataset.SUPPORT)
    made = [file for group in groups for file in _of_group(catalogue, group, programme, year, language)]
    yield "start-here.html", _start_here(catalogue, programme, year, [name for name, _ in made])
    yield from made
    for dataset in datasets:
        rules = contract(dataset, catalogue, Context(max(latest_year, year)))
        template = templates.template(rules, catalogue, programme=programme, year=year)
        yield f"templates/{dataset}.xlsx", templates.as_xlsx(template)


def _of_group(
    catalogue: Catalogue, group: Group, programme: str, year: str, language: str | None
) -> Iterator[tuple[str, bytes]]:
    """The texts and questionnaires of those who are asked."""
    asked = questionnaire(catalogue, group, language=language)
    made = survey(asked, catalogue, group, programme, year)
    texts = _Texts(catalogue, group, language, year)
    yield f"{group}/invitation.txt", _text(texts.plain("invitation"))
    for number, text in enumerate(texts.reminders(), start=1):
        yield f"{group}/reminder-{number}.txt", _text(text)
    yield f"{group}/information-sheet.html", texts.page("information")
    yield f"{group}/privacy-notice.html", texts.page("privacy")
    for ending, make in FORMATS.items():
        yield f"{group}/questionnaire{ending}", make(asked)
    for tool, entry in TOOLS.items():
        yield f"{group}/for-{tool}{entry.ending}", entry.make(made)


class _Texts:
    """The texts around a survey of one group. Each stands in one language throughout: in the one asked for where the
    catalogue has it, else in English, filled in with the catalogue's own words."""

    def __init__(self, catalogue: Catalogue, group: Group, language: str | None, year: str) -> None:
        self.catalogue, self.group, self.year = catalogue, group, year
        self.language, self.asked_for = language, _own(catalogue, language)

    def plain(self, name: str) -> str:
        """One text."""
        return str(self._text(name)).format(**self._said(name))

    def reminders(self) -> Iterator[str]:
        """The first reminder, and the last."""
        said = self._said("reminder")
        for reminder, last in self._text("reminders").items():
            yield str(self._text("reminder")).format(**said, reminder=reminder, last=last)

    def page(self, name: str) -> bytes:
        """A page of headings, and what stands below each."""
        said = self._said(name)
        filled = [(heading, words.format(**said)) for heading, words in self._text(name).items()]
        title = f"{self._called(name)} {said['title']}: {said['people']}, {self.year}"
        return _page(title, filled, self._language_of(name))

    def _called(self, name: str) -> str:
        """What a page is called: its title, or where the catalogue gives none, its first heading."""
        title = f"{name}_title"
        own = _translated(self.catalogue, self.asked_for, title) or next(iter(self._text(name)))
        called = str(own if self._is_own(name) else _words()[title])
        return called if called.endswith("?") else f"{called}."

    def _text(self, name: str) -> Any:
        return _translated(self.catalogue, self.asked_for, name) or _words()[name]

    def _is_own(self, name: str) -> bool:
        return _translated(self.catalogue, self.asked_for, name) is not None

    def _language_of(self, name: str) -> str:
        return self.asked_for if self._is_own(name) else SPOKEN_BY_US

    def _said(self, name: str) -> dict[str, str]:
        """The words of the catalogue that a text is filled in with."""
        language = self.language if self._is_own(name) else None
        say = Speaker(self.catalogue, language)
        asked = questionnaire(self.catalogue, self.group, language=language)
        opening, group = dict(asked.opening), self.catalogue.groups[self.group]
        people = say.people(self.group)
        who_sees = self._text("who_sees") if self._is_own(name) else _words()["who_sees"]
        return {
            "title": asked.title,
            **people,
            "year": self.year,
            **{key: opening.get(say.words(f"{key}_lead"), "") for key in OPENING},
            "who_sees": who_sees.format(**people),
            "subgroup": (group.subgroup_column or "").replace("_", " "),
        }


def _start_here(catalogue: Catalogue, programme: str, year: str, names: Iterable[str]) -> bytes:
    tools = ((f"Files for {tool.name}", tool.steps) for tool in TOOLS.values())
    listed = (("What is in this pack", ", ".join([*names, "templates"])),)
    sees = (("Who sees single answers", _words()["who_should_see"]),)
    fill = (("What to fill in", "Everything in [square brackets], in every text, and […] in the questionnaires."),)
    title = f"{catalogue.instrument.title}: {programme}, {year}"
    return _page(title, (*sees, *fill, *_words()["timetable"].items(), *tools, *listed))


def _page(title: str, parts: Iterable[Heading], language: str = SPOKEN_BY_US) -> bytes:
    """A page that needs nothing else, to be opened in a browser or a word processor."""
    sections = "\n".join(f"<h2>{escape(heading)}</h2>\n<p>{escape(text)}</p>" for heading, text in parts)
    style = STYLE.read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>\n{style}</style></head>'
        f"<body><main>\n<h1>{escape(title)}</h1>\n{sections}\n</main></body></html>\n"
    ).encode()


def _text(text: str) -> bytes:
    """Text for an e-mail, with the line ends that every editor takes."""
    return text.replace("\n", "\r\n").encode()
