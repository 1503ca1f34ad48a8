"""For how many measures of a year a verdict was possible, a second time, in plain Python, from published relations."""

from typing import Any

from pipelines.verification.comparators import places_of
from pipelines.verification.rows import Row

KINDS = ("profession", "country", "region", "everybody")
Asked = dict[tuple[str, str], set[str]]
"""By programme and academic year: the measures that were asked, or that something is published of."""
Verdicts = dict[tuple[str, str, str], list[bool]]
"""By programme, academic year and measure: whether each row that stands beside has a verdict."""


def plain_highlight_scopes(given: dict[str, list[Row]], found: dict[str, dict[Any, Row]]) -> dict[Any, Row]:
    """By programme, academic year and place."""
    places = {row["programme_id"]: sorted(places_of(row), key=_order) for row in given["programme"]}
    whole = [row for row in given["result"] if row["subgroup"] is None and row["status"] != "not_collected"]
    asked, published = _by_year(whole), _by_year([row for row in whole if row["status"] == "published"])
    verdicts = _verdicts({row["result_id"]: row for row in whole if row["result_id"]}, found)
    rows = {}
    for (who, year), measures in asked.items():
        shown = published.get((who, year), set())
        topics = [("stands_out", *place) for place in places[who]] + [("change", None, None), ("trend", None, None)]
        for place, topic in enumerate(topics):
            outcomes = [
                _outcome(measure in shown, verdicts.get(topic, {}).get((who, year, measure))) for measure in measures
            ]
            counts = {name: outcomes.count(name) for name in ("suppressed", "nothing_beside", "too_few", "possible")}
            named: Row = dict(zip(("topic", "kind", "name"), topic, strict=True))
            rows[who, year, place] = named | {"asked": len(measures)} | counts
    return rows


def _order(place: tuple[str, str]) -> tuple[int, str]:
    return KINDS.index(place[0]), place[1]


def _by_year(rows: list[Row]) -> Asked:
    found: Asked = {}
    for row in rows:
        for year in row["years"]:
            found.setdefault((row["programme_id"], year), set()).add(row["measure_id"])
    return found


def _verdicts(results: dict[int, Row], found: dict[str, dict[Any, Row]]) -> dict[tuple[Any, ...], Verdicts]:
    """By topic, kind and name."""
    verdicts: dict[tuple[Any, ...], Verdicts] = {}
    beside = [(key, row["verdict"] is not None) for key, row in found["comparison"].items()]
    beside += [((result_id, None, None), True) for (result_id,) in found["change"]]
    for (result_id, kind, name), judged in beside:
        result = results[result_id]
        topic = ("change" if kind is None else "stands_out", kind, name)
        for year in result["years"]:
            key = (result["programme_id"], year, result["measure_id"])
            verdicts.setdefault(topic, {}).setdefault(key, []).append(judged)
    trends = {(who, row["last_year"], measure): [True] for (who, measure), row in found["trend"].items()}
    return verdicts | {("trend", None, None): trends}


def _outcome(published: bool, judged: list[bool] | None) -> str:
    if not published:
        return "suppressed"
    if judged is None:
        return "nothing_beside"
    return "possible" if any(judged) else "too_few"
