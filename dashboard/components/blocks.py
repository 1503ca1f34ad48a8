"""What pages put on the screen again and again: a chart with its table, a pillar, a measure's own words."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboard.charts import base as charts
from dashboard.charts import small_multiples as small
from dashboard.components import controls as choosing
from dashboard.components import downloads as exports
from dashboard.components import tables, text
from dashboard.components.controls import Choice
from dashboard.components.downloads import Export
from dashboard.components.navigation import address
from dashboard.release.reader import Release, compared_with
from dashboard.report import field, report, sheet
from dashboard.report import wording as wording_report
from dashboard.wording import comparison as wording_comparison
from dashboard.wording import over_time as wording_over_time
from dashboard.wording import plan as wording_plan
from dashboard.wording import sentences as wording
from dashboard.wording.marked import Marked
from dashboard.wording.numbers import Row, upper_first

LONG = 50
"""From so many rows on a table scrolls."""


def ink() -> str:
    """The colour of words on the theme the reader has chosen."""
    return charts.INK["dark" if st.context.theme.type == "dark" else "light"]


def chart_and_table(
    draw: Callable[[], go.Figure], tabulate: Callable[[], pl.DataFrame], alt: str, *, export: Export, wide: bool = False
) -> None:
    """A chart, and the same as a table, both to take away. The rows of `export` are those of the table.

    Chart and table are made once for a release and a choice. A wide chart scrolls sideways on a phone.
    """
    name, part = _file_name(export), f"{export.page}-{export.part}"
    with st.container(key=f"wide-{part}" if wide else None):
        drawn = choosing.made_once(f"chart-{part}", draw)
        st.plotly_chart(drawn, alt=alt, config=_config(name))
    table = choosing.made_once(f"table-{part}", tabulate)
    with text.expander("The same as a table, and downloads"):
        text.table(table, at_most=LONG)
        downloads(export, table)
        st.segmented_control(
            text.label(wording.PICTURE),
            choosing.PICTURES,
            default=choosing.PICTURES[0],
            required=True,
            key=choosing.picture_key(name),
            format_func=text.label,
        )


def downloads(export: Export, table: pl.DataFrame) -> None:
    """The table as CSV and XLSX, made when asked for."""
    release, name = choosing.opened().about(), _file_name(export)
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


def _file_name(export: Export) -> str:
    return exports.file_name(export, choosing.chosen().address, choosing.release_id())


def _config(name: str) -> dict[str, Any]:
    """Of plotly's buttons only the camera, which appears while the chart is pointed at. It works within the browser."""
    picture = choosing.picture_format(name)
    return {
        "typesetMath": False,
        "modeBarButtons": [["toImage"]],
        "scrollZoom": False,
        "toImageButtonOptions": {"format": picture.lower(), "filename": name, "scale": 2},
    }


def plan(rows: pl.DataFrame) -> None:
    """What could be seen of a programme that has not asked yet."""
    with text.expander(wording_plan.TITLE):
        text.paragraph(wording_plan.HOW_TO_READ)
        text.table(tables.plan(rows), at_most=LONG)


def comparator(results: pl.DataFrame) -> None:
    """Whom the grey points are of."""
    whom = compared_with(results)
    if whom:
        text.caption(wording_comparison.comparator_name(*whom))


def how_to_read(sentence: str, glossary: Sequence[tuple[str, str]] = ()) -> None:
    """How to read a picture, and what the words beside it mean."""
    with text.expander(wording.HOW_TO_READ_WORDS if glossary else wording.HOW_TO_READ_TITLE):
        text.paragraph(sentence)
        for word, meaning in glossary:
            text.paragraph((Marked(upper_first(word)), f": {meaning}"))


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
                partial(charts.against_others, shown, ink()),
                partial(tables.measures, shown),
                alt=alt,
                export=Export("support", shown, ("programme", "year"), f"{words['pillar']}-{basis}"),
            )


def before_and_after(rows: pl.DataFrame) -> None:
    """Each support item that came into place, and its measures before and after."""
    text.paragraph(wording_over_time.NO_BEFORE_AND_AFTER if rows.is_empty() else wording_over_time.BEFORE_AND_AFTER)
    for item in rows.partition_by("item_id", maintain_order=True):
        text.subheader(wording_over_time.came_into_place(item.row(0, named=True)))
        text.table(tables.before_and_after(item))


def small_multiples(rows: pl.DataFrame, years: list[str]) -> None:
    """All measures of a programme over the years; each leads to its large picture."""
    if rows.is_empty():
        return
    text.header(wording_over_time.ALL_MEASURES)
    text.caption(wording_over_time.SMALL.format(first=years[0], last=years[-1]))
    addresses = {measure: address("change", measure=measure) for measure in rows["shown_measure"]}
    measure = choosing.chosen().measure
    drawn = choosing.made_once("small", lambda: small.over_time(rows, years, addresses, measure))
    text.drawn(drawn)


def breaks(release: Release, measure: Row, rows: list[dict[str, Any]]) -> None:
    """Where the question was worded anew, and which other questions were asked before or are asked now."""
    for year, before, later in wording_over_time.breaks(rows):
        text.paragraph(wording_over_time.break_sentence(year, before, later))
    text.caption(wording_over_time.edition_sentence(rows, release.editions()))
    asked = measure["measure_id"]
    for correction in release.corrections().filter(measure_id=asked).iter_rows(named=True):
        text.caption(wording_over_time.correction_sentence(correction))
    text.paragraph(
        wording_over_time.other_question(measure, release.before_measure(asked), release.after_measure(asked))
    )


def measure_words(measure: dict[str, Any], profession: str | None = None) -> None:
    """A measure as it was asked and counted, and what to bear in mind. A figure from the literature about some
    professions stands beside programmes of these alone; `profession` is the code of the programme's."""
    text.caption(f"Asked of {measure['asked_of']}: “{measure['question']}”")
    text.caption(f"{wording.counted(measure)} {wording.direction(measure['direction'])} {measure['caveat'] or ''}")
    text.caption(measure["context"] or "")
    about = measure["benchmark_professions"]
    if measure["benchmark_rate"] is not None and (not about or profession in about):
        text.caption(wording.benchmark(measure))


def to_take_along(release: Release, choice: Choice) -> None:
    """The report, and a sheet of one page for the meeting of each group."""
    whose = choice.programme, choice.year
    _pdf_button(wording_report.BUTTON, report.file_name(*whose), partial(report.report, release, *whose))
    people = release.people()
    for group in people:
        words = wording_report.sheet_for(group, people)
        make = partial(sheet.sheet, release, *whose, group)
        _pdf_button(f"{words} (one page)", sheet.file_name(*whose, group), make, kind="tertiary")


def field_report_button(release: Release) -> None:
    """The state of the field."""
    _pdf_button(wording_report.FIELD_BUTTON, field.FILE_NAME, partial(field.field_report, release))


def _pdf_button(
    words: str, name: str, make: Callable[[], bytes], kind: Literal["secondary", "tertiary"] = "secondary"
) -> None:
    """A document as PDF, made when it is asked for."""
    st.download_button(
        text.label(words), data=make, file_name=name, mime="application/pdf", on_click="ignore", type=kind
    )
