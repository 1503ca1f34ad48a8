"""Change, Support and Together over real releases, as far as Python sees them."""

from pathlib import Path

import pytest

from pipelines.release.publishing import publish
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.dashboard.test_pages import Opener, drawn, open_page, opened, text
from tests.factories import NOW, a_file, counts_csv, first_catalogue, loaded, programmes_csv, released

__all__ = ["opened"]
pytestmark = pytest.mark.slow


def test_change_tells_the_result_of_the_year_and_its_change_first(opened: Opener) -> None:
    app = opened("change", programme="demo-alder", year="2025-26", measure="talks_with_trainees")
    assert app.title[0].value == "Staff talk with trainees, over the years"
    assert app.markdown[0].value.startswith("2025-26: 37 of 41 supervisors and tutors")
    assert "There is no clear change from 2024-25." in app.markdown[0].value
    assert "Over 5 results, 2021-22 to 2025-26, there is a rise" in app.markdown[1].value
    assert app.markdown[2].value.startswith("Before that another question was asked: “In the last 12 months I have")


def test_change_says_what_is_suppressed_and_what_was_not_asked(opened: Opener, demo_home: Settings) -> None:
    cedar = {"programme_id": "demo-cedar", "last_year": "2025-26", "status": "suppressed"}
    measure = released(demo_home.home, "result").filter(**cedar)["measure_id"].sort()[0]
    app = opened("change", programme="demo-cedar", year="2025-26", measure=measure)
    assert app.markdown[0].value.startswith("2025-26: suppressed for now")
    assert "Took no part, and so left blank: 2020-21, 2022-23, 2024-25." in text(app)
    assert app.table[0].value["This programme"].to_list()[-1] == "suppressed for now"


def test_where_people_look_for_a_control_chart_they_are_told(opened: Opener) -> None:
    assert "There is no control chart here." in text(opened("change", programme="demo-alder"))


def test_before_and_after_has_every_row_of_the_release(opened: Opener, demo_home: Settings) -> None:
    rows = released(demo_home.home, "policy_change").filter(programme_id="demo-alder")
    tables = [table.value for table in opened("change", programme="demo-alder").table]
    shown = [table for table in tables if "After less before" in table]
    assert sum(map(len, shown)) == rows.height > 0


def test_support_stands_by_kind_with_words_for_all(opened: Opener) -> None:
    app = opened("support", programme="demo-alder", year="2025-26")
    assert app.markdown[0].value.startswith(
        "In place, as the programme says of itself: some of what was asked about on "
    )
    kinds = ["Written policy", "Culture and teaching", "Supervision and placements", "Support"]
    assert [heading.value for heading in app.header if heading.value in kinds] == kinds
    assert "Elm (invented)" in app.table[0].value["The others"][0]
    assert "Knows how to get support" in str([table.value for table in app.table])


def test_a_year_without_support_is_said(opened: Opener) -> None:
    app = opened("support", programme="demo-cedar", year="2022-23")
    assert "sent nothing about support" in app.markdown[0].value


def test_a_control_that_would_do_nothing_is_not_shown_and_the_choice_is_kept(opened: Opener) -> None:
    app = opened("support", programme="demo-alder", measure="safe_to_share")
    assert [box.label for box in app.selectbox] == ["Programme (type to find it)", "Academic year"]
    app.switch_page("app_pages/change.py").run()
    assert app.title[0].value == "Safe to share, over the years"


def test_together_tells_every_pair_or_why_not(opened: Opener) -> None:
    app = opened("together", programme="demo-alder", year="2023-24")
    assert app.title[0].value == "Where staff say that they talk, do trainees see it?"
    assert "The correlation is 0.33 (likely range −0.17 to 0.70), in 20 of the 24 programmes" in app.markdown[0].value
    assert "does not say what causes what" in app.markdown[0].value
    assert len(app.get("plotly_chart")) == 4
    early = opened("together", programme="demo-alder", year="2019-20")
    assert "There is no figure for this year" in text(early)


@pytest.mark.parametrize("page", ["change", "support", "together"])
def test_every_chart_has_a_table_and_words(opened: Opener, page: str) -> None:
    app = opened(page, programme="demo-alder", year="2025-26")
    charts = app.get("plotly_chart")
    assert charts
    assert all(chart.proto.alt for chart in charts)
    assert len(app.table) >= len(charts)
    assert "How to read this" in [box.label for box in app.expander]


def test_another_instrument_may_have_neither_support_nor_pairs(
    nhs_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "asks nothing about support" in text(open_page(nhs_home.home, monkeypatch, "support", programme="0DF"))
    assert "names no two measures" in text(open_page(nhs_home.home, monkeypatch, "together", programme="0DF"))
    said = text(open_page(nhs_home.home, monkeypatch, "change", programme="0DF", measure="stress"))
    assert "407 of 1,274" in said


def test_many_programmes_are_not_drawn_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [f"p{n:02}" for n in range(25)]
    lines = [f"{programme},2024-25,policy_written,planned," for programme in ids]
    support = "\n".join(["programme_id,academic_year,item_id,status,since", *lines]) + "\n"
    counts = counts_csv(*((programme, "2024-25", "aware_of_support", 30, 12) for programme in ids))
    with Store(tmp_path / "store.duckdb") as store:
        for dataset, csv in (("programmes", programmes_csv(*ids)), ("support", support), ("counts", counts)):
            loaded(store, a_file(tmp_path, csv, f"{dataset}.csv"), dataset, first_catalogue())
        publish(store, first_catalogue(), tmp_path / "releases", now=NOW, published_by="tester")
    app = open_page(tmp_path, monkeypatch, "support", programme="p07")
    assert "too many programmes here to draw side by side" in text(app)
    assert "planned" in " ".join(drawn(app))
    assert len(app.dataframe[0].value) == len(ids)
