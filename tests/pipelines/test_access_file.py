"""access.toml: what is granted is read back, written in one step, and a file that is wrong gives nobody a role."""

import os
from pathlib import Path

import pytest

from pipelines.access_file import ACCESS, Access, Proxy, read_access, write_access
from pipelines.errors import Refused, Unreadable
from pipelines.roles import Grant, Role

STEWARD, ALDER = Grant(Role.STEWARD), Grant(Role.ADMINISTRATOR, "alder")


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    access = Access({"a@b.org": frozenset({STEWARD, ALDER})}, "roles", Proxy("X-User", "ab" * 32))
    write_access(tmp_path, access)
    assert read_access(tmp_path) == access
    assert (tmp_path / ACCESS).stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [tmp_path / ACCESS]


def test_without_a_file_nobody_has_a_role(tmp_path: Path) -> None:
    assert read_access(tmp_path).grants_to("a@b.org") == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        "grant = 3",
        "[[grant]]\nemail = 'a@b.org'",
        "[[grant]]\nemail = 'a@b.org'\nrole = 'owner'",
        "[[grant]]\nemail = 'a@b.org'\nrole = 'administrator'",
        "[[grant]]\nemail = 'a@b.org'\nrole = 'steward'\nprogramme = 'alder'",
        "[proxy]\nheader = 'X-User'",
        "\x00",
    ],
)
def test_a_file_that_is_wrong_is_refused_as_a_whole(tmp_path: Path, text: str) -> None:
    (tmp_path / ACCESS).write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable, match="nobody has a role"):
        read_access(tmp_path)


def test_grants_are_added_and_taken_away_whatever_the_letters_of_the_address() -> None:
    access = Access().with_grant("A@b.org", STEWARD).with_grant("a@B.org ", ALDER)
    assert access.grants_to("a@b.ORG") == {STEWARD, ALDER}
    assert access.without("A@b.org", Role.STEWARD).grants_to("a@b.org") == {ALDER}
    assert access.without("a@b.org").granted == {}
    with pytest.raises(Refused, match="has no such role"):
        access.without("a@b.org", Role.ADMINISTRATOR, "birch")


@pytest.mark.parametrize("grant", [Grant(Role.ADMINISTRATOR), Grant(Role.DIRECTOR), Grant(Role.STEWARD, "alder")])
def test_a_role_and_its_programme_belong_together(grant: Grant) -> None:
    with pytest.raises(Refused, match="--programme"):
        Access().with_grant("a@b.org", grant)


def test_a_name_that_is_no_address_is_refused() -> None:
    with pytest.raises(Refused, match="not an e-mail address"):
        Access().with_grant("somebody", STEWARD)


def test_a_claim_adds_to_what_is_granted_here() -> None:
    access = Access({"a@b.org": frozenset({ALDER})})
    assert access.grants_to("a@b.org", ["steward", 3, "owner"]) == {ALDER, STEWARD}


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_access(tmp_path, Access({"a@b.org": frozenset({STEWARD})}))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Refused, match="no room left on the disk"):
        write_access(tmp_path, Access())
    monkeypatch.undo()
    assert read_access(tmp_path).grants_to("a@b.org") == {STEWARD}
    assert os.listdir(tmp_path) == [ACCESS]
