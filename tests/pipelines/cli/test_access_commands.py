"""Roles given and taken on the command line, a door that stays shut without sign-in, and the doctor's exit codes."""

import json
from pathlib import Path

import pytest

from pipelines import cli
from pipelines.cli import server
from pipelines.errors import Refused
from pipelines.settings import SIGN_IN, Settings, SignIn

pytestmark = pytest.mark.slow  # commands, from beginning to end


def run(home: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        cli.main([*arguments, "--home", str(home)])
    return int(left.value.code or 0)


def test_a_role_is_given_listed_and_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    assert run(home, "access", "grant", "A@b.org", "administrator", "--programme", "alder") == 0
    assert run(home, "access", "grant", "A@b.org", "steward") == 0
    capsys.readouterr()
    run(home, "access", "list", "--json")
    assert json.loads(capsys.readouterr().out) == [
        {"email": "a@b.org", "role": "administrator", "programme": "alder"},
        {"email": "a@b.org", "role": "steward", "programme": None},
    ]
    assert run(home, "access", "revoke", "a@b.org", "steward") == 0
    assert run(home, "access", "revoke", "a@b.org") == 0
    capsys.readouterr()
    run(home, "access", "list")
    assert capsys.readouterr().out.startswith("Nobody has a role yet.")
    assert run(home, "access", "revoke", "a@b.org") == 3


def test_the_log_has_the_role_and_no_address(tmp_path: Path) -> None:
    run(tmp_path, "access", "grant", "a@b.org", "steward")
    log = (tmp_path / "openness.log").read_text(encoding="utf-8")
    assert "access_granted" in log
    assert "a@b.org" not in log


def test_the_doctor_leaves_with_1_where_something_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    assert run(home, "doctor") == 0
    (home / "access.toml").write_text("x", encoding="utf-8")
    assert run(home, "doctor") == 1
    assert "access: access.toml: it is not as" in capsys.readouterr().out


@pytest.mark.parametrize("given", [{"public": "https://openness.example.org"}, {"listen": "0.0.0.0"}])  # noqa: S104
def test_without_sign_in_the_door_stays_shut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    monkeypatch.setattr(server.os, "execve", lambda *_: pytest.fail("it was started"))
    with pytest.raises(Refused, match="for this computer alone"):
        server.serve(Settings(home=tmp_path), 18_000, **given)  # type: ignore[arg-type]


def test_with_sign_in_the_server_is_told_where_visitors_come_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []
    (tmp_path / "sign-in.toml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(server.os, "execve", lambda _, command, told: started.append((command, told)))
    server.serve(Settings(home=tmp_path), 18_000, public="https://openness.example.org/audit")
    [(command, told)] = started
    assert {"--server.allowedHosts=openness.example.org", "--server.baseUrlPath=audit"} <= {*command}
    assert f"--secrets.files={tmp_path / 'sign-in.toml'}" in command
    assert told[SIGN_IN] == SignIn.OIDC
