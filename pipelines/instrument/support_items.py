"""What a programme says of its policy and support, and the questions for a team meeting."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pipelines.instrument.entry import Code, Entry, Successor, Text, require


class Computed(Entry):
    """A status that follows from the date of another item."""

    item: Code
    date: Literal["since", "reviewed_on"]
    months: Annotated[int, Field(ge=1, le=120)]
    """The date lies fewer months than this before the end of the academic year."""


class SupportItem(Successor):
    """One thing a programme's policy or support may hold; the programme answers for itself."""

    id: Code
    replaces: tuple[Code, ...] = ()
    kind: Code
    title: Text
    in_place: Text | None = None
    """What must be true for it to be in place."""
    evidence: Text | None = None
    """Where the public can read it."""
    source: Text | None = None
    references: tuple[Code, ...] = ()
    computed: Computed | None = None
    personal: bool = False
    """It points at somebody: published only as in place or not known."""
    measures: tuple[Code, ...] = ()
    """Measures to look at before and after it came into place."""


class Question(Entry):
    """A question for a team meeting, and what makes it one to ask: a gap, a measure, a support item, or nothing."""

    id: Code
    text: Text
    gap: Code | None = None
    measure: Code | None = None
    item: Code | None = None
    when: Literal["published"] | None = None
    """Asked wherever the measure is published, whatever its rate: a few are too many."""

    @model_validator(mode="after")
    def _has_one_reason(self) -> Self:
        reasons = [reason for reason in (self.gap, self.measure, self.item) if reason]
        require(len(reasons) <= 1, "a question is about one gap, one measure or one support item, or about none")
        require(self.when is None or self.measure is not None, "only a question about a measure can have a when")
        return self
