"""Three years of real counts from 324 organisations, against figures published elsewhere."""

import polars as pl
import pytest

from pipelines.settings import Settings
from tests.factories import released


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
