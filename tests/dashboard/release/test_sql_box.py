"""A stranger's SQL reads the release, and reaches nothing else."""

import getpass
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dashboard.release import sql_box
from dashboard.release.reader import Release
from dashboard.release.ready_queries import READY_QUERIES, ReadyQuery
from dashboard.release.sql_box import CHILD, LONGEST, Limits, ask
from dashboard.release.sql_child import POLITE, READING
from pipelines.errors import Refused
from tests.factories import PROJECT

pytestmark = pytest.mark.slow


def direct(release: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(release, read_only=True) as connection:
        return connection.execute(sql).fetchall()


# ---- what it answers ----


@pytest.mark.parametrize("query", READY_QUERIES, ids=lambda query: query.title)
def test_a_ready_query_gives_the_rows_of_the_release(release: Path, query: ReadyQuery) -> None:
    answer, rows = ask(release, query.sql), direct(release, query.sql)
    assert answer.rows.rows() == rows[:1000]
    assert answer.more == (len(rows) > 1000)
    assert rows


def test_rates_by_profession_are_those_that_the_page_of_the_field_shows(release: Path) -> None:
    """The year is the one that the figure is for, and not the last of those that its results cover."""
    columns = ["title", "academic_year", "programmes", "affirmative", "respondents", "rate_low", "rate_high"]
    with Release(release) as opened:
        shown = opened.field().filter(kind="profession").select(columns).rows()
    assert len(shown) > 50
    assert {*shown} <= {*ask(release, READY_QUERIES[0].sql).rows.select(columns).rows()}


@pytest.mark.parametrize("sql", ["SHOW TABLES", "DESCRIBE result", "SUMMARIZE result", "FROM release;"])
def test_statements_that_look_around_are_answered(release: Path, sql: str) -> None:
    assert ask(release, sql).rows.height


@pytest.mark.parametrize(("rows", "more"), [(999, False), (1000, False), (1001, True)])
def test_of_1001_rows_1000_are_shown(release: Path, rows: int, more: bool) -> None:
    answer = ask(release, f"FROM range({rows})")
    assert (answer.rows.height, answer.more) == (min(rows, 1000), more)


def test_what_is_neither_number_text_nor_date_is_written_as_text(release: Path) -> None:
    sql = "SELECT ['ü', NULL] AS l, {'a': 1} AS s, INTERVAL 1 DAY AS i, DATE '2025-09-01' AS d, 1.5 AS n, NULL AS e"
    [row] = ask(release, sql).rows.to_dicts()
    assert (row["l"], row["s"], row["d"], row["n"], row["e"]) == (
        '["ü", null]',
        '{"a": 1}',
        date(2025, 9, 1),
        row["n"],
        None,
    )
    assert float(row["n"]) == 1.5
    assert "days=1" in row["i"]


def test_two_columns_of_one_name_are_told_apart(release: Path) -> None:
    assert ask(release, "SELECT 1 AS a, 2 AS a, 3 AS a_2").rows.columns == ["a", "a_2", "a_2_2"]


@pytest.mark.parametrize(
    ("sql", "words"), [("", "no query"), (" \n", "no query"), ("SELEC 1", "syntax error"), ("FROM nowhere", "nowhere")]
)
def test_what_is_wrong_with_a_query_is_said(release: Path, sql: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        ask(release, sql)


@pytest.mark.parametrize(("letters", "refused"), [(LONGEST, False), (LONGEST + 1, True)])
def test_a_query_has_at_most_so_many_letters(release: Path, letters: int, refused: bool) -> None:
    sql = "SELECT 1".ljust(letters)
    if refused:
        with pytest.raises(Refused, match="longer than 20,000 letters"):
            ask(release, sql)
    else:
        assert ask(release, sql).rows.rows() == [(1,)]


# ---- what it may not do ----


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH ':memory:' AS other",
        "COPY result TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "RESET enable_external_access",
        "SET memory_limit = '100GB'",
        "PRAGMA threads = 100",
        "CREATE TABLE more AS SELECT 1",
        "CREATE TEMP TABLE more AS SELECT 1",
        "CREATE SECRET s (TYPE s3)",
        "UPDATE result SET affirmative = 0",
        "SELECT 1; COPY result TO '{folder}/out.csv'",
        "EXPLAIN ANALYZE COPY result TO '{folder}/out.csv'",
        "CALL pragma_version()",
        "CHECKPOINT",
        "BEGIN",
    ],
)
def test_a_statement_that_does_more_than_read_is_not_run(release: Path, tmp_path: Path, sql: str) -> None:
    with pytest.raises(Refused, match="^" + READING[:30]):
        ask(release, sql.format(folder=tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "sql",
    [
        "FROM read_text('{file}')",
        "FROM read_blob('{file}')",
        "FROM read_csv('{file}')",
        "FROM read_json('{file}')",
        "FROM read_parquet('{file}')",
        "FROM '{file}'",
        "FROM glob('{folder}/*')",
        "FROM query('FROM read_text(''{file}'')')",
        "FROM query_table('{file}')",
        "FROM query('COPY result TO ''{file}''')",
        "FROM parquet_metadata('{file}')",
        "FROM read_text('http://127.0.0.1:9/')",
        "SELECT getenv('HOME')",
        "FROM sqlite_scan('{file}', 'secret')",
        "FROM sys",
    ],
)
def test_no_other_file_is_read(release: Path, tmp_path: Path, sql: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("secret\n4711\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        ask(release, sql.format(file=secret, folder=tmp_path))
    assert "4711" not in str(refused.value)


# ---- what it may not tell ----


@pytest.mark.parametrize(
    "sql",
    [
        "FROM duckdb_databases()",
        "PRAGMA database_list",
        "FROM pragma_database_list",
        "SUMMARIZE FROM duckdb_databases()",
        "FROM query('FROM duckdb_databases()')",
        "FROM query_table('duckdb_databases')",
        "SELECT path::INT FROM duckdb_databases()",
        "SELECT to_json(d) FROM duckdb_databases() d",
        "FROM duckdb_settings()",
        "FROM pg_catalog.pg_settings",
        "SELECT current_setting('allowed_paths'), current_setting('secret_directory')",
        "FROM duckdb_extensions()",
        "FROM duckdb_secrets()",
        "FROM duckdb_logs",
        "FROM duckdb_variables()",
        "FROM duckdb_temporary_files()",
        "FROM duckdb_external_file_cache()",
        "FROM pragma_storage_info('result')",
        "FROM sqlite_master",
        "FROM information_schema.schemata",
        "SELECT current_user, current_database(), version(), current_query()",
        "SELECT getvariable('HOME')",
        "FROM glob('*')",
        "FROM glob('../*')",
        "FROM read_blob('/dev/fd/*')",
        "FROM read_duckdb('../*/release.duckdb')",
        "FROM read_text('/proc/self/environ')",
        "FROM json_execute_serialized_sql(json_serialize_sql('FROM read_text(''../current'')'))",
        "FROM test_all_types()",
        "FROM pandas_scan(NULL)",
        "SELECT {'when': now()} AS a_zone_that_would_be_looked_up",
    ],
)
def test_nothing_tells_where_the_release_lies_or_who_runs_the_server(
    release: Path, sql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENNESS_SECRET", "4711-in-the-environment")
    try:
        told = str(ask(release, sql).rows.to_dicts())
    except Refused as refusal:
        told = str(refusal)
    for secret in (release.parents[1], PROJECT, sys.prefix, sys.base_prefix, "4711-in-the", f"/{getpass.getuser()}/"):
        assert str(secret) not in told


def test_a_path_in_a_query_says_nothing_of_whether_it_is_there(release: Path) -> None:
    """A file that is there and one that is not are refused in the same words."""
    words = set()
    for path in (release, release.with_name("nothing.duckdb"), release.parent):
        with pytest.raises(Refused) as refused:
            ask(release, f"FROM read_blob('{path}')")
        words.add(str(refused.value).partition("LINE 1")[0].replace(str(path), "PATH"))
    assert len(words) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "FROM enable_logging(storage='file', storage_path='{folder}/log')",
        "FROM enable_logging(storage='file', storage_config={{'path': '{folder}/log'}})",
        "FROM enable_profiling(save_location='{folder}/profile.json', format='json', mode='detailed')",
        "FROM checkpoint('release')",
    ],
)
def test_functions_that_write_find_no_file_to_write_to(release: Path, tmp_path: Path, sql: str) -> None:
    before = release.read_bytes(), {*release.parent.iterdir()}
    with suppress(Refused):
        ask(release, sql.format(folder=tmp_path))
    assert not list(tmp_path.iterdir())
    assert (release.read_bytes(), {*release.parent.iterdir()}) == before


def test_what_is_written_to_standard_output_is_not_taken_for_the_answer() -> None:
    """DuckDB can be asked to log to it. The first line says whether there is an answer: a stranger may not write it."""
    code = "import os, sql_child; out = sql_child._take_the_way_out(); os.write(1, b'log'); os.write(out, b'answer')"
    done = subprocess.run([sys.executable, "-c", code], cwd=CHILD.parent, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"answer", b"")


@pytest.mark.parametrize(
    "sql", ["SELECT 1\0; ATTACH ':memory:' AS x", "SELECT 1 /* ; DROP TABLE result */", "SELECT 1 -- ; CHECKPOINT"]
)
def test_what_stands_behind_the_end_of_a_query_is_not_run(release: Path, sql: str) -> None:
    assert ask(release, sql).rows.rows() == [(1,)]


@pytest.mark.parametrize("sql", ["-- nothing", "/* nothing */", ";"])
def test_a_query_of_comments_alone_is_none(release: Path, sql: str) -> None:
    with pytest.raises(Refused, match="Only one statement"):
        ask(release, sql)


def test_names_and_cells_are_texts_and_nothing_that_is_run(release: Path) -> None:
    """The rows come back as an Arrow file, which holds no pickled objects."""
    rows = ask(
        release, r"""SELECT 'gASVBQAAAAAAAABLAS4=' AS "__reduce__", '\x80\x04K\x01.'::BLOB AS "<script>" """
    ).rows
    assert rows.columns == ["__reduce__", "<script>"]
    assert rows.row(0) == ("gASVBQAAAAAAAABLAS4=", r"b'\x80\x04K\x01.'")


@pytest.mark.parametrize(
    "value", ["'infinity'::DATE", "'-infinity'::TIMESTAMP", "'5877642-06-25 (BC)'::DATE", f"{2**128 - 1}::UHUGEINT"]
)
def test_what_other_programs_cannot_read_is_not_shown_as_something_else(release: Path, value: str) -> None:
    with pytest.raises(Refused, match="Cast them to VARCHAR"):
        ask(release, f"SELECT {value} AS x")
    assert ask(release, f"SELECT ({value})::VARCHAR AS x").rows.height == 1


def test_the_copy_of_the_release_is_gone_when_its_query_is_answered(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert ask(release, "SELECT count(*) > 0 FROM result").rows.rows() == [(True,)]
    with pytest.raises(Refused):
        ask(release, "SELEC")
    assert not list(tmp_path.iterdir())


def test_a_release_that_is_gone_is_said(release: Path) -> None:
    with pytest.raises(Refused, match="Reload the page"):
        ask(release.with_name("gone.duckdb"), "FROM release")


def test_the_child_has_no_environment_and_a_locked_configuration(release: Path) -> None:
    sql = "SELECT name, value FROM duckdb_settings() WHERE name IN ('lock_configuration', 'enable_external_access')"
    assert {*ask(release, sql).rows.rows()} == {("lock_configuration", "true"), ("enable_external_access", "false")}


# ---- what it may take ----

ENDLESS = "WITH RECURSIVE t AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM t) SELECT count(*) FROM t"


def test_an_endless_query_is_killed_when_its_time_is_up(release: Path) -> None:
    before, start = children(), time.monotonic()
    with pytest.raises(Refused, match="longer than 2 seconds"):
        ask(release, ENDLESS, Limits(seconds=2))
    assert time.monotonic() - start < 20
    assert children() <= before


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT list(i) FROM range(100000000000) t(i)",
        "SELECT count(*) FROM (FROM result a, result b, result c ORDER BY a.rate, b.rate)",
        "SELECT string_agg(repeat('x', 1000000)) FROM range(100000)",
        "SELECT DISTINCT hash(i) FROM range(100000000000) t(i)",
    ],
)
def test_a_query_that_needs_much_memory_is_stopped(release: Path, sql: str) -> None:
    with pytest.raises(Refused, match=r"needs more memory|longer than"):
        ask(release, sql)


@pytest.mark.parametrize(("letters", "refused"), [(4_900_000, False), (5_100_000, True)])
def test_a_result_has_at_most_so_many_bytes(release: Path, letters: int, refused: bool) -> None:
    sql = f"SELECT repeat('x', {letters}) AS x"
    if refused:
        with pytest.raises(Refused, match="too large"):
            ask(release, sql)
    else:
        assert len(ask(release, sql).rows["x"][0]) == letters


@pytest.mark.parametrize(("columns", "refused"), [(500, False), (501, True)])
def test_a_result_has_at_most_so_many_columns(release: Path, columns: int, refused: bool) -> None:
    sql = "SELECT " + ", ".join(f"1 AS c{number}" for number in range(columns))
    if refused:
        with pytest.raises(Refused, match="too large"):
            ask(release, sql)
    else:
        assert ask(release, sql).rows.width == columns


def test_a_list_of_bits_does_not_grow_beyond_the_limit_as_text(release: Path) -> None:
    """Four million truth values are half a megabyte for Arrow, and thirty as text."""
    with pytest.raises(Refused, match=r"too large|more memory"):
        ask(release, "SELECT list(i % 2 = 0) FROM range(4000000) t(i)")


def children() -> set[int]:
    """The processes that this one has started, ended or not."""
    tasks = Path("/proc/self/task").glob("*/children")  # there are none where it is not Linux
    return {int(pid) for task in tasks for pid in task.read_text().split()}


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what runs")
def test_while_a_long_query_runs_others_are_answered_and_then_no_process_is_left(release: Path) -> None:
    before = children()
    with ThreadPoolExecutor(1) as pool, Release(release) as opened:
        long = pool.submit(ask, release, ENDLESS, Limits(seconds=60))
        child = began(before)
        assert os.getpriority(os.PRIO_PROCESS, child) >= min(19, os.getpriority(os.PRIO_PROCESS, 0) + POLITE)
        assert Path(f"/proc/{child}/cwd").readlink() == Path("/")
        opened.field()
        ask(release, "SELECT 1")
        assert not long.done()
        os.kill(child, signal.SIGKILL)
        assert "The query was stopped" in str(long.exception())
    assert children() <= before


def began(before: set[int]) -> int:
    """The process that has begun since and is shut: it can open no file and no socket, nor write, nor grow."""
    while True:
        for child in children() - before:
            limits = Path(f"/proc/{child}/limits").read_text()
            if re.search(r"Max open files +0 +0 ", limits):
                assert re.search(r"Max file size +0 +0 ", limits)
                assert re.search(r"Max data size +956000000 ", limits)
                return child
        time.sleep(0.1)


def test_a_query_nested_too_deeply_is_an_error_and_no_crash(release: Path) -> None:
    with pytest.raises(Refused, match="depth"):
        ask(release, "SELECT " + "abs(" * 3000 + "1" + ")" * 3000)


def test_more_queries_than_are_run_at_once_wait_or_are_refused(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def answered(limits: Limits) -> str:
        try:
            ask(release, ENDLESS, limits)
        except Refused as refusal:
            return str(refusal)
        return "answered"

    with ThreadPoolExecutor(3) as pool:
        long = [pool.submit(answered, Limits(seconds=6)) for _ in range(2)]
        time.sleep(1)
        third = pool.submit(answered, Limits(seconds=1))
        assert "Others are running queries" in third.result()
        assert all("longer than 6 seconds" in first.result() for first in long)
    assert sql_box.ask(release, "SELECT 1").rows.rows() == [(1,)]
