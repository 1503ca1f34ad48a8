"""How much is tried: everything where the environment variable CI is set, as `.ci/run` does, and else a part of it.

The part is the same in every run, and has something of each kind.
"""

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

Case = TypeVar("Case")

EVERYTHING = bool(os.environ.get("CI"))
PART = 4
"""By default one example out of so many is tried."""
FEWEST = 10
"""And as many examples as this, if so many are tried at all."""
only_in_ci = pytest.mark.skipif(not EVERYTHING, reason="takes long: it runs where the variable CI is set")
"""For a test that takes long and whose kind others try by default."""


def few(cases: Sequence[Case]) -> list[Case]:
    """The first case, the middle one and the last."""
    return [cases[place] for place in sorted({0, len(cases) // 2, len(cases) - 1})] if cases else []


def examples(number: int, *, everything: bool = EVERYTHING) -> int:
    """How many of so many examples are tried."""
    return number if everything else max(number // PART, min(number, FEWEST))


def some(
    cases: Sequence[Case],
    every: int,
    kind: Callable[[Case], object] = lambda _: None,
    *,
    everything: bool = EVERYTHING,
) -> list[Case]:
    """All cases, or by default the first of each kind and then every second, third and so on of that kind."""
    if everything:
        return list(cases)
    seen: dict[object, int] = {}
    taken = []
    for case in cases:
        place = seen.get(kind(case), 0)
        seen[kind(case)] = place + 1
        if place % every == 0:
            taken.append(case)
    return taken
