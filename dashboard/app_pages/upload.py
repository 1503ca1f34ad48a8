"""A file on its way in: chosen, matched, told what to put right, looked at, submitted; and what was sent before."""

import streamlit as st

from dashboard import uploading
from dashboard import wording_upload as wording
from dashboard.literal import literally
from pipelines.desk import Desk
from pipelines.errors import OpennessError
from pipelines.settings import Settings

st.title(wording.TITLE)
st.write(wording.INTRODUCTION)
try:
    desk = Desk(Settings())
    uploading.receipt()
    uploading.before(desk)
    if file := uploading.chosen_file():
        uploading.hand_in(desk, *file)
    uploading.my_submissions(desk)
except OpennessError as error:
    st.warning(literally(str(error)))
