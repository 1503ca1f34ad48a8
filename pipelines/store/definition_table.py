"""What the measures that came in asked. A measure that the store has seen must not ask something else."""

import json
from datetime import datetime

import duckdb
import polars as pl

from pipelines.errors import Refused
from pipelines.instrument.definitions import differences

SHOWN = 3
"""Of so many measures it is told how they differ; of more, how many there are."""


def add_definitions(cursor: duckdb.DuckDBPyConnection, definitions: pl.DataFrame, at: datetime) -> None:
    """Keep what measures ask, of those that are new. Part of the caller's transaction."""
    cursor.register("definitions", definitions)
    cursor.execute(
        """
        INSERT INTO definition BY NAME
        SELECT measure_id, definition, wording, $at AS first_seen_at FROM definitions
        ANTI JOIN definition USING (measure_id, definition)
        """,
        {"at": at},
    )


def require_same_definitions(cursor: duckdb.DuckDBPyConnection, definitions: pl.DataFrame) -> None:
    """Raises Refused where measures that the store has seen are defined otherwise now: which, how, and what to do."""
    cursor.register("definitions", definitions)
    changed = cursor.execute(
        """
        SELECT measure_id, arg_max(known.wording, known.first_seen_at), definitions.wording
        FROM definitions JOIN definition AS known USING (measure_id)
        GROUP BY measure_id, definitions.definition, definitions.wording
        HAVING NOT bool_or(known.definition = definitions.definition)
        ORDER BY measure_id
        """
    ).fetchall()
    if changed:
        raise Refused(_refusal([(measure, json.loads(old), json.loads(new)) for measure, old, new in changed]))


def _refusal(changed: list[tuple[str, dict[str, object], dict[str, object]]]) -> str:
    clauses = {measure: "; ".join(differences(old, new)) for measure, old, new in changed}
    asked_otherwise = {measure: clause for measure, clause in clauses.items() if clause}
    told = asked_otherwise or dict.fromkeys(clauses, "a question that it depends on is asked otherwise")
    sentences = [f"{measure}: {clause}." for measure, clause in list(told.items())[:SHOWN]]
    more = [f"And {len(told) - SHOWN} more."] if len(told) > SHOWN else []
    return " ".join(
        [
            "This catalogue asks otherwise what the store has answers to already.",
            *sentences,
            *more,
            "Answers to different questions are never added up, whatever the version of the catalogue. "
            "Put back what the catalogue said before. If the question really is another one, give it a new id, and "
            "say with `replaces` which id it takes the place of.",
        ]
    )
