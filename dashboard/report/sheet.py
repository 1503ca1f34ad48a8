"""A sheet of one page for a meeting: what a group told, what will be looked at, and room for what will be done."""

from pathlib import Path
from typing import Any

import polars as pl

from dashboard.release.reader import Release
from dashboard.report import wording as wording_report
from dashboard.report.printing import printed
from dashboard.report.report import questions
from dashboard.wording import about
from dashboard.wording import sentences as wording
from pipelines.errors import Refused

TEMPLATE = Path(__file__).with_name("sheet.typ")
MOST_SENTENCES = 12
"""So many results fit on the page, in the order of the catalogue."""


def sheet(release: Release, programme: str, year: str, group: str) -> bytes:
    """The PDF for a respondent group. Raises Refused where there is no such group, or it cannot be printed."""
    people = release.people()
    if group not in people:
        raise Refused(f"The release has no respondent group {group}. It has {', '.join(people)}.")
    return printed(TEMPLATE, content(release, programme, year, group), release)


def file_name(programme: str, year: str, group: str) -> str:
    return f"openness-{programme}-{year}-{group}.pdf"


def content(release: Release, programme: str, year: str, group: str) -> dict[str, Any]:
    """Everything the sheet says: the sentences of the pages, about this group alone."""
    itself, who = release.about(), release.programme(programme)
    asked = release.results_of(programme, year).filter(pl.col("status") != "not_collected", respondent_group=group)
    rows = asked.filter(status="published").to_dicts()
    return {
        "for": wording_report.sheet_for(group, release.people()),
        "title": wording_report.sheet_title(who, year, release.people()[group]),
        "words": wording_report.SHEET_WORDS,
        "principle": wording_report.principle(release.instrument()),
        "nothing": wording_report.SHEET_WORDS["nothing" if asked.height else "not_asked"],
        "told": [wording.result_sentence(row) for row in rows[:MOST_SENTENCES]],
        "response": wording.response_sentences(*rows[:1]),
        "look": questions(release, programme, year),
        "status": itself["instrument_status"],
        "footer": wording_report.footer(who, year, itself),
        "thresholds": about.thresholds(itself),
        "help": about.where_help_is(release.instrument()),
    }
