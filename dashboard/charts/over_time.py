"""One measure of one programme over the years. Time runs to the right; what came into place when stands above.

A result is a point, or over several years a bar, with its interval; all programmes together are grey boxes behind it.
"""

from collections.abc import Sequence
from datetime import date
from textwrap import wrap

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.base import GRID, OTHERS, OWN, frame, interval, marks, shown
from dashboard.wording import numbers
from dashboard.wording import over_time as wording_over_time
from dashboard.wording.numbers import Row

HEIGHT = 360
"""Pixels from none to all."""
LANE = 0.17
"""The room of a policy date above the plot, where none to all is 1."""
FEW_YEARS = 7
"""Up to so many years each result says beside it how many of how many, and words fit below a year."""
WORDS = 0.15
"""The room that the words of a result take, where none to all is 1."""
LETTERS = 52
"""As many letters of a title fit on one line of a phone."""


def over_time(
    results: pl.DataFrame, every: pl.DataFrame, dates: pl.DataFrame, years: Sequence[str], ink: str
) -> go.Figure:
    """A programme's results of one measure before those of all programmes, and what came into place when.

    `results`, `every`, `dates` as `Release.series`, `comparators` and `policy_dates` give them; `years` in order.
    """
    drawn = in_span(dates, years)[-wording_over_time.FEW_DATES :]
    figure = _paper(years, len(drawn), ink)
    published = _sides(results.filter(pl.col("status") == "published"), every)
    _together(figure, every, published, ink)
    for lane, day in enumerate(reversed(drawn)):
        _came_into_place(figure, day, 1.2 + lane * LANE, begins(years[-1]) + 1, ink)
    _own(figure, published, labelled=len(years) <= FEW_YEARS, ink=ink)
    for year, _, _ in wording_over_time.breaks(results.to_dicts()):
        _break(figure, begins(year), ink)
    _ticks(figure, results, years)
    return figure


def in_span(dates: pl.DataFrame, years: Sequence[str]) -> list[Row]:
    """The policy dates that fall into the years of the chart."""
    first, end = begins(years[0]), begins(years[-1]) + 1
    return [day for day in dates.iter_rows(named=True) if first <= place(day["since"]) < end]


def begins(year: str) -> int:
    """Where an academic year begins on the axis."""
    return int(year[:4])


def place(day: date) -> float:
    return wording_over_time.place_in_time(day)


def _paper(years: Sequence[str], lanes: int, ink: str) -> go.Figure:
    top = 1.12 + lanes * LANE
    figure = frame(round(HEIGHT * top) + 70, ink)
    figure.update_yaxes(
        range=[0, top], tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat=".0%", gridcolor=GRID, zeroline=False
    )
    figure.update_xaxes(range=[begins(years[0]), begins(years[-1]) + 1], showgrid=False, zeroline=False)
    return figure


def _ticks(figure: go.Figure, results: pl.DataFrame, years: Sequence[str]) -> None:
    """Below each year its name, and in words where its result is suppressed."""
    hidden = set(results.filter(pl.col("status") == "suppressed")["first_year"])
    few = len(years) <= FEW_YEARS
    figure.update_xaxes(
        tickvals=[begins(year) + 0.5 for year in years],
        ticktext=[f"{year}{'<br>' if few else ' '}suppressed" if year in hidden else year for year in years],
        tickangle=0 if few else -90,
        tickfont={"size": 11},
    )


def _own(figure: go.Figure, published: pl.DataFrame, *, labelled: bool, ink: str) -> None:
    for row in published.iter_rows(named=True):
        for start, end in _runs([begins(year) for year in row["years"]]) if len(row["years"]) > 1 else ():
            figure.add_shape(
                type="line",
                x0=start + 0.08,
                x1=end + 0.92,
                y0=row["rate"],
                y1=row["rate"],
                line={"color": OWN, "width": 5},
            )
    figure.add_trace(
        marks(
            [middle(row) for row in published.iter_rows(named=True)],
            published["rate"],
            (OWN, "circle", 11),
            [f"{numbers.years(row)}: {numbers.pair(row)}" for row in published.iter_rows(named=True)],
            error_y=interval(published, "", OWN),
        )
    )
    for nth, row in enumerate(published.iter_rows(named=True) if labelled else ()):
        name = "" if nth else "this<br>programme<br>"
        text = f"{name}{row['affirmative']:,} of {row['respondents']:,}"
        y, side = (row["rate_low"], "top") if row["below"] else (row["rate_high"], "bottom")
        _say(figure, middle(row), y, text, side, ink)


def _sides(published: pl.DataFrame, every: pl.DataFrame) -> pl.DataFrame:
    """Whether the words of a result stand below it: away from all programmes together, if there is room."""
    rates = every.select(pl.col("academic_year").alias("last_year"), pl.col("rate").alias("every_rate"))
    beside = published.join(rates, on="last_year", how="left", maintain_order="left")
    below = (pl.col("rate") < pl.col("every_rate")) & (pl.col("rate_low") > WORDS)
    return beside.with_columns(below.fill_null(value=False).alias("below"))


def middle(row: Row) -> float:
    """Where a result stands: at the middle of the years it covers."""
    return (begins(row["first_year"]) + begins(row["last_year"])) / 2 + 0.5


def _runs(years: Sequence[int]) -> list[tuple[int, int]]:
    """Years that follow one another, from first to last: 2021, 2022, 2024 are two runs."""
    starts = [year for year in years if year - 1 not in years]
    ends = [year for year in years if year + 1 not in years]
    return list(zip(starts, ends, strict=True))


def _together(figure: go.Figure, every: pl.DataFrame, published: pl.DataFrame, ink: str) -> None:
    """Grey boxes from end to end of the interval of all programmes; named where there is most room."""
    rows = every.to_dicts()
    for row in rows:
        x = begins(row["academic_year"])
        box = {
            "x0": x + 0.08,
            "x1": x + 0.92,
            "layer": "below",
            "line": {"width": 1, "color": OTHERS},
            "fillcolor": OTHERS,
        }
        figure.add_shape(type="rect", y0=row["rate_low"], y1=row["rate_high"], opacity=0.35, **box)
    figure.add_trace(
        marks(
            [begins(row["academic_year"]) + 0.2 for row in rows],
            every["rate"],
            (OTHERS, "diamond", 8),
            [f"All together, {row['academic_year']}: {wording_over_time.comparator_of_year(row)}" for row in rows],
        )
    )
    spots = [
        (_room(published, begins(row["academic_year"]), y, side), begins(row["academic_year"]) + 0.08, y, side)
        for row in rows
        for y, side in ((row["rate_low"], "top"), (row["rate_high"], "bottom"))
    ]
    for _, left, y, side in sorted(spots)[-1:]:
        _say(figure, left, y, "all<br>together", side, ink, align="left")


def _room(published: pl.DataFrame, year: int, y: float, side: str) -> float:
    """How far words above or below `y` stay away from the programme's own interval and its label in a year."""
    low, high = (y, y + 0.1) if side == "bottom" else (y - 0.1, y)
    away = [
        max(row["rate_low"] - WORDS * row["below"] - high, low - row["rate_high"] - WORDS * (not row["below"]))
        for row in published.iter_rows(named=True)
        if abs(middle(row) - year - 0.5) < 1
    ]
    return float(min([*away, low, 1 - high]))


def _came_into_place(figure: go.Figure, day: Row, y: float, end: int, ink: str) -> None:
    """A date through the plot and, above it, how long what came into place has been there, and what it is."""
    x, line = place(day["since"]), {"line": {"color": ink, "width": 1, "dash": "dot"}}
    figure.add_shape(type="line", x0=x, x1=x, y0=0, y1=1.08, opacity=0.6, layer="below", **line)
    figure.add_shape(type="line", x0=x, x1=end, y0=y - 0.05, y1=y - 0.05, line={"color": OTHERS, "width": 3})
    figure.add_trace(
        go.Scatter(
            x=[x],
            y=[y - 0.05],
            mode="markers",
            marker={"color": ink, "symbol": "line-ns-open", "size": 11, "line": {"width": 2}},
            hovertext=[shown(wording_over_time.came_into_place(day))],
            hoverinfo="text",
        )
    )
    figure.add_annotation(
        x=0,
        xref="paper",
        y=y - 0.035,
        xanchor="left",
        yanchor="bottom",
        align="left",
        text="<br>".join(map(shown, wrap(wording_over_time.came_into_place(day), LETTERS))),
        showarrow=False,
        font={"size": 11, "color": ink},
    )


def _break(figure: go.Figure, x: int, ink: str) -> None:
    """A line between the years before a question was worded anew and those since, with words beside it."""
    line = {"line": {"color": ink, "width": 2, "dash": "dash"}}
    figure.add_shape(type="line", x0=x, x1=x, y0=0, y1=1, layer="below", name="break", **line)
    _say(figure, x + 0.02, 0, wording_over_time.WORDED_ANEW.replace(" worded", "<br>worded"), "bottom", ink, "left")


def _say(figure: go.Figure, x: float, y: float, text: str, side: str, ink: str, align: str = "center") -> None:
    font = {"size": 11, "color": ink}
    figure.add_annotation(x=x, y=y, xanchor=align, yanchor=side, text=text, align=align, showarrow=False, font=font)
