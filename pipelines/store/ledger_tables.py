"""The tables in which the store keeps the ledger of publishing. Rows are added to them and never changed."""

import duckdb

from pipelines.disclosure.ledger import Ledger

LEDGER_ROWS = {
    "seen": "FROM seen ORDER BY seen_id",
    "part": "FROM part ORDER BY part_id",
    "result": "FROM result ORDER BY result_id",
    "retired": "FROM retired ORDER BY part_id",
    "result_subgroup": "FROM result_subgroup ORDER BY result_id, subgroup",
}
"""Each table's rows, in the order of the ledger's frames."""

ADD_TO = {
    "seen": "INSERT INTO seen BY NAME FROM new_rows",
    "part": "INSERT INTO part BY NAME FROM new_rows",
    "result": "INSERT INTO result BY NAME FROM new_rows",
    "retired": "INSERT INTO retired BY NAME FROM new_rows",
    "result_subgroup": "INSERT INTO result_subgroup BY NAME FROM new_rows",
}


def add_to_ledger(cursor: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """Add what a publishing has seen and done. Part of the caller's transaction."""
    for table, rows in zip(LEDGER_ROWS, ledger.frames, strict=True):
        cursor.register("new_rows", rows)
        cursor.execute(ADD_TO[table])
