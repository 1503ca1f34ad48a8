"""The picture of the Compare page and its table: as chosen, with the own programme and those marked named."""

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
    caption, marked = _caption(results, choice, limits, together), charts.Marked(choice.programme, choice.peers)
    chart_and_table(
        lambda: _draw(caption, results, marked, limits, together),
        lambda: tables.programmes(_own_first(results, marked), marked.own, marked.peers),
        alt=alt,
        export=Export("compare", _own_first(results, marked), ("programme", "year", "measure", "among")),
    )
    text.caption(caption, wording_comparison.CHOSEN_TOGETHER if choice.place == CHOSEN else "")
    text.paragraph(wording_comparison.funnel_sentence(together))
    how_to_read(wording_comparison.HOW_TO_READ_A_COMPARISON)


def _caption(results: pl.DataFrame, choice: Choice, limits: pl.DataFrame, together: dict[str, Any] | None) -> str:
    """In which of three ways the programmes are drawn, in words."""
    if choice.chart == "funnel" and together is not None and limits.height:
        return wording_comparison.IN_A_FUNNEL
    return wording_comparison.ORDER_BY_NAME if results.height <= charts.FEW else wording_comparison.ORDER_BY_SIZE


def _draw(
    caption: str, results: pl.DataFrame, marked: charts.Marked, limits: pl.DataFrame, together: dict[str, Any] | None
) -> go.Figure:
    if caption == wording_comparison.IN_A_FUNNEL and together is not None:
        return charts.funnel(results, marked, limits, together, ink())
    draw = charts.programmes_by_name if caption == wording_comparison.ORDER_BY_NAME else charts.programmes_by_size
    return draw(results, marked, together, ink())


def _own_first(results: pl.DataFrame, marked: charts.Marked) -> pl.DataFrame:
    """The own programme, those marked, then the others, each in alphabetical order."""
    own, peers = pl.col("programme_id") != marked.own, ~pl.col("programme_id").is_in(marked.peers)
    return results.sort(own, peers, maintain_order=True)
