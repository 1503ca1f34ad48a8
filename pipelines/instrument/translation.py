"""Texts of a catalogue in other languages: `question_cy = "…"` beside `question`, and the like. Ids stay the same."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from pipelines.instrument.entry import Code, Entry, Text, require

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""A language as a two- or three-letter code: `cy` is Welsh."""
KEY = re.compile(r"^(?P<text>.+)_(?P<language>[a-z]{2,3})$")


class TranslatedEntry(Entry):
    """An entry with texts that respondents read. Each can stand in several languages."""

    translatable: ClassVar[frozenset[str]] = frozenset()
    """The keys whose texts can be translated."""

    translations: Mapping[Language, Mapping[str, Text | Mapping[Code, Text]]] = Field(
        default_factory=dict, exclude=True, repr=False
    )
    """Language -> key -> text. In the file they stand beside the texts that they translate."""

    @model_validator(mode="before")
    @classmethod
    def _gather_translations(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        require("translations" not in raw, "write a translation beside its text, as question_cy beside question")
        translated = {key: found for key in raw if (found := cls._translated_key(key))}
        gathered: dict[str, dict[str, Any]] = {}
        for key, (text, language) in translated.items():
            gathered.setdefault(language, {})[text] = raw[key]
        kept = {key: value for key, value in raw.items() if key not in translated}
        return kept | ({"translations": gathered} if gathered else {})

    @classmethod
    def _translated_key(cls, key: str) -> tuple[str, str] | None:
        """The key whose text this one translates, and the language."""
        found = KEY.match(key)
        if key in cls.model_fields or found is None or found["text"] not in cls.translatable:
            return None
        return found["text"], found["language"]

    @model_validator(mode="after")
    def _translations_have_an_original(self) -> Self:
        for language, texts in self.translations.items():
            for key in texts:
                original, translated = getattr(self, key), texts[key]
                require(original is not None, f"{key}_{language} translates {key}, which is not there")
                wanted = "a text" if isinstance(original, str) else "a table, such as { yes = “…” }"
                require(isinstance(translated, str) == isinstance(original, str), f"{key}_{language} must be {wanted}")
        return self

    def translation(self, key: str, language: str) -> Any:
        """A text in a language; None where it is not translated."""
        return self.translations.get(language, {}).get(key)
