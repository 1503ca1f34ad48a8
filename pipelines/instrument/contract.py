"""What a contract is made of: columns, their types, and rules, each with its sentence. It knows no dataset's columns.

Pandera checks typed, eager polars frames against a contract. It imports pandas, which takes a second, so it is imported
only where a schema is made. There is no clock and no file here: what a contract needs to know of the world is its
Context.
"""

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl
from polars.datatypes import DataTypeClass

from pipelines.finding_rules import FindingRule
from pipelines.finding_stages import Severity
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.nearest_code import nearest_code

if TYPE_CHECKING:
    import pandera.polars as pa


@dataclass(frozen=True)
class Context:
    """What the contracts must be told: the latest year there can be, who is registered (None: not known here), and
    whose ids may be told to anybody."""

    latest_year: str
    programmes: frozenset[str] | None = None
    named: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rule:
    """One thing that must hold.

    Where it judges a single cell, `expected` ends the sentence '"x" is not …'. Where it judges a row, `expected` is the
    whole sentence.
    """

    finding: FindingRule
    """What a finding is called where this does not hold."""
    expected: str
    fix: str
    holds: pl.Expr
    column: str | None = None
    judges_cell: bool = False
    codes: tuple[str, ...] = ()
    """The only cells it allows, where it lists them."""
    unlisted_codes: frozenset[str] = frozenset()
    """Other cells it allows, which are too many to list."""
    other_names: tuple[tuple[str, str], ...] = ()
    """What people write in place of a code, and the code."""
    suggests_nearest: bool = False
    """Whether it says which code was surely meant by what was written."""
    subject: str = ""
    """The measure, respondent group or column it is about, where there is such a rule for each."""

    advice: Callable[[str], str] | None = None
    """How to put a cell right that it does not allow, where that depends on the cell."""

    @property
    def name(self) -> str:
        return self.finding.about(self.subject)

    @property
    def severity(self) -> Severity:
        return self.finding.severity

    def intended_code(self, cell: str) -> str | None:
        """The only allowed cell from which this one differs in nothing but capitals, blanks and hyphens."""
        alike = self._codes_by_spelling.get(_spelling(cell), [])
        return alike[0] if len(alike) == 1 else None

    def nearest_code(self, cell: str) -> str | None:
        """The code that was surely meant by this cell; None where nothing is like it, or several codes are."""
        if not self.suggests_nearest:
            return None
        return nearest_code(cell, [*self.other_names, *((code, code) for code in self.codes)])

    @cached_property
    def _codes_by_spelling(self) -> dict[str, list[str]]:
        codes_by_spelling: dict[str, list[str]] = {}
        for code in (*self.codes, *self.unlisted_codes):
            codes_by_spelling.setdefault(_spelling(code), []).append(code)
        return codes_by_spelling

    def check(self) -> "pa.Check":
        import pandera.polars as pa  # noqa: PLC0415  it takes a second, and not everybody makes a schema

        return pa.Check(lambda data: data.lazyframe.select(self.holds), name=self.name, error=self.name)


@dataclass(frozen=True)
class CellType:
    """How text becomes a type, and how a cell of that type is described."""

    cast: pl.Expr
    """Null where the text cannot become one."""
    expected: str
    fix: str


CELL_TYPES: dict[DataTypeClass, CellType] = {
    pl.Int64: CellType(
        pl.all().str.extract(r"^([0-9]{1,18})$").cast(pl.Int64),
        "a number of people, such as 31",
        "Write it in digits, without anything else.",
    ),
    pl.Date: CellType(
        pl.all().str.to_date("%Y-%m-%d", strict=False),
        "a date such as 2024-09-01",
        "Write year, month and day in this way.",
    ),
}
"""The types other than text."""


@dataclass(frozen=True)
class Field:
    """One column: its type, what it means, and what its cells must be. Only a `nullable` column may hold blanks."""

    name: str
    dtype: DataTypeClass
    description: str
    rules: tuple[Rule, ...] = ()
    nullable: bool = False
    required: bool = True
    same_spelling: pl.Expr | None = None
    """Writes cells that mean the same in the same way, before they are judged and kept."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes one of which a cell must be; none where the column has no such list."""
        return next((rule.codes for rule in self.rules if rule.codes), ())

    @property
    def cell_type(self) -> CellType | None:
        """The type its cells are cast to; None for a column of text."""
        return CELL_TYPES.get(self.dtype)

    def column(self, required: bool) -> "pa.Column":
        import pandera.polars as pa  # noqa: PLC0415  see Rule.check

        checks = [rule.check() for rule in self.rules]
        return pa.Column(self.dtype, checks, nullable=self.nullable, required=required, description=self.description)


@dataclass(frozen=True)
class Base:
    """The question that a follow-up question depends on, and the answers after which the follow-up is put."""

    question: str
    answers: tuple[str, ...]

    def sentence(self, follow_ups: Sequence[str]) -> str:
        """To whom these follow-up questions are put."""
        are = "is" if len(follow_ups) == 1 else "are"
        answers = " or ".join(self.answers)
        return f"{', '.join(follow_ups)} {are} asked only of those who answered {answers} to {self.question}."


@dataclass(frozen=True)
class Contract:
    """The rules of one dataset."""

    dataset: Dataset
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    questions: tuple[str, ...] = ()
    """The columns of answers. A file has those that were asked, and at least one of them."""
    bases: dict[str, Base] = dataclasses.field(default_factory=dict)
    """For each follow-up question, the question that a file must also have if it has the follow-up."""
    ticks: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    """For each question that could have been a box to tick, because its answers are yes or no, those that say yes."""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(field.name for field in self.fields)

    def codes(self, column: str) -> tuple[str, ...]:
        """The codes that a column allows; none where it has no such list."""
        return next((field.codes for field in self.fields if field.name == column), ())

    @property
    def numbers(self) -> frozenset[str]:
        """The columns of numbers of people."""
        return frozenset(field.name for field in self.fields if field.dtype == pl.Int64)

    @property
    def blank_if_absent(self) -> tuple[Field, ...]:
        """The columns that may be left out, and then count as blank."""
        return tuple(field for field in self.fields if not field.required and field.name not in self.questions)

    def schema(self, columns: Collection[str]) -> "pa.DataFrameSchema":
        """The Pandera schema for a file with these columns."""
        import pandera.polars as pa  # noqa: PLC0415  see Rule.check

        required = {self.bases[column].question for column in columns if column in self.bases}
        applicable = [rule for rule in self.rules if {*rule.holds.meta.root_names()} <= {*columns}]
        return pa.DataFrameSchema(
            {field.name: field.column(field.required or field.name in required) for field in self.fields},
            checks=[rule.check() for rule in applicable],
            strict=True,
        )

    def rule(self, column: str | None, name: str) -> Rule:
        """The rule behind a Pandera failure."""
        rules = self.rules if column is None else next(f.rules for f in self.fields if f.name == column)
        return next(rule for rule in rules if rule.name == name)


def _spelling(code: str) -> str:
    """A code without the differences that a person means nothing by."""
    return code.casefold().replace(" ", "_").replace("-", "_")
