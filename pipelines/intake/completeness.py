"""What a programme's academic year still lacks. It depends on which rows and columns were sent, and on no answer."""

from collections.abc import Iterator

import polars as pl

from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.measures import Measure
from pipelines.store.store import Store

MISSING = {"dataset": pl.String, "entry": pl.String, "what": pl.String}
"""A row is one thing that was not sent; `entry` is null where the whole dataset is missing."""

MISSING_IS_FINE = "Not everything has to be sent: what was not asked is shown as not asked, and is no fault."
NO_COHORTS = "How many were invited to answer, so that response can be told."
NO_SUPPORT = "What the programme says of its policy and support."

Missing = tuple[str, str | None, str]


def find_missing(
    store: Store, catalogue: Catalogue, programme: str, year: str | None, this_year: str
) -> tuple[str, pl.DataFrame]:
    """An academic year of a programme, and what it still lacks (MISSING). Without a `year` it is the latest year of
    which something came in or, where nothing did, this one.

    Raises Refused where the programme is not registered, or the store holds another instrument.
    """
    store.require_instrument(catalogue.instrument.id)
    if programme not in store.registered_programmes():
        raise Refused(f"No programme is registered as {programme}. Check the spelling (capitals matter).")
    sent = store.sent(programme)
    chosen = year or max(sent["academic_year"], default=this_year)
    return chosen, _missing(sent.filter(pl.col("academic_year") == chosen), catalogue)


def _missing(sent: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """What is missing from one year, in the order of the datasets and of the catalogue.

    `sent` is that year's rows of Store.sent. Answers may come as responses or as counts.
    """
    came = {(dataset, entry) for dataset, entry in sent.select("dataset", "entry").iter_rows()}
    rows = (*_groups(came, catalogue), *_questions(came, catalogue), *_items(came, catalogue))
    return pl.DataFrame(rows, schema=MISSING, orient="row")


def _groups(came: set[tuple[str, str]], catalogue: Catalogue) -> Iterator[Missing]:
    groups = [group for group in catalogue.groups if catalogue.asked_of(group)]
    missing = [group for group in groups if (Dataset.COHORTS, group) not in came]
    if missing == groups:
        yield Dataset.COHORTS, None, NO_COHORTS
    else:
        for group in missing:
            yield Dataset.COHORTS, group, f"How many {catalogue.people(group)} were invited to answer."


def _questions(came: set[tuple[str, str]], catalogue: Catalogue) -> Iterator[Missing]:
    for dataset, group in catalogue.responses.items():
        measures = catalogue.asked_of(group)
        missing = [measure for measure in measures if not (measure.optional or _came(came, measure))]
        if measures and not any(_came(came, measure) for measure in measures):
            yield dataset, None, f"Answers of {catalogue.people(group)}, as responses or as counts."
        else:
            missing = [measure for measure in missing if not _perhaps_nobody_left(came, catalogue, measure)]
            yield from ((dataset, measure.id, f"“{measure.question}”") for measure in missing)


def _came(came: set[tuple[str, str]], measure: Measure) -> bool:
    return any((dataset, measure.id) in came for dataset in (Dataset.responses(measure.group), Dataset.COUNTS))


def _perhaps_nobody_left(came: set[tuple[str, str]], catalogue: Catalogue, measure: Measure) -> bool:
    """In files of counts a follow-up question may have no row because nobody said yes before: naming it would tell."""
    while measure.base:
        measure = catalogue.measures[measure.base]
        if (Dataset.COUNTS, measure.id) in came:
            return True
    return False


def _items(came: set[tuple[str, str]], catalogue: Catalogue) -> Iterator[Missing]:
    given = [item for item in catalogue.support_item if item.computed is None]
    missing = [item for item in given if (Dataset.SUPPORT, item.id) not in came]
    if missing and missing == given:
        yield Dataset.SUPPORT, None, NO_SUPPORT
    else:
        yield from ((Dataset.SUPPORT, item.id, f"“{item.title}”") for item in missing)
