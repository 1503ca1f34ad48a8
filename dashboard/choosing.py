"""Which release, programme, year and measure is looked at. The choice stands in the address, by id."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from dashboard import wording
from dashboard.release import Release, current
from pipelines.settings import Settings


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


def choose(release: Release) -> Choice:
    """Draw the three controls, and keep the address in step with them."""
    programmes = {
        row["programme_id"]: wording.programme_name(row) for row in release.programmes().iter_rows(named=True)
    }
    measures = dict(release.measures().select("measure_id", "title").iter_rows())
    years = {year: year for year in release.academic_years()}
    left, middle, right = st.columns([4, 2, 4])
    with left:
        programme = _select("Programme", "programme", programmes)
    with middle:
        year = _select("Academic year", "year", years)
    with right:
        measure = _select("Measure", "measure", measures)
    return Choice(programme, year, measure)


def chosen() -> Choice:
    """What the controls say; for pages, which run after them."""
    return Choice(*(st.session_state[f"chosen_{name}"] for name in Choice._fields))


def _select(label: str, name: str, options: Mapping[str, str]) -> str:
    ids = list(options)
    key = f"chosen_{name}"
    asked = st.query_params.get(name)
    if key not in st.session_state and asked is not None:
        if asked in options:
            st.session_state[key] = asked
        else:
            st.info(f"The address names a {label.lower()} that this release does not have; here is another.")
    picked: str = st.selectbox(label, ids, key=key, format_func=lambda option: options[option])
    st.query_params[name] = picked
    return picked
