"""How a store is found, made and opened, and in which words it is told that it cannot be.

A new store is made beside its place, whole, and put there in one step: whoever finds one finds all of its tables. A
file of zero bytes, and one that an earlier version began and did not finish, count as no store.
"""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb

from pipelines.errors import FULL, NoStore, StoreDamaged, StoreFull, StoreUnavailable, reason_of
from pipelines.event_log import BROUGHT_UP_TO_DATE, account_name, note
from pipelines.home_layout import LOG, RELEASES, STORE_OF_THE_FIRST_EDITION
from pipelines.private_files import only_for_the_owner, tighten
from pipelines.store import lake, migration
from pipelines.store_place import Lake, StorePlace
from pipelines.version import CODE_VERSION

if TYPE_CHECKING:
    from pipelines.instrument.catalogue import Catalogue


LAST_VIEW = "SELECT 1 FROM duckdb_views() WHERE view_name = 'standing_contribution'"
"""Asks for what store.sql makes last: where that is, all is. To hand DuckDB a value would load pandas first."""
BUSY = "set lock"
"""DuckDB's words. Not "lock" alone: every block of a damaged file has it in its name."""
SIGNS_OF_DAMAGE = ("not a valid DuckDB database file", "Could not read enough bytes", "Corrupt database file")
"""DuckDB's words again."""
SIGNS_OF_A_FULL_DISK = ("No space left", "Could not write", "Failed to write", "File too large", "Quota exceeded")
"""The system's words, in DuckDB's."""
ONE_THREAD = "SET threads = 1"
"""A store has too few rows to share among threads: more of them would only wait for each other."""
NO_HARD_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS)


def connect(
    path: StorePlace,
    *,
    read_only: bool,
    create: bool,
    catalogue: "Catalogue | None" = None,
    tell: Callable[[str], None] = lambda _: None,
) -> duckdb.DuckDBPyConnection:
    """Open a store; where there is none, make it if `create`. With a catalogue, an older one is brought up to date.
    `tell` is given the sentence about that.

    Raises NoStore where there is none and none is to be made, StoreDamaged, and StoreUnavailable where it is in use by
    another process, cannot be read or written, or is of another edition. Raises Refused where it cannot be brought up
    to date with this catalogue.
    """
    with as_unavailable(path), only_for_the_owner():
        connection = _connection_to(path, read_only=read_only, create=create)
        try:
            finished = _is_finished(connection)
            if not create and not finished:
                raise NoStore(path)
            if finished and _is_older(connection, path) and isinstance(path, Path):
                connection = _up_to_date(connection, path, None if read_only else catalogue, tell)
            if not read_only:
                _complete(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection


def _connection_to(path: StorePlace, *, read_only: bool, create: bool) -> duckdb.DuckDBPyConnection:
    if isinstance(path, Lake):
        return lake.attached(path, read_only=read_only, create=create)
    if _is_missing(path):
        if not create:
            raise NoStore(path)
        _make(path)
    _tighten(path)
    connection = duckdb.connect(path, read_only=read_only)
    connection.execute(ONE_THREAD)
    return connection


@contextmanager
def as_unavailable(path: StorePlace) -> Iterator[None]:
    """DuckDB's and the system's complaints as one sentence with what to do; their own texts may hold values."""
    try:
        yield
    except duckdb.IOException as error:
        raise _explained(path, str(error)) from None
    except duckdb.SerializationException:
        raise StoreDamaged(path) from None
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull(path) from None
        words = f"The store {path} cannot be opened: {reason_of(error)}. Nothing was changed."
        raise StoreUnavailable(words, path) from None
    except (duckdb.CatalogException, duckdb.BinderException):
        raise other_version(path) from None
    except duckdb.Error as error:
        raise _explained(path, str(error), "failed. Try again") from None


def other_version(path: StorePlace) -> StoreUnavailable:
    """Where a table or a column is missing, or is too many."""
    return StoreUnavailable(
        f"The store {path} has other tables or columns than this version of openness, which is {CODE_VERSION}. Nothing "
        f"was changed. Use the version that made it, or put a backup back with `openness restore FILE`.",
        path,
    )


def _explained(
    path: StorePlace,
    complaint: str,
    otherwise: str = "cannot be read or written. Look at the disk space and the rights of its folder",
) -> StoreUnavailable:
    if isinstance(path, Lake):
        return lake.explained(complaint)
    if any(sign in complaint for sign in SIGNS_OF_DAMAGE):
        return StoreDamaged(path)
    if any(sign in complaint for sign in SIGNS_OF_A_FULL_DISK):
        return StoreFull(path)
    if BUSY in complaint.lower():
        reason = "is in use by another process. Wait until that has finished, then try again"
    else:
        reason = otherwise
    return StoreUnavailable(f"The store {path} {reason}. Nothing was changed.", path)


def _is_missing(path: Path) -> bool:
    """Without a file, or with one of zero bytes. Where a log of changes lies beside it, that is no new beginning.

    Raises StoreDamaged there.
    """
    if _size(path):
        return False
    if _size(_changes(path)):
        raise StoreDamaged(path)
    return True


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _changes(path: Path) -> Path:
    """DuckDB's log of changes that are not in the store's own file yet."""
    return path.with_name(f"{path.name}.wal")


def _make(path: Path) -> None:
    """Make a whole store beside its place, and put it there unless another process has been quicker."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".store-", dir=path.parent) as folder:
        made = Path(folder) / path.name
        with duckdb.connect(made) as connection:
            connection.execute(ONE_THREAD)
            _complete(connection, path)
        _put_in_place(made, path)


def _put_in_place(made: Path, path: Path) -> None:
    if path.exists():  # it has zero bytes
        made.replace(path)
        return
    try:
        with suppress(FileExistsError):
            os.link(made, path)
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        made.replace(path)


def _complete(connection: duckdb.DuckDBPyConnection, path: StorePlace) -> None:
    """Make whatever tables and views are missing: all, or none."""
    statements = migration.sql("store.sql")
    if isinstance(path, Lake) and lake.was_made_with(connection, statements):
        return
    connection.begin()
    connection.execute(statements)
    if isinstance(path, Lake):
        lake.note_made_with(connection, statements)
    connection.commit()


def _is_older(connection: duckdb.DuckDBPyConnection, path: StorePlace) -> bool:
    version = migration.version_of(connection, path)
    migration.refuse_newer(path, version)
    return version < migration.VERSION


def _up_to_date(
    connection: duckdb.DuckDBPyConnection, path: Path, catalogue: "Catalogue | None", tell: Callable[[str], None]
) -> duckdb.DuckDBPyConnection:
    """A connection to the store, brought up to date. The copy is made while nobody has it open, so that it is whole."""
    if catalogue is None:
        migration.refuse_older(path)
        return connection
    sources = migration.its_catalogues(connection, path, catalogue)
    connection.close()
    migration.keep_copy(path)
    connection = duckdb.connect(path)
    if _is_older(connection, path):
        migration.migrate(connection, sources[0].catalogue if sources else catalogue)
        note(path.with_name(LOG), BROUGHT_UP_TO_DATE, by=account_name(), catalogues=[known.words for known in sources])
        tell(migration.told(path, sources))
    return connection


def _is_finished(connection: duckdb.DuckDBPyConnection) -> bool:
    return connection.execute(LAST_VIEW).fetchone() is not None


def _tighten(path: Path) -> None:
    """A store is for its owner alone. So is its folder, unless other things than ours lie there too."""
    changes = _changes(path)
    for file in (path, changes):
        tighten(file)
    ours = {path.name, changes.name, STORE_OF_THE_FIRST_EDITION, LOG, RELEASES}
    with suppress(OSError):
        if all(entry.name in ours or entry.name.startswith(".") for entry in path.parent.iterdir()):
            tighten(path.parent)
