"""Many machines with one store, in DuckLake on a real PostgreSQL: they wait for each other, and nothing is lost or
counted twice, whatever becomes of one of them.

A machine is a process with a home of its own. The releases lie in a folder that all of them reach.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
import tomli_w

from pipelines.errors import StoreBusy, StoreUnavailable
from pipelines.progress import quiet
from pipelines.release.publishing import publish
from pipelines.roles import ANYBODY_HERE
from pipelines.settings import Settings
from pipelines.store import queue
from pipelines.store.store import Store
from pipelines.store_place import StorePlace, store_place
from pipelines.upload import Desk
from tests.factories import NOW, a_file, counts_csv, loaded, programmes_csv
from tests.lakes import INSTRUMENT, Cluster, history, install_extensions, releases_of, running_postgres, running_s3
from tests.thorough import only_in_ci

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs PostgreSQL from a package of the system")

PROGRAMMES = [f"p{number:02}" for number in range(16)]
LOADS = """
import sys
from pipelines import cli
for file in sys.argv[1:]:
    try:
        cli.main(["load", file, "--dataset", "counts"])
    except SystemExit as left:
        if left.code:
            raise
"""
STOPS_IN_THE_MIDDLE = """
import sys, time
from pipelines.store import store
write = store.insert
def insert(*given):
    write(*given)
    print("written", flush=True)
    time.sleep(600)
store.insert = insert
"""
"""Everything of a file is written, and nothing is committed."""
KILLS = 8
HOLDS = """
import time
from pipelines.settings import Settings
from pipelines.store.store import Store
with Store(Settings().store):
    print("held", flush=True)
    time.sleep(600)
"""


@dataclass(frozen=True)
class Machine:
    """One of several with the same store."""

    home: Path
    user: Path
    address: str
    catalogue: Path

    @property
    def place(self) -> StorePlace:
        return store_place(f"ducklake:{self.address}", str(self.user / "files"), "a test")

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "HOME": str(self.user),
            "OPENNESS_HOME": str(self.home),
            "OPENNESS_CATALOGUE": str(self.catalogue),
            "OPENNESS_STORE": f"ducklake:{self.address}",
            "OPENNESS_STORE_DATA": str(self.user / "files"),
        }

    def load(self, *files: Path, first: str = "") -> subprocess.Popen[str]:
        """Begin to load files, one after the other."""
        command = [sys.executable, "-c", first + LOADS, *map(str, files)]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, *arguments: str, **settings: str) -> str:
        """What a command says when it is done."""
        command, told = [sys.executable, "-m", "pipelines.cli", *arguments], self.environment | settings
        return subprocess.run(command, env=told, check=True, capture_output=True, text=True).stdout

    def held(self) -> list[str]:
        """The programme of each file that counts, as often as it does."""
        with Store(self.place, read_only=True) as store:
            return store._query("SELECT programme_id FROM contribution ORDER BY ALL")["programme_id"].to_list()


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    with running_postgres() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the user that runs openness on every machine."""
    home = tmp_path_factory.mktemp("user")
    install_extensions(home)
    return home


NUMBERS = count()


@pytest.fixture
def machines(postgres: Cluster, user: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Machine]:
    """Two machines with a new store, in which sixteen programmes are registered, and a folder of releases."""
    monkeypatch.setenv("HOME", str(user))
    text = tomli_w.dumps(INSTRUMENT.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude_none=True))
    catalogue, address = a_file(tmp_path, text, "catalogue.toml"), postgres.database(f"audit{next(NUMBERS)}")
    (tmp_path / "releases").mkdir()
    found = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "releases").symlink_to(tmp_path / "releases")
        found.append(Machine(tmp_path / name, user, address, catalogue))
    with Store(found[0].place) as store:
        loaded(store, a_file(tmp_path, programmes_csv(*PROGRAMMES), "programmes.csv"), "programmes", INSTRUMENT)
        store.open_years(["2024-25"], by="tester", at=NOW)
    return found


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A file of each programme."""
    return [
        a_file(tmp_path, counts_csv((programme, "2024-25", "asked", 30 + number, 14)), f"{programme}.csv")
        for number, programme in enumerate(PROGRAMMES)
    ]


def ended_well(process: subprocess.Popen[str]) -> str:
    said, complained = process.communicate(timeout=300)
    assert not process.returncode, complained
    return said


def died(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def in_one_file(files: list[Path], folder: Path) -> Path:
    """The home of a store in a file with the same rows."""
    home = folder / "alone"
    with Store(home / "store.duckdb") as store:
        loaded(store, folder / "programmes.csv", "programmes", INSTRUMENT)
        for file in files:
            loaded(store, file, "counts", INSTRUMENT)
        publish(store, INSTRUMENT, home / "releases", now=NOW, published_by="tester")
    return home


@only_in_ci
def test_two_machines_load_at_once_and_publish_what_one_alone_would(
    machines: list[Machine], files: list[Path], tmp_path: Path
) -> None:
    for process in [machines[0].load(*files[::2]), machines[1].load(*files[1::2])]:
        ended_well(process)
    assert machines[0].held() == PROGRAMMES
    machines[0].run("close", "2024-25")
    machines[1].run("publish")
    [together], [alone] = releases_of(machines[0].home), releases_of(in_one_file(files, tmp_path))
    assert together["result"].filter(status="published").height == len(PROGRAMMES)
    differing = [name for name, frame in together.items() if not frame.equals(alone[name])]
    assert differing == ["release"]  # its id, and when it was made
    machines[0].run("audit")
    assert machines[0].run("doctor")


def test_a_file_that_two_machines_send_at_once_counts_once(machines: list[Machine], files: list[Path]) -> None:
    said = [ended_well(process) for process in [machine.load(files[0]) for machine in machines]]
    assert machines[0].held() == PROGRAMMES[:1]
    assert len({text.split("submission ")[-1].split(":")[0].split(".")[0] for text in said}) == 1


@only_in_ci
def test_visitors_of_the_page_and_another_machine_all_get_in_once_each(
    machines: list[Machine], files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENNESS_STORE", "OPENNESS_STORE_DATA"):
        monkeypatch.setenv(name, machines[0].environment[name])
    desk = Desk(Settings(home=machines[0].home, catalogue=machines[0].catalogue), ANYBODY_HERE)

    def submitted(file: Path) -> str:
        sheet = desk.read(file.name, file.read_bytes(), None, None)
        assert desk.examine(sheet, "counts", None, quiet).accepted
        return desk.submit(sheet, "counts", None, by=file.stem, in_place=False).receipt.submission_id

    other = machines[1].load(*files[4:8])
    with ThreadPoolExecutor(4) as pool:
        receipts = set(pool.map(submitted, files[:4]))
    ended_well(other)
    assert len(receipts) == 4
    assert machines[0].held() == PROGRAMMES[:8]


def test_of_a_machine_that_dies_while_it_writes_nothing_stays_and_the_next_goes_on(
    machines: list[Machine], files: list[Path]
) -> None:
    dying = machines[0].load(files[0], first=STOPS_IN_THE_MIDDLE)
    assert dying.stdout is not None
    assert dying.stdout.readline() == "written\n"
    waiting = machines[1].load(*files[1:3])
    time.sleep(3)
    assert waiting.poll() is None
    died(dying)
    ended_well(waiting)
    assert machines[1].held() == PROGRAMMES[1:3]
    ended_well(machines[0].load(files[0]))
    assert machines[0].held() == PROGRAMMES[:3]


@only_in_ci
def test_whenever_a_machine_dies_each_file_is_in_once_or_not_at_all(machines: list[Machine], files: list[Path]) -> None:
    chance = random.Random(7)  # noqa: S311
    other = machines[1].load(*files[8:])
    for _ in range(KILLS):
        dying = machines[0].load(*files[:8])
        assert dying.stdout is not None
        dying.stdout.readline()  # a first file is in, or was before
        time.sleep(chance.uniform(0, 1))
        died(dying)
    ended_well(other)
    held = machines[1].held()
    assert len(held) == len(set(held)) >= 8
    ended_well(machines[0].load(*files[:8]))
    assert machines[0].held() == PROGRAMMES
    machines[0].run("close", "2024-25")
    assert machines[0].run("publish")
    machines[1].run("audit")


def test_whoever_waits_too_long_is_told(machines: list[Machine], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "WAIT", 0.5)
    dying = machines[0].load(machines[0].catalogue, first=HOLDS)
    assert dying.stdout is not None
    assert dying.stdout.readline() == "held\n"
    with pytest.raises(StoreBusy, match="The store in DuckLake is in use"):
        Store(machines[1].place)
    died(dying)
    with Store(machines[1].place) as store:
        assert store.registered_programmes() == set(PROGRAMMES)


def test_who_has_lost_the_lock_writes_nothing(machines: list[Machine], postgres: Cluster) -> None:
    database = machines[0].address.rpartition("=")[2]
    with Store(machines[0].place) as store:
        with pytest.raises(StoreUnavailable, match="PostgreSQL has ended the connection"):
            lose_the_lock(
                store,
                lambda: postgres.ask(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'", database
                ),
            )
        assert store._query("FROM retired").is_empty()
    with Store(machines[1].place) as store:
        assert store._query("FROM retired").is_empty()


def lose_the_lock(store: Store, lose: Callable[[], object]) -> None:
    with store._transaction() as cursor:
        cursor.execute("INSERT INTO retired VALUES (1, 1, 'withdrawn')")
        lose()


@only_in_ci
def test_a_store_is_carried_to_postgresql_and_back_by_a_command(
    machines: list[Machine], postgres: Cluster, files: list[Path], tmp_path: Path
) -> None:
    home, back = in_one_file(files, tmp_path), tmp_path / "back.duckdb"
    address = f"ducklake:{postgres.database('carried')}"
    with Store(home / "store.duckdb") as store:
        before = store.everything_noted()
    settings = {"OPENNESS_STORE": "", "OPENNESS_STORE_DATA": str(tmp_path / "carried"), "OPENNESS_HOME": str(home)}
    told = machines[0].run("store", "move", str(home / "store.duckdb"), address, **settings)
    assert "17 submissions, 1 release" in told
    assert "set OPENNESS_STORE" in told
    machines[0].run("store", "move", address, str(back), **settings)
    with Store(back) as store:
        assert store.everything_noted() == before
        publish(store, INSTRUMENT, home / "releases", now=NOW, published_by="tester")
    assert address not in (home / "openness.log").read_text(encoding="utf-8")


@only_in_ci
def test_with_its_files_in_s3_every_release_is_that_of_a_store_in_a_file(
    postgres: Cluster, user: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(user))
    monkeypatch.setattr("pipelines.store.lake.ROWS_IN_THE_LIST", 10)
    place = f"ducklake:{postgres.database('with-s3')}"
    with running_s3(user) as bucket:
        far = history(store_place(place, f"{bucket}/store", "a test"), tmp_path / "far")
        with Store(store_place(place, None, "a test")) as store:
            files = store._query("FROM ducklake_list_files('lake', 'contribution')")["data_file"]
    near = history(tmp_path / "store.duckdb", tmp_path / "near")
    assert files[0].startswith("s3://audit/store/")
    for release, other in zip(far, near, strict=True):
        assert [name for name, frame in release.items() if not frame.equals(other[name])] == []
