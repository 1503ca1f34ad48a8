"""What support and policy programmes say they have, and whether this programme's trainees know of it."""

from functools import partial

import polars as pl
import streamlit as st

from dashboard.charts import across_programmes as charts_across
from dashboard.components import blocks as drawing
from dashboard.components import supporting, tables, text
from dashboard.components.controls import chosen, opened
from dashboard.components.downloads import Export
from dashboard.wording import across_programmes as wording_across

release, choice = opened(), chosen()
sentence = release.support_in(choice.year, choice.programme)
own_programme = sentence.filter(pl.col("programme_id") == choice.programme)
few = sentence["programme_id"].n_unique() <= charts_across.SIDE_BY_SIDE

st.title("What support is in place?")
asked = release.asks_about_support()
text.paragraph(wording_across.support_sentence(own_programme.to_dicts()) if asked else wording_across.NOTHING_ASKED)
supporting.item(release, choice)
supporting.items(release.support_of(choice.programme, choice.year))
if sentence.height:
    statuses = release.support_statuses().to_dicts()
    drawing.how_to_read(wording_across.support_how_to_read(release.people()["trainee"], statuses))
    text.caption(wording_across.KEY if few else wording_across.MANY)
for kind, rows in sentence.group_by("kind", "kind_title", maintain_order=True) if few else ():
    text.header(kind[1])
    drawing.chart_and_table(
        partial(charts_across.support, rows, choice.programme, drawing.ink()),
        partial(tables.support_by_item, rows, choice.programme),
        alt=wording_across.support_alt(kind[1]),
        export=Export("support", None, ("programme", "year"), kind[0]),
    )
if not few:
    text.table(tables.support(own_programme))
    with st.expander("All programmes as a table"):
        text.scrolling_table(tables.support_of_all(sentence))
drawing.support_known(release, release.results_of(choice.programme, choice.year))
