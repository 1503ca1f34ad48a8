"""What waits and since when, what was set aside, where nearly everybody answered. For the steward, from the store."""

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
    if view.set_aside.height:
        st.header("Files set aside")
        st.write(wording.SET_ASIDE)
        st.table(tables.set_aside(view.set_aside, view.programmes), hide_index=True, border="horizontal")
    if view.nearly_everybody.height:
        st.header("Nearly everybody answered")
        st.write(wording.NEARLY_EVERYBODY)
        st.table(tables.nearly_everybody(view.nearly_everybody, view.programmes), hide_index=True, border="horizontal")
