"""Frames in, tables of words out: the twin of every chart, in the order of the chart."""

import polars as pl

from dashboard import wording


def measures(results: pl.DataFrame) -> pl.DataFrame:
    """A programme's measures beside the comparable programmes. `results` as `Release.results_of` gives them."""
    return pl.DataFrame(
        [
            {
                "Measure": row["title"],
                "This programme": wording.result(row),
                "Comparable programmes": wording.comparator(row) if row["kind"] else "",
                "Difference": wording.difference(row) if row["kind"] else "",
            }
            for row in results.iter_rows(named=True)
        ]
    )


def programmes(results: pl.DataFrame, own: str) -> pl.DataFrame:
    """All programmes for one measure, in alphabetical order. `results` as `Release.results_for` gives them."""
    return pl.DataFrame(
        [
            {
                "Programme": wording.programme_name(row) + (" (this programme)" if row["programme_id"] == own else ""),
                "Profession": wording.plain(row["profession"]),
                "Result": wording.result(row),
                "Answered": wording.response(row),
                "Against all others": "" if row["difference"] is None else wording.difference(row),
            }
            for row in results.iter_rows(named=True)
        ]
    )


def support(items: pl.DataFrame) -> pl.DataFrame:
    """Support items with their status. `items` as `Release.support_of` gives them."""
    return pl.DataFrame(
        [
            {
                "Support or policy": row["title"],
                "Status": wording.plain(row["status"]),
                "Since": "" if row["since"] is None else f"{row['since']:%B %Y}",
            }
            for row in items.iter_rows(named=True)
        ]
    )


def definitions(rows: pl.DataFrame) -> pl.DataFrame:
    """Measures as they are asked and counted. `rows` as `Release.measures` gives them."""
    return pl.DataFrame(
        [
            {
                "Measure": row["title"],
                "Question": row["question"],
                "Counted": wording.counted(row),
                "Direction": wording.direction(row["direction"]),
                "Source": row["source"],
            }
            for row in rows.iter_rows(named=True)
        ]
    )
