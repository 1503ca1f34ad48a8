"""The columns that a mapping makes of those of a file: recoded, joined, dated, added up, worked out from percentages.

Each different cell is looked at once, however many rows hold it. A cell that cannot be read as the mapping says is an
error with its lines, and becomes a blank.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from pipelines.academic_year import FIRST_MONTH, year_of
from pipelines.checking.mapping_entries import Entries, Place, Source, as_range
from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading.reader import LINE, Sheet

YES, NO = "yes", "no"
"""The codes of a question that several columns answer together."""
DATE = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[T ,].*)?")
PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d{1,6}))? ?%?")
BARE_PERCENT = re.compile(r"\d{1,3}(?:[.,]\d{1,6})?")
"""A percentage without its sign."""
PEOPLE = "[0-9]{1,9}"
FOUR_DIGITS = 4
YEARS = range(1990, 2100)
"""The years that a date can be of. 0024 and 24 are none, because nobody can tell which year was meant."""


@dataclass
class MappedFile:
    """The rows that a mapping reads, the columns it has made, and what it found."""

    sheet: Sheet
    rows: pl.DataFrame
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The codes that a column of the dataset may hold, where it is known."""
    first_month: int = FIRST_MONTH
    """The month in which academic years begin."""
    made: dict[str, pl.Series] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def cells(self, place: Place) -> pl.Series:
        """The cells of a column of the file; blank ones where the file does not have it."""
        name = column_named(self.sheet, place)
        return self.rows[name] if name else pl.Series([None] * self.rows.height, dtype=pl.String)

    def report(self, finding: Finding, place: Place, cells: pl.Series, wrong: Iterable[str]) -> None:
        """A finding about a column, once for each of these different cells, with the rows in which it stands."""
        letter = self.sheet.letters.get(str(place))
        for cell in wrong:
            lines = tuple(self.rows.filter(cells == cell)[LINE])
            self.findings.append(replace(finding, column=str(place), lines=lines, found=cell, letter=letter))


def column_named(sheet: Sheet, place: Place) -> str | None:
    """The column of a sheet that a mapping means, by the name it has there; None where there is no such column."""
    if place.index is None:
        heading = str(place.heading)
        known = heading in sheet.headings and heading not in sheet.unclear
        return heading if known else sheet.first_row.get(heading)
    places = sheet.places or {heading: at for at, heading in enumerate(sheet.headings)}
    return next((column for column, at in places.items() if at == place.index), None)


def make_columns(mapped: MappedFile, entries: Entries, sources: Mapping[str, Source]) -> None:
    """Make the columns that come from columns of the file."""
    for column, source in sources.items():
        codes = entries.codes(column)
        ranges = {limits: code for text, code in entries.ranges.get(column, {}).items() if (limits := as_range(text))}
        mapped.made[column] = _made(mapped, column, source, codes, ranges)


def recoded(cells: pl.Series, codes: Mapping[str, str], ranges: Mapping[tuple[float, float], str]) -> pl.Series:
    """Cells with what they mean. A cell that nothing is said of stays as it is."""

    def meaning(cell: str) -> str:
        return codes[cell] if cell in codes else _in_range(cell, ranges)

    return translated(cells.fill_null("") if "" in codes else cells, meaning)


def translated(cells: pl.Series, meaning: Callable[[str], str | None]) -> pl.Series:
    """Each different cell as what it means. A blank is none, before and after."""
    meanings = {cell: meaning(cell) or None for cell in different(cells)}
    return cells.replace_strict(meanings, default=None, return_dtype=pl.String)


def _in_range(cell: str, ranges: Mapping[tuple[float, float], str]) -> str:
    number = _number(cell) if ranges else None
    if number is None:
        return cell
    return next((code for (least, most), code in ranges.items() if least <= number <= most), cell)


def _number(cell: str) -> float | None:
    return float(cell) if re.fullmatch(r"-?\d+(?:\.\d+)?", cell) else None


def _made(
    mapped: MappedFile,
    column: str,
    source: Source,
    codes: Mapping[str, str],
    ranges: Mapping[tuple[float, float], str],
) -> pl.Series:
    if source.any_of:
        known = [*(mapped.answers.get(column) or (YES, NO, *codes.values(), *ranges.values()))]
        return any_yes([_known_answers(mapped, place, codes, ranges, known) for place in source.any_of])
    if source.sum:
        return _added_up([_numbers(mapped, place) for place in source.sum])
    (place,) = source.places
    if source.date:
        return _years(mapped, place, source.date, source.first_month or mapped.first_month)
    cells = recoded(mapped.cells(place), codes, ranges)
    return _counted(mapped, place, cells, source.percent_of) if source.percent_of else cells


def _known_answers(
    mapped: MappedFile,
    place: Place,
    codes: Mapping[str, str],
    ranges: Mapping[tuple[float, float], str],
    known: Sequence[str],
) -> pl.Series:
    """The answers of one of several columns. A cell that is none is an error, whatever the others say."""
    cells = recoded(mapped.cells(place), codes, ranges)
    wrong = [cell for cell in different(cells) if cell not in known]
    expected = f"one of {', '.join(dict.fromkeys(known))}, once recoded"
    fix = "Say under recode what this cell means, or name it under missing if it means nothing."
    mapped.report(Finding("error", FindingRule.ONE_OF, mapped.sheet.file, expected, fix), place, cells, wrong)
    return cells


def any_yes(answers: Sequence[pl.Series]) -> pl.Series:
    """Yes where any is yes, and no where all are no.

    Else the first answer that is neither, such as prefer_not_to_say, and a blank where there is none.
    """
    frame = pl.DataFrame({str(at): cells for at, cells in enumerate(answers)})
    yes = pl.any_horizontal((pl.all() == YES).fill_null(value=False))
    no = pl.all_horizontal((pl.all() == NO).fill_null(value=False))
    neither = pl.coalesce(pl.when(pl.all() != NO).then(pl.all()))
    return frame.select(pl.when(yes).then(pl.lit(YES)).when(no).then(pl.lit(NO)).otherwise(neither)).to_series()


def _numbers(mapped: MappedFile, place: Place) -> pl.Series:
    """The cells of a column whose numbers are added up. One that is no number in plain digits is an error."""
    cells = mapped.cells(place)
    wrong = [cell for cell in different(cells) if re.fullmatch(PEOPLE, cell) is None]
    expected = "a number of people, to be added up"
    fix = "Write it in digits without anything else: 1200 and not 1,200. What is not known cannot be added up."
    mapped.report(Finding("error", FindingRule.TYPE, mapped.sheet.file, expected, fix), place, cells, wrong)
    return cells


def _added_up(numbers: Sequence[pl.Series]) -> pl.Series:
    """The sum, or a blank where one of them is no number of people."""
    columns = {str(at): cells.str.extract(f"^({PEOPLE})$").cast(pl.Int64) for at, cells in enumerate(numbers)}
    total = pl.sum_horizontal(pl.all(), ignore_nulls=False)
    return pl.DataFrame(columns).select(total.cast(pl.String)).to_series()


# ---- academic years from dates ----


def _years(mapped: MappedFile, place: Place, order: str, first_month: int) -> pl.Series:
    cells = mapped.cells(place)
    wrong = [cell for cell in different(cells) if as_date(cell, order) is None]
    expected = f"a date written {order} with the four digits of its year"
    fix = "Correct the cell, or say in the mapping in which order the dates are written."
    finding = Finding("error", FindingRule.NOT_A_DATE, mapped.sheet.file, expected, fix)
    mapped.report(finding, place, cells, wrong)
    return translated(cells, lambda cell: year_of(day, first_month) if (day := as_date(cell, order)) else None)


def as_date(cell: str, order: str) -> date | None:
    """The date in a cell, whatever stands behind it. Four digits in front are a year in every order.

    None where the year is not written with its four digits.
    """
    parts = DATE.fullmatch(cell)
    if parts is None:
        return None
    names = "YMD" if len(parts[1]) == FOUR_DIGITS else order.replace("/", "").replace("-", "")
    numbers = dict(zip(names, map(int, parts.groups()), strict=True))
    try:
        return date(numbers["Y"], numbers["M"], numbers["D"]) if numbers["Y"] in YEARS else None
    except ValueError:
        return None


def different(cells: pl.Series) -> list[str]:
    """Each different cell once, in the order of the file."""
    found: list[str] = cells.drop_nulls().unique(maintain_order=True).to_list()
    return found


# ---- counts from percentages ----


def _counted(mapped: MappedFile, place: Place, percentages: pl.Series, numbers: Place) -> pl.Series:
    """How many people a percentage is of the number beside it, where there is one answer and no other."""
    pairs = list(zip(percentages, mapped.cells(numbers), strict=True))
    people = {pair: _people(*pair) for pair in dict.fromkeys(pairs)}
    for (percentage, number), found in people.items():
        if percentage is not None and len(found) != 1:
            here = [line for line, pair in zip(mapped.rows[LINE], pairs, strict=True) if pair == (percentage, number)]
            mapped.findings.append(_no_single_count(mapped, place, percentage, number, found, here))
    _report_proportions(mapped, place, percentages)
    counted = [str(people[pair][0]) if len(people[pair]) == 1 else None for pair in pairs]
    return pl.Series(counted, dtype=pl.String)


def _report_proportions(mapped: MappedFile, place: Place, percentages: pl.Series) -> None:
    """An error for each cell of a column in which no number is over 1, so that 0.5 could be a half of all as well."""
    numbers = {cell: float(cell.replace(",", ".")) for cell in different(percentages) if BARE_PERCENT.fullmatch(cell)}
    written = {
        cell: float(cell.rstrip(" %").replace(",", ".")) for cell in different(percentages) if PERCENT.fullmatch(cell)
    }
    if any(number > 1 for number in written.values()):
        return
    for cell in (cell for cell, number in numbers.items() if number):
        lines = [line for line, other in zip(mapped.rows[LINE], percentages, strict=True) if other == cell]
        expected = (
            f"{cell} can be {cell}% or, as a share of 1, {100 * numbers[cell]:g}%: no number of the column is over 1."
        )
        fix = "Write the number with its sign, such as 45%, or send how many people it was."
        finding = Finding("error", FindingRule.PERCENTAGE, mapped.sheet.file, expected, fix, str(place), tuple(lines))
        mapped.findings.append(finding)


def _people(percentage: str | None, number: str | None) -> range:
    """Every number of people that is this percentage of them, rounded as it is written."""
    written = PERCENT.fullmatch(percentage or "")
    if written is None or re.fullmatch(PEOPLE, number or "") is None:
        return range(0)
    decimals = written[2] or ""
    unit, units, total = 10 ** len(decimals), int(written[1] + decimals), int(number or 0)
    least, most = -(-total * (2 * units - 1) // (200 * unit)), total * (2 * units + 1) // (200 * unit)
    return range(max(least, 0), min(most, total) + 1)


def _no_single_count(
    mapped: MappedFile, place: Place, percentage: str, number: str | None, found: Sequence[int], lines: Sequence[int]
) -> Finding:
    if found:
        expected = (
            f"{percentage} of {number} can be {found[0]:,} to {found[-1]:,} people, so it cannot be told how many."
        )
    else:
        expected = f"{percentage} of {number or 'nobody'} is no number of people."
    fix = "Send how many people it was."
    return Finding("error", FindingRule.PERCENTAGE, mapped.sheet.file, expected, fix, str(place), tuple(lines))
