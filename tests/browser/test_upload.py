"""From a file to its receipt, and back: what people come to the Upload page for, in a real browser."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Download, Locator, Page, expect
from pypdf import PdfReader
from typer.testing import CliRunner

from dashboard.components.markdown_escape import JOINER
from dashboard.upload import wording
from pipelines.cli import app
from pipelines.store.store import Store
from tests.browser.conftest import LOOKS, Scheme, Visit, fits, served, whole
from tests.factories import FIRST_EDITION, NOW, a_file, a_workbook, first_catalogue, loaded, programmes_csv

PROGRAMMES = ("perfect", "mistaken", "exported", "personal", "replaced", "withdrawn", "several", "looked-at")
"""Each journey has a programme of its own, and they share a server."""
YEARS = ("2021-22", "2022-23", "2023-24", "2024-25", "2025-26")
HEADINGS = "programme_id,academic_year,training_year,lived_experience,safe_to_share"
EXPORTED = (
    "Response ID,Programme,Year,Lived experience,"
    "Q5. It is safe for trainees here to talk about their own lived experience,How did you hear of us?"
)
SOON = 30_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the programmes are registered and named, the years are open, and nothing else is known."""
    folder = tmp_path_factory.mktemp("uploading")
    with Store(folder / "store.duckdb") as store:
        store.open_years(YEARS, by="tester", at=NOW)
        loaded(store, a_file(folder, programmes_csv(*PROGRAMMES), "programmes.csv"), "programmes", first_catalogue())
    return folder


@pytest.fixture(scope="module")
def upload(home: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("OPENNESS_CATALOGUE", str(FIRST_EDITION))
        with served(home) as address:
            yield f"{address}/upload"


def answers(programme: str, year: str = "2024-25", lived: str = "yes", people: int = 24) -> str:
    rows = (f"{programme},{year},{1 + at % 3},{lived if at % 2 else 'no'},agree" for at in range(people))
    return "\n".join([HEADINGS, *rows]) + "\n"


def export(programme: str, year: str, people: int = 24) -> str:
    said = ("Yes", "No"), ("Strongly Agree", "Disagree")
    rows = (f"{at + 1},{programme},{year},{said[0][at % 2]},{said[1][at % 2]},From a friend" for at in range(people))
    return "\n".join([EXPORTED, *rows]) + "\n"


def offer(page: Page, path: Path, label: str = wording.FILE) -> None:
    """Through the button, as a person does: it forgets the file before, so that one of the same name is another."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("region", name=label).get_by_role("button", name=re.compile("^(Upload|Add files)")).click()
    chooser.value.set_files(path)


def say(page: Page, label: str, option: str) -> None:
    """Choose from a list, and wait until the page has run."""
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(option)  # a long list is drawn in part
    page.get_by_role("option", name=re.compile(f"^{option}")).first.click()
    whole(page)


def is_said(page: Page, label: str, option: str) -> None:
    """Wait until a list shows what was filled in; what is pressed before would send its old value."""
    expect(page.get_by_role("combobox", name=label)).to_have_value(re.compile(f"^{option}"), timeout=SOON)


def sent_by(page: Page, name: str = "Administrator") -> None:
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
    expect(page.get_by_role("cell", name="Administrator")).to_be_visible()
    for label in (wording.RECEIPT, wording.receipt_of(number)):
        receipt = taken_away(page, label)
        assert receipt.suggested_filename == f"receipt-{number}.pdf"
        assert number in "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(content(receipt))).pages)
        if label == wording.RECEIPT:  # it is to be had after the next file is begun as well
            page.get_by_role("button", name=wording.ANOTHER).click()
            expect(page.get_by_text("trainees.csv")).to_have_count(0, timeout=SOON)
    offer(page, a_file(tmp_path, answers("perfect", "2023-24"), "earlier.csv"))
    expect(page.get_by_label(wording.SENT_BY)).to_have_value("Administrator", timeout=SOON)


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
    wrong = answers("mistaken", lived="sometimes").replace("mistaken,2024-25,2,no", "mistakken,autumn,2,no")
    offer(page, a_file(tmp_path, wrong, "trainees.csv"))
    expect(page.get_by_text("3 things to put right")).to_be_visible(timeout=SOON)
    for mistake in (
        "“sometimes” is not one of yes,",
        "“mistakken” is not a registered",
        "“autumn” is not an academic",
    ):
        expect(page.get_by_role("cell", name=mistake)).to_be_visible()
    expect(page.get_by_role("button", name=wording.SUBMIT, exact=True)).to_have_count(0)

    found = taken_away(page, wording.FINDINGS_CSV)
    assert found.suggested_filename == "findings-trainees.csv"
    rows = list(csv.DictReader(io.StringIO(content(found).decode("utf-8-sig"))))
    assert [row["Found"] for row in rows if row["Severity"] == "Error"] == ["mistakken", "autumn", "sometimes"]
    marked = taken_away(page, wording.MARKED)
    assert marked.suggested_filename == "marked-trainees.xlsx"
    assert "sometimes" in pl.read_excel(io.BytesIO(content(marked)))["lived_experience"].to_list()

    offer(page, a_file(tmp_path, answers("mistaken"), "trainees.csv"))
    expect(page.get_by_text("Nothing must be put right.")).to_be_visible(timeout=SOON)
    sent_by(page)
    submit(page)
    taken_in(page)


def test_an_export_with_other_headings_is_matched_and_the_choice_used_again(
    home: Path, upload: str, visit: Visit, tmp_path: Path
) -> None:
    page = visit(upload)
    offer(page, a_file(tmp_path, export("exported", "2024-25"), "export.csv"))
    expect(page.get_by_text("Suggestions, to be looked at")).to_be_visible(timeout=SOON)
    expect(page.get_by_role("combobox", name="“Programme” is")).to_have_value("")  # nothing is taken unasked
    page.get_by_role("button", name=wording.TAKE_SUGGESTIONS).press("Enter")
    is_said(page, "“Programme” is", "programme_id")
    say(page, "“Year” is", "academic_year")
    say(page, "“Lived experience” is", "lived_experience")
    say(page, "“Q5. It is safe for trainees here", "safe_to_share")
    say(page, "“Programme” is", "programme_id")
    say(page, "“Response ID” is", "not needed")
    say(page, "“How did you hear of us?” is", "not needed")
    page.get_by_role("button", name=wording.TAKE_LIKELY).press("Enter")
    is_said(page, "“Disagree” in safe_to_share means", "disagree")
    is_said(page, "“Yes” in lived_experience means", "yes")
    page.get_by_role("button", name=wording.USE_MAPPING, exact=True).press("Enter")
    expect(page.get_by_text(wording.COMES_TO_SAID)).to_be_visible(timeout=SOON)
    mapping = tmp_path / "ours.toml"
    mapping.write_bytes(content(taken_away(page, wording.SAVE_MAPPING)))
    sent_by(page)
    submit(page)
    taken_in(page)
    year_after = a_file(tmp_path, export("exported", "2025-26", people=30), "next.csv")
    again = visit(upload)
    offer(again, year_after)
    offer(again, mapping, wording.SAVED_MAPPING)
    expect(again.get_by_text(wording.COMES_TO_SAID)).to_be_visible(timeout=SOON)
    expect(again.get_by_role("cell", name="15 of 30").first).to_be_visible()
    command = ["check", str(year_after), "--dataset", "trainee_responses", "--mapping", str(mapping)]
    assert CliRunner().invoke(app, [*command, "--home", str(home)]).exit_code == 0


def test_personal_data_is_refused_and_repeated_nowhere(upload: str, visit: Visit, tmp_path: Path) -> None:
    heading, *rows = answers("personal").splitlines()
    page = visit(upload)
    told = {
        "told_supervisor": re.compile("e-mail address"),
        "Whom to ask": re.compile("Delete the column “Whom to ask” in your spreadsheet"),
    }
    for column, said in told.items():
        planted = [f"{row},planted{at % 4}@example.org" for at, row in enumerate(rows)]
        offer(page, a_file(tmp_path, "\n".join([f"{heading},{column}", *planted]), f"{column}.csv"))
        expect(page.get_by_text(said).first).to_be_visible(timeout=SOON)
        whole(page)
        expect(page.get_by_role("button", name=wording.SUBMIT, exact=True)).to_have_count(0)
        assert "planted" not in page.content()


def test_a_file_is_put_in_the_place_of_another_only_once_the_consequence_is_ticked(
    upload: str, visit: Visit, tmp_path: Path
) -> None:
    page = visit(upload)
    offer(page, a_file(tmp_path, answers("replaced"), "first.csv"))
    expect(page.get_by_text(wording.COMES_TO_SAID)).to_be_visible(timeout=SOON)
    sent_by(page)
    submit(page)
    first = taken_in(page)

    offer(page, a_file(tmp_path, answers("replaced", people=30), "second.csv"))
    expect(page.get_by_text(wording.REPLACING["already_held"])).to_be_visible(timeout=SOON)
    sent_by(page)
    submit(page)
    expect(page.get_by_text(wording.TICK)).to_be_visible()
    page.get_by_text(wording.REPLACE, exact=True).click()
    whole(page)  # what was said goes, and the button moves up
    submit(page)
    expect(page.get_by_role("cell", name="second.csv")).to_be_visible(timeout=SOON)
    second = taken_in(page)
    expect(page.get_by_role("row", name="In the place of whatever was there before")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile(f"^{first}.*replaced by a later file"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile(f"^{second}.*yes"))).to_be_visible()


def test_the_sheet_chosen_stays_chosen(upload: str, visit: Visit, tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    rows = [line.split(",") for line in answers("several").splitlines()]
    book.write_bytes(a_workbook([["Notes"], ["Nothing here"]], rows))
    page = visit(upload)
    offer(page, book)
    expect(page.get_by_role("combobox", name=wording.WHICH_SHEET)).to_be_visible(timeout=SOON)
    say(page, wording.WHICH_SHEET, "Sheet2")
    expect(page.get_by_text(wording.COMES_TO_SAID)).to_be_visible(timeout=SOON)
    sent_by(page)
    submit(page)
    taken_in(page)


def test_a_title_above_the_headings_is_offered_each_time_and_the_answer_kept(
    upload: str, visit: Visit, tmp_path: Path
) -> None:
    page = visit(upload)
    offer(page, a_file(tmp_path, f"Our survey\n\n{answers('looked-at', lived='maybe')}", "titled.csv"))
    page.get_by_role("button", name=wording.line_is(3)).click()
    expect(page.get_by_text("1 thing to put right")).to_be_visible(timeout=SOON)
    expect(page.get_by_text(wording.how_read(None, 3))).to_be_visible()
    offer(page, a_file(tmp_path, f"Our survey\n\n{answers('looked-at')}", "titled.csv"))  # the same again
    expect(page.get_by_text("Nothing must be put right.")).to_be_visible(timeout=SOON)
    offer(page, a_file(tmp_path, answers("looked-at"), "plain.csv"))  # where no title is, nothing is skipped
    expect(page.get_by_text(wording.how_read(None, 3))).to_have_count(0, timeout=SOON)
    expect(page.get_by_role("cell", name="24 of 24").first).to_be_visible(timeout=SOON)


def test_a_kept_mapping_is_gone_on_with_and_never_says_the_year(upload: str, visit: Visit, tmp_path: Path) -> None:
    mapping = tmp_path / "ours.toml"
    mapping.write_text(
        'dataset = "trainee_responses"\nignore = ["Old"]\n'
        '[columns]\nsafe_to_share = "Q5"\nlived_experience = "Lived?"\n'
        '[constants]\nacademic_year = "2022-23"\nprogramme_id = "looked-at"\n[recode.lived_experience]\nYep = "yes"\n'
        '[keep]\nAgreed = ["Yes"]\n'
    )
    rows = "".join("Yep,agree,x,Yes\nno,disagree,x,Yes\n" for _ in range(12)) + "no,agree,x,No\n"
    page = visit(upload)
    offer(page, a_file(tmp_path, f"Lived?,Q7,Old,Agreed\n{rows}", "export.csv"))  # one heading has another number now
    expect(page.get_by_text(wording.MATCHING)).to_be_visible(timeout=SOON)
    offer(page, mapping, wording.SAVED_MAPPING)
    is_said(page, "“Lived?” is", "lived_experience")
    is_said(page, "“Old” is", "not needed")
    is_said(page, "“Agreed” is", "not needed")
    is_said(page, "“Yep” in lived_experience means", "yes")
    expect(page.get_by_text(wording.year_before("2022-23"))).to_be_visible()
    page.get_by_role("button", name=wording.USE_MAPPING, exact=True).press("Enter")
    expect(page.get_by_text(wording.not_yet(["Q7", "academic_year"], []))).to_be_visible(timeout=SOON)
    say(page, "“Q7” is", "safe_to_share")
    page.get_by_label(wording.constant("academic_year")).fill("2023-24")
    page.get_by_label(wording.constant("academic_year")).press("Enter")
    whole(page)
    page.get_by_role("button", name=wording.USE_MAPPING, exact=True).press("Enter")
    expect(page.get_by_text("looked-at, 2023-24:")).to_be_visible(timeout=SOON)
    expect(page.get_by_role("cell", name="12 of 24").first).to_be_visible()


def test_an_id_that_is_none_is_said_to_be_that(upload: str, visit: Visit) -> None:
    page = visit(upload)
    page.get_by_label(wording.RECEIPT_IDS).fill("abcdef012345")
    page.get_by_label(wording.RECEIPT_IDS).press("Control+Enter")
    expect(page.get_by_text(wording.no_submission(["abcdef012345"]))).to_be_visible(timeout=SOON)


def test_nobody_is_told_that_the_very_same_file_came_before(
    home: Path, upload: str, visit: Visit, tmp_path: Path
) -> None:
    path = a_file(tmp_path, answers("looked-at", "2021-22"), "same.csv")
    with Store(home / "store.duckdb") as store:
        loaded(store, path, "trainee_responses", first_catalogue(), close=False)
    page = visit(upload)
    offer(page, path)
    expect(page.get_by_role("button", name=wording.SUBMIT, exact=True)).to_be_visible(timeout=SOON)


def test_nothing_in_a_file_becomes_more_than_words(upload: str, visit: Visit, tmp_path: Path) -> None:
    page = visit(upload)
    lived = "![a picture](https://example.org/picture.png) **loud** :red[red]"
    offer(page, a_file(tmp_path, answers("looked-at", lived=lived), "![a](https___example.org).csv"))
    cell = page.get_by_role("cell", name=re.compile("a picture.* is not one of"))
    expect(cell).to_be_visible(timeout=SOON)
    assert f"“{lived}” is not one of" in cell.inner_text().replace(JOINER, "")
    whole(page)  # and no request has gone outside


def reach(page: Page, wanted: Locator) -> None:
    """By Tab alone."""
    for _ in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no Tab leads to {wanted}")


def take_the_only_option(page: Page, box: Locator) -> None:
    """By keyboard; a list that has just come on the screen may not open at once."""
    for _ in range(20):
        reach(page, box)
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(300)
        if page.get_by_role("option").count() == 1:
            page.keyboard.press("Enter")
            return
    pytest.fail("the list does not open")


def test_a_submission_is_taken_back_by_keyboard_alone(home: Path, upload: str, visit: Visit, tmp_path: Path) -> None:
    with Store(home / "store.duckdb") as store:
        sent = loaded(
            store, a_file(tmp_path, answers("withdrawn")), "trainee_responses", first_catalogue(), close=False
        )
    page = visit(upload)
    reach(page, page.get_by_label(wording.RECEIPT_IDS))
    page.keyboard.type(sent.submission_id)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("row", name=re.compile(f"^{sent.submission_id}.*yes"))).to_be_visible(timeout=SOON)
    whole(page)
    reach(page, page.locator("summary", has_text=wording.WITHDRAW))
    page.keyboard.press("Enter")
    expect(page.get_by_text(wording.WITHDRAW_SAID)).to_be_visible()
    take_the_only_option(page, page.get_by_role("combobox", name=wording.WHICH))
    is_said(page, wording.WHICH, f"{sent.submission_id}: answers of trainees of 2024-25")
    for label, said in ((wording.WITHDRAWN_BY, "Ada"), (wording.REASON, "The wrong cohort")):
        reach(page, page.get_by_label(label))
        page.keyboard.type(said)
    reach(page, page.get_by_role("checkbox", name=wording.UNDERSTOOD))
    page.keyboard.press("Space")
    reach(page, page.get_by_role("button", name=wording.WITHDRAW))
    page.keyboard.press("Enter")
    expect(page.get_by_text(wording.TAKEN_BACK)).to_be_visible(timeout=SOON)
    expect(page.get_by_role("row", name=re.compile(f"^{sent.submission_id}.*taken back"))).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), LOOKS[:2])
def test_the_page_fits_and_can_be_used(upload: str, visit: Visit, tmp_path: Path, scheme: Scheme, width: int) -> None:
    page = visit(upload, width=width, scheme=scheme)
    fits(page, width)
    offer(page, a_file(tmp_path, export("looked-at", "2024-25"), "export.csv"))
    expect(page.get_by_text(wording.MATCHING)).to_be_visible(timeout=SOON)
    whole(page)
    fits(page, width)
    offer(page, a_file(tmp_path, answers("looked-at"), "answers.csv"))
    expect(page.get_by_text(wording.COMES_TO_SAID)).to_be_visible(timeout=SOON)
    whole(page)
    fits(page, width)
