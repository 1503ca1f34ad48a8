"""The questions of the catalogue as a document to print: with what a survey must say first. PDF, and HTML by itself.

What it says comes from the catalogue and `wording`; how it looks stands in questionnaire.typ and questionnaire.css.
Nothing in it changes with the day, so the same catalogue gives the same bytes.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from html import escape
from itertools import groupby
from pathlib import Path

from pipelines.documents import wording
from pipelines.documents.pdf import pdf
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue, Measure
from pipelines.instrument.dataset import Group
from pipelines.instrument.words import PillarId, RespondentGroup

TEMPLATE = Path(__file__).with_name("questionnaire.typ")
STYLE = Path(__file__).with_name("questionnaire.css")


@dataclass(frozen=True)
class Asked:
    """A question as it is put; `remark` says whom it is for or why it is asked, where that needs saying."""

    number: int | None
    text: str
    answers: tuple[str, ...]
    remark: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    questions: tuple[Asked, ...]
    remark: str = ""


@dataclass(frozen=True)
class Questionnaire:
    """Everything the document says, in its order."""

    title: str
    people: str
    status: str
    version: str
    opening: tuple[tuple[str, str], ...]
    """What a survey must say first: a lead and what it says."""
    local: str
    local_lines: tuple[str, ...]
    """What only the programme can fill in."""
    sections: tuple[Section, ...]
    closing: str


def questionnaire(catalogue: Catalogue, group: Group) -> Questionnaire:
    """What is asked of a group.

    Raises Refused where the catalogue asks nothing of it.
    """
    if not catalogue.asked_of(group):
        raise Refused(f"The catalogue “{catalogue.instrument.id}” has no questions for {catalogue.people(group)}.")
    return Questionnaire(
        title=catalogue.instrument.title,
        people=f"Questions for {catalogue.people(group)}",
        status=catalogue.instrument.status,
        version=f"Version {catalogue.instrument.version}",
        opening=_opening(catalogue, group),
        local=wording.LOCAL,
        local_lines=wording.LOCAL_LINES,
        sections=(*_sections(catalogue, group), *_subgroup(catalogue.groups[group])),
        closing=wording.CLOSING,
    )


def numbers(catalogue: Catalogue, group: Group) -> dict[str, int]:
    """The number each question has in the document: measure_id -> 1, 2, …"""
    return {measure.id: number for number, measure in enumerate(_in_order(catalogue, group), start=1)}


def _in_order(catalogue: Catalogue, group: Group) -> list[Measure]:
    """That of the catalogue, but the more personal questions last: nobody has to begin with them.

    What hangs on a sensitive question is sensitive itself, so none comes before the one it hangs on.
    """
    return sorted(catalogue.asked_of(group), key=lambda measure: measure.sensitive)


def as_pdf(asked: Questionnaire) -> bytes:
    """A tagged PDF (PDF/UA-1), A4, with the fonts that come with typst or, for letters they lack, the system's.

    Raises Refused where no font has a letter: PDF/UA allows none without a glyph.
    """
    printed = pdf(TEMPLATE, json.dumps(asdict(asked), ensure_ascii=False))
    if printed is None:
        refusal = "The catalogue has letters that no font here can print. Make an HTML file instead, and print that."
        raise Refused(refusal)
    return printed


def as_html(asked: Questionnaire) -> bytes:
    """A page that needs nothing else: no scripts, no fonts, no pictures from anywhere."""
    parts = (
        "<!doctype html>",
        f'<html lang="en-GB"><head><meta charset="utf-8"><title>{escape(asked.title)}: {escape(asked.people)}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>\n{STYLE.read_text(encoding='utf-8')}</style></head><body><main>",
        f"<header><p>{escape(asked.people)}</p><h1>{escape(asked.title)}</h1>",
        f"<p>{escape(asked.status)} {escape(asked.version)}.</p></header>",
        *(f"<p><strong>{escape(lead)}.</strong> {escape(paragraph)}</p>" for lead, paragraph in asked.opening),
        f"<section><h2>{escape(asked.local)}</h2>",
        *(f'<p class="write">{escape(line)}</p>' for line in asked.local_lines),
        "</section>",
        *map(_section_html, asked.sections),
        f"<p>{escape(asked.closing)}</p>",
        "</main></body></html>\n",
    )
    return "\n".join(parts).encode()


# ---- what it says ----


def _opening(catalogue: Catalogue, group: Group) -> tuple[tuple[str, str], ...]:
    personal = [
        number for measure, number in numbers(catalogue, group).items() if catalogue.measures[measure].sensitive
    ]
    rule = wording.rule(catalogue.tiers.standard, catalogue.tiers.sensitive, personal)
    shown = (wording.RULE, rule)
    about = wording.about(catalogue.instrument.about)
    return (about, wording.VOLUNTARY, wording.ANONYMOUS, wording.TOGETHER, shown, wording.SUPPORT)


def _sections(catalogue: Catalogue, group: Group) -> Iterator[Section]:
    """A section for each run of questions of one pillar, and one for those that are more personal."""
    place = numbers(catalogue, group)
    kinds = groupby(_in_order(catalogue, group), key=lambda measure: None if measure.sensitive else measure.pillar)
    for pillar, measures in kinds:
        title, remark = (_section_title(catalogue, pillar, group), "") if pillar else wording.PERSONAL
        yield Section(title, tuple(_asked(catalogue, measure, place) for measure in measures), remark)


def _section_title(catalogue: Catalogue, pillar: PillarId, group: Group) -> str:
    return catalogue.pillars[pillar].section.get(group, catalogue.pillars[pillar].title)


def _asked(catalogue: Catalogue, measure: Measure, place: dict[str, int]) -> Asked:
    answers = tuple(map(catalogue.answer, measure.answers))
    remark = ""
    if measure.base:
        affirmative = map(catalogue.answer, catalogue.measures[measure.base].affirmative)
        remark = wording.only_if(affirmative, place[measure.base])
    return Asked(place[measure.id], measure.question, answers, remark)


def _subgroup(group: RespondentGroup) -> tuple[Section, ...]:
    """Role or training year, where the catalogue asks for it."""
    if group.subgroup_question is None:
        return ()
    answers = tuple(subgroup.label for subgroup in group.subgroup_codes)
    remark = " ".join(filter(None, (group.subgroup_why, wording.SUBGROUP_RULE)))
    return (Section(wording.SUBGROUP_TITLE, (Asked(None, group.subgroup_question, answers, remark),)),)


# ---- HTML ----


def _section_html(section: Section) -> str:
    questions = "\n".join(map(_question_html, section.questions))
    remark = f'<p class="remark">{escape(section.remark)}</p>' if section.remark else ""
    return f"<section><h2>{escape(section.title)}</h2>{remark}\n{questions}\n</section>"


def _question_html(asked: Asked) -> str:
    number = f"{asked.number}. " if asked.number else ""
    remark = f'<p class="remark">{escape(asked.remark)}</p>' if asked.remark else ""
    answers = "".join(f"<li>{escape(answer)}</li>" for answer in asked.answers)
    return f'<div class="question"><h3>{number}{escape(asked.text)}</h3>{remark}<ul>{answers}</ul></div>'


FORMATS: dict[str, Callable[[Questionnaire], bytes]] = {".pdf": as_pdf, ".html": as_html}
"""How a file is made, by the end of its name."""
