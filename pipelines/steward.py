"""What the steward looks after: what waits, what is held, where nearly everybody answered. Never a k, nor a why."""

from dataclasses import dataclass

import polars as pl

from pipelines.disclosure.rule import LIST_KEYS
from pipelines.disclosure.waiting_lists import YEAR_KEYS, advance
from pipelines.instrument.catalogue import Catalogue, load_catalogue
from pipelines.settings import Settings
from pipelines.store.records import Holdings
from pipelines.store.store import Store

NEARLY_ALL = 0.9
"""From this response rate on, a single leaver or joiner could be read off two years of a sensitive measure."""


@dataclass(frozen=True)
class Waiting:
    """What the Steward page shows."""

    lists: pl.DataFrame
    held: pl.DataFrame
    nearly_everybody: pl.DataFrame
    titles: dict[str, str]
    programmes: dict[str, str]
    """What each programme is called to everybody: its name, or its code if it is not named."""


def look(settings: Settings) -> Waiting:
    """Look into the store without changing it.

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
        )


def _public_names(store: Store) -> dict[str, str]:
    """The page can be opened by anybody, so it knows a programme that is not named by its code only."""
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
    """A part may cover several years; its people are counted once."""
    return pl.col("respondents").filter(pl.col("part_id").is_first_distinct()).sum()


def held_corrections(store: Store, catalogue: Catalogue) -> pl.DataFrame:
    """A row is a correction that the next publishing will hold: programme_id, measure_id, academic_year."""
    holdings = store.holdings()
    none = pl.DataFrame(schema=dict.fromkeys(YEAR_KEYS, pl.String))
    number = store.releases().height + 1
    contributions, withdrawn = holdings.contributions, holdings.withdrawn
    return advance(holdings.ledger, contributions, catalogue.measure_frame, number, withdrawn, none).held


def nearly_everybody(store: Store, catalogue: Catalogue) -> pl.DataFrame:
    """Where at least NEARLY_ALL of those invited answered a sensitive question put to everybody: programme_id,
    academic_year, respondent_group, invited, respondents (of the question most answered)."""
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
