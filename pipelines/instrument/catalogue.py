"""The instrument: all that is asked, and the words around it, read from one TOML file. Data, not code."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, ClassVar, Self

import polars as pl
from pydantic import Field, PrivateAttr, ValidationError, model_validator
from pydantic_core import ErrorDetails

from pipelines.errors import CatalogueError, Refused
from pipelines.instrument.catalogue_checks import check_entries
from pipelines.instrument.code_lists import Country, Discipline, Profession, Region
from pipelines.instrument.dataset import Dataset, Group
from pipelines.instrument.entry import Code, Text, in_words
from pipelines.instrument.instrument_entry import Instrument, LeftOut, Reference, Term
from pipelines.instrument.measures import (
    Association,
    Gap,
    Measure,
    MeasureSet,
    Retired,
    SideBySide,
    Tier,
    Tiers,
)
from pipelines.instrument.pack_words import PackWords
from pipelines.instrument.questionnaire_words import QuestionnaireWords
from pipelines.instrument.support_items import Computed, Question, SupportItem
from pipelines.instrument.translation import Language, TranslatedEntry
from pipelines.instrument.words import (
    NEUTRAL_ANSWERS,
    NEUTRAL_BASES,
    NEUTRAL_GROUPS,
    NEUTRAL_PILLARS,
    STATUSES,
    Basis,
    BasisId,
    Kind,
    Pillar,
    PillarId,
    RespondentGroup,
    Status,
    StatusId,
    neutral_group,
)


class Catalogue(TranslatedEntry):
    """The whole instrument. Order is the order of the file, everywhere."""

    translatable: ClassVar[frozenset[str]] = frozenset({"answer_words"})

    instrument: Instrument
    tiers: Tiers
    group: tuple[RespondentGroup, ...] = ()
    pillar: tuple[Pillar, ...] = ()
    basis: tuple[Basis, ...] = ()
    kind: tuple[Kind, ...] = ()
    status: tuple[Status, ...] = ()
    answer_words: Mapping[Code, Text] = Field(default_factory=dict)
    questionnaire: QuestionnaireWords = QuestionnaireWords()
    pack: Mapping[Language, PackWords] = Field(default_factory=dict)
    """The texts around a survey, by language."""
    term: tuple[Term, ...] = ()
    discipline: tuple[Discipline, ...] = ()
    profession: tuple[Profession, ...] = ()
    country: tuple[Country, ...] = ()
    region: tuple[Region, ...] = ()
    sets: tuple[MeasureSet, ...] = Field(default=(), alias="set")
    measure: Annotated[tuple[Measure, ...], Field(min_length=1)]
    retired: tuple[Retired, ...] = ()
    gap: tuple[Gap, ...] = ()
    side_by_side: tuple[SideBySide, ...] = ()
    association: tuple[Association, ...] = ()
    support_item: tuple[SupportItem, ...] = ()
    question: tuple[Question, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    reference: tuple[Reference, ...] = ()

    _retired: frozenset[str] = PrivateAttr(default=frozenset())

    @model_validator(mode="after")
    def _entries_agree(self) -> Self:
        check_entries(self)
        return self

    def with_retired(self, measures: Iterable[Measure]) -> "Catalogue":
        """The same with measures of earlier editions after its own. They are asked no more."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        extended = type(self).model_construct(**fields | {"measure": (*self.measure, *measures)})
        extended._retired = frozenset(extended.measures) - frozenset(self.measures)
        return extended

    @property
    def retired_ids(self) -> frozenset[str]:
        """The measures that earlier editions asked and this one does not."""
        return self._retired

    def series_id(self, measure: Measure) -> str:
        """The measure by whose name a series goes: the last of those that replaced each other and are comparable.

        It ends even where a circle stands in the store: no measure is passed twice.
        """
        successors = {later.replaces: later.id for later in self.measure if later.replaces and later.comparable}
        passed = [measure.id]
        while (successor := successors.get(passed[-1])) is not None and successor not in passed:
            passed.append(successor)
        return passed[-1]

    def chain(self, measure: Measure) -> list[str]:
        """The bases of a measure, nearest first; it stops where it would turn in a circle."""
        chain: list[str] = []
        while measure.base in self.measures and measure.base not in chain:
            chain.append(measure.base)
            measure = self.measures[measure.base]
        return chain

    def depends_on(self, measure: Measure) -> set[str]:
        """What must be known besides to understand a measure: its bases, and the one it lies within."""
        return {*self.chain(measure), *([measure.within] if measure.within else [])}

    def _measure_row(self, place: int, measure: Measure) -> dict[str, Any]:
        tier = self.tier(measure)
        return {
            "place": place,
            "measure_id": measure.id,
            "group": measure.group,
            "base": measure.base,
            "root": (self.chain(measure) or [measure.id])[-1],
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
    def sets_by_id(self) -> dict[str, MeasureSet]:
        return {entry.id: entry for entry in self.sets}

    @cached_property
    def computed_items(self) -> dict[str, Computed]:
        """The items whose status is worked out, and from what."""
        return {item.id: item.computed for item in self.support_item if item.computed}

    @cached_property
    def gaps_between_groups(self) -> tuple[Gap, ...]:
        """The gaps whose two sides are put to different people. They are shown side by side, and never subtracted."""
        groups = ((gap, self.measures[gap.expected].group, self.measures[gap.modelled].group) for gap in self.gap)
        return tuple(gap for gap, expected, modelled in groups if expected != modelled)

    @property
    def all_side_by_side(self) -> tuple[SideBySide, ...]:
        """Every pair of measures of two groups that is shown side by side."""
        return (*self.side_by_side, *map(self._as_side_by_side, self.gaps_between_groups))

    def _as_side_by_side(self, gap: Gap) -> SideBySide:
        places = {group: place for place, group in enumerate(self.groups)}
        sides = sorted((gap.expected, gap.modelled), key=lambda side: places[self.measures[side].group])
        return SideBySide(id=gap.id, title=gap.title, first=sides[0], second=sides[1])

    @cached_property
    def terms(self) -> dict[str, Term]:
        return {term.id: term for term in self.term}

    @cached_property
    def references(self) -> dict[str, Reference]:
        return {reference.id: reference for reference in self.reference}

    @cached_property
    def professions(self) -> dict[str, Profession]:
        return {profession.id: profession for profession in self.profession}

    @cached_property
    def groups(self) -> dict[Group, RespondentGroup]:
        """The groups of the catalogue; where it has no list, those that are asked, in neutral words."""
        given = {group.id: group for group in self.group}
        known = {*given, *(measure.group for measure in self.measure)}
        ordered = dict.fromkeys([*(group for group in NEUTRAL_GROUPS if group in known), *given, *sorted(known)])
        return {group: given.get(group) or neutral_group(group) for group in ordered}

    @property
    def responses(self) -> dict[Dataset, Group]:
        """The datasets in which a row is a person, and the group that answers."""
        return {Dataset.responses(group): group for group in self.groups}

    @property
    def datasets(self) -> tuple[Dataset, ...]:
        """The kinds of audit file of this instrument."""
        return (Dataset.PROGRAMMES, Dataset.COHORTS, *self.responses, Dataset.SUPPORT, Dataset.COUNTS)

    def group_of(self, dataset: Dataset) -> Group | None:
        """The group whose answers a dataset holds; None where a row of it is no person.

        Raises Refused where this instrument has no such dataset.
        """
        if dataset not in self.datasets:
            raise Refused(
                f"The catalogue “{self.instrument.id}” has no dataset {dataset}. It has {', '.join(self.datasets)}."
            )
        return self.responses.get(dataset)

    @cached_property
    def pillars(self) -> dict[PillarId, Pillar]:
        """Every pillar that has a measure, or stands in the catalogue's own list."""
        used = {measure.pillar for measure in self.measure}
        ordered = [*(code for code in NEUTRAL_PILLARS if code in used), *sorted(used - {*NEUTRAL_PILLARS})]
        neutral = (Pillar(id=code, title=NEUTRAL_PILLARS.get(code) or in_words(code)) for code in ordered)
        return {pillar.id: pillar for pillar in self.pillar or neutral}

    @cached_property
    def bases(self) -> dict[BasisId, Basis]:
        """Every basis that a measure has, or that stands in the catalogue's own list."""
        used = {measure.basis for measure in self.measure}
        ordered = [*(code for code in NEUTRAL_BASES if code in used), *sorted(used - {*NEUTRAL_BASES})]
        neutral = (Basis(id=code, title=NEUTRAL_BASES.get(code) or in_words(code)) for code in ordered)
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

    def translated_answers(self, measure: Measure, language: str) -> dict[str, str]:
        """The words of answers in another language: those for all questions, and before them those of this one."""
        words = (entry.translation("answer_words", language) or {} for entry in (self, measure))
        return {code: text for texts in words for code, text in texts.items()}

    def people(self, group: Group) -> str:
        """Who is asked, in words: `trainees`."""
        return self.groups[group].people

    def counted_as_no(self, measure: Measure) -> Measure | None:
        """The measure whose "no" counts as "no" to this one too, where this one was then left out.

        So it is in a table whose remark says so: a row within another row.
        """
        table = self.sets_by_id.get(measure.set_id or "")
        outer = self.measures.get(measure.within or "")
        if table is None or outer is None or table.remark is None or outer.set_id != measure.set_id:
            return None
        return outer

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
