"""Words on the screen. No other module hands Streamlit a text that is not a constant of our own.

Streamlit takes what it shows for Markdown with additions. What comes from a catalogue, a file or a person must be shown
as it stands there, so everything passes through `literally` here. Where a word is to be bold, in italics or in the
letters of a program, `Marked` says so; a sentence itself never holds Markdown.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components.markdown_escape import literally
from dashboard.wording.data import in_a_script
from dashboard.wording.marked import Marked, Paragraph

SIGNS = {"strong": "**", "emphasis": "*", "code": "`"}

Row = Mapping[str, str]


def title(words: str) -> None:
    """The heading of a page."""
    st.title(literally(words))


def header(words: str, anchor: str | None = None) -> None:
    """The heading of a part of a page; a link can lead to its anchor."""
    st.header(literally(words), anchor=anchor)


def subheader(words: str) -> None:
    """The heading of a part of a part."""
    st.subheader(literally(words))


def paragraph(*sentences: Paragraph) -> None:
    """Sentences that stand together; nothing where they are all blank."""
    words = " ".join(filter(None, map(marked_up, sentences)))
    if words:
        st.markdown(words)


def lead(words: str) -> None:
    """A sentence above a list."""
    st.markdown(f"**{literally(words)}**")


def caption(*sentences: str) -> None:
    """Sentences in small letters; nothing where they are all blank."""
    words = " ".join(filter(None, sentences))
    if words:
        st.caption(literally(words))


def listed(lines: Sequence[str]) -> None:
    """A list, one line each; nothing where there are none."""
    if lines:
        st.markdown("\n".join(f"- {literally(line)}" for line in lines))


def style(file: Path) -> None:
    """The style sheet of every page."""
    st.html(file)


def script(markup: str) -> None:
    """A script of our own, which holds nothing that anybody wrote."""
    st.html(markup, unsafe_allow_javascript=True)


def structured_data(fields: Mapping[str, object]) -> None:
    """What programs that look for data read of a page (JSON-LD). Nobody sees it, and no browser runs it."""
    st.html(f'<script type="application/ld+json">{in_a_script(fields)}</script>', unsafe_allow_javascript=True)


def drawn(markup: str) -> None:
    """HTML of our own, in which every text has been made literal by the module that draws it; nothing where it is
    blank."""
    if markup:
        st.html(markup)


def warning(words: str) -> None:
    st.warning(literally(words))


def error(words: str) -> None:
    st.error(literally(words))


def info(words: str) -> None:
    st.info(literally(words))


def success(words: str) -> None:
    st.success(literally(words))


def expander(words: str, *, expanded: bool = False) -> DeltaGenerator:
    """A part of the page that opens when it is pressed."""
    return st.expander(literally(words), expanded=expanded)


def link(words: str, address: str) -> None:
    """A link to somewhere else. The address is one that the contract of its file has let through."""
    st.link_button(literally(words), address, type="tertiary")


def code(words: str) -> None:
    """Something to copy, letter for letter; here Streamlit takes no text for more than it is."""
    st.code(words, language=None, wrap_lines=True)


def label(words: str) -> str:
    """What is written on or above a button, a field or a choice."""
    return literally(words)


def table(rows: pl.DataFrame | Sequence[Row], *, at_most: int | None = None) -> None:
    """A table of words; one of more than `at_most` rows scrolls."""
    frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(rows)
    if at_most is not None and frame.height > at_most:
        scrolling_table(frame)
    else:
        words = {literally(name): [_cell(value) for value in frame[name]] for name in frame.columns}
        st.table(pl.DataFrame(words), hide_index=True, border="horizontal")


def scrolling_table(rows: pl.DataFrame) -> None:
    """A table of cells as they are; here Streamlit takes no text for more than it is."""
    st.dataframe(rows, hide_index=True)


def marked_up(sentence: Paragraph) -> str:
    """A sentence as Markdown that shows its words as they are."""
    if isinstance(sentence, str):
        return literally(sentence)
    return "".join(_marked(part) if isinstance(part, Marked) else literally(part) for part in sentence)


def _marked(part: Marked) -> str:
    sign = SIGNS[part.how]
    return f"{sign}{part.words if part.how == 'code' else literally(part.words)}{sign}"


def _cell(value: object) -> object:
    return literally(value) if isinstance(value, str) else value
