"""No text of a catalogue becomes more than words: not on a page, as far as Python sees it, and not in the report."""

import io
import re
from collections.abc import Iterator

import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from dashboard.components import controls
from dashboard.release.reader import Release, current
from dashboard.report.report import report
from pipelines.settings import Settings
from tests.dashboard.test_pages import PAGES, open_page
from tests.hostile_catalogue import MORE_THAN_WORDS, NOWHERE

MARKDOWN = ("title", "header", "subheader", "markdown", "caption", "warning", "info", "success", "error")
OUR_TAGS = {
    *("strong", "ul", "li", "a", "table", "caption", "thead", "tbody", "tr", "th", "td", "span", "i", "b", "u"),
}
"""The tags that the pages draw with."""
STRUCTURED = '<script type="application/ld+json">'
"""What programs that look for data read, and no browser runs."""
OUR_SCRIPTS = {controls.PRINTING, controls.REMEMBER, controls.FORGET}
"""Each always the same, letter for letter: the server lets no other run."""
PROGRAMME, YEAR = "demo-alder", "2025-26"


@pytest.fixture
def app(hostile_home: Settings, monkeypatch: pytest.MonkeyPatch, page: str) -> AppTest:
    """A page of the home whose every text tries to become more than words."""
    monkeypatch.setenv("OPENNESS_CATALOGUE", str(hostile_home.catalogue))
    return open_page(hostile_home.home, monkeypatch, page, programme=PROGRAMME, year=YEAR, measure="models_openness")


@pytest.mark.parametrize("page", PAGES)
def test_a_text_of_the_catalogue_stays_words_on_each_page(app: AppTest, page: str) -> None:
    texts = list(markdown_of(app))
    said = (*texts, *options_of(app), *(element.proto.body for element in app.get("html")))
    assert any("material/home" in text for text in said)  # the catalogue's texts are there
    assert [(sign, text) for text in texts for sign in MORE_THAN_WORDS if sign in text] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_text_of_the_catalogue_is_escaped_in_what_a_page_draws_as_html(app: AppTest) -> None:
    drawn = [element.proto.body for element in app.get("html") if "<style>" not in element.proto.body]
    assert {body.count("<") for body in drawn if body.startswith(STRUCTURED)} <= {2}  # its beginning and its end
    bodies = "".join(body for body in drawn if not body.startswith(STRUCTURED) and body not in OUR_SCRIPTS)
    assert set(re.findall(r"<(\w+)", bodies)) <= OUR_TAGS
    assert not re.search(r"<(b|i|u)>", bodies)  # ours have a place


@pytest.mark.parametrize("page", ["overview", "compare", "change", "support", "together"])
def test_a_text_of_the_catalogue_stays_words_in_each_chart(app: AppTest) -> None:
    charts = [chart.proto.spec for chart in app.get("plotly_chart")]
    assert charts
    assert not [chart for chart in charts if "<b>x" in chart or "\\u003cb\\u003ex" in chart]


def markdown_of(app: AppTest) -> Iterator[str]:
    """Everything that Streamlit takes for Markdown: texts, labels, and the cells of tables."""
    for kind in MARKDOWN:
        yield from (element.value for element in app.get(kind))
    for widget in (*app.selectbox, *app.text_input, *app.text_area, *app.button, *app.get("download_button")):
        yield str(widget.proto.label)
    yield from (expander.label for expander in app.expander)
    for table in app.table:
        yield from map(str, [*table.value.columns, *table.value.to_numpy().ravel()])


def options_of(app: AppTest) -> Iterator[str]:
    """What can be chosen from lists, which show their options as they are."""
    for box in app.selectbox:
        yield from box.options


def test_a_text_of_the_catalogue_stays_words_in_the_report(hostile_home: Settings) -> None:
    path = current(hostile_home.releases)
    assert path is not None
    pages = PdfReader(io.BytesIO(report(Release(path), PROGRAMME, YEAR))).pages
    words = "".join("".join(page.extract_text().split()) for page in pages)
    assert f"![x]({NOWHERE}x.png)" in words
    assert "**x**" in words
    assert sum(len(page.images) for page in pages) == 0
    annotations = [annotation.get_object() for page in pages for annotation in page.get("/Annots") or ()]
    assert not [annotation for annotation in annotations if NOWHERE in str(annotation)]
