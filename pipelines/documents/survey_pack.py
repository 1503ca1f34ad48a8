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
from pipelines.documents.questionnaire import Questionnaire, questionnaire
from pipelines.documents.questionnaire_files import FORMATS
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
Heading = tuple[str, str]
"""A heading, and what stands below it."""


def pack(catalogue: Catalogue, programme: str, year: str, latest_year: str) -> bytes:
    """The zip. Raises Refused where there cannot be such a programme or year."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as zipped:
        for name, file in files(catalogue, programme, year, latest_year):
            zipped.writestr(ZipInfo(name, FIRST_DAY), file, ZIP_DEFLATED)
    return content.getvalue()


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def files(catalogue: Catalogue, programme: str, year: str, latest_year: str) -> Iterator[tuple[str, bytes]]:
    """The name and content of each file."""
    groups = [group for group in catalogue.groups if catalogue.asked_of(group)]
    datasets = [
        Dataset.COHORTS,
        *(dataset for dataset, group in catalogue.responses.items() if group in groups),
        Dataset.COUNTS,
    ]
    if catalogue.support_item:
        datasets.append(Dataset.SUPPORT)
    made = [file for group in groups for file in _of_group(catalogue, group, programme, year)]
    yield "start-here.html", _start_here(catalogue, programme, year, [name for name, _ in made])
    yield from made
    for dataset in datasets:
        rules = contract(dataset, catalogue, Context(max(latest_year, year)))
        template = templates.template(rules, catalogue, programme=programme, year=year)
        yield f"templates/{dataset}.xlsx", templates.as_xlsx(template)


def _of_group(catalogue: Catalogue, group: Group, programme: str, year: str) -> Iterator[tuple[str, bytes]]:
    """The texts and questionnaires of those who are asked."""
    asked = questionnaire(catalogue, group)
    made = survey(asked, catalogue, group, programme, year)
    said = _said(catalogue, group, asked, year)
    yield f"{group}/invitation.txt", _text(_words()["invitation"].format(**said))
    for number, (reminder, last) in enumerate(_words()["reminders"].items(), start=1):
        text = _words()["reminder"].format(**said, reminder=reminder, last=last)
        yield f"{group}/reminder-{number}.txt", _text(text)
    title = f"{asked.title}: {catalogue.people(group)}, {year}"
    yield (
        f"{group}/information-sheet.html",
        _page(f"Information. {title}", _filled("information", said)),
    )
    yield f"{group}/privacy-notice.html", _page(f"Privacy. {title}", _filled("privacy", said))
    for ending, make in FORMATS.items():
        yield f"{group}/questionnaire{ending}", make(asked)
    for tool, entry in TOOLS.items():
        yield f"{group}/for-{tool}{entry.ending}", entry.make(made)


def _said(catalogue: Catalogue, group: Group, asked: Questionnaire, year: str) -> dict[str, str]:
    """The words of the catalogue that texts are filled in with."""
    say = catalogue.questionnaire
    opening = dict(asked.opening)
    people = catalogue.people(group)
    return {
        "title": asked.title,
        "people": people,
        "year": year,
        "about": opening[say.about_lead],
        "voluntary": opening[say.voluntary_lead],
        "anonymous": opening[say.anonymous_lead],
        "rule": opening[say.rule_lead],
        "help": opening.get(say.help_lead, ""),
        "who_sees": _words()["who_sees"].format(people=people),
        "subgroup": (catalogue.groups[group].subgroup_column or "").replace("_", " "),
    }


def _start_here(catalogue: Catalogue, programme: str, year: str, names: Iterable[str]) -> bytes:
    tools = ((f"Files for {tool.name}", tool.steps) for tool in TOOLS.values())
    listed = (("What is in this pack", ", ".join([*names, "templates"])),)
    sees = (("Who sees single answers", _words()["who_should_see"]),)
    fill = (("What to fill in", "Everything in [square brackets], in every text, and […] in the questionnaires."),)
    title = f"{catalogue.instrument.title}: {programme}, {year}"
    return _page(title, (*sees, *fill, *_words()["timetable"].items(), *tools, *listed))


def _filled(text: str, said: dict[str, str]) -> list[Heading]:
    return [(heading, words.format(**said)) for heading, words in _words()[text].items()]


def _page(title: str, parts: Iterable[Heading]) -> bytes:
    """A page that needs nothing else, to be opened in a browser or a word processor."""
    sections = "\n".join(f"<h2>{escape(heading)}</h2>\n<p>{escape(text)}</p>" for heading, text in parts)
    style = STYLE.read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>\n{style}</style></head>'
        f"<body><main>\n<h1>{escape(title)}</h1>\n{sections}\n</main></body></html>\n"
    ).encode()


def _text(text: str) -> bytes:
    """Text for an e-mail, with the line ends that every editor takes."""
    return text.replace("\n", "\r\n").encode()
