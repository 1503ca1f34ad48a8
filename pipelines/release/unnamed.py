"""What a programme that is not named shows of itself: only what it shares with others, and only what is new."""

from dataclasses import replace

import polars as pl

from pipelines.instrument.dataset import Dataset
from pipelines.release.schema import LEAST_ALIKE
from pipelines.store.records import Holdings

PLACES = ("profession", "country", "region")
"""What can be shown of a programme, from what many share to what few share."""
SCOPE = ("dataset", "programme_id", "academic_year")
"""What a file speaks for."""


def hide_what_few_share(programmes: pl.DataFrame) -> pl.DataFrame:
    """Programmes with profession, country and region; those that are not named show only what enough of them show.

    First those show all three that are enough with the same three. Of the others those show profession and country
    that are enough, and of the rest those their profession. So nobody stands out by what is not shown either.
    """
    named = programmes.filter("named")
    shown, left = [named], programmes.filter(~pl.col("named"))
    for length in range(len(PLACES), 0, -1):
        left = left.with_columns(pl.lit(None, pl.String).alias(name) for name in PLACES[length:])
        alike = pl.len().over(PLACES[:length]) >= LEAST_ALIKE
        shown.append(left.filter(alike))
        left = left.filter(~alike)
    hidden = left.with_columns(pl.lit(None, pl.String).alias(name) for name in PLACES)
    return pl.concat([*shown, hidden])


def only_what_is_new(holdings: Holdings) -> Holdings:
    """What a release may say: without what was said of a programme before it got the code it has now."""
    said_before = holdings.said_before
    return replace(
        holdings,
        contributions=holdings.contributions.join(said_before, on=SCOPE, how="anti"),
        cohorts=_without(holdings.cohorts, said_before, Dataset.COHORTS),
        support=_without(holdings.support, said_before, Dataset.SUPPORT),
    )


def _without(rows: pl.DataFrame, said_before: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    shown_before = said_before.filter(pl.col("dataset") == str(dataset))
    return rows.join(shown_before, on=SCOPE[1:], how="anti")
