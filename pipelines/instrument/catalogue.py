"""The instrument: measures, support items and gaps, read from one TOML file. Data, not code."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self, get_args

import polars as pl
from pydantic import Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from pipelines.errors import CatalogueError
from pipelines.instrument.dataset import Group
from pipelines.instrument.words import (
    NEUTRAL_ANSWERS,
    NEUTRAL_BASES,
    NEUTRAL_GROUPS,
    STATUSES,
    Basis,
    BasisId,
    Code,
    Entry,
    Kind,
    Pillar,
    PillarId,
    RespondentGroup,
    Status,
    StatusId,
    Text,
    in_words,
    require,
)

MINIMUM_RESPONDENTS = 10
"""No catalogue may publish a result that stands on fewer people."""
MINIMUM_EACH_SIDE = 3
"""No catalogue may publish a result with fewer people on either side."""

DECLINED = ("prefer_not_to_say", "not_sure")
"""Answers that count among the respondents and never as affirmative."""

RESERVED = ("programme_id", "academic_year", "role", "training_year")


class Instrument(Entry):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,63}$")]
    version: Text
    title: Text
    status: Text
    question: Text | None = None
    """The question that the instrument answers."""
    subject: Text | None = None
    """What is set side by side; it goes on after "This dashboard sets side by side"."""
    principle: Text | None = None
    """How its numbers are to be taken."""
    about: Text | None = None
    """What it is about, for those who are asked."""


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


class Measure(Entry):
    """k of n, defined once."""

    id: Code
    pillar: PillarId
    group: Group
    title: Text
    phrase: Text | None = None
    """How a sentence goes on after "14 of 31 trainees": "have been open themselves"."""
    question: Text
    answers: Annotated[tuple[Code, ...], Field(min_length=2)]
    affirmative: Annotated[tuple[Code, ...], Field(min_length=1)]
    base: Code | None = None
    within: Code | None = None
    basis: BasisId
    direction: Literal["up", "down", "none"]
    sensitive: bool = False
    source: Text
    caveat: Text | None = None
    benchmark: Benchmark | None = None

    @model_validator(mode="after")
    def _answers_agree(self) -> Self:
        require(self.id not in RESERVED, f"{self.id} is the name of a column every file has; choose another id")
        require(len(set(self.answers)) == len(self.answers), "an answer is listed twice")
        strangers = set(self.affirmative) - set(self.answers)
        require(not strangers, f"affirmative holds {_and(strangers)}, which is not among the answers")
        require(set(self.affirmative) < set(self.answers), "if every answer is affirmative, nothing is measured")
        declined = set(self.affirmative) & set(DECLINED)
        require(not declined, f"{_and(declined)} can never be affirmative")
        return self


class SupportItem(Entry):
    """One thing a programme's policy or support may hold; the programme answers for itself."""

    id: Code
    kind: Code
    title: Text
    personal: bool = False
    """It points at somebody: published only as in place or not known."""
    measures: tuple[Code, ...] = ()
    """Measures to look at before and after it came into place."""


class Gap(Entry):
    """A pair of measures set side by side: what is expected, and what is modelled."""

    id: Code
    title: Text
    expected: Code
    modelled: Code


class Association(Entry):
    """A measure of staff and one of trainees, looked at together across programmes."""

    id: Code
    title: Text
    staff: Code
    trainee: Code


class Question(Entry):
    """A question for a team meeting, and what makes it one to ask: a gap, a measure, a support item, or nothing."""

    id: Code
    text: Text
    gap: Code | None = None
    measure: Code | None = None
    item: Code | None = None

    @model_validator(mode="after")
    def _has_one_reason(self) -> Self:
        reasons = [reason for reason in (self.gap, self.measure, self.item) if reason]
        require(len(reasons) <= 1, "a question is about one gap, one measure or one support item, or about none")
        return self


class Catalogue(Entry):
    """The whole instrument. Order is the order of the file, everywhere."""

    instrument: Instrument
    tiers: Tiers
    group: tuple[RespondentGroup, ...] = ()
    pillar: tuple[Pillar, ...] = ()
    basis: tuple[Basis, ...] = ()
    kind: tuple[Kind, ...] = ()
    status: tuple[Status, ...] = ()
    answer_words: Mapping[Code, Text] = Field(default_factory=dict)
    measure: Annotated[tuple[Measure, ...], Field(min_length=1)]
    support_item: tuple[SupportItem, ...] = ()
    gap: tuple[Gap, ...] = ()
    association: tuple[Association, ...] = ()
    question: tuple[Question, ...] = ()

    @model_validator(mode="after")
    def _entries_agree(self) -> Self:
        words = (self.group, self.pillar, self.basis, self.kind, self.status)
        for entries in (*words, self.measure, self.support_item, self.gap, self.association, self.question):
            _require_unique(entry.id for entry in entries)
        unknown = {*self.answer_words} - {answer for measure in self.measure for answer in measure.answers}
        require(not unknown, f"answer_words holds {_and(unknown)}, which is no answer of any measure")
        for measure in self.measure:
            _in_entry(measure.id, self._check_base, measure)
            _in_entry(measure.id, self._check_within, measure)
            _in_entry(measure.id, self._check_listed, measure)
        for gap in self.gap:
            _in_entry(gap.id, self._check_gap, gap)
        for item in self.support_item:
            _in_entry(item.id, self._check_related, item)
            _in_entry(item.id, self._check_kind, item)
        for association in self.association:
            _in_entry(association.id, self._check_association, association)
        for question in self.question:
            _in_entry(question.id, self._check_question, question)
        return self

    def _check_base(self, measure: Measure) -> None:
        if measure.base is None:
            return
        require(measure.base in self.measures, f"its base {measure.base} is not a measure")
        base = self.measures[measure.base]
        require(base.group == measure.group, f"its base {base.id} is asked of another group")
        require(measure.sensitive or not base.sensitive, f"its base {base.id} is sensitive, so it must be too")
        require(measure.id not in self._chain(measure), "its bases go round in a circle")

    def _check_within(self, measure: Measure) -> None:
        if measure.within is None:
            return
        require(measure.within in self.measures, f"it stands within {measure.within}, which is not a measure")
        outer = self.measures[measure.within]
        require(outer.group == measure.group, f"it stands within {outer.id}, which is asked of another group")
        require(outer.base == measure.base, f"it stands within {outer.id}, which has another base")
        require(outer.within is None, f"it stands within {outer.id}, which stands within another itself")

    def _check_listed(self, measure: Measure) -> None:
        """A list of pillars or of bases holds all that are used."""
        pillars, bases = {pillar.id for pillar in self.pillar}, {basis.id for basis in self.basis}
        require(not pillars or measure.pillar in pillars, f"its pillar {measure.pillar} is not among the pillars")
        require(not bases or measure.basis in bases, f"its basis {measure.basis} is not among the bases")

    def _check_kind(self, item: SupportItem) -> None:
        kinds = {kind.id for kind in self.kind}
        require(not kinds or item.kind in kinds, f"its kind {item.kind} is not among the kinds")

    def _check_gap(self, gap: Gap) -> None:
        for side in (gap.expected, gap.modelled):
            require(side in self.measures, f"{side} is not a measure")
        require(gap.expected != gap.modelled, "both sides are the same measure")

    def _check_related(self, item: SupportItem) -> None:
        for measure in item.measures:
            self._check_has_direction(measure)

    def _check_association(self, association: Association) -> None:
        for group in get_args(Group):
            measure = getattr(association, group)
            require(measure in self.measures, f"{measure} is not a measure")
            require(
                self.measures[measure].group == group,
                f"{measure} is not asked of {NEUTRAL_GROUPS[group].people}",
            )

    def _check_question(self, question: Question) -> None:
        if question.gap:
            require(question.gap in {gap.id for gap in self.gap}, f"{question.gap} is not a gap")
        if question.item:
            require(question.item in {item.id for item in self.support_item}, f"{question.item} is not a support item")
        if question.measure:
            self._check_has_direction(question.measure)

    def _check_has_direction(self, measure: str) -> None:
        """Where neither more nor less is better, nothing is to be brought about."""
        require(measure in self.measures, f"{measure} is not a measure")
        require(self.measures[measure].direction != "none", f"{measure} has no better direction to look for")

    def _chain(self, measure: Measure) -> list[str]:
        """The bases of a measure, nearest first; it stops where it would turn in a circle."""
        chain: list[str] = []
        while measure.base in self.measures and measure.base not in chain:
            chain.append(measure.base)
            measure = self.measures[measure.base]
        return chain

    def _measure_row(self, place: int, measure: Measure) -> dict[str, Any]:
        tier = self.tier(measure)
        return {
            "place": place,
            "measure_id": measure.id,
            "group": measure.group,
            "base": measure.base,
            "root": (self._chain(measure) or [measure.id])[-1],
            "within": measure.within,
            "parent": measure.within or measure.base,
            "sensitive": measure.sensitive,
            "depth": self._depth(measure),
            "minimum_respondents": tier.minimum_respondents,
            "minimum_each_side": tier.minimum_each_side,
            "longest_stay": self.groups[measure.group].longest_stay,
        }

    @cached_property
    def measures(self) -> dict[str, Measure]:
        return {measure.id: measure for measure in self.measure}

    @cached_property
    def groups(self) -> dict[Group, RespondentGroup]:
        """Both groups, in words of the catalogue or, where it has none, in neutral ones."""
        return NEUTRAL_GROUPS | {group.id: group for group in self.group}

    @cached_property
    def pillars(self) -> dict[PillarId, Pillar]:
        """Every pillar that has a measure, or stands in the catalogue's own list."""
        used = {measure.pillar for measure in self.measure}
        neutral = (Pillar(id=code, title=in_words(code)) for code in get_args(PillarId) if code in used)
        return {pillar.id: pillar for pillar in self.pillar or neutral}

    @cached_property
    def bases(self) -> dict[BasisId, Basis]:
        used = {measure.basis for measure in self.measure}
        neutral = (Basis(id=code, title=title) for code, title in NEUTRAL_BASES.items() if code in used)
        return {basis.id: basis for basis in self.basis or neutral}

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        used = dict.fromkeys(item.kind for item in self.support_item)
        return {kind.id: kind for kind in self.kind or (Kind(id=code, title=in_words(code)) for code in used)}

    @cached_property
    def status_words(self) -> dict[StatusId, str | None]:
        """Every status, and when a programme should say so where the catalogue tells."""
        told = {status.id: status.words for status in self.status}
        return {status: told.get(status) for status in STATUSES}

    def answer(self, code: str) -> str:
        """An answer as people say it: `prefer_not_to_say` gives `Prefer not to say`."""
        return {**NEUTRAL_ANSWERS, **self.answer_words}.get(code) or in_words(code)

    def people(self, group: Group) -> str:
        """Who is asked, in words: `trainees`."""
        return self.groups[group].people

    def asked_of(self, group: Group) -> tuple[Measure, ...]:
        return tuple(measure for measure in self.measure if measure.group == group)

    def tier(self, measure: Measure) -> Tier:
        return self.tiers.sensitive if measure.sensitive else self.tiers.standard

    @cached_property
    def measure_frame(self) -> pl.DataFrame:
        """One row a measure: its place, relations and thresholds, ready to be joined to counts."""
        return pl.DataFrame(
            [self._measure_row(place, measure) for place, measure in enumerate(self.measure)],
            infer_schema_length=None,
            schema_overrides={"base": pl.String, "within": pl.String, "parent": pl.String, "longest_stay": pl.Int64},
        )

    def _depth(self, measure: Measure) -> int:
        """How many measures stand between this one and the questions put to everybody."""
        parent = measure.within or measure.base
        return 0 if parent is None else 1 + self._depth(self.measures[parent])


def read_catalogue(name: str, content: bytes) -> Catalogue:
    """Read and check a catalogue. `name` is that of its file.

    Raises CatalogueError naming the file, the entry and the reason.
    """
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise CatalogueError(name, "the catalogue cannot be read (it is not UTF-8 text).") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(name, f"the catalogue is not TOML: {error}.") from None
    try:
        return Catalogue.model_validate(raw)
    except ValidationError as error:
        raise CatalogueError(name, " ".join(_complaints(error, raw))) from None


def _complaints(error: ValidationError, raw: dict[str, Any]) -> Iterator[str]:
    problems = [problem for problem in error.errors() if not _only_seems_short(problem, error)]
    for problem in problems:
        reason = problem["msg"].removeprefix("Value error, ").rstrip(".")
        yield f"{_entry_name(raw, problem['loc'])}: {reason}."


def _only_seems_short(problem: ErrorDetails, error: ValidationError) -> bool:
    """Pydantic leaves wrong entries out of a list, and then complains that the list is too short."""
    here = problem["loc"]
    inside = any(other["loc"][: len(here)] == here != other["loc"] for other in error.errors())
    return problem["type"] == "too_short" and inside


def _entry_name(raw: Any, location: tuple[int | str, ...]) -> str:
    """("measure", 3, "basis") becomes: measure "told_tutor", basis."""
    if not location:
        return "catalogue"
    names = [str(location[0])]
    for step, part in enumerate(location[1:], start=1):
        if not isinstance(part, int):
            names.append(part)
        elif step == 1:
            entry = raw[location[0]][part]
            names[0] += f' "{entry["id"]}"' if isinstance(entry, dict) and "id" in entry else f" number {part + 1}"
    return ", ".join(names)


def _in_entry(entry_id: str, check: Callable[[Any], None], entry: Any) -> None:
    try:
        check(entry)
    except ValueError as error:
        raise ValueError(f'"{entry_id}": {error}') from None


def _require_unique(ids: Iterator[str]) -> None:
    seen: set[str] = set()
    for entry_id in ids:
        require(entry_id not in seen, f'"{entry_id}" is used twice')
        seen.add(entry_id)


def _and(codes: set[str]) -> str:
    return " and ".join(sorted(codes))
