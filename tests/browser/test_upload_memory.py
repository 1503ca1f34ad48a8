"""Where an uploaded file is, seen from a real browser: gone when nobody needs it, and missed in words."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.upload import wording
from pipelines.store.store import Store
from tests.browser.conftest import Visit, free_port, wait_for
from tests.browser.test_upload import SOON, answers, offer, sent_by, submit, taken_in
from tests.factories import FIRST_EDITION, NOW, PROJECT, a_file, first_catalogue, loaded, programmes_csv


class Server:
    """A dashboard that can be started again on its port."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "pipelines.cli", "dashboard", "--home", str(self.home), "--port"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen([*command, str(self.port)], cwd=PROJECT, **quiet)  # type: ignore[call-overload]
        assert self.process is not None
        wait_for(f"{self.address}/_stcore/health", self.process)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("OPENNESS_CATALOGUE", str(FIRST_EDITION))
    with Store(tmp_path / "store.duckdb") as store:
        store.open_years(["2024-25"], by="tester", at=NOW)
        loaded(store, a_file(tmp_path, programmes_csv("alder"), "programmes.csv"), "programmes", first_catalogue())
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


def test_a_server_that_was_restarted_says_that_no_file_has_arrived(
    server: Server, visit: Visit, tmp_path: Path
) -> None:
    page = visit(f"{server.address}/upload", errors_expected=True)
    file = a_file(tmp_path, answers("alder"), "answers.csv")
    offer(page, file)
    sent_by(page)
    expect(page.get_by_role("button", name=wording.SUBMIT, exact=True)).to_be_visible(timeout=SOON)
    server.stop()
    server.start()
    submit(page)
    expect(page.get_by_text(wording.NOT_ARRIVED)).to_be_visible(timeout=SOON)
    page.get_by_role("button", name=re.compile("^Remove")).first.click()
    offer(page, file)
    sent_by(page)
    submit(page)
    assert taken_in(page)
