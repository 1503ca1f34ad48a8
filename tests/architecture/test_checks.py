"""The checks of CI run at each commit too, CONTRIBUTING names them, and the quick tests are the quick ones."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import built_once, is_slow
from tests.factories import PROJECT

STYLE = ["uv run ruff check", "uv run ruff format --check", "uv run mypy"]
QUICK = "uv run pytest -m quick"


def text(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", STYLE)
def test_every_check_of_ci_is_made_at_each_commit_and_by_just_check(command: str) -> None:
    assert command in text(".ci/run").splitlines()
    assert f"        entry: {command}" in text(".pre-commit-config.yaml").splitlines()
    assert f"    {command}" in text("justfile").splitlines()


@pytest.mark.parametrize("command", [QUICK, "uv sync", "uv run openness demo", "uv run pytest"])
def test_contributing_names_the_plain_commands_behind_the_short_names(command: str) -> None:
    assert f"    {command}" in text("justfile").splitlines()
    assert any(line.startswith(command) for line in text("CONTRIBUTING.md").splitlines())


def test_the_quick_tests_run_at_each_push() -> None:
    assert f"        entry: {QUICK}" in text(".pre-commit-config.yaml").splitlines()


# ---- which tests are quick ----


def an_item(
    path: str = "pipelines/test_cli.py",
    mark: str | None = None,
    fixture: str = "monkeypatch",
    home: str = "cedar",
    imports: str = "pytest",
) -> Any:
    """A test as pytest has collected it."""
    return SimpleNamespace(
        path=PROJECT / "tests" / path,
        module=SimpleNamespace(**{imports: None}),
        get_closest_marker=lambda name: name == mark,
        fixturenames=["tmp_path", fixture],
        callspec=SimpleNamespace(params={"home": home, "number": [1, 2]}),
    )


@pytest.mark.parametrize(
    ("item", "slow"),
    [
        (an_item(), False),
        (an_item(fixture="store"), True),
        (an_item(imports="Store"), True),
        (an_item(imports="AppTest"), True),
        (an_item("browser/test_journeys.py"), True),
        (an_item("promises/test_hostile.py"), True),
        (an_item(mark="parametrize"), False),
        (an_item(mark="slow"), True),
        (an_item(fixture="demo_home"), True),
        (an_item(fixture="nhs_home"), True),
        (an_item(home="osmi_home"), True),
    ],
)
def test_quick_is_what_needs_no_store_page_browser_or_mark(item: Any, slow: bool) -> None:
    assert is_slow(item) == slow


def test_what_several_test_processes_need_is_built_once_and_found_whole(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    tmp_path_factory.getbasetemp()  # made now, because two threads would make it twice
    built = []

    def build(folder: Path) -> None:
        built.append(folder)
        time.sleep(0.2)
        (folder / "last").touch()

    def ask(_: int) -> bool:
        return (built_once(tmp_path_factory, "asked-for-twice", build) / "last").exists()

    with ThreadPoolExecutor(2) as askers:
        assert list(askers.map(ask, range(2))) == [True, True]
    assert len(built) == 1
