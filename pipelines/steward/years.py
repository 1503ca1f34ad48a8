"""Academic years as the steward sees them: which are open, who has sent what for each, and how many were invited.

It says which kinds of file have come in and stand, never how many answered or what. A programme that is not named
stands under the id that the steward gave it and never beside its code; where nobody signs in, and so anybody may look,
it is left out, because what it has sent would tell its code. How many it invited is not shown, here as elsewhere.
"""

from dataclasses import dataclass

import polars as pl

from pipelines.academic_year import is_academic_year
from pipelines.errors import Refused
from pipelines.event_log import note, present_time
from pipelines.instrument.dataset import Dataset
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.roles import Action, Visitor
from pipelines.settings import Settings
from pipelines.steward.acting import acting_name
from pipelines.store.records import OPENED
from pipelines.store.store import Store

INVITED = Dataset.COHORTS
"""The kind of file that says how many were invited."""


@dataclass(frozen=True)
class Collection:
    """Every academic year that was ever opened, and what has come in."""

    states: dict[str, str]
    """OPENED or CLOSED, by academic year, the latest first."""
    final: frozenset[str]
    """The closed years from which a release has been made."""
    programmes: dict[str, str]
    """By present id, what each registered programme is called here, in alphabetical order. Those that are not named
    are among them only where the visitor signed in."""
    invited: dict[tuple[str, str, str], int]
    """By present id, academic year and respondent group, of named programmes."""
    sent: dict[tuple[str, str], frozenset[str]]
    """By present id and academic year, the kinds of file that stand."""
    people: dict[str, str]
    """What the people of each group are called."""
    collected: list[str]
    """The kinds of file that programmes send for an academic year, but for how many were invited."""

    def is_open(self, year: str) -> bool:
        """Whether files are still taken on the Upload page for this year."""
        return self.states[year] == OPENED

    def nothing_from(self, year: str) -> list[str]:
        """What the programmes are called that have sent nothing for this year."""
        return [name for programme, name in self.programmes.items() if not self.sent.get((programme, year))]


def collection(settings: Settings, visitor: Visitor) -> Collection:
    """Read the store without changing it. Raises Refused where the visitor is no steward; StoreUnavailable."""
    visitor.require(Action.STEWARD)
    catalogue = load_catalogue(settings.catalogue)
    with Store(settings.store, read_only=True) as store:
        states, final = store.year_states(), store.final_years()
        registered, sent = store.programmes(), store.years()
        cohorts = store.cohorts().join(registered.filter("told_by_name"), on="programme_id")
    told = called(registered if visitor.name else registered.filter("told_by_name"))
    asked = cohorts.select("known_as", "academic_year", "respondent_group", "invited")
    return Collection(
        dict(sorted(states.items(), reverse=True)),
        frozenset(final),
        told,
        {(programme, year, group): invited for programme, year, group, invited in asked.iter_rows()},
        {(programme, year): frozenset(kinds) for year, _, programme, kinds in sent.iter_rows() if programme in told},
        people_of(settings),
        [str(dataset) for dataset in catalogue.datasets if dataset not in {Dataset.PROGRAMMES, INVITED}],
    )


def people_of(settings: Settings) -> dict[str, str]:
    """What the people of each group are called. Raises CatalogueError."""
    return {group: words.people for group, words in load_catalogue(settings.catalogue).groups.items()}


def called(registered: pl.DataFrame) -> dict[str, str]:
    """By present id, what registered programmes are called here, in alphabetical order. `registered`: as
    `Store.programmes` gives them."""
    name = pl.when("named").then("programme_name").otherwise("known_as").alias("name")
    return dict(registered.select("known_as", name).sort("name", "known_as").iter_rows())


def open_year(settings: Settings, visitor: Visitor, year: str) -> bool:
    """Open an academic year for collection; whether it was not open before. Raises Refused where it is final, lies too
    far ahead or back, or is not written like one."""
    visitor.require(Action.STEWARD)
    if not is_academic_year(year):
        raise Refused(f"“{year}” is not an academic year. Write it like 2025-26.")
    with Store(settings.store, catalogue=load_catalogue(settings.catalogue)) as store:
        opened = store.open_years([year], by=acting_name(visitor), at=present_time())
    note(settings.log, "opened", years=opened, by=acting_name(visitor))
    return bool(opened)


def close_year(settings: Settings, visitor: Visitor, year: str) -> bool:
    """End the collection of an academic year; whether it was open. Raises Refused where it was never opened."""
    visitor.require(Action.STEWARD)
    with Store.open_existing(settings.store, load_catalogue(settings.catalogue)) as store:
        closed = store.close_years([year], by=acting_name(visitor), at=present_time())
    note(settings.log, "closed", years=closed, by=acting_name(visitor))
    return bool(closed)
