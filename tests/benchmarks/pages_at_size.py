"""How long the script of each page takes, beside an empty page, in one run; and how much goes to the browser.

uv run python -m tests.benchmarks.pages_at_size HOME [HOME …]

HOME holds a release: that of the demonstration, of 324 organisations, of 3,000 programmes. Each page is opened once and
then run again and again, as when somebody chooses another option and comes back. What is said is the median in
milliseconds of processor, less that of an empty page, and the first run by itself, in which charts and tables are made.
"""

import logging
import os
import sys
from functools import partial
from pathlib import Path
from typing import NamedTuple

from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from dashboard.release.reader import Release, current
from dashboard.wording.frame import PAGES, STEWARD_PAGES
from pipelines.settings import HOME, Settings
from tests.benchmarks.home_at_size import home_of, programmes_of
from tests.benchmarks.measuring import Bench, Figure, Row, cost_here, in_turn, say
from tests.factories import PROJECT

APP = PROJECT / "dashboard" / "app.py"
RUNS = 9
MOST_MILLISECONDS = 200
"""More than an empty page, at 3,000 programmes; half of it is the aim with the demonstration and 324 organisations."""
NOT_RUN = {"upload", *STEWARD_PAGES}
"""They show what is sent and what waits, and not a release."""
REASON = ""
"""Why an aim is missed, if one is."""


class Run(NamedTuple):
    """Milliseconds of processor more than an empty page, those of the first run, and the bytes that were sent."""

    more: float
    first: float
    sent: int


def main(homes: list[str]) -> None:
    for home in homes:
        say(f"{home}: milliseconds of processor more than an empty page")
        for page, run in measured(Path(home)).items():
            say(f"  {page}: {run.more:.0f} ms (the first time {run.first:.0f} ms), {run.sent / 1000:.0f} kB")


def rows(bench: Bench) -> list[Row]:
    """The row for the table of all benchmarks."""
    runs = measured(home_of(bench))
    figures = tuple(Figure(page, run.more, MOST_MILLISECONDS, " ms") for page, run in runs.items())
    work = f"each page's script run, release of {programmes_of(bench)}, warm: CPU more than"
    return [Row(work, "an empty Streamlit page", figures, REASON)]


def measured(home: Path) -> dict[str, Run]:
    """Every page that one can go to, in the order of the menu."""
    os.environ[HOME] = str(home)
    logging.disable()  # Streamlit says of each run that there is no browser
    address = asked(home)
    return {page: run_of(page, address) for page in PAGES if page not in NOT_RUN}


def asked(home: Path) -> dict[str, str]:
    """The address of the programme with most results, so that every page has something to show."""
    path = current(Settings(home=home).releases)
    if path is None:
        raise SystemExit(f"{home} holds no release")
    with Release(path) as release:
        programme = max(release.took_part().items(), key=lambda item: len(item[1]))[0]
        return {"programme": programme, "year": release.took_part()[programme][0]}


def empty() -> AppTest:
    app = AppTest.from_function(an_empty_page)
    app.run()
    return app


def an_empty_page() -> None:
    import streamlit as st  # noqa: PLC0415  the page is a script of its own

    st.title("Empty")


def run_of(page: str, address: dict[str, str]) -> Run:
    """What a page takes when it is run, in turn with an empty page."""
    app, plain = AppTest.from_file(str(APP), default_timeout=120), empty()
    for name, value in address.items():
        app.query_params[name] = value
    first = milliseconds(app)
    if page != "overview":
        app.switch_page(f"app_pages/{page}.py")
        first = milliseconds(app)
    assert not app.exception
    ours, theirs = in_turn(RUNS, partial(milliseconds, app), partial(milliseconds, plain))
    parts = [part for node in app._tree if isinstance(part := getattr(node, "proto", None), Message)]
    return Run(ours - theirs, first, sum(part.ByteSize() for part in parts))


def milliseconds(app: AppTest) -> float:
    """The processor time of a run."""
    return cost_here(app.run).cpu * 1000


if __name__ == "__main__":
    main(sys.argv[1:])
