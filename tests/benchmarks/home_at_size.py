"""A home with a release of many invented programmes, in which every page has something to show.

uv run python -m tests.benchmarks.home_at_size HOME [PROGRAMMES]

3,000 programmes, 10 years, every measure of the catalogue that comes with Openness; how many were invited; and support
items that come into place over the years. One programme in five is not named.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Dataset
from pipelines.release.publishing import publish
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.benchmarks.measuring import Bench, cost
from tests.benchmarks.publishing_at_size import YEARS, invented_counts, record
from tests.factories import NOW, shipped_catalogue

PROGRAMMES = 3_000
LEAST = 60
"""So many programmes a small home has, that each profession and region has some."""
UNNAMED_EVERY = 5
ITEMS = 6
"""So many support items each programme has told of, each year."""
INVITED = 70


def main(home: Path, programmes: int = PROGRAMMES) -> None:
    """Fill a home and publish."""
    catalogue, settings = shipped_catalogue(), Settings(home=home)
    home.mkdir(parents=True, exist_ok=True)
    counts = invented_counts(catalogue, programmes)
    datasets = {
        Dataset.PROGRAMMES: registered(catalogue, programmes),
        Dataset.COHORTS: invited(catalogue, programmes),
        Dataset.SUPPORT: supporting(catalogue, programmes),
        Dataset.COUNTS: counts,
    }
    with Store(settings.store) as store:
        record(store, catalogue, datasets)
        publish(store, catalogue, settings.releases, now=NOW, published_by="benchmark")


def home_of(bench: Bench) -> Path:
    """The home for this run, made by the first benchmark that needs it, in a process of its own."""
    home = bench.folder / "home"
    if not home.exists():
        cost(sys.executable, "-m", __name__, home, bench.size(PROGRAMMES, LEAST))
    return home


def programmes_of(bench: Bench) -> str:
    """`3,000 programmes`"""
    return f"{bench.size(PROGRAMMES, LEAST):,} programmes"


def registered(catalogue: Catalogue, programmes: int) -> pl.DataFrame:
    """Programmes of every profession and region."""
    numbers, regions, professions = range(programmes), catalogue.region, catalogue.profession
    return pl.DataFrame(
        {
            "programme_id": [f"programme-{number}" for number in numbers],
            "programme_name": [f"Programme {number}" for number in numbers],
            "profession": [professions[number % len(professions)].id for number in numbers],
            "country": [regions[number % len(regions)].country for number in numbers],
            "region": [regions[number % len(regions)].id for number in numbers],
            "named": ["yes" if number % UNNAMED_EVERY else "no" for number in numbers],
            "formerly": pl.Series([None] * programmes, dtype=pl.String),
        }
    )


def programme_years(programmes: int) -> pl.DataFrame:
    """A row is a programme in a year."""
    ids = pl.DataFrame({"programme_id": [f"programme-{number}" for number in range(programmes)]})
    return ids.join(pl.DataFrame({"academic_year": YEARS}), how="cross")


def invited(catalogue: Catalogue, programmes: int) -> pl.DataFrame:
    """As many for each group, programme and year, or fewer."""
    groups = pl.DataFrame({"respondent_group": list(catalogue.groups)})
    rows = programme_years(programmes).join(groups, how="cross")
    chance = np.random.default_rng(70)
    return rows.with_columns(
        invited=pl.Series(chance.integers(INVITED // 2, INVITED, rows.height)), collected_by=pl.lit(None, pl.String)
    )


def supporting(catalogue: Catalogue, programmes: int) -> pl.DataFrame:
    """The first support items, each of which comes into place in some year, and stays."""
    items = [item.id for item in catalogue.support_item if item.id not in catalogue.computed_items][:ITEMS]
    begins = np.random.default_rng(7).integers(0, 2 * len(YEARS), (programmes, len(items)))
    each = pl.DataFrame(
        {
            "programme_id": np.repeat([f"programme-{number}" for number in range(programmes)], len(items)),
            "item_id": items * programmes,
            "begins": begins.ravel(),
        }
    )
    years = pl.DataFrame({"academic_year": YEARS, "nth": range(len(YEARS))})
    there = pl.col("nth") >= pl.col("begins")
    since = pl.date(pl.col("begins") + int(YEARS[0][:4]), 10, 1)
    return each.join(years, how="cross").select(
        "programme_id",
        "academic_year",
        "item_id",
        pl.when(there).then(pl.lit("in_place")).otherwise(pl.lit("not_in_place")).alias("status"),
        pl.when(there).then(since).alias("since"),
        pl.lit(None, pl.Date).alias("reviewed_on"),
        pl.lit(None, pl.String).alias("evidence_url"),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
