"""A store in DuckLake: how it is attached, and in which words it is told that it cannot be.

DuckDB needs extensions for it. They are loaded and never installed: nothing is fetched without being asked for.
"""

import hashlib

import duckdb

from pipelines.errors import NoStore, Refused, StoreUnavailable
from pipelines.store_place import DUCKLAKE, Lake

IN_MEMORY: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "autoinstall_known_extensions": False,
    "temp_directory": "",
}
"""A store has too few rows to share among threads, and no part of it is ever put on this machine's disk."""
USE = "USE lake"
"""A cursor begins in the memory of its connection, and must be sent to the lake."""
ROWS_IN_THE_LIST = 1000
"""So many rows at once, and fewer, lie in PostgreSQL, as those of one programme do; more become a file. A file for each
load would have to be opened each time that anything is asked."""
NOT_INSTALLED = "Install it first"
NOT_THERE = "creating a new DuckLake is explicitly disabled"
NO_FOLDER = "data_path is not set"
OTHER_FOLDER = "does not match existing data path"
NOT_LET_IN = "Unable to connect to Postgres"
"""DuckDB's words."""


def connection_with(*extensions: str) -> duckdb.DuckDBPyConnection:
    """A connection to an empty DuckDB that knows these extensions. Raises StoreUnavailable where one is missing."""
    connection = duckdb.connect(config=IN_MEMORY)
    try:
        for extension in extensions:
            connection.execute(f"LOAD {extension}")
    except duckdb.Error as error:
        connection.close()
        raise explained(str(error)) from None
    return connection


def attached(lake: Lake, *, read_only: bool, create: bool) -> duckdb.DuckDBPyConnection:
    """A connection to a lake. Where there is none it is made, if `create`.

    Raises NoStore where there is none and none is to be made; Refused where it is not known in which folder its files
    are to lie; StoreUnavailable where an extension is missing.
    """
    if lake.file and not create and not lake.file.exists():
        raise NoStore(lake)
    connection = connection_with("ducklake", *(["postgres_scanner"] if lake.postgres is not None else []))
    address, options = _literal(f"{DUCKLAKE}{lake.address}"), _options(lake, read_only, create)
    try:
        connection.execute(f"ATTACH {address} AS lake ({options})")
        connection.execute(USE)
    except duckdb.Error as error:
        connection.close()
        raise _explained_attaching(lake, error) from None
    return connection


def _options(lake: Lake, read_only: bool, create: bool) -> str:
    """DuckDB takes none of them as parameters."""
    options = [f"CREATE_IF_NOT_EXISTS {create}", f"DATA_INLINING_ROW_LIMIT {ROWS_IN_THE_LIST}"]
    if lake.data is not None:
        options.append(f"DATA_PATH {_literal(lake.data)}")
    if read_only:
        options.append("READ_ONLY")
    return ", ".join(options)


def _literal(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _explained_attaching(lake: Lake, error: duckdb.Error) -> Exception:
    """Why a lake cannot be attached, without the words of DuckDB: they hold the password."""
    complaint = str(error)
    if NOT_THERE in complaint:
        return NoStore(lake)
    if NO_FOLDER in complaint:
        return Refused(
            "There is no store in DuckLake yet. To make one, set OPENNESS_STORE_DATA to the folder in which its files "
            "are to lie, or to an address such as s3://audit/store. All machines must reach it."
        )
    if OTHER_FOLDER in complaint:
        return Refused(
            "The files of the store in DuckLake lie in another folder than OPENNESS_STORE_DATA names. Name the folder "
            "with which it was made, by the same path on every machine; or leave OPENNESS_STORE_DATA out."
        )
    return explained(complaint)


def explained(complaint: str) -> StoreUnavailable:
    """What went wrong with a lake, without the words of DuckDB: they may hold values, or the password."""
    if NOT_INSTALLED in complaint:
        return StoreUnavailable(
            "The store in DuckLake needs extensions of DuckDB, and not all of them are installed. As the user that "
            "runs openness, and with its Python, run once: import duckdb; duckdb.sql('INSTALL ducklake; INSTALL "
            "postgres_scanner; INSTALL httpfs'). Nothing was changed."
        )
    if NOT_LET_IN in complaint:
        reason = "cannot be reached: PostgreSQL does not answer, or does not let openness in. Look at OPENNESS_STORE"
    else:
        reason = "cannot be read or written. See whether PostgreSQL runs, and its folder can be reached and has room"
    return StoreUnavailable(f"The store in DuckLake {reason}. Nothing was changed.")


def was_made_with(connection: duckdb.DuckDBPyConnection, statements: str) -> bool:
    """Whether these statements made the tables and views of a lake. To make views again adds to a lake for ever."""
    made_with = connection.execute(
        "SELECT comment FROM duckdb_tables() WHERE database_name = 'lake' AND table_name = 'store_version'"
    ).fetchall()
    return made_with == [(_fingerprint(statements),)]


def note_made_with(connection: duckdb.DuckDBPyConnection, statements: str) -> None:
    """Note which statements made them."""
    connection.execute(f"COMMENT ON TABLE store_version IS '{_fingerprint(statements)}'")


def _fingerprint(statements: str) -> str:
    return hashlib.sha256(statements.encode()).hexdigest()
