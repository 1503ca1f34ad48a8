"""The rows of a query as points."""

import polars as pl

from dashboard.charts import query

INK = "#000000"
ROWS = pl.DataFrame(
    {
        "profession": ["<b>a</b>", "x" * 41, "c"],
        "n": [10, 20, None],
        "rate": [0.5, 0.25, 0.1],
        "rate_low": [0.4, 0.2, 0.0],
        "rate_high": [0.7, 0.5, 0.2],
    }
)


def test_each_row_with_both_values_is_a_point_and_says_them() -> None:
    [trace] = query.points(ROWS, "n", "rate", INK).data
    assert ([*trace.x], [*trace.y]) == ([10, 20], [0.5, 0.25])
    assert trace.hovertext[0] == "n: 10<br>rate: 0.5"
    assert trace.hoverinfo == "text"


def test_a_column_with_its_ends_has_intervals_and_another_has_none() -> None:
    [rate] = query.points(ROWS, "profession", "rate", INK).data
    assert [round(away, 9) for away in rate.error_y.array] == [0.2, 0.25, 0.1]
    assert [round(away, 9) for away in rate.error_y.arrayminus] == [0.1, 0.05, 0.1]
    [count] = query.points(ROWS, "profession", "n", INK).data
    assert count.error_y.array is None


def test_texts_at_an_axis_are_short_and_are_no_markup() -> None:
    [trace] = query.points(ROWS, "profession", "rate", INK).data
    assert [*trace.x] == ["&lt;b&gt;a&lt;/b&gt;", "x" * 39 + "…", "c"]
    assert trace.hovertext[1] == f"profession: {'x' * 41}<br>rate: 0.25"


def test_numbers_can_be_drawn_upwards_those_with_an_interval_first() -> None:
    assert query.numbers_in(ROWS) == ["rate", "n", "rate_low", "rate_high"]
    assert query.numbers_in(ROWS.select("profession")) == []
