"""Academic years: opened, closed, and then final. What is seen stays, and what comes later for it is set aside."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import Refused
from pipelines.instrument.dataset import Dataset
from pipelines.intake.loading import examine
from pipelines.release.publishing import publish
from pipelines.store.records import CLOSED, OPENED
from pipelines.store.store import Store
from tests.factories import NOW, a_catalogue, a_file, a_measure, counts_csv, loaded, programmes_csv

CATALOGUE = a_catalogue(a_measure("asked"), a_measure("other"))
YEAR = "2024-25"
BY = {"by": "tester", "at": NOW}
Send = Callable[..., object]


@pytest.fixture(autouse=True)
def _registered(store: Store, tmp_path: Path) -> None:
    loaded(store, a_file(tmp_path, programmes_csv("elm", "oak"), "programmes.csv"), "programmes", CATALOGUE)


@pytest.fixture
def send(store: Store, tmp_path: Path) -> Send:
    """Send counts, and take the place of whatever there is."""

    def send(*rows: tuple[str, str, str, int, int], **given: object) -> object:
        file = a_file(tmp_path, counts_csv(*rows), "counts.csv")
        return loaded(store, file, "counts", CATALOGUE, **({"replace": True, "close": False} | given))

    return send


def release(store: Store, tmp_path: Path) -> None:
    publish(store, CATALOGUE, tmp_path / "home" / "releases", now=NOW, published_by="tester")


def standing(store: Store) -> list[tuple[object, ...]]:
    return store.answered().select("programme_id", "academic_year", "measure_id", "respondents").rows()


# ---- opening and closing ----


def test_a_load_opens_a_year_that_was_never_opened_and_says_so(store: Store, send: Send) -> None:
    assert send(("elm", YEAR, "asked", 12, 7)).years_opened == [YEAR]
    assert send(("elm", YEAR, "asked", 12, 8)).years_opened == []
    assert store.year_states() == {YEAR: OPENED}


def test_a_load_never_opens_a_closed_year_again(store: Store, send: Send) -> None:
    send(("elm", YEAR, "asked", 12, 7), close=True)
    assert send(("oak", YEAR, "asked", 12, 7)).years_opened == []
    assert store.year_states() == {YEAR: CLOSED}


def test_only_what_is_closed_is_published_and_the_rest_is_named(store: Store, send: Send) -> None:
    send(("elm", YEAR, "asked", 12, 7), close=True)
    send(("elm", "2023-24", "asked", 11, 6))
    holdings = store.holdings()
    assert holdings.contributions["academic_year"].to_list() == [YEAR]
    assert holdings.open_years == ["2023-24"]


def test_cohorts_of_open_years_are_not_published_either(store: Store, tmp_path: Path) -> None:
    header = "programme_id,academic_year,respondent_group,invited\n"
    file = a_file(tmp_path, f"{header}elm,{YEAR},staff,20\nelm,2023-24,staff,20\n", "cohorts.csv")
    loaded(store, file, "cohorts", CATALOGUE, close=False)
    assert store.holdings().cohorts.is_empty()
    store.close_years([YEAR], **BY)
    assert store.holdings().cohorts["academic_year"].to_list() == [YEAR]


def test_a_closed_year_can_be_opened_again_until_a_release_was_made(store: Store, send: Send, tmp_path: Path) -> None:
    send(("elm", YEAR, "asked", 12, 7), close=True)
    assert store.open_years([YEAR], **BY) == [YEAR]
    assert store.open_years([YEAR], **BY) == []
    store.close_years([YEAR], **BY)
    release(store, tmp_path)
    with pytest.raises(Refused, match=f"{YEAR} cannot be opened again: a release has been made since"):
        store.open_years(["2023-24", YEAR], **BY)
    assert store.year_states() == {YEAR: CLOSED}


def test_a_year_that_was_never_opened_cannot_be_closed(store: Store, send: Send) -> None:
    send(("elm", YEAR, "asked", 12, 7))
    with pytest.raises(Refused, match="2030-31 was never opened"):
        store.close_years([YEAR, "2030-31"], **BY)
    assert store.year_states() == {YEAR: OPENED}


def test_years_tell_who_has_sent_what(store: Store, send: Send) -> None:
    send(("elm", YEAR, "asked", 12, 7), close=True)
    store.open_years(["2025-26"], **BY)
    assert store.years().rows() == [(YEAR, CLOSED, "elm", ["counts"]), ("2025-26", OPENED, None, None)]


# ---- what is seen stays ----


@pytest.fixture
def _seen(store: Store, send: Send, tmp_path: Path) -> None:
    send(("elm", YEAR, "asked", 12, 7), close=True)
    release(store, tmp_path)


@pytest.mark.parametrize("k", [0, 2])
def test_whether_anybody_was_left_to_be_asked_does_not_decide_what_is_set_aside(
    store: Store, tmp_path: Path, k: int
) -> None:
    """In a file of counts a follow-up question has no row where nobody was. Another edition asks it of everybody."""
    first = a_catalogue(a_measure("asked"), a_measure("used", base="asked"))
    then = a_catalogue(a_measure("asked"), a_measure("used_by_all", replaces="used", comparable=False))
    used = [("elm", YEAR, "used", k, 0)] * bool(k)
    loaded(store, a_file(tmp_path, counts_csv(("elm", YEAR, "asked", 12, k), *used), "counts.csv"), "counts", first)
    publish(store, first, tmp_path / "home" / "releases", now=NOW, published_by="tester")
    late = a_file(tmp_path, f"programme_id,academic_year,used_by_all\nelm,{YEAR},yes\n", "late.csv")
    assert loaded(store, late, "staff_responses", then).set_aside == [f"elm in {YEAR}"]


@pytest.mark.parametrize("k", [0, 2])
def test_nor_does_it_in_the_file_that_comes(store: Store, tmp_path: Path, k: int) -> None:
    """Or the release would tell of a file that is not set aside."""
    first = a_catalogue(a_measure("used_by_all"))
    then = a_catalogue(a_measure("asked"), a_measure("used", base="asked", replaces="used_by_all", comparable=False))
    seen = a_file(tmp_path, f"programme_id,academic_year,used_by_all\nelm,{YEAR},yes\n", "seen.csv")
    loaded(store, seen, "staff_responses", first)
    publish(store, first, tmp_path / "home" / "releases", now=NOW, published_by="tester")
    used = [("elm", YEAR, "used", k, 0)] * bool(k)
    late = a_file(tmp_path, counts_csv(("elm", YEAR, "asked", 12, k), *used), "counts.csv")
    assert loaded(store, late, "counts", then).set_aside == [f"elm in {YEAR}"]


@pytest.mark.usefixtures("_seen")
@pytest.mark.parametrize("k", [0, 7, 15])
def test_a_file_for_what_was_seen_is_set_aside_whatever_is_in_it(store: Store, send: Send, k: int) -> None:
    receipt = send(("elm", YEAR, "asked", 15, k))
    assert (receipt.set_aside, receipt.superseded) == ([f"elm in {YEAR}"], [])
    assert standing(store) == [("elm", YEAR, "asked", 12)]


@pytest.mark.usefixtures("_seen")
def test_it_is_set_aside_even_if_it_holds_what_was_seen(store: Store, send: Send) -> None:
    first, second = (send(("elm", YEAR, "asked", 12, k), submitted_by="somebody") for k in (7, 6))
    assert first.set_aside == second.set_aside == [f"elm in {YEAR}"]
    assert not first.already_held


@pytest.mark.usefixtures("_seen")
def test_it_is_said_before_in_the_same_words_whatever_is_in_it(store: Store, tmp_path: Path) -> None:
    def told(n: int, k: int) -> list[str]:
        file = a_file(tmp_path, counts_csv(("elm", YEAR, "asked", n, k)), "counts.csv")
        return [str(finding) for finding in examine(file, Dataset.COUNTS, CATALOGUE, store, now=NOW).findings]

    assert told(12, 7) == told(12, 6) == told(900, 0)
    assert any("does not count, whatever is in it" in finding for finding in told(12, 7))
    assert not any("--replace" in finding for finding in told(12, 7))


@pytest.mark.usefixtures("_seen")
def test_another_measure_of_the_same_dataset_is_set_aside_with_it(store: Store, send: Send) -> None:
    assert send(("elm", YEAR, "other", 12, 7)).set_aside == [f"elm in {YEAR}"]


@pytest.mark.usefixtures("_seen")
def test_of_a_file_only_what_was_seen_is_set_aside(store: Store, send: Send) -> None:
    receipt = send(("elm", YEAR, "asked", 15, 4), ("oak", YEAR, "asked", 11, 5), ("elm", "2023-24", "asked", 10, 4))
    assert receipt.set_aside == [f"elm in {YEAR}"]
    assert standing(store) == [
        ("elm", "2023-24", "asked", 10),
        ("elm", YEAR, "asked", 12),
        ("oak", YEAR, "asked", 11),
    ]


@pytest.mark.usefixtures("_seen")
def test_another_dataset_with_other_measures_still_comes_in(store: Store, tmp_path: Path) -> None:
    answers = a_file(tmp_path, f"programme_id,academic_year,other\nelm,{YEAR},yes\n", "staff.csv")
    assert loaded(store, answers, "staff_responses", CATALOGUE).set_aside == []


@pytest.mark.usefixtures("_seen")
def test_how_many_were_invited_is_never_set_aside(store: Store, tmp_path: Path) -> None:
    cohorts = f"programme_id,academic_year,respondent_group,invited\nelm,{YEAR},staff,20\n"
    assert loaded(store, a_file(tmp_path, cohorts), "cohorts", CATALOGUE).set_aside == []
    assert store.cohorts().height == 1


@pytest.mark.usefixtures("_seen")
def test_it_is_set_aside_also_after_what_was_seen_was_withdrawn(store: Store, send: Send) -> None:
    store.withdraw(None, "elm", reason="asked", **BY)
    loaded_again = a_file(store.path.parent, programmes_csv("elm"), "again.csv")
    loaded(store, loaded_again, "programmes", CATALOGUE)
    assert send(("elm", YEAR, "asked", 15, 4)).set_aside == [f"elm in {YEAR}"]
    assert standing(store) == []


@pytest.mark.parametrize("closed", [True, False])
def test_before_publishing_has_seen_it_a_file_is_replaced_freely(store: Store, send: Send, closed: bool) -> None:
    send(("elm", YEAR, "asked", 12, 7), close=closed)
    assert send(("elm", YEAR, "asked", 15, 4)).set_aside == []
    assert standing(store) == [("elm", YEAR, "asked", 15)]


@pytest.mark.usefixtures("_seen")
def test_a_release_after_it_says_nothing_else(store: Store, send: Send, tmp_path: Path) -> None:
    before = store.ledger()
    send(("elm", YEAR, "asked", 15, 4))
    release(store, tmp_path)
    assert [frame.rows() for frame in store.ledger().frames] == [frame.rows() for frame in before.frames]


@pytest.mark.usefixtures("_seen")
def test_the_store_lists_what_was_set_aside_until_it_is_taken_back(store: Store, send: Send) -> None:
    receipt = send(("elm", YEAR, "asked", 15, 4))
    row = store.submissions().filter(pl.col("submission_id") == receipt.submission_id)
    assert row.select("set_aside", "superseded", "withdrawn", "scopes").rows() == [(1, 0, 0, 1)]
    assert store.all_set_aside().select("programme_id", "academic_year").rows() == [("elm", YEAR)]
    store.withdraw(receipt.submission_id, None, reason="wrong", **BY)
    assert store.all_set_aside().is_empty()
    assert standing(store) == [("elm", YEAR, "asked", 12)]


@pytest.mark.usefixtures("_seen")
def test_what_an_override_lets_through_is_the_latest_that_was_set_aside(store: Store, send: Send) -> None:
    send(("elm", YEAR, "asked", 15, 4))
    latest = send(("elm", YEAR, "asked", 16, 5), now=NOW + timedelta(seconds=1))
    keys = {"programme_id": ["elm", "oak"], "measure_id": ["asked", "asked"], "academic_year": [YEAR, YEAR]}
    counts = store.set_aside_counts(pl.DataFrame(keys))
    assert counts.rows() == [("elm", "asked", YEAR, latest.submission_id, 16, 5)]
