"""The parts of the Data page: the release in every form, ready queries, a query of one's own, and the codebook."""

from collections.abc import Callable
from functools import partial

import polars as pl
import streamlit as st

from dashboard.charts import query
from dashboard.components import controls as choosing
from dashboard.components import text
from dashboard.components.blocks import LONG, downloads, ink
from dashboard.components.downloads import Export
from dashboard.release import sql_box
from dashboard.release.news import news
from dashboard.release.reader import Release
from dashboard.release.ready_queries import READY_QUERIES, ReadyQuery
from dashboard.wording import data as wording
from pipelines.errors import Refused
from pipelines.release.export import Format, archive, codebook_of, ddi_of, workbook


def forms(release: Release) -> None:
    """A button for each form in which the release is given away. It is made when it is asked for."""
    text.paragraph(wording.ABOUT_FORMS)
    name = f"openness-{choosing.release_id()}"
    makers: dict[str, tuple[str, str, Callable[[], bytes]]] = {
        "duckdb": (f"{name}.duckdb", "application/octet-stream", release.file),
        "parquet": (
            f"{name}-parquet.zip",
            "application/zip",
            partial(archive, release.path, Format.PARQUET),
        ),
        "csv": (f"{name}-csv.zip", "application/zip", partial(archive, release.path, Format.CSV)),
        "xlsx": (f"{name}.xlsx", "application/octet-stream", partial(workbook, release.path)),
        "ddi": (f"{name}-ddi.xml", "application/xml", partial(ddi_of, release.path)),
    }
    with st.container(horizontal=True):
        for form, (file_name, mime, make) in makers.items():
            _download(wording.FORMS[form], make, file_name, mime)


def _download(label: str, make: Callable[[], bytes], file_name: str, mime: str) -> None:
    key = choosing.download_key("data", file_name)
    st.download_button(text.label(label), make, file_name, mime, key=key, on_click="ignore")


def ready_queries(release: Release) -> None:
    """Each ready query as text, and its rows once it is run."""
    text.paragraph(wording.ABOUT_READY)
    for place, ready in enumerate(READY_QUERIES):
        with text.expander(ready.title):
            _ready_query(release, ready, str(place + 1))


def _ready_query(release: Release, ready: ReadyQuery, part: str) -> None:
    text.paragraph(ready.words)
    text.code(ready.sql)
    if st.button(text.label(wording.RUN), key=choosing.download_key("run", part)):
        _ask(release, ready.sql, part)
    _answer(part)


def own_query(release: Release) -> None:
    """A box for SQL, and the rows it gives."""
    limits = sql_box.LIMITS
    text.paragraph(wording.limits(limits.seconds, limits.rows))
    sql = st.text_area(text.label(wording.SQL), READY_QUERIES[0].sql, height=200, max_chars=sql_box.LONGEST)
    if st.button(text.label(wording.SHOW), type="primary"):
        _ask(release, sql, "query")
    _answer("query")


def _ask(release: Release, sql: str, part: str) -> None:
    """Keep the rows of a query for this session, or why there are none."""
    try:
        choosing.keep_answer(part, sql_box.ask(release.path, sql))
    except Refused as refusal:
        choosing.keep_answer(part, refusal)


def _answer(part: str) -> None:
    """The rows of the query that was run last, to look at, to take away and to draw."""
    answer = choosing.answer_kept(part)
    if answer is None:
        return
    if isinstance(answer, Refused):
        text.error(str(answer))
    elif answer.rows.is_empty():
        text.info(wording.NO_ROWS)
    else:
        if answer.more:
            text.info(wording.more_rows(answer.rows.height))
        text.scrolling_table(answer.rows)
        downloads(Export("data", None, (), part), answer.rows)
        with text.expander(wording.PLOT):
            _plot(answer.rows, part)


def _plot(rows: pl.DataFrame, part: str) -> None:
    """The rows as points of two columns."""
    numbers = query.numbers_in(rows)
    if not numbers:
        text.paragraph(wording.NOTHING_TO_DRAW)
        return
    left, right = st.columns(2)
    across = left.selectbox(
        text.label(wording.ACROSS), rows.columns, key=choosing.download_key("across", part), format_func=text.label
    )
    up = right.selectbox(text.label(wording.UP), numbers, key=choosing.download_key("up", part), format_func=text.label)
    alt = wording.plot_alt(across, up, rows.drop_nulls([across, up]).height)
    st.plotly_chart(query.points(rows, across, up, ink()), alt=alt, key=choosing.download_key("plot", part))


def news_of(release: Release) -> None:
    """What this release says that the one before it did not."""
    earlier = release.about()["previous_release_id"]
    found = choosing.made_once("news", partial(news, release.path, earlier))
    text.header(wording.NEWS)
    if found is None:
        text.paragraph(wording.FIRST)
        return
    text.lead(wording.since(earlier))
    measures, programmes = (found.measures, found.measures_gone), (found.programmes, found.programmes_gone)
    text.listed(wording.news(found.years, measures, programmes))


def for_search(release: Release) -> None:
    """The release as a Dataset of schema.org, which nobody sees."""
    measures = release.measures()["title"].to_list()
    text.structured_data(wording.dataset(release.about(), release.instrument(), measures, release.academic_years()))


def codebook(release: Release) -> None:
    """One table of the release with what each column means, and all of them to take away."""
    comments = release.relations()
    names = sorted(comments, key=lambda name: name != "result")  # what is mostly looked up comes first
    chosen = st.selectbox(text.label(wording.RELATION), names)
    text.paragraph(comments[chosen])
    columns = release.columns_of(chosen).select(
        pl.format("{} ({})", "column_name", "data_type").alias("Column and type"), Meaning="comment"
    )
    text.table(columns, at_most=LONG)
    make = partial(codebook_of, release.path)
    _download(wording.TAKE_CODEBOOK, make, f"openness-{choosing.release_id()}-codebook.md", "text/markdown")
