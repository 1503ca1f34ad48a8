"""Whoever opens a store waits for everybody before: threads in their order, processes too, and nobody for ever."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest

from pipelines.errors import NoStore, StoreBusy
from pipelines.store import queue
from pipelines.store.queue import turn
from pipelines.store.store import Store
from tests.factories import PROJECT

HOLD = """
import sys
from pathlib import Path
from pipelines.store.queue import turn
with turn(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.duckdb"


def holder(path: Path) -> subprocess.Popen[bytes]:
    """Another process, which has its turn until it is told to go on."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_threads_have_their_turn_one_after_the_other(path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def have_it(number: int) -> None:
        with turn(path):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.002)
            inside.remove(number)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(have_it, range(20)))
    assert most == [1] * 20


def test_who_has_it_may_ask_again(path: Path) -> None:
    with turn(path), turn(path, 0):
        pass
    with turn(path, 0):
        pass


def test_who_waits_longer_than_the_time_is_told_so(path: Path) -> None:
    held, enough = Event(), Event()

    def hold() -> None:
        with turn(path):
            held.set()
            enough.wait()

    thread = Thread(target=hold)
    thread.start()
    held.wait()
    with pytest.raises(StoreBusy, match=r"waiting did not help.* Try again in a few minutes"), turn(path, 0.05):
        pass
    enough.set()
    thread.join()
    with turn(path, 0):
        pass


def test_another_process_is_waited_for_and_not_for_ever(path: Path) -> None:
    with holder(path) as other:
        with pytest.raises(StoreBusy), turn(path, 0.05):
            pass
        assert other.stdin is not None
        other.stdin.write(b"\n")
        other.stdin.flush()
        with turn(path):
            pass


def test_who_is_killed_gives_the_turn_back(path: Path) -> None:
    with holder(path) as other:
        other.kill()
    with turn(path, 1):
        pass


def test_where_there_never_was_a_store_nothing_is_made(path: Path) -> None:
    with pytest.raises(NoStore):
        Store(path, read_only=True)
    assert list(path.parent.iterdir()) == []


def test_a_reader_and_a_writer_have_the_store_one_after_the_other(path: Path) -> None:
    """DuckDB refuses both at once in one process."""
    reader: list[frozenset[str]] = []

    def read() -> None:
        with Store(path, read_only=True) as store:
            reader.append(store.registered_programmes())

    with Store(path):
        thread = Thread(target=read)
        thread.start()
        thread.join(0.1)
        assert thread.is_alive()
    thread.join()
    assert reader == [frozenset()]


def test_no_failed_opening_keeps_the_turn_and_nothing_is_left(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "WAIT", 0.05)
    path.write_bytes(b"not a store" * 500)
    for _ in range(2):
        with pytest.raises(Exception, match="is damaged"):
            Store(path)
    assert list(path.parent.iterdir()) == [path]


def test_where_nothing_can_be_locked_duckdb_keeps_others_out(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_opened", lambda _: None)
    with Store(path) as store:
        assert store.registered_programmes() == frozenset()


def test_a_visitor_is_told_the_same_without_the_place(path: Path) -> None:
    busy = StoreBusy(path)
    assert str(path) in str(busy)
    assert busy.for_visitors.startswith("The store is in use by another process or page")
    assert NoStore(path).for_visitors.startswith("There is no store. ")
