"""The parts of the Support page: every item with what counts and since when, and how others have worded one."""

from functools import partial

import polars as pl
import streamlit as st

from dashboard.charts import across_programmes as charts
from dashboard.charts import measure_rows
from dashboard.components import tables, text
from dashboard.components.blocks import chart_and_table, how_to_read, ink
from dashboard.components.controls import Choice
from dashboard.components.downloads import Export
from dashboard.components.navigation import address
from dashboard.release.reader import Release
from dashboard.wording import across_programmes as wording


def items(rows: pl.DataFrame) -> None:
    """Every item: what must be true of it, what the programme says, since when, when reviewed, and where to read it."""
    if rows.is_empty():
        return
    text.header(wording.EVERY_ITEM)
    text.caption(wording.SELF_DECLARED, wording.CHOOSE_AN_ITEM)
    addresses = {item: f"{address('support', item=item)}#item" for item in rows["item_id"]}
    text.drawn(measure_rows.items(rows.to_dicts(), addresses))


def item(release: Release, choice: Choice) -> None:
    """One item, and how a few programmes have worded it in public."""
    chosen = release.support_of(choice.programme, choice.year).filter(item_id=choice.item)
    for row in chosen.iter_rows(named=True):
        text.header(row["title"], anchor="item")
        text.paragraph(wording.in_place_if(row), wording.told(row))
        links = release.links_in(choice.year).filter(item_id=choice.item).head(wording.FEW_LINKS)
        text.paragraph(wording.WORDED_BY_OTHERS if links.height else wording.NO_PUBLIC_TEXT)
        for link in links.iter_rows(named=True):
            text.link(wording.link_name(link), link["evidence_url"])


def others(release: Release, rows: pl.DataFrame, choice: Choice) -> None:
    """What every programme says of each item: side by side where they are few, else as a table."""
    few = rows["programme_id"].n_unique() <= charts.SIDE_BY_SIDE
    if rows.is_empty():
        return
    statuses = release.support_statuses().to_dicts()
    how_to_read(wording.support_how_to_read(statuses))
    text.caption(wording.KEY if few else wording.MANY)
    for kind, items_of_kind in rows.group_by("kind", "kind_title", maintain_order=True) if few else ():
        text.header(str(kind[1]))
        chart_and_table(
            partial(charts.support, items_of_kind, choice.programme, ink()),
            partial(tables.support_by_item, items_of_kind, choice.programme),
            alt=wording.support_alt(str(kind[1])),
            export=Export("support", None, ("programme", "year"), str(kind[0])),
            wide=True,
        )
    if not few:
        with st.expander("All programmes as a table"):
            text.scrolling_table(tables.support_of_all(rows))
