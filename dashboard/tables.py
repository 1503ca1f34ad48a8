"""Frames in, tables of words out: the twin of every chart, in the order of the chart."""

from collections.abc import Mapping

import polars as pl

from dashboard import wording


def measures(results: pl.DataFrame) -> pl.DataFrame:
    """A programme's measures beside the comparable programmes. `results` as `Release.results_of` gives them."""
    return pl.DataFrame(
        [
            {
                "Measure": row["title"],
                "This programme": wording.result(row),
                "Answered": wording.response(row),
                "Comparable programmes": wording.comparator(row) if row["kind"] else "",
                "Difference": wording.difference(row) if row["kind"] else "",
                "Cannot be seen below": wording.visible(row) if row["kind"] else "",
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
                "Against the others": "" if row["difference"] is None else wording.difference(row),
                "Cannot be seen below": "" if row["difference"] is None else wording.visible(row),
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


def waiting(lists: pl.DataFrame, programmes: Mapping[str, str], titles: Mapping[str, str]) -> pl.DataFrame:
    """What waits, with the people behind it. `lists` as `stewarding.waiting_lists` gives them."""
    return pl.DataFrame(
        [
            {
                "Programme": programmes.get(row["programme_id"], ""),
                "Measure": titles.get(row["measure_id"], row["measure_id"]),
                "Years": ", ".join(row["years"]),
                "Since": f"{row['since']:%-d %B %Y}",
                "People": f"{row['respondents']:,}",
            }
            for row in lists.iter_rows(named=True)
        ]
    )


def held(corrections: pl.DataFrame, programmes: Mapping[str, str], titles: Mapping[str, str]) -> pl.DataFrame:
    """Corrections held back. `corrections` as `stewarding.held_corrections` gives them."""
    return pl.DataFrame(
        [
            {"Programme": programmes.get(programme, ""), "Measure": titles.get(measure, measure), "Year": year}
            for programme, measure, year in corrections.iter_rows()
        ]
    )


def nearly_everybody(rows: pl.DataFrame, programmes: Mapping[str, str]) -> pl.DataFrame:
    """Response rates so high that one person could be read off two years."""
    return pl.DataFrame(
        [
            {
                "Programme": programmes.get(row["programme_id"], ""),
                "Year": row["academic_year"],
                "Asked": wording.PEOPLE[row["respondent_group"]],
                "Answered": f"{row['respondents']:,} of {row['invited']:,}",
            }
            for row in rows.iter_rows(named=True)
        ]
    )
