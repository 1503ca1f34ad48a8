"""The attacker. He knows the publishing rule and everything ever published, and counts what remains possible.

Nothing here comes from `disclosure`: the sets are derived from the words of the rule, so that each proves the other.

The rule: parts join a waiting list one by one. After each the list is published if enough people stand on it, enough
of them on either side, and if (unless it is a single part) every part keeps as many possible values as promised for
somebody who knows this rule, every n, the total, and that no shorter list was published.

A set of totals is an int: its bit x stands for the total x above the least possible one, the sum of the `low`s. One
shift moves a whole set, and one "or" joins two, for thousands of people as for ten.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from pipelines.disclosure.integer_program import System

Part = tuple[int, int, int]
"""n, and the least and the greatest k that anybody knows to be possible (the same, if k is known)."""
Rule = Callable[[tuple[Part, ...], int, int], int]
"""Of a list and its thresholds: the totals at which it is published, as a set."""
Progress = Callable[[int, int], None]
"""Called with the number of lists looked at, and of all there are to look at."""

NAMES: Final = ("part_id", "programme_id", "measure_id", "years")
LIST: Final = ("programme_id", "measure_id", "result_id")
"""What a list is: the parts of a result, or (null) those of a programme and measure that wait."""
LIST_THEN: Final = ("programme_id", "measure_id", "stood_in", "retired_in")
"""Parts that stood on a list together, and left it together, if they did."""
REMEMBERED: Final = 1 << 16
"""How many sets are kept, for lists that begin alike."""


class Contradiction(ValueError):
    """What publishing noted cannot have happened. Its text says why, and holds no k."""


@dataclass(frozen=True)
class Insider:
    """Somebody who knows the answers of some people (himself, say) in every part of his own programme."""

    programme_id: str
    people: int = 1


@dataclass(frozen=True)
class Audit:
    """What the attacker found. No frame holds a k."""

    parts: int
    """How many parts were not published by themselves, and are not known from an override."""
    findings: pl.DataFrame
    """Parts of which fewer values are left than promised."""
    known: pl.DataFrame
    """Parts that a steward's override gave away, and others with them: facts, not findings."""
    insider: pl.DataFrame | None
    """Parts in which an insider could narrow down the others' answers; see `insiders_view`."""

    @property
    def passed(self) -> bool:
        """An insider's view does not count: who knows all three of the people who said yes knows that nobody else
        did, and no rule can change that."""
        return self.findings.is_empty()


def audit(
    parts: pl.DataFrame,
    results: pl.DataFrame,
    insider: Insider | None = None,
    progress: Progress = lambda _done, _of: None,
    *,
    ties: pl.DataFrame | None = None,
    shares: pl.DataFrame | None = None,
    shown: pl.DataFrame | None = None,
) -> Audit:
    """Try to take the releases of this ledger apart. Frames as in `remaining` and `tied`."""
    standing = _standing(parts, results)
    left = _remaining(standing, progress)
    together = _tied(standing, results, ties, shares, shown).select("part_id", pl.col("left").alias("together"))
    left = (
        left.join(together, on="part_id", how="left", maintain_order="left")
        .with_columns(left=pl.min_horizontal("left", "together"))
        .drop("together")
    )
    return Audit(
        parts=left.height,
        findings=left.filter(pl.col("left") < pl.col("promised")),
        known=standing.filter("known").select(NAMES),
        insider=_insiders_view(standing, insider) if insider else None,
    )


def remaining(parts: pl.DataFrame, results: pl.DataFrame, progress: Progress = lambda _done, _of: None) -> pl.DataFrame:
    """How many values remain possible for each part not published by itself, whatever else is known.

    `parts`: part_id, publishing, programme_id, measure_id, years, respondents, affirmative (read where an override
    gave it away), most, known, minimum_respondents, minimum_each_side, retired_in. `results`: result_id, programme_id,
    measure_id, parts, affirmative; withdrawn ones too, for they are remembered. Both over all releases.
    Gives part_id, programme_id, measure_id, years, promised, left; left is counted no further than promised, and 0
    where no answers at all could have led to this ledger by the rule.
    Raises Contradiction.
    """
    return _remaining(_standing(parts, results), progress)


def _remaining(standing: pl.DataFrame, progress: Progress) -> pl.DataFrame:
    lists = _lists(standing.filter(~_leaves_enough()))
    found: dict[int, int] = {}
    for done, (part_ids, history) in enumerate(_histories(lists)):
        found.update(zip(part_ids, _left(history), strict=True))
        progress(done + 1, lists.height)
    left = pl.DataFrame(list(found.items()), schema={"part_id": pl.Int64, "found": pl.Int64}, orient="row")
    return (
        standing.filter(_hidden())
        .join(left, on="part_id", how="left")
        .with_columns(left=pl.coalesce("found", "promised"))
        .select(*NAMES, "promised", "left")
        .sort("part_id")
    )


def insiders_view(parts: pl.DataFrame, results: pl.DataFrame, insider: Insider) -> pl.DataFrame:
    """Parts of his programme that leave an insider fewer values than the side minimum, or than he would expect.

    We do not know what he knows, so each part is given the answers of his people that tell him most and that the
    ledger allows: left is the least. It can be 1, when all who said yes (or no) are people he knows. Columns as in
    `remaining`, and others: how many people's answers in this part he does not know. Parts without others are left
    out, and so are lists that a withdrawal interrupted.
    """
    return _insiders_view(_standing(parts, results), insider)


def _insiders_view(standing: pl.DataFrame, insider: Insider) -> pl.DataFrame:
    standing = standing.filter(pl.col("programme_id") == insider.programme_id)
    rows = [
        (part_id, left)
        for part_ids, history in _histories(_lists(standing))
        if history.standing == _prefixes(len(part_ids))
        for part_id, left in zip(part_ids, _left_to_insider(history, insider.people), strict=True)
    ]
    left = pl.DataFrame(rows, schema={"part_id": pl.Int64, "left": pl.Int64}, orient="row")
    open_to_him = (pl.col("high") - insider.people + 1).clip(1)
    return (
        standing.filter(_hidden())
        .join(left, on="part_id")
        .with_columns(pl.min_horizontal("promised", open_to_him), others=pl.col("respondents") - insider.people)
        .filter(pl.col("left") < pl.col("promised"))
        .select(*NAMES, "others", "promised", "left")
        .sort("part_id")
    )


# ---- the rule, from its definition ----


def would_publish(parts: tuple[Part, ...], total: int, minimum_respondents: int, minimum_each_side: int) -> bool:
    """Whether the rule publishes this list. `total` is K, the sum of the parts' k."""
    place = total - _lowest(parts)
    return place >= 0 and bool(_published(parts, minimum_respondents, minimum_each_side) >> place & 1)


def values_left(
    parts: tuple[Part, ...], total: int | None, minimum_respondents: int, minimum_each_side: int
) -> list[set[int]]:
    """The values that remain possible for each part's k, once its list was published with this total; or (None)
    while it waits."""
    thresholds = ((minimum_respondents, minimum_each_side),) * len(parts)
    found = _possible(History(parts, thresholds, total, _prefixes(len(parts))), _published)
    return [{low + value for value in _members(values)} for values, (_, low, _) in zip(found, parts, strict=True)]


@lru_cache(maxsize=REMEMBERED)
def _published(parts: tuple[Part, ...], respondents: int, each_side: int) -> int:
    """The totals at which this list is published, among those it can reach while every shorter one waited."""
    candidates = _reach(parts, respondents, each_side) & _enough(parts, respondents, each_side)
    if len(parts) == 1:
        return candidates
    waiting = [_waiting(parts[:place], respondents, each_side) for place in range(len(parts))]
    for place, part in enumerate(parts):
        totals = _totals_by_value(parts, waiting, place)
        candidates = _in_at_least(_promised(part, each_side), totals, candidates) if candidates else 0
    return candidates


def _enough(parts: tuple[Part, ...], respondents: int, each_side: int) -> int:
    """The totals with enough people in all and on either side. At no others is the list published."""
    people, lowest = sum(n for n, _, _ in parts), _lowest(parts)
    return _interval(each_side - lowest, people - each_side - lowest) if people >= respondents else 0


@lru_cache(maxsize=REMEMBERED)
def _waiting(parts: tuple[Part, ...], respondents: int, each_side: int) -> int:
    """The totals at which this list waits, and every shorter one waited: the forward set."""
    if not parts:
        return 1
    return _reach(parts, respondents, each_side) & ~_published(parts, respondents, each_side)


def _reach(parts: tuple[Part, ...], respondents: int, each_side: int) -> int:
    """The totals this list can have while every shorter one waited."""
    return _spread(_waiting(parts[:-1], respondents, each_side), _span(parts[-1]))


def _totals_by_value(parts: tuple[Part, ...], waiting: list[int], place: int) -> Iterator[int]:
    """For each value of the part at this place, the totals of the list that go with it. Those of the ends come first.

    Each value of the last part leads to a total from another one before it: so those can stand for the values, where
    they are fewer.
    """
    before, values = waiting[place], _interval(0, _span(parts[place]))
    if place == len(parts) - 1:
        few, many = sorted((before, values), key=int.bit_count)
        return (many << one for one in _from_the_ends(few))
    values = _steps(before, waiting[place + 1], _span(parts[place]))
    return (_totals_with(parts, waiting, place, value) for value in _from_the_ends(values))


def _totals_with(parts: tuple[Part, ...], waiting: list[int], place: int, value: int) -> int:
    totals = waiting[place] << value
    for part, allowed in zip(parts[place + 1 :], waiting[place + 1 :], strict=True):
        totals = _spread(totals & allowed, _span(part))
    return totals


def _in_at_least(number: int, sets: Iterable[int], among: int) -> int:
    """What of `among` is in at least so many of the sets.

    It stops as soon as that is all of it: further sets could only raise counts that suffice. That is what keeps parts
    of thousands of people cheap, as the sets come from the ends: there a few values of a part go with every total.
    """
    reached = [among] + [0] * number
    for one in sets:
        for level in range(number, 0, -1):
            reached[level] |= reached[level - 1] & one
        if reached[number] == among:
            break
    return reached[number]


# ---- a list's history, and what it leaves possible ----


class History(NamedTuple):
    """A list as the attacker saw it grow. Places are those in `parts`."""

    parts: tuple[Part, ...]
    thresholds: tuple[tuple[int, int], ...]
    """Of each part's list: minimum respondents, minimum on each side."""
    total: int | None
    """K of the result it became; None if it waits."""
    standing: tuple[tuple[int, ...], ...]
    """For each part that entered, the places then on the list: all so far, less what had been withdrawn."""

    def on_list(self, entry: int) -> tuple[Part, ...]:
        return tuple(self.parts[place] for place in self.standing[entry])

    def barred(self, rule: Rule) -> list[int]:
        """After each entry, the totals ruled out by what was seen to happen, if this is what the rule publishes."""
        waited = self.standing if self.total is None else self.standing[:-1]
        barred = [rule(self.on_list(entry), *self.thresholds[places[0]]) for entry, places in enumerate(waited)]
        if self.total is not None:
            place = self.total - _lowest(self.on_list(-1))
            barred.append(~(1 << place) if place >= 0 else -1)
        return barred

    def promised(self) -> tuple[int, ...]:
        return tuple(
            _promised(part, each_side) for part, (_, each_side) in zip(self.parts, self.thresholds, strict=True)
        )


@lru_cache(maxsize=REMEMBERED)
def _left(history: History) -> tuple[int, ...]:
    """How many values are left for each part, counted no further than promised.

    First among those histories only in which no shorter list had enough people on both sides. The rule let all of
    them wait, so what is possible in them is possible; and mostly that suffices, with no decision worked out.
    """
    promised = history.promised()
    for rule in (_enough, _published):
        found = _possible(history, rule, promised)
        left = tuple(min(values.bit_count(), number) for values, number in zip(found, promised, strict=True))
        if left == promised:
            break
    return left


def _possible(history: History, rule: Rule, enough: tuple[int, ...] | None = None) -> list[int]:
    """The possible values of each part, as sets above its `low`; at least `enough` of each, where that is given.

    Parts that were withdrawn are in some totals and not in others. So their values are gone through one by one; what
    then remains of every total is a sum over the parts that stayed, and these only ever grow.
    """
    gone = [place for place in range(len(history.parts)) if place not in history.standing[-1]]
    barred = history.barred(rule)
    found = [0] * len(history.parts)
    for values in product(*(_from_the_ends(_interval(0, _span(history.parts[place]))) for place in gone)):
        assumed = dict(zip(gone, values, strict=True))
        seen = _possible_if(history, assumed, barred)
        found = [old | new for old, new in zip(found, seen, strict=True)]
        if enough and all(values.bit_count() >= number for values, number in zip(found, enough, strict=True)):
            break
    return found


def _possible_if(history: History, assumed: Mapping[int, int], barred: Sequence[int]) -> list[int]:
    """The possible values of each part, if those withdrawn had these."""
    spans = [0 if place in assumed else _span(part) for place, part in enumerate(history.parts)]
    withdrawn = [sum(assumed.get(place, 0) for place in on_list) for on_list in history.standing]
    found = _along(spans, [totals >> extra for totals, extra in zip(barred, withdrawn, strict=True)])
    return [values << assumed.get(place, 0) for place, values in enumerate(found)]


def _along(spans: Sequence[int], barred: Sequence[int]) -> list[int]:
    """The possible steps at each place of a walk from 0, where a step is 0 to its span, and totals may be barred."""
    ahead = [1]
    for span, not_here in zip(spans, barred, strict=True):
        ahead.append(_spread(ahead[-1], span) & ~not_here)
    steps, after = [], ahead.pop()
    for span, before in zip(reversed(spans), reversed(ahead), strict=True):
        steps.append(_steps(before, after, span))
        after = before & _back(after, span)
    return steps[::-1]


def _left_to_insider(history: History, people: int) -> tuple[int, ...]:
    """The least number of values left for each part, over all answers that so many people may have given in each.

    What he knows of the parts before one and of those after it are separate matters, and different answers soon lead
    to the same sets: so these are gone through, and not the answers.
    """
    barred = history.barred(_published)
    ranges = [_insiders_ranges(part, people) for part in history.parts]
    ahead, widest = [{1}], [1]
    for part, shifts, not_here in zip(history.parts, ranges, barred, strict=True):
        ahead.append({_spread(totals << low, span) & ~not_here for totals in ahead[-1] for low, span in shifts})
        widest.append(_spread(widest[-1], _span(part)) & ~not_here)
    left, after = [], {widest[-1]}
    for before, all_before, shifts in zip(ahead[-2::-1], widest[-2::-1], ranges[::-1], strict=True):
        counts = [
            _steps(some << low, later, span).bit_count() for some in before for later in after for low, span in shifts
        ]
        left.append(min((count for count in counts if count), default=0))
        after = {all_before & (_back(later, span) >> low) for later in after for low, span in shifts}
    return tuple(left[::-1])


def _insiders_ranges(part: Part, people: int) -> list[tuple[int, int]]:
    """For each number of yeses among the people he knows: where k begins for him, and how far it reaches."""
    n, low, high = part
    if low == high:
        return [(0, 0)]
    known = min(people, n)
    return [(yes, span) for yes in range(known + 1) if (span := min(high, n - known + yes) - yes) >= 0]


# ---- what ties measures and subgroups together ----

_TIE: Final = {"inner_part": pl.Int64, "outer_part": pl.Int64}
_SHARE: Final = {"part_id": pl.Int64, "share": pl.String, "respondents": pl.Int64, "affirmative": pl.Int64}
_SHOWN: Final = {"result_id": pl.Int64, "share": pl.String, "affirmative": pl.Int64}


def tied(
    parts: pl.DataFrame,
    results: pl.DataFrame,
    ties: pl.DataFrame | None = None,
    shares: pl.DataFrame | None = None,
    shown: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """As `remaining`, for the lists that something ties to another, by integer programming.

    `ties`: inner_part, outer_part; the inner's k is at most the outer's. `shares`: part_id, share, respondents,
    affirmative (null where not published); a part's subgroups, all of them: their k sum to the part's. `shown`:
    result_id, share, affirmative; a subgroup published over a whole result.
    """
    return _tied(_standing(parts, results), results, ties, shares, shown)


def _tied(
    standing: pl.DataFrame,
    results: pl.DataFrame,
    ties: pl.DataFrame | None,
    shares: pl.DataFrame | None,
    shown: pl.DataFrame | None,
) -> pl.DataFrame:
    ties = _binding(_or_empty(ties, _TIE), standing)
    shares, shown = _or_empty(shares, _SHARE), _or_empty(shown, _SHOWN)
    touched = list(chain(ties["inner_part"], ties["outer_part"], shares["part_id"]))
    in_lists = standing.filter(pl.col("part_id").is_in(touched).any().over(LIST))
    system, k = System(), dict[int, int]()
    for part_ids, history in _histories(_lists(in_lists)):
        k.update(zip(part_ids, _bind_history(system, history), strict=True))
    for inner, outer in ties.iter_rows():
        system.bind({k[outer]: 1, k[inner]: -1}, 0, np.inf)
    _bind_shares(system, k, shares, shown.join(results.select("result_id", "parts"), on="result_id"))
    return _counted(system, k, in_lists.filter(_hidden()))


def _or_empty(frame: pl.DataFrame | None, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.DataFrame(schema=schema) if frame is None else frame.select(*schema)


def _binding(ties: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """The ties that say more than n, `most` and the published results do by themselves."""
    alone = pl.col("alone")
    ends = standing.select(
        "part_id",
        least=pl.when(alone).then("total").otherwise("low"),
        greatest=pl.when(alone).then("total").otherwise("high"),
    )
    return (
        ties.join(ends, left_on="inner_part", right_on="part_id")
        .join(ends, left_on="outer_part", right_on="part_id", suffix="_outer")
        .filter(pl.col("greatest") > pl.col("least_outer"))
        .select(*_TIE)
    )


def _bind_history(system: System, history: History) -> list[int]:
    """Enter the k of a list's parts into a system, and the totals that its history allows."""
    k = [system.number(low, high) for _, low, high in history.parts]
    for entry, (on_list, barred) in enumerate(zip(history.standing, history.barred(_published), strict=True)):
        parts = history.on_list(entry)
        allowed = _interval(0, sum(map(_span, parts))) & ~barred
        runs = [(_lowest(parts) + first, _lowest(parts) + last) for first, last in _runs(allowed)]
        system.bind_to_runs({k[place]: 1 for place in on_list}, runs)
    return k


def _bind_shares(system: System, k: Mapping[int, int], shares: pl.DataFrame, shown: pl.DataFrame) -> None:
    """A part's subgroups sum to it; what was published of a subgroup is its sum over the parts of the result."""
    of_part: dict[int, dict[str, int]] = {}
    for part_id, share, respondents, affirmative in shares.iter_rows():
        possible = (0, respondents) if respondents >= 0 else (-np.inf, np.inf)
        ends = possible if affirmative is None else (affirmative, affirmative)
        of_part.setdefault(part_id, {})[share] = system.number(*ends)
    for part_id, numbers in of_part.items():
        system.bind({k[part_id]: -1} | dict.fromkeys(numbers.values(), 1), 0, 0)
    for share, affirmative, part_ids in shown.select("share", "affirmative", "parts").iter_rows():
        numbers_shown = [of_part[part_id][share] for part_id in part_ids if share in of_part.get(part_id, {})]
        system.bind(dict.fromkeys(numbers_shown, 1), affirmative, affirmative)


def _counted(system: System, k: Mapping[int, int], hidden: pl.DataFrame) -> pl.DataFrame:
    """How many values each hidden part can have, counted no further than promised."""
    rows = [(part_id, system.count(k[part_id], promised)) for part_id, promised in hidden["part_id", "promised"].rows()]
    left = pl.DataFrame(rows, schema=dict.fromkeys(("part_id", "left"), pl.Int64), orient="row")
    return hidden.select(*NAMES, "promised").join(left, on="part_id").sort("part_id")


# ---- sets of totals ----


def _spread(totals: int, span: int) -> int:
    """The totals after a step of 0 to `span`."""
    shifts = 1
    while 2 * shifts <= span + 1:
        totals |= totals << shifts
        shifts *= 2
    return totals | totals << (span + 1 - shifts)


def _back(totals: int, span: int) -> int:
    """The totals before such a step."""
    return _spread(totals, span) >> span


def _steps(before: int, after: int, span: int) -> int:
    """The steps of 0 to `span` that lead from one set into the other: from run to run, they are a run as well."""
    steps, ends = 0, _runs(after)
    for first, last in _runs(before):
        for first_after, last_after in ends:
            steps |= _interval(first_after - last, min(span, last_after - first))
    return steps


def _interval(first: int, last: int) -> int:
    first = max(first, 0)
    return (1 << last + 1) - (1 << first) if last >= first else 0


def _runs(totals: int) -> list[tuple[int, int]]:
    """First and last of each unbroken run in a set."""
    runs, place = [], 0
    while totals:
        gap = (totals & -totals).bit_length() - 1
        length = (~(totals >> gap) & ((totals >> gap) + 1)).bit_length() - 1
        runs.append((place + gap, place + gap + length - 1))
        totals, place = totals >> gap + length, place + gap + length
    return runs


def _members(totals: int) -> list[int]:
    return [member for first, last in _runs(totals) for member in range(first, last + 1)]


def _from_the_ends(totals: int) -> Iterator[int]:
    """The members of a set: first, last, second, last but one, …"""
    members = _members(totals)
    for place in range(len(members)):
        yield members[place // 2 if place % 2 == 0 else -(place + 1) // 2]


def _span(part: Part) -> int:
    return part[2] - part[1]


def _promised(part: Part, each_side: int) -> int:
    return min(each_side, _span(part) + 1)


def _lowest(parts: Iterable[Part]) -> int:
    return sum(low for _, low, _ in parts)


@lru_cache(maxsize=256)
def _prefixes(length: int) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(range(entry + 1)) for entry in range(length))


# ---- from the ledger to its lists ----


def _standing(parts: pl.DataFrame, results: pl.DataFrame) -> pl.DataFrame:
    """The parts, each with the result it became part of or (withdrawn) stood waiting for, and what is known of it."""
    published = results.select("result_id", pl.col("affirmative").alias("total"), part_id="parts").explode("part_id")
    _require(published["part_id"].is_unique().all(), "a part stands in two results")
    _require(published["part_id"].is_in(parts["part_id"].implode()).all(), "a result has a part that never waited")
    _require((parts["retired_in"] > parts["publishing"]).all(), "a part was withdrawn before it entered a list")
    known = pl.col("affirmative")
    standing = (
        parts.join(published, on="part_id", how="left")
        .join(_waited_for(parts, results), on="part_id", how="left")
        .with_columns(
            alone=pl.col("result_id").is_not_null() & (pl.len().over("result_id") == 1) & _stands_alone(),
            stood_in="result_id",
            result_id=pl.coalesce("result_id", "waited_for"),
            total=pl.coalesce("total", "total_waited_for"),
        )
        .sort("part_id")
        .pipe(_with_what_overrides_gave_away)
        .with_columns(
            low=pl.when("known").then(known).otherwise(0),
            high=pl.when("known").then(known).otherwise(pl.min_horizontal("respondents", "most")),
        )
        .with_columns(promised=pl.min_horizontal("minimum_each_side", pl.col("high") - pl.col("low") + 1))
        .sort("part_id")
    )
    _require((standing["promised"] >= 1).all(), "a part has no possible k")
    return standing


def _with_what_overrides_gave_away(standing: pl.DataFrame) -> pl.DataFrame:
    """Known is more than the correction let through.

    It tells of all of the file it corrects. If that stands in a result, all of the result goes with it; and if it
    waits on a list long enough to have been withheld for its k, so does what then stood there. Such a list is known to
    the last: it counts as one part, and what was withheld before tells nothing more.
    """
    if not standing["known"].any():
        return standing
    file = ("programme_id", "measure_id", pl.col("years").list.join(" "))
    override = pl.when("known").then("part_id").max()
    n, k, place = pl.col("respondents"), pl.col("affirmative"), pl.col("part_id")
    marked = standing.with_columns(of_file=override.over(file), last=override.over(LIST_THEN)).with_columns(
        before=(place < pl.col("last")).fill_null(value=False)
    )
    longest = pl.when("before").then(n.cum_sum()).max().over(LIST_THEN)
    pooled = (pl.col("of_file") > place.max()).any().over(LIST_THEN)
    judged = (longest >= pl.col("minimum_respondents").first().over(LIST_THEN)).fill_null(value=False)
    into_one = judged & (place <= pl.col("last"))
    at_last = place == pl.col("last")
    return marked.with_columns(
        known=(place <= pl.col("of_file")).fill_null(value=False) | pooled | into_one,
        respondents=pl.when(~into_one)
        .then(n)
        .when(at_last)
        .then(n.filter(into_one).sum().over(LIST_THEN))
        .otherwise(0),
        affirmative=pl.when(~into_one)
        .then(k)
        .when(at_last)
        .then(k.filter(into_one).sum().over(LIST_THEN))
        .otherwise(0),
    ).drop("of_file", "last", "before")


def _waited_for(parts: pl.DataFrame, results: pl.DataFrame) -> pl.DataFrame:
    """For parts that were withdrawn, the next result of their programme and measure: its list is the one they left."""
    by = ["programme_id", "measure_id"]
    ends = results.select(
        *by,
        part_id=pl.col("parts").list.max(),
        waited_for="result_id",
        total_waited_for="affirmative",
        published_in="publishing",
    ).sort("part_id")
    withdrawn = parts.filter(pl.col("retired_in").is_not_null()).select("part_id", "retired_in", *by).sort("part_id")
    return (
        withdrawn.join_asof(ends, on="part_id", by=by, strategy="forward", check_sortedness=False)
        .filter(pl.col("retired_in") <= pl.col("published_in"))
        .select("part_id", "waited_for", "total_waited_for")
    )


def _stands_alone() -> pl.Expr:
    """With enough people, in all and on either side. A single part published with fewer has been given away."""
    n, k, each_side = pl.col("respondents"), pl.col("total"), pl.col("minimum_each_side")
    return (n >= pl.col("minimum_respondents")) & (k >= each_side) & (n - k >= each_side)


def _hidden() -> pl.Expr:
    """Parts to protect: neither published by themselves nor known."""
    return ~pl.col("alone") & ~pl.col("known")


def _leaves_enough() -> pl.Expr:
    """Lists that need no work.

    A result of a single part has nothing to hide. A list that waits, with nothing known, leaves each part at least
    the values 0 to s - 1 (or all it has): with no yes in any other part, no total ever reached s, and every list
    waited. Withdrawn parts change nothing about that.
    """
    waits = pl.col("total").is_null() & ~pl.col("known").any().over(LIST)
    return waits | (pl.col("alone") & (pl.len().over(LIST) == 1)) | ~_hidden().any().over(LIST)


def _lists(standing: pl.DataFrame) -> pl.DataFrame:
    """A row is a list: its total, and its parts in order. What left as a list known to the last tells nothing more."""
    left_known = (
        pl.col("stood_in").is_null() & pl.col("retired_in").is_not_null() & pl.col("known").all().over(LIST_THEN)
    )
    return (
        standing.filter(~left_known)
        .group_by(LIST, maintain_order=True)
        .agg(
            pl.col("total").first(),
            pl.col(
                "part_id",
                "respondents",
                "low",
                "high",
                "minimum_respondents",
                "minimum_each_side",
                "publishing",
                "retired_in",
            ),
        )
    )


def _histories(lists: pl.DataFrame) -> Iterator[tuple[list[int], History]]:
    """Each list's part_ids, and its history."""
    for row in lists.iter_rows(named=True):
        parts = tuple(zip(row["respondents"], row["low"], row["high"], strict=True))
        thresholds = tuple(zip(row["minimum_respondents"], row["minimum_each_side"], strict=True))
        standing = _stood(row["publishing"], row["retired_in"])
        yield row["part_id"], History(parts, thresholds, row["total"], standing)


def _stood(entered: list[int], retired: list[int | None]) -> tuple[tuple[int, ...], ...]:
    """For each entry, the places then on the list. Who leaves in a publishing leaves before others enter in it."""
    if not any(retired):
        return _prefixes(len(entered))
    return tuple(
        tuple(place for place in range(entry + 1) if (gone := retired[place]) is None or gone > now)
        for entry, now in enumerate(entered)
    )


def _require(condition: bool | None, reason: str) -> None:
    if not condition:
        raise Contradiction(f"The ledger contradicts itself: {reason}.")
