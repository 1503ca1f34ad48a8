"""The first page, and the whole field: what was found in all programmes together and in each profession."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.charts.picture import Measure, Row, Section, picture
from dashboard.components import tables
from dashboard.release.reader import Release
from dashboard.report import field as report
from dashboard.report import wording as wording_report
from dashboard.site.markup import Html, element, joined, link, listed, paragraph, table
from dashboard.site.programme import figure
from dashboard.wording import about as wording_about
from dashboard.wording import data as wording_data
from dashboard.wording import field as wording_field
from dashboard.wording import numbers
from dashboard.wording import plan as wording_plan
from dashboard.wording import site as wording
from dashboard.wording.numbers import Row as Programme

Pictures = Mapping[str, str]
"""Pictures of the groups of the field, by their addresses."""


def start(release: Release, addresses: Mapping[str, str]) -> Html:
    """What this is, how it is cited, what was found across the field, and the programmes with their addresses."""
    about, instrument = release.about(), release.instrument()
    return joined(
        element("h1", about["title"]),
        paragraph(instrument["question"] or ""),
        paragraph(wording_report.purpose(instrument), about["instrument_status"]),
        paragraph(wording_about.release_sentence(about), wording_data.LEAD),
        paragraph(wording_data.citation(about)),
        paragraph(wording_data.licence(instrument)),
        element("h2", wording_field.TITLE),
        paragraph(wording_field.lead(figures=release.field().height > 0, gaps=release.has_gaps())),
        [_found(group, "h3") for group in _groups(release)],
        element("p", link(wording.SEE_DRAWN, "field.html")) if release.field().height else "",
        element("h2", wording.PROGRAMMES),
        listed((_linked(row, addresses) for row in release.programmes().iter_rows(named=True)), class_="names"),
    )


def _linked(row: Programme, addresses: Mapping[str, str]) -> Html:
    return link(numbers.programme_name(row), addresses[row["programme_id"]])


def _groups(release: Release) -> list[pl.DataFrame]:
    return release.field().partition_by("kind", "name", maintain_order=True)


def _found(group: pl.DataFrame, heading: str) -> Html:
    rows = group.to_dicts()
    return joined(element(heading, wording_field.heading(rows[0])), listed(wording_field.latest_sentences(rows)))


def pictures(release: Release) -> Pictures:
    """A picture of each group, in their order."""
    groups = report.content(release)["groups"]
    return {f"pictures/field-{place}.svg": _picture(group) for place, group in enumerate(groups, start=1)}


def _picture(group: Mapping[str, Any]) -> str:
    measures = [
        Measure(measure["title"], "", [Row(year["year"], None, year["ends"]) for year in measure["years"]])
        for measure in group["measures"]
    ]
    return picture(group["title"], [Section(group["title"], measures)])


def body(release: Release, drawn: Pictures) -> Html:
    """The page of the whole field."""
    years = sorted(release.academic_years())
    return joined(
        element("h1", wording_field.TITLE),
        paragraph(
            wording_field.lead(figures=bool(drawn), gaps=release.has_gaps()), wording.LATEST_YEARS if drawn else ""
        ),
        paragraph(wording_field.HOW_TO_READ, class_="soft") if drawn else "",
        [
            joined(_found(group, "h2"), _drawn(group, address, years))
            for group, address in zip(_groups(release), drawn, strict=True)
        ],
        element("h2", wording_plan.TITLE),
        paragraph(wording_plan.HOW_TO_READ),
        table(tables.plan(release.plan()), wording_plan.TITLE),
    )


def _drawn(group: pl.DataFrame, address: str, years: list[str]) -> Html:
    rows = group.to_dicts()
    caption = wording_field.heading(rows[0])
    return joined(figure(address, wording_field.alt(rows)), table(tables.field(group, years), caption))


def foot(release: Release) -> dict[str, str]:
    """What the foot of each page says."""
    return {
        "release": wording_about.release_sentence(release.about()),
        "help": wording_about.where_help_is(release.instrument()),
    }
