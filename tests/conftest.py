"""Whole homes – a store and its first release – built once for all tests. They are read, and never written to."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from pipelines.instrument.catalogue import load_catalogue
from pipelines.release.publishing import publish
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.factories import NOW, PROJECT, loaded, shared

AuditFile = tuple[str, Path, Path | None]
"""A dataset, its file, and the mapping it needs."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new store in a folder of its own, which is the home."""
    with Store(tmp_path / "home" / "store.duckdb") as opened:
        yield opened


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The invented programmes that come with the project."""
    order = ("programmes", "cohorts", "staff_responses", "trainee_responses", "support", "counts")
    audit_files = [(dataset, PROJECT / "data" / "demo" / f"{dataset}.csv", None) for dataset in order]
    return _published(tmp_path_factory.mktemp("demo"), PROJECT / "data" / "catalogue.toml", audit_files, invented=True)


@pytest.fixture(scope="session")
def nhs_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Real counts: 324 organisations in three years."""
    folder = shared("data/nhs_staff_survey")
    audit_files: list[AuditFile] = [("programmes", folder / "programmes.csv", None)]
    audit_files += [("counts", folder / f"counts_{year}.csv", None) for year in (2021, 2022, 2023)]
    return _published(tmp_path_factory.mktemp("nhs"), folder / "catalogue.toml", audit_files)


@pytest.fixture(scope="session")
def osmi_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Real answers: three waves, each with its mapping."""
    folder, mappings = shared("data/osmi"), PROJECT / "data" / "mappings"
    audit_files: list[AuditFile] = [("programmes", mappings / "osmi_programmes.csv", None)]
    audit_files += [
        ("trainee_responses", folder / f"osmi_{wave}.csv", mappings / f"osmi_{wave}.toml")
        for wave in (2014, 2016, 2018)
    ]
    return _published(tmp_path_factory.mktemp("osmi"), folder / "catalogue.toml", audit_files)


def _published(home: Path, catalogue: Path, audit_files: Iterable[AuditFile], *, invented: bool = False) -> Settings:
    settings = Settings(home=home, catalogue=catalogue)
    instrument = load_catalogue(catalogue)
    with Store(settings.store) as opened:
        for dataset, path, mapping in audit_files:
            loaded(opened, path, dataset, instrument, mapping, invented=invented)
        opened.close_years(opened.year_states(), by="tester", at=NOW)
        publish(opened, instrument, settings.releases, now=NOW, published_by="tester")
    return settings
