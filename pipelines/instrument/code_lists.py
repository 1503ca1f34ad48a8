"""The codes of professions, countries and regions. A catalogue without a list leaves its column free."""

from collections.abc import Iterable
from typing import ClassVar

from pipelines.instrument.entry import Code, Entry, Text
from pipelines.instrument.translation import TranslatedEntry


class Discipline(Entry):
    """A group of professions that can be seen side by side."""

    id: Code
    label: Text


class Profession(TranslatedEntry):
    """A profession of programmes, and what its programmes call things."""

    translatable: ClassVar[frozenset[str]] = frozenset({"local_words"})

    id: Code
    label: Text
    discipline: Code | None = None
    local_words: Text | None = None
    """Stands under the terms where a programme of this profession prints the questions."""
    also_called: tuple[Text, ...] = ()
    """What people write in its place. It is never accepted, and says what was meant."""


class Country(Entry):
    id: Code
    label: Text
    also_called: tuple[Text, ...] = ()
    invented: bool = False
    """It is there for the demonstration, and stands in no list to choose from."""


class Region(Entry):
    id: Code
    label: Text
    country: Code
    also_called: tuple[Text, ...] = ()
    invented: bool = False


Listed = Profession | Country | Region


def real_codes(listed: Iterable[Listed]) -> tuple[str, ...]:
    """The codes to choose from."""
    return tuple(entry.id for entry in listed if not is_invented(entry))


def is_invented(entry: Listed) -> bool:
    """Whether a code is there for the demonstration alone."""
    return not isinstance(entry, Profession) and entry.invented


def other_names(listed: Iterable[Listed]) -> tuple[tuple[str, str], ...]:
    """What else people may write for a code, and the code: its label and what it is also called."""
    real = [entry for entry in listed if not is_invented(entry)]
    return tuple((name, entry.id) for entry in real for name in (entry.label, *entry.also_called))
