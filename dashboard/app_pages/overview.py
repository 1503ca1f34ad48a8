"""One programme: what was found, in sentences; then the gaps drawn, all measures in one table, support, questions."""

import streamlit as st

from dashboard.components import overview as drawing
from dashboard.components import text
from dashboard.components.blocks import report_button, words_and_plan
from dashboard.components.controls import chosen, opened, remember_mine
from dashboard.release.reader import EVERYBODY, compared_with
from dashboard.wording import numbers
from dashboard.wording import sentences as wording

release, choice = opened(), chosen()
whose = (choice.programme, choice.year)
results, programme = release.results_of(*whose), release.programme(choice.programme)

text.title(numbers.programme_name(programme))
text.caption(wording.about_programme(programme, choice.year))
with st.container(horizontal=True):
    if results.height:
        report_button(release, choice)
    remember_mine()
if results.is_empty():
    text.paragraph(wording.NO_PART)
else:
    kind, _ = compared_with(results) or EVERYBODY
    gaps = release.gaps(*whose, kind)
    drawing.findings(release, choice, results, gaps)
    drawing.questions(release.questions_for(*whose))
    drawing.gaps(gaps, results)
    drawing.measures(release, results)
    drawing.side_by_side(release.side_by_side(), results)
drawing.support(release.support_of(*whose))
words_and_plan(release.plan())
