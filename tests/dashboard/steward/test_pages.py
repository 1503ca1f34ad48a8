"""The steward's pages: what they say, that each action asks to be confirmed, and that a refusal says why."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access
from dashboard.components.markdown_escape import JOINER
from dashboard.steward import tables
from dashboard.wording import frame
from dashboard.wording import steward as wording
from pipelines.access_file import read_access
from pipelines.roles import Grant, Role, Visitor
from pipelines.settings import Settings
from pipelines.steward.next_release import NOT_NAMED
from pipelines.store.store import Store
from tests.dashboard.test_pages import PAGES, open_page, text
from tests.factories import a_file, counts_csv, loaded, shipped_catalogue

YEAR = "2026-27"
STEWARD = Visitor(frozenset({Grant(Role.STEWARD)}), "me@example.org")


class Desk:
    """A steward with a page open, of a home in which three programmes have sent counts for a new year."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch, page: str) -> None:
        self.app: AppTest = open_page(home, patch, page)

    def find(self, kind: str, label: str) -> Any:
        return next(widget for widget in self.app.get(kind) if widget.label.startswith(label))

    def say(self, kind: str, label: str, value: Any) -> "Desk":
        self.find(kind, label).set_value(value)
        return self

    def agree(self, asked: wording.Asked) -> "Desk":
        boxes = [box for box in self.app.checkbox if box.label.startswith(asked.consequence[:25])]
        boxes[0].check()
        return self.press(asked)

    def press(self, asked: wording.Asked) -> "Desk":
        self.find("button", asked.button).click()
        self.app.run()
        assert not self.app.exception
        return self

    @property
    def told(self) -> list[str]:
        shown = [str(element.value) for kind in ("success", "warning") for element in self.app.get(kind)]
        return [words.replace(JOINER, "") for words in shown]

    @property
    def rows(self) -> list[dict[str, str]]:
        frames = [element.value for kind in ("table", "dataframe") for element in self.app.get(kind)]
        return [row for frame in frames for row in frame.to_dict("records")]


@pytest.fixture
def home(demo_home: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    shutil.copytree(demo_home.home, folder)
    rows = counts_csv(*((f"demo-{name}", YEAR, "safe_to_share", 24, 11) for name in ("alder", "birch", "cedar")))
    with Store(folder / "store.duckdb") as store:
        file = a_file(tmp_path, rows)
        loaded(store, file, "counts", shipped_catalogue(), close=False, invented=True, submitted_by="A _person_")
    return folder


def test_the_years_page_says_who_has_sent_what_and_from_whom_nothing_has_come(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(home, monkeypatch, "years")
    assert f"{YEAR} is open" in text(desk.app)
    assert "Nothing has come yet from 16 of 18 programmes: Ash (invented)" in text(desk.app)
    sent = {row["Programme"]: row["Counts instead of answers"] for row in desk.rows}
    assert (sent["Alder (invented)"], sent["Ash (invented)"]) == ("Sent", "–")
    assert "demo-birch" not in sent, "it is not named, and anybody at this computer may look"
    assert "Programmes that are not named are left out" in text(desk.app)


def test_a_year_is_closed_only_by_somebody_who_agrees(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(home, monkeypatch, "years").press(wording.close(YEAR))
    assert desk.told == [wording.AGREE_FIRST]
    desk.agree(wording.close(YEAR))
    assert desk.told == [wording.changed(YEAR, is_open=False)]
    desk.agree(wording.open_again(YEAR))
    assert desk.told == [wording.changed(YEAR, is_open=True)]


def test_a_closed_year_that_is_final_is_not_opened_again_and_it_is_said_why(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(home, monkeypatch, "years")
    desk.find("selectbox", wording.YEAR).set_value("2025-26").run()
    with Store(home / "store.duckdb") as store:
        store._query("UPDATE year_event SET publishing = 0")  # as if it had been closed before the release
    desk.app.run()
    assert wording.state("2025-26", is_open=False, is_final=True) in text(desk.app)
    assert wording.open_again("2025-26").button not in [button.label for button in desk.app.button]


def test_another_year_is_opened_and_what_is_no_year_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(home, monkeypatch, "years").say("text_input", wording.WHICH_YEAR, "soon").agree(wording.OPEN_ANOTHER)
    assert desk.told == ["“soon” is not an academic year. Write it like 2025-26."]
    desk.say("text_input", wording.WHICH_YEAR, "2027-28").agree(wording.OPEN_ANOTHER)
    assert desk.told == [wording.changed("2027-28", is_open=True)]
    assert desk.find("selectbox", wording.YEAR).options[0] == "2027-28"


def test_a_release_is_looked_at_beforehand_published_with_a_remark_and_audited(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Desk(home, monkeypatch, "years").agree(wording.close(YEAR))
    desk = Desk(home, monkeypatch, "next_release")
    assert "Publishing would look at 3 new questions of 3 programmes. Of these 3 have enough people" in text(desk.app)
    assert [row["Programme"] for row in desk.rows] == ["Alder (invented)", "Cedar (invented)", NOT_NAMED]
    desk.say("text_input", wording.REMARK, "A _remark_").press(wording.publish(first=False))
    assert desk.told == [wording.AGREE_FIRST]
    desk.agree(wording.publish(first=False))
    assert desk.told[0].startswith("Release 2")
    with Store(home / "store.duckdb", read_only=True) as store:
        assert store.releases()["remark"][-1] == "A _remark_"
    desk.find("button", wording.AUDIT).click().run(timeout=120)
    assert desk.told[0].startswith("The audit passed.")


def test_files_received_and_what_was_done_say_who(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    received = Desk(home, monkeypatch, "received").rows
    assert "A _person_" in {row["By"] for row in received}
    assert {row["Counts"] for row in received} == {"All of it"}
    done = Desk(home, monkeypatch, "record").rows
    assert {"sent", "opened", "closed", "published"} <= {row["Did"] for row in done}
    assert "24" not in {value for row in done for value in row.values()}


def test_roles_are_given_and_taken_on_the_page(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(home, monkeypatch, "people")
    assert wording.NOBODY_SIGNS_IN in text(desk.app)
    desk.say("text_input", wording.EMAIL, "a@example.org").agree(wording.GRANT)
    assert "is given for a programme" in desk.told[0]
    desk.say("selectbox", wording.PROGRAMME, "demo-alder").agree(wording.GRANT)
    assert desk.told == ["a@example.org is director of demo-alder from now on."]
    assert desk.rows[0]["Programme"] == "Alder (invented)"
    desk.say("selectbox", wording.WHICH_ROLE, 0).agree(wording.REVOKE)
    assert desk.told == ["a@example.org is no longer director of demo-alder."]
    assert not read_access(home).granted


@pytest.mark.parametrize("page", ["years", "next_release", "people"])
def test_an_action_asks_for_the_role_again(home: Path, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    """The page was drawn for a steward, who is none any more when the button is pressed."""
    asked = {"years": wording.close(YEAR), "next_release": wording.publish(first=False), "people": wording.GRANT}[page]
    visitors = [STEWARD]
    monkeypatch.setattr(access, "visitor", lambda: visitors[-1])
    desk = Desk(home, monkeypatch, page)
    before = (home / "store.duckdb").read_bytes()
    calls = iter([STEWARD, STEWARD])  # the frame and the page
    monkeypatch.setattr(access, "visitor", lambda: next(calls, Visitor(name="me@example.org")))
    if page == "people":
        desk.say("text_input", wording.EMAIL, "a@example.org").say("selectbox", wording.PROGRAMME, "demo-alder")
    desk.agree(asked)
    assert "Not for your role" in [title.value for title in desk.app.title]
    assert (home / "store.duckdb").read_bytes() == before
    assert not (home / "access.toml").exists()


@pytest.mark.parametrize("page", frame.STEWARD_PAGES)
def test_every_page_of_the_steward_says_when_there_is_no_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    app = open_page(tmp_path, monkeypatch, page)
    told = [warning.value for warning in app.warning]
    assert page == "people" or "There is no store" in told[0]
    assert str(tmp_path) not in str(told)


@pytest.mark.parametrize("page", frame.STEWARD_PAGES)
def test_no_page_of_the_steward_names_an_unnamed_programme_beside_its_code(
    home: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    shown = str(Desk(home, monkeypatch, page).rows).lower() + text(open_page(home, monkeypatch, page)).lower()
    with Store(home / "store.duckdb", read_only=True) as store:
        unnamed = store.programmes().filter(~store.programmes()["named"])
    codes, ids = (any(name in shown for name in unnamed[column].drop_nulls()) for column in ("code", "known_as"))
    assert not (codes and ids)


def test_texts_of_others_are_shown_as_they_are() -> None:
    rows = tables.grants([("*a*@example.org", Grant(Role.DIRECTOR, "x"))], {})
    assert rows.rows() == [("*a*@example.org", wording.ROLES[Role.DIRECTOR], "x")]


def test_pages_of_the_steward_are_tried_as_all_pages_are() -> None:
    assert set(frame.PAGES) == set(PAGES)
