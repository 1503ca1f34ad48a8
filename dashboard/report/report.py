"""The report: one programme and year as a PDF a board can read. The same numbers and sentences as the pages.

What is said is put together here, how it looks stands in report.typ. All text reaches that file as JSON strings, and
typst takes a string for text and never for markup. The PDF is tagged (PDF/UA-1), needs no font of the system, and is
the same to the byte whenever it is made of the same release.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import polars as pl

from dashboard.charts.base import OTHERS, OWN
from dashboard.release import EVERYBODY, Release, compared_with
from dashboard.wording import sentences as wording
from dashboard.wording.sentences import Row
from pipelines.documents.pdf import pdf
from pipelines.errors import Refused

TEMPLATE = Path(__file__).with_name("report.typ")
STRANGE = re.compile("[^ -~\N{NO-BREAK SPACE}-\u024f\u0370-\u052f\u2010-\u2027\u2030-\u205e\N{MINUS SIGN}]")
"""What the fonts that come with typst may not have: all but Latin, Greek, Cyrillic and their punctuation."""
INSTEAD = "\N{WHITE SQUARE}"
ENDS = ("rate_low", "rate", "rate_high")

Content = dict[str, Any]


def report(release: Release, programme: str, year: str) -> bytes:
    """The PDF. The programme must have taken part in that year.

    A letter that no font here has is printed as a box. Raises Refused where it cannot be printed at all.
    """
    made = release.about()["published_at"].replace(tzinfo=UTC)
    text = json.dumps(content(release, programme, year), ensure_ascii=False)
    printed = pdf(TEMPLATE, text, STRANGE.sub(INSTEAD, text), made=int(made.timestamp()))
    if printed is None:
        raise Refused("The report cannot be printed with the fonts that are here.")
    return printed


def file_name(programme: str, year: str) -> str:
    return f"openness-{programme}-{year}.pdf"


def content(release: Release, programme: str, year: str) -> Content:
    """Everything the report says and draws, in its order."""
    about, who = release.about(), release.programme(programme)
    results = release.results_of(programme, year)
    whom = compared_with(results)
    kind, _ = whom or EVERYBODY
    return {
        "colours": {"own": OWN, "others": OTHERS},
        "words": wording.REPORT_WORDS,
        "title": wording.report_title(who, year),
        "name": wording.programme_name(who),
        "about": wording.report_about(who, year),
        "unnamed": wording.report_unnamed(who),
        "purpose": wording.REPORT_PURPOSE,
        "gaps": _gaps(release.gaps(programme, year, kind), results, kind),
        "how_to_read": wording.REPORT_HOW_TO_READ,
        "compared_with": wording.comparator_name(*whom) if whom else "",
        "pillars": _pillars(results),
        "changes": _changes(release.changes_of(programme, year)),
        "support": _support(release.support_of(programme, year)),
        "questions": release.questions_for(programme, year)["text"].to_list(),
        "thresholds": wording.thresholds(about),
        "rule": wording.REPORT_RULE,
        "caveats": _caveats(results, about),
        "release": wording.release_sentence(about),
        "help": wording.SUPPORT,
        "footer": wording.report_footer(who, year, about),
    }


def _gaps(pairs: pl.DataFrame, results: pl.DataFrame, kind: str) -> list[Content]:
    """Each pair of measures: what it asks, the answer in words, and both sides as points with intervals."""
    by_measure = {row["measure_id"]: row for row in results.iter_rows(named=True)}
    return [_gap(pair, by_measure, kind) for pair in pairs.iter_rows(named=True)]


def _gap(pair: Row, by_measure: Mapping[str, Row], kind: str) -> Content:
    expected, modelled = by_measure.get(pair["expected"]), by_measure.get(pair["modelled"])
    sides = [side for side in (expected, modelled) if side]
    drawn = sides if any(side["status"] == "published" for side in sides) else []
    return {
        "title": pair["title"],
        "sentence": wording.gap_sentence(expected, modelled, pair if pair["difference"] is not None else None, kind),
        "alt": wording.chart_alt(drawn),
        "sides": [_line(side) for side in drawn],
    }


def _pillars(results: pl.DataFrame) -> list[Content]:
    shown = {name: results.filter(pl.col("pillar") == name).to_dicts() for name in wording.PILLARS}
    return [_pillar(name, rows) for name, rows in shown.items() if rows]


def _pillar(name: str, rows: Sequence[Row]) -> Content:
    """A pillar's measures. What differs in kind never shares an axis."""
    kinds = {heading: [row for row in rows if row["basis"] == basis] for basis, heading in wording.BASES.items()}
    return {
        "title": wording.PILLARS[name],
        "question": wording.PILLAR_QUESTIONS[name],
        "kinds": [{"title": heading, "lines": [_line(row) for row in of]} for heading, of in kinds.items() if of],
        "withheld": wording.withheld_reasons(rows),
    }


def _line(row: Row) -> Content:
    """A measure: its numbers in words, and where its points and intervals stand."""
    compared = row["kind"] is not None
    return {
        "title": row["title"],
        "result": wording.result(row),
        "short": wording.short(row),
        "answered": wording.response(row),
        "comparator": wording.comparator(row) if compared else "",
        "difference": f"{wording.difference(row)}; {wording.unseen(row)}" if compared else "",
        "own": [row[end] for end in ENDS] if row["status"] == "published" else None,
        "others": [row[f"comparator_{end}"] for end in ENDS] if compared else None,
        "alt": wording.chart_alt([row]),
    }


def _changes(changes: pl.DataFrame) -> Content:
    """What differs from the result before, what goes one way over time, and what does neither."""
    rows = changes.to_dicts()
    unclear = [row for row in rows if row["verdict"] == "no_clear_change"]
    return {
        "clear": [wording.change_sentence(row) for row in rows if row not in unclear],
        "trends": [wording.trend_sentence(row) for row in rows if row["trend"] in {"rise", "fall"}],
        "unclear": wording.unchanged_sentence([row["title"] for row in unclear]),
        "remark": wording.CHANGES_BY_CHANCE if rows else wording.NO_EARLIER,
    }


def _support(items: pl.DataFrame) -> list[Content]:
    """Support items by how far they are, in the order of the catalogue."""
    rows = items.to_dicts()
    by_status = {status: [row for row in rows if row["status"] == status] for status in wording.SUPPORT_STATUSES}
    return [
        {"title": wording.SUPPORT_STATUSES[status], "items": [wording.support_line(row) for row in of]}
        for status, of in by_status.items()
        if of
    ]


def _caveats(results: pl.DataFrame, about: Row) -> list[str]:
    of_measures = results.drop_nulls("caveat").select("title", "caveat").iter_rows()
    return [
        about["instrument_status"],
        *wording.REPORT_CAVEATS,
        *(f"{title}: {caveat}" for title, caveat in of_measures),
        *(f"{wording.REPORT_OVERRIDE} {override}" for override in about["overrides"]),
    ]
