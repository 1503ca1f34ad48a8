"""Three years of real counts from 324 organisations, against figures published elsewhere."""

import polars as pl
import pytest

from pipelines.settings import Settings
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
            (pl.col("measure_id") == "stress") & (pl.col("academic_year") == year) & (pl.col("kind") == "everybody")
        ),
        named=True,
    )
    assert 100 * pooled["rate"] == pytest.approx(percent, abs=0.01)
    assert pooled["respondents"] == n


def test_the_documentation_tells_how_many_stand_outside_the_funnel_of_stress(nhs_home: Settings) -> None:
    """Without over-dispersion most do; with it few, above all beyond the limits at 99.8 %."""
    compared = released(nhs_home.home, "comparison").filter(
        (pl.col("measure_id") == "stress") & (pl.col("kind") == "everybody")
    )
    chance, adjusted = pl.col("position_unadjusted"), pl.col("position")
    counts = (
        compared.group_by("last_year")
        .agg(
            pl.len(),
            (chance != "as_expected").sum().alias("chance"),
            (adjusted != "as_expected").sum().alias("adjusted"),
            (pl.len() * 0.05).round(2).alias("by_chance"),
            chance.str.starts_with("much").sum().alias("far_chance"),
            adjusted.str.starts_with("much").sum().alias("far_adjusted"),
        )
        .sort("last_year")
    )
    page = (PROJECT / "docs" / "what-is-published.md").read_text(encoding="utf-8")
    for row in counts.iter_rows():
        assert f"| {' | '.join(f'{cell:g}' if isinstance(cell, float) else str(cell) for cell in row)} |" in page
    assert (counts["chance"] > counts["len"] / 2).all()
    assert (counts["far_adjusted"] < counts["len"] / 20).all()
