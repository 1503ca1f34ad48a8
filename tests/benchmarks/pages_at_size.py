"""How long the script of each page takes, beside an empty page, in one run; and how much goes to the browser.

uv run python -m tests.benchmarks.pages_at_size HOME [HOME …]

HOME holds a release: that of the demonstration, of 324 organisations, of 3,000 programmes. Each page is opened once and
then run again and again, as when somebody chooses another option and comes back. What is said is the median in
milliseconds of processor, less that of an empty page, and the first run by itself, in which charts and tables are made.
"""

import os
import sys
import time
from pathlib import Path
from statistics import median

from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from dashboard.release.reader import Release, current
from dashboard.wording.frame import PAGES, STEWARD_PAGES
from pipelines.settings import HOME, Settings
from tests.factories import PROJECT

APP = PROJECT / "dashboard" / "app.py"
RUNS = 9
MOST_MILLISECONDS = 100
"""More than an empty page, at the size of the demonstration and of 324 programmes; at 3,000 it may be twice as much."""


def main(homes: list[str]) -> None:
    for home in homes:
        os.environ[HOME] = home
        say(f"{home}: empty page {milliseconds(empty()):.1f} ms")
        for page in set(PAGES) - {"upload", *STEWARD_PAGES}:
            say(measured(page, asked(Path(home))))


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


def measured(page: str, address: dict[str, str]) -> str:
    """`compare: 15 ms more than an empty page (the first time 133 ms), 60 kB`"""
    app = AppTest.from_file(str(APP), default_timeout=120)
    for name, value in address.items():
        app.query_params[name] = value
    began = time.process_time()
    app.run()
    if page != "overview":
        began = time.process_time()
        app.switch_page(f"app_pages/{page}.py").run()
    first = (time.process_time() - began) * 1000
    assert not app.exception
    more = milliseconds(app) - milliseconds(empty())
    parts = [part for node in app._tree if isinstance(part := getattr(node, "proto", None), Message)]
    sent = sum(part.ByteSize() for part in parts)
    return f"  {page}: {more:.0f} ms more than an empty page (the first time {first:.0f} ms), {sent / 1000:.0f} kB"


def milliseconds(app: AppTest) -> float:
    """The median processor time of a run."""
    times = []
    for _ in range(RUNS):
        began = time.process_time()
        app.run()
        times.append(time.process_time() - began)
    return median(times) * 1000


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
