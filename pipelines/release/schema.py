"""The contract of the release file: every relation and column, what it means, and what must hold of it.

The comments in the file and the data dictionary are made from this, and a release that breaks it is not put in place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandera.polars as pa
import polars as pl

from pipelines.instrument.catalogue import MINIMUM_EACH_SIDE, MINIMUM_RESPONDENTS


@dataclass(frozen=True)
class Column:
    """One column: its type, its comment, and what its cells must be."""

    dtype: pl.DataType | type[pl.DataType]
    comment: str
    check: pa.Check | None = None
    nullable: bool = False


@dataclass(frozen=True)
class Relation:
    """One relation: what a row is, its columns, and rules between them."""

    comment: str
    columns: dict[str, Column]
    checks: Sequence[pa.Check] = ()

    @property
    def schema(self) -> pa.DataFrameSchema:
        return pa.DataFrameSchema(
            {
                name: pa.Column(column.dtype, column.check, nullable=column.nullable, description=column.comment)
                for name, column in self.columns.items()
            },
            checks=list(self.checks),
            strict=True,
            ordered=True,
        )

    def shaped(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with this relation's columns, in its order and of its types."""
        return frame.select(pl.col(name).cast(column.dtype) for name, column in self.columns.items())


def _holds(name: str, rule: pl.Expr) -> pa.Check:
    return pa.Check(lambda data: data.lazyframe.select(rule), name=name, error=name)


def _optional(dtype: pl.DataType | type[pl.DataType], comment: str, check: pa.Check | None = None) -> Column:
    return Column(dtype, comment, check, nullable=True)


POSITIONS = ("much_lower", "lower", "as_expected", "higher", "much_higher")

_TEXTS = pl.List(pl.String)
_IN_UNIT = pa.Check.in_range(0, 1)
_COUNT = pa.Check.ge(0)

_PROGRAMME_ID = Column(pl.String, "The programme: its own id if it is named, else a random code it keeps for ever.")
_MEASURE_ID = Column(pl.String, "The measure, as in the relation measure.")
_GAP_ID = Column(pl.String, "The pair of measures, as in the relation gap_pair.")
_ASSOCIATION_ID = Column(pl.String, "The pair of measures, as in the relation association_pair.")
_ACADEMIC_YEAR = Column(pl.String, "The academic year, such as 2024-25.", pa.Check.str_matches(r"^\d{4}-\d{2}$"))
_YEARS = {
    "first_year": Column(pl.String, "The first academic year the result covers."),
    "last_year": Column(pl.String, "The last academic year the result covers."),
}
_ALL_YEARS = Column(_TEXTS, "Every academic year the result covers.")
_SUBGROUP = _optional(pl.String, "A role or training year; null for everybody asked.")
_KIND = Column(
    pl.String,
    "What the programmes pooled have in common.",
    pa.Check.isin(["profession", "country", "region", "everybody"]),
)
_NAME = Column(pl.String, "Which profession, country or region (with its country); everybody where it is of everybody.")


def _pooled(prefix: str, of: str) -> dict[str, Column]:
    """The columns of pooled published results."""
    return {
        f"{prefix}asked": Column(pl.Int64, f"How many programmes took part in the year{of}.", _COUNT),
        f"{prefix}programmes": Column(
            pl.Int64, f"How many of them have a published result that is pooled here{of}.", pa.Check.ge(3)
        ),
        f"{prefix}coverage": Column(
            pl.Float64, "Programmes pooled, of those asked; at least two thirds.", pa.Check.in_range(0.66, 1)
        ),
        f"{prefix}respondents": Column(
            pl.Int64, "n: how many answered, in all of them.", pa.Check.ge(MINIMUM_RESPONDENTS)
        ),
        f"{prefix}affirmative": Column(
            pl.Int64, "k: how many of them gave an affirmative answer.", pa.Check.ge(MINIMUM_EACH_SIDE)
        ),
        f"{prefix}rate": Column(pl.Float64, "k / n.", _IN_UNIT),
        f"{prefix}rate_low": Column(pl.Float64, "Lower end of the 95 % Wilson interval.", _IN_UNIT),
        f"{prefix}rate_high": Column(pl.Float64, "Upper end of the 95 % Wilson interval.", _IN_UNIT),
    }


def _difference(of: str, name: str = "difference", most: int = 1) -> dict[str, Column]:
    """The columns of a difference of rates, or (most 2) of two such differences."""
    within = pa.Check.in_range(-most, most)
    return {
        name: Column(pl.Float64, f"{of}, as a difference of rates.", within),
        f"{name}_low": Column(pl.Float64, "Lower end of its 95 % interval.", within),
        f"{name}_high": Column(pl.Float64, "Upper end of its 95 % interval.", within),
    }


def _years(prefix: str, of: str) -> dict[str, Column]:
    return {
        f"{prefix}first_year": Column(pl.String, f"The first academic year of {of}."),
        f"{prefix}last_year": Column(pl.String, f"The last academic year of {of}."),
    }


def _verdict(*words: str) -> Column:
    return Column(
        pl.String, f"{', '.join(words[:-1])} or {words[-1]}: by whether the interval holds 0.", pa.Check.isin(words)
    )


def _position(comment: str) -> Column:
    return _optional(pl.String, comment, pa.Check.isin(POSITIONS))


_published = pl.col("status") == "published"
_numbers = pl.col("respondents", "affirmative", "rate", "rate_low", "rate_high")

RELATIONS: dict[str, Relation] = {
    "release": Relation(
        "One row: this release.",
        {
            "release_id": Column(pl.String, "The release. It is never changed; a new one has another id."),
            "published_at": Column(pl.Datetime("us"), "When it was published (UTC)."),
            "code_version": Column(pl.String, "The version of the software that published it."),
            "instrument_id": Column(pl.String, "The catalogue used."),
            "catalogue_version": Column(pl.String, "The version of that catalogue."),
            "title": Column(pl.String, "The title of the instrument."),
            "instrument_status": Column(
                pl.String, "What the instrument is, and is not; to be said wherever it is shown."
            ),
            "minimum_respondents": Column(
                pl.Int64, "No result stands on fewer people.", pa.Check.ge(MINIMUM_RESPONDENTS)
            ),
            "minimum_each_side": Column(
                pl.Int64, "No result has fewer people on either side.", pa.Check.ge(MINIMUM_EACH_SIDE)
            ),
            "sensitive_minimum_respondents": Column(
                pl.Int64, "The same for sensitive measures.", pa.Check.ge(MINIMUM_RESPONDENTS)
            ),
            "sensitive_minimum_each_side": Column(
                pl.Int64, "The same for sensitive measures.", pa.Check.ge(MINIMUM_EACH_SIDE)
            ),
            "submissions": Column(pl.Int64, "How many submissions were counted.", _COUNT),
            "invented": Column(pl.Boolean, "True for a demonstration: its programmes and people are invented."),
            "overrides": Column(
                _TEXTS, "Corrections the steward let through although they give something away, and why."
            ),
            "remark": _optional(pl.String, "What the steward said about this release."),
        },
    ),
    "measure": Relation(
        "A row is a measure of the catalogue: k of n, defined once.",
        {
            "measure_id": Column(pl.String, "The measure."),
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "pillar": Column(pl.String, "The part of the audit, as in the relation pillar."),
            "respondent_group": Column(
                pl.String, "Who was asked: staff or trainee.", pa.Check.isin(["staff", "trainee"])
            ),
            "title": Column(pl.String, "Its title."),
            "phrase": _optional(pl.String, "How a sentence goes on after '14 of 31 trainees'."),
            "question": Column(pl.String, "The question as asked."),
            "answers": Column(_TEXTS, "The answers, in order."),
            "affirmative": Column(_TEXTS, "The answers counted in k. n counts every answer given."),
            "base": _optional(pl.String, "The measure that must have been affirmed before this question is asked."),
            "within": _optional(pl.String, "The measure that a yes here implies."),
            "basis": Column(pl.String, "What kind of thing it tells, as in the relation basis."),
            "direction": Column(
                pl.String,
                "up or down is the better way; none: neither more nor less is better.",
                pa.Check.isin(["up", "down", "none"]),
            ),
            "sensitive": Column(pl.Boolean, "Whether the stricter thresholds hold."),
            "source": Column(pl.String, "Where the topic comes from."),
            "caveat": _optional(pl.String, "What to bear in mind."),
            "benchmark_rate": _optional(pl.Float64, "A figure from the literature: context, never a target.", _IN_UNIT),
            "benchmark_respondents": _optional(pl.Int64, "The n of that figure.", _COUNT),
            "benchmark_population": _optional(pl.String, "Whom it is about."),
            "benchmark_source": _optional(pl.String, "Where it was published."),
            "benchmark_remark": _optional(pl.String, "What to bear in mind about it."),
        },
    ),
    "support_item": Relation(
        "A row is a support or policy item of the catalogue.",
        {
            "item_id": Column(pl.String, "The item."),
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "kind": Column(pl.String, "What kind of item it is, as in the relation support_kind."),
            "title": Column(pl.String, "Its title."),
            "personal": Column(pl.Boolean, "It points at somebody: shown only as in place or not known."),
            "measures": Column(_TEXTS, "The measures that policy_change looks at before and after."),
        },
    ),
    "instrument": Relation(
        "One row: what the instrument asks, in its own words.",
        {
            "instrument_id": Column(pl.String, "The catalogue used."),
            "question": Column(pl.String, "The question it answers.", nullable=True),
            "subject": Column(pl.String, "What is set side by side.", nullable=True),
            "principle": Column(pl.String, "How its numbers are to be taken.", nullable=True),
        },
    ),
    "respondent_group": Relation(
        "A row is a group of people who are asked.",
        {
            "respondent_group": Column(pl.String, "The group, as in the relation measure."),
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "people": Column(pl.String, "What its people are called."),
            "person": Column(pl.String, "What one of them is called."),
            "longest_stay": Column(
                pl.Int64, "The most academic years in which one person can answer; null: in all.", nullable=True
            ),
        },
    ),
    "subgroup": Relation(
        "A row is a role or training year.",
        {
            "respondent_group": Column(pl.String, "The group it is a part of."),
            "subgroup": Column(pl.String, "Its code, as in the relation result."),
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "label": Column(pl.String, "What it is called."),
        },
    ),
    "pillar": Relation(
        "A row is a part of the audit.",
        {
            "pillar": Column(pl.String, "Its id, as in the relation measure."),
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "title": Column(pl.String, "Its title."),
            "question": Column(pl.String, "What it asks.", nullable=True),
        },
    ),
    "basis": Relation(
        "A row is a kind of thing that measures tell. What differs in kind never shares an axis.",
        {
            "basis": Column(pl.String, "Its id, as in the relation measure."),
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "title": Column(pl.String, "Its title."),
        },
    ),
    "support_kind": Relation(
        "A row is a kind of support item.",
        {
            "kind": Column(pl.String, "Its id, as in the relation support_item."),
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "title": Column(pl.String, "Its title."),
        },
    ),
    "support_status": Relation(
        "A row is what a programme can say of a support item.",
        {
            "status": Column(pl.String, "The status, as in the relation support."),
            "place": Column(pl.Int64, "Its place, from 0."),
            "words": Column(pl.String, "When a programme should say so.", nullable=True),
        },
    ),
    "answer": Relation(
        "A row is an answer of the catalogue.",
        {
            "answer": Column(pl.String, "Its code, as in the relation measure."),
            "words": Column(pl.String, "How the questionnaire has it."),
        },
    ),
    "programme": Relation(
        "A row is a registered programme.",
        {
            "programme_id": _PROGRAMME_ID,
            "programme_name": _optional(pl.String, "Its name; null unless it is named."),
            "profession": Column(pl.String, "The profession trained for."),
            "country": Column(pl.String, "The country."),
            "region": _optional(pl.String, "The region; null too for an unnamed programme that would stand out by it."),
            "named": Column(pl.Boolean, "Whether its name may be shown to others."),
        },
        [
            _holds("an unnamed programme shows no name", pl.col("named") | pl.col("programme_name").is_null()),
            _holds("one row for each programme", pl.col("programme_id").is_unique()),
        ],
    ),
    "result": Relation(
        "A row is a result of a programme and measure: k of n, or why there is none.",
        {
            "result_id": _optional(pl.Int64, "The result, for ever; null unless it is published."),
            "measure_id": _MEASURE_ID,
            "programme_id": _PROGRAMME_ID,
            **_YEARS,
            "years": _ALL_YEARS,
            "subgroup": _SUBGROUP,
            "status": Column(
                pl.String,
                "published; suppressed: too few people, or too few on one side, as yet; not_collected: not asked.",
                pa.Check.isin(["published", "suppressed", "not_collected"]),
            ),
            "respondents": _optional(pl.Int64, "n: how many answered the question.", pa.Check.ge(MINIMUM_RESPONDENTS)),
            "affirmative": _optional(
                pl.Int64, "k: how many of them gave an affirmative answer.", pa.Check.ge(MINIMUM_EACH_SIDE)
            ),
            "invited": _optional(pl.Int64, "How many were invited in these years; null where not known.", _COUNT),
            "rate": _optional(pl.Float64, "k / n.", _IN_UNIT),
            "rate_low": _optional(pl.Float64, "Lower end of the 95 % Wilson interval.", _IN_UNIT),
            "rate_high": _optional(pl.Float64, "Upper end of the 95 % Wilson interval.", _IN_UNIT),
        },
        [
            _holds("numbers where published", pl.all_horizontal(_numbers.is_not_null()) | ~_published),
            _holds(
                "no numbers otherwise",
                pl.all_horizontal(_numbers.is_null(), pl.col("invited").is_null()) | _published,
            ),
            _holds("enough on the other side", pl.col("respondents") - pl.col("affirmative") >= MINIMUM_EACH_SIDE),
            _holds(
                "one row for each result, and each year withheld",
                pl.struct("result_id", "measure_id", "programme_id", "last_year", "subgroup").is_unique(),
            ),
        ],
    ),
    "comparator": Relation(
        "A row is the pooled published results of a profession, country, region or everybody, for a measure and year. "
        "Of each programme that took part in the year the latest result ending then is taken or, while that year "
        "waits, in the two years before.",
        {
            "measure_id": _MEASURE_ID,
            "academic_year": _ACADEMIC_YEAR,
            "kind": _KIND,
            "name": _NAME,
            **_pooled("", ""),
            "phi": _optional(
                pl.Float64,
                "How much more the programmes differ than chance allows (1: not at all); null below ten programmes.",
                _COUNT,
            ),
            "tau2": _optional(
                pl.Float64, "The variance between programmes that the limits allow for; null below ten.", _COUNT
            ),
            "compared": Column(pl.Int64, "How many results ending in this year are compared.", _COUNT),
            "outside": Column(pl.Int64, "How many of them stand outside the limits at 95 %.", _COUNT),
            "outside_unadjusted": Column(
                pl.Int64, "How many would, if the limits allowed for nothing but chance.", _COUNT
            ),
            "outside_by_chance": Column(pl.Float64, "How many to expect outside by chance alone: 5 %.", _COUNT),
        },
    ),
    "coverage": Relation(
        "A row is how many programmes have a number for a measure and year, and how many do not, and why.",
        {
            "measure_id": _MEASURE_ID,
            "academic_year": _ACADEMIC_YEAR,
            "published": Column(pl.Int64, "Programmes with a published result of the year.", _COUNT),
            "suppressed": Column(pl.Int64, "Programmes that asked, with too few people as yet.", _COUNT),
            "not_collected": Column(pl.Int64, "Programmes that did not ask.", _COUNT),
        },
    ),
    "comparison": Relation(
        "A row is a published result against one comparator, the programme itself left out of that.",
        {
            "result_id": Column(pl.Int64, "The result compared."),
            "measure_id": _MEASURE_ID,
            "programme_id": _PROGRAMME_ID,
            **_YEARS,
            "kind": _KIND,
            "name": _NAME,
            **_pooled("comparator_", ", this one left out"),
            **_difference("The programme's rate less the comparator's (Newcombe)"),
            "position": _position(
                "Where the result stands in the funnel around the others: inside the limits at 95 % as_expected, "
                "outside lower or higher, outside those at 99.8 % much_lower or much_higher."
            ),
            "position_unadjusted": _position("The same, if the limits allowed for nothing but chance."),
            "smallest_difference": _optional(
                pl.Float64,
                "The smallest difference from the comparator that so many answers could show (power 80 %, 5 %).",
                _IN_UNIT,
            ),
        },
    ),
    "funnel_limit": Relation(
        "A row is the limits of a funnel for results of so many answers (inverse Wilson). They allow for tau2 of the "
        "comparator. A programme is compared with the others, itself left out, so near a limit position may differ.",
        {
            "measure_id": _MEASURE_ID,
            "academic_year": _ACADEMIC_YEAR,
            "kind": _KIND,
            "name": _NAME,
            "respondents": Column(pl.Int64, "n: how many answered.", pa.Check.ge(MINIMUM_RESPONDENTS)),
            "low_95": Column(pl.Float64, "Lower limit at 95 %.", _IN_UNIT),
            "high_95": Column(pl.Float64, "Upper limit at 95 %.", _IN_UNIT),
            "low_998": Column(pl.Float64, "Lower limit at 99.8 %.", _IN_UNIT),
            "high_998": Column(pl.Float64, "Upper limit at 99.8 %.", _IN_UNIT),
        },
    ),
    "change": Relation(
        "A row is a result beside the one before it of the same programme and measure. Where years overlap the result "
        "of more people stands.",
        {
            "programme_id": _PROGRAMME_ID,
            "measure_id": _MEASURE_ID,
            "result_id": Column(pl.Int64, "The later result."),
            "earlier_result_id": Column(pl.Int64, "The earlier result."),
            **_YEARS,
            **_years("earlier_", "the earlier result"),
            **_difference("The later rate less the earlier (Newcombe)"),
            "verdict": _verdict("rise", "fall", "no_clear_change"),
        },
    ),
    "trend": Relation(
        "A row is a series of five or more results, tested for a trend (Cochran-Armitage).",
        {
            "programme_id": _PROGRAMME_ID,
            "measure_id": _MEASURE_ID,
            **_years("", "the series"),
            "results": Column(pl.Int64, "How many results.", pa.Check.ge(5)),
            "z": Column(pl.Float64, "The test statistic."),
            "p_value": Column(pl.Float64, "Its two-sided p value.", _IN_UNIT),
            "verdict": Column(
                pl.String, "rise or fall where p is below 0.05.", pa.Check.isin(["rise", "fall", "no_clear_change"])
            ),
        },
    ),
    "gap": Relation(
        "A row is a pair of measures (expected and modelled) of a programme, where both results cover the same years.",
        {
            "gap_id": _GAP_ID,
            "title": Column(pl.String, "The question the pair answers."),
            "programme_id": _PROGRAMME_ID,
            **_YEARS,
            "years": _ALL_YEARS,
            "expected": Column(pl.String, "The measure expected."),
            "modelled": Column(pl.String, "The measure modelled."),
            **_difference("Expected less modelled; the interval allows for the same people having answered both"),
        },
    ),
    "gap_change": Relation(
        "A row is a gap beside the one before it of the same programme.",
        {
            "gap_id": _GAP_ID,
            "programme_id": _PROGRAMME_ID,
            **_YEARS,
            **_years("earlier_", "the earlier gap"),
            **_difference("The later gap less the earlier", "change", 2),
            "verdict": _verdict("wider", "narrower", "no_clear_difference"),
        },
    ),
    "gap_comparison": Relation(
        "A row is a gap beside that of the other programmes of a profession, country, region, or all.",
        {
            "gap_id": _GAP_ID,
            "programme_id": _PROGRAMME_ID,
            **_YEARS,
            "kind": _KIND,
            "name": _NAME,
            "comparator_programmes": Column(
                pl.Int64, "The fewer of the programmes pooled for either side.", pa.Check.ge(3)
            ),
            **_difference("The others' rates, expected less modelled", "comparator_difference"),
            **_difference("The programme's gap less that of the others", "excess", 2),
            "verdict": _verdict("wider", "narrower", "no_clear_difference"),
        },
    ),
    "policy_change": Relation(
        "A row is a measure before and after a support item came into place: the nearest results, the academic year in "
        "which it did left out. It shows what followed, not what caused it.",
        {
            "programme_id": _PROGRAMME_ID,
            "item_id": Column(pl.String, "The item, as in the relation support_item."),
            "since": Column(pl.Date, "The day it came into place."),
            "measure_id": _MEASURE_ID,
            "before_result_id": Column(pl.Int64, "The result before."),
            **_years("before_", "the result before"),
            "after_result_id": Column(pl.Int64, "The result after."),
            **_years("after_", "the result after"),
            **_difference("The rate after less the rate before (Newcombe)"),
        },
    ),
    "association": Relation(
        "A row is how a rate of staff and a rate of trainees go together across programmes in a year. Association, not "
        "cause; programmes, not people, and only those that took part.",
        {
            "association_id": _ASSOCIATION_ID,
            "academic_year": _ACADEMIC_YEAR,
            "programmes": Column(pl.Int64, "How many programmes have a result of both.", pa.Check.ge(10)),
            "asked": Column(pl.Int64, "How many asked both.", _COUNT),
            "coverage": Column(pl.Float64, "The one of the other; at least two thirds.", pa.Check.in_range(0.66, 1)),
            "staff_respondents": Column(pl.Int64, "How many staff answered in all.", _COUNT),
            "trainee_respondents": Column(pl.Int64, "How many trainees answered in all.", _COUNT),
            "correlation": Column(pl.Float64, "Pearson's, weighted by precision.", pa.Check.in_range(-1, 1)),
            "correlation_low": Column(pl.Float64, "Lower end of its 95 % interval.", pa.Check.in_range(-1, 1)),
            "correlation_high": Column(pl.Float64, "Upper end of its 95 % interval.", pa.Check.in_range(-1, 1)),
        },
    ),
    "association_pair": Relation(
        "A row is a measure of staff and one of trainees of the catalogue that are looked at together.",
        {
            "association_id": _ASSOCIATION_ID,
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "title": Column(pl.String, "What is asked of the two."),
            "staff": Column(pl.String, "The measure of staff."),
            "trainee": Column(pl.String, "The measure of trainees."),
        },
    ),
    "association_point": Relation(
        "A row is a programme's two results, as they stand in an association of a year, or would, were there enough.",
        {
            "association_id": _ASSOCIATION_ID,
            "academic_year": _ACADEMIC_YEAR,
            "programme_id": _PROGRAMME_ID,
            "staff_result_id": Column(pl.Int64, "The result of staff."),
            "trainee_result_id": Column(pl.Int64, "The result of trainees."),
        },
    ),
    "meeting_question": Relation(
        "A row is a question for the programme's next team meeting: at most three for a year, from the catalogue.",
        {
            "programme_id": _PROGRAMME_ID,
            "academic_year": _ACADEMIC_YEAR,
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "question_id": Column(pl.String, "The question."),
            "text": Column(pl.String, "The question as asked."),
        },
    ),
    "gap_pair": Relation(
        "A row is a pair of measures of the catalogue that are set side by side.",
        {
            "gap_id": _GAP_ID,
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "title": Column(pl.String, "The question the pair answers."),
            "expected": Column(pl.String, "The measure expected."),
            "modelled": Column(pl.String, "The measure modelled."),
        },
    ),
    "support": Relation(
        "A row is what a programme says of a support item in an academic year.",
        {
            "programme_id": _PROGRAMME_ID,
            "academic_year": _ACADEMIC_YEAR,
            "item_id": Column(pl.String, "The item, as in the relation support_item."),
            "status": Column(
                pl.String,
                "in_place, in_part, planned, not_in_place or not_known.",
                pa.Check.isin(["in_place", "in_part", "planned", "not_in_place", "not_known"]),
            ),
            "since": _optional(pl.Date, "The day it came into place, where known."),
        },
    ),
}
