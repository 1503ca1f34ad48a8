"""No text of a catalogue becomes a picture, a link, a formula, an icon or a loud word in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from pipelines.settings import Settings
from tests.browser.conftest import Visit, served
from tests.hostile_catalogue import NOWHERE
from tests.thorough import some

PAGES = ("", "compare", "change", "support", "together", "upload", "steward", "data", "about")
IN_WORDS = "[data-testid=stMarkdownContainer], [data-testid=stHeading], [data-testid=stTable], .js-plotly-plot"
MORE = f"img, .katex, b, [data-testid=stIconMaterial], span[role=img], a[href^='{NOWHERE}'], [*|href^='{NOWHERE}']"


@pytest.fixture(scope="module")
def server(hostile_home: Settings) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("OPENNESS_CATALOGUE", str(hostile_home.catalogue))
        with served(hostile_home.home) as address:
            yield address


@pytest.mark.parametrize("path", some(PAGES, 4))
def test_a_text_of_the_catalogue_stays_words(server: str, visit: Visit, path: str) -> None:
    page = visit(f"{server}/{path}?programme=demo-alder&year=2025-26&measure=talks_with_trainees")
    open_everything(page)
    assert ":material/home:" in shown(page)
    more = page.locator(IN_WORDS).locator(MORE)
    assert [element.evaluate("element => element.outerHTML.slice(0, 300)") for element in more.all()] == []
    loud = page.locator(IN_WORDS).locator("strong, em").all_inner_texts()
    assert "x" not in [word.strip() for word in loud]


def open_everything(page: Page) -> None:
    """Unfold what is folded, so that all of it is drawn."""
    page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(closed => closed.click())")
    page.wait_for_timeout(500)


def shown(page: Page) -> str:
    """The words of a page without what joins them, and with what its lists hold."""
    boxes = page.locator("[data-testid=stSelectbox] input").all()
    words = [page.locator("[data-testid=stMain]").inner_text(), *(box.input_value() for box in boxes)]
    return " ".join(words).replace("\N{WORD JOINER}", "")
