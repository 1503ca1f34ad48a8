"""What changed from one release to another is said: what is new, gone, and what says something else."""

from pathlib import Path

import pytest

from pipelines.errors import Unreadable
from pipelines.store.store import Store
from pipelines.verification.difference import Change, differences
from tests.factories import a_file, close_and_publish, counts_csv, loaded, programmes_csv
from tests.reference.worlds import INSTRUMENT, YEAR, YEARS


@pytest.fixture
def releases(store: Store, tmp_path: Path) -> tuple[Path, Path]:
    """Of the first, one programme is withdrawn in the second, another has a result more."""
    folder = tmp_path / "home" / "releases"
    loaded(store, a_file(tmp_path, programmes_csv("aa", "bb")), "programmes", INSTRUMENT)
    rows = [(who, YEAR, "asked", 20, 10) for who in ("aa", "bb")]
    loaded(store, a_file(tmp_path, counts_csv(*rows)), "counts", INSTRUMENT)
    first = close_and_publish(store, INSTRUMENT, folder).path
    loaded(store, a_file(tmp_path, counts_csv(("aa", YEARS[0], "asked", 20, 8))), "counts", INSTRUMENT)
    return first, close_and_publish(store, INSTRUMENT, folder).path


def test_of_a_release_and_itself_nothing_changed(releases: tuple[Path, Path]) -> None:
    assert differences(releases[0], releases[0]) == []


def test_what_is_new_is_said_and_the_other_way_round_it_is_gone(releases: tuple[Path, Path]) -> None:
    results = [change for change in differences(*releases) if change.relation == "result"]
    assert Change("result", "new", f"asked, aa, {YEARS[0]}") in results
    back = [change for change in differences(*reversed(releases)) if change.relation == "result"]
    assert Change("result", "gone", f"asked, aa, {YEARS[0]}") in back


def test_how_many_answered_of_those_invited_is_compared_too(
    releases: tuple[Path, Path], store: Store, tmp_path: Path
) -> None:
    invited = f"programme_id,academic_year,respondent_group,invited\naa,{YEAR},staff,90\n"
    loaded(store, a_file(tmp_path, invited), "cohorts", INSTRUMENT)
    third = close_and_publish(store, INSTRUMENT, tmp_path / "home" / "releases").path
    found = differences(releases[1], third)
    assert Change("result", "changed", f"asked, aa, {YEAR}", "response", "", "under_half") in found


def test_what_changed_elsewhere_alone_is_named(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "releases"
    loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", INSTRUMENT)
    loaded(store, a_file(tmp_path, counts_csv(("aa", YEAR, "asked", 20, 10))), "counts", INSTRUMENT)
    about = INSTRUMENT.instrument.model_copy(update={"subject": "something else"})
    first, second = (
        close_and_publish(store, given, folder).path
        for given in (INSTRUMENT, INSTRUMENT.model_copy(update={"instrument": about}))
    )
    assert [change.relation for change in differences(first, second)] == ["instrument"]


def test_what_is_no_release_is_said_to_be_none(releases: tuple[Path, Path], tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    other.write_bytes(b"words")
    with pytest.raises(Unreadable, match="no release file"):
        differences(releases[0], other)
