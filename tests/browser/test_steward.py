"""A steward in a real browser: a year is closed, looked at, published with a remark, and read by everybody."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from dashboard.wording import frame
from dashboard.wording import steward as wording
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.browser.conftest import Scheme, Visit, fits, looks, served, whole
from tests.factories import a_file, counts_csv, loaded, shipped_catalogue
from tests.thorough import some

YEAR, REMARK = "2026-27", "For the *board*"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, demo_home: Settings) -> Iterator[str]:
    """A home in which a programme has sent counts for a year that is open."""
    folder = tmp_path_factory.mktemp("steward")
    home = folder / "home"
    shutil.copytree(demo_home.home, home)
    with Store(home / "store.duckdb") as store:
        counts = a_file(folder, counts_csv(("demo-alder", YEAR, "safe_to_share", 24, 11)))
        loaded(store, counts, "counts", shipped_catalogue(), close=False, invented=True)
    with served(home) as address:
        yield address


def agrees(page: Page, asked: wording.Asked) -> None:
    """Tick the sentence as people do, by its words, and press the button."""
    page.get_by_text(asked.consequence[:40]).click()
    page.get_by_role("button", name=asked.button, exact=True).click()
    whole(page)


@pytest.mark.parametrize(("name", "scheme", "width"), some(looks(frame.STEWARD_PAGES), 2))
def test_a_page_of_the_steward_fits_and_axe_finds_nothing(
    visit: Visit, server: str, name: str, scheme: Scheme, width: int
) -> None:
    fits(visit(f"{server}/{name}", width=width, scheme=scheme), width)


def test_a_year_is_closed_looked_at_published_with_a_remark_and_seen_by_everybody(visit: Visit, server: str) -> None:
    reader, page = visit(f"{server}/?programme=demo-alder"), visit(f"{server}/?programme=demo-alder")
    page.get_by_role("link", name=frame.FOR_THE_STEWARD, exact=True).click()
    whole(page)
    page.get_by_role("link", name=frame.PAGES["years"], exact=True).click()
    whole(page)
    expect(page.get_by_text("Nothing has come yet from 17 of 18 programmes")).to_be_visible()
    agrees(page, wording.close(YEAR))
    expect(page.get_by_text(wording.changed(YEAR, is_open=False))).to_be_visible()
    page.get_by_role("link", name=frame.PAGES["next_release"], exact=True).click()
    whole(page)
    expect(page.get_by_role("cell", name="Alder (invented)")).to_be_visible()
    page.get_by_label(wording.REMARK).fill(REMARK)
    agrees(page, wording.publish(first=False))
    done = page.get_by_text(re.compile("^Release .* is published"))
    expect(done).to_be_visible(timeout=120_000)
    release_id = done.inner_text().split()[1]
    reader.reload()
    whole(reader)
    expect(reader.get_by_role("heading", level=1)).to_have_text(f"Alder (invented), {YEAR}")
    page.get_by_role("link", name=frame.PAGES["about"], exact=True).click()
    whole(page)
    expect(page.get_by_text(release_id).first).to_be_visible()
    expect(page.get_by_text(REMARK).first).to_be_visible()
