"""A release in which nothing can be shown: each page says so once, and what can be done; nothing empty is drawn."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from dashboard.release.reader import Release, current
from dashboard.report.report import report
from dashboard.wording import comparison, field
from dashboard.wording import sentences as wording
from pipelines.release.publishing import publish
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.dashboard.test_pages import open_page, text
from tests.factories import NOW, a_file, counts_csv, first_catalogue, loaded, programmes_csv

NINE = [(programme, "2024-25", "safe_to_share", 9, 4) for programme in ("aa", "bb")]


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two programmes where nine people answered each: one fewer than can be shown."""
    folder, catalogue = tmp_path_factory.mktemp("small"), first_catalogue()
    with Store(folder / "store.duckdb") as store:
        loaded(store, a_file(folder, programmes_csv("aa", "bb"), "programmes.csv"), "programmes", catalogue)
        loaded(store, a_file(folder, counts_csv(*NINE)), "counts", catalogue)
        publish(store, catalogue, folder / "releases", now=NOW, published_by="tester")
    return folder


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("overview", f"{wording.NOTHING_SHOWN} {wording.WHAT_NEXT}"),
        ("compare", comparison.NOBODY_SHOWN),
        ("field", field.NOTHING),
    ],
)
def test_a_page_says_once_that_nothing_can_be_shown_and_draws_nothing(
    small_home: Path, monkeypatch: pytest.MonkeyPatch, page: str, said: str
) -> None:
    app = open_page(small_home, monkeypatch, page, programme="aa", measure="safe_to_share")
    assert text(app).count(said) == 1
    assert not app.get("plotly_chart")
    assert "could not be looked at" not in text(app)


def test_a_measure_of_which_no_year_can_be_shown_says_what_comes(
    small_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(small_home, monkeypatch, "change", programme="aa", measure="safe_to_share")
    assert wording.NOT_OF_THIS_MEASURE in text(app)


def test_a_field_without_figures_offers_no_document(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not open_page(small_home, monkeypatch, "field").get("download_button")


def test_the_report_says_once_that_nothing_can_be_shown(small_home: Path) -> None:
    path = current(Settings(home=small_home).releases)
    assert path
    with Release(path) as release:
        pages = PdfReader(io.BytesIO(report(release, "aa", "2024-25"))).pages
    printed = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert printed.count("Nothing of this year can be shown yet.") == 1
    assert printed.count("suppressed for now, because") == 0
    assert printed.count("Safe to share") == 1


@pytest.mark.parametrize(
    ("statuses", "nothing"),
    [
        (["suppressed", "not_collected"], True),
        (["suppressed", "published"], False),
        (["not_collected"], False),
        ([], False),
    ],
)
def test_nothing_is_shown_where_something_was_asked_and_all_of_it_is_suppressed(
    statuses: list[str], *, nothing: bool
) -> None:
    assert wording.nothing_shown([{"status": status} for status in statuses]) is nothing
