"""By how many people results must stand is settled for each measure when publishing first sees answers to it."""

from typing import TYPE_CHECKING

import duckdb

from pipelines.errors import Refused

if TYPE_CHECKING:
    from pipelines.instrument.catalogue import Catalogue
    from pipelines.instrument.measures import Tier

TOLD = 3
"""Of so many measures it is told what differs; of more, how many there are."""
WHAT_IS_WRONG = "This catalogue changes how many people a result must stand on, after publishing has seen answers."
WHAT_TO_DO = (
    "Results that are published already were judged by other thresholds than this catalogue would show beside them. "
    "Put back the tiers, and what the catalogue said of `sensitive`, as they were. If a question is to be sensitive "
    "from now on, give it a new id, and say with `replaces` which id it takes the place of. If other tiers are to "
    "hold, begin a new home: `--home`."
)
Pair = tuple[int, int]
"""How many people are needed, in all and on each side."""


def require_same_tiers(cursor: duckdb.DuckDBPyConnection, catalogue: "Catalogue") -> None:
    """Raises Refused where publishing has seen answers to measures, and the catalogue now asks for more or fewer people
    behind them, or makes a measure sensitive of which subgroups are shown: which, how, and what to do."""
    changed = [*_of_other_tiers(cursor, catalogue), *_sensitive_with_subgroups(cursor, catalogue)]
    if changed:
        more = [f"And {len(changed) - TOLD} more."] if len(changed) > TOLD else []
        raise Refused(" ".join([WHAT_IS_WRONG, *changed[:TOLD], *more, WHAT_TO_DO]))


def _of_other_tiers(cursor: duckdb.DuckDBPyConnection, catalogue: "Catalogue") -> list[str]:
    """A sentence for each measure whose tier is another one than when publishing saw it last."""
    seen = cursor.execute(
        """
        SELECT measure_id, arg_max(minimum_respondents, part_id), arg_max(minimum_each_side, part_id)
        FROM part GROUP BY measure_id ORDER BY measure_id
        """
    ).fetchall()
    sentences = []
    for measure_id, *before in seen:
        allowed = _tiers_of(catalogue, measure_id)
        if tuple(before) not in allowed:
            sentences.append(f"{measure_id}: it was {_in_words(*before)}, and is {_in_words(*allowed[0])}.")
    return sentences


def _tiers_of(catalogue: "Catalogue", measure_id: str) -> list[Pair]:
    """The tier of a measure; of one that the catalogue has no more, both, because either may have been its own."""
    standard, sensitive = _pair(catalogue.tiers.standard), _pair(catalogue.tiers.sensitive)
    measure = catalogue.measures.get(measure_id)
    if measure is None:
        return [standard, sensitive]
    return [sensitive if measure.sensitive else standard]


def _pair(tier: "Tier") -> Pair:
    return tier.minimum_respondents, tier.minimum_each_side


def _in_words(people: int, each_side: int) -> str:
    return f"at least {people} people and {each_side} on each side"


def _sensitive_with_subgroups(cursor: duckdb.DuckDBPyConnection, catalogue: "Catalogue") -> list[str]:
    """A sentence for each sensitive measure of which subgroups are shown. Where both tiers are the same, nothing else
    tells that it was not sensitive before."""
    shown = cursor.execute(
        "SELECT DISTINCT measure_id FROM result_subgroup JOIN result USING (result_id) ORDER BY measure_id"
    ).fetchall()
    same = _pair(catalogue.tiers.standard) == _pair(catalogue.tiers.sensitive)
    return [
        f"{measure_id}: it was not sensitive, and is."
        for (measure_id,) in shown
        if same and measure_id in catalogue.measures and catalogue.measures[measure_id].sensitive
    ]
