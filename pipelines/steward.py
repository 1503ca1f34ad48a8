"""What the Steward page shows: what waits, which corrections are held, and where nearly everybody answered.

It never shows how many answered yes, nor why a list waits.
"""

from dataclasses import dataclass

import polars as pl

from pipelines.disclosure.rule import LIST_KEYS
from pipelines.disclosure.waiting_lists import YEAR_KEYS, advance
from pipelines.instrument.catalogue import Catalogue
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.settings import Settings
from pipelines.store.records import Holdings
from pipelines.store.store import Store

NEARLY_ALL = 0.9
"""At this response rate and above, two years of a sensitive measure could show what one person answered who left."""


@dataclass(frozen=True)
class Waiting:
    """What the Steward page shows."""

    lists: pl.DataFrame
    held: pl.DataFrame
    nearly_everybody: pl.DataFrame
    titles: dict[str, str]
    programmes: dict[str, str]
    """What others see of each programme: its name, or its code if it is not named."""
    people: dict[str, str]
    """What the people of each group are called."""


def look(settings: Settings) -> Waiting:
    """Read the store without changing it.

    Raises StoreUnavailable where there is none, or where it is in use.
    """
    catalogue = load_catalogue(settings.catalogue)
    with Store(settings.store, read_only=True) as store:
        return Waiting(
            waiting_lists(store, catalogue),
            held_corrections(store, catalogue),
            nearly_everybody(store, catalogue),
            {measure.id: measure.title for measure in catalogue.measure},
            _public_names(store),
            {group: words.people for group, words in catalogue.groups.items()},
        )


def _public_names(store: Store) -> dict[str, str]:
    """Anybody can open the page, so a programme that is not named is called by its code."""
    called = pl.when("named").then("programme_name").otherwise("code")
    return dict(store.programmes().select("programme_id", called).iter_rows())


def waiting_lists(store: Store, catalogue: Catalogue) -> pl.DataFrame:
    """A row is a waiting list: programme_id, measure_id, years, since (the release that first saw it), respondents."""
    ledger = store.ledger()
    years = ledger.versions.select(pl.col("version_id").alias("versions"), "academic_year")
    releases = store.releases().select("publishing", pl.col("published_at").alias("since"))
    return (
        ledger.waiting.join(releases, on="publishing", maintain_order="left")
        .explode("versions")
        .join(years, on="versions", maintain_order="left")
        .group_by(*LIST_KEYS, maintain_order=True)
        .agg(
            pl.col("academic_year").unique().sort().alias("years"),
            pl.col("since").min(),
            _people().alias("respondents"),
        )
        .join(catalogue.measure_frame.select("measure_id", "place"), on="measure_id")
        .sort("programme_id", "place")
        .drop("place")
    )


def _people() -> pl.Expr:
    """How many people stand on a list. A part may cover several years, and its people are counted once."""
    return pl.col("respondents").filter(pl.col("part_id").is_first_distinct()).sum()


def held_corrections(store: Store, catalogue: Catalogue) -> pl.DataFrame:
    """A row is a correction that the next publishing will hold: programme_id, measure_id, academic_year."""
    holdings = store.holdings()
    none = pl.DataFrame(schema=dict.fromkeys(YEAR_KEYS, pl.String))
    number = store.releases().height + 1
    contributions, withdrawn = holdings.contributions, holdings.withdrawn
    return advance(holdings.ledger, contributions, catalogue.measure_frame, number, withdrawn, none).held


def nearly_everybody(store: Store, catalogue: Catalogue) -> pl.DataFrame:
    """A row is a year in which at least NEARLY_ALL of those invited answered a sensitive question that was put to all:
    programme_id, academic_year, respondent_group, invited, respondents (of the question that most people answered)."""
    holdings = store.holdings()
    sensitive = catalogue.measure_frame.filter(pl.col("sensitive") & pl.col("parent").is_null())
    return (
        _totals(holdings)
        .join(sensitive.select("measure_id", pl.col("group").alias("respondent_group")), on="measure_id")
        .group_by("programme_id", "academic_year", "respondent_group")
        .agg(pl.col("respondents").max())
        .join(holdings.cohorts, on=["programme_id", "academic_year", "respondent_group"])
        .filter((pl.col("invited") > 0) & (pl.col("respondents") >= NEARLY_ALL * pl.col("invited")))
        .sort("programme_id", "academic_year", "respondent_group")
    )


def _totals(holdings: Holdings) -> pl.DataFrame:
    return holdings.contributions.group_by(YEAR_KEYS).agg(pl.col("respondents").sum())
