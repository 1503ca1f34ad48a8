"""The relations that are made for readers: what there is to say of a year, what to ask, and what to hope for.

The numbers in the comments come from the modules that compute with them.
"""

import polars as pl

from pipelines.disclosure.first_result import AUDITS, MOST_YEARS
from pipelines.number_words import in_words
from pipelines.release.columns import Among, AtLeast, Column, Relation, in_percent, listed, optional
from pipelines.release.plan import HALF as HALF_OF_ALL
from pipelines.release.plan import OTHER_PROGRAMMES, SPREAD, TENTH
from pipelines.release.shared_columns import ACADEMIC_YEAR, IN_UNIT, PROGRAMME_ID
from pipelines.statistics.comparators import KINDS
from pipelines.statistics.estimators import POWER
from pipelines.statistics.funnels import VERDICTS
from pipelines.statistics.highlight_scope import SCOPED
from pipelines.statistics.highlights import TOPICS
from pipelines.statistics.meeting_questions import HALF, MISSING, MOST

HASHED = (
    *("measure", "support_item", "term", "left_out", "reference", "question_rule", "respondent_group", "subgroup"),
    *("pillar", "basis", "support_kind", "support_status", "gap_pair", "side_by_side_pair", "association_pair"),
    *("result", "gap_of_same_people", "plan"),
)
"""The relations with numbers that no other relation of the file gives again."""
HASH_OF_ROW = "md5_number_lower(CAST(to_json({row}) AS VARCHAR)) % 4294967296"
"""In DuckDB's SQL."""

READER_RELATIONS: dict[str, Relation] = {
    "row_hash": Relation(
        "A row is a row of a relation with numbers that nothing else in the file gives again. `openness verify` finds "
        "by it which row was altered.",
        ("relation", "row"),
        {
            "relation": Column(pl.String, "The relation.", Among(HASHED)),
            "row": Column(pl.Int64, "The place of the row among those of the relation, from 0.", AtLeast(0)),
            "hash": Column(pl.Int64, f"{HASH_OF_ROW.format(row='relation')}, as DuckDB computes it.", AtLeast(0)),
        },
    ),
    "question_rule": Relation(
        "A row is a question for team meetings, and what it is about. It is chosen for a programme and academic year "
        "of which result has a row, if: (gap_id) a gap that covers the year has difference_low above 0; or (item_id) "
        f"support of the year says {listed(MISSING)}; or (measure_id) for a published result that covers the year "
        f"(subgroup null), and a measure with direction up, rate_high is below {HALF} or its comparison with everybody "
        f"has the verdict {VERDICTS[1]}; with direction down, rate_low is above {HALF} or that verdict is "
        f"{VERDICTS[0]}; or all three are null. Of those chosen the first {in_words(MOST)} by place are in "
        "meeting_question.",
        ("question_id",),
        {
            "question_id": Column(pl.String, "The question."),
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "text": Column(pl.String, "The question as asked."),
            "gap_id": optional(pl.String, "The gap it is about."),
            "measure_id": optional(pl.String, "The measure it is about."),
            "item_id": optional(pl.String, "The support item it is about."),
            "condition": optional(
                pl.String, "published: a published result is reason enough, whatever it is. Null: as above."
            ),
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
    "highlight": Relation(
        "A row is something to say of a programme and academic year. Pages, reports and exports say these and nothing "
        "else. The order is the same for every programme and no rank of anything.",
        ("programme_id", "academic_year", "place"),
        {
            "programme_id": PROGRAMME_ID,
            "academic_year": ACADEMIC_YEAR,
            "place": Column(
                pl.Int64,
                "Where it stands, from 0: by topic in the order below, then by the place of the measure or gap in the "
                f"catalogue, then by kind ({listed(KINDS, 'then')}), name and result_id.",
            ),
            "topic": Column(
                pl.String,
                "gap: a gap that covers the year leaves out 0. stands_out: so it is in comparison, for a result that "
                "covers the year. change: such a result has a rise or fall in change. trend: a series that ends in the "
                "year has a rise or fall in trend. suppressed: nothing else is shown of the measure and year.",
                Among(TOPICS),
            ),
            "measure_id": optional(pl.String, "The measure; null for a gap."),
            "gap_id": optional(pl.String, "The gap; null for all else."),
            "result_id": optional(pl.Int64, "The result, for stands_out and change."),
            "kind": optional(pl.String, "The comparator, for stands_out.", Among(KINDS)),
            "name": optional(pl.String, "The comparator, for stands_out."),
        },
    ),
    "highlight_scope": Relation(
        "A row is for how many measures of a programme and academic year a verdict of a topic was possible. Only of "
        "these can be said that nothing stands out, changed, rose or fell. Measures count that were asked (a row of "
        "result with subgroup null covers the year, and its status is not not_collected).",
        ("programme_id", "academic_year", "place"),
        {
            "programme_id": PROGRAMME_ID,
            "academic_year": ACADEMIC_YEAR,
            "place": Column(
                pl.Int64,
                f"Where it stands, from 0: by topic ({listed(SCOPED, 'then')}), then by kind "
                f"({listed(KINDS, 'then')}) and name.",
            ),
            "topic": Column(pl.String, "The topic, as in highlight.", Among(SCOPED)),
            "kind": optional(pl.String, "The comparator, for stands_out: each that the programme has.", Among(KINDS)),
            "name": optional(pl.String, "The comparator, for stands_out."),
            "asked": Column(pl.Int64, "How many measures were asked: the sum of the four that follow.", AtLeast(1)),
            "suppressed": Column(pl.Int64, "Of how many nothing is published for the year.", AtLeast(0)),
            "nothing_beside": Column(
                pl.Int64,
                "Of how many something is published, and there is nothing to set beside it: no result that covers the "
                "year has a row in comparison with this kind and name, or in change; or no series that ends in the "
                "year has a row in trend.",
                AtLeast(0),
            ),
            "too_few": Column(pl.Int64, "How many have such a row, but without a verdict.", AtLeast(0)),
            "possible": Column(pl.Int64, "How many have such a row with a verdict.", AtLeast(0)),
        },
    ),
    "plan": Relation(
        "A row is what a programme can hope to see before it asks, for a group and kind of question put to everybody, "
        "if about so many people answer each year: twice as many are invited, and each of them answers with a chance "
        f"of {HALF_OF_ALL}. Made from the catalogue alone, with {AUDITS} simulated audits. Four times in five is "
        f"{in_percent(POWER)}.",
        ("respondent_group", "sensitive", "answering"),
        {
            "respondent_group": Column(pl.String, "The group, as in the relation measure."),
            "sensitive": Column(pl.Boolean, "Whether the question is sensitive."),
            "answering": Column(pl.Int64, "About how many answer each year.", AtLeast(1)),
            "years_if_half": optional(
                pl.Int64,
                "After how many years a first result is published four times in five, by the rule, if a share of "
                f"{HALF_OF_ALL} says yes; null where it takes more than {in_words(MOST_YEARS)}.",
                AtLeast(1),
            ),
            "years_if_tenth": optional(pl.Int64, f"The same, if a share of {TENTH} says yes.", AtLeast(1)),
            "years_again_if_half": optional(
                pl.Int64,
                "After how many years a second result is published four times in five, likewise, if a share of "
                f"{HALF_OF_ALL} says yes.",
                AtLeast(1),
            ),
            "detectable_change": optional(
                pl.Float64,
                "The change from one result to the next that would be found four times in five (both are published by "
                "the rule, and its interval leaves out 0), around a rate of one half, in steps of 0.01. Each result "
                "covers years_if_half years, with as many answers in each or, where that is never published, the "
                "fewest that are. Its interval stands on all of them / the most of these years in which one person "
                "can have answered (as in effective_respondents). Null where none is found "
                "so often, and where years_again_if_half is null: then there is no next.",
                IN_UNIT,
            ),
            "detectable_difference": optional(
                pl.Float64,
                f"The difference from {in_words(OTHER_PROGRAMMES)} programmes of the same size that would be found, "
                f"as in comparison, if their rate is one half and they differ by a standard deviation of {SPREAD}, in "
                "steps of 0.01. Results are as in detectable_change, and published by the rule. Null where none is "
                "found so often, and where years_if_half is null: then there is no result.",
                IN_UNIT,
            ),
        },
    ),
}
