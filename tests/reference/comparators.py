"""Comparators, funnels and coverage a second time, in plain Python, from the published relations alone."""

from math import sqrt
from typing import Any

from tests.reference.estimators import Z95, Z998, naive_dispersion, naive_newcombe, naive_wilson
from tests.reference.twins import Row, counts


def naive_members(result: list[Row], programme: list[Row]) -> dict[Any, dict[str, Row | None]]:
    """The members of each comparator by its key, and the result taken of each: none while it waits."""
    places = {row["programme_id"]: _places(row) for row in programme}
    published = naive_published(result)
    asked: dict[tuple[str, str], set[str]] = {}
    for row in result:
        if row["subgroup"] is None and row["status"] != "not_collected":
            for year in row["years"]:
                asked.setdefault((row["measure_id"], year), set()).add(row["programme_id"])
    members: dict[Any, dict[str, Row | None]] = {}
    for (measure, year), programmes in asked.items():
        for who in programmes:
            taken = _taken(published.get((measure, who), []), year)
            for place in places[who]:
                members.setdefault((measure, year, *place), {})[who] = taken
    return members


def naive_published(result: list[Row]) -> dict[tuple[str, str], list[Row]]:
    """Published results of everybody asked, by measure and programme."""
    published: dict[tuple[str, str], list[Row]] = {}
    for row in result:
        if row["subgroup"] is None and row["status"] == "published":
            published.setdefault((row["measure_id"], row["programme_id"]), []).append(row)
    return published


def naive_comparators(result: list[Row], programme: list[Row]) -> tuple[dict[Any, Row], dict[Any, Row]]:
    """Comparators and comparisons by key."""
    published = naive_published(result)
    comparators: dict[Any, Row] = {}
    comparisons: dict[Any, Row] = {}
    for (measure, year, *place), taken in naive_members(result, programme).items():
        _add(comparators, (measure, year, *place), list(taken.values()))
        for who in taken:
            others = [row for other, row in taken.items() if other != who]
            for own in published.get((measure, who), []):
                if own["last_year"] == year:
                    _add(comparisons, (own["result_id"], *place), others, own)
    return comparators, comparisons


def _places(row: Row) -> set[tuple[str, str]]:
    region = None if row["region"] is None else f"{row['region']}, {row['country']}"
    shown = {"profession": row["profession"], "country": row["country"], "region": region, "everybody": "everybody"}
    return {(kind, name) for kind, name in shown.items() if name is not None}


def _taken(results: list[Row], year: str) -> Row | None:
    """The latest result that ends in the year or, while the year is in none, in the two before it.

    Of two that end together the one of more people; of two of as many the later.
    """
    waits = not any(year in row["years"] for row in results)
    earliest = int(year[:4]) - (2 if waits else 0)
    ending = [row for row in results if earliest <= int(row["last_year"][:4]) <= int(year[:4])]
    return max(ending, key=lambda row: (row["last_year"], row["respondents"], row["result_id"]), default=None)


def _add(found: dict[Any, Row], key: Any, taken: list[Row | None], own: Row | None = None) -> None:
    pooled = [row for row in taken if row is not None]
    if len(pooled) < 3 or 3 * len(pooled) < 2 * len(taken):
        return
    n, k = sum(row["respondents"] for row in pooled), sum(row["affirmative"] for row in pooled)
    low, high = naive_wilson(k, n)
    found[key] = {
        "asked": len(taken),
        "programmes": len(pooled),
        "coverage": len(pooled) / len(taken),
        "respondents": n,
        "affirmative": k,
        "rate": k / n,
        "rate_low": low,
        "rate_high": high,
    }
    if own is not None:
        one, other = (own["affirmative"], own["respondents"]), (k, n)
        down, up = naive_newcombe(one, other)
        found[key] = {f"comparator_{name}": value for name, value in found[key].items()}
        found[key] |= {"difference": one[0] / one[1] - k / n, "difference_low": down, "difference_high": up}


def naive_spreads(result: list[Row], programme: list[Row]) -> dict[Any, tuple[float | None, float | None]]:
    """phi and tau2 of each possible comparator, by key."""
    members = naive_members(result, programme)
    published = {key: [counts(row) for row in taken.values() if row] for key, taken in members.items()}
    return {key: naive_dispersion(rows) if len(rows) >= 10 else (None, None) for key, rows in published.items()}


def naive_positions(result: list[Row], programme: list[Row]) -> dict[Any, Row]:
    """Where each result stands among the others, by result_id, kind and name; with its comparator's key."""
    spreads = naive_spreads(result, programme)
    published = {row["result_id"]: row for row in result if row["subgroup"] is None and row["status"] == "published"}
    found = {}
    for (result_id, *place), others in naive_comparators(result, programme)[1].items():
        own, p = published[result_id], others["comparator_affirmative"] / others["comparator_respondents"]
        key = (own["measure_id"], own["last_year"], *place)
        found[(result_id, *place)] = {
            "comparator": key,
            "position": naive_position(*counts(own), p, spreads[key][1] or 0),
            "position_unadjusted": naive_position(*counts(own), p, 0),
        }
    return found


def naive_position(k: int, n: int, p: float, tau2: float) -> str:
    """By how many standard errors k of n is away from p."""
    effective = n / (1 + n * tau2 / (p * (1 - p)))
    away = (k / n - p) / sqrt(p * (1 - p) / effective)
    side = "higher" if away > 0 else "lower"
    return f"much_{side}" if abs(away) > Z998 else side if abs(away) > Z95 else "as_expected"


def naive_sizes(smallest: int, largest: int) -> list[int]:
    """Forty sizes, each larger than the one before by the same factor; sizes that round to the same number are one."""
    return sorted({round(smallest * (largest / smallest) ** (step / 39)) for step in range(40)})


def naive_limits(p: float, n: int, tau2: float) -> Row:
    error = sqrt(p * (1 - p) / n + tau2)
    return {
        f"{side}_{level}": min(1, max(0, p + sign * z * error))
        for level, z in (("95", Z95), ("998", Z998))
        for side, sign in (("low", -1), ("high", 1))
    }


def naive_coverage(result: list[Row]) -> dict[Any, Row]:
    """How many programmes have each status; a programme with more than one counts with the best."""
    best: dict[Any, str] = {}
    order = ["published", "suppressed", "not_collected"]
    for row in result:
        for year in row["years"]:
            key = (row["measure_id"], year, row["programme_id"])
            best[key] = min(row["status"], best.get(key, "not_collected"), key=order.index)
    found: dict[Any, Row] = {}
    for (measure, year, _), status in best.items():
        found.setdefault((measure, year), dict.fromkeys(order, 0))[status] += 1
    return found
