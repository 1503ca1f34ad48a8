"""The words of the site that anybody can host: what its pages are called, and what only they say."""

START = "Start"
CODEBOOK = "Codebook"
SQL = "Ask in SQL"
SKIP = "To the content"
PAGES = "Pages"
PROGRAMMES = "Programmes"
SEE_DRAWN = "See it drawn, year by year"
FINDINGS = "What was found"
GAPS = "Expected and done"
MEASURES = "All measures"
LATEST_YEARS = "The picture has the latest years, and the table all of them."
PROGRAMME_ALT = (
    "Each measure of this programme with its likely range, beside the comparable programmes. The table below holds the "
    "same."
)
CODEBOOK_LEAD = "Every table of the release, and what each of its columns means, as the file itself says it."
TABLES = "Tables"
ROWS = "Rows of the query"
ASKED = "What is asked"
LEFT_OUT = "What is left out on purpose"
WHO_SEES = "Who sees single answers"
CORRECTIONS = "Questions whose wording was corrected"
REFERENCES = "What the questions rest on"
A_COPY = (
    "This is a copy of one release. It does not change when a newer one is published, or when this one is no longer "
    "offered."
)
FIRST_QUERY = (
    "The query runs in your browser, and nothing of it is sent anywhere. The first one loads DuckDB and the release, "
    "which takes a while on a slow line."
)
NO_SQL = (
    "Queries cannot be run on this page, because the site was made without DuckDB-Wasm. Copy one, take the file, and "
    "run it in a program of your own."
)
NO_SCRIPT = (
    "Queries run here only in a browser that runs scripts. Without them, take the file and use a program of your own."
)
ONE_STATEMENT = "Only one statement that reads can be run here: one SELECT, or one FROM."
LOADING = "DuckDB and the release are being loaded."
RUNNING = "The query is running."
DONE = "These are all rows."
NULL = "none"
"""What stands in a cell where a query gives nothing."""
FAILED = (
    "DuckDB cannot be loaded. These pages must come from a web server, as opening the files alone is not enough. Your "
    "browser may also be too old."
)


def stopped(seconds: int) -> str:
    return f"The query took longer than {seconds} seconds and was stopped. Ask for less, or take the file."
