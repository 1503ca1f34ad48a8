"""The catalogue, in which every text tries to become more than words on a page, in a chart and in a report."""

import tomllib
from pathlib import Path
from typing import Any

import tomli_w

from tests.factories import PROJECT

NOWHERE = "http://127.0.0.1:9/"
"""Nothing may ask for this address."""
SIGNS = (f"![x]({NOWHERE}x.png)", f"[x]({NOWHERE})", "$x$", ":material/home:", "<b>x</b>", "**x**")
"""A picture, a link, a formula, an icon, and loud words twice."""
MORE_THAN_WORDS = ("![x](", " [x](", "$x$", ":material/home:", " <b>", "**x**")
"""What must stand in no text that is taken for Markdown."""
TEXTS = {
    *("title", "status", "subject", "principle", "about", "question", "phrase", "source", "caveat", "remark", "text"),
    *("people", "person", "label", "words", "population", "subgroup_question", "subgroup_why", "stem", "row", "why"),
    *("cite", "in_place", "evidence", "context", "help"),
}
"""The entries of a catalogue that are shown."""


def hostile_catalogue(folder: Path) -> Path:
    """Its file."""
    path = folder / "hostile.toml"
    entries = tomllib.loads((PROJECT / "data" / "catalogue.toml").read_text(encoding="utf-8"))
    hostile = _hostile(entries)
    stems = {table["id"]: table["stem"] for table in hostile["set"]}
    for measure in hostile["measure"]:
        if "set" in measure:  # its question is the stem with its row
            measure["question"] = stems[measure["set"]].replace("…", measure["row"])
    path.write_text(tomli_w.dumps(hostile), encoding="utf-8")
    return path


def _hostile(entry: Any) -> Any:
    if isinstance(entry, list):
        return [_hostile(part) for part in entry]
    if isinstance(entry, dict):
        return {name: _shown(part) if name in TEXTS else _hostile(part) for name, part in entry.items()}
    return entry


def _shown(part: Any) -> Any:
    return f"# {part} {' '.join(SIGNS)}" if isinstance(part, str) else _hostile(part)
