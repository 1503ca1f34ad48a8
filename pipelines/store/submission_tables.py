"""How one submission goes into the tables of the store: its rows, what it speaks for, and what it takes the place of.

Every function is a part of the caller's transaction. Programmes stand under the first id they ever had.
"""

import secrets

import duckdb
import polars as pl

from pipelines.errors import Refused
from pipelines.instrument.dataset import RESPONSES, Dataset
from pipelines.store.records import Submission, describe_scope
from pipelines.version import CODE_VERSION

TABLES = {Dataset.PROGRAMMES: "programme", Dataset.COHORTS: "cohort", Dataset.SUPPORT: "support"}
"""Of datasets that are kept row by row; of the others counts are kept."""

_INSERT_COUNTED = {
    Dataset.PROGRAMMES: "INSERT INTO programme BY NAME SELECT $id AS submission_id, * FROM counted",
    Dataset.COHORTS: "INSERT INTO cohort BY NAME SELECT $id AS submission_id, * FROM counted",
    Dataset.SUPPORT: "INSERT INTO support BY NAME SELECT $id AS submission_id, * FROM counted",
    **dict.fromkeys(
        (*RESPONSES, Dataset.COUNTS),
        "INSERT INTO contribution BY NAME SELECT $id AS submission_id, * FROM counted",
    ),
}


def standing_clashes(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, scope: pl.DataFrame) -> pl.DataFrame:
    """What stands of a dataset for these programmes and years: submission_id, dataset, programme_id, academic_year."""
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


def refuse_mixing(cursor: duckdb.DuckDBPyConnection, submission: Submission) -> None:
    """A store holds either invented programmes or real ones. Raises Refused where this would mix them."""
    for (invented,) in cursor.execute(
        "SELECT invented FROM submission WHERE invented <> $invented LIMIT 1", {"invented": submission.invented}
    ).fetchall():
        held, offered = ("invented", "real") if invented else ("real", "invented")
        raise Refused(f"This store holds {held} programmes; {offered} ones cannot be added. Choose another --home.")


def already_held(submission: Submission, clashes: pl.DataFrame) -> str:
    """Why a submission is not taken in without --replace."""
    return (
        f"{submission.file}: the store already has {submission.dataset} for {describe_scope(clashes)}. "
        f"To put this file in their place, load it again with --replace; the earlier one stays on record."
    )


def supersede(cursor: duckdb.DuckDBPyConnection, submission: Submission, submission_id: str) -> None:
    """Note of what stands for the same programmes and years that this submission has taken its place."""
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


def insert(cursor: duckdb.DuckDBPyConnection, submission: Submission, submission_id: str) -> None:
    """Add a submission and its rows."""
    _insert_submission(cursor, submission, submission_id)
    cursor.register("scope", submission.scope)
    cursor.execute(
        """
        INSERT INTO submission_scope (submission_id, programme_id, academic_year, superseded_by)
        SELECT $id, programme_id, academic_year, NULL FROM scope
        """,
        {"id": submission_id},
    )
    cursor.register("counted", submission.counted)
    cursor.execute(_INSERT_COUNTED[submission.dataset], {"id": submission_id})
    if submission.dataset == Dataset.PROGRAMMES:
        _give_codes(cursor, submission.counted)
        _insert_aliases(cursor)


def _insert_submission(cursor: duckdb.DuckDBPyConnection, submission: Submission, submission_id: str) -> None:
    cursor.execute(
        """
        INSERT INTO submission (
            submission_id, dataset, sha256, mapping_sha256, rows, submitted_by, submitted_at, code_version,
            instrument_id, catalogue_version, invented
        ) VALUES ($id, $dataset, $sha256, $mapping, $rows, $by, $at, $code, $instrument, $version, $invented)
        """,
        {
            "id": submission_id,
            "dataset": submission.dataset,
            "sha256": submission.sha256,
            "mapping": submission.mapping_sha256,
            "rows": submission.rows,
            "by": submission.submitted_by,
            "at": submission.submitted_at,
            "code": CODE_VERSION,
            "instrument": submission.instrument_id,
            "version": submission.catalogue_version,
            "invented": submission.invented,
        },
    )


def _insert_aliases(cursor: duckdb.DuckDBPyConnection) -> None:
    """Later ids of the programmes in `counted`."""
    cursor.execute(
        """
        INSERT INTO programme_alias (programme_id, first_id)
        SELECT known_as, counted.programme_id FROM counted
        ANTI JOIN programme_alias ON counted.known_as = programme_alias.programme_id
        WHERE known_as <> counted.programme_id
        """
    )


def _give_codes(cursor: duckdb.DuckDBPyConnection, programmes: pl.DataFrame) -> None:
    """A random code for each new programme. Random, so that nothing about the programme can be told from it."""
    codes = dict(cursor.execute("SELECT programme_id, code FROM programme_code").fetchall())
    taken = set(codes.values())
    for programme in programmes["programme_id"]:
        if programme not in codes:
            codes[programme] = _new_code(taken)
            taken.add(codes[programme])
            cursor.execute(
                "INSERT INTO programme_code (programme_id, code) VALUES ($programme, $code)",
                {"programme": programme, "code": codes[programme]},
            )


def _new_code(taken: set[str]) -> str:
    draw = iter(lambda: f"programme-{secrets.token_hex(3)}", None)
    return next(code for code in draw if code not in taken)
