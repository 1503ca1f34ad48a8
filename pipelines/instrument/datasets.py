"""The six datasets: what each must look like, its columns with their descriptions, and every rule with its sentence.

The contracts of responses and counts are built from the catalogue. A rule between rows passes the rows whose cells are
wrong already, so that one mistake is reported once.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

import polars as pl

from pipelines.finding_rules import FindingRule
from pipelines.instrument.catalogue import DECLINED, Catalogue, Measure
from pipelines.instrument.contract import Base, Context, Contract, Field, Rule
from pipelines.instrument.dataset import RESPONSES, SUBGROUP_COLUMN, Dataset
from pipelines.instrument.words import NOT_STATED, STATUSES, SUBGROUP_PATTERN, RespondentGroup

PLAIN_NAME = r"""^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} '’‘“”",.()/&+;–—-]|: )*$"""
"""Letters, digits and the signs of names: nothing that a page would turn into a link, a picture or a heading."""
LINK_OR_LIST = r"(?i)www\.|^\d+[.)]\s"

PROGRAMME_AND_YEAR = ["programme_id", "academic_year"]
LARGEST_COUNT = 1_000_000
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{1,31}$"
MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
MADE_A_DATE = rf"^(?:{MONTH}-[0-9]{{2,4}}|[0-9]{{1,2}}-{MONTH}(?:-[0-9]{{2,4}})?|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})$"
"""What spreadsheets make of an id such as 6-25: Jun-25, 06-Jun, 2025-06-01."""
DAY_NUMBERS = (36_526, 58_000)
"""The days from 2000 on, as spreadsheets count them."""
AS_TEXT = "Set the format of the column to text, and type the cell again."
YEAR_PATTERN = r"^(?:19|20)[0-9]{2}-[0-9]{2}$"

LISTING = {Dataset.COHORTS: "respondent_group", Dataset.SUPPORT: "item_id", Dataset.COUNTS: "measure_id"}
"""The column that has a row for each of its codes. A template begins these rows."""


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
    """The other dataset that a file with these headings may be meant for.

    It is the only one that has all these headings, and the dataset the file was given as does not have them.
    """

    def has_all(candidate: Dataset) -> bool:
        return {*headings} <= contract(candidate, catalogue, Context("")).names

    others = [] if has_all(dataset) else [candidate for candidate in Dataset if has_all(candidate)]
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
    fields = (*_programme_and_year(context), *_subgroup_fields(catalogue.groups[group]), *map(_question, measures))
    rules = tuple(_rules_between_answers(catalogue, measures))
    bases = {measure.id: _base(catalogue.measures[measure.base]) for measure in measures if measure.base}
    return Contract(dataset, fields, rules, questions=tuple(measure.id for measure in measures), bases=bases)


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


def _subgroup_fields(group: RespondentGroup) -> tuple[Field, ...]:
    """The column of role or training year. It is free where the catalogue has no list of codes for it."""
    column = SUBGROUP_COLUMN[group.id]
    codes = tuple(subgroup.code for subgroup in group.subgroup_codes)
    rule = _one_of(column, codes) if codes else _any_code(column)
    return (Field(column, pl.String, _subgroup_words(group), (rule,), nullable=True, required=False),)


def _subgroup_words(group: RespondentGroup) -> str:
    if SUBGROUP_COLUMN[group.id] == "training_year":
        return "Year of training, 1, 2, …, or blank."
    if not group.subgroup_codes:
        return "Role in the programme, or blank."
    return f"{_or([subgroup.code for subgroup in group.subgroup_codes]).capitalize()}, or blank."


def _question(measure: Measure) -> Field:
    rule = _one_of(
        measure.id, measure.answers, "Use one of these codes, or leave the cell blank if it was not answered."
    )
    return Field(measure.id, pl.String, measure.question, (rule,), nullable=True, required=False)


# ---- rules of a cell ----


def _cell_rule(column: str, finding: FindingRule, expected: str, fix: str, holds: pl.Expr) -> Rule:
    return Rule(finding, expected, fix, holds, column, judges_cell=True)


def _ids(column: str) -> tuple[Rule, ...]:
    """The rules an id can be held to where it is not known which ids there are."""
    return _id(column), _id_made_a_date(column), _id_day_number(column)


def _id(column: str) -> Rule:
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


def _code(column: str) -> Rule:
    expected = "a code of lower-case letters, digits and underscores, such as clinical_psychology"
    holds = pl.col(column).str.contains(r"^[a-z][a-z0-9_]*$")
    return _cell_rule(column, FindingRule.WELL_FORMED_CODE, expected, "Rewrite it as such a code.", holds)


def _plain(column: str) -> Rule:
    """A name that is shown to everybody: nothing in it can become a link or a picture on a page."""
    holds = pl.col(column).str.contains(PLAIN_NAME) & ~pl.col(column).str.contains(LINK_OR_LIST)
    expected = "a plain name of letters, digits and , . ; ' ( ) / & + -"
    return _cell_rule(column, FindingRule.PLAIN_NAME, expected, "Write it in words.", holds)


def _one_of(column: str, codes: Iterable[str], fix: str = "Use one of these codes.") -> Rule:
    codes = tuple(codes)
    expected = f"one of {', '.join(codes)}"
    return replace(_cell_rule(column, FindingRule.ONE_OF, expected, fix, pl.col(column).is_in(codes)), codes=codes)


def _any_code(column: str) -> Rule:
    expected = "a code of small letters, digits and underscores"
    fix = "Write it like placement_supervisor, or leave the cell blank."
    return _cell_rule(column, FindingRule.SUBGROUP_CODE, expected, fix, pl.col(column).str.contains(SUBGROUP_PATTERN))


def _count(column: str) -> Rule:
    expected = f"a number of people up to {LARGEST_COUNT:,}"
    holds = pl.col(column).is_between(0, LARGEST_COUNT)
    return _cell_rule(column, FindingRule.COUNT, expected, "Write how many people it was.", holds)


def _registered(programmes: frozenset[str], named: frozenset[str]) -> Rule:
    """`named`: the programmes whose ids may be told to anybody who misspells them."""
    fix = "Check the spelling (capitals matter), or ask the steward to register the programme."
    text = pl.col("programme_id")
    holds = ~text.str.contains(ID_PATTERN) | text.is_in(sorted(programmes))
    rule = _cell_rule("programme_id", FindingRule.REGISTERED, "a registered programme", fix, holds)
    return replace(rule, unlisted_codes=named)


def _well_formed_year() -> Rule:
    expected = "an academic year of two consecutive years, such as 2024-25"
    fix = "Write it in this way, as text; spreadsheets like to turn it into a date."
    return _cell_rule("academic_year", FindingRule.ACADEMIC_YEAR, expected, fix, _is_year(pl.col("academic_year")))


def _year_not_beyond(latest: str) -> Rule:
    text = pl.col("academic_year")
    holds = ~_is_year(text) | (text <= latest)
    return _cell_rule("academic_year", FindingRule.YEAR_TO_COME, f"a year up to {latest}", "Correct the year.", holds)


def _is_year(text: pl.Expr) -> pl.Expr:
    first, second = (part.cast(pl.Int64, strict=False) for part in (text.str.slice(0, 4), text.str.slice(5)))
    return text.str.contains(YEAR_PATTERN) & ((first + 1) % 100 == second)


# ---- rules between cells and rows ----


def _one_row_each(keys: list[str], keys_in_words: str) -> Rule:
    expected = f"There must be one row for each {keys_in_words}."
    holds = ~_complete(keys) | (pl.len().over(keys) == 1)
    return Rule(FindingRule.ONE_ROW_EACH, expected, "Delete the rows that repeat it.", holds)


def _complete(keys: list[str]) -> pl.Expr:
    """Whether none of a row's keys is blank. A blank key is reported as blank, and repeats no other row."""
    return pl.all_horizontal(pl.col(keys).is_not_null())


def _since_in_place() -> Rule:
    others = [status for status in STATUSES if status not in ("in_place", "in_part")]
    holds = pl.col("since").is_null() | ~pl.col("status").is_in(others)
    expected = "Only what is in place, or in part, has a day since when."
    return Rule(FindingRule.SINCE_IN_PLACE, expected, "Correct the status, or clear the date.", holds, "since")


def _rules_between_answers(catalogue: Catalogue, measures: Iterable[Measure]) -> Iterator[Rule]:
    for measure in measures:
        if measure.base:
            yield _asked_of_base(measure, catalogue.measures[measure.base])
        if measure.within:
            yield _yes_within(measure, catalogue.measures[measure.within])


def _base(measure: Measure) -> Base:
    return Base(measure.id, measure.affirmative)


def _asked_of_base(measure: Measure, base: Measure) -> Rule:
    others = [answer for answer in base.answers if answer not in base.affirmative]
    not_asked = pl.col(base.id).is_null() | pl.col(base.id).is_in(others)
    return Rule(
        FindingRule.BASE_OF,
        _base(base).sentence([measure.id]),
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
    expected = f"Who answered {_or(measure.affirmative)} to {measure.id} cannot answer {_or(no)} to {outer.id}."
    fix = "Ask whoever ran the survey which of the two answers is right."
    return Rule(FindingRule.WITHIN_OF, expected, fix, holds.fill_null(True), measure.id, subject=measure.id)


def _rules_of_counting() -> Iterator[Rule]:
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


def _subgroup_rules(catalogue: Catalogue) -> Iterator[Rule]:
    """The codes of each group of respondents; where the catalogue lists none, any code will do."""
    if not all(group.subgroup_codes for group in catalogue.groups.values()):
        yield _any_code("subgroup")
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


def _or(codes: Collection[str]) -> str:
    return " or ".join(codes)
