"""Signing in with a real provider: each role sees and does its own, tried by the menu, by typed address and by what was
sent before; nothing is left of it after signing out; a token that has ended, or that nobody signed, opens nothing."""

import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard.upload import wording as upload_wording
from dashboard.wording import frame
from dashboard.wording import steward as wording
from pipelines.access_file import Access, read_access, write_access
from pipelines.roles import ANOTHER_PROGRAMME, Grant, Role
from pipelines.settings import Settings
from tests.browser.conftest import Visit, served, started, whole
from tests.browser.test_upload import offer, say
from tests.factories import a_file, counts_csv

OWN, OTHER = "demo-alder", "demo-birch"
GRANTS = {
    "director@example.org": Grant(Role.DIRECTOR, OWN),
    "administrator@example.org": Grant(Role.ADMINISTRATOR, OWN),
    "researcher@example.org": Grant(Role.RESEARCHER),
    "steward@example.org": Grant(Role.STEWARD),
    "revoked@example.org": Grant(Role.STEWARD),
}
BY_CLAIM = "claimed@example.org"
IN_THE_MENU = {"upload": upload_wording.TITLE, "steward": "What is waiting"}
GUARDED = IN_THE_MENU | {
    "years": wording.YEARS_TITLE,
    "next_release": wording.NEXT_TITLE,
    "received": wording.RECEIVED_TITLE,
    "people": wording.PEOPLE_TITLE,
    "record": wording.RECORD_TITLE,
}
"""The pages that reading is not enough for, and their headings."""
LABELS = {"upload": frame.PAGES["upload"], "steward": frame.FOR_THE_STEWARD}
ALLOWED = {"administrator@example.org": {"upload"}, "steward@example.org": {*GUARDED}, BY_CLAIM: {"upload"}}
SECRET = "a secret of this server alone, long enough"  # noqa: S105
SHORT, LONG = 15, 3600
"""For how many seconds a token is valid."""


def a_home(folder: Path, demo: Settings, provider: str) -> Path:
    """A copy of the demonstration in which people sign in."""
    home = folder / "home"
    shutil.copytree(demo.home, home)
    write_access(home, Access({email: frozenset({grant}) for email, grant in GRANTS.items()}, claim="openness"))
    settings = {
        "redirect_uri": "http://127.0.0.1:{port}/oauth2callback",
        "cookie_secret": SECRET,
        "client_id": "openness",
        "client_secret": "agreed",
        "server_metadata_url": f"{provider}/.well-known/openid-configuration",
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    (home / "sign-in.toml").write_text("\n".join(["[auth]", *lines]), encoding="utf-8")
    return home


@contextmanager
def a_provider(seconds: int) -> Iterator[str]:
    claims = {"sub": BY_CLAIM, "email": BY_CLAIM, "openness": ["administrator:demo-birch", "nonsense"]}
    told = ("--token-max-age", str(seconds), "--user-claims", json.dumps(claims), "--port")
    with started("-m", "oidc_provider_mock", *told, healthy=".well-known/openid-configuration") as address:
        yield address


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, demo_home: Settings) -> Iterator[Path]:
    with a_provider(LONG) as provider:
        yield a_home(tmp_path_factory.mktemp("signing-in"), demo_home, provider)


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[str]:
    with served(home) as address:
        yield address


def asked_to_sign_in(page: Page) -> None:
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible(timeout=60_000)


def told_nothing(page: Page) -> None:
    """Neither a page nor a programme nor a figure can be seen."""
    expect(page.get_by_role("heading")).to_have_text(["Openness"])
    expect(page.get_by_role("link", name=frame.PAGES["compare"])).to_have_count(0)
    assert "alder" not in page.content().lower()


def signs_in(page: Page, server: str, email: str) -> None:
    """Through the provider, as a person does; in another tab, whose style sheet the provider fetches from elsewhere."""
    tab = page.context.new_page()
    tab.route("https://**", lambda route: route.abort())
    tab.goto(server)
    asked_to_sign_in(tab)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.get_by_placeholder("sub").fill(email)
    tab.get_by_role("button", name="Authorize", exact=True).click()
    tab.wait_for_url(f"{server}/", timeout=60_000)
    tab.close()
    page.goto(server)


def signed_in(visit: Visit, server: str, email: str, *, stranger: bool = False) -> Page:
    page = visit(server, until=asked_to_sign_in, errors_expected=True, stranger=stranger)
    signs_in(page, server, email)
    whole(page)
    return page


def goes(page: Page, address: str) -> None:
    page.goto(address)
    whole(page)


@pytest.mark.parametrize("email", ["steward@example.org", *list(GRANTS)[:3], BY_CLAIM])
def test_each_role_reaches_its_own_pages_by_menu_and_by_typed_address_and_no_other(
    server: str, visit: Visit, email: str
) -> None:
    page = signed_in(visit, server, email)
    goes(page, f"{server}/overview?programme={OWN}")
    for name, label in LABELS.items():
        allowed = name in ALLOWED.get(email, set())
        expect(page.get_by_role("link", name=label, exact=True)).to_have_count(int(allowed))
    for name, heading in GUARDED.items():
        allowed = name in ALLOWED.get(email, set())
        for replayed in (name, f"{name}?programme={OWN}&page={name}")[: 1 + (name in IN_THE_MENU)]:
            goes(page, f"{server}/{replayed}")
            expect(page.get_by_role("heading", name=heading, exact=True)).to_have_count(int(allowed))
            expect(page.get_by_role("link", name=frame.PAGES["record"])).to_have_count(
                int(allowed and name != "upload")
            )
    goes(page, f"{server}/compare?programme={OWN}")
    expect(page.get_by_text("Page not found")).to_have_count(0)


def test_an_administrator_sends_for_the_own_programme_and_for_no_other(
    server: str, visit: Visit, tmp_path: Path
) -> None:
    page = signed_in(visit, server, "administrator@example.org")
    for programme, refused in ((OTHER, True), (OWN, False)):
        goes(page, f"{server}/upload")
        say(page, upload_wording.KIND, upload_wording.DATASETS["counts"])
        offer(page, a_file(tmp_path, counts_csv((programme, "2026-27", "no_such_measure", 12, 5))))
        whole(page)
        expect(page.get_by_text(ANOTHER_PROGRAMME)).to_have_count(int(refused), timeout=60_000)
        expect(page.get_by_text(re.compile("^[0-9]+ things? to put right"))).to_have_count(int(not refused))


def test_a_role_is_of_one_session_and_ends_when_it_is_revoked(server: str, visit: Visit, home: Path) -> None:
    people = ("revoked@example.org", "director@example.org")
    steward, director = (signed_in(visit, server, email, stranger=True) for email in people)
    stranger, unknown = (visit(server, until=asked_to_sign_in, stranger=True) for _ in range(2))
    signs_in(unknown, server, "unknown@example.org")
    expect(unknown.get_by_text("You have no role here yet.")).to_be_visible(timeout=60_000)
    for page in (steward, director, steward):
        goes(page, f"{server}/steward")
        shown = page.get_by_role("heading", name=GUARDED["steward"], exact=True)
        expect(shown).to_have_count(int(page is steward))
    stranger.goto(f"{server}/steward")
    asked_to_sign_in(stranger)
    for page in (stranger, unknown):
        told_nothing(page)
    write_access(home, read_access(home).without("revoked@example.org"))
    steward.get_by_role("button", name="Sign out").wait_for()
    steward.get_by_role("link", name=frame.PAGES["about"]).click()  # the next run of a session that goes on
    expect(steward.get_by_text("You have no role here yet.")).to_be_visible(timeout=60_000)
    told_nothing(steward)


def test_after_signing_out_neither_another_tab_nor_a_copy_of_the_cookie_opens_anything(
    server: str, visit: Visit
) -> None:
    page = signed_in(visit, server, "director@example.org")
    kept = page.context.cookies()
    tab = page.context.new_page()
    goes(tab, server)
    tab.get_by_role("button", name="Sign out").click()
    tab.get_by_role("button", name="End session").click(timeout=60_000)  # the provider asks
    asked_to_sign_in(tab)
    told_nothing(tab)
    assert USER_COOKIE_NAME not in {cookie["name"] for cookie in page.context.cookies()}
    page.get_by_role("link", name=frame.PAGES["about"]).click()
    asked_to_sign_in(page)
    page.context.add_cookies(kept)
    page.goto(server)
    asked_to_sign_in(page)
    told_nothing(page)


def test_a_cookie_that_the_server_did_not_sign_opens_nothing(server: str, visit: Visit) -> None:
    page = signed_in(visit, server, "director@example.org")
    real = next(cookie for cookie in page.context.cookies() if cookie["name"] == USER_COOKIE_NAME)
    claims = {"email": "steward@example.org", "exp": 9999999999, "is_logged_in": True, "origin": server}
    other = create_signed_value("another secret, long enough", USER_COOKIE_NAME, json.dumps(claims)).decode()
    payload, _, signature = real["value"].strip('"').rpartition(".")
    for forged in (json.dumps(claims), other, f"{other.rpartition('.')[0]}.{signature}", f"{payload}.", "", "a.b.c"):
        page.context.add_cookies([{**real, "value": forged}])
        page.goto(server)
        asked_to_sign_in(page)
        told_nothing(page)
    page.context.add_cookies([real])
    goes(page, server)


def test_a_token_that_has_ended_opens_nothing_in_a_page_that_is_open_and_in_a_new_one(
    tmp_path: Path, demo_home: Settings, visit: Visit
) -> None:
    with a_provider(SHORT) as provider, served(a_home(tmp_path, demo_home, provider)) as server:
        page = signed_in(visit, server, "steward@example.org")
        end = time.monotonic() + SHORT
        goes(page, f"{server}/about")
        page.wait_for_timeout(1000 * max(0, end - time.monotonic()))
        page.get_by_role("link", name=frame.FOR_THE_STEWARD, exact=True).click()
        asked_to_sign_in(page)
        told_nothing(page)
        page.goto(f"{server}/steward")
        asked_to_sign_in(page)
