"""What stands in a file outside its table: totals, notes, headings that come again, a second table beside the first.

Nobody answered in such a row. It is an error that names the row, because only a person can say what it is.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading.headings import column_letter

TOTAL = re.compile(
    r"(?:grand |sub-? ?|over)?(?:total|totals|sum|sums|mean|average|median|all respondents|summe|gesamt|insgesamt"
    r"|mittelwert|durchschnitt|somme|moyenne|ensemble|cyfanswm|cyfartaledd|totale|totaal|gemiddelde|suma|summa|snitt"
    r"|razem|media|promedio|total general|totaux|iomlan|yhteensa)(?: n)?\s*[:=]?",
    re.IGNORECASE,
)
"""The first cell of a row that adds the others up."""
FEWEST_ROWS = 4
"""In a shorter table nothing can be said to be unlike the rest."""


def without_outside(
    file: str, rows: pl.DataFrame, line: str, places: Mapping[str, int]
) -> tuple[pl.DataFrame, list[Finding]]:
    """Rows and columns of the table alone, and an error for each row or column outside it.

    `line`: the column of line numbers. `places`: where each column stands, from 0.
    """
    rows, findings = _without_side_table(file, rows, line, places)
    reasons = dict(_rows_outside(rows, line)) if rows.height >= FEWEST_ROWS else {}
    findings += [_no_respondent(file, number, reason) for number, reason in reasons.items()]
    return rows.filter(~pl.col(line).is_in([*reasons])), findings


def _no_respondent(file: str, number: int, reason: str) -> Finding:
    fix = "Delete it from the file, or if somebody answered in this row, write it like the others."
    expected = f"This row is no respondent, and no part of the table: {reason}."
    return Finding("error", FindingRule.NO_RESPONDENT, file, expected, fix, lines=(number,))


def _rows_outside(rows: pl.DataFrame, line: str) -> Iterator[tuple[int, str]]:
    """The line of each row outside the table, and why."""
    headings = [heading for heading in rows.columns if heading != line]
    forms = _Forms(rows.select(headings))
    for number, *cells in rows.filter(_may_be_outside(headings)).select(line, *headings).iter_rows():
        filled = {heading: cell for heading, cell in zip(headings, cells, strict=True) if cell is not None}
        if len(filled) > 1 and all(cell == heading for heading, cell in filled.items()):
            yield number, "the headings come again, so a second table seems to begin here"
        elif len(filled) > 1 and TOTAL.fullmatch(next(iter(filled.values()))):
            yield number, "it seems to add the others up"
        elif len(filled) == 1 and len(headings) > 1 and forms.is_unlike(*next(iter(filled.items()))):
            yield number, "only one cell is filled, and it is unlike those above it"


def _may_be_outside(headings: Sequence[str]) -> pl.Expr:
    """Finds the few rows worth a closer look, in one pass over all of them."""
    is_alone = pl.sum_horizontal(pl.col(headings).is_not_null()) == 1
    begins_with_total = pl.coalesce(headings).str.contains(f"(?i)^(?:{TOTAL.pattern})$")
    return is_alone | begins_with_total | pl.any_horizontal(pl.col(heading) == heading for heading in headings)


class _Forms:
    """The forms of the cells in each column: how many words and numbers they are made of."""

    def __init__(self, rows: pl.DataFrame) -> None:
        self._rows = rows
        self._by_column: dict[str, Counter[str]] = {}

    def is_unlike(self, heading: str, cell: str) -> bool:
        """Whether no other cell of the column has the form of this one."""
        return self._of(heading)[_form(cell)] <= 1

    def _of(self, heading: str) -> Counter[str]:
        if heading not in self._by_column:
            counted = self._rows[heading].drop_nulls().value_counts(name="times")
            forms: Counter[str] = Counter()
            for cell, times in counted.iter_rows():
                forms[_form(cell)] += times
            self._by_column[heading] = forms
        return self._by_column[heading]


def _form(cell: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", cell))


# ---- beside the table ----


def _without_side_table(
    file: str, rows: pl.DataFrame, line: str, places: Mapping[str, int]
) -> tuple[pl.DataFrame, list[Finding]]:
    """Columns behind an empty column which few rows fill are another table."""
    beyond = _beyond_a_gap(places)
    filled = rows.filter(pl.any_horizontal(pl.col(beyond).is_not_null())) if beyond else rows.clear()
    if rows.height < FEWEST_ROWS or not beyond or filled.height * 2 > rows.height:
        return rows, []
    table = rows.drop(beyond)
    is_row = pl.any_horizontal(pl.exclude(line).is_not_null())
    return table.filter(is_row), [_beside(file, [places[column] for column in beyond], filled, rows.height, line)]


def _beyond_a_gap(places: Mapping[str, int]) -> list[str]:
    """The columns behind the first empty column that stands within the file."""
    in_order = sorted(places, key=lambda column: places[column])
    gaps = (at for at in range(1, len(in_order)) if places[in_order[at]] > places[in_order[at - 1]] + 1)
    at = next(gaps, len(in_order))
    return in_order[at:]


def _beside(file: str, places: list[int], filled: pl.DataFrame, height: int, line: str) -> Finding:
    first, last = column_letter(min(places)), column_letter(max(places))
    columns = f"Column {first} stands" if first == last else f"Columns {first} to {last} stand"
    expected = (
        f"{columns} beside the table, behind an empty column, and only {filled.height:,} of {height:,} rows have "
        f"anything there. This seems to be a second table, and no respondent’s answers."
    )
    fix = "Delete these columns, or if they are answers, the empty column before them."
    return Finding("error", FindingRule.SECOND_TABLE, file, expected, fix, lines=tuple(filled[line].to_list()))
