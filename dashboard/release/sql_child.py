"""The child process of the SQL box: one SELECT over a release, without reach to anything else.

It is run by its path in an isolated interpreter, so it imports nothing of this project. It reads from standard input
one line of JSON (descriptor, sql, rows, columns, bytes, memory, seconds) and writes to standard output one line of JSON
(an error, or whether there are more rows), and after that the rows as an Arrow file.

The release comes as an open file without a name, so that DuckDB, which tells where its files lie, has nothing to tell.
Before the query is run, everything that could open a file, a socket or a process is closed for good.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import count
from typing import Any

CONFIGURATION = """
    ATTACH '/dev/fd/{descriptor}' AS release (READ_ONLY);
    USE release;
    SET temp_directory = '';
    SET allowed_paths = [];
    SET enable_external_access = false;
    SET autoinstall_known_extensions = false;
    SET autoload_known_extensions = false;
    SET allow_community_extensions = false;
    SET allow_persistent_secrets = false;
    SET python_enable_replacements = false;
    SET TimeZone = 'UTC';
    SET threads = 1;
    SET memory_limit = '{memory}MB';
    SET lock_configuration = true;
"""
"""Nothing of this can be taken back once the configuration is locked."""
READING = "Only one statement that reads can be run here: one SELECT, or one FROM."
TOO_LARGE = "The result is too large to be shown. Ask for fewer rows or columns."
CANNOT_BE_SHOWN = "The result has values that cannot be shown here. Cast them to VARCHAR."
UNSIGNED = "UHUGEINT"
"""Arrow has no such number, and would show another in its place."""
LONGEST_ERROR = 1_000
MEGABYTE = 1_000_000
LIBRARIES = 700
"""Megabytes that the interpreter and its libraries take beside DuckDB's own memory."""
POLITE = 10
"""So much less than the server's own work is a query to the processor: pages of others are not delayed by it."""


class Unshown(Exception):
    """Why a result is not shown."""


def main() -> None:
    """Answer the one question that is asked."""
    answers = _take_the_way_out()
    asked = json.loads(sys.stdin.readline())
    _limit(asked)
    try:
        header, rows = _answer(asked)
    except Exception as error:  # whatever a stranger's query ends in is an answer to it
        header, rows = {"error": _told(error)}, b""
    with os.fdopen(answers, "wb") as out:
        out.write(json.dumps(header).encode() + b"\n" + rows)
    os._exit(0)  # what DuckDB would still do at its end is of no use to anybody


def _take_the_way_out() -> int:
    """Keep standard output for the answer alone: DuckDB can be asked to log to it."""
    answers, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answers


def _told(error: Exception) -> str:
    """What DuckDB says of a query. What Python says could name files of this machine, and is never told."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException":
        return "The query needs more memory than it may have. Ask for less."
    if isinstance(error, Unshown) or type(error).__module__ in {"duckdb", "_duckdb"}:
        return str(error)[:LONGEST_ERROR]
    return CANNOT_BE_SHOWN


def _limit(asked: dict[str, Any]) -> None:
    """No file can be written, and memory and time end even where DuckDB does not keep count, or the server is gone."""
    memory = (asked["memory"] + LIBRARIES) * MEGABYTE
    for limit, most in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CPU, asked["seconds"] + 1),
    ):
        resource.setrlimit(limit, (most, most))
    signal.alarm(asked["seconds"] + 1)
    os.nice(POLITE)


def _shut() -> None:
    """From here on no file and no socket is opened, and no process or thread begins."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _answer(asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    import duckdb  # noqa: PLC0415  the limits hold while it is loaded
    from pyarrow import compute, ipc, types  # noqa: F401, PLC0415  nothing can be loaded later

    connection = duckdb.connect()
    connection.execute(CONFIGURATION.format(**asked))
    _shut()
    statements = connection.extract_statements(asked["sql"])
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise Unshown(READING)
    return _rows(connection.execute(statements[0]), asked)


def _rows(result: Any, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The first rows; of an endless or a huge result no more than these are ever made."""
    import pyarrow as pa  # noqa: PLC0415

    if len(result.description) > asked["columns"]:
        raise Unshown(TOO_LARGE)
    if UNSIGNED in {str(kind) for _, kind, *_ in result.description}:
        raise Unshown(CANNOT_BE_SHOWN)
    reader = result.to_arrow_reader(asked["rows"] + 1)
    batches, height, size = [], 0, 0
    for batch in reader:
        batches.append(batch)
        height, size = height + batch.num_rows, size + batch.nbytes
        if size > asked["bytes"]:
            raise Unshown(TOO_LARGE)
        if height > asked["rows"]:
            break
    content = _arrow_file(_plain(pa.Table.from_batches(batches, reader.schema).slice(0, asked["rows"])))
    if len(content) > asked["bytes"]:
        raise Unshown(TOO_LARGE)
    return {"more": height > asked["rows"]}, content


def _arrow_file(table: Any) -> bytes:
    import pyarrow as pa  # noqa: PLC0415

    content = BytesIO()
    with pa.ipc.new_file(content, table.schema) as writer:
        writer.write_table(table)
    return content.getvalue()


def _plain(table: Any) -> Any:
    """Each column under a name of its own; what is neither number, text, truth value nor date is written as text."""
    import pyarrow as pa  # noqa: PLC0415

    names: list[str] = []
    for name in table.column_names:
        names.append(next(other for other in _names(name) if other not in names))
    return pa.table([_plain_column(column) for column in table.columns], names=names)


def _names(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def _plain_column(column: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import types  # noqa: PLC0415

    kind = column.type
    if types.is_date(kind) or types.is_timestamp(kind):
        plain = column.cast(pa.timestamp("us")) if types.is_timestamp(kind) else column
        if column.null_count < len(column) and not _in_calendar(plain):
            raise Unshown(CANNOT_BE_SHOWN)
        return plain
    if any(is_such(kind) for is_such in _plain_kinds()):
        return column
    texts = pa.lib.StringBuilder()  # pa.array would look for pandas, and nothing can be loaded any more
    texts.append_values([_text(value) for value in column.to_pylist()])
    return texts.finish()


def _in_calendar(column: Any) -> bool:
    """Whether all dates lie in the years 1 to 9999, as other programs need them."""
    from pyarrow import compute  # noqa: PLC0415

    ends = compute.min_max(column)
    try:
        return bool(ends["min"].as_py() <= ends["max"].as_py())
    except (OverflowError, ValueError):
        return False


def _plain_kinds() -> tuple[Callable[[Any], bool], ...]:
    from pyarrow import types  # noqa: PLC0415

    return (
        *(types.is_integer, types.is_floating, types.is_decimal, types.is_boolean),
        *(types.is_string, types.is_large_string, types.is_null),
    )


def _text(value: object) -> str | None:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return None if value is None else str(value)


if __name__ == "__main__":
    main()
