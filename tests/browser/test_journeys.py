"""What people come to do, in a real browser over the real server."""

import os
import re
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from io import BytesIO
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from dashboard.wording import frame
from pipelines.release.publishing import publish
from pipelines.store.store import Store
from tests.browser.conftest import HEIGHT, Scheme, Visit, fits, looks, served, whole
from tests.factories import NOW, PROJECT, a_file, counts_csv, first_catalogue, loaded, programmes_csv
from tests.thorough import EVERYTHING, some

README = (PROJECT / "README.md").read_text(encoding="utf-8")
PICTURES = Path(__file__).parent / "pictures"
PAGES = "", "compare", "change", "support", "field", "together", "upload", "steward", "data", "about", "accessibility"
NARROWEST = 320
MOST_PIXELS = 2_500
"""How long the first page of the demonstration may be on a wide screen."""


def choose(page: Page, label: str, option: str) -> None:
    """Find an option by typing, as one does where there are many."""
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    whole(page)


def state(page: Page) -> tuple[str, str, str, list[str]]:
    """What a person sees of where they are: address, heading, the tab, and what the controls say."""
    boxes = [box.input_value() for box in page.get_by_role("combobox").all()]
    return page.url, page.get_by_role("heading", level=1).inner_text(), page.title(), boxes


def test_a_director_is_asked_for_the_programme_finds_it_by_typing_and_reads_the_gap(
    visit: Visit, demo_server: str
) -> None:
    page = visit(demo_server)
    expect(page.get_by_role("heading", level=1)).to_have_text("Which programme are you looking for?")
    choose(page, "Programme", "Cedar (invented)")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cedar (invented), 2025-26")
    expect(page.get_by_text("67%, likely range 48% to 81%) say that staff expect them to talk").first).to_be_visible()
    assert "programme=demo-cedar" in page.url
    assert page.title() == "What was found · Cedar (invented) · 2025-26 – Openness"


def test_what_was_found_leads_to_its_picture(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/?programme=demo-alder&year=2025-26")
    assert page.get_by_test_id("stMain").evaluate("element => element.scrollHeight") <= MOST_PIXELS
    found = page.locator(".findings").get_by_role("link", name="Safe for staff to share", exact=True)
    found.click()
    whole(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Safe for staff to share")
    assert page.title() == "Safe for staff to share · Alder (invented) · 2025-26 – Openness"
    page.go_back()
    whole(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Alder (invented), 2025-26")


def test_my_programme_is_kept_in_the_browser_until_it_is_taken_back(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/?programme=demo-yew")
    page.get_by_role("button", name=frame.REMEMBER).click()
    expect(page.get_by_text(frame.REMEMBERED)).to_be_visible()
    page.goto(demo_server)
    whole(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Yew (invented), 2025-26")
    page.get_by_role("button", name=frame.FORGET).click()
    expect(page.get_by_text(frame.FORGOTTEN)).to_be_visible()
    page.goto(demo_server)
    whole(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Which programme are you looking for?")


def test_a_measure_is_compared_and_the_link_shared(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/?programme=demo-alder&year=2025-26")
    page.get_by_role("link", name="Compare with others").click()
    choose(page, "Measure", "Staff talk with trainees (supervisors and tutors)")
    expect(page.get_by_role("heading", level=1)).to_have_text("Staff talk with trainees")
    first_line = page.get_by_text("This programme: ").inner_text()

    shared = visit(page.url)
    expect(shared.get_by_role("heading", level=1)).to_have_text("Staff talk with trainees")
    assert shared.get_by_text("This programme: ").inner_text() == first_line
    for part in ("/compare?", "programme=demo-alder", "year=2025-26", "measure=talks_with_trainees"):
        assert part in shared.url


def test_what_is_suppressed_is_said(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/compare?programme=demo-elm&year=2025-26&measure=staff_safe_to_share")
    expect(page.get_by_text("This programme: suppressed for now, because").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Safe for staff to share")


def test_back_and_forward_go_exactly_through_what_was_visited(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/?programme=demo-alder")
    visited = [state(page)]
    page.get_by_role("link", name="Compare with others").click()
    whole(page)
    visited.append(state(page))
    for label, option in (
        ("Programme", "Cedar (invented)"),
        ("Measure", "Safe to share (trainees)"),
        ("Drawn as", "funnel"),
    ):
        choose(page, label, option)
        visited.append(state(page))
    for before in reversed(visited[:-1]):
        page.go_back()
        whole(page)
        assert state(page) == before
    for after in visited[1:]:
        page.go_forward()
        whole(page)
        assert state(page) == after
    page.reload()
    whole(page)
    assert state(page) == visited[-1]


def test_others_are_marked_and_stay_in_the_address(visit: Visit, nhs_server: str) -> None:
    page = visit(f"{nhs_server}/compare?measure=stress&year=2021-22&programme=NDJ")
    choose(page, "Others to mark", "NAViGO Health and Social Care CIC")
    assert "peers=NQL" in page.url
    expect(page.locator(".js-plotly-plot").get_by_text("NAViGO Health and Social Care CIC")).to_be_visible()
    shared = visit(page.url)
    expect(shared.locator(".js-plotly-plot").get_by_text("NAViGO Health and Social Care CIC")).to_be_visible()


def test_the_field_names_no_programme(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/field", width=390)
    expect(page.get_by_role("heading", name="Clinical psychology")).to_be_visible()
    assert "Alder" not in page.content()


def test_the_steward_sees_what_waits(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/steward")
    expect(page.get_by_role("heading", level=1)).to_have_text("What is waiting")
    expect(page.get_by_role("cell", name=re.compile(r"\(invented\)$")).first).to_be_visible()


def test_the_table_beside_a_chart_opens_by_keyboard(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/compare?programme=demo-alder")
    page.get_by_text("The same as a table").focus()
    page.locator("summary", has_text="The same as a table").press("Enter")
    expect(page.get_by_role("cell", name="Alder (invented) (this programme)")).to_be_visible()


@pytest.mark.parametrize("path", some(PAGES, 4))
def test_whoever_reads_with_the_keyboard_sees_where_they_are(visit: Visit, demo_server: str, path: str) -> None:
    page = visit(f"{demo_server}/{path}?programme=demo-alder&year=2025-26")
    stops = list(islice(tabbed(page), 3, 200))  # after the link that skips the menu, the page itself and its first link
    assert stops[-1]["name"] == "Accessibility"
    assert [
        stop for stop in stops if not (stop["outlined"] or stop["tag"] in {"INPUT", "TEXTAREA"})
    ] == []  # their own edge turns blue
    assert [stop for stop in stops if not stop["seen"]] == []


FOCUSED = """() => {
    const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
    return element === document.body ? null : {
        tag: element.tagName, name: element.innerText, outlined: parseFloat(style.outlineWidth) >= 2
            && style.outlineStyle === "solid", seen: box.bottom > 0 && box.top < innerHeight && box.width > 0 };
}"""


def tabbed(page: Page) -> Iterator[dict[str, object]]:
    """What the tabulator key reaches, one after the other, until it leaves the page."""
    page.keyboard.press("Tab")
    while stop := page.evaluate(FOCUSED):
        yield stop
        page.keyboard.press("Tab")


def test_a_page_is_printed_without_controls_and_with_its_chart_whole(visit: Visit, demo_server: str) -> None:
    """On one page stand the first row and the last, and both ends of the axis; on paper what is dark is not dark. The
    words of a chart follow the colours that a browser forces."""
    page = visit(f"{demo_server}/compare?programme=demo-alder&year=2025-26", scheme="dark")
    expect(page.locator(".main-svg text", has_text="Yew (invented)").first).to_be_attached()
    page.wait_for_timeout(500)  # a chart is drawn in steps, and who prints has seen it
    printed = [sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf(format="A4"))).pages]
    assert "type to find" not in "".join(printed)
    [chart] = [words for words in printed if "Alder (invented)" in words]
    assert all(words in chart for words in ("28 of 42", "Yew (invented)", "10 of 17", "0%", "100%"))
    assert page.locator(".main-svg[viewBox]").count() == 0
    heading, words = page.get_by_role("heading", level=1), page.locator(".main-svg text").first
    page.emulate_media(media="print")
    assert heading.evaluate("heading => getComputedStyle(heading).color") == "rgb(0, 0, 0)"
    page.emulate_media(media="screen", forced_colors="active")
    colour = heading.evaluate("heading => getComputedStyle(heading).color")
    assert words.evaluate("words => getComputedStyle(words).fill") == colour


def test_a_measure_is_followed_over_the_years(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/?programme=demo-alder&measure=offered_support_helped")
    page.get_by_role("link", name="Over the years").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The support helped, over the years")
    expect(page.get_by_text("There is no clear change from 2022-23 to 2024-25.")).to_be_visible()
    expect(page.get_by_text("Before that another question was asked: “Did it help?”")).to_be_visible()
    page.locator("summary", has_text="How to read this").first.click()
    expect(page.get_by_text("There is no control chart here.")).to_be_visible()
    page.locator("summary", has_text="The same as a table").press("Enter")
    expect(page.get_by_role("cell", name="2022-23 to 2024-25").first).to_be_visible()


def test_support_is_seen_beside_the_others_and_read_in_words(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/support?programme=demo-alder&year=2025-26", width=390)
    expect(page.get_by_role("heading", level=1)).to_have_text("What support is in place?")
    expect(page.get_by_text("In place, as the programme says of itself").first).to_be_visible()
    page.locator("summary", has_text="The same as a table").first.press("Enter")
    expect(page.get_by_role("cell", name="in place: ").first).to_be_visible()


def test_staff_and_trainees_are_looked_at_together(visit: Visit, demo_server: str) -> None:
    page = visit(f"{demo_server}/together?programme=demo-alder&year=2023-24")
    expect(page.get_by_role("heading", level=1)).to_have_text("Where staff say that they talk, do trainees see it?")
    expect(page.get_by_text("does not say what causes what").first).to_be_visible()
    choose(page, "Academic year", "2019-20")
    expect(page.get_by_text("There is no figure for this year").first).to_be_visible()


@pytest.mark.parametrize(("path", "scheme", "width"), some(looks(PAGES, 2), 2))
def test_every_page_fits_and_can_be_used(visit: Visit, demo_server: str, path: str, scheme: Scheme, width: int) -> None:
    """Also with everything open that can be opened, and when it is made as narrow as the narrowest telephone."""
    page = visit(f"{demo_server}/{path}?programme=demo-alder&item=policy_written", width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(closed => closed.click())")
    page.wait_for_timeout(500)
    fits(page, width)
    page.set_viewport_size({"width": NARROWEST, "height": HEIGHT})
    page.wait_for_timeout(500)
    fits(page, NARROWEST)


@pytest.mark.parametrize(("scheme", "width"), some([("light", 1280), ("dark", 390), ("light", 320)], 3))
def test_three_hundred_programmes_are_drawn_by_size(visit: Visit, nhs_server: str, scheme: str, width: int) -> None:
    page = visit(f"{nhs_server}/compare?measure=stress&year=2021-22&programme=0DF", width=width, scheme=scheme)
    expect(page.get_by_text("(46.4%, likely range 45.8% to 47.0%), in all 280 programmes that asked")).to_be_visible()
    expect(page.get_by_text("how many people answered").first).to_be_visible()
    fits(page, width)


@pytest.mark.parametrize(
    ("name", "path", "below"),
    [
        ("overview", "?", 0),
        ("compare", "compare?measure=talks_with_trainees&chart=funnel", 120),
        ("change", "change?measure=safe_to_share", 60),
        ("support", "support?", 0),
        ("together", "together?", 0),
        ("field", "field?", 0),
    ],
)
def test_the_pictures_in_the_readme(visit: Visit, demo_server: str, name: str, path: str, below: int) -> None:
    made = os.environ.get("OPENNESS_PICTURES")  # on purpose only, so that a test run changes no file
    if made or EVERYTHING:
        page = visit(f"{demo_server}/{path}&programme=demo-alder&year=2025-26")
        page.get_by_test_id("stMain").evaluate("(element, below) => element.scrollTo(0, below)", below)
        page.wait_for_timeout(500)
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png" if made else None)
    assert (PICTURES / f"{name}.png").stat().st_size > 10_000
    assert f"tests/browser/pictures/{name}.png" in README


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[str]:
    """A dashboard over a release that withholds 700,001 of 700,003, and shows 8 of 20."""
    instrument = first_catalogue()
    rows = [("aa", "2024-25", "safe_to_share", 700_003, 700_001), ("aa", "2024-25", "free_to_choose", 20, 8)]
    with Store(tmp_path / "store.duckdb") as store:
        loaded(store, a_file(tmp_path, programmes_csv("aa"), "programmes.csv"), "programmes", instrument)
        loaded(store, a_file(tmp_path, counts_csv(*rows)), "counts", instrument)
        publish(store, instrument, tmp_path / "releases", now=NOW, published_by="tester")
    with served(tmp_path) as address:
        yield address


def test_what_is_withheld_is_in_no_page_source_and_no_hover_text(planted: str, visit: Visit) -> None:
    shown = ("", "compare?measure=free_to_choose", "change?measure=free_to_choose")
    others = ("steward", "compare?measure=safe_to_share", "change", "support", "together", "about")
    for path in (*shown, *some(others, 3)):
        page = visit(f"{planted}/{path}")  # there is one programme, so nobody is asked which
        charts = page.evaluate(
            "JSON.stringify([...document.querySelectorAll('.js-plotly-plot')].map(c => [c.data, c.layout]))"
        )
        said = (page.content() + charts).replace(",", "")
        assert "700001" not in said
        assert ("8 of 20" in said) == (path in shown)


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1", 101), ("localhost", 101), ("evil.example", 403)])
def test_the_server_answers_only_to_the_names_of_this_machine(demo_server: str, host: str, status: int) -> None:
    """Else a page from elsewhere, whose name is made to point here, could reach Upload and Steward."""
    address = urlsplit(demo_server)
    connection = HTTPConnection(address.hostname or "", address.port)
    headers = {
        "Host": f"{host}:{address.port}",
        "Origin": f"http://{host}:{address.port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    }
    with closing(connection):
        connection.request("GET", "/_stcore/stream", headers=headers)
        assert connection.getresponse().status == status
