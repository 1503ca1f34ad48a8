"""What is looked at: programme, year, measure, and how they are compared. The choice stands in the address, by id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from dashboard.components import text
from dashboard.release.reader import Release, current
from dashboard.wording import numbers
from dashboard.wording import sentences as wording
from dashboard.wording.comparison import place
from pipelines.settings import Settings

LABELS = {
    "programme": "Programme",
    "year": "Academic year",
    "measure": "Measure",
    "among": "Compared with",
    "chart": "Drawn as",
}
WIDTHS = {"": 4, "programme": 4, "year": 2, "measure": 4, "among": 6, "chart": 4}
ABOUT_ONE = (("programme", "year", "measure"),)
"""The controls of pages about one programme, row by row."""
ALL_MEASURES = (("programme", "year", ""),)
"""Those of pages that show the same whatever measure is chosen; a control that does nothing is not shown."""
COMPARING = (*ABOUT_ONE, ("among", "chart"))
"""Those of the page that compares."""


PICTURES = ["PNG", "SVG"]
"""The formats in which a chart can be saved."""


@dataclass
class ChoiceSession:
    """What the pages keep of a person's choice from run to run."""

    ids: dict[str, str] = field(default_factory=dict)
    """What is chosen in each control."""
    words: dict[str, str] = field(default_factory=dict)
    """The same in the words of the controls."""


class Choice(NamedTuple):
    """What a page is about."""

    programme: str
    year: str
    measure: str
    among: str
    chart: str

    @property
    def place(self) -> tuple[str, str]:
        """Whom the programmes compared have something in common with: kind and name."""
        kind, _, name = self.among.partition(":")
        return kind, name or kind


@st.cache_resource(max_entries=4)
def _open(path: Path) -> Release:
    """A release never changes and never moves, so its path is the key. It holds nothing about who is looking."""
    return Release(path)


def published() -> bool:
    """Whether there is a release at all."""
    return current(Settings().releases) is not None


def opened() -> Release:
    """The latest release."""
    path = current(Settings().releases)
    assert path is not None  # noqa: S101  app.py shows no page before the first
    return _open(path)


def choose(release: Release, rows: Sequence[Sequence[str]]) -> None:
    """Draw the controls a page has use for, row by row, and keep the address in step with all choices.

    The choice made last is kept beside the widgets, which forget it on pages that do not show them. An address that
    differs from it was typed, followed or gone back to, and wins.
    """
    options = _options(release)
    kept = _session().ids
    for name, known in options.items():
        asked = st.query_params.get(name, kept.get(name))
        if asked is not None and asked not in known:
            text.info(f"The address names a {name} that this release does not have; here is another.")
        if asked is None or asked != kept.get(name):
            kept[name] = asked if asked and asked in known else next(iter(known))
            st.session_state.pop(_key(name), None)
    for row in rows:
        for column, name in zip(st.columns([WIDTHS[name] for name in row]), row, strict=True):
            if name:
                with column:
                    kept[name] = _select(name, options[name], kept[name])
    if st.query_params.to_dict() != kept:
        st.query_params.from_dict(kept)
    _session().words = {LABELS[name]: options[name][kept[name]] for name in options}


def chosen() -> Choice:
    """What is chosen; for pages, which run after the controls."""
    return Choice(**_session().ids)


def named(names: Sequence[str]) -> dict[str, str]:
    """What is chosen, in the words of the controls; for what is taken away."""
    words = _session().words
    return {LABELS[name]: words[LABELS[name]] for name in names}


def picture_format(chart: str) -> str:
    """As what a chart is saved."""
    return st.session_state.get(picture_key(chart)) or PICTURES[0]


def picture_key(chart: str) -> str:
    """The key of the widget that asks for it."""
    return f"picture-{chart}"


def download_key(kind: str, table: str) -> str:
    """The key of the button that gives a table away."""
    return f"{kind}-{table}"


def _session() -> ChoiceSession:
    kept: ChoiceSession = st.session_state.setdefault("choice", ChoiceSession())
    return kept


def _options(release: Release) -> dict[str, Mapping[str, str]]:
    return {
        "programme": {
            row["programme_id"]: numbers.programme_name(row) for row in release.programmes().iter_rows(named=True)
        },
        "year": {year: year for year in release.academic_years()},
        "measure": {row["measure_id"]: wording.measure_name(row) for row in release.measures().iter_rows(named=True)},
        "among": {
            _among(kind, name): place(kind, release.place_name(kind, name) or "") for kind, name in release.places()
        },
        "chart": wording.CHARTS,
    }


def _among(kind: str, name: str) -> str:
    return kind if kind == name else f"{kind}:{name}"


def _select(name: str, options: Mapping[str, str], default: str) -> str:
    ids = list(options)
    index = ids.index(default)
    return st.selectbox(
        text.label(LABELS[name]), ids, index=index, key=_key(name), format_func=lambda option: options[option]
    )


def _key(name: str) -> str:
    return f"chosen_{name}"
