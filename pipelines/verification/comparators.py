"""Comparators, verdicts, funnels and coverage a second time, in plain Python, from the published relations alone."""

from math import ceil, floor, hypot, sqrt
from typing import Any

from pipelines.verification.estimators import (
    Z95,
    plain_clustered,
    plain_detectable,
    plain_dispersion,
    plain_wilson,
)
from pipelines.verification.rows import Row, people


def plain_members(result: list[Row], programme: list[Row]) -> dict[Any, dict[str, Row | None]]:
    """The members of each comparator by its key, and the result taken of each: none while it waits."""
    places = {row["programme_id"]: places_of(row) for row in programme}
    published = plain_published(result)
    asked: dict[tuple[str, str], set[str]] = {}
    for row in result:
        if row["subgroup"] is None and row["status"] != "not_collected":
            for year in row["years"]:
                asked.setdefault((row["measure_id"], year), set()).add(row["programme_id"])
    spans = {(measure, (year,)) for measure, year in asked}
    spans |= {(measure, tuple(row["years"])) for (measure, _), rows in published.items() for row in rows}
    members: dict[Any, dict[str, Row | None]] = {}
    for measure, years in spans:
        for who in set().union(*(asked[measure, year] for year in years)):
            taken = _taken(published.get((measure, who), []), years)
            for place in places[who]:
                members.setdefault((measure, years, *place), {})[who] = taken
    return members


def plain_published(result: list[Row]) -> dict[tuple[str, str], list[Row]]:
    """Published results of everybody asked, by measure and programme."""
    published: dict[tuple[str, str], list[Row]] = {}
    for row in result:
        if row["subgroup"] is None and row["status"] == "published":
            published.setdefault((row["measure_id"], row["programme_id"]), []).append(row)
    return published


def places_of(row: Row) -> set[tuple[str, str]]:
    """Each kind and name of comparator that a programme belongs to."""
    region = None if row["region"] is None else f"{row['region']}, {row['country']}"
    shown = {"profession": row["profession"], "country": row["country"], "region": region, "everybody": "everybody"}
    return {(kind, name) for kind, name in shown.items() if name is not None}


def _taken(results: list[Row], years: tuple[str, ...]) -> Row | None:
    """For a single year the latest result that ends in it or, while it is in none, in the two before it; for several
    years the latest that shares one of them.

    Of two that end together the one of more people; of two of as many the later.
    """
    if len(years) > 1:
        possible = [row for row in results if set(years) & set(row["years"])]
    else:
        waits = not any(years[0] in row["years"] for row in results)
        latest = int(years[0][:4])
        possible = [row for row in results if latest - 2 * waits <= int(row["last_year"][:4]) <= latest]
    return max(possible, key=lambda row: (row["last_year"], row["respondents"], row["result_id"]), default=None)


def plain_pool(taken: list[Row | None]) -> Row | None:
    """What is published of them together, if they are enough."""
    pooled = [row for row in taken if row is not None]
    if len(pooled) < 3 or 3 * len(pooled) < 2 * len(taken):
        return None
    n, k = sum(row["respondents"] for row in pooled), sum(row["affirmative"] for row in pooled)
    variance, low, high = plain_clustered(
        [(row["affirmative"], row["respondents"], row["effective_respondents"]) for row in pooled]
    )
    return {
        "asked": len(taken),
        "programmes": len(pooled),
        "coverage": len(pooled) / len(taken),
        "first_year": min(row["first_year"] for row in pooled),
        "last_year": max(row["last_year"] for row in pooled),
        "respondents": n,
        "affirmative": k,
        "rate": k / n,
        "rate_low": low,
        "rate_high": high,
        "variance": variance,
    }


def plain_comparators(
    result: list[Row], programme: list[Row], each_side: dict[str, int]
) -> tuple[dict[Any, Row], dict[Any, Row]]:
    """Comparators and comparisons by key, each with its variance. `each_side`: by measure, the least on a side."""
    members = plain_members(result, programme)
    spreads = plain_spreads(members)
    comparators = {key: pool for key, taken in members.items() if (pool := plain_pool(list(taken.values())))}
    comparisons: dict[Any, Row] = {}
    compared: dict[Any, list[Row]] = {}
    spans: dict[Any, list[Any]] = {}
    for key in members:
        spans.setdefault(key[:2], []).append(key)
    for (measure, who), rows in plain_published(result).items():
        for row in rows:
            for key in spans[measure, tuple(row["years"])]:
                others = [taken for member, taken in members[key].items() if member != who]
                if who in members[key] and (pool := plain_pool(others)):
                    found = _compared(row, pool, spreads[key][1], each_side[measure])
                    comparisons[row["result_id"], *key[2:]] = found
                    compared.setdefault(key, []).append(found)
    for key, pool in comparators.items():
        _count(pool, compared.get(key, []), spreads[key])
    return comparators, comparisons


def _count(pool: Row, compared: list[Row], spread: tuple[float | None, float | None, float | None]) -> None:
    judged = spread[1] is not None
    standing_out = sum(row["verdict"] != "no_clear_difference" for row in compared)
    pool |= dict(zip(("phi", "tau2", "spread_high"), spread, strict=True))
    pool |= {
        "spread": None if spread[1] is None else sqrt(spread[1]),
        "compared": len(compared),
        "standing_out": standing_out if judged else None,
        "standing_out_by_chance": len(compared) / 20 if judged else None,
    }


def _compared(row: Row, pool: Row, tau2: float | None, each_side: int) -> Row:
    rate, (low, high) = row["rate"], plain_wilson(*people(row))
    difference = rate - pool["rate"]
    down = difference - hypot(rate - low, pool["rate_high"] - pool["rate"])
    up = difference + hypot(high - rate, pool["rate"] - pool["rate_low"])
    limits = plain_limits(pool["rate"], row["effective_respondents"], tau2, pool["variance"])
    verdict = None if tau2 is None else "no_clear_difference"
    if tau2 is not None and down > 0 and rate > limits["limit_high"]:
        verdict = "stands_out_higher"
    if tau2 is not None and up < 0 and rate < limits["limit_low"]:
        verdict = "stands_out_lower"
    more, less = None, None
    if tau2 is not None:
        people_behind, rate_of_others, variance = row["effective_respondents"], pool["rate"], pool["variance"]
        more, less = plain_detectable(people_behind, rate_of_others, variance, tau2, each_side)
    return {
        **{f"comparator_{name}": value for name, value in pool.items()},
        "difference": difference,
        "difference_low": down,
        "difference_high": up,
        **limits,
        "verdict": verdict,
        "detectable_more": more,
        "detectable_less": less,
    }


def plain_spreads(members: dict[Any, dict[str, Row | None]]) -> dict[Any, tuple[Any, Any, Any]]:
    """phi, tau2 and the spread that could be missed of each possible comparator, by key."""
    found = {}
    for key, taken in members.items():
        rows = [(row["affirmative"], row["respondents"], row["effective_respondents"]) for row in taken.values() if row]
        found[key] = plain_dispersion(rows) if len(rows) >= 10 else (None, None, None)
    return found


def plain_sizes(smallest: int, largest: int) -> list[int]:
    """Forty sizes, each larger than the one before by the same factor; sizes that round to the same number are one."""
    return sorted({round(smallest * (largest / smallest) ** (step / 39)) for step in range(40)})


def plain_limits(p: float, n: float, tau2: float | None, variance: float) -> Row:
    if tau2 is None:
        return {"limit_low": None, "limit_high": None}
    error = sqrt(p * (1 - p) / n + tau2 + variance)
    return {"limit_low": max(0, p - Z95 * error), "limit_high": min(1, p + Z95 * error)}


def plain_funnels(result: list[Row], programme: list[Row], comparators: dict[Any, Row]) -> dict[Any, Row]:
    """The limits of each comparator that has a spread, at sizes from its smallest member to its largest."""
    members, found = plain_members(result, programme), {}
    for key, row in comparators.items():
        sizes = [taken["effective_respondents"] for taken in members[key].values() if taken]
        for n in plain_sizes(floor(min(sizes)), ceil(max(sizes))) if row["tau2"] is not None else ():
            limits = plain_limits(row["rate"], n, row["tau2"], row["variance"])
            found[key[0], " ".join(key[1]), *key[2:], n] = limits
    return found


def plain_coverage(result: list[Row]) -> dict[Any, Row]:
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
