"""The child process that writes the file of a release, and has never seen anything else.

DuckDB writes some bytes of a file as they are in memory. In the process of a steward these can be what was read from
the store before. This process is run by its path in an isolated interpreter. It reads from standard input one line of
JSON (attach, and the statements that make the relations), and is gone at once when the process that asked for the file
is. No statement has parameters: for these DuckDB imports pandas, which takes longer than all the rest.
"""

import errno
import json
import os
import sys
from threading import Thread
from typing import Any

import duckdb

FULL = duckdb.IOException, duckdb.TransactionException, duckdb.FatalException
"""What a full disk ends in."""


def main() -> None:
    """Write what is asked for. Leaves with 0, or with the number of the system's error."""
    asked = json.loads(sys.stdin.readline())
    Thread(target=_leave_with_whoever_asked, daemon=True).start()
    try:
        _write(asked)
    except FULL:
        sys.exit(errno.ENOSPC)
    except OSError as error:
        sys.exit(error.errno or errno.EIO)


def _write(asked: dict[str, Any]) -> None:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(asked["attach"])
        connection.execute("USE release")
        connection.begin()  # else each comment would be written to the disk by itself
        for statement in asked["statements"]:
            connection.execute(statement)
        connection.commit()
        connection.execute("CHECKPOINT")
        connection.execute("USE memory")
        connection.execute("DETACH release")


def _leave_with_whoever_asked() -> None:
    """Standard input is open as long as that process lives."""
    sys.stdin.read()
    os._exit(errno.EPIPE)


if __name__ == "__main__":
    main()
