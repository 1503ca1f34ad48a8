"""All programmes at once, by their figures' data."""

from datetime import date

import polars as pl
import pytest

from dashboard.charts import across_programmes as charts_across
from dashboard.charts import base as charts
from dashboard.components import tables
from dashboard.wording import across_programmes as wording_across
from tests.dashboard.charts.test_base import INK, words
from tests.dashboard.wording.test_across_programmes import an_association, an_item


def an_answer(name: str, item: str, status: str, **given: object) -> dict[str, object]:
    return an_item(status, programme_id=name.lower(), programme_name=name, item_id=item, title=f"Item {item}", **given)


SUPPORT = pl.DataFrame(
    [
        an_answer("Cedar", "a", "in_part", since=date(2023, 10, 1)),
        an_answer("Alder", "a", "in_place"),
        an_answer("Birch", "a", "not_known"),
        an_answer("Cedar", "b", "not_in_place"),
        an_answer("Birch", "b", "planned"),
    ],
    infer_schema_length=None,
)


def a_point(name: str, staff: float, trainee: float) -> dict[str, object]:
    row: dict[str, object] = {"programme_id": name.lower(), "programme_name": name}
    for side, rate in (("x", staff), ("y", trainee)):
        row |= {
            f"{side}_rate": rate,
            f"{side}_rate_low": rate - 0.1,
            f"{side}_rate_high": rate + 0.1,
            f"{side}_affirmative": round(rate * 20),
            f"{side}_respondents": 20,
            f"{side}_first_year": "2024-25",
            f"{side}_last_year": "2024-25",
        }
    return row


POINTS = pl.DataFrame([a_point("Alder", 0.3, 0.4), a_point("Birch", 0.5, 0.6), a_point("Cedar", 0.6, 0.9)])


def signs(axis: str) -> dict[tuple[float, int], str]:
    """Where on an axis which sign stands."""
    figure = charts_across.support(SUPPORT, "cedar", INK)
    return {
        (x, y): trace.text or trace.marker.symbol
        for trace in figure.data
        if trace.xaxis == axis
        for x, y in zip(trace.x, trace.y, strict=True)
    }


def test_every_status_has_a_shape_of_its_own() -> None:
    shapes = [charts_across.SYMBOLS.get(status, "?") for status in wording_across.SIGNS]
    assert len(set(shapes)) == len(wording_across.SIGNS)


def test_the_others_stand_in_columns_and_the_own_programme_apart() -> None:
    assert signs("x2") == {(0, 0): "circle", (1, 0): "?", (1, 1): "diamond-open"}
    assert signs("x") == {(0.04, 0): "circle-open-dot", (0.04, 1): "line-ew-open"}


def test_the_own_status_stands_in_words_beside_its_sign() -> None:
    shown = words(charts_across.support(SUPPORT, "cedar", INK))
    assert {"Item a", "Item b", "in part", "not in place"} <= set(shown)


def test_a_programme_that_said_nothing_leaves_the_others_as_they_are() -> None:
    figure = charts_across.support(SUPPORT, "elm", INK)
    assert list(figure.layout.xaxis2.ticktext) == ["Cedar", "Alder", "Birch"]
    assert not any(trace.x for trace in figure.data if trace.xaxis == "x")


def test_a_programme_alone_is_drawn_alone() -> None:
    alone = SUPPORT.filter(pl.col("programme_id") == "cedar")
    assert not charts_across.support(alone, "cedar", INK).layout.xaxis2.ticktext


def test_the_support_tables_hold_what_the_chart_holds() -> None:
    table = tables.support_by_item(SUPPORT, "cedar")
    assert table["This programme"].to_list() == ["in part since October 2023", "not in place"]
    assert table["The others"].to_list() == ["in place: Alder; not known: Birch", "planned: Birch"]
    assert tables.support_of_all(SUPPORT).height == SUPPORT.height


def test_each_programme_is_a_point_and_the_own_one_is_drawn_last() -> None:
    others, own = charts_across.against_each_other(POINTS, an_association(0.5), "birch", INK).data
    assert (list(others.x), list(others.y)) == ([0.3, 0.6], [0.4, 0.9])
    assert (list(own.x), list(own.y), own.marker.color) == ([0.5], [0.6], charts.OWN)
    assert list(own.error_x.array) == pytest.approx([0.1])


def test_axes_and_own_point_are_named_where_they_are_drawn() -> None:
    figure = charts_across.against_each_other(POINTS, an_association(0.5), "birch", INK)
    assert figure.layout.xaxis.title.text == "supervisors and tutors: Has been<br>open →"  # as wide as a phone
    assert {"↑ trainees: Has seen it", "<b>this programme</b>"} <= set(words(figure))


def test_of_many_programmes_only_the_own_one_has_intervals() -> None:
    many = pl.DataFrame([a_point(f"P{n}", 0.3, 0.4) for n in range(charts.FEW + 1)])
    others, own = charts_across.against_each_other(many, an_association(0.5), "p0", INK).data
    assert others.error_x.array is None
    assert own.error_x.array is not None


def test_the_table_of_pairs_names_the_years_of_both_results() -> None:
    table = tables.pairs(POINTS, an_association(0.5), "birch")
    assert table["Programme"].to_list() == ["Alder", "Birch (this programme)", "Cedar"]
    assert (
        table["Supervisors and tutors: Has been open"].to_list()[0] == "6 of 20 (30%, likely range 20% to 40%), 2024-25"
    )
