"""A connection to a store: how it is opened and closed, how it is asked, and how it is changed in one step."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb
import polars as pl

from pipelines.private_files import only_for_the_owner
from pipelines.store.lake import USE
from pipelines.store.opening import as_unavailable, connect, other_version
from pipelines.store.queue import queued
from pipelines.store_place import Lake, StorePlace

if TYPE_CHECKING:
    from pipelines.instrument.catalogue import Catalogue


class Connection:
    """An open store. Use it in a `with`: whoever opens one waits until everybody before has closed it."""

    def __init__(
        self,
        path: StorePlace,
        *,
        read_only: bool = False,
        must_exist: bool = False,
        catalogue: "Catalogue | None" = None,
    ) -> None:
        """Open a store. Where there is none it is made, unless it is `read_only` or `must_exist`.

        With a `catalogue`, one of the first edition is brought up to date, and a copy of it kept beside it. Raises
        NoStore where there is none and none is made, StoreBusy where others have it for too long, StoreDamaged where
        its file is not whole, StoreUnavailable where it cannot be written, or is of another edition, and Refused where
        the catalogue is not the one its answers came in with.
        """
        self.path = path
        self.brought_up_to_date: list[str] = []
        """What was done to an older store when it was opened, as a sentence for whoever runs the command."""
        create = not (read_only or must_exist)
        with as_unavailable(path), ExitStack() as stack:
            self._require_turn = stack.enter_context(queued(path, create=create))
            told = self.brought_up_to_date.append
            self._connection = connect(path, read_only=read_only, create=create, catalogue=catalogue, tell=told)
            self._turn = stack.pop_all()

    @classmethod
    def open_existing(cls, path: StorePlace, catalogue: "Catalogue | None" = None) -> Self:
        """Open a store to change it, and never make one. Raises as opening does."""
        return cls(path, must_exist=True, catalogue=catalogue)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._turn, only_for_the_owner():  # what is not in the store's own file yet is written to it now
            self._connection.close()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with as_unavailable(self.path), self._connection.cursor() as cursor:
            if isinstance(self.path, Lake):
                cursor.execute(USE)
            yield cursor

    @contextmanager
    def _transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with only_for_the_owner(), self._cursor() as cursor:
            cursor.begin()
            try:
                yield cursor
                self._require_turn()
                cursor.commit()
            except BaseException:
                with suppress(duckdb.TransactionException):  # a commit that fails has rolled back already
                    cursor.rollback()
                raise

    def _query(self, sql: str, values: dict[str, object] | None = None, **frames: pl.DataFrame) -> pl.DataFrame:
        with self._cursor() as cursor:
            for name, frame in frames.items():
                cursor.register(name, frame)
            return cursor.execute(sql, values or {}).pl()

    def _short_list(self, sql: str, schema: dict[str, Any]) -> pl.DataFrame:
        """A few rows, without pyarrow, which takes as long to load as everything else that such a command needs."""
        with self._cursor() as cursor:
            rows = cursor.execute(sql).fetchall()
            if len(cursor.description or ()) != len(schema):
                raise other_version(self.path)
            return pl.DataFrame(rows, schema=schema, orient="row")
