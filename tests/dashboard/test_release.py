"""The dashboard's door to the release."""

from pathlib import Path

import duckdb
import pytest

from dashboard.release import EVERYBODY, Release, current
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


def test_a_comparator_is_the_same_profession_where_there_is_one(release: Release) -> None:
    """And wherever all programmes have a figure. Else it is everybody for all measures, so that a page has one kind."""
    kinds = {
        programme: set(release.results_of(programme, year)["kind"].drop_nulls())
        for programme, years in release.took_part().items()
        for year in years[-1:]
    }
    assert all(len(kind) <= 1 for kind in kinds.values())
    assert set().union(*kinds.values()) == {"profession", "everybody"}


def test_every_query_has_a_cursor_of_its_own(release: Release) -> None:
    """Two threads asking at once each get their own rows."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    programmes = release.programmes()["programme_id"].to_list()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda p: release.results_of(p, "2025-26"), programmes * 5))
    assert [set(a["programme_id"]) for a in answers] == [{p} for p in programmes * 5]


def test_a_gap_has_a_row_even_where_it_has_no_difference(release: Release) -> None:
    gaps = release.gaps("demo-larch", "2025-26", "everybody")  # few trainees answer there
    assert gaps["gap_id"].to_list() == ["modelling_gap", "seen_gap"]
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
    series = release.series("demo-elm", "used_support")
    assert series["status"].to_list() == ["published"] * 4
    assert series["years"].to_list()[-1] == ["2024-25", "2025-26"]
    assert series["years"].explode().is_unique().all()


def test_policy_dates_are_those_looked_at_with_the_measure_or_all(release: Release) -> None:
    related = release.policy_dates("demo-alder", "safe_to_share")["item_id"].to_list()
    everything = release.policy_dates("demo-alder", "models_openness")["item_id"].to_list()
    assert "supervisor_training" in related
    assert set(related) < set(everything)


def test_support_begins_with_the_own_programme_and_goes_on_by_name(release: Release) -> None:
    first = release.support_in("2025-26", "demo-elm").filter(item_id="policy_written")
    assert first["programme_id"].to_list()[:3] == ["demo-elm", "demo-alder", "demo-cedar"]
