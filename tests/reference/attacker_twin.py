"""The publishing rule and its attacker once more, written from the words of the design: every answer is gone through.

`publish_naively` lets parts enter one by one and decides after each; `values_left_naively` does so with all answers
people could have given and keeps those that look the same. `a_ledger` is what publishing notes of it.
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

import polars as pl

from pipelines.disclosure.attacker_rule import Part, Thresholds

STANDARD, SENSITIVE = Thresholds(10, 3, 1), Thresholds(15, 4, 1)
"""With a longest stay of one year nobody answers twice, and people are answers."""
TIERS = (STANDARD, SENSITIVE)
STAYS = (None, 1, 2, 3, 4)
KINDS_OF_TIER = tuple(tier._replace(longest_stay=stay) for tier in TIERS for stay in STAYS)
FIVE_YEARS = 5

Rule = Callable[[tuple[Part, ...], int, Thresholds], bool]


class Entry(NamedTuple):
    """A part that enters a waiting list: n, k, and what does not usually matter."""

    n: int
    k: int
    publishing: int = 1
    most: int | None = None
    known: bool = False
    retired_in: int | None = None
    years: tuple[int, ...] = ()
    """None given: those of an entry in a later place lie one year later."""

    def part(self, place: int) -> Part:
        years = self.years or (2010 + place,)
        if self.known:
            return Part(self.n, years, self.k, self.k)
        return Part(self.n, years, 0, self.n if self.most is None else min(self.n, self.most))


class Published(NamedTuple):
    places: tuple[int, ...]
    total: int
    publishing: int


class Retired(NamedTuple):
    place: int
    publishing: int
    because: str


class Seen(NamedTuple):
    """What anybody sees: the results, and (from the steward's side) which parts left a list."""

    results: tuple[Published, ...]
    retired: tuple[Retired, ...]


class Ledger(NamedTuple):
    parts: pl.DataFrame
    results: pl.DataFrame


# ---- the rule ----


def years_of_a_person(years: tuple[int, ...], stay: int | None) -> int:
    """In how many of these years the same person can have answered."""
    if stay is None:
        return len(set(years))
    stays = (set(range(begun, begun + stay)) for begun in range(min(years) - stay, max(years) + 1))
    return max(len(set(years) & present) for present in stays)


def by_years(parts: tuple[Part, ...]) -> list[tuple[tuple[int, ...], int]]:
    """Parts of the same years are one file; nobody is behind a negative number of answers."""
    years = {part.years for part in parts}
    return [(some, max(0, sum(part.respondents for part in parts if part.years == some))) for some in years]


@lru_cache(maxsize=100_000)
def different_people(parts: tuple[Part, ...], stay: int | None) -> int:
    groups = [(years, -(-n // years_of_a_person(years, stay))) for years, n in by_years(parts)]
    if stay is None:
        return max(people for _, people in groups)
    sets = (some for size in range(1, len(groups) + 1) for some in combinations(groups, size))
    return max(sum(people for _, people in some) for some in sets if all_apart([years for years, _ in some], stay))


def all_apart(all_years: list[tuple[int, ...]], stay: int) -> bool:
    pairs = combinations(all_years, 2)
    return all(abs(year - other) >= stay for years, others in pairs for year in years for other in others)


@lru_cache(maxsize=100_000)
def answers_by(people: int, parts: tuple[Part, ...], stay: int | None) -> int:
    """The most answers that so many people can have given."""
    covered = tuple(year for part in parts for year in part.years)
    of_each = (min(n, people * years_of_a_person(years, stay)) for years, n in by_years(parts))
    return min(people * years_of_a_person(covered, stay), sum(of_each))


def enough_only(parts: tuple[Part, ...], total: int, tier: Thresholds) -> bool:
    """Point 1; and a publisher who looks at the whole list only."""
    t, s, stay = tier
    respondents, too_few = sum(part.respondents for part in parts), answers_by(s - 1, parts, stay)
    return different_people(parts, stay) >= t and total > too_few and respondents - total > too_few


def answers_only(parts: tuple[Part, ...], total: int, tier: Thresholds) -> bool:
    """A publisher who takes answers for people and looks at nothing else, as for a single year."""
    respondents = sum(part.respondents for part in parts)
    return respondents >= tier.people and tier.each_side <= total <= respondents - tier.each_side


def regardless(_parts: tuple[Part, ...], _total: int, _tier: Thresholds) -> bool:
    """A publisher who publishes whatever comes."""
    return True


@lru_cache(maxsize=100_000)
def naive_waiting(parts: tuple[Part, ...], tier: Thresholds) -> tuple[tuple[int, ...], ...]:
    """Every k of the parts with which this list waited, and every shorter one."""
    if not parts:
        return ((),)
    return tuple(k for k in naive_arrivals(parts, tier) if not naive_rule(parts, sum(k), tier))


@lru_cache(maxsize=100_000)
def naive_arrivals(parts: tuple[Part, ...], tier: Thresholds) -> tuple[tuple[int, ...], ...]:
    """Every k of the parts with which every shorter list waited."""
    last = range(parts[-1].low, parts[-1].high + 1)
    return tuple((*before, k) for before in naive_waiting(parts[:-1], tier) for k in last)


@lru_cache(maxsize=100_000)
def naive_rule(parts: tuple[Part, ...], total: int, tier: Thresholds) -> bool:
    """Points 1 and 2, word for word."""
    if not enough_only(parts, total, tier):
        return False
    possible = [k for k in naive_arrivals(parts, tier) if sum(k) == total]
    if not possible:
        return False
    keeps_enough = (
        len(set(values)) >= min(tier.each_side, part.high - part.low + 1)
        for values, part in zip(zip(*possible, strict=True), parts, strict=True)
    )
    return len(parts) == 1 or all(keeps_enough)


# ---- publishing ----


def publish_naively(entries: tuple[Entry, ...], ks: tuple[int, ...], tier: Thresholds, rule: Rule) -> Seen:
    """Let the parts enter one by one, with these k, and decide after each."""
    on_list: list[int] = []
    results: list[Published] = []
    retired: list[Retired] = []
    for place, entry in enumerate(entries):
        leaving = [other for other in on_list if gone_by(entries[other], entry.publishing)]
        retired += [Retired(other, entries[other].retired_in or 0, "withdrawn") for other in leaving]
        on_list = [other for other in on_list if other not in leaving] + [place]
        parts = tuple(entries[other].part(other) for other in on_list)
        if rule(parts, total := sum(ks[other] for other in on_list), tier):
            results.append(Published(tuple(on_list), total, entry.publishing))
            on_list = []
        elif tier.longest_stay is None and len({year for part in parts for year in part.years}) >= FIVE_YEARS:
            retired += [Retired(other, entry.publishing, "years") for other in on_list]
            on_list = []
    at_last = [Retired(other, gone, "withdrawn") for other in on_list if (gone := entries[other].retired_in)]
    return Seen(tuple(results), tuple(retired + at_last))


def gone_by(entry: Entry, publishing: int) -> bool:
    return entry.retired_in is not None and entry.retired_in <= publishing


def alike(entries: tuple[Entry, ...], tier: Thresholds) -> list[tuple[int, ...]]:
    """All answers that would have looked the same."""
    seen = publish_naively(entries, tuple(entry.k for entry in entries), tier, naive_rule)
    parts = [entry.part(place) for place, entry in enumerate(entries)]
    possible = product(*(range(part.low, part.high + 1) for part in parts))
    return [ks for ks in possible if publish_naively(entries, ks, tier, naive_rule) == seen]


def values_left_naively(entries: tuple[Entry, ...], tier: Thresholds) -> list[set[int]]:
    """The values of each part's k in all the answers that would have looked the same."""
    return [set(values) for values in zip(*alike(entries, tier), strict=True)]


# ---- ledgers ----


def a_ledger(
    *entries: Entry, tier: Thresholds = STANDARD, rule: Rule = naive_rule, first: int = 1, **keys: str
) -> Ledger:
    """The ledger of a measure of one programme whose parts entered in this order, published by this rule."""
    seen = publish_naively(entries, tuple(entry.k for entry in entries), tier, rule)
    parts = parts_frame(*entries, tier=tier, retired=seen.retired, first=first, **keys)
    return Ledger(parts, results_frame(parts, *seen.results, first=first, **keys))


def together(*ledgers: Ledger) -> Ledger:
    return Ledger(*(pl.concat(frames) for frames in zip(*ledgers, strict=True)))


PARTS = {
    "part_id": pl.Int64,
    "publishing": pl.Int64,
    "programme_id": pl.String,
    "measure_id": pl.String,
    "definition": pl.String,
    "years": pl.List(pl.Int64),
    "respondents": pl.Int64,
    "affirmative": pl.Int64,
    "most": pl.Int64,
    "known": pl.Boolean,
    "minimum_respondents": pl.Int64,
    "minimum_each_side": pl.Int64,
    "longest_stay": pl.Int64,
    "retired_in": pl.Int64,
    "retired_because": pl.String,
}
RESULTS = {
    "result_id": pl.Int64,
    "publishing": pl.Int64,
    "programme_id": pl.String,
    "measure_id": pl.String,
    "definition": pl.String,
    "parts": pl.List(pl.Int64),
    "respondents": pl.Int64,
    "affirmative": pl.Int64,
}


def parts_frame(
    *entries: Entry,
    tier: Thresholds = STANDARD,
    retired: tuple[Retired, ...] | None = None,
    programme: str = "north",
    measure: str = "told",
    definition: str = "asked_so",
    first: int = 1,
) -> pl.DataFrame:
    """Parts with ids from `first` on. Retired are those given, or as their entries have it, withdrawn."""
    if retired is None:
        retired = tuple(Retired(p, e.retired_in, "withdrawn") for p, e in enumerate(entries) if e.retired_in)
    gone = {place: (publishing, because) for place, publishing, because in retired}
    rows = [
        (
            *(first + place, entry.publishing, programme, measure, definition),
            *(list(entry.part(place).years), entry.n, entry.k, entry.n if entry.most is None else entry.most),
            *(entry.known, *tier, *gone.get(place, (None, None))),
        )
        for place, entry in enumerate(entries)
    ]
    return pl.DataFrame(rows, schema=PARTS, orient="row")


def results_frame(
    parts: pl.DataFrame,
    *results: Published,
    programme: str = "north",
    measure: str = "told",
    definition: str = "asked_so",
    first: int = 1,
) -> pl.DataFrame:
    """Results of these parts, whose ids begin with `first`."""
    rows = [
        (
            *(first + place, result.publishing, programme, measure, definition),
            *([first + member for member in result.places], sum_of(parts, result), result.total),
        )
        for place, result in enumerate(results)
    ]
    return pl.DataFrame(rows, schema=RESULTS, orient="row")


def sum_of(parts: pl.DataFrame, result: Published) -> int:
    respondents = parts["respondents"].to_list()
    return sum(respondents[place] for place in result.places if place < len(respondents))
