"""Navigation and frame: the same controls in the same place on every page, always in the address."""

import streamlit as st

from dashboard.components import text
from dashboard.components.controls import ABOUT_ONE, ALL_MEASURES, COMPARING, choose, opened, published
from dashboard.upload import file_memory
from dashboard.upload.session import session
from pipelines.errors import Refused
from pipelines.support_words import FOR_READERS

PAGES = [
    st.Page("app_pages/overview.py", title="Overview", default=True),
    st.Page("app_pages/compare.py", title="Compare", url_path="compare"),
    st.Page("app_pages/change.py", title="Change", url_path="change"),
    st.Page("app_pages/support.py", title="Support", url_path="support"),
    st.Page("app_pages/together.py", title="Together", url_path="together"),
    st.Page("app_pages/upload.py", title="Upload", url_path="upload"),
    st.Page("app_pages/steward.py", title="Steward", url_path="steward"),
    st.Page("app_pages/about.py", title="About", url_path="about"),
]

CONTROLS = {
    "Overview": ABOUT_ONE,
    "Compare": COMPARING,
    "Change": ABOUT_ONE,
    "Support": ALL_MEASURES,
    "Together": ALL_MEASURES,
}
"""The other pages are about everything."""
BEFORE_A_RELEASE = {"Upload", "Steward"}

st.set_page_config(page_title="Openness", layout="centered")
page = st.navigation(PAGES, position="top")
if page.title != "Upload":  # first, because what follows may stop
    session().forget_file()
    file_memory.drop()
if published():
    try:
        choose(opened(), CONTROLS.get(page.title, ()))
    except Refused as refusal:
        if page.title not in BEFORE_A_RELEASE:
            st.title("A new release is needed")
            text.warning(str(refusal))
            st.stop()
elif page.title not in BEFORE_A_RELEASE:
    st.title("Nothing is published yet")
    st.write("The steward publishes with `openness publish`. To look around first, start `openness demo`.")
    st.stop()
page.run()
st.divider()
text.caption(FOR_READERS)
