"""Where a store is: in a file of its own, or in DuckLake, where many machines share one.

DuckLake keeps a list of tables in PostgreSQL, with the rows that came in small numbers, and makes Parquet files of the
others, in a folder. For a trial a file takes the place of PostgreSQL, and then it is a store for one machine.
"""

from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import Unreadable

DUCKLAKE = "ducklake:"
POSTGRES = "postgres:"
OTHER_CATALOGUES = ("sqlite:", "mysql:", "duckdb:", "quack:")
"""Where DuckLake could keep its list too. None of them lets many machines wait for each other."""


@dataclass(frozen=True, slots=True)
class Lake:
    """A store in DuckLake. Its address may hold a password, so that nothing ever shows it."""

    address: str = field(repr=False)
    """What stands behind `ducklake:`."""
    data: str | None = field(default=None, repr=False)
    """The folder of its files, or the address of one. Who opens a lake that is there already need not know it."""

    def __str__(self) -> str:
        """To stand behind "the store"."""
        return "in DuckLake"

    @property
    def postgres(self) -> str | None:
        """How PostgreSQL is reached, in the words of libpq; None where a file takes its place."""
        return self.address.removeprefix(POSTGRES) if self.address.startswith(POSTGRES) else None

    @property
    def file(self) -> Path | None:
        """The file that takes the place of PostgreSQL."""
        return None if self.postgres is not None else Path(self.address)


StorePlace = Path | Lake


def store_place(text: str, data: str | None, said_by: str) -> StorePlace:
    """A place as somebody wrote it: a path, or `ducklake:` and an address. `said_by`: where it was written.

    Raises Unreadable where it is no place that a store can be in.
    """
    if not text.startswith(DUCKLAKE):
        return _absolute(text)
    address = text.removeprefix(DUCKLAKE)
    if not address.removeprefix(POSTGRES) or address.startswith(OTHER_CATALOGUES):
        raise Unreadable(
            said_by,
            "this is no place for a store. Write ducklake:postgres: and how PostgreSQL is reached: "
            "ducklake:postgres:dbname=audit host=db.example.org user=openness.",
        )
    if not address.startswith(POSTGRES):
        address = str(_absolute(address))
    return Lake(address, data if data is None or "://" in data else str(_absolute(data)))


def folder_of(place: StorePlace) -> Path | None:
    """The folder in which the file of a store lies; None where it lies in PostgreSQL."""
    file = place.file if isinstance(place, Lake) else place
    return None if file is None else file.parent


def _absolute(text: str) -> Path:
    return Path(text).expanduser().absolute()
