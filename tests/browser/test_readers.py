"""Many read while releases are published: no error, no page of two releases, and no memory that grows."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from pathlib import Path

import pytest
from playwright.sync_api import Page as BrowserPage

from pipelines.settings import Settings
from tests.benchmarks.server import dashboard
from tests.browser.conftest import Visit, whole
from tests.factories import PROJECT
from tests.reference.visitor import visiting
from tests.thorough import only_in_ci

SESSIONS, VISITS, BROWSERS, RELEASES = 50, 8, 3, 4
LOADS, WARM = 1000, 100
"""Pages that are loaded, and those before them, after which everything that is kept once is kept."""
GROWTH = 1.1
PAGES = ("", "compare", "change", "support", "together", "field", "about")
PROGRAMMES = ("demo-alder", "demo-ash", "demo-beech", "demo-oak")
RELEASE_ID = re.compile(r"20\d\d-\d\d-\d\d-\d+-[0-9a-f]{8}")


@pytest.fixture
def home(demo_home: Settings, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_home.home, tmp_path / "home"))


def addresses(first: int = 0) -> Iterator[tuple[str, str]]:
    """Every page of every programme, again and again."""
    for number in count(first):
        yield PAGES[number % len(PAGES)], f"programme={PROGRAMMES[number // len(PAGES) % len(PROGRAMMES)]}"


def publishes(home: Path) -> None:
    command = [sys.executable, "-m", "pipelines.cli", "publish", "--home", str(home)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)


# ---- while releases are published ----


def reads(server: str, first: int) -> tuple[list[str], set[str]]:
    """What went wrong with the pages that a session visited, and the releases they were of."""
    wrong, releases = [], set()
    with visiting(server) as visitor:
        for page, query in islice(addresses(first), VISITS):
            shown = visitor.visits(page, query)
            found = set(RELEASE_ID.findall(shown.text))
            releases |= found
            if not shown.is_whole or len(found) > 1:
                wrong.append(f"{page or 'overview'}: {found or 'an error'}")
    return wrong, releases


@only_in_ci
def test_readers_see_no_error_and_no_page_of_two_releases_while_releases_are_published(
    home: Path, visit: Visit
) -> None:
    with dashboard(home) as (server, _), ThreadPoolExecutor(SESSIONS + 1) as pool:
        browsers = [visit(f"{server}/?programme={programme}") for programme in PROGRAMMES[:BROWSERS]]
        sessions = [pool.submit(reads, server, first) for first in range(SESSIONS)]
        publishing = pool.submit(lambda: [publishes(home) for _ in range(RELEASES)])
        rounds = 0
        while rounds < 2 or not publishing.done():
            for page, (name, query) in zip(browsers, islice(addresses(rounds), BROWSERS), strict=False):
                goes(page, f"{server}/{name}?{query}")
            rounds += 1
        publishing.result()
        found = [session.result() for session in sessions]
    assert [wrong for each, _ in found for wrong in each] == []
    assert set().union(*(releases for _, releases in found))


def goes(page: BrowserPage, address: str) -> None:
    page.goto(address)
    whole(page)
    assert len(set(RELEASE_ID.findall(page.inner_text("body")))) <= 1


# ---- for a long time ----


@only_in_ci
@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_memory_does_not_grow_with_the_pages_that_are_loaded(home: Path) -> None:
    with dashboard(home) as (server, process):
        loads(server, WARM)
        before = memory(process)
        loads(server, LOADS)
        assert memory(process) < before * GROWTH


def loads(server: str, number: int) -> None:
    for page, query in islice(addresses(), number):
        with visiting(server) as visitor:
            assert visitor.visits(page, query).is_whole


def memory(process: int) -> int:
    """In kilobytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0])
