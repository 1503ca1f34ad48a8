"""The report: one programme and year as a PDF a board can read. The same numbers and sentences as the pages.

What is said is put together here, how it looks stands in report.typ.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from dashboard.charts.base import OTHERS, OWN
from dashboard.release.reader import EVERYBODY, Release, compared_with
from dashboard.report import wording as wording_report
from dashboard.report.printing import printed
from dashboard.wording import about, numbers
from dashboard.wording import comparison as wording_comparison
from dashboard.wording import gap as wording_gap
from dashboard.wording import highlights as wording_highlights
from dashboard.wording import meeting as wording_meeting
from dashboard.wording import sentences as wording
from dashboard.wording.across_programmes import SIGNS
from dashboard.wording.numbers import Row

TEMPLATE = Path(__file__).with_name("report.typ")
ENDS = ("rate_low", "rate", "rate_high")

Content = dict[str, Any]


def report(release: Release, programme: str, year: str) -> bytes:
    """The PDF. The programme must have taken part in that year. Raises Refused where it cannot be printed."""
    return printed(TEMPLATE, content(release, programme, year), release)


def file_name(programme: str, year: str) -> str:
    return f"openness-{programme}-{year}.pdf"


def content(release: Release, programme: str, year: str) -> Content:
    """Everything the report says and draws, in its order."""
    itself, who = release.about(), release.programme(programme)
    results = release.results_of(programme, year)
    whom = compared_with(results)
    kind, _ = whom or EVERYBODY
    nothing = wording.nothing_shown(results.to_dicts())
    drawn = results.clear() if nothing else results
    return {
        "colours": {"own": OWN, "others": OTHERS},
        "words": wording_report.WORDS,
        "title": wording_report.title(who, year),
        "name": numbers.programme_name(who),
        "about": wording_report.about_programme(who, year),
        "unnamed": wording_report.unnamed(who),
        "purpose": wording_report.purpose(release.instrument()),
        "gaps": _gaps(release.gaps(programme, year, kind), drawn, kind),
        "side_by_side": _side_by_side(release.side_by_side(), drawn),
        "side_by_side_said": wording.SIDE_BY_SIDE,
        "how_to_read": "" if nothing else wording_report.HOW_TO_READ,
        "compared_with": wording_comparison.comparator_name(*whom) if whom else "",
        "pillars": _pillars(release, drawn),
        "highlights": _highlights(release, programme, year, kind, nothing=nothing),
        "support": _support(release.support_of(programme, year)),
        "questions": questions(release, programme, year),
        "thresholds": about.thresholds(itself),
        "rule": wording_report.RULE,
        "caveats": _caveats(drawn, itself),
        "release": about.release_sentence(itself),
        "help": about.where_help_is(release.instrument()),
        "footer": wording_report.footer(who, year, itself),
    }


def _highlights(release: Release, programme: str, year: str, kind: str, *, nothing: bool) -> list[str]:
    """What was found, first of all; where nothing can be shown, that once, and what can be done."""
    rows = release.highlights(programme, year, kind).to_dicts()
    if nothing:
        withheld = wording_highlights.withheld_sentence(rows)
        return [wording.NOTHING_SHOWN, wording.WHAT_NEXT, withheld]
    scope = release.highlight_scope(programme, year, kind).to_dicts()
    worded_anew, others = release.worded_anew(programme, year), release.other_questions(programme, year)
    return wording_highlights.year_sentences(rows, worded_anew, scope, others)


def questions(release: Release, programme: str, year: str) -> list[str]:
    """Questions for the team meeting, each with what it is asked because of."""
    asked = release.questions_for(programme, year).iter_rows(named=True)
    return [" ".join(filter(None, (row["text"], wording_meeting.because(row)))) for row in asked]


def _gaps(pairs: pl.DataFrame, results: pl.DataFrame, kind: str) -> list[Content]:
    """Each pair of measures: what it asks, the answer in words, and both sides as points with intervals. Nothing where
    the year has no results to show."""
    if results.is_empty():
        return []
    by_measure = {row["measure_id"]: row for row in results.iter_rows(named=True)}
    return [_gap(pair, by_measure, kind) for pair in pairs.iter_rows(named=True)]


def _gap(pair: Row, by_measure: Mapping[str, Row], kind: str) -> Content:
    expected, modelled = by_measure.get(pair["expected"]), by_measure.get(pair["modelled"])
    sides = [side for side in (expected, modelled) if side]
    drawn = sides if any(side["status"] == "published" for side in sides) else []
    return {
        "title": pair["title"],
        "sentence": wording_gap.gap_sentence(expected, modelled, pair, kind),
        "alt": wording_report.chart_alt(drawn),
        "response": wording.response_sentences(expected, modelled),
        "paired": wording_gap.paired_sentence(pair),
        "sides": [_line(side) for side in drawn],
    }


def _side_by_side(pairs: pl.DataFrame, results: pl.DataFrame) -> list[Content]:
    """Each pair of measures of two groups that were both asked, and of which one can be shown, in
    words. No difference is given."""
    asked = {row["measure_id"]: row for row in results.iter_rows(named=True) if row["status"] != "not_collected"}
    return [
        {
            "title": pair["title"],
            "sentences": [wording.result_sentence(asked[pair[side]]) for side in ("first", "second")],
        }
        for pair in pairs.iter_rows(named=True)
        if {pair["first"], pair["second"]} <= asked.keys()
        and "published" in {asked[pair[side]]["status"] for side in ("first", "second")}
    ]


def _pillars(release: Release, results: pl.DataFrame) -> list[Content]:
    bases = release.bases()
    shown = [
        (pillar, results.filter(pl.col("pillar") == pillar["pillar"]).to_dicts())
        for pillar in release.pillars().iter_rows(named=True)
    ]
    return [_pillar(pillar, bases, rows) for pillar, rows in shown if rows]


def _pillar(pillar: Row, bases: Mapping[str, str], rows: Sequence[Row]) -> Content:
    """A pillar's measures. What differs in kind never shares an axis. What has no number is named below, once."""
    shown = [row for row in rows if row["status"] == "published" or row["kind"] is not None]
    kinds = [(heading, [row for row in shown if row["basis"] == basis]) for basis, heading in bases.items()]
    return {
        "title": pillar["title"],
        "question": pillar["question"] or "",
        "kinds": [
            {"title": heading, "lines": [_line(row) for row in measures]} for heading, measures in kinds if measures
        ],
        "withheld": wording_report.withheld_sentences(rows),
    }


def _line(row: Row) -> Content:
    """A measure: its numbers in words, and where its points and intervals stand."""
    compared = row["kind"] is not None
    return {
        "title": row["title"],
        "result": wording.result(row),
        "short": wording.short(row),
        "answered": wording.response(row),
        "comparator": wording_comparison.comparator(row),
        "difference": _against(row) if compared else "",
        "own": [row[end] for end in ENDS] if row["status"] == "published" else None,
        "others": [row[f"comparator_{end}"] for end in ENDS] if compared else None,
        "alt": wording_report.chart_alt([row]),
    }


def _against(row: Row) -> str:
    """The verdict, and what would have been found; without a verdict nothing would."""
    detectable = [wording_comparison.detectable(row)] if row["verdict"] else []
    return "; ".join([wording_comparison.verdict(row), *detectable])


def _support(items: pl.DataFrame) -> list[Content]:
    """Support items by how far they are, in the order of the catalogue."""
    rows = items.to_dicts()
    by_status = {status: [row for row in rows if row["status"] == status] for status in SIGNS}
    return [
        {
            "title": numbers.upper_first(numbers.plain(status)),
            "items": [wording_report.support_line(item) for item in listed],
        }
        for status, listed in by_status.items()
        if listed
    ]


def _caveats(results: pl.DataFrame, itself: Row) -> list[str]:
    of_measures = results.drop_nulls("caveat").select("title", "caveat").iter_rows()
    return [
        itself["instrument_status"],
        *wording_report.CAVEATS,
        *(f"{title}: {caveat}" for title, caveat in of_measures),
        *(f"{wording_report.OVERRIDE} {override}" for override in itself["overrides"]),
    ]
