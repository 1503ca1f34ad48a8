"""Matching a file on the Upload page: which heading is which column, and which cell means which answer.

The person decides. Suggestions are shown, and are taken only when the person asks for it.
"""

from collections import abc
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.components import text
from dashboard.upload import wording
from dashboard.upload.session import answer_key, constant_key, fill_in, fill_in_if_new, heading_key, session
from pipelines.errors import OpennessError
from pipelines.upload import YEAR, Desk, Mapping, Sheet, UnknownAnswers, UnmatchedColumns


@dataclass(frozen=True)
class _Matching:
    """What is matched: a sheet with a dataset. The `saved` mapping of last year fills in what it says."""

    desk: Desk
    dataset: str
    sheet: Sheet
    unmatched: UnmatchedColumns
    saved: Mapping | None

    @property
    def matched(self) -> dict[str, str]:
        """The headings that are columns of the dataset as they are."""
        return {name: name for name in self.sheet.headings if name not in self.unmatched.headings}

    @property
    def needed(self) -> bool:
        """Whether there is anything to ask."""
        return bool(self.unmatched.headings or self.unmatched.required or self.unknown_answers({}))

    def unknown_answers(self, columns: abc.Mapping[str, str]) -> list[UnknownAnswers]:
        """The cells to ask about, once these columns are known as well."""
        return self.desk.unknown_answers(self.sheet, self.dataset, {**self.matched, **columns})

    def still_required(self, given: abc.Collection[str]) -> list[str]:
        """The required columns, in order, that are not among those given."""
        return [name for name in self.unmatched.columns if name in self.unmatched.required and name not in given]


@dataclass(frozen=True)
class _Choices:
    """What the person has said so far, and what is still missing."""

    columns: dict[str, str]
    constants: dict[str, str]
    recode: dict[str, dict[str, str]]
    left_out: list[str]
    keep: dict[str, tuple[str, ...]]
    missing: list[str]
    chosen_twice: list[str]


def match(
    desk: Desk, dataset: str, sheet: Sheet, unmatched: UnmatchedColumns, saved: Mapping | None, *, done: bool
) -> None:
    """Ask the person about everything that the dataset does not know, as long as the file is there.

    What a `saved` mapping says is filled in, except the academic year. When it is `done`, the questions are folded
    away, and the choices can still be changed.
    """
    matching = _Matching(desk, dataset, sheet, unmatched, saved)
    if not matching.needed:
        return
    with text.expander(wording.MATCHING, expanded=not done):
        text.paragraph(wording.matching(unmatched.headings, matching.still_required(())))
        choices = _choices(matching)
        if st.button(text.label(wording.USE_MAPPING), type="primary"):
            _use(desk, dataset, choices)


def _choices(matching: _Matching) -> _Choices:
    _suggestions(matching.unmatched.suggested)
    meanings = _meanings(matching)
    columns = {column: heading for heading, column in meanings.items() if column != wording.LEFT_OUT}
    constants = _constants(matching, columns)
    recode = _recode(matching, columns)
    unsaid = [heading for heading in matching.unmatched.headings if heading not in meanings]
    _rest_not_needed(unsaid)
    chosen = list(meanings.values())
    return _Choices(
        columns | {column: column for column in recode if column not in columns},
        constants,
        recode,
        [heading for heading, column in meanings.items() if column == wording.LEFT_OUT],
        _rows_to_keep(matching),
        [*unsaid, *matching.still_required({*columns, *constants})],
        [column for column in columns if chosen.count(column) > 1],
    )


def _use(desk: Desk, dataset: str, choices: _Choices) -> None:
    """Make the mapping, if nothing is missing and each column was chosen once."""
    if choices.missing or choices.chosen_twice:
        text.warning(wording.not_yet(choices.missing, choices.chosen_twice))
        return
    try:
        mapping, content = desk.mapping(
            dataset, choices.columns, choices.constants, choices.recode, choices.left_out, keep=choices.keep
        )
    except OpennessError as error:
        text.warning(error.for_visitors)
        return
    session().mapping = dataset, mapping, content
    st.rerun()


# ---- headings ----


def _suggestions(suggested: abc.Mapping[str, str]) -> None:
    if suggested:
        text.caption(wording.suggestions(suggested))
        st.button(text.label(wording.TAKE_SUGGESTIONS), on_click=_take_suggestions, args=(suggested,))


def _take_suggestions(suggested: abc.Mapping[str, str]) -> None:
    for column, heading in suggested.items():
        fill_in(heading_key(heading), column)


def _rest_not_needed(headings: Sequence[str]) -> None:
    if headings:
        text.caption(wording.still_to_say(headings))
        st.button(text.label(wording.REST_NOT_NEEDED), on_click=_leave_out, args=(headings,))


def _leave_out(headings: Sequence[str]) -> None:
    for heading in headings:
        fill_in(heading_key(heading), wording.LEFT_OUT)


def _meanings(matching: _Matching) -> dict[str, str]:
    """What each heading is: a column that the file lacks, or something to leave out. Headings not yet chosen are
    absent."""
    chosen = {heading: _meaning(matching, heading) for heading in matching.unmatched.headings}
    return {heading: column for heading, column in chosen.items() if column is not None}


def _meaning(matching: _Matching, heading: str) -> str | None:
    columns = matching.unmatched.columns
    options = [wording.LEFT_OUT, *columns]
    earlier = _earlier_meaning(heading, matching.saved)
    if earlier in options:
        fill_in_if_new(heading_key(heading), earlier)
    return st.selectbox(
        text.label(wording.heading(heading)),
        options,
        index=None,
        key=heading_key(heading),
        format_func=lambda column: wording.column(column, columns.get(column, "")),
        placeholder=wording.NOT_SAID,
    )


def _earlier_meaning(heading: str, saved: Mapping | None) -> str:
    """What the mapping of last year says about a heading."""
    if saved is None:
        return ""
    rules = saved.rules
    left_out = rules.ignore_others or heading in (*rules.ignore, *rules.drop, *rules.keep)
    column = next((column for column, source in rules.columns.items() if source == heading), None)
    return column or (wording.LEFT_OUT if left_out else "")


def _constants(matching: _Matching, columns: abc.Mapping[str, str]) -> dict[str, str]:
    """Values that are the same in every row, for required columns under no heading. The year is asked for each time."""
    earlier = matching.saved.rules.constants if matching.saved else {}
    free = {name: value for name, value in earlier.items() if name in matching.unmatched.columns}
    constants = {name: value for name, value in free.items() if name not in columns and name != YEAR}
    for name in matching.still_required(columns):
        fill_in_if_new(constant_key(name), constants.get(name, ""))
        constants[name] = st.text_input(text.label(wording.constant(name)), key=constant_key(name)).strip()
        if name == YEAR and free.get(name):
            text.caption(wording.year_before(free[name]))
    return {name: value for name, value in constants.items() if value}


def _rows_to_keep(matching: _Matching) -> dict[str, tuple[str, ...]]:
    """Which rows the mapping of last year keeps, as far as the file has the headings."""
    keep = matching.saved.rules.keep if matching.saved else {}
    return {heading: cells for heading, cells in keep.items() if heading in matching.sheet.headings}


# ---- answers ----


def _recode(matching: _Matching, columns: abc.Mapping[str, str]) -> dict[str, dict[str, str]]:
    """By column, each cell that is no answer, and the answer that it means: as last year, unless chosen otherwise."""
    earlier = matching.saved.rules.recode if matching.saved else {}
    chosen = _chosen_answers(matching.unknown_answers(columns), earlier)
    known = [column for column in columns if column in earlier]
    return chosen | {column: {**earlier[column], **chosen.get(column, {})} for column in known}


def _chosen_answers(
    unknown: Sequence[UnknownAnswers], earlier: abc.Mapping[str, abc.Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """Ask about each cell. What it may mean is shown, and is not taken unless the person asks for it."""
    chosen: dict[str, dict[str, str]] = {}
    if unknown:
        text.subheader(wording.ANSWERS)
        st.button(text.label(wording.TAKE_LIKELY), on_click=_take_likely, args=(unknown,))
    for answers in unknown:
        for cell, columns in answers.columns.items():
            known = [earlier[column][cell] for column in columns if cell in earlier.get(column, {})]
            code = _answer(answers, cell, known[0] if known else None)
            for column in columns if code is not None else ():
                chosen.setdefault(column, {})[cell] = str(code)
    return chosen


def _answer(answers: UnknownAnswers, cell: str, earlier: str | None) -> str | None:
    key = answer_key(cell, answers.codes)
    options = [*answers.codes, wording.NO_ANSWER]
    if earlier is not None and earlier in options:
        fill_in_if_new(key, earlier)
    return st.selectbox(
        text.label(wording.cell(cell, answers.columns[cell], answers.likely.get(cell, ""))),
        options,
        index=None,
        key=key,
        format_func=wording.answer,
        placeholder=wording.NOT_SAID,
    )


def _take_likely(unknown: Sequence[UnknownAnswers]) -> None:
    for answers in unknown:
        for cell, likely in answers.likely.items():
            fill_in(answer_key(cell, answers.codes), likely)
