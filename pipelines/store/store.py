"""The one door to the private store: submissions, and the counts they gave. No answer of a person passes it."""

import dataclasses
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import polars as pl

from pipelines.disclosure.waiting_lists import Ledger
from pipelines.errors import AlreadyHeld, NoStore, Refused
from pipelines.instrument.dataset import Dataset
from pipelines.private_files import only_for_the_owner
from pipelines.store.ledger_tables import LEDGER_ROWS, add_to_ledger
from pipelines.store.opening import as_unavailable, connect
from pipelines.store.records import RELEASES, SUBMISSIONS, Holdings, Receipt, ReleaseNote, Submission
from pipelines.store.submission_tables import (
    TABLES,
    already_held,
    insert,
    refuse_mixing,
    standing_clashes,
    supersede,
)

_WITHDRAWN = """
    WITH RECURSIVE gone AS (
        SELECT submission_id, programme_id, academic_year
        FROM submission_scope SEMI JOIN withdrawal USING (submission_id, programme_id)
        WHERE superseded_by IS NULL
        UNION
        SELECT earlier.submission_id, earlier.programme_id, earlier.academic_year
        FROM submission_scope AS earlier
        JOIN gone ON earlier.superseded_by = gone.submission_id AND earlier.programme_id = gone.programme_id
            AND earlier.academic_year IS NOT DISTINCT FROM gone.academic_year
    )
    FROM gone ORDER BY ALL
"""
"""What stood when it was taken back, and whatever it had replaced: those are the same people."""


class Store:
    """An open store. Use it in a `with`; one process at a time can."""

    def __init__(self, path: Path, *, read_only: bool = False, must_exist: bool = False) -> None:
        """Open a store. Where there is none it is made, unless it is `read_only` or `must_exist`.

        Raises NoStore where there is none and none is made, StoreDamaged where its file is not whole, and
        StoreUnavailable where it is in use by another process or cannot be written.
        """
        self.path = path
        self._connection = connect(path, read_only=read_only, create=not (read_only or must_exist))

    @classmethod
    def open_existing(cls, path: Path) -> Self:
        """Open a store to change it, and never make one. Raises as opening does."""
        return cls(path, must_exist=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with only_for_the_owner():  # what is not in the store's own file yet is written to it now
            self._connection.close()

    # ---- what is held ----

    def registered_programmes(self) -> frozenset[str]:
        """Their present ids."""
        return frozenset(self._query("SELECT known_as FROM standing_programme")["known_as"])

    def first_ids(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows, each under the first id its programme ever had, under which the store keeps everything."""
        aliases = dict(self._query("FROM programme_alias").iter_rows())
        return rows.with_columns(pl.col("programme_id").replace(aliases)) if aliases else rows

    def require_instrument(self, instrument_id: str) -> None:
        """Raises Refused where the store holds audits made with another instrument."""
        for present in self._query("SELECT DISTINCT instrument_id FROM submission")["instrument_id"]:
            if present != instrument_id:
                raise Refused(
                    f"This store holds audits made with the catalogue “{present}”, not with “{instrument_id}”. "
                    f"Give that catalogue, or another --home."
                )

    def find_existing(
        self, sha256: str, mapping_sha256: str | None, dataset: Dataset, catalogue_version: str
    ) -> str | None:
        """The submission of this very file under this version of the catalogue, if all of it still stands."""
        found = self._query(
            """
            SELECT submission_id FROM submission JOIN submission_scope USING (submission_id)
            LEFT JOIN withdrawal USING (submission_id, programme_id)
            WHERE sha256 = $sha256 AND mapping_sha256 IS NOT DISTINCT FROM $mapping AND dataset = $dataset
                AND catalogue_version = $version
            GROUP BY submission_id HAVING count(superseded_by) = 0 AND count(withdrawal.reason) = 0
            """,
            {"sha256": sha256, "mapping": mapping_sha256, "dataset": dataset, "version": catalogue_version},
        )
        return next(iter(found["submission_id"]), None)

    def receipt(self, submission_id: str, file: str) -> Receipt:
        """The receipt of a submission that is held already."""
        [(dataset, rows)] = self._query(
            "SELECT dataset, rows FROM submission WHERE submission_id = $id", {"id": submission_id}
        ).rows()
        scope = self._query("SELECT * FROM submission_scope WHERE submission_id = $id", {"id": submission_id})
        return _receipt(submission_id, file, dataset, rows, 0, scope, already_held=True)

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
        """Programme, year and measure of counts that another dataset has given already."""
        return self._query(
            """
            SELECT DISTINCT programme_id, academic_year, measure_id, standing.dataset
            FROM standing_contribution AS standing SEMI JOIN counted USING (programme_id, academic_year, measure_id)
            WHERE standing.dataset <> $dataset ORDER BY ALL
            """,
            {"dataset": dataset},
            counted=self.first_ids(counted),
        )

    def clashes(self, dataset: Dataset, scope: pl.DataFrame) -> pl.DataFrame:
        """Standing submissions of a dataset for these programmes and years."""
        renamed = self.first_ids(scope)
        with self._cursor() as cursor:
            return standing_clashes(cursor, dataset, renamed)

    def holds_invented(self) -> bool:
        """Whether this is the store of a demonstration."""
        return bool(self._query("SELECT coalesce(bool_or(invented), false) FROM submission").item())

    def programmes(self) -> pl.DataFrame:
        """The programmes registered: programme_id (the one the store keeps), known_as, code, programme_name,
        profession, country, region, named."""
        return self._query(
            """
            SELECT programme_id, known_as, code, programme_name, profession, country, region, named = 'yes' AS named
            FROM standing_programme JOIN programme_code USING (programme_id) ORDER BY programme_id
            """
        )

    def named_programmes(self) -> frozenset[str]:
        """The present ids of the programmes whose names may be shown to others."""
        return frozenset(self.programmes().filter("named")["known_as"])

    def cohorts(self) -> pl.DataFrame:
        """How many were invited: programme_id, academic_year, respondent_group, invited."""
        return self._query("SELECT programme_id, academic_year, respondent_group, invited FROM standing_cohort")

    def answered(self) -> pl.DataFrame:
        """How many answered each question, not what they answered: programme_id, academic_year, measure_id,
        respondents."""
        return self._query(
            """
            SELECT programme_id, academic_year, measure_id, sum(respondents)::BIGINT AS respondents
            FROM standing_contribution GROUP BY ALL ORDER BY ALL
            """
        )

    def holdings(self) -> Holdings:
        """Everything that stands, and everything published so far."""
        return Holdings(
            submissions=self._query("SELECT count(DISTINCT submission_id) FROM standing_scope").item(),
            invented=self.holds_invented(),
            programmes=self.programmes(),
            cohorts=self.cohorts(),
            support=self._query("SELECT programme_id, academic_year, item_id, status, since FROM standing_support"),
            contributions=self._query(
                "SELECT submission_id, dataset, programme_id, academic_year, measure_id, subgroup, respondents,"
                " affirmative FROM standing_contribution"
            ),
            withdrawn=self._query(_WITHDRAWN),
            ledger=self.ledger(),
        )

    def ledger(self) -> Ledger:
        """What publishing has seen and done so far."""
        return Ledger(*(self._query(sql) for sql in LEDGER_ROWS.values()))

    # ---- what changes it ----

    def record(self, submission: Submission, *, replace: bool) -> Receipt:
        """Store a submission in one transaction: all of it, or nothing.

        Raises Refused where it does not belong into this store, or where it would supersede another and `replace`
        was not asked for; StoreUnavailable where it cannot be written.
        """
        submission_id = secrets.token_hex(6)
        self.require_instrument(submission.instrument_id)
        sent, submission = submission, self._under_first_ids(submission)
        with self._transaction() as cursor:
            refuse_mixing(cursor, submission)
            clashes = standing_clashes(cursor, submission.dataset, submission.scope)
            if clashes.height and not replace:
                raise AlreadyHeld(already_held(submission, clashes))
            supersede(cursor, submission, submission_id)
            insert(cursor, submission, submission_id)
        superseded = clashes["submission_id"].unique(maintain_order=True).to_list()
        counts = 0 if submission.dataset in TABLES else submission.counted.height
        receipt = _receipt(submission_id, submission.file, submission.dataset, submission.rows, counts, sent.scope)
        return dataclasses.replace(receipt, superseded=superseded)

    def _under_first_ids(self, submission: Submission) -> Submission:
        """Raises Refused where a programme says it was formerly one that is not registered, or comes twice."""
        if submission.dataset != Dataset.PROGRAMMES:
            return dataclasses.replace(submission, counted=self.first_ids(submission.counted))
        present = dict(self._query("SELECT known_as, programme_id FROM standing_programme").iter_rows())
        sent = submission.counted.with_columns(known_as="programme_id")
        for formerly in sent["formerly"].drop_nulls():
            if formerly not in present:
                raise Refused(
                    f"{submission.file}: formerly {formerly}: no such programme is registered. Correct the id."
                )
        counted = self.first_ids(
            sent.with_columns(
                pl.coalesce(pl.col("formerly").replace_strict(present, default=None), "programme_id").alias(
                    "programme_id"
                )
            )
        )
        for twice in counted.filter(pl.col("programme_id").is_duplicated())["known_as"]:
            raise Refused(
                f"{submission.file}: {twice} comes twice, under its present and its former id. Delete one row."
            )
        return dataclasses.replace(submission, counted=counted.drop("formerly"))

    def withdraw(
        self, submission_id: str | None, programme_id: str | None, *, by: str, at: datetime, reason: str
    ) -> pl.DataFrame:
        """Take back a submission, or everything of a programme. Gives what was: submission_id, dataset, programme_id,
        academic_year. What has been published of it goes with the next release.

        Raises Refused where nothing of the kind stands.
        """
        named = pl.DataFrame({"programme_id": [programme_id]}, schema={"programme_id": pl.String})
        chosen = {"submission": submission_id, "programme": self.first_ids(named).item()}
        with self._transaction() as cursor:
            taken = cursor.execute(
                """
                FROM standing_scope WHERE submission_id = coalesce($submission, submission_id)
                    AND programme_id = coalesce($programme, programme_id) ORDER BY ALL
                """,
                chosen,
            ).pl()
            if taken.is_empty():
                name = submission_id or programme_id
                raise Refused(f"Nothing stands under {name}. `openness submissions` lists what there is.")
            cursor.register("taken", taken)
            cursor.execute(
                """
                INSERT INTO withdrawal (submission_id, programme_id, withdrawn_by, withdrawn_at, reason)
                SELECT DISTINCT submission_id, programme_id, $by, $at, $reason FROM taken
                """,
                {"by": by, "at": at, "reason": reason},
            )
        return taken

    def record_release(self, release: ReleaseNote, new: Ledger) -> None:
        """Note a release and what it adds to the ledger, in one transaction. From now on none of it changes."""
        with self._transaction() as cursor:
            cursor.execute(
                """
                INSERT INTO release (release_id, publishing, published_at, published_by, remark)
                VALUES ($id, $publishing, $at, $by, $remark)
                """,
                {
                    "id": release.release_id,
                    "publishing": release.publishing,
                    "at": release.published_at,
                    "by": release.published_by,
                    "remark": release.remark,
                },
            )
            cursor.register("overrides", release.overrides)
            cursor.execute(
                "INSERT INTO override BY NAME SELECT $id AS release_id, * FROM overrides", {"id": release.release_id}
            )
            add_to_ledger(cursor, new)

    def releases(self) -> pl.DataFrame:
        """Every release ever made, oldest first."""
        return self._short_list("FROM release ORDER BY publishing", RELEASES)

    def release_ids(self) -> list[str]:
        """The ids of every release ever made, oldest first."""
        return self.releases()["release_id"].to_list()

    def overrides(self) -> pl.DataFrame:
        """Every correction a steward ever let through, with the reason."""
        return self._query("FROM override ORDER BY ALL")

    def submissions(self) -> pl.DataFrame:
        """Every submission ever taken in, oldest first: what it was, and how much of it still stands."""
        return self._short_list(
            """
            SELECT submission_id, dataset, submitted_at, submitted_by, rows,
                count(DISTINCT scope.programme_id) AS programmes,
                list_sort(list_distinct(list(scope.academic_year))) AS academic_years,
                count(scope.superseded_by) AS superseded, count(withdrawal.reason) AS withdrawn, count(*) AS scopes
            FROM submission JOIN submission_scope AS scope USING (submission_id)
            LEFT JOIN withdrawal USING (submission_id, programme_id)
            GROUP BY ALL ORDER BY submitted_at, submission_id
            """,
            SUBMISSIONS,
        )

    # ---- how ----

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with as_unavailable(self.path), self._connection.cursor() as cursor:
            yield cursor

    @contextmanager
    def _transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with only_for_the_owner(), self._cursor() as cursor:
            cursor.begin()
            try:
                yield cursor
                cursor.commit()
            except BaseException:
                with suppress(duckdb.TransactionException):  # a commit that fails has rolled back already
                    cursor.rollback()
                raise

    def _query(self, sql: str, values: dict[str, object] | None = None, **frames: pl.DataFrame) -> pl.DataFrame:
        with self._cursor() as cursor:
            for name, frame in frames.items():
                cursor.register(name, frame)
            return cursor.execute(sql, values or {}).pl()

    def _short_list(self, sql: str, schema: dict[str, Any]) -> pl.DataFrame:
        """A few rows, without pyarrow, which takes as long to load as everything else that such a command needs."""
        with self._cursor() as cursor:
            return pl.DataFrame(cursor.execute(sql).fetchall(), schema=schema, orient="row")


@contextmanager
def store_if_there(path: Path) -> Iterator[Store | None]:
    """The store for reading only; None where there is none yet, and none is made."""
    store = None
    with suppress(NoStore):
        store = Store(path, read_only=True)
    if store is None:
        yield None
        return
    with store:
        yield store


def _receipt(
    submission_id: str,
    file: str,
    dataset: str,
    rows: int,
    counts: int,
    scope: pl.DataFrame,
    already_held: bool = False,
) -> Receipt:
    return Receipt(
        submission_id=submission_id,
        file=file,
        dataset=str(dataset),
        rows=rows,
        counts=counts,
        programmes=sorted(set(scope["programme_id"])),
        academic_years=sorted(set(scope["academic_year"].drop_nulls())),
        already_held=already_held,
    )
