"""How the rates of two measures go together across programmes. An association is not a cause."""

import polars as pl

from pipelines.statistics.estimators import attenuation, weighted_correlation
from pipelines.thresholds import LEAST_COVERAGE

PAIR = ("association_id", "academic_year")
_SIDE = ("measure_id", "academic_year", "programme_id")


def association_point(members: pl.DataFrame, pairs: pl.DataFrame, result: pl.DataFrame) -> pl.DataFrame:
    """The programmes that have a published result of both measures of a pair in a year, as comparators take them.

    The two results must share a year, or they would be of different times.
    """
    years = result.filter(pl.col("subgroup").is_null()).drop_nulls("result_id").select("result_id", "years")
    sides = _asked_in_a_year(members).join(years, on="result_id")
    both = (
        pairs.select("association_id", "first", "second")
        .join(sides, left_on="first", right_on="measure_id")
        .join(sides, left_on=["second", *_SIDE[1:]], right_on=_SIDE, suffix="_second")
        .rename({"result_id": "first_result_id", "result_id_second": "second_result_id"})
    )
    share_a_year = pl.col("years").list.set_intersection("years_second").list.len() > 0
    return (
        both.filter(share_a_year)
        .select(*PAIR, "programme_id", "first_result_id", "second_result_id")
        .sort(*PAIR, "programme_id")
    )


def _asked_in_a_year(members: pl.DataFrame) -> pl.DataFrame:
    """All programmes that were asked in an academic year, each with the result that comparators of the year take."""
    of_everybody = members.filter((pl.col("kind") == "everybody") & ~pl.col("span").str.contains(" ", literal=True))
    return of_everybody.select("measure_id", pl.col("span").alias("academic_year"), "programme_id", "result_id")


def association(points: pl.DataFrame, members: pl.DataFrame, pairs: pl.DataFrame, result: pl.DataFrame) -> pl.DataFrame:
    """How the two rates go together, where enough programmes have both, and enough of those that asked both.

    A programme is weighted by the precision of its pair: 1 / (1/n of the first + 1/n of the second), n being its
    effective respondents.
    """
    counts = result.filter(pl.col("subgroup").is_null()).select(
        "result_id", "respondents", "rate", "effective_respondents"
    )
    effective, others = pl.col("effective_respondents"), pl.col("effective_respondents_second")
    values = (
        points.join(counts, left_on="first_result_id", right_on="result_id")
        .join(counts, left_on="second_result_id", right_on="result_id", suffix="_second")
        .with_columns(x="rate", y="rate_second", weight=1 / (1 / effective + 1 / others))
        .with_columns(error_x=_error("rate", effective), error_y=_error("rate_second", others))
        .sort(*PAIR, "programme_id")
    )
    answers = values.group_by(PAIR).agg(
        pl.col("respondents").sum().alias("first_respondents"),
        pl.col("respondents_second").sum().alias("second_respondents"),
    )
    return (
        weighted_correlation(values, PAIR)
        .drop_nulls()
        .join(attenuation(values, PAIR), on=PAIR)
        .join(_asked(members, pairs), on=PAIR)
        .join(answers, on=PAIR)
        .with_columns(coverage=pl.col("programmes") / pl.col("asked"))
        .filter(pl.col("coverage") >= LEAST_COVERAGE)
        .sort(PAIR)
    )


def _error(rate: str, n: pl.Expr) -> pl.Expr:
    """The variance of a rate by chance."""
    return pl.col(rate) * (1 - pl.col(rate)) / n


def _asked(members: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """How many programmes asked both in a year."""
    asked = _asked_in_a_year(members).drop("result_id")
    same = ["academic_year", "programme_id"]
    both = pairs.join(asked, left_on="first", right_on="measure_id").join(
        asked, left_on=["second", *same], right_on=["measure_id", *same]
    )
    return both.group_by(PAIR).agg(pl.len().alias("asked"))
