"""The whole field over the years: for each measure a small chart, one beside the other, all on the same scale."""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.base import GRID, OTHERS, Words, frame, interval, marks, shown, with_words, words, wrapped
from dashboard.wording import field as wording

COLUMNS = 2
"""Charts beside one another; they can still be read on a phone."""
HEIGHT = 205
"""Pixels of a small chart with its title."""
BELOW, PLOT = 0.15, 0.56
"""The parts of it that are for the years below, and for the chart itself; the rest is for the title."""
LETTERS = 18
"""As many letters of a title fit above a small chart on the narrowest phone."""
SPACE = 0.14
"""Between small charts, where the whole width is 1."""


def by_year(rows: pl.DataFrame, years: Sequence[str], ink: str) -> go.Figure:
    """The figures of a group of programmes, a small chart for each measure. `rows` as `Release.field` gives them."""
    measures = rows.partition_by("measure_id", maintain_order=True)
    lines = -(-len(measures) // COLUMNS)
    figure = frame(lines * HEIGHT + 40, ink)
    titles: list[Words] = []
    for place, measure in enumerate(measures):
        left, bottom, width, height = _cell(place, lines)
        _axes(figure, place, (left, bottom, width, height), years)
        figure.add_trace(_points(measure, years, place))
        title = f"{measure['title'][0]} ({measure['asked_of'][0]})"
        text = wrapped(title, LETTERS)
        where = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "align": "left"}
        titles.append(words(text, ink, 11, x=left, y=bottom + height, **where))
    figure.update_layout(margin={"t": 40})
    return with_words(figure, titles)


def _cell(place: int, lines: int) -> tuple[float, float, float, float]:
    """Where a small chart stands: left, bottom, width and height, where the whole is 1."""
    line, column = divmod(place, COLUMNS)
    width, height = (1 - SPACE) / COLUMNS, 1 / lines
    return column * (width + SPACE), 1 - (line + 1) * height + BELOW * height, width, PLOT * height


def _axes(figure: go.Figure, place: int, cell: tuple[float, float, float, float], years: Sequence[str]) -> None:
    left, bottom, width, height = cell
    number = "" if place == 0 else str(place + 1)
    few = [0, len(years) - 1] if len(years) > 1 else [0]
    figure.layout[f"xaxis{number}"] = {
        "domain": [left, left + width],
        "anchor": f"y{number}",
        "range": [-0.4, len(years) - 0.6],
        "tickvals": few,
        "ticktext": [years[year] for year in few],
        "tickfont": {"size": 11},
        "showgrid": False,
        "zeroline": False,
    }
    figure.layout[f"yaxis{number}"] = {
        "domain": [bottom, bottom + height],
        "anchor": f"x{number}",
        "range": [0, 1],
        "tickvals": [0, 0.5, 1],
        "tickformat": ".0%",
        "tickfont": {"size": 11},
        "gridcolor": GRID,
        "zeroline": False,
    }


def _points(rows: pl.DataFrame, years: Sequence[str], place: int) -> go.Scatter:
    number = "" if place == 0 else str(place + 1)
    hover = [shown(wording.sentence(row)) for row in rows.iter_rows(named=True)]
    return marks(
        [years.index(year) for year in rows["academic_year"]],
        rows["rate"],
        (OTHERS, "diamond", 8),
        hover,
        error_y=interval(rows, "", OTHERS),
        xaxis=f"x{number}",
        yaxis=f"y{number}",
    )
