"""The release file: complete, documented, never changed, and never half there."""

import shutil
import stat
from hashlib import sha256
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.disclosure.waiting_lists import YEAR_KEYS, advance
from pipelines.errors import OpennessError
from pipelines.release import file as release
from pipelines.release.file import BrokenRelease
from pipelines.release.frames import compose
from pipelines.release.publishing import finish_interrupted, publish
from pipelines.release.schema import RELATIONS
from pipelines.settings import Settings
from pipelines.store.records import ReleaseNote
from pipelines.store.store import Store
from tests.factories import NOW, a_catalogue, a_file, counts_csv, loaded, programmes_csv, released

INSTRUMENT = a_catalogue()
DAY = NOW.date().isoformat()


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    return tmp_path / "home" / "releases"


@pytest.fixture(autouse=True)
def _counted(store: Store, tmp_path: Path) -> None:
    loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", INSTRUMENT)
    load_counts(store, tmp_path, 10)


def load_counts(store: Store, tmp_path: Path, k: int) -> None:
    rows = [("aa", "2023-24", "asked", 20, 10), ("aa", "2024-25", "asked", 20 + k, k)]
    loaded(store, a_file(tmp_path, counts_csv(*rows)), "counts", INSTRUMENT, replace=True)


def publish_again(store: Store, releases: Path) -> str:
    return publish(store, INSTRUMENT, releases, now=NOW, published_by="tester").release_id


def frames(store: Store) -> dict[str, pl.DataFrame]:
    """The frames of the first release of a store."""
    held, measures = store.holdings(), INSTRUMENT.measure_frame
    nothing = pl.DataFrame(schema=dict.fromkeys(YEAR_KEYS, pl.String))
    new = advance(held.ledger, held.contributions, measures, 1, held.withdrawn, nothing).new
    note = ReleaseNote("an-id", 1, NOW, "tester", None, nothing.with_columns(reason=pl.lit("")))
    return compose(note, INSTRUMENT, held, held.ledger + new, store.overrides())


def current_file(settings: Settings) -> Path:
    return settings.releases / (settings.releases / "current").read_text(encoding="utf-8") / "release.duckdb"


def folders(releases: Path) -> set[str]:
    return {path.name for path in releases.iterdir() if path.is_dir()}


def asked_of(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(current_file(settings), read_only=True) as connection:
        return connection.execute(sql).fetchall()


# ---- the file ----


def test_the_file_opens_to_be_read_and_refuses_to_be_written(demo_home: Settings) -> None:
    with duckdb.connect(current_file(demo_home), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM result WHERE status = 'published'").fetchone() != (0,)
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            connection.execute("UPDATE result SET affirmative = 0")


def test_the_file_can_be_read_by_duckdb_1_2(demo_home: Settings) -> None:
    """The tag is DuckDB's own word for it; 65 is the number its files of 1.2 carry in their header."""
    [(tags,)] = asked_of(demo_home, "SELECT tags FROM duckdb_databases() WHERE database_name = 'release'")
    assert tags["storage_version"] == "v1.2.0+"
    header = current_file(demo_home).read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") <= 65


def test_every_relation_and_column_says_what_it_is(demo_home: Settings) -> None:
    tables = asked_of(demo_home, "SELECT table_name, comment FROM duckdb_tables()")
    columns = asked_of(demo_home, "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal")
    assert dict(tables) == {name: relation.comment for name, relation in RELATIONS.items()}
    assert {(table, column): comment for table, column, comment in columns} == {
        (name, column): about.comment
        for name, relation in RELATIONS.items()
        for column, about in relation.columns.items()
    }
    assert all(len(str(row[-1])) > 5 for row in tables + columns)


def test_there_is_nothing_in_the_file_but_the_relations(demo_home: Settings) -> None:
    assert {name for (name,) in asked_of(demo_home, "SELECT table_name FROM duckdb_tables()")} == set(RELATIONS)
    for kind in ("views", "functions", "types", "schemas"):
        assert asked_of(demo_home, f"FROM duckdb_{kind}() WHERE database_name = 'release' AND NOT internal") == []
    for kind in ("sequences", "indexes"):
        assert asked_of(demo_home, f"FROM duckdb_{kind}() WHERE database_name = 'release'") == []


def test_a_release_lies_alone_in_its_folder(demo_home: Settings) -> None:
    assert [path.name for path in current_file(demo_home).parent.iterdir()] == ["release.duckdb"]
    assert {path.name for path in demo_home.releases.iterdir()} == {f"{DAY}-1", "current"}


# ---- a release that breaks its contract ----


BROKEN = {
    "nine people": {"respondents": pl.lit(9)},
    "two on one side": {"affirmative": pl.lit(2)},
    "two on the other side": {"affirmative": pl.col("respondents") - 2},
    "a number without being published": {"status": pl.lit("suppressed")},
    "published without a number": {"rate": pl.lit(None)},
    "a rate above one": {"rate": pl.lit(1.01)},
    "a status nobody knows": {"status": pl.lit("hidden")},
    "one result twice": {"result_id": pl.lit(1), "last_year": pl.lit("2024-25")},
}


@pytest.mark.parametrize("cells", BROKEN.values(), ids=BROKEN)
def test_a_release_that_breaks_its_contract_is_not_left_behind(
    store: Store, releases: Path, cells: dict[str, pl.Expr]
) -> None:
    good = frames(store)
    with pytest.raises(BrokenRelease, match="result breaks its contract"):
        release.build(releases, "broken", good | {"result": good["result"].with_columns(**cells)})
    assert folders(releases) == set()


def test_the_release_those_were_made_from_keeps_its_contract(store: Store, releases: Path) -> None:
    assert release.build(releases, "good", frames(store)).exists()


TAMPERED = (
    "INSERT INTO version VALUES (99, 1, 'aa', 'asked', '2020-21', 'submission', $n, $k, false, false)",
    "INSERT INTO part VALUES (99, 1, 'aa', 'asked', NULL, [99], $n, 0, $n, $k, false, 10, 3)",
    "INSERT INTO result VALUES (99, 1, 'aa', 'asked', [99], ['2020-21'], $n, $k)",
)


@pytest.mark.parametrize(("n", "k"), [(9, 4), (10, 2), (10, 8)])
def test_a_publish_below_the_limits_publishes_nothing(store: Store, releases: Path, n: int, k: int) -> None:
    """Even if such a result stood in the store among those published."""
    first = publish_again(store, releases)
    with duckdb.connect(store.path) as connection:
        for statement in TAMPERED:
            connection.execute(statement, {"n": n, "k": k})
    with pytest.raises(OpennessError, match="Nothing was published"):
        publish_again(store, releases)
    assert folders(releases) == {first} == set(store.release_ids())
    assert (releases / "current").read_text(encoding="utf-8") == first


def test_an_unnamed_programme_with_a_name_breaks_the_contract(store: Store, releases: Path) -> None:
    good = frames(store)
    told = good["programme"].with_columns(named=pl.lit(False), programme_name=pl.lit("Its name"))
    with pytest.raises(BrokenRelease, match="an unnamed programme shows no name"):
        release.build(releases, "broken", good | {"programme": told})
    assert folders(releases) == set()


# ---- one after another ----


def test_current_names_the_latest(store: Store, releases: Path) -> None:
    assert [publish_again(store, releases) for _ in range(3)] == [f"{DAY}-{number}" for number in (1, 2, 3)]
    assert (releases / "current").read_text(encoding="utf-8") == f"{DAY}-3"
    assert store.release_ids() == [f"{DAY}-{number}" for number in (1, 2, 3)]


def test_an_id_is_never_given_twice_even_if_its_folder_is_gone(store: Store, releases: Path) -> None:
    first = publish_again(store, releases)
    shutil.rmtree(releases / first)
    assert publish_again(store, releases) == f"{DAY}-2"


def test_old_releases_stay_as_they_are_byte_for_byte(store: Store, releases: Path, tmp_path: Path) -> None:
    path = releases / publish_again(store, releases) / "release.duckdb"
    before = sha256(path.read_bytes()).digest()
    load_counts(store, tmp_path, 13)
    second = releases / publish_again(store, releases) / "release.duckdb"
    assert sha256(path.read_bytes()).digest() == before
    assert sha256(second.read_bytes()).digest() != before


def test_a_store_whose_releases_were_removed_publishes_on(store: Store, releases: Path) -> None:
    publish_again(store, releases)
    shutil.rmtree(releases)
    finish_interrupted(store, releases)
    assert not releases.exists()
    assert publish_again(store, releases) == f"{DAY}-2"


# ---- a publish that is interrupted ----


def test_a_publish_interrupted_before_it_was_noted_is_removed_by_the_next(store: Store, releases: Path) -> None:
    left = release.build(releases, "left-over", frames(store))
    assert left.exists()
    publish_again(store, releases)
    assert folders(releases) == {f"{DAY}-1"}
    assert store.release_ids() == [f"{DAY}-1"]


def test_a_publish_interrupted_while_writing_is_removed_by_the_next(store: Store, releases: Path) -> None:
    (releases / ".building-left-over").mkdir(parents=True)
    (releases / ".building-left-over" / "release.duckdb").write_bytes(b"half of it")
    publish_again(store, releases)
    assert folders(releases) == {f"{DAY}-1"}


def test_a_publish_interrupted_between_noting_and_naming_is_finished_by_the_next(store: Store, releases: Path) -> None:
    first = publish_again(store, releases)
    whole = (releases / first / "release.duckdb").read_bytes()
    (releases / first).rename(releases / f".building-{first}")
    (releases / "current").unlink()
    publish_again(store, releases)
    assert folders(releases) == {first, f"{DAY}-2"}
    assert (releases / first / "release.duckdb").read_bytes() == whole
    assert released(releases.parent, "result").equals(_result_of(releases / first))


def test_a_publish_interrupted_between_naming_and_becoming_current_is_finished(store: Store, releases: Path) -> None:
    publish_again(store, releases)
    second = publish_again(store, releases)
    (releases / "current").write_text(f"{DAY}-1", encoding="utf-8")
    finish_interrupted(store, releases)
    assert (releases / "current").read_text(encoding="utf-8") == second


def test_a_store_that_cannot_note_it_leaves_no_release(store: Store, releases: Path) -> None:
    store.__exit__(None, None, None)
    with Store(store.path, read_only=True) as reader, pytest.raises(Exception, match="Nothing was changed"):
        publish_again(reader, releases)
    assert folders(releases) == set()


def _result_of(folder: Path) -> pl.DataFrame:
    with duckdb.connect(folder / "release.duckdb", read_only=True) as connection:
        return connection.execute("FROM result").pl()


def test_the_file_itself_cannot_be_written_to(demo_home: Settings) -> None:
    assert stat.filemode(current_file(demo_home).stat().st_mode) == "-r--------"
