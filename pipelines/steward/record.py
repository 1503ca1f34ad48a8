"""What came in, and the record of who did what: from the store and the log, to which rows and lines are only added."""

from datetime import datetime
from typing import Any

import polars as pl

from pipelines.event_log import BROUGHT_UP_TO_DATE, noted
from pipelines.finding_rules import RULES
from pipelines.home_layout import ACCESS_LOG
from pipelines.roles import Action, Visitor
from pipelines.settings import Settings
from pipelines.store.event_record import EVENT, Event
from pipelines.store.store import Store

ACCESS_EVENTS = {"access_granted": Event.GRANTED, "access_revoked": Event.REVOKED}
TAKEN_IN = frozenset({"loaded", "submitted"})


def received(settings: Settings, visitor: Visitor) -> pl.DataFrame:
    """Every file ever taken in, the latest first, as `Store.submissions` gives them, and `notices`: what was found in
    the form of the file, in words. What was found in its answers is for its sender alone, and so is how many rows it
    has: a file of counts has fewer where nobody was left to be asked.

    Raises Refused where the visitor is no steward; StoreUnavailable.
    """
    visitor.require(Action.STEWARD)
    with Store(settings.store, read_only=True) as store:
        rows = store.submissions().drop("rows")
    notices = {facts.get("submission_id"): facts.get("notices", []) for facts in noted(settings.log, TAKEN_IN)}
    told = [_in_words(notices.get(submission_id, [])) for submission_id in rows["submission_id"]]
    words = pl.Series("notices", told, dtype=pl.List(pl.String))
    return rows.with_columns(words).sort("submitted_at", "submission_id", descending=[True, False])


def _in_words(rules: list[str]) -> list[str]:
    return [RULES[rule].meaning for rule in rules if rule in RULES]


def record(settings: Settings, visitor: Visitor) -> pl.DataFrame:
    """Everything that anybody did, the latest first (EVENT). Raises Refused where the visitor is no steward;
    StoreUnavailable."""
    visitor.require(Action.STEWARD)
    with Store(settings.store, read_only=True) as store:
        done = store.everything_done()
    access = [_access_event(facts) for facts in noted(settings.home / ACCESS_LOG, frozenset(ACCESS_EVENTS))]
    migrations = [_migration(facts) for facts in noted(settings.log, frozenset({BROUGHT_UP_TO_DATE}))]
    rows = pl.concat([done, pl.DataFrame([*access, *migrations], schema=EVENT)])
    return rows.sort("happened_at", "event", "subject", descending=[True, False, False])


def _access_event(facts: dict[str, Any]) -> dict[str, Any]:
    role = facts.get("role") or "every role"
    programme = facts.get("programme")
    return {
        "happened_at": _time(facts),
        "done_by": facts.get("by"),
        "event": ACCESS_EVENTS[str(facts["event"])],
        "subject": facts.get("email"),
        "detail": f"{role} of {programme}" if programme else role,
    }


def _migration(facts: dict[str, Any]) -> dict[str, Any]:
    """With which catalogue the answers that an older store held are taken to have been asked."""
    asked_with = " and ".join(facts.get("catalogues", []))
    detail = f"Its answers are taken to have been asked with {asked_with}." if asked_with else "It held no answers."
    return {
        "happened_at": _time(facts),
        "done_by": facts.get("by"),
        "event": Event.BROUGHT_UP_TO_DATE,
        "subject": None,
        "detail": detail,
    }


def _time(facts: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(str(facts["timestamp"])).replace(tzinfo=None, microsecond=0)
