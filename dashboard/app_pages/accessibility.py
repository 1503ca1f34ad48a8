"""What is known of how these pages can be used by everybody, and what is known not to work."""

import streamlit as st

from dashboard.components import text
from dashboard.wording import accessibility as wording

st.title("Accessibility statement")
text.paragraph(wording.AIM)
st.header("What works")
text.listed(wording.WORKS)
st.header("What is known not to work")
text.listed(wording.DOES_NOT_WORK)
st.header("How this was tested")
text.paragraph(wording.TESTED)
st.header("If something does not work for you")
text.paragraph(wording.REPORT)
