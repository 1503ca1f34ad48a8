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
            staff, trainee = (of_all.get((pair[side], year), {}) for side in ("staff", "trainee"))
            for who in staff.keys() & trainee.keys():
                found.setdefault((pair["association_id"], year), {})[who] = (staff[who], trainee[who])
    return found


def _of_one_time(sides: Sides) -> bool:
    staff, trainee = sides
    return bool(staff and trainee and set(staff["years"]) & set(trainee["years"]))


def plain_points(result: list[Row], programme: list[Row], pairs: list[Row]) -> dict[Any, Row]:
    """The programmes with results of both sides that share a year."""
    return {
        (*key, who): dict(
            zip(("staff_result_id", "trainee_result_id"), (s["result_id"] for s in sides if s), strict=True)
        )
        for key, programmes in plain_pairs(result, programme, pairs).items()
        for who, sides in programmes.items()
        if _of_one_time(sides)
    }


def plain_associations(result: list[Row], programme: list[Row], pairs: list[Row]) -> dict[Any, Row]:
    found = {}
    for key, programmes in plain_pairs(result, programme, pairs).items():
        both = [
            (staff, trainee)
            for staff, trainee in programmes.values()
            if staff and trainee and _of_one_time((staff, trainee))
        ]
        if len(both) >= 10 and 3 * len(both) >= 2 * len(programmes):
            points = [_point(*sides) for sides in both]
            r, low, high = plain_correlation(points)
            found[key] = {
                "programmes": len(both),
                "asked": len(programmes),
                "coverage": len(both) / len(programmes),
                "staff_respondents": sum(staff["respondents"] for staff, _ in both),
                "trainee_respondents": sum(trainee["respondents"] for _, trainee in both),
                "correlation": r,
                "correlation_low": low,
                "correlation_high": high,
                "attenuation": plain_attenuation(points, [(_error(staff), _error(trainee)) for staff, trainee in both]),
            }
    return found


def _point(staff: Row, trainee: Row) -> tuple[float, float, float]:
    (k, n), (other_k, other) = people(staff), people(trainee)
    return k / n, other_k / other, n * other / (n + other)


def _error(row: Row) -> float:
    k, n = people(row)
    return k / n * (1 - k / n) / n
