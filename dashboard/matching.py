"""Matching a file on the Upload page: which heading is which column, and which cell which answer.

A person says it. Suggestions are shown, and taken only when asked.
"""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import wording_upload as wording
from dashboard.keeping import said
from pipelines.desk import Desk, Strange, Unmatched
from pipelines.reading import Sheet


def match(desk: Desk, dataset: str, sheet: Sheet, unmatched: Unmatched, *, done: bool) -> None:
    """What the dataset does not know is matched by the person. Suggestions are shown, and taken only when asked.

    What was chosen can be changed as long as the file is there.
    """
    own = {name: name for name in sheet.headings if name not in unmatched.headings}
    if not (unmatched.headings or unmatched.required or desk.strange_cells(sheet, dataset, own)):
        return
    with st.expander(wording.MATCHING, expanded=not done):
        st.write(
            wording.matching(unmatched.headings, [name for name in unmatched.columns if name in unmatched.required])
        )
        _matched(desk, dataset, sheet, unmatched, own)


def _matched(desk: Desk, dataset: str, sheet: Sheet, unmatched: Unmatched, own: Mapping[str, str]) -> None:
    if unmatched.suggested:
        st.caption(wording.suggestions(unmatched.suggested))
        st.button(wording.TAKE_SUGGESTIONS, on_click=_take, args=(unmatched.suggested,))
    means = _meanings(unmatched)
    columns = {column: heading for heading, column in means.items() if column != wording.LEFT_OUT}
    constants = _constants(unmatched, columns)
    recode = _recode(desk.strange_cells(sheet, dataset, {**own, **columns}))
    columns |= {column: column for column in recode if column not in columns}
    left_out = [heading for heading, column in means.items() if column == wording.LEFT_OUT]
    if still := [heading for heading in unmatched.headings if heading not in means]:
        st.caption(wording.still_to_say(still))
    if st.button(wording.USE_MAPPING, type="primary"):
        st.session_state["mapping"] = dataset, *desk.mapping(dataset, columns, constants, recode, left_out)
        st.rerun()


def _take(suggested: Mapping[str, str]) -> None:
    for column, heading in suggested.items():
        st.session_state[said(f"means_{heading}")] = column


def _meanings(unmatched: Unmatched) -> dict[str, str]:
    """What each heading was said to be: a column that the file lacks, or something to leave out."""
    options = [wording.LEFT_OUT, *unmatched.columns]
    chosen = {
        heading: st.selectbox(
            wording.heading(heading),
            options,
            index=None,
            key=said(f"means_{heading}"),
            format_func=lambda column: wording.column(column, unmatched.columns.get(column, "")),
            placeholder=wording.NOT_SAID,
        )
        for heading in unmatched.headings
    }
    return {heading: column for heading, column in chosen.items() if column is not None}


def _constants(unmatched: Unmatched, columns: Mapping[str, str]) -> dict[str, str]:
    """The same value in every row, for what must be there and is under no heading."""
    wanted = [name for name in unmatched.columns if name in unmatched.required and name not in columns]
    given = {name: st.text_input(wording.constant(name), key=said(f"constant_{name}")).strip() for name in wanted}
    return {name: value for name, value in given.items() if value}


def _recode(strange: Sequence[Strange]) -> dict[str, dict[str, str]]:
    """Each cell that is no answer, and the answer it stands for. What it is like is said, and not taken unasked."""
    chosen: dict[str, dict[str, str]] = {}
    if strange:
        st.subheader(wording.ANSWERS)
        st.button(wording.TAKE_LIKELY, on_click=_take_likely, args=(strange,))
    for cells in strange:
        for cell, columns in cells.columns.items():
            code = st.selectbox(
                wording.cell(cell, columns, cells.likely.get(cell, "")),
                cells.codes,
                index=None,
                key=_cell_key(cells, cell),
                placeholder=wording.NOT_SAID,
            )
            if code is not None:
                for column in columns:
                    chosen.setdefault(column, {})[cell] = code
    return chosen


def _take_likely(strange: Sequence[Strange]) -> None:
    for cells in strange:
        for cell, likely in cells.likely.items():
            st.session_state[_cell_key(cells, cell)] = likely


def _cell_key(cells: Strange, cell: str) -> str:
    return said(f"cell {cell} of {' '.join(cells.codes)}")
