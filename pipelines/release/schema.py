"""The contract of the release file: every relation and column, what it means, and what must hold of it.

The comments in the file and `docs/release-file.md` are made from this. A release that breaks it is not put in place.
The numbers in it come from the modules that compute with them.
"""

import polars as pl

from pipelines.instrument.datasets import COLLECTORS
from pipelines.instrument.measures import MINIMUM_EACH_SIDE, MINIMUM_RESPONDENTS
from pipelines.instrument.words import STATUSES as SUPPORT_STATUSES
from pipelines.number_words import in_words
from pipelines.release.catalogue_relations import CATALOGUE_RELATIONS
from pipelines.release.columns import (
    Among,
    AtLeast,
    Column,
    Relation,
    RowRule,
    listed,
    optional,
)
from pipelines.release.derived_relations import DERIVED_RELATIONS
from pipelines.release.reader_relations import READER_RELATIONS
from pipelines.release.shared_columns import (
    ACADEMIC_YEAR,
    ALL_YEARS,
    COUNT,
    IN_UNIT,
    INNER,
    MEASURE_ID,
    PROGRAMME_ID,
    SUBGROUP,
    TEXTS,
    YEARS,
)
from pipelines.statistics.comparators import STATUSES
from pipelines.statistics.estimators import Z

RESPONSE_DEGREES = ("under_half", "half_or_more")
"""How many of those invited answered, by degree."""
LEAST_ALIKE = 3
"""How many unnamed programmes must show the same before one of them shows it."""
SHOWN_OF_HASH = 8
"""How many digits of the content hash end the id of a release."""
NOT_IN_HASH = ("release_id", "published_at", "content_hash", "previous_release_id", "previous_content_hash")
"""What a release says of itself, and not of programmes, is not in its content hash."""

_NOT_SHARED = f"for an unnamed programme, unless at least {in_words(LEAST_ALIKE)} unnamed ones show it"
_published = pl.col("status") == "published"
_numbers = pl.col("respondents", "affirmative", "effective_respondents", "rate", "rate_low", "rate_high")
_FROM_COHORTS = ("people", "invited", "collected_by", "response", "rate_if_none", "rate_if_all")

RELATIONS: dict[str, Relation] = {
    "release": Relation(
        "One row: this release.",
        ("release_id",),
        {
            "release_id": Column(
                pl.String,
                "The release: the day, which is never before that of the release before it, a number, and the first "
                f"{SHOWN_OF_HASH} digits of content_hash. It is never changed; a new one has another id.",
            ),
            "published_at": Column(pl.Datetime("us"), "When it was published (UTC)."),
            "code_version": Column(pl.String, "The version of the software that published it."),
            "instrument_id": Column(pl.String, "The catalogue used."),
            "catalogue_version": Column(pl.String, "The version of that catalogue."),
            "title": Column(pl.String, "The title of the instrument."),
            "instrument_status": Column(
                pl.String, "What the instrument is, and is not; to be said wherever it is shown."
            ),
            "minimum_respondents": Column(pl.Int64, "No result stands on fewer people.", AtLeast(MINIMUM_RESPONDENTS)),
            "minimum_each_side": Column(
                pl.Int64, "No result has fewer people on either side.", AtLeast(MINIMUM_EACH_SIDE)
            ),
            "sensitive_minimum_respondents": Column(
                pl.Int64, "The same for sensitive measures.", AtLeast(MINIMUM_RESPONDENTS)
            ),
            "sensitive_minimum_each_side": Column(
                pl.Int64, "The same for sensitive measures.", AtLeast(MINIMUM_EACH_SIDE)
            ),
            "submissions": Column(pl.Int64, "How many submissions were counted.", COUNT),
            "invented": Column(pl.Boolean, "True for a demonstration: its programmes and people are invented."),
            "overrides": Column(
                TEXTS, "Corrections the steward let through although they give something away, and why."
            ),
            "remark": optional(pl.String, "What the steward said about this release."),
            "content_hash": Column(
                pl.String,
                "SHA-256 of what the release says: the JSON text (UTF-8, without blanks) of an object with each "
                "relation by name, in alphabetical order; of each its rows as lists, in their order in the file; dates "
                f"as ISO 8601. Of the relation release {listed(NOT_IN_HASH, 'and')} are left out.",
            ),
            "previous_release_id": optional(pl.String, "The release before this one; null for the first."),
            "previous_content_hash": optional(
                pl.String, "Its content_hash; null where it was made before releases had any."
            ),
        },
    ),
    **CATALOGUE_RELATIONS,
    "programme": Relation(
        "A row is a registered programme.",
        ("programme_id",),
        {
            "programme_id": PROGRAMME_ID,
            "programme_name": optional(pl.String, "Its name; null unless it is named."),
            "profession": optional(pl.String, f"The profession of the programme; null {_NOT_SHARED}."),
            "country": optional(pl.String, f"The country; null {_NOT_SHARED}, profession and country together."),
            "region": optional(
                pl.String,
                f"The region; null where there is none, and {_NOT_SHARED}, profession, country and region together.",
            ),
            "named": Column(pl.Boolean, "Whether its name may be shown to others."),
        },
        [
            RowRule("an unnamed programme shows no name", pl.col("named") | pl.col("programme_name").is_null()),
            RowRule("one row for each programme", pl.col("programme_id").is_unique()),
            RowRule(
                f"at least {in_words(LEAST_ALIKE)} unnamed programmes show the same; fewer in all show nothing",
                pl.col("named")
                | (pl.col("profession").is_null() & ((~pl.col("named")).sum() < LEAST_ALIKE))
                | (pl.len().over("named", "profession", "country", "region") >= LEAST_ALIKE),
            ),
        ],
    ),
    "result": Relation(
        "A row is a result of a programme and measure: k of n, or why there is none.",
        ("measure_id", "programme_id", "last_year", "result_id", "subgroup"),
        {
            "result_id": optional(
                pl.Int64,
                "The result, in this release: results are numbered in the order of measure (its place), programme and "
                "years. Null unless it is published. It is not unique here: the subgroups of a result have its number. "
                "To join another relation by it, take the rows with subgroup null.",
            ),
            "measure_id": MEASURE_ID,
            "definition": optional(
                pl.String,
                "Which wording was answered: the fingerprint of the measure's question, answers, affirmative answers "
                "and group, and of its base and within. Null unless it is published.",
            ),
            "programme_id": PROGRAMME_ID,
            **YEARS,
            "years": ALL_YEARS,
            "subgroup": SUBGROUP,
            "status": Column(
                pl.String,
                "published; suppressed: too few people, or too few on one side, as yet; not_collected: not asked.",
                Among(STATUSES),
            ),
            "respondents": optional(pl.Int64, "n: how many answered the question.", AtLeast(MINIMUM_RESPONDENTS)),
            "affirmative": optional(
                pl.Int64, "k: how many of them gave an affirmative answer.", AtLeast(MINIMUM_EACH_SIDE)
            ),
            "people": optional(
                pl.Int64,
                "The fewest different people who can stand behind n, if the same people answered in as many of the "
                "years as they could. Null unless it is published, and for a subgroup.",
                AtLeast(MINIMUM_RESPONDENTS),
            ),
            "invited": optional(
                pl.Int64,
                "How many were invited in these years; null where not known, and for a programme that is not named.",
                COUNT,
            ),
            "collected_by": optional(
                pl.String,
                "Who collected the answers and could see single ones: programme, outside_programme or steward. Null "
                "where not known or not the same in all years, and for a programme that is not named.",
                Among(COLLECTORS),
            ),
            "response": optional(
                pl.String,
                f"{listed(RESPONSE_DEGREES)}: how many of those invited answered; null where not known.",
                Among(RESPONSE_DEGREES),
            ),
            "longest_stay": optional(
                pl.Int64,
                "The most academic years in which one person can answer, as it was known when the first of these "
                "answers were seen or as the catalogue says now: the longer of the two. Null: in all, because one of "
                "them does not say; and unless it is published.",
                AtLeast(1),
            ),
            "effective_respondents": optional(
                pl.Float64,
                "On how many people intervals stand: n divided by the most of the years in which one person can have "
                "answered. That is all of them where longest_stay is null, else the most that lie within so many "
                "consecutive academic years.",
                AtLeast(1),
            ),
            "rate": optional(pl.Float64, "k / n.", IN_UNIT),
            "rate_low": optional(
                pl.Float64,
                f"Lower end of the {INNER} Wilson interval: (rate + z² / 2n - z * sqrt(rate * (1 - rate) / n + z² / "
                f"4n²)) / (1 + z² / n), n being effective_respondents and z {Z:.6f}.",
                IN_UNIT,
            ),
            "rate_high": optional(pl.Float64, "Upper end of it: the same with + z.", IN_UNIT),
            "rate_if_none": optional(
                pl.Float64,
                "What the rate would be if nobody else who was invited gave an affirmative answer: k / invited. Where "
                "invited is null it is k / 2n: more than 2n were invited, so it is that at most. Null unless response "
                f"is {RESPONSE_DEGREES[0]}.",
                IN_UNIT,
            ),
            "rate_if_all": optional(
                pl.Float64,
                "What the rate would be if everybody else who was invited gave an affirmative answer: (k + invited - "
                "n) / invited. Where invited is null it is (k + n) / 2n, and would be that at least.",
                IN_UNIT,
            ),
        },
        [
            RowRule("numbers where published", pl.all_horizontal(_numbers.is_not_null()) | ~_published),
            RowRule(
                "no numbers otherwise",
                pl.all_horizontal(_numbers.is_null(), pl.col(_FROM_COHORTS).is_null()) | _published,
            ),
            RowRule(
                "people where a result of everybody is published",
                pl.col("people").is_not_null() | ~_published | pl.col("subgroup").is_not_null(),
            ),
            RowRule("enough on the other side", pl.col("respondents") - pl.col("affirmative") >= MINIMUM_EACH_SIDE),
            RowRule(
                "one row for each result, and each year withheld",
                pl.struct("result_id", "measure_id", "programme_id", "last_year", "subgroup").is_unique(),
            ),
        ],
    ),
    **DERIVED_RELATIONS,
    **READER_RELATIONS,
    "support": Relation(
        "A row is what a programme says of a support item in an academic year.",
        ("programme_id", "academic_year", "item_id"),
        {
            "programme_id": PROGRAMME_ID,
            "academic_year": ACADEMIC_YEAR,
            "item_id": Column(pl.String, "The item, as in the relation support_item."),
            "status": Column(
                pl.String,
                f"{listed(SUPPORT_STATUSES)}.",
                Among(SUPPORT_STATUSES),
            ),
            "since": optional(
                pl.Date,
                "The day it came into place; null where not known, for a personal item, and for a programme that is "
                "not named.",
            ),
            "reviewed_on": optional(
                pl.Date,
                "The day it was last reviewed; null where not known, for a personal item, and for a programme that is "
                "not named.",
            ),
            "evidence_url": optional(
                pl.String,
                "Where the public can read it, as the programme says; null where not known, for a personal item, and "
                "for a programme that is not named.",
            ),
        },
    ),
}
