"""Statistical disclosure control: whether a waiting list may be published. Pure functions; every published number
passes through here.

A list is its parts in order. Of a part others know how many answered (n) and between which values its k must lie;
of a list that is published they come to know the total K. They know this rule too, and that no shorter list was
published. A list is published if it is large enough and leaves every part enough possible values even so.
"""

from functools import lru_cache
from typing import NamedTuple

import polars as pl

LIST_KEYS = ("programme_id", "measure_id")
LIST = ("respondents", "least", "most", "affirmative", "minimum_respondents", "minimum_each_side")
"""A list as a row: n of each part, least and most k of each part, their total k, and the two thresholds."""


class Part(NamedTuple):
    """What others know of a part: how many answered, and the least and the most its k can be."""

    respondents: int
    least: int
    most: int


class Thresholds(NamedTuple):
    """How many people a result must stand on, in all and on each side."""

    respondents: int
    each_side: int


def enough(respondents: pl.Expr, affirmative: pl.Expr) -> pl.Expr:
    """Whether k of n may be shown at all. Reads the thresholds from `minimum_respondents` and `minimum_each_side`."""
    fewer = pl.min_horizontal(affirmative, respondents - affirmative)
    return (respondents >= pl.col("minimum_respondents")) & (fewer >= pl.col("minimum_each_side"))


def decide(lists: pl.DataFrame) -> pl.Series:
    """Whether each list is published: a Boolean for each row of a frame with the columns of LIST.

    The closed form settles nearly all of them; the rest are worked out by the sets of prefix sums.
    """
    verdicts = lists.select(*LIST, _closed_form().alias("verdict"))
    undecided = verdicts.filter(pl.col("verdict").is_null()).drop("verdict").unique()
    settled = undecided.with_columns(
        pl.Series("settled", [_exactly(*row) for row in undecided.iter_rows()], dtype=pl.Boolean)
    )
    joined = verdicts.join(settled, on=LIST, how="left", maintain_order="left")
    return joined.select(pl.coalesce("verdict", "settled").alias("published")).to_series()


def statuses(contributions: pl.DataFrame, measures: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """What is said of each programme, measure and year in which the programme took part: programme_id, measure_id,
    academic_year, status.

    `not_collected` depends only on which questions were asked; for a measure with a base, only on its base's status,
    because whether anybody was left to be asked tells about the base. `root` is the first of a measure's bases.
    """
    asked = contributions.select(*LIST_KEYS, "academic_year").unique().with_columns(asked=True)
    shown = (
        published.select(*LIST_KEYS, pl.col("years").alias("academic_year"))
        .explode("academic_year")
        .with_columns(shown=True)
    )
    return (
        _took_part(contributions, measures)
        .join(measures.select("measure_id", "root"), on="measure_id")
        .join(
            asked,
            left_on=["programme_id", "root", "academic_year"],
            right_on=[*LIST_KEYS, "academic_year"],
            how="left",
        )
        .join(shown, on=[*LIST_KEYS, "academic_year"], how="left")
        .select(*LIST_KEYS, "academic_year", _status())
    )


def _closed_form() -> pl.Expr:
    """Yes, no, or null where it cannot be told in closed form. Checked against the definition by enumeration."""
    n, k = pl.col("respondents").list.sum(), pl.col("affirmative")
    minimum, each_side = pl.col("minimum_respondents"), pl.col("minimum_each_side")
    largest, last = pl.col("respondents").list.max(), pl.col("respondents").list.last()
    fewer, before_last = pl.min_horizontal(k, n - k), n - last
    return (
        pl.when(~enough(n, k) | (k > pl.col("most").list.sum()))
        .then(pl.lit(value=False))
        .when(pl.col("respondents").list.len() == 1)
        .then(pl.lit(value=True))
        .when(~_unrestricted())
        .then(None)
        .when(n - largest < pl.min_horizontal(each_side - 1, largest))
        .then(pl.lit(value=False))
        .when(before_last < minimum)
        .then(pl.lit(value=True))
        .when((fewer <= last) & (before_last >= each_side - 1))
        .then(pl.lit(value=True))
    )


def _unrestricted() -> pl.Expr:
    """Whether every part's k may be anything from none to all, as far as others know."""
    return (
        (pl.col("most") == pl.col("respondents"))
        & (pl.col("least").list.max() == 0)
        & (pl.col("least").list.min() == 0)
    )


def _exactly(
    respondents: list[int], least: list[int], most: list[int], affirmative: int, minimum: int, each_side: int
) -> bool:
    parts = tuple(Part(*part) for part in zip(respondents, least, most, strict=True))
    return published(parts, affirmative, Thresholds(minimum, each_side))


# ---- the definition: sets of prefix sums, held as bits of integers ----
#
# Sums are counted from the least there can be, so that bit i stands for that least sum plus i.


@lru_cache(maxsize=100_000)
def published(parts: tuple[Part, ...], total: int, thresholds: Thresholds) -> bool:
    """Whether a list with this total k is published, by the definition itself."""
    n = sum(part.respondents for part in parts)
    if total > sum(part.most for part in parts):  # corrections can make a history that nobody thinks possible
        return False
    if n < thresholds.respondents or not thresholds.each_side <= total <= n - thresholds.each_side:
        return False
    return len(parts) == 1 or _leaves_enough(parts, total, thresholds)


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
    sums = range(least, most + 1)
    return sum(1 << (total - least) for total in sums if not published(parts, total, thresholds))


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


# ---- statuses ----


def _took_part(contributions: pl.DataFrame, measures: pl.DataFrame) -> pl.DataFrame:
    """Every measure for every programme and year from which there is any count of that group of people."""
    group = measures.select("measure_id", "group")
    return (
        contributions.join(group, on="measure_id")
        .select("programme_id", "academic_year", "group")
        .unique()
        .join(group, on="group")
    )


def _status() -> pl.Expr:
    return (
        pl.when(pl.col("shown"))
        .then(pl.lit("published"))
        .when(pl.col("asked"))
        .then(pl.lit("suppressed"))
        .otherwise(pl.lit("not_collected"))
        .alias("status")
    )
