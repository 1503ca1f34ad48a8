"""What is kept is for its owner alone, whatever the umask says."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.private_files import only_for_the_owner, tighten, tighten_tree

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_made_meanwhile_is_for_the_owner_and_what_is_made_later_is_not(tmp_path: Path) -> None:
    with only_for_the_owner(), only_for_the_owner():
        (tmp_path / "folder").mkdir()
        (tmp_path / "file").write_text("")
    (tmp_path / "later").write_text("")
    assert [mode(tmp_path / name) for name in ("folder", "file", "later")] == [0o700, 0o600, 0o666]


def test_it_holds_until_the_last_has_left(tmp_path: Path) -> None:
    first, second = only_for_the_owner(), only_for_the_owner()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    (tmp_path / "file").write_text("")
    second.__exit__(None, None, None)
    assert mode(tmp_path / "file") == 0o600


@pytest.mark.parametrize(("before", "after"), [(0o666, 0o600), (0o444, 0o400), (0o600, 0o600), (0o500, 0o500)])
def test_rights_of_others_are_taken_away_and_no_right_is_given(tmp_path: Path, before: int, after: int) -> None:
    file = tmp_path / "file"
    file.write_text("")
    file.chmod(before)
    tighten(file)
    assert mode(file) == after


def test_a_folder_that_many_share_is_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    tighten(tmp_path)
    assert mode(tmp_path) == 0o1777


def test_a_tree_is_tightened_whole_and_one_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "tree" / "within").mkdir(parents=True)
    tighten_tree(tmp_path / "tree")
    tighten_tree(tmp_path / "none")
    assert [mode(tmp_path / name) for name in ("tree", "tree/within")] == [0o700, 0o700]
    assert not (tmp_path / "none").exists()
