"""Columns that tell responses apart, such as ids and time stamps.

Which rows do not fit in them, and which responses come twice.
"""

import re
from collections.abc import Iterator, Sequence

import polars as pl

from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading.personal_headings import looks_droppable

ANY_ID = frozenset({"programme_id"})
"""Ids that may look like anything: they are no numbers that a tool gave."""
RESPONSE_ID = re.compile(
    r"(?:id\. )?(?:response|respondent|submission) ?(?:id|number)|record_id|record id|_uuid|instance ?id"
    r"|meta-instanceid|antwort[ -]?id|id de la réponse|id de respuesta|antwoord[ -]?id|id risposta|id odpowiedzi"
    r"|rhif ymateb",
    re.IGNORECASE,
)
"""The heading of the number that a survey tool gives to each response."""
DAY_OR_TIME = re.compile(
    r"date|time|datum|zeit|datetime|fecha|hora|data|godzina|dyddiad|amser|tijd|dato|tid|heure|horodateur"
    r"|zeitstempel|marca temporal|tijdstempel",
    re.IGNORECASE,
)
"""The heading of a column of days or times, which asks for nothing."""
DIGIT = r"\d"
DATE_FORM = r"^\D{0,4}\d+(?:\D{1,3}\d+){2,}\D*$"
PLAIN_NUMBER = r"^-?\d+(?:[.,]\d+)? ?%?$"
MOST_UNLIKE = 1 / 3
"""A greater share of the cells is no exception."""
FEWEST_CELLS = 4
MOST_SHOWN = 20
"""Ids that are told one by one."""


def unlike_identifiers(rows: pl.DataFrame, headings: Sequence[str], summary: str) -> pl.Series:
    """Whether each row has a word or a number in place of an id or a time, and fewer cells filled than most rows.

    Somebody who wrote “paper” for a time, and answered like the others, is a respondent. A word of a `summary` tells
    by itself.
    """
    masks = {heading: _unlike(rows[heading], heading, heading == headings[0]) for heading in headings}
    unlike = {heading: mask for heading, mask in masks.items() if mask is not None and mask.any()}
    if not unlike:
        return pl.repeat(value=False, n=rows.height, eager=True)
    filled = rows.select(pl.sum_horizontal(pl.col(headings).is_not_null())).to_series()
    is_sparse = filled < filled.median()
    found = {heading: mask & (is_sparse | rows[heading].str.contains(summary)) for heading, mask in unlike.items()}
    return pl.DataFrame(found).select(pl.any_horizontal(pl.all())).to_series().fill_null(value=False)


def _unlike(cells: pl.Series, heading: str, is_first: bool) -> pl.Series | None:
    """The cells of a column that are no ids or times where the others are; None where the column tells nothing."""
    filled = cells.len() - cells.null_count()
    is_named = looks_droppable(heading) or DAY_OR_TIME.fullmatch(heading) is not None
    if filled < FEWEST_CELLS or heading in ANY_ID or not (is_named or is_first):
        return None
    has_digit = cells.str.contains(DIGIT)
    if (~has_digit).sum() > MOST_UNLIKE * filled or not (is_named or _is_numbered(cells.filter(has_digit))):
        return None
    is_dates = int(cells.str.contains(DATE_FORM).sum()) >= (1 - MOST_UNLIKE) * filled
    numbers = cells.str.contains(PLAIN_NUMBER) if is_dates else False
    return (~has_digit | numbers).fill_null(value=False)


def _is_numbered(cells: pl.Series) -> bool:
    """Whether cells number the rows: they are numbers in their order, each another."""
    numbers = cells.cast(pl.Float64, strict=False)
    return (
        numbers.null_count() == 0
        and numbers.n_unique() == numbers.len()
        and bool(numbers.is_sorted() or numbers.is_sorted(descending=True))
    )


def repeated_responses(file: str, rows: pl.DataFrame, line: str) -> Iterator[Finding]:
    """Ids of responses that stand in several rows: somebody would be counted more than once."""
    for heading in rows.columns:
        if heading != line and RESPONSE_ID.fullmatch(heading.strip()):
            cells = rows[heading].drop_nulls()
            if cells.n_unique() < cells.len():
                yield from _repeated(file, rows, line, heading)


def _repeated(file: str, rows: pl.DataFrame, line: str, heading: str) -> Iterator[Finding]:
    twice = rows.filter(pl.col(heading).is_not_null() & pl.col(heading).is_duplicated())
    groups = twice.group_by(heading, maintain_order=True).agg(pl.col(line)).head(MOST_SHOWN)
    for _, lines in groups.iter_rows():
        expected = f"These rows have the same “{heading}”, so one person would be counted {len(lines):,} times."
        fix = "Delete all but one of them. If they are different occasions, export one occasion at a time."
        yield Finding("error", FindingRule.REPEATED_RESPONSE, file, expected, fix, lines=tuple(lines))
