"""What a programme can hope to see, against 2,000 simulated audits that are put through the real rule."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipelines.disclosure.first_result import MOST_YEARS, chances_shown
from pipelines.disclosure.ledger import Ledger
from pipelines.disclosure.rule import Thresholds
from pipelines.disclosure.waiting_lists import advance
from pipelines.instrument.catalogue import read_catalogue
from pipelines.release.plan import ANSWERING, Invitation, invented_audits, plan
from pipelines.shipped_files import CATALOGUE as CATALOGUE_FILE
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


def audited(
    invited: Invitation, rates: Sequence[float], tier: tuple[int, int], longest_stay: int | None
) -> list[Ledger]:
    """What the real rule makes of simulated audits, after each year. `rates`: the true rate of each year."""
    dice = np.random.default_rng(1 + invited.people)
    measures = CATALOGUE.measure_frame.filter(pl.col("measure_id") == "usual").with_columns(
        minimum_respondents=pl.lit(tier[0]),
        minimum_each_side=pl.lit(tier[1]),
        longest_stay=pl.lit(longest_stay, pl.Int64),
    )
    ledger, rows, ledgers = Ledger.empty(), [], []
    nothing = texts("submission_id", "programme_id", "academic_year")
    nobody = texts("programme_id").with_columns(publishing=pl.lit(0, pl.Int64))
    overridden = texts("programme_id", "measure_id", "academic_year", "submission_id").with_columns(
        respondents=pl.lit(0, pl.Int64), affirmative=pl.lit(0, pl.Int64)
    )
    for year, rate in enumerate(rates):
        n = dice.binomial(*invited, AUDITS)
        k = dice.binomial(n, rate)
        academic_year = f"{2015 + year}-{16 + year}"
        audits = enumerate(zip(n.tolist(), k.tolist(), strict=True))
        rows += [(f"p{who}", academic_year, "usual", None, people, yes) for who, (people, yes) in audits if people]
        stands = contributions(*rows).with_columns(
            submission_id=pl.lit("a") + pl.col("academic_year"),
            dataset=pl.lit("counts"),
            definition=pl.col("measure_id"),
        )
        ledger = ledger + advance(ledger, stands, measures, year + 1, nothing, overridden, nobody)
        ledgers.append(ledger)
    return ledgers


@cache
def shown_by_the_rule(
    invited: Invitation, rate: float, tier: tuple[int, int], longest_stay: int | None
) -> list[tuple[float, float]]:
    """Which shares of simulated audits have a first and a second result after each of so many years."""
    counts = [
        ledger.results["programme_id"].value_counts()["count"]
        for ledger in audited(invited, (rate,) * LOOKED_AT, tier, longest_stay)
    ]
    return [(count.len() / AUDITS, (count > 1).sum() / AUDITS) for count in counts]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("invited", "rate", "tier", "longest_stay"),
    [
        (Invitation(12, 0.5), 0.5, STANDARD, 2),
        (Invitation(8, 1), 0.3, STANDARD, 3),
        (Invitation(14, 1), 0.5, STANDARD, None),
        (Invitation(28, 0.5), 0.1, STANDARD, 3),
        (Invitation(24, 0.6), 0.1, STANDARD, None),
        (Invitation(24, 0.6), 0.5, SENSITIVE, None),
        (Invitation(24, 0.7), 0.2, SENSITIVE, 3),
        (Invitation(50, 0.6), 0.1, SENSITIVE, None),
    ],
)
def test_simulated_audits_are_shown_as_often_as_is_said(
    invited: Invitation,
    rate: float,
    tier: tuple[int, int],
    longest_stay: int | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Within three standard errors of the difference of two shares of 2,000."""
    monkeypatch.setattr("pipelines.release.plan.AUDITS", AUDITS)
    retired_after = 5 if longest_stay is None else None
    said = list(chances_shown(*invented_audits(*invited, rate), Thresholds(*tier, longest_stay), retired_after))
    assert len(said) == MOST_YEARS
    simulated = shown_by_the_rule(invited, rate, tier, longest_stay)
    for nth in (0, 1):
        chances = [chance[nth] for chance in said]
        assert chances == sorted(chances)
        assert [share[nth] for share in simulated] == pytest.approx(chances[:LOOKED_AT], abs=0.048)


def test_how_many_answer_varies_from_year_to_year() -> None:
    """Of 24 of whom six in ten answer, 14 or 15 do: with 14 in each year nothing sensitive is ever shown."""
    shares = [first for first, _ in chances_shown(*invented_audits(24, 0.6, 0.5), Thresholds(*SENSITIVE, None), 5)]
    assert shares[:4] == pytest.approx([0.50, 0.73, 0.87, 0.94], abs=0.06)
    varies, fixed = (
        plan(CATALOGUE, [invited]).row(by_predicate=pl.col("sensitive"), named=True)
        for invited in (Invitation(24, 0.6), Invitation(14, 1))
    )
    assert varies["answering"] == fixed["answering"] == 14
    assert varies["years_if_half"] == 3
    assert varies["years_again_if_half"] > 3
    assert fixed["years_if_half"] is None


@pytest.mark.parametrize("n", [12, 18, 40])
def test_the_detectable_change_is_found_four_times_in_five_in_simulated_results(n: int) -> None:
    """And one that is two points smaller is not."""
    dice = np.random.default_rng(n)
    size = detectable_change(n, np.ones(n + 1, np.bool_))
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


def share_that_finds(n: int, change: float) -> float:
    """In which share of simulated audits a change from one year to the next is found, both results being published."""
    rates = 0.5 - change / 2, 0.5 + change / 2
    ledger = audited(Invitation(n, 1), rates, STANDARD, None)[-1]
    first, second = (
        with_interval(ledger.results.filter(pl.col("years") == [year])).select(
            "programme_id", "rate", "rate_low", "rate_high"
        )
        for year in ("2015-16", "2016-17")
    )
    both = second.join(
        first.rename(lambda name: f"other_{name}"), left_on="programme_id", right_on="other_programme_id"
    )
    return (both.select(difference("rate", "other_rate")[1]).to_series() > 0).sum() / AUDITS


@pytest.mark.slow
@pytest.mark.parametrize("n", [30, 40])
def test_the_change_of_a_plan_is_found_four_times_in_five_of_audits_put_through_the_real_rule(n: int) -> None:
    """Within three standard errors of a share of 2,000. One that is three points smaller is not."""
    size = planned(sensitive=False)[n]["detectable_change"]
    assert share_that_finds(n, size) >= 0.8 - 0.027
    assert share_that_finds(n, size - 0.04) < 0.8


@pytest.mark.slow
@pytest.mark.parametrize("change", [0.4, 0.5, 0.6, 0.7, 0.8])
def test_with_few_answers_no_change_is_found_so_often_because_extreme_results_are_withheld(change: float) -> None:
    assert planned(sensitive=False)[12]["detectable_change"] is None
    assert share_that_finds(12, change) < 0.8


@pytest.mark.parametrize("group", ["staff", "trainee"])
def test_no_change_is_promised_without_a_second_result_and_nothing_without_a_first(group: str) -> None:
    """Of four trainees a year a result takes nine years, and there is no second within ten; of four staff, none."""
    catalogue = read_catalogue("catalogue.toml", CATALOGUE_FILE.read_bytes())
    rows = [row for row in plan(catalogue).rows(named=True) if row["respondent_group"] == group]
    without = [row for row in rows if row["years_again_if_half"] is None]
    assert without
    assert {row["detectable_change"] for row in without} == {None}
    assert {row["detectable_difference"] for row in rows if row["years_if_half"] is None} == {None}
    assert all(row["years_again_if_half"] > row["years_if_half"] for row in rows if row["years_again_if_half"])


def planned(group: str = "staff", **kind: Any) -> dict[int, dict[str, Any]]:
    """By how many answer each year, if everybody who is invited does."""
    rows = plan(CATALOGUE, [Invitation(people, 1) for people in ANSWERING]).rows(named=True)
    return {row["answering"]: row for row in rows if row["respondent_group"] == group and row.items() >= kind.items()}


def test_a_plan_has_every_kind_of_question_that_is_put_to_everybody() -> None:
    kinds = plan(CATALOGUE).select("respondent_group", "sensitive").unique(maintain_order=True).rows()
    assert kinds == [("staff", False), ("staff", True)]
    assert list(planned(sensitive=False)) == list(ANSWERING)
    assert plan(CATALOGUE)["answering"].unique().sort().to_list() == list(ANSWERING)


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
        assert len(sizes) > 2
        assert sizes == sorted(sizes, reverse=True)
    tenth = [row["years_if_tenth"] or 99 for row in rows]
    assert tenth == sorted(tenth, reverse=True)
