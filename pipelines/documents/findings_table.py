"""Findings as a list to read or to take away: a row each, errors first, then in the order to put them right.

A cell of the file may stand in it, so the CSV is made inert: no spreadsheet takes a text of it for a formula.
"""

from collections.abc import Iterable

import polars as pl

from pipelines.finding_rules import BY_LETTER
from pipelines.finding_stages import Stage
from pipelines.findings import FIRST_LINES, Finding
from pipelines.spreadsheet_safety import BOM, inert

COLUMNS = {
    "Severity": pl.String,
    "Stage": pl.String,
    "Lines": pl.Int64,
    "First lines": pl.String,
    "Column": pl.String,
    "Letter": pl.String,
    "Found": pl.String,
    "Expected": pl.String,
    "How to fix": pl.String,
}
SHOWN = 200
"""Characters of a cell that are shown."""


def as_frame(findings: Iterable[Finding]) -> pl.DataFrame:
    """Findings in words, in COLUMNS. `Lines` says on how many lines; the first of them are spelt out."""
    return pl.DataFrame(list(map(_row, sorted(findings, key=_urgency))), schema=COLUMNS, orient="row")


def as_csv(findings: Iterable[Finding]) -> bytes:
    """The same as UTF-8 with a byte order mark, every text quoted and inert."""
    table = as_frame(findings).with_columns(pl.col(pl.String).map_elements(inert, return_dtype=pl.String))
    return (BOM + table.write_csv(quote_style="non_numeric")).encode()


def shortened(text: str, length: int = SHOWN) -> str:
    """`a long te…`"""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _urgency(finding: Finding) -> tuple[bool, int]:
    return finding.severity != "error", list(Stage).index(finding.stage)


def _row(finding: Finding) -> tuple[str | int | None, ...]:
    by_letter = finding.rule in BY_LETTER
    return (
        finding.severity.capitalize(),
        finding.stage.words,
        len(finding.lines),
        ", ".join(map(str, finding.lines[:FIRST_LINES])),
        None if by_letter else finding.column,
        finding.column if by_letter else finding.letter,
        None if finding.found is None else shortened(finding.found),
        finding.expected,
        finding.fix,
    )
