"""Integer programming, by what a table of counts leaves possible of the cells withheld from it."""

from functools import lru_cache
from itertools import product

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.factories import shared
from tests.reference.attack_tables import cells
from tests.thorough import examples

HALF_YEAR = {"quarter": {"quarter_Q1_Q2": ["Q1", "Q2"]}}


def release(name: str) -> pl.DataFrame:
    """One of the two releases of a table in the literature: income and size in two quarters, cells withheld."""
    table = pl.read_csv(shared(f"vectors/sdc_incremental_{name}.csv"))
    freq = pl.when("suppressed").then(None).otherwise("freq")
    return table.select("quarter", "main_income", "size", freq=freq)


def recovered(*releases: str) -> list[tuple[object, ...]]:
    table = pl.concat([release(name) for name in releases])
    return cells(table, totals=HALF_YEAR).filter(pl.col("low") == pl.col("high")).drop("high").rows()


def test_cells_are_recovered_from_a_release_made_ignoring_the_one_before() -> None:
    assert recovered("release1", "release2_ignoring1_UNSAFE") == [
        ("Q2", "pensions", "BIG", 86),
        ("Q2", "pensions", "small", 14),
    ]


def test_none_is_recovered_from_a_release_made_given_the_one_before() -> None:
    assert recovered("release1", "release2_given1") == []


@pytest.mark.parametrize("name", ["release1", "release2_ignoring1_UNSAFE", "release2_given1"])
def test_none_is_recovered_from_a_single_release(name: str) -> None:
    assert recovered(name) == []


@pytest.mark.parametrize("name", ["release1", "release2_ignoring1_UNSAFE", "release2_given1"])
def test_the_true_value_of_a_withheld_cell_is_within_its_bounds(name: str) -> None:
    raw = pl.read_csv(shared(f"vectors/sdc_incremental_{name}.csv")).select("quarter", "main_income", "size", "freq")
    checked = cells(release(name), totals=HALF_YEAR).join(raw, on=["quarter", "main_income", "size"])
    assert checked.select(pl.col("freq").is_between("low", "high").all()).item()


@given(st.data())
@settings(deadline=None, max_examples=examples(40))
def test_bounds_are_those_of_all_tables_that_fit(data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(0, 3), min_size=4, max_size=4))
    hidden = data.draw(st.sets(st.integers(0, 8), max_size=6))
    names = list(product(("a", "b", "Total"), ("x", "y", "Total")))
    shown = {place: value for place, value in enumerate(with_totals(counts)) if place not in hidden}
    assume({0, 1, 3, 4} - hidden or {2, 5, 6, 7, 8} - hidden)
    table = pl.DataFrame(
        [(*name, shown.get(place)) for place, name in enumerate(names)],
        schema={"row": pl.String, "column": pl.String, "freq": pl.Int64},
        orient="row",
    )
    fitting = [every for every in tables() if all(every[place] == value for place, value in shown.items())]
    bounds = {row[:2]: row[2:] for row in cells(table).iter_rows()}
    for place in hidden:
        values = {every[place] for every in fitting}
        low, high = bounds[names[place]]
        assert low == min(values)
        assert high == max(values) or high is None or max(values) >= LARGEST


LARGEST = 12
"""No count in a table of four cells of up to 3 each exceeds it."""


def with_totals(counts: list[int] | tuple[int, ...]) -> tuple[int, ...]:
    a, b, c, d = counts
    return a, b, a + b, c, d, c + d, a + c, b + d, a + b + c + d


@lru_cache(maxsize=1)
def tables() -> tuple[tuple[int, ...], ...]:
    return tuple(with_totals(counts) for counts in product(range(LARGEST + 1), repeat=4))


def a_row(*values: int | None) -> pl.DataFrame:
    """Two cells and their total."""
    return pl.DataFrame({"cell": ["a", "b", "Total"], "freq": values}, schema_overrides={"freq": pl.Int64})


def test_a_cell_withheld_alone_is_the_total_less_the_others() -> None:
    assert cells(a_row(3, None, 5)).rows() == [("b", 2, 2)]


def test_a_cell_that_nothing_bounds_has_no_greatest_value() -> None:
    assert cells(a_row(3, None, None)).rows() == [("b", 0, None), ("Total", 3, None)]


@pytest.mark.parametrize(
    "table", [a_row(3, 3, 5), a_row(6, None, 5), pl.concat([a_row(3, None, 5), a_row(4, None, 5)])]
)
def test_a_table_that_no_counts_fit_is_refused(table: pl.DataFrame) -> None:
    with pytest.raises(ValueError, match="No counts fit this table"):
        cells(table)
