"""What a steward does on a page: it is confirmed in words, the role is asked for again, and a refusal says why."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from dashboard import access
from dashboard.components import text
from dashboard.wording import steward as wording
from pipelines.errors import OpennessError
from pipelines.roles import Action, Visitor
from pipelines.settings import Settings

DONE = "done_by_the_steward"
"""Under this key of the session stands what was done last, until the page has told it."""
Act = Callable[[Settings, Visitor], str]
"""Does something, and says what was done."""
Held = TypeVar("Held")


def tell_what_was_done() -> None:
    """Say it above the page that was drawn anew."""
    if done := st.session_state.pop(DONE, None):
        text.success(done)


def read(source: Callable[[Settings, Visitor], Held], visitor: Visitor) -> Held | None:
    """What a room of the steward gives; None where it cannot, and then it says here why."""
    try:
        return source(Settings(), visitor)
    except OpennessError as error:
        text.warning(error.for_visitors)
        return None


def confirmed(asked: wording.Asked) -> bool:
    """In a form: what to agree to, and the button. Whether both were given."""
    agreed = st.checkbox(text.label(asked.consequence))
    if not st.form_submit_button(text.label(asked.button)):
        return False
    if not agreed:
        text.warning(wording.AGREE_FIRST)
    return agreed


def act(action: Act) -> None:
    """Do it if whoever is at the page is still a steward, and draw the page anew. Say here why it was refused."""
    try:
        st.session_state[DONE] = action(Settings(), access.require(Action.STEWARD))
    except OpennessError as error:
        text.warning(error.for_visitors)
        return
    st.rerun()
