"""The releases that were made, as the store notes them. Every function is a part of the caller's transaction."""

from datetime import datetime

import duckdb

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
