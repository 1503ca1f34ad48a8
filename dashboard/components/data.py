"""The parts of the Data page: the release in every form, ready queries, a query of one's own, and the codebook."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard.components import controls as choosing
from dashboard.components import text
from dashboard.components.blocks import LONG, downloads
from dashboard.components.downloads import Export
from dashboard.release import sql_box
from dashboard.release.reader import Release
from dashboard.release.ready_queries import READY_QUERIES, ReadyQuery
from dashboard.wording import data as wording
from pipelines.errors import Refused
from pipelines.release.export import Format, archive, codebook_of, workbook


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
    for place, query in enumerate(READY_QUERIES):
        with text.expander(query.title):
            _ready_query(release, query, str(place + 1))


def _ready_query(release: Release, query: ReadyQuery, part: str) -> None:
    text.paragraph(query.words)
    text.code(query.sql)
    if st.button(text.label(wording.RUN), key=choosing.download_key("run", part)):
        _rows(release, query.sql, part)


def own_query(release: Release) -> None:
    """A box for SQL, and the rows it gives."""
    limits = sql_box.LIMITS
    text.paragraph(wording.limits(limits.seconds, limits.rows))
    sql = st.text_area(text.label(wording.SQL), READY_QUERIES[0].sql, height=200, max_chars=sql_box.LONGEST)
    if st.button(text.label(wording.SHOW), type="primary"):
        _rows(release, sql, "query")


def _rows(release: Release, sql: str, part: str) -> None:
    """The rows of a query to look at and to take away, or why there are none."""
    try:
        answer = sql_box.ask(release.path, sql)
    except Refused as refusal:
        text.error(str(refusal))
        return
    if answer.rows.is_empty():
        text.info(wording.NO_ROWS)
        return
    if answer.more:
        text.info(wording.more_rows(answer.rows.height))
    text.scrolling_table(answer.rows)
    downloads(Export("data", None, (), part), answer.rows)


def codebook(release: Release) -> None:
    """One table of the release with what each column means, and all of them to take away."""
    comments = release.relations()
    chosen = st.selectbox(text.label(wording.RELATION), list(comments))
    text.paragraph(comments[chosen])
    columns = release.columns_of(chosen).rename({"column_name": "Column", "data_type": "Type", "comment": "Meaning"})
    text.table(columns, at_most=LONG)
    make = partial(codebook_of, release.path)
    _download(wording.TAKE_CODEBOOK, make, f"openness-{choosing.release_id()}-codebook.md", "text/markdown")
