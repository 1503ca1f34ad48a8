"""Academic years, written `2024-25`, beginning in September."""

from datetime import date

FIRST_MONTH = 9


def academic_year(first: int) -> str:
    """The academic year that begins in a calendar year: 2024 gives `2024-25`."""
    return f"{first}-{(first + 1) % 100:02d}"


def year_after(today: date) -> str:
    """The academic year after the one a day falls into: the latest anybody can have an audit for."""
    return academic_year(today.year + (1 if today.month >= FIRST_MONTH else 0))
