"""What a store lists: every release and submission there ever was, and whatever was done; and a copy of the whole."""

from pathlib import Path

import polars as pl

from pipelines.private_files import only_for_the_owner
from pipelines.store.connection import Connection
from pipelines.store.records import RELEASES, SUBMISSIONS


class Lists(Connection):
    """The part of an open store that tells what there is, and changes nothing."""

    def releases(self) -> pl.DataFrame:
        """Every release ever made, oldest first."""
        return self._short_list("FROM release ORDER BY publishing", RELEASES)

    def offered_releases(self) -> list[str]:
        """The ids of the releases that were not taken down, oldest first."""
        return self.releases().filter(pl.col("taken_down_at").is_null())["release_id"].to_list()

    def everything_noted(self) -> frozenset[str]:
        """Whatever ever came in or was done, each in words that no other has."""
        rows = self._query(
            """
            SELECT 'release ' || release_id AS noted FROM release
            UNION SELECT 'submission ' || submission_id FROM submission
            UNION SELECT 'withdrawal of ' || programme_id || ' from submission ' || submission_id FROM withdrawal
            UNION SELECT academic_year || ' ' || event || ' on ' || happened_at FROM year_event
            UNION SELECT 'wording of ' || measure_id || ' corrected on ' || accepted_at FROM accepted_wording
            UNION SELECT 'release ' || release_id || ' taken down' FROM release WHERE taken_down_at IS NOT NULL
            """
        )
        return frozenset(rows["noted"])

    def copy_to(self, path: Path) -> None:
        """Write a copy of the whole store, as it is now, into a new file. DuckDB takes no names as parameters."""
        place = str(path).replace("'", "''")
        with only_for_the_owner(), self._cursor() as cursor:
            name = str(cursor.execute("SELECT current_database()").fetchall()[0][0]).replace('"', '""')
            cursor.execute(f"ATTACH '{place}' AS copied")
            try:
                cursor.execute(f'COPY FROM DATABASE "{name}" TO copied')
            finally:
                cursor.execute("DETACH copied")

    def release_ids(self) -> list[str]:
        """The ids of every release ever made, oldest first."""
        return self.releases()["release_id"].to_list()

    def overrides(self) -> pl.DataFrame:
        """Everything set aside that a steward ever let through, with the reason."""
        return self._query("FROM override ORDER BY ALL")

    def submissions(self) -> pl.DataFrame:
        """Every submission ever taken in, oldest first: what it was, and how much of it still stands."""
        return self._short_list(
            """
            SELECT submission_id, dataset, submitted_at, submitted_by, rows,
                count(DISTINCT scope.programme_id) AS programmes,
                list_sort(list_distinct(list(scope.academic_year))) AS academic_years,
                count(scope.superseded_by) AS superseded, count(withdrawal.reason) AS withdrawn,
                count(*) FILTER (scope.set_aside AND withdrawal.reason IS NULL) AS set_aside, count(*) AS scopes
            FROM submission JOIN submission_scope AS scope USING (submission_id)
            LEFT JOIN withdrawal USING (submission_id, programme_id)
            GROUP BY ALL ORDER BY submitted_at, submission_id
            """,
            SUBMISSIONS,
        )
