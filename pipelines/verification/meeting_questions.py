"""Questions to a team meeting, chosen a second time, in plain Python, by the rules in the file."""

from typing import Any

from pipelines.verification.comparators import plain_published
from pipelines.verification.estimators import plain_wilson
from pipelines.verification.rows import Row, people


def plain_meeting_questions(
    given: dict[str, list[Row]], comparisons: dict[Any, Row], gaps: list[Row]
) -> dict[Any, Row]:
    """At most three questions for each programme and year that has a row in result."""
    reasons = _reasons(given, comparisons, gaps)
    took_part = {(row["programme_id"], year) for row in given["result"] for year in row["years"]}
    rules = sorted(given["question_rule"], key=lambda row: row["place"])
    about = ("gap_id", "measure_id", "item_id")
    found = {}
    for who, year in took_part:
        fitting = [
            rule
            for rule in rules
            if not any(rule[name] for name in about)
            or any((who, year, name, rule[name]) in reasons for name in about)
            or (rule["condition"] and (who, year, rule["condition"], rule["measure_id"]) in reasons)
        ]
        for rule in fitting[:3]:
            found[who, year, rule["question_id"]] = {"place": rule["place"], "text": rule["text"]}
    return found


def _reasons(
    given: dict[str, list[Row]], comparisons: dict[Any, Row], gaps: list[Row]
) -> set[tuple[str, str, str, str]]:
    """Programme, year, and which gap, measure or item gives a reason to ask."""
    directions = {row["measure_id"]: row["direction"] for row in given["measure"]}
    found = {
        (gap["programme_id"], year, "gap_id", gap["gap_id"])
        for gap in gaps
        for year in gap["years"]
        if gap["gap"][1] > 0
    }
    for (measure, who), rows in plain_published(given["result"]).items():
        for row in rows:
            verdict = comparisons.get((row["result_id"], "everybody", "everybody"), {}).get("verdict")
            low, high = plain_wilson(*people(row))
            few = high < 0.5 or verdict == "stands_out_lower"
            many = low > 0.5 or verdict == "stands_out_higher"
            found |= {(who, year, "published", measure) for year in row["years"]}
            if {"up": few, "down": many, "none": False}[directions[measure]]:
                found |= {(who, year, "measure_id", measure) for year in row["years"]}
    return found | {
        (row["programme_id"], row["academic_year"], "item_id", row["item_id"])
        for row in given["support"]
        if row["status"] in ("planned", "not_in_place")
    }
