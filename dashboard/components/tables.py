"""Frames in, tables of words out: the twin of every chart, in the order of the chart."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from dashboard.wording import across_programmes as wording_across
from dashboard.wording import comparison as wording_comparison
from dashboard.wording import field as wording_field
from dashboard.wording import numbers
from dashboard.wording import over_time as wording_over_time
from dashboard.wording import plan as wording_plan
from dashboard.wording import sentences as wording
from dashboard.wording.numbers import Row, upper_first

NOT_SHOWN = "not shown"
NOT_GIVEN = "not given"
"""What stands in a cell of a table where a programme is not named, or the catalogue says nothing."""


def measures(results: pl.DataFrame) -> pl.DataFrame:
    """A programme's measures beside the comparable programmes. `results` as `Release.results_of` gives them."""
    return pl.DataFrame(
        [
            {
                "Measure": numbers.titled(row),
                "This programme": wording.result(row),
                "Answered": wording.response_in_table(row),
                "Comparable programmes": wording_comparison.comparator(row),
                "Against them": wording_comparison.verdict(row),
                "Found four times in five": wording_comparison.detectable(row),
            }
            for row in results.iter_rows(named=True)
        ]
    )


def programmes(results: pl.DataFrame, own_programme: str, marked: Sequence[str] = ()) -> pl.DataFrame:
    """Programmes for one measure. `results` as `Release.results_for` gives them."""
    signs = dict.fromkeys(marked, " (marked)") | {own_programme: " (this programme)"}
    return pl.DataFrame(
        [
            {
                "Programme": numbers.programme_name(row) + signs.get(row["programme_id"], ""),
                "Result": wording.result(row),
                "Profession": numbers.plain(row["profession"] or NOT_SHOWN),
                "Answered": wording.response_in_table(row),
                "Against the others": wording_comparison.verdict(row),
                "Found four times in five": wording_comparison.detectable(row),
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
                "Status": numbers.plain(row["status"]),
                "Since": _month(row["since"]),
            }
            for row in items.iter_rows(named=True)
        ]
    )


def _month(day: date | None) -> str:
    return wording_across.NOT_SAID if day is None else f"{day:%B %Y}"


# ---- change ----


def over_time(
    results: pl.DataFrame, every: pl.DataFrame, dates: Sequence[Row], years: Sequence[str], took_part: Sequence[str]
) -> pl.DataFrame:
    """A measure over the years. Frames as `Release.series` and `comparators` give them; `dates` from `policy_dates`;
    `took_part`: the years in which the programme took part."""
    shown = results.to_dicts()
    by_year = {row["academic_year"]: row for row in every.iter_rows(named=True)}
    table = pl.DataFrame(
        [
            _year(year, wording_over_time.of_year(shown, year), by_year.get(year), dates, took_part=year in took_part)
            for year in years
        ]
    )
    breaks = {year: wording_over_time.WORDED_ANEW for year, _, _ in wording_over_time.breaks(shown)}
    if not breaks:
        return table
    return table.insert_column(1, pl.Series("Break", [breaks.get(year, wording_over_time.NONE) for year in years]))


def _year(year: str, row: Row | None, every: Row | None, dates: Sequence[Row], *, took_part: bool) -> dict[str, str]:
    nothing = wording.STATUSES["not_collected" if took_part else "no_part"]
    return {
        "Academic year": year,
        "This programme": nothing if row is None else wording.result(row),
        "Change": wording_over_time.change(row),
        "All together": wording_over_time.comparator_of_year(every),
        "Came into place": "; ".join(
            wording_over_time.came_into_place(day)
            for day in dates
            if year.startswith(str(wording_over_time.academic_year_began(day["since"])))
        )
        or wording_over_time.NONE,
    }


def before_and_after(rows: pl.DataFrame) -> pl.DataFrame:
    """What was found before and after an item came into place. `rows` as `Release.before_and_after` gives them."""
    return pl.DataFrame(
        [
            {
                "Measure": row["measure"],
                "Before": wording_over_time.side(row, "before_"),
                "After": wording_over_time.side(row, "after_"),
                "After less before": wording.difference(row),
            }
            for row in rows.iter_rows(named=True)
        ]
    )


# ---- support ----


def support_by_item(rows: pl.DataFrame, own_programme: str) -> pl.DataFrame:
    """Support items of a few programmes: what this one says, and who says what. As `Release.support_in` gives them."""
    return pl.DataFrame(
        [
            {
                "Support or policy": item[0]["title"],
                "This programme": wording_across.own_status(
                    [row for row in item if row["programme_id"] == own_programme]
                ),
                "The others": wording_across.who_says_what(
                    [row for row in item if row["programme_id"] != own_programme]
                ),
            }
            for item in (part.to_dicts() for part in rows.partition_by("item_id", maintain_order=True))
        ]
    )


def support_of_all(rows: pl.DataFrame) -> pl.DataFrame:
    """What each of many programmes says, a line for each item. `rows` as `Release.support_in` gives them."""
    return pl.DataFrame(
        [
            {
                "Programme": numbers.programme_name(row),
                "Support or policy": row["title"],
                "Status": wording_across.status_since(row),
            }
            for row in rows.iter_rows(named=True)
        ]
    )


# ---- together ----


def pairs(points: pl.DataFrame, pair: Row, own_programme: str) -> pl.DataFrame:
    """Both results of each programme. `points` as `Release.association_points` gives them."""
    return pl.DataFrame(
        [
            {
                "Programme": numbers.programme_name(row)
                + (" (this programme)" if row["programme_id"] == own_programme else ""),
                f"{upper_first(pair['x_people'])}: {pair['x_title']}": wording_over_time.side(row, "x_"),
                f"{upper_first(pair['y_people'])}: {pair['y_title']}": wording_over_time.side(row, "y_"),
            }
            for row in points.iter_rows(named=True)
        ]
    )


def field(rows: pl.DataFrame, years: Sequence[str]) -> pl.DataFrame:
    """A group of programmes together, a line for each year. `rows` as `Release.field` gives them."""
    figures = {(row["academic_year"], row["measure_id"]): wording_field.figure(row) for row in rows.to_dicts()}
    titles = {row["measure_id"]: f"{row['title']} ({row['asked_of']})" for row in rows.to_dicts()}
    return pl.DataFrame(
        [
            {
                "Academic year": year,
                **{titles[measure]: figures.get((year, measure), wording_field.NO_FIGURE) for measure in titles},
            }
            for year in years
        ]
    )


# ---- about ----


def plan(rows: pl.DataFrame) -> pl.DataFrame:
    """What a programme can hope to see. `rows` as `Release.plan` gives them."""
    return pl.DataFrame(
        [
            {
                "Asked": row["asked_of"],
                "Question": "sensitive" if row["sensitive"] else "not sensitive",
                "Answer each year": f"{row['answering']:,}",
                "Shown, if half say yes": wording_plan.years(row["years_if_half"]),
                "Shown, if one in ten says yes": wording_plan.years(row["years_if_tenth"]),
                "Shown again, if half say yes": wording_plan.years(row["years_again_if_half"]),
                "Change found": wording_plan.change(row),
                "Difference found": wording_plan.difference(row),
            }
            for row in rows.iter_rows(named=True)
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
                "Source": row["source"] or NOT_GIVEN,
            }
            for row in rows.iter_rows(named=True)
        ]
    )


def left_out(rows: Sequence[tuple[str, str]]) -> pl.DataFrame:
    """What is not asked on purpose, and why. As `Release.left_out` gives it."""
    return pl.DataFrame([{"Not asked": title, "Why": why} for title, why in rows])


def corrections(rows: pl.DataFrame) -> pl.DataFrame:
    """Corrected wordings. `rows` as `Release.corrections` gives them."""
    return pl.DataFrame(
        [
            {
                "Measure": row["title"],
                "Before": row["before"],
                "Since": row["after"],
                "Why": row["reason"],
                "Accepted on": f"{row['accepted_at']:%-d %B %Y}",
            }
            for row in rows.iter_rows(named=True)
        ]
    )


def waiting(lists: pl.DataFrame, programmes: Mapping[str, str], titles: Mapping[str, str]) -> pl.DataFrame:
    """What waits, with the people behind it. `lists` as `pipelines.steward.waiting.waiting_lists` gives them."""
    return pl.DataFrame(
        [
            {
                "Programme": programmes.get(row["programme_id"], row["programme_id"]),
                "Measure": titles.get(row["measure_id"], row["measure_id"]),
                "Years": ", ".join(row["years"]),
                "Since": f"{row['since']:%-d %B %Y}",
                "People": f"{row['respondents']:,}",
            }
            for row in lists.iter_rows(named=True)
        ]
    )


def set_aside(files: pl.DataFrame) -> pl.DataFrame:
    """Files set aside, by programme and year, as `steward.waiting.look` gives them."""
    return pl.DataFrame(
        [
            {
                "Programme": row["programme"],
                "Year": row["academic_year"],
                "Dataset": row["dataset"],
                "Sent on": f"{row['submitted_at']:%-d %B %Y}",
            }
            for row in files.iter_rows(named=True)
        ]
    )


def nearly_everybody(rows: pl.DataFrame, programmes: Mapping[str, str], people: Mapping[str, str]) -> pl.DataFrame:
    """Response rates so high that one person could be read off two years."""
    return pl.DataFrame(
        [
            {
                "Programme": programmes.get(row["programme_id"], row["programme_id"]),
                "Year": row["academic_year"],
                "Asked": people[row["respondent_group"]],
                "Answered": f"{row['respondents']:,} of {row['invited']:,}",
            }
            for row in rows.iter_rows(named=True)
        ]
    )
