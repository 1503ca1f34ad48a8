"""A file is in the server's memory only as long as somebody has it on the page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from dashboard.upload import file_memory, wording
from dashboard.upload.file_memory import LOOKS, HeldFile, drop_unseen
from tests.dashboard.upload.administrator import Administrator, a_home
from tests.factories import a_file

ANSWERS = "programme_id,academic_year,lived_experience\n" + "alder,2024-25,yes\nalder,2024-25,no\n" * 9


@pytest.fixture(autouse=True)
def _nothing_held() -> Iterator[None]:
    file_memory._held.clear()
    yield
    file_memory._held.clear()


class Server:
    """A server that tells who is connected, and forgets downloads when told."""

    def __init__(self, *, connected: bool) -> None:
        self.connected = connected
        self.forgotten: list[str] = []
        self.media_file_mgr = self

    def is_active_session(self, _: str) -> bool:
        return self.connected

    def clear_session_refs(self, session: str) -> None:
        self.forgotten.append(session)

    def remove_orphaned_files(self) -> None:
        self.forgotten.append("orphans")


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Administrator:
    return Administrator(a_home(tmp_path), monkeypatch)


def held_file(session: str = "session") -> tuple[HeldFile, MemoryUploadedFileManager, list[str]]:
    """A file in Streamlit's hands, and a list that says when it was forgotten."""
    files, forgotten = MemoryUploadedFileManager("/upload"), []
    record = UploadedFileRec("id", "file.csv", "text/csv", b"who,told\n")
    files.add_file(session, record)
    held = HeldFile(UploadedFile(record, None), lambda: forgotten.append(session), files)  # type: ignore[arg-type]
    file_memory._held[session] = held
    return held, files, forgotten


def in_memory() -> dict[str, Any]:
    return {session: held.file.name for session, held in file_memory._held.items()}


def test_a_file_is_held_while_it_is_on_the_page_and_dropped_when_it_is_submitted(
    page: Administrator, tmp_path: Path
) -> None:
    page.offer(a_file(tmp_path, ANSWERS, "answers.csv"))
    assert [*in_memory().values()] == ["answers.csv"]
    page.submit()
    assert wording.TAKEN_IN in page.told
    assert in_memory() == {}
    assert page.app.session_state["upload"].read.made is None


def test_the_file_before_is_dropped_when_another_is_chosen(page: Administrator, tmp_path: Path) -> None:
    page.offer(a_file(tmp_path, ANSWERS, "first.csv"))
    (first,) = file_memory._held.values()
    page.offer(a_file(tmp_path, ANSWERS, "second.csv"))
    assert [*in_memory().values()] == ["second.csv"]
    assert first.file.closed


def test_the_file_is_dropped_when_its_page_is_left(page: Administrator, tmp_path: Path) -> None:
    page.offer(a_file(tmp_path, ANSWERS, "answers.csv"))
    page.app.switch_page("app_pages/about.py").run()
    assert in_memory() == {}


@pytest.mark.parametrize(("looks", "is_dropped"), [(LOOKS - 1, False), (LOOKS, True)])
def test_the_file_of_a_session_that_ended_is_dropped_after_a_while(looks: int, is_dropped: bool) -> None:
    held, files, forgotten = held_file()
    server = Server(connected=False)
    for _ in range(looks):
        drop_unseen(server)  # type: ignore[arg-type]
    assert bool(forgotten) == is_dropped
    assert (files.get_files("session", ["id"]) == []) == is_dropped
    assert held.file.closed == is_dropped
    assert server.forgotten == (["session", "orphans"] if is_dropped else [])


def test_whoever_comes_back_in_time_keeps_the_file() -> None:
    _, files, forgotten = held_file()
    for look in range(3 * LOOKS):
        drop_unseen(Server(connected=look % LOOKS == 0))  # type: ignore[arg-type]
    assert not forgotten
    assert files.get_files("session", ["id"])
