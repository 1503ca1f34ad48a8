"""Support items whose status is worked out from the date of another: "reviewed within the last 24 months"."""

import polars as pl

from pipelines.academic_year import last_day
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.support_items import Computed

HELD = ("in_place", "in_part")
"""The statuses of an item that is there, so that its date says something."""


def with_computed_items(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Accepted rows of support, and one for each computed item of each programme and year that speaks of its source."""
    added = [
        rows.filter(pl.col("item_id") == source.item).with_columns(
            _status(source, catalogue.instrument.first_month).alias("status"),
            pl.lit(item).alias("item_id"),
            pl.lit(None, pl.Date).alias("since"),
            pl.lit(None, pl.String).alias("evidence_url"),
        )
        for item, source in catalogue.computed_items.items()
    ]
    return pl.concat([rows, *added])


def _status(source: Computed, first_month: int) -> pl.Expr:
    """In place where the date is recent enough, and not known where there is none or nothing is known of the item."""
    earliest = last_day("academic_year", first_month).dt.offset_by(f"-{source.months}mo")
    return (
        pl.when(pl.col("status") == "not_known")
        .then(pl.lit("not_known"))
        .when(~pl.col("status").is_in(HELD))
        .then(pl.lit("not_in_place"))
        .when(pl.col(source.date).is_null())
        .then(pl.lit("not_known"))
        .when(pl.col(source.date) > earliest)
        .then(pl.lit("in_place"))
        .otherwise(pl.lit("not_in_place"))
    )
