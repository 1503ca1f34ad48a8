"""One programme: expected and modelled first, in words, then the three pillars beside comparable programmes."""

import streamlit as st

from dashboard import drawing, tables, wording
from dashboard.choosing import chosen, opened

release, choice = opened(), chosen()
results = release.results_of(choice.programme, choice.year)
support = release.support_of(choice.programme, choice.year)

st.caption(wording.about_programme(release.programme(choice.programme), choice.year))
if results.is_empty():
    st.title("Nothing for this year")
    st.write(wording.NO_PART)
else:
    drawing.gaps(release.gaps(choice.programme, choice.year), results)
    drawing.compared_with(results)
    drawing.how_to_read()
    for pillar in wording.PILLARS:
        drawing.pillar(pillar, results)
    drawing.closer(release.measure(choice.measure), results)
    drawing.report_button(release, choice)
if support.height:
    st.subheader("What is in place")
    st.write("What the programme says of itself.")
    st.table(tables.support(support), hide_index=True, border="horizontal")
