"""After how many years a programme's answers are first shown: the rule, before anybody has answered. Pure functions."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pipelines.disclosure.rule import Part, Thresholds, published

MOST_YEARS = 10
"""How many years are looked ahead."""


def chance_shown(answering: int, rate: float, thresholds: Thresholds, retired_after: int | None) -> Iterator[float]:
    """The chance that a first result has been published after each of MOST_YEARS years.

    Every year so many people answer, and each of them says yes with a chance of `rate`. A list that covers
    `retired_after` years and still waits is retired, and a new one begins. What the chance stands on is exact: as every
    part is as large, whether a list is published depends on nothing but its length and its total.
    """
    waiting, years, shown = np.ones(1), 0, 0.0
    one_year = _binomial(answering, rate)
    for _ in range(MOST_YEARS):
        waiting, years = np.convolve(waiting, one_year), years + 1
        is_published = _published_totals(answering, years, thresholds)
        shown += float(waiting[is_published].sum())
        yield shown
        waiting = np.where(is_published, 0, waiting)
        if years == retired_after:
            waiting, years = np.array([waiting.sum()]), 0


def _published_totals(answering: int, years: int, thresholds: Thresholds) -> NDArray[np.bool_]:
    """For each total of a list of so many years, whether it is published."""
    parts = tuple(Part(answering, (year,), 0, answering) for year in range(years))
    return np.array([published(parts, total, thresholds) for total in range(answering * years + 1)])


def _binomial(n: int, rate: float) -> NDArray[np.float64]:
    """The chance of each number of people from 0 to n."""
    chances = np.ones(1)
    for _ in range(n):
        chances = np.convolve(chances, (1 - rate, rate))
    return chances
