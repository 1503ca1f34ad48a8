"""How the contract of the release is written: relations, their columns, and what their cells must be.

A contract is plain data, so that the data dictionary can be made from it. A whole relation is held against it in one
question to Polars; pandera asks about each column by itself, which took a third of publishing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

DataType = pl.DataType | type[pl.DataType]


@dataclass(frozen=True)
class AtLeast:
    """A number that is not below `lowest`."""

    lowest: float

    def __str__(self) -> str:
        return f"at least {self.lowest}"

    def holds(self, column: pl.Expr) -> pl.Expr:
        return column >= self.lowest


@dataclass(frozen=True)
class Between:
    """A number from `lowest` to `highest`, both included."""

    lowest: float
    highest: float

    def __str__(self) -> str:
        return f"from {self.lowest:.4g} to {self.highest:.4g}"

    def holds(self, column: pl.Expr) -> pl.Expr:
        return column.is_between(self.lowest, self.highest)


@dataclass(frozen=True)
class Among:
    """A text that is one of `words`."""

    words: Sequence[str]

    def __str__(self) -> str:
        return ", ".join(f"`{word}`" for word in self.words)

    def holds(self, column: pl.Expr) -> pl.Expr:
        return column.is_in(list(self.words))


@dataclass(frozen=True)
class Matching:
    """A text that looks like `pattern`."""

    pattern: str

    def __str__(self) -> str:
        return f"matches `{self.pattern}`"

    def holds(self, column: pl.Expr) -> pl.Expr:
        return column.str.contains(f"^(?:{self.pattern})")


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
    if frame.schema != pl.Schema({name: column.dtype for name, column in relation.columns.items()}):
        return ["its columns, their order or their types are not those of the contract"]
    rules = [*_cell_rules(relation), *relation.rules]
    kept = frame.select(rule.expression.all(ignore_nulls=True).alias(str(at)) for at, rule in enumerate(rules)).row(0)
    return sorted({rule.sentence for rule, is_kept in zip(rules, kept, strict=True) if not is_kept})


def _cell_rules(relation: Relation) -> Iterator[RowRule]:
    """What the cells of each column must be."""
    for name, column in relation.columns.items():
        cell = pl.col(name)
        if not column.nullable:
            yield RowRule(f"{name} is never null", cell.is_not_null())
        if column.dtype == pl.Float64:
            yield RowRule(f"{name} is a number", cell.is_not_nan())
        if column.limit is not None:
            yield RowRule(f"{name}: {column.limit}", column.limit.holds(cell))


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
