"""What each of the six datasets must look like: columns, their descriptions, and every rule with its sentence.

The contracts of responses and counts are built from the catalogue. Pandera checks typed, eager polars frames against
them. Rules between rows leave rows alone whose cells are wrong already, so that one mistake is reported once.
No clock and no files here: what a contract needs to know of the world is its Context.
"""

import dataclasses
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import pandera.polars as pa
import polars as pl
from polars.datatypes import DataTypeClass

from pipelines.instrument.catalogue import DECLINED, Catalogue, Group, Measure
from pipelines.instrument.dataset import RESPONSES as RESPONSES  # noqa: PLC0414
from pipelines.instrument.dataset import SUBGROUP_COLUMN as SUBGROUP_COLUMN  # noqa: PLC0414
from pipelines.instrument.dataset import Dataset as Dataset  # noqa: PLC0414

STATUSES = ("in_place", "in_part", "planned", "not_in_place", "not_known")
ROLES = ("supervisor", "tutor")
PLAIN_NAME = r"""^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} '’‘“”",.()/&+;–—-]|: )*$"""
"""Letters, digits and the signs of names: nothing of which a page would make a link, a picture or a heading."""
LINK_OR_LIST = r"(?i)www\.|^\d+[.)]\s"
TRAINING_YEARS = tuple(str(year) for year in range(1, 10))
NOT_STATED = "not_stated"
"""The subgroup of those who left role or training year blank where others gave it."""

PROGRAMME_AND_YEAR = ["programme_id", "academic_year"]
LARGEST_COUNT = 1_000_000
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{1,31}$"
MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
MADE_A_DATE = rf"^(?:{MONTH}-[0-9]{{2,4}}|[0-9]{{1,2}}-{MONTH}(?:-[0-9]{{2,4}})?|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})$"
"""What spreadsheets make of 6-25 and the like: Jun-25, 06-Jun, 2025-06-01."""
DAY_NUMBERS = (36_526, 58_000)
"""The days from 2000 on, as spreadsheets count them."""
AS_TEXT = "Set the format of the column to text, and type the cell again."
YEAR_PATTERN = r"^(?:19|20)[0-9]{2}-[0-9]{2}$"


LISTING = {Dataset.COHORTS: "respondent_group", Dataset.SUPPORT: "item_id", Dataset.COUNTS: "measure_id"}
"""The column whose codes each have a row; templates begin them."""


@dataclass(frozen=True)
class Context:
    """What the contracts must be told: the latest year there can be, who is registered (None: not known here), and
    whose ids may be told to anybody."""

    latest_year: str
    programmes: frozenset[str] | None = None
    named: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rule:
    """One thing that must hold. Of a cell, `expected` ends the sentence '"x" is not …'; of a row, it is one."""

    name: str
    expected: str
    fix: str
    holds: pl.Expr
    column: str | None = None
    of_cell: bool = False
    severity: Literal["error", "warning"] = "error"
    codes: tuple[str, ...] = ()
    """The only cells it allows, where it lists them."""
    known: frozenset[str] = frozenset()
    """Others it allows, which are too many to list."""

    def meant(self, cell: str) -> str | None:
        """The one allowed cell that this is, but for capitals, blanks and hyphens."""
        alike = self._by_bare_code.get(_bare(cell), [])
        return alike[0] if len(alike) == 1 else None

    @cached_property
    def _by_bare_code(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code in (*self.codes, *self.known):
            found.setdefault(_bare(code), []).append(code)
        return found

    def check(self) -> pa.Check:
        return pa.Check(lambda data: data.lazyframe.select(self.holds), name=self.name, error=self.name)


@dataclass(frozen=True)
class Field:
    """One column: its type, what it means, and what its cells must be. Blank cells are for `nullable` columns."""

    name: str
    dtype: DataTypeClass
    description: str
    rules: tuple[Rule, ...] = ()
    nullable: bool = False
    required: bool = True

    @property
    def codes(self) -> tuple[str, ...]:
        """What a cell must be one of; nothing where that is not a list."""
        return next((rule.codes for rule in self.rules if rule.codes), ())

    def column(self, required: bool) -> pa.Column:
        checks = [rule.check() for rule in self.rules]
        return pa.Column(self.dtype, checks, nullable=self.nullable, required=required, description=self.description)


@dataclass(frozen=True)
class Contract:
    """The rules of one dataset."""

    dataset: Dataset
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    questions: tuple[str, ...] = ()
    """The columns of answers: a file has those that were asked, and at least one."""
    needs: dict[str, str] = dataclasses.field(default_factory=dict)
    """Question -> the question a file must also have if it has this one."""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(field.name for field in self.fields)

    @property
    def numbers(self) -> frozenset[str]:
        """The columns of numbers of people."""
        return frozenset(field.name for field in self.fields if field.dtype == pl.Int64)

    @property
    def blank_if_absent(self) -> tuple[Field, ...]:
        """The columns that may be left out, and then count as blank."""
        return tuple(field for field in self.fields if not field.required and field.name not in self.questions)

    def schema(self, columns: Collection[str]) -> pa.DataFrameSchema:
        """The Pandera schema for a file with these columns."""
        required = {self.needs[column] for column in columns if column in self.needs}
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


def contract(dataset: Dataset, catalogue: Catalogue, context: Context) -> Contract:
    """The contract of a dataset under a catalogue."""
    match dataset:
        case Dataset.PROGRAMMES:
            return _programmes()
        case Dataset.COHORTS:
            return _cohorts(context)
        case Dataset.SUPPORT:
            return _support(catalogue, context)
        case Dataset.COUNTS:
            return _counts(catalogue, context)
        case _:
            return _responses(dataset, catalogue, context)


def other_dataset(headings: Collection[str], dataset: Dataset, catalogue: Catalogue) -> Dataset | None:
    """The only other dataset that has all these headings, where this one has not: perhaps the file is of that kind."""

    def has(one: Dataset) -> bool:
        return {*headings} <= contract(one, catalogue, Context("")).names

    others = [] if has(dataset) else [one for one in Dataset if has(one)]
    return others[0] if len(others) == 1 else None


# ---- the six datasets ----


def _programmes() -> Contract:
    names = "May the programme's name be shown to others? Otherwise it appears under a random code."
    fields = (
        Field("programme_id", pl.String, "The programme's id, kept for ever.", _ids("programme_id")),
        Field("programme_name", pl.String, "The programme's full name.", (_plain("programme_name"),)),
        Field("profession", pl.String, "The profession trained for, as a code.", (_code("profession"),)),
        Field("country", pl.String, "The country the programme is in.", (_plain("country"),)),
        Field("region", pl.String, "The region, or blank.", (_plain("region"),), nullable=True, required=False),
        Field("named", pl.String, names, (_one_of("named", ("yes", "no")),)),
        Field("formerly", pl.String, "The id it had before, where that has changed.", nullable=True, required=False),
    )
    return Contract(Dataset.PROGRAMMES, fields, (_one_row_each(["programme_id"], "programme"),))


def _cohorts(context: Context) -> Contract:
    fields = (
        *_programme_and_year(context),
        Field(
            "respondent_group",
            pl.String,
            "Who was invited: staff or trainee.",
            (_one_of("respondent_group", ("staff", "trainee")),),
        ),
        Field("invited", pl.Int64, "How many were invited to answer.", (_count("invited"),)),
    )
    keys = ["programme_id", "academic_year", "respondent_group"]
    return Contract(Dataset.COHORTS, fields, (_one_row_each(keys, "programme, academic year and group"),))


def _support(catalogue: Catalogue, context: Context) -> Contract:
    items = tuple(item.id for item in catalogue.support_item)
    fields = (
        *_programme_and_year(context),
        Field("item_id", pl.String, "The support or policy item.", (_one_of("item_id", items),)),
        Field("status", pl.String, "Whether it is in place.", (_one_of("status", STATUSES),)),
        Field("since", pl.Date, "The day it came into place, or blank.", nullable=True, required=False),
    )
    keys = ["programme_id", "academic_year", "item_id"]
    return Contract(
        Dataset.SUPPORT, fields, (_one_row_each(keys, "programme, academic year and item"), _since_in_place())
    )


def _responses(dataset: Dataset, catalogue: Catalogue, context: Context) -> Contract:
    group = RESPONSES[dataset]
    measures = catalogue.asked_of(group)
    fields = (*_programme_and_year(context), _subgroup_field(group), *map(_question, measures))
    rules = tuple(_rules_between_answers(catalogue, measures))
    needs = {measure.id: measure.base for measure in measures if measure.base}
    return Contract(dataset, fields, rules, questions=tuple(measure.id for measure in measures), needs=needs)


def _counts(catalogue: Catalogue, context: Context) -> Contract:
    measures = tuple(catalogue.measures)
    fields = (
        *_programme_and_year(context),
        Field("measure_id", pl.String, "The measure counted.", (_one_of("measure_id", measures),)),
        Field(
            "subgroup",
            pl.String,
            "The role or training year counted, or blank for everybody. A measure has either subgroups or a total.",
            nullable=True,
            required=False,
        ),
        Field(
            "respondents",
            pl.Int64,
            "How many answered the question. Send small numbers too: what is too small is held back for you.",
            (_count("respondents"),),
        ),
        Field("affirmative", pl.Int64, "How many of them gave an affirmative answer.", (_count("affirmative"),)),
    )
    return Contract(Dataset.COUNTS, fields, (*_rules_of_counting(), *_subgroup_rules(catalogue), *tie_rules(catalogue)))


# ---- columns ----


def _programme_and_year(context: Context) -> tuple[Field, Field]:
    if context.programmes is None:
        programme_rules = _ids("programme_id")
    else:
        programme_rules = (_id("programme_id"), _registered(context.programmes, context.named))
    return (
        Field("programme_id", pl.String, "The programme's id, as registered.", programme_rules),
        Field(
            "academic_year",
            pl.String,
            "The academic year, such as 2024-25.",
            (_well_formed_year(), _year_not_beyond(context.latest_year)),
        ),
    )


def _subgroup_field(group: Group) -> Field:
    if group == "staff":
        rule = _one_of("role", ROLES)
        return Field("role", pl.String, "Supervisor or tutor, or blank.", (rule,), nullable=True, required=False)
    rule = _one_of("training_year", TRAINING_YEARS)
    return Field(
        "training_year",
        pl.String,
        "Year of training, 1, 2, …, or blank.",
        (rule,),
        nullable=True,
        required=False,
    )


def _question(measure: Measure) -> Field:
    rule = _one_of(
        measure.id, measure.answers, "Use one of these codes, or leave the cell blank if it was not answered."
    )
    return Field(measure.id, pl.String, measure.question, (rule,), nullable=True, required=False)


# ---- rules of a cell ----


def _cell_rule(column: str, name: str, expected: str, fix: str, holds: pl.Expr) -> Rule:
    return Rule(name, expected, fix, holds, column, of_cell=True)


def _ids(column: str) -> tuple[Rule, ...]:
    """What can be said of an id without knowing which ones there are."""
    made_a_date = "an id: it looks like a date that a spreadsheet made of one"
    day_number = "certainly an id: a spreadsheet may have made a day number of it"
    day, text = pl.col(column).str.extract(r"^([0-9]{5})$").cast(pl.Int64), pl.col(column)
    return (
        _id(column),
        _cell_rule(column, "id_made_a_date", made_a_date, AS_TEXT, ~text.str.contains(MADE_A_DATE)),
        replace(
            _cell_rule(column, "id_day_number", day_number, AS_TEXT, ~day.is_between(*DAY_NUMBERS).fill_null(False)),
            severity="warning",
        ),
    )


def _id(column: str) -> Rule:
    expected = "an id of 2 to 32 letters, digits, hyphens and underscores"
    fix = "Use the id the steward gave you."
    return _cell_rule(column, "well_formed_id", expected, fix, pl.col(column).str.contains(ID_PATTERN))


def _code(column: str) -> Rule:
    expected = "a code of lower-case letters, digits and underscores, such as clinical_psychology"
    holds = pl.col(column).str.contains(r"^[a-z][a-z0-9_]*$")
    return _cell_rule(column, "well_formed_code", expected, "Rewrite it as such a code.", holds)


def _plain(column: str) -> Rule:
    """A name that is shown to everybody: nothing in it can become a link or a picture on a page."""
    holds = pl.col(column).str.contains(PLAIN_NAME) & ~pl.col(column).str.contains(LINK_OR_LIST)
    expected = "a plain name of letters, digits and , . ; ' ( ) / & + -"
    return _cell_rule(column, "plain_name", expected, "Write it in words.", holds)


def _one_of(column: str, codes: Iterable[str], fix: str = "Use one of these codes.") -> Rule:
    codes = tuple(codes)
    rule = _cell_rule(column, "one_of", f"one of {', '.join(codes)}", fix, pl.col(column).is_in(codes))
    return dataclasses.replace(rule, codes=codes)


def _count(column: str) -> Rule:
    holds = pl.col(column).is_between(0, LARGEST_COUNT)
    return _cell_rule(
        column, "count", f"a number of people up to {LARGEST_COUNT:,}", "Write how many people it was.", holds
    )


def _registered(programmes: frozenset[str], named: frozenset[str]) -> Rule:
    fix = "Check the spelling (capitals matter), or ask the steward to register the programme."
    text = pl.col("programme_id")
    holds = ~text.str.contains(ID_PATTERN) | text.is_in(sorted(programmes))
    return replace(_cell_rule("programme_id", "registered", "a registered programme", fix, holds), known=named)


def _well_formed_year() -> Rule:
    expected = "an academic year of two consecutive years, such as 2024-25"
    fix = "Write it in this way, as text; spreadsheets like to turn it into a date."
    return _cell_rule("academic_year", "academic_year", expected, fix, _is_year(pl.col("academic_year")))


def _year_not_beyond(latest: str) -> Rule:
    text = pl.col("academic_year")
    holds = ~_is_year(text) | (text <= latest)
    return _cell_rule("academic_year", "year_to_come", f"a year up to {latest}", "Correct the year.", holds)


def _is_year(text: pl.Expr) -> pl.Expr:
    first, second = (part.cast(pl.Int64, strict=False) for part in (text.str.slice(0, 4), text.str.slice(5)))
    return text.str.contains(YEAR_PATTERN) & ((first + 1) % 100 == second)


# ---- rules between cells and rows ----


def _one_row_each(keys: list[str], of: str) -> Rule:
    holds = ~_complete(keys) | (pl.len().over(keys) == 1)
    return Rule("one_row_each", f"There must be one row for each {of}.", "Delete the rows that repeat it.", holds)


def _complete(keys: list[str]) -> pl.Expr:
    """Rows none of whose keys is blank; blank ones are reported as that, and belong to no other row."""
    return pl.all_horizontal(pl.col(keys).is_not_null())


def _since_in_place() -> Rule:
    others = [status for status in STATUSES if status not in ("in_place", "in_part")]
    holds = pl.col("since").is_null() | ~pl.col("status").is_in(others)
    expected = "Only what is in place, or in part, has a day since when."
    return Rule("since_in_place", expected, "Correct the status, or clear the date.", holds, "since")


def _rules_between_answers(catalogue: Catalogue, measures: Iterable[Measure]) -> Iterator[Rule]:
    for measure in measures:
        if measure.base:
            yield _asked_of_base(measure, catalogue.measures[measure.base])
        if measure.within:
            yield _yes_within(measure, catalogue.measures[measure.within])


def _asked_of_base(measure: Measure, base: Measure) -> Rule:
    others = [answer for answer in base.answers if answer not in base.affirmative]
    not_asked = pl.col(base.id).is_null() | pl.col(base.id).is_in(others)
    expected = f"{measure.id} is asked only of those who answered {_or(base.affirmative)} to {base.id}."
    fix = leave_blank(measure.id)
    holds = ~(pl.col(measure.id).is_in(measure.answers) & not_asked)
    return Rule(f"base_of_{measure.id}", expected, fix, holds, measure.id)


def leave_blank(what: str) -> str:
    """How to put follow-up answers right without an answer that nobody gave."""
    return (
        f"Leave {what} blank in these rows. Fill in or change nobody’s answer, unless it was copied wrongly: what was "
        f"left out was left out."
    )


def _yes_within(measure: Measure, outer: Measure) -> Rule:
    no = [answer for answer in outer.answers if answer not in outer.affirmative and answer not in DECLINED]
    holds = ~(pl.col(measure.id).is_in(measure.affirmative) & pl.col(outer.id).is_in(no))
    expected = f"Who answered {_or(measure.affirmative)} to {measure.id} cannot answer {_or(no)} to {outer.id}."
    fix = "Ask whoever ran the survey which of the two answers is right."
    return Rule(f"within_of_{measure.id}", expected, fix, holds.fill_null(True), measure.id)


def _rules_of_counting() -> Iterator[Rule]:
    keys = ["programme_id", "academic_year", "measure_id"]
    yield Rule(
        "one_row_each",
        "There must be one row for each programme, academic year, measure and subgroup.",
        "Delete the rows that repeat it.",
        ~_complete(keys) | (pl.len().over([*keys, "subgroup"]) == 1),
    )
    yield Rule(
        "total_or_subgroups",
        "A measure comes as a total or as subgroups, never both: people would be counted twice.",
        "Delete the total (its subgroup is blank), or the subgroups.",
        ~_complete(keys)
        | (pl.col("subgroup").is_null().any().over(keys) != pl.col("subgroup").is_not_null().any().over(keys)),
        "subgroup",
    )
    yield Rule(
        "affirmative_of_respondents",
        "There are more affirmative answers than respondents.",
        "Correct one of the two numbers.",
        pl.col("affirmative") <= pl.col("respondents"),
        "affirmative",
    )


def _subgroup_rules(catalogue: Catalogue) -> Iterator[Rule]:
    groups: tuple[tuple[Group, tuple[str, ...]], ...] = (("staff", ROLES), ("trainee", TRAINING_YEARS))
    for group, subgroups in groups:
        ids = [measure.id for measure in catalogue.asked_of(group)]
        codes = (*subgroups, NOT_STATED)
        holds = ~pl.col("measure_id").is_in(ids) | pl.col("subgroup").is_in(codes)
        expected = f"The subgroup of a measure asked of {group} is one of {', '.join(codes)}, or blank."
        yield Rule(f"subgroup_of_{group}", expected, "Use one of these codes.", holds, "subgroup")


def tie_rules(catalogue: Catalogue) -> Iterator[Rule]:
    """Rules that tie one measure's counts to another's, in one programme and year: base and within."""
    for measure in catalogue.measure:
        if measure.base:
            yield _base_given(measure.id, measure.base)
            expected = (
                f"{measure.id} is asked only of those counted as affirmative in {measure.base}, "
                f"so it cannot have more respondents than that has affirmative answers."
            )
            holds = _at_most(measure.id, "respondents", measure.base)
            yield Rule(f"base_of_{measure.id}", expected, "Correct the numbers.", holds, "respondents")
        if measure.within:
            expected = (
                f"A yes to {measure.id} means a yes to {measure.within}, so it cannot have more affirmative answers."
            )
            holds = _at_most(measure.id, "affirmative", measure.within)
            yield Rule(f"within_of_{measure.id}", expected, "Correct the numbers.", holds, "affirmative")


def _base_given(measure: str, base: str) -> Rule:
    expected = f"{measure} is asked only of those counted as affirmative in {base}, which is missing here."
    fix = f"Add the row of {base} for the same programme and academic year."
    present = (pl.col("measure_id") == base).any().over(PROGRAMME_AND_YEAR)
    return Rule(f"base_given_for_{measure}", expected, fix, (pl.col("measure_id") != measure) | present, "measure_id")


def _at_most(inner: str, inner_column: str, outer: str) -> pl.Expr:
    """Whether the inner measure's count is at most the outer's affirmative: in all, and by subgroup where both have it.

    Null, which passes, where a cell is missing.
    """
    in_all = _bounded(inner, inner_column, outer, PROGRAMME_AND_YEAR)
    by_subgroup = _bounded(inner, inner_column, outer, [*PROGRAMME_AND_YEAR, "subgroup"])
    return (pl.col("measure_id") != inner) | (in_all & by_subgroup)


def _bounded(inner: str, inner_column: str, outer: str, keys: list[str]) -> pl.Expr:
    is_outer = pl.col("measure_id") == outer
    total = _total(pl.col("measure_id") == inner, inner_column, keys)
    return ~is_outer.any().over(keys) | (total <= _total(is_outer, "affirmative", keys))


def _total(rows: pl.Expr, column: str, keys: list[str]) -> pl.Expr:
    """The sum over some rows; null if one of their cells is."""
    unknown = (rows & pl.col(column).is_null()).any().over(keys)
    return pl.when(~unknown).then(pl.when(rows).then(pl.col(column)).sum().over(keys))


def _bare(code: str) -> str:
    return code.casefold().replace(" ", "_").replace("-", "_")


def _or(codes: Collection[str]) -> str:
    return " or ".join(codes)
