"""Which results are shown by subgroup. Pure functions; the frames are described in `ledger`."""

import polars as pl

from pipelines.disclosure.ledger import LIST_KEYS, MEASURE_KEYS, SHARE, THRESHOLDS, YEAR_KEYS, Ledger
from pipelines.disclosure.rule import enough


def subgroup_shares(
    ledger: Ledger, contributions: pl.DataFrame, measures: pl.DataFrame, publishing: int
) -> pl.DataFrame:
    """The subgroups shown with new results of a single year of a measure that is not sensitive, if every one passes.

    For a measure that has a base only where that one's are shown; for none that lies within another, and for none in
    which another lies: beside the subgroups of one of them, those withheld of the other could be worked out.
    """
    parts = ledger.parts.select(pl.col("part_id"), "parent_result", "seen", "years", "known")
    single = (
        ledger.results.filter((pl.col("publishing") == publishing) & (pl.col("parts").list.len() == 1))
        .select("result_id", *LIST_KEYS, pl.col("parts").list.first().alias("part_id"), "years")
        .join(parts.drop("years"), on="part_id")
        .filter((pl.col("years").list.len() == 1) & (pl.col("seen").list.len() == 1) & ~pl.col("known"))
        .join(_by_themselves(measures).filter(~pl.col("sensitive")), on="measure_id")
        .select("result_id", *MEASURE_KEYS, academic_year=pl.col("years").list.first())
    )
    details = measures.select("measure_id", "depth", *THRESHOLDS)
    parents = ledger.results.select("result_id", part_id=pl.col("parts").list.first()).join(parts, on="part_id")
    groups = (
        single.join(contributions.filter(pl.col("subgroup").is_not_null()), on=YEAR_KEYS)
        .join(details, on="measure_id")
        .join(parents.select("result_id", "parent_result"), on="result_id")
    )
    passing = groups.filter(enough(pl.col("respondents"), pl.col("affirmative")).all().over("result_id"))
    shown = ledger.shares
    for _, level in passing.sort("depth").group_by("depth", maintain_order=True):
        allowed = pl.col("parent_result").is_null() | pl.col("parent_result").is_in(shown["result_id"].implode())
        shown = pl.concat([shown, level.filter(allowed).sort("result_id", "subgroup").select(*SHARE)])
    return shown[ledger.shares.height :]


def _by_themselves(measures: pl.DataFrame) -> pl.DataFrame:
    """The measures that neither lie within another nor have another within them."""
    outer = measures.select(measure_id="within").drop_nulls()
    return measures.filter(pl.col("within").is_null()).join(outer, on="measure_id", how="anti")
