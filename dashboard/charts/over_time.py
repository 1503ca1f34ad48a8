"""One measure of one programme over the years. Time runs to the right; what came into place when stands above.

A result is a point, or over several years a bar, with its interval; all programmes together are grey boxes behind it.
"""

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.base import GRID, OTHERS, OWN, Words, frame, interval, marks, shown, with_words, words, wrapped
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
LETTERS = 46
"""As many letters of a title fit on one line of the narrowest phone."""
ON_ONE_LINE = 4
"""Up to so many years how many of how many stands on one line; with more it would run into its neighbours."""

Shape = dict[str, object]
"""A line or box that stands in a chart, as plotly takes it."""


def over_time(
    results: pl.DataFrame, every: pl.DataFrame, dates: pl.DataFrame, years: Sequence[str], ink: str
) -> go.Figure:
    """A programme's results of one measure before those of all programmes, and what came into place when.

    `results`, `every`, `dates` as `Release.series`, `comparators` and `policy_dates` give them; `years` in order.
    """
    drawn = in_span(dates, years)[-wording_over_time.FEW_DATES :]
    figure = _paper(years, len(drawn), ink)
    published = _sides(results.filter(pl.col("status") == "published"), every)
    breaks = [begins(year) for year, _, _ in wording_over_time.breaks(results.to_dicts())]
    lanes = [(day, 1.2 + lane * LANE) for lane, day in enumerate(reversed(drawn))]
    figure.layout.shapes = [
        *_boxes(every),
        *(shape for day, y in lanes for shape in _date_lines(day, y, begins(years[-1]) + 1, ink)),
        *_bars(published),
        *(_break_line(x, ink) for x in breaks),
    ]
    figure.add_traces([_diamonds(every), *(_date_mark(day, y, ink) for day, y in lanes), _own(published)])
    labelled = published if len(years) <= FEW_YEARS else published.clear()
    together = [*_together_words(every, published, ink), *(_date_words(day, y, ink) for day, y in lanes)]
    own = _own_words(labelled, ink, narrow=len(years) > ON_ONE_LINE)
    with_words(figure, [*together, *own, *(_break_words(x, ink) for x in breaks)])
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
        autotickangles=[0, -90] if few else [-90],
        automargin=True,
        tickfont={"size": 11},
    )


def _bars(published: pl.DataFrame) -> list[Shape]:
    """Each result over several years as a bar over all of them."""
    return [
        _line((start + 0.08, end + 0.92), (row["rate"], row["rate"]), {"color": OWN, "width": 5})
        for row in published.iter_rows(named=True)
        if len(row["years"]) > 1
        for start, end in _runs([begins(year) for year in row["years"]])
    ]


def _own(published: pl.DataFrame) -> go.Scatter:
    return marks(
        [middle(row) for row in published.iter_rows(named=True)],
        published["rate"],
        (OWN, "circle", 11),
        [f"{numbers.years(row)}: {numbers.pair(row)}" for row in published.iter_rows(named=True)],
        error_y=interval(published, "", OWN),
    )


def _own_words(published: pl.DataFrame, ink: str, *, narrow: bool) -> list[Words]:
    """Beside each result how many of how many, and beside the first whose it is."""
    said = []
    for nth, row in enumerate(published.iter_rows(named=True)):
        name = "" if nth else "this<br>programme<br>"
        share = numbers.share(row)
        text = f"{name}{share.replace(' of ', '<br>of ') if narrow else share}"
        y, side = (row["rate_low"], "top") if row["below"] else (row["rate_high"], "bottom")
        said.append(_say(middle(row), y, text, side, ink))
    return said


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


def _boxes(every: pl.DataFrame) -> list[Shape]:
    """Grey boxes from end to end of the interval of all programmes."""
    look = {"type": "rect", "layer": "below", "line": {"width": 1, "color": OTHERS}, "fillcolor": OTHERS}
    return [
        {
            "x0": begins(row["academic_year"]) + 0.08,
            "x1": begins(row["academic_year"]) + 0.92,
            "y0": row["rate_low"],
            "y1": row["rate_high"],
            "opacity": 0.35,
            **look,
        }
        for row in every.iter_rows(named=True)
    ]


def _diamonds(every: pl.DataFrame) -> go.Scatter:
    rows = every.to_dicts()
    return marks(
        [begins(row["academic_year"]) + 0.2 for row in rows],
        every["rate"],
        (OTHERS, "diamond", 8),
        [f"All together, {row['academic_year']}: {wording_over_time.comparator_of_year(row)}" for row in rows],
    )


def _together_words(every: pl.DataFrame, published: pl.DataFrame, ink: str) -> list[Words]:
    """The name of the boxes, where there is most room."""
    spots = [
        (_room(published, begins(row["academic_year"]), y, side), begins(row["academic_year"]) + 0.08, y, side)
        for row in every.iter_rows(named=True)
        for y, side in ((row["rate_low"], "top"), (row["rate_high"], "bottom"))
    ]
    return [_say(left, y, "all<br>together", side, ink, "left") for _, left, y, side in sorted(spots)[-1:]]


def _room(published: pl.DataFrame, year: int, y: float, side: str) -> float:
    """How far words above or below `y` stay away from the programme's own interval and its label in a year."""
    low, high = (y, y + 0.1) if side == "bottom" else (y - 0.1, y)
    away = [
        max(row["rate_low"] - WORDS * row["below"] - high, low - row["rate_high"] - WORDS * (not row["below"]))
        for row in published.iter_rows(named=True)
        if abs(middle(row) - year - 0.5) < 1
    ]
    return float(min([*away, low, 1 - high]))


def _date_lines(day: Row, y: float, end: int, ink: str) -> list[Shape]:
    """A date through the plot and, above it, how long what came into place has been there."""
    x = place(day["since"])
    through = _line((x, x), (0, 1.08), {"color": ink, "width": 1, "dash": "dot"}, opacity=0.6, layer="below")
    return [through, _line((x, end), (y - 0.05, y - 0.05), {"color": OTHERS, "width": 3})]


def _date_mark(day: Row, y: float, ink: str) -> go.Scatter:
    return go.Scatter(
        x=[place(day["since"])],
        y=[y - 0.05],
        mode="markers",
        marker={"color": ink, "symbol": "line-ns-open", "size": 11, "line": {"width": 2}},
        hovertext=[shown(wording_over_time.came_into_place(day))],
        hoverinfo="text",
    )


def _date_words(day: Row, y: float, ink: str) -> Words:
    text = wrapped(wording_over_time.came_into_place(day), LETTERS)
    where = {"xref": "paper", "xanchor": "left", "yanchor": "bottom", "align": "left"}
    return words(text, ink, 11, x=0, y=y - 0.035, **where)


def _break_line(x: int, ink: str) -> Shape:
    """A line between the years before a question was worded anew and those since."""
    return _line((x, x), (0, 1), {"color": ink, "width": 2, "dash": "dash"}, layer="below", name="break")


def _break_words(x: int, ink: str) -> Words:
    return _say(x + 0.02, 0, wording_over_time.WORDED_ANEW.replace(" worded", "<br>worded"), "bottom", ink, "left")


def _line(x: tuple[float, float], y: tuple[float, float], line: dict[str, object], **more: object) -> Shape:
    return {"type": "line", "x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1], "line": line, **more}


def _say(x: float, y: float, text: str, side: str, ink: str, align: str = "center") -> Words:
    return words(text, ink, 11, x=x, y=y, xanchor=align, yanchor=side, align=align)
