"""HTML in which every text is literal: whatever is not made here is escaped."""

from collections.abc import Iterable
from html import escape

import polars as pl

from dashboard.wording.marked import Marked, Paragraph

TAGS = {"strong": "strong", "emphasis": "em", "code": "code"}
EMPTY = {"img", "link", "meta"}
"""Elements that hold nothing, and are not closed."""


class Html(str):
    """Markup that this module made. Any other text is escaped before it is part of a page."""

    __slots__ = ()


Child = str | Html | Iterable["Child"]


def element(tag: str, *children: Child, **attributes: str | bool) -> Html:
    """An element. `class_` and `data_x` are written without their signs; an attribute that is False is left out."""
    written = "".join(_attribute(name, value) for name, value in attributes.items() if value is not False)
    return Html(f"<{tag}{written}>" if tag in EMPTY else f"<{tag}{written}>{joined(*children)}</{tag}>")


def _attribute(name: str, value: str | bool) -> str:
    shown = name.rstrip("_").replace("_", "-")
    return f" {shown}" if value is True else f' {shown}="{escape(str(value))}"'


def joined(*children: Child) -> Html:
    """Children one after the other."""
    return Html("".join(_literal(child) for child in children))


def _literal(child: Child) -> str:
    if isinstance(child, Html):
        return str(child)
    return escape(child) if isinstance(child, str) else joined(*child)


def paragraph(*sentences: Paragraph, class_: str | bool = False) -> Html:
    """Sentences that stand together; nothing where they are all blank."""
    said = [sentence for sentence in sentences if sentence]
    words = [child for sentence in said for child in (" ", _marked(sentence))][1:]
    return element("p", *words, class_=class_) if words else Html()


def _marked(sentence: Paragraph) -> Html:
    parts = [sentence] if isinstance(sentence, str) else sentence
    return joined(element(TAGS[part.how], part.words) if isinstance(part, Marked) else part for part in parts)


def listed(lines: Iterable[Child], class_: str | bool = False) -> Html:
    """A list; nothing where there are no lines."""
    items = [element("li", line) for line in lines]
    return element("ul", items, class_=class_) if items else Html()


def link(words: str, address: str, **attributes: str | bool) -> Html:
    return element("a", words, href=address, **attributes)


def table(rows: pl.DataFrame, caption: str) -> Html:
    """A table of words, whose first column names its rows. Where it is wider than the window, it scrolls by itself."""
    head = element("tr", [element("th", name, scope="col") for name in rows.columns])
    body = [_line([str(cell) for cell in cells]) for cells in rows.iter_rows()]
    whole = element("table", element("caption", caption), element("thead", head), element("tbody", body))
    return element("div", whole, class_="scroll", role="region", tabindex="0", aria_label=caption)


def _line(cells: list[str]) -> Html:
    return element("tr", element("th", cells[0], scope="row"), [element("td", cell) for cell in cells[1:]])
