"""What stands in a file outside its table: totals, notes, headings that come again, a second table beside the first.

Nobody answered in such a row. It is an error that names the row, because only a person can say what it is.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import polars as pl

from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading.headings import column_letter
from pipelines.reading.repeated_responses import repeated_responses
from pipelines.reading.rows_below import rows_below, signature

SUMS = (
    "total|totals|sum|sums|mean|average|median|all respondents|summe|gesamt|insgesamt|mittelwert|durchschnitt|somme"
    "|moyenne|ensemble|cyfanswm|cyfartaledd|totale|totaal|gemiddelde|suma|summa|snitt|razem|media|promedio"
    "|total general|totaux|iomlan|yhteensa"
)
TOTAL = re.compile(rf"(?:grand |sub-? ?|over)?(?:{SUMS})(?: n)?\s*[:=]?", re.IGNORECASE)
"""The first cell of a row that adds the others up."""
SUMMARY = re.compile(
    rf"(?:grand |sub-? ?|over)?(?:{SUMS}|counts?|number|percent|percentage|per cent|proportion|share|standard deviation"
    r"|std\.?(?: ?dev\.?)?|s\.?d\.?|variance|minimum|maximum|min|max|mode|range|valid|missing|responses|respondents"
    r"|answered|anzahl|prozent|anteil|antworten|nombre|pourcentage|effectif|número|porcentaje|nifer|canran|aantal"
    r"|percentuale|liczba|procent|antal|prosent|antall)\b.{0,40}|%|n ?[=:].{0,20}",
    re.IGNORECASE,
)
"""The same in more words, such as “Number ticked”, which an answer could be that several people give."""
OWN_FORM = "programme_id"
"""A file with this heading is in the form of this project. A row in it that names no programme breaks its contract, and
one that names a programme and is unlike those above may be right: the last of a list may have no country."""
FEWEST_ROWS = 4
"""In a shorter table nothing can be said to be unlike the rest."""


def without_outside(
    file: str, rows: pl.DataFrame, line: str, places: Mapping[str, int]
) -> tuple[pl.DataFrame, list[Finding]]:
    """Rows and columns of the table alone, and an error for each row or column outside it.

    `line`: the column of line numbers. `places`: where each column stands, from 0.
    """
    rows, findings = _without_side_table(file, rows, line, places)
    reasons = dict(_rows_outside(rows, line)) if rows.height > 1 else {}
    findings += [_no_respondent(file, number, reason) for number, reason in reasons.items()]
    rows = rows.filter(~pl.col(line).is_in([*reasons])) if reasons else rows
    return rows, [*findings, *repeated_responses(file, rows, line)]


def _no_respondent(file: str, number: int, reason: str) -> Finding:
    fix = "Delete it from the file, or if somebody answered in this row, write it like the others."
    expected = f"This row is no respondent, and no part of the table: {reason}."
    return Finding("error", FindingRule.NO_RESPONDENT, file, expected, fix, lines=(number,))


def _rows_outside(rows: pl.DataFrame, line: str) -> Iterator[tuple[int, str]]:
    """The line of each row outside the table, and why."""
    headings = [heading for heading in rows.columns if heading != line]
    below = set() if OWN_FORM in headings else {*rows_below(rows, line)}
    candidates = rows.filter(_may_be_outside(headings) | pl.col(line).is_in([*below]))
    look = _Look(rows.select(headings))
    for number, *cells in candidates.select(line, *headings).iter_rows():
        filled = {heading: cell for heading, cell in zip(headings, cells, strict=True) if cell is not None}
        reason = look.reason(filled) or (number in below and "it is unlike the rows above it")
        if reason:
            yield number, reason


def _may_be_outside(headings: Sequence[str]) -> pl.Expr:
    """Finds the few rows worth a closer look, in one pass over all of them."""
    is_alone = pl.sum_horizontal(pl.col(headings).is_not_null()) == 1
    begins_with_total = pl.coalesce(headings).str.contains(f"{_whole(TOTAL)}|{_whole(SUMMARY)}")
    begins_with_heading = pl.coalesce(headings).str.to_lowercase().is_in([heading.lower() for heading in headings])
    return is_alone | begins_with_total | begins_with_heading


def _whole(pattern: re.Pattern[str]) -> str:
    """A pattern for whole cells, as Polars writes it."""
    return f"(?i:^(?:{pattern.pattern})$)"


class _Look:
    """A closer look at single rows, beside the columns in which their cells stand."""

    def __init__(self, rows: pl.DataFrame) -> None:
        self._rows = rows
        self._by_column: dict[str, _Column] = {}

    @cached_property
    def _is_alone(self) -> pl.Series:
        """Whether a row has a single filled cell."""
        return self._rows.select(pl.sum_horizontal(pl.all().is_not_null()) == 1).to_series()

    def reason(self, filled: dict[str, str]) -> str | None:
        """Why a row with these cells is outside the table, or None."""
        first, cell = next(iter(filled.items()))
        if len(filled) > 1 and self._repeats_headings(filled):
            return "the headings come again, so a second table seems to begin here"
        if len(filled) > 1 and self._adds_up(first, cell):
            return "it seems to add the others up"
        is_alone = len(filled) == 1 < self._rows.width and self._rows.height >= FEWEST_ROWS
        if is_alone and self._of(first).is_unlike(cell):
            return "only one cell is filled, and it is unlike those above it"
        return None

    def _adds_up(self, heading: str, cell: str) -> bool:
        """Whether a row that begins like this adds others up. A word that may be an answer must stand below numbers."""
        return TOTAL.fullmatch(cell) is not None or (
            SUMMARY.fullmatch(cell) is not None and self._of(heading).times(cell) == 1 and self._of(heading).is_numbered
        )

    def _repeats_headings(self, filled: dict[str, str]) -> bool:
        """Whether the first cell repeats its heading, and at least half of the others do.

        A column in which nothing else stands is one of a box: survey tools write its heading for a tick.
        """
        telling = {heading: cell for heading, cell in filled.items() if not self._of(heading).holds_only(heading)}
        again = [_plain(heading) == _plain(cell) for heading, cell in telling.items()]
        return bool(again) and again[0] and sum(again) * 2 > len(again) and next(iter(telling)) == next(iter(filled))

    def _of(self, heading: str) -> "_Column":
        if heading not in self._by_column:
            self._by_column[heading] = _Column(self._rows[heading], self._is_alone)
        return self._by_column[heading]


class _Column:
    """The cells of a column, and what they are made of."""

    def __init__(self, cells: pl.Series, is_alone: pl.Series) -> None:
        self._times = Counter(dict(cells.drop_nulls().value_counts(name="times").iter_rows()))
        self._signatures: Counter[tuple[object, ...]] = Counter()
        for cell, times in self._times.items():
            self._signatures[signature(cell)] += times
        self._beside_others = {*map(signature, cells.filter(~is_alone).drop_nulls().unique())}

    @property
    def is_numbered(self) -> bool:
        """Whether most of the cells hold a digit."""
        with_digit = sum(times for cell, times in self._times.items() if re.search(r"\d", cell))
        return with_digit * 3 > self._times.total() * 2

    def times(self, cell: str) -> int:
        return self._times[cell]

    def holds_only(self, heading: str) -> bool:
        return all(_plain(cell) == _plain(heading) for cell in self._times)

    def is_unlike(self, cell: str) -> bool:
        """Whether no other cell of the column is made of the same as this one, nor any that stands beside others."""
        made = signature(cell)
        return self._signatures[made] <= 1 or (bool(self._beside_others) and made not in self._beside_others)


def _plain(text: str) -> str:
    """A text without capitals and signs."""
    return "".join(character for character in text.casefold() if character.isalnum())


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
