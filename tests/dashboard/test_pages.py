"""Every page over a real release, as far as Python sees it."""

import re
import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import controls
from dashboard.release.reader import Release, current
from dashboard.wording import frame
from pipelines.settings import Settings
from tests.factories import PROJECT

APP = PROJECT / "dashboard" / "app.py"
PAGES = {
    "overview": None,
    "compare": "app_pages/compare.py",
    "change": "app_pages/change.py",
    "support": "app_pages/support.py",
    "field": "app_pages/field.py",
    "together": "app_pages/together.py",
    "upload": "app_pages/upload.py",
    **{page: f"app_pages/{page}.py" for page in frame.STEWARD_PAGES},
    "data": "app_pages/data.py",
    "about": "app_pages/about.py",
    "accessibility": "app_pages/accessibility.py",
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
    """All that a page says in running text, its own HTML without tags."""
    said = (element.value for kind in ("title", "header", "markdown", "caption") for element in app.get(kind))
    return "\n".join([*said, *drawn(app)])


def drawn(app: AppTest) -> list[str]:
    """The lists and tables that the pages draw as HTML, without tags."""
    bodies = (element.proto.body for element in app.get("html"))
    return [unescape(re.sub("<[^>]*>", " ", body)) for body in bodies if not body.startswith("<style>")]


def cells(app: AppTest, measure: str) -> list[str]:
    """What the table of all measures says of one, cell by cell."""
    rows = [
        row for element in app.get("html") for row in element.proto.body.split("<tr>") if f">{measure}</a></th>" in row
    ]
    return [unescape(re.sub("<[^>]*>", "", cell)) for cell in re.findall("<td.*?</td>", rows[0])]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_and_says_where_to_find_support(opened: Opener, page: str) -> None:
    assert "116 123" in opened(page).caption[-1].value


def test_the_gap_is_told_first_and_in_words(opened: Opener) -> None:
    app = opened(programme="demo-alder", year="2025-26")
    assert app.title[0].value == "Alder (invented), 2025-26"
    said = next(lines for lines in drawn(app) if "expect trainees to talk about their own mental health" in lines)
    assert said.strip().startswith("Are we modelling what we expect?")


def test_every_finding_of_the_release_is_said_with_a_link_to_its_picture(opened: Opener, demo_home: Settings) -> None:
    app = opened(programme="demo-alder", year="2025-26")
    path = current(demo_home.releases)
    assert path
    with Release(path) as release:
        rows = release.highlights("demo-alder", "2025-26", "everybody").to_dicts()
    body = "".join(element.proto.body for element in app.get("html"))
    pages = {"stands_out": "compare", "change": "change", "trend": "change"}
    links = [f"./{pages[row['topic']]}?{row['measure_id']}" for row in rows if row["topic"] in pages]
    assert len(links) > 10
    for row in rows:
        if page := pages.get(row["topic"]):
            assert re.search(rf'<li><a href="\./{page}\?[^"]*measure={row["measure_id"]}[&"]', body)


def test_the_overview_has_the_three_pillars_in_order_in_one_table(opened: Opener) -> None:
    app = opened(programme="demo-alder", year="2025-26")
    [table] = [element.proto.body for element in app.get("html") if '<table class="measures">' in element.proto.body]
    headings = [unescape(heading) for heading in re.findall('<th scope="rowgroup"[^>]*>(.*?)</th>', table)]
    assert headings == ["Staff openness", "Sharing, and what follows", "Support and policy"]


def test_every_chart_has_a_table_and_words_for_those_who_cannot_see_it(opened: Opener) -> None:
    for page in ("overview", "compare"):
        app = opened(page, programme="demo-alder")
        charts = app.get("plotly_chart")
        assert charts
        assert all(chart.proto.alt for chart in charts)
        assert len(app.table) >= len(charts)


def test_both_sides_of_every_gap_are_drawn_once(opened: Opener) -> None:
    [chart] = opened(programme="demo-alder", year="2025-26").get("plotly_chart")
    for measure in ("Staff expect trainees to talk", "Staff talk with trainees", "Trainees see staff talk"):
        assert measure in chart.proto.spec


def test_the_table_of_measures_says_and_draws_both_sides_and_the_difference(opened: Opener) -> None:
    app = opened(programme="demo-alder", year="2025-26")
    _, own, others, verdict = cells(app, "Staff talk with trainees")
    assert own == "37 of 41 (90%, 77% to 96%)"
    assert others.startswith("Comparable: 194 of 455 (43%, 38% to 48%) in ")
    assert verdict == "stands out: 48 points more (34 to 55)"
    assert 'class="range" aria-hidden="true"' in "".join(element.proto.body for element in app.get("html"))


def test_a_programme_too_small_to_show_is_said_to_be_suppressed(opened: Opener) -> None:
    app = opened(programme="demo-elm", year="2025-26")
    assert cells(app, "Equipped to respond")[:2] == ["nothing to draw", "suppressed for now"]


def test_years_taken_together_are_named(opened: Opener) -> None:
    assert "2021-22 to 2022-23" in text(opened(programme="demo-juniper", year="2022-23"))


def test_the_programmes_compared_with_are_named_and_the_same_all_over_the_page(opened: Opener) -> None:
    said = text(opened(programme="demo-alder", year="2025-26"))
    assert said.count("Compared with all other programmes.") == 1


def test_the_chosen_measure_is_told_in_its_own_words(opened: Opener) -> None:
    app = opened("compare", programme="demo-alder", year="2025-26", measure="shared_with_supervisor")
    assert "those for whom this holds: “Trainees with lived experience”" in text(app)


def test_a_year_without_the_programme_is_said_and_marked_in_the_list(opened: Opener) -> None:
    app = opened(programme="demo-cedar", year="2022-23")  # every second year only
    assert "took no part" in text(app)
    options = app.selectbox(key="chosen_year").options
    assert {"2022-23 (took no part)", "2023-24"} <= set(options)


def test_the_report_can_be_taken_along_where_there_is_one(opened: Opener) -> None:
    button, *_ = opened(programme="demo-alder", year="2025-26").get("download_button")
    assert button.proto.label == "Take the report along (PDF)"
    assert not opened(programme="demo-cedar", year="2022-23").get("download_button")


def test_compare_names_the_measure_and_both_sides(opened: Opener) -> None:
    app = opened("compare", programme="demo-alder", year="2025-26", measure="talks_with_trainees")
    assert app.title[0].value == "Staff talk with trainees"
    assert app.markdown[0].value.startswith("This programme: ")
    assert "The others together: " in app.markdown[0].value


def test_what_is_suppressed_is_counted_in_words_and_stands_in_the_table(opened: Opener) -> None:
    app = opened("compare", programme="demo-alder", measure="safe_to_share", year="2025-26")  # juniper has few trainees
    assert "1 result is suppressed for now" in text(app)
    assert "suppressed for now" in set(app.table[0].value["Result"])


def test_the_own_programme_comes_first_then_those_marked_then_all_in_alphabetical_order(opened: Opener) -> None:
    app = opened("compare", programme="demo-cedar", peers="demo-yew,demo-nowhere")
    own, marked, *others = app.table[0].value["Programme"]
    assert (own, marked) == ("Cedar (invented) (this programme)", "Yew (invented) (marked)")
    assert others == sorted(others)
    assert app.multiselect(key="chosen_peers").value == ["demo-yew"]


def test_only_those_marked_can_be_compared_and_no_figure_of_them_is_made(opened: Opener) -> None:
    app = opened("compare", programme="demo-cedar", year="2025-26", among="chosen", peers="demo-yew,demo-elm")
    assert set(app.table[0].value["Programme"].str.replace(r" \((this|marked).*", "", regex=True)) == {
        "Cedar (invented)",
        "Elm (invented)",
        "Yew (invented)",
    }
    assert "No figure of them together is worked out" in text(app)


def test_the_result_stands_beside_the_name(opened: Opener) -> None:
    assert list(opened("compare", programme="demo-cedar").table[0].value.columns)[:2] == ["Programme", "Result"]


def test_the_overview_tells_what_was_found_questions_and_what_is_in_place(opened: Opener) -> None:
    app = opened(programme="demo-alder", year="2025-26")
    headers = {header.value for header in app.header}
    assert {"What was found", "Questions for the next team meeting", "All measures", "Support and policy"} <= headers
    assert "How would we notice, and what happens then?" in text(app)
    assert "Asked because of the result of “Treated worse”." in text(app)
    assert "This is what the programme says of itself. Nobody has checked it." in text(app)


def test_the_overview_explains_its_words(opened: Opener) -> None:
    app = opened(programme="demo-alder", year="2025-26")
    assert "How to read this, and what the words mean" in [expander.label for expander in app.expander]
    for word in ("Likely range", "Points", "Suppressed", "Comparable programmes", "Closed", "Stands out"):
        assert f"**{word}**" in text(app)


def test_the_field_says_what_could_be_seen_before_anybody_is_asked(opened: Opener) -> None:
    app = opened("field")
    plan = next(table.value for table in app.table if "Answer each year" in table.value)
    assert set(plan["Shown, if half say yes"]) == {
        "hardly ever",
        "after 1 year",
        *(f"after {years} years" for years in (2, 3, 5, 6, 7, 9)),
    }


def test_the_field_has_every_profession_and_all_together_and_names_no_programme(
    opened: Opener, demo_home: Settings
) -> None:
    app = opened("field")
    headers = [header.value for header in app.header]
    assert headers[0] == "All programmes together"
    assert {"Clinical psychology", "Psychiatry (core and higher training)"} <= set(headers)
    assert "“Staff talk with trainees” (supervisors and tutors): 231 of 496 answers (47%, likely range" in text(app)
    said = on_screen(app)
    path = current(demo_home.releases)
    assert path
    with Release(path) as release:
        for row in release.programmes().iter_rows(named=True):
            assert row["programme_id"] not in said
            assert (row["programme_name"] or "a name") not in said


def test_a_page_that_is_open_says_that_there_is_a_newer_release(
    opened: Opener, demo_home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo_home.releases, tmp_path / "releases")
    paths = iter([tmp_path / "first", tmp_path / "newer"])
    monkeypatch.setattr(controls, "current", lambda _: next(paths))
    monkeypatch.setattr(controls, "_open", lambda *_: Release(current(demo_home.releases)))  # type: ignore[arg-type]
    app = open_page(tmp_path, monkeypatch, programme="demo-alder")
    assert [info.value for info in app.info] == [frame.NEWER_RELEASE]


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


def test_an_address_nobody_has_asks_again_and_says_so(opened: Opener) -> None:
    app = opened(programme="demo-nowhere")
    assert "does not have" in app.info[0].value
    assert app.selectbox(key="chosen_programme").value is None


def test_a_bare_address_asks_and_shows_nobody(opened: Opener) -> None:
    for page in ("overview", "compare", "change", "support"):
        app = opened(page)
        assert app.title[0].value == "Which programme are you looking for?"
        assert not app.get("plotly_chart")
    app.selectbox(key="chosen_programme").select("demo-yew").run()
    assert app.query_params["programme"] == "demo-yew"


def test_the_programme_kept_in_the_browser_is_shown_where_the_address_names_none(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controls, "mine", lambda: "demo-yew")
    assert opened().title[0].value == "Yew (invented), 2025-26"
    assert opened(programme="demo-elm").title[0].value == "Elm (invented), 2025-26"
    monkeypatch.setattr(controls, "mine", lambda: "<script>")
    assert opened().title[0].value == "Which programme are you looking for?"


def test_the_latest_year_of_the_programme_is_shown_where_the_address_names_none(opened: Opener) -> None:
    assert opened(programme="demo-cedar").selectbox(key="chosen_year").value == "2025-26"


@pytest.mark.parametrize(("page", "steward"), [("compare", 0), ("years", len(frame.STEWARD_PAGES))])
def test_every_page_links_to_every_other_with_the_whole_choice(opened: Opener, page: str, steward: int) -> None:
    """The menu leads to the first of the steward's pages, and each of these to the others."""
    app = opened(page, programme="demo-alder", year="2023-24", measure="safe_to_share")
    links = app.get("page_link")
    assert len(links) == len(PAGES) - (len(frame.STEWARD_PAGES) - 1) + steward
    for link in links:
        assert "programme=demo-alder&year=2023-24&measure=safe_to_share" in link.proto.query_string


def test_the_tab_says_what_the_page_is_about() -> None:
    assert frame.tab_title("Safe to share", "Cedar", "2024-25") == "Safe to share · Cedar · 2024-25 – Openness"
    assert frame.tab_title() == "Openness"


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
    assert "116 123" not in shown
    assert ("answers of staff" in shown) == (page in {"upload", "years"})
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
        connection.execute("ALTER TABLE association_point RENAME first_result_id TO staff_result_id")
    (tmp_path / "releases" / "current").write_text("old", encoding="utf-8")
    app = open_page(tmp_path, monkeypatch)
    if PAGES[page]:
        app = app.switch_page(PAGES[page]).run()
    assert not app.exception
    assert (app.title[0].value == "A new release is needed") == refused
