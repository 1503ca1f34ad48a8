"""Random audits: who answers, in which file; which files come again, and which are withdrawn."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from pipelines.disclosure import waiting_lists as waiting
from pipelines.disclosure.waiting_lists import YEAR_KEYS, Ledger
from tests.factories import a_catalogue, a_measure, contributions

INSTRUMENT = a_catalogue(
    a_measure(),
    a_measure("used", base="asked"),
    a_measure("helped", base="used"),
    a_measure("supervisor", within="asked"),
    a_measure("lived", sensitive=True),
    a_measure("reached", base="lived", sensitive=True),
)
MEASURES = INSTRUMENT.measure_frame
YEARS = ("2020-21", "2021-22", "2022-23", "2023-24")

Rows = list[tuple[Any, ...]]
"""Contributions, each with its submission."""
Back = list[tuple[str, str, str]]
"""What was withdrawn: submission, programme, year."""


class Group(NamedTuple):
    """People who come into the file of a year with this publishing."""

    publishing: int
    year: str
    subgroup: str | None
    people: int


class Other(NamedTuple):
    """What another programme of the same profession publishes, or cannot."""

    name: str
    year: str
    respondents: int
    affirmative: int


@dataclass(frozen=True)
class Shape:
    """An audit without its answers."""

    groups: tuple[Group, ...]
    withdrawn: tuple[tuple[int, str], ...] = ()
    """Publishings, and the years withdrawn just before them."""
    others: tuple[Other, ...] = ()
    leaves_out: bool = False
    """Whether its files have no row for a question that nobody was left to be asked, or one that says so."""

    @property
    def publishings(self) -> range:
        return range(1, max([group.publishing for group in self.groups] + [when for when, _ in self.withdrawn]) + 1)

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
            for group in self.groups:
                if when <= publishing and group.year == withdrawn and group.publishing < when:
                    yield withdrawn, group.publishing


def a_shape(
    dice: random.Random,
    people: tuple[int, ...],
    most_groups: int,
    publishings: int,
    divided: bool = False,
    withdrawing: float = 0.1,
) -> Shape:
    """Years in any order, some in the same publishing, some late, some sent again with more people; some withdrawn."""
    groups: dict[tuple[int, str, str | None], Group] = {}
    roles = {year: (("tutor", "supervisor") if divided or dice.random() < 0.3 else (None,)) for year in YEARS}
    for _ in range(dice.randint(2, most_groups)):
        year = dice.choice(YEARS[: most_groups - (most_groups > 2)])
        key = (dice.randint(1, publishings), year, dice.choice(roles[year]))
        groups[key] = Group(*key, dice.choice(people))
    withdrawals = [
        (dice.randint(2, publishings), year) for year in YEARS if publishings > 1 and dice.random() < withdrawing
    ]
    return Shape(tuple(sorted(groups.values(), key=str)), tuple(withdrawals))


def generated(number: int, people: tuple[int, ...], most_groups: int, publishings: int, **given: Any) -> list[Shape]:
    """Small audits."""
    dice = random.Random(number)  # noqa: S311
    made = (a_shape(dice, people, most_groups, publishings, **given) for _ in range(number))
    return list(dict.fromkeys(made))


def few_or_many(dice: random.Random, n: int) -> int:
    """Rare and common answers: withheld numbers are mostly extreme."""
    return dice.choice((dice.randint(0, n), dice.randint(0, min(4, n)), dice.randint(max(0, n - 4), n)))


def some_others(dice: random.Random) -> tuple[Other, ...]:
    """Four or five programmes, some of which are not asked every year."""
    made = []
    for name in range(dice.randint(4, 5)):
        for year in YEARS[:2]:
            if dice.random() < 0.9:
                n = dice.randint(10, 30)
                made.append(Other(str(name), year, n, dice.choice((dice.randint(3, n - 3), few_or_many(dice, n)))))
    return tuple(made)


def publish(
    ledger: Ledger,
    stands: pl.DataFrame,
    publishing: int,
    taken_back: Back,
    measures: pl.DataFrame = MEASURES,
    *,
    override: bool = False,
) -> Ledger:
    """The ledger after a publishing; with every held correction let through, if so asked."""
    columns = dict.fromkeys(("submission_id", "programme_id", "academic_year"), pl.String)
    back = pl.DataFrame(list(dict.fromkeys(taken_back)), columns, orient="row")
    overridden = stands.select(YEAR_KEYS).unique() if override else stands.select(YEAR_KEYS).clear()
    return ledger + waiting.advance(ledger, stands, measures, publishing, back, overridden).new


def standing(rows: Rows, dataset: str = "staff_responses") -> pl.DataFrame:
    origin = pl.Series("submission_id", [row[6] for row in rows], pl.String)
    return contributions(*(row[:6] for row in rows)).with_columns(origin, dataset=pl.lit(dataset))
