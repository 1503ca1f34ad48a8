"""One programme: expected and modelled first, in words, then the three pillars beside comparable programmes."""

import streamlit as st

from dashboard.components import blocks as drawing
from dashboard.components import text
from dashboard.components.controls import chosen, opened
from dashboard.release.reader import EVERYBODY, compared_with
from dashboard.wording import sentences as wording

release, choice = opened(), chosen()
whose = (choice.programme, choice.year)
results = release.results_of(*whose)

programme = release.programme(choice.programme)

text.caption(wording.about_programme(programme, choice.year))
if results.is_empty():
    st.title("Nothing for this year")
    text.paragraph(wording.NO_PART)
else:
    kind, _ = compared_with(results) or EVERYBODY
    drawing.gaps(release.gaps(*whose, kind), results, kind)
    drawing.side_by_side(release.side_by_side(), results)
    drawing.comparator(results)
    drawing.how_to_read(f"{wording.HOW_TO_READ} {wording.POPULATION}")
    drawing.highlights(release.highlights(*whose, kind), release.worded_anew(*whose))
    for pillar in release.pillars().iter_rows(named=True):
        drawing.pillar(release, pillar, results)
    drawing.questions(release.questions_for(*whose))
    drawing.closer(release.measure(choice.measure), results, programme["profession_code"])
drawing.support(release.support_of(*whose))
drawing.words_and_plan(release.plan())
if results.height:
    drawing.report_button(release, choice)
