"""What pages put on the screen again and again: a chart with its table, a pillar, a measure's own words."""

from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboard import charts, tables, wording, wording_over_time

LONG = 50
"""From so many rows on a table scrolls."""


def ink() -> str:
    """The colour of words on the theme the reader has chosen."""
    return charts.INK["dark" if st.context.theme.type == "dark" else "light"]


def chart_and_table(figure: go.Figure, table: pl.DataFrame, alt: str) -> None:
    """A chart, and the same as a table."""
    st.plotly_chart(figure, alt=alt, config={"displayModeBar": False, "scrollZoom": False})
    with st.expander("The same as a table"):
        if table.height > LONG:
            st.dataframe(table, hide_index=True)
        else:
            st.table(table, hide_index=True, border="horizontal")


def gaps(pairs: pl.DataFrame, results: pl.DataFrame) -> None:
    """Each pair of measures: what it asks, the answer in words, and both sides as points with intervals."""
    by_measure = {row["measure_id"]: row for row in results.iter_rows(named=True)}
    for place, pair in enumerate(pairs.iter_rows(named=True)):
        expected, modelled = by_measure.get(pair["expected"]), by_measure.get(pair["modelled"])
        said = wording.gap_sentence(expected, modelled, pair if pair["difference"] is not None else None)
        (st.header if place else st.title)(pair["title"])
        st.write(said)
        shown = results.filter(pl.col("measure_id").is_in([pair["expected"], pair["modelled"]]))
        if shown.height:
            chart_and_table(charts.against_others(shown, ink()), tables.measures(shown), alt=f"{pair['title']} {said}")


def compared_with(results: pl.DataFrame) -> None:
    """Whom the grey points are of."""
    for kind, name in results.drop_nulls("kind").select("kind", "name").head(1).iter_rows():
        st.caption(wording.comparator_name(kind, name))


def closer(measure: dict[str, Any], results: pl.DataFrame) -> None:
    """The chosen measure in its own words, with its result."""
    st.header(f"A closer look: {measure['title']}")
    for row in results.filter(pl.col("measure_id") == measure["measure_id"]).iter_rows(named=True):
        st.write(wording.result_sentence(row))
    measure_words(measure)


def how_to_read(said: str = wording.HOW_TO_READ) -> None:
    with st.expander("How to read this"):
        st.write(said)


def pillar(name: str, results: pl.DataFrame) -> None:
    """A pillar's measures against comparable programmes. What differs in kind never shares an axis."""
    st.header(wording.PILLARS[name])
    st.write(wording.PILLAR_QUESTIONS[name])
    for basis, heading in wording.BASES.items():
        shown = results.filter((pl.col("pillar") == name) & (pl.col("basis") == basis))
        if shown.height:
            st.subheader(heading)
            alt = " ".join(wording.result_sentence(row) for row in shown.iter_rows(named=True))
            chart_and_table(charts.against_others(shown, ink()), tables.measures(shown), alt=alt)


def before_and_after(rows: pl.DataFrame) -> None:
    """Each support item that came into place, and its measures before and after."""
    st.write(wording_over_time.NO_BEFORE_AND_AFTER if rows.is_empty() else wording_over_time.BEFORE_AND_AFTER)
    for item in rows.partition_by("item_id", maintain_order=True):
        st.subheader(wording_over_time.came_into_place(item.row(0, named=True)))
        st.table(tables.before_and_after(item), hide_index=True, border="horizontal")


def measure_words(measure: dict[str, Any]) -> None:
    """A measure as it was asked and counted, and what to bear in mind."""
    st.caption(f"Asked of {wording.PEOPLE[measure['respondent_group']]}: “{measure['question']}”")
    st.caption(f"{wording.counted(measure)} {wording.direction(measure['direction'])} {measure['caveat'] or ''}")
    if measure["benchmark_rate"] is not None:
        st.caption(wording.benchmark(measure))
