"""Rows that survey tools write into an export and that are nobody's answers.

They are headings that take a second row, previews, and answers that were broken off and never sent. They are recognised
by the tool's columns, named and left out. Whoever wants an answer counted that was not sent deletes the column that
says so.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading.headings import Record

IMPORT_ID = '{"ImportId":'
"""The beginning of the cells in a row that Qualtrics adds to its exports."""
SURVEYMONKEY = ("respondent id", "collector id")
ANY_ANSWER = ("response", "open ended response", "open-ended response")
"""What SurveyMonkey writes under the heading of a question that has a single column."""
NUMBER = r"[\d\s.,:/%-]+"
FEWEST_ROWS = 3
"""Two rows of headings, and a row of answers."""


@dataclass(frozen=True)
class HeadingRows:
    """The first rows of a file, with its headings in the first of them."""

    records: list[Record]
    findings: list[Finding]
    before: list[str]
    """The headings as they stand in the first row of the file."""


def without_heading_rows(file: str, first: list[Record]) -> HeadingRows:
    """Leave out the rows between headings and answers; join headings that take two rows."""
    before = [" ".join(cell.split()) for cell in first[0][1]]
    ids = next((at for at, (_, cells) in enumerate(first) if any(cell.startswith(IMPORT_ID) for cell in cells)), 0)
    if ids in (1, 2):
        return HeadingRows([first[0], *first[ids + 1 :]], [_rows_of_qualtrics(file, first[1 : ids + 1])], before)
    if len(first) >= FEWEST_ROWS and (_is_from_surveymonkey(first) or _has_second_headings(first)):
        joined = _joined(before, first[1][1])
        finding = _second_headings(file, first, joined)
        return HeadingRows([(first[0][0], joined), *first[2:]], [finding], before)
    return HeadingRows(first, [], before)


def _rows_of_qualtrics(file: str, rows: Sequence[Record]) -> Finding:
    lines = tuple(line for line, _ in rows)
    expected = "These rows are Qualtrics’ own and no answers: they are left out."
    return Finding("warning", FindingRule.ROWS_OF_QUALTRICS, file, expected, "Nothing to do.", lines=lines)


def _is_from_surveymonkey(first: Sequence[Record]) -> bool:
    headings, second = [cell.strip().lower() for cell in first[0][1]], first[1][1]
    places = [headings.index(heading) for heading in SURVEYMONKEY if heading in headings]
    return len(places) == len(SURVEYMONKEY) and not any(second[place].strip() for place in places)


def _has_second_headings(first: Sequence[Record]) -> bool:
    """Whether the second row names columns that have no heading of their own above, and is no row of answers.

    Its first cell is blank where each row below has one, or says that a response stands below it; and nothing in it is
    a number.
    """
    (_, top), (_, second), *answers = first
    width = max(len(top), len(second))
    headless = [cell for cell, heading in zip(second, _padded(top, width), strict=False) if not heading.strip()]
    named = any(cell.strip() for cell in headless) or _names_repeated(top, second)
    begins = second[0].strip().lower() in ("", *ANY_ANSWER) and bool(top[0].strip())
    is_alone = all(cells[0].strip().lower() not in ("", *ANY_ANSWER) for _, cells in answers)
    return begins and is_alone and named and not any(re.fullmatch(NUMBER, cell) for cell in second if cell.strip())


def _names_repeated(top: Sequence[str], second: Sequence[str]) -> bool:
    """Whether a heading is repeated beside itself, and below it each column has a name of its own."""
    headings = [" ".join(cell.split()) for cell in top]
    cells = [" ".join(cell.split()) for cell in _padded(second, len(top))]
    for heading, times in Counter(filter(None, headings)).items():
        below = {cell for cell, above in zip(cells, headings, strict=False) if above == heading}
        if times > 1 and len(below) == times and "" not in below:
            return True
    return False


def _joined(top: Sequence[str], second: Sequence[str]) -> list[str]:
    """A heading for each column: the question, and in brackets what the second row says of the column."""
    width = max(len(top), len(second))
    headings: list[str] = []
    question = ""
    for heading, below in zip(_padded(top, width), _padded(second, width), strict=True):
        detail = " ".join(below.split())
        question = heading or question
        is_plain = not detail or (detail.lower() in ANY_ANSWER and bool(heading))
        headings.append(heading if is_plain else f"{question} [{detail}]".strip())
    return headings


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _second_headings(file: str, first: Sequence[Record], joined: Sequence[str]) -> Finding:
    example = next((heading for heading in reversed(joined) if heading.endswith("]")), joined[0])
    expected = (
        f"The headings take two rows, {first[0][0]} and {first[1][0]}. They were read as one, such as “{example}”, "
        f"and the second row as nobody’s answers."
    )
    return Finding("warning", FindingRule.SECOND_HEADINGS, file, expected, "Nothing to do.", lines=(first[1][0],))


# ---- answers that were not sent ----


@dataclass(frozen=True)
class _Tool:
    """How an export of a tool is recognised, and the column and cells of what was not sent."""

    name: str
    recognised: Callable[[Sequence[str]], bool]
    column: str
    """A pattern for the heading of the column that tells."""
    not_sent: pl.Expr
    """Over the cells of that column, in small letters; blank ones are empty texts."""
    what: str


def _has(*patterns: str) -> Callable[[Sequence[str]], bool]:
    """Whether there is a heading for each pattern, whatever its capitals."""
    return lambda headings: all(any(re.fullmatch(pattern, heading) for heading in headings) for pattern in patterns)


_qualtrics = _has("status|response type", "finished", "progress", "response ?id")
_limesurvey = _has(r"submitdate\b.*|date submitted", r"lastpage\b.*|last page|startlanguage\b.*|start language")
FORM_STATUS = r".*_complete|complete\?| complete\? in column [a-z]+"
"""The column that REDCap adds behind each form. With labels for headings it has the same heading for all forms."""
OUR_FORM = r"openness_\w+_complete"
FORM_STATUSES = ("", "0", "1", "2", "incomplete", "unverified", "complete")
INCOMPLETE = pl.col("cell").is_in(["0", "incomplete"])
_redcap = _has("record_id|record id", FORM_STATUS)
REDCAP = _Tool("REDCap", _redcap, FORM_STATUS, INCOMPLETE, "answers broken off")
"""Another form’s column says nothing of our questions, so only one of these columns decides."""
TOOLS = (
    REDCAP,
    _Tool(
        "Qualtrics",
        _qualtrics,
        "status|response type",
        pl.col("cell").str.contains("preview|test|spam") | pl.col("cell").is_in(["1", "2", "8", "9", "12", "17", "40"]),
        "previews, tests and spam",
    ),
    _Tool("Qualtrics", _qualtrics, "finished", pl.col("cell").is_in(["false", "0"]), "answers broken off"),
    _Tool(
        "LimeSurvey",
        _limesurvey,
        r"submitdate\b.*|date submitted",
        pl.col("cell").is_in(["", "n/a"]),
        "answers broken off",
    ),
    _Tool(
        "Alchemer",
        _has("response id", "status", "date submitted|time started"),
        "status",
        pl.col("cell").is_in(["partial", "disqualified", "deleted"]),
        "answers broken off",
    ),
    _Tool(
        "KoboToolbox",
        _has("_uuid", "_submission_time"),
        r"_validation_status(?:[/.]\w+)?",
        pl.col("cell").is_in(["not approved", "validation_status_not_approved"]),
        "answers that were not approved",
    ),
    _Tool(
        "ODK or SurveyCTO",
        _has("key", "submissiondate"),
        "reviewstate|review_status",
        pl.col("cell") == "rejected",
        "answers that were rejected",
    ),
)


def without_unsent(file: str, rows: pl.DataFrame, line: str) -> tuple[pl.DataFrame, list[Finding]]:
    """Rows without those that nobody sent, and a finding for each kind of them. `line`: the column of line numbers.

    Where no row at all was sent, nothing is left out: the column then means something else.
    """
    findings: list[Finding] = []
    headings = {heading.lower(): heading for heading in rows.columns}
    for tool in TOOLS:
        telling = [*_columns_that_tell(tool, headings)]
        if tool is REDCAP:
            telling, unclear = _own_form(file, rows, telling)
            findings += unclear
        for heading in telling:
            not_sent = _marked(rows, heading, tool.not_sent)
            if 0 < not_sent.sum() < rows.height:
                findings.append(_not_sent(file, tool, heading, rows.filter(not_sent)[line].to_list()))
                rows = rows.filter(~not_sent)
    return rows, findings


def _marked(rows: pl.DataFrame, heading: str, expression: pl.Expr) -> pl.Series:
    return rows.select(cell=pl.col(heading).fill_null("").str.to_lowercase()).select(expression).to_series()


def _own_form(file: str, rows: pl.DataFrame, columns: Sequence[str]) -> tuple[list[str], list[Finding]]:
    """The column of the form that holds the questions, where it is the only one, or the only one of our survey files.

    Where it cannot be told and some form was not completed, no column decides, and that is a finding.
    """
    statuses = [column for column in columns if _marked(rows, column, pl.col("cell").is_in(FORM_STATUSES)).all()]
    ours = [column for column in columns if re.fullmatch(OUR_FORM, column.lower())]
    for forms in (ours, statuses):
        if len(forms) == 1:
            return forms, []
    unclear = any(_marked(rows, column, INCOMPLETE).any() for column in statuses)
    return [], [_several_forms(file, statuses)] if unclear else []


def _several_forms(file: str, columns: Sequence[str]) -> Finding:
    names = ", ".join(f"“{column.strip()}”" for column in columns)
    expected = (
        f"REDCap marks answers broken off for several forms, in {names}. It cannot be told which of them holds the "
        f"questions, so no row was left out."
    )
    fix = "Delete the columns of all other forms, and the answers broken off are left out."
    return Finding("warning", FindingRule.NOT_SENT, file, expected, fix)


def _columns_that_tell(tool: _Tool, headings: dict[str, str]) -> Iterator[str]:
    if tool.recognised([*headings]):
        yield from (heading for plain, heading in headings.items() if re.fullmatch(tool.column, plain))


def _not_sent(file: str, tool: _Tool, heading: str, lines: list[int]) -> Finding:
    rows = "This row is" if len(lines) == 1 else f"These {len(lines):,} rows are"
    expected = f"{rows} left out: {tool.name} marks {tool.what} in the column “{heading}”."
    fix = "Nothing to do. If they should count, delete that column from the file."
    return Finding("warning", FindingRule.NOT_SENT, file, expected, fix, lines=tuple(lines))
