"""A stranger's SQL reads the release, and reaches nothing else."""

import errno
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dashboard.release import sql_box
from dashboard.release.reader import Release, current
from dashboard.release.ready_queries import READY_QUERIES, ReadyQuery
from dashboard.release.sql_box import LONGEST, Limits, ask
from dashboard.release.sql_child import READING
from pipelines.errors import Refused
from pipelines.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture
def release(demo_home: Settings) -> Path:
    path = current(demo_home.releases)
    assert path is not None
    return path


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


def test_the_child_has_no_environment_and_a_locked_configuration(release: Path) -> None:
    sql = "SELECT name, value FROM duckdb_settings() WHERE name IN ('lock_configuration', 'enable_external_access')"
    assert {*ask(release, sql).rows.rows()} == {("lock_configuration", "true"), ("enable_external_access", "false")}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM duckdb_databases()",
        "FROM pragma_database_list()",
        "SHOW DATABASES",
        "FROM duckdb_settings()",
        "FROM duckdb_secret_types()",
        "FROM duckdb_extensions()",
        "FROM duckdb_logs()",
        "FROM duckdb_temporary_files()",
        "FROM duckdb_variables()",
        "FROM pragma_storage_info('result')",
        "FROM duckdb_memory()",
        "FROM pragma_user_agent()",
        "SELECT current_setting('home_directory'), current_setting('secret_directory')",
    ],
)
def test_no_answer_tells_where_the_release_lies_or_who_runs_the_server(release: Path, sql: str) -> None:
    try:
        told = str(ask(release, sql).rows.rows())
    except Refused as refusal:
        told = str(refusal)
    for secret in (str(release.parent), release.parent.name, str(Path.home()), sys.prefix):
        assert secret not in told


@pytest.mark.parametrize("fails", [False, True])
def test_a_release_on_another_disk_is_copied_and_nothing_is_left(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if fails:
        monkeypatch.setattr(os, "link", refuse)
    assert ask(release, "SELECT count(*) > 0 FROM result").rows.rows() == [(True,)]
    assert not list(tmp_path.iterdir())


# ---- what it may take ----

ENDLESS = "WITH RECURSIVE t AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM t) SELECT count(*) FROM t"


def test_an_endless_query_is_killed_when_its_time_is_up(release: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Refused, match="longer than 2 seconds"):
        ask(release, ENDLESS, Limits(seconds=2))
    assert time.monotonic() - began < 10


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


@pytest.mark.parametrize(("letters", "refused"), [(19_000_000, False), (21_000_000, True)])
def test_a_result_has_at_most_so_many_bytes(release: Path, letters: int, refused: bool) -> None:
    sql = f"SELECT repeat('x', {letters}) AS x"
    if refused:
        with pytest.raises(Refused, match="too large"):
            ask(release, sql)
    else:
        assert len(ask(release, sql).rows["x"][0]) == letters


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
