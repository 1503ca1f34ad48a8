"""What respondents read of a measure beside its question: the words of its answers, and translations. Pure.

A code such as `agree` says nothing to those who answer; its words do. So words that change make another question, as
the question's own words do. They stand outside the fingerprint, because a translation may be added at any time: what
has once been shown in a language is compared, and what is new is not.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.instrument.catalogue import Catalogue
    from pipelines.instrument.measures import Measure, MeasureSet

Shown = Mapping[str, Mapping[str, str]]
"""Language -> part -> text. A part is `question`, or an `answer` or a `term` with its code."""
CALLED = {
    "question": "the question",
    "row": "the row of its table",
    "stem": "the heading of its table",
    "remark": "the remark at its table",
    "answer": "the words of the answer",
    "term": "the line above the questions,",
}


def shown_words(catalogue: "Catalogue", measure: "Measure") -> dict[str, dict[str, str]]:
    """Everything that respondents read of a measure and that its fingerprint does not hold."""
    language = _own_language(catalogue)
    translations = {other: _translated(catalogue, measure, other) for other in _languages(catalogue, measure)}
    return {language: _own_words(catalogue, measure)} | {other: parts for other, parts in translations.items() if parts}


def together(*shown: Shown) -> dict[str, dict[str, str]]:
    """What was shown at several times; of two texts of one part the later."""
    merged: dict[str, dict[str, str]] = {}
    for words in shown:
        for language, parts in words.items():
            merged[language] = {**merged.get(language, {}), **parts}
    return merged


def changed_words(before: Shown, now: Shown) -> Iterator[tuple[str, str, str]]:
    """Each text that was shown otherwise: what it is called, the text before, and the text now.

    What is new or no longer there changes nothing of what was read before.
    """
    for language, parts in now.items():
        earlier = before.get(language, {})
        for part, text in parts.items():
            if part in earlier and earlier[part] != text:
                yield f"{_called(part)} in {language}", earlier[part], text


def _called(part: str) -> str:
    name, _, code = part.partition(":")
    return " ".join(filter(None, (CALLED[name], code)))


def _own_language(catalogue: "Catalogue") -> str:
    return catalogue.instrument.language.partition("-")[0]


def _table(catalogue: "Catalogue", measure: "Measure") -> "MeasureSet | None":
    return catalogue.sets_by_id.get(measure.set_id or "")


def _own_words(catalogue: "Catalogue", measure: "Measure") -> dict[str, str]:
    """In the language of the catalogue. A remark that is not there stands here too: it decides what counts as no."""
    table = _table(catalogue, measure)
    terms = (term for term in catalogue.term if measure.group in term.groups and term.id not in measure.terms)
    return {
        **{f"answer:{code}": catalogue.answer(code) for code in measure.answers},
        "remark": (table.remark if table else None) or "",
        **{f"term:{term.id}": term.text for term in terms},
    }


def _languages(catalogue: "Catalogue", measure: "Measure") -> list[str]:
    """The languages, beside the catalogue's own, in which anything of a measure is shown."""
    table = _table(catalogue, measure)
    entries = [catalogue, measure, *([table] if table else []), *catalogue.term]
    return sorted({language for entry in entries for language in entry.translations} - {_own_language(catalogue)})


def _translated(catalogue: "Catalogue", measure: "Measure", language: str) -> dict[str, str]:
    table = _table(catalogue, measure)
    answers = catalogue.translated_answers(measure, language)
    parts = {
        **{key: measure.translation(key, language) for key in ("question", "row")},
        **{key: table.translation(key, language) if table else None for key in ("stem", "remark")},
        **{f"answer:{code}": answers.get(code) for code in measure.answers},
        **{f"term:{t.id}": t.translation("text", language) for t in catalogue.term if measure.group in t.groups},
    }
    return {part: str(text) for part, text in parts.items() if text}
