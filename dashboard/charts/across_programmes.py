"""All programmes at once: what support each says it has, and a rate of staff against a rate of trainees."""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.base import (
    FEW,
    GRID,
    OTHERS,
    OWN,
    Marked,
    Words,
    frame,
    interval,
    marks,
    shown,
    split,
    with_words,
    words,
    wrapped,
)
from dashboard.wording import across_programmes as wording_across
from dashboard.wording import numbers
from dashboard.wording.numbers import Row

SYMBOLS = {
    "in_place": "circle",
    "in_part": "circle-open-dot",
    "planned": "diamond-open",
    "not_in_place": "line-ew-open",
}
"""Each status has a shape of its own; what is not known is a question mark."""
SIDE_BY_SIDE = 24
"""As many programmes have columns that can be read; on a phone the chart scrolls sideways."""
ITEM = 62
"""Pixels from one support item to the next."""
NAMES = 124
"""Pixels for the names of programmes above their columns."""
LETTERS = 56
"""As many letters of a title fit on one line, at the width below which the chart scrolls."""
AXIS_LETTERS = 36
"""As many letters of the name of an axis fit on one line of the narrowest phone."""
FIRST = 0.28
"""The part of the width that is the own programme's, with its status in words."""
HEADROOM = 0.92
"""Below this, words fit above a point's interval."""

# ---- support ----


def support(rows: pl.DataFrame, own_programme: str, ink: str) -> go.Figure:
    """Support items of one kind, one a line, and a column for each programme, this one first and in words.

    `rows` as `Release.support_in` gives them, for programmes few enough to stand side by side.
    """
    items = {item: line for line, item in enumerate(rows["item_id"].unique(maintain_order=True))}
    mine, others = (
        rows.filter(pl.col("programme_id") == own_programme),
        rows.filter(pl.col("programme_id") != own_programme),
    )
    names = {row["programme_id"]: shown(numbers.programme_name(row)) for row in others.iter_rows(named=True)}
    figure = _matrix(len(items), names, ink)
    _signs(figure, others, list(names), items, "x2", OTHERS)
    _signs(figure, mine, [own_programme], items, "x", OWN)
    titles = [
        _line_words(items[item], wrapped(title, LETTERS), ink, yshift=11, yanchor="bottom")
        for item, title in rows.unique("item_id", maintain_order=True).select("item_id", "title").iter_rows()
    ]
    statuses = [
        _line_words(items[item], numbers.plain(status), ink, xshift=24, yanchor="middle")
        for item, status in mine.select("item_id", "status").iter_rows()
    ]
    return with_words(figure, [*titles, *statuses])


def _matrix(items: int, names: dict[str, str], ink: str) -> go.Figure:
    figure = frame(items * ITEM + NAMES, ink)
    top = {"side": "top", "tickangle": -90, "tickfont": {"size": 11}, "showgrid": False, "zeroline": False}
    figure.update_layout(
        margin={"t": NAMES - 20, "b": 4},
        xaxis={"domain": [0, FIRST], "range": [0, 1], "tickvals": []} | top,
        xaxis2={
            "domain": [FIRST + 0.02, 1],
            "range": [-0.5, max(len(names), 1) - 0.5],
            "tickvals": list(range(len(names))),
            "ticktext": list(names.values()),
        }
        | top,
    )
    figure.update_yaxes(range=[items - 0.6, -0.85], visible=False)
    name = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 1, "yanchor": "bottom"}
    figure.add_annotation(text="<b>this<br>programme</b>", align="left", showarrow=False, font={"color": ink}, **name)
    return figure


def _signs(
    figure: go.Figure, rows: pl.DataFrame, columns: Sequence[str], items: dict[str, int], axis: str, colour: str
) -> None:
    size, line = (13 if colour == OWN else 9), {"width": 2, "color": colour}
    for status in wording_across.SIGNS:
        shown = [row for row in rows.iter_rows(named=True) if row["status"] == status]
        unknown = status not in SYMBOLS
        figure.add_trace(
            go.Scatter(
                x=[0.04 if axis == "x" else columns.index(row["programme_id"]) for row in shown],
                y=[items[row["item_id"]] for row in shown],
                xaxis=axis,
                mode="text" if unknown else "markers",
                text="?" if unknown else None,
                textfont={"color": colour, "size": size + 3},
                marker={"color": colour, "symbol": SYMBOLS.get(status), "size": size, "line": line},
                hovertext=[_hover(row) for row in shown],
                hoverinfo="text",
                cliponaxis=False,
            )
        )


def _hover(row: Row) -> str:
    return shown(f"{numbers.programme_name(row)}: {row['title']}, {wording_across.status_since(row)}")


def _line_words(line: int, text: str, ink: str, **where: object) -> Words:
    """Words that begin at the left edge of a line."""
    return words(text, ink, 12, x=0, xref="paper", xanchor="left", y=line, align="left", **where)


# ---- together ----


def against_each_other(points: pl.DataFrame, pair: Row, own_programme: str, ink: str) -> go.Figure:
    """A rate of staff to the right, a rate of trainees up, a point for each programme; the own one strong and named.

    `points` as `Release.association_points` gives them. With many programmes only the own one has its intervals drawn.
    """
    figure = frame(470, ink)
    for rows, look in split(points, Marked(own_programme), ink):
        colour, with_intervals = look[0], look[0] == OWN or points.height <= FEW
        figure.add_trace(
            marks(
                rows["x_rate"],
                rows["y_rate"],
                look,
                [_both(row, pair) for row in rows.iter_rows(named=True)],
                error_x=_thin(interval(rows, "x_", colour)) if with_intervals else None,
                error_y=_thin(interval(rows, "y_", colour)) if with_intervals else None,
            )
        )
    for row in points.filter(pl.col("programme_id") == own_programme).iter_rows(named=True):
        _name(figure, row, ink)
    _axes(figure, pair, ink)
    return figure


def _thin(drawn: dict[str, object]) -> dict[str, object]:
    """The intervals of the others are faint, so that the points stay legible."""
    return drawn if drawn["color"] == OWN else drawn | {"color": "rgba(138,143,150,0.35)", "thickness": 1}


def _both(row: Row, pair: Row) -> str:
    lines = (
        numbers.programme_name(row),
        f"{pair['x_people']}: {numbers.pair(row, 'x_')}",
        f"{pair['y_people']}: {numbers.pair(row, 'y_')}",
    )
    return "<br>".join(map(shown, lines))


def _name(figure: go.Figure, row: Row, ink: str) -> None:
    """At the end of the own interval that has more room."""
    above = row["y_rate"] < 0.5 or row["y_rate_high"] < HEADROOM  # noqa: PLR2004  the middle of the axis
    figure.add_annotation(
        x=row["x_rate"],
        y=row["y_rate_high" if above else "y_rate_low"],
        yanchor="bottom" if above else "top",
        text="<b>this programme</b>",
        showarrow=False,
        font={"size": 12, "color": ink},
    )


def _axes(figure: go.Figure, pair: Row, ink: str) -> None:
    axis = {
        "range": [-0.01, 1.01],
        "tickvals": [0, 0.25, 0.5, 0.75, 1],
        "tickformat": ".0%",
        "gridcolor": GRID,
        "zeroline": False,
    }
    name = wrapped(f"{pair['x_people']}: {pair['x_title']} →", AXIS_LETTERS)
    figure.update_xaxes(title=name, title_font_size=13, **axis)
    figure.update_yaxes(**axis)
    figure.update_layout(margin={"t": 48, "b": 72})
    figure.add_annotation(
        x=0,
        xref="paper",
        xanchor="left",
        y=1.02,
        yref="paper",
        yanchor="bottom",
        text=wrapped(f"↑ {pair['y_people']}: {pair['y_title']}", AXIS_LETTERS),
        align="left",
        showarrow=False,
        font={"size": 13, "color": ink},
    )
