"""How a rate of staff and a rate of trainees go together across programmes. An association is not a cause."""

import polars as pl

from pipelines.statistics.estimators import weighted_correlation
from pipelines.thresholds import LEAST_COVERAGE

PAIR = ("association_id", "academic_year")


def association_point(members: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The programmes that have a published result of both measures of a pair in a year, as comparators take them."""
    taken = members.filter(pl.col("kind") == "everybody").drop_nulls("result_id")
    sides = taken.select("measure_id", "academic_year", "programme_id", "result_id")
    return (
        pairs.select("association_id", "staff", "trainee")
        .join(sides.rename({"result_id": "staff_result_id"}), left_on="staff", right_on="measure_id")
        .join(
            sides.rename({"result_id": "trainee_result_id"}),
            left_on=["trainee", "academic_year", "programme_id"],
            right_on=["measure_id", "academic_year", "programme_id"],
        )
        .select(*PAIR, "programme_id", "staff_result_id", "trainee_result_id")
        .sort(*PAIR, "programme_id")
    )


def association(points: pl.DataFrame, members: pl.DataFrame, pairs: pl.DataFrame, result: pl.DataFrame) -> pl.DataFrame:
    """How the two rates go together, where enough programmes have both, and enough of those that asked both.

    A programme is weighted by the precision of its pair: 1 / (1/n of staff + 1/n of trainees).
    """
    counts = result.filter(pl.col("subgroup").is_null()).select("result_id", "respondents", "rate")
    n, others = pl.col("respondents"), pl.col("respondents_trainee")
    values = (
        points.join(counts, left_on="staff_result_id", right_on="result_id")
        .join(counts, left_on="trainee_result_id", right_on="result_id", suffix="_trainee")
        .with_columns(x="rate", y="rate_trainee", weight=1 / (1 / n + 1 / others))
        .sort(*PAIR, "programme_id")
    )
    answers = values.group_by(PAIR).agg(n.sum().alias("staff_respondents"), others.sum().alias("trainee_respondents"))
    return (
        weighted_correlation(values, PAIR)
        .drop_nulls()
        .join(_asked(members, pairs), on=PAIR)
        .join(answers, on=PAIR)
        .with_columns(coverage=pl.col("programmes") / pl.col("asked"))
        .filter(pl.col("coverage") >= LEAST_COVERAGE)
        .sort(PAIR)
    )


def _asked(members: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """How many programmes asked both in a year."""
    asked = members.filter(pl.col("kind") == "everybody").select("measure_id", "academic_year", "programme_id")
    same = ["academic_year", "programme_id"]
    both = pairs.join(asked, left_on="staff", right_on="measure_id").join(
        asked, left_on=["trainee", *same], right_on=["measure_id", *same]
    )
    return both.group_by(PAIR).agg(pl.len().alias("asked"))
