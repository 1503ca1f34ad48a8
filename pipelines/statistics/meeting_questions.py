"""Questions for a team meeting, chosen by rules from the catalogue. About conditions, never about who should share."""

from collections.abc import Mapping

import polars as pl

from pipelines.instrument.catalogue import Catalogue
from pipelines.statistics.funnels import VERDICTS

MOST = 3
"""How many questions a programme is given for a year at most."""
HALF = 0.5
"""A favourable answer is rare if a smaller share than this gave it."""
MISSING = ("not_in_place", "planned")
_KEY = ("programme_id", "academic_year", "question_id")


def meeting_question(
    catalogue: Catalogue, result: pl.DataFrame, comparison: pl.DataFrame, gap: pl.DataFrame, support: pl.DataFrame
) -> pl.DataFrame:
    """At most MOST questions for each programme and year it took part in, in the order of the catalogue.

    They depend on what is published and on what the programme says of its support, and on nothing else.
    """
    questions = question_rule(catalogue)
    directions = {measure.id: measure.direction for measure in catalogue.measure}
    took_part = result.select("programme_id", pl.col("years").alias("academic_year")).explode("academic_year").unique()
    reasons = [
        _about_gaps(questions, gap),
        _about_measures(questions, result, comparison, directions),
        _about_items(questions, support),
        questions.filter(pl.all_horizontal(pl.col("gap_id", "measure_id", "item_id").is_null())).join(
            took_part, how="cross"
        ),
    ]
    asked = pl.concat([reason.select(_KEY) for reason in reasons]).unique().join(took_part, on=_KEY[:2], how="semi")
    return (
        asked.join(questions.select("question_id", "place", "text"), on="question_id")
        .sort("programme_id", "academic_year", "place")
        .group_by("programme_id", "academic_year", maintain_order=True)
        .head(MOST)
        .select(*_KEY[:2], "place", "question_id", "text")
    )


def question_rule(catalogue: Catalogue) -> pl.DataFrame:
    """A row for each question of the catalogue, and the gap, measure or item it is asked about; null for all years."""
    rows = [
        (question.id, place, question.text, question.gap, question.measure, question.item, question.when)
        for place, question in enumerate(catalogue.question)
    ]
    texts = dict.fromkeys(("text", "gap_id", "measure_id", "item_id", "condition"), pl.String)
    return pl.DataFrame(rows, schema={"question_id": pl.String, "place": pl.Int64, **texts}, orient="row")


def _about_gaps(questions: pl.DataFrame, gap: pl.DataFrame) -> pl.DataFrame:
    """Questions about gaps where the interval shows that more is expected than modelled."""
    wide = gap.filter(pl.col("difference_low") > 0).explode("years").rename({"years": "academic_year"})
    return questions.join(wide, on="gap_id")


def _about_measures(
    questions: pl.DataFrame, result: pl.DataFrame, comparison: pl.DataFrame, directions: Mapping[str, str]
) -> pl.DataFrame:
    """Questions about measures where most people's answer is not the favourable one, or the programme stands out on
    that side; or wherever the measure is published, where the catalogue says that a few are too many."""
    verdicts = comparison.filter(pl.col("kind") == "everybody").select("result_id", "verdict")
    shown = (
        result.filter((pl.col("status") == "published") & pl.col("subgroup").is_null())
        .join(verdicts, on="result_id", how="left")
        .explode("years")
        .rename({"years": "academic_year"})
    )
    higher, lower, _ = VERDICTS
    up = (pl.col("rate_high") < HALF) | (pl.col("verdict") == lower)
    down = (pl.col("rate_low") > HALF) | (pl.col("verdict") == higher)
    direction = pl.col("measure_id").replace_strict(directions, default=None, return_dtype=pl.String)
    a_few_are_too_many = pl.col("condition").eq_missing("published")
    wanting = pl.when(direction == "up").then(up).otherwise(down)
    return questions.join(shown, on="measure_id").filter(a_few_are_too_many | wanting)


def _about_items(questions: pl.DataFrame, support: pl.DataFrame) -> pl.DataFrame:
    """Questions about support items that the programme says are not in place."""
    return questions.join(support.filter(pl.col("status").is_in(MISSING)), on="item_id")
