"""Whatever a visitor sends to the server, no text of it is in what the server writes."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from pipelines.access_file import Access, write_access
from pipelines.cli.server import SAFETY
from pipelines.roles import Grant, Role
from tests.browser.conftest import free_port, wait_for
from tests.factories import PROJECT, a_file
from tests.reference.visitor import visiting

MARK = "text-of-a-visitor"
SIGN_IN = """
[auth]
redirect_uri = "http://127.0.0.1:9/oauth2callback"
cookie_secret = "a secret of this server alone, long enough"
client_id = "openness"
client_secret = "agreed"
server_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"
"""
REQUESTS = (
    f"/oauth2callback?error={MARK}&error_description={MARK}",
    f"/oauth2callback?state={MARK}&code={MARK}",
    f"/auth/login?provider={MARK}",
    f"/{MARK}?programme={MARK}",
    f"/media/{MARK}",
    f"/%00{MARK}",
    f"/_stcore/upload_file/{MARK}/{MARK}",
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "server.log"


@contextmanager
def running(command: list[str], port: int, log: Path) -> Iterator[str]:
    """A server, and all that it writes."""
    with (
        log.open("wb") as written,
        subprocess.Popen(command, cwd=PROJECT, stdout=written, stderr=subprocess.STDOUT) as process,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture
def server(tmp_path: Path, log: Path) -> Iterator[str]:
    """A server at which people sign in, with a provider that does not answer."""
    home, port = tmp_path / "home", free_port()
    write_access(home, Access({"steward@example.org": frozenset({Grant(Role.STEWARD)})}))
    (home / "sign-in.toml").write_text(SIGN_IN, encoding="utf-8")
    command = [sys.executable, "-m", "pipelines.cli", "dashboard", "--home", str(home), "--port", str(port)]
    with running(command, port, log) as address:
        yield address


def asks(server: str, path: str, method: str = "GET", **headers: str) -> None:
    asked = Request(f"{server}{path}", MARK.encode() if method == "PUT" else None, headers, method=method)  # noqa: S310
    with suppress(HTTPError), urlopen(asked, timeout=20):  # noqa: S310  an address of this machine
        pass


def sends(server: str, message: str | bytes, **headers: str) -> None:
    address = server.replace("http://", "ws://") + "/_stcore/stream"
    with suppress(WebSocketException, TimeoutError), connect(address, additional_headers=headers) as socket:
        socket.send(message)
        socket.recv(timeout=5)


def test_no_text_of_a_visitor_is_in_the_log(server: str, log: Path) -> None:
    for path in REQUESTS:
        asks(server, path)
        asks(server, path, "PUT")
    asks(server, "/", Cookie=f"_streamlit_user={MARK}")
    asks(server, "/", Host=MARK)
    asks(server, "/", Origin=MARK)
    for message in (MARK, MARK.encode()):
        sends(server, message, Cookie=f"_streamlit_user={MARK}")
    with visiting(server) as visitor:
        assert "Sign in to see" in visitor.visits(MARK, f"programme={MARK}").text
    written = log.read_text(encoding="utf-8")
    assert "Error during authentication: …" in written
    assert "Error deserializing back message (DecodeError" in written
    assert MARK not in written


def test_the_text_of_an_error_nobody_foresaw_is_not_in_the_log(tmp_path: Path, log: Path) -> None:
    lines = ["from dashboard.server_log import keep_texts_out", "keep_texts_out()", f"raise ValueError('{MARK}')"]
    script, port = a_file(tmp_path, "\n".join(lines), "page.py"), free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), *SAFETY, f"--server.port={port}"]
    with running(command, port, log) as server, visiting(server) as visitor:
        shown = visitor.visits()
    assert not shown.is_whole
    assert MARK not in shown.text
    written = log.read_text(encoding="utf-8")
    assert "Uncaught app execution (ValueError in page.py, line 3)" in written
    assert MARK not in written
