"""The release file: one immutable DuckDB file that holds only publishable numbers. Written beside, checked, renamed."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from hashlib import file_digest, sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.errors import NO_ROOM, OpennessError, Refused, StoreUnavailable, reason_of
from pipelines.home_layout import CURRENT, FILE
from pipelines.private_files import only_for_the_owner, tighten_tree
from pipelines.release.columns import Relation, broken_rules
from pipelines.release.reader_relations import HASH_OF_ROW, HASHED
from pipelines.release.schema import NOT_IN_HASH, RELATIONS, SHOWN_OF_HASH

BUILDING = ".building-"
WITHDRAWN = ".withdrawn-"
STORAGE_VERSION = "v1.2.0"
"""The DuckDB release whose clients must still be able to read the file."""
READ_ONLY = 0o400
"""For its owner alone."""
SMALL_BLOCKS, LARGE_BLOCKS, MANY_ROWS = 16384, 65536, 200_000
"""Bytes; the first are DuckDB's smallest, for a release of few rows, which would be mostly air in others. From so many
rows on the others are better: in these DuckDB packs numbers."""
UNREADABLE = duckdb.Error, OSError
"""What is raised where a file is no release, or cannot be read."""
IN_MEMORY: dict[str, str | bool | int | float | list[str]] = {"threads": 1}
"""DuckDB gives each thread 122,880 rows, and a release is smaller: more threads would only wait for each other."""
CHILD = Path(__file__).with_name("file_child.py")
PARTS = ".parts"
"""The rows of a release, in the folder where it is built, until they stand in its file."""
ROWS_AT_A_TIME = 1_000
"""So many rows are hashed together; many more at a time take twice as long."""
ID = re.compile(r"\d{4}-\d\d-\d\d-\d+(-[0-9a-f]+)?")
"""What the id of a release looks like."""
_DAY = "2024-09-01"
"""How the day is written with which an id begins."""
_COMMENTS = "SELECT table_name, coalesce(comment, ''), estimated_size FROM duckdb_tables()"
"""Of a file that is only read the size is exact."""
_COLUMNS = """
    SELECT table_name, column_name, data_type, coalesce(comment, '')
    FROM duckdb_columns() WHERE NOT internal ORDER BY table_oid, column_index
"""


class BrokenRelease(OpennessError):
    """The release just built breaks its own contract, and was not put in place."""

    exit_code = 3


def next_id(made: list[str], day: date, content: str) -> str:
    """The id of the next release: the day, a number, and the beginning of the hash of its content.

    `made` are all ids ever given.
    """
    numbers = [int(release_id[len(_DAY) :].split("-")[1]) for release_id in made if release_id.startswith(f"{day}-")]
    return f"{day}-{1 + max(numbers, default=0)}-{content[:SHOWN_OF_HASH]}"


def content_hash(frames: dict[str, pl.DataFrame]) -> str:
    """SHA-256 of what a release says, as the comment of its column says."""
    digest = sha256(b"{")
    for nth, name in enumerate(sorted(RELATIONS)):
        digest.update(f'{"," if nth else ""}"{name}":['.encode())
        for rows in _json_of_rows(_hashed_columns(name, RELATIONS[name].shaped(frames[name]))):
            digest.update(rows.encode())
        digest.update(b"]")
    digest.update(b"}")
    return digest.hexdigest()


def _json_of_rows(frame: pl.DataFrame) -> Iterator[str]:
    """The rows as lists in JSON, a few at a time: all rows of thousands of programmes would take gigabytes."""
    for nth, rows in enumerate(frame.iter_slices(ROWS_AT_A_TIME)):
        text = json.dumps(rows.rows(), ensure_ascii=False, separators=(",", ":"), default=_iso)
        yield f"{',' if nth else ''}{text[1:-1]}"


def _hashed_columns(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.drop(NOT_IN_HASH) if name == "release" else frame


def _iso(day: date) -> str:
    return day.isoformat()


def row_hash(frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The relation row_hash of frames that hold all the others."""
    with duckdb.connect(config=IN_MEMORY) as connection:
        return pl.concat(_row_hashes(connection, name, RELATIONS[name].shaped(frames[name])) for name in HASHED)


def _row_hashes(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> pl.DataFrame:
    hashes = connection.execute(f"FROM frame SELECT {HASH_OF_ROW.format(row='frame')} AS hash").pl()["hash"]
    return pl.DataFrame({"relation": [name] * frame.height, "row": range(frame.height), "hash": hashes.cast(pl.Int64)})


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


@only_for_the_owner()
def build(releases: Path, release_id: str, frames: dict[str, pl.DataFrame]) -> Path:
    """Write a release beside the others, under a name nobody looks for, and check it as it lies on the disk.

    Raises BrokenRelease where it breaks its contract, StoreUnavailable where it cannot be written.
    """
    tighten_tree(releases)
    folder = releases / f"{BUILDING}{release_id}"
    with _removed_if_broken(folder):
        folder.mkdir(parents=True)
        _write(folder / FILE, frames)
        _check(folder / FILE)
        (folder / FILE).chmod(READ_ONLY)
    return folder / FILE


@only_for_the_owner()
def put_in_place(releases: Path, release_id: str) -> Path:
    """Give a built release its name, in a single rename."""
    building, folder = releases / f"{BUILDING}{release_id}", releases / release_id
    if building.exists():
        building.rename(folder)
    return folder / FILE


@only_for_the_owner()
def make_current(releases: Path, release_id: str | None) -> None:
    """Put a release before the readers, in a single rename; with None there is none for them."""
    if release_id is None:
        (releases / CURRENT).unlink(missing_ok=True)
        return
    beside = releases / f".{CURRENT}"
    beside.write_text(release_id, encoding="utf-8")
    beside.replace(releases / CURRENT)


def discard(releases: Path, release_id: str) -> None:
    """Remove a release that was built and not put in place."""
    shutil.rmtree(releases / f"{BUILDING}{release_id}", ignore_errors=True)


def take_down(releases: Path, release_id: str) -> None:
    """Stop offering a release. It is kept under a name nobody looks for, as evidence of what was once shown."""
    if (releases / release_id).exists():
        (releases / release_id).rename(releases / f"{WITHDRAWN}{release_id}")


def place_of(releases: Path, release_id: str) -> Path:
    """Where the file of a release lies: in place, or still where it was built."""
    building = releases / f"{BUILDING}{release_id}" / FILE
    return building if building.exists() else releases / release_id / FILE


def current_id(releases: Path) -> str:
    """What `current` says, which need not be the id of a release; empty where it is not there."""
    pointer = releases / CURRENT
    return pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.is_file() else ""


def lying_there(releases: Path) -> list[str]:
    """The ids of all releases in the folder, offered or not, but for those still being built; and the current one."""
    if not releases.is_dir():
        return []
    folders = {path.name.removeprefix(WITHDRAWN) for path in releases.iterdir() if path.is_dir()}
    named = current_id(releases)
    pointed = {named} if ID.fullmatch(named) else set()  # anything else is no trace of a release, and is written anew
    return sorted(name for name in folders | pointed if not name.startswith("."))


def left_over(releases: Path) -> list[str]:
    """Releases that were being built when something stopped it."""
    return sorted(path.name.removeprefix(BUILDING) for path in releases.glob(f"{BUILDING}*"))


def _write(path: Path, frames: dict[str, pl.DataFrame]) -> None:
    """Let a process that knows nothing but these frames write the file: see file_child."""
    parts = path.with_name(PARTS)
    parts.mkdir()
    statements = []
    for name, relation in RELATIONS.items():
        rows, content = parts / f"{name}.parquet", BytesIO()
        relation.shaped(frames[name]).write_parquet(content)
        rows.write_bytes(content.getvalue())
        statements.append(f"CREATE TABLE {name} AS FROM read_parquet({_literal(str(rows.resolve()))})")
        statements.append(_comments(name, relation))
    place = _literal(str(path.resolve()))
    blocks = block_size(sum(frame.height for frame in frames.values()))
    attach = f"ATTACH {place} AS release (STORAGE_VERSION {_literal(STORAGE_VERSION)}, BLOCK_SIZE {blocks})"
    _run_child({"attach": attach, "statements": statements})
    shutil.rmtree(parts)


def block_size(rows: int) -> int:
    """Bytes of a block in the file of a release with so many rows."""
    return LARGE_BLOCKS if rows >= MANY_ROWS else SMALL_BLOCKS


def _run_child(asked: dict[str, Any]) -> None:
    """Raises OSError where the file could not be written. Its standard input is kept open until it has ended."""
    with subprocess.Popen([sys.executable, "-I", CHILD], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:  # noqa: S603
        if child.stdin:
            with suppress(BrokenPipeError):
                child.stdin.write(f"{json.dumps(asked)}\n".encode())
                child.stdin.flush()
        code = child.wait()
    if code:
        raise OSError(code, os.strerror(code) if code > 0 else "the process was ended")


def _comments(name: str, relation: Relation) -> str:
    """DuckDB takes neither names nor comments as parameters; both come from this project's code alone."""
    comments = {f"TABLE {name}": relation.comment}
    comments |= {f"COLUMN {name}.{column}": about.comment for column, about in relation.columns.items()}
    return ";".join(f"COMMENT ON {named} IS {_literal(comment)}" for named, comment in comments.items())


def read(path: Path, names: Iterable[str] = RELATIONS) -> dict[str, pl.DataFrame]:
    """Relations of a release, all of them if none are named; their rows in the order in which they stand there."""
    with _whole(path), duckdb.connect(path, read_only=True) as connection:
        return {name: connection.execute(f"FROM {name}").pl() for name in names}


@dataclass(frozen=True)
class Described:
    """What the file of a release says of one of its relations."""

    comment: str
    columns: dict[str, tuple[str, str]]
    """Each column's type, as DuckDB writes it, and its comment."""
    rows: int


def descriptions(path: Path) -> dict[str, Described]:
    """The relations of a release as its own comments describe them, in the order of the contract."""
    with _whole(path), duckdb.connect(path, read_only=True) as connection:
        relations = {name: about for name, *about in connection.execute(_COMMENTS).fetchall()}
        columns = connection.execute(_COLUMNS).fetchall()
    return {
        name: Described(
            relations[name][0],
            {column: (dtype, words) for table, column, dtype, words in columns if table == name},
            relations[name][1],
        )
        for name in sorted(relations, key=[*RELATIONS, *relations].index)
    }


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Raises Refused where the file of a release is not there, or is not whole."""
    try:
        yield
    except (duckdb.IOException, duckdb.SerializationException):
        raise Refused(
            f"The release {path.parent.name} is missing or damaged: its file is not a whole DuckDB file. Put it back "
            f"with `openness restore FILE`."
        ) from None


def broken_contracts(frames: dict[str, pl.DataFrame]) -> Iterator[tuple[str, list[str]]]:
    """The relations that break their contract, each with the rules it breaks."""
    for name, frame in frames.items():
        broken = broken_rules(RELATIONS[name], frame)
        if not frame.equals(frame.sort(RELATIONS[name].order, maintain_order=True)):
            broken.append("its rows do not stand in the order of what they say")
        if broken:
            yield name, broken


def relations_in(path: Path) -> list[str]:
    """The relations of this version's releases that a release has. Raises Refused where its file is not whole."""
    with _whole(path), duckdb.connect(path, read_only=True) as connection:
        there = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    return [name for name in RELATIONS if name in there]


def _check(path: Path) -> None:
    for name, broken in broken_contracts(read(path)):
        raise BrokenRelease(
            f"The release was not put in place: {name} breaks its contract ({'; '.join(broken)}). "
            "Nothing was published. Please report this."
        )


@contextmanager
def _removed_if_broken(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise StoreUnavailable(f"The release cannot be written: {reason_of(error)}. Nothing was published.") from None
    except (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException):  # what a full disk ends in
        shutil.rmtree(folder, ignore_errors=True)
        raise StoreUnavailable(f"The release cannot be written: {NO_ROOM}. Nothing was published.") from None
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
