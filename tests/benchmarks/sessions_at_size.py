"""The memory of a server with 50 open sessions on a release of 3,000 programmes, beside that of an empty page.

uv run python -m tests.benchmarks sessions_at_size

Each session has opened every page for readers of a programme of its own, and stays. Those of the empty page have run it
as often.
"""

import re
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode

from dashboard.release.reader import Release
from dashboard.wording.frame import PAGES
from tests.benchmarks.home_at_size import home_of, programmes_of
from tests.benchmarks.measuring import Bench, Figure, Row
from tests.benchmarks.pages_at_size import NOT_RUN
from tests.benchmarks.server import dashboard, empty_page
from tests.factories import current_release
from tests.reference.visitor import visiting

SESSIONS = 50
READ = [page for page in PAGES if page not in NOT_RUN]
MOST_TIMES = 4
REASON = (
    "The libraries that the pages need (Arrow, DuckDB, pandas, polars) take three times the memory of an empty page "
    "before anybody reads. DuckDB keeps what it has read of the release, and the server answers and charts last shown."
)
"""Why an aim is missed, if one is."""


def rows(bench: Bench) -> list[Row]:
    """The row for the table of all benchmarks."""
    home, sessions = home_of(bench), bench.size(SESSIONS, 2)
    with dashboard(home) as (server, process):
        ours = megabytes_with(server, process, READ, list(islice(cycle(choices(home)), sessions)))
    with empty_page(bench) as (server, process):
        theirs = megabytes_with(server, process, [""] * len(READ), [""] * sessions)
    work = f"memory of the server with {sessions} open sessions, {programmes_of(bench)} ({ours:,.0f} MB)"
    return [Row(work, f"the empty page's ({theirs:,.0f} MB)", (Figure("", ours / theirs, MOST_TIMES),), REASON)]


def choices(home: Path) -> list[str]:
    """What stands in the address for each programme and its last year."""
    with Release(current_release(home)) as release:
        return [urlencode({"programme": each, "year": years[0]}) for each, years in release.took_part().items()]


def megabytes_with(server: str, process: int, pages: list[str], queries: list[str]) -> float:
    """What a server holds while so many sessions are open."""
    with ExitStack() as opened:
        for query in queries:
            visitor = opened.enter_context(visiting(server))
            assert all(visitor.visits(page, query).is_whole for page in pages)
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1_000
