"""What is asked of a release on the command line."""

import json
import shutil
import zipfile
from functools import cache
from pathlib import Path

import duckdb
import pytest

from pipelines import cli
from pipelines.settings import Settings
from pipelines.verification import verifying

pytestmark = pytest.mark.slow
verified_once = cache(verifying.verify)


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        cli.main([str(argument) for argument in arguments])
    return int(left.value.code or 0)


@pytest.fixture
def release(demo_home: Settings) -> Path:
    return demo_home.releases / (demo_home.releases / "current").read_text(encoding="utf-8")


@pytest.mark.parametrize("named", ["nothing", "its id", "its folder", "its file"])
def test_a_release_is_verified_however_it_is_named(
    named: str,
    release: Path,
    demo_home: Settings,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verifying, "verify", verified_once)
    names = {"nothing": [], "its id": [release.name], "its folder": [release], "its file": [release / "release.duckdb"]}
    assert run("verify", *names[named], "--home", demo_home.home) == 0
    assert "all are as the file says" in capsys.readouterr().out.replace("\n", " ")


def test_what_was_altered_is_named_and_the_code_is_1(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "verify", verified_once)
    path = Path(shutil.copy(release / "release.duckdb", tmp_path))
    path.chmod(0o600)
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE change SET difference = difference + 0.01 WHERE result_id = 2354")
    assert run("verify", path) == 1
    assert "change, result_id 2354: difference is" in capsys.readouterr().out.replace("\n", " ")
    assert run("verify", path, "--json") == 1
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert {"change", "release"} == {fault["relation"] for fault in faults}


@pytest.mark.parametrize(("named", "code"), [("2001-01-01-1-abc", 3), ("../releases", 3), ("nothing here.duckdb", 3)])
def test_a_release_that_is_not_there_is_said_so(named: str, code: int, tmp_path: Path) -> None:
    assert run("verify", named, "--home", tmp_path) == code


def test_what_is_no_release_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "some.duckdb").write_text("words", encoding="utf-8")
    assert run("verify", tmp_path / "some.duckdb") == 2


def test_what_changed_is_said_and_written(release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(shutil.copy(release / "release.duckdb", tmp_path))
    path.chmod(0o600)
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE programme SET programme_name = '=1+1' WHERE programme_id = 'demo-alder'")
        connection.execute("DELETE FROM result WHERE result_id = 100")
    assert run("diff", release, path, "-o", tmp_path / "changes.csv") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "programme: 1 changed. changed demo-alder: programme_name was “Alder (invented)” and is “=1+1”" in said
    assert "result: 3 gone. gone " in said  # with those of its subgroups
    assert "'=1+1" in (tmp_path / "changes.csv").read_text(encoding="utf-8")
    assert run("diff", release, release) == 0
    assert "Both say the same." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "output", "made"),
    [
        ("csv", "folder", "folder/result.csv"),
        ("parquet", "folder", "folder/result.parquet"),
        ("xlsx", "folder", "folder/release.xlsx"),
        ("xlsx", "numbers.xlsx", "numbers.xlsx"),
        ("csv", "numbers.zip", "numbers.zip"),
    ],
)
def test_a_release_is_exported_to_a_folder_or_a_file(
    kind: str, output: str, made: str, release: Path, tmp_path: Path
) -> None:
    assert run("export", release, "-o", tmp_path / output, "--as", kind) == 0
    assert (tmp_path / made).stat().st_size > 1_000
    assert zipfile.is_zipfile(tmp_path / made) == made.endswith((".zip", ".xlsx"))


def test_another_format_is_refused(release: Path, tmp_path: Path) -> None:
    assert run("export", release, "-o", tmp_path / "folder", "--as", "sas") == 2
    assert not (tmp_path / "folder").exists()
