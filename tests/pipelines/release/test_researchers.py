"""Every example for researchers is run as it stands on the page, and gives the number of the dashboard."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.release.reader import EVERYBODY, Release, current
from pipelines.settings import Settings
from tests.factories import PROJECT

pytestmark = pytest.mark.slow

PAGE = (PROJECT / "docs" / "researchers.md").read_text(encoding="utf-8")
EXAMPLES = [
    (heading, language, code)
    for heading, section in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    for language, code in re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL)
]
RUN = [(heading, language, code) for heading, language, code in EXAMPLES if language != "r"]
PROGRAMS = str(Path(sys.executable).parent)


@pytest.fixture
def release(demo_home: Settings) -> Path:
    path = current(demo_home.releases)
    assert path is not None
    return path


def output(language: str, code: str, folder: Path) -> str:
    command = [sys.executable, "-c", code] if language == "python" else ["bash", "-euc", code]
    environment = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("heading", "language", "code"), RUN, ids=[heading for heading, _, _ in RUN])
def test_an_example_gives_the_number_of_the_dashboard(
    release: Path, tmp_path: Path, heading: str, language: str, code: str
) -> None:
    (tmp_path / "release.duckdb").symlink_to(release)
    with Release(release) as opened:
        shown = opened.comparator("safe_to_share", ["2025-26"], EVERYBODY)
    assert shown
    last = output(language, code, tmp_path).split("\n")[-2]
    assert re.findall(r"\d+", last) == [str(shown["affirmative"]), str(shown["respondents"])]


def test_there_is_an_example_for_every_client() -> None:
    assert [heading for heading, _, _ in EXAMPLES] == [
        "DuckDB's command line",
        *(f"Python with {library}" for library in ("DuckDB", "polars", "pandas")),
        *("SQL over Parquet", "CSV", "R"),
    ]
