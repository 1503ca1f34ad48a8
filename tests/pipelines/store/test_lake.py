"""A store in DuckLake, with a file in the place of PostgreSQL: it does what a store in a file does.

With PostgreSQL, and many machines: tests/promises/test_many_machines.py.
"""

import os
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import cli
from pipelines.errors import NoStore, OpennessError, Refused, StoreUnavailable, Unreadable
from pipelines.private_files import FOR_OTHERS
from pipelines.release.backup import back_up, restore
from pipelines.release.publishing import publish
from pipelines.settings import Settings
from pipelines.store.lake import ROWS_IN_THE_LIST
from pipelines.store.store import Store, store_if_there
from pipelines.store_place import Lake, StorePlace, store_place
from tests.factories import NOW, a_file, loaded, programmes_csv
from tests.lakes import INSTRUMENT, history, install_extensions, register, year_csv
from tests.thorough import only_in_ci, some


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a user who has installed DuckDB's extensions."""
    home = tmp_path_factory.mktemp("user")
    install_extensions(home)
    return home


@pytest.fixture(autouse=True)
def _is_that_user(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(user))


@pytest.fixture
def lake(tmp_path: Path) -> StorePlace:
    return store_place(f"ducklake:{tmp_path}/lake/store.ducklake", None, "a test")


def tables_of(place: StorePlace) -> dict[str, pl.DataFrame]:
    """Every table of a store, in the order in which its rows came; without the hash of the file of a release, of which
    some bytes are left to chance."""
    with Store(place, read_only=True) as store, store._cursor() as cursor:
        names = cursor.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()")
        tables = {name: cursor.execute(f'FROM "{name}" ORDER BY rowid').pl() for (name,) in names.fetchall()}
    return tables | {"release": tables["release"].drop("file_sha256")}


def assert_same(first: dict[str, pl.DataFrame], second: dict[str, pl.DataFrame]) -> None:
    assert first.keys() == second.keys()
    differing = [name for name, frame in first.items() if not frame.equals(second[name])]
    assert not differing


# ---- the same as in a file ----


@pytest.mark.parametrize("rows", some([10, ROWS_IN_THE_LIST], 2))
def test_every_release_is_that_of_a_store_in_a_file_row_by_row(
    rows: int,
    lake: StorePlace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipelines.store.lake.ROWS_IN_THE_LIST", rows)
    in_file = history(tmp_path / "store.duckdb", tmp_path / "with-file")
    in_lake = history(lake, tmp_path / "with-lake")
    assert len(in_file) == len(in_lake) > 0
    assert in_file[-1]["result"].filter(status="published").height > 0
    for first, second in zip(in_file, in_lake, strict=True):
        assert_same(first, second)
    assert_same(tables_of(tmp_path / "store.duckdb"), tables_of(lake))


@pytest.mark.parametrize(("programmes", "in_a_file"), [(ROWS_IN_THE_LIST, False), (ROWS_IN_THE_LIST + 1, True)])
def test_only_what_comes_in_many_rows_becomes_a_file(
    programmes: int, in_a_file: bool, lake: StorePlace, tmp_path: Path
) -> None:
    names = [f"p{number:04}" for number in range(programmes)]
    with Store(lake) as store:
        loaded(store, a_file(tmp_path, programmes_csv(*names)), "programmes", INSTRUMENT)
        assert len(store.registered_programmes()) == programmes
    paths = [*(tmp_path / "lake").rglob("*.parquet")]
    files = {path.parent.name for path in paths}
    assert not any(path.stat().st_mode & FOR_OTHERS for path in (tmp_path / "lake", *paths))
    assert files == ({"programme", "submission_scope"} if in_a_file else set())


def test_opening_a_store_again_adds_nothing_to_it(lake: StorePlace) -> None:
    def snapshots() -> int:
        with Store(lake) as store:
            return int(store._query("SELECT count(*) FROM ducklake_snapshots('lake')").item())

    assert snapshots() == snapshots()


def test_where_there_is_no_lake_it_is_made_by_what_writes_and_not_by_what_reads(lake: StorePlace) -> None:
    with store_if_there(lake) as none:
        assert none is None
    with pytest.raises(NoStore, match="There is no store in DuckLake"):
        Store.open_existing(lake)
    with Store(lake):
        pass
    with store_if_there(lake) as there:
        assert there is not None


def test_what_is_not_finished_is_not_kept(lake: StorePlace) -> None:
    with Store(lake) as store:
        with pytest.raises(StoreUnavailable), store._transaction() as cursor:
            cursor.execute("INSERT INTO retired VALUES (1, 1, 'withdrawn'); FROM nowhere")
        assert store._query("FROM retired").is_empty()


# ---- from one place to another ----


def test_a_store_that_is_carried_to_a_lake_and_back_goes_on_as_if_it_had_stayed(
    lake: StorePlace, tmp_path: Path
) -> None:
    stayed, moved, back = (tmp_path / name / "store.duckdb" for name in ("stayed", "home", "back"))
    history(moved, moved.parent)
    with Store(moved) as store:
        store.copy_to(stayed)
    before = tables_of(moved)
    for source, target in ((moved, lake), (lake, back)):
        with Store.open_existing(source) as store:
            counts = store.copy_to(target)
            store.leave()
        assert counts == {name: frame.height for name, frame in before.items() if name != "store_version"}
        assert_same(before, tables_of(target))
        with pytest.raises(StoreUnavailable, match="has been carried to another place"):
            Store(source)
    file = a_file(tmp_path, year_csv("2025-26", 50, without="p05"))
    told = []
    for place in (stayed, back):
        with Store(place) as store:
            receipt = loaded(store, file, "counts", INSTRUMENT, now=NOW + timedelta(days=3))
            told.append((receipt.counts, receipt.set_aside, store.ledger().published.height))
    assert told[0] == told[1]


def test_the_command_says_what_it_carried_and_what_to_set(
    lake: StorePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store.duckdb") as store:
        register(store, tmp_path)
    address = f"ducklake:{tmp_path}/lake/store.ducklake"
    assert command("store", "move", str(tmp_path / "store.duckdb"), address, "--home", str(tmp_path)) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "1 submission, 0 releases, and" in told
    assert "set OPENNESS_STORE to that place on every machine" in told
    assert address not in (tmp_path / "openness.log").read_text(encoding="utf-8")
    monkeypatch.setenv("OPENNESS_STORE", address)
    assert command("submissions", "--home", str(tmp_path)) == 0
    assert command("restore", "backup.zip", "--home", str(tmp_path)) == Refused.exit_code
    assert command("store", "move", address, str(tmp_path / "back.duckdb")) == 0
    assert "leave OPENNESS_STORE unset" in " ".join(capsys.readouterr().out.split())
    assert command("submissions", "--home", str(tmp_path)) == StoreUnavailable.exit_code


def command(*arguments: str) -> int:
    """Run a command; its exit code."""
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    return int(left.value.code or 0)


def test_nothing_is_carried_to_a_place_that_holds_something(lake: StorePlace, tmp_path: Path) -> None:
    with Store(lake) as store:
        register(store, tmp_path)
    before = tables_of(lake)
    with Store(tmp_path / "store.duckdb") as store, pytest.raises(Refused, match="holds something already"):
        store.copy_to(lake)
    assert_same(before, tables_of(lake))


def test_a_copy_that_differs_is_refused_and_the_store_goes_on(
    lake: StorePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_a_row(source: duckdb.DuckDBPyConnection, target: duckdb.DuckDBPyConnection) -> None:
        rows = source.execute("FROM programme ORDER BY rowid LIMIT 14").pl()
        target.register("rows", rows)
        target.execute("INSERT INTO programme FROM rows")

    monkeypatch.setattr("pipelines.store.store.copy_tables", lose_a_row)
    with Store(tmp_path / "store.duckdb") as store:
        register(store, tmp_path)
        with pytest.raises(StoreUnavailable, match="is not the same as the store: programme differs"):
            store.copy_to(lake)
        assert store.registered_programmes()


@only_in_ci
def test_a_backup_of_a_lake_is_put_back_into_a_home_and_not_into_a_lake(lake: StorePlace, tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    history(lake, home)
    back_up(home, tmp_path / "backup.zip", store_at=lake)
    with pytest.raises(Refused, match="names a store in DuckLake"):
        restore(elsewhere, tmp_path / "backup.zip", store_at=lake)
    restore(elsewhere, tmp_path / "backup.zip")
    assert_same(tables_of(lake), tables_of(elsewhere / "store.duckdb"))
    with Store(elsewhere / "store.duckdb") as store:
        publish(store, INSTRUMENT, elsewhere / "releases", now=NOW + timedelta(days=9), published_by="tester")


# ---- what is said ----


def test_a_missing_extension_is_told_with_the_way_out(
    lake: StorePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(StoreUnavailable, match=r"not all of them are installed.*INSTALL ducklake"):
        Store(lake)


def test_so_is_that_of_an_address_when_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_extensions(tmp_path, "ducklake")
    monkeypatch.setenv("HOME", str(tmp_path))
    place = store_place(f"ducklake:{tmp_path}/lake.ducklake", "s3://audit/store", "a test")
    with pytest.raises(StoreUnavailable, match=r"not all of them are installed.*INSTALL httpfs"), Store(place) as store:
        loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", INSTRUMENT)


@pytest.mark.parametrize("opening", [{}, {"read_only": True}, {"must_exist": True}])
def test_a_password_is_in_no_sentence(opening: dict[str, bool]) -> None:
    address = "ducklake:postgres:host=127.0.0.1 port=1 user=lake password=geheim"
    place = store_place(address, "s3://geheim/geheim", "a test")
    with pytest.raises(OpennessError) as told:
        Store(place, **opening)
    assert "cannot be reached: PostgreSQL does not answer" in str(told.value)
    assert "geheim" not in f"{told.value} {told.value!r} {place} {place!r}"
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("ducklake:", "this is no place for a store"),
        ("ducklake:postgres:", "this is no place for a store"),
        ("ducklake:mysql:db=audit", "this is no place for a store"),
        ("store.duckdb", "begins with ducklake:"),
    ],
)
def test_what_is_no_place_is_told(named: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENNESS_STORE", named)
    with pytest.raises(Unreadable, match=f"OPENNESS_STORE: .*{said}"):
        _ = Settings().store


def test_without_a_setting_the_store_is_a_file_of_the_home_and_with_one_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path)
    assert settings.store == tmp_path / "store.duckdb"
    monkeypatch.setenv("OPENNESS_STORE", "ducklake:postgres:dbname=audit")
    monkeypatch.setenv("OPENNESS_STORE_DATA", "files")
    assert settings.store == Lake("postgres:dbname=audit", os.path.join(Path.cwd(), "files"))
    monkeypatch.setenv("OPENNESS_STORE_DATA", "s3://audit/store")
    assert settings.store == Lake("postgres:dbname=audit", "s3://audit/store")


def test_a_lake_that_is_made_needs_a_folder_and_keeps_it(lake: StorePlace, tmp_path: Path) -> None:
    with Store(lake):
        pass
    other = store_place(f"ducklake:{tmp_path}/lake/store.ducklake", str(tmp_path / "other"), "a test")
    with pytest.raises(Refused, match="another folder than OPENNESS_STORE_DATA names"):
        Store(other)
