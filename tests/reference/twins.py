"""What the tests compare with a plain twin: the rows of a frame, by key."""

from typing import Any

import polars as pl

from pipelines.verification.rows import Row, same


def assert_agrees(frame: pl.DataFrame, keys: tuple[str, ...], naive: dict[Any, Row], *, empty: bool = False) -> None:
    """The frame has the rows of its twin, no other, and in each the twin's numbers and words.

    That it has any is asked for, unless it may be `empty`.
    """
    found = {tuple(row.pop(key) for key in keys): row for row in frame.to_dicts()}
    assert len(found) == frame.height
    assert found.keys() == naive.keys()
    assert found or empty
    for key, row in found.items():
        different = {name: (row[name], value) for name, value in naive[key].items() if not same(row[name], value)}
        assert not different, key
