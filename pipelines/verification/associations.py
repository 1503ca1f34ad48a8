"""Which programmes an association stands on, and what it is, a second time, in plain Python."""

from typing import Any

from pipelines.verification.comparators import plain_members
from pipelines.verification.estimators import plain_attenuation, plain_correlation
from pipelines.verification.rows import Row, people

Sides = tuple[Row | None, Row | None]


def plain_pairs(result: list[Row], programme: list[Row], pairs: list[Row]) -> dict[Any, dict[str, Sides]]:
    """By association and year, the programmes that asked both, each with the results taken."""
    members = plain_members(result, programme)
    of_all = {
        (key[0], key[1][0]): taken for key, taken in members.items() if key[2] == "everybody" and len(key[1]) == 1
    }
    years = {year for _, year in of_all}
    found: dict[Any, dict[str, Sides]] = {}
    for pair in pairs:
        for year in years:
            first, second = (of_all.get((pair[side], year), {}) for side in ("first", "second"))
            for who in first.keys() & second.keys():
                found.setdefault((pair["association_id"], year), {})[who] = (first[who], second[who])
    return found


def _of_one_time(sides: Sides) -> bool:
    first, second = sides
    return bool(first and second and set(first["years"]) & set(second["years"]))


def plain_points(result: list[Row], programme: list[Row], pairs: list[Row]) -> dict[Any, Row]:
    """The programmes with results of both sides that share a year."""
    return {
        (*key, who): dict(
            zip(("first_result_id", "second_result_id"), (s["result_id"] for s in sides if s), strict=True)
        )
        for key, programmes in plain_pairs(result, programme, pairs).items()
        for who, sides in programmes.items()
        if _of_one_time(sides)
    }


def plain_associations(result: list[Row], programme: list[Row], pairs: list[Row]) -> dict[Any, Row]:
    found = {}
    for key, programmes in plain_pairs(result, programme, pairs).items():
        both = [
            (first, second)
            for first, second in programmes.values()
            if first and second and _of_one_time((first, second))
        ]
        if len(both) >= 10 and 3 * len(both) >= 2 * len(programmes):
            points = [_point(*sides) for sides in both]
            r, low, high = plain_correlation(points)
            found[key] = {
                "programmes": len(both),
                "asked": len(programmes),
                "coverage": len(both) / len(programmes),
                "first_respondents": sum(first["respondents"] for first, _ in both),
                "second_respondents": sum(second["respondents"] for _, second in both),
                "correlation": r,
                "correlation_low": low,
                "correlation_high": high,
                "attenuation": plain_attenuation(points, [(_error(first), _error(second)) for first, second in both]),
            }
    return found


def _point(first: Row, second: Row) -> tuple[float, float, float]:
    (k, n), (other_k, other) = people(first), people(second)
    return k / n, other_k / other, n * other / (n + other)


def _error(row: Row) -> float:
    k, n = people(row)
    return k / n * (1 - k / n) / n
