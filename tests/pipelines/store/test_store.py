"""The private store: all or nothing, nobody twice, nothing forgotten."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.errors import Refused, StoreUnavailable
from pipelines.instrument.dataset import Dataset
from pipelines.store.records import Submission
from pipelines.store.store import Store
from tests.factories import (
    NOW,
    a_catalogue,
    a_file,
    a_measure,
    contributions,
    counts_csv,
    loaded,
    programmes_csv,
)

INSTRUMENT = a_catalogue(a_measure(), a_measure("other"))
TABLES = (
    "accepted_wording",
    "item_wording",
    "pair",
    "store_version",
    "year_event",
    "definition",
    "submission",
    "submission_scope",
    "programme",
    "programme_alias",
    "identity",
    "cohort",
    "support",
    "contribution",
    "withdrawal",
    "release",
    "override",
    "seen",
    "part",
    "result",
    "result_subgroup",
    "retired",
)


@pytest.fixture(autouse=True)
def _registered(store: Store, tmp_path: Path) -> None:
    loaded(store, a_file(tmp_path, programmes_csv("aa", "bb")), "programmes", INSTRUMENT)


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(store.path) as connection:
        return {table: connection.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in TABLES}


def standing(store: Store) -> set[tuple[object, ...]]:
    """Programme, year, n and k of what stands."""
    store.close_years(store.year_states(), by="tester", at=NOW)
    frame = store.holdings().contributions
    return set(frame.select("programme_id", "academic_year", "respondents", "affirmative").rows())


def a_submission(counted: pl.DataFrame, sha256: str = "hash") -> Submission:
    return Submission(
        file="counts.csv",
        dataset=Dataset.COUNTS,
        sha256=sha256,
        mapping_sha256=None,
        submitted_by="tester",
        submitted_at=NOW,
        instrument_id="test",
        catalogue_version="1",
        invented=False,
        rows=counted.height,
        counted=counted,
    )


# ---- all or nothing ----


def test_an_insert_that_fails_leaves_nothing(store: Store) -> None:
    before = everything(store)
    stranger = contributions(("aa", "2024-25", "asked", None, 20, 10)).with_columns(answer=pl.lit("yes"))
    with pytest.raises(StoreUnavailable):
        store.record(a_submission(stranger), replace=False)
    assert everything(store) == before


def test_a_replacement_that_fails_leaves_the_earlier_submission_standing(store: Store) -> None:
    rows = contributions(("aa", "2024-25", "asked", None, 20, 10))
    store.record(a_submission(rows), replace=False)
    before = everything(store)
    with pytest.raises(StoreUnavailable):
        store.record(a_submission(rows.with_columns(answer=pl.lit("yes")), "another hash"), replace=True)
    assert everything(store) == before
    assert standing(store) == {("aa", "2024-25", 20, 10)}


def test_the_store_works_on_after_a_failed_insert(store: Store) -> None:
    rows = contributions(("aa", "2024-25", "asked", None, 20, 10))
    with pytest.raises(StoreUnavailable):
        store.record(a_submission(rows.with_columns(answer=pl.lit("yes"))), replace=False)
    store.record(a_submission(rows), replace=False)
    assert standing(store) == {("aa", "2024-25", 20, 10)}


# ---- the same file, and another in its place ----


@pytest.mark.parametrize("name", ["counts.csv", "another name.csv"])
@pytest.mark.parametrize("replace", [False, True])
def test_the_same_file_again_changes_nothing(store: Store, tmp_path: Path, name: str, replace: bool) -> None:
    text = counts_csv(("aa", "2024-25", "asked", 20, 10))
    first = loaded(store, a_file(tmp_path, text, "counts.csv"), "counts", INSTRUMENT)
    before = everything(store)
    again = loaded(store, a_file(tmp_path, text, name), "counts", INSTRUMENT, replace=replace)
    assert everything(store) == before
    assert (first.already_held, again.already_held) == (False, True)
    assert again.submission_id == first.submission_id


def test_the_same_file_is_known_to_who_sent_it_and_to_nobody_else(store: Store, tmp_path: Path) -> None:
    """Whoever could ask that of any file could find out what is in the one that is held."""
    file = a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 20, 10)))
    loaded(store, file, "counts", INSTRUMENT, submitted_by="Ada")
    assert loaded(store, file, "counts", INSTRUMENT, submitted_by="Ada").already_held
    with pytest.raises(Refused, match="already has counts for aa in 2024-25"):
        loaded(store, file, "counts", INSTRUMENT, submitted_by="Ben")
    assert not loaded(store, file, "counts", INSTRUMENT, submitted_by="Ben", replace=True).already_held


def test_a_second_submission_is_refused_until_it_is_asked_to_replace(store: Store, tmp_path: Path) -> None:
    loaded(store, a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 20, 10))), "counts", INSTRUMENT)
    before = everything(store)
    second = a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 21, 10)))
    with pytest.raises(Refused, match=r"already has counts for aa in 2024-25.*--replace"):
        loaded(store, second, "counts", INSTRUMENT)
    assert everything(store) == before
    loaded(store, second, "counts", INSTRUMENT, replace=True)
    assert standing(store) == {("aa", "2024-25", 21, 10)}


def test_a_replacement_supersedes_only_its_own_programmes_and_years(store: Store, tmp_path: Path) -> None:
    rows = [(who, year, "asked", 20, 10) for who in ("aa", "bb") for year in ("2023-24", "2024-25")]
    first = loaded(store, a_file(tmp_path, counts_csv(*rows)), "counts", INSTRUMENT)
    second = a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 30, 5)))
    assert loaded(store, second, "counts", INSTRUMENT, replace=True).superseded == [first.submission_id]
    assert standing(store) == {
        ("aa", "2023-24", 20, 10),
        ("aa", "2024-25", 30, 5),
        ("bb", "2023-24", 20, 10),
        ("bb", "2024-25", 20, 10),
    }


def test_a_replacement_supersedes_only_its_own_dataset(store: Store, tmp_path: Path) -> None:
    loaded(store, a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 20, 10))), "counts", INSTRUMENT)
    responses = "programme_id,academic_year,other\naa,2024-25,yes\n"
    receipt = loaded(store, a_file(tmp_path, responses), "staff_responses", INSTRUMENT)
    assert receipt.superseded == []
    assert standing(store) == {("aa", "2024-25", 20, 10), ("aa", "2024-25", 1, 1)}


def test_what_was_replaced_stays_on_record(store: Store, tmp_path: Path) -> None:
    first = loaded(store, a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 20, 10))), "counts", INSTRUMENT)
    second = loaded(
        store, a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 21, 9))), "counts", INSTRUMENT, replace=True
    )
    held = everything(store)
    assert {(row[0], row[6], row[7]) for row in held["contribution"]} == {
        (first.submission_id, 20, 10),
        (second.submission_id, 21, 9),
    }
    assert (first.submission_id, "aa", "2024-25", second.submission_id, False) in held["submission_scope"]


def test_the_old_file_again_asks_to_replace_once_it_was_replaced(store: Store, tmp_path: Path) -> None:
    old = a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 20, 10)), "old.csv")
    loaded(store, old, "counts", INSTRUMENT)
    newer = a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 21, 9)))
    loaded(store, newer, "counts", INSTRUMENT, replace=True)
    with pytest.raises(Refused, match="--replace"):
        loaded(store, old, "counts", INSTRUMENT)
    assert not loaded(store, old, "counts", INSTRUMENT, replace=True).already_held
    assert standing(store) == {("aa", "2024-25", 20, 10)}


def test_a_file_of_which_only_a_part_was_replaced_asks_to_replace_too(store: Store, tmp_path: Path) -> None:
    both = counts_csv(("aa", "2024-25", "asked", 20, 10), ("bb", "2024-25", "asked", 20, 10))
    old = a_file(tmp_path, both, "old.csv")
    loaded(store, old, "counts", INSTRUMENT)
    newer = a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 21, 9)))
    loaded(store, newer, "counts", INSTRUMENT, replace=True)
    with pytest.raises(Refused, match="and 1 more"):
        loaded(store, old, "counts", INSTRUMENT)


def test_a_receipt_says_what_was_taken_in(store: Store, tmp_path: Path) -> None:
    rows = [("bb", "2024-25", "asked", 20, 10), ("aa", "2023-24", "asked", 20, 10), ("aa", "2023-24", "other", 9, 1)]
    receipt = loaded(store, a_file(tmp_path, counts_csv(*rows), "counts.csv"), "counts", INSTRUMENT)
    assert (receipt.file, receipt.dataset, receipt.rows, receipt.counts) == ("counts.csv", "counts", 3, 3)
    assert (receipt.programmes, receipt.academic_years) == (["aa", "bb"], ["2023-24", "2024-25"])


# ---- what belongs into a store ----


def test_a_store_holds_one_instrument(store: Store, tmp_path: Path) -> None:
    another = a_catalogue(
        a_measure(), instrument={"id": "another", "version": "1", "title": "Title", "status": "Status"}
    )
    before = everything(store)
    with pytest.raises(Refused, match=r"“test”.*“another”"):
        loaded(store, a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 20, 10))), "counts", another)
    assert everything(store) == before


@pytest.mark.parametrize(("held", "offered"), [("real", "invented"), ("invented", "real")])
def test_invented_programmes_and_real_ones_are_never_mixed(tmp_path: Path, held: str, offered: str) -> None:
    with Store(tmp_path / "another" / "store.duckdb") as store:
        loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", INSTRUMENT, invented=held == "invented")
        before = everything(store)
        counts = a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 20, 10)))
        with pytest.raises(Refused, match=f"holds {held} programmes; {offered} ones cannot be added"):
            loaded(store, counts, "counts", INSTRUMENT, invented=offered == "invented")
        assert everything(store) == before
        assert store.holdings().invented == (held == "invented")


# ---- codes ----


def test_the_code_of_a_programme_is_random(tmp_path: Path) -> None:
    """Two stores give the same programme different codes, so nothing about it can be told from the code."""
    codes = [_codes_in_a_new_store(tmp_path / str(number), "aa")["aa"] for number in range(2)]
    assert codes[0] != codes[1]


def test_every_programme_has_a_code_of_its_own(tmp_path: Path) -> None:
    codes = _codes_in_a_new_store(tmp_path, *(f"programme-no-{number}" for number in range(200)))
    assert len(set(codes.values())) == len(codes) == 200


def _codes_in_a_new_store(folder: Path, *programmes: str) -> dict[str, str]:
    with Store(folder / "another.duckdb") as store:
        counted = pl.DataFrame({"programme_id": programmes}).with_columns(
            pl.lit(None, pl.String).alias("formerly"),
            *(pl.lit("x").alias(column) for column in ("programme_name", "profession", "country", "region", "named")),
        )
        fields = a_submission(counted).__dict__ | {"dataset": Dataset.PROGRAMMES}
        store.record(Submission(**fields), replace=False)
        return dict(store.holdings().programmes.select("programme_id", "code").iter_rows())


def test_programmes_registered_anew_stand_in_place_of_the_old_entry_alone(store: Store, tmp_path: Path) -> None:
    loaded(store, a_file(tmp_path, programmes_csv("bb", named="no")), "programmes", INSTRUMENT, replace=True)
    assert store.holdings().programmes.select("programme_id", "named").rows() == [("aa", True), ("bb", False)]
    assert store.registered_programmes() == {"aa", "bb"}


# ---- the schema ----


def test_the_schema_has_no_constraints_and_no_sequences(store: Store) -> None:
    with duckdb.connect(store.path) as connection:
        for kind in ("constraints", "sequences", "indexes"):
            assert connection.execute(f"SELECT * FROM duckdb_{kind}()").fetchall() == []


def test_no_table_of_the_store_has_a_place_for_answers(store: Store) -> None:
    assert store.holdings().contributions.columns == [
        "submission_id",
        "dataset",
        "programme_id",
        "academic_year",
        "measure_id",
        "definition",
        "subgroup",
        "respondents",
        "affirmative",
    ]
    with duckdb.connect(store.path) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert {table for (table,) in tables} == set(TABLES)


def test_a_store_opened_only_to_read_cannot_be_written(store: Store) -> None:
    store.__exit__(None, None, None)
    with Store(store.path, read_only=True) as reader, pytest.raises(StoreUnavailable):
        reader.record(a_submission(contributions(("aa", "2024-25", "asked", None, 20, 10))), replace=False)
