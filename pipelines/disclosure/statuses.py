"""What is said of each programme, measure and year: published, suppressed or not collected. Pure functions."""

import polars as pl

from pipelines.disclosure.ledger import MEASURE_KEYS, YEAR_KEYS


def statuses(
    contributions: pl.DataFrame,
    measures: pl.DataFrame,
    published: pl.DataFrame,
    let_through: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """What is said of each programme, measure and year in which the programme took part: programme_id, measure_id,
    academic_year, status.

    `let_through`: what overrides let through and what still stands, YEAR_KEYS. It is asked even where the file whose
    place it took was taken back; nothing is said then of the other questions of that year.

    `not_collected` depends only on which questions were asked; for a measure with a base, only on its base's status,
    because whether anybody was left to be asked tells about the base. `root` is the first of a measure's bases.
    """
    besides = contributions.clear() if let_through is None else let_through
    asked = pl.concat([contributions.select(YEAR_KEYS), besides.select(YEAR_KEYS)]).unique()
    shown = (
        published.select(*MEASURE_KEYS, pl.col("years").alias("academic_year"))
        .explode("academic_year")
        .with_columns(shown=True)
    )
    return (
        pl.concat([_took_part(contributions, measures), besides.select(YEAR_KEYS)])
        .unique()
        .join(measures.select("measure_id", "root"), on="measure_id")
        .join(
            asked.with_columns(asked=True),
            left_on=["programme_id", "root", "academic_year"],
            right_on=YEAR_KEYS,
            how="left",
        )
        .join(shown, on=YEAR_KEYS, how="left")
        .select(*YEAR_KEYS, _status())
    )


def _took_part(contributions: pl.DataFrame, measures: pl.DataFrame) -> pl.DataFrame:
    """Every measure for every programme and year from which there is any count of that group of people."""
    group = measures.select("measure_id", "group")
    return (
        contributions.join(group, on="measure_id")
        .select("programme_id", "academic_year", "group")
        .unique()
        .join(group, on="group")
        .select(YEAR_KEYS)
    )


def _status() -> pl.Expr:
    return (
        pl.when(pl.col("shown"))
        .then(pl.lit("published"))
        .when(pl.col("asked"))
        .then(pl.lit("suppressed"))
        .otherwise(pl.lit("not_collected"))
        .alias("status")
    )
