"""The command line answers at once: what takes long to load is loaded by the commands that need it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.settings import Settings
from tests.factories import a_file, programmes_csv

HEAVY = {
    *("polars", "duckdb", "pandera", "pandas", "pyarrow", "numpy", "scipy", "streamlit"),
    *("plotly", "structlog", "typst", "xlsxwriter"),
}
"""Pydantic is not among them: Typer loads it to understand what a command is given."""
PROGRAM = """
import json, sys
from pipelines.cli import main
try:
    main(sys.argv[1:])
finally:
    print(json.dumps(sorted(sys.modules)))
"""


def loaded_by(*arguments: str | Path) -> set[str]:
    """The modules that a process has loaded when it has run a command."""
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {*json.loads(said.splitlines()[-1])}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["publish", "--help"], ["check", "--help"]])
def test_help_and_version_load_nothing_that_takes_long(arguments: list[str]) -> None:
    loaded = loaded_by(*arguments)
    assert {"typer", "pipelines"} <= loaded
    assert not loaded & HEAVY


def test_help_and_version_of_the_whole_load_no_pydantic_either() -> None:
    assert "pydantic" not in loaded_by("--help") | loaded_by("--version")


@pytest.mark.parametrize("command", ["submissions", "releases"])
def test_lists_load_the_store_and_nothing_that_checks_draws_or_computes(command: str, demo_home: Settings) -> None:
    loaded = loaded_by(command, "--home", demo_home.home)
    assert {"polars", "duckdb"} <= loaded
    assert not loaded & {"pandera", "pandas", "scipy", "streamlit", "plotly", "structlog", "typst", "xlsxwriter"}
    assert "pipelines.instrument.catalogue" not in loaded  # its models take as long to make as the store to be read


def test_a_file_is_checked_without_what_draws_prints_or_logs(tmp_path: Path) -> None:
    file = a_file(tmp_path, programmes_csv("aa"))
    loaded = loaded_by("check", file, "--dataset", "programmes", "--home", tmp_path / "none")
    assert {"polars", "pandera"} <= loaded
    assert not loaded & {"streamlit", "plotly", "structlog", "typst", "xlsxwriter"}
