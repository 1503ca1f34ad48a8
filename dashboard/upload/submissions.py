"""The receipt of what was taken in, and what a person has sent before."""

from collections import abc
from functools import partial

import streamlit as st

from dashboard.components import text
from dashboard.upload import wording
from dashboard.upload.session import Widget, fill_in, session
from pipelines.errors import OpennessError
from pipelines.upload import Desk, Submitted


def receipt(desk: Desk) -> None:
    """The receipt of the submission that was taken in last, and the way to the next file."""
    submitted = session().submitted
    if submitted is None:
        return
    text.success(wording.TAKEN_IN)
    text.table(wording.receipt_table(submitted, desk.people))
    text.caption(wording.SHA)
    text.code(submitted.sha256)
    with st.container(horizontal=True):
        _receipt_button(desk, submitted, wording.RECEIPT)
        st.button(text.label(wording.ANOTHER), on_click=session().begin_again)


def _receipt_button(desk: Desk, submitted: Submitted, label: str) -> None:
    st.download_button(
        text.label(label),
        partial(desk.receipt_pdf, submitted),
        f"receipt-{submitted.receipt.submission_id}.pdf",
        "application/pdf",
        on_click="ignore",
    )


def my_submissions(desk: Desk) -> None:
    """Submissions by the ids of their receipts: how much of them still counts, and how to take one back."""
    text.header(wording.MINE)
    text.paragraph(wording.MINE_SAID)
    if session().receipt_ids is not None:
        fill_in(Widget.RECEIPTS, str(session().receipt_ids))
        session().receipt_ids = None
    ids = st.text_area(text.label(wording.RECEIPT_IDS), key=Widget.RECEIPTS, height=80).split()
    rows = desk.submissions(ids) if ids else []
    unknown = [asked for asked in ids if asked not in {row["submission_id"] for row in rows}]
    if unknown:
        text.warning(wording.no_submission(unknown))
    if rows:
        _submissions(desk, rows)


def _submissions(desk: Desk, rows: list[dict[str, object]]) -> None:
    text.table(wording.submissions_table(rows, desk.people))
    with st.container(horizontal=True):
        for submitted in session().earlier:
            _receipt_button(desk, submitted, wording.receipt_of(submitted.receipt.submission_id))
    if session().taken_back:
        session().taken_back = False
        text.success(wording.TAKEN_BACK)
    _withdrawal(
        desk,
        {
            str(row["submission_id"]): wording.submission(row, desk.people)
            for row in rows
            if row["dataset"] in desk.sendable
        },
    )


def _withdrawal(desk: Desk, submissions: abc.Mapping[str, str]) -> None:
    """A form to take a submission back. `submissions`: by id, how each is shown."""
    with text.expander(wording.WITHDRAW):
        text.paragraph(wording.WITHDRAW_SAID)
        with st.form(Widget.WITHDRAWAL, border=False):
            submission_id = st.selectbox(
                text.label(wording.WHICH),
                list(submissions),
                index=None,
                format_func=submissions.__getitem__,
                placeholder=wording.NOT_SAID,
            )
            name = st.text_input(text.label(wording.WITHDRAWN_BY)).strip()
            reason = st.text_input(text.label(wording.REASON)).strip()
            understood = st.checkbox(text.label(wording.UNDERSTOOD))
            if not st.form_submit_button(text.label(wording.WITHDRAW)):
                return
            if submission_id is None or not (name and reason and understood):
                text.warning(wording.SAY_WHY)
            else:
                _withdraw(desk, submission_id, name, reason)


def _withdraw(desk: Desk, submission_id: str, name: str, reason: str) -> None:
    """Take it back, and show the table anew without its receipt."""
    try:
        desk.withdraw(submission_id, by=name, reason=reason)
    except OpennessError as error:
        text.warning(error.for_visitors)
        return
    session().forget_submission(submission_id)
    session().checked.forget()
    session().taken_back = True
    st.rerun()
