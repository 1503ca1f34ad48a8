"""A waiting list as the attacker saw it grow, and what it leaves possible for each of its parts."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from pipelines.disclosure.attacker_rule import REMEMBERED, Part, Thresholds, enough, lowest_total, published
from pipelines.disclosure.bitsets import forward_backward, interval, members_from_the_ends, spread, spread_back, steps

Judgement = Callable[[tuple[Part, ...], Thresholds], int]
"""Of a list and its thresholds: the totals at which it is published, as a set."""


class History(NamedTuple):
    """A list from its first part to its last. Places are those in `parts`."""

    parts: tuple[Part, ...]
    thresholds: tuple[Thresholds, ...]
    """Of each part. A list is judged by those of its first part."""
    total: int | None
    """K of the result it became; None if it waits, or waited until it was retired."""
    standing: tuple[tuple[int, ...], ...]
    """For each part that entered, the places then on the list: all so far, less what had been withdrawn."""
    told_later: tuple[tuple[int, int], ...] = ()
    """Places, and the k above `low` that an override told of them when nothing was decided about them any more."""

    def on_list(self, entry: int) -> tuple[Part, ...]:
        return tuple(self.parts[place] for place in self.standing[entry])

    def barred(self, judgement: Judgement) -> list[int]:
        """After each entry, the totals ruled out by what was seen to happen, if lists are judged like this."""
        waited = self.standing if self.total is None else self.standing[:-1]
        barred = [judgement(self.on_list(entry), self.thresholds[places[0]]) for entry, places in enumerate(waited)]
        if self.total is not None:
            place = self.total - lowest_total(self.on_list(-1))
            barred.append(~(1 << place) if place >= 0 else -1)
        return barred

    def promised(self) -> tuple[int, ...]:
        told = dict(self.told_later)
        return tuple(
            1 if place in told else part.promised(thresholds.each_side)
            for place, (part, thresholds) in enumerate(zip(self.parts, self.thresholds, strict=True))
        )

    @property
    def uninterrupted(self) -> bool:
        """Whether nobody left the list while it grew, and nobody told of it later."""
        return self.standing == uninterrupted(len(self.parts)) and not self.told_later


@lru_cache(maxsize=256)
def uninterrupted(length: int) -> tuple[tuple[int, ...], ...]:
    """The places then on the list for each of its entries, if nobody leaves."""
    return tuple(tuple(range(entry + 1)) for entry in range(length))


@lru_cache(maxsize=REMEMBERED)
def count_values_left(history: History) -> tuple[int, ...]:
    """How many values are left for each part, counted no further than promised.

    It looks first only at answers with which no shorter list had enough people on both sides. The rule lets all of
    these wait, so what is possible with them is possible. Mostly that suffices, and no decision has to be worked out.
    """
    promised = history.promised()
    for judgement in (enough, published):
        found = values_left(history, judgement, promised)
        left = tuple(min(values.bit_count(), number) for values, number in zip(found, promised, strict=True))
        if left == promised:
            break
    return left


def values_left(
    history: History, judgement: Judgement = published, sufficient: tuple[int, ...] | None = None
) -> list[int]:
    """The possible values of each part, as sets above its `low`; at least `sufficient` of each, where that is given.

    Parts that were withdrawn are in some totals and not in others. So their values are gone through one by one; what
    then remains of every total is a sum over the parts that stayed, and these sums only ever grow.
    """
    told = dict(history.told_later)
    gone = [place for place in range(len(history.parts)) if place not in history.standing[-1] and place not in told]
    barred = history.barred(judgement)
    found = [0] * len(history.parts)
    for values in product(*(members_from_the_ends(interval(0, history.parts[place].span)) for place in gone)):
        possible = _values_left_if(history, told | dict(zip(gone, values, strict=True)), barred)
        found = [old | new for old, new in zip(found, possible, strict=True)]
        if sufficient and all(
            values_found.bit_count() >= number for values_found, number in zip(found, sufficient, strict=True)
        ):
            break
    return found


def _values_left_if(history: History, assumed: Mapping[int, int], barred: Sequence[int]) -> list[int]:
    """The possible values of each part, if those withdrawn, and those told of later, had these."""
    spans = [0 if place in assumed else part.span for place, part in enumerate(history.parts)]
    assumed_then = [sum(assumed.get(place, 0) for place in on_list) for on_list in history.standing]
    found = forward_backward(spans, [totals >> extra for totals, extra in zip(barred, assumed_then, strict=True)])
    return [values << assumed.get(place, 0) for place, values in enumerate(found)]


# ---- somebody who knows some of the answers ----


def count_values_left_to_insider(history: History, acquaintances: Sequence[int]) -> tuple[int, ...]:
    """The least number of values left for each part, over all answers that the people he knows may have given.

    `acquaintances`: of each part, how many people's answers he knows. What he knows of the parts before a part and of
    those after it are separate matters, and different answers soon lead to the same sets of totals. So these sets are
    gone through, and not the answers.
    """
    barred = history.barred(published)
    ranges = [_ranges_to_insider(part, people) for part, people in zip(history.parts, acquaintances, strict=True)]
    ahead, widest = [{1}], [1]
    for part, shifts, not_here in zip(history.parts, ranges, barred, strict=True):
        ahead.append({spread(totals << low, span) & ~not_here for totals in ahead[-1] for low, span in shifts})
        widest.append(spread(widest[-1], part.span) & ~not_here)
    left, after = [], {widest[-1]}
    for before, all_before, shifts in zip(ahead[-2::-1], widest[-2::-1], ranges[::-1], strict=True):
        counts = [
            steps(totals << low, later, span).bit_count()
            for totals in before
            for later in after
            for low, span in shifts
        ]
        left.append(min((count for count in counts if count), default=0))
        after = {all_before & (spread_back(later, span) >> low) for later in after for low, span in shifts}
    return tuple(left[::-1])


def _ranges_to_insider(part: Part, people: int) -> list[tuple[int, int]]:
    """For each number of yeses among the people he knows: where k begins for him, and how far it reaches."""
    if part.span == 0:
        return [(0, 0)]
    acquainted = min(people, part.respondents)
    spans = ((yes, min(part.high, part.respondents - acquainted + yes) - yes) for yes in range(acquainted + 1))
    return [(yes, span) for yes, span in spans if span >= 0]
