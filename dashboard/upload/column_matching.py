"""Matching a file on the Upload page: which heading is which column, and which cell which answer.

A person says it. Suggestions are shown, and taken only when asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.components.markdown_escape import literally
from dashboard.upload import wording
from dashboard.upload.session import said
from pipelines.checking.mapping import Mapping as Rules
from pipelines.errors import OpennessError
from pipelines.reading.reader import Sheet
from pipelines.upload import YEAR, Desk, Strange, Unmatched


def match(desk: Desk, dataset: str, sheet: Sheet, unmatched: Unmatched, saved: Rules | None, *, done: bool) -> None:
    """What the dataset does not know is matched by the person. Suggestions are shown, and taken only when asked.

    What a `saved` mapping says is filled in, but for the academic year. What was chosen can be changed as long as the
    file is there.
    """
    own = {name: name for name in sheet.headings if name not in unmatched.headings}
    if not (unmatched.headings or unmatched.required or desk.strange_cells(sheet, dataset, own)):
        return
    with st.expander(wording.MATCHING, expanded=not done):
        st.write(
            wording.matching(unmatched.headings, [name for name in unmatched.columns if name in unmatched.required])
        )
        chosen = _chosen(desk, dataset, sheet, unmatched, saved, own)
        if st.button(wording.USE_MAPPING, type="primary"):
            _use(desk, dataset, chosen)


@dataclass(frozen=True)
class _Chosen:
    """What was said so far, and what has still to be said."""

    columns: dict[str, str]
    constants: dict[str, str]
    recode: dict[str, dict[str, str]]
    left_out: list[str]
    keep: Mapping[str, Sequence[str]]
    still: list[str]
    twice: list[str]


def _chosen(
    desk: Desk, dataset: str, sheet: Sheet, unmatched: Unmatched, saved: Rules | None, own: Mapping[str, str]
) -> _Chosen:
    before = saved.rules if saved else None
    if unmatched.suggested:
        st.caption(wording.suggestions(unmatched.suggested))
        st.button(wording.TAKE_SUGGESTIONS, on_click=_take, args=(unmatched.suggested,))
    means = _meanings(unmatched, saved)
    columns = {column: heading for heading, column in means.items() if column != wording.LEFT_OUT}
    constants = _constants(unmatched, columns, before.constants if before else {})
    known = before.recode if before else {}
    recode = _recode(desk.strange_cells(sheet, dataset, {**own, **columns}), known)
    recode |= {column: {**known[column], **recode.get(column, {})} for column in columns if column in known}
    said_of = [column for column in means.values() if column != wording.LEFT_OUT]
    required = [name for name in unmatched.columns if name in unmatched.required and name not in {*columns, *constants}]
    still = [heading for heading in unmatched.headings if heading not in means]
    if still:
        st.caption(wording.still_to_say(still))
        st.button(wording.REST_NOT_NEEDED, on_click=_leave_out, args=(still,))
    return _Chosen(
        columns | {column: column for column in recode if column not in columns},
        constants,
        recode,
        [heading for heading, column in means.items() if column == wording.LEFT_OUT],
        {heading: cells for heading, cells in before.keep.items() if heading in sheet.headings} if before else {},
        [*still, *required],
        [column for column in columns if said_of.count(column) > 1],
    )


def _use(desk: Desk, dataset: str, chosen: _Chosen) -> None:
    """Take what was said for the mapping, if all of it is said, and each column once."""
    if chosen.still or chosen.twice:
        st.warning(wording.not_yet(chosen.still, chosen.twice))
        return
    try:
        made = desk.mapping(dataset, chosen.columns, chosen.constants, chosen.recode, chosen.left_out, keep=chosen.keep)
    except OpennessError as wrong:
        st.warning(literally(str(wrong)))
        return
    st.session_state["mapping"] = dataset, *made
    st.rerun()


def _take(suggested: Mapping[str, str]) -> None:
    for column, heading in suggested.items():
        st.session_state[said(f"means_{heading}")] = column


def _leave_out(headings: Sequence[str]) -> None:
    for heading in headings:
        st.session_state[said(f"means_{heading}")] = wording.LEFT_OUT


def _meanings(unmatched: Unmatched, saved: Rules | None) -> dict[str, str]:
    """What each heading was said to be: a column that the file lacks, or something to leave out."""
    options = [wording.LEFT_OUT, *unmatched.columns]
    chosen = {}
    for heading in unmatched.headings:
        key = said(f"means_{heading}")
        before = _said_before(heading, saved)
        if before in options:
            st.session_state.setdefault(key, before)
        chosen[heading] = st.selectbox(
            wording.heading(heading),
            options,
            index=None,
            key=key,
            format_func=lambda column: wording.column(column, unmatched.columns.get(column, "")),
            placeholder=wording.NOT_SAID,
        )
    return {heading: column for heading, column in chosen.items() if column is not None}


def _said_before(heading: str, saved: Rules | None) -> str | None:
    if saved is None:
        return None
    rules = saved.rules
    column = next((column for column, of in rules.columns.items() if of == heading), None)
    left_out = rules.ignore_others or heading in (*rules.ignore, *rules.drop, *rules.keep)
    return column or (wording.LEFT_OUT if left_out else None)


def _constants(unmatched: Unmatched, columns: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """The same value in every row, for what must be there and is under no heading. The year is said anew each time."""
    given = {name: value for name, value in before.items() if name in unmatched.columns and name not in columns}
    last = given.pop(YEAR, None)
    for name in unmatched.columns:
        if name in unmatched.required and name not in columns:
            key = said(f"constant_{name}")
            st.session_state.setdefault(key, given.get(name, ""))
            given[name] = st.text_input(wording.constant(name), key=key).strip()
            if name == YEAR and last:
                st.caption(wording.year_before(last))
    return {name: value for name, value in given.items() if value}


def _recode(strange: Sequence[Strange], before: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Each cell that is no answer, and the answer it stands for. What it is like is said, and not taken unasked."""
    chosen: dict[str, dict[str, str]] = {}
    if strange:
        st.subheader(wording.ANSWERS)
        st.button(wording.TAKE_LIKELY, on_click=_take_likely, args=(strange,))
    for cells in strange:
        for cell, columns in cells.columns.items():
            known = [before[column][cell] for column in columns if cell in before.get(column, {})]
            code = _answer(cells, cell, known[0] if known else None)
            if code is not None:
                for column in columns:
                    chosen.setdefault(column, {})[cell] = code
    return chosen


def _answer(cells: Strange, cell: str, before: str | None) -> str | None:
    key = _cell_key(cells, cell)
    options = [*cells.codes, wording.NO_ANSWER]
    if before in options:
        st.session_state.setdefault(key, before)
    chosen: str | None = st.selectbox(
        wording.cell(cell, cells.columns[cell], cells.likely.get(cell, "")),
        options,
        index=None,
        key=key,
        format_func=wording.answer,
        placeholder=wording.NOT_SAID,
    )
    return chosen


def _take_likely(strange: Sequence[Strange]) -> None:
    for cells in strange:
        for cell, likely in cells.likely.items():
            st.session_state[_cell_key(cells, cell)] = likely


def _cell_key(cells: Strange, cell: str) -> str:
    return said(f"cell {cell} of {' '.join(cells.codes)}")
