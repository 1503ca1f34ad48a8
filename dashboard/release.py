"""The one door to the release. Opens it for reading only; every query has a cursor of its own and gives a frame."""

from pathlib import Path
from typing import Any, Self

import duckdb
import polars as pl

FILE = "release.duckdb"
CURRENT = "current"
EVERYBODY = ("everybody", "everybody")


def current(releases: Path) -> Path | None:
    """The latest release, or None before the first."""
    pointer = releases / CURRENT
    if not pointer.is_file():
        return None
    return releases / pointer.read_text(encoding="utf-8").strip() / FILE


class Release:
    """An open release. It never changes, so whatever is asked of it may be kept."""

    def __init__(self, path: Path) -> None:
        """Open a release: read-only, and without reach to any other file, which cannot be taken back."""
        self._connection = duckdb.connect(path, read_only=True)
        self._connection.execute("SET enable_external_access = false")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def about(self) -> dict[str, Any]:
        """The release itself: id, time, versions, thresholds, remark."""
        return self._rows("FROM release").row(0, named=True)

    def programmes(self) -> pl.DataFrame:
        """Every programme that took part, in alphabetical order of what it is called."""
        return self._rows(
            "FROM programme SEMI JOIN result USING (programme_id) ORDER BY coalesce(programme_name, programme_id)"
        )

    def academic_years(self) -> list[str]:
        """Every academic year of which anything is said, latest first."""
        return self._rows("SELECT DISTINCT unnest(years) AS y FROM result ORDER BY y DESC")["y"].to_list()

    def measures(self) -> pl.DataFrame:
        """Every measure, in the order of the catalogue."""
        return self._rows(
            """
            FROM measure LEFT JOIN (SELECT measure_id AS base, title AS base_title FROM measure) USING (base)
            ORDER BY place
            """
        )

    def places(self) -> list[tuple[str, str]]:
        """What programmes can have in common: kind and name; everybody first."""
        rows = self._rows(
            """
            SELECT DISTINCT kind, name FROM comparator
            ORDER BY list_position(['everybody', 'profession', 'country', 'region'], kind), name
            """
        )
        return [EVERYBODY, *(row for row in rows.iter_rows() if row != EVERYBODY)]

    def programme(self, programme: str) -> dict[str, Any]:
        return self._rows("FROM programme WHERE programme_id = $programme", programme=programme).row(0, named=True)

    def measure(self, measure: str) -> dict[str, Any]:
        return self.measures().row(by_predicate=pl.col("measure_id") == measure, named=True)

    def support_items(self) -> pl.DataFrame:
        """Every support item, in the order of the catalogue."""
        return self._rows("FROM support_item ORDER BY place")

    def results_of(self, programme: str, year: str) -> pl.DataFrame:
        """A programme's results for a year, each with its measure and its comparator: for all of them the same
        profession if that has a figure wherever all programmes have one, else all programmes."""
        return self._rows(
            """
            WITH covering AS (
                SELECT DISTINCT ON (measure_id) *
                FROM result WHERE programme_id = $programme AND list_contains(years, $year) AND subgroup IS NULL
                ORDER BY measure_id, respondents DESC
            ), chosen AS (
                SELECT kind FROM comparison SEMI JOIN covering USING (result_id)
                WHERE kind IN ('profession', 'everybody') GROUP BY kind ORDER BY count(*) DESC, kind DESC LIMIT 1
            ), nearest AS (
                FROM comparison SEMI JOIN chosen USING (kind)
            )
            FROM covering JOIN measure USING (measure_id) LEFT JOIN nearest USING (result_id)
            SELECT covering.*, COLUMNS(measure.* EXCLUDE (measure_id)), nearest.kind, nearest.name,
                COLUMNS('comparator_.*'), COLUMNS('difference.*'), smallest_difference
            ORDER BY place
            """,
            programme=programme,
            year=year,
        )

    def results_for(self, measure: str, year: str, place: tuple[str, str]) -> pl.DataFrame:
        """The results of a measure for a year of all programmes of a place (kind and name), each with its difference
        from the others there together."""
        return self._rows(
            """
            WITH covering AS (
                SELECT DISTINCT ON (programme_id) *
                FROM result WHERE measure_id = $measure AND list_contains(years, $year) AND subgroup IS NULL
                ORDER BY programme_id, respondents DESC
            )
            SELECT covering.*, programme_name, profession, country, region,
                COLUMNS('comparator_.*'), COLUMNS('difference.*'), position, smallest_difference
            FROM covering JOIN programme USING (programme_id)
            LEFT JOIN (FROM comparison WHERE kind = $kind AND name = $name) AS against USING (result_id)
            WHERE $name = CASE $kind
                WHEN 'everybody' THEN 'everybody'
                WHEN 'profession' THEN profession
                WHEN 'country' THEN country
                ELSE concat_ws(', ', region, country)
            END
            ORDER BY coalesce(programme_name, programme_id)
            """,
            measure=measure,
            year=year,
            kind=place[0],
            name=place[1],
        )

    def comparator(self, measure: str, year: str, place: tuple[str, str]) -> dict[str, Any] | None:
        """The programmes of a place together, for a measure and year; None where too few are published."""
        return _first(
            self._rows(
                """
                FROM comparator
                WHERE measure_id = $measure AND academic_year = $year AND kind = $kind AND name = $name
                """,
                measure=measure,
                year=year,
                kind=place[0],
                name=place[1],
            )
        )

    def coverage(self, measure: str, year: str, place: tuple[str, str]) -> dict[str, Any] | None:
        """How many programmes have a number for a measure and year, and how many do not, and why; of all together."""
        if place != EVERYBODY:
            return None
        return _first(
            self._rows(
                "FROM coverage WHERE measure_id = $measure AND academic_year = $year", measure=measure, year=year
            )
        )

    def funnel(self, measure: str, year: str, place: tuple[str, str]) -> pl.DataFrame:
        """The limits of the funnel of a place, by how many answered."""
        return self._rows(
            """
            FROM funnel_limit
            WHERE measure_id = $measure AND academic_year = $year AND kind = $kind AND name = $name
            ORDER BY respondents
            """,
            measure=measure,
            year=year,
            kind=place[0],
            name=place[1],
        )

    def gaps(self, programme: str, year: str, kind: str) -> pl.DataFrame:
        """Every pair of measures, with its difference where there is one, beside that of others and the one before."""
        return self._rows(
            """
            SELECT pair.gap_id, pair.title, pair.expected, pair.modelled,
                difference, difference_low, difference_high, beside.verdict AS beside,
                excess, excess_low, excess_high, before.verdict AS since, earlier_first_year, earlier_last_year
            FROM gap_pair AS pair
            LEFT JOIN (FROM gap WHERE programme_id = $programme AND list_contains(years, $year)) AS gap USING (gap_id)
            LEFT JOIN (FROM gap_comparison WHERE kind = $kind) AS beside
                USING (gap_id, programme_id, first_year, last_year)
            LEFT JOIN gap_change AS before USING (gap_id, programme_id, first_year, last_year)
            ORDER BY pair.place
            """,
            programme=programme,
            year=year,
            kind=kind,
        )

    def support_of(self, programme: str, year: str) -> pl.DataFrame:
        """What a programme says of each support item in a year, in the order of the catalogue."""
        return self._rows(
            """
            FROM support JOIN support_item USING (item_id)
            WHERE programme_id = $programme AND academic_year = $year ORDER BY place
            """,
            programme=programme,
            year=year,
        )

    # ---- the report ----

    def took_part(self) -> dict[str, list[str]]:
        """Every programme that took part, and in which academic years, latest first."""
        rows = self._rows(
            """
            SELECT programme_id, list_reverse_sort(list_distinct(flatten(list(years))))
            FROM result GROUP BY programme_id ORDER BY programme_id
            """
        )
        return dict(rows.iter_rows())

    def changes_of(self, programme: str, year: str) -> pl.DataFrame:
        """A programme's results for a year beside the ones before, with the trend of the series where it ends there."""
        return self._rows(
            """
            FROM change JOIN result USING (result_id) JOIN measure ON measure.measure_id = change.measure_id
            LEFT JOIN trend ON trend.programme_id = change.programme_id AND trend.measure_id = change.measure_id
                AND trend.last_year = change.last_year
            SELECT change.*, measure.title, measure.pillar, trend.verdict AS trend, trend.results AS trend_results,
                trend.first_year AS trend_first_year, trend.last_year AS trend_last_year
            WHERE change.programme_id = $programme AND list_contains(result.years, $year) AND result.subgroup IS NULL
            ORDER BY measure.place
            """,
            programme=programme,
            year=year,
        )

    def questions_for(self, programme: str, year: str) -> pl.DataFrame:
        """Up to three questions for the team meeting, in the order of the catalogue."""
        return self._rows(
            "FROM meeting_question WHERE programme_id = $programme AND academic_year = $year ORDER BY place",
            programme=programme,
            year=year,
        )

    def _rows(self, sql: str, **values: str) -> pl.DataFrame:
        with self._connection.cursor() as cursor:
            return cursor.execute(sql, values).pl()


def _first(rows: pl.DataFrame) -> dict[str, Any] | None:
    return next(rows.iter_rows(named=True), None)
