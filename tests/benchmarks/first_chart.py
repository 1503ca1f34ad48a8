"""How soon Chromium shows the first chart of a release of 3,000 programmes, beside an empty page's first heading.

uv run python -m tests.benchmarks first_chart

Both servers run side by side, and are asked in turn. Each visitor is a new one, whose browser keeps nothing yet. Each
server has been asked once before.
"""

import time
from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.home_at_size import home_of, programmes_of
from tests.benchmarks.measuring import Bench, Figure, Row, in_turn
from tests.benchmarks.pages_at_size import asked
from tests.benchmarks.server import dashboard, empty_page
from tests.browser.conftest import CHROMIUM, QUIET, installed

VISITS = 7
CHART, HEADING = ".js-plotly-plot .main-svg", "h1"
MOST_TIMES = 1.6
REASON = (
    "Plotly's script has 4.7 MB. The browser asks for it when the page already stands there with its sentences, and "
    "then reads it and draws."
)
"""Why an aim is missed, if one is."""


def rows(bench: Bench) -> list[Row]:
    """The row for the table of all benchmarks."""
    home = home_of(bench)
    with dashboard(home) as (ours, _), empty_page(bench) as (theirs, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(CHROMIUM), args=QUIET.split())
        visits: list[Callable[[], float]] = [
            partial(seconds, browser, f"{ours}/?{urlencode(asked(home))}", CHART),
            partial(seconds, browser, f"{ours}/?{urlencode(asked(home))}", HEADING),
            partial(seconds, browser, theirs, HEADING),
        ]
        in_turn(1, *visits)
        chart, heading, empty = in_turn(bench.size(VISITS), *visits)
        browser.close()
    work = f"first chart in Chromium, release of {programmes_of(bench)} ({chart:.2f} s; first heading {heading:.2f} s)"
    against = f"the empty page's first heading in the same run ({empty:.2f} s)"
    return [Row(work, against, (Figure("", chart / empty, MOST_TIMES),), REASON)]


def seconds(browser: Browser, address: str, shown: str) -> float:
    """Until a new visitor sees the first of these elements."""
    visitor = browser.new_context()
    page = visitor.new_page()
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(shown).first.wait_for(timeout=60_000)
    taken = time.perf_counter() - began
    visitor.close()
    return taken
