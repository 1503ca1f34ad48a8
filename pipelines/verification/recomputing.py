"""An outsider with a release file and nothing else: every derived value again, from the comments of its columns.

The relations `result`, `programme`, `measure` and `support` are taken as they are, and what the catalogue says of
pairs, items, groups and questions. `recomputed` gives the others.
"""

from typing import Any

from pipelines.verification.associations import plain_associations, plain_points
from pipelines.verification.change_over_time import plain_pairs, plain_policy_changes, plain_trends
from pipelines.verification.comparators import plain_comparators, plain_coverage, plain_funnels
from pipelines.verification.estimators import plain_wilson
from pipelines.verification.gaps import GAP, is_clear, plain_gap_changes, plain_gap_comparisons, plain_gaps
from pipelines.verification.highlight_scopes import plain_highlight_scopes
from pipelines.verification.meeting_questions import plain_meeting_questions
from pipelines.verification.rows import Row, named, newcombe, word

Rows = dict[str, list[Row]]
GIVEN = (
    *("result", "programme", "measure", "support", "support_item", "gap_pair", "association_pair", "question_rule"),
    *("respondent_group", "gap_of_same_people", "release"),
)


def recomputed(given: Rows) -> dict[str, dict[Any, Row]]:
    """Every derived relation, by its key; years are one text in a key."""
    result, programme = given["result"], given["programme"]
    comparators, comparisons = plain_comparators(result, programme, each_side(given))
    gaps = plain_gaps(result, given["gap_pair"], given["measure"], given["gap_of_same_people"])
    found: dict[str, dict[Any, Row]] = {
        "result": _results(given),
        "coverage": plain_coverage(result),
        "comparator": {(key[0], " ".join(key[1]), *key[2:]): row for key, row in comparators.items()},
        "comparison": comparisons,
        "funnel_limit": plain_funnels(result, programme, comparators),
        "change": _changes(plain_pairs(result, {row["measure_id"]: row["series"] for row in given["measure"]})),
        "trend": plain_trends(result),
        "gap": {(gap["gap_id"], gap["programme_id"], " ".join(gap["years"])): _gap(gap) for gap in gaps},
        "gap_change": plain_gap_changes(gaps),
        "gap_comparison": plain_gap_comparisons(result, programme, gaps, given["gap_pair"]),
        "policy_change": plain_policy_changes(
            result, given["support"], {item["item_id"]: item["measures"] for item in given["support_item"]}
        ),
        "association": plain_associations(result, programme, given["association_pair"]),
        "association_point": plain_points(result, programme, given["association_pair"]),
        "meeting_question": plain_meeting_questions(given, comparisons, gaps),
    }
    return found | {
        "highlight": _highlights(given, gaps, found),
        "highlight_scope": plain_highlight_scopes(given, found),
    }


def each_side(given: Rows) -> dict[str, int]:
    """How many people must be on each side of a result, by measure."""
    tiers = {True: "sensitive_minimum_each_side", False: "minimum_each_side"}
    return {row["measure_id"]: given["release"][0][tiers[row["sensitive"]]] for row in given["measure"]}


def _results(given: Rows) -> dict[Any, Row]:
    """Rates, their intervals, and what they would be if all others had answered alike."""
    found = {}
    for row in given["result"]:
        if row["status"] == "published":
            firsts = [int(year[:4]) for year in row["years"]]
            stay = row["longest_stay"] or 1_000
            most = max(sum(first <= other < first + stay for other in firsts) for first in firsts)
            n, k = row["respondents"], row["affirmative"]
            low, high = plain_wilson(k / most, n / most)
            invited = row["invited"] or 2 * n
            under_half = row["response"] == "under_half"
            found[row["result_id"], row["subgroup"]] = {
                "effective_respondents": n / most,
                "rate": k / n,
                "rate_low": low,
                "rate_high": high,
                "rate_if_none": k / invited if under_half else None,
                "rate_if_all": (k + invited - n) / invited if under_half else None,
            }
    return found


def _changes(pairs: list[tuple[Row, Row]]) -> dict[Any, Row]:
    return {
        (later["result_id"],): {
            "programme_id": later["programme_id"],
            "measure_id": later["measure_id"],
            "earlier_result_id": earlier["result_id"],
            "first_year": later["first_year"],
            "last_year": later["last_year"],
            "earlier_first_year": earlier["first_year"],
            "earlier_last_year": earlier["last_year"],
            "across_break": earlier["measure_id"] != later["measure_id"],
            **named("difference", newcombe(later, earlier)),
            "verdict": word(newcombe(later, earlier), "rise", "fall", "no_clear_change"),
        }
        for earlier, later in pairs
    }


def _gap(gap: Row) -> Row:
    return {
        "first_year": gap["first_year"],
        "last_year": gap["last_year"],
        "expected_result_id": gap["expected"]["result_id"],
        "modelled_result_id": gap["modelled"]["result_id"],
        "paired": gap["paired"],
        **named("difference", gap["gap"]),
    }


# ---- highlights ----

TOPICS = ("gap", "stands_out", "change", "trend", "suppressed")
KINDS = (None, "profession", "country", "region", "everybody")


def _highlights(given: Rows, gaps: list[Row], found: dict[str, dict[Any, Row]]) -> dict[Any, Row]:
    """What is said of each programme and year, in its order."""
    places = {row["measure_id"]: row["place"] for row in given["measure"]}
    places |= {row["gap_id"]: row["place"] for row in given["gap_pair"]}
    by_year: dict[tuple[str, str], list[Row]] = {}
    for who, year, row in _every_highlight(given, gaps, found):
        by_year.setdefault((who, year), []).append(row)
    ordered: dict[Any, Row] = {}
    for (who, year), rows in by_year.items():
        rows.sort(
            key=lambda row: (
                TOPICS.index(row["topic"]),
                places[row["measure_id"] or row["gap_id"]],
                KINDS.index(row["kind"]),
                row["name"] or "",
                row["result_id"] or 0,
            )
        )
        ordered |= {(who, year, place): row for place, row in enumerate(rows)}
    return ordered


def _every_highlight(given: Rows, gaps: list[Row], found: dict[str, dict[Any, Row]]) -> list[tuple[str, str, Row]]:
    empty = dict.fromkeys(("measure_id", "gap_id", "result_id", "kind", "name"))
    whole = [row for row in given["result"] if row["subgroup"] is None]
    results = {row["result_id"]: row for row in whole if row["status"] == "published"}
    rows = [
        (gap["programme_id"], year, empty | {"topic": "gap", "gap_id": gap["gap_id"]})
        for gap in gaps
        for year in gap["years"]
        if is_clear(gap["gap"])
    ]
    clear = [
        (result_id, {"topic": "stands_out", "kind": kind, "name": name})
        for (result_id, kind, name), row in found["comparison"].items()
        if row["verdict"] in ("stands_out_higher", "stands_out_lower")
    ] + [
        (result_id, {"topic": "change"})
        for (result_id,), row in found["change"].items()
        if row["verdict"] in ("rise", "fall")
    ]
    for result_id, said in clear:
        result = results[result_id]
        row = empty | said | {"measure_id": result["measure_id"], "result_id": result_id}
        rows += [(result["programme_id"], year, row) for year in result["years"]]
    rows += [
        (who, row["last_year"], empty | {"topic": "trend", "measure_id": measure})
        for (who, measure), row in found["trend"].items()
        if row["verdict"] != "no_clear_change"
    ]
    return rows + [
        (who, year, empty | {"topic": "suppressed", "measure_id": measure}) for who, measure, year in _withheld(whole)
    ]


def _withheld(whole: list[Row]) -> set[tuple[str, str, str]]:
    """The measures of which a programme has nothing but suppressed in an academic year."""
    by_status = {
        status: {
            (row["programme_id"], row["measure_id"], year)
            for row in whole
            if row["status"] == status
            for year in row["years"]
        }
        for status in ("suppressed", "published")
    }
    return by_status["suppressed"] - by_status["published"]


KEYS: dict[str, tuple[str, ...]] = {
    "result": ("result_id", "subgroup"),
    "coverage": ("measure_id", "academic_year"),
    "comparator": ("measure_id", "years", "kind", "name"),
    "comparison": ("result_id", "kind", "name"),
    "funnel_limit": ("measure_id", "years", "kind", "name", "people"),
    "change": ("result_id",),
    "trend": ("programme_id", "measure_id"),
    "gap": ("gap_id", "programme_id", "years"),
    "gap_change": GAP,
    "gap_comparison": (*GAP, "kind", "name"),
    "policy_change": ("programme_id", "item_id", "since", "measure_id"),
    "association": ("association_id", "academic_year"),
    "association_point": ("association_id", "academic_year", "programme_id"),
    "meeting_question": ("programme_id", "academic_year", "question_id"),
    "highlight": ("programme_id", "academic_year", "place"),
    "highlight_scope": ("programme_id", "academic_year", "place"),
}
