"""What a file would come to, told before anybody says yes to it, and without telling anything of what is withheld."""

from pathlib import Path

import polars as pl
import pytest

from pipelines.instrument.dataset import Dataset
from pipelines.intake.loading import ExaminedFile, examine
from pipelines.intake.preview import preview
from pipelines.release.publishing import publish
from pipelines.steward.waiting import waiting_lists
from pipelines.store.store import Store
from tests.factories import NOW, a_catalogue, a_file, a_measure, counts_csv, loaded, programmes_csv

CATALOGUE = a_catalogue(
    a_measure(direction="up"), a_measure("other"), a_measure("rate"), a_measure("lived", sensitive=True)
)
FIRST, SECOND = "2023-24", "2024-25"


@pytest.fixture
def steward(store: Store, tmp_path: Path) -> Store:
    """A store with the named programme aa and the unnamed programme bb."""
    loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", CATALOGUE)
    loaded(store, a_file(tmp_path, programmes_csv("bb", named="no"), "unnamed.csv"), "programmes", CATALOGUE)
    return store


def held(store: Store, folder: Path, *rows: tuple[str, str, str, int, int]) -> None:
    """Counts that came in and went through a publishing."""
    loaded(store, a_file(folder, counts_csv(*rows), f"held-{rows[0][0]}.csv"), "counts", CATALOGUE)
    publish(store, CATALOGUE, folder / "releases", now=NOW, published_by="tester")


def examined(store: Store, folder: Path, *rows: tuple[str, str, str, int, int]) -> ExaminedFile:
    return examine(a_file(folder, counts_csv(*rows), "new.csv"), Dataset.COUNTS, CATALOGUE, store, now=NOW)


def seen(store: Store, folder: Path, *rows: tuple[str, str, str, int, int]) -> pl.DataFrame:
    counted = examined(store, folder, *rows).counted
    assert counted is not None
    return preview(counted, CATALOGUE, store)


def warned(store: Store, folder: Path, *rows: tuple[str, str, str, int, int]) -> list[str]:
    return [finding.rule for finding in examined(store, folder, *rows).findings if finding.severity == "warning"]


def a_cohort(folder: Path, programme: str, invited: int) -> Path:
    text = f"programme_id,academic_year,respondent_group,invited\n{programme},{SECOND},staff,{invited}\n"
    return a_file(folder, text, "cohorts.csv")


@pytest.mark.parametrize("published", [8, 1], ids=["published", "waiting"])
@pytest.mark.parametrize("programme", [None, "aa"], ids=["a file", "a programme"])
def test_what_was_taken_back_is_told_no_more(
    steward: Store, tmp_path: Path, published: int, programme: str | None
) -> None:
    """Neither before the next release nor after it, nor of a programme that is registered again."""
    held(steward, tmp_path, ("aa", FIRST, "asked", 47, published))
    file = ("aa", SECOND, "asked", 10, 5)
    assert "much_smaller" in warned(steward, tmp_path, file)
    [sent] = steward.submissions().filter(pl.col("dataset") == "counts")["submission_id"]
    steward.withdraw(None if programme else sent, programme, by="tester", at=NOW, reason="They asked")
    for again in (False, True):
        if again:
            publish(steward, CATALOGUE, tmp_path / "releases", now=NOW, published_by="tester")
        if programme:
            loaded(steward, a_file(tmp_path, programmes_csv("aa")), "programmes", CATALOGUE, replace=True)
        [row] = seen(steward, tmp_path, file).to_dicts()
        assert (row["waiting"], row["last_respondents"], warned(steward, tmp_path, file)) == (0, None, [])
        assert waiting_lists(steward, CATALOGUE).is_empty()


@pytest.mark.slow
def test_a_preview_stands_beside_the_last_published_result(steward: Store, tmp_path: Path) -> None:
    held(steward, tmp_path, ("aa", FIRST, "asked", 20, 8))
    [row] = seen(steward, tmp_path, ("aa", SECOND, "asked", 30, 12)).to_dicts()
    assert (row["respondents"], row["affirmative"], row["waiting"]) == (30, 12, 0)
    assert (row["last_last_year"], row["last_respondents"], row["last_affirmative"]) == (FIRST, 20, 8)


@pytest.mark.parametrize(("measure", "n", "enough"), [("asked", 9, False), ("asked", 10, True), ("lived", 14, False)])
def test_whether_people_are_enough_is_told_by_how_many_answered_alone(
    steward: Store, tmp_path: Path, measure: str, n: int, enough: bool
) -> None:
    for k in (0, n // 2, n):
        assert seen(steward, tmp_path, ("aa", SECOND, measure, n, k))["enough"].to_list() == [enough]


@pytest.mark.slow
def test_how_many_people_wait_is_told(steward: Store, tmp_path: Path) -> None:
    held(steward, tmp_path, ("aa", FIRST, "asked", 9, 4))
    assert seen(steward, tmp_path, ("aa", SECOND, "asked", 12, 6))["waiting"].to_list() == [9]


@pytest.mark.slow
@pytest.mark.parametrize("n", [9, 12])
def test_nothing_told_depends_on_a_number_that_is_withheld(steward: Store, tmp_path: Path, n: int) -> None:
    new = [("aa", SECOND, "asked", 12, 6), ("aa", SECOND, "other", 8, 2)]
    held(steward, tmp_path, ("aa", FIRST, "asked", n, 0))
    before = seen(steward, tmp_path, *new), examined(steward, tmp_path, *new).findings
    with steward._transaction() as cursor:
        for table in ("contribution", "seen", "part"):
            cursor.execute(f"UPDATE {table} SET affirmative = 1")
    after = seen(steward, tmp_path, *new), examined(steward, tmp_path, *new).findings
    assert before[0].equals(after[0])
    assert before[1] == after[1]


@pytest.mark.slow
def test_of_a_programme_that_is_not_named_nothing_held_is_told(steward: Store, tmp_path: Path) -> None:
    new = ("bb", SECOND, "asked", 20, 1), ("bb", SECOND, "other", 8, 2)
    before = seen(steward, tmp_path, *new), warned(steward, tmp_path, *new)
    held(steward, tmp_path, ("bb", FIRST, "asked", 60, 57), ("bb", FIRST, "other", 9, 4))
    assert seen(steward, tmp_path, *new).equals(before[0])
    assert warned(steward, tmp_path, *new) == before[1]


@pytest.mark.parametrize(("n", "warning"), [(40, []), (41, ["more_than_invited"])])
def test_more_answers_than_people_invited_are_warned_about(
    steward: Store, tmp_path: Path, n: int, warning: list[str]
) -> None:
    loaded(steward, a_cohort(tmp_path, "aa", 40), "cohorts", CATALOGUE)
    assert warned(steward, tmp_path, ("aa", SECOND, "asked", n, 9)) == warning


@pytest.mark.parametrize(
    ("programme", "invited", "told"),
    [
        ("aa", 25, []),
        ("aa", 24, [f"aa, {SECOND}: 25 staff answered, of 24 invited. That is more than 100 %."]),
        ("bb", 24, []),  # it is not named, so nothing held is told
    ],
)
def test_fewer_people_invited_than_have_answered_are_warned_about(
    steward: Store, tmp_path: Path, programme: str, invited: int, told: list[str]
) -> None:
    rows = [
        (programme, SECOND, "asked", 20, 9),
        (programme, SECOND, "other", 25, 3),
        (programme, FIRST, "asked", 40, 1),
    ]
    loaded(steward, a_file(tmp_path, counts_csv(*rows)), "counts", CATALOGUE)
    found = examine(a_cohort(tmp_path, programme, invited), Dataset.COHORTS, CATALOGUE, steward, now=NOW).findings
    assert [finding.expected for finding in found] == told


@pytest.mark.slow
@pytest.mark.parametrize(("n", "warning"), [(20, []), (19, ["much_smaller"])])
def test_a_programme_much_smaller_than_before_is_warned_about(
    steward: Store, tmp_path: Path, n: int, warning: list[str]
) -> None:
    held(steward, tmp_path, ("aa", FIRST, "asked", 40, 16))
    assert warned(steward, tmp_path, ("aa", SECOND, "asked", n, 8)) == warning


@pytest.mark.slow
@pytest.mark.parametrize(
    ("measure", "k", "warning"),
    [("asked", 30, []), ("asked", 55, ["far_from_the_last"]), ("rate", 55, [])],
    ids=["near", "far", "far, where neither more nor less is better"],
)
def test_a_rate_far_from_the_last_published_one_is_warned_about(
    steward: Store, tmp_path: Path, measure: str, k: int, warning: list[str]
) -> None:
    held(steward, tmp_path, ("aa", FIRST, measure, 60, 15))
    assert warned(steward, tmp_path, ("aa", SECOND, measure, 60, k)) == warning
