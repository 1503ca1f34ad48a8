"""What a person should know about a sheet and does not see in its cells: hidden, merged, computed, in error."""

from collections.abc import Iterator, Sequence

from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading.headings import column_letter
from pipelines.reading.worksheet import Layout, area

PLACES_NAMED = 5
"""How many places a finding spells out."""


def layout_findings(
    file: str, layout: Layout, headings_line: int, width: int, left_aside: Sequence[str], computes_on_opening: bool
) -> list[Finding]:
    """Findings about the rows from the headings on and the columns under them."""
    return [
        *_left_aside(file, left_aside),
        *_hidden(file, layout, headings_line, width),
        *_merged(file, [ref for ref in layout.merged if area(ref)[1] >= headings_line]),
        *_formulas(file, layout, computes_on_opening),
        *_errors(file, layout.errors),
    ]


def _left_aside(file: str, names: Sequence[str]) -> Iterator[Finding]:
    if names:
        expected = f"The workbook has hidden sheets that were not read: {_some(names)}."
        yield Finding("warning", FindingRule.HIDDEN_SHEET, file, expected, "To read one, choose it with --sheet.")


def _hidden(file: str, layout: Layout, headings_line: int, width: int) -> Iterator[Finding]:
    fix = "They are read like the others. If they should not be, delete them."
    rows = [line for line in layout.hidden_rows if line >= headings_line]
    if rows:
        yield Finding("warning", FindingRule.HIDDEN_ROW, file, "The rows are hidden.", fix, lines=tuple(rows))
    hidden = (range(first, min(last + 1, width)) for first, last in layout.hidden_columns)
    columns = [column_letter(column) for span in hidden for column in span]
    if columns:
        yield Finding("warning", FindingRule.HIDDEN_COLUMN, file, f"Columns are hidden: {_some(columns)}.", fix)


def _merged(file: str, references: Sequence[str]) -> Iterator[Finding]:
    if references:
        expected = f"Cells are merged, so that only the first of them holds a value: {_some(references)}."
        yield Finding("error", FindingRule.MERGED_CELLS, file, expected, "Unmerge them, and fill in every cell.")


def _formulas(file: str, layout: Layout, computes_on_opening: bool) -> Iterator[Finding]:
    unknown = layout.formulas if computes_on_opening else layout.not_computed
    if unknown:
        expected = f"Cells hold formulas whose results are not in the file: {_some(unknown)}."
        fix = "Open it in Excel and save it, or copy the cells and paste them as values."
        yield Finding("error", FindingRule.FORMULA_NOT_COMPUTED, file, expected, fix)
    elif layout.formulas:
        expected = f"Cells hold formulas: {_some(layout.formulas)}. What they came to when the file was saved is read."
        yield Finding(
            "warning", FindingRule.FORMULA, file, expected, "To be sure, copy the cells and paste them as values."
        )


def _errors(file: str, references: Sequence[str]) -> Iterator[Finding]:
    if references:
        expected = f"Cells hold an error such as #N/A or #REF!: {_some(references)}."
        yield Finding("error", FindingRule.ERROR_CELL, file, expected, "Put the formula right, or clear the cell.")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - PLACES_NAMED:,} more" if len(names) > PLACES_NAMED else ""
    return ", ".join(names[:PLACES_NAMED]) + more
