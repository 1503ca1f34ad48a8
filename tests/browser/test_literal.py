"""Text from files is shown as it stands there, whatever Streamlit would make of it."""

from playwright.sync_api import Page

from dashboard.components.markdown_escape import JOINER
from tests.browser.conftest import Visit, started
from tests.browser.texts import TEXTS
from tests.factories import PROJECT

MORE_THAN_WORDS = "a, img, svg, b, strong, em, del, code, h1, h2, ol, ul, blockquote, hr, .katex, [style*=color]"


def shown(page: Page, where: str) -> list[str]:
    texts = [element.inner_text() for element in page.locator(where).all()]
    return [" ".join(text.replace(JOINER, "").split()) for text in texts]


def test_text_is_shown_as_it_is(visit: Visit) -> None:
    with started("-m", "streamlit", "run", str(PROJECT / "tests/browser/page_of_texts.py"), "--server.port") as address:
        page = visit(address)
        meant = [" ".join(text.split()) for text in TEXTS]
        for where in (
            "[data-testid=stMarkdown] [data-testid=stMarkdownContainer]",
            "[data-testid=stTable] tbody td [data-testid=stMarkdownContainer]",
            "[data-testid=stTextInput] label [data-testid=stMarkdownContainer]",
        ):
            assert [pair for pair in zip(shown(page, where), meant, strict=False) if pair[0] != pair[1]] == [], where
            assert page.locator(where).locator(MORE_THAN_WORDS).count() == 0, where
        boxes = page.locator("[data-testid=stTextInput] input").all()
        plain = [(box.get_attribute("aria-label") or "").replace(JOINER, "") for box in boxes]
        assert plain[TEXTS.index("Q5 [SQ001] *")] == "Q5 [SQ001] *"
        assert plain[TEXTS.index("a*b")] == "a*b"
