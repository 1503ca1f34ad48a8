"""By how much somebody who sends 200,000 rows delays the page of somebody else.

    uv run python -m tests.benchmarks.sending_beside_reading

Prints how long a page takes alone, and while the file is sent and checked. On a machine with nothing else to do.
"""

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event

from pipelines.demo import prepare
from pipelines.progress import quiet
from pipelines.reading.limits import PAGE
from pipelines.settings import Settings
from tests.browser.conftest import served
from tests.factories import NOW, PROJECT
from tests.reference.visitor import Visitor, visiting

ALONE = 20
"""So many pages without a sender, after five that are not counted."""


def many_rows() -> bytes:
    """As many answers as a file may have, of a year that is not open yet."""
    drawn = random.Random(1)  # noqa: S311  nothing secret
    heading, *rows = (PROJECT / "data" / "demo" / "trainee_responses.csv").read_text(encoding="utf-8").splitlines()
    latest = [row.replace(",2025-26,", ",2026-27,") for row in rows if ",2025-26," in row]
    return "\n".join([heading, *drawn.choices(latest, k=PAGE.rows), ""]).encode()


def page(reader: Visitor) -> float:
    """Seconds until the page is whole."""
    return reader.visits("", "programme=demo-alder").seconds


def measured(reader: Visitor, sender: Visitor) -> tuple[list[float], list[float]]:
    """Seconds of the reader's pages, alone and meanwhile."""
    alone, sent = [page(reader) for _ in range(ALONE + 5)][5:], Event()
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(sender.uploads, "upload", "The file", "answers.csv", many_rows())
        sending.add_done_callback(lambda _: sent.set())
        meanwhile = [page(reader)]
        while not sent.is_set():
            meanwhile.append(page(reader))
    if "What was found" not in sending.result().text:
        sys.exit("The file was not checked.")
    return alone, meanwhile


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        prepare(Settings(home=Path(folder)), NOW, quiet)
        with served(Path(folder)) as server, visiting(server) as first, visiting(server) as second:
            for name, seconds in zip(("alone", "meanwhile"), measured(first, second), strict=True):
                told = f"half of them within {median(seconds):.2f} s, all within {max(seconds):.2f} s"
                sys.stdout.write(f"{name}: {len(seconds)} pages, {told}\n")
