"""Is every promise kept? The ledger of publishing as the attacker sees it, and what he could make of it."""

from dataclasses import dataclass

import polars as pl

from pipelines.disclosure.attacker import Audit, Contradiction, Insider, audit
from pipelines.disclosure.rule import enough
from pipelines.disclosure.waiting_lists import Ledger
from pipelines.errors import Refused, StoreUnavailable
from pipelines.instrument.catalogue import Catalogue
from pipelines.progress import Progress, quiet

ATTACKING = "Trying to take the releases apart"
TOLD_EVERY = 1_000
"""Lists after which it is told how far it is; to tell takes longer than to look at one."""


@dataclass(frozen=True)
class Reach:
    """How many answers there are, and how many of them are published."""

    seen: int
    published: int
    over_several_years: int
    single_years_alone: int
    """What would be published if every year stood alone, without regard to what hangs on what."""

    @property
    def waiting(self) -> int:
        return self.seen - self.published


def attack_ledger(ledger: Ledger, progress: Progress = quiet, insider: str | None = None) -> Audit:
    """Try to take everything ever published apart, over all releases at once; also as somebody of a programme.

    Raises StoreUnavailable where the ledger cannot be what publishing noted.
    """

    def lists(done: int, of: int) -> None:
        if done % TOLD_EVERY == 0:
            progress(ATTACKING, done / of)

    progress(ATTACKING)
    try:
        return audit(_parts(ledger), ledger.results, Insider(insider) if insider else None, lists)
    except Contradiction as damage:
        raise StoreUnavailable(
            f"The store is damaged. {damage} Restore it from the last copy, and try again."
        ) from None


def require_safe(ledger: Ledger, progress: Progress) -> None:
    """Raises Refused, naming programme, measure and years, where the attacker wins. Never a value."""
    for row in attack_ledger(ledger, progress).findings.iter_rows(named=True):
        raise Refused(
            f"Nothing was published: {row['measure_id']} of {row['programme_id']} in {', '.join(row['years'])} "
            f"could be worked out from it. That must not happen: please report it, with the versions in use."
        )


def reach(ledger: Ledger, catalogue: Catalogue) -> Reach:
    """How far publishing reaches, in answers, beside what single years alone would have given."""
    thresholds = catalogue.measure_frame.select("measure_id", "minimum_respondents", "minimum_each_side")
    alone = ledger.versions.join(thresholds, on="measure_id").filter(
        enough(pl.col("respondents"), pl.col("affirmative"))
    )
    return Reach(
        seen=_people(ledger.versions),
        published=_people(ledger.live_results),
        over_several_years=_people(ledger.live_results.filter(pl.col("years").list.len() > 1)),
        single_years_alone=_people(alone),
    )


def _people(rows: pl.DataFrame) -> int:
    return int(rows["respondents"].sum())


def _parts(ledger: Ledger) -> pl.DataFrame:
    """The parts as `attack` reads them: with their years, the publishing that retired them, and the thresholds of
    their list, which are those of its first part."""
    years = (
        ledger.parts.select("part_id", pl.col("versions").alias("version_id"))
        .explode("version_id")
        .join(ledger.versions.select("version_id", "academic_year"), on="version_id")
        .group_by("part_id")
        .agg(pl.col("academic_year").unique().sort().alias("years"))
    )
    retired = ledger.retired.select("part_id", pl.col("publishing").alias("retired_in"))
    results = ledger.results.select("result_id", pl.col("parts").alias("part_id")).explode("part_id")
    a_list = ["programme_id", "measure_id", "result_id", pl.col("retired_in").is_null()]
    return (
        ledger.parts.join(years, on="part_id", how="left")
        .join(retired, on="part_id", how="left")
        .join(results, on="part_id", how="left")
        .sort("part_id")
        .with_columns(pl.col("minimum_respondents", "minimum_each_side").first().over(a_list))
        .drop("result_id")
    )
