"""The stages in which a file is looked at, what must be right before the next is worth a look; and what a rule of a
finding says of itself."""

from enum import StrEnum
from typing import Literal, Self

Severity = Literal["error", "warning"]


class Stage(StrEnum):
    """What must be right first, in this order."""

    words: str
    """The stage as people read it."""

    def __new__(cls, name: str, words: str) -> Self:
        stage = str.__new__(cls, name)
        stage._value_, stage.words = name, words
        return stage

    FILE = "file", "The file"
    HEADINGS = "headings", "Its headings"
    ANSWERS = "answers", "Its cells"
    ROWS = "rows", "Its rows together"
    HELD = "held", "What is held already"


class RuleEntry(StrEnum):
    """A rule that a finding can name: its stage, whether it blocks, what it means, and how to mend the file."""

    stage: Stage
    severity: Severity
    meaning: str
    mending: str

    def __new__(cls, title: tuple[str, Stage, Severity], meaning: str, mending: str) -> Self:
        rule = str.__new__(cls, title[0])
        rule._value_, rule.stage, rule.severity = title
        rule.meaning, rule.mending = meaning, mending
        return rule

    @property
    def is_completed(self) -> bool:
        """Whether the id of a measure or group completes the name."""
        return self.endswith("_")

    def about(self, subject: str) -> str:
        """The whole name of a rule about one measure or respondent group."""
        return f"{self}{subject}"
