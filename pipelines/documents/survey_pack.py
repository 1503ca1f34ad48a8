"""Everything that a survey of one programme and year needs around it, in a zip: texts to fill in, and its files.

Nothing in it changes with the day, so the same catalogue gives the same bytes.
"""

import io
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
PERSONAL = {True: "more_personal", False: "nothing_personal"}
SUBGROUP = {True: "with_subgroup", False: "without_subgroup"}
SUPPORT = {True: "with_support", False: "without_support"}
"""Where our texts keep what they say only where there is such a thing, or none."""
Heading = tuple[str, str]
"""A heading, and what stands below it."""


@dataclass(frozen=True)
class Asking:
    """How a programme asks: in which language, with or without what is optional, and with the words of which profession
    (see questionnaire)."""

    language: str | None = None
    short: bool = False
    profession: str | None = None


AS_IT_IS = Asking()
"""The whole questionnaire, in the language of the catalogue."""


def pack(catalogue: Catalogue, programme: str, year: str, latest_year: str, asking: Asking = AS_IT_IS) -> bytes:
    """The zip. Raises Refused where there cannot be such a programme or year, or where the catalogue does not have the
    language or the profession."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as zipped:
        for name, file in files(catalogue, programme, year, latest_year, asking):
            zipped.writestr(ZipInfo(name, FIRST_DAY), file, ZIP_DEFLATED)
    return content.getvalue()


def untranslated(catalogue: Catalogue, asking: Asking) -> tuple[str, ...]:
    """What of the questionnaires stands in another language than the one asked for."""
    forms = (questionnaire(catalogue, group, **vars(asking)) for group in _asked_groups(catalogue))
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
    catalogue: Catalogue, programme: str, year: str, latest_year: str, asking: Asking = AS_IT_IS
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
    made = [file for group in groups for file in _of_group(catalogue, group, programme, year, asking)]
    yield "start-here.html", _start_here(catalogue, programme, year, asking, [name for name, _ in made])
    yield from made
    for dataset in datasets:
        rules = contract(dataset, catalogue, Context(max(latest_year, year)))
        template = templates.template(rules, catalogue, programme=programme, year=year)
        yield f"templates/{dataset}.xlsx", templates.as_xlsx(template)


def _of_group(
    catalogue: Catalogue, group: Group, programme: str, year: str, asking: Asking
) -> Iterator[tuple[str, bytes]]:
    """The texts and questionnaires of those who are asked."""
    asked = questionnaire(catalogue, group, **vars(asking))
    made = survey(asked, catalogue, group, programme, year)
    texts = _Texts(catalogue, group, asking, year)
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

    def __init__(self, catalogue: Catalogue, group: Group, asking: Asking, year: str) -> None:
        self.catalogue, self.group, self.year, self.asking = catalogue, group, year, asking
        self.asked_for = _own(catalogue, asking.language)

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
        filled = [(heading, words.format(**said).strip()) for heading, words in self._text(name).items()]
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
        language = self.asking.language if self._is_own(name) else None
        say = Speaker(self.catalogue, language)
        asked = questionnaire(self.catalogue, self.group, language=language, short=self.asking.short)
        opening, people = dict(asked.opening), say.people(self.group)
        who_sees = self._text("who_sees") if self._is_own(name) else _words()["who_sees"]
        said = {
            "title": asked.title,
            **people,
            "year": self.year,
            **{key: opening.get(say.words(f"{key}_lead"), "") for key in OPENING},
            "who_sees": who_sees.format(**people),
        }
        return said if self._is_own(name) else said | self._depending(said)

    def _depending(self, said: dict[str, str]) -> dict[str, str]:
        """What depends on what the group is asked: more personal questions, and a subgroup."""
        subgroup = self.catalogue.groups[self.group].subgroup_question
        sentences = (
            _personal_words([self.group], self.catalogue, self.asking) | _words()[SUBGROUP[subgroup is not None]]
        )
        filled = said | {"subgroup": subgroup or ""}
        return {"leaves": _words()["leaves"], **{name: words.format(**filled) for name, words in sentences.items()}}


def _personal_words(groups: Iterable[Group], catalogue: Catalogue, asking: Asking) -> dict[str, str]:
    """What is said where any question to these groups is more personal, or where none is."""
    asked = (measure for group in groups for measure in catalogue.asked_of(group))
    any_personal = any(measure.sensitive and not (asking.short and measure.optional) for measure in asked)
    words: dict[str, str] = _words()[PERSONAL[any_personal]]
    return words


def _start_here(catalogue: Catalogue, programme: str, year: str, asking: Asking, names: Iterable[str]) -> bytes:
    tools = ((f"Files for {tool.name}", tool.steps) for tool in TOOLS.values())
    listed = (("What is in this pack", ", ".join([*names, "templates"])),)
    otherwise = _personal_words(_asked_groups(catalogue), catalogue, asking)["otherwise"]
    sees = (("Who sees single answers", _words()["who_should_see"].format(otherwise=otherwise)),)
    fill = (("What to fill in", "Everything in [square brackets], in every text, and […] in the questionnaires."),)
    support = _words()[SUPPORT[bool(catalogue.support_item)]]
    timetable = ((day, steps.format(**support)) for day, steps in _words()["timetable"].items())
    title = f"{catalogue.instrument.title}: {programme}, {year}"
    return _page(title, (*sees, *fill, *timetable, *tools, *listed))


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
