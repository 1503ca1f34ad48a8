"""How few people can stand behind a result, and behind each of its sides, if the same people answered every year."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import polars as pl

from pipelines.disclosure.attacker_checks import KEYS
from pipelines.disclosure.attacker_lists import FACTS, Facts, parts_in_order
from pipelines.disclosure.attacker_rule import REMEMBERED, Part, Thresholds, fewest_people, most_answers

TOO_FEW: Final[dict[str, Any]] = {
    "kind": pl.String,
    "result_id": pl.Int64,
    **dict.fromkeys(KEYS, pl.String),
    "years": pl.List(pl.Int64),
    "promised": pl.Int64,
    "found": pl.Int64,
}


def results_of_too_few(standing: pl.DataFrame) -> pl.DataFrame:
    """Results behind which fewer people can stand than promised: in all (`people`), or on one side (`side`).

    A part that was published by itself, with enough people, has them: so only the other results are looked at.
    """
    lists = (
        standing.filter(pl.col("stood_in").is_not_null() & ~pl.col("alone"))
        .group_by("stood_in", *KEYS, maintain_order=True)
        .agg(pl.col("total").first(), pl.col(*FACTS))
    )
    rows = [row for result in lists.iter_rows(named=True) for row in _too_few(result)]
    return pl.DataFrame(rows, schema=TOO_FEW, orient="row")


def _too_few(result: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    facts: Facts = list(zip(*(result[name] for name in FACTS), strict=True))
    thresholds = Thresholds(*facts[0][5:])
    people, on_a_side = _count_people(parts_in_order(facts), result["total"], thresholds)
    named = result["stood_in"], *(result[key] for key in KEYS), sorted({year for row in facts for year in row[2]})
    if people < thresholds.people:
        yield "people", *named, thresholds.people, people
    if on_a_side < thresholds.each_side:
        yield "side", *named, thresholds.each_side, on_a_side


@lru_cache(maxsize=REMEMBERED)
def _count_people(parts: tuple[Part, ...], total: int, thresholds: Thresholds) -> tuple[int, int]:
    """The fewest who can stand behind a result, and behind its smaller side; there counted no further than promised."""
    smaller = min(total, sum(part.respondents for part in parts) - total)
    sufficient = (
        people
        for people in range(thresholds.each_side)
        if most_answers(parts, people, thresholds.longest_stay) >= smaller
    )
    return fewest_people(parts, thresholds.longest_stay), next(sufficient, thresholds.each_side)
