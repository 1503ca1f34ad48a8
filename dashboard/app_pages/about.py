"""What is measured and how, what is shown and what is not, and which release this is."""

import polars as pl
import streamlit as st

from dashboard.components import tables, text
from dashboard.components.controls import opened
from dashboard.wording import about as wording

release = opened()
about, measures = release.about(), release.measures()

st.title("About these numbers")
text.paragraph(wording.purpose(release.instrument()))
st.header("What is shown, and what is not")
text.paragraph(wording.thresholds(about))
for paragraph in wording.rule(about):
    text.paragraph(paragraph)
st.header("What is asked")
text.paragraph(f"{about['title']}. {about['instrument_status']}")
for pillar, heading, _ in release.pillars().iter_rows():
    text.subheader(heading)
    text.table(tables.definitions(measures.filter(pl.col("pillar") == pillar)))
st.header("This release")
text.paragraph(wording.release_sentence(about))
