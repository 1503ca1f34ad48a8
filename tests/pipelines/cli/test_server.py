"""What keeps the server safe is said twice, to the command and in a file, and both say the same."""

import tomllib
from pathlib import Path

import pytest

from pipelines import shipped_files
from pipelines.cli import server
from pipelines.settings import Settings

CONFIGURATION = tomllib.loads((shipped_files.FOLDER / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
THEME = "theme"
"""The only part of the configuration on which no safety depends."""


def as_arguments(configuration: dict[str, dict[str, object]]) -> list[str]:
    """A configuration as Streamlit takes it on its command line."""
    return [
        f"--{section}.{name}={str(value).lower() if isinstance(value, bool) else value}"
        for section, settings in configuration.items()
        if section != THEME
        for name, values in settings.items()
        for value in (values if isinstance(values, list) else [values])
    ]


def test_every_setting_of_the_configuration_is_an_argument_and_the_other_way_round() -> None:
    assert sorted(as_arguments(CONFIGURATION)) == sorted(server.SAFETY)


def test_a_setting_that_differs_would_be_noticed() -> None:
    changed = CONFIGURATION | {"server": CONFIGURATION["server"] | {"address": "0.0.0.0"}}  # noqa: S104
    assert sorted(as_arguments(changed)) != sorted(server.SAFETY)


def test_the_server_is_started_with_all_of_them_where_its_theme_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(server.os, "execve", lambda _, command, places: started.append((command, places)))
    server.serve(Settings(home=Path("audit")), 18_000)
    [(command, places)] = started
    assert {*server.SAFETY, "--server.port=18000"} <= {*command}
    assert (Path.cwd() / ".streamlit" / "config.toml").exists()
    assert places["OPENNESS_HOME"] == str(tmp_path / "audit")
    assert "everybody at this computer has every role" in " ".join(capsys.readouterr().out.split())
