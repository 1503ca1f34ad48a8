"""The state of the field as a PDF of two pages: the same figures as the page, and never a programme's name."""

from pathlib import Path
from typing import Any

from dashboard.charts.base import OTHERS
from dashboard.release.reader import Release
from dashboard.report import wording as wording_report
from dashboard.report.printing import printed
from dashboard.wording import about
from dashboard.wording import field as wording
from pipelines.errors import Refused

TEMPLATE = Path(__file__).with_name("field.typ")
FILE_NAME = "openness-state-of-the-field.pdf"
ENDS = ("rate_low", "rate", "rate_high")


def field_report(release: Release) -> bytes:
    """The PDF. Raises Refused where no figure of programmes together is published, or it cannot be printed."""
    said = content(release)
    if not said["groups"]:
        raise Refused("The release has no figure of programmes together, and so nothing to print about the field.")
    return printed(TEMPLATE, said, release)


def content(release: Release) -> dict[str, Any]:
    """Everything the report says and draws, in its order."""
    itself, rows = release.about(), release.field()
    groups = rows.partition_by("kind", "name", maintain_order=True)
    return {
        "colour": OTHERS,
        "title": wording_report.FIELD_TITLE,
        "lead": wording.lead(figures=rows.height > 0, gaps=release.has_gaps()),
        "how_to_read": wording.HOW_TO_READ,
        "words": wording_report.WORDS,
        "groups": [_group(group.to_dicts()) for group in groups],
        "status": itself["instrument_status"],
        "thresholds": about.thresholds(itself),
        "release": about.release_sentence(itself),
        "footer": wording_report.field_footer(itself),
        "help": about.where_help_is(release.instrument()),
    }


def _group(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The measures of a group of programmes, each with its years."""
    titles = {row["measure_id"]: f"{row['title']} ({row['asked_of']})" for row in rows}
    return {
        "title": wording.heading(rows[0]),
        "measures": [
            {"title": title, "years": [_year(row) for row in rows if row["measure_id"] == measure][-3:]}
            for measure, title in titles.items()
        ],
    }


def _year(row: dict[str, Any]) -> dict[str, Any]:
    return {"year": row["academic_year"], "figure": wording.figure(row), "ends": [row[end] for end in ENDS]}
