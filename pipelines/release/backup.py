"""A home in one archive, and back again: store, releases and log, so that store and releases tell one history.

An archive is a zip file. Its first entry, the manifest, names every other file with its SHA-256. It is written beside
its place and put there in one step. Nothing of it is put into a home before all of it has been checked, and publishing
could go on from it.
"""

import errno
import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from pipelines.disclosure.audit import require_safe
from pipelines.errors import (
    NO_ROOM,
    NoStore,
    OpennessError,
    Refused,
    StoreDamaged,
    StoreFull,
    StoreUnavailable,
    Unreadable,
    reason_of,
)
from pipelines.home_layout import CURRENT, FILE, LOG, RELEASES, STORE
from pipelines.private_files import only_for_the_owner
from pipelines.progress import Progress, quiet
from pipelines.release import file as release
from pipelines.release.history import require_one_history, require_same_results, settle
from pipelines.store.queue import turn
from pipelines.store.store import Store
from pipelines.store_place import Lake, StorePlace

MANIFEST = "manifest.json"
FORMAT = "openness backup 1"
TOLD = 3
"""Of so many things that a backup does not know it is told what they are."""
RESTORING = ".restoring-"
"""How the folder begins in which a backup is unpacked."""
_NOT_WHOLE = "is not a whole backup: it was cut short, or changed. Nothing was changed. Use another one."
_BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError)


@dataclass(frozen=True)
class BackedUp:
    """What an archive holds: how many files, and the releases that are offered; and where it was put back, the damaged
    store that was there, which may have known more. It is kept under another name."""

    files: int
    releases: list[str]
    damaged: Path | None = None


# ---- into an archive ----


@only_for_the_owner()
def back_up(home: Path, archive: Path, progress: Progress = quiet, *, store_at: StorePlace | None = None) -> BackedUp:
    """Write a home into a new archive: all of it, or nothing. The store is locked meanwhile; it is the one in the home,
    unless it is at another place.

    Raises Refused where the archive is there already, or where store and releases do not tell one history;
    StoreUnavailable where the store is missing or in use, or the archive cannot be written.
    """
    if archive.exists():
        raise Refused(f"{archive} is there already. Give another name.")
    with Store.open_existing(store_at or home / STORE) as store, _as_sentence(archive, "written"):
        require_one_history(store, home / RELEASES)
        settle(store, home / RELEASES)
        require_same_results(store, store.ledger(), home / RELEASES)
        progress("Copying the store")
        with TemporaryDirectory(prefix=".backup-", dir=archive.absolute().parent) as folder:
            store.copy_to(Path(folder) / STORE)
            files = {STORE: Path(folder) / STORE, **_files_of_home(home)}
            beside = Path(folder) / archive.name
            progress("Writing the archive")
            _write(beside, files)
            beside.replace(archive)
        return BackedUp(len(files), store.offered_releases())


def _files_of_home(home: Path) -> dict[str, Path]:
    """Log and releases, by their name in the archive. What is just being built does not belong to them."""
    found = sorted((home / RELEASES).rglob("*")) if (home / RELEASES).is_dir() else []
    names = {path.relative_to(home).as_posix(): path for path in (home / LOG, *found) if path.is_file()}
    return {name: path for name, path in names.items() if not name.startswith(f"{RELEASES}/{release.BUILDING}")}


def _write(archive: Path, files: dict[str, Path]) -> None:
    manifest = {"format": FORMAT, "sha256": {name: release.sha256_of(path) for name, path in files.items()}}
    with zipfile.ZipFile(archive, "x", zipfile.ZIP_DEFLATED, compresslevel=6) as opened:
        opened.writestr(MANIFEST, json.dumps(manifest, indent=2))
        for name, path in files.items():
            opened.write(path, name)


# ---- out of an archive ----


@only_for_the_owner()
def restore(home: Path, archive: Path, progress: Progress = quiet, *, store_at: StorePlace | None = None) -> BackedUp:
    """Put a backup in the place of what a home holds. Done before, or stopped half-way, it can be done again.

    Raises Unreadable where the archive is not whole; Refused where the home holds anything that the backup does not
    know, or the backup's own store and releases do not tell one history, or the store is in DuckLake; StoreUnavailable
    where the store is in use, or there is no room.
    """
    if isinstance(store_at, Lake):
        raise Refused(
            "OPENNESS_STORE names a store in DuckLake, and a backup is put back into a home. Unset OPENNESS_STORE, and "
            "put the backup back into a new home with --home; then carry its store into a new database with `openness "
            "store move`. Nothing was changed."
        )
    with _as_sentence(home, "written"), ExitStack() as stack:
        home.mkdir(parents=True, exist_ok=True)
        stack.enter_context(turn(home / STORE))
        for left_over in home.glob(f"{RESTORING}*"):
            shutil.rmtree(left_over)
        with TemporaryDirectory(prefix=RESTORING, dir=home) as folder:
            restored = Path(folder)
            progress("Reading the archive")
            files = _unpack(archive, restored)
            progress("Checking what is in it")
            known, releases = _proved(restored, progress)
            _refuse_what_is_newer(home, known)
            progress("Putting it in place")
            damaged = _put_in_place(restored, home)
    return BackedUp(files, releases, damaged)


def _unpack(archive: Path, folder: Path) -> int:
    """Write the files of an archive into a folder, each checked by its SHA-256; how many they are."""
    try:
        with zipfile.ZipFile(archive) as opened:
            listed = _manifest_of(opened)
            for name, sha256 in listed.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                with opened.open(name) as source, path.open("xb") as target:
                    shutil.copyfileobj(source, target)
                if release.sha256_of(path) != sha256:
                    raise Unreadable(archive, _NOT_WHOLE)
    except FileNotFoundError:
        raise Unreadable(archive, "there is no such file.") from None
    except _BROKEN_ARCHIVE:
        raise Unreadable(archive, _NOT_WHOLE) from None
    except OSError as error:  # a damaged archive may send its reader to a place before its beginning
        if error.errno != errno.EINVAL:
            raise
        raise Unreadable(archive, _NOT_WHOLE) from None
    return len(listed)


def _manifest_of(opened: zipfile.ZipFile) -> dict[str, str]:
    """The files of an archive with their SHA-256. Raises ValueError where it is not one of ours, or holds others."""
    manifest = json.loads(opened.read(MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ValueError
    listed: dict[str, str] = manifest["sha256"]
    names = [name for name in opened.namelist() if name != MANIFEST]
    if sorted(names) != sorted(listed) or STORE not in listed or not all(map(_belongs, names)):
        raise ValueError
    return listed


def _belongs(name: str) -> bool:
    """Whether a home has such a file."""
    path = PurePosixPath(name)
    if name in {STORE, LOG, f"{RELEASES}/{CURRENT}"}:
        return True
    return path.parts[0] == RELEASES and path.parts[2:] == (FILE,) and ".." not in path.parts


def _proved(restored: Path, progress: Progress) -> tuple[frozenset[str], list[str]]:
    """Everything that a restored home knows, and the releases it offers.

    Raises Refused where store and releases do not tell one history, or the attacker wins.
    """
    with Store.open_existing(restored / STORE) as store:
        require_one_history(store, restored / RELEASES)
        ledger = store.ledger()
        require_same_results(store, ledger, restored / RELEASES)
        require_safe(ledger, progress, store.no_longer_named())
        return store.everything_noted(), store.offered_releases()


def _refuse_what_is_newer(home: Path, known: frozenset[str]) -> None:
    """Raises Refused where a home holds a release, submission, withdrawal or year's event unknown to the backup."""
    lying = {f"release {release_id}" for release_id in release.lying_there(home / RELEASES)}
    newer = sorted((lying | _noted_in(home)) - known)
    if newer:
        more = f" and {len(newer) - TOLD} more" if len(newer) > TOLD else ""
        raise Refused(
            f"The home {home} holds what the backup does not know: {', '.join(newer[:TOLD])}{more}. Nothing was "
            f"changed. Use a newer backup; or give another --home, if that is to be given up."
        )


def _noted_in(home: Path) -> frozenset[str]:
    """Everything that the store of a home knows: nothing where there is none, or none that can be opened."""
    with suppress(NoStore, StoreDamaged), Store.open_existing(home / STORE) as store:
        return store.everything_noted()
    return frozenset()


def _put_in_place(restored: Path, home: Path) -> Path | None:
    """Put the pieces of a restored home into a home, each in one step, and the store last; the damaged store that was
    there, if it was.

    If this is stopped, store and releases do not tell one history, or there is no store: then nothing can be published
    before it is done again. A store that cannot be opened may hold what the backup does not know, and is kept.
    """
    damaged, away = _is_damaged(home / STORE), restored / "away"
    away.mkdir()
    for name in (STORE, f"{STORE}.wal"):
        if (home / name).exists():
            (home / name).replace(home / f"{name}.damaged" if damaged else away / name)
    if (home / RELEASES).exists():
        (home / RELEASES).replace(away / RELEASES)
    for name in (LOG, RELEASES, STORE):
        if (restored / name).exists() and not (home / name).exists():
            (restored / name).replace(home / name)
    return home / f"{STORE}.damaged" if damaged else None


def _is_damaged(store: Path) -> bool:
    try:
        with suppress(NoStore), Store.open_existing(store):
            pass
    except StoreDamaged:
        return True
    return False


@contextmanager
def _as_sentence(place: Path, done: str) -> Iterator[None]:
    """What the system complains of, as a sentence."""
    try:
        yield
    except StoreFull:  # a copy of the store
        raise StoreUnavailable(f"{place} cannot be {done}: {NO_ROOM}. Nothing was changed.") from None
    except OpennessError:
        raise
    except OSError as error:
        raise StoreUnavailable(f"{place} cannot be {done}: {reason_of(error)}. Nothing was changed.") from None
