"""Academic years, written `2024-25`. They begin in September, if the instrument does not say another month."""

import re
from datetime import date

import polars as pl

FIRST_MONTH = 9
EARLIEST = "1990-91"
"""No audit is older: dates in files begin in 1990 too."""
SPELLED = re.compile(
    r"(?:AY|academic year|session|year)?\W{0,2}(\d{4}|\d{2}) ?(?:[-/‐‑‒–—−_]|to) ?(\d{4}|\d{2})(?: academic year)?",
    re.IGNORECASE,
)
"""Two years, however somebody writes them."""
CENTURY = 2000


def academic_year(first: int) -> str:
    """The academic year that begins in a calendar year: 2024 gives `2024-25`."""
    return f"{first}-{(first + 1) % 100:02d}"


def year_of(today: date, first_month: int = FIRST_MONTH) -> str:
    """The academic year a day falls into."""
    return academic_year(today.year - (0 if today.month >= first_month else 1))


def year_after(today: date) -> str:
    """The academic year after the one a day falls into: the latest anybody can have an audit for."""
    return academic_year(today.year + (1 if today.month >= FIRST_MONTH else 0))


def is_academic_year(text: str) -> bool:
    """Whether a text is an academic year: two consecutive years, written `2024-25`."""
    first = text[:4]
    return first.isascii() and first.isdigit() and academic_year(int(first)) == text


def spelled_year(text: str) -> str | None:
    """The academic year that somebody wrote as 2024/25, 2024-2025, AY24/25 or 2024–25; None where it is none.

    >>> spelled_year("AY24/25")
    '2024-25'
    """
    years = SPELLED.fullmatch(text)
    if years is None:
        return None
    first = int(years[1]) + (0 if len(years[1]) == len("2024") else CENTURY)
    return academic_year(first) if years[2] in (str(first + 1), f"{(first + 1) % 100:02d}") else None


def first_calendar_year(column: str | pl.Expr) -> pl.Expr:
    """The calendar year in which an academic year begins: `2024-25` gives 2024."""
    year = pl.col(column) if isinstance(column, str) else column
    return year.str.slice(0, 4).cast(pl.Int64)


def year_named(start: pl.Expr) -> pl.Expr:
    """The academic year that begins in a calendar year: 2024 gives `2024-25`."""
    return start.cast(pl.String) + "-" + ((start + 1) % 100).cast(pl.String).str.zfill(2)


def academic_year_of(day: str) -> pl.Expr:
    """The calendar year in which the academic year of a date begins."""
    return pl.col(day).dt.year().cast(pl.Int64) - (pl.col(day).dt.month() < FIRST_MONTH).cast(pl.Int64)


def last_day(column: str, first_month: int = FIRST_MONTH) -> pl.Expr:
    """The last day of an academic year: `2024-25` gives 2025-08-31. Null where it is not written as such a year."""
    year = pl.col(column).str.extract(r"^([0-9]{4})-[0-9]{2}$").cast(pl.Int32)
    return pl.date(year + 1, first_month, 1).dt.offset_by("-1d")
