"""The ledger of publishing: what it has seen and done. Plain frames; rows are added and never changed.

- A row of **seen** is what publishing saw of a programme, measure and academic year, once and for all. A file that
  comes later for the same is set aside. If the steward lets it through all the same, its difference is seen as well,
  and is known to everybody from then on.
- A **part** stands on a waiting list. For a measure put to everybody it is one row of seen; for a measure that depends
  on another, it is everything that belongs to one whole result of that other measure.
- A **result** is a list that was published, with its parts in order; a **share** of it is a subgroup shown with it.
- A **retired** part is used up without being published, or its result is no longer shown.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

MEASURE_KEYS = ("programme_id", "measure_id")
LIST_KEYS = (*MEASURE_KEYS, "definition")
"""Whose waiting list it is: another definition of a measure is another question, and has a list of its own."""
YEAR_KEYS = (*MEASURE_KEYS, "academic_year")

WITHDRAWN, FIVE_YEARS, UNNAMED = "withdrawn", "five_years", "unnamed"
"""Why a part was retired: it was taken back; its list covered five years and still waited; its programme is no longer
named, and nothing that stood under its name may stand under a code."""

_KEYS = dict.fromkeys(LIST_KEYS, pl.String)
SEEN: dict[str, Any] = {
    "seen_id": pl.Int64,
    "publishing": pl.Int64,
    **_KEYS,
    "academic_year": pl.String,
    "submission_id": pl.String,
    "respondents": pl.Int64,
    "affirmative": pl.Int64,
    "known": pl.Boolean,
}
PART: dict[str, Any] = {
    "part_id": pl.Int64,
    "publishing": pl.Int64,
    **_KEYS,
    "parent_result": pl.Int64,
    "seen": pl.List(pl.Int64),
    "years": pl.List(pl.Int64),
    "respondents": pl.Int64,
    "least": pl.Int64,
    "most": pl.Int64,
    "affirmative": pl.Int64,
    "known": pl.Boolean,
    "minimum_respondents": pl.Int64,
    "minimum_each_side": pl.Int64,
    "longest_stay": pl.Int64,
}
"""`years` are those in which the academic years begin. `least` and `most` are what others know of k. The thresholds
and the longest stay are those of the measure when the part came; a list goes by those of its first part."""
RESULT: dict[str, Any] = {
    "result_id": pl.Int64,
    "publishing": pl.Int64,
    **_KEYS,
    "parts": pl.List(pl.Int64),
    "years": pl.List(pl.String),
    "respondents": pl.Int64,
    "affirmative": pl.Int64,
    "people": pl.Int64,
}
RETIRED: dict[str, Any] = {"part_id": pl.Int64, "publishing": pl.Int64, "reason": pl.String}
SHARE: dict[str, Any] = {"result_id": pl.Int64, "subgroup": pl.String, "respondents": pl.Int64, "affirmative": pl.Int64}
THRESHOLDS = ("minimum_respondents", "minimum_each_side", "longest_stay")
SCHEMAS = (SEEN, PART, RESULT, RETIRED, SHARE)


@dataclass(frozen=True)
class Ledger:
    """What publishing has seen and done."""

    seen: pl.DataFrame
    parts: pl.DataFrame
    results: pl.DataFrame
    retired: pl.DataFrame
    shares: pl.DataFrame

    @classmethod
    def empty(cls) -> "Ledger":
        return cls(*(pl.DataFrame(schema=schema) for schema in SCHEMAS))

    @property
    def frames(self) -> tuple[pl.DataFrame, ...]:
        return self.seen, self.parts, self.results, self.retired, self.shares

    def __add__(self, new: "Ledger") -> "Ledger":
        return Ledger(*(pl.concat(pair) for pair in zip(self.frames, new.frames, strict=True)))

    @property
    def published(self) -> pl.DataFrame:
        """Live results as a release shows them: result_id, publishing, LIST_KEYS, first_year, last_year, years,
        respondents, affirmative, people, longest_stay (that of the first part, by which they were judged)."""
        stays = self.parts.select(first_part="part_id", longest_stay="longest_stay")
        first = pl.col("parts").list.first().alias("first_part")
        return (
            self.live_results.with_columns(first)
            .join(stays, on="first_part", how="left", maintain_order="left")
            .select(
                "result_id",
                "publishing",
                *LIST_KEYS,
                pl.col("years").list.first().alias("first_year"),
                pl.col("years").list.last().alias("last_year"),
                "years",
                "respondents",
                "affirmative",
                "people",
                "longest_stay",
            )
        )

    @property
    def live_results(self) -> pl.DataFrame:
        """Results none of whose parts is retired."""
        gone = self.results.explode("parts").join(self.retired, left_on="parts", right_on="part_id")
        return self.results.join(gone, on="result_id", how="anti")

    @property
    def waiting(self) -> pl.DataFrame:
        """The parts that wait, in order."""
        published = self.results.explode("parts")
        return (
            self.parts.join(published, left_on="part_id", right_on="parts", how="anti")
            .join(self.retired, on="part_id", how="anti")
            .sort("part_id")
        )

    @property
    def seen_of_parts(self) -> pl.DataFrame:
        """A row for each row of seen that stands in a part: part_id, seen_id."""
        return self.parts.select("part_id", seen_id="seen").explode("seen_id")
