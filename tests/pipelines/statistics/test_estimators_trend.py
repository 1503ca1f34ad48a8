"""Trends and what is said of a change, against published examples, and against a naive second implementation."""

import math

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.statistics.estimators import LEAST_FOR_TREND, Z, change_verdict, newcombe_high, newcombe_low, trend
from pipelines.verification.estimators import Results, plain_trend

ROUNDING = 1e-9


def series(of: Results, name: str = "series") -> pl.DataFrame:
    schema = {"respondents": pl.Int64, "affirmative": pl.Int64, "score": pl.Float64}
    return pl.DataFrame(of, schema=schema, orient="row").with_columns(name=pl.lit(name))


def judged(of: Results) -> dict[str, float | str | None]:
    return trend(series(of), ["name"]).row(0, named=True)


# Graubard BI, Korn EL (1987), Biometrics 43:471-476, drinks a day and malformations, as tested in Agresti A (2002),
# Categorical Data Analysis, 2nd edition, section 5.3.5: z squared is 6.57.
DRINKS: Results = [(17114, 48, 0), (14502, 38, 0.5), (793, 5, 1.5), (127, 1, 4), (38, 1, 7)]
# Armitage 1955, size of tonsils and carriers of streptococci: chi-squared for trend is 7.19. Each of the three groups
# is given in two halves, since a test for trend knows only the sums at each score.
TONSILS: Results = [(258, 9, 0), (258, 10, 0), (289, 14, 1), (300, 15, 1), (146, 12, 2), (147, 12, 2)]


@pytest.mark.parametrize(("of", "squared"), [(DRINKS, 6.57), (TONSILS, 7.19)])
def test_the_trend_agrees_with_published_examples(of: Results, squared: float) -> None:
    found = judged(of)
    assert float(str(found["z"])) ** 2 == pytest.approx(squared, abs=0.005)
    assert found["verdict"] == "rise"


results = st.lists(
    st.tuples(st.integers(1, 40), st.integers(0, 40), st.integers(4030, 4060)).map(
        lambda result: (result[0], min(result[:2]), result[2] / 2)
    ),
    min_size=LEAST_FOR_TREND,
    max_size=12,
)


def can_be_tested(of: Results) -> bool:
    return 0 < sum(k for _, k, _ in of) < sum(n for n, _, _ in of) and len({score for _, _, score in of}) > 1


@given(results)
def test_the_trend_agrees_with_its_naive_twin(of: Results) -> None:
    assume(can_be_tested(of))
    z, p_value = plain_trend(of)
    found = judged(of)
    assert (found["z"], found["p_value"]) == pytest.approx((z, p_value), abs=ROUNDING)
    significant = "rise" if z > 0 else "fall"
    assert found["verdict"] == (significant if p_value < 0.05 else "no_clear_change")


@given(results)
def test_the_trend_turns_with_time_and_with_those_who_said_no(of: Results) -> None:
    assume(can_be_tested(of))
    z = judged(of)["z"]
    assert judged([(n, k, -score) for n, k, score in of])["z"] == pytest.approx(-float(str(z)), abs=ROUNDING)
    assert judged([(n, n - k, score) for n, k, score in of])["z"] == pytest.approx(-float(str(z)), abs=ROUNDING)


FALLING: Results = [(50, 40 - 5 * year, 2020 + year) for year in range(6)]
LEVEL: Results = [(50, 25, 2020 + year) for year in range(6)]


def test_only_series_of_five_results_are_tested_each_by_itself() -> None:
    all_series = pl.concat(
        [
            series(FALLING, "falling"),
            series(LEVEL[:LEAST_FOR_TREND], "level"),
            series(FALLING[: LEAST_FOR_TREND - 1], "short"),
        ]
    )
    found = trend(all_series.sample(fraction=1, shuffle=True, seed=1), ["name"]).sort("name")
    assert found.select("name", "results", "verdict").rows() == [
        ("falling", 6, "fall"),
        ("level", 5, "no_clear_change"),
    ]
    assert found["z"].to_list() == pytest.approx([plain_trend(FALLING)[0], 0])


def test_where_no_series_is_long_enough_there_is_an_empty_frame_of_the_same_columns() -> None:
    short, long = trend(series(FALLING[:1]), ["name"]), trend(series(FALLING), ["name"])
    assert short.is_empty()
    assert short.schema == long.schema


@pytest.mark.parametrize("of", [[(20, 0, year) for year in range(5)], [(20, 20, year) for year in range(5)]])
def test_where_everybody_answered_alike_there_is_nothing_to_test(of: Results) -> None:
    assert list(judged(of).values()) == ["series", 5, None, None, None]


def test_where_all_results_are_of_one_time_there_is_nothing_to_test() -> None:
    assert list(judged([(20, k, 2020.3) for k in range(5)]).values()) == ["series", 5, None, None, None]


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.01, 0.2, "rise"),
        (0.0, 0.2, "no_clear_change"),
        (-0.2, -0.01, "fall"),
        (-0.2, 0.0, "no_clear_change"),
        (None, 0.2, None),
        (0.1, None, None),
    ],
)
def test_a_change_is_clear_where_its_interval_leaves_nought_out(
    low: float | None, high: float | None, verdict: str | None
) -> None:
    ends = (pl.lit(end, pl.Float64) for end in (low, high))
    assert pl.select(change_verdict(*ends)).item() == verdict


quantities = st.tuples(st.floats(-5, 5), st.floats(0.01, 3))


@given(quantities, quantities)
def test_the_interval_of_a_difference_of_two_normal_quantities_is_the_normal_one(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    """The simplest case of Zou and Donner 2008: each quantity's interval is ± z standard errors."""
    (value, error), (other_value, other_error) = one, other
    low, high, other_low, other_high = (
        pl.lit(ours + side * Z * spread) for ours, spread in (one, other) for side in (-1, 1)
    )
    found = pl.select(
        newcombe_low(pl.lit(value), low, pl.lit(other_value), other_high).alias("low"),
        newcombe_high(pl.lit(value), high, pl.lit(other_value), other_low).alias("high"),
    ).row(0)
    half = Z * math.hypot(error, other_error)
    assert found == pytest.approx((value - other_value - half, value - other_value + half), abs=ROUNDING)
