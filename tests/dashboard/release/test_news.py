"""What is new in a release is what the one before did not say."""

import shutil
from pathlib import Path

import duckdb
import pytest

from dashboard.release.news import News, news
from dashboard.release.reader import current
from dashboard.wording import data as wording
from pipelines.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture
def release(demo_home: Settings, tmp_path: Path) -> Path:
    """A release beside itself under the name `earlier`."""
    path = current(demo_home.releases)
    assert path is not None
    for name in ("earlier", "later's"):
        (tmp_path / name).mkdir()
        Path(shutil.copy(path, tmp_path / name)).chmod(0o600)
    return tmp_path / "later's" / path.name


def change(release: Path, sql: str) -> None:
    with duckdb.connect(release) as connection:
        connection.execute(sql)


@pytest.mark.parametrize("earlier", [None, "not-there"])
def test_without_an_earlier_release_there_is_nothing_to_set_it_against(release: Path, earlier: str | None) -> None:
    assert news(release, earlier) is None


def test_two_releases_that_say_the_same_have_no_news(release: Path) -> None:
    assert news(release, "earlier") == News([], [], [], [], [])
    assert wording.news([], ([], []), ([], [])) == ["No result, question or programme is new."]


def test_what_the_earlier_release_lacks_is_new_and_what_it_alone_has_is_gone(release: Path) -> None:
    earlier = release.parents[1] / "earlier" / release.name
    last = "last_year = '2024-25' AND status = 'published'"
    change(earlier, f"UPDATE result SET status = 'suppressed' WHERE {last}")
    change(earlier, "DELETE FROM programme WHERE programme_id = 'demo-alder'")
    change(release, "DELETE FROM programme WHERE programme_id = 'demo-elm'")
    change(release, "UPDATE measure SET retired = true WHERE measure_id = 'safe_to_share'")
    found = news(release, "earlier")
    assert found == News(["2024-25"], [], ["Safe to share"], ["Alder (invented)"], ["Elm (invented)"])
    assert wording.news(found.years, (found.measures, found.measures_gone), (found.programmes, []))[:2] == [
        "Results are shown that were not shown before. They end in 2024-25.",
        "Questions that are asked no more: Safe to share.",
    ]


@pytest.mark.parametrize(("names", "more"), [(10, False), (11, True)])
def test_of_many_names_ten_are_said(names: int, more: bool) -> None:
    [line] = wording.news([], ([], []), ([f"P{number}" for number in range(names)], []))
    assert line.endswith("P9, and others." if more else "P9.")
