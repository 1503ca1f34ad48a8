"""What every entry of a catalogue is made of: codes, texts, and the class that knows no key it was not told of."""

from collections.abc import Iterable
from string import Formatter
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

PEOPLE, FORM_OF_PEOPLE = "people", "people_"
"""In the braces of a text: who is asked, and the beginning of a form of it that the language needs there."""


class Entry(BaseModel):
    """An entry of the catalogue. A key that nobody knows is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Successor(Entry):
    """An entry that may stand in the place of earlier ones. If it does, it says how they compare."""

    replaces: Code | tuple[Code, ...] | None = None
    """What stood in its place in an earlier edition."""
    comparable: bool | None = None
    """Whether it can be set beside what it replaces, with a break between them."""

    @model_validator(mode="after")
    def _says_whether_comparable(self) -> Self:
        require(bool(self.replaces) == (self.comparable is not None), "give replaces and comparable, or neither")
        return self


def require(condition: bool, reason: str) -> None:
    """Raise a ValueError with this reason unless the condition holds."""
    if not condition:
        raise ValueError(reason)


def filled_in(texts: Iterable[str]) -> set[str] | None:
    """The words in braces of some texts; None where their braces cannot be understood."""
    try:
        return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return None


def in_any_form(names: set[str] | None) -> set[str] | None:
    """The same, with the people who are asked named once, whatever form they stand in: {people_to} is {people}."""
    return names and {PEOPLE if name.startswith(FORM_OF_PEOPLE) else name for name in names}


def in_words(code: str) -> str:
    """What a code is called where the catalogue says nothing."""
    return code.replace("_", " ").capitalize()
