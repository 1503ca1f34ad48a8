"""A file's way in: what is taken, what is sent back, and that a file sent back leaves no trace."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import Refused, Unreadable
from pipelines.findings import errors
from pipelines.instrument.dataset import Dataset
from pipelines.intake.loading import STEPS, Rejected, examine, load
from pipelines.store.records import Receipt
from pipelines.store.store import Store
from tests.factories import NOW, a_catalogue, a_file, a_measure, counts_csv, loaded, programmes_csv

INSTRUMENT = a_catalogue(
    a_measure(),
    a_measure("other"),
    a_measure("told_anyone", group="trainee"),
    a_measure("told_supervisor", group="trainee", within="told_anyone"),
)
ASKED = "programme_id,academic_year,asked\naa,2024-25,yes\naa,2024-25,no\n"


@pytest.fixture(autouse=True)
def _registered(store: Store, tmp_path: Path) -> None:
    loaded(store, a_file(tmp_path, programmes_csv("aa", "bb")), "programmes", INSTRUMENT)


def counts_of(store: Store) -> list[tuple[object, ...]]:
    return sorted(store.holdings().contributions.drop("submission_id", "dataset", "definition").rows(), key=str)


def rules_against(store: Store, path: Path, dataset: str) -> list[tuple[str, str | None]]:
    """Rule and column of each error that sent the file back."""
    before = counts_of(store)
    with pytest.raises(Rejected) as sent_back:
        loaded(store, path, dataset, INSTRUMENT)
    assert counts_of(store) == before
    return [(finding.rule, finding.column) for finding in errors(sent_back.value.findings)]


def submissions(store: Store) -> int:
    with duckdb.connect(store.path) as connection:
        return len(connection.execute("FROM submission").fetchall())


def test_answers_come_in_and_counts_are_stored(store: Store, tmp_path: Path) -> None:
    receipt = loaded(store, a_file(tmp_path, ASKED), "staff_responses", INSTRUMENT)
    assert (receipt.rows, receipt.counts) == (2, 1)
    assert counts_of(store) == [("aa", "2024-25", "asked", None, 2, 1)]


def test_a_file_with_errors_is_sent_back_and_nothing_is_stored(store: Store, tmp_path: Path) -> None:
    wrong = a_file(tmp_path, ASKED.replace(",no", ",maybe"))
    assert rules_against(store, wrong, "staff_responses") == [("one_of", "asked")]
    assert submissions(store) == 1


def test_a_programme_must_be_registered_first(store: Store, tmp_path: Path) -> None:
    stranger = a_file(tmp_path, ASKED.replace("aa,", "zz,"))
    assert rules_against(store, stranger, "staff_responses") == [("registered", "programme_id")]


def test_the_year_after_this_one_can_be_audited_and_no_later_one(store: Store, tmp_path: Path) -> None:
    """Now is November 2026."""
    loaded(store, a_file(tmp_path, ASKED.replace("2024-25", "2027-28")), "staff_responses", INSTRUMENT)
    beyond = a_file(tmp_path, ASKED.replace("2024-25", "2028-29"))
    assert rules_against(store, beyond, "staff_responses") == [("year_to_come", "academic_year")]


@pytest.mark.parametrize(
    ("first", "second"), [("counts", "staff_responses"), ("staff_responses", "counts")], ids=["counts", "responses"]
)
def test_a_measure_that_came_as_one_dataset_cannot_come_as_the_other(
    store: Store, tmp_path: Path, first: str, second: str
) -> None:
    files = {
        "counts": a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 20, 10)), "counts.csv"),
        "staff_responses": a_file(tmp_path, ASKED, "responses.csv"),
    }
    loaded(store, files[first], first, INSTRUMENT)
    assert rules_against(store, files[second], second) == [("counted_elsewhere", "asked")]


@pytest.mark.parametrize(
    "row",
    [("aa", "2024-25", "other", 20, 10), ("aa", "2023-24", "asked", 20, 10), ("bb", "2024-25", "asked", 20, 10)],
    ids=["another measure", "another year", "another programme"],
)
def test_other_counts_can_stand_beside_responses(
    store: Store, tmp_path: Path, row: tuple[str, str, str, int, int]
) -> None:
    loaded(store, a_file(tmp_path, ASKED), "staff_responses", INSTRUMENT)
    loaded(store, a_file(tmp_path, counts_csv(row)), "counts", INSTRUMENT)
    assert len(counts_of(store)) == 2


def test_a_measure_is_free_for_the_other_dataset_once_its_file_was_replaced_without_it(
    store: Store, tmp_path: Path
) -> None:
    loaded(store, a_file(tmp_path, ASKED), "staff_responses", INSTRUMENT)
    without = a_file(tmp_path, ASKED.replace("asked", "other"))
    loaded(store, without, "staff_responses", INSTRUMENT, replace=True)
    loaded(store, a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 20, 10))), "counts", INSTRUMENT)
    assert {row[2] for row in counts_of(store)} == {"asked", "other"}


@pytest.mark.parametrize(("year", "found"), [("2024-25", [("counted_elsewhere", "told_supervisor")]), ("2023-24", [])])
def test_a_measure_comes_as_the_same_dataset_as_the_one_it_stands_within(
    store: Store, tmp_path: Path, year: str, found: list[tuple[str, str]]
) -> None:
    """Or nothing would keep ten from having told a supervisor where four have told anyone."""
    outer = a_file(tmp_path, counts_csv(("aa", year, "told_anyone", 20, 4)), "outer.csv")
    inner = a_file(tmp_path, "programme_id,academic_year,told_supervisor\n" + "aa,2024-25,yes\n" * 10, "inner.csv")
    loaded(store, outer, "counts", INSTRUMENT)
    if found:
        assert rules_against(store, inner, "trainee_responses") == found
    else:
        loaded(store, inner, "trainee_responses", INSTRUMENT)


@pytest.mark.parametrize("year", ["2023-24", "2024-25"])
def test_a_follow_up_question_does_not_stand_beside_what_it_took_the_place_of(
    store: Store, tmp_path: Path, year: str
) -> None:
    """The same people answered in 2024-25, and others the year before."""
    then = a_catalogue(a_measure("first"), a_measure("next", base="first", replaces="asked", comparable=False))
    loaded(store, a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 20, 8)), "counts.csv"), "counts", INSTRUMENT)
    later = a_file(tmp_path, f"programme_id,academic_year,first,next\naa,{year},yes,yes\naa,{year},no,\n", "later.csv")
    if year == "2023-24":
        assert loaded(store, later, "staff_responses", then).set_aside == []
        return
    with pytest.raises(Rejected) as sent_back:
        loaded(store, later, "staff_responses", then)
    [told] = errors(sent_back.value.findings)
    assert told.expected.startswith(f"aa, {year}: asked has come in already as counts. Another edition may have asked")


def test_so_it_is_for_a_programme_that_has_another_id_by_now(store: Store, tmp_path: Path) -> None:
    outer = a_file(tmp_path, counts_csv(("aa", "2024-25", "told_anyone", 20, 4)), "outer.csv")
    loaded(store, outer, "counts", INSTRUMENT)
    heading, row = programmes_csv("new").splitlines()
    renamed = a_file(tmp_path, f"{heading},formerly\n{row},aa\n", "renamed.csv")
    loaded(store, renamed, "programmes", INSTRUMENT, replace=True)
    inner = a_file(tmp_path, "programme_id,academic_year,told_supervisor\n" + "new,2024-25,yes\n" * 10, "inner.csv")
    assert rules_against(store, inner, "trainee_responses") == [("counted_elsewhere", "told_supervisor")]


def test_nor_does_the_one_that_it_stands_within_come_as_another(store: Store, tmp_path: Path) -> None:
    inner = a_file(tmp_path, "programme_id,academic_year,told_supervisor\n" + "aa,2024-25,yes\n" * 10, "inner.csv")
    outer = a_file(tmp_path, counts_csv(("aa", "2024-25", "told_anyone", 20, 4)), "outer.csv")
    loaded(store, inner, "trainee_responses", INSTRUMENT)
    assert rules_against(store, outer, "counts") == [("counted_elsewhere", "told_anyone")]


@pytest.mark.parametrize(
    ("first", "second"), [("told_supervisor", "told_anyone"), ("told_anyone", "told_supervisor"), ("other", "other")]
)
def test_of_a_programme_that_is_not_named_what_cannot_stand_together_is_replaced_unsaid(
    store: Store, tmp_path: Path, first: str, second: str
) -> None:
    """Also under a later id, because everything is kept under the first."""
    hidden = a_file(tmp_path, programmes_csv("cc", named="no"))
    loaded(store, hidden, "programmes", INSTRUMENT)
    dataset = "staff_responses" if first == "other" else "trainee_responses"
    answers = a_file(tmp_path, f"programme_id,academic_year,{first}\ncc,2024-25,yes\n")
    loaded(store, answers, dataset, INSTRUMENT, close=False)
    header, row = programmes_csv("dd", named="no").strip().split("\n")
    renamed = a_file(tmp_path, f"{header},formerly\n{row},cc\n")
    loaded(store, renamed, "programmes", INSTRUMENT, replace=True)
    counts = a_file(tmp_path, counts_csv(("dd", "2024-25", second, 20, 4)))
    loaded(store, counts, "counts", INSTRUMENT, replace=True, for_anybody=True)
    assert counts_of(store) == [("cc", "2024-25", second, None, 20, 4)]


@pytest.mark.parametrize(("answer", "taken"), [("yes", True), ("", False), ("prefer_not_to_say", False)])
def test_more_yeses_within_a_measure_than_to_it_are_sent_back(
    store: Store, tmp_path: Path, answer: str, taken: bool
) -> None:
    """No single row is wrong: who left the wider question out may have told a supervisor all the same."""
    rows = f"programme_id,academic_year,told_supervisor,told_anyone\naa,2024-25,yes,{answer}\n"
    path = a_file(tmp_path, rows)
    examined = examine(path, Dataset("trainee_responses"), INSTRUMENT, store, now=NOW)
    assert examined.accepted is taken
    assert [finding.rule for finding in examined.findings] == ["within_of_told_supervisor"] * (not taken)


def test_to_examine_a_file_changes_nothing(store: Store, tmp_path: Path) -> None:
    examined = examine(a_file(tmp_path, ASKED), Dataset("staff_responses"), INSTRUMENT, store, now=NOW)
    assert examined.counted is not None
    assert examined.counted.rows() == [("aa", "2024-25", "asked", None, 2, 1)]
    assert (counts_of(store), submissions(store)) == ([], 1)


def test_without_a_store_a_warning_says_what_could_not_be_checked(tmp_path: Path) -> None:
    examined = examine(a_file(tmp_path, ASKED), Dataset("staff_responses"), INSTRUMENT, None, now=NOW)
    assert [(finding.severity, finding.rule) for finding in examined.findings] == [
        ("warning", "programmes_not_checked"),
        ("warning", "not_in_the_file"),
    ]
    assert examined.accepted


def test_a_mapping_is_applied_on_the_way_in(store: Store, tmp_path: Path) -> None:
    mapping = a_file(
        tmp_path,
        """
        dataset = "staff_responses"
        [columns]
        programme_id = "Programme"
        asked = "Did you ask?"
        [constants]
        academic_year = "2024-25"
        [recode.asked]
        "Ja" = "yes"
        """,
        "mapping.toml",
    )
    export = a_file(tmp_path, "Programme,Did you ask?\naa,Ja\naa,no\n", "export.csv")
    loaded(store, export, "staff_responses", INSTRUMENT, mapping)
    assert counts_of(store) == [("aa", "2024-25", "asked", None, 2, 1)]
    assert loaded(store, export, "staff_responses", INSTRUMENT, mapping).already_held


def test_a_file_that_cannot_be_read_is_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"none\.csv: the file cannot be opened"):
        loaded(store, tmp_path / "none.csv", "counts", INSTRUMENT)


def test_what_is_being_done_is_told_in_words(store: Store, tmp_path: Path) -> None:
    told: list[str] = []
    path = a_file(tmp_path, ASKED)
    load(path, Dataset("staff_responses"), INSTRUMENT, store, submitted_by="tester", now=NOW, progress=told.append)
    assert told == list(STEPS)


def test_six_at_once_take_a_file_in_once(tmp_path: Path) -> None:
    file = a_file(tmp_path, programmes_csv("P1", "P2"), "programmes.csv")

    def take_in(_: int) -> Receipt:
        with Store(tmp_path / "of six" / "store.duckdb") as store:
            return loaded(store, file, "programmes", a_catalogue())

    with ThreadPoolExecutor(6) as pool:
        receipts = list(pool.map(take_in, range(6)))
    assert sorted(receipt.already_held for receipt in receipts) == [False] + [True] * 5
    assert len({receipt.submission_id for receipt in receipts}) == 1


def test_a_file_is_counted_again_under_another_version_of_the_catalogue(store: Store, tmp_path: Path) -> None:
    file = a_file(tmp_path, programmes_csv("P1"), "programmes.csv")
    first = loaded(store, file, "programmes", a_catalogue())
    later = a_catalogue(instrument={"id": "test", "version": "2", "title": "Test", "status": "For tests."})
    with pytest.raises(Refused, match="--replace"):
        loaded(store, file, "programmes", later)
    assert loaded(store, file, "programmes", later, replace=True).superseded == [first.submission_id]


def warned(store: Store, path: Path, dataset: Dataset) -> list[str]:
    return [finding.rule for finding in examine(path, dataset, INSTRUMENT, store, now=NOW).findings]


def test_a_question_missing_from_the_file_is_mentioned(store: Store, tmp_path: Path) -> None:
    assert warned(store, a_file(tmp_path, ASKED), Dataset("staff_responses")) == ["not_in_the_file"]
    both = "programme_id,academic_year,asked,other\naa,2024-25,yes,no\n"
    assert warned(store, a_file(tmp_path, both), Dataset("staff_responses")) == []


def test_check_says_what_load_would_refuse(store: Store, tmp_path: Path) -> None:
    loaded(store, a_file(tmp_path, ASKED), "staff_responses", INSTRUMENT)
    changed = a_file(tmp_path, ASKED.replace(",no", ",yes"))
    assert "already_held" in warned(store, changed, Dataset("staff_responses"))
    assert "already_held" not in warned(
        store, a_file(tmp_path, ASKED.replace("2024", "2023").replace("-25", "-24")), Dataset("staff_responses")
    )


def test_check_says_that_a_home_holds_the_demonstration(tmp_path: Path) -> None:
    with Store(tmp_path / "demo.duckdb") as demo:
        loaded(demo, a_file(tmp_path, programmes_csv("aa")), "programmes", INSTRUMENT, invented=True)
        assert "demonstration" in warned(demo, a_file(tmp_path, ASKED), Dataset("staff_responses"))


def test_a_measure_of_which_nobody_is_counted_is_mentioned_where_others_have_it(store: Store, tmp_path: Path) -> None:
    rows = [("aa", "2024-25", "asked", 20, 8), ("aa", "2024-25", "other", 20, 8), ("bb", "2024-25", "asked", 20, 8)]
    path = a_file(tmp_path, counts_csv(*rows))
    [finding] = examine(path, Dataset.COUNTS, INSTRUMENT, store, now=NOW).findings
    assert finding.rule == "nobody_counted"
    assert "bb, 2024-25: nobody is counted for other" in str(finding)
    assert warned(store, a_file(tmp_path, counts_csv(*rows, ("bb", "2024-25", "other", 3, 1))), Dataset.COUNTS) == []
