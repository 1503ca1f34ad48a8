"""What waits and since when, what is held, and where nearly everybody answered. For the steward, from the store."""

import streamlit as st

from dashboard.components import tables, text
from dashboard.wording import steward as wording
from pipelines.errors import OpennessError
from pipelines.settings import Settings
from pipelines.steward import look

st.title("What is waiting")
text.paragraph(wording.WAITING)
try:
    view = look(Settings())
except OpennessError as error:
    text.warning(str(error))
else:
    if view.lists.height:
        text.table(tables.waiting(view.lists, view.programmes, view.titles))
    else:
        st.write("Nothing waits.")
    if view.held.height:
        st.header("Corrections held back")
        text.paragraph(wording.HELD)
        text.table(tables.held(view.held, view.programmes, view.titles))
    if view.nearly_everybody.height:
        st.header("Nearly everybody answered")
        text.paragraph(wording.NEARLY_EVERYBODY)
        text.table(tables.nearly_everybody(view.nearly_everybody, view.programmes, view.people))
