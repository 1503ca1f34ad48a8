"""Three years of real counts from 324 organisations, against figures published elsewhere."""

import polars as pl
import pytest

from pipelines.settings import Settings
from pipelines.statistics.estimators import Z
from tests.factories import PROJECT, released


def test_324_organisations_are_in_the_release(nhs_home: Settings) -> None:
    assert released(nhs_home.home, "programme").height == 324


@pytest.mark.parametrize(
    ("year", "percent", "n"), [("2021-22", 46.42, 634_063), ("2022-23", 44.28, 632_226), ("2023-24", 41.35, 701_826)]
)
def test_the_pooled_rate_of_stress_agrees_with_the_known_answers(
    nhs_home: Settings, year: str, percent: float, n: int
) -> None:
    pooled = released(nhs_home.home, "comparator").row(
        by_predicate=(
            (pl.col("measure_id") == "stress") & (pl.col("years") == [year]) & (pl.col("kind") == "everybody")
        ),
        named=True,
    )
    assert 100 * pooled["rate"] == pytest.approx(percent, abs=0.01)
    assert pooled["respondents"] == n


def test_the_documentation_tells_how_many_stand_out_in_stress(nhs_home: Settings) -> None:
    """By limits for chance alone most would."""
    rates = released(nhs_home.home, "result").select("result_id", "rate", "respondents")
    compared = (
        released(nhs_home.home, "comparison")
        .filter((pl.col("measure_id") == "stress") & (pl.col("kind") == "everybody"))
        .join(rates, on="result_id")
    )
    p = pl.col("comparator_rate")
    away = (pl.col("rate") - p).abs() / (p * (1 - p) / pl.col("respondents")).sqrt()
    differs = (pl.col("difference_low") > 0) | (pl.col("difference_high") < 0)
    counts = (
        compared.group_by("last_year")
        .agg(
            pl.len(),
            (away > Z).sum().alias("chance"),
            differs.sum().alias("differs"),
            (pl.col("verdict") != "no_clear_difference").sum().alias("stand_out"),
            (pl.len() * 0.05).round(2).alias("by_chance"),
        )
        .sort("last_year")
    )
    page = (PROJECT / "docs" / "what-is-published.md").read_text(encoding="utf-8")
    for row in counts.iter_rows():
        assert f"| {' | '.join(f'{cell:g}' if isinstance(cell, float) else str(cell) for cell in row)} |" in page
    assert (counts["chance"] > counts["len"] / 2).all()
    assert (counts["stand_out"] < counts["len"] / 5).all()


def test_the_pooled_rate_of_stress_is_as_uncertain_as_organisations_differ(nhs_home: Settings) -> None:
    """40.8 to 41.9, where taking all 701,826 answers as independent gives 41.2 to 41.5."""
    pooled = released(nhs_home.home, "comparator").row(
        by_predicate=(pl.col("measure_id") == "stress")
        & (pl.col("years") == ["2023-24"])
        & (pl.col("kind") == "everybody"),
        named=True,
    )
    assert (100 * pooled["rate_low"], 100 * pooled["rate_high"]) == pytest.approx((40.75, 41.95), abs=0.02)
