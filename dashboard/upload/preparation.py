"""What helps before there is a file: the questions, a survey, a template, and what a year still lacks."""

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
        left, right = st.columns(2)
        programme = left.text_input(text.label(wording.PROGRAMME), key=Widget.TEMPLATE_PROGRAMME).strip()
        year = right.text_input(text.label(wording.YEAR), key=Widget.TEMPLATE_YEAR).strip()
        _surveys(desk, programme, year)
        _template(desk, programme, year)


def _surveys(desk: Desk, programme: str, year: str) -> None:
    """The questions as a file for a survey tool."""
    text.paragraph(wording.ASK_YOURSELVES)
    tools = desk.survey_tools
    names = {tool: name for tool, (name, _) in tools.items()}
    tool = st.selectbox(
        text.label(wording.SURVEY_TOOL), [*names], index=None, format_func=names.__getitem__, key=Widget.SURVEY_TOOL
    )
    if tool is None:
        return
    try:
        surveys = {group: desk.survey(group, programme, year) for group in desk.groups}
    except OpennessError as error:
        text.warning(str(error))
        return
    with st.container(horizontal=True):
        for group, survey in surveys.items():
            st.download_button(
                text.label(wording.questionnaire(desk.people[group], names[tool])),
                partial(desk.survey_file, tool, survey),
                desk.survey_file_name(tool, group),
                on_click="ignore",
            )
    text.caption(f"{tools[tool][1]} {next(survey.to_fill for survey in surveys.values())}")


def _template(desk: Desk, programme: str, year: str) -> None:
    dataset = st.selectbox(
        text.label(wording.TEMPLATE_OF),
        desk.sendable,
        format_func=partial(wording.dataset, people=desk.people),
        key=Widget.TEMPLATE_OF,
    )
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
