"""After how many years a programme's answers are first shown, and shown again: the rule, before anybody has answered.

Pure functions.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines.disclosure.rule import Part, Thresholds, published

MOST_YEARS = 10
"""How many years are looked ahead."""
Lists = dict[tuple[int, int], NDArray[np.float64]]
"""By how many results there are already and how many years wait: the chance of each total of those who wait."""


def chances_shown(
    answering: int, rate: float, thresholds: Thresholds, retired_after: int | None
) -> Iterator[tuple[float, float]]:
    """The chances that a first and that a second result has been published, after each of MOST_YEARS years.

    Every year so many people answer, and each of them says yes with a chance of `rate`. A list that covers
    `retired_after` years and still waits is retired, and a new one begins. What the chance stands on is exact: as every
    part is as large, whether a list is published depends on nothing but its length and its total.
    """
    lists: Lists = {(0, 0): np.ones(1)}
    one_year = _binomial(answering, rate)
    first = second = 0.0
    for _ in range(MOST_YEARS):
        lists, newly = _after_a_year(lists, one_year, thresholds, retired_after)
        first, second = first + newly[0], second + newly[1]
        yield first, second


def _after_a_year(
    lists: Lists, one_year: NDArray[np.float64], thresholds: Thresholds, retired_after: int | None
) -> tuple[Lists, list[float]]:
    """The lists a year later, and the chances that a first or a second result was published in it."""
    later: Lists = {}
    newly = [0.0, 0.0]
    for (results, years), waiting in lists.items():
        totals = np.convolve(waiting, one_year)
        is_published = published_totals(len(one_year) - 1, years + 1, thresholds)
        shown, left = float(totals[is_published].sum()), np.where(is_published, 0, totals)
        newly[results] += shown
        retired = years + 1 == retired_after
        _add(later, (results, 0 if retired else years + 1), np.array([left.sum()]) if retired else left)
        if results == 0:
            _add(later, (1, 0), np.array([shown]))
    return later, newly


def _add(lists: Lists, key: tuple[int, int], totals: NDArray[np.float64]) -> None:
    lists[key] = lists[key] + totals if key in lists else totals


@lru_cache(maxsize=1_000)
def published_totals(answering: int, years: int, thresholds: Thresholds) -> NDArray[np.bool_]:
    """For each total of a list of so many years, whether it is published."""
    parts = tuple(Part(answering, (year,), 0, answering) for year in range(years))
    return np.array([published(parts, total, thresholds) for total in range(answering * years + 1)])


def _binomial(n: int, rate: float) -> NDArray[np.float64]:
    """The chance of each number of people from 0 to n."""
    chances = np.ones(1)
    for _ in range(n):
        chances = np.convolve(chances, (1 - rate, rate))
    return chances
