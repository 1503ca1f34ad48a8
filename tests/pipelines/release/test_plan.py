"""What a programme can hope to see, against 2,000 simulated audits that are put through the real rule."""

from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipelines.disclosure.first_result import MOST_YEARS, chances_shown
from pipelines.disclosure.ledger import Ledger
from pipelines.disclosure.rule import Thresholds
from pipelines.disclosure.waiting_lists import advance
from pipelines.release.plan import ANSWERING, plan
from pipelines.statistics.estimators import difference, with_interval
from pipelines.statistics.power import detectable_change
from tests.factories import a_catalogue, a_measure, contributions
from tests.reference.worlds import texts

AUDITS = 2_000
LOOKED_AT = 6
"""So many years are simulated."""
STANDARD, SENSITIVE = (10, 3), (15, 4)
CATALOGUE = a_catalogue(
    a_measure("usual"), a_measure("lived", sensitive=True), a_measure("told", base="usual", group="staff")
)


@cache
def shown_by_the_rule(
    answering: int, rate: float, tier: tuple[int, int], longest_stay: int | None
) -> list[tuple[float, float]]:
    """Which shares of simulated audits have a first and a second result after each of so many years."""
    dice = np.random.default_rng(answering)
    measures = CATALOGUE.measure_frame.filter(pl.col("measure_id") == "usual").with_columns(
        minimum_respondents=pl.lit(tier[0]),
        minimum_each_side=pl.lit(tier[1]),
        longest_stay=pl.lit(longest_stay, pl.Int64),
    )
    ledger, rows, shares = Ledger.empty(), [], []
    nothing = texts("submission_id", "programme_id", "academic_year")
    nobody = texts("programme_id").with_columns(publishing=pl.lit(0, pl.Int64))
    overridden = texts("programme_id", "measure_id", "academic_year", "submission_id").with_columns(
        respondents=pl.lit(0, pl.Int64), affirmative=pl.lit(0, pl.Int64)
    )
    for year in range(LOOKED_AT):
        k = dice.binomial(answering, rate, AUDITS).tolist()
        academic_year = f"{2015 + year}-{16 + year}"
        rows += [(f"p{who}", academic_year, "usual", None, answering, said) for who, said in enumerate(k)]
        stands = contributions(*rows).with_columns(
            submission_id=pl.lit("a") + pl.col("academic_year"),
            dataset=pl.lit("counts"),
            definition=pl.col("measure_id"),
        )
        ledger = ledger + advance(ledger, stands, measures, year + 1, nothing, overridden, nobody)
        counts = ledger.results["programme_id"].value_counts()["count"]
        shares.append((counts.len() / AUDITS, (counts > 1).sum() / AUDITS))
    return shares


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answering", "rate", "tier", "longest_stay"),
    [
        (6, 0.5, STANDARD, 2),
        (8, 0.3, STANDARD, 3),
        (14, 0.5, STANDARD, None),
        (14, 0.1, STANDARD, 3),
        (14, 0.1, STANDARD, None),
        (18, 0.2, SENSITIVE, 3),
        (30, 0.1, SENSITIVE, None),
    ],
)
def test_simulated_audits_are_shown_as_often_as_is_said(
    answering: int, rate: float, tier: tuple[int, int], longest_stay: int | None
) -> None:
    """Within three standard errors of a share of 2,000."""
    retired_after = 5 if longest_stay is None else None
    said = list(chances_shown(answering, rate, Thresholds(*tier, longest_stay), retired_after))
    assert len(said) == MOST_YEARS
    simulated = shown_by_the_rule(answering, rate, tier, longest_stay)
    for nth in (0, 1):
        chances = [chance[nth] for chance in said]
        assert chances == sorted(chances)
        assert [share[nth] for share in simulated] == pytest.approx(chances[:LOOKED_AT], abs=0.034)


@pytest.mark.parametrize("n", [12, 18, 40])
def test_the_detectable_change_is_found_four_times_in_five_in_simulated_results(n: int) -> None:
    """And one that is two points smaller is not."""
    dice = np.random.default_rng(n)
    size = detectable_change(n)
    assert size is not None
    shares = []
    for change in (size, size - 0.02):
        sides = [
            with_interval(
                pl.DataFrame({"affirmative": dice.binomial(n, 0.5 + side * change / 2, 40_000), "respondents": n})
            )
            for side in (1, -1)
        ]
        both = pl.concat([sides[0], sides[1].select(pl.all().name.prefix("other_"))], how="horizontal")
        low = both.select(difference("rate", "other_rate")[1]).to_series()
        shares.append((low > 0).mean())
    assert shares[0] >= 0.79
    assert shares[1] < 0.8


def planned(group: str = "staff", **kind: Any) -> dict[int, dict[str, Any]]:
    rows = plan(CATALOGUE).rows(named=True)
    return {row["answering"]: row for row in rows if row["respondent_group"] == group and row.items() >= kind.items()}


def test_a_plan_has_every_kind_of_question_that_is_put_to_everybody() -> None:
    kinds = plan(CATALOGUE).select("respondent_group", "sensitive").unique(maintain_order=True).rows()
    assert kinds == [("staff", False), ("staff", True)]
    assert list(planned(sensitive=False)) == list(ANSWERING)


@pytest.mark.parametrize(("sensitive", "fewest"), [(False, 10), (True, 15)])
def test_where_people_stay_for_ever_nothing_is_shown_of_fewer_than_the_tier_asks_for(
    sensitive: bool, fewest: int
) -> None:
    years = {answering: row["years_if_half"] for answering, row in planned(sensitive=sensitive).items()}
    assert [answering for answering, year in years.items() if year == 1] == [n for n in ANSWERING if n >= fewest]
    assert {year for answering, year in years.items() if answering < fewest} == {None}


def test_more_answers_show_more_sooner() -> None:
    rows = list(planned(sensitive=False).values())
    for name in ("detectable_change", "detectable_difference"):
        sizes = [row[name] for row in rows if row[name] is not None]
        assert sizes[0] > 2 * sizes[-1]
    tenth = [row["years_if_tenth"] or 99 for row in rows]
    assert tenth == sorted(tenth, reverse=True)
