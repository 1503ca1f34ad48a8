"""Navigation and frame: the same links and controls in the same place on every page, and the choice in the address."""

from pathlib import Path

import streamlit as st

from dashboard import access
from dashboard.components import controls as choosing
from dashboard.components import navigation, text
from dashboard.upload import file_memory
from dashboard.upload.session import session
from dashboard.wording import frame as wording
from pipelines.errors import Refused

PAGES = {
    name: st.Page(f"app_pages/{name}.py", title=title, url_path=name, default=name == "overview")
    for name, title in wording.PAGES.items()
}
CONTROLS = {
    "overview": choosing.ALL_MEASURES,
    "compare": choosing.COMPARING,
    "change": choosing.ABOUT_ONE,
    "support": choosing.ALL_MEASURES,
    "together": choosing.ALL_MEASURES,
}
"""Of pages about a programme. The other pages are about everything."""
BEFORE_A_RELEASE = {"upload", "accessibility", *wording.STEWARD_PAGES}


def ready(name: str) -> bool:
    """Draw what stands above a page; whether the page itself has something to show."""
    try:
        if choosing.published():
            return ready_with_release(name)
    except Refused as refusal:
        navigation.links(PAGES)
        if name not in BEFORE_A_RELEASE:
            st.title("A new release is needed")
            text.warning(str(refusal))
        return name in BEFORE_A_RELEASE
    navigation.links(PAGES)
    if name not in BEFORE_A_RELEASE:
        text.title(wording.NOTHING_PUBLISHED)
        st.write("The steward publishes with `openness publish`. To look around first, start `openness demo`.")
    return name in BEFORE_A_RELEASE


def ready_with_release(name: str) -> bool:
    release = choosing.opened()
    choosing.take_choice(release, who.own_programmes)
    navigation.links(PAGES)
    navigation.name_tab(name)
    choosing.tell_of_newer_release()
    if name in CONTROLS and not choosing.chosen().programme:
        choosing.ask_for_programme(release)
        text.paragraph(wording.GO_TO_THE_FIELD)
        return False
    choosing.controls(release, CONTROLS.get(name, ()))
    return True


st.set_page_config(page_title=wording.PRODUCT, layout="wide")
who = access.let_in()
PAGES = {name: page for name, page in PAGES.items() if access.may_see(name, who)}
page = st.navigation(list(PAGES.values()), position="hidden")
page_name = page.url_path or "overview"
text.style(Path(__file__).with_name("style.css"))
if page_name != "upload":
    session().forget_file()
    file_memory.drop()
if ready(page_name):
    if page_name in wording.STEWARD_PAGES:
        navigation.links_for_the_steward(PAGES)
    page.run()
st.divider()
if where_help_is := choosing.where_help_is():
    text.caption(where_help_is)
navigation.foot(PAGES)
text.script(choosing.PRINTING)
