"""All benchmarks in one table: every row sets our work beside other work, measured in the same run.

uv run python -m tests.benchmarks [NAME …] [--divided-by NUMBER]

Without names all are run, and the table is written to RESULTS.md as well. With names only these are run, and nothing is
written. NUMBER divides every size, for a trial that takes little time; nothing is written then either. Run them on a
machine with nothing else to do.
"""

import argparse
import os
import platform
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

from tests.benchmarks.measuring import Bench, Row, rows_of, say
from tests.browser.conftest import CHROMIUM, installed

NAMES = (
    "checking_at_size",
    "checking_beside_others",
    "publishing_at_size",
    "auditing_at_size",
    "pages_at_size",
    "first_chart",
    "starting",
    "sessions_at_size",
    "release_file",
)
RESULTS = Path(__file__).with_name("RESULTS.md")
LIBRARIES = ("duckdb", "polars", "pandera", "streamlit")
HEADINGS = ("work", "against", "aim", "measured", "met")
TITLE = """\
# Benchmarks

`uv run python -m tests.benchmarks` measured this and wrote it. In each row both sides were measured in the same run.
"""


def main(names: list[str], divided_by: int) -> None:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every process would compile all that it imports
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names or NAMES:
            made = measured(name, Bench(Path(folder), divided_by))
            for row in made:
                say("  ".join(row.cells))
            rows += made
    text = report(rows, circumstances())
    say(text)
    if not names and divided_by == 1:
        RESULTS.write_text(text, encoding="utf-8")


def measured(name: str, bench: Bench) -> list[Row]:
    """The rows of a benchmark, run in a process of its own, so that none leaves another its caches and its memory."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(rows_of, name, bench).result()


def report(rows: Iterable[Row], about: Iterable[str]) -> str:
    """The table in Markdown, below what it was measured with."""
    return "\n".join([TITLE, *(f"- {line}" for line in about), "", *table(rows), ""])


def table(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of the table."""
    yield f"| {' | '.join(HEADINGS)} |"
    yield "|---" * len(HEADINGS) + "|"
    for row in rows:
        yield f"| {' | '.join(row.cells)} |"


def circumstances() -> Iterator[str]:
    """The day, the versions and the machine, without its name."""
    yield f"Measured on {datetime.now(UTC).date()}"
    yield ", ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in LIBRARIES)])
    yield chromium()
    yield f"{platform.system()}, {os.cpu_count()} cores, {processor()}, {memory_gb():.0f} GB of memory"


def chromium() -> str:
    """The name and number that the browser gives itself."""
    path = installed(CHROMIUM)
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout if path else ""
    return " ".join(said.split()[:2]) or "no Chromium"


def processor() -> str:
    """The model of the processor, where the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], metavar="NAME", help=f"One of {', '.join(NAMES)}.")
    parser.add_argument("--divided-by", type=int, default=1, metavar="NUMBER", help="Divide every size by it.")
    arguments = parser.parse_args()
    main(arguments.names, arguments.divided_by)
