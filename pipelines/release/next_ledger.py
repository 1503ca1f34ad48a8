"""What a publishing adds to the ledger, for publishing and for those who ask beforehand what it would do."""

import polars as pl

from pipelines.disclosure.ledger import Ledger
from pipelines.disclosure.waiting_lists import advance
from pipelines.instrument.catalogue import Catalogue
from pipelines.store.records import Holdings


def new_in_ledger(holdings: Holdings, catalogue: Catalogue, publishing: int, counts: pl.DataFrame) -> Ledger:
    """What publishing number `publishing` adds to the ledger of what is held.

    `counts`: those set aside that overrides let through, as `Store.set_aside_counts` gives them.
    """
    return advance(
        holdings.ledger,
        holdings.contributions,
        catalogue.measure_frame,
        publishing,
        holdings.withdrawn,
        counts,
        holdings.unnamed,
    )
