"""How the contract of the release is written: relations, their columns, and what their cells must be.

A contract is plain data, so that the data dictionary can be made from it. Only `broken_rules` needs pandera, which it
imports when it is called, because that takes seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

DataType = pl.DataType | type[pl.DataType]


@dataclass(frozen=True)
class AtLeast:
    """A number that is not below `lowest`."""

    lowest: float

    def __str__(self) -> str:
        return f"at least {self.lowest}"


@dataclass(frozen=True)
class Between:
    """A number from `lowest` to `highest`, both included."""

    lowest: float
    highest: float

    def __str__(self) -> str:
        return f"from {self.lowest:.4g} to {self.highest:.4g}"


@dataclass(frozen=True)
class Among:
    """A text that is one of `words`."""

    words: Sequence[str]

    def __str__(self) -> str:
        return ", ".join(f"`{word}`" for word in self.words)


@dataclass(frozen=True)
class Matching:
    """A text that looks like `pattern`."""

    pattern: str

    def __str__(self) -> str:
        return f"matches `{self.pattern}`"


Limit = AtLeast | Between | Among | Matching


@dataclass(frozen=True)
class Column:
    """One column: its type, its comment, and what its cells must be."""

    dtype: DataType
    comment: str
    limit: Limit | None = None
    nullable: bool = False


@dataclass(frozen=True)
class RowRule:
    """What every row of a relation must meet: a sentence, and the expression that is true where it is met."""

    sentence: str
    expression: pl.Expr


@dataclass(frozen=True)
class Relation:
    """One relation: what a row is, by which columns rows are told apart, its columns, and rules between them."""

    comment: str
    key: Sequence[str]
    columns: Mapping[str, Column]
    rules: Sequence[RowRule] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """The columns by which rows are sorted: the key, but what has a place in the catalogue stands by that.

        All of them are public. So the order of rows tells nothing that the rows do not.
        """
        return (*self.key[:-1], "place") if "place" in self.columns else tuple(self.key)

    def shaped(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with this relation's columns, in its order and of its types, and its rows in order."""
        columns = (pl.col(name).cast(column.dtype) for name, column in self.columns.items())
        return frame.select(columns).sort(self.order, maintain_order=True)


def broken_rules(relation: Relation, frame: pl.DataFrame) -> list[str]:
    """What a frame breaks of a relation's contract; nothing where it keeps it."""
    import pandera.polars as pa  # noqa: PLC0415

    schema = pa.DataFrameSchema(
        {
            name: pa.Column(column.dtype, _as_check(column.limit), nullable=column.nullable)
            for name, column in relation.columns.items()
        },
        checks=[_as_check(rule) for rule in relation.rules],
        strict=True,
        ordered=True,
    )
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        return sorted({str(rule) for rule in error.failure_cases["check"]})
    return []


def _as_check(rule: Limit | RowRule | None) -> Any:
    """The rule as pandera checks it."""
    from pandera.polars import Check  # noqa: PLC0415

    match rule:
        case AtLeast(lowest):
            return Check.ge(lowest)
        case Between(lowest, highest):
            return Check.in_range(lowest, highest)
        case Among(words):
            return Check.isin(words)
        case Matching(pattern):
            return Check.str_matches(pattern)
        case RowRule(sentence, expression):
            return Check(lambda data: data.lazyframe.select(expression), name=sentence, error=sentence)
    return None


def optional(dtype: DataType, comment: str, limit: Limit | None = None) -> Column:
    """A column whose cells may be null."""
    return Column(dtype, comment, limit, nullable=True)


# ---- numbers in the words of a comment ----


def in_percent(share: float) -> str:
    """A share as a comment writes it: 0.998 gives `99.8 %`."""
    return f"{100 * share:.4g} %"


def listed(words: Sequence[str], last: str = "or") -> str:
    """Words as a sentence lists them: `rise, fall or no_clear_change`."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
