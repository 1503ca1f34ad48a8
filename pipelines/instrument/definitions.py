"""What a measure asks, and its fingerprint. A question that changes is another question, whatever its id. Pure.

The definition of a measure takes in everything that decides what its numbers mean: the question, the terms that say
what its words mean, its answers, which of them are affirmative, who is asked, and the definitions of the measures it
follows or stands within. Titles, sources and thresholds change nothing of that. What respondents read beside it in any
language is kept with it, and may not change either: see shown_words.py.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.instrument.shown_words import changed_words, shown_words

if TYPE_CHECKING:
    from pipelines.instrument.catalogue import Catalogue
    from pipelines.instrument.measures import Measure

LENGTH = 16
"""So many digits of the hash. Two measures that differ agree in them once in 18 million million million."""
PARENTS = ("base", "within")
CALLED = {
    "question": "the question",
    "terms": "the meaning of its words",
    "answers": "the list of answers",
    "affirmative": "the list of answers that count as yes",
    "group": "who is asked",
    "base": "the question it follows",
    "within": "the question it stands within",
}
"""The fields of a definition in words, in the order in which differences are told."""
DEFINITION: dict[str, Any] = dict.fromkeys(("measure_id", "definition", "wording", "entry"), pl.String)
"""A row is a measure as a catalogue defines it. `wording` and `entry` are JSON. `wording` holds what respondents read
beside the question, too. `entry` is all that the catalogue says of the measure, for the day on which the catalogue does
not have it any more."""
WORDS_ONLY = ("question", "terms")
"""What may differ between a wording and its correction."""
MUCH_ALIKE = 0.8
"""So large a share of its letters a wording has in common with the one that it corrects, at least."""
SHOWN = "shown"
"""Where in a wording that is kept the words stand that respondents read (shown_words.Shown)."""
NOT_KEPT = {"set_id", "row", "references", "terms", "optional"}
"""What is of no use without the catalogue that it stands in."""
Accepted = Mapping[str, str]
"""The fingerprint of each corrected wording, and that of the wording it corrects."""
NONE_ACCEPTED: Accepted = MappingProxyType({})


def definition(catalogue: "Catalogue", measure: "Measure", accepted: Accepted = NONE_ACCEPTED) -> str:
    """The fingerprint of what a measure asks. A wording that was accepted as a correction has that of the first one."""
    parents = {name: _of_parent(catalogue, measure, name, accepted) for name in PARENTS}
    found = sha256(_canonical(wording(catalogue, measure) | parents).encode()).hexdigest()[:LENGTH]
    return accepted.get(found, found)


def wording(catalogue: "Catalogue", measure: "Measure") -> dict[str, Any]:
    """What a measure asks, in words. The measures it depends on stand here by their ids."""
    terms = [catalogue.terms[term].text for term in measure.terms]
    return {
        "question": measure.question,
        "answers": list(measure.answers),
        "affirmative": sorted(measure.affirmative),
        "group": measure.group,
        "base": measure.base,
        "within": measure.within,
        **({"terms": terms} if terms else {}),
    }


def definitions(catalogue: "Catalogue", accepted: Accepted = NONE_ACCEPTED) -> pl.DataFrame:
    """Every measure of a catalogue (DEFINITION)."""
    rows = [
        (
            measure.id,
            definition(catalogue, measure, accepted),
            _canonical(wording(catalogue, measure) | {SHOWN: shown_words(catalogue, measure)}),
            measure.model_dump_json(exclude=NOT_KEPT, exclude_none=True),
        )
        for measure in catalogue.measure
    ]
    return pl.DataFrame(rows, schema=DEFINITION, orient="row")


def retired_measures(entries: Iterable[str], catalogue: "Catalogue") -> list["Measure"]:
    """The measures of earlier editions that a catalogue does not have any more, from their entries."""
    from pipelines.instrument.measures import Measure  # noqa: PLC0415  whoever only reads a store needs no pydantic

    known = map(Measure.model_validate_json, entries)
    return [measure for measure in known if measure.id not in catalogue.measures]


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """What differs between two wordings, each as a clause. Nothing, if only a measure that it depends on differs."""
    for name, called in CALLED.items():
        if before.get(name) != now.get(name):
            yield f"{called} was {_told(before.get(name))} and is {_told(now.get(name))}"
    for called, text, other in changed_words(before.get(SHOWN, {}), now.get(SHOWN, {})):
        yield f"{called} was {_told(text or None)} and is {_told(other or None)}"


def is_correction(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether nothing but words differs between two wordings."""
    return all(before.get(name) == now.get(name) for name in CALLED if name not in WORDS_ONLY)


def much_alike(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether so much of two questions is the same that one may be the other with a slip of the pen put right.

    By the share of letters that they have in common in the same order (Ratcliff and Obershelp).
    """
    return SequenceMatcher(None, before["question"], now["question"], autojunk=False).ratio() >= MUCH_ALIKE


def _of_parent(catalogue: "Catalogue", measure: "Measure", name: str, accepted: Accepted) -> str | None:
    parent = getattr(measure, name)
    return definition(catalogue, catalogue.measures[parent], accepted) if parent else None


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _told(value: str | list[str] | None) -> str:
    if value is None:
        return "none"
    return ", ".join(value) if isinstance(value, list) else f"“{value}”"
