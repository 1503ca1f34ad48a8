"""What waits and since when, what was set aside, where nearly everybody answered. For the steward, from the store."""

import streamlit as st

from dashboard import access
from dashboard.components import tables, text
from dashboard.steward import actions
from dashboard.wording import steward as wording
from pipelines.roles import Action
from pipelines.steward.waiting import look

visitor = access.require(Action.STEWARD)
st.title("What is waiting")
text.paragraph(wording.WAITING)
view = actions.read(look, visitor)
if view is not None:
    if view.lists.height:
        text.table(tables.waiting(view.lists, view.programmes, view.titles))
    else:
        st.write("Nothing waits.")
    if view.set_aside.height:
        st.header("Files set aside")
        text.paragraph(wording.SET_ASIDE)
        text.table(tables.set_aside(view.set_aside))
    if view.nearly_everybody.height:
        st.header("Nearly everybody answered")
        text.paragraph(wording.NEARLY_EVERYBODY)
        text.table(tables.nearly_everybody(view.nearly_everybody, view.programmes, view.people))
