"""On how many people an interval stands, where the same people may have answered in several years."""

from collections.abc import Sequence

import polars as pl


def years_per_person(years: Sequence[str], longest_stay: int | None) -> int:
    """In how many of these academic years one person can have answered at most.

    Without a longest stay it is all of them, else the most that lie within so many consecutive years.
    """
    if longest_stay is None:
        return len(years)
    firsts = [int(year[:4]) for year in years]
    return max(sum(first <= other < first + longest_stay for other in firsts) for first in firsts)


def with_effective_respondents(results: pl.DataFrame) -> pl.DataFrame:
    """Results with `respondents`, `years` and `longest_stay`, and their `effective_respondents`.

    That is n divided by the most years in which one person can have answered: the fewest people whose answers can be n,
    and so the number for the widest interval. For a result of a single year it is n.
    """
    spans = results.select("years", "longest_stay").unique()
    most = [years_per_person(years, longest_stay) for years, longest_stay in spans.rows()]
    divisors = spans.with_columns(pl.Series("years_per_person", most, pl.Int64))
    joined = results.join(divisors, on=["years", "longest_stay"], nulls_equal=True, maintain_order="left")
    return joined.with_columns(effective_respondents=pl.col("respondents") / pl.col("years_per_person")).drop(
        "years_per_person"
    )
