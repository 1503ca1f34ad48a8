"""A table of measures in which each row draws its own range: HTML, whose every text is escaped here.

The range is drawn for the eye alone. The numbers stand beside it in words.
"""

from collections.abc import Mapping, Sequence
from html import escape

import polars as pl

from dashboard.wording import across_programmes as wording_across
from dashboard.wording import comparison as wording_comparison
from dashboard.wording import sentences as wording
from dashboard.wording.numbers import Row

HEADINGS = (
    "Measure",
    "From 0% to 100%",
    "This programme (likely range)",
    "Comparable (likely range), and how many",
    "Against them (likely range)",
)

READ = "read it there"
NOTHING_DRAWN = "nothing to draw"

Part = tuple[str, pl.DataFrame]
"""A heading, and the rows of `Release.results_of` that stand below it."""


def measures(caption: str, parts: Sequence[Part], addresses: Mapping[str, str]) -> str:
    """All measures of a programme's year, part by part; blank where there are none.

    `addresses`: where each measure is compared.
    """
    if not parts:
        return ""
    head = "".join(f'<th scope="col">{escape(words)}</th>' for words in HEADINGS)
    body = "".join(_part(heading, rows, addresses) for heading, rows in parts)
    return f'<table class="measures"><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>{body}</table>'


def _part(heading: str, rows: pl.DataFrame, addresses: Mapping[str, str]) -> str:
    lines = "".join(_line(row, addresses[row["measure_id"]]) for row in rows.iter_rows(named=True))
    head = f'<tr><th scope="rowgroup" colspan="{len(HEADINGS)}">{escape(heading)}</th></tr>'
    return f"<tbody>{head}{lines}</tbody>"


def _line(row: Row, address: str) -> str:
    none = "" if row["comparator_rate"] is not None else " none"
    others = _short(wording_comparison.comparator(row)).removesuffix(" programmes")
    return (
        f'<tr><th scope="row" class="measure"><a href="{escape(address)}">{escape(row["title"])}</a></th>'
        f'<td class="drawn{"" if _drawn(row) else " none"}">{_range(row)}</td>'
        f'<td class="own">{escape(_short(wording.result(row)))}</td>'
        f'<td class="others{none}">{_on_a_phone("Comparable: ", others)}</td>'
        f'<td class="verdict{none}">{escape(_short(wording_comparison.verdict(row)))}</td></tr>'
    )


def _short(words: str) -> str:
    """Words of a cell without those that stand at the head of its column."""
    return words.replace("likely range ", "").replace(" points)", ")")


def _on_a_phone(heading: str, words: str) -> str:
    """Words with what stands at the head of their column, for where columns have no heads."""
    return f'<span class="phone">{escape(heading)}</span>{escape(words)}'


def _drawn(row: Row) -> bool:
    return row["status"] == "published" or row["comparator_rate"] is not None


def _range(row: Row) -> str:
    if not _drawn(row):
        return escape(NOTHING_DRAWN)
    own = _interval(row, "", "own") if row["status"] == "published" else ""
    others = _interval(row, "comparator_", "others") if row["comparator_rate"] is not None else ""
    return f'<span class="range" aria-hidden="true">{own}{others}</span>'


def _interval(row: Row, prefix: str, name: str) -> str:
    low, rate, high = (100 * row[f"{prefix}{end}"] for end in ("rate_low", "rate", "rate_high"))
    line = f'<i class="{name}" style="left:{low:.1f}%;width:{high - low:.1f}%"></i>'
    return f'{line}<b class="{name}" style="left:{rate:.1f}%"></b>'


# ---- support ----

ITEM_HEADINGS = ("Support or policy", "It is in place if", "Status", "Reviewed", "Where it can be read")


def items(rows: Sequence[Row], addresses: Mapping[str, str]) -> str:
    """Support items, what must be true of each, and what the programme says; blank where there are none.

    `rows`: as `Release.support_of` gives them.
    """
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(words)}</th>' for words in ITEM_HEADINGS)
    body = "".join(_item(row, addresses[row["item_id"]]) for row in rows)
    return f'<table class="measures items"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _item(row: Row, address: str) -> str:
    reviewed = f"{row['reviewed_on']:%B %Y}" if row["reviewed_on"] else wording_across.NOT_SAID
    link = f'<a href="{escape(row["evidence_url"])}">{escape(READ)}</a>' if row["evidence_url"] else ""
    rule = row["in_place"] or wording_across.NO_RULE
    return (
        f'<tr><th scope="row"><a href="{escape(address)}">{escape(row["title"])}</a></th>'
        f"<td>{escape(rule)}</td><td>{escape(wording_across.status_since(row))}</td>"
        f'<td class="{"" if row["reviewed_on"] else "none"}">{_on_a_phone("Reviewed: ", reviewed)}</td>'
        f'<td class="{"" if link else "none"}">{link or escape(wording_across.NO_LINK)}</td></tr>'
    )


# ---- lists ----

Line = tuple[str, str, str, str]
"""Of a list: words, the words of a link, its address, and what follows."""


def lines(rows: Sequence[Line]) -> str:
    """A list, each line with a link within it; without an address there is none. Blank where there are no lines."""
    return f'<ul class="findings">{"".join(map(_list_line, rows))}</ul>' if rows else ""


def _list_line(line: Line) -> str:
    before, words, address, after = line
    link = f'<a href="{escape(address)}">{escape(words)}</a>' if address else escape(words)
    return f"<li>{escape(before)}{link}{escape(after)}</li>"
