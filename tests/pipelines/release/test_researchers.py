"""Every example for researchers is run as it stands on the page, and gives the number of the dashboard."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from threading import Thread

import duckdb
import duckdb_extension_httpfs
import pytest

from dashboard.release.reader import EVERYBODY, Release
from tests.factories import PROJECT

pytestmark = pytest.mark.slow

PAGE = (PROJECT / "docs" / "researchers.md").read_text(encoding="utf-8")
EXAMPLES = [
    (heading, language, code)
    for heading, section in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    for language, code in re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL)
]
RUNS = {
    "python": [sys.executable, "-c"],
    "bash": ["bash", "-euc"],
    "javascript": ["node", "-e"],
    "r": ["Rscript", "-e"],
}
NEEDS = {"javascript": "require.resolve('@duckdb/node-api')", "r": "library(duckdb)"}
"""What a language that need not be here must be able to run, or its example is skipped."""
OLDEST, NEWEST = "1.2.2", "2.0.1"
"""The first and the last DuckDB that the release is promised to open in."""
PROGRAMS = str(Path(sys.executable).parent)


def run(language: str, code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder)}
    return subprocess.run(
        [*RUNS[language], code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


class Parts(SimpleHTTPRequestHandler):
    """A web server that sends parts of a file, as those that people use do. It counts the bytes it has sent."""

    sent = 0

    def do_GET(self) -> None:
        content = Path(self.translate_path(self.path)).read_bytes()
        first, last = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"]).groups()  # type: ignore[union-attr]
        part = content[int(first) : int(last) + 1]
        Parts.sent += len(part)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, *_: object) -> None:
        """It says nothing."""


@pytest.fixture
def served(release: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the release on a server of this machine; DuckDB has the extension that reads from there."""
    with duckdb.connect(config={"extension_directory": str(tmp_path / ".duckdb" / "extensions")}) as connection:
        [extension] = Path(duckdb_extension_httpfs.__file__).parent.rglob("httpfs.duckdb_extension")
        connection.execute(f"INSTALL '{extension}'")
    Parts.sent = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Parts, directory=str(release.parent))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{release.name}"
        server.shutdown()


@pytest.mark.parametrize(("heading", "language", "code"), EXAMPLES, ids=[heading for heading, _, _ in EXAMPLES])
def test_an_example_gives_the_number_of_the_dashboard(
    release: Path, tmp_path: Path, served: str, heading: str, language: str, code: str
) -> None:
    if language in NEEDS and (not which(RUNS[language][0]) or run(language, NEEDS[language], tmp_path).returncode):
        pytest.skip(f"{RUNS[language][0]}, or its package for DuckDB, is not here")
    (tmp_path / "release.duckdb").symlink_to(release)
    with Release(release) as opened:
        shown = opened.comparator("safe_to_share", ["2025-26"], EVERYBODY)
    assert shown
    done = run(language, code.replace("https://example.org/release.duckdb", served), tmp_path)
    assert not done.returncode, done.stderr
    expected = [str(shown["affirmative"]), str(shown["respondents"])]
    assert re.findall(r"\d+", done.stdout.split("\n")[-2])[-2:] == expected, heading


def test_over_http_only_the_parts_are_read_that_a_query_needs(release: Path, tmp_path: Path, served: str) -> None:
    [code] = [code for heading, _, code in EXAMPLES if heading == "DuckDB over HTTP"]
    assert not run("python", code.replace("https://example.org/release.duckdb", served), tmp_path).returncode
    assert 0 < Parts.sent < release.stat().st_size / 2


def test_there_is_an_example_for_every_client() -> None:
    assert [heading for heading, _, _ in EXAMPLES] == [
        "DuckDB's command line",
        *(f"Python with {library}" for library in ("DuckDB", "polars", "pandas")),
        *("SQL over Parquet", "CSV", "DuckDB over HTTP", "Node", "R"),
    ]


@pytest.mark.skipif(not which("uv"), reason="uv fetches the other DuckDB")
@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_the_clients_that_are_promised_open_the_release(release: Path, tmp_path: Path, version: str) -> None:
    code = "import duckdb; c = duckdb.connect('release.duckdb', read_only=True); " + (
        'print(duckdb.__version__, *c.execute("SELECT count(*), sum(affirmative) FROM result").fetchone())'
    )
    (tmp_path / "release.duckdb").symlink_to(release)
    command = ["uv", "run", "--no-project", "--with", f"duckdb=={version}", "--python", sys.executable]
    done = subprocess.run([*command, "python", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    if done.returncode and "CI" not in os.environ:
        pytest.skip("the other DuckDB cannot be fetched here")
    with duckdb.connect(release, read_only=True) as connection:
        rows = connection.execute("SELECT count(*), sum(affirmative) FROM result").fetchone()
    assert rows
    assert done.stdout.split() == [version, *map(str, rows)], done.stderr
