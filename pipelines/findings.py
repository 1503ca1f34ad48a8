"""A finding: one thing wrong with a file. Where it is, what was found, what is expected, how to put it right."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

FIRST_LINES = 5
"""How many line numbers a grouped finding spells out."""

Stage = Literal["file", "headings", "answers", "rows", "held"]
"""What must be right first, in order: the file, its headings, its cells, its rows together, what is held already."""

RULES: dict[Stage, str] = {
    "file": "encoding rows_of_qualtrics one_column ragged_row no_rows hidden_sheet hidden_row hidden_column "
    "merged_cells formula formula_not_computed error_cell",
    "headings": "other_dataset personal_column unknown_column disguised_heading duplicate_heading blank_heading "
    "missing_column no_questions not_in_the_file mapped_column_missing mapped_column_repeated mapped_column_clashes",
    "answers": "personal_value type blank one_of count well_formed_id id_made_a_date id_day_number well_formed_code "
    "plain_name registered academic_year year_to_come",
    "rows": "not_filled_in one_row_each total_or_subgroups affirmative_of_respondents since_in_place some_kept "
    "nobody_counted",
    "held": "counted_elsewhere already_held perhaps_held demonstration programmes_not_checked "
    "more_than_invited much_smaller far_from_the_last",
}
STAGES: dict[str, Stage] = {rule: stage for stage, rules in RULES.items() for rule in rules.split()}
STAGES_OF_MEASURES: dict[str, Stage] = {
    "base_of_": "rows",
    "within_of_": "rows",
    "base_given_for_": "rows",
    "subgroup_of_": "answers",
}
"""Of rules that end with the name of a measure or group, by how they begin."""

BY_LETTER = frozenset({"duplicate_heading", "blank_heading"})
"""Rules whose findings have a letter for their column, because its heading does not tell which it is."""


@dataclass(frozen=True)
class Finding:
    """One thing wrong, however many lines it is on. `found` is a cell: show it to its uploader, never log it."""

    severity: Literal["error", "warning"]
    rule: str
    file: str
    expected: str
    fix: str
    column: str | None = None
    lines: tuple[int, ...] = ()
    found: str | None = None
    letter: str | None = None
    """Of the column, where the file is a workbook."""

    @property
    def where(self) -> str:
        """`trainees.csv, rows 14, 18 and 2 more, column told_supervisor`"""
        letter = f"{self.letter}, " if self.letter else ""
        parts = [self.file, _rows(self.lines), f"column {letter}{self.column}" if self.column else ""]
        return ", ".join(part for part in parts if part)

    @property
    def what(self) -> str:
        return self.expected if self.found is None else f'"{self.found}" is not {self.expected}.'

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.fix}".rstrip()

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"message": str(self)}


def group(findings: Iterable[Finding]) -> list[Finding]:
    """The same mistake on many lines becomes one finding with all its lines, in the order first met."""
    grouped: dict[Finding, list[int]] = {}
    for finding in findings:
        grouped.setdefault(replace(finding, lines=()), []).extend(finding.lines)
    return [replace(finding, lines=tuple(sorted(set(lines)))) for finding, lines in grouped.items()]


def stage(finding: Finding) -> Stage:
    """Where among the things to put right a finding belongs."""
    of_measures = (at for begins, at in STAGES_OF_MEASURES.items() if finding.rule.startswith(begins))
    return next(of_measures, None) or STAGES[finding.rule]


def errors(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "error"]


def _rows(lines: tuple[int, ...]) -> str:
    if len(lines) <= 1:
        return "".join(f"row {line}" for line in lines)
    first = ", ".join(str(line) for line in lines[:FIRST_LINES])
    more = len(lines) - FIRST_LINES
    return f"rows {first}" + (f" and {more} more" if more > 0 else "")
