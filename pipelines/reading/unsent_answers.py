"""Answers that nobody sent: previews, answers that were broken off, and answers that were rejected.

They are recognised by the columns of the survey tool, named and left out. Where a tool is recognised and it cannot be
told which answers were sent, that is an error: they are never counted on the chance that all of them were.
"""

import re
from collections.abc import Iterator, Sequence

import polars as pl

from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading.personal_data import value_looks_personal
from pipelines.reading.survey_tool_columns import (
    FORM_STATUSES,
    INCOMPLETE,
    OUR_FORM,
    REDCAP,
    TOOLS,
    Mark,
    TellingColumn,
    Tool,
)

MOST_SHOWN = 3
"""Cells that are shown where it is not known what they mean."""


def without_unsent(
    file: str, rows: pl.DataFrame, line: str, known: str | None = None
) -> tuple[pl.DataFrame, list[Finding]]:
    """Rows without those that nobody sent, and a finding for each kind of them. `line`: the column of line numbers.

    `known`: the tool that made the file, if that is known already.
    """
    findings: list[Finding] = []
    headings = {heading.lower(): heading for heading in rows.columns if heading != line}
    for tool in TOOLS:
        if known == tool.name or tool.made(headings):
            for mark in tool.marks:
                rows, found = _without_marked(file, rows, line, tool, mark, headings)
                findings += found
    return rows, findings


def _without_marked(
    file: str, rows: pl.DataFrame, line: str, tool: Tool, mark: Mark, headings: dict[str, str]
) -> tuple[pl.DataFrame, list[Finding]]:
    """Rows without those that a tool marks, in the first column there is that tells."""
    column, telling = next(_columns_that_tell(mark, headings), (None, []))
    findings: list[Finding] = []
    if tool is REDCAP:
        telling, findings = _own_form(file, rows, telling)
    if column is None:
        return rows, [_no_column(file, tool, mark)] if mark.is_needed else []
    for heading in telling:
        unknown = rows.filter(~_marked(rows, heading, column.not_sent | column.sent))
        if unknown.height:
            findings.append(_unknown_mark(file, tool, mark, heading, unknown, line))
            continue
        not_sent = _marked(rows, heading, column.not_sent)
        if not_sent.any():
            lines = rows.filter(not_sent)[line].to_list()
            findings.append((_nobody_sent if not_sent.all() else _not_sent)(file, tool, mark, heading, lines))
            rows = rows if not_sent.all() else rows.filter(~not_sent)
    return rows, findings


def _columns_that_tell(mark: Mark, headings: dict[str, str]) -> Iterator[tuple[TellingColumn, list[str]]]:
    for column in mark.columns:
        telling = [heading for plain, heading in headings.items() if re.fullmatch(column.pattern, plain)]
        if telling:
            yield column, telling


def _marked(rows: pl.DataFrame, heading: str, expression: pl.Expr) -> pl.Series:
    return rows.select(cell=pl.col(heading).fill_null("").str.to_lowercase()).select(expression).to_series()


def _own_form(file: str, rows: pl.DataFrame, columns: Sequence[str]) -> tuple[list[str], list[Finding]]:
    """The column of the form that holds the questions, where it is the only one, or the only one of our survey files.

    Where it cannot be told and some form was not completed, no column decides, and that is an error.
    """
    statuses = [column for column in columns if _marked(rows, column, pl.col("cell").is_in(FORM_STATUSES)).all()]
    ours = [column for column in columns if re.fullmatch(OUR_FORM, column.lower())]
    for forms in (ours, statuses):
        if len(forms) == 1:
            return forms, []
    unclear = any(_marked(rows, column, INCOMPLETE).any() for column in statuses)
    return [], [_several_forms(file, statuses)] if unclear else []


# ---- findings ----


def _not_sent(file: str, tool: Tool, mark: Mark, heading: str, lines: list[int]) -> Finding:
    rows = "This row is" if len(lines) == 1 else f"These {len(lines):,} rows are"
    expected = f"{rows} left out: {tool.name} marks {mark.what} in the column “{heading.strip()}”."
    fix = f"Nothing to do. If they should count, {mark.to_count}."
    return Finding("warning", FindingRule.NOT_SENT, file, expected, fix, lines=tuple(lines))


def _nobody_sent(file: str, tool: Tool, mark: Mark, heading: str, lines: list[int]) -> Finding:
    expected = (
        f"In the column “{heading.strip()}” {tool.name} marks every row: {mark.what}. So nobody’s answers are left."
    )
    fix = f"Export the file again with the answers that were sent. If these should count, {mark.to_count}."
    return Finding("error", FindingRule.SENT_UNKNOWN, file, expected, fix, lines=tuple(lines))


def _no_column(file: str, tool: Tool, mark: Mark) -> Finding:
    expected = (
        f"This is an export of {tool.name} without its column “{mark.usual_heading}”, so {mark.what} cannot be told "
        f"from answers that were sent."
    )
    fix = (
        f"Export the file again, and leave this column in it. If you know that all answers were sent, add a column "
        f"“{mark.usual_heading}”, and write “{mark.usual_cell}” in each row."
    )
    return Finding("error", FindingRule.SENT_UNKNOWN, file, expected, fix)


def _unknown_mark(file: str, tool: Tool, mark: Mark, heading: str, rows: pl.DataFrame, line: str) -> Finding:
    cells = [cell for cell in rows[heading].drop_nulls().unique(maintain_order=True) if not value_looks_personal(cell)]
    shown = " or ".join(f"“{cell}”" for cell in cells[:MOST_SHOWN]) or "some cells"
    where = f"{tool.name} marks {mark.what} in the column “{heading.strip()}”"
    expected = f"{where}, and it is not known what is meant by {shown}."
    fix = f"Write “{mark.usual_cell}” in the rows that count, and delete the other rows."
    return Finding("error", FindingRule.SENT_UNKNOWN, file, expected, fix, lines=tuple(rows[line].to_list()))


def _several_forms(file: str, columns: Sequence[str]) -> Finding:
    names = ", ".join(f"“{column.strip()}”" for column in columns)
    expected = (
        f"REDCap marks answers broken off for several forms, in {names}. It cannot be told which of them holds the "
        f"questions."
    )
    fix = "Delete the columns of all other forms, and the answers broken off are left out."
    return Finding("error", FindingRule.SENT_UNKNOWN, file, expected, fix)
