"""What a programme can hope to see before it asks: after how many years something is shown, and what would be found.

No change is promised where there is no second result to hope for, and nothing where there is no first.
Made from the catalogue alone: the tiers, and how long the people of each group stay at most. How many answer varies
from year to year: of 24 invited, of whom each answers with a chance of 0.6, 15 or more do so in every second year.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.academic_year import academic_year
from pipelines.disclosure.first_result import AUDITS, MOST_YEARS, chances_shown, published_totals
from pipelines.disclosure.rule import Thresholds
from pipelines.disclosure.waiting_lists import YEARS_BEFORE_RETIREMENT
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Group
from pipelines.statistics.effective_respondents import years_per_person
from pipelines.statistics.estimators import POWER, Z
from pipelines.statistics.pooled_rates import student_t
from pipelines.statistics.power import detectable_change, detectable_shown

ANSWERING = (4, 6, 8, 10, 12, 15, 20, 30, 40, 60)
"""For about how many people answering each year the release has a plan."""
HALF, TENTH = 0.5, 0.1
"""Answers of which it is told when they are shown: those that about half give, and those that one in ten gives."""
OTHER_PROGRAMMES, SPREAD = 12, 0.05
"""The others that a difference is told from: so many, of the same size, differing by a standard deviation of this."""


class Invitation(NamedTuple):
    """How many are invited each year, and the chance with which each of them answers."""

    people: int
    response: float

    @property
    def answering(self) -> int:
        """About how many answer each year."""
        return max(1, round(self.people * self.response))


INVITATIONS = tuple(Invitation(people * 2, HALF) for people in ANSWERING)
"""What the release has a plan of: half of those invited answer."""


def plan(catalogue: Catalogue, invitations: Sequence[Invitation] = INVITATIONS) -> pl.DataFrame:
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
            "answering": invited.answering,
            **_hopes(invited, thresholds),
        }
        for group, sensitive in kinds
        for thresholds in [_thresholds(catalogue, group, sensitive)]
        for invited in invitations
    ]
    return pl.DataFrame(rows, schema_overrides=_HOPES)


_HOPES = {
    **dict.fromkeys(("years_if_half", "years_if_tenth", "years_again_if_half"), pl.Int64),
    **dict.fromkeys(("detectable_change", "detectable_difference"), pl.Float64),
}


@lru_cache(maxsize=1_000)
def _hopes(invited: Invitation, thresholds: Thresholds) -> dict[str, float | None]:
    """After how many years something is shown, and what would be found of results of so many years."""
    first, again = _years(invited, HALF, thresholds, wanted=2)
    [tenth] = _years(invited, TENTH, thresholds, wanted=1)
    hopes: dict[str, float | None] = {"years_if_half": first, "years_if_tenth": tenth, "years_again_if_half": again}
    if first is None:
        return hopes | dict.fromkeys(("detectable_change", "detectable_difference"))
    shown = _shown(invited.answering, first, thresholds)
    people = _people_behind((len(shown) - 1) / first, first, thresholds.longest_stay)
    return hopes | {
        "detectable_change": detectable_change(people, shown) if again else None,
        "detectable_difference": detectable_shown(people, _variance_of_others(people), SPREAD**2, shown),
    }


def _shown(answering: int, years: int, thresholds: Thresholds) -> NDArray[np.bool_]:
    """For each total of a result of so many years, whether it is published. So many answer in each of them or, where
    that is never published, the fewest of which a total is: only years with enough answers come to be shown."""
    fewest = max(answering, thresholds.respondents)
    shown = (published_totals(people, years, thresholds) for people in range(answering, fewest + 1))
    return next((totals for totals in shown if totals.any()), published_totals(fewest, years, thresholds))


def _thresholds(catalogue: Catalogue, group: Group, sensitive: bool) -> Thresholds:
    tier = catalogue.tiers.sensitive if sensitive else catalogue.tiers.standard
    return Thresholds(tier.minimum_respondents, tier.minimum_each_side, catalogue.groups[group].longest_stay)


def _years(invited: Invitation, rate: float, thresholds: Thresholds, wanted: int) -> list[int | None]:
    """After how many years a first and, if it is wanted, a second result are shown four times in five; None where that
    takes too long."""
    retired_after = YEARS_BEFORE_RETIREMENT if thresholds.longest_stay is None else None
    years: list[int | None] = [None] * wanted
    for year, chances in enumerate(chances_shown(*invented_audits(*invited, rate), thresholds, retired_after), 1):
        years = [year if found is None and chances[nth] >= POWER else found for nth, found in enumerate(years)]
        if None not in years:
            break
    return years


def invented_audits(invited: int, response: float, rate: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many people answer, and how many say yes, in each of MOST_YEARS years of AUDITS audits.

    Every year so many people are invited. Each of them answers with a chance of `response`, and says yes with a chance
    of `rate`. The random numbers are always the same.
    """
    dice = np.random.default_rng(invited)
    answered = dice.binomial(invited, response, (MOST_YEARS, AUDITS))
    return answered, dice.binomial(answered, rate)


def _people_behind(answering: float, years: int, longest_stay: int | None) -> float:
    """On how many people the interval of a result over so many years stands."""
    covered = [academic_year(2000 + year) for year in range(years)]
    return answering * years / years_per_person(covered, longest_stay)


def _variance_of_others(people: float) -> float:
    """How uncertain a rate of one half is of OTHER_PROGRAMMES programmes of the same size."""
    t: float = pl.select(student_t(pl.lit(OTHER_PROGRAMMES))).item()
    return (HALF * (1 - HALF) / people + SPREAD**2) / OTHER_PROGRAMMES * (t / Z) ** 2
