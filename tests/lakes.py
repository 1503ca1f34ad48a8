"""Stores in DuckLake to test with: DuckDB's extensions, a PostgreSQL of the tests' own, and a history for any store."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from itertools import count
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.release import file as release
from pipelines.release.publishing import publish
from pipelines.store.store import Store
from pipelines.store_place import StorePlace
from tests.browser.conftest import free_port
from tests.factories import NOW, a_catalogue, a_file, a_measure, counts_csv, loaded, programmes_csv

INSTRUMENT = a_catalogue(a_measure(), a_measure("told", base="asked"))
PROGRAMMES = [f"p{number:02}" for number in range(15)]
"""More than DuckLake keeps in its list of rows: a load of all of them makes a file."""
EXTENSIONS = ("ducklake", "postgres_scanner", "httpfs")
SECRETS = ".duckdb/stored_secrets"
SIGNED = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request"
POSTGRES_USER = "postgres"
"""Whom PostgreSQL runs as where the tests are root's: root it refuses."""
SERVER = "-F -c listen_addresses= -c unix_socket_directories={folder}"


def install_extensions(home: Path, *names: str) -> None:
    """What a user does once, from packages instead of DuckDB's site. `home`: the user's."""
    with duckdb.connect(config={"extension_directory": str(home / ".duckdb" / "extensions")}) as connection:
        for name in names or EXTENSIONS:
            folder = files(f"duckdb_extension_{name}")
            [extension] = Path(str(folder)).rglob(f"{name}.duckdb_extension")
            connection.execute(f"INSTALL '{extension}'")


# ---- PostgreSQL ----


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL that listens to a socket in its folder, and to no network."""

    folder: Path

    def database(self, name: str) -> str:
        """A new database; its address behind `ducklake:`."""
        self.ask(f'CREATE DATABASE "{name}"')
        return f"postgres:host={self.folder} user={POSTGRES_USER} dbname={name}"

    def ask(self, sql: str, database: str = "postgres") -> list[str]:
        """The rows of an answer, as text."""
        asked = [_program("psql"), "-h", str(self.folder), "-U", POSTGRES_USER, "-d", database, "-AtXqc", sql]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()


@contextmanager
def running_postgres() -> Iterator[Cluster]:
    """A PostgreSQL, from its making to its end. The test is skipped where there is none to run; in CI it fails."""
    if not _program("initdb"):
        reason = "needs PostgreSQL; on Debian and Ubuntu: apt-get install postgresql"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="openness-"))  # a socket's path must be short, and another user reaches it
    if os.getuid() == 0:
        shutil.chown(folder, POSTGRES_USER)
    data = str(folder / "data")
    try:
        _run("initdb", "-D", data, "-U", POSTGRES_USER, "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
        _run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", SERVER.format(folder=folder), "start")
        try:
            yield Cluster(folder)
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _program(name: str) -> str:
    """Debian keeps what the server is made of out of the way."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else shutil.which(name) or ""


def _run(program: str, *arguments: str) -> None:
    """By another command as another user: to change it itself, Python makes a copy of this process first, for which the
    machine may have no memory."""
    another = ["runuser", "-u", POSTGRES_USER, "--"] if os.getuid() == 0 else []
    subprocess.run([*another, _program(program), *arguments], check=True, cwd="/", stdout=subprocess.DEVNULL)


# ---- S3 ----


@contextmanager
def running_s3(user: Path) -> Iterator[str]:
    """Storage that speaks as S3 does, with a bucket; the address of the bucket. The user has told DuckDB how it is
    reached."""
    port = free_port()
    bucket = f"http://127.0.0.1:{port}/audit"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _made(bucket)
            with duckdb.connect(config={"home_directory": str(user), "secret_directory": str(user / SECRETS)}) as asked:
                asked.execute(
                    f"CREATE OR REPLACE PERSISTENT SECRET audit (TYPE s3, KEY_ID 'key', SECRET 'secret', "
                    f"ENDPOINT '127.0.0.1:{port}', URL_STYLE 'path', USE_SSL false)"
                )
            yield "s3://audit"
        finally:
            server.kill()


def _made(bucket: str) -> None:
    """Make a bucket as soon as its server answers."""
    asked = urllib.request.Request(bucket, method="PUT", headers={"Authorization": SIGNED})  # noqa: S310
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(asked).close()  # noqa: S310
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


# ---- a history ----


def register(store: Store, folder: Path) -> None:
    """Fifteen programmes, every third of which is not named."""
    rows = programmes_csv(*PROGRAMMES).splitlines()
    mixed = [row.removesuffix("yes") + "no" if number % 3 == 1 else row for number, row in enumerate(rows)]
    loaded(store, a_file(folder, "\n".join(mixed) + "\n", "programmes.csv"), "programmes", INSTRUMENT)


def year_csv(year: str, people: int, *, without: str = "") -> str:
    """Counts for a year of every programme but one."""
    there = [programme for programme in PROGRAMMES if programme != without]
    asked = [(programme, year, "asked", people, people // 2) for programme in there]
    return counts_csv(*asked, *((programme, year, "told", people // 2, people // 4) for programme in there))


def history(place: StorePlace, home: Path) -> list[dict[str, pl.DataFrame]]:
    """The releases (releases_of) of three years: loaded, replaced, closed, published; a programme withdrawn, another no
    longer named. What is drawn by lot is the same each time."""
    numbers = count(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "token_hex", lambda length: f"{next(numbers):0{2 * length}x}")
        _live(place, home)
    return releases_of(home)


def _live(place: StorePlace, home: Path) -> None:
    home.mkdir(exist_ok=True)
    with Store(place) as store:
        register(store, home)
        loaded(store, a_file(home, year_csv("2022-23", 24)), "counts", INSTRUMENT, close=False)
        loaded(store, a_file(home, year_csv("2022-23", 40)), "counts", INSTRUMENT, replace=True)
        _publish(store, home, 0)
    with Store(place) as store:
        store.withdraw(None, "p05", by="tester", at=NOW, reason="It asked to.")
        store.open_years(["2023-24"], by="tester", at=NOW)
        loaded(store, a_file(home, counts_csv(("p02", "2023-24", "asked", 8, 4))), "counts", INSTRUMENT)
        renamed = programmes_csv("p02", named="no")
        loaded(store, a_file(home, renamed, "again.csv"), "programmes", INSTRUMENT, replace=True)
        _publish(store, home, 1)
    with Store(place) as store:
        late = counts_csv(("p02", "2023-24", "asked", 90, 40))
        loaded(store, a_file(home, late), "counts", INSTRUMENT, submitted_by="somebody late")
        loaded(store, a_file(home, year_csv("2024-25", 30, without="p05")), "counts", INSTRUMENT)
        _publish(store, home, 2)


def _publish(store: Store, home: Path, days: int) -> None:
    publish(store, INSTRUMENT, home / "releases", now=NOW + timedelta(days=days), published_by="tester")


def releases_of(home: Path) -> list[dict[str, pl.DataFrame]]:
    """Every relation of each release that is offered, oldest first."""
    paths = sorted((home / "releases").glob("*/release.duckdb"))
    return [release.read(path, release.relations_in(path)) for path in paths]
