"""What pages put on the screen again and again: a chart with its table, a pillar, a measure's own words."""

from functools import partial
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboard.charts import base as charts
from dashboard.components import controls as choosing
from dashboard.components import downloads as exports
from dashboard.components import tables, text
from dashboard.components.controls import Choice
from dashboard.components.downloads import Export
from dashboard.release.reader import Release, compared_with
from dashboard.report import report
from dashboard.report import wording as wording_report
from dashboard.wording import across_programmes as wording_across
from dashboard.wording import comparison as wording_comparison
from dashboard.wording import gap as wording_gap
from dashboard.wording import highlights as wording_highlights
from dashboard.wording import over_time as wording_over_time
from dashboard.wording import plan as wording_plan
from dashboard.wording import sentences as wording
from dashboard.wording.glossary import GLOSSARY
from dashboard.wording.marked import Marked
from dashboard.wording.numbers import Row, upper_first

LONG = 50
"""From so many rows on a table scrolls."""


def ink() -> str:
    """The colour of words on the theme the reader has chosen."""
    return charts.INK["dark" if st.context.theme.type == "dark" else "light"]


def chart_and_table(figure: go.Figure, table: pl.DataFrame, alt: str, *, export: Export | None = None) -> None:
    """A chart, and the same as a table; with `export`, both to take away. Its rows are those of the table."""
    name = _file_name(export) if export else "openness"
    st.plotly_chart(figure, alt=alt, config=_config(name))
    with text.expander("The same as a table, and downloads" if export else "The same as a table"):
        text.table(table, at_most=LONG)
        if export:
            _downloads(name, export, table)


def _downloads(name: str, export: Export, table: pl.DataFrame) -> None:
    """The table as CSV and XLSX, made when asked for; and as what the chart's camera saves the chart."""
    release = choosing.opened().about()
    context = wording.export_context(release, export.page, choosing.named(export.chosen))
    sheet = exports.Sheet(name, table, export.rows, release["published_at"], context)
    with st.container(horizontal=True):
        for kind, make in exports.MAKERS.items():
            st.download_button(
                text.label(f"Table as {kind.upper()}"),
                partial(make, sheet),
                f"{name}.{kind}",
                exports.MIME[kind],
                key=choosing.download_key(kind, name),
                on_click="ignore",
                type="tertiary",
            )
    st.segmented_control(
        text.label(wording.PICTURE),
        choosing.PICTURES,
        default=choosing.PICTURES[0],
        required=True,
        key=choosing.picture_key(name),
        format_func=text.label,
    )


def _file_name(export: Export) -> str:
    return exports.file_name(export, choosing.chosen()._asdict(), choosing.opened().about()["release_id"])


def _config(name: str) -> dict[str, Any]:
    """Of plotly's buttons only the camera, which appears while the chart is pointed at. It works within the browser."""
    picture = choosing.picture_format(name)
    return {
        "typesetMath": False,
        "modeBarButtons": [["toImage"]],
        "scrollZoom": False,
        "toImageButtonOptions": {"format": picture.lower(), "filename": name, "scale": 2},
    }


def gaps(pairs: pl.DataFrame, results: pl.DataFrame, kind: str) -> None:
    """Each pair of measures: what it asks, the answer in words, and both sides as points with intervals."""
    by_measure = {row["measure_id"]: row for row in results.iter_rows(named=True)}
    for place, pair in enumerate(pairs.iter_rows(named=True)):
        expected, modelled = by_measure.get(pair["expected"]), by_measure.get(pair["modelled"])
        sentence = wording_gap.gap_sentence(expected, modelled, pair, kind)
        (text.header if place else text.title)(pair["title"])
        text.paragraph(sentence)
        for response in wording.response_sentences(expected, modelled):
            text.caption(response)
        text.caption(wording_gap.paired_sentence(pair))
        shown = results.filter(pl.col("measure_id").is_in([pair["expected"], pair["modelled"]]))
        if shown.height:
            chart_and_table(
                charts.against_others(shown, ink()),
                tables.measures(shown),
                alt=f"{pair['title']} {sentence}",
                export=_of_the_overview(pair["gap_id"], shown),
            )


def side_by_side(pairs: pl.DataFrame, results: pl.DataFrame) -> None:
    """Each pair of a measure of staff and one of trainees that were both asked. No difference is given."""
    asked = results.filter(pl.col("status") != "not_collected")
    shown = [
        (pair, rows)
        for pair in pairs.iter_rows(named=True)
        if (rows := asked.filter(pl.col("measure_id").is_in([pair["staff"], pair["trainee"]]))).height > 1
    ]
    if not shown:
        return
    st.header("Side by side")
    text.caption(wording.SIDE_BY_SIDE)
    for pair, rows in shown:
        text.subheader(pair["title"])
        sentence = " ".join(wording.result_sentence(row) for row in rows.iter_rows(named=True))
        text.paragraph(sentence)
        chart_and_table(
            charts.against_others(rows, ink()),
            tables.measures(rows),
            alt=f"{pair['title']}. {sentence}",
            export=_of_the_overview(pair["side_by_side_id"], rows),
        )


def _of_the_overview(part: str, rows: pl.DataFrame) -> Export:
    return Export("overview", rows, ("programme", "year"), part)


def highlights(rows: pl.DataFrame, worded_anew: list[str]) -> None:
    """What stands out, what has changed since the results before, what was asked otherwise, and what is withheld."""
    st.header("What stands out, and what has changed")
    for sentence in wording_highlights.year_sentences(rows.to_dicts(), worded_anew):
        text.paragraph(sentence)


def words_and_plan(rows: pl.DataFrame) -> None:
    """What the words of these pages mean, and what could be seen of a programme that has not asked yet."""
    with st.expander("What the words mean"):
        for word, meaning in GLOSSARY:
            text.paragraph((Marked(upper_first(word)), f": {meaning}"))
    with text.expander(wording_plan.TITLE):
        text.paragraph(wording_plan.HOW_TO_READ)
        text.table(tables.plan(rows), at_most=LONG)


def questions(asked: pl.DataFrame) -> None:
    """Questions for the next team meeting. About conditions, never about who should share."""
    if asked.height:
        st.header("Questions for the next team meeting")
        text.listed(asked["text"].to_list())


def support(items: pl.DataFrame) -> None:
    """What the programme says is in place."""
    if items.height:
        st.header("What is in place")
        st.write("What the programme says of itself.")
        text.table(tables.support(items))


def comparator(results: pl.DataFrame) -> None:
    """Whom the grey points are of."""
    whom = compared_with(results)
    if whom:
        text.caption(wording_comparison.comparator_name(*whom))


def closer(measure: dict[str, Any], results: pl.DataFrame, profession: str | None) -> None:
    """The chosen measure in its own words, with its result."""
    text.header(f"A closer look: {measure['title']}")
    for row in results.filter(pl.col("measure_id") == measure["measure_id"]).iter_rows(named=True):
        text.paragraph(wording.result_sentence(row), *wording.response_sentences(row))
    measure_words(measure, profession)


def comparison(
    results: pl.DataFrame, choice: Choice, limits: pl.DataFrame, together: dict[str, Any] | None, alt: str
) -> None:
    """All programmes for one measure, as chosen: points with intervals by name, by size if they are many, or a funnel
    where there is one."""
    own_programme = choice.programme
    if choice.chart == "funnel" and together is not None and limits.height:
        figure, caption = charts.funnel(results, own_programme, limits, together, ink()), wording_comparison.IN_A_FUNNEL
    elif results.height <= charts.FEW:
        figure, caption = (
            charts.programmes_by_name(results, own_programme, together, ink()),
            wording_comparison.ORDER_BY_NAME,
        )
    else:
        figure, caption = (
            charts.programmes_by_size(results, own_programme, together, ink()),
            wording_comparison.ORDER_BY_SIZE,
        )
    chosen = ("programme", "year", "measure", "among")
    chart_and_table(
        figure, tables.programmes(results, own_programme), alt=alt, export=Export("compare", results, chosen)
    )
    text.caption(caption)
    text.paragraph(wording_comparison.funnel_sentence(together))
    how_to_read(wording_comparison.HOW_TO_READ_A_COMPARISON)


def how_to_read(sentence: str) -> None:
    with st.expander("How to read this"):
        text.paragraph(sentence)


def support_known(release: Release, results: pl.DataFrame) -> None:
    """Whether those asked know of the support there is."""
    if results.height:
        for words in release.pillars().filter(pl.col("pillar") == "support_offered").iter_rows(named=True):
            pillar(release, words, results)
        comparator(results)


def pillar(release: Release, words: Row, results: pl.DataFrame) -> None:
    """A pillar's measures against comparable programmes. What differs in kind never shares an axis.

    `words`: a row of `Release.pillars`.
    """
    text.header(words["title"])
    text.paragraph(words["question"] or "")
    for basis, heading in release.bases().items():
        shown = results.filter((pl.col("pillar") == words["pillar"]) & (pl.col("basis") == basis))
        if shown.height:
            text.subheader(heading)
            alt = " ".join(wording.result_sentence(row) for row in shown.iter_rows(named=True))
            chart_and_table(
                charts.against_others(shown, ink()),
                tables.measures(shown),
                alt=alt,
                export=_of_the_overview(f"{words['pillar']}-{basis}", shown),
            )


def before_and_after(rows: pl.DataFrame) -> None:
    """Each support item that came into place, and its measures before and after."""
    text.paragraph(wording_over_time.NO_BEFORE_AND_AFTER if rows.is_empty() else wording_over_time.BEFORE_AND_AFTER)
    for item in rows.partition_by("item_id", maintain_order=True):
        text.subheader(wording_over_time.came_into_place(item.row(0, named=True)))
        text.table(tables.before_and_after(item))


def breaks(release: Release, measure: Row, rows: list[dict[str, Any]]) -> None:
    """Where the question was worded anew, and which other questions were asked before or are asked now."""
    for year, before, later in wording_over_time.breaks(rows):
        text.paragraph(wording_over_time.break_sentence(year, before, later))
    text.caption(wording_over_time.edition_sentence(rows, release.editions()))
    asked = measure["measure_id"]
    text.paragraph(
        wording_over_time.other_question(measure, release.before_measure(asked), release.after_measure(asked))
    )


def what_counts(items: pl.DataFrame) -> None:
    """What counts as in place, item by item."""
    if items.height:
        with text.expander(wording_across.WHAT_COUNTS):
            text.table(tables.what_counts(items))


def links(rows: pl.DataFrame) -> None:
    """Where policies and support can be read, item by item; each link bears the name of its programme."""
    if rows.is_empty():
        return
    with text.expander(wording_across.LINKS):
        for item in rows.partition_by("item_id", maintain_order=True):
            text.caption(item["title"][0])
            for row in item.iter_rows(named=True):
                text.link(wording_across.link_name(row), row["evidence_url"])


def measure_words(measure: dict[str, Any], profession: str | None = None) -> None:
    """A measure as it was asked and counted, and what to bear in mind. A figure from the literature about some
    professions stands beside programmes of these alone; `profession` is the code of the programme's."""
    text.caption(f"Asked of {measure['asked_of']}: “{measure['question']}”")
    text.caption(f"{wording.counted(measure)} {wording.direction(measure['direction'])} {measure['caveat'] or ''}")
    text.caption(measure["context"] or "")
    about = measure["benchmark_professions"]
    if measure["benchmark_rate"] is not None and (not about or profession in about):
        text.caption(wording.benchmark(measure))


def report_button(release: Release, choice: Choice) -> None:
    """The report on this programme and year as a PDF, made when it is asked for."""
    st.download_button(
        text.label(wording_report.BUTTON),
        data=lambda: report.report(release, choice.programme, choice.year),
        file_name=report.file_name(choice.programme, choice.year),
        mime="application/pdf",
        on_click="ignore",
    )
