"""The servers that benchmarks set side by side: the dashboard, and an empty page that is served in the same way."""

from contextlib import AbstractContextManager
from pathlib import Path

from pipelines.cli.server import SAFETY
from tests.benchmarks.measuring import Bench
from tests.browser.conftest import process_of

EMPTY_PAGE = 'import streamlit as st\n\nst.title("Empty")\n'


def dashboard(home: Path) -> AbstractContextManager[tuple[str, int]]:
    """The address of a dashboard of this home, and the number of its process."""
    return process_of("-m", "pipelines.cli", "dashboard", "--home", str(home), "--port")


def empty_page(bench: Bench) -> AbstractContextManager[tuple[str, int]]:
    """The same of a Streamlit server with one empty page, started with the dashboard's own options."""
    script = bench.folder / "empty_page.py"
    script.write_text(EMPTY_PAGE, encoding="utf-8")
    return process_of("-m", "streamlit", "run", str(script), *SAFETY, "--server.port")
