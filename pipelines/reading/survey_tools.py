"""Rows that survey tools write between the headings and the answers, and headings that take a second row.

They are nobody's answers. They are recognised, named and left out.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading.headings import Record, tidy

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
    before = [tidy(cell) for cell in first[0][1]]
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
    headings = [tidy(cell) for cell in top]
    cells = [tidy(cell) for cell in _padded(second, len(top))]
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
        detail = tidy(below)
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
