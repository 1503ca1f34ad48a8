"""What a measure asks, and its fingerprint. A question that changes is another question, whatever its id. Pure.

The definition of a measure takes in everything that decides what its numbers mean: the question, its answers, which of
them are affirmative, who is asked, and the definitions of the measures it follows or stands within. Titles, sources and
thresholds change nothing of that.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from pipelines.instrument.catalogue import Catalogue, Measure

LENGTH = 16
"""So many digits of the hash. Two measures that differ agree in them once in 18 million million million."""
PARENTS = ("base", "within")
CALLED = {
    "question": "the question",
    "answers": "the answers",
    "affirmative": "the answers that count as yes",
    "group": "who is asked",
    "base": "the question it follows",
    "within": "the question it stands within",
}
"""The fields of a definition in words, in the order in which differences are told."""
DEFINITION: dict[str, Any] = {"measure_id": pl.String, "definition": pl.String, "wording": pl.String}
"""A row is a measure as a catalogue defines it; `wording` is JSON."""


def definition(catalogue: "Catalogue", measure: "Measure") -> str:
    """The fingerprint of what a measure asks."""
    defined = wording(measure) | {name: _of_parent(catalogue, measure, name) for name in PARENTS}
    return sha256(_canonical(defined).encode()).hexdigest()[:LENGTH]


def wording(measure: "Measure") -> dict[str, Any]:
    """What a measure asks, in words. The measures it depends on stand here by their ids."""
    return {
        "question": measure.question,
        "answers": list(measure.answers),
        "affirmative": sorted(measure.affirmative),
        "group": measure.group,
        "base": measure.base,
        "within": measure.within,
    }


def definitions(catalogue: "Catalogue") -> pl.DataFrame:
    """Every measure of a catalogue (DEFINITION)."""
    rows = [(measure.id, definition(catalogue, measure), _canonical(wording(measure))) for measure in catalogue.measure]
    return pl.DataFrame(rows, schema=DEFINITION, orient="row")


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """What differs between two wordings, each as a clause. Nothing, if only a measure that it depends on differs."""
    for name, called in CALLED.items():
        if before[name] != now[name]:
            yield f"{called} was {_told(before[name])} and is {_told(now[name])}"


def _of_parent(catalogue: "Catalogue", measure: "Measure", name: str) -> str | None:
    parent = getattr(measure, name)
    return definition(catalogue, catalogue.measures[parent]) if parent else None


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _told(value: str | list[str] | None) -> str:
    if value is None:
        return "none"
    return ", ".join(value) if isinstance(value, list) else f"“{value}”"
