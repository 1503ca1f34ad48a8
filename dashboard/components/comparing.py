"""The picture of the Compare page and its table: as chosen, with the own programme and those marked named."""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboard.charts import base as charts
from dashboard.components import tables, text
from dashboard.components.blocks import chart_and_table, how_to_read, ink
from dashboard.components.controls import Choice
from dashboard.components.downloads import Export
from dashboard.release.reader import EVERYBODY, Release
from dashboard.wording import comparison as wording_comparison

CHOSEN = ("chosen", "chosen")
"""The place of those whom somebody has marked."""


def place_of(choice: Choice) -> tuple[str, str]:
    """Whom the figures are about. Of programmes that were marked there is no figure: that of everybody is shown."""
    return EVERYBODY if choice.place == CHOSEN else choice.place


def results_of(release: Release, choice: Choice) -> pl.DataFrame:
    """The results compared: of a place, or of the own programme and those marked."""
    results = release.results_for(choice.measure, choice.year, place_of(choice))
    if choice.place != CHOSEN:
        return results
    return results.filter(pl.col("programme_id").is_in([choice.programme, *choice.peers]))


def comparison(
    results: pl.DataFrame, choice: Choice, limits: pl.DataFrame, together: dict[str, Any] | None, alt: str
) -> None:
    """The programmes for one measure, as chosen: a row each by name, by size if they are many, or a funnel."""
    marked = charts.Marked(choice.programme, choice.peers)
    caption, draw = _way(results, choice, limits, together)
    chart_and_table(
        lambda: draw(marked),
        lambda: tables.programmes(_own_first(results, marked), marked.own, marked.peers),
        alt=alt,
        export=Export("compare", _own_first(results, marked), ("programme", "year", "measure", "among")),
    )
    text.caption(caption, wording_comparison.CHOSEN_TOGETHER if choice.place == CHOSEN else "")
    drawn = results.filter(status="published").height
    text.paragraph(wording_comparison.funnel_sentence(together, drawn, choice.year))
    how_to_read(wording_comparison.HOW_TO_READ_A_COMPARISON)


def _way(
    results: pl.DataFrame, choice: Choice, limits: pl.DataFrame, together: dict[str, Any] | None
) -> tuple[str, Callable[[charts.Marked], go.Figure]]:
    """In which of three ways the programmes are drawn: in words, and what draws them."""
    if choice.chart == "funnel" and together is not None and limits.height:
        funnel = together
        return wording_comparison.IN_A_FUNNEL, lambda marked: charts.funnel(results, marked, limits, funnel, ink())
    if results.height <= charts.FEW:
        by_name = " ".join([wording_comparison.ORDER_BY_NAME, *([wording_comparison.BAND] if together else [])])
        return by_name, lambda marked: charts.programmes_by_name(results, marked, together, ink())
    by_size = wording_comparison.ORDER_BY_SIZE
    return by_size, lambda marked: charts.programmes_by_size(results, marked, together, ink())


def _own_first(results: pl.DataFrame, marked: charts.Marked) -> pl.DataFrame:
    """The own programme, those marked, then the others, each in alphabetical order."""
    own, peers = pl.col("programme_id") != marked.own, ~pl.col("programme_id").is_in(marked.peers)
    return results.sort(own, peers, maintain_order=True)
