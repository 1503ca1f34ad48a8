"""What visitors write stays words: in an address, in the name of a file, in its headings, cells and sheets."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
import xlsxwriter

from pipelines.settings import Settings
from tests.browser.conftest import served
from tests.hostile_catalogue import SIGNS
from tests.reference.visitor import Page, Visitor, visiting

HOSTILE = f"# x {' '.join(SIGNS)} <script>x</script> <img src=x> '; DROP TABLE result; -- =1+1 \u202ex\u0007"
AS_MARKDOWN = ("![x](", " [x](", "$x$", ":material/home:", "**x**", "\n# x")
AS_HTML = ("<b>x", "<script>x", "<img src=x")
PARAMETERS = ("programme", "year", "measure", "among", "chart", "item", "peers", "embed", "anything")
PAGES = (
    "",
    "compare",
    "change",
    "support",
    "together",
    "field",
    "data",
    "about",
    "upload",
    "steward",
    "years",
    "record",
)
LITERAL = {
    "code",
    "text",
    "text_input",
    "text_area",
    "arrow_data_frame",
    "arrow_table",
    "json",
    "selectbox",
    "multiselect",
}
"""Elements whose values are never taken for Markdown or HTML."""


@pytest.fixture(scope="module")
def visitor(demo_home: Settings) -> Iterator[Visitor]:
    with served(demo_home.home) as server, visiting(server) as opened:
        yield opened


def taken_for_more_than_words(page: Page) -> list[str]:
    """Texts of the page that a browser would take for Markdown or HTML, and that say something hostile."""
    found = []
    for message in page.messages:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "html" or (kind == "markdown" and element.markdown.allow_html):
            found += [text for text in texts_of(element) for sign in AS_HTML if sign in text]
        elif kind not in LITERAL:
            found += [text for text in texts_of(element) for sign in AS_MARKDOWN if sign in text]
    return found


def texts_of(message: Any) -> Iterator[str]:
    """Every text within a message."""
    for field, value in message.ListFields():
        values = value if field.is_repeated else [value]
        for each in values:
            if isinstance(each, str):
                yield each
            elif hasattr(each, "ListFields"):
                yield from texts_of(each)


@pytest.mark.parametrize("page", PAGES)
def test_whatever_stands_in_an_address_a_page_is_whole_and_shows_words(visitor: Visitor, page: str) -> None:
    for query in (
        urlencode(dict.fromkeys(PARAMETERS, HOSTILE)),
        urlencode({"programme": "demo-alder"} | dict.fromkeys(PARAMETERS[1:], HOSTILE)),
        urlencode([("programme", "demo-alder"), ("programme", HOSTILE)]),
        "programme=%ff%00&year=%",
    ):
        shown = visitor.visits(page, query)
        assert shown.is_whole
        assert taken_for_more_than_words(shown) == []


def hostile_csv() -> bytes:
    heading = f"programme_id,academic_year,{quoted(HOSTILE)}"
    return "\n".join([heading, *[f"{quoted(HOSTILE)},2026-27,{quoted(HOSTILE)}"] * 3, ""]).encode()


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@pytest.mark.parametrize("name", [f"{HOSTILE}.csv", "../../etc/passwd.csv", "answers.csv"])
@pytest.mark.parametrize("content", [hostile_csv(), b"programme_id,academic_year\n" + b"\x00\xff" * 50])
def test_names_headings_and_cells_of_a_file_stay_words(visitor: Visitor, name: str, content: bytes) -> None:
    shown = visitor.uploads("upload", "The file", name, content)
    assert shown.is_whole
    assert taken_for_more_than_words(shown) == []


def test_sheets_of_a_workbook_stay_words(visitor: Visitor) -> None:
    shown = visitor.uploads("upload", "The file", "book.xlsx", two_sheets("$x$ _x_", "<b>x"))
    assert shown.is_whole
    assert taken_for_more_than_words(shown) == []


def two_sheets(*names: str) -> bytes:
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for name in names:
            book.add_worksheet(name).write_row(0, 0, ["programme_id", "academic_year"])
    return content.getvalue()


def test_what_would_be_more_than_words_is_noticed(visitor: Visitor) -> None:
    """Or else finding none would mean nothing."""
    shown = visitor.visits("about")
    marked = next(message for message in shown.messages if message.delta.new_element.HasField("markdown"))
    marked.delta.new_element.markdown.body += f" {HOSTILE}"
    marked.delta.new_element.markdown.allow_html = False
    assert taken_for_more_than_words(shown)
