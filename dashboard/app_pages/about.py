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
    text.table(tables.definitions(measures.filter((pl.col("pillar") == pillar) & ~pl.col("retired"))))
if (retired := measures.filter("retired")).height:
    with text.expander(wording.RETIRED):
        text.table(tables.definitions(retired))
if left_out := release.left_out():
    st.header("What is left out on purpose")
    text.table(tables.left_out(left_out))
st.header("Who sees single answers")
text.paragraph(wording.SINGLE_ANSWERS)
if (corrections := release.corrections()).height:
    st.header("Questions whose wording was corrected")
    text.table(tables.corrections(corrections))
if (references := release.references()).height:
    st.header("What the questions rest on")
    text.listed([wording.reference(row) for row in references.iter_rows(named=True)])
st.header("This release")
text.paragraph(wording.release_sentence(about))
