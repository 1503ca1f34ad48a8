"""What was taken back: submissions, and programmes with everything they sent. A part of the caller's transaction."""

from datetime import datetime

import duckdb
import polars as pl

from pipelines.errors import Refused
from pipelines.instrument.dataset import Dataset

TOLD = 3
"""Of so many programmes it is told which they are."""

WITHDRAWN = """
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


def withdraw(
    cursor: duckdb.DuckDBPyConnection,
    submission_id: str | None,
    programme_id: str | None,
    *,
    by: str,
    at: datetime,
    reason: str,
) -> pl.DataFrame:
    """Take back what stands, or was set aside, of a submission or a programme, and give what it was: submission_id,
    dataset, programme_id, academic_year.

    Raises Refused where it cannot be taken back alone.
    """
    taken = cursor.execute(
        """
        FROM (FROM standing_scope UNION ALL BY NAME SELECT * EXCLUDE (submitted_at) FROM set_aside_scope)
        WHERE submission_id = coalesce($submission, submission_id)
            AND programme_id = coalesce($programme, programme_id)
        ORDER BY ALL
        """,
        {"submission": submission_id, "programme": programme_id},
    ).pl()
    cursor.register("taken", taken)
    if programme_id is None:
        _require_nothing_is_left_unregistered(cursor)
    cursor.execute(
        """
        INSERT INTO withdrawal (submission_id, programme_id, withdrawn_by, withdrawn_at, reason, publishing)
        SELECT DISTINCT submission_id, programme_id, $by, $at, $reason, (SELECT count(*) FROM release) FROM taken
        """,
        {"by": by, "at": at, "reason": reason},
    )
    return taken


def _require_nothing_is_left_unregistered(cursor: duckdb.DuckDBPyConnection) -> None:
    """Raises Refused where only the registration of programmes is taken back, and they have sent something else, or
    publishing has seen something of them: nobody could tell any more whose that is."""
    left = cursor.execute(
        """
        SELECT DISTINCT known_as FROM taken JOIN standing_programme USING (programme_id)
        WHERE taken.dataset = $programmes AND programme_id IN (
            SELECT programme_id FROM standing_scope ANTI JOIN taken USING (submission_id, programme_id)
            UNION SELECT programme_id FROM seen
        )
        ORDER BY known_as
        """,
        {"programmes": Dataset.PROGRAMMES},
    ).fetchall()
    if left:
        names = ", ".join(known_as for (known_as,) in left[:TOLD]) + (" and others" if len(left) > TOLD else "")
        raise Refused(
            f"This file registers {names}, and more has come in of them. To correct how programmes are registered, "
            f"load a file with the right rows with --replace. To take a programme back with everything it sent, use "
            f"`openness withdraw --programme PROGRAMME`. Nothing was changed."
        )
