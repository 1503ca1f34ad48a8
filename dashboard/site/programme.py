"""The page of one programme: what the report for its board says, as a page, with its picture and its table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from dashboard.charts.picture import Measure, Row, Section, picture
from dashboard.components import tables
from dashboard.release.reader import Release, compared_with
from dashboard.report import wording as wording_report
from dashboard.site.markup import Html, element, joined, listed, paragraph, table
from dashboard.wording import comparison as wording_comparison
from dashboard.wording import meeting as wording_meeting
from dashboard.wording import numbers
from dashboard.wording import sentences as wording_sentences
from dashboard.wording import site as wording
from dashboard.wording.numbers import ended

Content = Mapping[str, Any]


class Told(NamedTuple):
    """What the report says of a year, and the address of its picture, if it has one."""

    content: Content
    picture: str | None


def years_told(release: Release, programme: str, years: Sequence[str]) -> list[str]:
    """The years that a page tells of: the latest, and where nothing of it can be shown the latest of which anything
    can. `years`: those in which the programme took part, latest first."""
    shown = (
        year for year in years if not wording_sentences.nothing_shown(release.results_of(programme, year).to_dicts())
    )
    return list(dict.fromkeys([years[0], next(shown, years[0])]))


def drawing(content: Content) -> str | None:
    """The picture of a programme's year: each measure, what differs in kind on an axis of its own. None without any."""
    sections = [
        Section(f"{pillar['title']} – {kind['title']}", [_measure(line) for line in kind["lines"]])
        for pillar in content["pillars"]
        for kind in pillar["kinds"]
    ]
    return picture(content["title"], sections) if sections else None


def _measure(line: Content) -> Measure:
    return Measure(line["title"], line["short"], [Row("", line["own"], line["others"])])


def body(release: Release, programme: str, told: Mapping[str, Told]) -> Html:
    """What stands on the page. `told`: by year, the latest first."""
    content = next(iter(told.values())).content
    return joined(
        element("h1", content["name"]),
        paragraph(content["about"], class_="soft"),
        paragraph(content["unnamed"]),
        [_year(release.results_of(programme, year), year, *given) for year, given in told.items()],
        element("h2", wording_report.WORDS["bear_in_mind"]),
        listed(content["caveats"]),
        paragraph(content["thresholds"]),
    )


def _year(results: pl.DataFrame, year: str, content: Content, picture_address: str | None) -> Html:
    shown = results.clear() if wording_sentences.nothing_shown(results.to_dicts()) else results
    return joined(
        element("h2", f"{year}: {numbers.lower_first(wording.FINDINGS)}"),
        listed(content["highlights"]),
        _gaps(content["gaps"]),
        _measures(shown, picture_address, content["how_to_read"]),
        _side_by_side(content),
        _support(content["support"]),
        _questions(content["questions"]),
    )


def _gaps(gaps: Sequence[Content]) -> Html:
    if not gaps:
        return Html()
    answered = dict.fromkeys(sentence for gap in gaps for sentence in gap["response"])
    paired = dict.fromkeys(filter(None, (gap["paired"] for gap in gaps)))
    return joined(
        element("h3", wording.GAPS),
        listed(f"{ended(gap['title'])} {gap['sentence']}" for gap in gaps),
        paragraph(*answered, *paired, class_="soft"),
    )


def _measures(results: pl.DataFrame, picture_address: str | None, how_to_read: str) -> Html:
    """The picture and its table. Those that were not asked are named below."""
    asked = results.filter(pl.col("status") != "not_collected")
    if asked.is_empty():
        return Html()
    whom = compared_with(asked)
    caption = wording_comparison.comparator_name(*whom) if whom else wording_comparison.NO_COMPARATOR
    missing = [numbers.titled(row) for row in results.filter(status="not_collected").iter_rows(named=True)]
    drawn = figure(picture_address, wording.PROGRAMME_ALT) if picture_address else ""
    return joined(
        element("h3", wording.MEASURES),
        drawn,
        paragraph(how_to_read, class_="soft"),
        table(tables.measures(asked), caption),
        paragraph(ended(f"{wording_sentences.NOT_ASKED}: {'; '.join(missing)}")) if missing else "",
    )


def figure(address: str, alt: str) -> Html:
    """A picture that is a file of the site."""
    return element("figure", element("img", src=address, alt=alt))


def _side_by_side(content: Content) -> Html:
    pairs = content["side_by_side"]
    if not pairs:
        return Html()
    return joined(
        element("h3", wording_report.WORDS["side_by_side"]),
        paragraph(content["side_by_side_said"], class_="soft"),
        [joined(element("h4", pair["title"]), listed(pair["sentences"])) for pair in pairs],
    )


def _support(statuses: Sequence[Content]) -> Html:
    return joined(*_support_parts(statuses)) if statuses else Html()


def _support_parts(statuses: Sequence[Content]) -> Iterator[Html]:
    yield element("h3", wording_report.WORDS["support"])
    yield paragraph(wording_report.WORDS["support_said"], class_="soft")
    for status in statuses:
        yield joined(element("h4", status["title"]), listed(status["items"]))


def _questions(questions: Sequence[str]) -> Html:
    if not questions:
        return Html()
    rule = paragraph(wording_meeting.RULE, class_="soft")
    return joined(element("h3", wording_meeting.TITLE), listed(questions), rule)
