"""A real server and a real Chromium. Skipped, saying how to get one, where there is none; in CI that is a failure."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Literal
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from pipelines.settings import Settings
from tests.browser.texts import AT_THE_END
from tests.factories import PROJECT
from tests.hostile_catalogue import NOWHERE
from tests.thorough import EVERYTHING

CHROMIUM = "chromium", "chromium-browser", "google-chrome"
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
PROBES = "/_stcore/health", "/_stcore/host-config"
"""Streamlit's own page looks for its server below every part of the address first; that is not an error of ours."""
Scheme = Literal["light", "dark"]
LOOKS: list[tuple[Scheme, int]] = [("light", 1280), ("dark", 390), ("dark", 1280), ("light", 390)]
"""Colour scheme and width. Two in a row, from the first or the third, show a page in both schemes and both widths."""
SEEN_THROUGH_STREAMLIT = {"region", "landmark-one-main", "page-has-heading-one", "scrollable-region-focusable"}
"""Rules of axe that Streamlit's own frame breaks on every page."""

Visit = Callable[..., Page]
HEIGHT = 900


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = installed(CHROMIUM)
    if path is None:
        reason = "needs Chromium; on Debian and Ubuntu: apt-get install chromium"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=QUIET.split())
        yield launched
        launched.close()


def installed(names: Sequence[str]) -> str | None:
    """Where the first of these programs stands that this machine has."""
    return next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def demo_server(demo_home: Settings) -> Iterator[str]:
    with served(demo_home.home) as address:
        yield address


@pytest.fixture(scope="session")
def nhs_server(nhs_home: Settings) -> Iterator[str]:
    with served(nhs_home.home) as address:
        yield address


@pytest.fixture(scope="session")
def warm(browser: Browser) -> BrowserContext:
    """A visitor for all tests, who need not fetch and compile Streamlit's scripts for each of them anew."""
    return browser.new_context()


@pytest.fixture
def visit(browser: Browser, warm: BrowserContext) -> Iterator[Visit]:
    """Open an address and wait until the page is whole. Afterwards: no error in the console, no request outside.

    All visits of a test are those of one visitor, who has been nowhere before, but those of a `stranger` are not.
    """
    complaints: list[str] = []
    strangers: list[BrowserContext] = []

    def open_page(
        address: str,
        *,
        width: int = 1280,
        scheme: Scheme = "light",
        errors_expected: bool = False,
        stranger: bool = False,
        until: Callable[[Page], None] = whole,
    ) -> Page:
        if stranger:
            strangers.append(browser.new_context())
        page = (strangers[-1] if stranger else warm).new_page()
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)
        if not errors_expected:
            page.on("console", lambda message: complaints.extend(_errors(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(_outside(request)))
        page.goto(address)
        until(page)
        return page

    yield open_page
    for context in strangers:
        context.close()
    _forget(warm)
    assert not complaints


def _forget(visitor: BrowserContext) -> None:
    """Close every page, with nothing of it left in the browser but what the server lets everybody keep."""
    for page in visitor.pages:
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear()")
        page.close()
    visitor.clear_cookies()


def whole(page: Page) -> None:
    """Wait until the page has run: its title is there and the last line, the link at its foot, too."""
    page.wait_for_timeout(200)  # until the page has begun to run, after what was just pressed
    page.get_by_text(AT_THE_END).first.wait_for(timeout=60_000)  # twice, while a page replaces itself
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=60_000)
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=60_000)


def looks(pages: Sequence[str], each: int = len(LOOKS)) -> list[tuple[str, Scheme, int]]:
    """Each page with so many of the looks; by default with one, which is another from page to page."""
    if not EVERYTHING:
        return [(page, *look) for page, look in zip(pages, cycle(LOOKS), strict=False)]
    turned = LOOKS, LOOKS[2:] + LOOKS[:2]
    return [(page, *look) for page, inner in zip(pages, cycle(turned), strict=False) for look in inner[:each]]


def fits(page: Page, width: int) -> None:
    """Nothing must be scrolled sideways, and axe finds nothing serious."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations = [
        (violation["id"], violation["nodes"][0]["html"][:300])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in {"serious", "critical"} and violation["id"] not in SEEN_THROUGH_STREAMLIT
    ]
    assert not violations


@contextmanager
def served(home: Path) -> Iterator[str]:
    """`openness dashboard` on a free port of this machine."""
    with started("-m", "pipelines.cli", "dashboard", "--home", str(home), "--port") as address:
        yield address


@contextmanager
def started(*arguments: str, healthy: str = "_stcore/health") -> Iterator[str]:
    """A server of the project's Python, told its port last. It has started when it answers at `healthy`."""
    with process_of(*arguments, healthy=healthy) as (address, _):
        yield address


@contextmanager
def process_of(*arguments: str, healthy: str = "_stcore/health") -> Iterator[tuple[str, int]]:
    """The same, and the number of its process."""
    port = free_port()
    command = [sys.executable, *arguments, str(port)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/{healthy}", server)
            yield f"http://127.0.0.1:{port}", server.pid
        finally:
            server.terminate()


def free_port() -> int:
    """A port that no server has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(address, timeout=2):  # noqa: S310  an address of this machine
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail("the dashboard did not start")


def _errors(message: ConsoleMessage) -> list[str]:
    if message.type != "error" or message.location["url"].endswith(PROBES):
        return []
    return [f"console: {message.text} {message.location['url']}"]


def _outside(request: Request) -> list[str]:
    inside = request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))
    return [] if inside and not request.url.startswith(NOWHERE) else [f"request outside: {request.url}"]
