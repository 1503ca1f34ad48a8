"""The child process of the SQL box: one SELECT over a release, without reach to anything else.

It is run by its path in an isolated interpreter, so it imports nothing of this project. It reads from standard input
one line of JSON (file, sql, rows, bytes, memory, seconds) and writes to standard output one line of JSON (an error, or
whether there are more rows), and after that the rows as an Arrow file.
"""

import json
import resource
import sys
from collections.abc import Iterator
from io import BytesIO
from itertools import count
from typing import Any

CONFIGURATION = """
    SET temp_directory = '';
    SET enable_external_access = false;
    SET autoinstall_known_extensions = false;
    SET autoload_known_extensions = false;
    SET allow_community_extensions = false;
    SET allow_persistent_secrets = false;
    SET python_enable_replacements = false;
    SET threads = 1;
    SET memory_limit = '{memory}MB';
    SET lock_configuration = true;
"""
"""Nothing of this can be taken back once the configuration is locked."""
READING = "Only one statement that reads can be run here: one SELECT, or one FROM."
LONGEST_ERROR = 1_000
MEGABYTE = 1_000_000
LIBRARIES = 700
"""Megabytes that the interpreter and its libraries take beside DuckDB's own memory."""


def main() -> None:
    """Answer the one question that is asked."""
    asked = json.loads(sys.stdin.readline())
    _limit(asked)
    try:
        header, rows = _answer(asked)
    except Exception as error:  # whatever a stranger's query ends in is an answer to it
        header, rows = {"error": _told(error)}, b""
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + rows)


def _told(error: Exception) -> str:
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException":
        return "The query needs more memory than it may have. Ask for less."
    return str(error)[:LONGEST_ERROR]


def _limit(asked: dict[str, Any]) -> None:
    """No file can be written, and memory and time end even where DuckDB does not keep count."""
    memory = (asked["memory"] + LIBRARIES) * MEGABYTE
    for limit, most in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CPU, asked["seconds"] + 1),
    ):
        resource.setrlimit(limit, (most, most))


def _answer(asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    import duckdb  # noqa: PLC0415  the limits hold while it is loaded

    with duckdb.connect(asked["file"], read_only=True) as connection:
        connection.execute(CONFIGURATION.format(memory=asked["memory"]))
        statements = connection.extract_statements(asked["sql"])
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            return {"error": READING}, b""
        return _rows(connection.execute(statements[0]), asked["rows"], asked["bytes"])


def _rows(result: Any, most_rows: int, most_bytes: int) -> tuple[dict[str, Any], bytes]:
    """The first rows; of an endless or a huge result no more than these are ever made."""
    import pyarrow as pa  # noqa: PLC0415

    reader = result.to_arrow_reader(most_rows + 1)
    batches, height, size = [], 0, 0
    for batch in reader:
        batches.append(batch)
        height, size = height + batch.num_rows, size + batch.nbytes
        if size > most_bytes:
            return {"error": "The result is too large to be shown. Ask for fewer rows or columns."}, b""
        if height > most_rows:
            break
    table = _plain(pa.Table.from_batches(batches, reader.schema).slice(0, most_rows))
    content = BytesIO()
    with pa.ipc.new_file(content, table.schema) as writer:
        writer.write_table(table)
    return {"more": height > most_rows}, content.getvalue()


def _plain(table: Any) -> Any:
    """Each column under a name of its own; what is neither number, text, truth value nor date is written as text."""
    import pyarrow as pa  # noqa: PLC0415

    names: list[str] = []
    for name in table.column_names:
        names.append(next(other for other in _names(name) if other not in names))
    columns = [
        column if _is_plain(column.type) else pa.array([_text(value) for value in column.to_pylist()], pa.string())
        for column in table.columns
    ]
    return pa.table(columns, names=names)


def _names(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def _is_plain(kind: Any) -> bool:
    from pyarrow import types  # noqa: PLC0415

    if types.is_timestamp(kind):
        return kind.tz is None
    return any(
        is_such(kind)
        for is_such in (
            *(types.is_integer, types.is_floating, types.is_decimal, types.is_boolean),
            *(types.is_string, types.is_large_string, types.is_date, types.is_null),
        )
    )


def _text(value: object) -> str | None:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return None if value is None else str(value)


if __name__ == "__main__":
    main()
