"""What the Upload page keeps from run to run: for one session alone, and a file only as long as somebody looks at it.

No other module of the page knows a key of the session.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

import polars as pl
import streamlit as st

from pipelines.upload import Finding, Mapping, Sheet, Submitted, UnmatchedColumns

Made = TypeVar("Made")


class Widget(StrEnum):
    """The keys of widgets of the page. Streamlit keeps what a person enters under them."""

    TEMPLATE_OF = "template_of"
    SURVEY_TOOL = "survey_tool"
    TEMPLATE_PROGRAMME = "template_programme"
    TEMPLATE_YEAR = "template_year"
    DATASET = "dataset"
    FILE = "file"
    WHICH_SHEET = "which_sheet"
    SAVED_MAPPING = "saved_mapping"
    STAGES = "stages"
    LIKELY_PROGRAMMES = "likely_programmes"
    SENT_BY = "sent_by"
    REPLACE = "replace"
    RECEIPTS = "receipts"
    WITHDRAWAL = "withdrawal"


@dataclass
class Latest(Generic[Made]):
    """The latest thing that was made, and for what."""

    made_for: object = None
    made: Made | None = None

    def get(self, made_for: object, make: Callable[[], Made | None]) -> Made | None:
        """What was made for this; it is made now if something else was made last, or nothing."""
        if self.made is None or self.made_for != made_for:
            self.forget()
            self.made_for, self.made = made_for, make()
        return self.made

    def forget(self) -> None:
        """Let go of it before anything else is made: it may be large."""
        self.made_for = self.made = None


@dataclass(frozen=True)
class ReadFile:
    """The cells of a file, what in them is not matched, and in words how the person said they stand in the file."""

    sheet: Sheet
    unmatched: UnmatchedColumns
    how_read: str


@dataclass(frozen=True)
class CheckedFile:
    """What is known about a file after it was examined."""

    accepted: bool
    """Whether it can be taken in."""
    replaces: str | None
    """Whether it would take the place of another: the rule of the finding that says so."""
    findings: tuple[Finding, ...]
    table: pl.DataFrame
    """The findings in words."""
    preview: pl.DataFrame | None
    """What will be counted."""
    rows: pl.DataFrame | None
    """The rows that will be stored, where they are not counted."""


@dataclass
class UploadSession:
    """Everything the page keeps that no widget keeps."""

    # the file on the page, so that it is not read again for every click; holds its rows
    read: Latest[ReadFile] = field(default_factory=Latest)
    checked: Latest[CheckedFile] = field(default_factory=Latest)

    # what the person said about a file, kept for the next try
    sheet: str | None = None
    headings_lines: dict[int, int] = field(default_factory=dict)
    """The line of the headings, by the line that seemed to hold them."""
    mapping: tuple[str, Mapping, bytes] | None = None
    """The dataset, the mapping that is used, and the content of its file."""
    saved_mapping: tuple[str, Mapping] | None = None
    """The dataset, and the mapping of last year, from which the choices are filled in."""
    mapping_file: str | None = None
    """The id of the mapping file that was read last."""

    # what was sent
    sender: str = ""
    refusal: str | None = None
    """Why the file was not taken in, for the next run of the page."""
    submitted: Submitted | None = None
    """The submission whose receipt is on the page."""
    submitted_file: tuple[str, str] | None = None
    """The id of its file on the page, and its dataset."""
    earlier: tuple[Submitted, ...] = ()
    """The submissions before it."""
    receipt_ids: str | None = None
    """What the next run of the page writes into the field for receipts."""
    taken_back: bool = False

    # counted up to give widgets new keys, which empties them
    files_begun: int = 0
    matchings_begun: int = 0

    def forget_file(self) -> None:
        """Let go of the file and everything read from it."""
        self.read.forget()
        self.checked.forget()

    def forget_choices(self) -> None:
        """Forget what was said about a file: its sheet, its headings, and what is what."""
        self.sheet, self.headings_lines = None, {}
        self.forget_matching()

    def forget_matching(self) -> None:
        """Forget what was said about headings and answers, and empty the widgets that asked for it."""
        self.mapping = self.saved_mapping = None
        self.matchings_begun += 1

    def begin_again(self) -> None:
        """An empty page for the next file. The receipt that was on the page can still be had."""
        if self.submitted is not None:
            self.earlier, self.submitted = (*self.earlier, self.submitted), None
        self.forget_file()
        self.forget_choices()
        self.files_begun += 1

    def forget_submission(self, submission_id: str) -> None:
        """A submission that was taken back has no receipt any longer."""
        if self.submitted and self.submitted.receipt.submission_id == submission_id:
            self.submitted = self.submitted_file = None
        self.earlier = tuple(sent for sent in self.earlier if sent.receipt.submission_id != submission_id)


def session() -> UploadSession:
    """What is kept for the person at this page."""
    kept: UploadSession = st.session_state.setdefault("upload", UploadSession())
    return kept


def file_key(widget: Widget) -> str:
    """The key of a widget that is empty again for the next file."""
    return f"{widget} {session().files_begun}"


def heading_key(heading: str) -> str:
    """The key of the widget that asks what a heading is."""
    return _matching_key(f"heading {heading}")


def constant_key(column: str) -> str:
    """The key of the widget that asks for a value that is the same in every row."""
    return _matching_key(f"constant {column}")


def answer_key(cell: str, codes: tuple[str, ...]) -> str:
    """The key of the widget that asks which of some codes a cell means."""
    return _matching_key(f"answer {cell} of {' '.join(codes)}")


def date_key(heading: str) -> str:
    """The key of the widget that asks in which order dates are written."""
    return _matching_key(f"dates of {heading}")


def programme_key(name: str) -> str:
    """The key of the widget that asks which programme a name stands for."""
    return _matching_key(f"programme {name}")


def blanks_key(cell: str, columns: Sequence[str]) -> str:
    """The key of the widget that asks what a blank means."""
    return _matching_key(f"blanks beside {cell} in {' '.join(columns)}")


def ticks_key(heading: str, answer: str) -> str:
    """The key of the widget that asks which columns an answer ticks."""
    return _matching_key(f"ticks of {answer} in {heading}")


def entered(key: str) -> str | None:
    """What a widget holds."""
    value: str | None = st.session_state.get(key)
    return value


def fill_in(key: str, value: str) -> None:
    """Put this into a widget that is not on the screen yet in this run."""
    st.session_state[key] = value


def fill_in_if_new(key: str, value: str) -> None:
    """Put this into a widget that is about to be shown for the first time."""
    st.session_state.setdefault(key, value)


def _matching_key(name: str) -> str:
    return f"{name} {session().matchings_begun}"
