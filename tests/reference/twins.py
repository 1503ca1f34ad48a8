"""What the twins of the release's relations share: rows by key, in plain Python, from published results."""

from collections.abc import Iterable
from math import hypot, isclose
from typing import Any

import polars as pl

from pipelines.settings import Settings
from tests.factories import released
from tests.reference.estimators import naive_newcombe

Row = dict[str, Any]
Interval = tuple[float, float, float]
"""A quantity, and the ends of its interval."""


def rows_of(home: Settings, relation: str) -> list[Row]:
    """The rows of a relation of the current release."""
    return released(home.home, relation).to_dicts()


def assert_agrees(frame: pl.DataFrame, keys: tuple[str, ...], naive: dict[Any, Row], *, empty: bool = False) -> None:
    """The frame has the rows of its twin, no other, and in each the twin's numbers and words.

    That it has any is asked for, unless it may be `empty`.
    """
    found = {tuple(row.pop(key) for key in keys): row for row in frame.to_dicts()}
    assert len(found) == frame.height
    assert found.keys() == naive.keys()
    assert found or empty
    for key, row in found.items():
        different = {name: (row[name], value) for name, value in naive[key].items() if not _same(row[name], value)}
        assert not different, key


def _same(found: Any, value: Any) -> bool:
    if isinstance(found, float) and isinstance(value, int | float):
        return isclose(found, value, rel_tol=1e-9, abs_tol=1e-9)
    return bool(found == value)


def by_key(rows: Iterable[Row], *keys: str) -> dict[Any, Row]:
    return {tuple(row[key] for key in keys): {k: v for k, v in row.items() if k not in keys} for row in rows}


def people(row: Row) -> tuple[float, float]:
    """k and n of a result, as if each person had answered in as many of its years as possible."""
    effective = row["effective_respondents"]
    return row["affirmative"] * effective / row["respondents"], effective


def newcombe(one: Row, other: Row) -> Interval:
    """The difference of two results of other people."""
    (k, n), (other_k, other_n) = people(one), people(other)
    return (k / n - other_k / other_n, *naive_newcombe((k, n), (other_k, other_n)))


def mover(one: Interval, other: Interval) -> Interval:
    """The difference of two independent quantities, each with its interval."""
    difference = one[0] - other[0]
    return (
        difference,
        difference - hypot(one[0] - one[1], other[2] - other[0]),
        difference + hypot(one[2] - one[0], other[0] - other[1]),
    )


def named(name: str, interval: Interval) -> Row:
    return dict(zip((name, f"{name}_low", f"{name}_high"), interval, strict=True))


def word(interval: Interval, above: str, below: str, neither: str) -> str:
    _, low, high = interval
    return above if low > 0 else below if high < 0 else neither
