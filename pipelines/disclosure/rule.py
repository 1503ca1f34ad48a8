"""The publishing rule: whether a waiting list may be published. Pure functions; every published number passes here.

A list is its parts in order. Others know how many people answered in each part (n), which academic years the part
covers, and between which values its k must lie. When a list is published, they learn its total K. They also know this
rule, and that no shorter list was published. A list is published if enough different people stand behind it, and if
every part still keeps enough possible values for somebody who knows all this.

For frames:
    decide(lists)                whether each list is published; a list is a row with the columns of LIST
    people(results)              the fewest people who can stand behind each result; a row has the columns of RESULT
    enough(n, k, years_each=1)   an expression: whether k of n may be shown by itself, for instance of a subgroup

For a single list, in plain Python:
    published(parts, total, thresholds)          the same as `decide`
    fewest_people(parts, longest_stay)           the same as `people`
    could_be_published(parts, thresholds)        whether there is a total for which it would have been enough
    years_per_person(years, longest_stay)        m: in how many of these years one person can have answered

Academic years are whole numbers: the calendar year in which they start.
"""

from functools import lru_cache
from typing import NamedTuple

import polars as pl

LIST = (
    "respondents",
    "years",
    "least",
    "most",
    "affirmative",
    "minimum_respondents",
    "minimum_each_side",
    "longest_stay",
)
"""A list as a row. For each part its n (list), its years (list of lists), and the least and the most its k can be
(lists); then the total K, the two thresholds t and s, and the longest stay S in years, which is null if there is none.
"""
RESULT = ("respondents", "years", "longest_stay")


class Part(NamedTuple):
    """What others know of a part: how many answered, in which years, and the least and the most its k can be.

    Where an override gave the value away, `least` and `most` are that value, and the part can be a difference to an
    earlier file: `respondents` is then negative where the file has fewer people than before.
    """

    respondents: int
    years: tuple[int, ...]
    least: int
    most: int


class Thresholds(NamedTuple):
    """How many people a result must stand on, in all and on each side, and how many years a person stays at most."""

    respondents: int
    each_side: int
    longest_stay: int | None = None


# ---- frames ----


def decide(lists: pl.DataFrame) -> pl.Series:
    """Whether each list is published: a Boolean for each row of a frame with the columns of LIST."""
    rows = lists.select(*LIST).with_row_index("row")
    alone = _single_parts(rows).select("row", _may_stand_alone().alias("published"))
    pooled = rows.filter(~_is_single_part())
    verdicts = [_decide_row(*row) for row in pooled.select(LIST).iter_rows()]
    judged = pooled.select("row", pl.Series("published", verdicts, dtype=pl.Boolean))
    return pl.concat([alone, judged]).sort("row")["published"]


def people(results: pl.DataFrame) -> pl.Series:
    """The fewest different people who can stand behind each result, from a frame with the columns of RESULT.

    The same person may have answered in every year. Two parts have no person in common if their years lie as far apart
    as the longest stay; so the largest sum over such parts is taken, or without a longest stay the largest part.
    """
    rows = results.select(*RESULT).with_row_index("row")
    alone = _single_parts(rows).select("row", _people(pl.col("n"), pl.col("years_each")).alias("people"))
    pooled = rows.filter(~_is_single_part())
    counts = [_people_row(*row) for row in pooled.select(RESULT).iter_rows()]
    counted = pooled.select("row", pl.Series("people", counts, dtype=pl.Int64))
    return pl.concat([alone, counted]).sort("row")["people"]


def enough(respondents: pl.Expr, affirmative: pl.Expr, years_each: pl.Expr | int = 1) -> pl.Expr:
    """Whether k of n may be shown by itself. Reads the thresholds from `minimum_respondents` and `minimum_each_side`.

    `years_each` says in how many of its years one person can have answered. Enough people answered, and more of them
    are on each side than one person fewer than the minimum can have answered in those years.
    """
    too_few = pl.min_horizontal(respondents, (pl.col("minimum_each_side") - 1) * years_each)
    fewer = pl.min_horizontal(affirmative, respondents - affirmative)
    return (_people(respondents, years_each) >= pl.col("minimum_respondents")) & (fewer > too_few)


def _people(respondents: pl.Expr, years_each: pl.Expr | int) -> pl.Expr:
    return (respondents + years_each - 1) // years_each


def _is_single_part() -> pl.Expr:
    return pl.col("respondents").list.len() == 1


def _single_parts(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of a single part, with its n and in how many of its years one person can have answered."""
    stay = pl.col("longest_stay").cast(pl.Int64)
    single = rows.filter(_is_single_part()).with_columns(
        stay, n=pl.col("respondents").list.first(), part_years=pl.col("years").list.first()
    )
    spans = single.select("part_years", "longest_stay").unique()
    each = [years_per_person(tuple(years), longest) for years, longest in spans.iter_rows()]
    spans = spans.with_columns(pl.Series("years_each", each, dtype=pl.Int64))
    return single.join(spans, on=["part_years", "longest_stay"], nulls_equal=True)


def _may_stand_alone() -> pl.Expr:
    n, k = pl.col("n"), pl.col("affirmative")
    possible = k.is_between(pl.col("least").list.first(), pl.col("most").list.first())
    return enough(n, k, pl.col("years_each")) & possible


def _decide_row(
    respondents: list[int],
    years: list[list[int]],
    least: list[int],
    most: list[int],
    affirmative: int,
    minimum: int,
    each_side: int,
    longest_stay: int | None,
) -> bool:
    parts = zip(respondents, _from_the_first(years), least, most, strict=True)
    return published(tuple(Part(*part) for part in parts), affirmative, Thresholds(minimum, each_side, longest_stay))


def _people_row(respondents: list[int], years: list[list[int]], longest_stay: int | None) -> int:
    parts = zip(respondents, _from_the_first(years), strict=True)
    return fewest_people(tuple(Part(n, covered, 0, n) for n, covered in parts), longest_stay)


def _from_the_first(years: list[list[int]]) -> list[tuple[int, ...]]:
    """Years counted from the first of them all, so that lists of other calendar years are remembered as the same."""
    first = min((min(covered) for covered in years), default=0)
    return [tuple(sorted({year - first for year in covered})) for covered in years]


# ---- point 1: people ----


@lru_cache(maxsize=10_000)
def years_per_person(years: tuple[int, ...], longest_stay: int | None) -> int:
    """In how many of these years one person can have answered: the most that fall into one longest stay."""
    distinct = set(years)
    if longest_stay is None:
        return len(distinct)
    return max(sum(first <= year < first + longest_stay for year in distinct) for first in distinct)


@lru_cache(maxsize=100_000)
def fewest_people(parts: tuple[Part, ...], longest_stay: int | None) -> int:
    """The fewest different people who can have given these answers."""
    people_by_years = sorted(
        (years, -(-answers // years_per_person(years, longest_stay)))
        for years, answers in _answers_by_years(parts).items()
    )
    if longest_stay is None:
        return max((number for _, number in people_by_years), default=0)
    return _most_people_apart(tuple(people_by_years), longest_stay)


def _answers_by_years(parts: tuple[Part, ...]) -> dict[tuple[int, ...], int]:
    """How many answered in which years. A file, and what an override added to it or took from it, are one."""
    answers: dict[tuple[int, ...], int] = {}
    for part in parts:
        answers[part.years] = answers.get(part.years, 0) + part.respondents
    return {years: number for years, number in answers.items() if number > 0}


@lru_cache(maxsize=100_000)
def _most_people_apart(people_by_years: tuple[tuple[tuple[int, ...], int], ...], longest_stay: int) -> int:
    """The largest sum over parts none of which can share a person with another."""
    if not people_by_years:
        return 0
    (years, number), rest = people_by_years[0], people_by_years[1:]
    apart = tuple(other for other in rest if _are_apart(years, other[0], longest_stay))
    return max(number + _most_people_apart(apart, longest_stay), _most_people_apart(rest, longest_stay))


def _are_apart(years: tuple[int, ...], others: tuple[int, ...], longest_stay: int) -> bool:
    return all(abs(year - other) >= longest_stay for year in years for other in others)


@lru_cache(maxsize=100_000)
def _totals_with_enough(parts: tuple[Part, ...], thresholds: Thresholds) -> range:
    """The totals K that others think possible and that have enough people, in all and on each side."""
    if fewest_people(parts, thresholds.longest_stay) < thresholds.respondents:
        return range(0)
    n, too_few = sum(part.respondents for part in parts), _too_few(parts, thresholds)
    least, most = sum(part.least for part in parts), sum(part.most for part in parts)
    return range(max(too_few + 1, least), min(n - too_few, most + 1))


def _too_few(parts: tuple[Part, ...], thresholds: Thresholds) -> int:
    """The most answers that one person fewer than the side minimum can have given. Each side must have more."""
    fewer, longest_stay = thresholds.each_side - 1, thresholds.longest_stay
    all_years = tuple(year for part in parts for year in part.years)
    by_years = (
        min(answers, fewer * years_per_person(years, longest_stay))
        for years, answers in _answers_by_years(parts).items()
    )
    return min(fewer * years_per_person(all_years, longest_stay), sum(by_years))


def could_be_published(parts: tuple[Part, ...], thresholds: Thresholds) -> bool:
    """Whether this list, or one of its beginnings, has enough people for some total: that it waits then tells of k."""
    return any(_totals_with_enough(parts[: end + 1], thresholds) for end in range(len(parts)))


# ---- point 2: possible values ----


@lru_cache(maxsize=100_000)
def published(parts: tuple[Part, ...], total: int, thresholds: Thresholds) -> bool:
    """Whether a list with this total K is published."""
    verdict = _closed_form(parts, total, thresholds)
    return _leaves_enough(parts, total, thresholds) if verdict is None else verdict


def _closed_form(parts: tuple[Part, ...], total: int, thresholds: Thresholds) -> bool | None:
    """Yes, no, or None where only the sets of sums can tell. Checked against the definition by enumeration."""
    if total not in _totals_with_enough(parts, thresholds):
        return False
    if len(parts) == 1:
        return True
    if any(part.least != 0 or part.most != part.respondents for part in parts):
        return None
    return _closed_form_of_pool(parts, total, thresholds)


def _closed_form_of_pool(parts: tuple[Part, ...], total: int, thresholds: Thresholds) -> bool | None:
    """The same for several parts whose k can be anything, with enough people and enough answers on each side.

    The second rule holds because no shorter list was judged by its total, so that its waiting tells nothing. The last
    one holds because no shorter list is published with fewer on a side than the side minimum. If all of the smaller
    side fits into the last part, each part before it can have any of the smallest values. And there are enough people
    before it: the smaller side is at least the side minimum, so the first rule asked for that minimum less one.
    """
    n, largest = sum(part.respondents for part in parts), max(part.respondents for part in parts)
    if n - largest < min(thresholds.each_side - 1, largest):
        return False
    if fewest_people(parts[:-1], thresholds.longest_stay) < thresholds.respondents:
        return True
    return True if min(total, n - total) <= parts[-1].respondents else None


# ---- sets of prefix sums, held as bits of integers ----
#
# Sums are counted from the least there can be, so that bit i stands for that least sum plus i.


def _leaves_enough(parts: tuple[Part, ...], total: int, thresholds: Thresholds) -> bool:
    """Whether every part keeps as many possible values as the side minimum, or all it has if those are fewer."""
    reachable = _reachable(parts, thresholds)
    after = 1 << (total - sum(part.least for part in parts))
    if not after & reachable[-1]:
        return False
    for part, before in zip(reversed(parts), reversed(reachable[:-1]), strict=True):
        width = part.most - part.least
        if not _at_least(min(thresholds.each_side, width + 1), before, after, width):
            return False
        after = before & _spread_down(after, width)
    return True


def _at_least(wanted: int, before: int, after: int, width: int) -> bool:
    """Whether so many values of a part lead from some sum before it to some sum after it."""
    found = 0
    for value in range(width + 1):
        found += bool((before << value) & after)
        if found >= wanted:
            return True
    return False


@lru_cache(maxsize=10_000)
def _reachable(parts: tuple[Part, ...], thresholds: Thresholds) -> tuple[int, ...]:
    """The sums there can be before the first part and after each, if no shorter list was published."""
    if not parts:
        return (1,)
    shorter = _reachable(parts[:-1], thresholds)
    before = shorter[-1] & _withheld(parts[:-1], thresholds) if len(parts) > 1 else shorter[-1]
    return (*shorter[:-1], before, _spread_up(before, parts[-1].most - parts[-1].least))


@lru_cache(maxsize=10_000)
def _withheld(parts: tuple[Part, ...], thresholds: Thresholds) -> int:
    """The sums for which this list is not published."""
    least, most = sum(part.least for part in parts), sum(part.most for part in parts)
    shown = (total for total in _totals_with_enough(parts, thresholds) if published(parts, total, thresholds))
    return (1 << (most - least + 1)) - 1 - sum(1 << (total - least) for total in shown)


def _spread_up(sums: int, width: int) -> int:
    """Every sum plus 0 to `width`."""
    covered = 1
    while covered <= width:
        step = min(covered, width + 1 - covered)
        sums |= sums << step
        covered += step
    return sums


def _spread_down(sums: int, width: int) -> int:
    """Every sum less 0 to `width`."""
    covered = 1
    while covered <= width:
        step = min(covered, width + 1 - covered)
        sums |= sums >> step
        covered += step
    return sums
