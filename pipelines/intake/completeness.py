"""What a programme's academic year still lacks. It depends on which rows and columns were sent, and on no answer."""

from collections.abc import Iterator

import polars as pl

from pipelines.documents import wording
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue, Measure
from pipelines.instrument.dataset import RESPONSES, Dataset
from pipelines.store.store import Store

LACKING = {"dataset": pl.String, "entry": pl.String, "what": pl.String}
"""A row is one thing not sent; `entry` is null where the whole dataset is missing."""

Lack = tuple[str, str | None, str]


def look(
    store: Store, catalogue: Catalogue, programme: str, year: str | None, this_year: str
) -> tuple[str, pl.DataFrame]:
    """The year looked at, and what it lacks. Where none is given it is the latest of which something came in, or this.

    Raises Refused where the programme is not registered, or the store holds another instrument.
    """
    store.require_instrument(catalogue.instrument.id)
    if programme not in store.registered_programmes():
        raise Refused(f"No programme is registered as {programme}. Check the spelling (capitals matter).")
    sent = store.sent(programme)
    chosen = year or max(sent["academic_year"], default=this_year)
    return chosen, lacking(sent.filter(pl.col("academic_year") == chosen), catalogue)


def lacking(sent: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """What is missing from one year (LACKING), in the order of the datasets and of the catalogue.

    `sent` is that year's rows of Store.sent. Answers may come as responses or as counts.
    """
    came = {(dataset, entry) for dataset, entry in sent.select("dataset", "entry").iter_rows()}
    rows = (*_groups(came, catalogue), *_questions(came, catalogue), *_items(came, catalogue))
    return pl.DataFrame(rows, schema=LACKING, orient="row")


def _groups(came: set[tuple[str, str]], catalogue: Catalogue) -> Iterator[Lack]:
    groups = [group for group in RESPONSES.values() if catalogue.asked_of(group)]
    missing = [group for group in groups if (Dataset.COHORTS, group) not in came]
    if missing == groups:
        yield _whole(Dataset.COHORTS)
    else:
        yield from ((Dataset.COHORTS, group, wording.not_invited(group)) for group in missing)


def _questions(came: set[tuple[str, str]], catalogue: Catalogue) -> Iterator[Lack]:
    for dataset, group in RESPONSES.items():
        measures = catalogue.asked_of(group)
        missing = [measure for measure in measures if not _came(came, measure)]
        if measures and missing == list(measures):
            yield _whole(dataset)
        else:
            missing = [measure for measure in missing if not _perhaps_nobody_left(came, catalogue, measure)]
            yield from ((dataset, measure.id, wording.not_in(measure.question)) for measure in missing)


def _came(came: set[tuple[str, str]], measure: Measure) -> bool:
    return any((dataset, measure.id) in came for dataset in (*RESPONSES, Dataset.COUNTS))


def _perhaps_nobody_left(came: set[tuple[str, str]], catalogue: Catalogue, measure: Measure) -> bool:
    """In files of counts a follow-up question may have no row because nobody said yes before: naming it would tell."""
    while measure.base:
        measure = catalogue.measures[measure.base]
        if (Dataset.COUNTS, measure.id) in came:
            return True
    return False


def _items(came: set[tuple[str, str]], catalogue: Catalogue) -> Iterator[Lack]:
    missing = [item for item in catalogue.support_item if (Dataset.SUPPORT, item.id) not in came]
    if missing and len(missing) == len(catalogue.support_item):
        yield _whole(Dataset.SUPPORT)
    else:
        yield from ((Dataset.SUPPORT, item.id, wording.not_in(item.title)) for item in missing)


def _whole(dataset: Dataset) -> Lack:
    return dataset, None, wording.NOT_SENT[dataset]
