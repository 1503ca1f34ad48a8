"""What the measures and support items that came in were. A measure that the store has seen must not ask something else.

Every function is a part of the caller's transaction.
"""

import json
from datetime import datetime
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from pipelines.errors import Refused
from pipelines.instrument.definitions import definitions, differences, is_correction, retired_measures
from pipelines.instrument.succession import faults_of_succession
from pipelines.store.records import ITEM_WORDING

if TYPE_CHECKING:
    from pipelines.instrument.catalogue import Catalogue

SHOWN = 3
"""Of so many measures it is told how they differ; of more, how many there are."""


def add_definitions(cursor: duckdb.DuckDBPyConnection, definitions: pl.DataFrame, at: datetime) -> None:
    """Keep what measures ask, of those that are new."""
    cursor.register("definitions", definitions)
    cursor.execute(
        """
        INSERT INTO definition BY NAME
        SELECT measure_id, definition, wording, entry, $at AS first_seen_at FROM definitions
        ANTI JOIN definition USING (measure_id, definition)
        """,
        {"at": at},
    )


def add_items(cursor: duckdb.DuckDBPyConnection, items: pl.DataFrame) -> None:
    """Keep what support items are called (ITEM_WORDING), of those that are new."""
    cursor.register("items", items)
    cursor.execute("INSERT INTO item_wording BY NAME FROM items ANTI JOIN item_wording USING (item_id)")


def items_seen(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What the support items that ever came in were called when they came first (ITEM_WORDING)."""
    return pl.DataFrame(
        cursor.execute("SELECT item_id, title, kind, personal FROM item_wording ORDER BY rowid").fetchall(),
        schema=ITEM_WORDING,
        orient="row",
    )


def entries_seen(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """What the catalogue said of each measure that ever came in (JSON), in the order in which they came."""
    rows = cursor.execute(
        "SELECT arg_max(entry, first_seen_at) FROM definition GROUP BY measure_id ORDER BY min(rowid)"
    ).fetchall()
    return [entry for (entry,) in rows if entry is not None]


def accepted(cursor: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The fingerprint of each wording that was accepted as a correction, and that of the wording it corrects."""
    return dict(cursor.execute("SELECT corrected, definition FROM accepted_wording").fetchall())


def accept_wording(
    cursor: duckdb.DuckDBPyConnection, catalogue: "Catalogue", measure_id: str, *, reason: str, by: str, at: datetime
) -> tuple[str, str]:
    """Take the wording of a measure as a correction of the one the store has; both questions, before and after.

    Raises Refused where the store has no such measure, or nothing differs, or more than words differs.
    """
    corrections = accepted(cursor)
    asked = definitions(catalogue, corrections).filter(pl.col("measure_id") == measure_id)
    if asked.is_empty():
        raise Refused(f"This catalogue has no measure {measure_id}. Nothing was changed.")
    corrected, after = asked.select("definition", "wording").row(0)
    first, before = _held(cursor, measure_id)
    _require_correction(measure_id, before, after, same=corrected == first)
    cursor.execute(
        """
        INSERT INTO accepted_wording (
            measure_id, corrected, definition, before, after, reason, accepted_by, accepted_at
        ) VALUES ($measure, $corrected, $first, $before, $after, $reason, $by, $at)
        """,
        {
            "measure": measure_id,
            "corrected": corrected,
            "first": first,
            "before": before,
            "after": after,
            "reason": reason,
            "by": by,
            "at": at,
        },
    )
    return json.loads(before)["question"], json.loads(after)["question"]


def _held(cursor: duckdb.DuckDBPyConnection, measure_id: str) -> tuple[str, str]:
    """The definition of a measure that has come in, and the wording that was asked or accepted last (JSON)."""
    rows = cursor.execute(
        """
        SELECT definition.definition, coalesce(last.after, wording)
        FROM definition LEFT JOIN (
            SELECT measure_id, arg_max(after, rowid) AS after FROM accepted_wording GROUP BY measure_id
        ) AS last USING (measure_id)
        WHERE measure_id = $measure ORDER BY first_seen_at LIMIT 1
        """,
        {"measure": measure_id},
    ).fetchall()
    for first, wording in rows:
        return first, wording
    raise Refused(f"The store has no answers to {measure_id}, so its wording can still be changed freely.")


def _require_correction(measure_id: str, before: str, after: str, *, same: bool) -> None:
    """Raises Refused unless nothing but words differs."""
    if same:
        raise Refused(f"The catalogue words {measure_id} as the store knows it already. Nothing was changed.")
    old, new = json.loads(before), json.loads(after)
    if old == new or not is_correction(old, new):
        told = "; ".join(differences(old, new)) or "a question that it depends on is asked otherwise"
        raise Refused(
            f"This is more than a correction of the wording of {measure_id}: {told}. Give it a new id, and say with "
            f"`replaces` which id it takes the place of. If only the question it depends on was corrected, accept the "
            f"wording of that one. Nothing was changed."
        )


def wording_corrections(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Every correction that was accepted, in order: measure_id, definition, before, after (the questions), reason,
    accepted_at."""
    rows = cursor.execute(
        """
        SELECT measure_id, definition, before->>'question', after->>'question', reason, accepted_at
        FROM accepted_wording ORDER BY rowid
        """
    ).fetchall()
    texts = dict.fromkeys(("measure_id", "definition", "before", "after", "reason"), pl.String)
    return pl.DataFrame(rows, schema={**texts, "accepted_at": pl.Datetime("us")}, orient="row")


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


def require_succession(cursor: duckdb.DuckDBPyConnection, catalogue: "Catalogue") -> None:
    """Raises Refused where what the catalogue says of earlier measures cannot hold beside what the store has seen."""
    earlier = retired_measures(entries_seen(cursor), catalogue)
    faults = faults_of_succession(catalogue, earlier, items_seen(cursor)["item_id"].to_list())
    if faults:
        more = [f"And {len(faults) - SHOWN} more."] if len(faults) > SHOWN else []
        raise Refused(
            " ".join(
                [
                    "This catalogue says of its questions what cannot be, with `replaces` and `comparable`.",
                    *faults[:SHOWN],
                    *more,
                    "Nothing was changed. Put it right in the catalogue, then try again.",
                ]
            )
        )


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
            "say with `replaces` which id it takes the place of, and with `comparable` whether its answers can be set "
            "beside the earlier ones. If only a slip of the pen was put right, accept that by name: "
            "`openness catalogue accept-wording MEASURE --reason …`.",
        ]
    )
