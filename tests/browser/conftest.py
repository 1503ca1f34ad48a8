"""A real server and a real Chromium. Skipped, saying how to get one, where there is none; in CI that is a failure."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from pipelines.settings import Settings
from tests.browser.texts import AT_THE_END
from tests.factories import PROJECT
from tests.hostile_catalogue import NOWHERE

CHROMIUM = "chromium", "chromium-browser", "google-chrome"
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
PROBES = "/_stcore/health", "/_stcore/host-config"
"""Streamlit's own page looks for its server below every part of the address first; that is not an error of ours."""
LOOKS = [("light", 1280), ("dark", 390)], [("dark", 1280), ("light", 390)]
"""Colour scheme and width. Either list shows a page in both schemes and both widths: half the work of all four."""
SEEN_THROUGH_STREAMLIT = {"region", "landmark-one-main", "page-has-heading-one", "scrollable-region-focusable"}
"""Rules of axe that Streamlit's own frame breaks on every page."""

Visit = Callable[..., Page]


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


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open an address and wait until the page is whole. Afterwards: no error in the console, no request outside."""
    complaints: list[str] = []
    contexts = []

    def open_page(
        address: str,
        *,
        width: int = 1280,
        scheme: str = "light",
        errors_expected: bool = False,
        until: Callable[[Page], None] = whole,
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        if not errors_expected:
            page.on("console", lambda message: complaints.extend(_errors(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(_outside(request)))
        page.goto(address)
        until(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def whole(page: Page) -> None:
    """Wait until the page has run: its title is there and the last line, the link at its foot, too."""
    page.wait_for_timeout(200)  # until the page has begun to run, after what was just pressed
    page.get_by_text(AT_THE_END).first.wait_for(timeout=60_000)  # twice, while a page replaces itself
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=60_000)
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=60_000)


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
    port = free_port()
    command = [sys.executable, *arguments, str(port)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/{healthy}", server)
            yield f"http://127.0.0.1:{port}"
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
