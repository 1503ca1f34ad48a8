"""Points 1, 2 and 7 of the publishing rule in the plainest Python: every history that there can be is tried.

Nothing here is taken from the product. A history is one k for each part of a list.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import combinations, product
from typing import NamedTuple

Counts = tuple[int, ...]
"""One k for each part."""


class Question(NamedTuple):
    """What others know of a part: how many answered, in which years, and which values its k can have."""

    n: int
    years: frozenset[int]
    values: tuple[int, ...]


class Tier(NamedTuple):
    """t, s, and S if there is one."""

    people: int
    side: int
    stay: int | None = None


def question(n: int, *years: int, values: Iterable[int] | None = None) -> Question:
    return Question(n, frozenset(years), tuple(range(n + 1) if values is None else values))


# ---- point 1 ----


def most_years(years: frozenset[int], stay: int | None) -> int:
    """In how many of these years one person can have answered."""
    if stay is None:
        return len(years)
    first, last = min(years), max(years)
    return max(len(years & set(range(start, start + stay))) for start in range(first, last + 1))


def different_people(parts: Sequence[Question], stay: int | None) -> int:
    """At least so many."""
    best = 0
    for size in range(1, len(parts) + 1):
        for chosen in combinations(files(parts), size):
            if size == 1 or (stay is not None and all(apart(p, q, stay) for p, q in combinations(chosen, 2))):
                best = max(best, sum(rounded_up(part.n, most_years(part.years, stay)) for part in chosen))
    return best


def files(parts: Sequence[Question]) -> list[Question]:
    """Parts of the same years are one file: what was seen of it, and what an override added or took away."""
    found: dict[frozenset[int], int] = {}
    for part in parts:
        found[part.years] = found.get(part.years, 0) + part.n
    return [Question(n, years, ()) for years, n in found.items() if n > 0]


def apart(part: Question, other: Question, stay: int) -> bool:
    return min(abs(year - another) for year in part.years for another in other.years) >= stay


def rounded_up(number: int, divisor: int) -> int:
    whole, left = divmod(number, divisor)
    return whole + (left > 0)


def enough(parts: Sequence[Question], total: int, tier: Tier) -> bool:
    n = sum(part.n for part in parts)
    years = frozenset().union(*(part.years for part in parts))
    fewer = tier.side - 1
    by_part = [min(part.n, fewer * most_years(part.years, tier.stay)) for part in files(parts)]
    bound = min(fewer * most_years(years, tier.stay), sum(by_part))
    return different_people(parts, tier.stay) >= tier.people and total > bound and n - total > bound


# ---- point 2 ----


@cache
def verdicts(parts: tuple[Question, ...], tier: Tier) -> dict[int, bool]:
    """Whether the list is published, for every total that it can have while no shorter list was published."""
    return {
        total: enough(parts, total, tier) and (len(parts) == 1 or leaves_enough(parts, found, tier.side))
        for total, found in histories(parts, tier).items()
    }


def leaves_enough(parts: Sequence[Question], found: Iterable[Counts], side: int) -> bool:
    values_left = [set(values) for values in zip(*found, strict=True)]
    return all(len(left) >= min(side, len(part.values)) for part, left in zip(parts, values_left, strict=True))


def histories(parts: tuple[Question, ...], tier: Tier) -> dict[int, list[Counts]]:
    """Every history of which no shorter list was published, by its total."""
    found: dict[int, list[Counts]] = defaultdict(list)
    for history in product(*(part.values for part in parts)):
        if not any(verdicts(parts[:end], tier)[sum(history[:end])] for end in range(1, len(parts))):
            found[sum(history)].append(history)
    return found


# ---- forwards, one part after another ----


class Release(NamedTuple):
    """A result: its parts are those from `first` up to, but without, `end`; n and k are all that is told of them."""

    first: int
    end: int
    n: int
    k: int


def simulate(came: Sequence[tuple[int | frozenset[int], int, int]], tier: Tier, retired_at: int = 5) -> list[Release]:
    """What is published when these parts – year or years, n, k – come one after another.

    After each part the list is published, and a new list begins, or it waits. Without a longest stay a list that waits
    and covers five years is retired, and a new list begins too.
    """
    releases: list[Release] = []
    first = 0
    for end in range(1, len(came) + 1):
        parts = tuple(question(n, *([years] if isinstance(years, int) else years)) for years, n, _ in came[first:end])
        n, k = sum(part.n for part in parts), sum(k for *_, k in came[first:end])
        covered = frozenset().union(*(part.years for part in parts))
        if verdicts(parts, tier)[k]:
            releases.append(Release(first, end, n, k))
            first = end
        elif tier.stay is None and len(covered) >= retired_at:
            first = end
    return releases
