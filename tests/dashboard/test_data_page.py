"""The Data page: the release in every form, ready queries, a query of one's own, and the codebook."""

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import text as components_text
from dashboard.release.reader import Release
from dashboard.release.ready_queries import READY_QUERIES
from dashboard.wording import data as wording
from pipelines.release.schema import RELATIONS
from tests.dashboard.test_pages import Opener, opened, text  # noqa: F401  opened is a fixture

pytestmark = pytest.mark.slow


def press(app: AppTest, label: str, place: int = 0) -> AppTest:
    app = [button for button in app.button if button.label == label][place].click().run()
    assert not app.exception
    return app


def test_it_says_which_release_this_is_and_how_to_cite_it(opened: Opener, release: Path) -> None:  # noqa: F811
    said = text(opened("data"))
    with Release(release) as held:
        about = held.about()
    for words in (about["release_id"], about["content_hash"], about["remark"], about["title"]):
        assert words.replace("-", "") in said.replace("\\", "").replace("-", "")
    assert "ask whoever published it" in said


def test_there_is_a_button_for_every_form(opened: Opener) -> None:  # noqa: F811
    labels = [button.label for button in opened("data").get("download_button")]
    assert labels[: len(wording.FORMS)] == [*wording.FORMS.values()]
    assert wording.TAKE_CODEBOOK in labels


@pytest.mark.parametrize("place", range(len(READY_QUERIES)))
def test_a_ready_query_is_shown_as_text_and_run(opened: Opener, release: Path, place: int) -> None:  # noqa: F811
    app = opened("data")
    assert app.code[place].value == READY_QUERIES[place].sql
    assert not app.dataframe
    shown = press(app, wording.RUN, place).dataframe[0].value
    with duckdb.connect(release, read_only=True) as connection:
        rows = connection.execute(READY_QUERIES[place].sql).pl()
    assert pl.from_pandas(shown).height == min(rows.height, 1000)
    assert list(shown.columns) == rows.columns


def test_a_query_of_ones_own_is_answered_and_its_rows_can_be_taken(opened: Opener) -> None:  # noqa: F811
    app = opened("data")
    app.text_area[0].set_value("SELECT count(*) AS n, '=1+1' AS f FROM programme")
    app = press(app, wording.SHOW)
    assert app.dataframe[0].value.to_dict("records") == [{"n": 24, "f": "=1+1"}]
    assert {"Table as CSV", "Table as XLSX"} <= {button.label for button in app.get("download_button")}


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELEC 1", "syntax error"),
        ("COPY result TO 'x.csv'", "one SELECT"),
        ("FROM read_text('/etc/hostname')", "disabled"),
    ],
)
def test_what_cannot_be_run_is_said(opened: Opener, sql: str, words: str) -> None:  # noqa: F811
    app = opened("data")
    app.text_area[0].set_value(sql)
    app = press(app, wording.SHOW)
    assert words in app.error[0].value.replace("\\", "")
    assert not app.dataframe


def test_that_there_are_no_rows_or_more_rows_is_said(opened: Opener) -> None:  # noqa: F811
    app = opened("data")
    app.text_area[0].set_value("FROM result WHERE false")
    assert press(app, wording.SHOW).info[0].value == wording.NO_ROWS
    app.text_area[0].set_value("FROM result")
    assert "first 1,000 rows" in press(app, wording.SHOW).info[0].value


def test_the_rows_of_a_query_can_be_drawn_and_stay_while_it_is_chosen_how(opened: Opener) -> None:  # noqa: F811
    app = press(opened("data"), wording.RUN, 0)
    assert not app.error
    across, up = (next(box for box in app.selectbox if box.label == label) for label in (wording.ACROSS, wording.UP))
    assert up.options[0] == "rate"
    app = across.set_value("profession").run()
    [chart] = app.get("plotly_chart")
    [trace] = json.loads(chart.proto.spec)["data"]
    assert len(trace["hovertext"]) == app.dataframe[0].value["rate"].count()


def test_rows_without_a_number_cannot_be_drawn(opened: Opener) -> None:  # noqa: F811
    app = opened("data")
    app.text_area[0].set_value("SELECT title FROM measure")
    app = press(app, wording.SHOW)
    assert wording.NOTHING_TO_DRAW in text(app)
    assert not app.get("plotly_chart")


def test_the_page_is_a_dataset_for_programs_that_look_for_data(opened: Opener, release: Path) -> None:  # noqa: F811
    [body] = [html.proto.body for html in opened("data").get("html") if "ld+json" in html.proto.body]
    dataset = json.loads(body.removeprefix('<script type="application/ld+json">').removesuffix("</script>"))
    with Release(release) as held:
        about, titles = held.about(), held.measures()["title"].to_list()
        years = held.academic_years()
    assert dataset["@context"] == "https://schema.org"
    assert dataset["@type"] == "Dataset"
    assert (dataset["version"], dataset["name"]) == (about["release_id"], about["title"])
    assert dataset["variableMeasured"] == titles
    assert dataset["temporalCoverage"] == f"{min(years)[:4]}/20{max(years)[-2:]}"
    assert about["content_hash"] in dataset["creditText"]


def test_no_text_of_the_release_ends_the_element_of_the_dataset(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies: list[str] = []
    monkeypatch.setattr(components_text.st, "html", lambda body, **_: bodies.append(body))
    components_text.structured_data({"name": "</script><script>alert(1)</script>&<!--"})
    assert bodies[0].count("<") == 2
    assert json.loads(bodies[0][bodies[0].index("{") : bodies[0].rindex("}") + 1])["name"].startswith("</script>")


def test_it_says_what_is_new(opened: Opener) -> None:  # noqa: F811
    assert wording.NEWS in [header.value for header in opened("data").header]


def test_the_codebook_says_what_each_column_of_every_table_means(opened: Opener, release: Path) -> None:  # noqa: F811
    app = opened("data")
    [choice] = [box for box in app.selectbox if box.label == wording.RELATION]
    assert choice.options == ["result", *sorted({*RELATIONS} - {"result"})]
    app = choice.set_value("result").run()
    assert len(app.table[0].value) == len(RELATIONS["result"].columns)
    with Release(release) as held:
        columns = held.columns_of("result")
    assert columns["comment"].to_list() == [column.comment for column in RELATIONS["result"].columns.values()]


def test_the_file_that_is_given_away_is_the_release(release: Path, tmp_path: Path) -> None:
    with Release(release) as held:
        assert held.file() == release.read_bytes()
