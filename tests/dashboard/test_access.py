"""Each page and each role: by the menu, by a typed address, and again in the action behind the page."""

import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access
from dashboard.components import controls
from pipelines.access_file import Access, Proxy, write_access
from pipelines.errors import Refused
from pipelines.progress import quiet
from pipelines.roles import ANYBODY_HERE, NOBODY, Action, Grant, Role, Visitor
from pipelines.settings import SIGN_IN, Settings, SignIn
from pipelines.steward import waiting as steward
from pipelines.upload import Desk
from tests.factories import PROJECT, counts_csv

APP = PROJECT / "dashboard" / "app.py"
ADDRESS = "somebody@example.org"
PROGRAMME = "demo-alder"
ALLOWED = {
    Role.DIRECTOR: set(),
    Role.ADMINISTRATOR: {"upload"},
    Role.RESEARCHER: set(),
    Role.STEWARD: {"upload", "steward"},
}
GUARDED = ("upload", "steward")
ASKED = "Which programme are you looking for?"

SignedIn = Callable[..., AppTest]


def a_visitor(role: Role) -> Visitor:
    programme = PROGRAMME if role in {Role.DIRECTOR, Role.ADMINISTRATOR} else None
    return Visitor(frozenset({Grant(role, programme)}), ADDRESS)


def claims(**other: Any) -> dict[str, Any]:
    return {"is_logged_in": True, "email": ADDRESS, "exp": time.time() + 60} | other


@pytest.fixture
def signed_in(demo_home: Settings, monkeypatch: pytest.MonkeyPatch) -> SignedIn:
    """The app as somebody sees it who has this role."""

    def opened(visitor: Visitor, **address: str) -> AppTest:
        monkeypatch.setenv("OPENNESS_HOME", str(demo_home.home))
        monkeypatch.setenv(SIGN_IN, SignIn.OIDC)
        monkeypatch.setattr(access, "visitor", lambda: visitor)
        app = AppTest.from_file(str(APP), default_timeout=120)
        for name, value in address.items():
            app.query_params[name] = value
        return app.run()

    return opened


def words(app: AppTest) -> str:
    return "\n".join(element.value for kind in ("title", "header", "markdown", "warning") for element in app.get(kind))


@pytest.mark.parametrize("role", Role)
def test_the_menu_has_the_pages_of_the_role(signed_in: SignedIn, role: Role) -> None:
    app = signed_in(a_visitor(role))
    assert not app.exception
    links = {link.proto.page for link in app.get("page_link")}
    assert {page for page in GUARDED if page in links} == ALLOWED[role]
    assert "compare" in links


CHOSEN_FOR = [
    ({"demo-elm"}, None, {}, "Elm (invented), 2025-26"),
    ({"demo-elm"}, "demo-yew", {}, "Yew (invented), 2025-26"),
    ({"demo-elm"}, "demo-yew", {"programme": "demo-cedar"}, "Cedar (invented), 2025-26"),
    ({"demo-elm", "demo-yew"}, None, {}, ASKED),
    ({"not-in-the-release"}, None, {}, ASKED),
    (set(), None, {}, ASKED),
]


@pytest.mark.parametrize(("own", "kept", "address", "title"), CHOSEN_FOR)
def test_a_bare_address_shows_the_programme_kept_here_or_else_the_own_one(
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
    own: set[str],
    kept: str | None,
    address: dict[str, str],
    title: str,
) -> None:
    monkeypatch.setattr(controls, "mine", lambda: kept or "")
    grants = {Grant(Role.DIRECTOR, programme) for programme in own} | {Grant(Role.RESEARCHER)}
    app = signed_in(Visitor(frozenset(grants), ADDRESS), **address)
    assert app.title[0].value == title


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("page", GUARDED)
def test_a_page_opened_by_its_address_is_checked_again(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, role: Role, page: str
) -> None:
    monkeypatch.setattr(access, "may_see", lambda *_: True)  # as if the menu forgot
    app = signed_in(a_visitor(role))
    app.switch_page(f"app_pages/{page}.py").run()
    assert not app.exception
    assert ("Not for your role" in words(app)) == (page not in ALLOWED[role])


@pytest.mark.parametrize("visitor", [NOBODY, Visitor(name=ADDRESS)])
def test_who_has_no_role_sees_nothing(signed_in: SignedIn, visitor: Visitor) -> None:
    app = signed_in(visitor)
    assert [title.value for title in app.title] == ["Openness"]
    assert not app.get("page_link")
    assert "alder" not in words(app).lower()
    assert [button.label for button in app.button] == ["Sign in" if visitor.name is None else "Sign out"]


# ---- the actions behind the pages ----


@pytest.mark.parametrize("role", Role)
def test_the_actions_ask_too(demo_home: Settings, role: Role) -> None:
    visitor = a_visitor(role)
    if "steward" not in ALLOWED[role]:
        with pytest.raises(Refused, match="Your role"):
            steward.look(demo_home, visitor)
    if "upload" not in ALLOWED[role]:
        with pytest.raises(Refused, match="Your role"):
            Desk(demo_home, visitor)


def test_an_administrators_file_for_another_programme_is_refused_before_it_is_examined(demo_home: Settings) -> None:
    desk = Desk(demo_home, a_visitor(Role.ADMINISTRATOR))
    content = counts_csv(("demo-birch", "2026-27", "no_such_measure", -1, 5)).encode()
    sheet = desk.read("counts.csv", content, None, None)
    for attempt in (
        lambda: desk.examine(sheet, "counts", None, quiet),
        lambda: desk.submit(sheet, "counts", None, by="x", in_place=False),
    ):
        with pytest.raises(Refused, match="it was not examined"):
            attempt()
    with pytest.raises(Refused, match="it was not examined"):
        desk.lacking("demo-birch")


def test_an_administrator_sees_and_takes_back_no_submission_of_others(demo_home: Settings) -> None:
    everything = Desk(demo_home, ANYBODY_HERE)
    ids = [str(row["submission_id"]) for row in _all_submissions(demo_home)]
    assert everything.submissions(ids)
    administrator = Desk(demo_home, a_visitor(Role.ADMINISTRATOR))
    assert administrator.submissions(ids) == []
    with pytest.raises(Refused, match="no such submission of yours"):
        administrator.withdraw(ids[0], by="x", reason="y")


def _all_submissions(home: Settings) -> list[dict[str, Any]]:
    from pipelines.store.store import Store  # noqa: PLC0415

    with Store(home.store, read_only=True) as store:
        return store.submissions().to_dicts()


# ---- who it is ----


@pytest.fixture
def told(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Visitor]:
    """Who is at the page, by what the provider or the proxy says."""
    secret = sha256(b"agreed").hexdigest()
    grants = {ADDRESS: frozenset({Grant(Role.STEWARD)})}
    write_access(tmp_path, Access(grants, "roles", Proxy("X-Remote-User", secret)))
    monkeypatch.setenv("OPENNESS_HOME", str(tmp_path))

    def visitor(how: str, said: dict[str, Any]) -> Visitor:
        monkeypatch.setenv(SIGN_IN, how)
        monkeypatch.setattr(access, "_headers", lambda: said)
        monkeypatch.setattr(access.st, "user", type("User", (), {"to_dict": lambda _: said})())
        return access.visitor()

    return visitor


def test_a_valid_token_gives_the_roles_of_its_address(told: Callable[..., Visitor]) -> None:
    assert told(SignIn.OIDC, claims()).roles == {Role.STEWARD}


@pytest.mark.parametrize(
    "wrong",
    [
        {"exp": time.time() - 1},
        {"exp": None},
        {"is_logged_in": False},
        {"is_logged_in": "yes"},
        {"email": "another@example.org"},
        {"email": None},
        {"email": ["somebody@example.org"]},
        {"email_verified": False},
    ],
)
def test_a_token_that_is_expired_unproved_or_anothers_gives_nothing(
    told: Callable[..., Visitor], wrong: dict[str, Any]
) -> None:
    assert not told(SignIn.OIDC, claims(**wrong)).may(Action.READ)


def test_a_claim_gives_roles_too(told: Callable[..., Visitor]) -> None:
    who = told(SignIn.OIDC, claims(email="new@example.org", roles=["administrator:demo-alder"]))
    assert who.sends_for == {PROGRAMME}


@pytest.mark.parametrize(("secret", "roles"), [("agreed", {Role.STEWARD}), ("guessed", set()), ("", set())])
def test_the_header_of_a_proxy_counts_only_with_the_secret(
    told: Callable[..., Visitor], secret: str, roles: set[Role]
) -> None:
    headers = {"X-Remote-User": ADDRESS, access.SECRET_HEADER: secret}
    assert told(SignIn.PROXY, headers).roles == roles


def test_a_header_counts_for_nothing_where_no_proxy_was_agreed_on(told: Callable[..., Visitor], tmp_path: Any) -> None:
    write_access(tmp_path, Access({ADDRESS: frozenset({Grant(Role.STEWARD)})}))
    assert not told(SignIn.PROXY, {"X-Remote-User": ADDRESS, access.SECRET_HEADER: ""}).may(Action.READ)


def test_a_file_of_roles_that_is_wrong_lets_nobody_in(told: Callable[..., Visitor], tmp_path: Any) -> None:
    (tmp_path / "access.toml").write_text("grant = 3", encoding="utf-8")
    assert not told(SignIn.OIDC, claims()).may(Action.READ)


@pytest.mark.parametrize("how", ["", "something"])
def test_a_way_of_signing_in_that_is_unknown_lets_nobody_in(told: Callable[..., Visitor], how: str) -> None:
    assert not told(how, claims()).may(Action.READ)


@pytest.mark.parametrize(("address", "everything"), [("127.0.0.1", True), ("0.0.0.0", False), (None, False)])  # noqa: S104
def test_without_sign_in_everybody_at_this_computer_has_every_role_and_nobody_else(
    told: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch, address: str | None, everything: bool
) -> None:
    monkeypatch.setattr(access.st, "get_option", lambda _: address)
    assert told(SignIn.NONE, {}).may(Action.STEWARD) == everything
