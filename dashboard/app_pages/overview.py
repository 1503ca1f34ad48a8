"""One programme: what was found, in sentences; the gaps drawn, all measures in one table, support, questions."""

import streamlit as st

from dashboard.components import overview as drawing
from dashboard.components import text
from dashboard.components.blocks import to_take_along
from dashboard.components.controls import chosen, opened, remember_mine
from dashboard.release.reader import EVERYBODY, compared_with
from dashboard.wording import numbers
from dashboard.wording import sentences as wording

release, choice = opened(), chosen()
whose = (choice.programme, choice.year)
results, programme = release.results_of(*whose), release.programme(choice.programme)
text.title(f"{numbers.programme_name(programme)}, {choice.year}")
text.caption(wording.about_programme(programme, choice.year))
with st.container(horizontal=True, vertical_alignment="center"):
    if results.height:
        to_take_along(release, choice)
    remember_mine()
if results.is_empty():
    text.paragraph(wording.NO_PART)
elif wording.nothing_shown(results.to_dicts()):
    drawing.nothing_shown(release, choice)
else:
    gaps = release.gaps(*whose, (compared_with(results) or EVERYBODY)[0])
    drawing.responses(gaps, results)
    drawing.what_was_found(release, choice, results, gaps)
    drawing.measures(release, results)
drawing.support(release.support_of(*whose))
