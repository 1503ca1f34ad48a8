"""For how many measures of a year a verdict was possible. Without one, "nothing stands out" says nothing."""

from collections.abc import Mapping

import polars as pl

from pipelines.statistics.comparators import KINDS, in_each_kind

SCOPED = ("stands_out", "change", "trend")
"""The topics of highlights that need a verdict, in the order in which they are told."""
OUTCOMES = ("suppressed", "nothing_beside", "too_few", "possible")
"""What became of a measure that was asked: nothing of it is published; there is nothing to set beside it; there is, but
too few programmes for a verdict; a verdict was possible."""
_YEAR = ("programme_id", "academic_year")
_PLACE = ("kind", "name")


def highlight_scope(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """How many measures were asked, and what became of them, by programme, academic year, topic and comparator.

    `frames` are relations of the release.
    """
    asked, covered = _asked(frames["result"]), _covered(frames["result"])
    compared = frames["comparison"].select("result_id", *_PLACE, judged=pl.col("verdict").is_not_null())
    changed = frames["change"].select("result_id", judged=pl.lit(True))
    counts = (
        _counted("stands_out", in_each_kind(asked, frames["programme"]), compared.join(covered, on="result_id")),
        _counted("change", asked, changed.join(covered, on="result_id")),
        _counted("trend", asked, _trends(frames["trend"])),
    )
    topic, kind = (
        pl.col(name).replace_strict(words, range(len(words)), default=None)
        for name, words in (("topic", SCOPED), ("kind", KINDS))
    )
    return (
        pl.concat(counts, how="diagonal")
        .sort(*_YEAR, topic, kind, "name")
        .with_columns(place=pl.int_range(pl.len()).over(_YEAR))
        .select(*_YEAR, "place", "topic", *_PLACE, "asked", *OUTCOMES)
    )


def _asked(result: pl.DataFrame) -> pl.DataFrame:
    """Each measure that a programme asked in an academic year, and whether anything of it is published."""
    return (
        result.filter(pl.col("subgroup").is_null() & (pl.col("status") != "not_collected"))
        .select("programme_id", "measure_id", pl.col("years").alias("academic_year"), "status")
        .explode("academic_year")
        .group_by(*_YEAR, "measure_id")
        .agg(published=(pl.col("status") == "published").any())
    )


def _covered(result: pl.DataFrame) -> pl.DataFrame:
    """The academic years that each published result covers."""
    whole = result.filter((pl.col("status") == "published") & pl.col("subgroup").is_null())
    return whole.select("result_id", "programme_id", "measure_id", pl.col("years").alias("academic_year")).explode(
        "academic_year"
    )


def _trends(trend: pl.DataFrame) -> pl.DataFrame:
    return trend.select("programme_id", "measure_id", pl.col("last_year").alias("academic_year"), judged=pl.lit(True))


def _counted(topic: str, asked: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """How many of the measures asked had which outcome. `found`: those that something stands beside, and whether they
    have a verdict."""
    place = [name for name in _PLACE if name in asked.columns]
    key = [*_YEAR, "measure_id", *place]
    outcome = (
        pl.when(~pl.col("published"))
        .then(pl.lit("suppressed"))
        .when(pl.col("judged").is_null())
        .then(pl.lit("nothing_beside"))
        .when("judged")
        .then(pl.lit("possible"))
        .otherwise(pl.lit("too_few"))
    )
    counts = [(pl.col("outcome") == name).sum().cast(pl.Int64).alias(name) for name in OUTCOMES]
    return (
        asked.join(found.group_by(key).agg(pl.col("judged").any()), on=key, how="left")
        .with_columns(outcome=outcome)
        .group_by(*_YEAR, *place)
        .agg(pl.len().cast(pl.Int64).alias("asked"), *counts)
        .with_columns(topic=pl.lit(topic))
    )
