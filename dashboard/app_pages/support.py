"""What support and policy programmes say they have, and whether this programme's trainees know of it."""

import polars as pl
import streamlit as st

from dashboard.charts import across_programmes as charts_across
from dashboard.components import blocks as drawing
from dashboard.components import tables
from dashboard.components.controls import chosen, opened
from dashboard.components.downloads import Export
from dashboard.wording import across_programmes as wording_across

release, choice = opened(), chosen()
said = release.support_in(choice.year, choice.programme)
own = said.filter(pl.col("programme_id") == choice.programme)
results = release.results_of(choice.programme, choice.year)
few = said["programme_id"].n_unique() <= charts_across.SIDE_BY_SIDE

st.title("What support is in place?")
st.write(wording_across.support_sentence(own.to_dicts()))
if said.height:
    drawing.how_to_read(wording_across.SUPPORT_HOW_TO_READ)
    st.caption(wording_across.KEY if few else wording_across.MANY)
for kind in said["kind"].unique(maintain_order=True) if few else ():
    rows = said.filter(pl.col("kind") == kind)
    st.subheader(wording_across.kind_heading(kind))
    drawing.chart_and_table(
        charts_across.support(rows, choice.programme, drawing.ink()),
        tables.support_by_item(rows, choice.programme),
        alt=wording_across.support_alt(kind),
        export=Export("support", None, ("programme", "year"), kind),
    )
if not few:
    st.table(tables.support(own), hide_index=True, border="horizontal")
    with st.expander("All programmes as a table"):
        st.dataframe(tables.support_of_all(said), hide_index=True)
if results.height:
    drawing.pillar("support_offered", results)
    drawing.comparator(results)
