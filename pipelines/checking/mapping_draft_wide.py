"""The part of a drafted mapping for a table in which each row holds the numbers of several questions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.checking.mapped_columns import PERCENT, different
from pipelines.checking.mapping_suggestions import likely_measure
from pipelines.instrument.catalogue import Catalogue
from pipelines.reading.reader import Sheet

PERCENTAGE = re.compile(r"%|\b(?:per ?cent(?:age)?|prozent|pourcentage|porcentaje|canran|procent)\b", re.IGNORECASE)
PEOPLE = re.compile(
    r"(?:^|[\s(\[_-])(?:n|total|base|respondents|responses|answered|asked|anzahl|effectif|nifer|aantal|antal)[)\]\s=:]*$",
    re.IGNORECASE,
)
"""How the heading of a column ends that holds how many people answered."""
ADDED = re.compile(r"\((?:n|%|percent|yes|agree)\)|%|\b(?:percent|agree|yes|n)\b\W*$", re.IGNORECASE)
"""What such headings add to a question."""


@dataclass(frozen=True)
class WideRow:
    """A question whose numbers stand in columns of the file."""

    measure: str | None
    affirmative: str
    respondents: str | None
    is_percentage: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file in which its numbers stand."""
        return (self.affirmative, *([self.respondents] if self.respondents else []))

    def entry(self, places: Mapping[str, str]) -> list[str]:
        """Its lines in a mapping. `places`: how the mapping names each column."""
        respondents = places[self.respondents] if self.respondents else '"…"'
        affirmative = places[self.affirmative]
        if self.is_percentage:
            place = affirmative.strip("{ }") if affirmative.startswith("{") else f"heading = {affirmative}"
            affirmative = f"{{ {place}, percent_of = {respondents} }}"
        return [
            "[[wide]]",
            f'constants = {{ measure_id = "{self.measure or "…"}" }}',
            f"columns = {{ respondents = {respondents}, affirmative = {affirmative} }}",
        ]


def wide_rows(sheet: Sheet, columns: Sequence[str], catalogue: Catalogue) -> list[WideRow]:
    """The questions of a wide table, by its columns of numbers; none where it has none."""
    numbers = [column for column in columns if _holds_numbers(sheet, column)]
    people = [
        column for column in numbers if PEOPLE.search(sheet.heading_of(column)) and not _is_percentage(sheet, column)
    ]
    return [
        WideRow(
            likely_measure(ADDED.sub("", sheet.heading_of(column)), catalogue),
            column,
            _nearest(column, people, numbers),
            _is_percentage(sheet, column),
        )
        for column in numbers
        if column not in people
    ]


def wide_lines(rows: Sequence[WideRow], places: Mapping[str, str]) -> Iterator[str]:
    for row in rows:
        yield from row.entry(places)


def _holds_numbers(sheet: Sheet, column: str) -> bool:
    cells = different(sheet.rows[column])
    return bool(cells) and all(PERCENT.fullmatch(cell) or cell.isdecimal() for cell in cells)


def _is_percentage(sheet: Sheet, column: str) -> bool:
    in_cells = any("%" in cell for cell in different(sheet.rows[column]))
    return in_cells or PERCENTAGE.search(sheet.heading_of(column)) is not None


def _nearest(column: str, people: Sequence[str], numbers: Sequence[str]) -> str | None:
    """The column of people that stands nearest, the one behind before the one in front."""
    at = numbers.index(column)
    return min(people, key=lambda other: (abs(numbers.index(other) - at), numbers.index(other) < at), default=None)
