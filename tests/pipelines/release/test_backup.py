"""A home in one archive, and back again: whole, checked, and never over anything that the backup does not know."""

import json
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines import cli
from pipelines.errors import OpennessError, Refused, StoreDamaged, StoreUnavailable, Unreadable
from pipelines.release import backup
from pipelines.release.backup import back_up, restore
from pipelines.release.history import require_one_history
from pipelines.store import queue
from pipelines.store.store import Store
from tests.factories import NOW, a_file, close_and_publish, counts_csv, loaded, programmes_csv, released
from tests.reference.worlds import INSTRUMENT, YEAR, YEARS


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home and a backup of it. Each test has a copy."""
    folder = tmp_path_factory.mktemp("made-once")
    back_up(_a_home(folder), folder / "the backup.zip")
    return folder


def _a_home(folder: Path) -> Path:
    """Two releases, one of them no longer offered; a year that waits, one that is open, and a log."""
    home = folder / "its home"
    with Store(home / "store.duckdb") as store:
        loaded(store, a_file(folder, programmes_csv("aa", "bb", named="no")), "programmes", INSTRUMENT)
        send(store, folder, ("aa", YEAR, "asked", 30, 12))
        gone = send(store, folder, ("bb", YEAR, "asked", 12, 2))
        close_and_publish(store, INSTRUMENT, home / "releases")
        store.withdraw(gone, None, by="tester", at=NOW, reason="It asked to")
        close_and_publish(store, INSTRUMENT, home / "releases")
        send(store, folder, ("aa", YEARS[2], "asked", 12, 2), close=False)
    (home / "openness.log").write_text('{"event": "published"}\n', encoding="utf-8")
    return home


@pytest.fixture
def home(made_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_once / "its home", tmp_path / "its home"))


def send(store: Store, folder: Path, *rows: tuple[str, str, str, int, int], close: bool = True) -> str:
    return loaded(store, a_file(folder, counts_csv(*rows)), "counts", INSTRUMENT, close=close).submission_id


@pytest.fixture
def archive(made_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy2(made_once / "the backup.zip", tmp_path))


def files_of(home: Path) -> dict[str, bytes]:
    """Everything but the store, whose bytes may differ while it holds the same."""
    files = (path for path in home.rglob("*") if path.is_file() and not path.name.startswith("store.duckdb"))
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in files}


def held_in(home: Path) -> Any:
    with Store(home / "store.duckdb", read_only=True) as store:
        require_one_history(store, home / "releases")
        tables = ("submission", "submission_scope", "contribution", "identity", "seen", "part", "result", "release")
        rows = {table: store._query(f"FROM {table}").rows() for table in (*tables, "year_event", "withdrawal")}
        return rows, store.year_states(), store.everything_noted()


# ---- there and back ----


def test_a_home_put_back_elsewhere_is_the_same_and_goes_on_as_if_nothing_had_happened(
    home: Path, archive: Path, tmp_path: Path
) -> None:
    done = restore(tmp_path / "other", archive)
    assert files_of(tmp_path / "other") == files_of(home)
    assert held_in(tmp_path / "other") == held_in(home)
    made = []
    for each in (home, tmp_path / "other"):
        with Store(each / "store.duckdb") as store:
            assert store.offered_releases() == done.releases
            made.append(close_and_publish(store, INSTRUMENT, each / "releases").release_id)
    assert made[0] == made[1]
    assert released(home, "result").equals(released(tmp_path / "other", "result"))


def test_a_home_is_put_back_over_what_is_older_damaged_or_gone(home: Path, archive: Path) -> None:
    before, held = files_of(home), held_in(home)
    for harm in (_nothing, _lose_releases, _damage_store, _lose_store, _empty):
        harm(home)
        assert restore(home, archive).damaged == (home / "store.duckdb.damaged" if harm is _damage_store else None)
        assert files_of(home) == before, harm
        assert held_in(home) == held, harm
        assert not list(home.glob(".*")), "nothing is left over"
    assert (home / "store.duckdb.damaged").read_bytes() == b"no DuckDB"


def test_after_a_damaged_store_it_is_said_that_withdrawals_may_be_undone(
    home: Path, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _damage_store(home)
    with pytest.raises(SystemExit) as left:
        cli.main(["restore", str(archive), "--home", str(home)])
    assert left.value.code in {0, None}
    told = " ".join(capsys.readouterr().out.split())
    assert "could not be opened, and is kept as store.duckdb.damaged" in told
    assert "first of all every `openness withdraw`" in told


def _nothing(home: Path) -> None:
    pass


def _lose_releases(home: Path) -> None:
    shutil.rmtree(home / "releases")


def _lose_store(home: Path) -> None:
    (home / "store.duckdb").unlink()


def _damage_store(home: Path) -> None:
    (home / "store.duckdb").write_bytes(b"no DuckDB")


def _empty(home: Path) -> None:
    for name in ("store.duckdb", "openness.log"):
        (home / name).unlink()
    shutil.rmtree(home / "releases")


def test_a_log_that_is_there_tells_more_and_stays(home: Path, archive: Path) -> None:
    (home / "openness.log").write_text("longer", encoding="utf-8")
    restore(home, archive)
    assert (home / "openness.log").read_text(encoding="utf-8") == "longer"


def test_an_archive_is_for_its_owner_alone_and_says_what_is_in_it(home: Path, archive: Path) -> None:
    assert stat.filemode(archive.stat().st_mode) == "-rw-------"
    with zipfile.ZipFile(archive) as opened:
        assert opened.namelist()[0] == "manifest.json"
        manifest = json.loads(opened.read("manifest.json"))
        assert set(manifest["sha256"]) == set(files_of(home)) | {"store.duckdb"} == set(opened.namelist()[1:])


def test_what_was_half_built_is_not_in_a_backup(home: Path, tmp_path: Path) -> None:
    (home / "releases" / ".building-left-over").mkdir()
    (home / "releases" / ".building-left-over" / "release.duckdb").write_bytes(b"half of it")
    back_up(home, tmp_path / "b.zip")
    assert not [name for name in zipfile.ZipFile(tmp_path / "b.zip").namelist() if "left-over" in name]


# ---- what is refused ----


def _publish_more(home: Path, folder: Path) -> None:
    with Store(home / "store.duckdb") as store:
        close_and_publish(store, INSTRUMENT, home / "releases")


def _publish_more_and_lose_the_store(home: Path, folder: Path) -> None:
    _publish_more(home, folder)
    (home / "store.duckdb").unlink()


def _send_more(home: Path, folder: Path) -> None:
    with Store(home / "store.duckdb") as store:
        send(store, folder, ("bb", YEARS[1], "asked", 30, 12))


def _withdraw_more(home: Path, folder: Path) -> None:
    with Store(home / "store.duckdb") as store:
        store.withdraw(None, "bb", by="tester", at=NOW, reason="It asked to")


def _close_more(home: Path, folder: Path) -> None:
    with Store(home / "store.duckdb") as store:
        store.close_years([YEARS[2]], by="tester", at=NOW)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        (_publish_more, "release "),
        (_publish_more_and_lose_the_store, "release "),
        (_send_more, "submission "),
        (_withdraw_more, "withdrawal of "),
        (_close_more, f"{YEARS[2]} closed"),
    ],
)
def test_a_home_that_holds_anything_newer_is_left_as_it_is(
    home: Path, archive: Path, tmp_path: Path, more: Callable[[Path, Path], None], what: str
) -> None:
    more(home, tmp_path)
    before = files_of(home)
    with pytest.raises(Refused, match=f"what the backup does not know: .*{what}.*Nothing was changed"):
        restore(home, archive)
    assert files_of(home) == before
    restore(tmp_path / "elsewhere", archive)


HOLDS_OPEN = """
import sys
from pathlib import Path
from pipelines.store.store import Store
with Store(Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_home_that_is_in_use_is_left_as_it_is(
    home: Path, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "WAIT", 0.1)
    before = files_of(home)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_OPEN, home / "store.duckdb"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == b"open\n"
        for attempt in (lambda: restore(home, archive), lambda: back_up(home, tmp_path / "second.zip")):
            with pytest.raises(StoreUnavailable, match="in use by another process"):
                attempt()
        other.stdin.close()
    assert files_of(home) == before
    assert not (tmp_path / "second.zip").exists()


def test_a_backup_takes_the_place_of_no_other_file(home: Path, archive: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(Refused, match="is there already"):
        back_up(home, archive)
    assert archive.read_bytes() == before


def test_two_histories_are_not_backed_up(home: Path, tmp_path: Path) -> None:
    [release] = [path for path in (home / "releases").iterdir() if path.name[0] not in ".c"]
    shutil.rmtree(release)
    with pytest.raises(Refused, match="is missing"):
        back_up(home, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_without_a_store_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="There is no store"):
        back_up(tmp_path / "nowhere", tmp_path / "b.zip")
    assert not (tmp_path / "nowhere").exists()


# ---- an archive that is not whole, or not one ----


@pytest.mark.parametrize("share", [0, 0.01, 0.3, 0.7, 0.99])
def test_an_archive_that_was_cut_short_changes_nothing(home: Path, archive: Path, share: float) -> None:
    content, before, held = archive.read_bytes(), files_of(home), held_in(home)
    archive.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(Unreadable, match="not a whole backup"):
        restore(home, archive)
    assert (files_of(home), held_in(home)) == (before, held)
    assert not list(home.glob(".*"))


def test_a_changed_byte_anywhere_changes_nothing(home: Path, archive: Path, tmp_path: Path) -> None:
    """Where the change does no harm, as in a time stamp of the archive, what is put back is right all the same."""
    content, held = archive.read_bytes(), held_in(home)
    for place in range(0, len(content), len(content) // 12):
        archive.write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        other = tmp_path / f"home-{place}"
        try:
            restore(other, archive)
        except Unreadable:
            assert not [path for path in other.rglob("*") if path.is_file()]
        else:
            assert held_in(other) == held


def test_an_archive_that_points_before_its_beginning_is_not_whole(home: Path, archive: Path, tmp_path: Path) -> None:
    """Its last bytes say where its files are listed. A reader that believes them asks for a place below zero."""
    content = archive.read_bytes()
    archive.write_bytes(content[:-6] + (len(content) - 1).to_bytes(4, "little") + content[-2:])
    with pytest.raises(Unreadable, match="is not a whole backup"):
        restore(tmp_path / "other", archive)


def rewritten(archive: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(archive) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    change(files)
    with zipfile.ZipFile(archive, "w") as opened:
        for name, content in files.items():
            opened.writestr(name, content)


def _another_file(files: dict[str, bytes]) -> None:
    files["more.txt"] = b"more"


def _a_way_out(files: dict[str, bytes]) -> None:
    manifest = json.loads(files["manifest.json"])
    name = "releases/../release.duckdb"
    files[name] = b"out"
    manifest["sha256"][name] = "0" * 64
    files["manifest.json"] = json.dumps(manifest).encode()


def _no_manifest(files: dict[str, bytes]) -> None:
    del files["manifest.json"]


def _another_format(files: dict[str, bytes]) -> None:
    files["manifest.json"] = b'{"format": "openness backup 2", "sha256": {}}'


def _a_list(files: dict[str, bytes]) -> None:
    files["manifest.json"] = b"[1]"


@pytest.mark.parametrize("change", [_another_file, _a_way_out, _no_manifest, _another_format, _a_list])
def test_what_is_no_backup_is_refused_in_a_sentence(
    tmp_path: Path, archive: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    rewritten(archive, change)
    with pytest.raises(Unreadable, match="not a whole backup"):
        restore(tmp_path / "other", archive)
    with pytest.raises(Unreadable, match="no such file"):
        restore(tmp_path / "other", tmp_path / "nowhere.zip")
    assert not list((tmp_path / "other").iterdir())


# ---- a disk that is full, and a process that stops ----


def test_a_full_disk_ends_in_a_sentence_and_leaves_nothing_behind(
    home: Path, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_of(home)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    for attempt in (lambda: restore(home, archive), lambda: back_up(home, tmp_path / "second.zip")):
        with pytest.raises(StoreUnavailable, match="cannot be written: there is no room left on the disk"):
            attempt()
    assert files_of(home) == before
    assert not (tmp_path / "second.zip").exists()
    assert not list(home.glob(".*"))
    assert not list(tmp_path.glob(".*"))


@pytest.mark.slow
def test_stopped_between_any_two_steps_it_can_be_done_again_and_nothing_is_published_before(
    home: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, held = files_of(home), held_in(home)
    steps, rename = 0, Path.replace

    def stop_after(allowed: int) -> Callable[[Path, Path], Path]:
        def replace(path: Path, target: Path) -> Path:
            nonlocal steps
            if home in {path.parent.parent, path.parent}:
                steps += 1
                if steps > allowed:
                    raise KeyboardInterrupt
            return rename(path, target)

        return replace

    done = False
    for allowed in range(10):
        steps = 0
        with monkeypatch.context() as patched:
            patched.setattr(backup.Path, "replace", stop_after(allowed))
            try:
                restore(home, archive)
                done = True
            except KeyboardInterrupt:
                pass
        if not done:
            _is_as_before_or_refuses(home)
        restore(home, archive)
        assert (files_of(home), held_in(home)) == (before, held)
        if done:
            break
    assert allowed == 4


def _is_as_before_or_refuses(home: Path) -> None:
    try:
        with Store.open_existing(home / "store.duckdb") as store:
            require_one_history(store, home / "releases")
    except (OpennessError, StoreDamaged):
        return
    held_in(home)
