"""The pages about the numbers and for those who take them: About, Codebook, Take the data, Ask in SQL."""

import polars as pl

from dashboard.components import tables
from dashboard.release.reader import Release
from dashboard.release.ready_queries import READY_QUERIES, ReadyQuery
from dashboard.release.sql_box import LIMITS, LONGEST
from dashboard.report import wording as wording_report
from dashboard.site.markup import Html, element, joined, link, listed, paragraph, table
from dashboard.wording import about as wording_about
from dashboard.wording import data as wording_data
from dashboard.wording import frame as wording_frame
from dashboard.wording import site as wording

FORMS = {
    "duckdb": "release.duckdb",
    "parquet": "release-parquet.zip",
    "csv": "release-csv.zip",
    "xlsx": "release.xlsx",
    "ddi": "release-ddi.xml",
}
"""The files to take away, by their form."""
CODEBOOK_FILE = "codebook.md"


def about(release: Release) -> Html:
    """What is measured and how, and what is shown and what is not."""
    itself, measures = release.about(), release.measures()
    return joined(
        element("h1", wording_frame.PAGES["about"]),
        paragraph(wording_report.purpose(release.instrument())),
        element("h2", wording_report.WORDS["shown"]),
        paragraph(wording_about.thresholds(itself)),
        [paragraph(sentence) for sentence in wording_about.rule(itself)],
        element("h2", wording.ASKED),
        paragraph(f"{itself['title']}. {itself['instrument_status']}"),
        [
            _definitions(measures.filter((pl.col("pillar") == pillar) & ~pl.col("retired")), title)
            for pillar, title, _ in release.pillars().iter_rows()
        ],
        _definitions(measures.filter("retired"), wording_about.RETIRED),
        _left_out(release),
        element("h2", wording.WHO_SEES),
        paragraph(wording_about.SINGLE_ANSWERS),
        _corrections(release),
        _references(release),
    )


def _definitions(measures: pl.DataFrame, title: str) -> Html:
    if measures.is_empty():
        return Html()
    return joined(element("h3", title), table(tables.definitions(measures), title))


def _left_out(release: Release) -> Html:
    rows = release.left_out()
    title = wording.LEFT_OUT
    return joined(element("h2", title), table(tables.left_out(rows), title)) if rows else Html()


def _corrections(release: Release) -> Html:
    rows = release.corrections()
    title = wording.CORRECTIONS
    return joined(element("h2", title), table(tables.corrections(rows), title)) if rows.height else Html()


def _references(release: Release) -> Html:
    rows = release.references().iter_rows(named=True)
    cited = listed(wording_about.reference(row) for row in rows)
    return joined(element("h2", wording.REFERENCES), cited) if cited else Html()


def codebook(release: Release) -> Html:
    """Every table of the release with its columns."""
    comments = release.relations()
    return joined(
        element("h1", wording.CODEBOOK),
        paragraph(wording.CODEBOOK_LEAD),
        element("p", link(wording_data.TAKE_CODEBOOK, CODEBOOK_FILE, download=True)),
        element("nav", listed((link(name, f"#{name}") for name in comments), "names"), aria_label=wording.TABLES),
        [_relation(release, name, comment) for name, comment in comments.items()],
    )


def _relation(release: Release, name: str, comment: str) -> Html:
    columns = release.columns_of(name).select(Column="column_name", Type="data_type", Meaning="comment")
    return joined(element("h2", name, id=name), paragraph(comment), table(columns, name))


def data(release: Release) -> Html:
    """The release in every form, how it is cited, and its description for programs that look for data."""
    about, instrument = release.about(), release.instrument()
    measures = release.measures()["title"].to_list()
    described = wording_data.in_a_script(
        wording_data.dataset(about, instrument, measures, release.academic_years()),
    )
    return joined(
        element("h1", wording_data.TITLE),
        paragraph(wording_data.LEAD),
        listed(link(wording_data.FORMS[form], name, download=True) for form, name in FORMS.items()),
        paragraph(wording_data.ABOUT_FORMS),
        paragraph(wording_about.release_sentence(about)),
        paragraph(wording_data.citation(about)),
        paragraph(wording_data.licence(instrument)),
        Html(f'<script type="application/ld+json">{described}</script>'),
    )


def sql(*, runs: bool) -> Html:
    """Queries: to run here, or where the site was made without DuckDB-Wasm to copy."""
    return joined(
        element("h1", wording.SQL),
        _box() if runs else paragraph(wording.NO_SQL),
        element("h2", wording_data.READY),
        [_ready(query, f"query-{place}", runs=runs) for place, query in enumerate(READY_QUERIES, start=1)],
    )


def _box() -> Html:
    """The box for a query of one's own, and where its rows will stand."""
    says = {
        "data_loading": wording.LOADING,
        "data_running": wording.RUNNING,
        "data_none": wording_data.NO_ROWS,
        "data_more": wording_data.more_rows(LIMITS.rows),
        "data_done": wording.DONE,
        "data_missing": wording.NULL,
        "data_stopped": wording.stopped(LIMITS.seconds),
        "data_failed": wording.FAILED,
        "data_seconds": str(LIMITS.seconds),
        "data_rows": str(LIMITS.rows),
    }
    box = element("textarea", READY_QUERIES[0].sql, id="sql", maxlength=str(LONGEST), spellcheck="false")
    show = element("p", element("button", wording_data.SHOW, type="submit"))
    rows = element("table", id="rows")
    return joined(
        paragraph(wording_data.limits(LIMITS.seconds, LIMITS.rows), wording.ONE_STATEMENT, wording.FIRST_QUERY),
        element("noscript", paragraph(wording.NO_SCRIPT)),
        element("form", element("p", element("label", wording_data.SQL, for_="sql")), box, show, id="query", **says),
        element("p", id="status", role="status"),
        element("div", rows, class_="scroll", role="region", tabindex="0", aria_label=wording.ROWS),
    )


def _ready(query: ReadyQuery, name: str, *, runs: bool) -> Html:
    button = element("button", wording_data.RUN, type="button", data_query=name, class_="runs")
    return joined(
        element("h3", query.title),
        paragraph(query.words),
        element("pre", element("code", query.sql, id=name), tabindex="0"),
        element("p", button) if runs else "",
    )
