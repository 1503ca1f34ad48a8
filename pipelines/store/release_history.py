"""What each release speaks of, and which releases may be offered no longer. A part of the caller's transaction.

A release speaks of whatever stood when it was made, published or not: a status, a name and a support item are said of a
programme too.
"""

from datetime import datetime

import duckdb
import polars as pl

from pipelines.disclosure.ledger import UNNAMED, WITHDRAWN
from pipelines.store.identity_table import unnamed


def said_before(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What releases have said of programmes that are not named, before these got the code that they have now, or get
    with the next release: dataset, programme_id, academic_year."""
    cursor.register("unnamed", unnamed(cursor))
    return cursor.execute(
        """
        WITH since AS (
            SELECT programme_id, max(publishing) AS publishing FROM identity
            GROUP BY programme_id HAVING NOT arg_max(named, publishing)
        )
        SELECT dataset, programme_id, academic_year FROM said JOIN since USING (programme_id)
        WHERE said.publishing < since.publishing
        UNION
        SELECT dataset, programme_id, academic_year FROM said SEMI JOIN unnamed USING (programme_id)
        ORDER BY ALL
        """
    ).pl()


def insert_what_is_said(cursor: duckdb.DuckDBPyConnection, release_id: str, withdrawn: pl.DataFrame) -> None:
    """Note what a release speaks of: what stands of closed years, and what publishing has seen and was not withdrawn.

    Both, because an earlier edition could publish from a file that another has replaced since.
    """
    cursor.register("withdrawn", withdrawn)
    cursor.execute(
        """
        INSERT INTO release_scope BY NAME
        WITH spoken_of AS (
            SELECT submission_id, programme_id, academic_year FROM standing_scope ANTI JOIN open_year
                USING (academic_year)
            UNION
            SELECT submission_id, programme_id, academic_year FROM seen
        )
        SELECT $id AS release_id, spoken_of.* FROM spoken_of ANTI JOIN withdrawn
            ON spoken_of.submission_id = withdrawn.submission_id
            AND spoken_of.programme_id = withdrawn.programme_id
            AND spoken_of.academic_year IS NOT DISTINCT FROM withdrawn.academic_year
        """,
        {"id": release_id},
    )


def take_down_what_may_not_stay(
    cursor: duckdb.DuckDBPyConnection, withdrawn: pl.DataFrame, no_longer_named: pl.DataFrame, *, by: str, at: datetime
) -> None:
    """Note that releases are offered no longer that speak of anything withdrawn, or show a name that is not to be
    shown any more. This must come before the identities of a new release are noted."""
    cursor.register("withdrawn", withdrawn)
    cursor.register("unnamed", no_longer_named)
    cursor.execute(
        """
        UPDATE release SET taken_down_by = $by, taken_down_at = $at, taken_down_reason = gone.reason
        FROM (
            SELECT release_id, max(reason) AS reason FROM (
                SELECT release_id, $withdrawn AS reason FROM said JOIN withdrawn
                    ON said.submission_id = withdrawn.submission_id
                    AND said.programme_id = withdrawn.programme_id
                    AND said.academic_year IS NOT DISTINCT FROM withdrawn.academic_year
                UNION
                SELECT release_id, $unnamed FROM release JOIN (
                    SELECT programme_id, max(publishing) AS named_since FROM identity
                    SEMI JOIN unnamed USING (programme_id) GROUP BY programme_id
                ) ON publishing >= named_since
            ) GROUP BY release_id
        ) AS gone
        WHERE gone.release_id = release.release_id AND release.taken_down_at IS NULL
        """,
        {"by": by, "at": at, "withdrawn": WITHDRAWN, "unnamed": UNNAMED},
    )


def everything_noted(cursor: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Whatever happened to a store, each as a few words with its id: `release 2026-11-22-1-0f3a9c41`."""
    rows = cursor.execute(
        """
        SELECT 'submission ' || submission_id FROM submission
        UNION ALL SELECT 'release ' || release_id FROM release
        UNION ALL SELECT 'taking down of the release ' || release_id FROM release WHERE taken_down_at IS NOT NULL
        UNION ALL SELECT concat_ws(' ', 'withdrawal of', programme_id, 'from the submission', submission_id)
        FROM withdrawal
        UNION ALL SELECT concat_ws(' ', 'year', academic_year, event, 'at', at) FROM year_event
        """
    ).fetchall()
    return frozenset(words for (words,) in rows)


def copy_to(cursor: duckdb.DuckDBPyConnection, path: str) -> None:
    """Copy all tables into a new file as they are now. DuckDB takes neither a path nor a name as a parameter."""
    [(name,)] = cursor.execute("SELECT current_database()").fetchall()
    quoted = path.replace("'", "''")
    cursor.execute(f"ATTACH '{quoted}' AS copy")
    try:
        cursor.execute('COPY FROM DATABASE "{}" TO copy'.format(name.replace('"', '""')))
    finally:
        cursor.execute("DETACH copy")
