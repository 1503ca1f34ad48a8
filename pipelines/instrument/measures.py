"""What is measured: the measures, the tables of questions they stand in, and the pairs that are set side by side."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AliasChoices, Field, model_validator

from pipelines.instrument.dataset import Group
from pipelines.instrument.entry import Code, Entry, Successor, Text, require
from pipelines.instrument.translation import TranslatedEntry
from pipelines.instrument.words import BasisId, PillarId

MINIMUM_RESPONDENTS = 10
"""No catalogue may publish a result that stands on fewer people."""
MINIMUM_EACH_SIDE = 3
"""No catalogue may publish a result with fewer people on either side."""

DECLINED = ("prefer_not_to_say", "not_sure")
"""Answers that count among the respondents and never as affirmative."""

RESERVED = ("programme_id", "academic_year", "role", "training_year")

ROW = "…"
"""Where the stem of a set has the words of a row."""


class Tier(Entry):
    """How many people a result must stand on, in all and on each side of it."""

    minimum_respondents: Annotated[int, Field(ge=MINIMUM_RESPONDENTS)]
    minimum_each_side: Annotated[int, Field(ge=MINIMUM_EACH_SIDE)]


class Tiers(Entry):
    standard: Tier
    sensitive: Tier

    @model_validator(mode="after")
    def _sensitive_is_stricter(self) -> Self:
        require(
            self.sensitive.minimum_respondents >= self.standard.minimum_respondents
            and self.sensitive.minimum_each_side >= self.standard.minimum_each_side,
            "the sensitive tier must be at least as strict as the standard one",
        )
        return self


class Benchmark(Entry):
    """A published figure from the literature: context beside a measure, never a target."""

    value: Annotated[float, Field(ge=0, le=1)]
    n: Annotated[int, Field(gt=0)]
    population: Text
    source: Text
    remark: Text
    year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    professions: tuple[Code, ...] = ()
    """It is shown beside programmes of these professions only; without any, beside all."""


class Measure(TranslatedEntry, Successor):
    """k of n, defined once."""

    translatable: ClassVar[frozenset[str]] = frozenset({"question", "row", "answer_words"})
    answer_words: ClassVar[dict[str, str]] = {}
    """Only translations of it can be given. Some languages have no single word for yes: there `answer_words_cy` gives
    the words for this question. In its own language a catalogue can give the answers other codes."""

    id: Code
    replaces: Code | None = None
    optional: bool = False
    """A shorter form may leave it out."""
    pillar: PillarId
    group: Group
    title: Text
    phrase: Text | None = None
    """How a sentence goes on after "14 of 31 trainees": "have been open themselves"."""
    set_id: Code | None = Field(default=None, alias="set")
    """The table of questions it stands in."""
    row: Text | None = None
    """Its row in that table."""
    question: Text
    answers: Annotated[tuple[Code, ...], Field(min_length=2)]
    affirmative: Annotated[tuple[Code, ...], Field(min_length=1)]
    base: Code | None = None
    within: Code | None = None
    basis: BasisId
    direction: Literal["up", "down", "none"]
    sensitive: bool = False
    source: Text
    references: tuple[Code, ...] = ()
    caveat: Text | None = None
    context: Text | None = None
    """A published finding in words. It stands beside the measure and is never drawn."""
    terms: tuple[Code, ...] = ()
    """Terms without whose text the question would mean something else."""
    benchmark: Benchmark | None = None

    @property
    def denying(self) -> tuple[str, ...]:
        """The answers that say no: neither affirmative nor declined."""
        return tuple(answer for answer in self.answers if answer not in (*self.affirmative, *DECLINED))

    @model_validator(mode="after")
    def _answers_agree(self) -> Self:
        require(self.id not in RESERVED, f"{self.id} is the name of a column every file has; choose another id")
        require(len(set(self.answers)) == len(self.answers), "an answer is listed twice")
        strangers = set(self.affirmative) - set(self.answers)
        require(not strangers, f"affirmative holds {and_list(strangers)}, which is not among the answers")
        require(set(self.affirmative) < set(self.answers), "if every answer is affirmative, nothing is measured")
        declined = set(self.affirmative) & set(DECLINED)
        require(not declined, f"{and_list(declined)} can never be affirmative")
        return self

    @model_validator(mode="after")
    def _stands_in_a_row(self) -> Self:
        require(bool(self.set_id) == bool(self.row), "give set and row, or neither")
        return self


class MeasureSet(TranslatedEntry):
    """Questions that stand in one table: its heading, with dots where each row has words of its own."""

    translatable: ClassVar[frozenset[str]] = frozenset({"stem", "remark"})

    id: Code
    stem: Text
    remark: Text | None = None

    @model_validator(mode="after")
    def _has_a_place_for_its_rows(self) -> Self:
        stems = [self.stem, *(str(texts["stem"]) for texts in self.translations.values() if "stem" in texts)]
        require(all(stem.count(ROW) == 1 for stem in stems), f"its stem must have {ROW} once, where the row goes")
        return self

    def question(self, row: str) -> str:
        """The question that a row asks."""
        return self.stem.replace(ROW, row)


class Retired(Entry):
    """A measure of an earlier edition that is asked no more and has no successor."""

    id: Code
    why: Text


class Gap(Successor):
    """A pair of measures put to the same people: what is expected, and what is modelled."""

    id: Code
    replaces: Code | None = None
    title: Text
    expected: Code
    modelled: Code
    paired: bool = False
    """Whether the counts of both answers of one person are wanted; else the two are taken as independent. A measure is
    in one paired gap at most, and lies within no other measure."""


class Pair(Entry):
    """Two measures that are put to different people."""

    id: Code
    title: Text
    first: Code = Field(validation_alias=AliasChoices("first", "staff"))
    second: Code = Field(validation_alias=AliasChoices("second", "trainee"))
    """Catalogues of the first edition have the other keys."""


class Association(Pair):
    """Two measures that are looked at together across programmes."""


class SideBySide(Pair):
    """Two measures that are drawn together and never subtracted."""


def and_list(codes: set[str]) -> str:
    """`a and b`"""
    return " and ".join(sorted(codes))
