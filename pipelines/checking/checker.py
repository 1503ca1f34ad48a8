"""Check a sheet against its contract: cast, report the casts that failed, then let Pandera judge the typed frame.

A cell that looks personal is never repeated: the column is refused, whatever else is wrong with it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import polars as pl

from pipelines.academic_year import spelled_year
from pipelines.checking.only_ticks import only_ticks
from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding, errors, group
from pipelines.instrument.cell_rules import AS_TEXT, DAY_NUMBERS, MADE_A_DATE
from pipelines.instrument.contract import Contract, Field, Rule
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import LISTING
from pipelines.instrument.public_address import not_to_repeat
from pipelines.instrument.row_rules import leave_blank
from pipelines.reading.headings import look_alike, names_a_column
from pipelines.reading.personal_data import value_looks_personal, values_look_personal
from pipelines.reading.personal_headings import column_looks_personal
from pipelines.reading.reader import LINE, Sheet

NAMES_AND_DATES = frozenset(
    {
        *("programme_id", "programme_name", "formerly", "country", "region", "academic_year"),
        *("since", "reviewed_on", "evidence_url"),
    }
)
"""Columns of the datasets that may hold names, dates or links. They are not searched for personal data."""
YEAR = "academic_year"
MAY_BE_BEGUN = frozenset({Dataset.COUNTS, Dataset.SUPPORT})
"""Datasets for which a template begins more rows than most programmes can fill in."""


@dataclass(frozen=True)
class Checked:
    """What checking gives: the typed rows, all findings, and whether the rows may be counted."""

    rows: pl.DataFrame
    findings: tuple[Finding, ...]

    @property
    def accepted(self) -> bool:
        return not errors(self.findings)


def check(sheet: Sheet, contract: Contract) -> Checked:
    """All findings about a sheet. Casting never raises: a cell that cannot be cast is a finding and becomes null."""
    sheet, years_understood = _years_understood(sheet)
    sheet, not_filled_in = _filled_in(sheet, contract)
    rows, not_cast = _cast(sheet, contract)
    findings = [
        *sheet.findings,
        *years_understood,
        *not_filled_in,
        *_unclear_columns(sheet),
        *_unknown_columns(sheet, contract),
        *_in_one_column(sheet, contract),
        *_no_questions(sheet, contract),
        *_no_rows(sheet),
        *only_ticks(sheet, contract),
        *not_cast,
        *_broken_rules(rows, sheet, contract, not_cast),
    ]
    findings = [replace(finding, letter=sheet.letters.get(finding.column or "")) for finding in findings]
    findings = group(_without_personal_values(findings, sheet, contract))
    return Checked(rows, tuple(_follow_ups_together(findings, sheet, contract)))


def _years_understood(sheet: Sheet) -> tuple[Sheet, list[Finding]]:
    """The sheet with every academic year written the same way, and a finding for each other spelling."""
    if YEAR not in sheet.headings:
        return sheet, []
    cells = sheet.rows[YEAR]
    years = {cell: year for cell in cells.drop_nulls().unique(maintain_order=True) if (year := spelled_year(cell))}
    others = {cell: year for cell, year in years.items() if cell != year}
    findings = [_year_understood(sheet, cell, year) for cell, year in others.items()]
    return replace(sheet, rows=sheet.rows.with_columns(cells.replace(others))) if others else sheet, findings


def _year_understood(sheet: Sheet, cell: str, year: str) -> Finding:
    lines = tuple(sheet.rows.filter(pl.col(YEAR) == cell)[LINE])
    expected, fix = f"“{cell}” is read as {year}.", "If that is right, there is nothing to do."
    return Finding("warning", FindingRule.YEAR_UNDERSTOOD, sheet.file, expected, fix, column=YEAR, lines=lines)


def _filled_in(sheet: Sheet, contract: Contract) -> tuple[Sheet, list[Finding]]:
    """The sheet without the rows that a template began and nobody filled in, and a finding that names them.

    Such rows say nothing, and nobody should have to make up a number for them.
    """
    listing = LISTING[contract.dataset] if contract.dataset in MAY_BE_BEGUN else None
    begun = {"programme_id", "academic_year", listing}
    to_fill_in = [name for name in contract.names - begun if name in sheet.headings]
    if listing not in sheet.headings or not to_fill_in:
        return sheet, []
    empty = pl.col(listing).is_not_null() & pl.all_horizontal(pl.col(to_fill_in).is_null())
    lines = sheet.rows.filter(empty)[LINE].to_list()
    if len(lines) in (0, sheet.rows.height):
        return sheet, []
    return replace(sheet, rows=sheet.rows.filter(~empty)), [_not_filled_in(sheet, lines)]


def _not_filled_in(sheet: Sheet, lines: list[int]) -> Finding:
    expected = "Nothing is filled in in these rows, and they are left out: they say that this was not asked."
    fix = "If it was, fill them in."
    return Finding("warning", FindingRule.NOT_FILLED_IN, sheet.file, expected, fix, lines=tuple(lines))


def _follow_ups_together(findings: Iterable[Finding], sheet: Sheet, contract: Contract) -> Iterator[Finding]:
    """One finding for all follow-up questions that the same rows answer although they were not put to these people.

    A wrong cell of the base question breaks the rule of each follow-up, and is put right once.
    """
    findings_by_base: dict[tuple[str, tuple[int, ...]], list[Finding]] = {}
    for finding in findings:
        base = contract.bases.get(finding.column or "")
        if base is not None and finding.rule == FindingRule.BASE_OF.about(str(finding.column)):
            findings_by_base.setdefault((base.question, finding.lines), []).append(finding)
        else:
            yield finding
    for alike in findings_by_base.values():
        yield alike[0] if len(alike) == 1 else _about_follow_ups(alike, sheet, contract)


def _about_follow_ups(findings: list[Finding], sheet: Sheet, contract: Contract) -> Finding:
    follow_ups = [str(finding.column) for finding in findings]
    base = contract.bases[follow_ups[0]]
    return replace(
        findings[0],
        expected=base.sentence(follow_ups),
        fix=leave_blank("them"),
        column=base.question,
        letter=sheet.letters.get(base.question),
    )


def _cast(sheet: Sheet, contract: Contract) -> tuple[pl.DataFrame, list[Finding]]:
    """The contract's columns, typed, and a finding for each cell that could not be cast.

    A column that may be absent is blank where it is. Unknown columns are left out here and reported elsewhere.
    """
    rows = sheet.rows.select(LINE, *(field.name for field in contract.fields if field.name in sheet.headings))
    findings: list[Finding] = []
    for field in contract.fields:
        if field.name in rows.columns and field.same_spelling is not None:
            rows = rows.with_columns(field.same_spelling.alias(field.name))
        if field.name in rows.columns and field.cell_type:
            typed = rows.select(field.name).select(field.cell_type.cast).to_series()
            findings += _not_cast(rows, typed, field, sheet.file)
            rows = rows.with_columns(typed.alias(field.name))
    absent = [field for field in contract.blank_if_absent if field.name not in rows.columns]
    return rows.with_columns(pl.lit(None, dtype=field.dtype).alias(field.name) for field in absent), findings


def _not_cast(rows: pl.DataFrame, typed: pl.Series, field: Field, file: str) -> Iterator[Finding]:
    if field.cell_type:
        expected, fix = field.cell_type.expected, field.cell_type.fix
        failed = rows.filter(typed.is_null() & rows[field.name].is_not_null()).select(LINE, field.name)
        for line, cell in failed.iter_rows():
            yield Finding("error", FindingRule.TYPE, file, expected, fix, column=field.name, lines=(line,), found=cell)


def _unknown_columns(sheet: Sheet, contract: Contract) -> Iterator[Finding]:
    for heading in sheet.headings:
        if heading not in contract.names and heading not in sheet.unclear:
            yield _personal_column(sheet, heading) or _unknown_column(sheet, contract, heading)


def _unclear_columns(sheet: Sheet) -> Iterator[Finding]:
    """Columns with no heading, or with a heading that another column has too. Each is named by its letter."""
    for heading, letter in sheet.unclear.values():
        if names_a_column(heading):
            expected, fix = f'Another column is headed "{heading}" as well.', "Rename or delete one of them."
            yield Finding("error", FindingRule.DUPLICATE_HEADING, sheet.file, expected, fix, column=letter)
        else:
            expected = f'"{heading}" is no name for a column.' if heading else "The column has no heading."
            fix = "Give it one, or delete the column."
            yield Finding("error", FindingRule.BLANK_HEADING, sheet.file, expected, fix, column=letter)


def _in_one_column(sheet: Sheet, contract: Contract) -> Iterator[Finding]:
    if len(sheet.headings) == 1 and not errors(sheet.findings) and sheet.headings[0] not in contract.names:
        expected = "The file reads as one column."
        fix = "Export it again as CSV, with a comma, semicolon, tab or | between the columns."
        yield Finding("error", FindingRule.ONE_COLUMN, sheet.file, expected, fix)


def personal_values(sheet: Sheet, columns: Iterable[str], *, only_certain: bool = False) -> Iterator[Finding]:
    """Columns whose cells look personal, by name only."""
    for column in columns:
        kind = values_look_personal(sheet.rows[column], only_certain=only_certain)
        if kind:
            name = sheet.heading_of(column) or sheet.unclear[column][1]
            yield _personal_value(sheet.file, name, kind, sheet.letters.get(column))


def _personal_value(file: str, column: str | None, kind: str, letter: str | None = None) -> Finding:
    expected = f"What stands in the column looks like {kind}. Personal data must not be sent, not even to be ignored."
    fix = "Delete the column, or these cells, from the file."
    return Finding("error", FindingRule.PERSONAL_VALUE, file, expected, fix, column=column, letter=letter)


def _without_personal_values(findings: list[Finding], sheet: Sheet, contract: Contract) -> list[Finding]:
    """Findings about a column that holds personal data give way to a single one that says so and repeats no cell."""
    personal = {finding.column for finding in findings if finding.rule == FindingRule.PERSONAL_COLUMN}
    to_search = [column for column in sheet.headings if column not in NAMES_AND_DATES | contract.numbers | personal]
    refused = list(personal_values(sheet, to_search))
    columns = {finding.column for finding in refused}
    others = [finding for finding in findings if not (finding.column in columns and _gives_way(finding))]
    return [*map(_without_personal_cell, others), *refused]


def _gives_way(finding: Finding) -> bool:
    return finding.found is not None or finding.rule == FindingRule.UNKNOWN_COLUMN


def _without_personal_cell(finding: Finding) -> Finding:
    """The finding itself, or where its cell looks personal, one in its place that does not repeat the cell."""
    if finding.found is None or finding.column in (None, "since", "reviewed_on", "academic_year"):
        return finding
    if finding.rule == FindingRule.PUBLIC_ADDRESS and (words := not_to_repeat(finding.found)):
        return replace(finding, found=None, expected=words[0], fix=words[1])
    kind = value_looks_personal(finding.found)
    if kind is None:
        return finding
    return replace(_personal_value(finding.file, finding.column, kind, finding.letter), lines=finding.lines)


def _personal_column(sheet: Sheet, heading: str) -> Finding | None:
    kind = column_looks_personal(heading, sheet.rows[heading])
    if kind is None:
        return None
    expected = f"The heading looks like {kind}. Personal data must not be sent, not even to be ignored."
    return Finding(
        "error", FindingRule.PERSONAL_COLUMN, sheet.file, expected, "Delete the column from the file.", column=heading
    )


def _unknown_column(sheet: Sheet, contract: Contract, heading: str) -> Finding:
    alike = look_alike(heading, contract.names)
    if alike:
        name, character = alike
        expected = f"This looks like {name}, but has a character that is not what it seems ({character})."
        return Finding(
            "error", FindingRule.DISGUISED_HEADING, sheet.file, expected, "Type the heading again.", column=heading
        )
    expected = f"This is not a column of {contract.dataset}."
    fix = "Delete it, correct the heading, or name it in a mapping (to rename it, or under ignore)."
    return Finding("error", FindingRule.UNKNOWN_COLUMN, sheet.file, expected, fix, column=heading)


def _no_rows(sheet: Sheet) -> Iterator[Finding]:
    if sheet.rows.is_empty() and not errors(sheet.findings):
        fix = "Export the file again with its rows; if a mapping keeps some rows, check what it keeps."
        yield Finding("error", FindingRule.NO_ROWS, sheet.file, "The file has no rows below the headings.", fix)


def _no_questions(sheet: Sheet, contract: Contract) -> Iterator[Finding]:
    if contract.questions and not set(contract.questions) & set(sheet.headings):
        fix = f"Add a column for each question asked, such as {contract.questions[0]}."
        yield Finding("error", FindingRule.NO_QUESTIONS, sheet.file, "The file has no column of answers.", fix)


def _broken_rules(
    rows: pl.DataFrame, sheet: Sheet, contract: Contract, not_cast: Iterable[Finding]
) -> Iterator[Finding]:
    """Pandera's verdict as findings. The blanks that failed casts left behind have been reported already."""
    import pandera.polars as pa  # noqa: PLC0415  it takes a second, and not everybody who imports this module checks

    reported = {(finding.column, line) for finding in not_cast for line in finding.lines}
    typed = rows.drop(LINE)
    try:  # strict Pandera names only the first unknown column, so _unknown_columns finds them
        contract.schema(typed.columns).validate(typed, lazy=True)
    except pa.errors.SchemaErrors as verdict:
        cases = verdict.failure_cases.select("column", "check", "failure_case", "index")
        for column, check_name, case, index in cases.iter_rows():
            line = None if index is None else rows[LINE][index]
            if check_name != "not_nullable" or (column, line) not in reported:
                yield _failure(sheet, contract, column, check_name, case, line)


def _failure(
    sheet: Sheet, contract: Contract, column: str | None, check_name: str, case: str | None, line: int | None
) -> Finding:
    match check_name:
        case "column_in_dataframe":
            return _missing_column(sheet, contract, str(case))
        case "not_nullable":
            return _blank_cell(sheet, str(column), line)
        case _:
            return _broken_rule(sheet, contract.rule(column, check_name), case, line)


def _fix(rule: Rule, case: str | None) -> str:
    """How to put a cell right. It says more where it can be seen what was meant."""
    if not rule.judges_cell or case is None:
        return rule.fix
    if _made_by_a_spreadsheet(rule, str(case)):
        return AS_TEXT
    if not isinstance(case, str):
        return rule.fix
    if rule.advice:
        return rule.advice(case)
    code, nearest = rule.intended_code(case), rule.nearest_code(case)
    if code is None and nearest:
        return f"If you mean {nearest}, write it exactly so. {rule.fix}"
    return f"Write it {code}, exactly so." if code else rule.fix


def _made_by_a_spreadsheet(rule: Rule, cell: str) -> bool:
    """Whether a spreadsheet seems to have made a date, or a day number, of a code."""
    first, last = DAY_NUMBERS
    is_day_number = cell.isdecimal() and first <= int(cell) <= last and rule.finding != FindingRule.COUNT
    return is_day_number or re.fullmatch(MADE_A_DATE, cell) is not None


def _missing_column(sheet: Sheet, contract: Contract, column: str) -> Finding:
    follow_ups = [name for name, base in contract.bases.items() if base.question == column and name in sheet.headings]
    because = f" {follow_ups[0]} is asked only of those who say yes to it." if follow_ups else ""
    fix = "Add the column; a mapping can rename another column to it, or give the same value for every row."
    return Finding(
        "error", FindingRule.MISSING_COLUMN, sheet.file, f"The column is missing.{because}", fix, column=column
    )


def _blank_cell(sheet: Sheet, column: str, line: int | None) -> Finding:
    lines = () if line is None else (line,)
    return Finding(
        "error", FindingRule.BLANK, sheet.file, "The cell is blank.", "Fill it in.", column=column, lines=lines
    )


def _broken_rule(sheet: Sheet, rule: Rule, case: str | None, line: int | None) -> Finding:
    return Finding(
        severity=rule.severity,
        rule=rule.name,
        file=sheet.file,
        expected=rule.expected,
        fix=_fix(rule, case),
        column=rule.column,
        lines=() if line is None else (line,),
        found=case if rule.judges_cell else None,
    )
