"""What has been sent in: asked before a file is taken in, and told to whoever may know it afterwards."""

import dataclasses
from collections.abc import Sequence

import polars as pl

from pipelines.instrument.dataset import Dataset
from pipelines.store.connection import Connection
from pipelines.store.records import SET_ASIDE, SUBMISSIONS, Receipt, present_ids, scope_names
from pipelines.store.submission_tables import standing_clashes
from pipelines.store.year_tables import set_aside, set_aside_counts


class SubmissionRegister(Connection):
    """The submissions of an open store, and what would become of another one."""

    def first_ids(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows, each under the first id its programme ever had, under which the store keeps everything."""
        aliases = dict(self._query("FROM programme_alias").iter_rows())
        return rows.with_columns(pl.col("programme_id").replace(aliases)) if aliases else rows

    def present_ids(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows, each under the id that its programme is registered with now, as people are told of it."""
        return present_ids(rows, self._query("FROM standing_programme"))

    def find_existing(
        self, sha256: str, mapping_sha256: str | None, dataset: Dataset, catalogue_version: str, submitted_by: str
    ) -> str | None:
        """The submission of this very file under this version of the catalogue, if all of it still stands.

        It is told only to who sent it. Whoever does not know a file could otherwise find out what is in it, by asking
        for every file it could be.
        """
        found = self._query(
            """
            SELECT submission_id FROM submission JOIN submission_scope USING (submission_id)
            LEFT JOIN withdrawal USING (submission_id, programme_id)
            WHERE sha256 = $sha256 AND mapping_sha256 IS NOT DISTINCT FROM $mapping AND dataset = $dataset
                AND catalogue_version = $version AND submitted_by = $by
            GROUP BY submission_id HAVING count(superseded_by) = 0 AND count(withdrawal.reason) = 0
            """,
            {
                "sha256": sha256,
                "mapping": mapping_sha256,
                "dataset": dataset,
                "version": catalogue_version,
                "by": submitted_by,
            },
        )
        return next(iter(found["submission_id"]), None)

    def receipt(self, submission_id: str, file: str) -> Receipt:
        """The receipt of a submission that is held already."""
        [(dataset, rows)] = self._query(
            "SELECT dataset, rows FROM submission WHERE submission_id = $id", {"id": submission_id}
        ).rows()
        scope = self._query("SELECT * FROM submission_scope WHERE submission_id = $id", {"id": submission_id})
        receipt = receipt_of(submission_id, file, dataset, rows, 0, scope)
        set_aside = scope_names(scope.filter("set_aside"))
        return dataclasses.replace(receipt, already_held=True, set_aside=set_aside)

    def sent(self, programme_id: str) -> pl.DataFrame:
        """What a programme sent and stands: dataset, academic_year, entry (a group invited, a measure, a support item).

        It tells which rows and columns came in, and no number from them.
        """
        asked = pl.DataFrame({"programme_id": [programme_id]})
        return self._query(
            """
            SELECT 'cohorts' AS dataset, academic_year, respondent_group AS entry
            FROM standing_cohort SEMI JOIN asked USING (programme_id)
            UNION SELECT dataset, academic_year, measure_id
            FROM standing_contribution SEMI JOIN asked USING (programme_id)
            UNION SELECT 'support', academic_year, item_id
            FROM standing_support SEMI JOIN asked USING (programme_id)
            ORDER BY ALL
            """,
            asked=self.first_ids(asked),
        )

    def counted_elsewhere(self, counted: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
        """The rows of which another dataset has given the programme, year and measure already, as they are, and which
        dataset that is."""
        return self._query(
            """
            SELECT DISTINCT counted.* EXCLUDE (sent_as) REPLACE (sent_as AS programme_id), standing.dataset
            FROM counted JOIN standing_contribution AS standing USING (programme_id, academic_year, measure_id)
            WHERE standing.dataset <> $dataset ORDER BY ALL
            """,
            {"dataset": dataset},
            counted=self.first_ids(counted.with_columns(sent_as="programme_id")),
        )

    def clashes(self, dataset: Dataset, scope: pl.DataFrame) -> pl.DataFrame:
        """Standing submissions of a dataset for these programmes and years."""
        renamed = self.first_ids(scope)
        with self._cursor() as cursor:
            return standing_clashes(cursor, dataset, renamed)

    def set_aside(self, dataset: Dataset, counted: pl.DataFrame, roots: pl.DataFrame) -> pl.DataFrame:
        """The programmes and years of a file that would be set aside, by the ids it was sent with: programme_id,
        academic_year. It depends on no number, there or in the store. `roots`: as `Store.roots_of_kin` gives it."""
        renamed = self.first_ids(counted.with_columns(sent_as="programme_id"))
        with self._cursor() as cursor:
            found = set_aside(cursor, dataset, renamed, roots)
        sent = renamed.join(found, on=["programme_id", "academic_year"], how="semi", maintain_order="left")
        return sent.select(pl.col("sent_as").alias("programme_id"), "academic_year").unique(maintain_order=True)

    def all_set_aside(self) -> pl.DataFrame:
        """Every programme and year of a submission that was set aside and not taken back (SET_ASIDE), latest first."""
        return self._short_list(
            """
            SELECT submission_id, dataset, submitted_at, programme_id, academic_year FROM set_aside_scope
            ORDER BY submitted_at DESC, submission_id, academic_year, programme_id
            """,
            SET_ASIDE,
        )

    def set_aside_counts(self, chosen: pl.DataFrame) -> pl.DataFrame:
        """What was set aside last of each programme, measure and year `chosen` (under first ids): programme_id,
        measure_id, academic_year, submission_id, respondents, affirmative. Nothing for what was never set aside."""
        with self._cursor() as cursor:
            return set_aside_counts(cursor, chosen)

    def only_of(self, ids: Sequence[str], programmes: frozenset[str] | None) -> list[str]:
        """Which of some submissions speak for none but these programmes (by their present ids); with None, all."""
        if programmes is None:
            return list(ids)
        rows = self._query(
            """
            SELECT submission_id, bool_and(known_as IS NOT NULL AND known_as IN (SELECT known_as FROM own)) AS is_own
            FROM submission_scope SEMI JOIN asked USING (submission_id)
            LEFT JOIN standing_programme USING (programme_id) GROUP BY submission_id
            """,
            asked=pl.DataFrame({"submission_id": list(ids)}, schema={"submission_id": pl.String}),
            own=pl.DataFrame({"known_as": sorted(programmes)}, schema={"known_as": pl.String}),
        )
        return rows.filter("is_own")["submission_id"].to_list()

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


def receipt_of(
    submission_id: str,
    file: str,
    dataset: str,
    rows: int,
    counts: int,
    scope: pl.DataFrame,
) -> Receipt:
    return Receipt(
        submission_id=submission_id,
        file=file,
        dataset=str(dataset),
        rows=rows,
        counts=counts,
        programmes=sorted(set(scope["programme_id"])),
        academic_years=sorted(set(scope["academic_year"].drop_nulls())),
    )
