"""The texts around a survey in another language than English: `[pack.cy]` and the like. Words in braces are filled in.

Where a catalogue does not give them, they stand in English: see pipelines/documents/survey_pack.toml, whose tables
these are.
"""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from pipelines.instrument.entry import Entry, Text, filled_in, in_any_form, require

FILLED_IN = {
    "who_sees": {"people"},
    "invitation": {"title", "people", "about", "voluntary", "anonymous", "who_sees"},
    "reminder": {"reminder", "people", "voluntary", "who_sees", "last"},
    "information": {"about", "title", "people", "year", "voluntary", "help", "who_sees", "rule"},
    "privacy": {"who_sees", "rule"},
}
"""The words in braces that each text must have, so that none leaves out what those who are asked have to know."""
Headed = Annotated[Mapping[Text, Text], Field(min_length=1)]
"""What stands below each heading, in its order."""


class PackWords(Entry):
    """The texts around a survey in one language."""

    who_sees: Text
    """Who sees single answers. It stands within the others."""
    invitation: Text | None = None
    reminder: Text | None = None
    reminders: Annotated[Mapping[Text, str], Field(min_length=2, max_length=2)] | None = None
    """What the first and the last reminder are called, and what each adds."""
    information: Headed | None = None
    information_title: Text | None = None
    """What the sheet is called. Without it, it is called by its first heading."""
    privacy: Headed | None = None
    privacy_title: Text | None = None

    @model_validator(mode="after")
    def _fills_in_what_has_to_be_known(self) -> Self:
        require((self.reminder is None) == (self.reminders is None), "give reminder and reminders, or neither")
        for name, wanted in FILLED_IN.items():
            text = getattr(self, name)
            if text is not None:
                found = in_any_form(filled_in(texts_of(text)))
                require(found == wanted, f"{name} must have {', '.join(sorted(wanted))} in braces, and nothing else")
        return self


def texts_of(text: str | Mapping[str, str]) -> list[str]:
    """A text, or what stands below each heading."""
    return [text] if isinstance(text, str) else [*text.values()]
