"""How few people can stand behind a result, and behind each of its sides, if the same people answered every year."""

from functools import lru_cache
from typing import Final

from pipelines.disclosure.attacker_history import History
from pipelines.disclosure.attacker_rule import REMEMBERED, fewest_people, most_answers

PEOPLE: Final = "people"
SIDE: Final = "side"


@lru_cache(maxsize=REMEMBERED)
def too_few_people(history: History) -> tuple[tuple[str, int, int], ...]:
    """Where fewer people can stand behind a result than promised: in all (PEOPLE) or on one side (SIDE), how many are
    promised, and how many can."""
    if history.total is None:
        return ()
    parts, thresholds = history.on_list(-1), history.thresholds[history.standing[-1][0]]
    smaller_side = min(history.total, sum(part.respondents for part in parts) - history.total)
    explained_by = (
        people
        for people in range(thresholds.each_side)
        if most_answers(parts, people, thresholds.longest_stay) >= smaller_side
    )
    counted = [
        (PEOPLE, thresholds.people, fewest_people(parts, thresholds.longest_stay)),
        (SIDE, thresholds.each_side, next(explained_by, thresholds.each_side)),
    ]
    return tuple((kind, promised, found) for kind, promised, found in counted if found < promised)
