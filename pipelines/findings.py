"""A finding: one thing wrong with a file. Where it is, what was found, what is expected, how to put it right."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from pipelines.finding_rules import FindingRule
from pipelines.finding_stages import Severity, Stage

FIRST_LINES = 5
"""How many line numbers a grouped finding spells out."""


@dataclass(frozen=True)
class Finding:
    """One thing wrong, however many lines it is on. `found` is a cell: show it to its uploader, never log it.

    `rule` is the name of a FindingRule, completed where the rule is about one measure or group.
    """

    severity: Severity
    rule: str
    file: str
    expected: str
    fix: str
    column: str | None = None
    lines: tuple[int, ...] = ()
    found: str | None = None
    letter: str | None = None
    """The letter of the column, where the file is a workbook."""

    @property
    def stage(self) -> Stage:
        """Where among the things to put right the finding belongs."""
        return FindingRule.named(self.rule).stage

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


def errors(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "error"]


def _rows(lines: tuple[int, ...]) -> str:
    if len(lines) <= 1:
        return "".join(f"row {line}" for line in lines)
    first = ", ".join(str(line) for line in lines[:FIRST_LINES])
    more = len(lines) - FIRST_LINES
    return f"rows {first}" + (f" and {more} more" if more > 0 else "")


def notices_of_form(findings: Iterable[Finding]) -> list[str]:
    """The rules of the findings about the form of a file and its headings, for the log. They depend on no answer."""
    rules = {FindingRule.named(finding.rule) for finding in findings if finding.stage in {Stage.FILE, Stage.HEADINGS}}
    return sorted(rule.value for rule in rules)
