"""What the measures and support items that came in were. A measure that the store has seen must not ask something else.

Every function is a part of the caller's transaction.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from pipelines.errors import Refused
from pipelines.instrument.definitions import (
    SHOWN,
    definitions,
    differences,
    is_correction,
    much_alike,
    retired_measures,
)
from pipelines.instrument.shown_words import changed_words, together
from pipelines.instrument.succession import faults_of_succession
from pipelines.store.records import ITEM_WORDING

if TYPE_CHECKING:
    from pipelines.instrument.catalogue import Catalogue

Wording = dict[str, Any]
"""What a measure asks and shows, as `definitions.definitions` gives it (read from JSON)."""
Entry = tuple[str, str | None, str | None]
"""A measure, its base, and which measure it replaces."""
CHANGED = "changed"
"""Where in a corrected wording the texts stand that were corrected."""
TOLD = 3
"""Of so many measures it is told how they differ; of more, how many there are."""


def add_definitions(cursor: duckdb.DuckDBPyConnection, definitions: pl.DataFrame, at: datetime) -> None:
    """Keep what measures ask and what respondents read of them, where either is new."""
    cursor.register("definitions", definitions)
    cursor.execute(
        """
        INSERT INTO definition BY NAME
        SELECT measure_id, definition, wording, entry, $at AS first_seen_at FROM definitions
        ANTI JOIN definition USING (measure_id, definition, wording)
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


def roots_of_kin(entries: Iterable[Entry]) -> pl.DataFrame:
    """Each measure, and every question put to everybody with which the same people may have answered it: measure_id,
    root_id.

    One is the first of its bases, or the measure itself where it has none. Where one measure took the place of another,
    at once or by way of others, the first base of each belongs to the other too: whoever answered one of them in a year
    is not asked the other. Nobody looks for a measure that has a base itself. A file of counts has no row of it where
    nobody said yes before, so whether it came in would tell that.
    """
    known = [*entries]
    bases = {measure: base for measure, base, _ in known}
    roots: dict[str, set[str]] = {}
    for family in _families((measure, replaced) for measure, _, replaced in known):
        together = {_root(measure, bases) for measure in family}
        for root in together:
            roots[root] = roots.get(root, set()) | together
    pairs = [(measure, root) for measure in bases for root in sorted(roots[_root(measure, bases)])]
    return pl.DataFrame(pairs, schema={"measure_id": pl.String, "root_id": pl.String}, orient="row")


def _families(succession: Iterable[tuple[str, str | None]]) -> Iterable[set[str]]:
    """Measures that took the place of each other, at once or by way of others. `succession`: each measure, and which
    one it replaces."""
    families: dict[str, set[str]] = {}
    for measure, replaced in succession:
        together = {measure, *([replaced] if replaced else [])}
        together |= set().union(*(families.get(name, set()) for name in together))
        families |= dict.fromkeys(together, together)
    return families.values()


def _root(measure: str, bases: Mapping[str, str | None]) -> str:
    while base := bases.get(measure):
        measure = base
    return measure


def entries_told(entries: Iterable[str]) -> Iterator[Entry]:
    """What catalogues said of measures (JSON), as far as it decides whom they are put to."""
    return ((entry["id"], entry.get("base"), entry.get("replaces")) for entry in map(json.loads, entries))


def measures_publishing_sees(cursor: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The measures to which closed years hold answers, or to which publishing has seen any."""
    rows = cursor.execute(
        "SELECT measure_id FROM standing_contribution ANTI JOIN open_year USING (academic_year) "
        "UNION SELECT measure_id FROM seen"
    ).fetchall()
    return frozenset(measure for (measure,) in rows)


def accepted(cursor: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The fingerprint of each wording that was accepted as a correction, and that of the wording it corrects."""
    return dict(cursor.execute("SELECT corrected, definition FROM accepted_wording").fetchall())


def accept_wording(
    cursor: duckdb.DuckDBPyConnection, catalogue: "Catalogue", measure_id: str, *, reason: str, by: str, at: datetime
) -> tuple[str, str]:
    """Take the wording of a measure as a correction of the one the store has; what changed, before and after.

    Raises Refused where the store has no such measure, or nothing differs, or more than words differs.
    """
    asked = definitions(catalogue, accepted(cursor)).filter(pl.col("measure_id") == measure_id)
    if asked.is_empty():
        raise Refused(f"This catalogue has no measure {measure_id}. Nothing was changed.")
    corrected, wording = asked.select("definition", "wording").row(0)
    first, before = _held(cursor, measure_id)
    after = json.loads(wording)
    _require_correction(measure_id, before, after, same=corrected == first)
    texts = _texts_changed(before, after)
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
            "before": json.dumps(before | {CHANGED: texts[0]}, ensure_ascii=False),
            "after": json.dumps(after | {CHANGED: texts[1]}, ensure_ascii=False),
            "reason": reason,
            "by": by,
            "at": at,
        },
    )
    return texts


def _texts_changed(before: Wording, after: Wording) -> tuple[str, str]:
    """Both questions; where these are the same, the other texts that respondents read and that were corrected."""
    words = list(changed_words(before.get(SHOWN, {}), after.get(SHOWN, {})))
    if before["question"] != after["question"] or not words:
        return before["question"], after["question"]
    return " / ".join(old for _, old, _ in words), " / ".join(new for _, _, new in words)


def _held(cursor: duckdb.DuckDBPyConnection, measure_id: str) -> tuple[str, Wording]:
    """The definition of a measure that has come in, and the wording that was asked or accepted last."""
    for _, first, wording in _wordings(cursor, [measure_id]):
        return first, wording
    raise Refused(f"The store has no answers to {measure_id}, so its wording can still be changed freely.")


def _wordings(cursor: duckdb.DuckDBPyConnection, measures: Iterable[str]) -> Iterator[tuple[str, str, Wording]]:
    """Each of these measures that came in, its first definition, and how it was worded last, in all languages that it
    was ever shown in."""
    rows = cursor.execute(
        """
        WITH wordings AS (
            SELECT measure_id, definition, wording, 0 AS corrections, rowid AS place FROM definition
            UNION ALL SELECT measure_id, definition, after, 1, rowid FROM accepted_wording
        )
        SELECT measure_id, arg_min(definition, (corrections, place)), list(wording ORDER BY corrections, place)
        FROM wordings WHERE list_contains($measures, measure_id)
        GROUP BY measure_id HAVING min(corrections) = 0 ORDER BY measure_id
        """,
        {"measures": [*measures]},
    ).fetchall()
    for measure_id, first, texts in rows:
        wordings = [json.loads(text) for text in texts]
        shown = together(*(wording.get(SHOWN, {}) for wording in wordings))
        yield measure_id, first, {**wordings[-1], SHOWN: shown}


def _require_correction(measure_id: str, before: Wording, after: Wording, *, same: bool) -> None:
    """Raises Refused unless nothing but words differs."""
    told = list(differences(before, after))
    if same and not told:
        raise Refused(f"The catalogue words {measure_id} as the store knows it already. Nothing was changed.")
    if not told or not is_correction(before, after):
        why = "; ".join(told) or "a question that it depends on is asked otherwise"
        raise Refused(
            f"This is more than a correction of the wording of {measure_id}: {why}. Give it a new id, and say with "
            f"`replaces` which id it takes the place of. If only the question it depends on was corrected, accept the "
            f"wording of that one. Nothing was changed."
        )
    if not much_alike(before, after):
        raise Refused(
            f"This is more than a slip of the pen: {measure_id} was “{before['question']}” and is “{after['question']}”"
            f". Answers to both would be counted as one question's for ever. Give it a new id, and say with `replaces` "
            f"which id it takes the place of. Nothing was changed."
        )


def wording_corrections(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Every correction that was accepted, in order: measure_id, definition, before, after (the questions, or where
    these are the same what else was corrected), reason, accepted_at."""
    rows = cursor.execute(
        """
        SELECT measure_id, definition, coalesce(before->>'changed', before->>'question'),
            coalesce(after->>'changed', after->>'question'), reason, accepted_at
        FROM accepted_wording ORDER BY rowid
        """
    ).fetchall()
    texts = dict.fromkeys(("measure_id", "definition", "before", "after", "reason"), pl.String)
    return pl.DataFrame(rows, schema={**texts, "accepted_at": pl.Datetime("us")}, orient="row")


def require_same_definitions(cursor: duckdb.DuckDBPyConnection, definitions: pl.DataFrame) -> None:
    """Raises Refused where measures that the store has seen are defined or worded otherwise now: which, how, and what
    to do."""
    known = {measure: wording for measure, _, wording in _wordings(cursor, definitions["measure_id"])}
    same = {*cursor.execute("SELECT DISTINCT measure_id, definition FROM definition").fetchall()}
    clauses: dict[str, str] = {}
    for measure, definition, text in definitions.select("measure_id", "definition", "wording").iter_rows():
        if measure in known:
            now = json.loads(text)
            # Of a correction and the wording before it both may be asked: their fingerprint is the same.
            before = known[measure] if (measure, definition) not in same else now | {SHOWN: known[measure][SHOWN]}
            told = list(differences(before, now))
            if told or (measure, definition) not in same:
                clauses[measure] = "; ".join(told)
    if clauses:
        raise Refused(_refusal(clauses))


def require_succession(cursor: duckdb.DuckDBPyConnection, catalogue: "Catalogue") -> None:
    """Raises Refused where what the catalogue says of earlier measures cannot hold beside what the store has seen."""
    earlier = retired_measures(entries_seen(cursor), catalogue)
    faults = faults_of_succession(catalogue, earlier, items_seen(cursor)["item_id"].to_list())
    if faults:
        more = [f"And {len(faults) - TOLD} more."] if len(faults) > TOLD else []
        raise Refused(
            " ".join(
                [
                    "This catalogue says of its questions what cannot be, with `replaces` and `comparable`.",
                    *faults[:TOLD],
                    *more,
                    "Nothing was changed. Put it right in the catalogue, then try again.",
                ]
            )
        )


def _refusal(clauses: dict[str, str]) -> str:
    """`clauses`: how each measure that changed differs; empty where only one that it depends on does."""
    asked_otherwise = {measure: clause for measure, clause in clauses.items() if clause}
    told = asked_otherwise or dict.fromkeys(clauses, "a question that it depends on is asked otherwise")
    sentences = [f"{measure}: {clause}." for measure, clause in list(told.items())[:TOLD]]
    more = [f"And {len(told) - TOLD} more."] if len(told) > TOLD else []
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
