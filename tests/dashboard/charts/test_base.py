"""Charts by their figures' data."""

import polars as pl
import pytest

from dashboard.charts import base as charts
from dashboard.components import tables

INK = charts.INK["light"]


COMPARED = {
    "kind": "everybody",
    "comparator_first_year": "2024-25",
    "comparator_last_year": "2024-25",
    "comparator_programmes": 4,
    "comparator_respondents": 200,
    "comparator_affirmative": 100,
    "comparator_rate": 0.5,
    "comparator_rate_low": 0.43,
    "comparator_rate_high": 0.57,
    "difference": -0.05,
    "difference_low": -0.2,
    "difference_high": 0.1,
    "verdict": "no_clear_difference",
    "detectable_more": 0.31,
    "detectable_less": 0.31,
}
"""What a comparison adds to a result."""


def a_row(
    name: str = "Alder", status: str = "published", k: int = 14, n: int = 31, **given: object
) -> dict[str, object]:
    known = status == "published"
    return {
        "measure_id": "asked",
        "title": f"Measure {name}",
        "programme_id": name.lower(),
        "programme_name": name,
        "profession": "clinical_psychology",
        "first_year": "2024-25",
        "last_year": "2024-25",
        "status": status,
        "affirmative": k if known else None,
        "respondents": n if known else None,
        "invited": 40 if known else None,
        "asked_of": "supervisors and tutors",
        "people": n if known else None,
        "response": "half_or_more" if known else None,
        "rate": k / n if known else None,
        "rate_low": k / n - 0.1 if known else None,
        "rate_high": k / n + 0.2 if known else None,
        **{name: value if known else None for name, value in COMPARED.items()},
        "effective_respondents": float(n) if known else None,
    } | given


ROWS = pl.DataFrame([a_row("Alder"), a_row("Birch", "suppressed"), a_row("Cedar", k=20)], infer_schema_length=None)
CEDAR, NOBODY = charts.Marked("cedar"), charts.Marked("")
TOGETHER = {"rate": 0.5, "rate_low": 0.4, "rate_high": 0.6}


def words(figure: object) -> list[str]:
    return [note.text for note in figure.layout.annotations]  # type: ignore[attr-defined]


def test_own_and_others_stand_in_each_measures_row_with_their_intervals() -> None:
    own, others = charts.against_others(ROWS, INK).data
    assert list(own.y) == [0, 2]
    assert list(own.x) == pytest.approx([14 / 31, 20 / 31])
    assert list(own.error_x.arrayminus) == pytest.approx([0.1, 0.1])
    assert list(own.error_x.array) == pytest.approx([0.2, 0.2])
    assert list(others.x) == [0.5, 0.5]
    assert (own.marker.color, own.marker.symbol) != (others.marker.color, others.marker.symbol)


def test_a_withheld_result_has_a_row_that_says_so_and_no_point() -> None:
    figure = charts.against_others(ROWS, INK)
    assert words(figure)[2:4] == ["Measure Birch", "suppressed for now"]
    assert 1 not in figure.data[0].y


def test_a_row_says_how_many_of_how_many() -> None:
    assert words(charts.against_others(ROWS, INK))[:2] == ["Measure Alder", "14 of 31"]


OVER_YEARS = {"first_year": "2022-23", "last_year": "2024-25"}


@pytest.mark.parametrize(
    ("title", "row", "lines"),
    [
        ("x" * 30, {}, 1),  # "14 of 31" has 8 letters, and 38 fit on a line of a phone
        ("x " * 16, {}, 2),
        ("x" * 20, {"status": "suppressed"}, 1),
        ("x " * 11, {"status": "suppressed"}, 2),
        ("x" * 20, OVER_YEARS, 1),  # the years stand below how many of how many
    ],
)
def test_both_words_of_a_row_fit_on_a_line_of_a_phone(title: str, row: dict[str, object], lines: int) -> None:
    results = pl.DataFrame([a_row(title=title, **row)], infer_schema_length=None)  # type: ignore[arg-type]
    name, beside = (text.split("<br>") for text in words(charts.against_others(results, INK))[:2])
    assert len(name) == lines
    assert max(map(len, name)) + max(map(len, beside)) <= charts.LETTERS


@pytest.mark.parametrize(("letters", "higher"), [(60, 0), (61, charts.LINE)])
def test_a_row_is_made_higher_for_a_third_line(letters: int, higher: int) -> None:
    name = f"{'x' * 29} {'x' * 30}{' x' * (letters - 60)}"
    results = pl.DataFrame([a_row(name)], infer_schema_length=None)
    assert charts.programmes_by_name(results, NOBODY, None, INK).layout.height == charts.ROW + 60 + higher


def test_a_result_without_comparator_has_its_own_point_only() -> None:
    alone = ROWS.head(1).with_columns(pl.lit(None, pl.Float64).alias("comparator_rate"))
    own, others = charts.against_others(alone, INK).data
    assert (len(own.x), len(others.x)) == (1, 0)


def test_the_own_programme_is_marked_among_all_and_drawn_last() -> None:
    figure = charts.programmes_by_name(ROWS, CEDAR, TOGETHER, INK)
    others, own = figure.data
    assert (list(others.y), list(own.y)) == ([0], [2])
    assert own.marker.color == charts.OWN
    assert "<b>Cedar</b>" in words(figure)


def test_programmes_keep_the_order_they_are_given_in() -> None:
    names = [
        text
        for text in words(charts.programmes_by_name(ROWS, NOBODY, None, INK))
        if text in {"Alder", "Birch", "Cedar"}
    ]
    assert names == ["Alder", "Birch", "Cedar"]


def test_the_comparator_is_a_band_from_end_to_end_of_its_interval() -> None:
    [band] = charts.programmes_by_name(ROWS, NOBODY, TOGETHER, INK).layout.shapes
    assert (band.x0, band.x1) == (0.4, 0.6)
    assert not charts.programmes_by_name(ROWS, NOBODY, None, INK).layout.shapes


def test_many_programmes_stand_by_how_many_answered() -> None:
    others, own = charts.programmes_by_size(ROWS, CEDAR, TOGETHER, INK).data
    assert (list(others.x), list(own.x)) == ([31], [31])
    assert list(own.hovertext) == ["Cedar: 20 of 31 (65%, likely range 55% to 85%)"]


def test_the_tables_hold_what_the_charts_hold() -> None:
    assert tables.measures(ROWS)["This programme"].to_list()[:2] == [
        "14 of 31 (45%, likely range 35% to 65%)",
        "suppressed for now",
    ]
    table = tables.programmes(ROWS, "cedar")
    assert table["Programme"].to_list() == ["Alder", "Birch", "Cedar (this programme)"]
    assert table["Answered"].to_list() == ["31 of 40 invited", "suppressed for now", "31 of 40 invited"]


LIMITS = pl.DataFrame(
    {
        "people": [10, 31],
        "limit_low": [0.2, 0.3],
        "limit_high": [0.8, 0.7],
    }
)


def test_a_funnel_has_its_limits_the_others_and_the_own_programme_by_name() -> None:
    figure = charts.funnel(ROWS, CEDAR, LIMITS, TOGETHER, INK)
    lines = [list(trace.y) for trace in figure.data if trace.mode == "lines"]
    assert lines == [LIMITS[end].to_list() for end in ("limit_low", "limit_high")]
    others, own = (trace for trace in figure.data if trace.mode == "markers")
    assert (list(others.x), list(own.y)) == ([31], pytest.approx([20 / 31]))
    assert [trace.text[0].strip() for trace in figure.data if trace.mode == "text"] == ["most lie below this line"]
    [name] = [note for note in figure.layout.annotations if note.text == "<b>Cedar</b>"]
    assert (name.x, name.y, bool(name.bgcolor)) == (31, 20 / 31, True)
    assert figure.layout.shapes[0].y0 == TOGETHER["rate"]


@pytest.mark.parametrize(("n", "scale"), [(200, None), (201, "log")])
def test_sizes_that_lie_far_apart_stand_on_a_logarithm(n: int, scale: str | None) -> None:
    rows = pl.DataFrame([a_row(k=20, n=n)])
    assert charts.programmes_by_size(rows, NOBODY, None, INK).layout.xaxis.type == scale


def test_those_marked_are_named_beside_the_own_programme_which_stands_on_top() -> None:
    figure = charts.programmes_by_size(ROWS, charts.Marked("cedar", ("alder", "birch")), TOGETHER, INK)
    names = [note for note in figure.layout.annotations if note.text in {"Alder", "Birch", "<b>Cedar</b>"}]
    assert [name.text for name in names] == ["Alder", "<b>Cedar</b>"]  # Birch has no point
    assert len({name.ay for name in names}) == 2
    others, peers, own = figure.data
    assert (len(others.x), peers.marker.symbol, own.marker.color) == (0, "square", charts.OWN)


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.4, 0.6, {"↓ 0% is out of sight", "↑ 100% is out of sight"}),
        (0.05, 0.4, {"↑ 100% is out of sight"}),
        (0.6, 0.95, {"↓ 0% is out of sight"}),
        (0.1, 0.9, set()),
    ],
)
def test_an_axis_shows_where_the_data_are_and_says_which_end_is_out_of_sight(
    low: float, high: float, shown: set[str]
) -> None:
    rows = pl.DataFrame([a_row(k=20, n=40) | {"rate_low": low, "rate_high": high}])
    figure = charts.programmes_by_size(rows, NOBODY, None, INK)
    assert {text for text in words(figure) if "out of sight" in text} == shown
    bottom, top = figure.layout.yaxis.range
    assert bottom <= low < high <= top
