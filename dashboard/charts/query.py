"""The rows of a query as points: a frame and two of its columns in, a figure out."""

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.base import GRID, OWN, frame, marks, shown

HEIGHT = 480
LONGEST = 40
"""So many letters of a text stand at an axis; the whole text is shown where its point is pointed at."""


def points(rows: pl.DataFrame, across: str, up: str, ink: str) -> go.Figure:
    """A point for each row in which both columns have a value. Where the frame has a column's ends too, such as
    rate_low and rate_high of rate, each point has its interval. `up` is a column of numbers."""
    drawn = rows.drop_nulls([across, up])
    figure = frame(HEIGHT, ink)
    hover = [_hover(row) for row in drawn.select(*dict.fromkeys([across, up])).iter_rows(named=True)]
    x = (
        drawn[across]
        if drawn[across].dtype.is_numeric() or drawn[across].dtype.is_temporal()
        else _texts(drawn[across])
    )
    figure.add_trace(marks(x, drawn[up].cast(pl.Float64), (OWN, "circle", 7), hover, error_y=_interval(drawn, up)))
    figure.update_xaxes(title=shown(across), gridcolor=GRID, zeroline=False, automargin=True)
    figure.update_yaxes(title=shown(up), gridcolor=GRID, zeroline=False, automargin=True)
    return figure


def numbers_in(rows: pl.DataFrame) -> list[str]:
    """The columns that can be drawn upwards, rates first: they are what is mostly looked for."""
    columns = [name for name in rows.columns if rows[name].dtype.is_numeric()]
    return sorted(columns, key=lambda name: not {f"{name}_low", f"{name}_high"} <= {*rows.columns})


def _interval(rows: pl.DataFrame, name: str) -> dict[str, object] | None:
    ends = f"{name}_low", f"{name}_high"
    if not {*ends} <= {*rows.columns} or not all(rows[end].dtype.is_numeric() for end in ends):
        return None
    low, high = (rows[end].cast(pl.Float64) for end in ends)
    middle = rows[name].cast(pl.Float64)
    away = {"array": high - middle, "arrayminus": middle - low}
    return {**away, "symmetric": False, "color": OWN, "thickness": 1.5, "width": 0}


def _texts(column: pl.Series) -> pl.Series:
    texts = (str(value) for value in column)
    cut = [text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…" for text in texts]
    return pl.Series([shown(text) for text in cut])


def _hover(row: dict[str, object]) -> str:
    return "<br>".join(f"{shown(name)}: {shown(str(value))}" for name, value in row.items())
