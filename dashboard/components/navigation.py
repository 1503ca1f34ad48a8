"""Where one is and where one can go: the product's name, a link to each page with the choice, and the tab's title."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard.components import text
from dashboard.components.controls import chosen, opened
from dashboard.wording import frame as wording
from dashboard.wording import numbers

ABOUT_A_MEASURE = {"compare", "change"}
ABOUT_A_PROGRAMME = {"overview", "support", *ABOUT_A_MEASURE}
AT_THE_FOOT = {"accessibility"}
NOT_IN_THE_MENU = {*AT_THE_FOOT, *wording.STEWARD_PAGES[1:]}


def links(pages: Mapping[str, Any]) -> None:
    """The name of the product, and the pages by what they answer. Each link holds the whole choice."""
    with st.container(horizontal=True, key=wording.MENU):
        text.drawn(wording.NAME)
        for name in pages:
            if name not in NOT_IN_THE_MENU:
                label = wording.FOR_THE_STEWARD if name == wording.STEWARD_PAGES[0] else wording.PAGES[name]
                st.page_link(page=pages[name], label=text.label(label), query_params=chosen().address)


def links_for_the_steward(pages: Mapping[str, Any]) -> None:
    """The steward's pages, above each of them."""
    with st.container(horizontal=True, key=wording.STEWARD_MENU):
        for name in wording.STEWARD_PAGES:
            st.page_link(page=pages[name], label=text.label(wording.PAGES[name]), query_params=chosen().address)


def foot(pages: Mapping[str, Any]) -> None:
    """What stands below every page."""
    for name in AT_THE_FOOT:
        st.page_link(page=pages[name], label=text.label(wording.PAGES[name]), query_params=chosen().address)


def name_tab(page: str) -> None:
    """The title of the tab: what the page is about, so that a bookmark says it too."""
    choice, parts = chosen(), [wording.PAGES[page]]
    if choice.programme and page in ABOUT_A_MEASURE:
        parts = [opened().measure(choice.measure)["title"]]
    if choice.programme and page in ABOUT_A_PROGRAMME:
        parts += [numbers.programme_name(opened().programme(choice.programme)), choice.year]
    st.set_page_config(page_title=text.label(wording.tab_title(*parts)))


def address(page: str, **other: str) -> str:
    """The address of a page with the choice, but for what is other."""
    return f"./{page}?{urlencode({**chosen().address, **other})}"
