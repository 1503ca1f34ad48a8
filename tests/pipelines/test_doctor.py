"""What the doctor finds: a home that is well has nothing wrong; each fault put in is told by its own sentence."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines import doctor
from pipelines.doctor import examine_home
from pipelines.errors import Refused
from pipelines.release.publishing import publish
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.factories import (
    FIRST_EDITION,
    NOW,
    a_file,
    counts_csv,
    first_catalogue,
    loaded,
    programmes_csv,
)

MEASURE = "expects_openness"
LATER = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two releases."""
    home = tmp_path_factory.mktemp("well") / "home"
    home.mkdir(mode=0o700)
    instrument = first_catalogue()
    with Store(home / "store.duckdb") as store:
        loaded(store, a_file(home.parent, programmes_csv("aa", "bb"), "programmes.csv"), "programmes", instrument)
        for year in ("2023-24", "2024-25"):
            loaded(store, a_file(home.parent, counts_csv(("aa", year, MEASURE, 30, 14))), "counts", instrument)
            publish(store, instrument, home / "releases", now=NOW, published_by="tester")
    return home


@pytest.fixture
def home(well: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(well, tmp_path / "home"))


def found(home: Path) -> list[str]:
    settings = Settings(home=home, catalogue=FIRST_EDITION)
    return [f"{finding.part}: {finding.fault}" for finding in examine_home(settings, LATER)]


def last_release(home: Path) -> Path:
    return home / "releases" / (home / "releases" / "current").read_text(encoding="utf-8") / "release.duckdb"


def first_release(home: Path) -> str:
    return min(path.name for path in (home / "releases").iterdir() if path.is_dir())


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


def change_store(home: Path, sql: str) -> None:
    with duckdb.connect(home / "store.duckdb") as connection:
        connection.execute(sql)


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no room": (lambda _: None, "disk: Only"),
    "open to others": (lambda home: (home / "store.duckdb").chmod(0o644), "rights: Others on this machine may read"),
    "access": (lambda home: (home / "access.toml").write_text("x"), "access: access.toml: it is not as"),
    "nobody has a role": (lambda home: (home / "sign-in.toml").touch(0o600), "access: People sign in, and nobody"),
    "current dangling": (lambda home: (home / "releases/current").write_text("gone"), "current: The file"),
    "current empty": (lambda home: (home / "releases/current").write_text(""), "current: The file"),
    "current no text": (lambda home: (home / "releases/current").write_bytes(b"\xff\xfe\x00"), "current: The file"),
    "store gone": (lambda home: (home / "store.duckdb").unlink(), "store: There are releases and no store"),
    "store damaged": (lambda home: (home / "store.duckdb").write_bytes(b"no store" * 999), "is damaged"),
    "newer store": (lambda home: change_store(home, "UPDATE store_version SET version = 99"), "newer version"),
    "column missing": (lambda home: change_store(home, "ALTER TABLE release DROP remark"), "other tables or columns"),
    "column too many": (
        lambda home: change_store(home, "ALTER TABLE release ADD extra INT"),
        "other tables or columns",
    ),
    "release gone": (lambda home: shutil.rmtree(last_release(home).parent), "is missing from"),
    "release damaged": (lambda home: overwrite(last_release(home), b"no release" * 999), "is not as it was published"),
    "chain broken": (
        lambda home: change_store(home, "UPDATE release SET previous_release_id = 'x' WHERE publishing = 2"),
        "does not follow the one before it",
    ),
    **{
        f"store and release differ: {what}": (lambda home, sql=sql: change_store(home, sql), "do not say the same")
        for what, sql in {
            "a result gone": "DELETE FROM result WHERE result_id = (SELECT min(result_id) FROM result)",
            "k altered": "UPDATE result SET affirmative = affirmative + 1 WHERE result_id = 1",
            "n altered": "UPDATE result SET respondents = respondents - 1 WHERE result_id = 1",
            "another programme": "UPDATE result SET programme_id = 'x' WHERE result_id = 1",
            "another hash": "UPDATE release SET content_hash = 'x' WHERE publishing = 2",
        }.items()
    },
    "current before the last": (
        lambda home: (home / "releases/current").write_text(first_release(home)),
        "store: Readers should be shown",
    ),
    "current gone": (lambda home: (home / "releases/current").unlink(), "store: Readers should be shown"),
    "clock": (
        lambda home: change_store(home, "UPDATE release SET published_at = '2099-01-01' WHERE publishing = 2"),
        "store: The clock of this machine",
    ),
}


def test_a_home_that_is_well_has_nothing_wrong(home: Path) -> None:
    assert found(home) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_told_with_a_way_out(home: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in, sentence = FAULTS[fault]
    put_in(home)
    if fault == "no room":
        monkeypatch.setattr(doctor, "ROOM", 2**60)
    told = found(home)
    assert any(sentence in line for line in told), told
    assert all(line.rstrip().endswith((".", "`")) or "chmod" in line for line in told)


def test_where_there_is_no_home_it_is_said(tmp_path: Path) -> None:
    assert found(tmp_path / "nowhere")[0].startswith("home: There is no folder")
    assert not (tmp_path / "nowhere").exists()


def test_the_audit_of_people_who_answered_two_questions_is_a_part(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsafe(*_: object) -> None:
        raise Refused("Two questions together tell too much.")

    monkeypatch.setattr(doctor, "require_pairs_safe", unsafe)
    assert found(home) == ["store: Two questions together tell too much."]
