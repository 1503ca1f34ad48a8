"""The table “Who may see what”, cell by cell."""

import pytest

from pipelines.errors import Refused
from pipelines.roles import ANYBODY_HERE, NOBODY, Action, Grant, Role, Visitor, grant_from, require_own

TABLE = {
    Role.DIRECTOR: {Action.READ},
    Role.ADMINISTRATOR: {Action.READ, Action.SEND},
    Role.RESEARCHER: {Action.READ},
    Role.STEWARD: {Action.READ, Action.SEND, Action.STEWARD},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_each_role_may_do_what_the_table_says(role: Role, action: Action) -> None:
    visitor = Visitor(frozenset({Grant(role, "alder")}))
    assert visitor.may(action) == (action in TABLE[role])
    if action not in TABLE[role]:
        with pytest.raises(Refused, match="Your role does not include this"):
            visitor.require(action)


@pytest.mark.parametrize("action", Action)
def test_who_has_no_role_may_do_nothing_and_who_is_at_this_computer_everything(action: Action) -> None:
    assert not NOBODY.may(action)
    assert ANYBODY_HERE.may(action)


def test_an_administrator_sends_for_the_own_programmes_alone_and_a_director_for_none() -> None:
    administrator = Visitor(frozenset({Grant(Role.ADMINISTRATOR, "alder"), Grant(Role.DIRECTOR, "birch")}))
    assert administrator.sends_for == {"alder"}
    assert administrator.own_programmes == {"alder", "birch"}
    assert Visitor(frozenset({Grant(Role.STEWARD)})).sends_for is None
    assert NOBODY.sends_for == frozenset()


@pytest.mark.parametrize("programmes", [["alder"], [], ["alder", "alder"]])
def test_files_of_the_own_programme_pass(programmes: list[str]) -> None:
    require_own(programmes, frozenset({"alder"}))


@pytest.mark.parametrize("programmes", [["birch"], ["alder", "birch"], ["Alder"], ["alder "]])
def test_files_of_another_programme_do_not_in_the_same_words_whatever_it_is_called(programmes: list[str]) -> None:
    with pytest.raises(Refused, match="it was not examined") as refused:
        require_own(programmes, frozenset({"alder"}))
    assert "birch" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "grant"),
    [
        ("steward", Grant(Role.STEWARD)),
        (" administrator:alder ", Grant(Role.ADMINISTRATOR, "alder")),
        ("administrator", None),
        ("steward:alder", None),
        ("owner", None),
        ("", None),
    ],
)
def test_a_claim_gives_a_role_or_nothing(text: str, grant: Grant | None) -> None:
    assert grant_from(text) == grant
