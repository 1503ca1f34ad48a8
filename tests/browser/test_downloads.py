"""What is taken away, in a real browser: tables from the server, pictures made by the browser itself."""

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Download, Locator, Page, expect

from tests.browser.conftest import Visit, whole

COMPARE = "compare?programme=demo-alder&year=2025-26&measure=talks_with_trainees"
STEM = "openness-compare-demo-alder-2025-26-talks_with_trainees-"


@pytest.fixture
def compare(visit: Visit, demo_server: str) -> Page:
    page = visit(f"{demo_server}/{COMPARE}")
    page.locator("summary", has_text="downloads").click()
    return page


def pressed(page: Page, button: Locator) -> Download:
    """By keyboard: a click may miss what an expander that is still opening moves away."""
    with page.expect_download() as started:
        button.press("Enter")
    return started.value


def camera(page: Page) -> Locator:
    page.locator(".js-plotly-plot").first.hover()
    return page.locator(".js-plotly-plot").first.get_by_role("button", name=re.compile("^Download plot"))


def test_the_table_is_taken_away_as_csv(compare: Page) -> None:
    taken = pressed(compare, compare.get_by_role("button", name="Table as CSV"))
    assert taken.suggested_filename.startswith(STEM)
    lines = Path(taken.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "# Openness: Openness about lived experience in training. Draft wording, not a validated scale."
    assert "# Programme: Alder (invented)" in lines
    assert "# Academic year: 2025-26" in lines
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    own = next(row for row in rows if row["programme_id"] == "demo-alder")
    assert own["Result"].startswith(f"{own['affirmative']} of {own['respondents']} (")
    assert float(own["rate"]) == int(own["affirmative"]) / int(own["respondents"])


def test_the_table_is_taken_away_as_xlsx(compare: Page) -> None:
    taken = pressed(compare, compare.get_by_role("button", name="Table as XLSX"))
    assert taken.suggested_filename.endswith(".xlsx")
    assert Path(taken.path()).read_bytes().startswith(b"PK\x03\x04")


def test_the_chart_is_taken_away_as_png(compare: Page) -> None:
    taken = pressed(compare, camera(compare))
    assert taken.suggested_filename.startswith(STEM)
    assert taken.suggested_filename.endswith(".png")
    assert Path(taken.path()).read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_the_chart_is_taken_away_as_svg_with_its_words_as_words(compare: Page) -> None:
    compare.get_by_role("radio", name="SVG").press("Space")
    whole(compare)
    expect(compare.get_by_role("button", name="Table as CSV")).to_be_visible()  # the expander is still open
    expect(camera(compare)).not_to_have_attribute("data-title", re.compile("png", re.IGNORECASE))
    taken = pressed(compare, camera(compare))
    assert taken.suggested_filename.endswith(".svg")
    picture = ElementTree.parse(taken.path()).getroot()  # noqa: S314  our own file
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert "all together" in "".join(picture.itertext())


def test_the_camera_can_be_pressed_with_a_mouse(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/{COMPARE}")
    with page.expect_download():
        camera(page).click()


def test_the_chart_and_the_table_of_the_overview_have_their_downloads(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/?programme=demo-alder&year=2025-26")
    charts = page.locator(".js-plotly-plot").count()
    assert charts
    expect(page.locator("summary", has_text="downloads")).to_have_count(charts)
    taken = pressed(page, page.get_by_role("button", name="Table as CSV").last)
    assert taken.suggested_filename.startswith("openness-overview-demo-alder-2025-26-measures-")


FORMS = [
    ("DuckDB file", ".duckdb", None),
    ("Parquet (ZIP)", "-parquet.zip", b"PK\x03\x04"),
    ("CSV (ZIP)", "-csv.zip", b"PK\x03\x04"),
    ("Excel workbook", ".xlsx", b"PK\x03\x04"),
    ("Codebook as Markdown", "-codebook.md", b"# Codebook of release "),
]
"""The buttons, how the name of a file ends, and how its content begins."""


def test_the_release_is_taken_away_in_every_form(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/data")
    for button, ending, begins in FORMS:
        taken = pressed(page, page.get_by_role("button", name=button, exact=True))
        assert taken.suggested_filename.endswith(ending)
        content = Path(taken.path()).read_bytes()
        assert content.startswith(begins) if begins else content[8:12] == b"DUCK"


def test_the_rows_of_a_query_are_taken_away(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/data")
    page.get_by_role("textbox", name="SQL, as DuckDB understands it").fill("SELECT 4711 AS n, '=1+1' AS f")
    page.get_by_role("button", name="Show the rows").press("Enter")
    taken = pressed(page, page.get_by_role("button", name="Table as CSV"))
    assert Path(taken.path()).read_text(encoding="utf-8-sig").splitlines()[-1] == '4711,"\'=1+1"'
