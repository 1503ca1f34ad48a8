"""What stewards look at and do on their pages: it says no more than it should, and only a steward can do it."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.access_file import read_access
from pipelines.errors import Refused
from pipelines.event_log import note
from pipelines.finding_rules import FindingRule
from pipelines.home_layout import ACCESS_LOG
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.progress import quiet
from pipelines.roles import ANYBODY_HERE, Grant, Role, Visitor
from pipelines.settings import Settings
from pipelines.steward import next_release, people, record, years
from pipelines.store.records import CLOSED, OPENED
from pipelines.store.store import Store
from pipelines.upload import Desk
from tests.factories import FIRST_EDITION, NOW, a_file, counts_csv, loaded, programmes_csv

LIVED, SAFE = "lived_experience", "safe_to_share"
YEAR = "2024-25"
ME = Visitor(frozenset({Grant(Role.STEWARD)}), "me@example.org")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return a_home(tmp_path_factory.mktemp("built"), FIRST_EDITION)


@pytest.fixture
def home(built: Settings, tmp_path: Path) -> Settings:
    """Programmes aa (named), bb (not named) and cc (named, has sent nothing), and a year that is open."""
    return Settings(home=shutil.copytree(built.home, tmp_path / "home"), catalogue=built.catalogue)


def a_home(folder: Path, catalogue: Path) -> Settings:
    settings = Settings(home=folder / "home", catalogue=catalogue)
    with Store(settings.store) as store:
        for named, ids in (("yes", ("aa", "cc")), ("no", ("bb",))):
            registered = a_file(folder, programmes_csv(*ids, named=named))
            loaded(store, registered, "programmes", load_catalogue(catalogue))
    send(settings, folder, ("aa", YEAR, LIVED, 20, 8), ("bb", YEAR, LIVED, 20, 9), ("aa", YEAR, SAFE, 9, 4))
    return settings


def send(home: Settings, folder: Path, *rows: tuple[str, str, str, int, int], **given: Any) -> None:
    with Store(home.store) as store:
        loaded(store, a_file(folder, counts_csv(*rows)), "counts", load_catalogue(home.catalogue), close=False, **given)


def invite(home: Settings, folder: Path) -> None:
    rows = "".join(f"{programme},{YEAR},trainee,{invited}\n" for programme, invited in (("aa", 31), ("bb", 33)))
    text = f"programme_id,academic_year,respondent_group,invited\n{rows}"
    with Store(home.store) as store:
        loaded(store, a_file(folder, text), "cohorts", load_catalogue(home.catalogue), close=False)


# ---- only a steward ----

ACTIONS: list[Callable[[Settings, Visitor], object]] = [
    years.collection,
    lambda home, visitor: years.open_year(home, visitor, "2030-31"),
    lambda home, visitor: years.close_year(home, visitor, YEAR),
    next_release.next_release,
    lambda home, visitor: next_release.publish(home, visitor, None),
    next_release.verdict,
    record.received,
    record.record,
    people.grants,
    people.programmes,
    lambda home, visitor: people.grant(home, visitor, "me@example.org", Role.STEWARD, None),
    lambda home, visitor: people.revoke(home, visitor, "a@example.org", None, None),
]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.STEWARD)])
def test_every_action_of_a_steward_refuses_everybody_else(
    home: Settings, action: Callable[[Settings, Visitor], object], role: Role | None
) -> None:
    before = [home.store.read_bytes(), sorted(home.home.iterdir())]
    grants = frozenset({Grant(role, "aa")}) if role else frozenset()
    with pytest.raises(Refused, match="Your role does not include this"):
        action(home, Visitor(grants, "me@example.org"))
    assert [home.store.read_bytes(), sorted(home.home.iterdir())] == before


# ---- years ----


def test_it_is_said_who_has_sent_what_and_who_has_sent_nothing(home: Settings) -> None:
    held = years.collection(home, ME)
    assert held.states == {YEAR: OPENED}
    assert held.sent == {("aa", YEAR): {"counts"}, ("bb", YEAR): {"counts"}}
    assert held.nothing_from(YEAR) == ["Name of cc"]


def test_how_many_were_invited_is_said_of_named_programmes_alone(home: Settings, tmp_path: Path) -> None:
    invite(home, tmp_path)
    held = years.collection(home, ME)
    assert held.invited == {("aa", YEAR, "trainee"): 31}
    assert "cohorts" in held.sent["bb", YEAR]


def test_a_programme_that_is_not_named_stands_under_its_id_and_never_beside_its_code(home: Settings) -> None:
    years.close_year(home, ME, YEAR)
    next_release.publish(home, ME, None)
    with Store(home.store, read_only=True) as store:
        [code] = store.programmes().filter(~store.programmes()["named"])["code"]
    shown = [years.collection(home, ME), next_release.next_release(home, ME), record.record(home, ME).to_dicts()]
    assert years.collection(home, ME).programmes["bb"] == "bb"
    assert code.startswith("programme-")
    assert code not in str(shown)


def test_where_nobody_signs_in_programmes_that_are_not_named_are_left_out(home: Settings) -> None:
    """Anybody may look then, and what a programme has sent tells which code is its."""
    held = years.collection(home, ANYBODY_HERE)
    assert held.programmes == {"aa": "Name of aa", "cc": "Name of cc"}
    assert held.sent == {("aa", YEAR): {"counts"}}
    assert held.nothing_from(YEAR) == ["Name of cc"]


def test_the_audit_takes_the_present_id_of_an_insider_and_no_other(home: Settings, tmp_path: Path) -> None:
    with Store(home.store) as store:
        for each in ("aa", "zz"):
            if each == "zz":
                text = programmes_csv("zz").replace("named\n", "named,formerly\n").replace("yes\n", "yes,aa\n")
                loaded(store, a_file(tmp_path, text), "programmes", load_catalogue(home.catalogue), replace=True)
            next_release.attack_everything(store, home, quiet, each)
        for unknown in ("aa", "nobody"):
            with pytest.raises(Refused, match=f"No programme {unknown} is registered"):
                next_release.attack_everything(store, home, quiet, unknown)


def test_a_year_is_closed_and_opened_again_until_a_release_is_made(home: Settings) -> None:
    assert years.close_year(home, ME, YEAR)
    assert years.collection(home, ME).states == {YEAR: CLOSED}
    assert not years.close_year(home, ME, YEAR)
    assert years.open_year(home, ME, YEAR)
    years.close_year(home, ME, YEAR)
    next_release.publish(home, ME, None)
    with pytest.raises(Refused, match="it is final"):
        years.open_year(home, ME, YEAR)


def test_what_is_new_of_programmes_that_are_not_named_is_told_of_all_together(home: Settings, tmp_path: Path) -> None:
    """A release shows what is new of each code: told one by one, it would say whose code that is."""
    with Store(home.store) as store:
        registered = a_file(tmp_path, programmes_csv("dd", named="no"))
        loaded(store, registered, "programmes", load_catalogue(home.catalogue), close=False)
    send(home, tmp_path, ("dd", YEAR, SAFE, 9, 4), ("dd", YEAR, LIVED, 30, 12))
    years.close_year(home, ME, YEAR)
    ahead = next_release.next_release(home, ME)
    assert ahead.programmes == 3
    assert ahead.new.rows() == [("Name of aa", [YEAR], 2, 1), (next_release.NOT_NAMED, [YEAR], 3, 2)]


@pytest.mark.parametrize(("year", "is_opened"), [("1989-90", False), ("1990-91", True), ("2099-00", False)])
def test_a_year_that_nobody_can_have_an_audit_for_is_not_opened(home: Settings, year: str, is_opened: bool) -> None:
    if is_opened:
        assert years.open_year(home, ME, year)
        return
    with pytest.raises(Refused, match=f"{year} is none of them"):
        years.open_year(home, ME, year)


@pytest.mark.parametrize("year", ["", "2024", "2024-26", "next"])
def test_what_is_no_academic_year_is_not_opened(home: Settings, year: str) -> None:
    with pytest.raises(Refused, match="is not an academic year"):
        years.open_year(home, ME, year)
    assert years.collection(home, ME).states == {YEAR: OPENED}


# ---- the next release ----


def test_the_preview_tells_what_is_new_of_closed_years_and_where_enough_people_stand(home: Settings) -> None:
    assert next_release.next_release(home, ME).new.is_empty()
    years.close_year(home, ME, YEAR)
    ahead = next_release.next_release(home, ME)
    assert ahead.first
    assert ahead.programmes == 2
    assert ahead.new.rows() == [("Name of aa", [YEAR], 2, 1), (next_release.NOT_NAMED, [YEAR], 1, 1)]
    next_release.publish(home, ME, None)
    again = next_release.next_release(home, ME)
    assert (again.first, again.questions) == (False, 0)


def test_people_of_years_that_wait_count_in_the_preview(tmp_path: Path) -> None:
    """Trainees stay four years at most, so those of eight years ago are others."""
    text = FIRST_EDITION.read_text(encoding="utf-8")
    stays = text.replace('person = "trainee"\n', 'person = "trainee"\nlongest_stay = 4\n')
    home = a_home(tmp_path, a_file(tmp_path, stays, "catalogue.toml"))
    years.close_year(home, ME, YEAR)
    next_release.publish(home, ME, None)  # aa's nine answers wait
    send(home, tmp_path, ("aa", "2016-17", SAFE, 9, 4), ("cc", "2016-17", SAFE, 9, 4))
    years.close_year(home, ME, "2016-17")
    new = next_release.next_release(home, ME).new
    assert new.rows() == [("Name of aa", ["2016-17"], 1, 1), ("Name of cc", ["2016-17"], 1, 0)]


@pytest.mark.parametrize("yes", [0, 1, 3, 10, 17, 19, 20])
def test_the_preview_depends_on_no_answer(home: Settings, tmp_path: Path, yes: int) -> None:
    """Else whoever sent one file after the other could work out what a year holds that is withheld."""
    send(home, tmp_path, ("aa", YEAR, LIVED, 20, yes), ("aa", YEAR, SAFE, 9, min(yes, 9)), replace=True)
    years.close_year(home, ME, YEAR)
    assert next_release.next_release(home, ME).new.rows() == [
        ("Name of aa", [YEAR], 2, 1),
        (next_release.NOT_NAMED, [YEAR], 1, 1),
    ]


def test_a_release_says_who_published_it_with_which_remark_and_passes_the_audit(home: Settings) -> None:
    years.close_year(home, ME, YEAR)
    done = next_release.publish(home, ME, "The first.")
    with Store(home.store, read_only=True) as store:
        [row] = store.releases().to_dicts()
    assert (row["release_id"], row["published_by"], row["remark"]) == (done.release_id, ME.name, "The first.")
    assert (home.releases / "current").read_text().strip() == done.release_id
    assert next_release.verdict(home, ME).passed


def test_an_audit_of_a_store_that_is_older_than_its_releases_is_refused(home: Settings) -> None:
    old = home.store.read_bytes()
    years.close_year(home, ME, YEAR)
    next_release.publish(home, ME, None)
    home.store.write_bytes(old)
    with pytest.raises(Refused, match="the store does not know"):
        next_release.verdict(home, ME)


# ---- roles ----


def test_roles_are_given_and_taken(home: Settings) -> None:
    people.grant(home, ME, "A@example.org", Role.ADMINISTRATOR, "aa")
    people.grant(home, ME, "me@example.org", Role.STEWARD, None)
    assert ("a@example.org", Grant(Role.ADMINISTRATOR, "aa")) in people.grants(home, ME)
    people.revoke(home, ME, "a@example.org", Role.ADMINISTRATOR, "aa")
    assert people.grants(home, ME) == [("me@example.org", Grant(Role.STEWARD))]


def test_a_steward_does_not_take_the_own_role_away_on_a_page(home: Settings) -> None:
    people.grant(home, ME, "me@example.org", Role.STEWARD, None)
    people.grant(home, ME, "me@example.org", Role.RESEARCHER, None)
    for role in (Role.STEWARD, None):
        with pytest.raises(Refused, match="your own role of steward"):
            people.revoke(home, ME, "ME@example.org", role, None)
    people.revoke(home, ME, "me@example.org", Role.RESEARCHER, None)
    people.revoke(home, ANYBODY_HERE, "me@example.org", Role.STEWARD, None)  # the command line
    assert not read_access(home.home).granted


# ---- what came in, and what was done ----


def test_the_record_says_who_did_what_and_only_grows(home: Settings) -> None:
    years.close_year(home, ME, YEAR)
    people.grant(home, ME, "a@example.org", Role.ADMINISTRATOR, "aa")
    done = next_release.publish(home, ME, "A remark")
    before = record.record(home, ME).rows()
    people.revoke(home, ME, "a@example.org", None, None)
    with Store(home.store) as store:
        [sent] = store.submissions().filter(dataset="counts")["submission_id"]
        store.withdraw(sent, None, by="somebody", at=NOW, reason="A mistake")
    rows = record.record(home, ME).rows()
    assert set(before) < set(rows)
    told = {row[1:] for row in rows}
    assert told >= {
        (ME.name, "closed", YEAR, None),
        (ME.name, "published", done.release_id, "A remark"),
        (ME.name, "granted", "a@example.org", "administrator of aa"),
        (ME.name, "revoked", "a@example.org", "every role"),
        ("somebody", "withdrew", sent, "A mistake"),
        ("tester", "sent", sent, "counts"),
    }
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)


def test_a_line_of_the_access_log_that_is_not_whole_is_left_out(home: Settings) -> None:
    people.grant(home, ME, "a@example.org", Role.RESEARCHER, None)
    with (home.home / ACCESS_LOG).open("a") as log:
        log.write('{"event": "access_granted"\n7\n')
    assert "granted" in record.record(home, ME)["event"].to_list()


def test_files_received_are_told_with_what_was_found_in_their_form(home: Settings, tmp_path: Path) -> None:
    with Store(home.store) as store:
        store.open_years(["2025-26"], by="tester", at=NOW + timedelta(hours=1))
    content = f"Counts of aa\n{counts_csv(('aa', '2025-26', LIVED, 20, 8))}".encode()
    desk = Desk(home, ANYBODY_HERE)
    taken = desk.submit(desk.read("counts.csv", content, None, 2), "counts", None, by="Ada", in_place=False)
    newest = record.received(home, ME).to_dicts()[0]
    assert (newest["submission_id"], newest["submitted_by"]) == (taken.receipt.submission_id, "Ada")
    assert newest["notices"] == []
    note(home.log, "loaded", submission_id=taken.receipt.submission_id, notices=["encoding", "made_up"])
    assert record.received(home, ME).to_dicts()[0]["notices"] == [FindingRule.ENCODING.meaning]
