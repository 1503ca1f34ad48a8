"""A release file that anybody may bring: read, or refused in words of whoever asked for it."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from pipelines.errors import Refused, Unreadable
from pipelines.release import file as release


def frames_of(path: Path, names: Iterable[str], otherwise: str) -> dict[str, pl.DataFrame]:
    """Relations of a release file. Raises Unreadable, with these words, where it is none or has not all of them."""
    try:
        return release.read(path, names)
    except (*release.UNREADABLE, Refused):
        raise Unreadable(path, otherwise) from None
