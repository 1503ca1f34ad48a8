"""What the instrument is and rests on: its title, the terms it defines, its references, and what it leaves out."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from pipelines.academic_year import FIRST_MONTH
from pipelines.instrument.dataset import Group
from pipelines.instrument.entry import Code, Entry, Text
from pipelines.instrument.translation import TranslatedEntry

LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
"""A language as HTML writes it: `en-GB`, `cy`."""
Doi = Annotated[str, StringConstraints(pattern=r"^10\.[0-9]{4,9}/\S+$")]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\"'<>]+$")]


class Instrument(TranslatedEntry):
    translatable: ClassVar[frozenset[str]] = frozenset({"title", "status", "about", "help"})

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,63}$")]
    version: Text
    title: Text
    status: Text
    language: LanguageTag = "en-GB"
    """The language of its texts; translations stand beside them."""
    first_month: Annotated[int, Field(ge=1, le=12)] = FIRST_MONTH
    """The month in which its academic years begin."""
    licence: Text | None = None
    """Under what terms others may use its wording."""
    question: Text | None = None
    """The question that the instrument answers."""
    subject: Text | None = None
    """What is set side by side; it goes on after "This dashboard sets side by side"."""
    principle: Text | None = None
    """How its numbers are to be taken."""
    about: Text | None = None
    """What it is about, for those who are asked."""
    help: Text | None = None
    """Where respondents and readers find support. Without it nothing is said of any."""


class Term(TranslatedEntry):
    """A line above the questions that says what a word means in them."""

    translatable: ClassVar[frozenset[str]] = frozenset({"text"})

    id: Code
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    text: Text


class Reference(Entry):
    """What a question rests on, and how much of it was read."""

    id: Code
    cite: Text
    doi: Doi | None = None
    doi_seen: bool = False
    """Whether the DOI stood on a page that was read."""
    seen: Text
    """What was read: the abstract, the page, parts of it."""
    url: Address | None = None


class LeftOut(Entry):
    """Something that is not asked on purpose, and why."""

    id: Code
    title: Text
    why: Text
