"""The file in the server's memory: held while somebody has it on the page, and no longer.

Streamlit keeps what was uploaded until it shuts a session down, and that it does only when a later session ends. So the
file is dropped here: when it was submitted or replaced, when its page was left, and when nobody is connected any more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread
from time import sleep
from typing import Any

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile

SECONDS_BETWEEN_LOOKS = 5
LOOKS = 6
"""After so many looks in a row at which nobody was connected, the file is dropped. A short break of a line is none."""


@dataclass
class HeldFile:
    """The file of a session, and what lets go of all that was made of it."""

    file: UploadedFile
    forget: Callable[[], None]
    files: Any
    """Where Streamlit keeps the bytes."""
    looks: int = 0
    """How many times in a row nobody was connected."""


_held: dict[str, HeldFile] = {}
_lock = Lock()


def hold(file: UploadedFile, forget: Callable[[], None]) -> None:
    """Hold the file that is on the page of this session, and drop the one before it."""
    context = get_script_run_ctx()
    if context is None:
        return
    with _lock:
        before = _held.get(context.session_id)
        watched = bool(_held)
        _held[context.session_id] = HeldFile(file, forget, context.uploaded_file_mgr)
    if before and before.file.file_id != file.file_id:
        before.files.remove_file(context.session_id, before.file.file_id)
        before.file.close()
    if not watched and runtime.exists():
        Thread(target=_watch, args=(runtime.get_instance(),), name="files of ended sessions", daemon=True).start()


def drop() -> None:
    """Drop the file of this session, because it was submitted, or its page was left."""
    context = get_script_run_ctx()
    if context is not None:
        _drop(context.session_id)


def lost_file(value: object) -> str | None:
    """The id of a file that a widget shows and the server does not have; None where there is none."""
    return str(value.file_id) if isinstance(value, DeletedFile) else None


def drop_unseen(server: runtime.Runtime) -> None:
    """One look at the sessions that hold a file."""
    with _lock:
        sessions = list(_held.items())
    for session_id, held in sessions:
        held.looks = 0 if server.is_active_session(session_id) else held.looks + 1
        if held.looks >= LOOKS:
            _drop(session_id)
            server.media_file_mgr.clear_session_refs(session_id)  # buttons would make files from what was read
            server.media_file_mgr.remove_orphaned_files()


def _watch(server: runtime.Runtime) -> None:
    """Look at the sessions as long as one of them holds a file."""
    while True:
        sleep(SECONDS_BETWEEN_LOOKS)
        drop_unseen(server)
        with _lock:
            if not _held:
                return


def _drop(session_id: str) -> None:
    with _lock:
        held = _held.pop(session_id, None)
    if held is not None:
        held.forget()
        held.files.remove_session_files(session_id)
        held.file.close()  # the page's widget still has it, but none of its bytes
