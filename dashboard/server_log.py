"""What the server writes to its log: kinds and places, and no text that came from outside.

Streamlit and the server below it log the texts of errors, of addresses and of headers. Whoever sends a request chooses
them, and an error's text may hold a cell of a file.
"""

import logging
import traceback
from pathlib import Path
from typing import Any

LEFT_OUT = "…"
"""Stands in the place of a text."""


class Record(logging.LogRecord):
    """An event of the log, in the words of the program that logs it. Numbers stay, other values are left out; of an
    error there are its kind and its place."""

    def getMessage(self) -> str:  # noqa: N802  the name is the library's
        """The words."""
        return f"{super().getMessage()}{f' ({self.error})' if self.error else ''}"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.args = _without_texts(self.args)
        self.error = _kind_and_place(self.exc_info[1]) if self.exc_info else ""
        self.exc_info = self.stack_info = None


def keep_texts_out() -> None:
    """From now on, whatever this process logs."""
    logging.setLogRecordFactory(Record)


def _without_texts(values: Any) -> Any:
    if isinstance(values, dict):
        return {name: _number_or_nothing(value) for name, value in values.items()}
    return tuple(_number_or_nothing(value) for value in values or ())


def _number_or_nothing(value: object) -> object:
    return value if isinstance(value, int | float) else LEFT_OUT


def _kind_and_place(error: BaseException | None) -> str:
    if error is None:
        return ""
    steps = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(steps[-1].filename).name}, line {steps[-1].lineno}" if steps else ""
    return f"{type(error).__name__}{place}"
