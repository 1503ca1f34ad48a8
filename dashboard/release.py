"""The one door to the release. Opens it for reading only; every query has a cursor of its own and gives a frame."""

from pathlib import Path
from typing import Any, Self

import duckdb
import polars as pl

FILE = "release.duckdb"
CURRENT = "current"


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
                COLUMNS('comparator_.*'), COLUMNS('difference.*')
            ORDER BY place
            """,
            programme=programme,
            year=year,
        )

    def results_for(self, measure: str, year: str) -> pl.DataFrame:
        """Every programme's result of a measure for a year, with its difference from all the others together."""
        return self._rows(
            """
            WITH covering AS (
                SELECT DISTINCT ON (programme_id) *
                FROM result WHERE measure_id = $measure AND list_contains(years, $year) AND subgroup IS NULL
                ORDER BY programme_id, respondents DESC
            )
            SELECT covering.*, programme_name, profession, country, region,
                COLUMNS('comparator_.*'), COLUMNS('difference.*')
            FROM covering JOIN programme USING (programme_id)
            LEFT JOIN (FROM comparison WHERE kind = 'everybody') AS against USING (result_id)
            ORDER BY coalesce(programme_name, programme_id)
            """,
            measure=measure,
            year=year,
        )

    def comparator(self, measure: str, year: str) -> dict[str, Any] | None:
        """All programmes together, for a measure and year; None where too few are published."""
        return _first(
            self._rows(
                "FROM comparator WHERE measure_id = $measure AND academic_year = $year AND kind = 'everybody'",
                measure=measure,
                year=year,
            )
        )

    def coverage(self, measure: str, year: str) -> dict[str, Any] | None:
        """How many programmes have a number for a measure and year, and how many do not, and why."""
        return _first(
            self._rows(
                "FROM coverage WHERE measure_id = $measure AND academic_year = $year", measure=measure, year=year
            )
        )

    def gaps(self, programme: str, year: str) -> pl.DataFrame:
        """Every pair of measures, with its difference where there is one."""
        return self._rows(
            """
            SELECT pair.gap_id, pair.title, pair.expected, pair.modelled,
                difference, difference_low, difference_high
            FROM gap_pair AS pair
            LEFT JOIN (FROM gap WHERE programme_id = $programme AND list_contains(years, $year)) AS gap USING (gap_id)
            ORDER BY place
            """,
            programme=programme,
            year=year,
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

    def _rows(self, sql: str, **values: str) -> pl.DataFrame:
        with self._connection.cursor() as cursor:
            return cursor.execute(sql, values).pl()


def _first(rows: pl.DataFrame) -> dict[str, Any] | None:
    return next(rows.iter_rows(named=True), None)
