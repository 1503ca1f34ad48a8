"""Gaps, their changes and those of others a second time, in plain Python, from published results."""

from itertools import pairwise
from typing import Any

from tests.reference.comparators import naive_comparators, naive_published
from tests.reference.estimators import naive_wilson
from tests.reference.twins import Interval, Row, counts, mover, named, word

GAP = ("gap_id", "programme_id", "first_year", "last_year")
VERDICTS = ("wider", "narrower", "no_clear_difference")


def naive_gap(expected: tuple[int, int], modelled: tuple[int, int]) -> Interval:
    """Of k of n expected and k of n modelled, perhaps by the same people."""
    (low, high), (other_low, other_high) = naive_wilson(*expected), naive_wilson(*modelled)
    return expected[0] / expected[1] - modelled[0] / modelled[1], low - other_high, high - other_low


def naive_gaps(result: list[Row], pairs: list[Row]) -> list[Row]:
    """With the results of both sides; of two of the same years the one of more people."""
    sides = {
        (measure, who, tuple(row["years"])): row
        for (measure, who), rows in naive_published(result).items()
        for row in sorted(rows, key=lambda row: (row["respondents"], row["result_id"]))
    }
    return [
        {
            "gap_id": pair["gap_id"],
            "programme_id": who,
            "first_year": years[0],
            "last_year": years[-1],
            "expected": expected,
            "modelled": modelled,
            "gap": naive_gap(counts(expected), counts(modelled)),
        }
        for pair in pairs
        for (measure, who, years), expected in sides.items()
        if measure == pair["expected"] and (modelled := sides.get((pair["modelled"], who, years)))
    ]


def naive_gap_changes(gaps: list[Row]) -> dict[Any, Row]:
    found = {}
    in_order = sorted(gaps, key=lambda row: (*(row[key] for key in GAP[:2]), row["last_year"], row["first_year"]))
    for earlier, later in pairwise(in_order):
        same = all(earlier[key] == later[key] for key in GAP[:2])
        if same and earlier["last_year"] < later["first_year"]:
            change = mover(later["gap"], earlier["gap"])
            found[tuple(later[key] for key in GAP)] = {
                "earlier_first_year": earlier["first_year"],
                "earlier_last_year": earlier["last_year"],
                **named("change", change),
                "verdict": word(change, *VERDICTS),
            }
    return found


def naive_gap_comparisons(result: list[Row], programme: list[Row], gaps: list[Row]) -> dict[Any, Row]:
    compared = naive_comparators(result, programme)[1]
    found = {}
    for gap in gaps:
        for (result_id, *place), expected in compared.items():
            modelled = compared.get((gap["modelled"]["result_id"], *place))
            if result_id == gap["expected"]["result_id"] and modelled:
                others = naive_gap(_others(expected), _others(modelled))
                excess = mover(gap["gap"], others)
                found[(*(gap[key] for key in GAP), *place)] = {
                    "comparator_programmes": min(side["comparator_programmes"] for side in (expected, modelled)),
                    **named("comparator_difference", others),
                    **named("excess", excess),
                    "verdict": word(excess, *VERDICTS),
                }
    return found


def _others(compared: Row) -> tuple[int, int]:
    return compared["comparator_affirmative"], compared["comparator_respondents"]
