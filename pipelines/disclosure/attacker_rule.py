"""The publishing rule as the attacker knows it: written from its words, with nothing taken from the code that runs it.

Parts join a waiting list one after another, and after each the list is judged. It is published if enough people stand
behind it, and if (unless it is a single part) every part keeps as many possible values as promised for somebody who
knows this rule, every n, the years, the total, and that no shorter list was published. Each list is judged by its own
years.

People are counted, and not answers, because the same person may have answered in every year. Who belongs to a group
with a longest stay of S years answers in at most S consecutive academic years.

A set of totals is an int as in `bitsets`: bit x stands for the total x above the sum of the parts' `low`.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from pipelines.disclosure.bitsets import in_at_least, interval, members_from_the_ends, spread, steps

YEARS_BEFORE_RETIREMENT: Final = 5
"""A list of a group without a longest stay is retired if it covers so many years and still waits."""
REMEMBERED: Final = 1 << 16
"""How many answers each function keeps, for lists that begin alike."""


class Part(NamedTuple):
    """What anybody knows of a part: n, its academic years, and the least and the greatest k it can have.

    Both are the same if its k is known. Of a known part n and k may be negative: an override's difference.
    """

    respondents: int
    years: tuple[int, ...]
    low: int
    high: int

    @property
    def span(self) -> int:
        return self.high - self.low

    def promised(self, each_side: int) -> int:
        """How many of its values must remain possible."""
        return min(each_side, self.high - self.low + 1)


class Thresholds(NamedTuple):
    """What a list must reach: different people in all and on either side; and how long its people stay, if known."""

    people: int
    each_side: int
    longest_stay: int | None


# ---- people ----


@lru_cache(maxsize=REMEMBERED)
def most_years(years: tuple[int, ...], longest_stay: int | None) -> int:
    """In how many of these years the same person can have answered."""
    if longest_stay is None:
        return len(years)
    return max(sum(first <= year < first + longest_stay for year in years) for first in years)


@lru_cache(maxsize=REMEMBERED)
def fewest_people(parts: tuple[Part, ...], longest_stay: int | None) -> int:
    """The fewest different people who can stand behind a list.

    n answers of which a person can have given m come from at least n / m people. Those of parts whose years lie a
    longest stay or more apart are other people.
    """
    people = {years: -(-n // most_years(years, longest_stay)) for years, n in _respondents_by_years(parts).items()}
    if longest_stay is None:
        return max(people.values())
    return _most_people_apart(tuple(sorted(people.items())), longest_stay)


def most_answers(parts: tuple[Part, ...], people: int, longest_stay: int | None) -> int:
    """The most answers in a list that so many people can have given."""
    years = tuple(sorted({year for part in parts for year in part.years}))
    of_each_part = (
        min(n, people * most_years(part_years, longest_stay)) for part_years, n in _respondents_by_years(parts).items()
    )
    return min(people * most_years(years, longest_stay), sum(of_each_part))


def _respondents_by_years(parts: tuple[Part, ...]) -> dict[tuple[int, ...], int]:
    """n by years. A file and what an override added to it, or took from it, are one; fewer than none count as none."""
    respondents: dict[tuple[int, ...], int] = {}
    for part in parts:
        respondents[part.years] = respondents.get(part.years, 0) + part.respondents
    return {years: max(n, 0) for years, n in respondents.items()}


@lru_cache(maxsize=REMEMBERED)
def _most_people_apart(people: tuple[tuple[tuple[int, ...], int], ...], longest_stay: int) -> int:
    """The largest sum over parts of which any two lie a longest stay or more apart."""
    if not people:
        return 0
    (years, number), others = people[0], people[1:]
    apart = tuple(other for other in others if _apart(years, other[0], longest_stay))
    return max(number + _most_people_apart(apart, longest_stay), _most_people_apart(others, longest_stay))


def _apart(years: tuple[int, ...], others: tuple[int, ...], longest_stay: int) -> bool:
    return all(abs(year - other) >= longest_stay for year in years for other in others)


# ---- what is published ----


def lowest_total(parts: Iterable[Part]) -> int:
    return sum(part.low for part in parts)


def enough(parts: tuple[Part, ...], thresholds: Thresholds) -> int:
    """The totals with enough people in all and on either side. At no others is the list published."""
    people, each_side, longest_stay = thresholds
    if fewest_people(parts, longest_stay) < people:
        return 0
    by_too_few = most_answers(parts, each_side - 1, longest_stay)
    respondents, lowest = sum(part.respondents for part in parts), lowest_total(parts)
    return interval(by_too_few + 1 - lowest, respondents - by_too_few - 1 - lowest)


@lru_cache(maxsize=REMEMBERED)
def published(parts: tuple[Part, ...], thresholds: Thresholds) -> int:
    """The totals at which this list is published, among those it can reach while every shorter one waited."""
    candidates = reachable(parts, thresholds) & enough(parts, thresholds)
    if len(parts) == 1:
        return candidates
    before = [waiting(parts[:place], thresholds) for place in range(len(parts))]
    for place, part in enumerate(parts):
        if not candidates:
            break
        totals = _totals_by_value(parts, before, place)
        candidates = in_at_least(part.promised(thresholds.each_side), totals, candidates)
    return candidates


@lru_cache(maxsize=REMEMBERED)
def waiting(parts: tuple[Part, ...], thresholds: Thresholds) -> int:
    """The totals at which this list waits, and every shorter one waited."""
    if not parts:
        return 1
    return reachable(parts, thresholds) & ~published(parts, thresholds)


def reachable(parts: tuple[Part, ...], thresholds: Thresholds) -> int:
    """The totals this list can have while every shorter one waited."""
    return spread(waiting(parts[:-1], thresholds), parts[-1].span)


def _totals_by_value(parts: tuple[Part, ...], before: list[int], place: int) -> Iterator[int]:
    """For each value of the part at this place, the totals of the list that go with it.

    The values at the ends come first: a few of them go with every total, which keeps parts of thousands of people
    cheap. Each value of the last part leads to a total from another total before it, so these can stand for the values
    where they are fewer.
    """
    span = parts[place].span
    if place == len(parts) - 1:
        few, many = sorted((before[place], interval(0, span)), key=int.bit_count)
        return (many << number for number in members_from_the_ends(few))
    values = steps(before[place], before[place + 1], span)
    return (_totals_with(parts, before, place, value) for value in members_from_the_ends(values))


def _totals_with(parts: tuple[Part, ...], before: list[int], place: int, value: int) -> int:
    totals = before[place] << value
    for part, allowed in zip(parts[place + 1 :], before[place + 1 :], strict=True):
        totals = spread(totals & allowed, part.span)
    return totals
