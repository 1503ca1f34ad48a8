"""What was found in a file, and what will be counted."""

from functools import partial

import polars as pl
import streamlit as st

from dashboard.components import text
from dashboard.upload import wording
from dashboard.upload.session import CheckedFile, Widget
from pipelines.upload import Desk, Mapping, Sheet, errors

MOST_SHOWN = 100
"""Rows of a table that are drawn at once; a browser takes half a minute for thousands."""


def findings(desk: Desk, checked: CheckedFile, sheet: Sheet, mapping: Mapping | None) -> None:
    """Everything that was found: first the errors, then the warnings; to filter, and to take away."""
    found = checked.findings
    wrong = len(errors(found))
    text.header(wording.FOUND)
    text.paragraph(wording.found(wrong, len(found) - wrong))
    if not found:
        return
    stages = _chosen_stages(checked.table)
    for severity, heading in (("Error", wording.TO_PUT_RIGHT), ("Warning", wording.TO_LOOK_AT)):
        _findings_table(heading, checked.table.filter((pl.col("Severity") == severity) & pl.col("Stage").is_in(stages)))
    name = sheet.file.rsplit(".", 1)[0]
    with st.container(horizontal=True):
        st.download_button(
            text.label(wording.FINDINGS_CSV),
            partial(desk.findings_csv, found),
            f"findings-{name}.csv",
            "text/csv",
            on_click="ignore",
        )
        st.download_button(
            text.label(wording.MARKED),
            partial(desk.marked_file, sheet, found, mapping),
            f"marked-{name}.xlsx",
            wording.XLSX,
            on_click="ignore",
        )


def _chosen_stages(table: pl.DataFrame) -> list[str]:
    """The stages that are shown: all of them, as long as none is chosen."""
    stages = table["Stage"].unique(maintain_order=True).to_list()
    if len(stages) == 1:
        return stages
    chosen = st.pills(
        text.label(wording.SHOW), stages, selection_mode="multi", key=Widget.STAGES, format_func=text.label
    )
    return chosen or stages


def _findings_table(heading: str, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return
    text.subheader(heading)
    text.table(wording.findings_table(rows.head(MOST_SHOWN).to_dicts()))
    if rows.height > MOST_SHOWN:
        text.caption(wording.shown_of(MOST_SHOWN, rows.height))


def coming_to(checked: CheckedFile) -> None:
    """What will be counted, beside what is published and what waits; or the rows that will be stored."""
    text.header(wording.COMES_TO)
    if checked.preview is not None:
        text.paragraph(wording.COMES_TO_SAID)
        text.paragraph(wording.preview_of(checked.preview))
        text.table(wording.preview_table(checked.preview), at_most=MOST_SHOWN)
    elif checked.rows is not None:
        text.paragraph(wording.NOT_COUNTED)
        text.scrolling_table(checked.rows)
