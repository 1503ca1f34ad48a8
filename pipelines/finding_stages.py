"""The stages in which a file is looked at: what must be right before the next is worth a look."""

from enum import StrEnum
from typing import Self


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
