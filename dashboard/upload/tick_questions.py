"""Questions with boxes to tick on the Upload page: what a blank means, and what each of several answers ticks.

Neither is ever guessed: a blank can be a box that was not ticked, and one that was not shown.
"""

from collections import abc
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from dashboard.components import text
from dashboard.upload import wording
from dashboard.upload.session import blanks_key, ticks_key
from pipelines.upload import Desk, Sheet, TickBoxes

NOT_ANSWERED, BASE, ANSWERED, EVERYBODY = "not_answered", "base", "answered", "everybody"


@dataclass
class Ticked:
    """What the person said about boxes to tick."""

    tick_all: list[dict[str, object]] = field(default_factory=list)
    """As entries of a mapping."""
    not_answered: list[str] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    """The columns that these entries make."""
    unsaid: list[str] = field(default_factory=list)
    """What is not said yet."""


def ask_blanks(desk: Desk, dataset: str, sheet: Sheet, columns: abc.Mapping[str, str], ticked: Ticked) -> None:
    """Ask about each group of columns that hold one cell and blanks, or hardly any other."""
    groups = desk.tick_boxes(sheet, dataset, columns)
    if groups:
        text.subheader(wording.BLANKS)
        text.paragraph(wording.BLANKS_SAID)
    for boxes in groups:
        _ask_about(desk, dataset, sheet, boxes, ticked)


def _ask_about(desk: Desk, dataset: str, sheet: Sheet, boxes: TickBoxes, ticked: Ticked) -> None:
    base = boxes.base.question if boxes.base else ""
    kinds = [*([BASE] if base else []), *([ANSWERED] if len(boxes.columns) > 1 else []), EVERYBODY, NOT_ANSWERED]
    label = wording.blanks(boxes.cell, list(boxes.columns), strayed=boxes.strayed)
    kinds = [NOT_ANSWERED] if boxes.strayed else kinds
    kind = _kind(label, kinds, base, blanks_key(boxes.cell, [*boxes.columns]))
    if kind is None:
        ticked.unsaid += boxes.columns
    elif kind == NOT_ANSWERED:
        ticked.not_answered += boxes.columns
    else:
        for column, heading in boxes.columns.items():
            group = {name: desk.place(sheet, place) for name, place in boxes.columns.items() if name != column}
            others = {"other_boxes": list(group.values())} if kind == ANSWERED else {}
            _add(
                desk,
                dataset,
                column,
                kind,
                {"boxes": {column: desk.place(sheet, heading)}, **others},
                boxes.cell,
                ticked,
            )


def _kind(label: str, kinds: Sequence[str], base: str, key: str) -> str | None:
    return st.selectbox(
        text.label(label),
        kinds,
        index=None,
        key=key,
        format_func=partial(wording.blank_meaning, base=base),
        placeholder=wording.NOT_SAID,
    )


def _add(
    desk: Desk, dataset: str, column: str, kind: str, entry: dict[str, object], cell: str | None, ticked: Ticked
) -> None:
    """An entry of the mapping for one column."""
    yes, no = desk.yes_and_no(dataset)[column]
    asked_of = desk.asked_of(dataset, column)
    asked: object = {asked_of[0]: list(asked_of[1])} if kind == BASE and asked_of else kind
    tick = {"ticked": [cell]} if cell is not None else {}
    ticked.tick_all.append({"unticked": no, "answer": yes, "asked": asked, **tick, **entry})
    ticked.columns.add(column)


# ---- several answers in one cell ----


def ask_answers(
    desk: Desk, dataset: str, sheet: Sheet, heading: str, free: Sequence[str], known: abc.Container[str], ticked: Ticked
) -> None:
    """Ask which columns each answer ticks, and what an answer means that is not ticked.

    `free`: the columns that are not made yet. `known`: those that are there, one of which may tell who was asked.
    """
    separator, answers = desk.answers_in_cells(sheet, heading)
    choosable = [column for column in free if column in desk.yes_and_no(dataset)]
    ticks = {answer: _columns(heading, answer, choosable) for answer in answers}
    columns = [column for column in choosable if any(column in chosen for chosen in ticks.values())]
    asked_of = {column: asked[0] for column in columns if (asked := desk.asked_of(dataset, column))}
    bases = {column: base for column, base in asked_of.items() if base in known}
    kinds = [*([BASE] if bases else []), ANSWERED, EVERYBODY]
    told = ", ".join(dict.fromkeys(bases.values()))
    kind = _kind(wording.unanswered(heading), kinds, told, blanks_key(heading, []))
    if kind is None or not columns:
        ticked.unsaid.append(heading)
        return
    for column in columns:
        own = [answer for answer, chosen in ticks.items() if column in chosen]
        others = [answer for answer in answers if answer not in own]
        entry = {"heading": desk.place(sheet, heading), "separator": separator, "answers": {column: own}}
        of_column = kind if kind != BASE or column in bases else EVERYBODY
        _add(desk, dataset, column, of_column, {**entry, "other_answers": others}, None, ticked)


def _columns(heading: str, answer: str, choosable: Sequence[str]) -> list[str]:
    return st.multiselect(
        text.label(wording.ticks(answer)), choosable, key=ticks_key(heading, answer), placeholder=wording.NO_COLUMN
    )
