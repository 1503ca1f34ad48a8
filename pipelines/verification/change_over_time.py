"""Series, trends and what followed a policy a second time, in plain Python, from published results."""

from itertools import pairwise
from typing import Any

from pipelines.academic_year import academic_year
from pipelines.verification.comparators import plain_published
from pipelines.verification.estimators import plain_trend
from pipelines.verification.rows import Row, named, newcombe, people


def plain_series(result: list[Row]) -> dict[tuple[str, str], list[Row]]:
    """By programme and measure: the results that are the largest of each year of their span, in order."""
    return {
        (who, measure): sorted(
            (row for row in rows if all(row is _largest(rows, year) for year in _span(row))),
            key=lambda row: (row["last_year"], row["first_year"]),
        )
        for (measure, who), rows in plain_published(result).items()
    }


def _span(row: Row) -> range:
    return range(int(row["first_year"][:4]), int(row["last_year"][:4]) + 1)


def _largest(rows: list[Row], year: int) -> Row:
    of_year = (row for row in rows if year in _span(row))
    return max(of_year, key=lambda row: (row["respondents"], row["result_id"]))


def plain_pairs(result: list[Row], series_of: dict[str, str]) -> list[tuple[Row, Row]]:
    """Each result and the one before it of the same programme and series, which ended before it began."""
    every = sorted(
        (row for rows in plain_series(result).values() for row in rows),
        key=lambda row: (row["last_year"], row["first_year"], row["measure_id"]),
    )
    in_series: dict[tuple[str, str], list[Row]] = {}
    for row in every:
        in_series.setdefault((row["programme_id"], series_of[row["measure_id"]]), []).append(row)
    return [
        (earlier, later)
        for rows in in_series.values()
        for earlier, later in pairwise(rows)
        if earlier["last_year"] < later["first_year"]
    ]


def plain_trends(result: list[Row]) -> dict[Any, Row]:
    found = {}
    for key, rows in plain_series(result).items():
        middles = [(int(row["first_year"][:4]) + int(row["last_year"][:4])) / 2 for row in rows]
        if len(rows) < 5:
            continue
        z, p = plain_trend([(*people(row)[::-1], middle) for row, middle in zip(rows, middles, strict=True)])
        found[key] = {
            "first_year": min(row["first_year"] for row in rows),
            "last_year": max(row["last_year"] for row in rows),
            "results": len(rows),
            "z": z,
            "p_value": p,
            "verdict": "no_clear_change" if p >= 0.05 else "rise" if z > 0 else "fall",
        }
    return found


def plain_policy_changes(result: list[Row], support: list[Row], related: dict[str, tuple[str, ...]]) -> dict[Any, Row]:
    series, since = plain_series(result), {}
    for row in sorted(support, key=lambda row: row["academic_year"]):
        if row["status"] == "in_place" and row["since"]:
            since[row["programme_id"], row["item_id"]] = row["since"]
    found = {}
    for (who, item), day in since.items():
        began = academic_year(day.year if day.month >= 9 else day.year - 1)
        for measure in related.get(item, ()):
            rows = series.get((who, measure), [])
            before = max((r for r in rows if r["last_year"] < began), key=lambda r: r["last_year"], default=None)
            after = min((r for r in rows if r["first_year"] > began), key=lambda r: r["first_year"], default=None)
            if before and after:
                found[who, item, day, measure] = {
                    **_when("before", before),
                    **_when("after", after),
                    **named("difference", newcombe(after, before)),
                }
    return found


def _when(when: str, row: Row) -> Row:
    return {f"{when}_{name}": row[name] for name in ("result_id", "first_year", "last_year")}
