"""The Data page: what can be taken away, under what terms, and how it is cited."""

from dashboard.wording.marked import Marked, Paragraph
from dashboard.wording.numbers import Row

TITLE = "Take the data"
LEAD = (
    "Everything on these pages stands in one file: the release. It holds results, and nothing that is withheld. Take "
    "it in the form that your program reads."
)
FORMS = {
    "duckdb": "DuckDB file",
    "parquet": "Parquet (ZIP)",
    "csv": "CSV (ZIP)",
    "xlsx": "Excel workbook",
}
"""The forms in which a release is given away, and what their buttons say."""
ABOUT_FORMS = (
    "The DuckDB file is the release itself, with a comment on each table and column. The CSV archive has the codebook "
    "and a datapackage.json, which says what each column is. In CSV, a text that a spreadsheet would take for a "
    "formula begins with an apostrophe."
)
READY = "Ready queries"
ABOUT_READY = "Each is shown as it is run. Copy it to use it in a program of your own, or change it below."
RUN = "Run this query"
OWN = "A query of your own"
SQL = "SQL, as DuckDB understands it"
SHOW = "Show the rows"
NO_ROWS = "The query gives no rows."
CODEBOOK = "Codebook"
RELATION = "Table"
TAKE_CODEBOOK = "Codebook as Markdown"


def licence(instrument: Row) -> str:
    """Under what terms it may be used, as far as the release says."""
    wording = instrument["licence"]
    said = (
        f"The wording of the questions may be used under these terms: {wording}."
        if wording
        else "The catalogue states no terms for the wording of its questions."
    )
    return f"{said} The release states none for its numbers: ask whoever published it before you publish them again."


def citation(release: Row) -> Paragraph:
    """How to cite a release, so that others find the same numbers."""
    return (
        "Cite it as: ",
        Marked(
            f"{release['title']}. Release {release['release_id']}, published {release['published_at']:%-d %B %Y}. "
            f"SHA-256 of its content: {release['content_hash']}.",
            "emphasis",
        ),
    )


def limits(seconds: int, rows: int) -> str:
    """What a query in the box may do."""
    return (
        f"The box reads this release and nothing else. A query that takes longer than {seconds} seconds is stopped, "
        f"and no more than {rows:,} rows are shown. For more, take the file and use a program of your own."
    )


def more_rows(rows: int) -> str:
    return f"These are the first {rows:,} rows. There are more: ask for fewer, or take the file."
