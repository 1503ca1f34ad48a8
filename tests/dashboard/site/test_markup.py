"""Every text of a page is literal, unless this project made it as markup."""

import polars as pl
import pytest

from dashboard.site.markup import Html, element, joined, listed, paragraph, table
from dashboard.wording.marked import Marked

HOSTILE = "<b>x</b> & \"y\" 'z'"
LITERAL = "&lt;b&gt;x&lt;/b&gt; &amp; &quot;y&quot; &#x27;z&#x27;"


def test_a_text_is_escaped_wherever_it_stands() -> None:
    assert element("p", HOSTILE, title=HOSTILE) == f'<p title="{LITERAL}">{LITERAL}</p>'
    assert paragraph((Marked(HOSTILE), HOSTILE)) == f"<p><strong>{LITERAL}</strong>{LITERAL}</p>"
    assert listed([HOSTILE]) == f"<ul><li>{LITERAL}</li></ul>"
    assert table(pl.DataFrame({HOSTILE: [HOSTILE], "B": [HOSTILE]}), HOSTILE).count(LITERAL) == 5
    assert "<b>" not in table(pl.DataFrame({HOSTILE: [HOSTILE], "B": [HOSTILE]}), HOSTILE)


def test_markup_of_our_own_stays_markup() -> None:
    assert joined(Html("<br>"), [element("i", "<")]) == "<br><i>&lt;</i>"


def test_names_of_attributes_are_written_without_the_signs_that_python_needs() -> None:
    assert element("a", class_="x", data_query="1", hidden=True, download=False) == (
        '<a class="x" data-query="1" hidden></a>'
    )


@pytest.mark.parametrize("nothing", [paragraph(), paragraph("", ()), listed([])])
def test_nothing_said_is_nothing_written(nothing: Html) -> None:
    assert nothing == ""


def test_sentences_that_stand_together_have_a_space_between_them() -> None:
    assert paragraph("One.", "", "Two.") == "<p>One. Two.</p>"


def test_a_table_has_a_caption_and_headings_for_its_columns_and_rows() -> None:
    made = table(pl.DataFrame({"A": ["a"], "B": ["b"]}), "Caption")
    assert "<caption>Caption</caption>" in made
    assert '<th scope="col">A</th><th scope="col">B</th>' in made
    assert '<th scope="row">a</th><td>b</td>' in made
