"""The release file beside its CSV export: a researcher's five queries, and the size.

uv run python -m tests.benchmarks release_file

The queries are those of the page “Take the data”. Over the CSV export DuckDB runs the very same ones, on views that
read the files, with lists turned from JSON into lists.
"""

import gzip
from functools import partial
from pathlib import Path

import duckdb

from dashboard.release.ready_queries import READY_QUERIES
from pipelines.release.export import Format, files
from pipelines.release.file import descriptions
from tests.benchmarks.home_at_size import home_of, programmes_of
from tests.benchmarks.measuring import Bench, Figure, Row, cost_here, in_turn
from tests.factories import current_release

TIMES = 5
LEAST_TIMES = 5
MOST_SIZE = 1.3
REASON_FOR_SPEED = (
    "Two of the queries hand out all changes and all results, 1.7 million rows in order at 3,000 programmes; to sort "
    "and to hand out takes as long wherever the rows come from. The other three take a tenth of a second together."
)
REASON_FOR_SIZE = ""
"""Why an aim is missed, if one is."""


def rows(bench: Bench) -> list[Row]:
    """The rows for the table of all benchmarks."""
    release, folder = current_release(home_of(bench)), bench.folder / "csv"
    folder.mkdir()
    for name, content in files(release, Format.CSV):
        (folder / name).write_bytes(content)
    lists = {name: lists_of(described.columns) for name, described in descriptions(release).items()}
    return [speed(bench, release, folder, lists), size(bench, release, folder)]


def lists_of(columns: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The columns that hold lists, and their types."""
    return {column: dtype for column, (dtype, _) in columns.items() if dtype.endswith("[]")}


def speed(bench: Bench, release: Path, folder: Path, lists: dict[str, dict[str, str]]) -> Row:
    """How many times faster the queries are on the release file."""
    assert on_release(release) == on_csv(folder, lists)
    ours, theirs = in_turn(
        bench.size(TIMES),
        lambda: cost_here(partial(on_release, release)).seconds,
        lambda: cost_here(partial(on_csv, folder, lists)).seconds,
    )
    work = f"a researcher's {len(READY_QUERIES)} queries on the release file, {programmes_of(bench)} ({ours:.2f} s)"
    against = f"the same over the CSV export in DuckDB ({theirs:.2f} s)"
    figure = Figure("", theirs / ours, LEAST_TIMES, "× faster", at_least=True)
    return Row(work, against, (figure,), REASON_FOR_SPEED)


def on_release(release: Path) -> list[int]:
    """Open the file, ask everything, and say how many rows each query gave."""
    with duckdb.connect(release, read_only=True) as connection:
        return answers(connection)


def on_csv(folder: Path, lists: dict[str, dict[str, str]]) -> list[int]:
    """The same over the export."""
    with duckdb.connect() as connection:
        for name, columns in lists.items():
            turned = ", ".join(f"""from_json({column}, '["VARCHAR"]') AS {column}""" for column in columns)
            replaced = f"REPLACE ({turned})" if columns else ""
            connection.execute(f"CREATE VIEW {name} AS SELECT * {replaced} FROM read_csv('{folder / name}.csv')")
        return answers(connection)


def answers(connection: duckdb.DuckDBPyConnection) -> list[int]:
    return [connection.execute(query.sql).to_arrow_table().num_rows for query in READY_QUERIES]


def size(bench: Bench, release: Path, folder: Path) -> Row:
    """How many times as large the release file is."""
    exported = sum(len(gzip.compress(path.read_bytes())) for path in folder.glob("*.csv"))
    ours = release.stat().st_size
    work = f"release file's size at {programmes_of(bench)} ({ours / 1e6:.1f} MB)"
    against = f"its CSV export, gzipped ({exported / 1e6:.1f} MB)"
    return Row(work, against, (Figure("", ours / exported, MOST_SIZE),), REASON_FOR_SIZE)
