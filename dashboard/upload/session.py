"""What the Upload page keeps from run to run: for this session alone, and of a file only as long as it is looked at."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

OF_A_FILE = ("read", "examined")
"""What is known of the file on the page, kept so that it is not read again for every click. Holds its rows."""
MATCHED = ("mapping", "saved")
CHOSEN = (*MATCHED, "sheet", "headings_lines")
"""What was said of a file, and is kept for the next try."""
Made = TypeVar("Made")


def kept(name: str, key: object, make: Callable[[], Made]) -> Made:
    """What was made for this key; only the latest of a name is kept, and None is not."""
    held = st.session_state.get(name)
    if held is None or held[0] != key:
        drop(name)
        held = key, make()
        if held[1] is not None:
            st.session_state[name] = held
    made: Made = held[1]
    return made


def drop(*names: str) -> None:
    """Keep these no longer."""
    for name in names:
        st.session_state.pop(name, None)


def numbered(name: str) -> str:
    """The key of a widget that is emptied by `begin_anew`, which counts the number up."""
    return f"{name} {st.session_state.setdefault('round', 0)}"


def forget() -> None:
    """What was said of a file: its sheet, its headings, what is what."""
    drop(*CHOSEN)
    forget_matching()


def forget_matching() -> None:
    """What was said of its headings and answers; the widgets that asked for it are empty again."""
    drop(*MATCHED)
    st.session_state["said"] = st.session_state.get("said", 0) + 1


def said(name: str) -> str:
    """The key of a widget whose answer is forgotten by `forget`."""
    return f"{name} {st.session_state.get('said', 0)}"


def begin_anew() -> None:
    """An empty page for the next file."""
    drop(*OF_A_FILE)
    forget()
    st.session_state["round"] = st.session_state.get("round", 0) + 1
