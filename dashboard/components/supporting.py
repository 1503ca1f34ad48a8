"""The parts of the Support page: every item with what counts and since when, and how others have worded one."""

import polars as pl

from dashboard.charts import measure_rows
from dashboard.components import text
from dashboard.components.controls import Choice
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
