"""Responses that stand in several rows, by the id that a survey tool gave them."""

import re
from collections.abc import Iterator

import polars as pl

from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding

RESPONSE_ID = re.compile(
    r"(?:id\. )?(?:response|respondent|submission) ?(?:id|number)|record_id|record id|_uuid|instance ?id"
    r"|meta-instanceid|antwort[ -]?id|id de la réponse|id de respuesta|antwoord[ -]?id|id risposta|id odpowiedzi"
    r"|rhif ymateb",
    re.IGNORECASE,
)
"""The heading of the number that a survey tool gives to each response."""
MOST_SHOWN = 20
"""Ids that are told one by one."""


def repeated_responses(file: str, rows: pl.DataFrame, line: str) -> Iterator[Finding]:
    """Ids of responses that stand in several rows: somebody would be counted more than once."""
    for heading in rows.columns:
        if heading != line and RESPONSE_ID.fullmatch(heading.strip()):
            cells = rows[heading].drop_nulls()
            if cells.n_unique() < cells.len():
                yield from _repeated(file, rows, line, heading)


def _repeated(file: str, rows: pl.DataFrame, line: str, heading: str) -> Iterator[Finding]:
    twice = rows.filter(pl.col(heading).is_not_null() & pl.col(heading).is_duplicated())
    groups = twice.group_by(heading, maintain_order=True).agg(pl.col(line)).head(MOST_SHOWN)
    for _, lines in groups.iter_rows():
        expected = f"These rows have the same “{heading}”, so one person would be counted {len(lines):,} times."
        fix = "Delete all but one of them. If they are different occasions, export one occasion at a time."
        yield Finding("error", FindingRule.REPEATED_RESPONSE, file, expected, fix, lines=tuple(lines))
