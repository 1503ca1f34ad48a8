"""What is measured and how, what is shown and what is not, and which release this is."""

import polars as pl
import streamlit as st

from dashboard.components import tables
from dashboard.components.controls import opened
from dashboard.wording import sentences as wording

release = opened()
about, measures = release.about(), release.measures()

st.title("About these numbers")
st.write(wording.PURPOSE)
st.header("What is shown, and what is not")
st.write(wording.thresholds(about))
for paragraph in wording.RULE:
    st.write(paragraph)
st.header("What is asked")
st.write(f"{about['title']}. {about['instrument_status']}")
for pillar, heading in wording.PILLARS.items():
    st.subheader(heading)
    st.table(tables.definitions(measures.filter(pl.col("pillar") == pillar)), hide_index=True, border="horizontal")
st.header("This release")
st.write(wording.release_sentence(about))
