"""From a file to its receipt, and back: what people come to the Upload page for, in a real browser."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Download, Locator, Page, expect
from pypdf import PdfReader
from typer.testing import CliRunner

from dashboard import wording_upload as wording
from pipelines.cli import app
from pipelines.store import Store
from tests.browser.conftest import Visit, served, whole
from tests.browser.test_journeys import SEEN_THROUGH_STREAMLIT, choose
from tests.factories import a_file, first_catalogue, loaded, programmes_csv

PROGRAMMES = ("perfect", "mistaken", "exported", "personal", "replaced", "withdrawn", "several", "looked-at")
"""Each journey has a programme of its own, and they share a server."""
HEADINGS = "programme_id,academic_year,training_year,lived_experience,safe_to_share"
EXPORTED = (
    "Response ID,Programme,Year,Lived experience,"
    "Q5. It is safe for trainees here to talk about their own lived experience,How did you hear of us?"
)
SOON = 30_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the programmes are registered and named, and nothing else is known."""
    folder = tmp_path_factory.mktemp("uploading")
    with Store(folder / "store.duckdb") as store:
        loaded(store, a_file(folder, programmes_csv(*PROGRAMMES), "programmes.csv"), "programmes", first_catalogue())
    return folder


@pytest.fixture(scope="module")
def upload(home: Path) -> Iterator[str]:
    with served(home) as address:
        yield f"{address}/upload"


def answers(programme: str, year: str = "2024-25", lived: str = "yes", people: int = 24) -> str:
    rows = (f"{programme},{year},{1 + at % 3},{lived if at % 2 else 'no'},agree" for at in range(people))
    return "\n".join([HEADINGS, *rows]) + "\n"


def export(programme: str, year: str, people: int = 24) -> str:
    said = ("Yes", "No"), ("Strongly Agree", "Disagree")
    rows = (
        f"{at + 1},{programme},{year},{said[0][at % 2]},{said[1][at % 2]},From a friend" for at in range(people)
    )
    return "\n".join([EXPORTED, *rows]) + "\n"


def offer(page: Page, path: Path, label: str = wording.FILE) -> None:
    """Through the button, as a person does: it forgets the file before, so that one of the same name is another."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("region", name=label).get_by_role("button", name=re.compile("^(Upload|Add files)")).click()
    chooser.value.set_files(path)


def sent_by(page: Page, name: str = "Ada, administrator") -> None:
    page.get_by_label(wording.SENT_BY).fill(name)


def submit(page: Page) -> None:
    page.get_by_role("button", name=wording.SUBMIT, exact=True).click()


def taken_in(page: Page) -> str:
    """The id on the receipt that is on screen."""
    expect(page.get_by_text(wording.TAKEN_IN)).to_be_visible(timeout=SOON)
    whole(page)
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name="Id", exact=True))
    return row.get_by_role("cell").last.inner_text()


def taken_away(page: Page, label: str) -> Download:
    with page.expect_download() as started:
        page.get_by_role("button", name=label).press("Enter")
    return started.value


def content(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def test_a_perfect_file_has_its_receipt_in_three_actions(upload: str, visit: Visit, tmp_path: Path) -> None:
    page = visit(upload)
    offer(page, a_file(tmp_path, answers("perfect"), "trainees.csv"))
    expect(page.get_by_text(wording.COMES_TO_SAID)).to_be_visible(timeout=SOON)
    expect(page.get_by_text("Nothing must be put right.")).to_be_visible()
    expect(page.get_by_role("cell", name="24 of 24")).to_be_visible()
    sent_by(page)
    submit(page)
    number = taken_in(page)
    expect(page.get_by_role("cell", name="trainees.csv")).to_be_visible()
    expect(page.get_by_role("cell", name="Ada, administrator")).to_be_visible()
    receipt = taken_away(page, wording.RECEIPT)
    assert receipt.suggested_filename == f"receipt-{number}.pdf"
    assert number in "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(content(receipt))).pages)


def test_submit_says_that_it_needs_to_be_told_who_sends_the_file(upload: str, visit: Visit, tmp_path: Path) -> None:
    page = visit(upload)
    offer(page, a_file(tmp_path, answers("looked-at")))
    expect(page.get_by_text(wording.COMES_TO_SAID)).to_be_visible(timeout=SOON)
    submit(page)
    expect(page.get_by_text(wording.SAY_WHO)).to_be_visible()


def test_a_file_with_three_kinds_of_mistake_is_put_right_and_taken_in(
    upload: str, visit: Visit, tmp_path: Path
) -> None:
    page = visit(upload)
    wrong = answers("mistaken", lived="sometimes").replace("mistaken,2024-25,2,no", "mistakken,2024/25,2,no")
    offer(page, a_file(tmp_path, wrong, "trainees.csv"))
    expect(page.get_by_text("3 things to put right")).to_be_visible(timeout=SOON)
    for mistake in ("“sometimes” is not one of yes,", "“mistakken” is not a registered", "“2024/25” is not an academic"):
        expect(page.get_by_role("cell", name=mistake)).to_be_visible()
    expect(page.get_by_role("button", name=wording.SUBMIT, exact=True)).to_have_count(0)

    found = taken_away(page, wording.FINDINGS_CSV)
    assert found.suggested_filename == "findings-trainees.csv"
    rows = list(csv.DictReader(io.StringIO(content(found).decode("utf-8-sig"))))
    assert [row["Found"] for row in rows if row["Severity"] == "Error"] == ["mistakken", "2024/25", "sometimes"]
    marked = taken_away(page, wording.MARKED)
    assert marked.suggested_filename == "marked-trainees.xlsx"
    assert "sometimes" in pl.read_excel(io.BytesIO(content(marked)))["lived_experience"].to_list()

    offer(page, a_file(tmp_path, answers("mistaken"), "trainees.csv"))
    expect(page.get_by_text("Nothing must be put right.")).to_be_visible(timeout=SOON)
    sent_by(page)
    submit(page)
    taken_in(page)


def test_an_export_is_mapped_by_hand_and_next_year_by_what_was_kept(
    home: Path, upload: str, visit: Visit, tmp_path: Path
) -> None:
    page = visit(upload)
    offer(page, a_file(tmp_path, export("exported", "2023-24"), "export.csv"))
    expect(page.get_by_role("heading", name=wording.MATCHING)).to_be_visible(timeout=SOON)
    whole(page)
    expect(page.get_by_text("Suggestions, to be looked at: programme_id may be “Programme”")).to_be_visible()
    programme = page.get_by_role("combobox", name="“Programme” is")
    expect(programme).to_have_value("")
    page.get_by_role("button", name=wording.TAKE_SUGGESTIONS).click()
    expect(programme).to_have_value(re.compile("^programme_id"))
    choose(page, "“Year” is", "academic_year: The academic year, such as 2024-25.")
    for heading in ("Response ID", "How did you hear of us?"):
        choose(page, f"“{heading}” is", "not needed: leave it out")
    for cell, code in (("Yes", "yes"), ("No", "no"), ("Strongly Agree", "strongly_agree"), ("Disagree", "disagree")):
        answer = page.get_by_role("combobox", name=f"“{cell}” means (perhaps {code})")
        expect(answer).to_have_value("")
        choose(page, f"“{cell}” means", code)
    page.get_by_role("button", name=wording.USE_MAPPING).click()
    expect(page.get_by_text("Nothing must be put right.")).to_be_visible(timeout=SOON)
    sent_by(page)
    submit(page)
    taken_in(page)
    kept = taken_away(page, wording.SAVE_MAPPING)
    assert kept.suggested_filename == "trainee_responses.toml"
    mapping = tmp_path / kept.suggested_filename
    mapping.write_bytes(content(kept))

    following = a_file(tmp_path, export("exported", "2024-25"), "next.csv")
    later = visit(upload)
    offer(later, following)
    offer(later, mapping, wording.SAVED_MAPPING)
    expect(later.get_by_text("Nothing must be put right.")).to_be_visible(timeout=SOON)
    expect(later.get_by_role("heading", name=wording.MATCHING)).to_have_count(0)
    expect(later.get_by_role("cell", name="2024-25").first).to_be_visible()

    check = ["check", str(following), "--as", "trainee_responses", "--mapping", str(mapping), "--home", str(home)]
    assert CliRunner().invoke(app, check).exit_code == 0

    sent_by(later)
    submit(later)
    taken_in(later)


def test_personal_data_is_refused_and_repeated_nowhere(upload: str, visit: Visit, tmp_path: Path) -> None:
    page = visit(upload)
    lines = answers("personal").splitlines()
    secret = [f"{name}.planted@example.org" for name in ("ada", "bea", "cy", "dot")]
    rows = (f"{line},{secret[at % len(secret)]}" for at, line in enumerate(lines[1:]))
    offer(page, a_file(tmp_path, "\n".join([f"{lines[0]},told_supervisor", *rows])))
    expect(page.get_by_text("looks like an e-mail address")).to_be_visible(timeout=SOON)
    expect(page.get_by_role("button", name=wording.SUBMIT, exact=True)).to_have_count(0)
    whole(page)
    assert "planted" not in page.content()

    for other in ("Contact", "E-mail"):
        offer(page, a_file(tmp_path, "\n".join([f"{lines[0]},{other}", *rows]), f"{other}.csv"))
