"""The steps of a file on the Upload page: chosen, read, matched, checked, submitted.

The desk does the work; here it is put on the screen. The answers stay in the memory of this session. They are gone as
soon as another file is chosen, or none.
"""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.components import text
from dashboard.upload import file_memory, wording
from dashboard.upload.checked import coming_to, findings
from dashboard.upload.column_matching import match
from dashboard.upload.session import (
    CheckedFile,
    ReadFile,
    Widget,
    entered,
    file_key,
    fill_in,
    fill_in_if_new,
    session,
)
from pipelines.errors import AlreadyHeld, HeadingsNotFirst, OpennessError, SheetNotChosen, Unreadable
from pipelines.thresholds import LARGEST_UPLOAD
from pipelines.upload import STEPS, YEAR, Desk, Mapping, Rejected, Sheet, errors

FileKey = tuple[str, str]
"""The id of a file on the page, and its dataset."""


def chosen_file(desk: Desk) -> tuple[str, UploadedFile] | None:
    """The kind of file and the file, as soon as there is one."""
    dataset = st.selectbox(
        text.label(wording.KIND),
        desk.sendable,
        format_func=partial(wording.dataset, people=desk.people),
        key=Widget.DATASET,
    )
    file = st.file_uploader(text.label(wording.FILE), key=file_key(Widget.FILE), max_upload_size=LARGEST_UPLOAD)
    if file is None or file.closed:  # closed: it was dropped, and the widget has not noticed yet
        session().forget_file()
        _say_what_is_lost()
        return None
    file_memory.hold(file, session().forget_file)
    return dataset, file


def _say_what_is_lost() -> None:
    """A page that shows a file the server does not have says so, whatever was pressed."""
    lost, submitted = file_memory.lost_file(entered(file_key(Widget.FILE))), session().submitted_file
    if lost and (submitted is None or submitted[0] != lost):
        text.warning(wording.NOT_ARRIVED)


def hand_in(desk: Desk, dataset: str, file: UploadedFile) -> None:
    """Take a file from its choice to its receipt, as far as it gets."""
    kept, file_id = session(), (file.file_id, dataset)
    if kept.submitted_file == file_id:
        file_memory.drop()
        return  # its receipt is on the screen
    choices = kept.sheet, *sorted(kept.headings_lines.items())
    read = kept.read.get((file_id, choices), lambda: _read(desk, dataset, file))
    if read is None:
        return
    if read.unmatched.personal:
        text.error(wording.personal(read.unmatched.personal))
    elif read.unmatched.looks_like:
        _offer_other_dataset(desk, read.unmatched.looks_like)
    else:
        _check_and_submit(desk, file_id, read)


def _check_and_submit(desk: Desk, file: FileKey, read: ReadFile) -> None:
    """Take a file that can be read to its receipt."""
    _, dataset = file
    sheet, unmatched = read.sheet, read.unmatched
    mapping = _mapping(desk, dataset, read)
    match(desk, dataset, sheet, unmatched, _saved_mapping(dataset), done=mapping is not None)
    if mapping is None and (unmatched.headings or unmatched.required):
        return
    key = file, sheet.choices, mapping.sha256 if mapping else None
    checked = session().checked.get(key, lambda: _check(desk, dataset, sheet, mapping))
    if checked is None:
        return
    findings(desk, checked, sheet, mapping)
    if checked.accepted:
        coming_to(checked)
        _submit_form(desk, file, sheet, mapping, checked.replaces)


def _offer_other_dataset(desk: Desk, dataset: str) -> None:
    """By its headings the file is of another kind than the person said."""
    text.warning(wording.looks_like(wording.dataset(dataset, desk.people)))
    st.button(text.label(wording.CHOOSE_THAT), on_click=fill_in, args=(Widget.DATASET, dataset))


# ---- reading ----


def _read(desk: Desk, dataset: str, file: UploadedFile) -> ReadFile | None:
    """The file's cells. None while it is not clear where they stand, or where the file cannot be read."""
    tab: str | None = None
    line: int | None = None
    with st.spinner(text.label(wording.READING_FILE)):
        while True:  # an earlier answer counts only where the same question comes up again
            try:
                sheet = desk.read(file.name, file.getvalue(), tab, line)
            except SheetNotChosen as error:
                tab = session().sheet
                if tab not in error.sheets:
                    _ask_sheet(error.sheets)
                    return None
            except HeadingsNotFirst as error:
                line = session().headings_lines.get(error.line)
                if line is None:
                    _ask_line(error.line, error.first)
                    return None
            except Unreadable as error:
                _unreadable(error, chosen=bool(tab or line))
                return None
            else:
                how_read = wording.how_read(tab, line) if tab or line else ""
                sheet = desk.understood(sheet, dataset)
                return ReadFile(sheet, desk.unmatched(sheet, dataset), how_read)


def _ask_sheet(sheets: Sequence[str]) -> None:
    """Ask which sheet of a workbook is meant."""

    def keep() -> None:  # in the session, because a widget that is not shown forgets what it held
        session().sheet = entered(Widget.WHICH_SHEET)

    st.selectbox(text.label(wording.WHICH_SHEET), sheets, index=None, key=Widget.WHICH_SHEET, on_change=keep)


def _ask_line(line: int, first: int) -> None:
    """Ask whether the headings stand on this line, below a title. It is offered, and not assumed."""

    def keep(meant: int) -> None:
        session().headings_lines = {line: meant}

    text.paragraph(wording.which_line(line))
    for column, meant in zip(st.columns(2), (line, first), strict=True):
        column.button(text.label(wording.line_is(meant)), on_click=keep, args=(meant,))


def _unreadable(error: Unreadable, *, chosen: bool) -> None:
    """Say why the file cannot be read. What was `chosen` may be the reason, and can be forgotten."""
    text.error(error.for_visitors)
    if chosen:
        _forget_button()


def _forget_button() -> None:
    st.button(text.label(wording.FORGET), on_click=session().forget_choices)


# ---- the mapping ----


def _mapping(desk: Desk, dataset: str, read: ReadFile) -> Mapping | None:
    """What the headings are: as the person said just now, or last year."""
    _read_saved_mapping(desk, dataset, read.sheet)
    made = session().mapping
    if made and (made[0] != dataset or not desk.fits(made[1], read.sheet)):
        made = None
    text.caption(read.how_read)
    if made or read.how_read:
        with st.container(horizontal=True):
            if made:
                st.download_button(
                    text.label(wording.SAVE_MAPPING), made[2], f"{dataset}.toml", "application/toml", on_click="ignore"
                )
            _forget_button()
    return made[1] if made else None


def _read_saved_mapping(desk: Desk, dataset: str, sheet: Sheet) -> None:
    """Use a mapping of last year as it is where it fits. Otherwise fill in what it says, for the person to go on."""
    file = st.file_uploader(text.label(wording.SAVED_MAPPING), type="toml", key=file_key(Widget.SAVED_MAPPING))
    if file is None or session().mapping_file == file.file_id:
        return
    content = file.getvalue()
    try:
        saved = desk.saved_mapping(file.name, content, dataset)
    except OpennessError as error:
        text.warning(error.for_visitors)
        return
    session().forget_matching()
    session().mapping_file, session().saved_mapping = file.file_id, (dataset, saved)
    if YEAR not in saved.rules.constants and desk.fits(saved, sheet):
        session().mapping = dataset, saved, content


def _saved_mapping(dataset: str) -> Mapping | None:
    saved = session().saved_mapping
    return saved[1] if saved and saved[0] == dataset else None


# ---- checking ----


def _check(desk: Desk, dataset: str, sheet: Sheet, mapping: Mapping | None) -> CheckedFile:
    """Everything that is found, and what will be counted. A bar tells how far it is."""
    bar = st.progress(0.0, text=text.label(STEPS[0]))

    def progress(step: str, _done: float = 0, /) -> None:
        bar.progress(STEPS.index(step) / len(STEPS), text=text.label(step))

    try:
        examined = desk.examine(sheet, dataset, mapping, progress)
        found = desk.placed(examined.findings, sheet, mapping)
        rules = {finding.rule for finding in found}
        return CheckedFile(
            accepted=examined.accepted,
            replaces=next((rule for rule in wording.REPLACING if rule in rules), None),
            findings=found,
            table=desk.findings_frame(found),
            preview=desk.preview(examined),
            rows=examined.counted,
        )
    finally:
        bar.empty()


# ---- submitting ----


def _submit_form(desk: Desk, file: FileKey, sheet: Sheet, mapping: Mapping | None, replaces: str | None) -> None:
    """Ask who sends the file and whether it takes the place of an earlier one, and submit it when both are said.

    The button can always be pressed: a click on one that waits for a name would end the typing, and be lost itself.
    """
    fill_in_if_new(Widget.SENT_BY, session().sender)
    sender = st.text_input(text.label(wording.SENT_BY), key=Widget.SENT_BY).strip()
    replace = bool(replaces) and _asked_to_replace(str(replaces))
    if session().refusal:
        text.warning(str(session().refusal))
        session().refusal = None
    if not st.button(text.label(wording.SUBMIT), type="primary"):
        return
    if not sender:
        text.warning(wording.SAY_WHO)
    elif replaces and not replace:
        text.warning(wording.TICK)
    else:
        _submit(desk, file, sheet, mapping, sender, replace=replace)


def _asked_to_replace(rule: str) -> bool:
    text.paragraph(wording.REPLACING[rule])
    return st.checkbox(text.label(wording.REPLACE), key=Widget.REPLACE)


def _submit(desk: Desk, file: FileKey, sheet: Sheet, mapping: Mapping | None, sender: str, *, replace: bool) -> None:
    """Take the file in. From then on its rows are gone."""
    kept = session()
    try:
        submitted = desk.submit(sheet, file[1], mapping, by=sender, in_place=replace)
    except OpennessError as error:
        kept.checked.forget()  # what came in meanwhile changes what there is to say
        kept.refusal = _refusal(error)
    else:
        ids = [submitted.receipt.submission_id, *(entered(Widget.RECEIPTS) or "").split()]
        kept.submitted, kept.submitted_file, kept.sender = submitted, file, sender
        kept.receipt_ids = "\n".join(dict.fromkeys(ids))
        kept.forget_file()
        file_memory.drop()
    st.rerun()


def _refusal(error: OpennessError) -> str:
    if isinstance(error, AlreadyHeld):
        return wording.CAME_MEANWHILE
    found = errors(error.findings) if isinstance(error, Rejected) else ()
    return " ".join([error.for_visitors, *(f"{finding.what} {finding.fix}" for finding in found)])
