"""The reasons for questions to a team meeting, a second time, in plain Python."""

from pipelines.instrument.catalogue import Catalogue
from pipelines.settings import Settings
from tests.reference.comparators import naive_comparators, naive_published
from tests.reference.estimators import naive_wilson
from tests.reference.gaps import naive_gaps
from tests.reference.twins import people, rows_of


def naive_reasons(home: Settings, catalogue: Catalogue) -> set[tuple[str, str, str, str]]:
    """Programme, year, what for, and which gap, measure or item."""
    result = rows_of(home, "result")
    comparisons = naive_comparators(result, rows_of(home, "programme"))[1]
    found = {
        (row["programme_id"], year, "gap", row["gap_id"])
        for row in naive_gaps(result, rows_of(home, "gap_pair"), rows_of(home, "measure"))
        for year in row["expected"]["years"]
        if row["gap"][1] > 0
    }
    for (measure, who), rows in naive_published(result).items():
        for row in rows:
            verdict = comparisons.get((row["result_id"], "everybody", "everybody"), {}).get("verdict")
            low, high = naive_wilson(*people(row))
            few = high < 0.5 or verdict == "stands_out_lower"
            many = low > 0.5 or verdict == "stands_out_higher"
            if {"up": few, "down": many, "none": False}[catalogue.measures[measure].direction]:
                found |= {(who, year, "measure", measure) for year in row["years"]}
    return found | {
        (row["programme_id"], row["academic_year"], "item", row["item_id"])
        for row in rows_of(home, "support")
        if row["status"] in ("planned", "not_in_place")
    }
