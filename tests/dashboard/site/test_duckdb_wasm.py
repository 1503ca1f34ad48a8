"""The package of DuckDB-Wasm is taken from a folder, and a folder that is not it is refused with what to do."""

import json
from pathlib import Path

import pytest

from dashboard.site.duckdb_wasm import NAME, TAKEN, files
from pipelines.errors import Refused


def package(folder: Path, name: str = NAME, version: str = "1.32.0") -> Path:
    """A folder with files of the right names."""
    for file in TAKEN:
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(file, encoding="utf-8")
    (folder / "package.json").write_text(json.dumps({"name": name, "version": version}), encoding="utf-8")
    return folder


def test_its_files_get_names_whose_type_every_server_knows(tmp_path: Path) -> None:
    taken = dict(files(package(tmp_path)))
    assert taken["duckdb-wasm/duckdb-browser-blocking.js"] == b"dist/duckdb-browser-blocking.cjs"
    assert not [name for name in taken if name.endswith(".cjs")]


@pytest.mark.parametrize("version", ["1.30.0", "1.33.1-dev65.0", "2.0.0"])
def test_a_version_that_reads_a_release_is_taken(tmp_path: Path, version: str) -> None:
    assert len([*files(package(tmp_path, version=version))]) == len(TAKEN)


@pytest.mark.parametrize(
    ("name", "version", "said"),
    [
        (NAME, "1.29.0", "needs 1.30 or later"),
        ("left-pad", "1.32.0", "is the npm package left-pad"),
        (NAME, "new", "is not the npm package"),
    ],
)
def test_another_package_or_an_older_one_is_refused(tmp_path: Path, name: str, version: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        [*files(package(tmp_path, name, version))]


@pytest.mark.parametrize("text", [None, "", "[]", "{}", "\x00"])
def test_a_folder_that_is_no_package_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "package.json").write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match="npm pack"):
        [*files(tmp_path)]


def test_a_package_that_lacks_a_file_is_refused(tmp_path: Path) -> None:
    (package(tmp_path) / "dist" / "duckdb-eh.wasm").unlink()
    with pytest.raises(Refused, match=r"lacks dist/duckdb-eh\.wasm"):
        [*files(tmp_path)]
