"""A file on its way in: chosen, matched, told what to put right, looked at, submitted; and what was sent before."""

import streamlit as st

from dashboard.components import text
from dashboard.upload import steps as uploading
from dashboard.upload import wording
from pipelines.errors import OpennessError
from pipelines.settings import Settings
from pipelines.upload import Desk

st.title(wording.TITLE)
text.paragraph(wording.INTRODUCTION)
try:
    desk = Desk(Settings())
    uploading.receipt()
    uploading.before(desk)
    if file := uploading.chosen_file():
        uploading.hand_in(desk, *file)
    uploading.my_submissions(desk)
except OpennessError as error:
    text.warning(str(error))
