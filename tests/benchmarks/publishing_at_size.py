"""How long publishing takes at size: 3,000 invented programmes, 10 years, every measure of the first instrument.

uv run python -m tests.benchmarks.publishing_at_size [PROGRAMMES]
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from unittest.mock import patch

import duckdb
import numpy as np
import polars as pl

from pipelines.disclosure.audit import attack_ledger
from pipelines.disclosure.ledger import Ledger
from pipelines.disclosure.waiting_lists import advance
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.definitions import definitions
from pipelines.instrument.measures import Measure
from pipelines.release import publishing
from pipelines.release.file import LARGE_BLOCKS, STORAGE_VERSION
from pipelines.release.publishing import publish
from pipelines.store.records import Submission
from pipelines.store.store import Store
from tests.benchmarks.measuring import Bench, Cost, Figure, Row, cost_here, say
from tests.factories import NOW, first_catalogue

YEARS = [f"{year}-{(year + 1) % 100:02d}" for year in range(2014, 2024)]

PROGRAMMES = 3_000
MOST_TIMES = 10
TIMES = 3
AGAINST = "DuckDB grouping the same contributions by programme, year and measure, in order, and writing them once"
REASON = (
    "Grouping is the least of it: publishing judges each waiting list after each of its parts, compares every result "
    "with four comparators that leave its programme out, and writes, hashes and checks several times as many rows."
)
"""Why an aim is missed, if one is."""
STORAGE = f"(STORAGE_VERSION '{STORAGE_VERSION}', BLOCK_SIZE {LARGE_BLOCKS})"
GROUPED = """
    CREATE TABLE written.result AS
    SELECT programme_id, academic_year, measure_id, sum(respondents) AS respondents, sum(affirmative) AS affirmative
    FROM store.contribution GROUP BY ALL ORDER BY ALL
"""


def main(programmes: int = PROGRAMMES) -> None:
    catalogue = first_catalogue()
    counts = invented_counts(catalogue, programmes)
    say(f"{counts.height:,} counts of {programmes:,} programmes")
    with timed("the rule: every list judged after each of its parts"):
        ledger = Ledger.empty() + advance_once(catalogue, counts)
    with timed(f"the attacker: {ledger.parts.height:,} parts"):
        say(f"he finds {attack_ledger(ledger).findings.height}")
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "store.duckdb") as store:
        fill(store, catalogue, counts)
        with timed("the whole publish, attack and release file included"):
            publish(store, catalogue, Path(folder) / "releases", now=NOW, published_by="benchmark")


def rows(bench: Bench) -> list[Row]:
    """The row for the table of all benchmarks."""
    programmes = bench.size(PROGRAMMES, 3)
    catalogue = first_catalogue()
    counts = invented_counts(catalogue, programmes)
    path = bench.folder / "store.duckdb"
    with Store(path) as store:
        fill(store, catalogue, counts)
    plain = by_duckdb(path, bench.folder)
    with Store(path) as store:
        ours = cost_here(lambda: publish_unaudited(store, catalogue, bench.folder / "releases"))
    work = f"publish without audit: {programmes:,} programmes × {len(YEARS)} years × {len(catalogue.measure)} measures"
    figures = Figure("CPU", ours.cpu / plain.cpu, MOST_TIMES), Figure("time", ours.seconds / plain.seconds, MOST_TIMES)
    return [Row(f"{work} ({ours.cpu:.0f} CPU s)", f"{AGAINST} ({plain.cpu:.1f} CPU s)", figures, REASON)]


def publish_unaudited(store: Store, catalogue: Catalogue, releases: Path) -> None:
    """Publish as ever, but let nobody try to take the releases apart."""
    with patch.object(publishing, "require_safe"), patch.object(publishing, "require_pairs_safe"):
        publish(store, catalogue, releases, now=NOW, published_by="benchmark")


def by_duckdb(store: Path, folder: Path) -> Cost:
    """What DuckDB takes: the median of a few times."""
    costs = [cost_here(partial(group_and_write, store, folder / f"grouped-{nth}.duckdb")) for nth in range(TIMES)]
    return Cost(median(cost.cpu for cost in costs), median(cost.seconds for cost in costs))


def group_and_write(store: Path, written: Path) -> None:
    """What DuckDB alone does with the contributions, in the storage in which a release is written."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{store}' AS store (READ_ONLY)")
        connection.execute(f"ATTACH '{written}' AS written {STORAGE}")
        connection.execute(GROUPED)
        connection.execute("CHECKPOINT written")


def advance_once(catalogue: Catalogue, counts: pl.DataFrame) -> Ledger:
    contributions = counts.join(definitions(catalogue), on="measure_id").with_columns(
        submission_id=pl.lit("benchmark"), dataset=pl.lit("counts")
    )
    keys = ("programme_id", "academic_year", "measure_id", "submission_id", "respondents", "affirmative")
    overridden = contributions.clear().select(keys)
    return advance(
        Ledger.empty(),
        contributions,
        catalogue.measure_frame,
        1,
        overridden.select("submission_id", "programme_id", "academic_year"),
        overridden,
        overridden.select("programme_id", publishing="respondents"),
    )


def invented_counts(catalogue: Catalogue, programmes: int) -> pl.DataFrame:
    """Programmes of 8 to 60 people, common and rare answers, whatever hangs on another within its bounds."""
    random = np.random.default_rng(2018)
    size = np.repeat(random.integers(8, 60, programmes), len(YEARS))
    yes: dict[str, np.ndarray] = {}
    return pl.concat(
        _counts(measure, programmes, size, yes, random)
        for measure in sorted(catalogue.measure, key=lambda measure: _depth(catalogue, measure))
    )


def _counts(
    measure: Measure, programmes: int, size: np.ndarray, yes: dict[str, np.ndarray], random: np.random.Generator
) -> pl.DataFrame:
    n = yes[measure.base].copy() if measure.base else random.binomial(size, 0.9)
    k = random.binomial(n, random.beta(2, 3, programmes).repeat(len(YEARS)))
    yes[measure.id] = np.minimum(k, yes[measure.within]) if measure.within else k
    return pl.DataFrame(
        {
            "programme_id": np.repeat([f"programme-{number}" for number in range(programmes)], len(YEARS)),
            "academic_year": YEARS * programmes,
            "measure_id": measure.id,
            "subgroup": pl.Series([None], dtype=pl.String).new_from_index(0, size.size),
            "respondents": n.astype(np.int64),
            "affirmative": yes[measure.id].astype(np.int64),
        }
    )


def _depth(catalogue: Catalogue, measure: Measure) -> int:
    parent = measure.within or measure.base
    return 0 if parent is None else 1 + _depth(catalogue, catalogue.measures[parent])


def fill(store: Store, catalogue: Catalogue, counts: pl.DataFrame) -> None:
    about = {
        "programme_name": "Invented",
        "profession": "psychology",
        "country": "Exampleland",
        "region": None,
        "named": "yes",
        "formerly": None,
    }
    texts = [pl.lit(value, pl.String).alias(name) for name, value in about.items()]
    programmes = counts.select("programme_id").unique(maintain_order=True).with_columns(texts)
    record(store, catalogue, {Dataset.PROGRAMMES: programmes, Dataset.COUNTS: counts})


def record(store: Store, catalogue: Catalogue, datasets: dict[Dataset, pl.DataFrame]) -> None:
    """Store what is counted of each dataset, and close every year."""
    for dataset, counted in datasets.items():
        store.record(submission_of(dataset, counted, catalogue), replace=False)
    store.close_years(store.year_states(), by="benchmark", at=NOW)


def submission_of(dataset: Dataset, counted: pl.DataFrame, catalogue: Catalogue) -> Submission:
    return Submission(
        file=dataset,
        dataset=dataset,
        sha256=dataset,
        mapping_sha256=None,
        submitted_by="benchmark",
        submitted_at=NOW,
        instrument_id=catalogue.instrument.id,
        catalogue_version=catalogue.instrument.version,
        invented=True,
        rows=0,
        counted=counted,
        definitions=definitions(catalogue),
    )


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Also in seconds of processor: these are hardly more on a machine that others use."""
    begun, processor = time.perf_counter(), time.process_time()
    yield
    say(f"{what}: {time.perf_counter() - begun:.1f} s, {time.process_time() - processor:.1f} s of processor")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
