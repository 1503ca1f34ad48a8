"""A page that shows TEXTS in each way the Upload page shows text from files."""

import streamlit as st

from dashboard.components.markdown_escape import literally
from tests.browser.texts import AT_THE_END, TEXTS

for text in TEXTS:
    st.write(literally(text))
st.table([{"Text": literally(text)} for text in TEXTS])
for number, text in enumerate(TEXTS):
    st.text_input(literally(text), key=str(number))
st.caption(AT_THE_END)
