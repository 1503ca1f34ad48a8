"""Which release, programme, year and measure is looked at. The choice stands in the address, by id."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from dashboard import wording
from dashboard.release import Release, current
from pipelines.settings import Settings

WIDTHS = [4, 2, 4]
LABELS = {"programme": "Programme", "year": "Academic year", "measure": "Measure"}


class Choice(NamedTuple):
    """What a page is about."""

    programme: str
    year: str
    measure: str


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


def choose(release: Release, *, shown: bool, measure: bool = True) -> None:
    """Draw the controls a page has use for, each in its place, and keep the address in step with all three choices.

    The choice made last is kept beside the widgets, which forget it on pages that do not show them. An address that
    differs from it was typed, followed or gone back to, and wins.
    """
    options = _options(release)
    kept: dict[str, str] = st.session_state.setdefault("choice", {})
    for name, known in options.items():
        asked = st.query_params.get(name, kept.get(name))
        if asked is not None and asked not in known:
            st.info(f"The address names a {name} that this release does not have; here is another.")
        if asked is None or asked != kept.get(name):
            kept[name] = asked if asked and asked in known else next(iter(known))
            st.session_state.pop(_key(name), None)
    names = [name for name in LABELS if shown and (measure or name != "measure")]
    for column, name in zip(st.columns(WIDTHS) if shown else (), names, strict=False):
        with column:
            kept[name] = _select(name, options[name], kept[name])
    if st.query_params.to_dict() != kept:
        st.query_params.from_dict(kept)


def chosen() -> Choice:
    """What is chosen; for pages, which run after the controls."""
    return Choice(**st.session_state["choice"])


def _options(release: Release) -> dict[str, Mapping[str, str]]:
    return {
        "programme": {
            row["programme_id"]: wording.programme_name(row) for row in release.programmes().iter_rows(named=True)
        },
        "year": {year: year for year in release.academic_years()},
        "measure": dict(release.measures().select("measure_id", "title").iter_rows()),
    }


def _select(name: str, options: Mapping[str, str], default: str) -> str:
    ids = list(options)
    index = ids.index(default)
    return st.selectbox(LABELS[name], ids, index=index, key=_key(name), format_func=lambda option: options[option])


def _key(name: str) -> str:
    return f"chosen_{name}"
