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
from typing import Any, Self

import duckdb
import polars as pl

from pipelines.disclosure.waiting_lists import Ledger
from pipelines.errors import AlreadyHeld, Refused, StoreUnavailable
from pipelines.instrument.dataset import RESPONSES, Dataset
from pipelines.version import CODE_VERSION

RELEASES: dict[str, Any] = {
    "release_id": pl.String,
    "publishing": pl.Int64,
    "published_at": pl.Datetime("us"),
    "published_by": pl.String,
    "remark": pl.String,
}
SUBMISSIONS: dict[str, Any] = {
    "submission_id": pl.String,
    "dataset": pl.String,
    "submitted_at": pl.Datetime("us"),
    "submitted_by": pl.String,
    "rows": pl.Int64,
    "programmes": pl.Int64,
    "academic_years": pl.List(pl.String),
    "superseded": pl.Int64,
    "withdrawn": pl.Int64,
    "scopes": pl.Int64,
}
"""A row is a submission ever taken in; the last three count its programmes and years, and how much of it is gone."""

TABLES = {Dataset.PROGRAMMES: "programme", Dataset.COHORTS: "cohort", Dataset.SUPPORT: "support"}


def scope_of(dataset: Dataset, counted: pl.DataFrame) -> pl.DataFrame:
    """The programmes and years that counted rows speak for; programmes themselves have no years."""
    if dataset == Dataset.PROGRAMMES:
        return counted.select("programme_id", pl.lit(None, pl.String).alias("academic_year"))
    return counted.select("programme_id", "academic_year").unique(maintain_order=True)


def first_of(scope: pl.DataFrame) -> str:
    """`alder in 2024-25 and 3 more`"""
    programme, year = scope.select("programme_id", "academic_year").row(0)
    first = programme if year is None else f"{programme} in {year}"
    return f"{first} and {scope.height - 1} more" if scope.height > 1 else str(first)


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
        return scope_of(self.dataset, self.counted)


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
    withdrawn: pl.DataFrame
    ledger: Ledger


@dataclass(frozen=True)
class ReleaseNote:
    """A release as the store notes it; `overrides`: programme_id, measure_id, academic_year, reason."""

    release_id: str
    publishing: int
    published_at: datetime
    published_by: str
    remark: str | None
    overrides: pl.DataFrame


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
        """Their present ids."""
        return frozenset(self._query("SELECT known_as FROM standing_programme")["known_as"])

    def first_ids(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows, each under the first id its programme ever had, under which the store keeps everything."""
        aliases = dict(self._query("FROM programme_alias").iter_rows())
        return rows.with_columns(pl.col("programme_id").replace(aliases)) if aliases else rows

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
        """What of a programme stands: dataset, academic_year, entry (a group invited, a measure, a support item).

        Which rows and columns came in, and no number of any.
        """
        of = pl.DataFrame({"programme_id": [programme_id]})
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
            asked=self.first_ids(of),
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
            return _clashes(cursor, dataset, renamed)

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
        """How many answered each question, and not what: programme_id, academic_year, measure_id, respondents."""
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
        return Ledger(*(self._query(sql) for sql in _LEDGER.values()))

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
            _refuse_strangers(cursor, submission)
            clashes = _clashes(cursor, submission.dataset, submission.scope)
            if clashes.height and not replace:
                raise AlreadyHeld(_already_held(submission, clashes))
            _supersede(cursor, submission, submission_id)
            _insert(cursor, submission, submission_id)
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
                "INSERT INTO withdrawal SELECT DISTINCT submission_id, programme_id, $by, $at, $reason FROM taken",
                {"by": by, "at": at, "reason": reason},
            )
        return taken

    def record_release(self, release: ReleaseNote, new: Ledger) -> None:
        """Note a release and what it adds to the ledger, in one transaction. From now on none of it changes."""
        with self._transaction() as cursor:
            cursor.execute(
                "INSERT INTO release VALUES (?, ?, ?, ?, ?)",
                [release.release_id, release.publishing, release.published_at, release.published_by, release.remark],
            )
            cursor.register("overrides", release.overrides)
            cursor.execute(
                "INSERT INTO override BY NAME SELECT $id AS release_id, * FROM overrides", {"id": release.release_id}
            )
            for table, rows in zip(_LEDGER, new.frames, strict=True):
                cursor.register("new_rows", rows)
                cursor.execute(_ADD_TO_LEDGER[table])

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

    def _short_list(self, sql: str, schema: dict[str, Any]) -> pl.DataFrame:
        """A few rows, without pyarrow, which takes as long to load as everything else that such a command needs."""
        with self._cursor() as cursor:
            return pl.DataFrame(cursor.execute(sql).fetchall(), schema=schema, orient="row")


@contextmanager
def store_if_there(path: Path) -> Iterator[Store | None]:
    """The store for reading only; None where there is none yet, and none is made."""
    if not path.exists():
        yield None
        return
    with Store(path, read_only=True) as store:
        yield store


def _clashes(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, scope: pl.DataFrame) -> pl.DataFrame:
    cursor.register("scope", scope)
    return cursor.execute(
        """
        SELECT standing.* FROM standing_scope AS standing
        JOIN scope ON standing.programme_id = scope.programme_id
            AND standing.academic_year IS NOT DISTINCT FROM scope.academic_year
        WHERE standing.dataset = $dataset ORDER BY ALL
        """,
        {"dataset": dataset},
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
            AND NOT EXISTS (
                FROM withdrawal WHERE withdrawal.submission_id = submission_scope.submission_id
                    AND withdrawal.programme_id = submission_scope.programme_id
            )
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
        cursor.execute(
            """
            INSERT INTO programme_alias SELECT known_as, programme_id FROM counted
            ANTI JOIN programme_alias ON counted.known_as = programme_alias.programme_id
            WHERE known_as <> counted.programme_id
            """
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

_LEDGER = {
    "version": "FROM version ORDER BY version_id",
    "part": "FROM part ORDER BY part_id",
    "result": "FROM result ORDER BY result_id",
    "retired": "FROM retired ORDER BY part_id",
    "result_subgroup": "FROM result_subgroup ORDER BY result_id, subgroup",
}
"""The tables of the ledger, in the order of its frames."""

_ADD_TO_LEDGER = {
    "version": "INSERT INTO version BY NAME FROM new_rows",
    "part": "INSERT INTO part BY NAME FROM new_rows",
    "result": "INSERT INTO result BY NAME FROM new_rows",
    "retired": "INSERT INTO retired BY NAME FROM new_rows",
    "result_subgroup": "INSERT INTO result_subgroup BY NAME FROM new_rows",
}

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
    return (
        f"{submission.file}: the store already has {submission.dataset} for {first_of(clashes)}. "
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
    return (files("pipelines.store") / name).read_text(encoding="utf-8")
