"""One place that queues for many machines: a lock that PostgreSQL keeps, and gives to one process at a time.

It lasts as long as a transaction. PostgreSQL ends that, and gives the lock to the next, whatever becomes of the process
or of its machine.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import duckdb

from pipelines.errors import StoreBusy, StoreUnavailable
from pipelines.store.lake import connection_with, explained
from pipelines.store_place import Lake

PAUSE = 0.1
"""Seconds between two looks at a lock that another machine holds."""
ASK = "FROM postgres_query('queue', 'SELECT pg_try_advisory_xact_lock(6751243309) AS locked')"
"""The number is the lock's, and means something only inside the database of the store."""
FOR_AS_LONG_AS_IT_TAKES = """
    FROM postgres_query('queue', 'SELECT set_config(''idle_in_transaction_session_timeout'', ''0'', true) AS timeout')
"""
"""Whatever the server's own settings say of transactions that wait."""
NOTICE_WITHIN_SECONDS = """
    FROM postgres_query('queue', '
        SELECT set_config(''tcp_keepalives_idle'', ''5'', true) AS idle,
            set_config(''tcp_keepalives_interval'', ''5'', true) AS pause,
            set_config(''tcp_keepalives_count'', ''3'', true) AS times
    ')
"""
"""Else the lock of a machine that has lost its current would be kept for hours."""
STILL_THERE = "FROM postgres_query('queue', 'SELECT 1 AS answer')"


@contextmanager
def turn_among_machines(lake: Lake, end: float) -> Iterator[Callable[[], None]]:
    """Have a lake alone. Gives what raises StoreUnavailable when PostgreSQL has given the lock to somebody else.

    Raises StoreBusy when the time is up.
    """
    with _in_transaction(lake) as connection:
        while not _asked(connection, ASK, lake):
            if time.monotonic() >= end:
                raise StoreBusy(lake)
            time.sleep(PAUSE)

        def require_turn() -> None:
            _asked(connection, STILL_THERE, lake)

        yield require_turn


@contextmanager
def _in_transaction(lake: Lake) -> Iterator[duckdb.DuckDBPyConnection]:
    with connection_with("postgres_scanner") as connection:
        settings = str(lake.postgres).replace("'", "''")
        try:
            connection.execute(f"ATTACH '{settings}' AS queue (TYPE postgres)")
        except duckdb.Error as error:
            raise explained(str(error)) from None
        connection.begin()
        try:
            for wish in (FOR_AS_LONG_AS_IT_TAKES, NOTICE_WITHIN_SECONDS):
                _asked(connection, wish, lake)
            yield connection
        finally:
            with suppress(duckdb.Error):  # PostgreSQL has ended it already
                connection.rollback()


def _asked(connection: duckdb.DuckDBPyConnection, question: str, lake: Lake) -> object:
    try:
        [(answer, *_)] = connection.execute(question).fetchall()
    except duckdb.Error:
        raise StoreUnavailable(
            f"PostgreSQL has ended the connection by which the store {lake} was kept for this work alone. Nothing was "
            f"changed. Try again.",
            lake,
        ) from None
    return answer
