"""The release file: complete, documented, never changed, and never half there."""

import json
import stat
import subprocess
import sys
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.errors import OpennessError
from pipelines.release import file as release
from pipelines.release.file import BrokenRelease
from pipelines.release.history import settle
from pipelines.release.publishing import publish
from pipelines.release.schema import RELATIONS
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.factories import NOW, a_catalogue, a_file, close_and_publish, counts_csv, loaded, programmes_csv, released
from tests.reference import worlds

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
    return close_and_publish(store, INSTRUMENT, releases).release_id


def frames(store: Store) -> dict[str, pl.DataFrame]:
    """The frames of the first release of a store."""
    store.close_years(store.year_states(), by="tester", at=NOW)
    return worlds.frames(store.holdings(), INSTRUMENT)


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
    assert {path.name for path in demo_home.releases.iterdir()} == {current_file(demo_home).parent.name, "current"}


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
    "nobody behind it": {"people": pl.lit(None)},
    "how many were invited without a result": {"status": pl.lit("suppressed"), "response": pl.lit("under_half")},
}


@pytest.mark.slow
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
    "INSERT INTO seen VALUES (99, 1, 'aa', 'asked', 'definition', '2020-21', 'submission', $n, $k, false)",
    "INSERT INTO part VALUES"
    " (99, 1, 'aa', 'asked', 'definition', NULL, [99], [2020], $n, 0, $n, $k, false, 10, 3, NULL)",
    "INSERT INTO result VALUES (99, 1, 'aa', 'asked', 'definition', [99], ['2020-21'], $n, $k, 10)",
)


@pytest.mark.slow
@pytest.mark.parametrize(("n", "k"), [(9, 4), (10, 2), (10, 8)])
def test_a_publish_below_the_limits_publishes_nothing(store: Store, releases: Path, n: int, k: int) -> None:
    """Even if such a result stood in the store among those published."""
    first = publish_again(store, releases)
    with duckdb.connect(store.path) as connection:
        for statement in TAMPERED:
            connection.execute(statement, {"n": n, "k": k})
    with pytest.raises(OpennessError, match=r"Nothing was published|do not say the same of what is published"):
        publish_again(store, releases)
    assert folders(releases) == {first} == set(store.release_ids())
    assert (releases / "current").read_text(encoding="utf-8") == first


@pytest.mark.parametrize(("alike", "kept"), [(2, False), (3, True)])
def test_a_release_in_which_an_unnamed_programme_stands_out_breaks_the_contract(
    store: Store, releases: Path, alike: int, kept: bool
) -> None:
    good = frames(store)
    row = good["programme"].with_columns(named=pl.lit(False), programme_name=pl.lit(None, pl.String))
    told = pl.concat([row.with_columns(programme_id=pl.lit(f"code-{number}")) for number in range(alike)])
    if kept:
        assert release.build(releases, "kept", good | {"programme": told}).exists()
        return
    with pytest.raises(BrokenRelease, match="at least three unnamed programmes show the same"):
        release.build(releases, "broken", good | {"programme": told})


def test_an_unnamed_programme_with_a_name_breaks_the_contract(store: Store, releases: Path) -> None:
    good = frames(store)
    told = good["programme"].with_columns(named=pl.lit(False), programme_name=pl.lit("Its name"))
    with pytest.raises(BrokenRelease, match="an unnamed programme shows no name"):
        release.build(releases, "broken", good | {"programme": told})
    assert folders(releases) == set()


# ---- one after another ----


@pytest.mark.slow
def test_current_names_the_latest(store: Store, releases: Path) -> None:
    made = [publish_again(store, releases) for _ in range(3)]
    assert [release_id.rpartition("-")[0] for release_id in made] == [f"{DAY}-{number}" for number in (1, 2, 3)]
    assert (releases / "current").read_text(encoding="utf-8") == made[-1]
    assert store.release_ids() == made


@pytest.mark.parametrize("rows_at_a_time", [1, 1000])
def test_an_id_ends_in_the_beginning_of_the_hash_of_what_the_release_says(
    store: Store, releases: Path, monkeypatch: pytest.MonkeyPatch, rows_at_a_time: int
) -> None:
    """As the comment of its column says, computed from the file alone. It is the same however many rows are hashed
    together."""
    monkeypatch.setattr(release, "ROWS_AT_A_TIME", rows_at_a_time)
    first = publish_again(store, releases)
    [row] = released(releases.parent, "release").to_dicts()
    content = {}
    with duckdb.connect(releases / first / "release.duckdb", read_only=True) as connection:
        for (name,) in sorted(connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()):
            left_out = {"release_id", "published_at", "content_hash", "previous_release_id", "previous_content_hash"}
            about = connection.execute(f"DESCRIBE {name}").fetchall()
            columns = [column for column, *_ in about if name != "release" or column not in left_out]
            content[name] = connection.execute(f"SELECT {', '.join(columns)} FROM {name}").fetchall()
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
    assert row["content_hash"] == sha256(text.encode()).hexdigest()
    assert first == f"{DAY}-1-{row['content_hash'][:8]}" == row["release_id"]


def test_a_release_names_the_one_before_it(store: Store, releases: Path, tmp_path: Path) -> None:
    first = publish_again(store, releases)
    before = released(releases.parent, "release").row(0, named=True)
    assert (before["previous_release_id"], before["previous_content_hash"]) == (None, None)
    loaded(store, a_file(tmp_path, counts_csv(("aa", "2022-23", "asked", 30, 12))), "counts", INSTRUMENT)
    publish_again(store, releases)
    after = released(releases.parent, "release").row(0, named=True)
    assert (after["previous_release_id"], after["previous_content_hash"]) == (first, before["content_hash"])
    assert after["content_hash"] != before["content_hash"]
    noted = store.releases()
    assert noted["content_hash"].to_list() == [before["content_hash"], after["content_hash"]]
    assert noted["previous_release_id"].to_list() == [None, first]
    files = [releases / release_id / "release.duckdb" for release_id in noted["release_id"]]
    assert noted["file_sha256"].to_list() == [sha256(path.read_bytes()).hexdigest() for path in files]


@pytest.mark.parametrize(("hours", "behind"), [(-24, True), (0, False), (24, False)])
def test_a_release_is_never_earlier_than_the_one_before(store: Store, releases: Path, hours: int, behind: bool) -> None:
    close_and_publish(store, INSTRUMENT, releases)
    now = NOW + timedelta(hours=hours)
    second = close_and_publish(store, INSTRUMENT, releases, now=now)
    assert second.clock_is_behind == behind
    assert second.release_id.startswith(max(now, NOW).date().isoformat())
    assert released(releases.parent, "release")["published_at"].item() == max(now, NOW)


@pytest.mark.slow
def test_old_releases_stay_as_they_are_byte_for_byte(store: Store, releases: Path, tmp_path: Path) -> None:
    path = releases / publish_again(store, releases) / "release.duckdb"
    before = sha256(path.read_bytes()).digest()
    loaded(store, a_file(tmp_path, counts_csv(("aa", "2022-23", "asked", 30, 12))), "counts", INSTRUMENT)
    second = releases / publish_again(store, releases) / "release.duckdb"
    assert sha256(path.read_bytes()).digest() == before
    assert sha256(second.read_bytes()).digest() != before


# ---- a publish that is interrupted ----


@pytest.mark.slow
def test_a_publish_interrupted_before_it_was_noted_is_removed_by_the_next(store: Store, releases: Path) -> None:
    left = release.build(releases, "left-over", frames(store))
    assert left.exists()
    made = publish_again(store, releases)
    assert folders(releases) == {made}
    assert store.release_ids() == [made]


def test_a_publish_interrupted_while_writing_is_removed_by_the_next(store: Store, releases: Path) -> None:
    (releases / ".building-left-over").mkdir(parents=True)
    (releases / ".building-left-over" / "release.duckdb").write_bytes(b"half of it")
    made = publish_again(store, releases)
    assert folders(releases) == {made}


@pytest.mark.slow
def test_a_publish_interrupted_between_noting_and_naming_is_finished_by_the_next(store: Store, releases: Path) -> None:
    first = publish_again(store, releases)
    whole = (releases / first / "release.duckdb").read_bytes()
    (releases / first).rename(releases / f".building-{first}")
    (releases / "current").unlink()
    second = publish_again(store, releases)
    assert folders(releases) == {first, second}
    assert (releases / first / "release.duckdb").read_bytes() == whole
    assert released(releases.parent, "result").equals(_result_of(releases / first))


@pytest.mark.slow
def test_a_publish_interrupted_between_naming_and_becoming_current_is_finished(store: Store, releases: Path) -> None:
    first, second = publish_again(store, releases), publish_again(store, releases)
    (releases / "current").write_text(first, encoding="utf-8")
    settle(store, releases)
    assert (releases / "current").read_text(encoding="utf-8") == second


def test_a_store_that_cannot_note_it_leaves_no_release(store: Store, releases: Path) -> None:
    store.close_years(store.year_states(), by="tester", at=NOW)
    store.__exit__(None, None, None)
    with Store(store.path, read_only=True) as reader, pytest.raises(Exception, match="Nothing was changed"):
        publish(reader, INSTRUMENT, releases, now=NOW, published_by="tester")
    assert folders(releases) == set()


def _result_of(folder: Path) -> pl.DataFrame:
    with duckdb.connect(folder / "release.duckdb", read_only=True) as connection:
        return connection.execute("FROM result").pl()


def test_the_file_itself_cannot_be_written_to(demo_home: Settings) -> None:
    assert stat.filemode(current_file(demo_home).stat().st_mode) == "-r--------"


@pytest.mark.parametrize(("rows", "size"), [(0, 16384), (199_999, 16384), (200_000, 65536)])
def test_many_rows_stand_in_larger_blocks(rows: int, size: int) -> None:
    assert release.block_size(rows) == size


def test_the_process_that_writes_ends_with_the_one_that_asked() -> None:
    command = [sys.executable, "-I", str(release.CHILD)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        assert child.stdin
        endless = {"attach": "FROM range(9_000_000_000_000) AS a, range(9_000) AS b ORDER BY ALL", "statements": []}
        child.stdin.write(f"{json.dumps(endless)}\n".encode())
        child.stdin.close()
        assert child.wait(timeout=60)


def test_the_process_that_writes_loads_no_library_but_duckdb(
    store: Store, releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded, watched = tmp_path / "loaded.txt", tmp_path / "watched.py"
    run = f"import runpy, sys\nrunpy.run_path({str(release.CHILD)!r}, run_name='__main__')\n"
    watched.write_text(f"{run}open({str(loaded)!r}, 'w').write(' '.join(sys.modules))\n", encoding="utf-8")
    monkeypatch.setattr(release, "CHILD", watched)
    publish_again(store, releases)
    modules = set(loaded.read_text(encoding="utf-8").split())
    assert "duckdb" in modules
    assert not modules & {"numpy", "pandas", "polars", "pyarrow"}
