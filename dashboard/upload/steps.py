"""The steps of the Upload page: before the file, the file, what was found, what it comes to, the receipt.

What is done is done by the desk; here it is put on the screen. Answers stay in the memory of this session and are gone
when another file is chosen, or none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.components.markdown_escape import literally
from dashboard.upload import wording
from dashboard.upload.column_matching import match
from dashboard.upload.session import OF_A_FILE, begin_anew, drop, forget, forget_matching, kept, numbered
from pipelines.checking.mapping import Mapping as Rules
from pipelines.documents.annotated_workbook import marked
from pipelines.documents.findings_table import as_csv, as_frame
from pipelines.documents.receipt import receipt_pdf
from pipelines.errors import AlreadyHeld, HeadingsNotFirst, OpennessError, SheetNotChosen, Unreadable
from pipelines.findings import Finding, errors
from pipelines.intake.loading import STEPS, Rejected
from pipelines.reading.reader import Sheet
from pipelines.upload import YEAR, Desk, Submitted, Unmatched

DATASETS = [dataset for dataset in wording.DATASETS if dataset != "programmes"]
"""What anybody may send. Programmes are registered, and named, by the steward alone."""
MOST_SHOWN = 100
"""Rows of a table that are drawn at once; a browser takes half a minute for thousands."""


@dataclass(frozen=True)
class Known:
    """What is known of a file examined: whether it can be taken in, whether in the place of another (the rule that
    says so), what was found (also as a table), and what it comes to, or its rows where they are not counted."""

    accepted: bool
    held: str | None
    found: tuple[Finding, ...]
    frame: pl.DataFrame
    preview: pl.DataFrame | None
    rows: pl.DataFrame | None


# ---- before the file ----


def before(desk: Desk) -> None:
    """What helps before there is a file: the questions, a template, what a year still lacks."""
    with st.expander(wording.BEFORE):
        st.write(wording.BEFORE_SAID)
        for group in wording.GROUPS:
            with st.container(horizontal=True):
                for kind, mime in wording.QUESTIONNAIRES.items():
                    st.download_button(
                        wording.questionnaire(group, kind),
                        partial(desk.questionnaire, group, f".{kind.lower()}"),
                        f"questionnaire-{group}.{kind.lower()}",
                        mime,
                        on_click="ignore",
                    )
        _template(desk)


def _template(desk: Desk) -> None:
    dataset = st.selectbox(wording.TEMPLATE_OF, DATASETS, format_func=wording.dataset, key="template_of")
    programme, year = st.columns(2)
    who = programme.text_input(wording.PROGRAMME, key="template_programme").strip()
    when = year.text_input(wording.YEAR, key="template_year").strip()
    try:
        if who or when:  # without either there is nothing to refuse
            desk.begun(dataset, who, when)
    except OpennessError as refusal:
        st.warning(literally(str(refusal)))
        return
    st.download_button(
        wording.TEMPLATE,
        lambda: desk.template(dataset, who, when),
        f"{dataset}.xlsx",
        wording.XLSX,
        on_click="ignore",
    )
    if who:
        _lacking(desk, who, when or None)


def _lacking(desk: Desk, programme: str, asked: str | None) -> None:
    """What the programme's year still lacks."""
    try:
        year, rows = desk.lacking(programme, asked)
    except OpennessError as refusal:
        st.info(literally(str(refusal)))
    else:
        st.write(wording.lacking(programme, year, rows))


# ---- the file ----


def chosen_file() -> tuple[str, UploadedFile] | None:
    """The kind of file and the file, once one is chosen."""
    dataset = st.selectbox(wording.KIND, DATASETS, format_func=wording.dataset, key="dataset")
    file = st.file_uploader(wording.FILE, key=numbered("file"), max_upload_size=wording.LARGEST_MB)
    if file is None:
        drop(*OF_A_FILE)
        return None
    return dataset, file


def hand_in(desk: Desk, dataset: str, file: UploadedFile) -> None:
    """A file from its choice to its receipt, as far as it gets."""
    if st.session_state.get("sent_file") == (file.file_id, dataset):
        return  # its receipt is on the screen
    read = kept("read", (file.file_id, dataset, _answers()), lambda: _read(desk, dataset, file))
    if read is None:
        return
    sheet, unmatched, how = read
    if unmatched.personal:
        st.error(wording.personal(unmatched.personal))
        return
    if unmatched.looks_like:
        _of_another_kind(unmatched.looks_like)
        return
    _go_on(desk, (file.file_id, dataset), sheet, unmatched, how)


def _go_on(desk: Desk, file: tuple[str, str], sheet: Sheet, unmatched: Unmatched, how: str) -> None:
    """From a file that can be read to its receipt. `file`: its id on the page, and its dataset."""
    _, dataset = file
    rules = _mapping(desk, dataset, sheet, how)
    match(desk, dataset, sheet, unmatched, _saved(dataset), done=rules is not None)
    if rules is None and (unmatched.headings or unmatched.required):
        return
    key = (*file, sheet.choices, rules.sha256 if rules else None)
    known = kept("examined", key, lambda: _examined(desk, dataset, sheet, rules))
    findings(known, sheet, rules)
    if known.accepted:
        coming_to(known)
        sent = submit(known.held)
        if sent:
            by, replace = sent
            _submit(desk, file, sheet, rules, by, replace)


def _of_another_kind(dataset: str) -> None:
    """The file is of another kind than was said, by its headings."""

    def choose() -> None:
        st.session_state["dataset"] = dataset

    st.warning(wording.looks_like(dataset))
    st.button(wording.CHOOSE_THAT, on_click=choose)


def _answers() -> tuple[object, ...]:
    """What was answered so far to the questions which sheet and which line are meant."""
    return st.session_state.get("sheet"), *sorted(st.session_state.get("headings_lines", {}).items())


def _read(desk: Desk, dataset: str, file: UploadedFile) -> tuple[Sheet, Unmatched, str] | None:
    """The file's cells, what in them is not matched, and how they were read; None while that is not clear, or where
    it cannot be read. An answer given before counts only where the same question comes up again.
    """
    with st.spinner(wording.READING_FILE):
        tab: str | None = None
        line: int | None = None
        while True:
            try:
                sheet = desk.read(file.name, file.getvalue(), tab, line)
            except SheetNotChosen as several:
                tab = st.session_state.get("sheet")
                if tab not in several.sheets:
                    which_sheet(several.sheets)
                    return None
            except HeadingsNotFirst as below:
                line = st.session_state.get("headings_lines", {}).get(below.line)
                if line is None:
                    which_line(below.line, below.first)
                    return None
            except Unreadable as unreadable:
                st.error(literally(str(unreadable)))
                if tab or line:
                    st.button(wording.FORGET, on_click=forget)
                return None
            else:
                return sheet, desk.unmatched(sheet, dataset), wording.how_read(tab, line) if tab or line else ""


def which_sheet(sheets: Sequence[str]) -> None:
    """A workbook has several sheets: one is chosen."""

    def keep() -> None:  # under another name: what a selectbox holds goes when it is not shown
        st.session_state["sheet"] = st.session_state["which_sheet"]

    st.selectbox(wording.WHICH_SHEET, sheets, index=None, key="which_sheet", on_change=keep)


def which_line(line: int, first: int) -> None:
    """There is a title above the headings: offered, not assumed."""

    def keep(meant: int) -> None:
        st.session_state["headings_lines"] = {line: meant}

    st.write(wording.which_line(line))
    yes, no = st.columns(2)
    yes.button(wording.line_is(line), on_click=keep, args=(line,))
    no.button(wording.line_is(first), on_click=keep, args=(first,))


def _mapping(desk: Desk, dataset: str, sheet: Sheet, how_read: str) -> Rules | None:
    """What the headings were said to be: just now, or last year."""
    _offered(desk, dataset, sheet)
    made: tuple[str, Rules, bytes] | None = st.session_state.get("mapping")
    if made and (made[0] != dataset or not desk.fits(made[1], sheet)):
        made = None
    if how_read:
        st.caption(how_read)
    if made or how_read:
        with st.container(horizontal=True):
            if made:
                st.download_button(
                    wording.SAVE_MAPPING, made[2], f"{dataset}.toml", "application/toml", on_click="ignore"
                )
            st.button(wording.FORGET, on_click=forget)
    return made[1] if made else None


def _offered(desk: Desk, dataset: str, sheet: Sheet) -> None:
    """A mapping from last year: used as it is where it fits, else what it says is filled in for the person to go on."""
    file = st.file_uploader(wording.SAVED_MAPPING, type="toml", key=numbered("saved_mapping"))
    if file is None or st.session_state.get("mapping_file") == file.file_id:
        return
    content = file.getvalue()
    try:
        saved = desk.saved_mapping(file.name, content, dataset)
    except OpennessError as wrong:
        st.warning(literally(str(wrong)))
        return
    forget_matching()
    st.session_state["mapping_file"], st.session_state["saved"] = file.file_id, (dataset, saved)
    if YEAR not in saved.rules.constants and desk.fits(saved, sheet):
        st.session_state["mapping"] = dataset, saved, content


def _saved(dataset: str) -> Rules | None:
    saved: tuple[str, Rules] | None = st.session_state.get("saved")
    return saved[1] if saved and saved[0] == dataset else None


def _examined(desk: Desk, dataset: str, sheet: Sheet, rules: Rules | None) -> Known:
    """All that is found, and what it comes to, while a bar tells how far it is."""
    bar = st.progress(0.0, text=STEPS[0])

    def progress(step: str, _done: float = 0, /) -> None:
        bar.progress(STEPS.index(step) / len(STEPS), text=step)

    try:
        examined = desk.examine(sheet, dataset, rules, progress)
        found = desk.placed(examined.findings, sheet, rules)
        rules_met = {one.rule for one in found}
        held = next((rule for rule in wording.REPLACING if rule in rules_met), None)
        preview, rows = desk.preview(examined), examined.counted
        return Known(examined.accepted, held, found, as_frame(found), preview, rows)
    finally:
        bar.empty()


# ---- what was found, and what it comes to ----


def findings(known: Known, sheet: Sheet, rules: Rules | None) -> None:
    """Everything found: errors first, apart from warnings; to filter, and to take away."""
    found, frame = known.found, known.frame
    wrong = len(errors(found))
    st.header(wording.FOUND)
    st.write(wording.found(wrong, len(found) - wrong))
    if not found:
        return
    stages = frame["Stage"].unique(maintain_order=True).to_list()
    if len(stages) > 1:
        stages = st.pills(wording.SHOW, stages, selection_mode="multi", key="stages") or stages
    for severity, heading in (("Error", wording.TO_PUT_RIGHT), ("Warning", wording.TO_LOOK_AT)):
        rows = frame.filter((pl.col("Severity") == severity) & pl.col("Stage").is_in(stages))
        if rows.height:
            st.subheader(heading)
            st.table(wording.findings_table(rows.head(MOST_SHOWN).to_dicts()), hide_index=True, border="horizontal")
        if rows.height > MOST_SHOWN:
            st.caption(wording.shown_of(MOST_SHOWN, rows.height))
    name = sheet.file.rsplit(".", 1)[0]
    with st.container(horizontal=True):
        list_of = partial(as_csv, found)
        st.download_button(wording.FINDINGS_CSV, list_of, f"findings-{name}.csv", "text/csv", on_click="ignore")
        own = partial(marked, sheet, found, rules)
        st.download_button(wording.MARKED, own, f"marked-{name}.xlsx", wording.XLSX, on_click="ignore")


def coming_to(known: Known) -> None:
    """What will be counted, beside what is published and what waits; or the rows that will be stored."""
    st.header(wording.COMES_TO)
    preview = known.preview
    if preview is None:
        st.write(wording.NOT_COUNTED)
        st.dataframe(known.rows, hide_index=True)
        return
    st.write(wording.COMES_TO_SAID)
    st.write(wording.preview_of(preview))
    table = wording.preview_table(preview)
    if len(table) > MOST_SHOWN:
        st.dataframe(table, hide_index=True)
    else:
        st.table(table, hide_index=True, border="horizontal")


def submit(held: str | None) -> tuple[str, bool] | None:
    """Who sends it, and whether it takes the place of an earlier file; None until the button is pressed and both said.

    The button can always be pressed: a click on one that waits for a name ends the typing, and is lost itself.
    """
    st.session_state.setdefault("by", st.session_state.get("sender", ""))
    by = st.text_input(wording.SENT_BY, key="by").strip()
    if held:
        st.write(wording.REPLACING[held])
    replace = st.checkbox(wording.REPLACE, key="replace") if held else False
    if "refused" in st.session_state:
        st.warning(literally(st.session_state.pop("refused")))
    if not st.button(wording.SUBMIT, type="primary"):
        return None
    if by and (replace or not held):
        return by, replace
    st.warning(wording.SAY_WHO if not by else wording.TICK)
    return None


def _submit(desk: Desk, file: tuple[str, str], sheet: Sheet, rules: Rules | None, by: str, replace: bool) -> None:
    """Take the file in; `file`: its id on the page, and its dataset. Its rows are gone from then on."""
    try:
        submitted = desk.submit(sheet, file[1], rules, by=by, in_place=replace)
    except OpennessError as refusal:
        drop("examined")  # what came in meanwhile has changed what there is to say
        st.session_state["refused"] = _refusal(refusal)
    else:
        ids = [submitted.receipt.submission_id, *st.session_state.get("receipts", "").split()]
        st.session_state["submitted"], st.session_state["ids"] = submitted, list(dict.fromkeys(ids))
        st.session_state["sent_file"], st.session_state["sender"] = file, by
        drop(*OF_A_FILE)
    st.rerun()


def _refusal(refusal: OpennessError) -> str:
    if isinstance(refusal, AlreadyHeld):
        return wording.CAME_MEANWHILE
    found = errors(refusal.findings) if isinstance(refusal, Rejected) else ()
    return " ".join([str(refusal), *(f"{one.what} {one.fix}" for one in found)])


# ---- the receipt, and what was sent ----


def receipt() -> None:
    """What was taken in last, to keep; and the way to the next file."""
    submitted: Submitted | None = st.session_state.get("submitted")
    if submitted is None:
        return
    st.success(wording.TAKEN_IN)
    st.table(wording.receipt_table(submitted), hide_index=True, border="horizontal")
    st.caption(wording.SHA)
    st.code(submitted.sha256, language=None, wrap_lines=True)
    with st.container(horizontal=True):
        _receipt_pdf(submitted, wording.RECEIPT)
        st.button(wording.ANOTHER, on_click=_another)


def _receipt_pdf(submitted: Submitted, label: str) -> None:
    st.download_button(
        label,
        lambda: receipt_pdf(submitted.receipt, submitted.by, submitted.at, submitted.sha256),
        f"receipt-{submitted.receipt.submission_id}.pdf",
        "application/pdf",
        on_click="ignore",
    )


def _another() -> None:
    """An empty page for the next file. The receipt can still be had below."""
    submitted: Submitted = st.session_state.pop("submitted")
    st.session_state["sent"] = [*st.session_state.get("sent", []), submitted]
    begin_anew()


def my_submissions(desk: Desk) -> None:
    """Submissions by their receipts: how much of them stands, and taking one back."""
    st.header(wording.MINE)
    st.write(wording.MINE_SAID)
    if "ids" in st.session_state:
        st.session_state["receipts"] = "\n".join(st.session_state.pop("ids"))
    ids = st.text_area(wording.RECEIPT_IDS, key="receipts", height=80).split()
    rows = desk.submissions(ids) if ids else []
    unknown = [one for one in ids if one not in {row["submission_id"] for row in rows}]
    if unknown:
        st.warning(wording.no_submission(unknown))
    if rows:
        st.table(wording.submissions_table(rows), hide_index=True, border="horizontal")
        with st.container(horizontal=True):
            for submitted in st.session_state.get("sent", []):
                _receipt_pdf(submitted, wording.receipt_of(submitted.receipt.submission_id))
        if st.session_state.pop("taken_back", False):
            st.success(wording.TAKEN_BACK)
        own = {str(row["submission_id"]): wording.submission(row) for row in rows if row["dataset"] in DATASETS}
        _withdraw(desk, own)


def _withdraw(desk: Desk, submissions: Mapping[str, str]) -> None:
    with st.expander(wording.WITHDRAW):
        st.write(wording.WITHDRAW_SAID)
        with st.form("withdraw", border=False):
            which = st.selectbox(
                wording.WHICH,
                list(submissions),
                index=None,
                format_func=submissions.__getitem__,
                placeholder=wording.NOT_SAID,
            )
            by, reason = st.text_input(wording.WITHDRAWN_BY), st.text_input(wording.REASON)
            understood = st.checkbox(wording.UNDERSTOOD)
            if st.form_submit_button(wording.WITHDRAW):
                if which is None or not (by.strip() and reason.strip() and understood):
                    st.warning(wording.SAY_WHY)
                    return
                try:
                    desk.withdraw(which, by=by.strip(), reason=reason.strip())
                except OpennessError as refusal:
                    st.warning(literally(str(refusal)))
                    return
                _after_withdrawal(which)


def _after_withdrawal(submission_id: str) -> None:
    """The table above is told anew, and a receipt of what is gone is not shown any longer."""
    submitted: Submitted | None = st.session_state.get("submitted")
    if submitted and submitted.receipt.submission_id == submission_id:
        drop("submitted", "sent_file")
    sent = st.session_state.get("sent", [])
    st.session_state["sent"] = [one for one in sent if one.receipt.submission_id != submission_id]
    drop("examined")
    st.session_state["taken_back"] = True
    st.rerun()
