"""Navigation and frame: the same controls in the same place on every page, always in the address."""

import streamlit as st

from dashboard import wording
from dashboard.choosing import choose, opened, published

PAGES = [
    st.Page("app_pages/overview.py", title="Overview", default=True),
    st.Page("app_pages/compare.py", title="Compare", url_path="compare"),
    st.Page("app_pages/change.py", title="Change", url_path="change"),
    st.Page("app_pages/support.py", title="Support", url_path="support"),
    st.Page("app_pages/together.py", title="Together", url_path="together"),
    st.Page("app_pages/steward.py", title="Steward", url_path="steward"),
    st.Page("app_pages/about.py", title="About", url_path="about"),
]

# The pages about one programme, year and measure have the controls; the others are about everything.
ABOUT_ONE = {"Overview", "Compare", "Change", "Support", "Together"}
# These show the same whatever measure is chosen, and a control that does nothing is not shown.
ALL_MEASURES = {"Support", "Together"}

st.set_page_config(page_title="Openness", layout="centered")
page = st.navigation(PAGES, position="top")
if not published():
    st.title("Nothing is published yet")
    st.write("The steward publishes with `openness publish`. To look around first, start `openness demo`.")
    st.stop()
choose(opened(), shown=page.title in ABOUT_ONE, measure=page.title not in ALL_MEASURES)
page.run()
st.divider()
st.caption(wording.SUPPORT)
