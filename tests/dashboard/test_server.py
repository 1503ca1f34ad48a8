"""What the server keeps to itself: uploads in memory, and its log without a text that came from outside."""

import logging
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

import pytest
from starlette.formparsers import MultiPartParser

from dashboard.server import keep_uploads_in_memory
from dashboard.server_log import keep_texts_out
from pipelines.thresholds import LARGEST_UPLOAD

MARK = "text-of-a-cell"


# ---- uploads ----


def test_an_upload_of_any_size_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MultiPartParser, "spool_max_size", MultiPartParser.spool_max_size)
    keep_uploads_in_memory()
    with SpooledTemporaryFile(max_size=MultiPartParser.spool_max_size) as arriving:
        arriving.write(b"," * (LARGEST_UPLOAD * 2**20))
        assert not arriving._rolled  # type: ignore[attr-defined]


# ---- the log ----


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """The lines of a logger while texts are kept out of it."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    logger, before = logging.getLogger("tried"), logging.getLogRecordFactory()
    logger.addHandler(handler)
    keep_texts_out()
    yield lines
    logging.setLogRecordFactory(before)
    logger.removeHandler(handler)


def test_a_text_is_left_out_and_a_number_stays(logged: list[str]) -> None:
    logging.getLogger("tried").error("Error during authentication: %s, %d bytes", MARK, 12)
    logging.getLogger("tried").error("%(kind)s", {"kind": MARK})
    logging.getLogger("tried").error("Nothing to add")
    assert logged == ["Error during authentication: …, 12 bytes", "…", "Nothing to add"]


def test_of_an_error_there_are_its_kind_and_its_place(logged: list[str]) -> None:
    try:
        int(MARK)
    except ValueError as error:
        logging.getLogger("tried").error("Uncaught app execution", exc_info=error)
    logging.getLogger("tried").error("None", exc_info=True, stack_info=True)
    assert logged[0].startswith("Uncaught app execution (ValueError in test_server.py, line ")
    assert MARK not in "".join(logged)
    assert logged[1] == "None"
