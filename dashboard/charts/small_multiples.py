"""All measures of one programme over the years, each a small picture that leads to the large one: HTML, for the eye.

The numbers stand beside the large picture, and in its table. Every text is escaped here.
"""

from collections.abc import Mapping, Sequence
from html import escape

import polars as pl

from dashboard.wording.numbers import Row


def over_time(rows: pl.DataFrame, years: Sequence[str], addresses: Mapping[str, str], chosen: str) -> str:
    """A small picture for each series; blank where there is none. `rows` as `Release.all_series` gives them, `years` in
    order."""
    series = rows.partition_by("shown_measure", maintain_order=True)
    pictures = "".join(_one(part.to_dicts(), years, addresses, chosen) for part in series)
    return f'<ul class="small">{pictures}</ul>' if pictures else ""


def _one(rows: Sequence[Row], years: Sequence[str], addresses: Mapping[str, str], chosen: str) -> str:
    measure = rows[0]["shown_measure"]
    here = ' aria-current="true"' if measure == chosen else ""
    points = "".join(_point(row, years) for row in rows)
    return (
        f'<li><a href="{escape(addresses[measure])}"{here}>{escape(rows[0]["shown_title"])}</a>'
        f'<span class="years" aria-hidden="true">{points}</span></li>'
    )


def _point(row: Row, years: Sequence[str]) -> str:
    """A result at the middle of its years, with its range; one of several years has a line over all of them."""
    places = [years.index(year) for year in row["years"]]
    left = 100 * ((min(places) + max(places)) / 2 + 0.5) / len(years)
    low, rate, high = (100 * row[end] for end in ("rate_low", "rate", "rate_high"))
    width = 100 * (max(places) - min(places)) / len(years)
    over = f'<u style="left:{left - width / 2:.1f}%;width:{width:.1f}%;bottom:{rate:.1f}%"></u>' if width else ""
    return (
        f'<i style="left:{left:.1f}%;bottom:{low:.1f}%;height:{high - low:.1f}%"></i>{over}'
        f'<b style="left:{left:.1f}%;bottom:{rate:.1f}%"></b>'
    )
