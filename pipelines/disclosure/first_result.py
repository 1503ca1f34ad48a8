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
AUDITS = 400
"""In so many simulated audits: a share of 0.8 is mostly right to within 0.04."""


def chances_shown(
    answered: NDArray[np.int64], affirmed: NDArray[np.int64], thresholds: Thresholds, retired_after: int | None
) -> Iterator[tuple[float, float]]:
    """The shares of audits in which a first and a second result is published, after each year.

    `answered`, `affirmed`: how many people answered and said yes, by year and audit. A list that covers `retired_after`
    years and still waits is retired, and a new one begins.
    """
    audits = answered.shape[1]
    results, lists = np.zeros(audits, np.int64), [_EMPTY] * audits
    for people, yes in zip(answered.tolist(), affirmed.tolist(), strict=True):
        for audit in np.flatnonzero(results < 2).tolist():  # noqa: PLR2004  a first and a second
            parts, total = _longer(lists[audit], people[audit], yes[audit])
            is_shown = published(parts, total, thresholds)
            results[audit] += is_shown
            lists[audit] = _EMPTY if is_shown or len(parts) == retired_after else (parts, total)
        yield float((results > 0).mean()), float((results > 1).mean())


_List = tuple[tuple[Part, ...], int]
_EMPTY: _List = ((), 0)


def _longer(waiting: _List, people: int, yes: int) -> _List:
    """A waiting list with the answers of a year more, be they none. Its years are counted from its first one."""
    parts, total = waiting
    return (*parts, Part(people, (len(parts),), 0, people)), total + yes


@lru_cache(maxsize=1_000)
def published_totals(answering: int, years: int, thresholds: Thresholds) -> NDArray[np.bool_]:
    """For each total of a list of so many years, whether it is published."""
    parts = tuple(Part(answering, (year,), 0, answering) for year in range(years))
    return np.array([published(parts, total, thresholds) for total in range(answering * years + 1)])
