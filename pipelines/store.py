"""The one door to the private store: submissions, and the counts they gave. No answer of a person passes it."""

import dataclasses
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import polars as pl

from pipelines import CODE_VERSION
from pipelines.contracts import RESPONSES, Dataset
from pipelines.errors import Refused, StoreUnavailable

TABLES = {Dataset.PROGRAMMES: "programme", Dataset.COHORTS: "cohort", Dataset.SUPPORT: "support"}


@dataclass(frozen=True)
class Submission:
    """One accepted audit file, ready to be stored: who, when, what, and its rows (counts, never answers)."""

    file: str
    dataset: Dataset
    sha256: str
    mapping_sha256: str | None
    submitted_by: str
    submitted_at: datetime
    instrument_id: str
    catalogue_version: str
    invented: bool
    rows: int
    counted: pl.DataFrame

    @property
    def scope(self) -> pl.DataFrame:
        """The programmes and years it speaks for."""
        if self.dataset == Dataset.PROGRAMMES:
            return self.counted.select("programme_id", pl.lit(None, pl.String).alias("academic_year"))
        return self.counted.select("programme_id", "academic_year").unique(maintain_order=True)


@dataclass(frozen=True)
class Receipt:
    """What a load did."""

    submission_id: str
    file: str
    dataset: str
    rows: int
    counts: int
    programmes: list[str]
    academic_years: list[str]
    already_held: bool = False
    superseded: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Holdings:
    """Everything publishing needs, as frames named for their rows."""

    submissions: int
    invented: bool
    programmes: pl.DataFrame
    cohorts: pl.DataFrame
    support: pl.DataFrame
    contributions: pl.DataFrame
    published: pl.DataFrame


class Store:
    """An open store. Use it in a `with`; one process at a time can."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open a store, and create it unless `read_only`.

        Raises StoreUnavailable where it is in use by another process, is not a store, or cannot be written.
        """
        self.path = path
        with _as_unavailable(path):
            if not read_only:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = duckdb.connect(path, read_only=read_only)
            if not read_only:
                self._connection.execute(_sql("store.sql"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()

    # ---- what is held ----

    def registered_programmes(self) -> frozenset[str]:
        return frozenset(self._query("SELECT programme_id FROM standing_programme")["programme_id"])

    def require_instrument(self, instrument_id: str) -> None:
        """Raises Refused where the store holds audits made with another instrument."""
        for held in self._query("SELECT DISTINCT instrument_id FROM submission")["instrument_id"]:
            if held != instrument_id:
                raise Refused(
                    f"This store holds audits made with the catalogue “{held}”, not with “{instrument_id}”. "
                    f"Give that catalogue, or another --home."
                )

    def held(self, sha256: str, mapping_sha256: str | None, dataset: Dataset, catalogue_version: str) -> str | None:
        """The submission of this very file under this version of the catalogue, if all of it still stands."""
        found = self._query(
            """
            SELECT submission_id FROM submission JOIN submission_scope USING (submission_id)
            WHERE sha256 = $sha256 AND mapping_sha256 IS NOT DISTINCT FROM $mapping AND dataset = $dataset
                AND catalogue_version = $version
            GROUP BY submission_id HAVING count(superseded_by) = 0
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

    def counted_elsewhere(self, counted: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
        """Programme, year and measure of counts that another dataset has given already."""
        return self._query(
            """
            SELECT DISTINCT programme_id, academic_year, measure_id, standing.dataset
            FROM standing_contribution AS standing SEMI JOIN counted USING (programme_id, academic_year, measure_id)
            WHERE standing.dataset <> $dataset ORDER BY ALL
            """,
            {"dataset": dataset},
            counted=counted,
        )

    def clashes(self, submission: Submission) -> pl.DataFrame:
        """Standing submissions of the same dataset for the same programmes and years."""
        with self._cursor() as cursor:
            return _clashes(cursor, submission)

    def holdings(self) -> Holdings:
        """Everything that stands, and everything published so far."""
        return Holdings(
            submissions=self._query("SELECT count(DISTINCT submission_id) FROM standing_scope").item(),
            invented=self._query("SELECT coalesce(bool_or(invented), false) FROM submission").item(),
            programmes=self._query(
                """
                SELECT programme_id, code, programme_name, profession, country, region, named = 'yes' AS named
                FROM standing_programme JOIN programme_code USING (programme_id) ORDER BY programme_id
                """
            ),
            cohorts=self._query("SELECT programme_id, academic_year, respondent_group, invited FROM standing_cohort"),
            support=self._query("SELECT programme_id, academic_year, item_id, status, since FROM standing_support"),
            contributions=self._query(
                "SELECT programme_id, academic_year, measure_id, subgroup, respondents, affirmative"
                " FROM standing_contribution"
            ),
            published=self._query("SELECT * EXCLUDE (release_id) FROM published"),
        )

    # ---- what changes it ----

    def record(self, submission: Submission, *, replace: bool) -> Receipt:
        """Store a submission in one transaction: all of it, or nothing.

        Raises Refused where it does not belong into this store, or where it would supersede another and `replace`
        was not asked for; StoreUnavailable where it cannot be written.
        """
        submission_id = secrets.token_hex(6)
        self.require_instrument(submission.instrument_id)
        with self._transaction() as cursor:
            _refuse_strangers(cursor, submission)
            clashes = _clashes(cursor, submission)
            if clashes.height and not replace:
                raise Refused(_already_held(submission, clashes))
            _supersede(cursor, submission, submission_id)
            _insert(cursor, submission, submission_id)
        superseded = clashes["submission_id"].unique(maintain_order=True).to_list()
        counts = 0 if submission.dataset in TABLES else submission.counted.height
        receipt = _receipt(
            submission_id, submission.file, submission.dataset, submission.rows, counts, submission.scope
        )
        return dataclasses.replace(receipt, superseded=superseded)

    def record_release(
        self, release_id: str, published_at: datetime, remark: str | None, published: pl.DataFrame
    ) -> None:
        """Note a release and the results first published in it. From now on these never change."""
        with self._transaction() as cursor:
            cursor.execute("INSERT INTO release VALUES (?, ?, ?)", [release_id, published_at, remark])
            cursor.register("results", published)
            cursor.execute("INSERT INTO published BY NAME SELECT $id AS release_id, * FROM results", {"id": release_id})

    def release_ids(self) -> list[str]:
        """Every release ever made, oldest first."""
        return self._query("SELECT release_id FROM release ORDER BY published_at, release_id")["release_id"].to_list()

    # ---- how -----------------------------------------------------------------------------------------------------

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with _as_unavailable(self.path), self._connection.cursor() as cursor:
            yield cursor

    @contextmanager
    def _transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._cursor() as cursor:
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


def _clashes(cursor: duckdb.DuckDBPyConnection, submission: Submission) -> pl.DataFrame:
    cursor.register("scope", submission.scope)
    return cursor.execute(
        """
        SELECT standing.* FROM standing_scope AS standing
        JOIN scope ON standing.programme_id = scope.programme_id
            AND standing.academic_year IS NOT DISTINCT FROM scope.academic_year
        WHERE standing.dataset = $dataset ORDER BY ALL
        """,
        {"dataset": submission.dataset},
    ).pl()


def _refuse_strangers(cursor: duckdb.DuckDBPyConnection, submission: Submission) -> None:
    """A store holds either invented programmes or real ones."""
    for (invented,) in cursor.execute(
        "SELECT invented FROM submission WHERE invented <> $invented LIMIT 1", {"invented": submission.invented}
    ).fetchall():
        held, offered = ("invented", "real") if invented else ("real", "invented")
        raise Refused(f"This store holds {held} programmes; {offered} ones cannot be added. Choose another --home.")


def _supersede(cursor: duckdb.DuckDBPyConnection, submission: Submission, submission_id: str) -> None:
    cursor.register("scope", submission.scope)
    cursor.execute(
        """
        UPDATE submission_scope SET superseded_by = $id FROM scope
        WHERE submission_scope.programme_id = scope.programme_id
            AND submission_scope.academic_year IS NOT DISTINCT FROM scope.academic_year
            AND submission_scope.superseded_by IS NULL
            AND submission_scope.submission_id IN (SELECT submission_id FROM submission WHERE dataset = $dataset)
        """,
        {"id": submission_id, "dataset": submission.dataset},
    )


def _insert(cursor: duckdb.DuckDBPyConnection, submission: Submission, submission_id: str) -> None:
    cursor.execute(
        "INSERT INTO submission VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            submission_id,
            submission.dataset,
            submission.sha256,
            submission.mapping_sha256,
            submission.rows,
            submission.submitted_by,
            submission.submitted_at,
            CODE_VERSION,
            submission.instrument_id,
            submission.catalogue_version,
            submission.invented,
        ],
    )
    cursor.execute(
        "INSERT INTO submission_scope SELECT $id, programme_id, academic_year, NULL FROM scope",
        {"id": submission_id},
    )
    cursor.register("counted", submission.counted)
    cursor.execute(_INSERT_COUNTED[submission.dataset], {"id": submission_id})
    if submission.dataset == Dataset.PROGRAMMES:
        _give_codes(cursor, submission.counted)


_INSERT_COUNTED = {
    Dataset.PROGRAMMES: "INSERT INTO programme BY NAME SELECT $id AS submission_id, * FROM counted",
    Dataset.COHORTS: "INSERT INTO cohort BY NAME SELECT $id AS submission_id, * FROM counted",
    Dataset.SUPPORT: "INSERT INTO support BY NAME SELECT $id AS submission_id, * FROM counted",
    **dict.fromkeys(
        (*RESPONSES, Dataset.COUNTS),
        "INSERT INTO contribution BY NAME SELECT $id AS submission_id, * FROM counted",
    ),
}


def _give_codes(cursor: duckdb.DuckDBPyConnection, programmes: pl.DataFrame) -> None:
    """A random code for each new programme. Random, so that nothing about the programme can be told from it."""
    held = {code for (code,) in cursor.execute("SELECT code FROM programme_code").fetchall()}
    known = {programme for (programme,) in cursor.execute("SELECT programme_id FROM programme_code").fetchall()}
    for programme in programmes["programme_id"]:
        if programme not in known:
            code = next(code for code in iter(lambda: f"programme-{secrets.token_hex(3)}", None) if code not in held)
            held.add(code)
            cursor.execute("INSERT INTO programme_code VALUES (?, ?)", [programme, code])


def _already_held(submission: Submission, clashes: pl.DataFrame) -> str:
    programme, year = clashes.select("programme_id", "academic_year").row(0)
    first = programme if year is None else f"{programme} in {year}"
    others = f" and {clashes.height - 1} more" if clashes.height > 1 else ""
    return (
        f"{submission.file}: the store already has {submission.dataset} for {first}{others}. "
        f"To put this file in their place, load it again with --replace; the earlier one stays on record."
    )


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


@contextmanager
def _as_unavailable(path: Path) -> Iterator[None]:
    """DuckDB's and the system's complaints as one sentence with what to do; their own texts may hold values."""
    try:
        yield
    except duckdb.IOException as error:
        if "set lock" in str(error).lower():  # not "lock" alone: every block of a damaged file has it in its name
            reason = "is in use by another process. Wait until that has finished, then try again"
        else:
            reason = "cannot be read or written. Look at the disk space and the rights of its folder"
        raise StoreUnavailable(f"The store {path} {reason}. Nothing was changed.") from None
    except OSError as error:
        raise StoreUnavailable(f"The store {path} cannot be opened ({error.strerror}). Nothing was changed.") from None
    except duckdb.Error:
        raise StoreUnavailable(f"The store {path} failed. Nothing was changed; try again.") from None


def _sql(name: str) -> str:
    return (files("pipelines") / "sql" / name).read_text(encoding="utf-8")
