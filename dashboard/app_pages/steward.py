"""What waits and since when, what is held, and where nearly everybody answered. For the steward, from the store."""

import streamlit as st

from dashboard.components import tables
from dashboard.wording import sentences as wording
from pipelines.errors import OpennessError
from pipelines.settings import Settings
from pipelines.steward import look

st.title("What is waiting")
st.write(wording.WAITING)
try:
    view = look(Settings())
except OpennessError as error:
    st.warning(str(error))
else:
    if view.lists.height:
        st.table(tables.waiting(view.lists, view.programmes, view.titles), hide_index=True, border="horizontal")
    else:
        st.write("Nothing waits.")
    if view.held.height:
        st.header("Corrections held back")
        st.write(wording.HELD)
        st.table(tables.held(view.held, view.programmes, view.titles), hide_index=True, border="horizontal")
    if view.nearly_everybody.height:
        st.header("Nearly everybody answered")
        st.write(wording.NEARLY_EVERYBODY)
        st.table(tables.nearly_everybody(view.nearly_everybody, view.programmes), hide_index=True, border="horizontal")
