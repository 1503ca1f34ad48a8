"""Writing a site: into a folder of its own, over the site before, and never over anything else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.site import site as whole_site
from pipelines import cli
from pipelines.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages of which a site consists; a test can take some away."""
    names = ["index.html", "programmes/a.html", "programmes/b.html"]

    def made(*_: Any) -> Iterator[tuple[str, bytes]]:
        return ((name, name.encode()) for name in names)

    monkeypatch.setattr(whole_site, "files", made)
    return names


def run(home: Settings, output: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        cli.main(["site", "--home", str(home.home), "-o", str(output), *arguments])
    return int(left.value.code or 0)


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_programme_that_is_no_longer_shown_does_not_stay_on_the_web(
    demo_home: Settings, tmp_path: Path, pages: list[str]
) -> None:
    output = tmp_path / "site"
    assert run(demo_home, output) == 0
    (output / "CNAME").write_text("audit.example.org", encoding="utf-8")
    pages.remove("programmes/b.html")
    assert run(demo_home, output) == 0
    assert files_in(output) == {"index.html", "programmes/a.html", "files.txt", "CNAME"}


@pytest.mark.parametrize("name", ["../kept.txt", "/etc/hostname", "", ".", "programmes"])
def test_what_does_not_lie_in_the_folder_is_never_taken_away(
    demo_home: Settings, tmp_path: Path, pages: list[str], name: str
) -> None:
    output = tmp_path / "site"
    assert run(demo_home, output) == 0
    (tmp_path / "kept.txt").touch()
    (output / "files.txt").write_text(f"{name}\n", encoding="utf-8")
    assert run(demo_home, output) == 0
    assert (tmp_path / "kept.txt").exists()
    assert Path("/etc/hostname").exists()
    assert files_in(output) == {*pages, "files.txt"}


def test_a_folder_that_holds_something_else_is_left_alone(
    demo_home: Settings, tmp_path: Path, pages: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    assert run(demo_home, tmp_path) == 3
    assert "no site of a release" in capsys.readouterr().err
    assert files_in(tmp_path) == {"thesis.txt"}


def test_a_file_in_the_place_of_the_folder_is_refused(
    demo_home: Settings, tmp_path: Path, pages: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "site").write_text("mine", encoding="utf-8")
    assert run(demo_home, tmp_path / "site") == 3
    assert "cannot be read" in capsys.readouterr().err


def test_an_empty_folder_is_taken_and_it_is_said_that_there_is_no_sql(
    demo_home: Settings, tmp_path: Path, pages: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(demo_home, tmp_path) == 0
    said = capsys.readouterr().out
    assert "3 files" in said
    assert "--duckdb-wasm names no package" in said


@pytest.mark.parametrize("content", [b"", b"no database"])
def test_a_file_that_is_no_release_is_refused(
    demo_home: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (tmp_path / "release.duckdb").write_bytes(content)
    assert run(demo_home, tmp_path / "site", str(tmp_path / "release.duckdb")) in {2, 3}
    assert not (tmp_path / "site").exists()


def test_a_folder_without_the_package_is_refused_before_anything_is_written(
    demo_home: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(demo_home, tmp_path / "site", "--duckdb-wasm", str(tmp_path)) == 3
    assert "npm pack" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()
