"""Sets of whole numbers from 0 on, each held as one int: bit x says whether x is in the set.

One shift moves a whole set and one "or" joins two, for thousands of people as for ten. The attacker keeps the totals
that a waiting list can have in such sets, counted from the least total there can be.
"""

from collections.abc import Iterable, Iterator, Sequence


def interval(first: int, last: int) -> int:
    """The numbers from `first` to `last`, those below 0 left out."""
    first = max(first, 0)
    return (1 << last + 1) - (1 << first) if last >= first else 0


def spread(numbers: int, span: int) -> int:
    """The numbers after a step of 0 to `span`."""
    shifts = 1
    while 2 * shifts <= span + 1:
        numbers |= numbers << shifts
        shifts *= 2
    return numbers | numbers << (span + 1 - shifts)


def spread_back(numbers: int, span: int) -> int:
    """The numbers before such a step."""
    return spread(numbers, span) >> span


def steps(before: int, after: int, span: int) -> int:
    """The steps of 0 to `span` that lead from one set into the other. Those between two runs are a run as well."""
    found, ends = 0, runs(after)
    for first, last in runs(before):
        for first_after, last_after in ends:
            found |= interval(first_after - last, min(span, last_after - first))
    return found


def runs(numbers: int) -> list[tuple[int, int]]:
    """First and last of each unbroken run in a set."""
    found, place = [], 0
    while numbers:
        gap = (numbers & -numbers).bit_length() - 1
        length = (~(numbers >> gap) & ((numbers >> gap) + 1)).bit_length() - 1
        found.append((place + gap, place + gap + length - 1))
        numbers, place = numbers >> gap + length, place + gap + length
    return found


def members(numbers: int) -> list[int]:
    return [member for first, last in runs(numbers) for member in range(first, last + 1)]


def members_from_the_ends(numbers: int) -> Iterator[int]:
    """The members of a set: first, last, second, last but one, …"""
    found = members(numbers)
    for place in range(len(found)):
        yield found[place // 2 if place % 2 == 0 else -(place + 1) // 2]


def in_at_least(count: int, sets: Iterable[int], among: int) -> int:
    """The members of `among` that are in at least `count` of the sets.

    It stops as soon as these are all of `among`, because further sets change nothing then. So the order of the sets
    matters for speed: those that hold most should come first.
    """
    reached = [among] + [0] * count
    for numbers in sets:
        for level in range(count, 0, -1):
            reached[level] |= reached[level - 1] & numbers
        if reached[count] == among:
            break
    return reached[count]


def forward_backward(spans: Sequence[int], barred: Sequence[int]) -> list[int]:
    """The steps possible at each place of a walk from 0, where a step is 0 to its span and ends on no barred number."""
    ahead = [1]
    for span, not_here in zip(spans, barred, strict=True):
        ahead.append(spread(ahead[-1], span) & ~not_here)
    possible, after = [], ahead.pop()
    for span, before in zip(reversed(spans), reversed(ahead), strict=True):
        possible.append(steps(before, after, span))
        after = before & spread_back(after, span)
    return possible[::-1]
