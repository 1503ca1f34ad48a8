"""Which tests are quick, and whole homes – a store and its first release – that are built once and never written to."""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pipelines.demo import prepare
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.progress import quiet
from pipelines.release.publishing import publish
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.factories import NOW, PROJECT, current_release, loaded, shared
from tests.hostile_catalogue import hostile_catalogue
from tests.thorough import EVERYTHING, examples, few

AuditFile = tuple[str, Path, Path | None]
"""A dataset, its file, and the mapping it needs."""
SLOW_FOLDERS = "browser", "promises"
SLOW_FIXTURES = {"store", "demo_home", "release", "hostile_home", "stricter_home", "nhs_home", "osmi_home"}
SLOW_NAMES = "Store", "AppTest", "CliRunner"
"""What a module imports whose tests write a store, open a page or run commands."""
BUILDING_SECONDS = 300

# Else every process that a test starts would compile all its imports again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# No test is about time, and a busy machine makes none of them fail.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=examples(100)
)
settings.load_profile("unhurried")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark as quick whatever needs neither a store, nor a page, nor a browser, and is not marked as slow itself.

    Of the cases of a slow test a few are run, and one in a browser; but all where everything is tried, or where a test
    is named to pytest.
    """
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if is_slow(item):
            cases[item.nodeid.partition("[")[0]].append(item)
        else:
            item.add_marker("quick")
    if not EVERYTHING and not any("::" in asked for asked in config.args):
        chosen = {item for same in cases.values() for item in (same[:1] if in_a_browser(same[0]) else few(same))}
        left = [item for item in items if not (item.get_closest_marker("quick") or item in chosen)]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in {*left}]


def in_a_browser(item: pytest.Item) -> bool:
    return folder_of(item) == "browser"


def folder_of(item: pytest.Item) -> str:
    return item.path.relative_to(PROJECT / "tests").parts[0]


def is_slow(item: pytest.Item) -> bool:
    return folder_of(item) in SLOW_FOLDERS or bool(item.get_closest_marker("slow")) or needs_store_or_page(item)


def needs_store_or_page(item: pytest.Item) -> bool:
    """By what its module imports, by its fixtures, or by a parameter from which it takes the fixture of that name."""
    if any(hasattr(getattr(item, "module", None), name) for name in SLOW_NAMES):
        return True
    callspec = getattr(item, "callspec", None)
    parameters = [value for value in callspec.params.values() if isinstance(value, str)] if callspec else []
    return not SLOW_FIXTURES.isdisjoint([*getattr(item, "fixturenames", ()), *parameters])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new store in a folder of its own, which is the home."""
    with Store(tmp_path / "home" / "store.duckdb") as opened:
        yield opened


# ---- homes ----


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The invented programmes that come with the project, asked with both editions."""
    return Settings(home=built_once(tmp_path_factory, "demo", lambda home: prepare(Settings(home=home), NOW, quiet)))


@pytest.fixture
def release(demo_home: Settings) -> Path:
    """The file of the current release of the demonstration."""
    return current_release(demo_home.home)


@pytest.fixture(scope="session")
def hostile_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The years asked with the second edition, with a catalogue in which every text tries to become more than words."""
    catalogue = hostile_catalogue(tmp_path_factory.mktemp("catalogue"))
    return _published(tmp_path_factory, "hostile", catalogue, _demo_files(), invented=True)


@pytest.fixture(scope="session")
def stricter_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same with a catalogue that asks for twice as many people."""
    text = (PROJECT / "data" / "catalogue.toml").read_text(encoding="utf-8")
    for usual, stricter in (
        ("s = 10,", "s = 20,"),
        ("s = 15,", "s = 30,"),
        ("e = 3 }", "e = 5 }"),
        ("e = 4 }", "e = 6 }"),
    ):
        text = text.replace(usual, stricter)
    catalogue = tmp_path_factory.mktemp("stricter-catalogue") / "stricter.toml"
    catalogue.write_text(text, encoding="utf-8")
    return _published(tmp_path_factory, "stricter", catalogue, _demo_files(), invented=True)


def _demo_files() -> list[AuditFile]:
    order = ("programmes", "cohorts", "staff_responses", "trainee_responses", "support", "counts")
    return [(dataset, PROJECT / "data" / "demo" / f"{dataset}.csv", None) for dataset in order]


@pytest.fixture(scope="session")
def nhs_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Real counts: 324 organisations in three years."""
    folder = shared("data/nhs_staff_survey")
    audit_files: list[AuditFile] = [("programmes", folder / "programmes.csv", None)]
    audit_files += [("counts", folder / f"counts_{year}.csv", None) for year in (2021, 2022, 2023)]
    return _published(tmp_path_factory, "nhs", folder / "catalogue.toml", audit_files)


@pytest.fixture(scope="session")
def osmi_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Real answers: three waves, each with its mapping."""
    folder, mappings = shared("data/osmi"), PROJECT / "data" / "mappings"
    audit_files: list[AuditFile] = [("programmes", mappings / "osmi_programmes.csv", None)]
    audit_files += [
        ("trainee_responses", folder / f"osmi_{wave}.csv", mappings / f"osmi_{wave}.toml")
        for wave in (2014, 2016, 2018)
    ]
    return _published(tmp_path_factory, "osmi", folder / "catalogue.toml", audit_files)


def _published(
    factory: pytest.TempPathFactory,
    name: str,
    catalogue: Path,
    audit_files: Iterable[AuditFile],
    *,
    invented: bool = False,
) -> Settings:
    def build(home: Path) -> None:
        settings, instrument = Settings(home=home, catalogue=catalogue), load_catalogue(catalogue)
        with Store(settings.store) as opened:
            for dataset, path, mapping in audit_files:
                loaded(opened, path, dataset, instrument, mapping, invented=invented)
            opened.close_years(opened.year_states(), by="tester", at=NOW)
            publish(opened, instrument, settings.releases, now=NOW, published_by="tester")

    return Settings(home=built_once(factory, name, build), catalogue=catalogue)


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """A folder that the first test process to need it fills; the others wait until it is full."""
    run = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # each worker has a folder of its own inside that of the run
        run = run.parent
    folder, finished = run / name, run / f"{name}.finished"
    try:
        folder.mkdir()  # of several processes only one succeeds
    except FileExistsError:
        _wait_for(finished)
        return folder
    try:
        build(folder)
    finally:
        finished.touch()  # if building failed, so do the tests that need the folder: nobody need wait
    return folder


def _wait_for(file: Path) -> None:
    end = time.monotonic() + BUILDING_SECONDS
    while not file.exists():
        if time.monotonic() > end:
            pytest.fail(f"{file.stem} was not built within {BUILDING_SECONDS} seconds")
        time.sleep(0.1)
