"""Twenty at once: every one of them gets in, once each, through the page's door, the command line, or both."""

import multiprocessing
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest
import tomli_w

from pipelines.instrument.dataset import Dataset
from pipelines.progress import quiet
from pipelines.release.publishing import publish
from pipelines.roles import ANYBODY_HERE
from pipelines.settings import Settings
from pipelines.steward import waiting as steward
from pipelines.store.store import Store
from pipelines.upload import Desk
from tests.factories import NOW, a_catalogue, a_file, counts_csv, loaded, programmes_csv

PROGRAMMES = [f"p{number:02}" for number in range(20)]
INSTRUMENT = a_catalogue()


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Twenty programmes are registered, and each has a file."""
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text(tomli_w.dumps(INSTRUMENT.model_dump(mode="json", exclude_defaults=True)), encoding="utf-8")
    settings = Settings(home=tmp_path / "home", catalogue=catalogue)
    with Store(settings.store) as store:
        loaded(store, a_file(tmp_path, programmes_csv(*PROGRAMMES), "programmes.csv"), "programmes", INSTRUMENT)
        store.open_years(["2025-26"], by="tester", at=NOW)
    for programme in PROGRAMMES:
        a_file(tmp_path, counts_csv((programme, "2025-26", "asked", 30, 14)), f"{programme}.csv")
    return settings


def submitted(home: Settings, programme: str) -> str:
    """Looked at and submitted, as the Upload page does; meanwhile somebody looks at what waits."""
    desk = Desk(home, ANYBODY_HERE)
    file = home.home.parent / f"{programme}.csv"
    sheet = desk.read(file.name, file.read_bytes(), None, None)
    assert desk.examine(sheet, "counts", None, quiet).accepted
    steward.look(home, ANYBODY_HERE)
    return desk.submit(sheet, "counts", None, by=programme, in_place=False).receipt.submission_id


def load_file(home: Path, programme: str) -> None:
    """What `openness load` does."""
    with Store(home / "store.duckdb", catalogue=INSTRUMENT) as store:
        loaded(store, home.parent / f"{programme}.csv", "counts", INSTRUMENT, close=False)


def held(home: Settings) -> list[str]:
    with Store(home.store, read_only=True) as store:
        return sorted(store.answered()["programme_id"])


def test_twenty_visitors_at_once_all_get_in_once_each(home: Settings) -> None:
    with ThreadPoolExecutor(20) as pool:
        receipts = list(pool.map(lambda programme: submitted(home, programme), PROGRAMMES))
    assert len(set(receipts)) == len(PROGRAMMES)
    assert held(home) == PROGRAMMES


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_twenty_commands_and_a_server_at_once_all_get_in_once_each(home: Settings) -> None:
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload([__name__])
    processes = [forking.Process(target=load_file, args=(home.home, programme)) for programme in PROGRAMMES[1:]]
    with pytest.MonkeyPatch.context() as patched:  # a page test may have left its script as the main module
        patched.setitem(sys.modules, "__main__", ModuleType("__main__"))
        for process in processes:
            process.start()
    submitted(home, PROGRAMMES[0])
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * len(processes)
    assert held(home) == PROGRAMMES


def test_two_publishings_at_once_make_two_releases_one_after_the_other(home: Settings) -> None:
    with Store(home.store, catalogue=INSTRUMENT) as store:
        loaded(store, home.home.parent / "p00.csv", Dataset.COUNTS, INSTRUMENT)

    def make(_: int) -> str:
        with Store(home.store, catalogue=INSTRUMENT) as store:
            return publish(store, INSTRUMENT, home.releases, now=NOW, published_by="tester").release_id

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(make, range(2)))
    with Store(home.store, read_only=True) as store:
        assert sorted(store.release_ids()) == sorted(set(made))
    assert len(set(made)) == 2
