"""The state of the field and the one-page sheets: how long they are, what they say, and whom they never name."""

import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from pypdf import PdfReader

from dashboard.release.reader import Release, current
from dashboard.report import field, sheet
from dashboard.report import wording as wording_report
from dashboard.wording import sentences as wording
from pipelines.errors import Refused
from pipelines.settings import Settings


@pytest.fixture
def release(demo_home: Settings) -> Iterator[Release]:
    path = current(demo_home.releases)
    assert path is not None
    with Release(path) as opened:
        yield opened


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_the_state_of_the_field_has_two_pages_and_names_no_programme(release: Release) -> None:
    printed = pages(field.field_report(release))
    assert len(printed) == 2
    text = " ".join(" ".join(printed).split())
    assert "231 of 496 answers (47%, likely range 38% to 56%) in 22 programmes" in text
    for row in release.programmes().iter_rows(named=True):
        assert row["programme_id"] not in text
        assert (row["programme_name"] or "(invented)") not in text


def test_every_profession_stands_beside_all_together(release: Release) -> None:
    titles = [group["title"] for group in field.content(release)["groups"]]
    assert titles[0] == "All programmes together"
    assert "Clinical psychology" in titles


def test_a_release_without_figures_of_programmes_together_has_nothing_to_print(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = release.field().clear()
    monkeypatch.setattr(release, "field", lambda: nothing)
    with pytest.raises(Refused, match="nothing to print about the field"):
        field.field_report(release)


@pytest.mark.parametrize("group", ["staff", "trainee"])
@pytest.mark.parametrize("programme", ["demo-alder", "demo-elm"])
def test_a_sheet_is_one_page_about_one_group_with_room_for_what_will_be_done(
    release: Release, programme: str, group: str
) -> None:
    [page] = pages(sheet.sheet(release, programme, "2025-26", group))
    for heading in ("What you told us", "What we will look at", "What will be done"):
        assert heading in page
    other = release.people()["staff" if group == "trainee" else "trainee"]
    told = sheet.content(release, programme, "2025-26", group)["told"]
    assert told
    assert not any(f" {other} (" in sentence for sentence in told)


def test_a_sheet_says_what_the_pages_say(release: Release) -> None:
    results = release.results_of("demo-alder", "2025-26").filter(respondent_group="trainee", status="published")
    told = sheet.content(release, "demo-alder", "2025-26", "trainee")["told"]
    assert told == [wording.result_sentence(row) for row in results.head(sheet.MOST_SENTENCES).to_dicts()]


@pytest.mark.parametrize(
    ("status", "said"), [("suppressed", "Nothing can be shown yet."), ("not_collected", "Nothing was asked of this")]
)
def test_a_sheet_without_any_number_says_why_and_says_it_once(
    release: Release, monkeypatch: pytest.MonkeyPatch, status: str, said: str
) -> None:
    nothing = release.results_of("demo-alder", "2025-26").with_columns(status=pl.lit(status))
    monkeypatch.setattr(release, "results_of", lambda *_: nothing)
    [page] = pages(sheet.sheet(release, "demo-alder", "2025-26", "staff"))
    assert page.count("Nothing") == page.count(said) == 1


def test_a_sheet_says_how_its_numbers_are_to_be_taken_as_the_catalogue_does(release: Release) -> None:
    said = sheet.content(release, "demo-alder", "2025-26", "staff")["principle"]
    assert said == f"{release.instrument()['principle']} No number here is a target."
    assert wording_report.principle({"principle": None}) == "No number here is a target."


def test_the_names_of_files_say_whose_they_are() -> None:
    assert sheet.file_name("cedar", "2024-25", "staff") == "openness-cedar-2024-25-staff.pdf"
    assert Path(field.FILE_NAME).suffix == ".pdf"


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ({"staff": "tutors", "trainee": "trainees"}, ["For a meeting of tutors", "For a meeting of trainees"]),
        ({"crew": "sailors"}, ["For a meeting of sailors"]),
    ],
)
def test_each_group_has_a_sheet_that_can_be_told_from_the_others(people: dict[str, str], words: list[str]) -> None:
    assert [wording_report.sheet_for(group, people) for group in people] == words
