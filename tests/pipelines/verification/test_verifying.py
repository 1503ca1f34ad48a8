"""A release that was altered anywhere is found out, and the row is named."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.errors import Unreadable
from pipelines.release import file as release
from pipelines.release.reader_relations import HASHED
from pipelines.release.schema import RELATIONS
from pipelines.settings import Settings
from pipelines.verification.recomputing import GIVEN, KEYS, recomputed
from pipelines.verification.rows import Row
from pipelines.verification.verifying import altered_rows, different_rows, other_content, verify

NUMBERS = [
    (name, column)
    for name, relation in RELATIONS.items()
    for column, about in relation.columns.items()
    if isinstance(about.dtype, type) and about.dtype.is_numeric()
]
"""Every column of numbers of every relation."""


def file_of(home: Settings) -> Path:
    return home.releases / (home.releases / "current").read_text(encoding="utf-8") / "release.duckdb"


@cache
def published(path: Path) -> dict[str, pl.DataFrame]:
    return release.read(path)


@cache
def computed_again(path: Path) -> dict[str, dict[Any, Row]]:
    return recomputed({name: published(path)[name].to_dicts() for name in GIVEN})


@pytest.mark.parametrize("home", ["demo_home", "osmi_home", "nhs_home"])
def test_a_release_as_it_was_published_is_verified(home: str, request: pytest.FixtureRequest) -> None:
    found = verify(file_of(request.getfixturevalue(home)))
    assert found.faults == []
    assert found.values > 100
    assert found.previous == "It is the first release."


def test_every_relation_with_numbers_is_computed_again_or_hashed() -> None:
    assert {name for name, _ in NUMBERS} <= {*KEYS, *HASHED, "release", "row_hash"}


@pytest.mark.parametrize(("name", "column"), NUMBERS)
def test_a_number_that_was_altered_is_found_and_its_row_named(name: str, column: str, demo_home: Settings) -> None:
    frames, found = published(file_of(demo_home)), computed_again(file_of(demo_home))
    filled = frames[name].with_row_index("at").drop_nulls(column)["at"].to_list()
    if not filled:
        pytest.skip("this column is empty in the demonstration")
    at = filled[len(filled) // 2]
    other = frames[name][column].to_list()
    other[at] += 1
    altered = frames[name].with_columns(pl.Series(column, other, frames[name][column].dtype))
    faults = [*altered_rows(frames | {name: altered})] if name in {*HASHED, "row_hash"} else []
    faults += different_rows(name, altered, found[name]) if name in KEYS else []
    if name == "release":
        faults = list(other_content(frames | {name: altered}, altered.row(0, named=True), found_already=False))
    assert faults
    if name != "row_hash":
        assert {fault.relation for fault in faults} == {name}
        assert all(fault.row for fault in faults)


# ---- the whole, on a file ----


@pytest.fixture
def a_copy(demo_home: Settings, tmp_path: Path) -> Callable[[str], Path]:
    def altered(statement: str) -> Path:
        path = Path(shutil.copy(file_of(demo_home), tmp_path / "release.duckdb"))
        path.chmod(0o600)
        with duckdb.connect(path) as connection:
            connection.execute(statement)
        return path

    return altered


def test_one_answer_more_changes_what_hangs_on_it(a_copy: Callable[[str], Path]) -> None:
    found = verify(a_copy("UPDATE result SET affirmative = affirmative + 1 WHERE result_id = 100"))
    told = {(fault.relation, fault.row) for fault in found.faults}
    assert ("result", "result_id 100") in told
    assert ("release", "content_hash") in told


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM change WHERE result_id = (SELECT max(result_id) FROM change)", "the row is missing"),
        (
            "INSERT INTO trend SELECT * REPLACE ('nobody' AS programme_id) FROM trend LIMIT 1",
            "nothing in the file leads to this row",
        ),
        ("UPDATE programme SET programme_name = upper(programme_name)", "that nothing else in it gives again"),
    ],
)
def test_what_is_missing_added_or_not_computed_is_found(
    a_copy: Callable[[str], Path], statement: str, said: str
) -> None:
    assert any(said in fault.what for fault in verify(a_copy(statement)).faults)


def test_the_release_before_it_is_looked_for_beside_it(a_copy: Callable[[str], Path], tmp_path: Path) -> None:
    path = a_copy("UPDATE release SET previous_release_id = 'earlier', previous_content_hash = 'other'")
    assert "earlier, is not beside it" in verify(path).previous
    beside = tmp_path.parent / "earlier"
    beside.mkdir()
    shutil.copy(path, beside / "release.duckdb")
    assert "is not the one it was made after" in verify(path).previous
    assert any(fault.row == "previous_content_hash" for fault in verify(path).faults)


@pytest.mark.parametrize("content", [b"", b"no release", None])
def test_what_is_no_release_is_said_to_be_none(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "release.duckdb"
    if content is None:
        with duckdb.connect(path) as connection:
            connection.execute("CREATE TABLE release (id INTEGER)")
    else:
        path.write_bytes(content)
    with pytest.raises(Unreadable, match="no release file that this version"):
        verify(path)
