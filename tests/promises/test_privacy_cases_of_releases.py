"""Small histories that once showed in releases what must not be seen, loaded and published as a steward would."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.instrument.catalogue import Catalogue
from pipelines.release.publishing import Published
from pipelines.release.schema import RELATIONS
from pipelines.store.store import Store
from tests.factories import NOW, a_file, close_and_publish, counts_csv, first_catalogue, loaded, released, shared


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return first_catalogue()


class Home:
    """A home that takes in the files of a case."""

    def __init__(self, store: Store, folder: Path, catalogue: Catalogue) -> None:
        self.store, self.folder, self.catalogue = store, folder, catalogue
        self.path = store.path.parent

    def load(self, dataset: str, path: Path) -> str:
        return loaded(self.store, path, dataset, self.catalogue, replace=True).submission_id

    def send(self, dataset: str, text: str) -> str:
        return self.load(dataset, a_file(self.path, text, "sent.csv"))

    def publish(self) -> Published:
        return close_and_publish(self.store, self.catalogue, self.path / "releases")

    def cells(self) -> Iterator[str]:
        """Every cell of every release that is offered, as text."""
        for path in (self.path / "releases").glob("[!.]*/release.duckdb"):
            with duckdb.connect(path, read_only=True) as connection:
                for name in RELATIONS:
                    for row in connection.execute(f"FROM {name}").fetchall():
                        yield from map(str, row)

    def offered(self) -> set[str]:
        return {path.parent.name for path in (self.path / "releases").glob("[!.]*/release.duckdb")}


def home_of(case: str, store: Store, catalogue: Catalogue) -> Home:
    home = Home(store, shared(f"cases/privacy/{case}"), catalogue)
    home.load("programmes", home.folder / "programmes.csv")
    home.load("counts", home.folder / "c.csv")
    return home


def test_nothing_of_a_programme_that_is_withdrawn_stays_in_a_release(store: Store, catalogue: Catalogue) -> None:
    """Nothing of elm was published; but its name, that it asked, and that it had no policy were said."""
    home = home_of("withdrawn_stays", store, catalogue)
    home.load("support", home.folder / "s.csv")
    first = home.publish()
    assert {"elm", "Elm of Small Town"} <= set(home.cells())
    store.withdraw(None, "elm", by="steward", at=NOW, reason="It asked to.")
    second = home.publish()
    assert home.offered() == {second.release_id} != {first.release_id}
    assert not [cell for cell in home.cells() if "elm" in cell.lower()]


def test_nothing_that_stood_under_a_name_stands_under_a_code(store: Store, catalogue: Catalogue) -> None:
    home = home_of("withdrawn_stays", store, catalogue)
    home.publish()
    assert {"oak", "Oak"} <= set(home.cells())
    home.load("programmes", home.folder / "p2.csv")
    home.publish()
    assert not {"oak", "Oak"} & set(home.cells())
    assert released(home.path, "programme").filter(~pl.col("named")).height == 1
    result = released(home.path, "result")
    [code] = released(home.path, "programme").filter(~pl.col("named"))["programme_id"]
    assert result.filter(pl.col("programme_id") == code).is_empty()
    assert result.filter(pl.col("respondents") == 30).is_empty()


def test_nothing_joins_an_id_and_a_code(store: Store, catalogue: Catalogue) -> None:
    """Whoever sends something for birch, and takes it back, sees no release change; nor one that shows his number."""
    home = home_of("identity_oracle", store, catalogue)
    first = home.publish()
    before = {name: released(home.path, name) for name in RELATIONS if name != "release"}
    sent = [
        home.send("cohorts", "programme_id,academic_year,respondent_group,invited\nbirch,2023-24,trainee,7777\n"),
        home.send("counts", counts_csv(("birch", "2023-24", "lived_experience", 7777, 3000))),
    ]
    assert home.offered() == {first.release_id}
    for submission in sent:
        store.withdraw(submission, None, by="steward", at=NOW, reason="A mistake")
    home.publish()
    assert all(released(home.path, name).equals(rows) for name, rows in before.items())
    assert not [cell for cell in home.cells() if cell in {"7777", "ash", "birch", "cedar", "elm"}]


def test_a_group_invited_that_is_counted_is_told_by_degree_only(store: Store, catalogue: Catalogue) -> None:
    """Published, 7,777 people invited say no more than that fewer than half answered."""
    home = home_of("identity_oracle", store, catalogue)
    home.send("cohorts", "programme_id,academic_year,respondent_group,invited\nbirch,2024-25,trainee,7777\n")
    home.publish()
    assert not [cell for cell in home.cells() if cell == "7777"]
    result = released(home.path, "result").filter(pl.col("status") == "published")
    assert sorted(result["response"].to_list(), key=str) == [None, None, None, "under_half"]
