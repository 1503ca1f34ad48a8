"""The relations of the release that say what was asked: the catalogue as it was used."""

from typing import get_args

import polars as pl
from pydantic import BaseModel

from pipelines.instrument.catalogue import Measure
from pipelines.release.columns import Among, Column, Relation, listed, optional
from pipelines.release.shared_columns import ASSOCIATION_ID, COUNT, GAP_ID, IN_UNIT, TEXTS


def _choices(entry: type[BaseModel], field: str) -> tuple[str, ...]:
    """The words that the catalogue allows in a field."""
    return get_args(entry.model_fields[field].annotation)


_GROUPS = _choices(Measure, "group")

CATALOGUE_RELATIONS: dict[str, Relation] = {
    "measure": Relation(
        "A row is a measure of the catalogue: k of n, defined once.",
        ("measure_id",),
        {
            "measure_id": Column(pl.String, "The measure."),
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "pillar": Column(pl.String, f"{listed(_choices(Measure, 'pillar'))}."),
            "respondent_group": Column(pl.String, f"Who was asked: {listed(_GROUPS)}.", Among(_GROUPS)),
            "title": Column(pl.String, "Its title."),
            "phrase": optional(pl.String, "How a sentence goes on after '14 of 31 trainees'."),
            "question": Column(pl.String, "The question as asked."),
            "answers": Column(TEXTS, "The answers, in order."),
            "affirmative": Column(TEXTS, "The answers counted in k. n counts every answer given."),
            "base": optional(pl.String, "The measure that must have been affirmed before this question is asked."),
            "within": optional(pl.String, "The measure that a yes here implies."),
            "basis": Column(pl.String, f"{listed(_choices(Measure, 'basis'))}."),
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
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "kind": Column(pl.String, "policy, culture, supervision or support."),
            "title": Column(pl.String, "Its title."),
            "personal": Column(pl.Boolean, "It points at somebody: shown only as in place or not known."),
            "measures": Column(TEXTS, "The measures that policy_change looks at before and after."),
        },
    ),
    "gap_pair": Relation(
        "A row is a pair of measures of the catalogue that are set side by side.",
        ("gap_id",),
        {
            "gap_id": GAP_ID,
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
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
            "place": Column(pl.Int64, "Its place in the catalogue, from 0."),
            "title": Column(pl.String, "What is asked of the two."),
            "staff": Column(pl.String, "The measure of staff."),
            "trainee": Column(pl.String, "The measure of trainees."),
        },
    ),
}
