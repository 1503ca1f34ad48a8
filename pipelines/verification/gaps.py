"""Gaps, their changes and those of others a second time, in plain Python, from published results."""

from itertools import pairwise
from math import sqrt
from typing import Any

from scipy.stats import t

from pipelines.verification.comparators import plain_members, plain_published
from pipelines.verification.estimators import Z95
from pipelines.verification.rows import Interval, Row, mover, named, newcombe

GAP = ("gap_id", "programme_id", "first_year", "last_year")


def plain_gaps(
    result: list[Row], pairs: list[Row], measure: list[Row], same_people: list[Row] | None = None
) -> list[Row]:
    """With the results of both sides, put to one group; of two of the same years the one of more people.

    The interval is that of `same_people` where a gap of a single year is there.
    """
    paired = {(row["gap_id"], row["programme_id"], (row["academic_year"],)): row for row in same_people or ()}
    groups = {row["measure_id"]: row["respondent_group"] for row in measure}
    sides = {
        (measure, who, tuple(row["years"])): row
        for (measure, who), rows in plain_published(result).items()
        for row in sorted(rows, key=lambda row: (row["respondents"], row["result_id"]))
    }
    return [
        {
            "gap_id": pair["gap_id"],
            "programme_id": who,
            "first_year": years[0],
            "last_year": years[-1],
            "years": list(years),
            "expected": expected,
            "modelled": modelled,
            "paired": paired.get((pair["gap_id"], who, years), {}).get("respondents"),
            "gap": _interval(expected, modelled, paired.get((pair["gap_id"], who, years))),
        }
        for pair in pairs
        for (measure, who, years), expected in sides.items()
        if measure == pair["expected"]
        and groups[measure] == groups[pair["modelled"]]
        and (modelled := sides.get((pair["modelled"], who, years)))
    ]


def _interval(expected: Row, modelled: Row, paired: Row | None) -> Interval:
    middle, low, high = newcombe(expected, modelled)
    return (middle, paired["difference_low"], paired["difference_high"]) if paired else (middle, low, high)


def is_clear(gap: Interval) -> bool:
    return gap[1] > 0 or gap[2] < 0


def beside(gap: Interval, other: Interval) -> tuple[Interval, str]:
    """How much wider a clear gap is than another, and the verdict. Negative gaps are turned over."""
    if gap[0] < 0:
        gap, other = (-gap[0], -gap[2], -gap[1]), (-other[0], -other[2], -other[1])
    excess = mover(gap, other)
    if other[2] < 0:
        return excess, "other_direction"
    if other[0] < 0 and excess[1] > 0:
        return excess, "no_clear_gap_there"
    return excess, "wider" if excess[1] > 0 else "narrower" if excess[2] < 0 else "no_clear_difference"


def plain_gap_changes(gaps: list[Row]) -> dict[Any, Row]:
    found = {}
    in_order = sorted(gaps, key=lambda row: (*(row[key] for key in GAP[:2]), row["last_year"], row["first_year"]))
    for earlier, later in pairwise(in_order):
        same = all(earlier[key] == later[key] for key in GAP[:2])
        if same and is_clear(later["gap"]) and earlier["last_year"] < later["first_year"]:
            change, verdict = beside(later["gap"], earlier["gap"])
            found[tuple(later[key] for key in GAP)] = {
                "earlier_first_year": earlier["first_year"],
                "earlier_last_year": earlier["last_year"],
                **named("change", change),
                "verdict": verdict,
            }
    return found


def plain_gap_comparisons(result: list[Row], programme: list[Row], gaps: list[Row], pairs: list[Row]) -> dict[Any, Row]:
    members = plain_members([*_as_results(gaps), *_asked_without_gap(result, gaps, pairs)], programme)
    found = {}
    for gap in filter(lambda gap: is_clear(gap["gap"]), gaps):
        for (gap_id, years, *place), taken in members.items():
            if (gap_id, list(years)) != (gap["gap_id"], gap["years"]) or gap["programme_id"] not in taken:
                continue
            others = [taken[who] for who in taken if who != gap["programme_id"]]
            theirs = [gaps[row["result_id"]] for row in others if row]
            if len(theirs) >= 3 and 3 * len(theirs) >= 2 * len(others):
                pooled = plain_pooled_gap(theirs)
                excess, verdict = beside(gap["gap"], pooled)
                found[(*(gap[key] for key in GAP), *place)] = {
                    "comparator_asked": len(others),
                    "comparator_programmes": len(theirs),
                    "comparator_coverage": len(theirs) / len(others),
                    "comparator_first_year": min(row["first_year"] for row in theirs),
                    "comparator_last_year": max(row["last_year"] for row in theirs),
                    **named("comparator_difference", pooled),
                    **named("excess", excess),
                    "verdict": verdict if 1 + len(theirs) >= 10 else None,
                }
    return found


def plain_pooled_gap(gaps: list[Row]) -> Interval:
    """The gap of several programmes together; how they differ is taken from their own gaps."""
    sides = ("expected", "modelled")
    n = {side: sum(gap[side]["respondents"] for gap in gaps) for side in sides}
    rate = {side: sum(gap[side]["affirmative"] for gap in gaps) / n[side] for side in sides}
    away = [
        {side: (gap[side]["affirmative"] - rate[side] * gap[side]["respondents"]) / n[side] for side in sides}
        for gap in gaps
    ]
    robust = sum((each["expected"] - each["modelled"]) ** 2 for each in away) * len(gaps) / (len(gaps) - 1)
    chance = sum(
        rate[side] * (1 - rate[side]) * (gap[side]["respondents"] / n[side]) ** 2 / gap[side]["effective_respondents"]
        for side in sides
        for gap in gaps
    )
    half = sqrt(max(Z95**2 * chance, robust * float(t.ppf(0.975, len(gaps) - 1)) ** 2))
    middle = rate["expected"] - rate["modelled"]
    return middle, max(-1, middle - half), min(1, middle + half)


def _as_results(gaps: list[Row]) -> list[Row]:
    """Gaps as rows of results, so that members are found as for results. Their number is their place."""
    return [
        gap["expected"] | {"measure_id": gap["gap_id"], "result_id": number, "years": gap["years"]}
        for number, gap in enumerate(gaps)
    ]


def _asked_without_gap(result: list[Row], gaps: list[Row], pairs: list[Row]) -> list[Row]:
    asked = {
        (row["measure_id"], row["programme_id"], year)
        for row in result
        if row["subgroup"] is None and row["status"] != "not_collected"
        for year in row["years"]
    }
    shown = {(gap["gap_id"], gap["programme_id"], year) for gap in gaps for year in gap["years"]}
    return [
        {"measure_id": pair["gap_id"], "programme_id": who, "years": [year], "subgroup": None, "status": "suppressed"}
        for pair in pairs
        for measure, who, year in asked
        if measure == pair["expected"]
        and (pair["modelled"], who, year) in asked
        and (pair["gap_id"], who, year) not in shown
    ]
