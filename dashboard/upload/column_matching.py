"""Matching a file on the Upload page: which heading is which column, and which cell means which answer.

The person decides. Suggestions are shown, and are taken only when the person asks for it.
"""

from collections import abc
from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from dashboard.components import text
from dashboard.upload import wording
from dashboard.upload.session import (
    Widget,
    answer_key,
    constant_key,
    date_key,
    fill_in,
    fill_in_if_new,
    heading_key,
    programme_key,
    session,
)
from dashboard.upload.tick_questions import Ticked, ask_answers, ask_blanks
from pipelines.errors import OpennessError
from pipelines.upload import PROGRAMME, YEAR, Desk, Mapping, Sheet, UnknownAnswers, UnmatchedColumns


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
        unknown = self.unmatched.headings or self.unmatched.required or self.unknown_answers({})
        return bool(unknown or self.desk.tick_boxes(self.sheet, self.dataset, self.matched))

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
    keep: dict[str, object]
    ticked: Ticked
    date_order: str | None
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
        if saved is not None and not desk.is_plain(saved) and desk.fits(saved, sheet):
            _use_as_it_is(desk, dataset, saved)
            return
        text.paragraph(wording.matching(unmatched.headings, matching.still_required(())))
        choices = _choices(matching)
        if st.button(text.label(wording.USE_MAPPING), type="primary"):
            _use(desk, dataset, sheet, choices)


def _use_as_it_is(desk: Desk, dataset: str, saved: Mapping) -> None:
    """A mapping that says more than can be chosen here is used whole. The year alone is asked for anew."""
    text.paragraph(wording.rich_mapping(saved.file))
    year = st.text_input(text.label(wording.OTHER_YEAR), key=constant_key(YEAR)).strip()
    text.caption(wording.year_before(saved.rules.constants.get(YEAR, "")))
    if not st.button(text.label(wording.USE_AS_IT_IS), type="primary"):
        return
    if not year:
        text.warning(wording.not_yet([YEAR], []))
        return
    session().mapping = (dataset, *desk.with_year(saved, year))
    st.rerun()


def _choices(matching: _Matching) -> _Choices:
    _suggestions(matching.unmatched.suggested)
    meanings = _meanings(matching)
    no_columns = (wording.LEFT_OUT, wording.SEVERAL)
    columns = {column: heading for heading, column in meanings.items() if column not in no_columns}
    constants = _constants(matching, columns)
    ticked = _ticked(matching, meanings, columns)
    answered = {column: heading for column, heading in columns.items() if column not in ticked.columns}
    recode = _recode(matching, answered, ticked) | _programme_ids(matching, columns)
    order, unsaid_dates = _date_order(matching, columns)
    unsaid = [heading for heading in matching.unmatched.headings if heading not in meanings]
    _rest_not_needed(unsaid)
    chosen = list(meanings.values())
    return _Choices(
        answered | {column: column for column in recode if column not in answered},
        constants,
        recode,
        [heading for heading, column in meanings.items() if column == wording.LEFT_OUT],
        _rows_to_keep(matching),
        ticked,
        order,
        [*unsaid, *ticked.unsaid, *unsaid_dates, *matching.still_required({*columns, *constants})],
        [column for column in columns if chosen.count(column) > 1],
    )


def _ticked(matching: _Matching, meanings: abc.Mapping[str, str], columns: abc.Mapping[str, str]) -> Ticked:
    """What the person says about boxes to tick."""
    ticked, known = Ticked(), {**matching.matched, **columns}
    ask_blanks(matching.desk, matching.dataset, matching.sheet, known, ticked)
    for heading, column in meanings.items():
        if column == wording.SEVERAL:
            free = [name for name in matching.unmatched.columns if name not in {*columns, *ticked.columns}]
            ask_answers(matching.desk, matching.dataset, matching.sheet, heading, free, known, ticked)
    return ticked


def _programme_ids(matching: _Matching, columns: abc.Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Which id each name of a programme stands for."""
    heading = columns.get(PROGRAMME)
    likely = matching.desk.unknown_programmes(matching.sheet, heading) if heading else {}
    if any(likely.values()):
        st.button(
            text.label(wording.TAKE_LIKELY), key=Widget.LIKELY_PROGRAMMES, on_click=_take_programmes, args=(likely,)
        )
    saved = matching.saved.rules.codes(PROGRAMME) if matching.saved else {}
    ids = {name: _programme_id(name, likely[name], saved.get(name, "")) for name in likely}
    given = {name: programme_id for name, programme_id in ids.items() if programme_id}
    return {PROGRAMME: given} if given else {}


def _programme_id(name: str, likely: str, earlier: str) -> str:
    fill_in_if_new(programme_key(name), earlier)
    return st.text_input(text.label(wording.programme_name(name, likely)), key=programme_key(name)).strip()


def _take_programmes(likely: abc.Mapping[str, str]) -> None:
    for name, programme_id in likely.items():
        fill_in(programme_key(name), programme_id)


def _date_order(matching: _Matching, columns: abc.Mapping[str, str]) -> tuple[str | None, list[str]]:
    """In which order the dates are written from which the academic year is made, and what is still to say of it."""
    heading = columns.get(YEAR)
    orders = matching.desk.date_orders(matching.sheet, heading) if heading else []
    if heading is None or not orders:
        return None, []
    order = st.selectbox(
        text.label(wording.date_order(heading)),
        orders,
        index=None,
        key=date_key(heading),
        format_func=wording.DATE_ORDERS.__getitem__,
        placeholder=wording.NOT_SAID,
    )
    return order, [] if order else [heading]


def _use(desk: Desk, dataset: str, sheet: Sheet, choices: _Choices) -> None:
    """Make the mapping, if nothing is missing and each column was chosen once."""
    if choices.missing or choices.chosen_twice:
        text.warning(wording.not_yet(choices.missing, choices.chosen_twice))
        return
    try:
        mapping, content = desk.mapping(
            dataset,
            _sources(desk, sheet, choices),
            choices.constants,
            choices.recode,
            [desk.place(sheet, heading) for heading in choices.left_out],
            keep=choices.keep,
            tick_all=choices.ticked.tick_all,
            not_answered=choices.ticked.not_answered,
        )
    except OpennessError as error:
        text.warning(error.for_visitors)
        return
    session().mapping = dataset, mapping, content
    st.rerun()


def _sources(desk: Desk, sheet: Sheet, choices: _Choices) -> dict[str, object]:
    """Where each column comes from, as a mapping says it."""
    sources = {column: desk.place(sheet, heading) for column, heading in choices.columns.items()}
    if choices.date_order:
        year = sources[YEAR]
        place = year if isinstance(year, dict) else {"heading": year}
        sources[YEAR] = {**place, "date": choices.date_order}
    return sources


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
    several = [wording.SEVERAL] if matching.desk.answers_in_cells(matching.sheet, heading)[1] else []
    options = [wording.LEFT_OUT, *several, *columns]
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
    column = next((column for column in rules.columns if [*map(str, saved.places(column))] == [heading]), None)
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


def _rows_to_keep(matching: _Matching) -> dict[str, object]:
    """Which rows the mapping of last year keeps, as far as the file has the headings."""
    keep = (
        matching.saved.rules.model_dump(by_alias=True, exclude_defaults=True).get("keep", {}) if matching.saved else {}
    )
    return {heading: cells for heading, cells in keep.items() if heading in matching.sheet.headings}


# ---- answers ----


def _recode(matching: _Matching, columns: abc.Mapping[str, str], ticked: Ticked) -> dict[str, dict[str, str]]:
    """By column, each cell that is no answer, and the answer that it means: as last year, unless chosen otherwise."""
    earlier = matching.saved.rules.recode if matching.saved else {}
    unknown = [_without(answers, ticked.columns) for answers in matching.unknown_answers(columns)]
    chosen = _chosen_answers([answers for answers in unknown if answers.columns], earlier)
    known = [column for column in columns if column in earlier]
    return chosen | {column: {**earlier[column], **chosen.get(column, {})} for column in known}


def _without(answers: UnknownAnswers, columns: abc.Container[str]) -> UnknownAnswers:
    """Unknown answers but for those in some columns."""
    left = {cell: [name for name in names if name not in columns] for cell, names in answers.columns.items()}
    return replace(answers, columns={cell: names for cell, names in left.items() if names})


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
