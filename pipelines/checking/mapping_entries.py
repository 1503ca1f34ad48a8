"""The entries of a mapping: what each may say, and what no two of them may say at once."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from pipelines.reading.personal_headings import looks_droppable
from pipelines.reading.reader import tidy

LAST_COLUMN = 16_384
"""Excel has no more columns."""
RANGE = re.compile(r"(-?\d+(?:\.\d+)?) ?(?:-|–|—|to) ?(-?\d+(?:\.\d+)?)")
"""A range of numbers, such as 0-49. Both ends belong to it."""
MOST_COLUMNS = 1_000
"""Columns that a mapping can make; and rows that each row of a wide table can stand for."""
YEAR = "academic_year"


def _as_list(value: Any) -> Any:
    """One entry is as good as a list of one."""
    return value if isinstance(value, list | tuple) else [value]


def _as_place(value: Any) -> Any:
    return {"heading": value} if isinstance(value, str) else value


def _as_source(value: Any) -> Any:
    """A heading alone, and a list of which any counts, are short for what they mean."""
    if isinstance(value, str):
        return {"heading": value}
    if isinstance(value, list):
        return {"any_of": value}
    if not isinstance(value, dict | BaseModel):
        raise ValueError("Input should be a valid string")
    return value


def _as_keep(value: Any) -> Any:
    return {"equals": value} if isinstance(value, str | list | tuple) else value


def _distinct(value: Any) -> Any:
    """Refuse two keys that differ in white space only: the second would take the place of the first."""
    if isinstance(value, dict):
        twice = [key for key, times in Counter(tidy(str(key)) for key in value).items() if times > 1]
        if twice:
            raise ValueError(f"“{twice[0]}” is given twice, with other white space; keep one")
    return value


Tidy = Annotated[str, AfterValidator(tidy)]
Codes = Annotated[dict[Tidy, Tidy], BeforeValidator(_distinct)]
Texts = Annotated[tuple[Tidy, ...], BeforeValidator(_as_list)]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Place(Entry):
    """Which column of the file: by its heading, or where headings are blank or come twice, by letter or position."""

    heading: Tidy | None = None
    letter: Annotated[str, Field(pattern="^[A-Za-z]{1,3}$")] | None = None
    position: Annotated[int, Field(ge=1, le=LAST_COLUMN)] | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if len(self.model_fields_set & {"heading", "letter", "position"}) != 1:
            raise ValueError("say which column: its heading, or its letter, or its position")
        return self

    @property
    def index(self) -> int | None:
        """Where in the file it is, from 0, if it is not said by its heading."""
        if self.letter is None:
            return None if self.position is None else self.position - 1
        number = 0
        for letter in self.letter.upper():
            number = number * 26 + ord(letter) - ord("A") + 1
        return number - 1

    def __str__(self) -> str:
        if self.letter is not None:
            return f"column {self.letter.upper()}"
        return f"column {self.position}" if self.heading is None else self.heading


OnePlace = Annotated[Place, BeforeValidator(_as_place)]
Places = Annotated[tuple[OnePlace, ...], BeforeValidator(_as_list)]


class Source(Entry):
    """From which column of the file a column comes, or from which several, and how."""

    heading: Tidy | None = None
    letter: str | None = None
    position: int | None = None
    any_of: Places = ()
    """The answer is yes where any of these is, and no where all are."""
    sum: Places = ()
    """Numbers of people to add up."""
    date: Literal["D/M/Y", "M/D/Y", "Y-M-D"] | None = None
    """The column holds dates in this order, and the academic year is that of the date."""
    first_month: Annotated[int, Field(ge=1, le=12)] | None = None
    """The month in which these academic years begin, where it is not that of the instrument."""
    percent_of: OnePlace | None = None
    """The column holds percentages of the number in that column."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if bool(self.any_of) + bool(self.sum) + (self._one_place is not None) != 1:
            raise ValueError("say one of heading, letter, position, any_of and sum")
        if self.first_month and not self.date:
            raise ValueError("first_month: it needs a date, of which the academic year is made")
        return self

    @property
    def _one_place(self) -> Place | None:
        given = {name: getattr(self, name) for name in ("heading", "letter", "position")}
        said = {name: value for name, value in given.items() if value is not None}
        return Place.model_validate(said) if said else None

    @property
    def places(self) -> tuple[Place, ...]:
        """The columns of the file it is made of, but for the numbers that percentages are of."""
        place = self._one_place
        return (place,) if place else (*self.any_of, *self.sum)

    @property
    def all_places(self) -> tuple[Place, ...]:
        return (*self.places, *([self.percent_of] if self.percent_of else []))

    @property
    def is_plain(self) -> bool:
        """Whether the cells are taken as they stand, but for recoding."""
        return self._one_place is not None and self.date is None and self.percent_of is None


Sources = dict[str, Annotated[Source, BeforeValidator(_as_source)]]


class Keep(Entry):
    """Which rows to keep, by the cells of one column."""

    equals: Texts = ()
    is_not: Annotated[Texts, Field(alias="not")] = ()
    filled: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.equals or self.is_not or self.filled):
            raise ValueError("say which rows to keep: equals, not, or filled = true")
        if {*self.equals} & {*self.is_not}:
            raise ValueError("the same cell is to be kept and not to be kept")
        return self


class Scale(Entry):
    """One recoding for several columns that are answered on one scale."""

    columns: tuple[str, ...]
    codes: Codes


class TickAll(Entry):
    """A question of which several answers may be ticked: a column for each box, or all answers in one cell.

    An answer that is not ticked leaves a blank, so it is said what that means, and who was asked.
    """

    unticked: Tidy
    """The code of an answer that somebody who was asked did not tick."""
    asked: Literal["everybody", "answered"] | dict[str, Texts]
    """Who was asked: everybody; whoever ticked any of it; or whoever has one of these codes in other columns."""
    answer: Tidy = "yes"
    """The code of an answer that was ticked."""
    boxes: dict[str, Places] = {}
    other_boxes: Places = ()
    """Boxes that no column is about, such as “Nobody”. Who ticked one was asked."""
    ticked: Texts = ()
    """The cells that are a tick."""
    not_ticked: Texts = ()
    """The cells that are none, besides blank ones."""
    heading: OnePlace | None = None
    separator: str = ";"
    answers: dict[str, Texts] = {}
    other_answers: Texts = ()

    @model_validator(mode="after")
    def _is_boxes_or_a_cell(self) -> Self:
        if bool(self.boxes) == bool(self.heading):
            raise ValueError("say either boxes, each with its column, or the heading under which all answers stand")
        if self.boxes and not self.ticked:
            raise ValueError("ticked: say which cells are a tick")
        if self.heading and not (self.answers and self.separator):
            raise ValueError("answers: say which answer ticks which column, and what separates them")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.boxes, *self.answers)

    @property
    def all_answers(self) -> tuple[str, ...]:
        """Every answer that may stand in a cell of several."""
        return (*(answer for texts in self.answers.values() for answer in texts), *self.other_answers)

    @property
    def places(self) -> tuple[Place, ...]:
        boxes = [place for places in self.boxes.values() for place in places]
        return (*boxes, *self.other_boxes, *([self.heading] if self.heading else []))


class Wide(Entry):
    """One of several rows that each row of the file stands for."""

    columns: Sources
    constants: dict[str, Tidy] = {}


class Entries(Entry):
    """Everything a mapping can say."""

    dataset: str
    columns: Sources
    constants: dict[str, Tidy] = {}
    recode: dict[str, Codes] = {}
    ranges: dict[str, Codes] = {}
    scale: tuple[Scale, ...] = ()
    missing: Texts = ()
    """Cells that are blank in truth, in every column."""
    tick_all: tuple[TickAll, ...] = ()
    not_answered: tuple[str, ...] = ()
    """Columns of a single answer whose blank cells were not answered, or not asked."""
    wide: tuple[Wide, ...] = ()
    keep: Annotated[dict[Tidy, Annotated[Keep, BeforeValidator(_as_keep)]], BeforeValidator(_distinct)] = {}
    ignore: tuple[Tidy | Place, ...] = ()
    ignore_others: bool = False
    drop: tuple[Tidy, ...] = ()

    def codes(self, column: str) -> dict[str, str]:
        """What the cells of a column mean. What is said of the column alone goes before its scale."""
        scales = (scale.codes for scale in self.scale if column in scale.columns)
        return {cell: code for codes in scales for cell, code in codes.items()} | self.recode.get(column, {})

    @property
    def made(self) -> tuple[str, ...]:
        """The columns that it makes, each as often as it is said."""
        boxes = [column for question in self.tick_all for column in question.columns]
        wide = {column for row in self.wide for column in (*row.columns, *row.constants)}
        return (*self.columns, *self.constants, *boxes, *wide)

    @property
    def places(self) -> tuple[Place, ...]:
        """The columns of the file that it uses."""
        sources = [*self.columns.values(), *(source for row in self.wide for source in row.columns.values())]
        used = [place for source in sources for place in source.all_places]
        used += [place for question in self.tick_all for place in question.places]
        return tuple(dict.fromkeys(used))


def contradiction(entries: Entries, dataset: str) -> str | None:
    """Why the entries of a mapping cannot be right, or None."""
    return next(_contradictions(entries, dataset), None)


def _contradictions(entries: Entries, dataset: str) -> Iterator[str]:
    if entries.dataset != dataset:
        yield f"this mapping is for {entries.dataset}, and the file was given as {dataset}."
    if len(entries.made) > MOST_COLUMNS or len(entries.wide) > MOST_COLUMNS:
        yield f"it makes more than {MOST_COLUMNS:,} columns. No dataset has as many."
    yield from _made_twice(entries)
    yield from _recoding_nothing(entries)
    if entries.ignore and entries.ignore_others:
        yield "give either the list ignore or ignore_others = true, not both."
    for heading in entries.drop:
        if not looks_droppable(heading):
            yield f'drop, "{heading}": only response ids and time stamps can be dropped.'
    yield from _never_matching(entries)
    yield from _always_ticked(entries)
    yield from _wrong_ranges(entries)
    for column, source in entries.columns.items():
        if source.date and column != YEAR:
            yield f"columns, {column}: only academic_year can be made from a date."


def _made_twice(entries: Entries) -> Iterator[str]:
    doubled = set(entries.columns) & set(entries.constants)
    if doubled:
        yield f"{min(doubled)} is given both as a column and as a constant; keep one."
    for column, times in Counter(entries.made).items():
        if times > 1:
            yield f"{column} is made twice; keep one."
    scaled = Counter(column for scale in entries.scale for column in scale.columns)
    for column, times in scaled.items():
        if times > 1:
            yield f"scale, {column}: it is recoded by {times} scales; keep one."


def _recoding_nothing(entries: Entries) -> Iterator[str]:
    wide = {column for row in entries.wide for column in row.columns}
    for name, recoded in (("recode", entries.recode), ("ranges", entries.ranges)):
        for column in sorted(set(recoded) - set(entries.columns) - wide):
            yield f"{name}.{column}: there is no such entry under [columns]."
    for scale in entries.scale:
        for column in scale.columns:
            if column not in entries.columns:
                yield f"scale, {column}: there is no such entry under [columns]."


def _never_matching(entries: Entries) -> Iterator[str]:
    """Cells that an entry speaks of and that can never come to it."""
    spoken_of = [(f"recode.{column}", cell) for column, codes in entries.recode.items() for cell in codes]
    spoken_of += [("scale", cell) for scale in entries.scale for cell in scale.codes]
    for question in entries.tick_all:
        spoken_of += [("tick_all", cell) for cell in (*question.ticked, *question.all_answers)]
        if "" in (*question.ticked, *question.all_answers):
            yield "tick_all: a blank cell cannot be a tick."
        for cell in {*question.ticked} & {*question.not_ticked}:
            yield f"tick_all: “{cell}” cannot be both a tick and none."
    for entry, cell in spoken_of:
        if cell and cell in entries.missing:
            yield f"{entry}: “{cell}” can never match, because missing makes it a blank."


def _always_ticked(entries: Entries) -> Iterator[str]:
    """Columns that everybody has ticked who is taken as asked, so that nobody could say no."""
    for question in entries.tick_all:
        known = {*question.places} if question.boxes else {*question.all_answers}
        ticks = question.boxes if question.boxes else question.answers
        for column, places in ticks.items():
            if question.asked == "answered" and {*places} >= known:
                yield (
                    f'tick_all, {column}: by asked = "answered" everybody who was asked has ticked it. Say otherwise '
                    f"who was asked, or name the other answers of the question under other_boxes or other_answers."
                )


def _wrong_ranges(entries: Entries) -> Iterator[str]:
    for column, codes in entries.ranges.items():
        limits = [as_range(text) for text in codes]
        for text, limit in zip(codes, limits, strict=True):
            if limit is None or limit[0] > limit[1]:
                yield f"ranges.{column}: “{text}” is no range. Write the lower end first, such as 0-49."
        in_order = sorted(limit for limit in limits if limit)
        if any(lower[1] >= upper[0] for lower, upper in pairwise(in_order)):
            yield f"ranges.{column}: two ranges overlap."


def as_range(text: str) -> tuple[float, float] | None:
    """Both ends of a range."""
    ends = RANGE.fullmatch(text)
    return (float(ends[1]), float(ends[2])) if ends else None
