"""What survey tools give, on the page in a real browser: it comes to the known counts, or the reason is said."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.upload import wording
from tests.browser.conftest import Visit, served, whole
from tests.browser.test_upload import SOON, offer, sent_by, submit, taken_in
from tests.dashboard.upload.administrator import a_home
from tests.factories import FIRST_EDITION, a_file, first_catalogue
from tests.reference.export_cases import READ, REFUSED, export
from tests.thorough import some

TAKEN = "jisc.csv", "redcap_raw.csv", "msforms.xlsx", "google_forms.csv", "limesurvey_codes.csv", "m03_year_AY.csv"
LEFT = "likert_one_comma_too_many.csv", "m14_totals_row.csv", "x09_side_table.xlsx", "personal_no_dob.csv"


@pytest.fixture(scope="module")
def upload(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = a_home(tmp_path_factory.mktemp("exports")).home
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("OPENNESS_CATALOGUE", str(FIRST_EDITION))
        with served(home) as address:
            yield f"{address}/upload"


@pytest.mark.parametrize("name", some(TAKEN, 2))
def test_an_export_is_taken_in_with_the_known_counts(upload: str, visit: Visit, tmp_path: Path, name: str) -> None:
    mapping, counts = READ[name]
    page = visit(upload)
    offer(page, export(name))
    if mapping:
        expect(page.get_by_text(wording.MATCHING)).to_be_visible(timeout=SOON)
        offer(page, a_file(tmp_path, mapping, "ours.toml"), wording.SAVED_MAPPING)
    if 'academic_year = "2024-25"' in mapping:  # the page asks for the year of each file anew
        page.get_by_label(wording.OTHER_YEAR).fill("2024-25")
        page.get_by_role("button", name=wording.USE_AS_IT_IS).click()
    expect(page.get_by_text(wording.COMES_TO_SAID)).to_be_visible(timeout=SOON)
    whole(page)
    measures = first_catalogue().measures
    rows = page.get_by_role("row").all_inner_texts()
    for measure, answers_and_yes in counts.items():  # a file may speak for several programmes and years
        told = [re.findall(r"(\d+) of (\d+)", row)[0] for row in rows if measures[measure].title in row]
        assert (sum(int(answers) for _, answers in told), sum(int(yes) for yes, _ in told)) == answers_and_yes
    sent_by(page)
    submit(page)
    _in_the_place_of_the_file_before(page)
    taken_in(page)


def _in_the_place_of_the_file_before(page: Page) -> None:
    """Tick that it replaces what is held, where the page asks for that."""
    expect(page.get_by_text(wording.TAKEN_IN).or_(page.get_by_text(wording.TICK))).to_be_visible(timeout=SOON)
    if page.get_by_text(wording.TICK).count():
        page.get_by_text(wording.REPLACE, exact=True).click()
        whole(page)
        submit(page)


@pytest.mark.parametrize("name", some(LEFT, 2))
def test_a_file_that_is_no_clean_table_is_refused_with_the_reason(upload: str, visit: Visit, name: str) -> None:
    reason = REFUSED[name][2].split(": ")[-1].split("column ")[-1]
    page = visit(upload)
    offer(page, export(name))
    expect(page.get_by_text(reason).first).to_be_visible(timeout=SOON)
    whole(page)
    expect(page.get_by_role("button", name=wording.SUBMIT, exact=True)).to_have_count(0)
