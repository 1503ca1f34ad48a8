"""The steps of the Upload page: before the file, the file, matching it, what was found, what it comes to, the receipt.

What is done is done by the desk; here it is put on the screen. Answers stay in the memory of this session and are gone
when another file is chosen.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from dashboard import wording_upload as wording
from pipelines.desk import Desk, Strange, Submitted, Unmatched
from pipelines.errors import HeadingsNotFirst, OpennessError, SheetNotChosen, Unreadable
from pipelines.findings import Finding, errors
from pipelines.listing import as_csv, as_frame
from pipelines.loading import Examined
from pipelines.mapping import Mapping as Rules
from pipelines.marking import marked
from pipelines.reading import Sheet
from pipelines.receipts import receipt_pdf

DATASETS = list(wording.DATASETS)
WORKBOOK = b"PK"


def hand_in(desk: Desk, dataset: str, name: str, content: bytes) -> None:
    """A file from its choice to its receipt, as far as it gets."""
    sheet = _read(desk, name, content)
    if sheet is None:
        return
    unmatched = desk.unmatched(sheet, dataset)
    if unmatched.personal:
        st.error(wording.personal(unmatched.personal))
        return
    rules = _mapping(desk, dataset)
    if _just_sent(dataset, sheet):
        return
    to_match = bool(unmatched.headings or unmatched.required)
    match(desk, dataset, sheet, unmatched, done=rules is not None)
    if to_match and rules is None:
        return
    examined = _examined(desk, dataset, sheet, rules)
    findings(desk.placed(examined.findings, sheet, rules), sheet, rules)
    if not examined.accepted:
        return
    coming_to(desk.preview(examined))
    sent = submit(any(one.rule == "already_held" for one in examined.findings))
    if sent:
        by, replace = sent
        _submit(desk, dataset, sheet, rules, by, replace)


def _just_sent(dataset: str, sheet: Sheet) -> bool:
    """Whether this is the file whose receipt is on the screen: it would only be said to be held already."""
    submitted: Submitted | None = st.session_state.get("submitted")
    return submitted is not None and (submitted.sha256, submitted.receipt.dataset) == (sheet.sha256, dataset)


def _read(desk: Desk, name: str, content: bytes) -> Sheet | None:
    """The file's cells; None while it is not clear which, or where it cannot be read."""
    tab = st.session_state.get("sheet") if content.startswith(WORKBOOK) else None
    try:
        return desk.read(name, content, tab, st.session_state.get("headings_line"))
    except SheetNotChosen as several:
        which_sheet(several.sheets)
    except HeadingsNotFirst as below:
        which_line(below.line)
    except Unreadable as unreadable:
        st.error(str(unreadable))
        st.button(wording.FORGET, on_click=_forget)
    return None


def _mapping(desk: Desk, dataset: str) -> Rules | None:
    """What the headings were said to be: just now, or last year."""
    saved = st.file_uploader(wording.SAVED_MAPPING, type="toml", key="saved_mapping")
    if saved:
        try:
            return desk.saved_mapping(saved.name, saved.getvalue(), dataset)
        except OpennessError as wrong:
            st.warning(str(wrong))
    made: tuple[str, Rules, bytes] | None = st.session_state.get("mapping")
    if made is None or made[0] != dataset:
        return None
    with st.container(horizontal=True):
        st.download_button(wording.SAVE_MAPPING, made[2], f"{dataset}.toml", "application/toml", on_click="ignore")
        st.button(wording.FORGET, on_click=_forget)
    return made[1]


def _forget() -> None:
    for name in ("mapping", "headings_line", "sheet"):
        st.session_state.pop(name, None)


def _examined(desk: Desk, dataset: str, sheet: Sheet, rules: Rules | None) -> Examined:
    """All that is found. Kept for this session alone, and for this file alone."""
    key = (sheet.sha256, sheet.choices, dataset, rules.sha256 if rules else None)
    kept = st.session_state.get("examined")
    if kept is None or kept[0] != key:
        with st.status(wording.READING) as status:
            kept = key, desk.examine(sheet, dataset, rules, lambda step: status.update(label=step))
            status.update(state="complete")
        st.session_state["examined"] = kept
    examined: Examined = kept[1]
    return examined


def _submit(desk: Desk, dataset: str, sheet: Sheet, rules: Rules | None, by: str, replace: bool) -> None:
    try:
        submitted = desk.submit(sheet, dataset, rules, by=by, in_place=replace)
    except OpennessError as refusal:
        st.warning(str(refusal))
        return
    ids = [submitted.receipt.submission_id, *st.session_state.get("receipts", "").split()]
    st.session_state["submitted"], st.session_state["ids"] = submitted, list(dict.fromkeys(ids))
    st.session_state.pop("examined", None)
    st.rerun()


def before(desk: Desk) -> None:
    """What helps before there is a file: the questions, a template, what a year still lacks."""
    with st.expander(wording.BEFORE):
        st.write(wording.BEFORE_SAID)
        with st.container(horizontal=True):
            for group, label in wording.QUESTIONNAIRES.items():
                st.download_button(
                    label,
                    partial(desk.questionnaire, group),
                    f"questionnaire-{group}.pdf",
                    "application/pdf",
                    on_click="ignore",
                )
        dataset = st.selectbox(wording.TEMPLATE_OF, DATASETS, format_func=wording.dataset, key="template_of")
        programme, year = st.columns(2)
        who = programme.text_input(wording.PROGRAMME, key="template_programme").strip()
        when = year.text_input(wording.YEAR, key="template_year").strip()
        st.download_button(
            wording.TEMPLATE,
            lambda: desk.template(dataset, who, when),
            f"{dataset}.xlsx",
            wording.XLSX,
            on_click="ignore",
        )
        if who:
            lacking(desk, who, when or None)


def lacking(desk: Desk, programme: str, asked: str | None) -> None:
    """What the programme's year still lacks."""
    try:
        year, rows = desk.lacking(programme, asked)
    except OpennessError as refusal:
        st.info(str(refusal))
    else:
        st.write(wording.lacking(programme, year, rows))


def chosen_file() -> tuple[str, str, bytes] | None:
    """The kind of file, its name and its content, once one is chosen."""
    dataset = st.selectbox(wording.KIND, DATASETS, format_func=wording.dataset, key="dataset")
    file = st.file_uploader(wording.FILE, key="file", max_upload_size=wording.LARGEST_MB)
    return (dataset, file.name, file.getvalue()) if file else None


def which_sheet(sheets: Sequence[str]) -> None:
    """A workbook has several sheets: one is chosen."""

    def keep() -> None:  # under another name: what a selectbox holds goes when it is not shown
        _keep("sheet", st.session_state["which_sheet"])

    st.selectbox(wording.WHICH_SHEET, sheets, index=None, key="which_sheet", on_change=keep)


def which_line(line: int) -> None:
    """There is a title above the headings: offered, not assumed."""
    st.write(wording.which_line(line))
    yes, no = st.columns(2)
    yes.button(wording.line_is(line), on_click=_keep, args=("headings_line", line))
    no.button(wording.line_is(1), on_click=_keep, args=("headings_line", 1))


def _keep(name: str, value: object) -> None:
    st.session_state[name] = value


# ---- matching ----


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
        _keep("mapping", (dataset, *desk.mapping(dataset, columns, constants, recode, left_out)))
        st.rerun()


def _take(suggested: Mapping[str, str]) -> None:
    for column, heading in suggested.items():
        st.session_state[f"means_{heading}"] = column


def _meanings(unmatched: Unmatched) -> dict[str, str]:
    """What each heading was said to be: a column that the file lacks, or something to leave out."""
    options = [wording.LEFT_OUT, *unmatched.columns]
    chosen = {
        heading: st.selectbox(
            wording.heading(heading),
            options,
            index=None,
            key=f"means_{heading}",
            format_func=lambda column: wording.column(column, unmatched.columns.get(column, "")),
            placeholder=wording.NOT_SAID,
        )
        for heading in unmatched.headings
    }
    return {heading: column for heading, column in chosen.items() if column is not None}


def _constants(unmatched: Unmatched, columns: Mapping[str, str]) -> dict[str, str]:
    """The same value in every row, for what must be there and is under no heading."""
    wanted = [name for name in unmatched.columns if name in unmatched.required and name not in columns]
    given = {name: st.text_input(wording.constant(name), key=f"constant_{name}").strip() for name in wanted}
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
    return f"cell {cell} of {' '.join(cells.codes)}"


# ---- what was found, and what it comes to ----


def findings(found: Sequence[Finding], sheet: Sheet, rules: Rules | None) -> None:
    """Everything found: errors first, apart from warnings; to filter, and to take away."""
    st.header(wording.FOUND)
    st.write(wording.found(len(errors(found)), len(found) - len(errors(found))))
    if not found:
        return
    frame = as_frame(found)
    stages = frame["Stage"].unique(maintain_order=True).to_list()
    shown = st.pills(wording.SHOW, stages, selection_mode="multi", key="stages")
    rows = [row for row in frame.iter_rows(named=True) if not shown or row["Stage"] in shown]
    st.table(wording.findings_table(rows), hide_index=True, border="horizontal")
    name = sheet.file.rsplit(".", 1)[0]
    with st.container(horizontal=True):
        list_of = partial(as_csv, found)
        st.download_button(wording.FINDINGS_CSV, list_of, f"findings-{name}.csv", "text/csv", on_click="ignore")
        own = partial(marked, sheet, found, rules)
        st.download_button(wording.MARKED, own, f"marked-{name}.xlsx", wording.XLSX, on_click="ignore")


def coming_to(preview: Any) -> None:
    """What will be counted, beside what is published and what waits."""
    st.header(wording.COMES_TO)
    if preview is None:
        st.write(wording.NOT_COUNTED)
        return
    st.write(wording.COMES_TO_SAID)
    st.table(wording.preview_table(preview), hide_index=True, border="horizontal")


def submit(held: bool) -> tuple[str, bool] | None:
    """Who sends it, and whether it takes the place of an earlier file; None until the button is pressed and both said.

    The button can always be pressed: a click on one that waits for a name ends the typing, and is lost itself.
    """
    by = st.text_input(wording.SENT_BY, key="by").strip()
    if held:
        st.write(wording.REPLACING)
    replace = st.checkbox(wording.REPLACE, key="replace") if held else False
    if not st.button(wording.SUBMIT, type="primary"):
        return None
    if by and (replace or not held):
        return by, replace
    st.warning(wording.SAY_WHO if not by else wording.TICK)
    return None


def receipt() -> None:
    """What was taken in last, to keep."""
    submitted: Submitted | None = st.session_state.get("submitted")
    if submitted is None:
        return
    st.success(wording.TAKEN_IN)
    st.table(wording.receipt_table(submitted), hide_index=True, border="horizontal")
    st.download_button(
        wording.RECEIPT,
        lambda: receipt_pdf(submitted.receipt, submitted.by, submitted.at, submitted.sha256),
        f"receipt-{submitted.receipt.submission_id}.pdf",
        "application/pdf",
        on_click="ignore",
    )


# ---- what was sent ----


def my_submissions(desk: Desk) -> None:
    """Submissions by their receipts: how much of them stands, and taking one back."""
    st.header(wording.MINE)
    st.write(wording.MINE_SAID)
    if "ids" in st.session_state:
        st.session_state["receipts"] = "\n".join(st.session_state.pop("ids"))
    ids = st.text_area(wording.RECEIPT_IDS, key="receipts", height=80).split()
    rows = desk.submissions(ids) if ids else []
    if rows:
        st.table(wording.submissions_table(rows), hide_index=True, border="horizontal")
        if st.session_state.pop("taken_back", False):
            st.success(wording.TAKEN_BACK)
        _withdraw(desk, [str(row["submission_id"]) for row in rows])


def _withdraw(desk: Desk, ids: Sequence[str]) -> None:
    with st.expander(wording.WITHDRAW):
        st.write(wording.WITHDRAW_SAID)
        with st.form("withdraw", border=False):
            which = st.selectbox(wording.WHICH, ids)
            by, reason = st.text_input(wording.WITHDRAWN_BY), st.text_input(wording.REASON)
            if st.form_submit_button(wording.WITHDRAW):
                if not (by.strip() and reason.strip()):
                    st.warning(wording.SAY_WHY)
                    return
                try:
                    desk.withdraw(which, by=by.strip(), reason=reason.strip())
                except OpennessError as refusal:
                    st.warning(str(refusal))
                    return
                _after_withdrawal(which)


def _after_withdrawal(submission_id: str) -> None:
    """The table above is told anew, and a receipt of what is gone is not shown any longer."""
    submitted: Submitted | None = st.session_state.get("submitted")
    if submitted and submitted.receipt.submission_id == submission_id:
        del st.session_state["submitted"]
    st.session_state.pop("examined", None)
    st.session_state["taken_back"] = True
    st.rerun()
