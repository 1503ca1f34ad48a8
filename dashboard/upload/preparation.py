"""What helps before there is a file: the questions, a template, and what a year still lacks."""

from functools import partial

import streamlit as st

from dashboard.components import text
from dashboard.upload import wording
from dashboard.upload.session import Widget
from pipelines.errors import OpennessError
from pipelines.upload import Desk


def before(desk: Desk) -> None:
    """Everything that a person can have before there is a file."""
    with text.expander(wording.BEFORE):
        text.paragraph(wording.BEFORE_SAID)
        for group in desk.groups:
            with st.container(horizontal=True):
                for kind, mime in wording.QUESTIONNAIRES.items():
                    st.download_button(
                        text.label(wording.questionnaire(desk.people[group], kind)),
                        partial(desk.questionnaire, group, f".{kind.lower()}"),
                        f"questionnaire-{group}.{kind.lower()}",
                        mime,
                        on_click="ignore",
                    )
        _template(desk)


def _template(desk: Desk) -> None:
    dataset = st.selectbox(
        text.label(wording.TEMPLATE_OF),
        desk.sendable,
        format_func=partial(wording.dataset, people=desk.people),
        key=Widget.TEMPLATE_OF,
    )
    left, right = st.columns(2)
    programme = left.text_input(text.label(wording.PROGRAMME), key=Widget.TEMPLATE_PROGRAMME).strip()
    year = right.text_input(text.label(wording.YEAR), key=Widget.TEMPLATE_YEAR).strip()
    try:
        if programme or year:  # without either there is nothing to refuse
            desk.template_content(dataset, programme, year)
    except OpennessError as error:
        text.warning(error.for_visitors)
        return
    st.download_button(
        text.label(wording.TEMPLATE),
        partial(desk.template, dataset, programme, year),
        f"{dataset}.xlsx",
        wording.XLSX,
        on_click="ignore",
    )
    if programme:
        _lacking(desk, programme, year or None)


def _lacking(desk: Desk, programme: str, asked_year: str | None) -> None:
    """What a year of the programme still lacks; without a year, its latest."""
    try:
        year, missing = desk.lacking(programme, asked_year)
    except OpennessError as error:
        text.info(error.for_visitors)
        return
    text.paragraph(wording.lacking(programme, year, missing))
    text.listed(missing)
