"""The words of an instrument: who is asked, what its parts are called, how answers read. Read from the catalogue.

A catalogue that leaves words out gets neutral ones, so that no page speaks of people or things that it does not know.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from pipelines.instrument.dataset import Group
from pipelines.instrument.entry import Code, Entry, Text, in_words, require
from pipelines.instrument.translation import TranslatedEntry

NOT_STATED = "not_stated"
"""The subgroup of those who left role or training year blank where others gave it."""

EVERY_FILE_HAS = ("programme_id", "academic_year")
FREE_SUBGROUP_COLUMNS = {"staff": "role", "trainee": "training_year"}
"""Columns that two groups have even where the catalogue lists no codes for them."""
SUBGROUP_PATTERN = r"^[a-z0-9][a-z0-9_]{0,63}$"
SubgroupCode = Annotated[str, StringConstraints(pattern=SUBGROUP_PATTERN)]
PillarId = Code
BasisId = Code
StatusId = Literal["in_place", "in_part", "planned", "not_in_place", "not_known"]
STATUSES: tuple[StatusId, ...] = get_args(StatusId)


class Subgroup(TranslatedEntry):
    """A role or a training year: its code in files, and what it is called."""

    translatable: ClassVar[frozenset[str]] = frozenset({"label"})

    code: SubgroupCode
    label: Text


class RespondentGroup(TranslatedEntry):
    """Who is asked, in words, and into which subgroups they fall."""

    translatable: ClassVar[frozenset[str]] = frozenset({"people", "people_forms", "subgroup_question", "subgroup_why"})

    id: Code
    people: Text
    people_forms: Mapping[Code, Text] = Field(default_factory=dict)
    """Other forms of it, for languages in which a word is not the same everywhere: `{people_to}` in a text is the form
    `to`."""
    person: Text
    longest_stay: Annotated[int, Field(ge=1)] | None = None
    """The most academic years in which one person can answer. Without it a person can answer in every year."""
    subgroup: Code | None = None
    """The column of an audit file in which the codes of its subgroups stand."""
    subgroup_question: Text | None = None
    subgroup_why: Text | None = None
    subgroup_codes: tuple[Subgroup, ...] = ()

    @model_validator(mode="after")
    def _subgroups_agree(self) -> Self:
        codes = [subgroup.code for subgroup in self.subgroup_codes]
        given = (bool(self.subgroup), bool(self.subgroup_question), bool(codes))
        require(all(given) or not any(given), "give subgroup, subgroup_question and subgroup_codes, or none of them")
        require(
            self.subgroup not in EVERY_FILE_HAS, f"every file has a column {self.subgroup}; give subgroup another name"
        )
        require(len({*codes}) == len(codes), "a subgroup code is listed twice")
        require(NOT_STATED not in codes, f"{NOT_STATED} is the subgroup of those who left it blank")
        return self

    def forms(self, language: str | None) -> Mapping[str, str]:
        """The forms of its people in another language; None for the catalogue's own."""
        return self.people_forms if language is None else self.translation("people_forms", language) or {}

    @property
    def subgroup_column(self) -> str | None:
        """The column of its subgroups; None where it has none."""
        return self.subgroup or FREE_SUBGROUP_COLUMNS.get(self.id)


class Pillar(TranslatedEntry):
    """A part of the audit, and what the questionnaire calls its questions."""

    translatable: ClassVar[frozenset[str]] = frozenset({"title", "section"})

    id: PillarId
    title: Text
    question: Text | None = None
    section: dict[Group, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _translates_sections_that_it_has(self) -> Self:
        for language, texts in self.translations.items():
            unknown = {*texts.get("section", {})} - {*self.section}
            require(not unknown, f"section_{language} has {', '.join(sorted(unknown))}, which section has not")
        return self


class Basis(Entry):
    """What kind of thing a measure tells. What differs in kind never shares an axis."""

    id: BasisId
    title: Text


class Kind(Entry):
    """A kind of support item."""

    id: Code
    title: Text


class Status(Entry):
    """What a programme can say of a support item, and when it should say so."""

    id: StatusId
    words: Text


NEUTRAL_GROUPS: dict[Group, RespondentGroup] = {
    "staff": RespondentGroup(id="staff", people="staff", person="member of staff"),
    "trainee": RespondentGroup(
        id="trainee",
        people="trainees",
        person="trainee",
        subgroup="training_year",
        subgroup_question="Which year of your training are you in?",
        subgroup_codes=tuple(Subgroup(code=str(year), label=str(year)) for year in range(1, 10)),
    ),
}
NEUTRAL_PILLARS: dict[PillarId, str] = {
    "staff_openness": "First part",
    "trainee_disclosure": "Second part",
    "support_offered": "Third part",
}
NEUTRAL_BASES: dict[BasisId, str] = {
    "experience": "How it is seen",
    "actual": "What people have done",
    "anticipated": "What people expect",
    "prevalence": "How common it is",
}


def neutral_group(group: Group) -> RespondentGroup:
    """A group of which the catalogue says nothing."""
    words = in_words(group).lower()
    return NEUTRAL_GROUPS.get(group) or RespondentGroup(id=group, people=words, person=words)


NEUTRAL_ANSWERS = {"dont_know": "Don’t know", "neither": "Neither agree nor disagree"}
"""Answers whose words are not simply the code with a capital and spaces, whatever is asked."""
