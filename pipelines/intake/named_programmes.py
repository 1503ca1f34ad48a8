"""What the store tells to anybody who sends a file: of named programmes how many answered, and what is published.

Nothing here depends on a stored k that is not published, so nobody can learn one by trying files. Of a programme that
is not named nothing is told at all, because anybody can put its id into a file and so find out under which code it is
published.
"""

from dataclasses import replace

import polars as pl

from pipelines.disclosure.ledger import MEASURE_KEYS, Ledger
from pipelines.store.store import Store


def file_totals(counted: pl.DataFrame, store: Store) -> pl.DataFrame:
    """Everybody in a file, under the id it was sent with (sent_as) and the one the store keeps."""
    keys = ("programme_id", "academic_year", "measure_id")
    totals = counted.group_by(keys, maintain_order=True).agg(pl.col("respondents", "affirmative").sum())
    return store.first_ids(totals.with_columns(sent_as="programme_id"))


def only_named(rows: pl.DataFrame, store: Store) -> pl.DataFrame:
    """The rows of programmes that are named."""
    return rows.join(_named(store), on="programme_id", how="semi")


def named_ledger(store: Store) -> Ledger:
    """The ledger, without the lists and results of programmes that are not named, and without what was taken back."""
    ledger, named = store.standing_ledger(), _named(store)
    seen, parts, results = (
        frame.join(named, on="programme_id", how="semi", maintain_order="left")
        for frame in (ledger.seen, ledger.parts, ledger.results)
    )
    return replace(ledger, seen=seen, parts=parts, results=results)


def last_published(ledger: Ledger) -> pl.DataFrame:
    """The latest result of each list: MEASURE_KEYS, last_first_year, last_last_year, last_respondents,
    last_affirmative."""
    last = ledger.published.sort("last_year", "result_id").unique(MEASURE_KEYS, keep="last", maintain_order=True)
    names = ("first_year", "last_year", "respondents", "affirmative")
    return last.select(*MEASURE_KEYS, *(pl.col(name).alias(f"last_{name}") for name in names))


def _named(store: Store) -> pl.DataFrame:
    return store.programmes().filter("told_by_name").select("programme_id")
