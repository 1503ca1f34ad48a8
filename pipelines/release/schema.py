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
    in_percent,
    listed,
    optional,
)
from pipelines.release.shared_columns import (
    ACADEMIC_YEAR,
    ALL_YEARS,
    ASSOCIATION_ID,
    CORRELATION,
    COUNT,
    COVERED,
    GAP_ID,
    IN_UNIT,
    INNER,
    KIND,
    MEASURE_ID,
    NAME,
    OUTER,
    PROGRAMME_ID,
    SUBGROUP,
    TEXTS,
    YEARS,
    difference,
    pooled,
    position,
    verdict,
    years,
)
from pipelines.statistics.comparators import STATUSES
from pipelines.statistics.estimators import (
    CHANGES,
    POWER,
    SIGNIFICANCE,
)
from pipelines.statistics.gaps import GAP_CHANGES
from pipelines.statistics.meeting_questions import MOST
from pipelines.thresholds import (
    LEAST_COVERAGE,
    LEAST_FOR_ASSOCIATION,
    LEAST_FOR_DISPERSION,
    LEAST_FOR_TREND,
    LEAST_OTHERS,
    LOOK_BACK,
)

RESPONSE_DEGREES = ("under_half", "half_or_more")
"""How many of those invited answered, by degree."""
LEAST_ALIKE = 3
"""How many unnamed programmes must show the same before one of them shows it."""
SHOWN_OF_HASH = 8
"""How many digits of the content hash end the id of a release."""
NOT_IN_HASH = ("release_id", "published_at", "content_hash", "previous_release_id", "previous_content_hash")
"""What a release says of itself, and not of programmes, is not in its content hash."""

_NOT_SHARED = f"for an unnamed programme, unless at least {in_words(LEAST_ALIKE)} unnamed ones share it"
_published = pl.col("status") == "published"
_numbers = pl.col("respondents", "affirmative", "rate", "rate_low", "rate_high")

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
            "profession": optional(pl.String, f"The profession trained for; null {_NOT_SHARED}."),
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
                f"what an unnamed programme shows is shown by {in_words(LEAST_ALIKE)} unnamed ones, or is nothing",
                pl.col("named")
                | pl.col("profession").is_null()
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
                "years. Null unless it is published.",
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
            "rate": optional(pl.Float64, "k / n.", IN_UNIT),
            "rate_low": optional(pl.Float64, f"Lower end of the {INNER} Wilson interval.", IN_UNIT),
            "rate_high": optional(pl.Float64, f"Upper end of the {INNER} Wilson interval.", IN_UNIT),
        },
        [
            RowRule("numbers where published", pl.all_horizontal(_numbers.is_not_null()) | ~_published),
            RowRule(
                "no numbers otherwise",
                pl.all_horizontal(_numbers.is_null(), pl.col("people", "invited", "collected_by", "response").is_null())
                | _published,
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
    "comparator": Relation(
        "A row is the pooled published results of a profession, country, region or everybody, for a measure and year. "
        "Of each programme that took part in the year the latest result ending then is taken or, while that year "
        f"waits, in the {in_words(LOOK_BACK)} years before.",
        ("measure_id", "academic_year", "kind", "name"),
        {
            "measure_id": MEASURE_ID,
            "academic_year": ACADEMIC_YEAR,
            "kind": KIND,
            "name": NAME,
            **pooled("", ""),
            "phi": optional(
                pl.Float64,
                "How much more the programmes differ than chance allows (1: not at all); null below "
                f"{in_words(LEAST_FOR_DISPERSION)} programmes.",
                COUNT,
            ),
            "tau2": optional(
                pl.Float64,
                "The variance between programmes that the limits allow for; null below "
                f"{in_words(LEAST_FOR_DISPERSION)}.",
                COUNT,
            ),
            "compared": Column(pl.Int64, "How many results ending in this year are compared.", COUNT),
            "outside": Column(pl.Int64, f"How many of them stand outside the limits at {INNER}.", COUNT),
            "outside_unadjusted": Column(
                pl.Int64, "How many would, if the limits allowed for nothing but chance.", COUNT
            ),
            "outside_by_chance": Column(
                pl.Float64, f"How many to expect outside by chance alone: {in_percent(SIGNIFICANCE)}.", COUNT
            ),
        },
    ),
    "coverage": Relation(
        "A row is how many programmes have a number for a measure and year, and how many do not, and why.",
        ("measure_id", "academic_year"),
        {
            "measure_id": MEASURE_ID,
            "academic_year": ACADEMIC_YEAR,
            "published": Column(pl.Int64, "Programmes with a published result of the year.", COUNT),
            "suppressed": Column(pl.Int64, "Programmes that asked, with too few people as yet.", COUNT),
            "not_collected": Column(pl.Int64, "Programmes that did not ask.", COUNT),
        },
    ),
    "comparison": Relation(
        "A row is a published result against one comparator, the programme itself left out of that.",
        ("result_id", "kind", "name"),
        {
            "result_id": Column(pl.Int64, "The result compared."),
            "measure_id": MEASURE_ID,
            "programme_id": PROGRAMME_ID,
            **YEARS,
            "kind": KIND,
            "name": NAME,
            **pooled("comparator_", ", this one left out"),
            **difference("The programme's rate less the comparator's (Newcombe)"),
            "position": position(
                f"Where the result stands in the funnel around the others: inside the limits at {INNER} as_expected, "
                f"outside lower or higher, outside those at {OUTER} much_lower or much_higher."
            ),
            "position_unadjusted": position("The same, if the limits allowed for nothing but chance."),
            "smallest_difference": optional(
                pl.Float64,
                "The smallest difference from the comparator that so many answers could show "
                f"(power {in_percent(POWER)}, {in_percent(SIGNIFICANCE)}).",
                IN_UNIT,
            ),
        },
    ),
    "funnel_limit": Relation(
        "A row is the limits of a funnel for results of so many answers (inverse Wilson). They allow for tau2 of the "
        "comparator. A programme is compared with the others, itself left out, so near a limit position may differ.",
        ("measure_id", "academic_year", "kind", "name", "respondents"),
        {
            "measure_id": MEASURE_ID,
            "academic_year": ACADEMIC_YEAR,
            "kind": KIND,
            "name": NAME,
            "respondents": Column(pl.Int64, "n: how many answered.", AtLeast(MINIMUM_RESPONDENTS)),
            "low_95": Column(pl.Float64, f"Lower limit at {INNER}.", IN_UNIT),
            "high_95": Column(pl.Float64, f"Upper limit at {INNER}.", IN_UNIT),
            "low_998": Column(pl.Float64, f"Lower limit at {OUTER}.", IN_UNIT),
            "high_998": Column(pl.Float64, f"Upper limit at {OUTER}.", IN_UNIT),
        },
    ),
    "change": Relation(
        "A row is a result beside the one before it of the same programme and series. Where years overlap the result "
        "of more people stands.",
        ("result_id",),
        {
            "programme_id": PROGRAMME_ID,
            "measure_id": MEASURE_ID,
            "result_id": Column(pl.Int64, "The later result."),
            "earlier_result_id": Column(pl.Int64, "The earlier result."),
            **YEARS,
            **years("earlier_", "the earlier result"),
            "across_break": Column(
                pl.Boolean,
                "Whether the earlier result is of the measure that this one replaced and is comparable with: the "
                "question was worded otherwise then.",
            ),
            **difference("The later rate less the earlier (Newcombe)"),
            "verdict": verdict(CHANGES),
        },
    ),
    "trend": Relation(
        f"A row is a series of {in_words(LEAST_FOR_TREND)} or more results, tested for a trend (Cochran-Armitage).",
        ("programme_id", "measure_id"),
        {
            "programme_id": PROGRAMME_ID,
            "measure_id": MEASURE_ID,
            **years("", "the series"),
            "results": Column(pl.Int64, "How many results.", AtLeast(LEAST_FOR_TREND)),
            "z": Column(pl.Float64, "The test statistic."),
            "p_value": Column(pl.Float64, "Its two-sided p value.", IN_UNIT),
            "verdict": Column(
                pl.String, f"{listed(CHANGES[:-1])} where p is below {SIGNIFICANCE:.2g}.", Among(CHANGES)
            ),
        },
    ),
    "gap": Relation(
        "A row is a pair of measures (expected and modelled) of a programme, where both results cover the same years.",
        ("gap_id", "programme_id", "years"),
        {
            "gap_id": GAP_ID,
            "title": Column(pl.String, "The question the pair answers."),
            "programme_id": PROGRAMME_ID,
            **YEARS,
            "years": ALL_YEARS,
            "expected": Column(pl.String, "The measure expected."),
            "modelled": Column(pl.String, "The measure modelled."),
            **difference("Expected less modelled; the interval allows for the same people having answered both"),
        },
    ),
    "gap_of_same_people": Relation(
        "A row is a gap whose two sides were answered by exactly the same people in one year, and how many of them "
        "gave which answers. It is shown where each of the four numbers is as large as a side of a result has to be.",
        ("gap_id", "programme_id", "academic_year"),
        {
            "gap_id": GAP_ID,
            "programme_id": PROGRAMME_ID,
            "academic_year": ACADEMIC_YEAR,
            "respondents": Column(pl.Int64, "n: how many answered both questions.", AtLeast(MINIMUM_RESPONDENTS)),
            **{
                name: Column(pl.Int64, meaning, AtLeast(MINIMUM_EACH_SIDE))
                for name, meaning in (
                    ("both_sides", "How many of them affirmed both."),
                    ("expected_only", "How many affirmed only the side expected."),
                    ("modelled_only", "How many affirmed only the side modelled."),
                    ("neither_side", "How many affirmed neither."),
                )
            },
            **difference("Expected less modelled (Newcombe 1998, method 10, for paired answers)"),
        },
    ),
    "gap_change": Relation(
        "A row is a gap beside the one before it of the same programme.",
        ("gap_id", "programme_id", "first_year", "last_year"),
        {
            "gap_id": GAP_ID,
            "programme_id": PROGRAMME_ID,
            **YEARS,
            **years("earlier_", "the earlier gap"),
            **difference("The later gap less the earlier", "change", 2),
            "verdict": verdict(GAP_CHANGES),
        },
    ),
    "gap_comparison": Relation(
        "A row is a gap beside that of the other programmes of a profession, country, region, or all.",
        ("gap_id", "programme_id", "first_year", "last_year", "kind", "name"),
        {
            "gap_id": GAP_ID,
            "programme_id": PROGRAMME_ID,
            **YEARS,
            "kind": KIND,
            "name": NAME,
            "comparator_programmes": Column(
                pl.Int64, "The fewer of the programmes pooled for either side.", AtLeast(LEAST_OTHERS)
            ),
            **difference("The others' rates, expected less modelled", "comparator_difference"),
            **difference("The programme's gap less that of the others", "excess", 2),
            "verdict": verdict(GAP_CHANGES),
        },
    ),
    "policy_change": Relation(
        "A row is a measure before and after a support item came into place: the nearest results, the academic year in "
        "which it did left out. It shows what followed, not what caused it.",
        ("programme_id", "item_id", "since", "measure_id"),
        {
            "programme_id": PROGRAMME_ID,
            "item_id": Column(pl.String, "The item, as in the relation support_item."),
            "since": Column(pl.Date, "The day it came into place."),
            "measure_id": MEASURE_ID,
            "before_result_id": Column(pl.Int64, "The result before."),
            **years("before_", "the result before"),
            "after_result_id": Column(pl.Int64, "The result after."),
            **years("after_", "the result after"),
            **difference("The rate after less the rate before (Newcombe)"),
        },
    ),
    "association": Relation(
        "A row is how a rate of staff and a rate of trainees go together across programmes in a year. Association, not "
        "cause; programmes, not people, and only those that took part.",
        ("association_id", "academic_year"),
        {
            "association_id": ASSOCIATION_ID,
            "academic_year": ACADEMIC_YEAR,
            "programmes": Column(
                pl.Int64, "How many programmes have a result of both.", AtLeast(LEAST_FOR_ASSOCIATION)
            ),
            "asked": Column(pl.Int64, "How many asked both.", COUNT),
            "coverage": Column(pl.Float64, f"The one of the other; at least {in_words(LEAST_COVERAGE)}.", COVERED),
            "staff_respondents": Column(pl.Int64, "How many staff answered in all.", COUNT),
            "trainee_respondents": Column(pl.Int64, "How many trainees answered in all.", COUNT),
            "correlation": Column(pl.Float64, "Pearson's, weighted by precision.", CORRELATION),
            "correlation_low": Column(pl.Float64, f"Lower end of its {INNER} interval.", CORRELATION),
            "correlation_high": Column(pl.Float64, f"Upper end of its {INNER} interval.", CORRELATION),
        },
    ),
    "association_point": Relation(
        "A row is a programme's two results, as they stand in an association of a year, or would, were there enough.",
        ("association_id", "academic_year", "programme_id"),
        {
            "association_id": ASSOCIATION_ID,
            "academic_year": ACADEMIC_YEAR,
            "programme_id": PROGRAMME_ID,
            "staff_result_id": Column(pl.Int64, "The result of staff."),
            "trainee_result_id": Column(pl.Int64, "The result of trainees."),
        },
    ),
    "meeting_question": Relation(
        f"A row is a question for the programme's next team meeting: at most {in_words(MOST)} for a year, from the "
        "catalogue.",
        ("programme_id", "academic_year", "question_id"),
        {
            "programme_id": PROGRAMME_ID,
            "academic_year": ACADEMIC_YEAR,
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "question_id": Column(pl.String, "The question."),
            "text": Column(pl.String, "The question as asked."),
        },
    ),
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
