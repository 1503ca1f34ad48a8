"""The tables of one store written into another, which may be of another kind, and both compared.

Rows keep their order: some of what the store knows is which of two came first. Every function is a part of the callers'
transactions.
"""

from collections.abc import Iterator

import duckdb
import polars as pl

from pipelines.errors import Refused, StoreUnavailable
from pipelines.store_place import StorePlace

TABLES = """
    SELECT table_name FROM duckdb_tables()
    WHERE database_name = current_database() AND table_name <> 'store_version' ORDER BY table_name
"""
"""Of `store_version` every store has its row from the beginning."""


def require_empty(target: duckdb.DuckDBPyConnection, place: StorePlace) -> None:
    """Raises Refused where a store holds anything."""
    for _, rows in _tables(target):
        if rows.height:
            raise Refused(
                f"The store {place} holds something already, and a copy would mix the two. Nothing was changed."
            )


def copy_tables(source: duckdb.DuckDBPyConnection, target: duckdb.DuckDBPyConnection) -> None:
    """Write all rows of one store into another, which is empty."""
    for table, rows in _tables(source):
        target.register("rows", rows)
        target.execute(f'INSERT INTO "{table}" BY NAME FROM rows')
        target.unregister("rows")


def compared(source: duckdb.DuckDBPyConnection, target: duckdb.DuckDBPyConnection, place: StorePlace) -> dict[str, int]:
    """How many rows each table of two stores has, which are the same. Raises StoreUnavailable where they are not."""
    counts = {}
    for (table, rows), (copied, written) in zip(_tables(source), _tables(target), strict=True):
        if table != copied or not rows.equals(written.select(rows.columns)):
            raise StoreUnavailable(
                f"The copy of the store in {place} is not the same as the store: {table} differs. Nothing was changed "
                f"in the store. Remove the copy, and try again.",
                place,
            )
        counts[table] = rows.height
    return counts


def _tables(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each table with its rows, in the order in which they came."""
    for (table,) in cursor.execute(TABLES).fetchall():
        yield table, cursor.execute(f'FROM "{table}" ORDER BY rowid').pl()
