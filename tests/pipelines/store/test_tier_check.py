"""By how many people results must stand is settled once publishing has seen answers: what the store refuses."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.store.store import Store
from tests.factories import a_catalogue, a_file, a_measure, close_and_publish, counts_csv, loaded, programmes_csv

STANDARD, SENSITIVE = (10, 3), (15, 4)


def catalogue(
    *measures: dict[str, Any], standard: tuple[int, int] = STANDARD, sensitive: tuple[int, int] = SENSITIVE
) -> Catalogue:
    tiers = {
        name: {"minimum_respondents": people, "minimum_each_side": side}
        for name, (people, side) in (("standard", standard), ("sensitive", sensitive))
    }
    return a_catalogue(*measures, tiers=tiers)


class Home:
    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder
        self.load("programmes", programmes_csv("elm"), catalogue())

    def load(self, dataset: str, text: str, given: Catalogue) -> None:
        loaded(self.store, a_file(self.folder, text), dataset, given)

    def counts(self, given: Catalogue, year: str = "2022-23", n: int = 12, k: int = 3) -> None:
        self.load("counts", counts_csv(("elm", year, "asked", n, k)), given)

    def publish(self, given: Catalogue) -> None:
        close_and_publish(self.store, given, self.folder / "releases")


@pytest.fixture
def home(store: Store, tmp_path: Path) -> Home:
    return Home(store, tmp_path)


CHANGED = {
    "now sensitive": (
        catalogue(a_measure(sensitive=True)),
        "asked: it was at least 10 people and 3 on each side, and is at least 15 people and 4",
    ),
    "more people": (catalogue(standard=(12, 3)), "asked: it was at least 10 people"),
    "more on each side": (catalogue(standard=(10, 4)), "is at least 10 people and 4 on each side"),
    "not asked any more": (catalogue(a_measure("else"), standard=(12, 4)), "asked: it was at least 10 people"),
}


@pytest.mark.parametrize("change", CHANGED)
def test_after_a_first_publishing_a_change_is_refused_at_load_and_publish(home: Home, change: str) -> None:
    home.counts(catalogue())
    home.publish(catalogue())
    changed, told = CHANGED[change]
    with pytest.raises(Refused, match=f"{told}.*Put back the tiers.*`--home`"):
        home.load("programmes", programmes_csv("elm", "oak"), changed)
    with pytest.raises(Refused, match=told):
        home.publish(changed)
    home.publish(catalogue())
    assert len(home.store.release_ids()) == 2


@pytest.mark.parametrize("change", CHANGED)
def test_before_it_they_can_be_chosen_freely(home: Home, change: str) -> None:
    home.counts(catalogue(), n=40, k=20)
    home.publish(CHANGED[change][0])
    assert len(home.store.release_ids()) == 1


def test_what_waits_settles_it_too(home: Home) -> None:
    home.counts(catalogue(), n=9, k=3)
    home.publish(catalogue())
    with pytest.raises(Refused, match="asked: it was at least 10 people"):
        home.store.require_definitions(catalogue(standard=(12, 3)))


def test_a_measure_of_which_nothing_was_seen_and_the_other_tier_may_change(home: Home) -> None:
    home.counts(catalogue())
    home.publish(catalogue())
    home.store.require_definitions(catalogue(a_measure(), a_measure("lived", sensitive=True), sensitive=(20, 5)))
    home.store.require_definitions(catalogue(a_measure("else"), sensitive=(20, 5)))


@pytest.mark.parametrize("subgroups", [True, False])
def test_where_both_tiers_are_the_same_subgroups_tell_that_it_was_not_sensitive(home: Home, *, subgroups: bool) -> None:
    same, flipped = catalogue(sensitive=STANDARD), catalogue(a_measure(sensitive=True), sensitive=STANDARD)
    rows = [("tutor", 20, 10), ("supervisor", 20, 10)] if subgroups else [("", 40, 20)]
    lines = [f"elm,2022-23,asked,{role},{n},{k}" for role, n, k in rows]
    heading = "programme_id,academic_year,measure_id,subgroup,respondents,affirmative"
    home.load("counts", "\n".join([heading, *lines]) + "\n", same)
    home.publish(same)
    if subgroups:
        with pytest.raises(Refused, match="asked: it was not sensitive, and is"):
            home.store.require_definitions(flipped)
    else:
        home.store.require_definitions(flipped)
