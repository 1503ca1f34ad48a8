"""Which academic years are open, who has sent what for each, and opening and closing them. For the steward."""

import streamlit as st

from dashboard import access
from dashboard.components import text
from dashboard.steward import actions, forms, tables
from dashboard.wording import steward as wording
from pipelines.roles import Action
from pipelines.steward.years import collection

visitor = access.require(Action.STEWARD)
text.title(wording.YEARS_TITLE)
text.paragraph(wording.YEARS)
actions.tell_what_was_done()
held = actions.read(collection, visitor)
if held is not None:
    year = st.selectbox(text.label(wording.YEAR), list(held.states))
    if year:
        text.paragraph(wording.state(year, held.is_open(year), year in held.final))
        text.paragraph(wording.nothing_from(held.nothing_from(year), len(held.programmes)))
        if year not in held.final:
            forms.close_or_open(year, held.is_open(year))
        text.table(tables.responses(held, year), at_most=wording.SCROLLS_AFTER)
        text.caption(wording.unnamed(visitor.name is not None))
forms.open_another()
