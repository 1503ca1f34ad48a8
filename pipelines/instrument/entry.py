"""What every entry of a catalogue is made of: codes, texts, and the class that knows no key it was not told of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Entry(BaseModel):
    """An entry of the catalogue. A key that nobody knows is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def require(condition: bool, reason: str) -> None:
    """Raise a ValueError with this reason unless the condition holds."""
    if not condition:
        raise ValueError(reason)


def in_words(code: str) -> str:
    """What a code is called where the catalogue says nothing."""
    return code.replace("_", " ").capitalize()
