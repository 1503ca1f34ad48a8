"""The tables of the steward's pages, as words."""

from collections.abc import Mapping, Sequence

import polars as pl

from dashboard.wording import steward as wording
from pipelines.roles import Grant
from pipelines.steward.years import INVITED, Collection


def responses(held: Collection, year: str) -> pl.DataFrame:
    """Who has sent what for a year: a row a programme, a column a kind of file."""
    return pl.DataFrame([_sent_by(held, year, programme) for programme in held.programmes])


def _sent_by(held: Collection, year: str, programme: str) -> dict[str, str]:
    sent = held.sent.get((programme, year), frozenset())
    invited = {
        people: held.invited[programme, year, group]
        for group, people in held.people.items()
        if (programme, year, group) in held.invited
    }
    kinds = {wording.kind(dataset, held.people): wording.sent(dataset in sent) for dataset in held.collected}
    return {"Programme": held.programmes[programme], **kinds, "Invited": wording.invited(invited, INVITED in sent)}


def new(rows: pl.DataFrame) -> pl.DataFrame:
    """What publishing would look at for the first time. `rows` as `pipelines.steward.next_release` gives them."""
    return pl.DataFrame(
        [
            {
                "Programme": row["programme"],
                "Years": wording.years(row["years"]),
                "New questions": f"{row['questions']:,}",
                "With enough people": f"{row['enough']:,}",
            }
            for row in rows.iter_rows(named=True)
        ]
    )


def received(rows: pl.DataFrame, people: Mapping[str, str]) -> pl.DataFrame:
    """Files that were taken in, without how many rows they have: that would join an unnamed programme to its code.

    `rows` as `pipelines.steward.record.received` gives them.
    """
    return pl.DataFrame(
        [
            {
                "Sent (UTC)": wording.time(row["submitted_at"]),
                "By": row["submitted_by"],
                "Kind": wording.kind(row["dataset"], people),
                "Programmes": f"{row['programmes']:,}",
                "Years": wording.years(row["academic_years"]),
                "Counts": wording.standing(row),
                "Found in its form": " ".join(row["notices"]) or wording.NOTHING,
                "Submission": row["submission_id"],
            }
            for row in rows.iter_rows(named=True)
        ]
    )


def grants(rows: Sequence[tuple[str, Grant]], programmes: Mapping[str, str]) -> pl.DataFrame:
    """Who has which role."""
    return pl.DataFrame(
        [
            {
                "Who": email,
                "Role": wording.ROLES[grant.role],
                "Programme": programmes.get(grant.programme or "", grant.programme) or wording.NOTHING,
            }
            for email, grant in rows
        ]
    )


def record(rows: pl.DataFrame) -> pl.DataFrame:
    """What was done. `rows` as `pipelines.steward.record.record` gives them."""
    return pl.DataFrame(
        [
            {
                "When (UTC)": wording.time(row["happened_at"]),
                "Who": row["done_by"] or wording.NOTHING,
                "Did": row["event"],
                "To what": row["subject"],
                "Remark, reason or kind": row["detail"] or wording.NOTHING,
            }
            for row in rows.iter_rows(named=True)
        ]
    )
