"""Check a sheet against its contract: cast, report the casts that failed, then let Pandera judge the typed frame.

A cell that looks personal is never repeated: the column is refused, whatever else is wrong with it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandera.polars as pa
import polars as pl

from pipelines.findings import Finding, errors, group
from pipelines.instrument.datasets import (
    AS_TEXT,
    DAY_NUMBERS,
    LISTING,
    MADE_A_DATE,
    Contract,
    Dataset,
    Field,
    Rule,
    leave_blank,
)
from pipelines.reading.headings import disguised
from pipelines.reading.personal_data import looks_personal, value_looks_personal, values_look_personal
from pipelines.reading.reader import LINE, Sheet

CASTS: dict[Any, tuple[pl.Expr, str, str]] = {
    pl.Int64: (
        pl.all().str.extract(r"^([0-9]{1,18})$").cast(pl.Int64),
        "a number of people, such as 31",
        "Write it in digits, without anything else.",
    ),
    pl.Date: (
        pl.all().str.to_date("%Y-%m-%d", strict=False),
        "a date such as 2024-09-01",
        "Write year, month and day in this way.",
    ),
}
"""How text becomes a type; null where it cannot."""


NAMES_AND_DATES = frozenset(
    {"programme_id", "programme_name", "formerly", "country", "region", "academic_year", "since"}
)
"""Declared columns that may hold names or dates, and are not looked through for personal data."""


MAY_BE_BEGUN = frozenset({Dataset.COUNTS, Dataset.SUPPORT})
"""Datasets of which a template begins more rows than most have something to say of."""


@dataclass(frozen=True)
class Checked:
    """What checking gives: the typed rows, all findings, and whether the rows may be counted."""

    rows: pl.DataFrame
    findings: tuple[Finding, ...]

    @property
    def accepted(self) -> bool:
        return not errors(self.findings)


def check(sheet: Sheet, contract: Contract) -> Checked:
    """All findings about a sheet. Casting never raises; a cell that cannot be cast is a finding and becomes null."""
    sheet, not_filled_in = _filled_in(sheet, contract)
    rows, miscast = _cast(sheet, contract)
    found = [
        *sheet.findings,
        *not_filled_in,
        *_unclear_columns(sheet),
        *_unknown_columns(sheet, contract),
        *_in_one_column(sheet, contract),
        *_no_questions(sheet, contract),
        *_no_rows(sheet),
    ]
    found += miscast
    found += _judged(rows, sheet, contract, known={(f.column, line) for f in miscast for line in f.lines})
    found = [replace(finding, letter=sheet.letters.get(finding.column or "")) for finding in found]
    return Checked(rows, tuple(_together(group(_without_personal_values(found, sheet, contract)), sheet, contract)))


def _filled_in(sheet: Sheet, contract: Contract) -> tuple[Sheet, list[Finding]]:
    """Without the rows that a template began and nobody filled in: they say nothing, and no number need be invented."""
    listing = LISTING[contract.dataset] if contract.dataset in MAY_BE_BEGUN else None
    begun = {"programme_id", "academic_year", listing}
    to_fill_in = [name for name in contract.names - begun if name in sheet.headings]
    if listing not in sheet.headings or not to_fill_in:
        return sheet, []
    empty = pl.col(listing).is_not_null() & pl.all_horizontal(pl.col(to_fill_in).is_null())
    lines = sheet.rows.filter(empty)[LINE].to_list()
    if len(lines) in (0, sheet.rows.height):
        return sheet, []
    expected = "Nothing is filled in in these rows, and they are left out: they say that this was not asked."
    found = Finding("warning", "not_filled_in", sheet.file, expected, "If it was, fill them in.", lines=tuple(lines))
    return replace(sheet, rows=sheet.rows.filter(~empty)), [found]


def _together(found: Iterable[Finding], sheet: Sheet, contract: Contract) -> Iterator[Finding]:
    """Follow-up questions answered in the same rows by those they were not put to: one finding for all of them.

    One wrong cell there breaks the rule of each, and is put right once.
    """
    of_base: dict[tuple[str, tuple[int, ...]], list[Finding]] = {}
    for finding in found:
        base = contract.needs.get(finding.column or "")
        if base is not None and finding.rule == f"base_of_{finding.column}":
            of_base.setdefault((base, finding.lines), []).append(finding)
        else:
            yield finding
    for (base, _), several in of_base.items():
        yield several[0] if len(several) == 1 else _of_one_base(sheet, base, several)


def _of_one_base(sheet: Sheet, base: str, several: list[Finding]) -> Finding:
    names = ", ".join(str(finding.column) for finding in several)
    asked_of = several[0].expected.removeprefix(f"{several[0].column} is ")
    return replace(
        several[0],
        expected=f"{names} are {asked_of}",
        fix=leave_blank("them"),
        column=base,
        letter=sheet.letters.get(base),
    )


def _cast(sheet: Sheet, contract: Contract) -> tuple[pl.DataFrame, list[Finding]]:
    """The contract's columns only, typed; those that may be absent are blank. Unknown ones are reported elsewhere."""
    rows = sheet.rows.select(LINE, *(field.name for field in contract.fields if field.name in sheet.headings))
    findings: list[Finding] = []
    for field in contract.fields:
        if field.name in rows.columns and field.dtype in CASTS:
            rows, failed = _cast_column(rows, field, sheet.file)
            findings += failed
    absent = [field for field in contract.blank_if_absent if field.name not in rows.columns]
    return rows.with_columns(pl.lit(None, dtype=field.dtype).alias(field.name) for field in absent), findings


def _cast_column(rows: pl.DataFrame, field: Field, file: str) -> tuple[pl.DataFrame, list[Finding]]:
    cast, expected, fix = CASTS[field.dtype]
    typed = rows.select(field.name).select(cast).to_series()
    failed = rows.filter(typed.is_null() & rows[field.name].is_not_null()).select(LINE, field.name)
    findings = [
        Finding("error", "type", file, expected, fix, column=field.name, lines=(line,), found=cell)
        for line, cell in failed.iter_rows()
    ]
    return rows.with_columns(typed.alias(field.name)), findings


def _unknown_columns(sheet: Sheet, contract: Contract) -> Iterator[Finding]:
    known = {field.name for field in contract.fields}
    for heading in sheet.headings:
        if heading not in known and heading not in sheet.unclear:
            yield _personal_column(sheet, heading) or _unknown_column(sheet, contract, heading)


def _unclear_columns(sheet: Sheet) -> Iterator[Finding]:
    """Columns without a heading of their own. Each is named by its letter."""
    for heading, letter in sheet.unclear.values():
        if heading:
            expected, fix = f'Another column is headed "{heading}" as well.', "Rename or delete one of them."
            yield Finding("error", "duplicate_heading", sheet.file, expected, fix, column=letter)
        else:
            expected, fix = "The column has no heading.", "Give it one, or delete the column."
            yield Finding("error", "blank_heading", sheet.file, expected, fix, column=letter)


def _in_one_column(sheet: Sheet, contract: Contract) -> Iterator[Finding]:
    if len(sheet.headings) == 1 and not errors(sheet.findings) and sheet.headings[0] not in contract.names:
        expected = "The file reads as one column."
        fix = "Export it again as CSV, with a comma, semicolon, tab or | between the columns."
        yield Finding("error", "one_column", sheet.file, expected, fix)


def personal_values(sheet: Sheet, columns: Iterable[str], *, only_certain: bool = False) -> Iterator[Finding]:
    """Columns whose cells look personal, by name only."""
    for column in columns:
        kind = values_look_personal(sheet.rows[column], only_certain=only_certain)
        if kind:
            named = sheet.heading_of(column) or sheet.unclear[column][1]
            yield personal_value(sheet.file, named, kind, sheet.letters.get(column))


def personal_value(file: str, column: str | None, kind: str, letter: str | None = None) -> Finding:
    expected = f"What stands in the column looks like {kind}. Personal data must not be sent, not even to be ignored."
    fix = "Delete the column, or these cells, from the file."
    return Finding("error", "personal_value", file, expected, fix, column=column, letter=letter)


def _without_personal_values(found: list[Finding], sheet: Sheet, contract: Contract) -> list[Finding]:
    """Findings about columns that hold personal data give way to one that says so and repeats no cell."""
    personal = {finding.column for finding in found if finding.rule == "personal_column"}
    looked_through = [
        column for column in sheet.headings if column not in NAMES_AND_DATES | contract.numbers | personal
    ]
    refused = list(personal_values(sheet, looked_through))
    columns = {finding.column for finding in refused}
    rest = [finding for finding in found if not (finding.column in columns and _about_a_cell(finding))]
    return [*map(_without_its_cell, rest), *refused]


def _about_a_cell(finding: Finding) -> bool:
    return finding.found is not None or finding.rule == "unknown_column"


def _without_its_cell(finding: Finding) -> Finding:
    if finding.found is None or finding.column in (None, "since", "academic_year"):
        return finding
    kind = value_looks_personal(finding.found)
    return (
        replace(personal_value(finding.file, finding.column, kind, finding.letter), lines=finding.lines)
        if kind
        else finding
    )


def _personal_column(sheet: Sheet, heading: str) -> Finding | None:
    kind = looks_personal(heading)
    if kind is None:
        return None
    expected = f"The heading looks like {kind}. Personal data must not be sent, not even to be ignored."
    return Finding("error", "personal_column", sheet.file, expected, "Delete the column from the file.", column=heading)


def _unknown_column(sheet: Sheet, contract: Contract, heading: str) -> Finding:
    meant = disguised(heading, contract.names)
    if meant:
        expected = f"This looks like {meant[0]}, but has a character that is not what it seems ({meant[1]})."
        return Finding("error", "disguised_heading", sheet.file, expected, "Type the heading again.", column=heading)
    expected = f"This is not a column of {contract.dataset}."
    fix = "Delete it, correct the heading, or name it in a mapping (to rename it, or under ignore)."
    return Finding("error", "unknown_column", sheet.file, expected, fix, column=heading)


def _no_rows(sheet: Sheet) -> Iterator[Finding]:
    if sheet.rows.is_empty() and not errors(sheet.findings):
        fix = "Export the file again with its rows; if a mapping keeps some rows, check what it keeps."
        yield Finding("error", "no_rows", sheet.file, "The file has no rows below the headings.", fix)


def _no_questions(sheet: Sheet, contract: Contract) -> Iterator[Finding]:
    if contract.questions and not set(contract.questions) & set(sheet.headings):
        fix = f"Add a column for each question asked, such as {contract.questions[0]}."
        yield Finding("error", "no_questions", sheet.file, "The file has no column of answers.", fix)


def _judged(
    rows: pl.DataFrame, sheet: Sheet, contract: Contract, known: set[tuple[str | None, int]]
) -> Iterator[Finding]:
    """Pandera's verdict as findings, less the blanks that failed casts left behind."""
    typed = rows.drop(LINE)
    try:  # strict Pandera names only the first unknown column, so those are found by _unknown_columns
        contract.schema(typed.columns).validate(typed, lazy=True)
    except pa.errors.SchemaErrors as verdict:
        cases = verdict.failure_cases.select("column", "check", "failure_case", "index")
        for column, name, case, index in cases.iter_rows():
            line = None if index is None else rows[LINE][index]
            if name != "not_nullable" or (column, line) not in known:
                yield _finding(sheet, contract, column, name, case, line)


def _finding(
    sheet: Sheet, contract: Contract, column: str | None, name: str, case: str | None, line: int | None
) -> Finding:
    match name:
        case "column_in_dataframe":
            return _missing_column(sheet, contract, str(case))
        case "not_nullable":
            return _blank_cell(sheet, str(column), line)
        case _:
            return _broken_rule(sheet, contract.rule(column, name), case, line)


def _made_a_date(rule: Rule, case: str | None) -> bool:
    """Whether a spreadsheet seems to have made a date, or a day number, of a code."""
    if not rule.of_cell or case is None:
        return False
    text = str(case)
    as_day = text.isdecimal() and DAY_NUMBERS[0] <= int(text) <= DAY_NUMBERS[1] and rule.name != "count"
    return as_day or re.fullmatch(MADE_A_DATE, text) is not None


def _fix(rule: Rule, case: str | None) -> str:
    """How to put a cell right, more closely where it can be seen what was meant."""
    if _made_a_date(rule, case):
        return AS_TEXT
    meant = rule.meant(case) if rule.of_cell and isinstance(case, str) else None
    return f"Write it {meant}, exactly so." if meant else rule.fix


def _missing_column(sheet: Sheet, contract: Contract, column: str) -> Finding:
    askers = [asker for asker, base in contract.needs.items() if base == column and asker in sheet.headings]
    because = f" {askers[0]} is asked only of those who say yes to it." if askers else ""
    fix = "Add the column; a mapping can rename another column to it, or give the same value for every row."
    return Finding("error", "missing_column", sheet.file, f"The column is missing.{because}", fix, column=column)


def _blank_cell(sheet: Sheet, column: str, line: int | None) -> Finding:
    lines = () if line is None else (line,)
    return Finding("error", "blank", sheet.file, "The cell is blank.", "Fill it in.", column=column, lines=lines)


def _broken_rule(sheet: Sheet, rule: Rule, case: str | None, line: int | None) -> Finding:
    return Finding(
        severity=rule.severity,
        rule=rule.name,
        file=sheet.file,
        expected=rule.expected,
        fix=_fix(rule, case),
        column=rule.column,
        lines=() if line is None else (line,),
        found=case if rule.of_cell else None,
    )
