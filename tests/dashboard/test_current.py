"""One wrong file takes no page down that does not need it; and a file that takes another's place is opened anew."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.release.reader import current, identity_of
from tests.factories import PROJECT

WRONG = {"dangling": b"2026-01-01-1-abc", "empty": b"", "no text": b"\xff\xfe\x00", "a path": b"../elsewhere"}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
def test_what_names_no_release_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "current").write_bytes(content)
    assert current(tmp_path) is None


@pytest.mark.parametrize("page", ["upload", "steward", "overview"])
@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
def test_no_page_breaks_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, page: str) -> None:
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / "current").write_bytes(content)
    monkeypatch.setenv("OPENNESS_HOME", str(tmp_path))
    app = AppTest.from_file(str(PROJECT / "dashboard" / "app.py"), default_timeout=120).run()
    if page != "overview":
        app.switch_page(f"app_pages/{page}.py").run()
    assert not app.exception
    assert ("Nothing is published yet" in {title.value for title in app.title}) == (page == "overview")
    assert str(tmp_path) not in "".join(warning.value for warning in app.warning)


def test_another_file_of_the_same_name_is_another(tmp_path: Path) -> None:
    file = tmp_path / "release.duckdb"
    assert identity_of(file) is None
    file.write_bytes(b"one")
    first = identity_of(file)
    beside = tmp_path / "beside"
    beside.write_bytes(b"two")
    beside.replace(file)
    assert identity_of(file) not in {None, first}
