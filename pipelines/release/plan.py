"""What a programme can hope to see before it asks: after how many years something is shown, and what would be found.

No change is promised where there is no second result to hope for, and nothing where there is no first.
Made from the catalogue alone: the tiers, and how long the people of each group stay at most.
"""

from collections.abc import Sequence
from functools import lru_cache

import polars as pl

from pipelines.academic_year import academic_year
from pipelines.disclosure.first_result import chances_shown, published_totals
from pipelines.disclosure.rule import Thresholds
from pipelines.disclosure.waiting_lists import YEARS_BEFORE_RETIREMENT
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Group
from pipelines.statistics.effective_respondents import years_per_person
from pipelines.statistics.estimators import POWER, Z
from pipelines.statistics.pooled_rates import student_t
from pipelines.statistics.power import detectable_change, detectable_shown

ANSWERING = (4, 6, 8, 10, 12, 15, 20, 30, 40, 60)
"""For how many people answering each year the release has a plan."""
HALF, TENTH = 0.5, 0.1
"""Answers of which it is told when they are shown: those that about half give, and those that one in ten gives."""
OTHER_PROGRAMMES, SPREAD = 12, 0.05
"""The others that a difference is told from: so many, of the same size, differing by a standard deviation of this."""


def plan(catalogue: Catalogue, answering: Sequence[int] = ANSWERING) -> pl.DataFrame:
    """A row for each group, tier and number of people answering each year."""
    kinds = [
        (group, sensitive)
        for group in catalogue.groups
        for sensitive in sorted({m.sensitive for m in catalogue.measure if m.group == group and m.base is None})
    ]
    rows = [
        {"respondent_group": group, "sensitive": sensitive, "answering": people, **_hopes(people, thresholds)}
        for group, sensitive in kinds
        for thresholds in [_thresholds(catalogue, group, sensitive)]
        for people in answering
    ]
    return pl.DataFrame(rows, schema_overrides=_HOPES)


_HOPES = {
    **dict.fromkeys(("years_if_half", "years_if_tenth", "years_again_if_half"), pl.Int64),
    **dict.fromkeys(("detectable_change", "detectable_difference"), pl.Float64),
}


@lru_cache(maxsize=1_000)
def _hopes(answering: int, thresholds: Thresholds) -> dict[str, float | None]:
    """After how many years something is shown, and what would be found of results of so many years."""
    first, again = _years(answering, HALF, thresholds)
    tenth, _ = _years(answering, TENTH, thresholds)
    hopes: dict[str, float | None] = {"years_if_half": first, "years_if_tenth": tenth, "years_again_if_half": again}
    if first is None:
        return hopes | dict.fromkeys(("detectable_change", "detectable_difference"))
    people = _people_behind(answering, first, thresholds.longest_stay)
    shown = published_totals(answering, first, thresholds)
    return hopes | {
        "detectable_change": detectable_change(people, shown) if again else None,
        "detectable_difference": detectable_shown(people, _variance_of_others(people), SPREAD**2, shown),
    }


def _thresholds(catalogue: Catalogue, group: Group, sensitive: bool) -> Thresholds:
    tier = catalogue.tiers.sensitive if sensitive else catalogue.tiers.standard
    return Thresholds(tier.minimum_respondents, tier.minimum_each_side, catalogue.groups[group].longest_stay)


def _years(answering: int, rate: float, thresholds: Thresholds) -> tuple[int | None, int | None]:
    """After how many years a first and a second result are shown four times in five; None where that takes too long."""
    retired_after = YEARS_BEFORE_RETIREMENT if thresholds.longest_stay is None else None
    chances = list(chances_shown(answering, rate, thresholds, retired_after))
    first, second = (
        next((year for year, chance in enumerate(chances, 1) if chance[nth] >= POWER), None) for nth in (0, 1)
    )
    return first, second


def _people_behind(answering: int, years: int, longest_stay: int | None) -> float:
    """On how many people the interval of a result over so many years stands."""
    covered = [academic_year(2000 + year) for year in range(years)]
    return answering * years / years_per_person(covered, longest_stay)


def _variance_of_others(people: float) -> float:
    """How uncertain a rate of one half is of OTHER_PROGRAMMES programmes of the same size."""
    t: float = pl.select(student_t(pl.lit(OTHER_PROGRAMMES))).item()
    return (HALF * (1 - HALF) / people + SPREAD**2) / OTHER_PROGRAMMES * (t / Z) ** 2
