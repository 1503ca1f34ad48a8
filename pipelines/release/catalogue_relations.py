"""The relations of the release that say what was asked: the catalogue as it was used."""

from typing import get_args

import polars as pl
from pydantic import BaseModel

from pipelines.instrument.measures import Measure
from pipelines.release.columns import Among, Column, Relation, listed, optional
from pipelines.release.shared_columns import ASSOCIATION_ID, COUNT, GAP_ID, IN_UNIT, TEXTS


def _choices(entry: type[BaseModel], field: str) -> tuple[str, ...]:
    """The words that the catalogue allows in a field."""
    return get_args(entry.model_fields[field].annotation)


_GROUPS = _choices(Measure, "group")
PLACE = Column(pl.Int64, "Its place in the catalogue, from 0.")

CATALOGUE_RELATIONS: dict[str, Relation] = {
    "measure": Relation(
        "A row is a measure of the catalogue: k of n, defined once.",
        ("measure_id",),
        {
            "measure_id": Column(pl.String, "The measure."),
            "place": PLACE,
            "pillar": Column(pl.String, "The part of the audit, as in the relation pillar."),
            "respondent_group": Column(pl.String, f"Who was asked: {listed(_GROUPS)}.", Among(_GROUPS)),
            "title": Column(pl.String, "Its title."),
            "phrase": optional(pl.String, "How a sentence goes on after '14 of 31 trainees'."),
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
            "caveat": optional(pl.String, "What to bear in mind."),
            "benchmark_rate": optional(pl.Float64, "A figure from the literature: context, never a target.", IN_UNIT),
            "benchmark_respondents": optional(pl.Int64, "The n of that figure.", COUNT),
            "benchmark_population": optional(pl.String, "Whom it is about."),
            "benchmark_source": optional(pl.String, "Where it was published."),
            "benchmark_remark": optional(pl.String, "What to bear in mind about it."),
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
        "A row is a role or training year.",
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
        },
    ),
    "association_pair": Relation(
        "A row is a measure of staff and one of trainees of the catalogue that are looked at together.",
        ("association_id",),
        {
            "association_id": ASSOCIATION_ID,
            "place": PLACE,
            "title": Column(pl.String, "What is asked of the two."),
            "staff": Column(pl.String, "The measure of staff."),
            "trainee": Column(pl.String, "The measure of trainees."),
        },
    ),
}
