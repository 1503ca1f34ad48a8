"""Which academic years are open, who has sent what for each, and opening and closing them. For the steward."""

import streamlit as st

from dashboard import access
from dashboard.components import text
from dashboard.steward import actions, forms, tables
from dashboard.wording import steward as wording
from pipelines.errors import OpennessError
from pipelines.roles import Action
from pipelines.settings import Settings
from pipelines.steward.years import collection

visitor = access.require(Action.STEWARD)
text.title(wording.YEARS_TITLE)
text.paragraph(wording.YEARS)
actions.tell_what_was_done()
try:
    held = collection(Settings(), visitor)
except OpennessError as error:
    text.warning(error.for_visitors)
else:
    year = st.selectbox(text.label(wording.YEAR), list(held.states))
    if year:
        text.paragraph(wording.state(year, held.is_open(year)))
        text.paragraph(wording.nothing_from(held.nothing_from(year), len(held.programmes)))
        forms.close_or_open(year, held.is_open(year))
        text.table(tables.responses(held, year), at_most=wording.SCROLLS_AFTER)
forms.open_another()
