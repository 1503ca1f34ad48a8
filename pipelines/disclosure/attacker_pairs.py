"""The attacker before pairs of answers: he knows both results and the rule, and works out who gave both answers.

He shares nothing with the rule: he goes through every number that is possible.
"""

import polars as pl

CELLS = 4


def findings_in_pairs(asked: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    """What is told of pairs and must not be: programme_id, academic_year, reason.

    `asked`: the pairs of published results of the same people, shown or not: programme_id, academic_year,
    expected_result, modelled_result, respondents, expected, modelled (the two k), minimum_each_side, has_subgroups.
    `shown`: the pairs that are told: expected_result, modelled_result, both.
    """
    told = dict(zip(shown.select("expected_result", "modelled_result").iter_rows(), shown["both_sides"], strict=True))
    found = [
        (row["programme_id"], row["academic_year"], reason)
        for row in asked.iter_rows(named=True)
        if (reason := _fault(row, told.get((row["expected_result"], row["modelled_result"]))))
    ]
    return pl.DataFrame(
        found, schema=dict.fromkeys(("programme_id", "academic_year", "reason"), pl.String), orient="row"
    )


def _fault(row: dict[str, int], both: int | None) -> str | None:
    """What is wrong with a pair that is told, or with one that is not."""
    n, expected, modelled, least = (row[name] for name in ("respondents", "expected", "modelled", "minimum_each_side"))
    possible = possible_values(n, expected, modelled)
    if row["has_subgroups"]:  # then no pair is told, whatever its numbers are
        return None if both is None else "a pair is told although there are subgroups"
    if both is not None:
        return None if min(_cells(n, expected, modelled, both)) >= least else "too few people gave one pair of answers"
    left = [value for value in possible if min(_cells(n, expected, modelled, value)) < least]
    return None if len(left) >= min(least, len(possible)) else "what is withheld can be worked out"


def possible_values(n: int, expected: int, modelled: int) -> list[int]:
    """How many can have affirmed both questions, if so many affirmed each."""
    return [value for value in range(n + 1) if min(_cells(n, expected, modelled, value)) >= 0]


def _cells(n: int, expected: int, modelled: int, both: int) -> tuple[int, ...]:
    return both, expected - both, modelled - both, n - expected - modelled + both
