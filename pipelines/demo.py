"""The demonstration: invented programmes, loaded and published like real ones."""

from datetime import datetime
from pathlib import Path

from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Dataset
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.intake.loading import load
from pipelines.progress import Progress
from pipelines.release.publishing import publish
from pipelines.settings import Settings
from pipelines.shipped_files import CATALOGUE, DEMONSTRATION, FIRST_EDITION
from pipelines.store.store import Store

BEFORE_ANY_EDITION = (Dataset.PROGRAMMES, Dataset.COHORTS)
OF_AN_EDITION = (Dataset.SUPPORT, *map(Dataset.responses, ("staff", "trainee")), Dataset.COUNTS)
STEPS = len(BEFORE_ANY_EDITION) + 2 * len(OF_AN_EDITION) + 1


def prepare(settings: Settings, now: datetime, progress: Progress) -> None:
    """Load the demonstration's files and publish them; done before, it changes nothing.

    Raises Refused where the home holds real programmes.
    """
    catalogue = load_catalogue(CATALOGUE)
    with Store(settings.store, catalogue=catalogue) as store:
        new = [_load(path, store, instrument, now, progress) for path, instrument in _files(catalogue)]
        if any(new) or not store.release_ids():
            store.close_years(store.year_states(), by="demonstration", at=now)
            progress("Publishing")
            publish(
                store,
                catalogue,
                settings.releases,
                now=now,
                published_by="demonstration",
                remark="A demonstration with invented programmes.",
            )


def _files(catalogue: Catalogue) -> list[tuple[Path, Catalogue]]:
    """Each file, and the catalogue with which it was asked, in the order of loading: the first edition first."""
    first_edition = load_catalogue(FIRST_EDITION / "catalogue.toml")
    return [
        *((DEMONSTRATION / f"{dataset}.csv", catalogue) for dataset in BEFORE_ANY_EDITION),
        *((FIRST_EDITION / f"{dataset}.csv", first_edition) for dataset in OF_AN_EDITION),
        *((DEMONSTRATION / f"{dataset}.csv", catalogue) for dataset in OF_AN_EDITION),
    ]


def _load(path: Path, store: Store, catalogue: Catalogue, now: datetime, progress: Progress) -> bool:
    progress(f"Loading {path.name}")
    dataset = Dataset(path.stem)
    receipt, _ = load(path, dataset, catalogue, store, submitted_by="demonstration", now=now, invented=True)
    return not receipt.already_held
