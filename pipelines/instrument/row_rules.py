"""The rules between the cells of a row, and between rows, each with its sentence.

A rule between rows passes the rows whose cells are wrong already, so that one mistake is reported once.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

import polars as pl

from pipelines.academic_year import last_day
from pipelines.finding_rules import FindingRule
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.cell_rules import any_code
from pipelines.instrument.contract import Base, Context, Rule
from pipelines.instrument.measures import DECLINED, Measure
from pipelines.instrument.words import NOT_STATED, STATUSES

PROGRAMME_AND_YEAR = ["programme_id", "academic_year"]
FIRST_DATE = date(1990, 1, 1)
"""An earlier date is a slip."""


def one_row_each(keys: list[str], keys_in_words: str) -> Rule:
    expected = f"There must be one row for each {keys_in_words}."
    holds = ~_complete(keys) | (pl.len().over(keys) == 1)
    return Rule(FindingRule.ONE_ROW_EACH, expected, "Delete the rows that repeat it.", holds)


def _complete(keys: list[str]) -> pl.Expr:
    """Whether none of a row's keys is blank. A blank key is reported as blank, and repeats no other row."""
    return pl.all_horizontal(pl.col(keys).is_not_null())


def ids_not_alike() -> Rule:
    """People do not see the difference between two ids that differ in capitals only."""
    text = pl.col("programme_id")
    spellings = text.n_unique().over(text.str.to_lowercase())
    expected = "Two programmes have ids that differ in capitals only."
    fix = "Choose ids that nobody can take for each other, or delete one if it is the same programme."
    return Rule(FindingRule.IDS_ALIKE, expected, fix, text.is_null() | (spellings == 1), "programme_id")


def groups_in_one_year() -> Rule:
    """The groups of a programme are invited in the same years. A spreadsheet filled downwards counts the year up."""

    def different(column: str, *keys: str) -> pl.Expr:
        return pl.col(column).n_unique().over(*keys)

    together = different("respondent_group", *PROGRAMME_AND_YEAR).max().over("programme_id") > 1
    single = (different("respondent_group", "programme_id") == 1) | (different("academic_year", "programme_id") == 1)
    expected = (
        "The groups of this programme stand in different years. A spreadsheet may have counted the year up when the "
        "cell was filled downwards."
    )
    fix = "If they were invited in the same year, correct it. If not, leave it."
    holds = ~_complete([*PROGRAMME_AND_YEAR, "respondent_group"]) | together | single
    return Rule(FindingRule.GROUPS_IN_DIFFERENT_YEARS, expected, fix, holds, "academic_year")


def since_in_place() -> Rule:
    others = [status for status in STATUSES if status not in ("in_place", "in_part")]
    holds = pl.col("since").is_null() | ~pl.col("status").is_in(others)
    expected = "Only what is in place, or in part, has a day since when."
    return Rule(FindingRule.SINCE_IN_PLACE, expected, "Correct the status, or clear the date.", holds, "since")


def date_in_year(column: str, first_month: int) -> Rule:
    """A date from 1990 on, and not after the end of the academic year in which it stands.

    `first_month`: the month in which academic years begin.
    """
    holds = pl.col(column).is_between(pl.lit(FIRST_DATE), last_day("academic_year", first_month))
    expected = f"A date in {column} lies between {FIRST_DATE.year} and the end of the academic year of its row."
    fix = "Correct the date or the academic year."
    return Rule(FindingRule.DATE_IN_YEAR, expected, fix, holds, column, subject=column)


def evidence_of_named(context: Context) -> Iterator[Rule]:
    """A link tells which programme it is. It cannot be judged where it is not known who is registered."""
    if context.programmes is None:
        return
    unnamed = sorted(context.programmes - context.named)
    holds = pl.col("evidence_url").is_null() | ~pl.col("programme_id").is_in(unnamed)
    expected = "A link is taken only of programmes that are named: it tells which programme this is."
    yield Rule(FindingRule.EVIDENCE_OF_NAMED, expected, "Clear the link.", holds, "evidence_url")


def evidence_of_nobody(catalogue: Catalogue) -> Iterator[Rule]:
    """No link where the item points at somebody."""
    personal = [item.id for item in catalogue.support_item if item.personal]
    if personal:
        holds = pl.col("evidence_url").is_null() | ~pl.col("item_id").is_in(personal)
        expected = f"{or_list(personal)} points at somebody, so no link is taken."
        yield Rule(FindingRule.EVIDENCE_OF_NOBODY, expected, "Clear the link.", holds, "evidence_url")


def region_of_country(catalogue: Catalogue) -> Iterator[Rule]:
    """A region lies in the country of its row."""
    countries = {region.id: region.country for region in catalogue.region}
    if countries and catalogue.country:
        country = pl.col("region").replace_strict(countries, default=None, return_dtype=pl.String)
        known = pl.col("country").is_in([entry.id for entry in catalogue.country])
        expected = "The region does not lie in the country of its row."
        fix = "Correct one of the two, or leave the region blank."
        yield Rule(FindingRule.REGION_OF_COUNTRY, expected, fix, ~known | (country == pl.col("country")), "region")


def rules_between_answers(catalogue: Catalogue, measures: Iterable[Measure]) -> Iterator[Rule]:
    for measure in measures:
        if measure.base:
            yield _asked_of_base(measure, catalogue.measures[measure.base])
        if measure.within:
            yield _yes_within(measure, catalogue.measures[measure.within])


def base_of(measure: Measure) -> Base:
    return Base(measure.id, measure.affirmative)


def _asked_of_base(measure: Measure, base: Measure) -> Rule:
    others = [answer for answer in base.answers if answer not in base.affirmative]
    not_asked = pl.col(base.id).is_null() | pl.col(base.id).is_in(others)
    return Rule(
        FindingRule.BASE_OF,
        base_of(base).sentence([measure.id]),
        leave_blank(measure.id),
        ~(pl.col(measure.id).is_in(measure.answers) & not_asked),
        measure.id,
        subject=measure.id,
    )


def leave_blank(columns: str) -> str:
    """How to put follow-up answers right without making up an answer that nobody gave."""
    return (
        f"Leave {columns} blank in these rows. Fill in or change nobody’s answer, unless it was copied wrongly: what "
        f"was left out was left out."
    )


def _yes_within(measure: Measure, outer: Measure) -> Rule:
    no = [answer for answer in outer.answers if answer not in outer.affirmative and answer not in DECLINED]
    holds = ~(pl.col(measure.id).is_in(measure.affirmative) & pl.col(outer.id).is_in(no))
    expected = f"Who answered {or_list(measure.affirmative)} to {measure.id} cannot answer {or_list(no)} to {outer.id}."
    fix = "Ask whoever ran the survey which of the two answers is right."
    return Rule(FindingRule.WITHIN_OF, expected, fix, holds.fill_null(True), measure.id, subject=measure.id)


def rules_of_counting() -> Iterator[Rule]:
    keys = [*PROGRAMME_AND_YEAR, "measure_id"]
    yield Rule(
        FindingRule.ONE_ROW_EACH,
        "There must be one row for each programme, academic year, measure and subgroup.",
        "Delete the rows that repeat it.",
        ~_complete(keys) | (pl.len().over([*keys, "subgroup"]) == 1),
    )
    is_total = pl.col("subgroup").is_null()
    yield Rule(
        FindingRule.TOTAL_OR_SUBGROUPS,
        "A measure comes as a total or as subgroups, never both: people would be counted twice.",
        "Delete the total (its subgroup is blank), or the subgroups.",
        ~_complete(keys) | (is_total.any().over(keys) != (~is_total).any().over(keys)),
        "subgroup",
    )
    yield Rule(
        FindingRule.AFFIRMATIVE_OF_RESPONDENTS,
        "There are more affirmative answers than respondents.",
        "Correct one of the two numbers.",
        pl.col("affirmative") <= pl.col("respondents"),
        "affirmative",
    )


def subgroup_rules(catalogue: Catalogue) -> Iterator[Rule]:
    """The codes of each group of respondents; where the catalogue lists none, any code will do."""
    if not all(group.subgroup_codes for group in catalogue.groups.values()):
        yield any_code("subgroup")
    for group in catalogue.groups.values():
        if not group.subgroup_codes:
            continue
        ids = [measure.id for measure in catalogue.asked_of(group.id)]
        codes = (*(subgroup.code for subgroup in group.subgroup_codes), NOT_STATED)
        holds = ~pl.col("measure_id").is_in(ids) | pl.col("subgroup").is_in(codes)
        expected = f"The subgroup of a measure asked of {group.id} is one of {', '.join(codes)}, or blank."
        yield Rule(FindingRule.SUBGROUP_OF, expected, "Use one of these codes.", holds, "subgroup", subject=group.id)


def tie_rules(catalogue: Catalogue) -> Iterator[Rule]:
    """Rules that tie one measure's counts to another's, in one programme and year: base and within."""
    for measure in catalogue.measure:
        if measure.base:
            yield _base_given(measure.id, measure.base)
            yield _counted_of_base(measure.id, measure.base)
        if measure.within:
            yield _counted_within(measure.id, measure.within)


def _base_given(measure: str, base: str) -> Rule:
    expected = f"{measure} is asked only of those counted as affirmative in {base}, which is missing here."
    fix = f"Add the row of {base} for the same programme and academic year."
    present = (pl.col("measure_id") == base).any().over(PROGRAMME_AND_YEAR)
    holds = (pl.col("measure_id") != measure) | present
    return Rule(FindingRule.BASE_GIVEN_FOR, expected, fix, holds, "measure_id", subject=measure)


def _counted_of_base(measure: str, base: str) -> Rule:
    expected = (
        f"{measure} is asked only of those counted as affirmative in {base}, "
        f"so it cannot have more respondents than that has affirmative answers."
    )
    holds = _at_most(measure, "respondents", base)
    return Rule(FindingRule.BASE_OF, expected, "Correct the numbers.", holds, "respondents", subject=measure)


def _counted_within(measure: str, outer: str) -> Rule:
    expected = f"A yes to {measure} means a yes to {outer}, so it cannot have more affirmative answers."
    holds = _at_most(measure, "affirmative", outer)
    return Rule(FindingRule.WITHIN_OF, expected, "Correct the numbers.", holds, "affirmative", subject=measure)


def _at_most(inner: str, inner_column: str, outer: str) -> pl.Expr:
    """Whether the inner measure's count is at most the outer's affirmative: in all, and by subgroup where both have it.

    It is null where a cell is missing, and null passes.
    """
    in_all = _bounded(inner, inner_column, outer, PROGRAMME_AND_YEAR)
    by_subgroup = _bounded(inner, inner_column, outer, [*PROGRAMME_AND_YEAR, "subgroup"])
    return (pl.col("measure_id") != inner) | (in_all & by_subgroup)


def _bounded(inner: str, inner_column: str, outer: str, keys: list[str]) -> pl.Expr:
    is_outer = pl.col("measure_id") == outer
    total = _total(pl.col("measure_id") == inner, inner_column, keys)
    return ~is_outer.any().over(keys) | (total <= _total(is_outer, "affirmative", keys))


def _total(rows: pl.Expr, column: str, keys: list[str]) -> pl.Expr:
    """The sum over some rows. It is null if one of their cells is null."""
    unknown = (rows & pl.col(column).is_null()).any().over(keys)
    return pl.when(~unknown).then(pl.when(rows).then(pl.col(column)).sum().over(keys))


def or_list(codes: Collection[str]) -> str:
    return " or ".join(codes)
