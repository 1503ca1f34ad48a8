"""The relations of the release that say what was asked: the catalogue as it was used."""

from typing import get_args

import polars as pl
from pydantic import BaseModel

from pipelines.instrument.measures import Measure
from pipelines.release.columns import Among, Column, Relation, optional
from pipelines.release.shared_columns import ASSOCIATION_ID, COUNT, GAP_ID, IN_UNIT, TEXTS


def _choices(entry: type[BaseModel], field: str) -> tuple[str, ...]:
    """The words that the catalogue allows in a field."""
    return get_args(entry.model_fields[field].annotation)


PLACE = Column(pl.Int64, "Its place in the catalogue, from 0.")

CATALOGUE_RELATIONS: dict[str, Relation] = {
    "measure": Relation(
        "A row is a measure of the catalogue: k of n, defined once. Those that only an earlier edition asked stand "
        "last, with the words under which they were asked.",
        ("measure_id",),
        {
            "measure_id": Column(pl.String, "The measure."),
            "place": PLACE,
            "definition": Column(
                pl.String,
                "The fingerprint of what it asks, as in the relation result: the first 16 digits of the SHA-256 of the "
                "JSON text of its question, terms, answers, affirmative answers, group, and the fingerprints of base "
                "and within. A corrected wording keeps the first one: see wording_correction.",
            ),
            "retired": Column(pl.Boolean, "Whether it is asked no more."),
            "retired_because": optional(pl.String, "Why it has no successor, where the catalogue says so."),
            "replaces": optional(pl.String, "The measure of an earlier edition in whose place it is asked."),
            "comparable": optional(
                pl.Boolean,
                "Whether its results can be set beside those of the measure it replaces: then both make one series, "
                "with a break between them. Null where it replaces none.",
            ),
            "series": Column(
                pl.String,
                "The series it belongs to, named for the last of the measures that replaced each other and are "
                "comparable. Results of two measures are never pooled.",
            ),
            "optional": Column(pl.Boolean, "Whether a shorter form may leave it out."),
            "pillar": Column(pl.String, "The part of the audit, as in the relation pillar."),
            "respondent_group": Column(pl.String, "Who was asked, as in the relation respondent_group."),
            "title": Column(pl.String, "Its title."),
            "phrase": optional(pl.String, "How a sentence goes on after '14 of 31' and who was asked."),
            "question": Column(pl.String, "The question as asked."),
            "answers": Column(TEXTS, "The answers, in order."),
            "affirmative": Column(TEXTS, "The answers counted in k. n counts every answer given."),
            "base": optional(pl.String, "The measure that must have been affirmed before this question is asked."),
            "within": optional(pl.String, "The measure that a yes here implies."),
            "basis": Column(pl.String, "What kind of thing it tells, as in the relation basis."),
            "direction": Column(
                pl.String,
                "up or down is the better way; none: neither more nor less is better.",
                Among(_choices(Measure, "direction")),
            ),
            "sensitive": Column(pl.Boolean, "Whether the stricter thresholds hold."),
            "source": Column(pl.String, "Where the topic comes from."),
            "rests_on": Column(TEXTS, "What it rests on, as in the relation reference."),
            "caveat": optional(pl.String, "What to bear in mind."),
            "context": optional(pl.String, "A published finding in words. It is never drawn."),
            "benchmark_rate": optional(pl.Float64, "A figure from the literature: context, never a target.", IN_UNIT),
            "benchmark_respondents": optional(pl.Int64, "The n of that figure.", COUNT),
            "benchmark_population": optional(pl.String, "Whom it is about."),
            "benchmark_source": optional(pl.String, "Where it was published."),
            "benchmark_remark": optional(pl.String, "What to bear in mind about it."),
            "benchmark_professions": Column(
                TEXTS, "The professions beside whose programmes it is shown; beside all where there is none."
            ),
            "benchmark_year": optional(pl.Int64, "When it was published."),
        },
    ),
    "edition": Relation(
        "A row is a version of the catalogue with which answers came in. A question that has the same words in two of "
        "them is one measure, but words around it may differ.",
        ("catalogue_version",),
        {
            "catalogue_version": Column(pl.String, "The version."),
            "first_year": Column(pl.String, "The first academic year that was asked with it."),
        },
    ),
    "wording_correction": Relation(
        "A row is a question whose wording was corrected, and was accepted by the steward as the same question.",
        ("measure_id", "accepted_at"),
        {
            "measure_id": Column(pl.String, "The measure, as in the relation measure."),
            "definition": Column(pl.String, "The fingerprint that both wordings have in this release."),
            "before": Column(
                pl.String,
                "The question before; where it is the same, the words of answers or lines that were corrected.",
            ),
            "after": Column(pl.String, "The same after."),
            "reason": Column(pl.String, "Why the steward accepted it."),
            "accepted_at": Column(pl.Datetime("us"), "When (UTC)."),
        },
    ),
    "support_item": Relation(
        "A row is a support or policy item of the catalogue.",
        ("item_id",),
        {
            "item_id": Column(pl.String, "The item."),
            "place": PLACE,
            "kind": Column(pl.String, "What kind of item it is, as in the relation support_kind."),
            "title": Column(pl.String, "Its title."),
            "retired": Column(pl.Boolean, "Whether programmes are not asked about it any more."),
            "replaces": Column(TEXTS, "The items of an earlier edition in whose place it stands."),
            "comparable": optional(pl.Boolean, "Whether it can be set beside them. Null where it replaces none."),
            "in_place": optional(pl.String, "What must be true for it to be in place."),
            "evidence": optional(pl.String, "Where the public can read it."),
            "source": optional(pl.String, "Where the item comes from."),
            "rests_on": Column(TEXTS, "What it rests on, as in the relation reference."),
            "computed_from": optional(
                pl.String,
                "The item from whose date its status follows: in_place where that item is in place and the date lies "
                "fewer than computed_months before the end of the academic year. Null where programmes say it.",
            ),
            "computed_date": optional(pl.String, "Which date of that item: since or reviewed_on."),
            "computed_months": optional(pl.Int64, "How many months back the date may lie.", COUNT),
            "personal": Column(pl.Boolean, "It points at somebody: shown only as in place or not known."),
            "measures": Column(TEXTS, "The measures that policy_change looks at before and after."),
        },
    ),
    "instrument": Relation(
        "One row: what the instrument asks, in its own words.",
        ("instrument_id",),
        {
            "instrument_id": Column(pl.String, "The catalogue used."),
            "question": optional(pl.String, "The question it answers."),
            "subject": optional(pl.String, "What is set side by side."),
            "principle": optional(pl.String, "How its numbers are to be taken."),
            "language": Column(pl.String, "The language of its texts, as HTML writes it."),
            "licence": optional(pl.String, "Under what terms others may use its wording."),
            "help": optional(pl.String, "Where respondents and readers find support."),
        },
    ),
    "term": Relation(
        "A row is a line above the questions that says what a word means in them.",
        ("term",),
        {
            "term": Column(pl.String, "The term."),
            "place": PLACE,
            "groups": Column(TEXTS, "The groups who read it, as in the relation respondent_group."),
            "text": Column(pl.String, "The line."),
        },
    ),
    "left_out": Relation(
        "A row is something that is not asked on purpose.",
        ("left_out",),
        {
            "left_out": Column(pl.String, "What it is."),
            "place": PLACE,
            "title": Column(pl.String, "Its title."),
            "why": Column(pl.String, "Why it is not asked."),
        },
    ),
    "reference": Relation(
        "A row is what questions or support items rest on.",
        ("reference",),
        {
            "reference": Column(pl.String, "Its id, as in the relations measure and support_item."),
            "place": PLACE,
            "cite": Column(pl.String, "How to cite it."),
            "doi": optional(pl.String, "Its DOI."),
            "doi_seen": Column(pl.Boolean, "Whether the DOI stood on a page that was read."),
            "seen": Column(pl.String, "How much of it was read."),
            "url": optional(pl.String, "Where it can be read."),
        },
    ),
    "code": Relation(
        "A row is a code of the catalogue's lists, and what it stands for. Without a list a column is free text.",
        ("kind", "code"),
        {
            "kind": Column(pl.String, "profession, country or region.", Among(("profession", "country", "region"))),
            "code": Column(pl.String, "The code, as in the relation programme."),
            "label": Column(pl.String, "What it stands for."),
            "within": optional(pl.String, "The discipline of a profession; the country of a region."),
        },
    ),
    "question_rule": Relation(
        "A row is a question for a team meeting, and when it is chosen. About a gap: where its interval lies above "
        "zero. About a measure: where the other answer than the better one is clearly the more common, or the "
        "programme stands out on that side; if chosen_when is published, wherever there is a result, because a few are "
        "too many. About a support item: where it is planned or not in place. About none of these: always. The first "
        "of them, in the order of the catalogue, are in meeting_question.",
        ("question_id",),
        {
            "question_id": Column(pl.String, "The question, as in the relation meeting_question."),
            "place": PLACE,
            "text": Column(pl.String, "The question as asked."),
            "gap": optional(pl.String, "The pair it is about, as in the relation gap_pair."),
            "measure": optional(pl.String, "The measure it is about."),
            "item": optional(pl.String, "The support item it is about."),
            "chosen_when": optional(pl.String, "published: wherever the measure has a result, whatever its rate."),
        },
    ),
    "respondent_group": Relation(
        "A row is a group of people who are asked.",
        ("respondent_group",),
        {
            "respondent_group": Column(pl.String, "The group, as in the relation measure."),
            "place": PLACE,
            "people": Column(pl.String, "What its people are called."),
            "person": Column(pl.String, "What one of them is called."),
            "longest_stay": optional(pl.Int64, "The most academic years in which one person can answer; null: in all."),
        },
    ),
    "subgroup": Relation(
        "A row is a subgroup: a part of a group of people who are asked.",
        ("respondent_group", "subgroup"),
        {
            "respondent_group": Column(pl.String, "The group it is a part of."),
            "subgroup": Column(pl.String, "Its code, as in the relation result."),
            "place": PLACE,
            "label": Column(pl.String, "What it is called."),
        },
    ),
    "pillar": Relation(
        "A row is a part of the audit.",
        ("pillar",),
        {
            "pillar": Column(pl.String, "Its id, as in the relation measure."),
            "place": PLACE,
            "title": Column(pl.String, "Its title."),
            "question": optional(pl.String, "What it asks."),
        },
    ),
    "basis": Relation(
        "A row is a kind of thing that measures tell. What differs in kind never shares an axis.",
        ("basis",),
        {
            "basis": Column(pl.String, "Its id, as in the relation measure."),
            "place": PLACE,
            "title": Column(pl.String, "Its title."),
        },
    ),
    "support_kind": Relation(
        "A row is a kind of support item.",
        ("kind",),
        {
            "kind": Column(pl.String, "Its id, as in the relation support_item."),
            "place": PLACE,
            "title": Column(pl.String, "Its title."),
        },
    ),
    "support_status": Relation(
        "A row is what a programme can say of a support item.",
        ("status",),
        {
            "status": Column(pl.String, "The status, as in the relation support."),
            "place": Column(pl.Int64, "Its place, from 0."),
            "words": optional(pl.String, "When a programme should say so."),
        },
    ),
    "answer": Relation(
        "A row is an answer of the catalogue.",
        ("answer",),
        {
            "answer": Column(pl.String, "Its code, as in the relation measure."),
            "words": Column(pl.String, "How the questionnaire has it."),
        },
    ),
    "gap_pair": Relation(
        "A row is a pair of measures of the catalogue that are set side by side.",
        ("gap_id",),
        {
            "gap_id": GAP_ID,
            "place": PLACE,
            "title": Column(pl.String, "The question the pair answers."),
            "expected": Column(pl.String, "The measure expected."),
            "modelled": Column(pl.String, "The measure modelled."),
            "replaces": optional(pl.String, "The pair of an earlier edition in whose place it stands."),
            "comparable": optional(pl.Boolean, "Whether the two can be set beside each other."),
        },
    ),
    "side_by_side_pair": Relation(
        "A row is two measures of different groups that are drawn together. They are never subtracted: what one "
        "person does can be seen by many.",
        ("side_by_side_id",),
        {
            "side_by_side_id": Column(pl.String, "The pair."),
            "place": PLACE,
            "title": Column(pl.String, "What the pair is about."),
            "first": Column(pl.String, "The measure that stands first."),
            "second": Column(pl.String, "The other one."),
        },
    ),
    "association_pair": Relation(
        "A row is two measures of different groups of the catalogue that are looked at together across programmes.",
        ("association_id",),
        {
            "association_id": ASSOCIATION_ID,
            "place": PLACE,
            "title": Column(pl.String, "What is asked of the two."),
            "first": Column(pl.String, "The measure that stands first."),
            "second": Column(pl.String, "The other one."),
        },
    ),
}
