"""Which pairs of answers of the same people are published: how many gave one, the other, both or neither. Pure.

A pair is shown only beside two results that are shown already, each of one year, of one file without subgroups, and of
exactly the same people. Then the four numbers of the pair are as good as results: each of them must be as large as a
side of a result has to be. Whether a pair is shown depends on these numbers, as it does for a single year of a result.
What is withheld keeps as many possible values as there are below the smallest and above the largest that would be
shown.
"""

import polars as pl

from pipelines.disclosure.ledger import YEAR_KEYS, Ledger

PAIR = {
    "submission_id": pl.String,
    "programme_id": pl.String,
    "academic_year": pl.String,
    "expected": pl.String,
    "modelled": pl.String,
    "respondents": pl.Int64,
    "both_sides": pl.Int64,
    "has_subgroups": pl.Boolean,
}
"""A row is two questions of a file: how many people answered both of them, how many affirmed both, and whether the file
tells anybody's subgroup. Beside a pair, what is withheld of a subgroup could be worked out."""
CELLS = ("both_sides", "expected_only", "modelled_only", "neither_side")


def pairs_shown(ledger: Ledger, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs that are published: expected_result, modelled_result, programme_id, academic_year, respondents, CELLS.

    `pairs`: what stands of closed years (PAIR).
    """
    candidates = comparable_pairs(ledger, pairs)
    cells = [pl.col(cell) >= pl.col("minimum_each_side") for cell in CELLS]
    return candidates.filter(~pl.col("has_subgroups"), *cells).drop("minimum_each_side", "has_subgroups")


def comparable_pairs(ledger: Ledger, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs of two results of the same people, each with its cells and the smallest number a cell may have."""
    single = _results_of_one_year(ledger)
    sides = ("result_id", "respondents", "affirmative", "minimum_each_side")
    on = ["submission_id", "programme_id", "academic_year"]
    expected = single.rename({"measure_id": "expected"} | {side: f"{side}_expected" for side in sides})
    modelled = single.rename({"measure_id": "modelled"} | {side: f"{side}_modelled" for side in sides})
    n, both = pl.col("respondents"), pl.col("both_sides")
    k_expected, k_modelled = pl.col("affirmative_expected"), pl.col("affirmative_modelled")
    return (
        pairs.join(expected, on=[*on, "expected"])
        .join(modelled, on=[*on, "modelled"])
        .filter((n == pl.col("respondents_expected")) & (n == pl.col("respondents_modelled")))
        .select(
            pl.col("result_id_expected").alias("expected_result"),
            pl.col("result_id_modelled").alias("modelled_result"),
            "programme_id",
            "academic_year",
            "expected",
            "modelled",
            "has_subgroups",
            n,
            both,
            (k_expected - both).alias("expected_only"),
            (k_modelled - both).alias("modelled_only"),
            (n - k_expected - k_modelled + both).alias("neither_side"),
            pl.max_horizontal("minimum_each_side_expected", "minimum_each_side_modelled").alias("minimum_each_side"),
        )
        .sort("expected_result", "modelled_result")
    )


def _results_of_one_year(ledger: Ledger) -> pl.DataFrame:
    """Live results that are one row of seen, which no override has touched, each with its file and its thresholds."""
    overridden = ledger.seen.filter("known").select(YEAR_KEYS)
    parts = ledger.parts.filter(pl.col("seen").list.len() == 1).select(
        pl.col("part_id").alias("part"), pl.col("seen").list.first().alias("seen_id"), "minimum_each_side"
    )
    files = ledger.seen.join(overridden, on=YEAR_KEYS, how="anti").select("seen_id", "submission_id", "academic_year")
    return (
        ledger.live_results.filter(pl.col("parts").list.len() == 1)
        .with_columns(pl.col("parts").list.first().alias("part"))
        .join(parts, on="part")
        .join(files, on="seen_id")
        .select(
            *("result_id", "programme_id", "measure_id", "academic_year", "submission_id"),
            *("respondents", "affirmative", "minimum_each_side"),
        )
    )
