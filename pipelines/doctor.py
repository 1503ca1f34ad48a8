"""Whether a home is well: each fault is a sentence, with the way out. Nothing is changed.

The store is looked at as everybody looks at it, in its turn. Whatever is wrong with one part, the others are
looked at too.
"""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.access_file import ACCESS, read_access
from pipelines.disclosure.audit import attack_ledger, require_pairs_safe
from pipelines.errors import NoStore, OpennessError
from pipelines.home_layout import ACCESS_LOG, CURRENT, FILE, LOG, RELEASES, SIGN_IN_FILE, STORE
from pipelines.instrument.catalogue import Catalogue
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.private_files import FOR_OTHERS
from pipelines.release import file as release
from pipelines.release.between_the_lines import require_nothing_told_besides
from pipelines.release.columns import broken_rules
from pipelines.release.history import offered, require_latest_is_current, require_one_history, require_same_results
from pipelines.release.schema import RELATIONS
from pipelines.settings import Settings
from pipelines.store.store import Store

ROOM = 200 * 1024 * 1024
"""Bytes that should be free: a release is built beside the others, and a backup holds everything once more."""
TOLERATED = timedelta(minutes=5)
"""By so much clocks of machines differ."""


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong, and what to do."""

    part: str
    fault: str


def examine_home(settings: Settings, now: datetime) -> list[Diagnosis]:
    """Everything that is wrong with a home; nothing where it is well."""
    home = settings.home
    if not home.is_dir():
        return [
            Diagnosis("home", f"There is no folder {home}. Name another with --home; `openness load` makes a home.")
        ]
    checks: dict[str, Callable[[], Iterator[str]]] = {
        "disk": lambda: _disk(home),
        "rights": lambda: _rights(home),
        "access": lambda: _access(home),
        "catalogue": lambda: _catalogue(settings),
        "current": lambda: _current(home / RELEASES),
        "store": lambda: _store(settings, now),
    }
    return [Diagnosis(part, fault) for part, check in checks.items() for fault in _told(check)]


def _told(check: Callable[[], Iterator[str]]) -> Iterator[str]:
    """What a check finds, and why it could go no further."""
    try:
        yield from check()
    except OpennessError as error:
        yield str(error)
    except OSError as error:
        yield f"Something in the home cannot be read ({error.strerror}). Look at the rights of its files and folders."


# ---- the folder ----


def _disk(home: Path) -> Iterator[str]:
    free = shutil.disk_usage(home).free
    if free < ROOM:
        yield (
            f"Only {free // 2**20} MB are free where the home lies. Make room before the next load or release: at "
            f"least {ROOM // 2**20} MB."
        )


def _rights(home: Path) -> Iterator[str]:
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        yield f"The folder {home} cannot be read or written by this user. Give it to the user that runs openness."
    for name in (STORE, f"{STORE}.wal", LOG, ACCESS, ACCESS_LOG, SIGN_IN_FILE, RELEASES):
        path = home / name
        with suppress(FileNotFoundError):
            mode = stat.S_IMODE(path.stat().st_mode)
            if os.name == "posix" and mode & FOR_OTHERS:
                yield f"Others on this machine may read {path}. Take that away with: chmod go-rwx {path}"
            if not os.access(path, os.R_OK):
                yield f"{path} cannot be read by this user. Give it to the user that runs openness."


def _access(home: Path) -> Iterator[str]:
    access = read_access(home)
    signs_in = (home / SIGN_IN_FILE).exists() or access.proxy
    if signs_in and not access.granted and not access.claim:
        yield "People sign in, and nobody has a role. Give the first with `openness access grant EMAIL steward`."


def _catalogue(settings: Settings) -> Iterator[str]:
    load_catalogue(settings.catalogue)
    yield from ()


# ---- the releases ----


def _current(releases: Path) -> Iterator[str]:
    pointer = releases / CURRENT
    if not pointer.exists():
        return
    named = release.current_id(releases)
    if not named or not (releases / named / FILE).is_file():
        yield (
            f"The file {pointer} names no release that is there, so pages say that nothing is published. The next "
            f"`openness publish` writes it anew."
        )


def _store(settings: Settings, now: datetime) -> Iterator[str]:
    try:
        with Store(settings.store, read_only=True) as store:
            yield from _clock(store, now)
            for check in (_history, _contract, _instrument, _audit):
                yield from _told(lambda check=check: check(store, settings))  # type: ignore[misc]
    except NoStore:
        if release.lying_there(settings.releases):
            yield "There are releases and no store. Put the newest backup back with `openness restore FILE`."


def _clock(store: Store, now: datetime) -> Iterator[str]:
    latest = max(store.releases()["published_at"], default=None)
    if latest is not None and latest > now + TOLERATED:
        yield (
            f"The clock of this machine shows {_minutes(now)} (UTC), and the last release bears {_minutes(latest)}. "
            f"Set the clock right."
        )


def _minutes(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"


def _history(store: Store, settings: Settings) -> Iterator[str]:
    require_one_history(store, settings.releases)
    require_same_results(store, store.ledger(), settings.releases)
    if not [*_current(settings.releases)]:
        require_latest_is_current(store, settings.releases)
    yield from ()


def _contract(store: Store, settings: Settings) -> Iterator[str]:
    """Whether the files of releases are as their contract says; damage is found by their hash already."""
    for release_id in offered(store.releases())["release_id"]:
        path = release.place_of(settings.releases, release_id)
        frames = release.read(path, release.relations_in(path))
        broken = [name for name, frame in frames.items() if broken_rules(RELATIONS[name], frame)]
        if broken:
            yield (
                f"The release {release_id} breaks the contract in {', '.join(broken)}. If an earlier version of "
                f"openness made it, publish again; else please report it."
            )


def _instrument(store: Store, settings: Settings) -> Iterator[str]:
    catalogue: Catalogue = load_catalogue(settings.catalogue)
    store.require_definitions(catalogue)
    yield from ()


def _audit(store: Store, settings: Settings) -> Iterator[str]:
    require_nothing_told_besides(store, settings.releases)
    ledger = store.ledger()
    require_pairs_safe(ledger, store.pairs())
    if not attack_ledger(ledger, unnamed=store.no_longer_named()).passed:
        yield "What was published can be taken apart. Run `openness audit`, and take the release off that it names."
