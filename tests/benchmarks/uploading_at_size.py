"""How long the Upload page takes at its limit: 200,000 invented trainees of 400 programmes, in a real browser.

uv run python -m tests.benchmarks.uploading_at_size [spoilt]

With `spoilt` every row is of a programme that is not registered, and so a finding of its own.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from playwright.sync_api import Page, expect, sync_playwright

from dashboard.upload import wording
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.measures import Measure
from pipelines.store.store import Store
from tests.browser.conftest import CHROMIUM, QUIET, installed, served, whole
from tests.browser.test_upload import offer
from tests.factories import a_file, first_catalogue, loaded, programmes_csv

PROGRAMMES = [f"programme-{number:03d}" for number in range(400)]
ROWS = 200_000
MINUTES_2 = 120_000


def main(*, spoilt: bool) -> None:
    catalogue = first_catalogue()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with Store(home / "store.duckdb") as store:
            loaded(store, a_file(home, programmes_csv(*PROGRAMMES), "programmes.csv"), "programmes", catalogue)
        path = home / "trainees.csv"
        invented_answers(catalogue, spoilt=spoilt).write_csv(path)
        say(f"{ROWS:,} rows, {path.stat().st_size / 1e6:.0f} MB")
        with served(home) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=installed(CHROMIUM), args=QUIET.split())
            upload(browser.new_page(), f"{address}/upload", path)
            browser.close()


def upload(page: Page, address: str, path: Path) -> None:
    page.goto(address)
    whole(page)
    began = time.perf_counter()
    offer(page, path)
    expect(page.get_by_role("heading", name=wording.FOUND)).to_be_visible(timeout=MINUTES_2)
    whole(page)
    say(f"from the choice of the file to what was found: {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    page.get_by_label(wording.RECEIPT_IDS).fill("none")
    page.get_by_label(wording.RECEIPT_IDS).press("Control+Enter")
    time.sleep(0.2)  # until the page has begun to run
    whole(page)
    say(f"another click: {time.perf_counter() - began - 0.2:.1f} s")
    say(f"the server took at most {most_memory():,.0f} MB")


def invented_answers(catalogue: Catalogue, *, spoilt: bool) -> pl.DataFrame:
    """Answers in which follow-up questions are answered by those they are put to."""
    chance = np.random.default_rng(1)
    numbers = np.arange(ROWS)
    names = [f"nobody-{number}" for number in numbers] if spoilt else [PROGRAMMES[at % 400] for at in numbers]
    frame = pl.DataFrame({"programme_id": names, "academic_year": "2024-25"})
    for measure in sorted(catalogue.asked_of("trainee"), key=lambda one: one.within is not None):
        frame = frame.with_columns(_answered(measure, chance).alias(measure.id))
    return _consistent(frame, catalogue)


def _answered(measure: Measure, chance: np.random.Generator) -> pl.Series:
    return pl.Series(chance.choice(list(measure.answers), ROWS))


def _consistent(frame: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    for measure in catalogue.asked_of("trainee"):
        if measure.within:
            yes = pl.col(measure.id).is_in(measure.affirmative)
            of_outer = catalogue.measures[measure.within].affirmative[0]
            outer = pl.when(yes).then(pl.lit(of_outer)).otherwise(pl.col(measure.within))
            frame = frame.with_columns(outer.alias(measure.within))
    for measure in catalogue.asked_of("trainee"):
        if measure.base:
            asked = pl.col(measure.base).is_in(catalogue.measures[measure.base].affirmative)
            frame = frame.with_columns(pl.when(asked).then(pl.col(measure.id)).alias(measure.id))
    return frame


def most_memory() -> float:
    """The most the server has held so far, in MB."""
    processes = subprocess.run(["pgrep", "-f", "streamlit run"], capture_output=True, text=True, check=True)  # noqa: S607
    status = [Path(f"/proc/{process}/status").read_text(encoding="utf-8") for process in processes.stdout.split()]
    peaks = [int(line.split()[1]) for one in status for line in one.splitlines() if line.startswith("VmHWM")]
    return max(peaks) / 1_000


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(spoilt="spoilt" in sys.argv[1:])
