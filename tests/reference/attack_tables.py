"""The attacker, pointed at any table of counts: of cells withheld, what their totals leave possible."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import polars as pl

from pipelines.disclosure.integer_program import System


def cells(
    table: pl.DataFrame, frequency: str = "freq", totals: Mapping[str, Mapping[str, Sequence[str]]] | None = None
) -> pl.DataFrame:
    """The least and greatest value of each withheld cell of a table of counts; equal where it can be recovered.

    Every column but `frequency` is a dimension. A cell may come several times, as in several releases, and is
    withheld if its frequency is null in all of them. `totals` says, for a dimension, which levels sum to which:
    {"quarter": {"first_half": ["Q1", "Q2"]}}. A level "Total" is the sum of all that are no totals, unless it is
    listed. A cell of no row is withheld as well, and not reported. `high` is null where nothing bounds a cell.
    Raises ValueError where no counts fit the table.
    """
    dimensions = [column for column in table.columns if column != frequency]
    known, withheld = _known_and_withheld(table, dimensions, frequency)
    system = System()
    numbers: dict[tuple[str, ...], int] = {}
    for total, summands in _equations(table, dimensions, totals or {}):
        _bind_cells(system, numbers, known, total, summands)
    for cell in withheld:
        numbers.setdefault(cell, system.number(0, np.inf))
    rows = [(*cell, system.least(numbers[cell]), system.greatest(numbers[cell])) for cell in withheld]
    if any(row[-2] is None for row in rows):
        raise ValueError("No counts fit this table: its totals contradict each other.")
    schema = {dimension: table.schema[dimension] for dimension in dimensions} | {"low": pl.Int64, "high": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _known_and_withheld(
    table: pl.DataFrame, dimensions: list[str], frequency: str
) -> tuple[dict[tuple[str, ...], int], list[tuple[str, ...]]]:
    each = table.group_by(dimensions, maintain_order=True).agg(pl.col(frequency).drop_nulls().unique())
    known, withheld = {}, []
    for *cell, values in each.iter_rows():
        if len(values) > 1:
            raise ValueError(f"No counts fit this table: the cell {' / '.join(map(str, cell))} has two values.")
        if values:
            known[tuple(cell)] = values[0]
        else:
            withheld.append(tuple(cell))
    return known, withheld


def _equations(
    table: pl.DataFrame, dimensions: list[str], totals: Mapping[str, Mapping[str, Sequence[str]]]
) -> Iterator[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """Each cell that is a total in some dimension, and the cells it is the sum of."""
    levels = [table[dimension].unique(maintain_order=True).to_list() for dimension in dimensions]
    for place, dimension in enumerate(dimensions):
        for total, summands in _totals(levels[place], totals.get(dimension, {})).items():
            for before in product(*levels[:place]):
                for after in product(*levels[place + 1 :]):
                    yield (*before, total, *after), [(*before, one, *after) for one in summands]


def _totals(levels: list[str], given: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    everything = [level for level in levels if level not in given and level != "Total"]
    return ({"Total": everything} if "Total" in levels else {}) | dict(given)


def _bind_cells(
    system: System,
    numbers: dict[tuple[str, ...], int],
    known: Mapping[tuple[str, ...], int],
    total: tuple[str, ...],
    summands: list[tuple[str, ...]],
) -> None:
    """The total less its summands is nothing."""
    terms, rest = {}, 0
    for cell, sign in [(total, 1), *((summand, -1) for summand in summands)]:
        if cell in known:
            rest += sign * known[cell]
        else:
            if cell not in numbers:
                numbers[cell] = system.number(0, np.inf)
            terms[numbers[cell]] = sign
    if not terms and rest:
        raise ValueError(f"No counts fit this table: {' / '.join(map(str, total))} is not the sum of its parts.")
    system.bind(terms, -rest, -rest)
