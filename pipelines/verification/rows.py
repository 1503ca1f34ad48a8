"""What the modules of verification share: a row as a dictionary, and intervals in plain Python."""

from math import hypot, isclose
from typing import Any

from pipelines.verification.estimators import plain_newcombe

Row = dict[str, Any]
Interval = tuple[float, float, float]
"""A quantity, and the ends of its interval."""


def same(found: Any, value: Any) -> bool:
    """Whether a value of a file is the one computed again, but for rounding."""
    if isinstance(found, float) and isinstance(value, int | float):
        return isclose(found, value, rel_tol=1e-9, abs_tol=1e-9)
    return bool(found == value)


def people(row: Row) -> tuple[float, float]:
    """k and n of a result, as if each person had answered in as many of its years as possible."""
    effective = row["effective_respondents"]
    return row["affirmative"] * effective / row["respondents"], effective


def newcombe(one: Row, other: Row) -> Interval:
    """The difference of two results of other people."""
    (k, n), (other_k, other_n) = people(one), people(other)
    return (k / n - other_k / other_n, *plain_newcombe((k, n), (other_k, other_n)))


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
