"""The demonstration: invented programmes, loaded and published like real ones."""

from datetime import datetime

from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Dataset
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.intake.loading import load
from pipelines.progress import Progress
from pipelines.release.publishing import publish
from pipelines.settings import Settings
from pipelines.shipped_files import CATALOGUE, DEMONSTRATION
from pipelines.store.store import Store

STEPS = len(Dataset) + 1


def prepare(settings: Settings, now: datetime, progress: Progress) -> None:
    """Load the demonstration's files and publish them; done before, it changes nothing.

    Raises Refused where the home holds real programmes.
    """
    catalogue = load_catalogue(CATALOGUE)
    with Store(settings.store, catalogue=catalogue) as store:
        new = [_load(dataset, store, catalogue, now, progress) for dataset in Dataset]
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


def _load(dataset: Dataset, store: Store, catalogue: Catalogue, now: datetime, progress: Progress) -> bool:
    progress(f"Loading {dataset}.csv")
    path = DEMONSTRATION / f"{dataset}.csv"
    receipt, _ = load(path, dataset, catalogue, store, submitted_by="demonstration", now=now, invented=True)
    return not receipt.already_held
