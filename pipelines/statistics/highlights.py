"""What there is to say of a programme's year: the one list that pages, reports and exports draw on."""

from collections.abc import Mapping

import polars as pl

from pipelines.statistics.comparators import KINDS
from pipelines.statistics.estimators import CHANGES
from pipelines.statistics.funnels import VERDICTS

TOPICS = ("gap", "stands_out", "change", "trend", "suppressed")
"""What can be said, in the order in which it is."""
_SUBJECT = ("measure_id", "gap_id", "result_id", "kind", "name")
_ROW = ("programme_id", "academic_year", "topic", *_SUBJECT)


def highlight(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What stands out, changed, rose, fell or is withheld, for each programme and academic year.

    `frames` are relations of the release. The order is that of TOPICS, then of the catalogue, then of KINDS. It is the
    same for every programme and no rank of anything.
    """
    rows = pl.concat([_gaps(frames), _standing_out(frames), _changes(frames), _trends(frames), _suppressed(frames)])
    places = pl.concat(
        [
            frames["measure"].select(pl.col("measure_id").alias("subject"), pl.col("place").alias("subject_place")),
            frames["gap_pair"].select(pl.col("gap_id").alias("subject"), pl.col("place").alias("subject_place")),
        ]
    )
    topic, kind = (
        pl.col(name).replace_strict(words, range(len(words)), default=None).alias(f"{name}_place")
        for name, words in (("topic", TOPICS), ("kind", KINDS))
    )
    by = ("programme_id", "academic_year")
    return (
        rows.with_columns(pl.coalesce("measure_id", "gap_id").alias("subject"), topic, kind)
        .join(places, on="subject", how="left")
        .sort(*by, "topic_place", "subject_place", "subject", "kind_place", "name", "result_id")
        .with_columns(place=pl.int_range(pl.len()).over(by))
        .select("programme_id", "academic_year", "place", "topic", *_SUBJECT)
    )


def _rows(found: pl.DataFrame, topic: str) -> pl.DataFrame:
    """The rows of a topic, with null for what it has not."""
    missing = [pl.lit(None, pl.Int64 if name == "result_id" else pl.String).alias(name) for name in _SUBJECT]
    return found.with_columns(
        pl.lit(topic).alias("topic"), *(column for column in missing if column.meta.output_name() not in found.columns)
    ).select(_ROW)


def _gaps(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    clear = frames["gap"].filter((pl.col("difference_low") > 0) | (pl.col("difference_high") < 0))
    by_year = clear.select("gap_id", "programme_id", pl.col("years").alias("academic_year")).explode("academic_year")
    return _rows(by_year, "gap")


def _standing_out(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    found = frames["comparison"].filter(pl.col("verdict").is_in(VERDICTS[:2]))
    return _rows(_in_each_year(frames, found.select("result_id", "kind", "name")), "stands_out")


def _changes(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    found = frames["change"].filter(pl.col("verdict").is_in(CHANGES[:2]))
    return _rows(_in_each_year(frames, found.select("result_id")), "change")


def _in_each_year(frames: Mapping[str, pl.DataFrame], found: pl.DataFrame) -> pl.DataFrame:
    """What was found of results, once for each academic year that they cover."""
    whole = frames["result"].filter(pl.col("subgroup").is_null()).drop_nulls("result_id")
    years = whole.select("result_id", "programme_id", "measure_id", pl.col("years").alias("academic_year"))
    return found.join(years, on="result_id").explode("academic_year")


def _trends(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    found = frames["trend"].filter(pl.col("verdict").is_in(CHANGES[:2]))
    return _rows(found.select("programme_id", "measure_id", pl.col("last_year").alias("academic_year")), "trend")


def _suppressed(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The measures of which a programme has nothing but suppressed in an academic year."""
    whole = frames["result"].filter(pl.col("subgroup").is_null()).explode("years").rename({"years": "academic_year"})
    key = ["programme_id", "measure_id", "academic_year"]
    shown = whole.filter(pl.col("status") == "published")
    waiting = whole.filter(pl.col("status") == "suppressed").select(key).unique()
    return _rows(waiting.join(shown, on=key, how="anti"), "suppressed")
