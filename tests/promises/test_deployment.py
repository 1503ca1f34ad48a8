"""The recipes of docs/deployment.md, run as they stand there: the proxies with TLS and a sub-path, the service, and the
steps of the container file."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http import HTTPStatus
from http.client import HTTPConnection, HTTPMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from pipelines.access_file import Access, Proxy, write_access
from pipelines.home_layout import SIGN_IN_FILE
from pipelines.roles import Grant, Role
from pipelines.settings import Settings
from tests.browser.conftest import free_port, wait_for
from tests.factories import PROJECT, a_file
from tests.promises.test_installed_copy import uv
from tests.reference.visitor import XSRF, Visitor

PAGE = (PROJECT / "docs" / "deployment.md").read_text(encoding="utf-8")
CONTAINER = (PROJECT / "Containerfile").read_text(encoding="utf-8")
NAME, STEWARD, SECRET = "openness.example.test", "steward@example.org", "the secret"
NGINX = """
pid {folder}/nginx.pid; error_log {folder}/nginx.log; daemon off; events {{}}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl; ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
        {recipe}
    }}
}}
"""
CADDY = """
{{
    admin off
    auto_https disable_redirects
    http_port {spare}
    https_port {port}
}}
https://{name}:{port} {{
    bind 127.0.0.1
    tls {folder}/cert.pem {folder}/key.pem
    handle /audit/* {{
        {recipe}
    }}
}}
"""


def block(language: str, having: str) -> str:
    """The example of the page in this language that has these words."""
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return next(example for example in found if having in example)


# ---- proxies ----


def nginx(folder: Path, port: int, server: int) -> list[str]:
    headers = block("nginx", "X-Openness-Secret").replace("$remote_user", STEWARD)
    recipe = block("nginx", "proxy_pass").replace("location / {", f"location /audit/ {{\n{headers}")
    recipe = recipe.replace("127.0.0.1:8501", f"127.0.0.1:{server}")
    path = a_file(folder, NGINX.format(folder=folder, port=port, recipe=recipe), "nginx.conf")
    return ["nginx", "-c", str(path)]


def caddy(folder: Path, port: int, server: int) -> list[str]:
    headers = re.findall(r"`(header_up [^`]*)`", PAGE)
    told = "\n".join(headers).replace("{http.auth.user.id}", STEWARD)
    recipe = re.search(r"reverse_proxy \S+", block("caddyfile", "reverse_proxy"))
    assert recipe
    line = f"{recipe[0]} {{\n{told}\n}}".replace("127.0.0.1:8501", f"127.0.0.1:{server}")
    written = CADDY.format(folder=folder, port=port, spare=free_port(), name=NAME, recipe=line)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(a_file(folder, written, "Caddyfile"))]


PROXIES = {"nginx": nginx, "caddy": caddy}


class Outside:
    """The world outside, which knows the proxy alone."""

    def __init__(self, folder: Path, port: int, server: int) -> None:
        self.port, self.server, self.host = port, server, f"{NAME}:{port}"
        self._tls = ssl.create_default_context(cafile=str(folder / "cert.pem"))

    def socket(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port))

    def asks(self, path: str) -> HTTPMessage:
        """The headers of the answer."""
        connection = HTTPConnection(NAME, self.port)
        connection.sock = self._tls.wrap_socket(self.socket(), server_hostname=NAME)
        connection.request("GET", path, headers={"Host": self.host})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        connection.close()
        return answer.headers

    @contextmanager
    def visits(self, origin: str | None = None, **headers: str) -> Iterator[Visitor]:
        token = self.asks("/audit/_stcore/health")["Set-Cookie"].split(";")[0].split("=", 1)[1]
        with connect(
            f"wss://{self.host}/audit/_stcore/stream",
            sock=self.socket(),
            ssl=self._tls,
            server_hostname=NAME,
            origin=origin or f"https://{self.host}",  # type: ignore[arg-type]
            subprotocols=["streamlit", token],  # type: ignore[list-item]
            additional_headers={"Cookie": f"{XSRF}={token}", **headers},
            max_size=None,
            ping_interval=None,
        ) as opened:
            yield Visitor(f"https://{self.host}", opened, token)


@pytest.fixture(scope="module", params=PROXIES)
def outside(
    request: pytest.FixtureRequest, demo_home: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Outside]:
    if not (shutil.which(request.param) and shutil.which("openssl")):
        reason = f"needs {request.param} and openssl; on Debian and Ubuntu: apt-get install nginx-light caddy openssl"
        pytest.fail(reason) if os.environ.get("CI") and request.param == "nginx" else pytest.skip(reason)
    folder, port, server = tmp_path_factory.mktemp(request.param), free_port(), free_port()
    a_certificate(folder)
    home = shutil.copytree(demo_home.home, folder / "home")
    known = Proxy("X-Remote-User", sha256(SECRET.encode()).hexdigest())
    write_access(home, Access({STEWARD: frozenset({Grant(Role.STEWARD)})}, proxy=known))
    public = f"https://{NAME}:{port}/audit"
    command = ["dashboard", "--home", str(home), "--port", str(server), "--public", public]
    health = f"http://127.0.0.1:{server}/audit/_stcore/health"
    with running([sys.executable, "-m", "pipelines.cli", *command]) as process:
        wait_for(health, process)
        with running(PROXIES[request.param](folder, port, server)) as proxy:
            wait_for_port(port, proxy)
            yield Outside(folder, port, server)


def a_certificate(folder: Path) -> None:
    asked = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"]
    files = ["-addext", f"subjectAltName=DNS:{NAME}", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run(["openssl", *asked, *files], check=True, capture_output=True)  # noqa: S607


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=PROJECT, stdout=quiet, stderr=quiet) as process:
        try:
            yield process
        finally:
            process.terminate()


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the proxy did not start")


def test_behind_a_proxy_cookies_are_secure_and_the_headers_are_there(outside: Outside) -> None:
    headers = outside.asks("/audit/_stcore/health")
    assert "Secure" in headers["Set-Cookie"]
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert headers["Referrer-Policy"] == "no-referrer"


def test_pages_come_through_it_under_a_sub_path_by_typed_address_too(outside: Outside) -> None:
    for path in ("/audit/", "/audit/compare"):
        assert outside.asks(path)["Content-Type"].startswith("text/html")
    with outside.visits() as visitor:
        assert visitor.visits("compare", "programme=demo-alder").is_whole


def test_it_says_who_somebody_is_and_a_visitor_cannot(outside: Outside) -> None:
    with outside.visits(**{"X-Remote-User": "nobody@example.org", "X-Openness-Secret": "guessed"}) as visitor:
        assert "Who did what" in visitor.visits("record").text
    with connect(
        f"ws://127.0.0.1:{outside.server}/audit/_stcore/stream",
        subprotocols=["streamlit"],  # type: ignore[list-item]
        additional_headers={"X-Remote-User": STEWARD, "X-Openness-Secret": "guessed"},
        max_size=None,
    ) as past_the_proxy:
        shown = Visitor("", past_the_proxy, "").visits("record").text
    assert "You have no role here yet" in shown
    assert "Who did what" not in shown


def test_a_page_of_another_origin_opens_nothing_through_it(outside: Outside) -> None:
    with pytest.raises(InvalidStatus, match="403"), outside.visits(origin="https://evil.example"):
        pass


# ---- the service ----


def test_systemd_takes_the_service_as_it_stands_on_the_page(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("needs systemd-analyze")
    unit = block("ini", "ExecStart").replace("/opt/openness/bin/openness", sys.executable)
    path = a_file(tmp_path, unit, "openness.service")
    done = subprocess.run([program, "verify", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, path.name in done.stderr) == (0, False), done.stderr


# ---- the container ----


def test_the_container_builds_the_wheel_from_what_it_copies(tmp_path: Path) -> None:
    copied = [line.split()[1:] for line in CONTAINER.splitlines() if line.startswith("COPY ") and "--from" not in line]
    source = tmp_path / "source"
    for *names, target in copied:
        for name in names:
            place = tmp_path / target.lstrip("/")
            if (PROJECT / name).is_dir():
                shutil.copytree(PROJECT / name, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(PROJECT / name, place)
    for folder, made_from in ((tmp_path / "container", source), (tmp_path / "checkout", PROJECT)):
        uv("build", "--wheel", "--out-dir", folder, made_from, cwd=tmp_path)
    assert files_of(tmp_path / "container") == files_of(tmp_path / "checkout")


def files_of(folder: Path) -> list[str]:
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return sorted(wheel.namelist())


def test_the_container_is_not_root_and_starts_what_there_is() -> None:
    lines = CONTAINER.splitlines()
    assert lines.index("USER openness") < lines.index('ENTRYPOINT ["openness"]')
    started = re.findall(r'"([^"]*)"', next(line for line in lines if line.startswith("CMD")))
    known = (PROJECT / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert all(word in known for word in started if not word.startswith(("https", "0.")))
    assert "_stcore/health" in next(line for line in lines if line.startswith("HEALTHCHECK"))
    kept = {line[1:].split("/")[0] for line in (PROJECT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    sources = {
        name for line in lines if line.startswith("COPY") and "--from" not in line for name in line.split()[1:-1]
    }
    assert sources == kept


@pytest.mark.parametrize(
    ("status", "healthy"),
    [(HTTPStatus.OK, True), (HTTPStatus.NOT_FOUND, True), (HTTPStatus.SERVICE_UNAVAILABLE, False)],
)
def test_the_container_is_healthy_under_a_sub_path_too_and_ill_where_the_server_fails(
    status: HTTPStatus, healthy: bool
) -> None:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.handle_request).start()
        assert is_healthy(server.server_port) is healthy


def test_the_container_is_ill_where_nothing_answers() -> None:
    assert not is_healthy(free_port())


def is_healthy(port: int) -> bool:
    """What the health check of the container file says of a server at this port."""
    line = next(line for line in CONTAINER.splitlines() if line.startswith("HEALTHCHECK CMD "))
    _, *arguments = json.loads(line.removeprefix("HEALTHCHECK CMD ").replace("8501", str(port)))
    return subprocess.run([sys.executable, *arguments], capture_output=True, check=False).returncode == 0


def test_the_page_keeps_the_health_check_and_puts_the_sign_in_into_the_home() -> None:
    commands = PAGE.split("\n## In a container\n")[1].split("\n## ")[0]
    assert "podman build --format docker " in commands
    home = re.findall(r"^VOLUME (\S+)$", CONTAINER, re.MULTILINE)[0]
    assert set(re.findall(r"--volume audit:(\S+)", commands)) == {home}
    assert f"OPENNESS_HOME={home} " in CONTAINER
    assert (
        commands.index(f"/{SIGN_IN_FILE}")
        < commands.index("openness access grant")
        < commands.index("dashboard --listen")
    )
