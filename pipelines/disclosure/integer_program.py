"""Whole numbers of which sums are known, and what that says of one of them. HiGHS answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Vector = NDArray[np.float64]
NOWHERE: Final = (1, 0)
"""A run that ends before it begins: no sum lies in it."""


@dataclass
class Block:
    """Numbers that a chain of sums joins, and these sums."""

    numbers: list[int] = field(default_factory=list)
    sums: list[tuple[Mapping[int, int], float, float]] = field(default_factory=list)

    def solve(self, low: Vector, high: Vector, aim: Vector) -> list[int]:
        """Numbers that fit, with the least `aim`; none where none fit, or where there is no least."""
        solved = milp(aim, integrality=np.ones(len(low)), bounds=Bounds(low, high), constraints=self._constraint)
        return [round(value) for value in solved.x] if solved.success else []

    @cached_property
    def _constraint(self) -> LinearConstraint | None:
        """The sums as HiGHS wants them: a row a sum, a column a number."""
        if not self.sums:
            return None
        column = {number: place for place, number in enumerate(self.numbers)}
        entries = [
            (factor, row, column[number])
            for row, (terms, _, _) in enumerate(self.sums)
            for number, factor in terms.items()
        ]
        factors, rows, columns = zip(*entries, strict=True)
        matrix = csr_array((factors, (rows, columns)), shape=(len(self.sums), len(self.numbers)), dtype=float)
        return LinearConstraint(matrix, [low for _, low, _ in self.sums], [high for _, _, high in self.sums])


class System:
    """Whole numbers, sums of them within bounds, and what that says of one of them. HiGHS answers.

    Everything is entered before the first question.
    """

    def __init__(self) -> None:
        self._ends: list[tuple[float, float]] = []
        self._sums: list[tuple[Mapping[int, int], float, float]] = []
        self._met: dict[int, set[int]] = {}

    def number(self, low: float, high: float) -> int:
        """A new number, of `low` to `high`. Gives its place."""
        self._ends.append((low, high))
        return len(self._ends) - 1

    def bind(self, terms: Mapping[int, int], low: float, high: float) -> None:
        """Require a sum, of numbers by their places and each so many times, to be `low` to `high`."""
        self._sums.append((terms, low, high))

    def bind_to_runs(self, terms: Mapping[int, int], runs: Sequence[tuple[int, int]]) -> None:
        """Require a sum to lie in one of these runs, first and last."""
        if len(runs) == 1:
            self.bind(terms, *runs[0])
        else:
            self._bind_to_one(terms, {self.number(0, 1): run for run in runs or [NOWHERE]})

    def _bind_to_one(self, terms: Mapping[int, int], which: Mapping[int, tuple[int, int]]) -> None:
        """For each run a 0 or 1 says whether the sum lies in this one."""
        self.bind(dict.fromkeys(which, 1), 1, 1)
        self.bind({**terms, **{choice: -first for choice, (first, _) in which.items()}}, 0, np.inf)
        self.bind({**terms, **{choice: -last for choice, (_, last) in which.items()}}, -np.inf, 0)

    def count(self, number: int, enough: int) -> int:
        """How many values the number can have, counted no further than `enough`.

        Whatever is found for one number fits all the others, so the values met on the way to another count as well.
        """
        met, value = self._met.setdefault(number, set()), -np.inf
        while len(met) < enough and (least := self.least(number, value)) is not None:
            value = least + 1
        return min(len(met), enough)

    def least(self, number: int, at_least: float = -np.inf) -> int | None:
        """The least value the number can have, from `at_least` on; None where there is none."""
        return self._extreme(number, at_least, 1)

    def greatest(self, number: int) -> int | None:
        """The greatest value the number can have; None where there is none, or no end to them."""
        return self._extreme(number, -np.inf, -1)

    def _extreme(self, number: int, at_least: float, sign: int) -> int | None:
        block = self._blocks[self._labels[number]]
        place = block.numbers.index(number)
        low, high = np.array([self._ends[variable] for variable in block.numbers]).T
        low[place] = max(low[place], at_least)
        if low[place] > high[place]:
            return None
        values = block.solve(low, high, sign * (np.arange(len(low)) == place))
        for variable, value in zip(block.numbers, values, strict=bool(values)):
            self._met.setdefault(variable, set()).add(value)
        return values[place] if values else None

    @cached_property
    def _blocks(self) -> dict[int, Block]:
        """The parts of the system that have nothing to do with each other, by their labels."""
        blocks: dict[int, Block] = {}
        for number in range(len(self._ends)):
            blocks.setdefault(self._labels[number], Block()).numbers.append(number)
        for terms, low, high in self._sums:
            if terms:
                blocks[self._labels[next(iter(terms))]].sums.append((terms, low, high))
        return blocks

    @cached_property
    def _labels(self) -> list[int]:
        pairs = [(next(iter(terms)), number) for terms, _, _ in self._sums for number in terms]
        first, other = np.array(pairs, dtype=int).reshape(-1, 2).T
        joined = csr_array((np.ones(len(pairs)), (first, other)), shape=(len(self._ends),) * 2)
        return [int(label) for label in connected_components(joined, directed=False)[1]]
