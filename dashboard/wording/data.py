"""The Data page: what can be taken away, under what terms, and how it is cited."""

import json
from collections.abc import Mapping, Sequence

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
    "ddi": "Codebook for archives (DDI, XML)",
}
"""The forms in which a release is given away, and what their buttons say."""
ABOUT_FORMS = (
    "The DuckDB file is the release itself, with a comment on each table and column. Any DuckDB from version "
    "1.2 on opens it, in Python, R, Node or on the command line. The CSV archive has the codebook, a datapackage.json, "
    "which says what each column is, and a DDI-Codebook for data archives. In CSV, a text that a spreadsheet would "
    "take for a formula begins with an apostrophe."
)
READY = "Ready queries"
ABOUT_READY = "Each is shown as it is run. Copy it to use it in a program of your own, or change it below."
RUN = "Run this query"
OWN = "A query of your own"
SQL = "SQL, as DuckDB understands it"
SHOW = "Show the rows"
ACROSS = "Draw along the bottom"
UP = "Draw upwards"
PLOT = "Draw these rows as points"
NOTHING_TO_DRAW = "There is no column of numbers to draw."
NEWS = "What is new"
FIRST = "No earlier release is offered here, so there is nothing to set it against."
MOST_NAMED = 10
"""So many names stand in a sentence; where there are more, it says that there are others."""
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
    return ("Cite it as: ", Marked(_cited(release), "emphasis"))


def _cited(release: Row) -> str:
    return (
        f"{release['title']}. Release {release['release_id']}, published {release['published_at']:%-d %B %Y}. "
        f"SHA-256 of its content: {release['content_hash']}."
    )


def dataset(release: Row, instrument: Row, measures: Sequence[str], years: Sequence[str]) -> dict[str, object]:
    """The release as a Dataset of schema.org, for programs that look for data. `years` are academic years."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": release["title"],
        "description": " ".join(filter(None, (instrument["question"], release["instrument_status"], LEAD))),
        "identifier": release["release_id"],
        "version": release["release_id"],
        "datePublished": f"{release['published_at']:%Y-%m-%d}",
        "temporalCoverage": f"{min(years)[:4]}/{int(max(years)[:4]) + 1}" if years else None,
        "creditText": _cited(release),
        "usageInfo": licence(instrument),
        "variableMeasured": list(measures),
    }


def in_a_script(fields: Mapping[str, object]) -> str:
    """Fields as JSON of which no letter can end the element it stands in, or begin another."""
    return json.dumps(fields).replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def news(
    years: Sequence[str],
    measures: tuple[Sequence[str], Sequence[str]],
    programmes: tuple[Sequence[str], Sequence[str]],
) -> list[str]:
    """What a release says that the one before did not; measures and programmes as those that are new and gone."""
    lines = [
        _line("Results are shown that were not shown before. They end in", years),
        _line("Questions that are new", measures[0], ":"),
        _line("Questions that are asked no more", measures[1], ":"),
        _line("Programmes that are new", programmes[0], ":"),
        _line("Programmes that are no longer shown", programmes[1], ":"),
    ]
    return [*filter(None, lines)] or ["No result, question or programme is new."]


def since(earlier: str) -> str:
    return f"Since release {earlier}:"


def _line(words: str, names: Sequence[str], sign: str = "") -> str:
    if not names:
        return ""
    more = ", and others" if len(names) > MOST_NAMED else ""
    return f"{words}{sign} {', '.join(names[:MOST_NAMED])}{more}."


def plot_alt(across: str, up: str, points: int) -> str:
    """What the picture of a query's rows shows, in words."""
    return f"{points:,} points: {up} by {across}. The table beside it has the same rows."


def limits(seconds: int, rows: int) -> str:
    """What a query in the box may do."""
    return (
        f"The box reads this release and nothing else. A query that takes longer than {seconds} seconds is stopped, "
        f"and no more than {rows:,} rows are shown. For more, take the file and use a program of your own."
    )


def more_rows(rows: int) -> str:
    return f"These are the first {rows:,} rows. There are more: ask for fewer, or take the file."
