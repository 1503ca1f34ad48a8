"""A measure over the years, by its figure's data."""

from datetime import date

import polars as pl
import pytest

from dashboard.charts import base as charts
from dashboard.charts import over_time as charts_over_time
from dashboard.components import tables
from dashboard.wording import over_time as wording_over_time
from tests.dashboard.charts.test_base import INK, words
from tests.dashboard.wording.test_over_time import a_row

YEARS = ["2021-22", "2022-23", "2023-24", "2024-25"]
RESULTS = pl.DataFrame(
    [
        a_row(7, 20, years=["2021-22", "2022-23"], people=11),
        a_row(status="suppressed", years=["2023-24"]),
        a_row(14, 31, years=["2024-25"]),
    ],
    infer_schema_length=None,
)
EVERY = pl.DataFrame(
    [
        {
            "academic_year": year,
            "first_year": year,
            "last_year": year,
            "programmes": 4,
            "affirmative": 50,
            "respondents": 100,
        }
        | {"rate": 0.5, "rate_low": 0.4, "rate_high": 0.6}
        for year in ("2021-22", "2024-25")
    ]
)
NO_DATES = pl.DataFrame(schema={"item_id": pl.String, "title": pl.String, "since": pl.Date})


def dates(*days: date) -> pl.DataFrame:
    rows = [{"item_id": f"item{n}", "title": f"Item {n}", "since": day} for n, day in enumerate(days)]
    return pl.DataFrame(rows, schema=NO_DATES.schema)


def drawn(results: pl.DataFrame = RESULTS, every: pl.DataFrame = EVERY, days: pl.DataFrame = NO_DATES) -> object:
    return charts_over_time.over_time(results, every, days, YEARS, INK)


def test_a_result_stands_at_the_middle_of_its_years_with_its_interval() -> None:
    own = drawn().data[-1]  # type: ignore[attr-defined]
    assert list(own.x) == [2022, 2024.5]
    assert list(own.y) == pytest.approx([7 / 20, 14 / 31])
    assert list(own.error_y.array) == pytest.approx([0.17, 0.17])


def test_a_result_over_several_years_is_a_bar_from_first_to_last() -> None:
    [bar] = [shape for shape in drawn().layout.shapes if shape.line.color == charts.OWN]  # type: ignore[attr-defined]
    assert (bar.x0, bar.x1, bar.y0) == (2021.08, 2022.92, 7 / 20)


def test_a_bar_has_a_break_where_a_year_between_is_not_in_the_result() -> None:
    results = pl.DataFrame([a_row(7, 20, years=["2021-22", "2023-24"])], infer_schema_length=None)
    bars = [shape for shape in drawn(results).layout.shapes if shape.line.color == charts.OWN]  # type: ignore[attr-defined]
    assert [(bar.x0, bar.x1) for bar in bars] == [(2021.08, 2021.92), (2023.08, 2023.92)]


def test_a_suppressed_year_is_marked_in_words_and_has_no_point() -> None:
    axis = drawn().layout.xaxis  # type: ignore[attr-defined]
    assert list(axis.ticktext) == ["2021-22", "2022-23", "2023-24<br>suppressed", "2024-25"]
    assert 2023.5 not in drawn().data[-1].x  # type: ignore[attr-defined]


def test_results_say_how_many_of_how_many() -> None:
    assert {"this<br>programme<br>7 of 20 answers", "14 of 31"} <= set(words(drawn()))


@pytest.mark.parametrize(("k", "side"), [(16, "bottom"), (14, "top"), (9, "bottom")])
def test_words_stand_away_from_all_together_if_there_is_room(k: int, side: str) -> None:
    results = pl.DataFrame([a_row(k, 31, years=["2024-25"])], infer_schema_length=None)
    [words] = [note for note in drawn(results).layout.annotations if f"{k} of 31" in note.text]  # type: ignore[attr-defined]
    assert words.yanchor == side


def test_everybody_stands_behind_year_by_year_and_is_named_once() -> None:
    boxes = [shape for shape in drawn().layout.shapes if shape.type == "rect"]  # type: ignore[attr-defined]
    assert [(box.x0, box.y0, box.y1, box.layer) for box in boxes] == [
        (2021.08, 0.4, 0.6, "below"),
        (2024.08, 0.4, 0.6, "below"),
    ]
    assert words(drawn()).count("all<br>together") == 1


def test_without_a_comparator_only_the_programme_is_drawn() -> None:
    assert "all<br>together" not in words(drawn(every=EVERY.clear()))


def test_everything_suppressed_is_an_axis_that_says_so() -> None:
    results = pl.DataFrame([a_row(status="suppressed", years=[year]) for year in YEARS], infer_schema_length=None)
    results = results.with_columns(pl.col("rate", "rate_low", "rate_high").cast(pl.Float64))
    figure = drawn(results)
    assert not figure.data[-1].x  # type: ignore[attr-defined]
    assert all("suppressed" in text for text in figure.layout.xaxis.ticktext)  # type: ignore[attr-defined]


def test_what_came_into_place_is_labelled_where_it_is_drawn() -> None:
    assert "October 2022: Item 0" in words(drawn(days=dates(date(2022, 10, 1))))


def test_dates_outside_the_years_are_not_drawn_and_of_many_only_the_last() -> None:
    assert charts_over_time.in_span(dates(date(2021, 8, 31), date(2025, 9, 1)), YEARS) == []
    assert len(charts_over_time.in_span(dates(date(2021, 9, 1), date(2025, 8, 31)), YEARS)) == 2
    shown = words(drawn(days=dates(*(date(2022, month, 1) for month in range(1, 7)))))
    assert len([text for text in shown if "Item" in text]) == wording_over_time.FEW_DATES
    assert not any("Item 0" in text for text in shown)


def test_the_table_holds_what_the_chart_holds() -> None:
    placed = charts_over_time.in_span(dates(date(2022, 10, 1)), YEARS)
    table = tables.over_time(RESULTS, EVERY, placed, [*YEARS, "2025-26"], [*YEARS, "2025-26"])
    assert table["Academic year"].to_list() == [*YEARS, "2025-26"]
    own = table["This programme"].to_list()
    assert (
        own[0]
        == own[1]
        == ("7 of 20 answers (35%, likely range 19% to 52%), 2021-22 to 2022-23, from at least 11 people")
    )
    assert own[2:] == ["suppressed for now", "14 of 31 (45%, likely range 29% to 62%)", "not asked"]
    assert table["Came into place"].to_list() == ["none", "October 2022: Item 0", "none", "none", "none"]
    assert table["All together"].to_list()[1] == "too few programmes with a result"
