"""The dashboard's door to the release."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from dashboard.release.reader import EVERYBODY, Release, current
from pipelines.errors import Refused
from pipelines.settings import Settings


@pytest.fixture
def release(demo_home: Settings) -> Release:
    path = current(demo_home.releases)
    assert path is not None
    return Release(path)


def test_there_is_none_before_the_first(tmp_path: Path) -> None:
    assert current(tmp_path) is None


def test_nothing_can_be_written_and_no_other_file_reached(release: Release) -> None:
    with pytest.raises(duckdb.Error, match="read-only"):
        release._rows("CREATE TABLE more (a INT)")
    with pytest.raises(duckdb.PermissionException):
        release._rows("FROM read_text('/etc/hostname')")


def test_a_page_compares_with_one_kind_of_programmes_and_with_that_of_which_there_is_a_verdict(
    release: Release,
) -> None:
    """No profession of the demonstration has ten programmes, so it is everybody wherever anybody has a verdict."""
    kinds = {
        programme: set(release.results_of(programme, year)["kind"].drop_nulls())
        for programme, years in release.took_part().items()
        for year in years[-1:]
    }
    assert all(len(kind) <= 1 for kind in kinds.values())
    assert set().union(*kinds.values()) == {"everybody"}


def test_every_query_has_a_cursor_of_its_own(release: Release) -> None:
    """Two threads asking at once each get their own rows."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    programmes = [who for who, years in release.took_part().items() if "2025-26" in years]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda p: release.results_of(p, "2025-26"), programmes * 5))
    assert [set(a["programme_id"]) for a in answers] == [{p} for p in programmes * 5]


def test_a_gap_has_a_row_even_where_it_has_no_difference(release: Release) -> None:
    gaps = release.gaps("demo-juniper", "2025-26", "everybody")  # few people answer there
    assert gaps["gap_id"].to_list() == ["staff_expect_and_do", "trainees_see_expecting_and_doing"]
    assert gaps["difference"].null_count() == 2


def test_what_is_covered_is_what_the_page_of_all_programmes_shows(release: Release) -> None:
    for measure in release.measures()["measure_id"]:
        for year in release.academic_years():
            statuses = release.results_for(measure, year, EVERYBODY)["status"].to_list()
            covered = release.coverage(measure, year, EVERYBODY) or {}
            for status in ("published", "suppressed", "not_collected"):
                assert covered.get(status, 0) == statuses.count(status), (measure, year)


def test_a_point_is_there_once_although_subgroups_share_the_id_of_their_result(release: Release) -> None:
    for pair in release.associations("2025-26").drop_nulls("correlation").iter_rows(named=True):
        assert release.association_points(pair["association_id"], "2025-26").height == pair["programmes"]


def test_a_year_is_withheld_only_where_no_result_covers_it(release: Release) -> None:
    series = release.series("demo-elm", "used_offered_support")
    assert set(series.filter(~pl.col("first_year").is_in(["2019-20", "2020-21"]))["status"]) == {"published"}
    assert ["2023-24", "2024-25"] in series["years"].to_list()
    assert series["years"].explode().is_unique().all()


def test_policy_dates_are_those_of_the_items_that_belong_to_the_measure(release: Release) -> None:
    assert "supervisor_training" in release.policy_dates("demo-alder", "safe_to_share")["item_id"]
    assert release.policy_dates("demo-alder", "talks_with_trainees").is_empty()


def test_policy_dates_belong_to_every_wording_of_a_question(release: Release) -> None:
    items = [
        release.policy_dates("demo-alder", measure)["item_id"].to_list()
        for measure in ("trained_to_respond", "had_training_to_respond")
    ]
    assert items[0]
    assert items[0] == items[1]


def test_support_begins_with_the_own_programme_and_goes_on_by_name(release: Release) -> None:
    first = release.support_in("2025-26", "demo-elm").filter(item_id="policy_written")
    assert first["programme_id"].to_list()[:3] == ["demo-elm", "demo-alder", "demo-ash"]


# ---- two editions ----


def test_a_series_holds_the_results_of_both_wordings_and_the_change_across_the_break(release: Release) -> None:
    series = release.series("demo-alder", "had_training_to_respond")
    assert set(series["measure_id"]) == {"trained_to_respond", "had_training_to_respond"}
    assert series.filter("across_break").height == 1
    assert series.equals(release.series("demo-alder", "trained_to_respond"))


def test_a_year_has_one_figure_of_all_programmes_in_a_series(release: Release) -> None:
    every = release.comparators("had_training_to_respond")
    assert every["academic_year"].is_unique().all()
    assert every["measure_id"].n_unique() == 2


def test_what_was_asked_before_and_is_asked_instead_is_found(release: Release) -> None:
    before = release.before_measure("talks_with_trainees")
    after = release.after_measure("models_openness")
    assert (before or {})["measure_id"] == "models_openness"
    assert (after or {})["measure_id"] == "talks_with_trainees"
    assert release.before_measure("safe_to_share") is None


def test_a_year_shows_only_what_was_asked_in_it(release: Release) -> None:
    first, later = (set(release.results_of("demo-alder", year)["measure_id"]) for year in ("2019-20", "2025-26"))
    assert "models_openness" in first - later
    assert "talks_with_trainees" in later - first
    assert "safe_to_share" in first & later


def test_places_and_professions_are_told_in_words(release: Release) -> None:
    assert release.programme("demo-alder")["profession"] == "clinical psychology"
    assert release.programme("demo-alder")["profession_code"] == "clinical_psychology"
    assert (
        release.place_name("region", "exampleland_north, exampleland") == "North of Exampleland, Exampleland (invented)"
    )
    assert release.place_name("everybody", "everybody") == "everybody"


def test_a_gap_of_the_same_people_has_the_interval_for_that_and_says_how_many_they_are(release: Release) -> None:
    [pair, *_] = release._rows("FROM gap_of_same_people ORDER BY ALL").to_dicts()
    gaps = release.gaps(pair["programme_id"], pair["academic_year"], "everybody")
    [gap] = gaps.filter(gap_id=pair["gap_id"]).to_dicts()
    assert gap["paired"] == pair["respondents"]
    assert (gap["difference_low"], gap["difference_high"]) == (pair["difference_low"], pair["difference_high"])
    assert gap["difference"] == pytest.approx(pair["difference"])


def test_a_release_of_an_earlier_version_is_refused_with_what_to_do(demo_home: Settings, tmp_path: Path) -> None:
    path = current(demo_home.releases)
    assert path is not None
    old = tmp_path / "release.duckdb"
    old.write_bytes(path.read_bytes())
    with duckdb.connect(old) as connection:
        connection.execute("ALTER TABLE association_point RENAME first_result_id TO staff_result_id")
    with pytest.raises(Refused, match=r"made by an earlier version.*openness publish"):
        Release(old)
