"""The rules of single cells, each with its sentence: ids, codes, names, addresses, years and numbers of people."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from pipelines.academic_year import EARLIEST
from pipelines.finding_rules import FindingRule
from pipelines.instrument.code_lists import Listed, other_names, real_codes
from pipelines.instrument.contract import Rule
from pipelines.instrument.words import SUBGROUP_PATTERN

PLAIN_NAME = r"""^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} '’‘“”",.()/&+;–—-]|: )*$"""
"""Letters, digits and the signs of names: nothing that a page would turn into a link, a picture or a heading."""
LINK_OR_LIST = r"(?i)www\.|^\d+[.)]\s"

LARGEST_COUNT = 1_000_000
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{1,31}$"
MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
MADE_A_DATE = rf"^(?:{MONTH}-[0-9]{{2,4}}|[0-9]{{1,2}}-{MONTH}(?:-[0-9]{{2,4}})?|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})$"
"""What spreadsheets make of an id such as 6-25: Jun-25, 06-Jun, 2025-06-01."""
DAY_NUMBERS = (36_526, 58_000)
"""The days from 2000 on, as spreadsheets count them."""
AS_TEXT = "Set the format of the column to text, and type the cell again."
YEAR_PATTERN = r"^(?:19|20)[0-9]{2}-[0-9]{2}$"


def _cell_rule(column: str, finding: FindingRule, expected: str, fix: str, holds: pl.Expr) -> Rule:
    return Rule(finding, expected, fix, holds, column, judges_cell=True)


def is_id(text: str) -> bool:
    """Whether a text can be the id of a programme."""
    return re.search(ID_PATTERN, text) is not None


def id_rules(column: str) -> tuple[Rule, ...]:
    """The rules an id can be held to where it is not known which ids there are."""
    return id_rule(column), _id_made_a_date(column), _id_day_number(column)


def id_rule(column: str) -> Rule:
    expected = "an id of 2 to 32 letters, digits, hyphens and underscores"
    fix = "Use the id the steward gave you."
    return _cell_rule(column, FindingRule.WELL_FORMED_ID, expected, fix, pl.col(column).str.contains(ID_PATTERN))


def _id_made_a_date(column: str) -> Rule:
    expected = "an id: it looks like a date that a spreadsheet made of one"
    return _cell_rule(column, FindingRule.ID_MADE_A_DATE, expected, AS_TEXT, ~pl.col(column).str.contains(MADE_A_DATE))


def _id_day_number(column: str) -> Rule:
    expected = "certainly an id: a spreadsheet may have made a day number of it"
    day = pl.col(column).str.extract(r"^([0-9]{5})$").cast(pl.Int64)
    holds = ~day.is_between(*DAY_NUMBERS).fill_null(False)
    return _cell_rule(column, FindingRule.ID_DAY_NUMBER, expected, AS_TEXT, holds)


def code_rule(column: str) -> Rule:
    expected = "a code of lower-case letters, digits and underscores, such as clinical_psychology"
    holds = pl.col(column).str.contains(r"^[a-z][a-z0-9_]*$")
    return _cell_rule(column, FindingRule.WELL_FORMED_CODE, expected, "Rewrite it as such a code.", holds)


def plain_name(column: str) -> Rule:
    """A name that is shown to everybody: nothing in it can become a link or a picture on a page."""
    holds = pl.col(column).str.contains(PLAIN_NAME) & ~pl.col(column).str.contains(LINK_OR_LIST)
    expected = "a plain name of letters, digits and , . ; ' ( ) / & + -"
    return _cell_rule(column, FindingRule.PLAIN_NAME, expected, "Write it in words.", holds)


def one_of(column: str, codes: Iterable[str], fix: str = "Use one of these codes.") -> Rule:
    codes = tuple(codes)
    expected = f"one of {', '.join(codes)}"
    return replace(_cell_rule(column, FindingRule.ONE_OF, expected, fix, pl.col(column).is_in(codes)), codes=codes)


def any_code(column: str) -> Rule:
    """A code where the catalogue has no list of them."""
    expected = "a code of small letters, digits and underscores"
    fix = "Write it like placement_supervisor, or leave the cell blank."
    return _cell_rule(column, FindingRule.SUBGROUP_CODE, expected, fix, pl.col(column).str.contains(SUBGROUP_PATTERN))


def code_of(column: str, listed: Iterable[Listed], fix: str) -> Rule:
    """A code of a list of the catalogue. What is invented may stand there, and is not among those to choose from."""
    listed = tuple(listed)
    rule = replace(one_of(column, real_codes(listed), fix), other_names=other_names(listed), suggests_nearest=True)
    codes = [entry.id for entry in listed]
    return replace(rule, holds=pl.col(column).is_in(codes), unlisted_codes=frozenset(codes) - {*rule.codes})


def not_computed(column: str, computed: Mapping[str, str]) -> Rule:
    """`computed`: the items whose status is worked out, and from what."""
    told = "; ".join(f"{item} follows from {source}" for item, source in computed.items())
    expected = f"an item to give a status for: {told}"
    holds = ~pl.col(column).is_in([*computed])
    return _cell_rule(column, FindingRule.COMPUTED_ITEM, expected, "Delete the row, and give that date.", holds)


def count_rule(column: str) -> Rule:
    expected = f"a number of people up to {LARGEST_COUNT:,}"
    holds = pl.col(column).is_between(0, LARGEST_COUNT)
    return _cell_rule(column, FindingRule.COUNT, expected, "Write how many people it was.", holds)


def registered(programmes: frozenset[str], named: frozenset[str]) -> Rule:
    """`named`: the programmes whose ids may be told to anybody who misspells them."""
    fix = "Check the spelling (capitals matter), or ask the steward to register the programme."
    text = pl.col("programme_id")
    holds = ~text.str.contains(ID_PATTERN) | text.is_in(sorted(programmes))
    rule = _cell_rule("programme_id", FindingRule.REGISTERED, "a registered programme", fix, holds)
    return replace(rule, unlisted_codes=named)


def well_formed_year() -> Rule:
    expected = "an academic year of two consecutive years, such as 2024-25"
    fix = (
        "Write it in this way, as text; spreadsheets like to turn it into a date. If the column holds dates, a mapping "
        "can say so, and the year is made from them."
    )
    return _cell_rule("academic_year", FindingRule.ACADEMIC_YEAR, expected, fix, _is_year(pl.col("academic_year")))


def year_not_beyond(latest: str) -> Rule:
    text = pl.col("academic_year")
    holds = ~_is_year(text) | text.is_between(pl.lit(EARLIEST), pl.lit(latest))
    expected = f"a year up to {latest}, from {EARLIEST} on"
    return _cell_rule("academic_year", FindingRule.YEAR_TO_COME, expected, "Correct the year.", holds)


def _is_year(text: pl.Expr) -> pl.Expr:
    first, second = (part.cast(pl.Int64, strict=False) for part in (text.str.slice(0, 4), text.str.slice(5)))
    return text.str.contains(YEAR_PATTERN) & ((first + 1) % 100 == second)
