"""The questionnaire as a survey tool needs it: the names of the columns, the codes of the answers, who is asked what.

Texts are those of the printed questionnaire. How each tool wants it written stands in `survey_files`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.academic_year import is_academic_year
from pipelines.documents.questionnaire import Asked, Questionnaire, Section
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.cell_rules import is_id
from pipelines.instrument.dataset import Group

PROGRAMME_TO_FILL, YEAR_TO_FILL = "PROGRAMME_ID", "ACADEMIC_YEAR"
"""What stands in a survey file for which no programme or year was given."""
TO_FILL = "[…]"
"""Where the programme writes something of its own before it sends the survey out."""


@dataclass(frozen=True)
class Clause:
    """A column has one of these answers."""

    column: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A question: the column its answers go into, its text, and the answers in which others must be for it."""

    column: str
    text: str
    asked_if: tuple[Clause, ...]


@dataclass(frozen=True)
class Question:
    """One question, or a table of questions with the same answers. Of a single question the text is that of its row."""

    number: int | None
    stem: str
    only_if: str
    """Whom it is for. A tool that can branch asks nobody else; in another it stands above the question."""
    remark: str
    answers: dict[str, str]
    """Code -> what respondents read."""
    rows: tuple[Row, ...]
    is_table: bool

    @property
    def name(self) -> str:
        """A name of its own, which no column has."""
        return f"about_{self.rows[0].column}"

    @property
    def heading(self) -> str:
        """Number and text."""
        return f"{self.number}. {self.stem}" if self.number else self.stem

    @property
    def below(self) -> str:
        """What stands below the heading in a tool that can branch."""
        return " ".join(filter(None, (self.only_if, self.remark)))

    @property
    def asked_if(self) -> tuple[Clause, ...]:
        """What holds for all its rows."""
        return tuple(clause for clause in self.rows[0].asked_if if all(clause in row.asked_if for row in self.rows))


@dataclass(frozen=True)
class Page:
    """Questions under one title."""

    title: str
    remark: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Survey:
    """A questionnaire to be sent out by a survey tool."""

    group: Group
    title: str
    language: str
    constants: dict[str, str]
    """Columns that are the same for everybody."""
    opening: tuple[str, ...]
    """Paragraphs before the first question."""
    pages: tuple[Page, ...]
    closing: tuple[str, ...]

    @property
    def questions(self) -> list[Question]:
        return [question for page in self.pages for question in page.questions]

    @property
    def to_fill(self) -> str:
        """What the programme must still write into it."""
        missing = [value for value in self.constants.values() if value in {PROGRAMME_TO_FILL, YEAR_TO_FILL}]
        places = f"Before you send it out, fill in what stands as {TO_FILL}: who sees single answers, and the like."
        if not missing:
            return places
        return (
            f"{places} Put the programme’s id and the year in the place of {' and '.join(missing)}, or give them first."
        )


def survey(
    asked: Questionnaire, catalogue: Catalogue, group: Group, programme: str | None = None, year: str | None = None
) -> Survey:
    """The survey of a questionnaire. Raises Refused where a programme or year cannot be what it is said to be."""
    if programme is not None and not is_id(programme):
        raise Refused(f"“{programme}” cannot be the id of a programme.")
    if year is not None and not is_academic_year(year):
        raise Refused(f"“{year}” is not an academic year. Write it like 2025-26.")
    constants = {"programme_id": programme or PROGRAMME_TO_FILL, "academic_year": year or YEAR_TO_FILL}
    return Survey(
        group=group,
        title=f"{asked.title}: {asked.people}",
        language=asked.language,
        constants=constants,
        opening=tuple(_opening(asked)),
        pages=tuple(_page(section, catalogue, group) for section in asked.sections),
        closing=tuple(_led(lead, text) for lead, text in asked.closing),
    )


def _opening(asked: Questionnaire) -> Iterator[str]:
    yield from (_led(lead, text) for lead, text in asked.opening)
    yield f"{asked.local}."
    yield from (f"{line} {TO_FILL}" for line in asked.local_lines)
    if asked.terms:
        yield f"{asked.terms_title}."
        yield from asked.terms
    yield f"{asked.status} {asked.version}."


def _led(lead: str, text: str) -> str:
    return f"{lead}. {text}" if lead else text


def _page(section: Section, catalogue: Catalogue, group: Group) -> Page:
    questions = tuple(_question(asked, catalogue, group) for asked in section.questions)
    return Page(section.title, section.remark, questions)


def _question(asked: Asked, catalogue: Catalogue, group: Group) -> Question:
    codes = _codes(asked.columns[0], catalogue, group)
    texts = asked.rows or (asked.text,)
    rows = zip(asked.columns, texts, strict=True)
    return Question(
        number=asked.number,
        stem=asked.text,
        only_if=asked.only_if,
        remark=asked.remark,
        answers=dict(zip(codes, asked.answers, strict=True)),
        rows=tuple(Row(column, text, _asked_if(column, catalogue)) for column, text in rows),
        is_table=bool(asked.rows),
    )


def _codes(column: str, catalogue: Catalogue, group: Group) -> tuple[str, ...]:
    if column == catalogue.groups[group].subgroup_column:
        return tuple(subgroup.code for subgroup in catalogue.groups[group].subgroup_codes)
    return catalogue.measures[column].answers


def _asked_if(column: str, catalogue: Catalogue) -> tuple[Clause, ...]:
    """Who is asked: whoever gave the answers that the question follows on from.

    Where a "no" to the first line of a table counts as "no" to the others, these are for whoever said yes to it. Who
    would rather not say whether there was anybody is not asked who it was.
    """
    measure = catalogue.measures.get(column)
    if measure is None:
        return ()
    base = catalogue.measures[measure.base] if measure.base else None
    outer = catalogue.counted_as_no(measure)
    follows = (Clause(base.id, base.affirmative),) if base else ()
    return (*follows, *((Clause(outer.id, outer.affirmative),) if outer else ()))
