"""How a store is found, made and opened: never made by a command that only reads, never half made, for its owner
alone, and where it cannot be opened, a sentence says why and what to do."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.errors import NoStore, StoreDamaged, StoreUnavailable
from pipelines.event_log import note
from pipelines.release.publishing import publish
from pipelines.store.opening import LAST_VIEW
from pipelines.store.store import Store, store_if_there
from tests.factories import NOW, a_catalogue, a_file, counts_csv, loaded, programmes_csv

INSTRUMENT = a_catalogue()
OPENINGS: list[Callable[[Path], Store]] = [lambda path: Store(path, read_only=True), Store.open_existing]
"""Of commands that only read or take back."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "store.duckdb"


def unfinished(path: Path) -> None:
    """As a version left it that was killed before it had made its tables."""
    path.parent.mkdir(exist_ok=True)
    duckdb.connect(path).close()


# ---- where there is none ----


@pytest.mark.parametrize("opening", OPENINGS)
def test_without_a_store_none_is_made_and_the_sentence_names_home(path: Path, opening: Callable[[Path], Store]) -> None:
    with pytest.raises(NoStore, match=r"There is no store at .*store\.duckdb.*--home"):
        opening(path)
    assert not path.parent.exists()


@pytest.mark.parametrize("opening", OPENINGS)
@pytest.mark.parametrize("begun", [lambda path: path.touch(), unfinished], ids=["zero bytes", "without tables"])
def test_one_that_was_never_finished_counts_as_none(
    path: Path, opening: Callable[[Path], Store], begun: Callable[[Path], None]
) -> None:
    path.parent.mkdir()
    begun(path)
    before = path.read_bytes()
    with pytest.raises(NoStore):
        opening(path)
    with store_if_there(path) as store:
        assert store is None
    assert path.read_bytes() == before


@pytest.mark.parametrize("begun", [lambda path: path.touch(), unfinished], ids=["zero bytes", "without tables"])
def test_a_load_puts_a_whole_store_in_its_place(path: Path, tmp_path: Path, begun: Callable[[Path], None]) -> None:
    path.parent.mkdir()
    begun(path)
    with Store(path) as store:
        loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", INSTRUMENT)
    with Store(path, read_only=True) as reader:
        assert reader.registered_programmes() == {"aa"}


def test_what_is_there_is_opened_to_be_changed(path: Path, tmp_path: Path) -> None:
    with Store(path) as store:
        loaded(store, a_file(tmp_path, programmes_csv("aa", "bb")), "programmes", INSTRUMENT)
    with Store.open_existing(path) as store:
        store.withdraw(None, "aa", by="tester", at=NOW, reason="It asked to.")
    with store_if_there(path) as reader:
        assert reader is not None
        assert reader.registered_programmes() == {"bb"}


def test_store_sql_makes_last_what_is_looked_for(path: Path) -> None:
    with Store(path), duckdb.connect(path) as connection:
        views = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY view_oid")
        assert views.fetchall()[-1][0] in LAST_VIEW


# ---- how it is made ----


def test_where_making_fails_nothing_is_left(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(StoreUnavailable, match="no room left on the disk"):
        Store(path)
    assert list(path.parent.iterdir()) == []


def test_whoever_makes_it_second_takes_what_the_first_has_made(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def first(made: Path, place: Path) -> None:
        """Between looking and linking another process makes a store and loads into it."""
        monkeypatch.setattr(os, "link", link)
        with Store(place) as store:
            loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", INSTRUMENT)
        link(made, place)

    monkeypatch.setattr(os, "link", first)
    with Store(path) as store:
        assert store.registered_programmes() == {"aa"}


def test_it_is_made_where_no_hard_links_are_allowed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    with Store(path) as store:
        assert store.registered_programmes() == frozenset()
    assert [entry.name for entry in path.parent.iterdir()] == ["store.duckdb"]


# ---- for its owner alone ----


@pytest.fixture
def _open_to_all() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def others_have(home: Path) -> set[str]:
    """Whatever of a home anybody but its owner has a right to."""
    everything = (home, *home.rglob("*"))
    return {str(path.relative_to(home)) for path in everything if stat.S_IMODE(path.stat().st_mode) & 0o077}


def fill(home: Path, folder: Path) -> set[str]:
    """Load and publish; whatever others had a right to while the store was open."""
    with Store(home / "store.duckdb") as store:
        loaded(store, a_file(folder, programmes_csv("aa")), "programmes", INSTRUMENT)
        loaded(store, a_file(folder, counts_csv(("aa", "2024-25", "asked", 20, 10))), "counts", INSTRUMENT)
        publish(store, INSTRUMENT, home / "releases", now=NOW, published_by="tester")
        note(home / "openness.log", "published")
        assert (home / "store.duckdb.wal").exists()
        return others_have(home)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
@pytest.mark.usefixtures("_open_to_all")
def test_a_home_is_made_for_its_owner_alone_whatever_the_umask(path: Path, tmp_path: Path) -> None:
    assert fill(path.parent, tmp_path) == set()
    assert others_have(path.parent) == set()
    assert [entry.name for entry in (path.parent / "releases").iterdir()]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
@pytest.mark.parametrize("read_only", [True, False])
def test_what_is_there_already_is_tightened_when_it_is_opened(path: Path, read_only: bool) -> None:
    with Store(path):
        pass
    path.chmod(0o666)
    path.parent.chmod(0o777)
    with Store(path, read_only=read_only):
        assert others_have(path.parent) == set()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
@pytest.mark.usefixtures("_open_to_all")
def test_log_and_releases_that_are_there_already_are_tightened_when_they_are_written(
    path: Path, tmp_path: Path
) -> None:
    fill(path.parent, tmp_path)
    for entry in (path.parent / "releases", *path.parent.rglob("*.duckdb"), path.parent / "openness.log"):
        entry.chmod(0o755)
    with Store(path) as store:
        publish(store, INSTRUMENT, path.parent / "releases", now=NOW, published_by="tester")
    note(path.parent / "openness.log", "published")
    assert others_have(path.parent) == set()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_a_folder_that_holds_other_things_too_keeps_its_rights(path: Path) -> None:
    with Store(path):
        pass
    path.parent.chmod(0o755)
    a_file(path.parent, "somebody else's", "beside.txt")
    with Store(path):
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o755
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


# ---- when it cannot be opened ----

HOLD = """
import duckdb, sys
with duckdb.connect(sys.argv[1]):
    print("held", flush=True)
    input()
"""


def test_a_store_held_by_another_process_says_so(path: Path) -> None:
    unfinished(path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StoreUnavailable, match=r"is in use by another process. Wait"):
            Store(path)
        other.communicate(b"\n")
    with Store(path) as freed:
        assert freed.registered_programmes() == frozenset()


def broken_blocks(content: bytes) -> bytes:
    """One byte changed in every block, so that no checksum holds."""
    changed = bytearray(content)
    for start in range(3 * 4096, len(changed), 262_144):
        changed[start + 100] ^= 0xFF
    return bytes(changed)


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"not a store at all" * 1000,
        lambda _: b"x",
        lambda content: content[:8192],
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1],
        broken_blocks,
    ],
    ids=["something else", "one byte", "its head", "cut short", "a byte short", "broken blocks"],
)
@pytest.mark.parametrize("read_only", [True, False])
def test_a_damaged_store_is_called_damaged_with_what_to_do(
    path: Path, damage: Callable[[bytes], bytes], read_only: bool
) -> None:
    with Store(path):
        pass
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    with (
        pytest.raises(StoreDamaged, match=r"is damaged.*Nothing was changed.*latest copy.*--home"),
        Store(path, read_only=read_only) as store,
    ):
        store.holdings()
    assert path.read_bytes() == damaged


@pytest.mark.parametrize("lost", [lambda path: path.write_bytes(b""), lambda path: path.unlink()])
def test_a_store_lost_beside_its_log_of_changes_is_damaged_and_not_made_anew(
    path: Path, lost: Callable[[Path], object]
) -> None:
    with Store(path):
        pass
    lost(path)
    path.with_name("store.duckdb.wal").write_bytes(b"changes")
    with pytest.raises(StoreDamaged):
        Store(path)


def test_a_database_that_is_no_store_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "another.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE submission (a INT)")
    with pytest.raises(StoreUnavailable):
        Store(path)
    with duckdb.connect(path) as connection:
        assert (
            connection.execute("SELECT table_name FROM duckdb_tables()")
            .pl()
            .equals(pl.DataFrame({"table_name": ["submission"]}))
        ), "nothing was added to it"
