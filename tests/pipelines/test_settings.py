"""The home and the catalogue: what is said, what is as good as not said, and where they are if nothing is said."""

import sys
from pathlib import Path

import pytest

from pipelines.errors import Unreadable
from pipelines.settings import Settings, default_home
from pipelines.shipped_files import CATALOGUE
from tests.factories import PROJECT


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENNESS_HOME", "OPENNESS_CATALOGUE", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)


def test_a_tilde_is_the_users_folder_for_everything_in_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("OPENNESS_CATALOGUE", "~/own.toml")
    settings = Settings(home=Path("~/audit"))
    places = (settings.store, settings.releases, settings.log)
    assert {place.parent for place in places} == {tmp_path / "audit"}
    assert settings.catalogue == tmp_path / "own.toml"


def test_a_tilde_within_a_path_is_a_letter_like_others(tmp_path: Path) -> None:
    assert Settings(home=tmp_path / "~" / "audit").home == tmp_path / "~" / "audit"


def test_a_user_whom_nobody_knows_has_no_folder() -> None:
    with pytest.raises(Unreadable, match="“~nobody-of-this-name/audit” begins with the name of a user"):
        Settings(home=Path("~nobody-of-this-name/audit"))


@pytest.mark.parametrize("said", ["", None])
def test_an_empty_variable_is_as_good_as_none(said: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if said is not None:
        monkeypatch.setenv("OPENNESS_HOME", said)
        monkeypatch.setenv("OPENNESS_CATALOGUE", said)
    settings = Settings()
    assert (settings.home, settings.catalogue) == (default_home(), CATALOGUE)
    assert not settings.home_was_chosen


def test_a_variable_that_says_something_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENNESS_HOME", str(tmp_path))
    settings = Settings()
    assert settings.home == tmp_path
    assert settings.home_was_chosen


def test_the_home_of_a_checkout_is_its_data_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings().home == PROJECT / "data"


@pytest.mark.parametrize(
    ("system", "variables", "home"),
    [
        ("linux", {}, "user/.local/share/openness"),
        ("linux", {"XDG_DATA_HOME": "{folder}/xdg"}, "xdg/openness"),
        ("linux", {"XDG_DATA_HOME": "not/absolute"}, "user/.local/share/openness"),
        ("darwin", {"XDG_DATA_HOME": "{folder}/xdg"}, "user/Library/Application Support/openness"),
        ("win32", {"LOCALAPPDATA": "{folder}/local"}, "local/openness"),
        ("win32", {}, "user/AppData/Local/openness"),
    ],
)
def test_the_home_of_an_installed_copy_is_a_folder_of_the_user(
    system: str, variables: dict[str, str], home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(folder=tmp_path))
    assert default_home(installed=True) == tmp_path / home
