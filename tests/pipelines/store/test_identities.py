"""Codes of programmes that are not named: random, kept until the programme is named, and new when it no longer is."""

from pathlib import Path

import pytest

from pipelines.intake.named_programmes import named_ledger, only_named
from pipelines.release.publishing import publish
from pipelines.store.store import Store
from tests.factories import NOW, a_catalogue, a_file, counts_csv, loaded, programmes_csv

CATALOGUE = a_catalogue()


@pytest.fixture(autouse=True)
def _counts(store: Store, tmp_path: Path) -> None:
    register(store, tmp_path, "yes")
    loaded(store, a_file(tmp_path, counts_csv(("elm", "2024-25", "asked", 30, 9))), "counts", CATALOGUE)


def register(store: Store, folder: Path, named: str) -> None:
    file = a_file(folder, programmes_csv("elm", named=named), "programmes.csv")
    loaded(store, file, "programmes", CATALOGUE, replace=True)


def released_code(store: Store, folder: Path) -> str | None:
    """The code it has once a release was made."""
    publish(store, CATALOGUE, folder / "home" / "releases", now=NOW, published_by="tester")
    code: str | None = store.programmes()["code"].item()
    return code


def test_there_is_no_code_before_a_release(store: Store, tmp_path: Path) -> None:
    assert store.programmes()["code"].item() is None
    assert released_code(store, tmp_path) is not None


def test_a_code_is_kept_while_it_is_not_named(store: Store, tmp_path: Path) -> None:
    register(store, tmp_path, "no")
    code = released_code(store, tmp_path)
    assert released_code(store, tmp_path) == code
    register(store, tmp_path, "yes")
    register(store, tmp_path, "no")  # no release has shown the name
    assert released_code(store, tmp_path) == code


def test_before_a_release_shows_its_name_a_programme_with_a_code_is_not_told_of_by_name(
    store: Store, tmp_path: Path
) -> None:
    """Who sees the name beside the numbers under the code knows whose they are, and it may be unnamed again."""
    assert store.programmes_told_by_name() == {"elm"}, "no release shows it under a code"
    register(store, tmp_path, "no")
    assert store.programmes_told_by_name() == set()
    released_code(store, tmp_path)
    register(store, tmp_path, "yes")
    assert store.programmes_told_by_name() == set()
    assert named_ledger(store).results.is_empty()
    assert only_named(store.answered(), store).is_empty()
    released_code(store, tmp_path)
    assert store.programmes_told_by_name() == {"elm"}


def test_a_programme_no_longer_named_gets_a_code_that_it_never_had(store: Store, tmp_path: Path) -> None:
    register(store, tmp_path, "no")
    codes = {released_code(store, tmp_path)}
    assert store.holdings().unnamed.is_empty()
    for publishing in (3, 5):
        register(store, tmp_path, "yes")
        released_code(store, tmp_path)
        register(store, tmp_path, "no")
        assert store.holdings().unnamed.rows() == [("elm", publishing)]
        codes.add(released_code(store, tmp_path))
        assert store.holdings().unnamed.rows() == [("elm", publishing)], "it stays known"
    assert len(codes) == 3


def test_what_was_said_under_the_name_is_told_apart_from_what_is_new(store: Store, tmp_path: Path) -> None:
    released_code(store, tmp_path)
    register(store, tmp_path, "no")
    loaded(store, a_file(tmp_path, counts_csv(("elm", "2025-26", "asked", 30, 9))), "counts", CATALOGUE)
    said = [("counts", "elm", "2024-25"), ("programmes", "elm", None)]
    assert store.holdings().said_before.rows() == said
    released_code(store, tmp_path)
    assert store.holdings().said_before.rows() == said
    register(store, tmp_path, "yes")
    assert store.holdings().said_before.is_empty()


def test_of_a_programme_that_was_never_named_nothing_was_said_before(store: Store, tmp_path: Path) -> None:
    register(store, tmp_path, "no")
    released_code(store, tmp_path)
    released_code(store, tmp_path)
    assert store.holdings().said_before.is_empty()


def test_a_copy_of_the_store_holds_all_of_it(store: Store, tmp_path: Path) -> None:
    released_code(store, tmp_path)
    store.copy_to(tmp_path / "a copy's name.duckdb")
    with Store(tmp_path / "a copy's name.duckdb", read_only=True) as copy:
        assert copy.everything_noted() == store.everything_noted()
        assert copy.holdings().contributions.rows() == store.holdings().contributions.rows()
        assert [frame.rows() for frame in copy.ledger().frames] == [frame.rows() for frame in store.ledger().frames]


def test_a_release_can_be_taken_down_once(store: Store, tmp_path: Path) -> None:
    released_code(store, tmp_path)
    [release_id] = store.offered_releases()
    store.take_down_release(release_id, by="tester", at=NOW, reason="lost")
    assert store.offered_releases() == []
    assert store.releases().select("taken_down_by", "taken_down_at", "taken_down_reason").rows() == [
        ("tester", NOW, "lost")
    ]
