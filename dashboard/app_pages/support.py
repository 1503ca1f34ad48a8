"""What support and policy programmes say they have, and whether this programme's trainees know of it."""

import polars as pl
import streamlit as st

from dashboard.components import blocks as drawing
from dashboard.components import supporting, text
from dashboard.components.controls import chosen, opened
from dashboard.wording import across_programmes as wording_across

release, choice = opened(), chosen()
sentence = release.support_in(choice.year, choice.programme)
own_programme = sentence.filter(pl.col("programme_id") == choice.programme)

st.title("What support is in place?")
asked = release.asks_about_support()
text.paragraph(wording_across.support_sentence(own_programme.to_dicts()) if asked else wording_across.NOTHING_ASKED)
supporting.item(release, choice)
supporting.items(release.support_of(choice.programme, choice.year))
supporting.others(release, sentence, choice)
drawing.support_known(release, release.results_of(choice.programme, choice.year))
