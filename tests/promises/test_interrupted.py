"""Loading, closing, publishing and withdrawing that are killed, at each statement, at each rename, and at any moment;
backing up and restoring, at any moment. Store and releases are then as they were before or after, the
next publish finishes or forgets what was left, and audit and doctor find nothing. Every file that was taken in before
still counts.

At any moment real processes are killed, forked off one that has imported everything already. For each step the files
are copied as they are just before it: a process killed there leaves the same, because what it has not yet handed to the
system is in no copy.
"""

import multiprocessing
import os
import random
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import duckdb
import pytest
import tomli_w

from pipelines.doctor import examine_home
from pipelines.release.backup import back_up, restore
from pipelines.release.file import BUILDING
from pipelines.release.history import settle
from pipelines.release.publishing import publish
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.factories import NOW, a_catalogue, a_file, a_measure, counts_csv, loaded, programmes_csv, released
from tests.thorough import EVERYTHING, some

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")

INSTRUMENT = a_catalogue(a_measure(), a_measure("told", base="asked"))
PROGRAMMES = ("aa", "bb", "cc")
STEPS = {
    "_duckdb": {"begin", "commit", "execute"},
    os.name: {"mkdir", "rename", "replace", "chmod", "unlink", "rmdir"},
}
"""Calls into C before which a process may be killed, by their module: into the store or the system."""
PASSED_OVER = {"_query", "_create"}
"""Where the store is only read; and where a release is written of which nobody knows yet, statement by statement."""
KILLS = 300 if EVERYTHING else 30
MOMENTS = KILLS // 6
"""For each of the six works."""
TABLES = (
    *("submission", "submission_scope", "programme", "contribution", "withdrawal"),
    *("release", "override", "identity", "year_event", "definition"),
    *("seen", "part", "result", "result_subgroup", "retired"),
)
RANDOM = ("submission_id", "superseded_by")
"""Ids drawn by lot."""


# ---- what is interrupted ----


def load_second(home: Path) -> None:
    """A file that takes the place of an earlier one."""
    with Store(home / "store.duckdb") as store:
        loaded(store, home / "again.csv", "counts", INSTRUMENT, replace=True)


def publish_second(home: Path) -> None:
    """A release with new results, without a programme that has been withdrawn: an earlier release is taken down."""
    with Store(home / "store.duckdb") as store:
        publish(store, INSTRUMENT, home / "releases", now=NOW + timedelta(days=1), published_by="tester")


def close_third(home: Path) -> None:
    """A year whose collection ends."""
    with Store(home / "store.duckdb") as store:
        store.close_years(["2025-26"], by="tester", at=NOW + timedelta(days=1))


def withdraw_second(home: Path) -> None:
    """A programme with everything it sent."""
    with Store(home / "store.duckdb") as store:
        store.withdraw(None, "bb", by="tester", at=NOW + timedelta(days=1), reason="It asked to.")


def back_up_first(home: Path) -> None:
    """A backup beside the home, which is left as it is."""
    back_up(home, home.parent / f"{home.name}.zip")


def restore_first(home: Path) -> None:
    """The backup of the home as it was put into a home that has lost its store and its releases."""
    restore(home, home / ARCHIVE)


ARCHIVE = "earlier.zip"
Work = Callable[[Path], None]


def left_by_step(work: Work, home: Path, folder: Path) -> list[Path]:
    """Copies of the home: before each step of the work, and after it; one where a step changed nothing on the disk."""
    copies: list[Path] = []
    looks: list[Any] = []

    def copy() -> None:
        look = sorted((str(path), path.lstat().st_mtime_ns, path.lstat().st_size) for path in home.rglob("*"))
        if look not in looks[-1:]:
            looks.append(look)
            copies.append(shutil.copytree(home, folder / str(len(copies))))

    def watch(frame: FrameType, happening: str, called: Any) -> None:
        is_step = happening == "c_call" and called.__name__ in STEPS.get(called.__module__, ())
        if is_step and frame.f_code.co_name not in PASSED_OVER:
            copy()

    sys.setprofile(watch)
    try:
        work(home)
    finally:
        sys.setprofile(None)
    copy()
    return copies


# ---- homes ----


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three programmes and a first release; then one of them is withdrawn, and two more years come in."""
    home = tmp_path_factory.mktemp("before")
    with Store(home / "store.duckdb") as store:
        loaded(store, a_file(home, programmes_csv(*PROGRAMMES), "programmes.csv"), "programmes", INSTRUMENT)
        _load_year(store, home, "2022-23")
        store.close_years(["2022-23"], by="tester", at=NOW)
        publish(store, INSTRUMENT, home / "releases", now=NOW, published_by="tester")
        store.withdraw(None, "cc", by="tester", at=NOW, reason="It asked to.")
        for year in ("2023-24", "2024-25"):
            _load_year(store, home, year)
        store.open_years(["2025-26"], by="tester", at=NOW)
    instrument = INSTRUMENT.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude_none=True)
    a_file(home, tomli_w.dumps(instrument), "catalogue.toml")
    again = [("aa", "2024-25", "asked", 32, 15), ("aa", "2024-25", "told", 13, 6), ("bb", "2024-25", "asked", 9, 1)]
    a_file(home, counts_csv(*again, ("bb", "2024-25", "told", 1, 0)), "again.csv")
    return home


def _load_year(store: Store, home: Path, year: str) -> None:
    registered = sorted(store.registered_programmes())
    rows = [(who, year, *counts) for who in registered for counts in (("asked", 30, 14), ("told", 12, 5))]
    loaded(store, a_file(home, counts_csv(*rows), f"{year}.csv"), "counts", INSTRUMENT)


@dataclass(frozen=True)
class Home:
    """All there is to see of a home."""

    stored: dict[str, list[str]]
    offered: list[str]
    current: str
    shown: list[str]


def seen(home: Path) -> Home:
    with duckdb.connect(home / "store.duckdb") as store:
        tables = {name: store.execute(f"FROM {name}").pl() for name in TABLES}
    releases = home / "releases"
    return Home(
        {name: sorted(map(str, rows.drop(RANDOM, strict=False).rows())) for name, rows in tables.items()},
        sorted(path.name for path in releases.iterdir() if not path.name.startswith(".")),
        (releases / "current").read_text(encoding="utf-8"),
        sorted(map(str, released(home, "result").rows())),
    )


@dataclass(frozen=True)
class Undisturbed:
    """A work, where it starts, what a home is like before and after it, and how long it takes."""

    work: Work
    start: Path
    before: Home
    after: Home
    seconds: float


@pytest.fixture(scope="module", params=[load_second, publish_second, close_third, withdraw_second])
def undisturbed(request: pytest.FixtureRequest, before: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    home = shutil.copytree(before, tmp_path_factory.mktemp("after") / "home")
    _started(request.param, home).join()  # the first takes longer, because everything is imported
    shutil.rmtree(home)
    shutil.copytree(before, home)
    since = time.monotonic()
    _started(request.param, home).join()
    seconds = time.monotonic() - since
    return Undisturbed(request.param, before, seen(before), seen(home), seconds)


def _started(work: Work, home: Path) -> BaseProcess:
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload([__name__])
    process = forking.Process(target=work, args=(home,))
    with pytest.MonkeyPatch.context() as patched:  # a page test may have left its script as the main module
        patched.setitem(sys.modules, "__main__", ModuleType("__main__"))
        process.start()
    return process


# ---- what is left ----


def as_before_or_after(home: Path, undisturbed: Undisturbed) -> bool:
    """Whether the work was done. Nothing is half-way, and whatever was left over has been settled."""
    before, after = undisturbed.before, undisturbed.after
    left = seen(home)
    assert left.stored in (before.stored, after.stored)
    assert left.current in left.offered
    assert left.shown in (before.shown, after.shown)
    assert set(left.offered) <= {*before.offered, *after.offered}
    with Store(home / "store.duckdb") as store:
        settle(store, home / "releases")
    whole(home)
    done = left.stored == after.stored
    assert seen(home) == (after if done else before)
    assert not list((home / "releases").glob(f"{BUILDING}*"))
    return done


def whole(home: Path) -> None:
    """Doctor finds nothing, and neither does the audit, which is a part of it."""
    settings = Settings(home=home, catalogue=home / "catalogue.toml")
    assert examine_home(settings, NOW + timedelta(days=2)) == []


@pytest.fixture
def fresh(undisturbed: Undisturbed, tmp_path: Path) -> Callable[[], Path]:
    numbers = count()
    return lambda: shutil.copytree(undisturbed.start, tmp_path / str(next(numbers)))


def test_the_work_changes_what_is_compared(undisturbed: Undisturbed) -> None:
    """Or else being as before or after would mean nothing."""
    assert undisturbed.before.stored != undisturbed.after.stored
    if undisturbed.work is publish_second:
        assert undisturbed.before.current != undisturbed.after.current
        assert undisturbed.before.current not in undisturbed.after.offered, "it held what was withdrawn"


def test_killed_at_any_step_it_leaves_everything_as_before_or_after(
    undisturbed: Undisturbed, fresh: Callable[[], Path], tmp_path: Path
) -> None:
    left, done = left_by_step(undisturbed.work, fresh(), tmp_path / "left"), list[bool]()
    for home in [*some(left[:-1], 3), left[-1]]:
        done.append(as_before_or_after(home, undisturbed))
        if not done[-1] and len(done) % 5 == 1:
            undisturbed.work(home)
            assert seen(home) == undisturbed.after, "done again, it is done as if nothing had happened"
        shutil.rmtree(home)
    assert len(left) > 2
    assert done == sorted(done), "once it is done, it stays done"
    assert (done[0], done[-1]) == (False, True)


def test_killed_at_any_moment_it_leaves_everything_as_before_or_after(
    undisturbed: Undisturbed, fresh: Callable[[], Path]
) -> None:
    moments, killed, seconds = random.Random(3), 0, undisturbed.seconds  # noqa: S311  nothing secret
    for _ in range(MOMENTS):
        home = fresh()
        took = _killed_after(moments.uniform(0, seconds), undisturbed.work, home)
        killed, seconds = killed + (took is None), took or seconds
        as_before_or_after(home, undisturbed)
    assert killed > MOMENTS / 3


def _killed_after(seconds: float, work: Work, home: Path) -> float | None:
    """Kill it then. How long it took, where it was done before: a moment later than that would never kill it."""
    process, since = _started(work, home), time.monotonic()
    process.join(seconds)
    if process.exitcode is not None:
        return time.monotonic() - since
    process.kill()
    process.join()
    return None


# ---- backups ----


def test_a_backup_that_is_killed_is_there_whole_or_not_at_all_and_leaves_the_home_alone(
    before: Path, tmp_path: Path
) -> None:
    def killed(home: Path) -> None:
        archive = home.parent / f"{home.name}.zip"
        assert seen(home) == seen(before)
        if archive.exists():
            restore(tmp_path / "restored", archive)
            assert seen(tmp_path / "restored") == seen(before)
            shutil.rmtree(tmp_path / "restored")
            archive.unlink()
        back_up_first(home)

    _killed_at_moments(back_up_first, before, tmp_path, killed)


def test_restoring_that_is_killed_can_be_done_again_and_publishes_nothing_meanwhile(
    before: Path, tmp_path: Path
) -> None:
    lost = tmp_path / "lost"
    lost.mkdir()
    shutil.copy(before / "catalogue.toml", lost)
    back_up(before, lost / ARCHIVE)

    def killed(home: Path) -> None:
        restore_first(home)
        assert seen(home) == seen(before)
        whole(home)

    _killed_at_moments(restore_first, lost, tmp_path, killed)


def _killed_at_moments(work: Work, start: Path, folder: Path, then: Callable[[Path], None]) -> None:
    """Kill it at random moments of the time that it takes; and look at what is left each time."""
    moments, killed = random.Random(5), 0  # noqa: S311  nothing secret
    home = shutil.copytree(start, folder / "first")
    since = time.monotonic()
    _started(work, home).join()
    seconds = time.monotonic() - since
    for number in range(MOMENTS):
        home = shutil.copytree(start, folder / f"home-{number}")
        took = _killed_after(moments.uniform(0, seconds), work, home)
        killed, seconds = killed + (took is None), took or seconds
        then(home)
    assert killed > MOMENTS / 3
