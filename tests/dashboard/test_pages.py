"""Every page over a real release, as far as Python sees it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from pipelines.settings import Settings
from tests.factories import PROJECT

APP = PROJECT / "dashboard" / "app.py"
PAGES = {
    "overview": None,
    "compare": "app_pages/compare.py",
    "change": "app_pages/change.py",
    "support": "app_pages/support.py",
    "together": "app_pages/together.py",
    "upload": "app_pages/upload.py",
    "steward": "app_pages/steward.py",
    "about": "app_pages/about.py",
}

Opener = Callable[..., AppTest]


@pytest.fixture
def opened(demo_home: Settings, monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Open a page of the demonstration with an address."""
    return lambda page="overview", **address: open_page(demo_home.home, monkeypatch, page, **address)


def open_page(home: Path, monkeypatch: pytest.MonkeyPatch, page: str = "overview", **address: str) -> AppTest:
    monkeypatch.setenv("OPENNESS_HOME", str(home))
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    if PAGES[page]:
        app.switch_page(PAGES[page]).run()
    assert not app.exception
    return app


def text(app: AppTest) -> str:
    return "\n".join(element.value for kind in ("title", "header", "markdown", "caption") for element in app.get(kind))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_and_says_where_to_find_support(opened: Opener, page: str) -> None:
    assert "116 123" in opened(page).caption[-1].value


def test_the_gap_is_told_first_and_in_words(opened: Opener) -> None:
    app = opened(programme="demo-alder", year="2025-26")
    assert app.title[0].value == "Are we modelling what we expect?"
    assert "expect trainees to talk about their own mental health when it matters" in app.markdown[0].value


def test_the_overview_has_the_three_pillars_in_order(opened: Opener) -> None:
    headers = [header.value for header in opened(programme="demo-alder").header]
    pillars = ["Staff openness", "Sharing, and what follows", "Support and policy"]
    assert [header for header in headers if header in pillars] == pillars


def test_every_chart_has_a_table_and_words_for_those_who_cannot_see_it(opened: Opener) -> None:
    for page in ("overview", "compare"):
        app = opened(page, programme="demo-alder")
        charts = app.get("plotly_chart")
        assert charts
        assert all(chart.proto.alt for chart in charts)
        assert len(app.table) >= len(charts)


def test_what_kind_a_measure_is_of_decides_the_axis_it_stands_on(opened: Opener) -> None:
    app = opened(programme="demo-alder")
    for chart in app.get("plotly_chart"):
        assert not ("Would tell a supervisor" in chart.proto.spec and "Told a supervisor" in chart.proto.spec)


def test_a_programme_too_small_to_show_is_said_to_be_suppressed(opened: Opener) -> None:
    app = opened(programme="demo-elm", year="2025-26", measure="staff_safe_to_share")
    staff = next(table.value for table in app.table if "Equipped to respond" in list(table.value.get("Measure", [])))
    assert "suppressed for now" in set(staff["This programme"])


def test_years_taken_together_are_named(opened: Opener) -> None:
    assert "2021-22 to 2022-23" in opened(programme="demo-juniper", year="2022-23").markdown[1].value


def test_the_programmes_compared_with_are_named_and_the_same_all_over_the_page(opened: Opener) -> None:
    captions = [caption.value for caption in opened(programme="demo-alder", year="2025-26").caption]
    assert sum("Compared with all other programmes." in caption for caption in captions) == 1


def test_the_chosen_measure_is_told_in_its_own_words(opened: Opener) -> None:
    app = opened(programme="demo-alder", year="2025-26", measure="shared_with_supervisor")
    assert "A closer look: Told a supervisor" in [header.value for header in app.header]
    assert "those for whom this holds: “Trainees with lived experience”" in text(app)


def test_a_year_without_the_programme_is_said(opened: Opener) -> None:
    app = opened(programme="demo-cedar", year="2022-23")  # every second year only
    assert app.title[0].value == "Nothing for this year"
    assert "took no part" in text(app)


def test_the_report_can_be_taken_along_where_there_is_one(opened: Opener) -> None:
    *_, button = opened(programme="demo-alder", year="2025-26").get("download_button")
    assert button.proto.label == "Take the report along (PDF)"
    assert not opened(programme="demo-cedar", year="2022-23").get("download_button")


def test_compare_names_the_measure_and_both_sides(opened: Opener) -> None:
    app = opened("compare", programme="demo-alder", year="2025-26", measure="talks_with_trainees")
    assert app.title[0].value == "Staff talk with trainees"
    assert app.markdown[0].value.startswith("This programme: ")
    assert "The others together: " in app.markdown[0].value


def test_what_is_suppressed_is_counted_in_words_and_stands_in_the_table(opened: Opener) -> None:
    app = opened("compare", measure="safe_to_share", year="2025-26")  # juniper has few trainees
    assert "1 result is suppressed for now" in text(app)
    assert "suppressed for now" in set(app.table[0].value["Result"])


def test_programmes_stand_in_alphabetical_order(opened: Opener) -> None:
    names = opened("compare").table[0].value["Programme"].str.removesuffix(" (this programme)").to_list()
    assert names == sorted(names)


def test_the_overview_tells_change_questions_and_what_is_in_place(opened: Opener) -> None:
    app = opened(programme="demo-alder", year="2025-26")
    headers = [header.value for header in app.header]
    assert {"What stands out, and what has changed", "Questions for the next team meeting", "What is in place"} <= set(
        headers
    )
    assert "How would we notice, and what happens then?" in text(app)


def test_the_overview_explains_its_words_and_what_could_be_seen(opened: Opener) -> None:
    app = opened(programme="demo-alder", year="2025-26")
    labels = [expander.label for expander in app.expander]
    assert {"What the words mean", "Before you ask: what could be seen"} <= set(labels)
    for word in ("Likely range", "Points", "Suppressed", "Comparable programmes", "Closed", "Stands out"):
        assert f"**{word}**" in text(app)
    plan = next(table.value for table in app.table if "Answer each year" in table.value)
    assert set(plan["Shown, if half say yes"]) == {"after 1 year", "after 5 years", "after 9 years", "hardly ever"}


def test_programmes_can_be_compared_among_those_they_have_something_in_common_with(opened: Opener) -> None:
    app = opened("compare", programme="demo-holly", measure="safe_to_share", among="profession:psychiatry")
    assert set(app.table[0].value["Profession"]) == {"psychiatry (core and higher training)"}
    assert app.selectbox(key="chosen_among").value == "profession:psychiatry"
    app.selectbox(key="chosen_among").select("everybody").run()
    assert len(set(app.table[0].value["Profession"])) > 1


def test_a_programme_that_is_not_among_those_compared_is_said(opened: Opener) -> None:
    app = opened("compare", programme="demo-alder", among="profession:psychiatry")
    assert app.markdown[0].value.startswith("This programme is not among these")


def test_a_funnel_says_how_many_stand_out_and_how_many_could_by_chance(opened: Opener) -> None:
    app = opened("compare", programme="demo-alder", measure="safe_to_share", chart="funnel", year="2025-26")
    assert "By chance alone it could be up to" in text(app)
    assert "most lie below this line" in app.get("plotly_chart")[0].proto.spec


def test_the_choice_stands_in_the_address_whole_and_by_id(opened: Opener) -> None:
    app = opened("compare", programme="demo-cedar")
    app.selectbox(key="chosen_measure").select("safe_to_share").run()
    address = {name: app.query_params[name] for name in ("programme", "year", "measure")}
    assert address == {"programme": "demo-cedar", "year": "2025-26", "measure": "safe_to_share"}


def test_the_choice_goes_along_from_page_to_page(opened: Opener) -> None:
    app = opened("compare", programme="demo-cedar", year="2023-24")
    app.switch_page("app_pages/about.py").run()
    app.switch_page("app_pages/compare.py").run()
    assert app.selectbox(key="chosen_programme").value == "demo-cedar"
    assert app.selectbox(key="chosen_year").value == "2023-24"


def test_an_address_nobody_has_gives_another_and_says_so(opened: Opener) -> None:
    app = opened(programme="demo-nowhere")
    assert "does not have" in app.info[0].value
    assert app.selectbox(key="chosen_programme").value != "demo-nowhere"


def test_about_tells_rule_wording_and_release(opened: Opener) -> None:
    said = text(opened("about"))
    assert "at least 10 people" in said
    assert "at least 15 people" in said
    assert "Draft wording, not a validated scale." in said
    assert "programmes and people are invented" in said
    assert "very few or nearly all" in said  # what can be inferred all the same
    assert "Not named" in said


def test_before_the_first_release_the_way_to_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(tmp_path, monkeypatch)
    assert app.title[0].value == "Nothing is published yet"
    assert "openness publish" in app.markdown[0].value


def test_another_instrument_is_shown_without_a_line_of_code(
    nhs_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(nhs_home.home, monkeypatch, "compare", measure="stress", year="2021-22", programme="0DF")
    assert app.title[0].value == "Unwell from work-related stress"
    assert "(46.4%, likely range 45.8% to 47.0%)" in app.markdown[0].value


@pytest.mark.parametrize("page", PAGES)
def test_another_instrument_is_not_told_in_words_of_the_first(
    nhs_home: Settings, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setenv("OPENNESS_CATALOGUE", str(nhs_home.catalogue))
    app = open_page(nhs_home.home, monkeypatch, page, programme="0DF")
    shown = on_screen(app).lower()
    assert "116 123" in shown
    assert ("answers of staff" in shown) == (page == "upload")
    for words in ("supervisors", "tutors", "trainees have told", "would tell"):
        assert words not in shown


def on_screen(app: AppTest) -> str:
    """Everything that an app hands to the browser, as text."""
    elements = [str(element.proto) for element in app.main]
    tables = [str(table.value.to_dict()) for table in app.table]
    return "\n".join([*elements, *tables])


def test_the_steward_sees_who_waits_and_never_what_they_said(opened: Opener) -> None:
    app = opened("steward")
    waiting = app.table[0].value
    assert list(waiting.columns) == ["Programme", "Measure", "Years", "Since", "People"]
    assert any(name.endswith("(invented)") for name in waiting["Programme"])


def test_the_steward_page_knows_unnamed_programmes_by_their_code(opened: Opener) -> None:
    shown = " ".join(str(cell) for table in opened("steward").table for cell in table.value.to_numpy().ravel())
    assert "programme-" in shown
    for unnamed in ("birch", "larch", "oak"):
        assert unnamed not in shown.lower()


def test_the_steward_is_told_when_there_is_no_store(
    demo_home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo_home.releases, tmp_path / "releases")
    app = open_page(tmp_path, monkeypatch, "steward")
    assert "There is no store" in app.warning[0].value


def test_a_file_can_be_sent_before_the_first_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(tmp_path, monkeypatch, "upload")
    assert app.title[0].value == "Send an audit file"
    assert not app.warning


@pytest.mark.parametrize(("page", "refused"), [("overview", True), ("about", True), ("upload", False)])
def test_a_release_of_an_earlier_version_asks_for_a_new_one(
    demo_home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, refused: bool
) -> None:
    folder = tmp_path / "releases" / "old"
    folder.mkdir(parents=True)
    name = (demo_home.releases / "current").read_text(encoding="utf-8").strip()
    shutil.copyfile(demo_home.releases / name / "release.duckdb", folder / "release.duckdb")
    (folder / "release.duckdb").chmod(0o600)
    with duckdb.connect(folder / "release.duckdb") as connection:
        connection.execute("DROP TABLE highlight")
    (tmp_path / "releases" / "current").write_text("old", encoding="utf-8")
    app = open_page(tmp_path, monkeypatch)
    if PAGES[page]:
        app = app.switch_page(PAGES[page]).run()
    assert not app.exception
    assert (app.title[0].value == "A new release is needed") == refused
