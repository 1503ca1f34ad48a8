"""What stands for a picture is well-formed sentences, and no cell of a table is blank: over all pages of the demo."""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.release.reader import Release, current
from dashboard.report import report
from pipelines.settings import Settings
from tests.dashboard.test_pages import PAGES, Opener, opened  # noqa: F401  opened is a fixture

pytestmark = pytest.mark.slow

READ = sorted(set(PAGES) - {"steward", "upload", "accessibility"})
ADDRESSES = [
    {"programme": "demo-alder", "year": "2025-26", "measure": "talks_with_trainees"},
    {"programme": "demo-alder", "year": "2019-20", "measure": "safe_to_share"},
    {"programme": "demo-elm", "year": "2024-25", "measure": "staff_has_lived_experience"},
    {"programme": "demo-yew", "year": "2020-21", "measure": "told_supervisor"},
    {"programme": "demo-juniper", "year": "2022-23", "measure": "safe_to_share"},
]
"""A programme with much to show, one without anybody beside it, and small ones whose results cover several years."""
MALFORMED = re.compile(r"[?!.]\.|[?!.;:,]\s*[;:,]|\s[.,;:?!]|\s\s|\(\)|\bNone\b|[^.?!]$")
"""Two full stops, a stop after a question mark, a space before one, an empty bracket, no end."""


def alt_texts(app: AppTest) -> list[str]:
    return [chart.proto.alt for chart in app.get("plotly_chart")]


def cells(app: AppTest) -> Iterator[tuple[str, str]]:
    """Every cell of every table, with the head of its column; of those drawn as HTML also what draws a range."""
    for table in [*app.table, *app.dataframe]:
        for column in table.value.columns:
            yield from ((str(column), "" if cell is None else str(cell)) for cell in table.value[column])
    for element in app.get("html"):
        body = element.proto.body
        heads = re.findall('<th scope="col">(.*?)</th>', body)
        for row in body.split("<tr>"):
            for head, cell in zip(heads[1:], re.findall("<td.*?</td>", row), strict=False):
                yield head, "a range" if 'class="range"' in cell else unescape(re.sub("<[^>]*>", "", cell))


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: "-".join(address.values()))
@pytest.mark.parametrize("page", READ)
def test_alt_texts_are_sentences_and_no_cell_is_blank(
    opened: Opener,  # noqa: F811
    page: str,
    address: dict[str, str],
) -> None:
    app = opened(page, **address)
    assert [alt for alt in alt_texts(app) if MALFORMED.search(alt)] == []
    assert {head for head, cell in cells(app) if not head.strip() or not cell.strip()} == set()


def test_charts_and_tables_are_there_to_be_looked_at(opened: Opener) -> None:  # noqa: F811
    for page, measures in (("overview", 41), ("compare", 20), ("change", 5)):
        app = opened(page, **ADDRESSES[0])
        assert alt_texts(app)
        assert len(list(cells(app))) > measures


@cache
def figures(path: Path) -> list[str]:
    """The alt texts of the report of a programme with results over several years."""
    with Release(path) as release:
        content = report.content(release, "demo-elm", "2024-25")
    lines = [line for pillar in content["pillars"] for kind in pillar["kinds"] for line in kind["lines"]]
    return [part["alt"] for part in [*content["gaps"], *lines] if part["alt"]]


def test_the_alt_texts_of_a_report_are_sentences(demo_home: Settings) -> None:
    path = current(demo_home.releases)
    assert path
    assert len(figures(path)) > 5
    assert [alt for alt in figures(path) if MALFORMED.search(alt)] == []


@pytest.mark.parametrize(
    ("text", "malformed"),
    [
        ("Are we modelling it?. 14 of 31.", True),
        ("14 of 31 .", True),
        ("14 of 31..", True),
        ("Told anyone: ; 14 of 31.", True),
        ("14 of 31", True),
        ("Are we modelling it? 14 of 31 (45%, likely range 29% to 62%).", False),
    ],
)
def test_what_is_malformed_is_recognised(text: str, malformed: bool) -> None:
    assert bool(MALFORMED.search(text)) == malformed
