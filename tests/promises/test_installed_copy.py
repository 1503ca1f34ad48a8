"""A copy installed from the wheel, in an empty environment and another folder, does what a checkout does, as safely."""

import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import socket

import pytest

from pipelines.version import CODE_VERSION
from tests.factories import PROJECT
from tests.thorough import only_in_ci

DEMO = PROJECT / "data" / "demo"
SHIPPED = "pipelines/shipped/"
OLDEST, NEWEST = 11, 14
"""The versions of Python 3 that are looked for."""
NO_REGISTRY = ("dns error", "Failed to fetch", "error sending request", "Connection refused", "offline")
"""How uv says that packages cannot be had here."""
SECONDS = 120


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it would be handed to others."""
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--out-dir", folder, PROJECT, cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel, for the Python that runs the tests."""
    return installed(wheel, sys.executable, tmp_path_factory.mktemp("environment"))


def uv(*arguments: str | Path, cwd: Path) -> None:
    """Run uv; skip where packages cannot be had."""
    program = os.environ.get("UV") or shutil.which("uv")
    if program is None:
        skip("needs uv")
    command = [str(program), *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode and any(sign in done.stderr for sign in NO_REGISTRY):
        skip("needs a package registry, or the packages in uv's cache")
    assert done.returncode == 0, done.stderr


def skip(reason: str) -> None:
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


def installed(wheel: Path, python: str, folder: Path) -> Path:
    """The folder of programs of a new environment with the wheel in it."""
    uv("venv", "--no-python-downloads", "--python", python, folder / "environment", cwd=folder)
    programs = folder / "environment" / ("Scripts" if sys.platform == "win32" else "bin")
    uv("pip", "install", "--python", programs / "python", wheel, cwd=folder)
    return programs


def outside(folder: Path) -> dict[str, str]:
    """Variables of a user who has never had a checkout: nothing of this project's own."""
    of_this_project = ("PYTHON", "OPENNESS_", "VIRTUAL_ENV", "STREAMLIT_", "XDG_")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(of_this_project)}
    return variables | {"HOME": str(folder)}


def openness(programs: Path, folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(programs / "openness"), *map(str, arguments)]
    return subprocess.run(
        command, cwd=folder, env=outside(folder), capture_output=True, text=True, check=False, timeout=SECONDS
    )


# ---- what it holds and does ----


def test_the_wheel_holds_what_a_checkout_has_and_nothing_of_a_home(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name.removeprefix(SHIPPED) for name in archive.namelist() if name.startswith(SHIPPED)}
    folders = [*DEMO.rglob("*"), *(PROJECT / "data" / "mappings").iterdir()]
    files = [
        PROJECT / "data" / "catalogue.toml",
        *(path for path in folders if path.suffix in {".csv", ".toml", ".md"}),
    ]
    assert names == {".streamlit/config.toml", *(str(path.relative_to(PROJECT)) for path in files)}


def test_it_does_what_the_readme_shows(programs: Path, tmp_path: Path) -> None:
    audit = DEMO / "staff_responses.csv"
    expected = {
        ("--version",): f"openness {CODE_VERSION}\n",
        ("check", audit, "--dataset", "staff_responses"): "staff_responses.csv: no errors in 2,404 rows.",
        ("demo", "--no-dashboard"): f"The demonstration is published in {tmp_path}/",
        ("questionnaire", "trainee"): "The questions for trainees are in questionnaire-trainee.pdf.",
        ("template", "cohorts", "--xlsx"): "cohorts.xlsx is ready to be filled in.",
        ("report", "demo-alder"): "1 report is in openness-demo-alder-",
    }
    for arguments, sentence in expected.items():
        answer = openness(programs, tmp_path, *arguments)
        assert (answer.returncode, answer.stderr.count("Traceback")) == (0, 0), answer.stderr
        assert sentence in answer.stdout
    made = {"questionnaire-trainee.pdf", "cohorts.xlsx"}
    assert made <= {path.name for path in tmp_path.iterdir()}


def test_its_home_is_the_users_and_is_said(programs: Path, tmp_path: Path) -> None:
    answer = openness(programs, tmp_path, "check", DEMO / "cohorts.csv", "--dataset", "cohorts")
    assert f"The home is {tmp_path}/" in answer.stderr
    assert not (tmp_path / "data").exists()


# ---- how safe it is ----


@contextmanager
def dashboard(programs: Path, folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The port and the process of the dashboard of an installed copy."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(programs / "openness"), "dashboard", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=folder, env=outside(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            end = time.monotonic() + SECONDS
            while not listening(port) and server.poll() is None and time.monotonic() < end:
                time.sleep(0.2)
            yield port, server
        finally:
            server.terminate()


def listening(port: int) -> list[str]:
    """The addresses on which this machine listens at a port, as Linux writes them."""
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    rows = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    return [row[1].split(":")[0] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A"]


def status_for(host: str, port: int) -> int:
    """How the server answers somebody who would begin a session, and calls it by this name."""
    headers = {
        "Host": f"{host}:{port}",
        "Origin": f"http://{host}:{port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    }
    with closing(HTTPConnection("127.0.0.1", port, timeout=SECONDS)) as connection:
        connection.request("GET", "/_stcore/stream", headers=headers)
        return connection.getresponse().status


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux, which tells who listens where")
def test_its_dashboard_is_for_this_machine_only_and_looks_the_same(programs: Path, tmp_path: Path) -> None:
    with dashboard(programs, tmp_path) as (port, server):
        assert listening(port) == ["0100007F"]  # 127.0.0.1
        assert (status_for("127.0.0.1", port), status_for("evil.example", port)) == (101, 403)
        configuration = Path(f"/proc/{server.pid}/cwd/.streamlit/config.toml").read_bytes()
        assert configuration == (PROJECT / ".streamlit" / "config.toml").read_bytes()


# ---- on other Pythons ----


def interpreter(minor: int) -> str | None:
    """A Python 3.`minor` of this machine that can be started."""
    name = f"python3.{minor}"
    kept_by_pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    candidates = [shutil.which(name), *map(str, sorted(kept_by_pyenv.glob(f"3.{minor}.*/bin/python")))]
    return next((path for path in candidates if path and _starts(path, minor)), None)


def _starts(path: str, minor: int) -> bool:
    program = f"import sys; sys.exit(sys.version_info[:2] != (3, {minor}))"
    return subprocess.run([path, "-c", program], capture_output=True, check=False).returncode == 0


@only_in_ci
@pytest.mark.parametrize("minor", [minor for minor in range(OLDEST, NEWEST + 1) if minor != sys.version_info.minor])
def test_it_runs_on_every_python_there_is(minor: int, wheel: Path, tmp_path: Path) -> None:
    python = interpreter(minor)
    if python is None:
        pytest.skip(f"there is no Python 3.{minor} on this machine")
    programs = installed(wheel, python, tmp_path)
    assert openness(programs, tmp_path, "--version").stdout == f"openness {CODE_VERSION}\n"
    checked = openness(programs, tmp_path, "check", DEMO / "cohorts.csv", "--dataset", "cohorts")
    assert (checked.returncode, "no errors in" in checked.stdout) == (0, True), checked.stderr
