"""Frames in, plotly figures out. Points with intervals, labelled where they are drawn; readable in grey and at night.

The own programme has the one strong colour and a filled circle, everybody else is grey: colour is never the only sign,
and no colour says good or bad.
"""

from collections.abc import Collection, Sequence
from html import escape
from math import log10
from textwrap import wrap
from typing import NamedTuple

import plotly.graph_objects as go
import polars as pl

from dashboard.wording import comparison as wording_comparison
from dashboard.wording import numbers
from dashboard.wording import sentences as wording
from dashboard.wording.numbers import Row

OWN = "#2b7bba"
OTHERS = "#8a8f96"
GRID = "rgba(128,128,128,0.2)"
INK = {"light": "#3b4148", "dark": "#d5d3ce"}
"""The colour of words and numbers, by the theme they stand on."""

ROW = 58
"""Pixels from one row of a chart to the next, with up to two lines of words above each."""
LINE = 17
"""Pixels of each further line."""
LETTERS = 38
"""As many letters of a title and of what stands at the right of it fit on one line of the narrowest phone."""
FEW_LETTERS = 16
"""A title is never cut into shorter lines than this."""
SIZES = [10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000]
BELOW = 0.26
"""How far below its row a comparator is drawn, in rows."""
WIDE = 200
"""Above so many answers sizes are drawn by their logarithm."""
PEOPLE = "effective_respondents"
"""By what the size of a programme is drawn: answers over several years may be of the same people."""
WORDS_BEGIN = 0.7
"""Words that end where the lines end begin no further left than this part of the way."""
FEW = 40
"""Up to so many programmes each has a labelled row; more are drawn by size."""

ROOM = 0.06
"""Above and below the data, where none to all is 1."""
MOST_OF_ALL = 0.75
"""An axis that would show more than this part of none to all shows all of it."""
PAPER = {INK["light"]: "rgba(253,252,249,0.85)", INK["dark"]: "rgba(21,25,29,0.85)"}
"""What words stand on that points must not cover, by their colour."""

Points = Sequence[float] | pl.Series
Look = tuple[str, str, int]
"""Of points: their colour, symbol and size."""


class Marked(NamedTuple):
    """Which programmes are told from the others: the own one, and those that somebody has marked."""

    own: str
    peers: tuple[str, ...] = ()

    @property
    def everybody(self) -> list[str]:
        return [self.own, *self.peers]


Words = dict[str, object]
"""Words that stand in a chart, as plotly takes them."""


def against_others(results: pl.DataFrame, ink: str) -> go.Figure:
    """One programme's measures, one a row: its own point and interval, and the comparator's below it in grey.

    `results` as `Release.results_of` gives them. A result withheld is a row that says so. `ink` is the colour of words.
    """
    figure = _sheet(results.height, ink)
    published = results.with_row_index("row").filter(pl.col("status") == "published")
    compared = published.filter(pl.col("comparator_rate").is_not_null())
    figure.add_trace(_points(published, "row", "", OWN, "circle", own_hover(published)))
    figure.add_trace(_points(compared, pl.col("row") + BELOW, "comparator_", OTHERS, "diamond", others_hover(compared)))
    names = [
        name
        for first in compared.head(1).iter_rows(named=True)
        for name in (
            _name(first, "", first["row"], "this programme", ink),
            _name(first, "comparator_", first["row"] + BELOW, "comparable programmes", ink),
        )
    ]
    return with_words(figure, [*_labels(figure, results["title"].to_list(), results, ink), *names])


def programmes_by_name(
    results: pl.DataFrame, marked: Marked, comparator: dict[str, float] | None, ink: str
) -> go.Figure:
    """All programmes for one measure, one a row in alphabetical order, with the comparator as a band behind them.

    `results` as `Release.results_for` gives them.
    """
    figure = _sheet(results.height, ink)
    published = results.with_row_index("row").filter(pl.col("status") == "published")
    for rows, look in split(published, marked, ink):
        figure.add_trace(
            marks(rows["rate"], rows["row"], look, programme_hover(rows), error_x=interval(rows, "", look[0]))
        )
    names = [numbers.programme_name(row) for row in results.iter_rows(named=True)]
    strong = {place for place, programme in enumerate(results["programme_id"]) if programme in marked.everybody}
    return with_words(figure, [*_band(figure, comparator, ink), *_labels(figure, names, results, ink, strong)])


def _strong_if(strong: bool, words: str) -> str:
    return f"<b>{words}</b>" if strong else words


def programmes_by_size(
    results: pl.DataFrame, marked: Marked, comparator: dict[str, float] | None, ink: str
) -> go.Figure:
    """All programmes for one measure by the number who answered: for when there are too many for a row each."""
    figure = frame(480, ink)
    published = results.filter(pl.col("status") == "published")
    if comparator:
        figure.add_hline(comparator["rate"], line={"color": ink, "width": 1, "dash": "dot"})
    for rows, look in split(published, marked, ink):
        bars = interval(rows, "", look[0])
        figure.add_trace(marks(rows[PEOPLE], rows["rate"], look, programme_hover(rows), error_y=bars))
    together = [_together(comparator["rate"], ink)] if comparator else []
    _by_size(figure, published[PEOPLE].to_list())
    ends = [*published["rate_low"], *published["rate_high"]]
    return with_words(figure, [*together, *_names(published, marked, ink), *_fitted(figure, ends, ink)])


def funnel(
    results: pl.DataFrame, marked: Marked, limits: pl.DataFrame, comparator: dict[str, float], ink: str
) -> go.Figure:
    """All programmes for one measure by the number of people behind each, and the lines between which most lie.

    `results` as `Release.results_for` gives them, `limits` as `Release.funnel`; `comparator` is what the limits are
    around.
    """
    figure = frame(480, ink)
    for end in ("limit_low", "limit_high"):
        figure.add_trace(_limit(limits, end))
    last = limits["people"][-1]
    highest = limits.filter(pl.col("people") >= last * WORDS_BEGIN)["limit_high"].max()
    _beside(figure, last, highest, wording_comparison.UPPER_LINE, ink)
    figure.add_hline(comparator["rate"], line={"color": ink, "width": 1})
    published = results.filter(pl.col("status") == "published")
    for rows, look in split(published, marked, ink):
        figure.add_trace(marks(rows[PEOPLE], rows["rate"], look, programme_hover(rows)))
    _by_size(figure, limits["people"].to_list())
    smallest = published[PEOPLE].min()
    within = limits.filter(pl.col("people") >= (smallest or 0))
    ends = [*published["rate"], *within["limit_low"], *within["limit_high"]]
    names = _names(published, marked, ink)
    return with_words(figure, [*names, *_fitted(figure, ends, ink)])


def _together(rate: float, ink: str) -> Words:
    return words("all together", ink, None, x=1, xref="paper", xanchor="right", y=rate, yanchor="bottom")


def _names(published: pl.DataFrame, marked: Marked, ink: str) -> list[Words]:
    """The names of the own programme and those marked, on paper of their own, so that no point covers them.

    Where programmes are drawn by the logarithm of their size, words are placed by it too.
    """
    logarithm = max(published[PEOPLE], default=0) > WIDE
    rows = {row["programme_id"]: row for row in published.iter_rows(named=True)}
    own_last = [rows[programme] for programme in reversed(marked.everybody) if programme in rows]
    return [
        {
            **words(_strong_if(row["programme_id"] == marked.own, shown(numbers.programme_name(row))), ink, 12),
            "x": log10(row[PEOPLE]) if logarithm else row[PEOPLE],
            "y": row["rate"],
            "bgcolor": PAPER.get(ink),
            "showarrow": True,
            "arrowhead": 0,
            "arrowcolor": ink,
            "ax": 0,
            "ay": _away(len(own_last) - 1 - place),
        }
        for place, row in enumerate(own_last)
    ]


def _away(place: int) -> int:
    """How far from its point a name stands, in pixels: above and below by turns, ever further out."""
    return (-1 if place % 2 == 0 else 1) * (48 + 36 * (place // 2))


def _fitted(figure: go.Figure, ends: Sequence[float], ink: str) -> list[Words]:
    """Let the axis of rates show where the data are; an end of it that is out of sight is said to be."""
    low, high = max(0, min(ends, default=0) - ROOM), min(1, max(ends, default=1) + ROOM)
    if high - low > MOST_OF_ALL:
        low, high = 0, 1
    figure.update_yaxes(range=[low, high])
    where = {"x": 0, "xref": "paper", "xanchor": "left", "yref": "paper"}
    below = words("↓ 0% is out of sight", ink, 11, y=0, yanchor="bottom", **where)
    above = words("↑ 100% is out of sight", ink, 11, y=1, yanchor="top", **where)
    return [*([below] if low > 0 else []), *([above] if high < 1 else [])]


def shown(text: str) -> str:
    """Text as a chart shows it. Plotly would take tags in it for bold words and links."""
    return escape(text, quote=False)


def own_hover(results: pl.DataFrame) -> list[str]:
    return [
        shown(f"{row['title']}: {numbers.pair(row)}{numbers.together(row)}") for row in results.iter_rows(named=True)
    ]


def others_hover(results: pl.DataFrame) -> list[str]:
    return [f"Comparable programmes: {wording_comparison.comparator(row)}" for row in results.iter_rows(named=True)]


def programme_hover(results: pl.DataFrame) -> list[str]:
    return [
        shown(f"{numbers.programme_name(row)}: {numbers.pair(row)}{numbers.together(row)}")
        for row in results.iter_rows(named=True)
    ]


def _by_size(figure: go.Figure, sizes: list[float]) -> None:
    """Axes of how many people answered, and of rates from none to all."""
    scale = {"type": "log", "tickvals": SIZES} if max(sizes, default=0) > WIDE else {"rangemode": "tozero"}
    figure.update_xaxes(title="how many people answered", showgrid=False, **scale)
    figure.update_yaxes(range=[0, 1], tickformat=".0%", gridcolor=GRID)


def _limit(limits: pl.DataFrame, end: str) -> go.Scatter:
    return go.Scatter(
        x=limits["people"],
        y=limits[end],
        mode="lines",
        line={"color": OTHERS, "width": 1.5},
        hoverinfo="skip",
    )


def _beside(figure: go.Figure, x: float, y: object, text: str, ink: str) -> None:
    """Words above and to the left of a point, on either kind of axis; the spaces keep them off the point itself."""
    figure.add_trace(
        go.Scatter(
            x=[x],
            y=[y],
            mode="text",
            text=[f"{text}{numbers.NB * 2}"],
            textposition="top left",
            textfont={"size": 11, "color": ink},
            hoverinfo="skip",
        )
    )


def split(published: pl.DataFrame, marked: Marked, ink: str) -> list[tuple[pl.DataFrame, Look]]:
    """Everybody else first and the own programme last, so that it is drawn on top."""
    own, peers = pl.col("programme_id") == marked.own, pl.col("programme_id").is_in(marked.peers)
    parts = [
        (published.filter(~own & ~peers), (OTHERS, "circle-open", 7)),
        (published.filter(peers & ~own), (ink, "square", 10)),
        (published.filter(own), (OWN, "circle", 12)),
    ]
    return parts if marked.peers else [parts[0], parts[2]]


def _points(
    rows: pl.DataFrame, at: str | pl.Expr, prefix: str, colour: str, symbol: str, hover: Sequence[str]
) -> go.Scatter:
    return marks(
        rows[f"{prefix}rate"],
        rows.select(pl.col(at) if isinstance(at, str) else at).to_series(),
        (colour, symbol, 11 if colour == OWN else 8),
        hover,
        error_x=interval(rows, prefix, colour),
    )


def marks(x: Points, y: Points, look: Look, hover: Sequence[str] | pl.Series, **given: object) -> go.Scatter:
    """Points that say, pointed at, what `hover` says."""
    colour, symbol, size = look
    marker = {"color": colour, "symbol": symbol, "size": size}
    return go.Scatter(x=x, y=y, mode="markers", marker=marker, hovertext=hover, hoverinfo="text", **given)


def interval(rows: pl.DataFrame, prefix: str, colour: str) -> dict[str, object]:
    middle = rows[f"{prefix}rate"]
    return {
        "array": rows[f"{prefix}rate_high"] - middle,
        "arrayminus": middle - rows[f"{prefix}rate_low"],
        "symmetric": False,
        "color": colour,
        "thickness": 2.5 if colour == OWN else 1.5,
        "width": 0,
    }


def _band(figure: go.Figure, comparator: dict[str, float] | None, ink: str) -> list[Words]:
    """All programmes together as a band behind them, and its name above it."""
    if comparator is None:
        return []
    figure.add_vrect(comparator["rate_low"], comparator["rate_high"], fillcolor=OTHERS, opacity=0.25, line_width=0)
    return [words("all together", ink, None, x=comparator["rate"], y=1, yref="paper", yanchor="bottom")]


def _labels(
    figure: go.Figure, titles: Sequence[str], results: pl.DataFrame, ink: str, strong: Collection[int] = ()
) -> list[Words]:
    """Above each row: what it is, and at the right how many of how many, or why there is no number. Rows whose words
    take more than two lines are made higher."""
    beside = [wording.short(result).replace(", ", "<br>") for result in results.iter_rows(named=True)]
    rooms = [max(LETTERS - max(map(len, words.split("<br>"))), FEW_LETTERS) for words in beside]
    names = [wrapped(title, room) for title, room in zip(titles, rooms, strict=True)]
    more = max((name.count("<br>") - 1 for name in names), default=0)
    figure.layout.height += max(more, 0) * LINE * len(names)
    return [
        words(text, ink, 13, x=x, y=row, yshift=8, yanchor="bottom", xanchor=side, align=side)
        for row, (name, short) in enumerate(zip(names, beside, strict=True))
        for text, x, side in ((_strong_if(row in strong, name), 0, "left"), (short, 1, "right"))
    ]


def wrapped(text: str, letters: int) -> str:
    """Text as a chart shows it, in lines of so many letters at most."""
    return "<br>".join(map(shown, wrap(text, letters)))


def _name(result: Row, prefix: str, row: float, text: str, ink: str) -> Words:
    """Beside an interval: whose it is, on the side with more room."""
    low, high = result[f"{prefix}rate_low"], result[f"{prefix}rate_high"]
    x, anchor = (low, "right") if low > 1 - high else (high, "left")
    return words(text, ink, 11, x=x, y=row, xanchor=anchor)


def words(text: str, ink: str, size: int | None, **where: object) -> Words:
    """Words in a chart. They are collected and set at once: plotly checks all of them whenever another is added."""
    font = {"color": ink} if size is None else {"size": size, "color": ink}
    return {"text": text, "showarrow": False, "font": font, **where}


def with_words(figure: go.Figure, annotations: Sequence[Words]) -> go.Figure:
    """A chart with all its words."""
    figure.layout.annotations = [*figure.layout.annotations, *annotations]
    return figure


def _sheet(rows: int, ink: str) -> go.Figure:
    """An empty chart with a row for each thing and an axis from none to all."""
    figure = frame(rows * ROW + 60, ink)
    figure.update_yaxes(range=[rows - 0.4, -0.7], visible=False)
    ticks = [0, 0.25, 0.5, 0.75, 1]
    figure.update_xaxes(range=[-0.01, 1.01], tickvals=ticks, tickformat=".0%", gridcolor=GRID, zeroline=False)
    return figure


def frame(height: int, ink: str) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 16, "t": 24, "b": 32},
        showlegend=False,
        dragmode=False,
        font={"color": ink},
        hoverlabel={"align": "left"},
    )
    return figure
