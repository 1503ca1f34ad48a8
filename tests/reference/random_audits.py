"""Random audits: who answers in which file; which years are late, withdrawn or overridden; who is no longer named."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from pipelines.disclosure import waiting_lists
from pipelines.disclosure.ledger import YEAR_KEYS, Ledger
from tests.factories import UNNAMED, a_catalogue, a_measure, contributions, measure_frame

INSTRUMENT = a_catalogue(
    a_measure(),
    a_measure("used", base="asked"),
    a_measure("helped", base="used"),
    a_measure("supervisor", within="asked"),
    a_measure("lived", sensitive=True),
    a_measure("reached", base="lived", sensitive=True),
)
MEASURES = measure_frame(INSTRUMENT, longest_stay=1)
"""Of people who answer once."""
YEARS = ("2020-21", "2021-22", "2022-23", "2023-24")

Rows = list[tuple[Any, ...]]
"""Contributions, each with its submission."""
Back = list[tuple[str, str, str]]
"""What was withdrawn: submission, programme, year."""
Overrides = list[tuple[Any, ...]]
"""Counts that are let through: programme, measure, year, submission, n, k."""


class Group(NamedTuple):
    """People in the file of a year, which publishing sees with this publishing."""

    publishing: int
    year: str
    subgroup: str | None
    people: int
    answering: int | None = None
    """How many of them answer what is asked within another measure; None: all."""


@dataclass(frozen=True)
class Shape:
    """An audit without its answers."""

    groups: tuple[Group, ...]
    """People who come to the file of a year that was seen before are in a file that is set aside."""
    withdrawn: tuple[tuple[int, str], ...] = ()
    """Publishings, and the years withdrawn just before them."""
    overrides: tuple[tuple[int, str, int, int], ...] = ()
    """Publishings, and the year, n and k of a count that they let through."""
    unnamed: int | None = None
    """The publishing before which it was named no longer."""
    leaves_out: bool = False
    """Whether its files have no row for a question that nobody was left to be asked, or one that says so."""

    @property
    def publishings(self) -> range:
        events = [event[0] for event in (*self.groups, *self.withdrawn, *self.overrides)]
        return range(1, max([*events, self.unnamed or 1]) + 1)

    def stands(self, publishing: int) -> Iterator[tuple[str, int]]:
        """The years whose files stand at a publishing, and the publishing with which each came."""
        for year in sorted({group.year for group in self.groups}):
            came = [group.publishing for group in self.groups if group.year == year and group.publishing <= publishing]
            gone = [when for when, withdrawn in self.withdrawn if withdrawn == year and when <= publishing]
            if came and max(came) >= max(gone, default=0):
                yield year, max(came)

    def taken_back(self, publishing: int) -> Iterator[tuple[str, int]]:
        """Likewise the files withdrawn so far."""
        for when, withdrawn in self.withdrawn:
            for came in sorted({group.publishing for group in self.groups if group.year == withdrawn}):
                if came < when <= publishing:
                    yield withdrawn, came


def a_shape(
    dice: random.Random,
    people: tuple[int, ...],
    publishings: int,
    years: tuple[str, ...] = YEARS,
    withdrawing: float = 0.1,
) -> Shape:
    """Years in any order, some in the same publishing, some late, some withdrawn, some divided by role."""
    groups = []
    for year in dice.sample(years, dice.randint(2, len(years))):
        publishing = dice.randint(1, publishings)
        roles = ("tutor", "supervisor") if dice.random() < 0.3 else (None,)
        groups += [Group(publishing, year, role, dice.choice(people)) for role in roles]
    withdrawn = [(dice.randint(2, publishings), year) for year in years if dice.random() < withdrawing]
    return Shape(tuple(groups), tuple(withdrawn))


def few_or_many(dice: random.Random, n: int) -> int:
    """Rare and common answers: withheld numbers are mostly extreme."""
    return dice.choice((dice.randint(0, n), dice.randint(0, min(4, n)), dice.randint(max(0, n - 4), n)))


def publish(
    ledger: Ledger,
    stands: pl.DataFrame,
    publishing: int,
    taken_back: Back,
    measures: pl.DataFrame = MEASURES,
    overridden: Overrides | None = None,
    unnamed: dict[str, int] | None = None,
) -> Ledger:
    """The ledger after a publishing. `unnamed`: programmes not named any more, with the first publishing since then."""
    taken_back = list(dict.fromkeys(taken_back))
    back = pl.DataFrame(
        taken_back, dict.fromkeys(("submission_id", "programme_id", "academic_year"), pl.String), orient="row"
    )
    known = dict.fromkeys(("programme_id", "measure_id", "academic_year", "submission_id"), pl.String)
    numbers = dict.fromkeys(("respondents", "affirmative"), pl.Int64)
    let_through = pl.DataFrame(overridden or [], known | numbers, orient="row")
    nameless = pl.DataFrame(list((unnamed or {}).items()), UNNAMED, orient="row")
    if overridden:
        let_through = _that_may_be(let_through, waiting_lists.used_up(ledger, back, nameless))
    return ledger + waiting_lists.advance(ledger, stands, measures, publishing, back, let_through, nameless)


def _that_may_be(let_through: pl.DataFrame, used_up: pl.DataFrame) -> pl.DataFrame:
    """The overrides that publishing takes: of what waits, and of one year of a question at a time."""
    waiting = let_through.join(used_up, on=YEAR_KEYS, how="anti", maintain_order="left")
    return waiting.unique(["programme_id", "measure_id"], keep="first", maintain_order=True)


def standing(rows: Rows, dataset: str = "staff_responses", measures: pl.DataFrame = MEASURES) -> pl.DataFrame:
    """Contributions: programme, year, measure, subgroup, n, k, submission."""
    origin = pl.Series("submission_id", [row[6] for row in rows], pl.String)
    return (
        contributions(*(row[:6] for row in rows))
        .with_columns(origin, dataset=pl.lit(dataset))
        .join(measures.select("measure_id", "definition"), on="measure_id", maintain_order="left")
    )
