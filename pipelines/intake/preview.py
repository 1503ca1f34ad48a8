"""What a file would come to, beside what is published and what waits, before anybody says yes to it."""

import polars as pl

from pipelines.disclosure.ledger import MEASURE_KEYS, Ledger
from pipelines.instrument.catalogue import Catalogue
from pipelines.intake.named_programmes import file_totals, last_published, named_ledger
from pipelines.store.store import Store


def preview(counted: pl.DataFrame, catalogue: Catalogue, store: Store) -> pl.DataFrame:
    """A row for each programme, year and measure of a file: programme_id, academic_year, measure_id, title,
    respondents, affirmative, minimum_respondents, enough (people, by this file alone; whether it is published depends
    on more), waiting (how many people already wait), last_first_year, last_last_year, last_respondents,
    last_affirmative (the last published result, if there is one). In the order of the catalogue.
    """
    measures = catalogue.measure_frame.select("measure_id", "place", "minimum_respondents")
    titles = {measure.id: measure.title for measure in catalogue.measure}
    ledger = named_ledger(store)
    return (
        file_totals(counted, store)
        .join(last_published(ledger), on=MEASURE_KEYS, how="left")
        .join(_people_waiting(ledger), on=MEASURE_KEYS, how="left")
        .join(measures, on="measure_id")
        .sort("programme_id", "academic_year", "place")
        .select(
            pl.col("sent_as").alias("programme_id"),
            "academic_year",
            "measure_id",
            pl.col("measure_id").replace_strict(titles, default=None).alias("title"),
            "respondents",
            "affirmative",
            "minimum_respondents",
            (pl.col("respondents") >= pl.col("minimum_respondents")).alias("enough"),
            pl.col("waiting").fill_null(0),
            pl.col("^last_.*$"),
        )
    )


def _people_waiting(ledger: Ledger) -> pl.DataFrame:
    return ledger.waiting.group_by(MEASURE_KEYS).agg(pl.col("respondents").sum().alias("waiting"))
