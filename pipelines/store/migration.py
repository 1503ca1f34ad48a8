"""The edition of a store's tables. One of the first edition is brought up to date, and a copy of it is kept.

The first edition kept no definitions of its measures. They are taken from the catalogue with which its answers came in.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pipelines.errors import Refused, StoreUnavailable
from pipelines.event_log import present_time
from pipelines.home_layout import STORE_OF_THE_FIRST_EDITION
from pipelines.instrument.definitions import definition, definitions
from pipelines.shipped_files import CATALOGUE, FIRST_EDITION
from pipelines.store_place import StorePlace

if TYPE_CHECKING:
    from pipelines.instrument.catalogue import Catalogue


VERSION = 2
"""The edition of store.sql."""
MOVED = "moved"
"""The table that a store has when it has been carried elsewhere."""
REPLACED = (
    *("submission", "submission_scope", "contribution", "withdrawal", "release"),
    *("version", "part", "result", "retired"),
)
"""Tables that were otherwise in the first edition."""
NO_LONGER_NEEDED = (*(f"first_edition_{table}" for table in REPLACED), "programme_code")


def version_of(connection: duckdb.DuckDBPyConnection, path: StorePlace) -> int:
    """The edition of a finished store. Raises StoreUnavailable where it has been carried elsewhere."""
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if MOVED in tables:
        raise StoreUnavailable(
            f"The store {path} has been carried to another place with `openness store move`, and is used no more. Name "
            f"the place that it was carried to: OPENNESS_STORE for DuckLake, --home for a file. Nothing was changed.",
            path,
        )
    if "store_version" not in tables:
        return 1
    [(version,)] = connection.execute("SELECT max(version) FROM store_version").fetchall()
    return int(version or VERSION)


def refuse_newer(path: StorePlace, version: int) -> None:
    """Raises StoreUnavailable for a store that a later version of this software has made."""
    if version > VERSION:
        raise StoreUnavailable(
            f"The store {path} was made by a newer version of openness (its tables are of edition {version}; this "
            f"version knows edition {VERSION}). Nothing was changed. Install the newer version, and try again.",
            path,
        )


def refuse_older(path: Path) -> None:
    """Raises StoreUnavailable for a store that is still to be brought up to date."""
    raise StoreUnavailable(
        f"The store {path} was made by an earlier version of openness. Nothing was changed. The next `openness load`, "
        f"`open`, `close` or `publish` brings it up to date, and keeps a copy of it in the same folder.",
        path,
    )


@dataclass(frozen=True)
class Source:
    """A catalogue that answers of an old store are taken to have been asked with, and where it is from."""

    catalogue: "Catalogue"
    comes_with_openness: bool

    def has(self, measures: Iterable[str]) -> bool:
        """Whether it has all of these measures."""
        return set(measures) <= set(self.catalogue.measures)

    @property
    def words(self) -> str:
        """Which catalogue it is."""
        instrument = self.catalogue.instrument
        origin = "the one that comes with openness" if self.comes_with_openness else "the one that you gave"
        return f"version {instrument.version} of the catalogue “{instrument.id}” ({origin})"


def its_catalogues(connection: duckdb.DuckDBPyConnection, path: Path, given: "Catalogue") -> list[Source]:
    """The catalogues of the answers in a store of the first edition, the latest first: each the one given, or one that
    comes with openness. What the measures of the store ask is taken from the first of them, once and for all.

    Raises Refused where one is neither, where the one given asks otherwise than the one of its version that comes with
    openness, and where two of them ask a measure of the store differently.
    """
    came = connection.execute(
        """
        SELECT instrument_id, catalogue_version, list(DISTINCT measure_id) FILTER (measure_id IS NOT NULL)
        FROM submission LEFT JOIN contribution USING (submission_id)
        WHERE dataset IN ('staff_responses', 'trainee_responses', 'counts')
        GROUP BY ALL ORDER BY max(submitted_at) DESC
        """
    ).fetchall()
    seen = connection.execute("SELECT DISTINCT measure_id FROM version").fetchall()
    held = {measure for *_, measures in came for measure in measures or ()} | {measure for (measure,) in seen}
    found = [
        _source(path, given, instrument_id, version, held if place == 0 else set(measures or ()))
        for place, (instrument_id, version, measures) in enumerate(came)
    ]
    for earlier, (_, _, measures) in zip(found[1:], came[1:], strict=True):
        _require_asked_alike(path, found[0].catalogue, earlier.catalogue, measures or ())
    return found


def told(path: Path, sources: Sequence[Source]) -> str:
    """What was done to a store that has been brought up to date, for whoever runs the command."""
    done = (
        f"The store {path} was made by an earlier version of openness, and has been brought up to date. A copy of it "
        f"as it was is kept in {copy_of(path)}."
    )
    if not sources:
        return f"{done} It held no answers."
    return (
        f"{done} Its answers are taken to have been asked with {' and '.join(source.words for source in sources)}. If "
        f"they were asked with other questions, put the copy back as {path.name}, and take those answers back with the "
        f"earlier version of openness before you go on."
    )


def _source(path: Path, given: "Catalogue", instrument_id: str, version: str, measures: set[str]) -> Source:
    """The catalogue of a version, which has these measures. Raises Refused where it is not known."""
    known = (*map(_shipped, (FIRST_EDITION / "catalogue.toml", CATALOGUE)), Source(given, comes_with_openness=False))
    same = [
        source
        for source in known
        if (instrument_id, version) == (source.catalogue.instrument.id, source.catalogue.instrument.version)
    ]
    if len(same) > 1:
        _require_as_shipped(path, same[0].catalogue, given, measures)
    for source in same:
        if source.has(measures):
            return source
    if any(not source.comes_with_openness for source in same):
        raise Refused(
            f"The store {path} was made by an earlier version of openness, and has answers to "
            f"{min(measures - set(given.measures))}, which this catalogue does not have. Name the file of the "
            f"catalogue they came in with, with --catalogue. Nothing was changed."
        )
    raise Refused(
        f"The store {path} was made by an earlier version of openness, with version {version} of the catalogue "
        f"“{instrument_id}”. To bring it up to date, that catalogue is needed, not version "
        f"{given.instrument.version} of “{given.instrument.id}”: name its file with --catalogue. Nothing was changed."
    )


def _shipped(file: Path) -> Source:
    from pipelines.instrument.catalogue import read_catalogue  # noqa: PLC0415  only old stores need it

    return Source(read_catalogue(file.name, file.read_bytes()), comes_with_openness=True)


def _require_as_shipped(path: Path, shipped: "Catalogue", given: "Catalogue", measures: Iterable[str]) -> None:
    """Raises Refused where a catalogue calls itself by the version of one that comes with openness, and asks a measure
    of the store otherwise."""
    for measure in _asked_otherwise(shipped, given, {*measures} & set(shipped.measures) & set(given.measures)):
        raise Refused(
            f"The store {path} was made by an earlier version of openness. The catalogue given calls itself version "
            f"{given.instrument.version} of “{given.instrument.id}”, but it asks {measure} otherwise than that "
            f"version, which comes with openness. If the answers were asked with the one that comes with openness, "
            f"leave out --catalogue (or OPENNESS_CATALOGUE). If they were asked with the one given, take them back "
            f"with the earlier version of openness, give what it asks otherwise an id of its own, and load them here. "
            f"Nothing was changed."
        )


def _require_asked_alike(path: Path, latest: "Catalogue", earlier: "Catalogue", measures: Iterable[str]) -> None:
    """Raises Refused where an earlier version of the catalogue asked a measure otherwise than the latest: answers to
    two questions would be taken for answers to one."""
    for measure in _asked_otherwise(earlier, latest, measures):
        raise Refused(
            f"The store {path} was made by an earlier version of openness. It has answers to {measure} from versions "
            f"{earlier.instrument.version} and {latest.instrument.version} of the catalogue, which asked it "
            f"differently, and they must not be counted together. Take the files of one of them back with that "
            f"earlier version of openness, and load them here with a catalogue in which the other question has an id "
            f"of its own. Nothing was changed."
        )


def _asked_otherwise(first: "Catalogue", second: "Catalogue", measures: Iterable[str]) -> Iterator[str]:
    """Which of these measures, which both catalogues have, the two define differently."""
    for measure in sorted(measures):
        if definition(first, first.measures[measure]) != definition(second, second.measures[measure]):
            yield measure


def keep_copy(path: Path) -> Path:
    """Copy a store that nobody has open. A copy that is there already is replaced: it was of the same store."""
    beside = path.with_name(f".{STORE_OF_THE_FIRST_EDITION}")
    shutil.copyfile(path, beside)
    return beside.replace(copy_of(path))


def copy_of(path: Path) -> Path:
    """Where the copy of a store of the first edition is kept."""
    return path.with_name(STORE_OF_THE_FIRST_EDITION)


def migrate(connection: duckdb.DuckDBPyConnection, catalogue: "Catalogue") -> None:
    """Bring a store of the first edition up to date: all of it, or nothing."""
    connection.begin()
    try:
        _drop_views(connection)
        for table in REPLACED:
            connection.execute(f"ALTER TABLE {table} RENAME TO first_edition_{table}")
        connection.execute(sql("store.sql"))
        connection.register("asked", definitions(catalogue))
        at = present_time()
        for statement in connection.extract_statements(sql("first_edition.sql")):
            connection.execute(statement, {"at": at} if "at" in statement.named_parameters else {})
        for table in NO_LONGER_NEEDED:
            connection.execute(f"DROP TABLE {table}")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def sql(name: str) -> str:
    """A file of statements in this folder."""
    return (files("pipelines.store") / name).read_text(encoding="utf-8")


def _drop_views(connection: duckdb.DuckDBPyConnection) -> None:
    views = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    for (view,) in views:
        connection.execute(f"DROP VIEW {view}")
