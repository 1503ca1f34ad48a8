"""Two servers with a copy of the releases each, behind the proxy of docs/deployment.md: visitors see the same on both,
and one goes on where the other ends."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from pipelines.access_file import Access, Proxy, write_access
from pipelines.roles import Grant, Role
from pipelines.settings import Settings
from tests.browser.conftest import free_port, wait_for
from tests.promises.test_deployment import (
    NAME,
    SECRET,
    STEWARD,
    Outside,
    a_certificate,
    block,
    nginx,
    running,
    wait_for_port,
)

SHOWN = "compare", "programme=demo-alder"
DRAWN_BY_LOT = "deferred_file_id"
"""Under what a download is asked for."""


class Servers:
    """Two servers, and nginx before them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.proxy, self.ports = folder, free_port(), (free_port(), free_port())
        self.outside = Outside(folder, self.proxy, self.ports[0])

    @contextmanager
    def serving(self, number: int) -> Iterator[None]:
        """One of them runs meanwhile."""
        public, home = f"https://{NAME}:{self.proxy}/audit", self.folder / f"home-{number}"
        told = ["dashboard", "--home", str(home), "--port", str(self.ports[number]), "--public", public]
        with running([sys.executable, "-m", "pipelines.cli", *told]) as process:
            wait_for(f"http://127.0.0.1:{self.ports[number]}/audit/_stcore/health", process)
            yield

    def page(self) -> set[str]:
        """What a visitor reads who comes through nginx."""
        with self.outside.visits() as visitor:
            shown = visitor.visits(*SHOWN)
        assert shown.is_whole
        sent = re.findall(r'(\w+): "((?:[^"\\]|\\.)*)"', shown.text)
        return {text for kind, text in sent if kind != DRAWN_BY_LOT}


@pytest.fixture
def servers(demo_home: Settings, tmp_path: Path) -> Iterator[Servers]:
    """nginx runs, and neither server does. Their homes hold releases, and no store."""
    if not (shutil.which("nginx") and shutil.which("openssl")):
        reason = "needs nginx and openssl; on Debian and Ubuntu: apt-get install nginx-light openssl"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    a_certificate(tmp_path)
    known = Proxy("X-Remote-User", sha256(SECRET.encode()).hexdigest())
    for number in range(2):
        shutil.copytree(demo_home.releases, tmp_path / f"home-{number}" / "releases")
        write_access(tmp_path / f"home-{number}", Access({STEWARD: frozenset({Grant(Role.RESEARCHER)})}, proxy=known))
    two = Servers(tmp_path)
    with running([*nginx(tmp_path, two.proxy, two.ports[0])[:2], str(_before_both(two))]) as proxy:
        wait_for_port(two.proxy, proxy)
        yield two


def _before_both(two: Servers) -> Path:
    """The configuration of nginx for one server, made one for both as the page says."""
    upstream, path = block("nginx", "upstream"), two.folder / "nginx.conf"
    for address, port in zip(("10.0.0.11:8501", "10.0.0.12:8501"), two.ports, strict=True):
        upstream = upstream.replace(address, f"127.0.0.1:{port}")
    text = path.read_text(encoding="utf-8").replace(f"http://127.0.0.1:{two.ports[0]};", "http://openness;")
    path.write_text(text.replace("http {", f"http {{\n{upstream}"), encoding="utf-8")
    return path


def test_visitors_see_the_same_on_both_and_one_goes_on_where_the_other_ends(servers: Servers) -> None:
    with ExitStack() as first, ExitStack() as second:
        first.enter_context(servers.serving(0))
        alone = servers.page()
        second.enter_context(servers.serving(1))
        both = servers.page()
        first.close()
        other = servers.page()
    assert any("Alder" in text for text in alone)
    assert alone == both == other
