"""A disk that is full: every command that writes says so in the same words, leaves nothing half-written, and does its
work once there is room.

The system is told that no file may grow beyond so many bytes. More and more are allowed, until the command succeeds.
"""

import multiprocessing
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType

import pytest

from pipelines import cli, console
from pipelines.doctor import examine_home
from pipelines.errors import NO_ROOM
from pipelines.event_log import present_time
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.factories import FIRST_EDITION, PROJECT, a_file, counts_csv, programmes_csv
from tests.thorough import some

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")

STEPS = [0, *(2**power for power in range(12, 25, 2))]
"""Bytes that a file may have. Each block of a store has 256 KB."""
COMMANDS: dict[str, str] = {
    "load": "load {folder}/more.csv --dataset counts --home {home}",
    "load into a new home": "load {folder}/programmes.csv --dataset programmes --home {folder}/new",
    "open": "open 2026-27 --home {home}",
    "close": "close 2025-26 --home {home}",
    "publish": "publish --home {home}",
    "withdraw": "withdraw --programme bb --reason R --home {home}",
    "backup": "backup {folder}/second.zip --home {home}",
    "restore": "restore {folder}/first.zip --home {folder}/new",
    "report": "report aa -o {folder}/written/report.pdf --home {home}",
    "export": "export -o {folder}/written --home {home}",
    "export as one file": "export -o {folder}/written/export.zip --home {home}",
    "export as a workbook": "export --as xlsx -o {folder}/written/export.xlsx --home {home}",
    "synthetic": "synthetic -o {folder}/written --home {home}",
    "access": "access grant steward@example.org steward --home {home}",
    "questionnaire": "questionnaire staff -o {folder}/written/questionnaire.pdf",
    "template": "template cohorts -o {folder}/written/cohorts.xlsx",
    "pack": "pack aa --year 2024-25 -o {folder}/written/pack.zip",
    "count": "count {folder}/answers.csv --dataset staff_responses -o {folder}/written/counts.csv",
}


def run_limited(arguments: list[str], most_bytes: int, answer: Connection) -> None:
    """Run a command in this process, in which no file may grow beyond so many bytes."""
    import resource  # noqa: PLC0415  Windows has none

    said = StringIO()
    console.out.file = console.err.file = said
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    code = 0
    with redirect_stdout(said), redirect_stderr(said):
        try:
            cli.main(["--catalogue", str(FIRST_EDITION), *arguments])
        except SystemExit as left:
            code = int(left.code or 0)
    answer.send((code, said.getvalue()))


def answered(arguments: list[str], most_bytes: int = sys.maxsize) -> tuple[int, str]:
    """The exit code and the words of a command, run in a process of its own that has imported everything already."""
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload([__name__])
    ours, theirs = forking.Pipe(duplex=False)
    process = forking.Process(target=run_limited, args=(arguments, most_bytes, theirs))
    with pytest.MonkeyPatch.context() as patched:  # a page test may have left its script as the main module
        patched.setitem(sys.modules, "__main__", ModuleType("__main__"))
        process.start()
    theirs.close()
    code, said = ours.recv()
    process.join()
    return code, said


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a release, answers that are still to be published, and an open year; and files beside it."""
    folder = tmp_path_factory.mktemp("disk")
    rows = [(programme, "2023-24", "safe_to_share", 20, 8) for programme in ("aa", "bb")]
    later = [(programme, "2024-25", "safe_to_share", 30, 9) for programme in ("aa", "bb")]
    a_file(folder, programmes_csv("aa", "bb"), "programmes.csv")
    a_file(folder, counts_csv(*rows), "counts.csv")
    a_file(folder, counts_csv(*later), "later.csv")
    a_file(folder, counts_csv(("aa", "2025-26", "safe_to_share", 12, 4)), "more.csv")
    answers = "programme_id,academic_year,expects_openness,models_openness\n" + "aa,2024-25,agree,yes\n" * 12
    a_file(folder, answers, "answers.csv")
    for command in (
        "load {folder}/programmes.csv --dataset programmes --home {home}",
        "load {folder}/counts.csv --dataset counts --home {home}",
        "close 2023-24 --home {home}",
        "publish --home {home}",
        "load {folder}/later.csv --dataset counts --home {home}",
        "close 2024-25 --home {home}",
        "open 2025-26 --home {home}",
        "backup {folder}/first.zip --home {home}",
    ):
        code, said = answered(filled(command, folder))
        assert code == 0, said
    return folder


def filled(command: str, folder: Path) -> list[str]:
    return [part.format(folder=folder, home=folder / "home") for part in command.split()]


@pytest.mark.parametrize("command", [pytest.param(COMMANDS[name], id=name) for name in some(list(COMMANDS), 2)])
def test_a_full_disk_is_called_so_and_nothing_is_half_written(command: str, made_once: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(made_once, tmp_path / "disk")
    arguments, before = filled(command, folder), seen(folder)
    failures = 0
    for most_bytes in STEPS:
        code, said = answered(arguments, most_bytes)
        if code == 0:
            break
        failures += 1
        assert NO_ROOM in said
        assert code in {3, 4}
        assert seen(folder) == before
    assert code == 0, said
    assert failures
    assert not faults(folder / "home")


def test_a_store_that_could_not_be_made_is_made_when_there_is_room(made_once: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(made_once, tmp_path / "disk")
    load = filled(COMMANDS["load into a new home"], folder)
    code, said = answered(load, 8192)
    assert (code, NO_ROOM in said) == (4, True)
    assert not (folder / "new" / "store.duckdb").exists()
    assert answered(load)[0] == 0


def test_an_answer_that_cannot_be_printed_is_no_unforeseen_error(made_once: Path) -> None:
    for arguments in (["submissions"], ["submissions", "--json"]):
        command = [sys.executable, "-m", "pipelines.cli", *arguments, "--home", str(made_once / "home")]
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=PROJECT)
        assert (done.returncode, NO_ROOM in done.stderr, "foreseen" in done.stderr) == (4, True, False)


def seen(folder: Path) -> list[tuple[str, str]]:
    """Every file with what it says, but for the log and what a new home has before anything is in it."""
    return sorted(_seen(folder))


def _seen(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if path.name == "store.duckdb":
            yield from told_by_store(path, folder)
        elif path.is_file() and path.name not in {"openness.log", "store.duckdb.wal"}:
            yield str(path.relative_to(folder)), str(path.read_bytes())


def told_by_store(path: Path, folder: Path) -> Iterator[tuple[str, str]]:
    with Store.open_existing(path) as store:
        yield from ((str(path.relative_to(folder)), words) for words in store.everything_noted())


def faults(home: Path) -> list[str]:
    found = examine_home(Settings(home=home, catalogue=FIRST_EDITION), present_time())
    return [diagnosis.fault for diagnosis in found if diagnosis.part != "disk"]
