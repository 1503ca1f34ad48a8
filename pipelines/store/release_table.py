"""The releases that were made, as the store notes them. Every function is a part of the caller's transaction."""

from datetime import datetime

import duckdb
import polars as pl

from pipelines.disclosure.ledger import UNNAMED, WITHDRAWN
from pipelines.errors import Refused
from pipelines.store.records import ReleaseNote


def insert_release(cursor: duckdb.DuckDBPyConnection, release: ReleaseNote) -> None:
    """Note a release and its overrides."""
    cursor.execute(
        """
        INSERT INTO release (
            release_id, publishing, published_at, published_by, remark,
            previous_release_id, content_hash, file_sha256
        ) VALUES ($id, $publishing, $at, $by, $remark, $previous, $content_hash, $file_sha256)
        """,
        {
            "id": release.release_id,
            "publishing": release.publishing,
            "at": release.published_at,
            "by": release.published_by,
            "remark": release.remark,
            "previous": release.previous_release_id,
            "content_hash": release.content_hash,
            "file_sha256": release.file_sha256,
        },
    )
    cursor.register("overrides", release.overrides)
    cursor.execute(
        "INSERT INTO override BY NAME SELECT $id AS release_id, * FROM overrides", {"id": release.release_id}
    )


def take_down(cursor: duckdb.DuckDBPyConnection, release_id: str, *, by: str, at: datetime, reason: str) -> None:
    """Note that a release is not offered any more. Raises Refused where there is no such release, or it was noted."""
    noted = cursor.execute("SELECT taken_down_at FROM release WHERE release_id = $id", {"id": release_id}).fetchall()
    if not noted:
        raise Refused(f"There is no release {release_id}. `openness releases` lists what there is.")
    if noted[0][0] is not None:
        raise Refused(f"The release {release_id} was taken down already, on {noted[0][0]:%Y-%m-%d}.")
    cursor.execute(
        """
        UPDATE release SET taken_down_by = $by, taken_down_at = $at, taken_down_reason = $reason
        WHERE release_id = $id
        """,
        {"id": release_id, "by": by, "at": at, "reason": reason},
    )


def take_down_what_may_not_stay(
    cursor: duckdb.DuckDBPyConnection, release: ReleaseNote, withdrawn: pl.DataFrame, unnamed: pl.DataFrame
) -> None:
    """Note that earlier releases are offered no longer that speak of anything withdrawn, or of a programme that is just
    not named any more: under its name, or under a code it had before, which its name was joined to when it was named.
    This must come before a new release and its identities are noted."""
    cursor.register("withdrawn", withdrawn)
    cursor.register("unnamed", unnamed)
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
                    SELECT programme_id, min(publishing) AS since FROM identity
                    SEMI JOIN (FROM unnamed WHERE publishing = $publishing) AS just_now USING (programme_id)
                    GROUP BY programme_id
                ) ON publishing >= since
            ) GROUP BY release_id
        ) AS gone
        WHERE gone.release_id = release.release_id AND release.taken_down_at IS NULL
        """,
        {
            "by": release.published_by,
            "at": release.published_at,
            "publishing": release.publishing,
            "withdrawn": WITHDRAWN,
            "unnamed": UNNAMED,
        },
    )
