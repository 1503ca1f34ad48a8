"""The parts of the Overview: what was found, the gaps drawn once, one table of all measures, support, questions."""

from collections.abc import Iterator

import polars as pl
import streamlit as st

from dashboard.charts import base as charts
from dashboard.charts import measure_rows
from dashboard.components import tables, text
from dashboard.components.blocks import chart_and_table, downloads, how_to_read, ink
from dashboard.components.controls import Choice, made_once
from dashboard.components.downloads import Export
from dashboard.components.navigation import address
from dashboard.release.reader import Release, compared_with
from dashboard.wording import across_programmes as wording_across
from dashboard.wording import comparison as wording_comparison
from dashboard.wording import gap as wording_gap
from dashboard.wording import highlights as wording_highlights
from dashboard.wording import meeting as wording_meeting
from dashboard.wording import sentences as wording
from dashboard.wording.glossary import GLOSSARY
from dashboard.wording.marked import Marked
from dashboard.wording.numbers import Row, ended, titled


def what_was_found(release: Release, choice: Choice, results: pl.DataFrame, gaps_shown: pl.DataFrame) -> None:
    """In sentences, and how to read them; beside them the gaps as a picture, and what to ask at the next meeting."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _findings(release, choice, results, gaps_shown)
        how_to_read(f"{wording.HOW_TO_READ} {wording.POPULATION}", GLOSSARY)
    with right:
        gaps(gaps_shown, results)
        questions(release.questions_for(choice.programme, choice.year))
        side_by_side(release.side_by_side(), results)


def _findings(release: Release, choice: Choice, results: pl.DataFrame, gaps: pl.DataFrame) -> None:
    """What was found: the gaps, what stands out, what changed, and what is withheld."""
    st.header("What was found")
    text.drawn(
        measure_rows.lines(
            [(f"{sentence} ", "See it drawn.", "#gaps", "") for sentence in _gap_sentences(gaps, results)]
        )
    )
    whose = choice.programme, choice.year
    kind = _kind(results) or "everybody"
    rows, scope = release.highlights(*whose, kind).to_dicts(), release.highlight_scope(*whose, kind).to_dicts()
    for group in wording_highlights.groups(rows):
        text.lead(group.sentence)
        text.drawn(measure_rows.lines([_line(found) for found in group.findings]))
    asked = release.worded_anew(*whose), release.other_questions(*whose)
    text.caption(*wording_highlights.sentences_besides(rows, asked[0], scope, asked[1]))


def nothing_shown(release: Release, choice: Choice) -> None:
    """That nothing of the year can be shown, said once, and what can be done."""
    whose = choice.programme, choice.year
    text.paragraph(wording.NOTHING_SHOWN, wording.WHAT_NEXT)
    text.caption(wording_highlights.withheld_sentence(release.highlights(*whose, "everybody").to_dicts()))
    questions(release.questions_for(*whose))


def _line(found: wording_highlights.Finding) -> measure_rows.Line:
    return "", found.title, address(found.page, measure=found.measure), found.rest


def _sides(gaps: pl.DataFrame, results: pl.DataFrame) -> Iterator[tuple[dict[str, object], Row | None, Row | None]]:
    by_measure = {row["measure_id"]: row for row in results.iter_rows(named=True)}
    for pair in gaps.iter_rows(named=True):
        yield pair, by_measure.get(pair["expected"]), by_measure.get(pair["modelled"])


def _kind(results: pl.DataFrame) -> str | None:
    whom = compared_with(results)
    return whom[0] if whom else None


def _gap_sentences(gaps: pl.DataFrame, results: pl.DataFrame) -> list[str]:
    kind = _kind(results)
    return [
        f"{ended(str(pair['title']))} {wording_gap.gap_sentence(expected, modelled, pair, kind)}"
        for pair, expected, modelled in _sides(gaps, results)
    ]


def responses(gaps: pl.DataFrame, results: pl.DataFrame) -> None:
    """How many of those invited answered both sides of a gap, each sentence once."""
    sentences = [said for _, *sides in _sides(gaps, results) for said in wording.response_sentences(*sides)]
    text.caption(*dict.fromkeys(sentences))


def questions(asked: pl.DataFrame) -> None:
    """Questions for the next team meeting, each with what it is asked because of."""
    if asked.is_empty():
        return
    text.header(wording_meeting.TITLE)
    lines = [(f"{row['text']} ", wording_meeting.because(row), _about(row), "") for row in asked.iter_rows(named=True)]
    text.drawn(measure_rows.lines(lines))
    text.caption(wording_meeting.RULE)


def _about(row: Row) -> str:
    if row["gap_id"]:
        return "#gaps"
    return address("compare", measure=row["measure_id"]) if row["measure_id"] else address("support")


def gaps(pairs: pl.DataFrame, results: pl.DataFrame) -> None:
    """Both sides of every gap in one picture, in the order of the catalogue."""
    sides = [side["measure_id"] for _, *both in _sides(pairs, results) for side in both if side]
    shown = pl.DataFrame({"measure_id": sides}, schema={"measure_id": pl.String}).join(
        results, on="measure_id", maintain_order="left"
    )
    if shown.is_empty():
        return
    st.header("Expected and done", anchor="gaps")
    chart_and_table(
        lambda: charts.against_others(shown, ink()),
        lambda: tables.measures(shown),
        alt=" ".join(_gap_sentences(pairs, results)),
        export=Export("overview", shown, ("programme", "year"), "gaps"),
    )
    text.caption(
        *dict.fromkeys(filter(None, (wording_gap.paired_sentence(pair) for pair, *_ in _sides(pairs, results))))
    )


def measures(release: Release, results: pl.DataFrame) -> None:
    """All measures in one table, by pillar and kind. Those that were not asked are named below it."""
    st.header("All measures")
    asked = results.filter(pl.col("status") != "not_collected")
    text.drawn(made_once("measures", lambda: _table(release, asked)))
    not_asked = [titled(row) for row in results.filter(status="not_collected").iter_rows(named=True)]
    if not_asked:
        text.caption(ended(f"{wording.NOT_ASKED}: {'; '.join(not_asked)}"))
    downloads(Export("overview", results, ("programme", "year"), "measures"), tables.measures(results))


def _table(release: Release, asked: pl.DataFrame) -> str:
    whom = compared_with(asked)
    addresses = {measure: address("compare", measure=measure) for measure in asked["measure_id"]}
    caption = wording_comparison.comparator_name(*whom) if whom else wording_comparison.NO_COMPARATOR
    order = {basis: place for place, basis in enumerate(release.bases())}
    parts = [
        (pillar["title"], rows.sort(pl.col("basis").replace_strict(order), maintain_order=True))
        for pillar in release.pillars().iter_rows(named=True)
        if (rows := asked.filter(pillar=pillar["pillar"])).height
    ]
    return measure_rows.measures(caption, parts, addresses)


def side_by_side(pairs: pl.DataFrame, results: pl.DataFrame) -> None:
    """Each pair of measures of two groups that were both asked, in words. No difference is given."""
    asked = {row["measure_id"]: row for row in results.iter_rows(named=True) if row["status"] != "not_collected"}
    shown = [pair for pair in pairs.iter_rows(named=True) if {pair["first"], pair["second"]} <= asked.keys()]
    if not shown:
        return
    with st.expander("Side by side: different people on the same thing"):
        text.caption(wording.SIDE_BY_SIDE)
        for pair in shown:
            text.paragraph((Marked(pair["title"]),))
            text.listed([wording.result_sentence(asked[pair[side]]) for side in ("first", "second")])


def support(items: pl.DataFrame) -> None:
    """What the programme says is in place, by how far it is."""
    if items.height:
        st.header("Support and policy")
        text.caption(wording_across.SELF_DECLARED)
        lines = [(sentence, "", "", "") for sentence in wording_across.by_status(items.to_dicts())]
        more = wording_across.MORE_ON_SUPPORT, wording_across.SEE_SUPPORT, address("support"), "."
        text.drawn(measure_rows.lines([*lines, more]))
