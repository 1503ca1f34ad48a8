"""What was done to a store, and by whom: from tables to which rows are only added. No counts, and no programmes."""

from enum import StrEnum
from typing import Any

import polars as pl


class Event(StrEnum):
    """What somebody did, in the words of the record."""

    SENT = "sent"
    WITHDREW = "withdrew"
    OPENED = "opened"
    CLOSED = "closed"
    PUBLISHED = "published"
    TOOK_DOWN = "took down"
    LET_THROUGH = "let through"
    CORRECTED = "corrected a wording"
    GRANTED = "granted"
    REVOKED = "revoked"
    BROUGHT_UP_TO_DATE = "brought the store up to date"


EVENT: dict[str, Any] = {
    "happened_at": pl.Datetime("us"),
    "done_by": pl.String,
    "event": pl.String,
    "subject": pl.String,
    "detail": pl.String,
}
"""A row is something that was done: when (UTC), by whom, what, to which file, year, release, question or person, and
the reason or remark that was given."""
EVERYTHING_DONE = """
    SELECT submitted_at, submitted_by, 'sent', submission_id, dataset FROM submission
    UNION ALL
    SELECT DISTINCT withdrawn_at, withdrawn_by, 'withdrew', submission_id, reason FROM withdrawal
    UNION ALL
    SELECT happened_at, done_by, event, academic_year, NULL FROM year_event
    UNION ALL
    SELECT published_at, published_by, 'published', release_id, remark FROM release
    UNION ALL
    SELECT taken_down_at, taken_down_by, 'took down', release_id, taken_down_reason FROM release
    WHERE taken_down_at IS NOT NULL
    UNION ALL
    SELECT published_at, published_by, 'let through', measure_id || ' in ' || academic_year, reason
    FROM override JOIN release USING (release_id)
    UNION ALL
    SELECT accepted_at, accepted_by, 'corrected a wording', measure_id, reason FROM accepted_wording
"""
