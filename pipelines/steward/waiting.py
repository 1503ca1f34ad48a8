"""The page “What waits”: what waits, what is set aside, and where nearly everybody answered.

It never shows how many answered yes, nor why a list waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.disclosure.audit import attack_ledger
from pipelines.disclosure.ledger import LIST_KEYS, MEASURE_KEYS, YEAR_KEYS
from pipelines.instrument.catalogue import Catalogue
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.release.next_ledger import new_in_ledger
from pipelines.release.overrides import Override, counts_let_through, rows_of
from pipelines.roles import Action, Visitor
from pipelines.settings import Settings
from pipelines.store.records import Holdings
from pipelines.store.store import Store
from pipelines.thresholds import NEARLY_ALL

NO_CODE = "not named, and in no release under a code yet"
"""What a programme is called that has neither a name to show nor a code."""
NOT_NAMED = "a programme that is not named"
"""What it is called where its code would say too much: who knows that it sent a file late would know its code."""


@dataclass(frozen=True)
class Waiting:
    """What the page shows."""

    lists: pl.DataFrame
    set_aside: pl.DataFrame
    """Programmes and years of files that do not count: programme (its name, or NOT_NAMED), dataset, submitted_at,
    academic_year."""
    nearly_everybody: pl.DataFrame
    titles: dict[str, str]
    programmes: dict[str, str]
    """What others see of each programme: its name, or its code if it is not named."""
    people: dict[str, str]
    """What the people of each group are called."""


def look(settings: Settings, visitor: Visitor) -> Waiting:
    """Read the store without changing it.

    Raises Refused where the visitor is no steward; StoreUnavailable where there is none, or where it is in use.
    """
    visitor.require(Action.STEWARD)
    with Store(settings.store, read_only=True) as store:
        catalogue = store.everything_asked(load_catalogue(settings.catalogue))
        names = _public_names(store)
        return Waiting(
            _in_public_order(waiting_lists(store, catalogue), names),
            _set_aside(store),
            _in_public_order(nearly_everybody(store, catalogue), names),
            {measure.id: measure.title for measure in catalogue.measure},
            names,
            {group: words.people for group, words in catalogue.groups.items()},
        )


def _in_public_order(rows: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """By what programmes are called to everybody: in the order of their ids, a code would stand between two names."""
    return rows.sort(pl.col("programme_id").replace_strict(names, default=""), maintain_order=True)


def _public_names(store: Store) -> dict[str, str]:
    """Anybody can open the page, so a programme that is not named is called by its code."""
    called = pl.when("told_by_name").then("programme_name").otherwise(pl.col("code").fill_null(NO_CODE))
    return dict(store.programmes().select("programme_id", called).iter_rows())


def _set_aside(store: Store) -> pl.DataFrame:
    """By name, and without ids and codes: when a file came tells its sender which one is his."""
    named = (
        store.programmes().filter("told_by_name").select("programme_id", pl.col("programme_name").alias("programme"))
    )
    files = store.all_set_aside().join(named, on="programme_id", how="left")
    told = files.select(pl.col("programme").fill_null(NOT_NAMED), "dataset", "submitted_at", "academic_year")
    return told.sort("programme", "submitted_at", "academic_year", "dataset", descending=[False, True, False, False])


def waiting_lists(store: Store, catalogue: Catalogue) -> pl.DataFrame:
    """A row is a waiting list: programme_id, measure_id, years, since (the release that first saw it), respondents."""
    ledger = store.standing_ledger()
    years = ledger.seen.select(pl.col("seen_id").alias("seen"), "academic_year")
    releases = store.releases().select("publishing", pl.col("published_at").alias("since"))
    return (
        ledger.waiting.join(releases, on="publishing", maintain_order="left")
        .explode("seen")
        .join(years, on="seen", maintain_order="left")
        .group_by(*LIST_KEYS, maintain_order=True)
        .agg(
            pl.col("academic_year").unique().sort().alias("years"),
            pl.col("since").min(),
            _people().alias("respondents"),
        )
        .join(catalogue.measure_frame.select("measure_id", "place"), on="measure_id")
        .sort("place", "programme_id")
        .drop("place", "definition")
    )


def _people() -> pl.Expr:
    """How many people stand on a list. A part may cover several years, and its people are counted once."""
    return pl.col("respondents").filter(pl.col("part_id").is_first_distinct()).sum()


def given_away(store: Store, catalogue: Catalogue, overrides: Sequence[Override]) -> pl.DataFrame:
    """What everybody would know for ever, if counts that were set aside were let through: programme_id (the present
    id), measure_id, years. It is what the attacker knows then, and not before.

    Raises Refused where they cannot be let through, as publishing does.
    """
    catalogue = store.everything_asked(catalogue)
    chosen = rows_of(store, overrides).select(YEAR_KEYS)
    holdings, number = store.holdings(), store.releases().height + 1
    counts = counts_let_through(store, catalogue, holdings, chosen)
    before = holdings.ledger
    after = before + new_in_ledger(holdings, catalogue, number, counts)
    known = attack_ledger(after).known.select(*MEASURE_KEYS, "years").unique(maintain_order=True)
    known_before = attack_ledger(before).known.select(*MEASURE_KEYS, "years")
    new = known.join(known_before, on=[*MEASURE_KEYS, "years"], how="anti", maintain_order="left")
    return store.present_ids(new)


def nearly_everybody(store: Store, catalogue: Catalogue) -> pl.DataFrame:
    """A row is a year in which at least NEARLY_ALL of those invited answered a sensitive question that was put to all:
    programme_id, academic_year, respondent_group, invited, respondents (of the question that most people answered).

    Of named programmes only. Anybody can open the page, and numbers sent for an unnamed one would tell its code."""
    holdings = store.holdings()
    named = holdings.programmes.filter("told_by_name").select("programme_id")
    sensitive = catalogue.measure_frame.filter(pl.col("sensitive") & pl.col("parent").is_null())
    return (
        _totals(holdings)
        .join(sensitive.select("measure_id", pl.col("group").alias("respondent_group")), on="measure_id")
        .group_by("programme_id", "academic_year", "respondent_group")
        .agg(pl.col("respondents").max())
        .join(holdings.cohorts, on=["programme_id", "academic_year", "respondent_group"])
        .join(named, on="programme_id", how="semi")
        .filter((pl.col("invited") > 0) & (pl.col("respondents") >= NEARLY_ALL * pl.col("invited")))
        .sort("programme_id", "academic_year", "respondent_group")
    )


def _totals(holdings: Holdings) -> pl.DataFrame:
    return holdings.contributions.group_by(YEAR_KEYS).agg(pl.col("respondents").sum())
