"""The six datasets: what each must look like, and its columns with their descriptions and rules.

The contracts are built from the catalogue: its questions, support items and code lists.
"""

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.cell_rules import (
    any_code,
    code_of,
    code_rule,
    count_rule,
    id_rule,
    id_rules,
    not_computed,
    one_of,
    plain_name,
    registered,
    well_formed_year,
    year_not_beyond,
)
from pipelines.instrument.code_lists import Listed
from pipelines.instrument.contract import Context, Contract, Field, Rule
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.measures import Measure
from pipelines.instrument.public_address import public_address, same_spelling
from pipelines.instrument.row_rules import (
    base_of,
    date_in_year,
    evidence_of_named,
    evidence_of_nobody,
    groups_in_one_year,
    ids_not_alike,
    one_row_each,
    or_list,
    region_of_country,
    rules_between_answers,
    rules_of_counting,
    since_in_place,
    subgroup_rules,
    tie_rules,
)
from pipelines.instrument.words import STATUSES, RespondentGroup

COLLECTORS = ("programme", "outside_programme", "steward")
"""Who may have collected the answers of a cohort, and so sees single ones."""

LISTING = {Dataset.COHORTS: "respondent_group", Dataset.SUPPORT: "item_id", Dataset.COUNTS: "measure_id"}
"""The column that has a row for each of its codes. A template begins these rows."""


def contract(dataset: Dataset, catalogue: Catalogue, context: Context) -> Contract:
    """The contract of a dataset under a catalogue. Raises Refused where the instrument has no such dataset."""
    match dataset:
        case Dataset.PROGRAMMES:
            return _programmes(catalogue)
        case Dataset.COHORTS:
            return _cohorts(catalogue, context)
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

    others = [] if has_all(dataset) else [candidate for candidate in catalogue.datasets if has_all(candidate)]
    return others[0] if len(others) == 1 else None


# ---- the six datasets ----


def _programmes(catalogue: Catalogue) -> Contract:
    names = "May the programme's name be shown to others? Otherwise it appears under a random code."
    profession = _listed("profession", catalogue.profession, code_rule("profession"))
    country = _listed("country", catalogue.country, plain_name("country"))
    region = _listed("region", catalogue.region, plain_name("region"), "Use one of these codes, or leave it blank.")
    fields = (
        Field("programme_id", pl.String, "The programme's id, kept for ever.", id_rules("programme_id")),
        Field("programme_name", pl.String, "The programme's full name.", (plain_name("programme_name"),)),
        Field("profession", pl.String, "The profession of the programme, as a code.", (profession,)),
        Field("country", pl.String, "The country the programme is in.", (country,)),
        Field("region", pl.String, "The region, or blank.", (region,), nullable=True, required=False),
        Field("named", pl.String, names, (one_of("named", ("yes", "no")),)),
        Field("formerly", pl.String, "The id it had before, where that has changed.", nullable=True, required=False),
    )
    rules = (one_row_each(["programme_id"], "programme"), ids_not_alike(), *region_of_country(catalogue))
    return Contract(Dataset.PROGRAMMES, fields, rules)


def _listed(column: str, listed: tuple[Listed, ...], free: Rule, fix: str = "Use one of these codes.") -> Rule:
    """A column is held to the catalogue's list, or where it has none, to nothing but the form."""
    return code_of(column, listed, fix) if listed else free


def _cohorts(catalogue: Catalogue, context: Context) -> Contract:
    groups = one_of("respondent_group", tuple(catalogue.groups))
    invited = f"Who was invited: {or_list(list(catalogue.groups))}."
    collectors = one_of("collected_by", COLLECTORS, "Use one of these codes, or leave the cell blank.")
    collected = "Who collected the answers and saw single ones: the programme, somebody outside it, or the steward."
    fields = (
        *_programme_and_year(context),
        Field("respondent_group", pl.String, invited, (groups,)),
        Field("invited", pl.Int64, "How many were invited to answer.", (count_rule("invited"),)),
        Field("collected_by", pl.String, collected, (collectors,), nullable=True, required=False),
    )
    keys = ["programme_id", "academic_year", "respondent_group"]
    rules = (one_row_each(keys, "programme, academic year and group"), groups_in_one_year())
    return Contract(Dataset.COHORTS, fields, rules)


def _support(catalogue: Catalogue, context: Context) -> Contract:
    reviewed = "The day it was last reviewed, or blank."
    address = "A public page where it can be read, or blank. Only of programmes that are named."
    evidence = Field(
        "evidence_url",
        pl.String,
        address,
        (public_address("evidence_url"),),
        nullable=True,
        required=False,
        same_spelling=same_spelling("evidence_url"),
    )
    fields = (
        *_programme_and_year(context),
        Field("item_id", pl.String, "The support or policy item.", _item_rules(catalogue)),
        Field("status", pl.String, "Whether it is in place.", (one_of("status", STATUSES),)),
        Field("since", pl.Date, "The day it came into place, or blank.", nullable=True, required=False),
        Field("reviewed_on", pl.Date, reviewed, nullable=True, required=False),
        evidence,
    )
    rules = (
        one_row_each(["programme_id", "academic_year", "item_id"], "programme, academic year and item"),
        since_in_place(),
        date_in_year("since", catalogue.instrument.first_month),
        date_in_year("reviewed_on", catalogue.instrument.first_month),
        *evidence_of_named(context),
        *evidence_of_nobody(catalogue),
    )
    return Contract(Dataset.SUPPORT, fields, rules)


def _item_rules(catalogue: Catalogue) -> tuple[Rule, ...]:
    """An item of the catalogue whose status the programme gives itself."""
    computed = {item: f"{source.date} of {source.item}" for item, source in catalogue.computed_items.items()}
    given = [item.id for item in catalogue.support_item if item.id not in computed]
    rule = replace(one_of("item_id", given), unlisted_codes=frozenset(computed))
    rule = replace(rule, holds=pl.col("item_id").is_in([*given, *computed]))
    return (rule, not_computed("item_id", computed)) if computed else (rule,)


def _responses(dataset: Dataset, catalogue: Catalogue, context: Context) -> Contract:
    group = str(catalogue.group_of(dataset))
    measures = catalogue.asked_of(group)
    fields = (*_programme_and_year(context), *_subgroup_fields(catalogue.groups[group]), *map(_question, measures))
    rules = tuple(rules_between_answers(catalogue, measures))
    bases = {measure.id: base_of(catalogue.measures[measure.base]) for measure in measures if measure.base}
    ticks = {
        measure.id: measure.affirmative for measure in measures if measure.denying and len(measure.affirmative) == 1
    }
    return Contract(dataset, fields, rules, tuple(measure.id for measure in measures), bases, ticks)


def _counts(catalogue: Catalogue, context: Context) -> Contract:
    measures = tuple(catalogue.measures)
    fields = (
        *_programme_and_year(context),
        Field("measure_id", pl.String, "The measure counted.", (one_of("measure_id", measures),)),
        Field(
            "subgroup",
            pl.String,
            "The subgroup counted, or blank for everybody. A measure has either subgroups or a total.",
            nullable=True,
            required=False,
        ),
        Field(
            "respondents",
            pl.Int64,
            "How many answered the question. Send small numbers too: what is too small is held back for you.",
            (count_rule("respondents"),),
        ),
        Field("affirmative", pl.Int64, "How many of them gave an affirmative answer.", (count_rule("affirmative"),)),
    )
    return Contract(Dataset.COUNTS, fields, (*rules_of_counting(), *subgroup_rules(catalogue), *tie_rules(catalogue)))


# ---- columns ----


def _programme_and_year(context: Context) -> tuple[Field, Field]:
    if context.programmes is None:
        programme_rules = id_rules("programme_id")
    else:
        programme_rules = (id_rule("programme_id"), registered(context.programmes, context.named))
    return (
        Field("programme_id", pl.String, "The programme's id, as registered.", programme_rules),
        Field(
            "academic_year",
            pl.String,
            "The academic year, such as 2024-25.",
            (well_formed_year(), year_not_beyond(context.latest_year)),
        ),
    )


def _subgroup_fields(group: RespondentGroup) -> tuple[Field, ...]:
    """The column of its subgroups, if it has any. It is free where the catalogue has no list of codes for it."""
    column = group.subgroup_column
    if column is None:
        return ()
    codes = tuple(subgroup.code for subgroup in group.subgroup_codes)
    labels = tuple((subgroup.label, subgroup.code) for subgroup in group.subgroup_codes)
    listed = replace(one_of(column, codes), other_names=labels, suggests_nearest=True)
    rule = listed if codes else any_code(column)
    return (Field(column, pl.String, _subgroup_words(group), (rule,), nullable=True, required=False),)


def _subgroup_words(group: RespondentGroup) -> str:
    """What respondents were asked, and what each code stands for where it does not say so itself."""
    told = [
        subgroup.code if subgroup.label == subgroup.code else f"{subgroup.code}: {subgroup.label}"
        for subgroup in group.subgroup_codes
    ]
    asked = [group.subgroup_question] if group.subgroup_question else []
    return " ".join([*asked, f"{'; '.join([*(told or ['A code of your own']), 'or blank'])}."])


def _question(measure: Measure) -> Field:
    rule = one_of(
        measure.id, measure.answers, "Use one of these codes, or leave the cell blank if it was not answered."
    )
    return Field(measure.id, pl.String, measure.question, (rule,), nullable=True, required=False)
