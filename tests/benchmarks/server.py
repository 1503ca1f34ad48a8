"""The servers that benchmarks set side by side: the dashboard, and an empty page that is served in the same way."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.cli.server import SAFETY
from tests.benchmarks.measuring import Bench
from tests.browser.conftest import free_port, wait_for
from tests.factories import PROJECT

EMPTY_PAGE = 'import streamlit as st\n\nst.title("Empty")\n'


@contextmanager
def dashboard(home: Path) -> Iterator[tuple[str, int]]:
    """The address of a dashboard of this home, and the number of its process."""
    with _listening("-m", "pipelines.cli", "dashboard", "--home", home, "--port={port}") as server:
        yield server


@contextmanager
def empty_page(bench: Bench) -> Iterator[tuple[str, int]]:
    """The same of a Streamlit server with one empty page, started with the dashboard's own options."""
    script = bench.folder / "empty_page.py"
    script.write_text(EMPTY_PAGE, encoding="utf-8")
    with _listening("-m", "streamlit", "run", script, *SAFETY, "--server.port={port}") as server:
        yield server


@contextmanager
def _listening(*arguments: object) -> Iterator[tuple[str, int]]:
    port, quiet = free_port(), subprocess.DEVNULL
    command = [sys.executable, *(str(argument).replace("{port}", str(port)) for argument in arguments)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=quiet, stderr=quiet) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
