"""The site that anybody can host, in Chromium from a plain file server, with every other address shut."""

import os
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import duckdb
import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.release.reader import EVERYBODY, Release, current
from dashboard.release.ready_queries import READY_QUERIES
from dashboard.site.duckdb_wasm import NAME
from dashboard.wording import data as wording_data
from dashboard.wording import site as wording
from pipelines import cli
from pipelines.settings import Settings
from tests.browser.conftest import HEIGHT, fits, looks, started

PACKAGE = f"{NAME}@1.32.0"
ASKED = "SELECT {} FROM comparator WHERE measure_id = 'safe_to_share' AND years = ['2025-26'] AND kind = 'everybody'"
LOADING = 120_000
"""Milliseconds that a busy machine may take to load DuckDB."""
PAGES = (
    *("index.html", "field.html", "programmes/demo-alder.html", "data.html", "sql.html", "codebook.html"),
    "about.html",
)


@pytest.fixture(scope="module")
def wasm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of npm, where CI has put it or fetched anew."""
    installed = Path(os.environ.get("NODE_PATH", "nowhere")) / NAME
    if installed.is_dir():
        return installed
    folder = tmp_path_factory.mktemp("npm")
    npm = which("npm")
    if not npm or subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, check=False).returncode:
        pytest.skip(f"needs npm, and the package {PACKAGE} from its registry")
    [archive] = folder.glob("*.tgz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    return folder / "package"


@pytest.fixture(scope="module")
def site(demo_home: Settings, wasm: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demonstration's site, as Python's own file server shows it."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.raises(SystemExit) as left:
        cli.main(["site", "--home", str(demo_home.home), "-o", str(folder), "--duckdb-wasm", str(wasm)])
    assert not left.value.code
    server = "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(folder)
    with started(*server, healthy="index.html") as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a browser that reaches this machine alone: all else goes to a proxy that is not there. Afterwards:
    no error, nothing refused by the content security policy, and nothing asked for elsewhere."""
    complaints: list[str] = []
    visitor = browser.new_context(proxy={"server": "http://127.0.0.1:9", "bypass": "127.0.0.1"})
    visitor.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    visitor.on("weberror", lambda error: complaints.append(str(error.error)))
    visitor.on("request", lambda request: complaints.append(request.url) if elsewhere(request.url) else None)
    yield visitor.new_page()
    visitor.close()
    assert not complaints


def elsewhere(address: str) -> bool:
    return not address.startswith(("http://127.0.0.1:", "blob:http://127.0.0.1:"))


def rows_of(page: Page) -> list[list[str]]:
    return [row.locator("td").all_inner_texts() for row in page.locator("#rows tbody tr").all()]


def ask(page: Page, sql: str) -> None:
    page.get_by_label(wording_data.SQL).fill(sql)
    page.get_by_role("button", name=wording_data.SHOW).click()
    answered(page)


def answered(page: Page) -> None:
    expect(page.get_by_role("button", name=wording_data.SHOW)).to_be_enabled(timeout=LOADING)


@pytest.fixture
def opened(demo_home: Settings) -> Iterator[Release]:
    with Release(current(demo_home.releases) or demo_home.releases) as release:
        yield release


def test_sql_in_the_browser_gives_the_numbers_of_the_dashboard(site: str, page: Page, opened: Release) -> None:
    shown = opened.comparator("safe_to_share", ["2025-26"], EVERYBODY)
    assert shown
    page.goto(f"{site}/sql.html")
    ask(page, f"{ASKED.format('affirmative, respondents, rate')};")
    assert rows_of(page) == [[str(shown["affirmative"]), str(shown["respondents"]), str(shown["rate"])]]
    expect(page.get_by_role("status")).to_have_text(wording.DONE)

    page.get_by_role("button", name=wording_data.RUN).first.click()
    answered(page)
    with duckdb.connect(opened.path, read_only=True) as connection:
        rows = connection.execute(f"SELECT COLUMNS(*)::VARCHAR FROM ({READY_QUERIES[0].sql})").fetchall()
    assert len(rows) > 1
    assert rows_of(page) == [[wording.NULL if cell is None else cell for cell in row] for row in rows[:1_000]]


def test_a_query_reaches_nothing_but_the_release_and_is_stopped(site: str, page: Page) -> None:
    page.goto(f"{site}/sql.html")
    status = page.get_by_role("status")
    for sql, said in (
        ("SELECT nothing", "Binder Error"),
        ("FROM 'https://example.org/x.csv'", "disabled by configuration"),
        ("FROM read_csv('http://127.0.0.1:9/x.csv')", "disabled by configuration"),
        ("SELECT 1); LOAD httpfs; FROM (SELECT 1", "Error"),
        ("SELECT 1); SET enable_external_access = true; FROM (SELECT 1", "Error"),
        ("SELECT 1); CREATE TABLE x AS (SELECT 1", "read-only"),
        ("SELECT 1 WHERE false", wording_data.NO_ROWS),
        ("FROM range(1001)", wording_data.more_rows(1_000)),
        ("FROM range(100_000_000) AS a, range(1_000_000) AS b ORDER BY a.range + b.range", wording.stopped(10)),
    ):
        ask(page, sql)
        expect(status).to_contain_text(said)
    ask(page, "SELECT nothing")
    expect(status).not_to_contain_text("COLUMNS")  # what is added around a query
    ask(page, "SELECT '<img src=x onerror=alert(1)>' AS \"<b>\", NULL")
    assert rows_of(page) == [["<img src=x onerror=alert(1)>", wording.NULL]]
    assert not page.locator("#rows img, #rows b").count()


@pytest.mark.parametrize(("name", "scheme", "width"), looks(PAGES))
def test_a_page_is_accessible_and_fits_on_a_phone(site: str, page: Page, name: str, scheme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{site}/{name}")
    fits(page, width)
    assert all(image.evaluate("image => image.naturalWidth > 0") for image in page.locator("img").all())
    expect(page.locator("h1")).to_have_count(1)


def test_where_duckdb_cannot_be_loaded_it_is_said_why(site: str, browser: Browser) -> None:
    with browser.new_context() as visitor:
        visitor.route("**/*.wasm", lambda route: route.fulfill(status=404))
        page = visitor.new_page()
        page.goto(f"{site}/sql.html")
        ask(page, "FROM release")
        expect(page.get_by_role("status")).to_contain_text(wording.FAILED)
        expect(page.get_by_role("status")).to_contain_text("404")
