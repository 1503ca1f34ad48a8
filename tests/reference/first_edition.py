"""The rule's first edition, to set beside the second: it counted answers, and not people.

A list was published when at least t answers stood on it, s of them on each side, and when every part of it kept s
possible values, or all it had, for somebody who knows the rule, every n, the total, and that no shorter list was
published. Nothing was given up after five years. A set of totals is an int, as in `bitsets`.
"""

from collections.abc import Sequence
from functools import cache

from pipelines.disclosure.bitsets import in_at_least, interval, spread

Sizes = tuple[int, ...]
"""n of each part of a list."""


@cache
def published(sizes: Sizes, minimum: int, each_side: int) -> int:
    """The totals K at which this list is published, if every shorter one waited."""
    answers = sum(sizes)
    shown = spread(waiting(sizes[:-1], minimum, each_side), sizes[-1]) & interval(each_side, answers - each_side)
    if answers < minimum:
        return 0
    if len(sizes) == 1:
        return shown
    for place, size in enumerate(sizes):
        by_value = (_totals_with(sizes, place, value, minimum, each_side) for value in range(size + 1))
        shown = in_at_least(min(each_side, size + 1), by_value, shown)
    return shown


@cache
def waiting(sizes: Sizes, minimum: int, each_side: int) -> int:
    """The totals at which this list waits, and every shorter one waited."""
    if not sizes:
        return 1
    before = waiting(sizes[:-1], minimum, each_side)
    return spread(before, sizes[-1]) & ~published(sizes, minimum, each_side)


def _totals_with(sizes: Sizes, place: int, value: int, minimum: int, each_side: int) -> int:
    """The totals of the list that go with this value of the part at this place."""
    totals = waiting(sizes[:place], minimum, each_side) << value
    for end in range(place + 1, len(sizes)):
        totals = spread(totals & waiting(sizes[:end], minimum, each_side), sizes[end])
    return totals


def results(respondents: Sequence[int], affirmative: Sequence[int], minimum: int, each_side: int) -> list[int]:
    """How many answers each result has, if these n and k come year after year."""
    found: list[int] = []
    sizes: Sizes = ()
    total = 0
    for n, k in zip(respondents, affirmative, strict=True):
        sizes, total = (*sizes, n), total + k
        if published(sizes, minimum, each_side) >> total & 1:
            found.append(sum(sizes))
            sizes, total = (), 0
    return found
