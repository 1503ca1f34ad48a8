"""The release file: one immutable DuckDB file that holds only publishable numbers. Written beside, checked, renamed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pipelines.errors import OpennessError, StoreUnavailable
from pipelines.home_layout import CURRENT, FILE
from pipelines.private_files import only_for_the_owner, tighten_tree
from pipelines.release.columns import Relation, broken_rules
from pipelines.release.schema import RELATIONS

BUILDING = ".building-"
WITHDRAWN = ".withdrawn-"
STORAGE_VERSION = "v1.2.0"
"""The DuckDB release whose clients must still be able to read the file."""
READ_ONLY = 0o400
"""For its owner alone."""
BLOCK_SIZE = 16384
"""Bytes; DuckDB's smallest. A release is small, and the default would make it mostly air."""


class BrokenRelease(OpennessError):
    """The release just built breaks its own contract, and was not put in place."""

    exit_code = 3


def next_id(releases: Path, made: list[str], today: date) -> str:
    """The id of the next release: the day, and a number. `made` are all ids ever given."""
    taken = {*made, *(path.name for path in releases.glob("*"))}
    return next(name for number in range(1, 10_000) if (name := f"{today.isoformat()}-{number}") not in taken)


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
    return folder


@only_for_the_owner()
def put_in_place(releases: Path, release_id: str) -> Path:
    """Give a built release its name, and make it the current one. Each step is a single rename."""
    building, folder = releases / f"{BUILDING}{release_id}", releases / release_id
    if building.exists():
        building.rename(folder)
    beside = releases / f".{CURRENT}"
    beside.write_text(release_id, encoding="utf-8")
    beside.replace(releases / CURRENT)
    return folder / FILE


def discard(releases: Path, release_id: str) -> None:
    """Remove a release that was built and not put in place."""
    shutil.rmtree(releases / f"{BUILDING}{release_id}", ignore_errors=True)


def take_down(releases: Path, release_id: str) -> None:
    """Stop offering a release. It is kept under a name nobody looks for, as evidence of what was once shown."""
    if (releases / release_id).exists():
        (releases / release_id).rename(releases / f"{WITHDRAWN}{release_id}")


def left_over(releases: Path) -> list[str]:
    """Releases that were being built when something stopped it."""
    return sorted(path.name.removeprefix(BUILDING) for path in releases.glob(f"{BUILDING}*"))


def _write(path: Path, frames: dict[str, pl.DataFrame]) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            f"ATTACH {_literal(str(path))} AS release"
            f" (STORAGE_VERSION {_literal(STORAGE_VERSION)}, BLOCK_SIZE {BLOCK_SIZE})"
        )
        connection.execute("USE release")
        for name, relation in RELATIONS.items():
            _create(connection, name, relation, relation.shaped(frames[name]))
        connection.execute("CHECKPOINT")
        connection.execute("USE memory")
        connection.execute("DETACH release")


def _create(connection: duckdb.DuckDBPyConnection, name: str, relation: Relation, frame: pl.DataFrame) -> None:
    """DuckDB takes neither names nor comments as parameters; both come from this project's code alone."""
    connection.register("frame", frame)
    connection.execute(f"CREATE TABLE {name} AS FROM frame")
    connection.execute(f"COMMENT ON TABLE {name} IS {_literal(relation.comment)}")
    for column, about in relation.columns.items():
        connection.execute(f"COMMENT ON COLUMN {name}.{column} IS {_literal(about.comment)}")
    connection.unregister("frame")


def _check(path: Path) -> None:
    with duckdb.connect(path, read_only=True) as connection:
        for name, relation in RELATIONS.items():
            if broken := broken_rules(relation, connection.execute(f"FROM {name}").pl()):
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
        raise StoreUnavailable(f"The release cannot be written ({error.strerror}). Nothing was published.") from None
    except duckdb.IOException:
        shutil.rmtree(folder, ignore_errors=True)
        raise StoreUnavailable(
            "The release cannot be written. Look at the disk space. Nothing was published."
        ) from None
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
