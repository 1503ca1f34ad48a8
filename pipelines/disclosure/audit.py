"""Is every promise kept? The ledger of publishing as the attacker sees it, and what he could make of it."""

from dataclasses import dataclass

import polars as pl

from pipelines.academic_year import first_calendar_year, year_named
from pipelines.disclosure.attacker import Audit, Contradiction, Insider, audit
from pipelines.disclosure.attacker_checks import BY_YEARS
from pipelines.disclosure.attacker_checks import WITHDRAWN as TAKEN_BACK
from pipelines.disclosure.attacker_pairs import findings_in_pairs
from pipelines.disclosure.ledger import FIVE_YEARS, LIST_KEYS, MEASURE_KEYS, Ledger
from pipelines.disclosure.pairs import comparable_pairs, pairs_shown
from pipelines.errors import Refused, StoreUnavailable
from pipelines.progress import Progress, quiet

ATTACKING = "Trying to take the releases apart"
TOLD_EVERY = 1_000
"""Lists after which it is told how far it is; to tell takes longer than to look at one."""


@dataclass(frozen=True)
class Reach:
    """How many answers there are, and how many of them are published.

    Only answers that stood on a waiting list are counted, because others know how many those are. Of a follow-up
    question whose base is withheld, the number of answers is the k that is withheld there.
    """

    seen: int
    published: int
    over_several_years: int
    waiting: int


def attack_ledger(
    ledger: Ledger,
    progress: Progress = quiet,
    insider: str | None = None,
    unnamed: pl.DataFrame | None = None,
) -> Audit:
    """Try to take everything ever published apart, over all releases at once; also as somebody of a programme.

    `unnamed`: programme_id and publishing of programmes that are not named any more: the first one since then. Raises
    StoreUnavailable where the ledger cannot be what publishing noted.
    """

    def lists(done: int, total: int) -> None:
        if done % TOLD_EVERY == 0:
            progress(ATTACKING, done / total)

    progress(ATTACKING)
    try:
        found = audit(
            _parts(ledger),
            ledger.results,
            Insider(insider) if insider else None,
            lists,
            seen=_seen(ledger),
            unnamed=unnamed,
        )
    except Contradiction as damage:
        raise StoreUnavailable(
            f"The store is damaged. {damage} Restore it from the last copy, and try again."
        ) from None
    return found.told_as(_with_named_years)


def _with_named_years(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("years").list.eval(year_named(pl.element())).alias("years"))


def require_safe(ledger: Ledger, progress: Progress, unnamed: pl.DataFrame | None = None) -> None:
    """Raises Refused, naming programme, measure and years, where the attacker wins. Never a value."""
    for row in attack_ledger(ledger, progress, unnamed=unnamed).findings.iter_rows(named=True):
        raise Refused(
            f"Nothing was published: {row['measure_id']} of {row['programme_id']} in {', '.join(row['years'])} "
            f"could be worked out from it. That must not happen: please report it, with the versions in use."
        )


def require_pairs_safe(ledger: Ledger, pairs: pl.DataFrame) -> None:
    """Raises Refused, naming programme and year, where a pair of answers tells too much, or one that is withheld can
    be worked out. Never a value. `pairs`: what stands of closed years (pairs.PAIR)."""
    asked = comparable_pairs(ledger, pairs).with_columns(
        expected=pl.col("both_sides") + pl.col("expected_only"), modelled=pl.col("both_sides") + pl.col("modelled_only")
    )
    shown = pairs_shown(ledger, pairs)
    for programme, year, reason in findings_in_pairs(asked, shown).iter_rows():
        raise Refused(
            f"Nothing was published: of the answers of {programme} in {year}, {reason}. That must not happen: please "
            f"report it, with the versions in use."
        )


def reach(ledger: Ledger) -> Reach:
    """How far publishing reaches, in answers."""
    return Reach(
        seen=_answers(ledger.parts),
        published=_answers(ledger.live_results),
        over_several_years=_answers(ledger.live_results.filter(pl.col("years").list.len() > 1)),
        waiting=_answers(ledger.waiting),
    )


def _answers(rows: pl.DataFrame) -> int:
    return int(rows["respondents"].sum())


def _parts(ledger: Ledger) -> pl.DataFrame:
    """The parts as `attacker` reads them: with the publishing that retired them and why, and the thresholds of their
    list, which are those of the first part that was not withdrawn from it. A list whose programme is no longer named
    left as if it was withdrawn."""
    reason = pl.when(pl.col("reason") == FIVE_YEARS).then(pl.lit(BY_YEARS)).otherwise(pl.lit(TAKEN_BACK))
    retired = ledger.retired.select(
        "part_id", pl.col("publishing").alias("retired_in"), reason.alias("retired_because")
    )
    results = ledger.results.select("result_id", pl.col("parts").alias("part_id")).explode("part_id")
    thresholds = pl.col("minimum_respondents", "minimum_each_side", "longest_stay")
    return (
        ledger.parts.join(retired, on="part_id", how="left")
        .join(results, on="part_id", how="left")
        .sort("part_id")
        .with_columns(thresholds.first().over(*LIST_KEYS, "result_id", "retired_in", "retired_because"))
        .drop("result_id", "seen", "least")
    )


def _seen(ledger: Ledger) -> pl.DataFrame:
    """What publishing saw, as `attacker` reads it, each with the part it stands in."""
    return ledger.seen.join(ledger.seen_of_parts, on="seen_id", how="left").select(
        *MEASURE_KEYS,
        first_calendar_year("academic_year").alias("year"),
        "submission_id",
        "respondents",
        "part_id",
        "publishing",
    )
