"""What a programme can hope to see before it asks: after how many years something is shown, and what would be found.

Made from the catalogue alone: the tiers, and how long the people of each group stay at most.
"""

from collections.abc import Sequence
from functools import lru_cache

import polars as pl

from pipelines.disclosure.first_result import chance_shown
from pipelines.disclosure.rule import Thresholds
from pipelines.disclosure.waiting_lists import YEARS_BEFORE_RETIREMENT
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Group
from pipelines.statistics.estimators import POWER, Z
from pipelines.statistics.pooled_rates import student_t
from pipelines.statistics.power import detectable_change, detectable_difference

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
        {
            "respondent_group": group,
            "sensitive": sensitive,
            "answering": people,
            "years_if_half": _years(people, HALF, thresholds),
            "years_if_tenth": _years(people, TENTH, thresholds),
        }
        for group, sensitive in kinds
        for thresholds in [_thresholds(catalogue, group, sensitive)]
        for people in answering
    ]
    found = pl.DataFrame({"answering": list(answering)}).with_columns(
        pl.Series("detectable_change", map(detectable_change, answering), pl.Float64), _detectable_difference(answering)
    )
    years = dict.fromkeys(("years_if_half", "years_if_tenth"), pl.Int64)
    return pl.DataFrame(rows, schema_overrides=years).join(found, on="answering", maintain_order="left")


def _thresholds(catalogue: Catalogue, group: Group, sensitive: bool) -> Thresholds:
    tier = catalogue.tiers.sensitive if sensitive else catalogue.tiers.standard
    return Thresholds(tier.minimum_respondents, tier.minimum_each_side, catalogue.groups[group].longest_stay)


@lru_cache(maxsize=1_000)
def _years(answering: int, rate: float, thresholds: Thresholds) -> int | None:
    """After how many years a first result is shown four times in five; None where that takes too long."""
    retired_after = YEARS_BEFORE_RETIREMENT if thresholds.longest_stay is None else None
    chances = chance_shown(answering, rate, thresholds, retired_after)
    return next((year for year, chance in enumerate(chances, 1) if chance >= POWER), None)


def _detectable_difference(answering: Sequence[int]) -> pl.Series:
    """From OTHER_PROGRAMMES programmes of the same size with a rate of one half."""
    n = pl.Series(list(answering), dtype=pl.Float64)
    t = pl.select(student_t(pl.lit(OTHER_PROGRAMMES))).item()
    variance = (HALF * (1 - HALF) / n + SPREAD**2) / OTHER_PROGRAMMES * (t / Z) ** 2
    half, spread = (pl.Series([value] * n.len()) for value in (HALF, SPREAD**2))
    return detectable_difference(n, half, variance, spread)
