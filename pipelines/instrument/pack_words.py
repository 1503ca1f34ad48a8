"""The texts around a survey in another language than English: `[pack.cy]` and the like. Words in braces are filled in.

Where a catalogue does not give them, they stand in English: see pipelines/documents/survey_pack.toml, whose tables
these are.
"""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Annotated, Self

from pydantic import Field, model_validator

from pipelines.instrument.entry import Entry, Text, require

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
    privacy: Headed | None = None

    @model_validator(mode="after")
    def _fills_in_what_has_to_be_known(self) -> Self:
        require((self.reminder is None) == (self.reminders is None), "give reminder and reminders, or neither")
        for name, wanted in FILLED_IN.items():
            text = getattr(self, name)
            if text is not None:
                found = filled_in([text] if isinstance(text, str) else [*text.values()])
                require(found == wanted, f"{name} must have {', '.join(sorted(wanted))} in braces, and nothing else")
        return self


def filled_in(texts: Iterable[str]) -> set[str] | None:
    """The words in braces of some texts; None where their braces cannot be understood."""
    try:
        return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return None
