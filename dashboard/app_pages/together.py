"""Across programmes: do the openness of staff and what trainees say go together? Association, and never a cause."""

from functools import partial

import streamlit as st

from dashboard.charts import across_programmes as charts_across
from dashboard.components import blocks as drawing
from dashboard.components import tables, text
from dashboard.components.controls import chosen, opened
from dashboard.components.downloads import Export
from dashboard.wording import across_programmes as wording_across

release, choice = opened(), chosen()
pairs = release.associations(choice.year)

if pairs.is_empty():
    st.title("Together")
    text.paragraph(wording_across.NO_PAIRS)
for place, pair in enumerate(pairs.iter_rows(named=True)):
    (text.header if place else text.title)(pair["title"])
    text.paragraph(wording_across.association_sentence(pair))
    if pair["correlation"] is not None:
        points = release.association_points(pair["association_id"], choice.year)
        if choice.programme not in points["programme_id"]:
            text.paragraph(wording_across.NO_POINT)
        drawing.chart_and_table(
            partial(charts_across.against_each_other, points, pair, choice.programme, drawing.ink()),
            partial(tables.pairs, points, pair, choice.programme),
            alt=wording_across.association_alt(pair),
            export=Export("together", points, ("programme", "year"), pair["association_id"]),
        )
    with st.expander("What was asked"):
        drawing.measure_words(release.measure(pair["first"]))
        drawing.measure_words(release.measure(pair["second"]))
    if not place:
        drawing.how_to_read(wording_across.together_how_to_read(pair))
