"""What replaces what, over the editions: no circle, one successor, and nothing comparable that is not."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.measures import Measure
from pipelines.instrument.succession import faults_of_succession
from pipelines.release.publishing import publish
from pipelines.store.store import Store
from tests.factories import (
    NOW,
    a_catalogue,
    a_file,
    a_measure,
    counts_csv,
    first_catalogue,
    loaded,
    programmes_csv,
    shipped_catalogue,
)


def replacing(measure: str, old: str, *, comparable: bool = True, **given: Any) -> dict[str, Any]:
    return a_measure(measure, replaces=old, comparable=comparable, **given)


def faults(now: Catalogue, *earlier: dict[str, Any], items: tuple[str, ...] = ()) -> list[str]:
    """What is told of a catalogue where the store has seen these measures before."""
    return faults_of_succession(now, [Measure.model_validate(measure) for measure in earlier], items)


def with_both(now: Catalogue, *earlier: dict[str, Any]) -> Catalogue:
    return now.with_retired([Measure.model_validate(measure) for measure in earlier])


# ---- circles ----


@pytest.mark.parametrize("comparable", [True, False])
def test_two_measures_that_replace_each_other_are_told_as_a_circle(comparable: bool) -> None:
    [fault] = faults(
        a_catalogue(replacing("a", "b", comparable=comparable)), replacing("b", "a", comparable=comparable)
    )
    assert fault.startswith("Measures replace each other in a circle")
    assert "a replaces b, b replaces a" in fault


def test_a_longer_circle_through_retired_measures_is_told_once() -> None:
    [fault] = faults(a_catalogue(replacing("a", "c")), replacing("b", "a"), replacing("c", "b"))
    assert "a replaces c, c replaces b, b replaces a" in fault


def test_a_line_without_a_circle_is_no_fault() -> None:
    assert faults(a_catalogue(replacing("a", "c")), replacing("b", "z"), replacing("c", "b")) == []


def test_a_series_ends_even_in_a_circle() -> None:
    everything = with_both(a_catalogue(replacing("a", "c")), replacing("b", "a"), replacing("c", "b"))
    assert {everything.series_id(measure) for measure in everything.measure} <= {"a", "b", "c"}


@pytest.fixture
def _b_for_a(store: Store, tmp_path: Path) -> None:
    """A store that has seen b, in the place of a."""
    now = a_catalogue(replacing("b", "a"))
    loaded(store, a_file(tmp_path, programmes_csv("elm")), "programmes", now)
    loaded(store, a_file(tmp_path, counts_csv(("elm", "2023-24", "b", 12, 6))), "counts", now)


@pytest.mark.usefixtures("_b_for_a")
def test_a_circle_is_refused_at_load_and_at_publish(store: Store, tmp_path: Path) -> None:
    turned = a_catalogue(replacing("a", "b"))
    file = a_file(tmp_path, counts_csv(("elm", "2024-25", "a", 12, 6)))
    with pytest.raises(Refused, match="a replaces b, b replaces a"):
        loaded(store, file, "counts", turned)
    with pytest.raises(Refused, match="a replaces b, b replaces a"):
        publish(store, turned, tmp_path / "home" / "releases", now=NOW, published_by="tester")
    assert store.release_ids() == []


# ---- one successor ----


@pytest.mark.parametrize(("comparable", "count"), [(True, 1), (False, 0)])
def test_a_series_is_carried_on_by_one_measure(comparable: bool, count: int) -> None:
    told = faults(a_catalogue(replacing("c", "a", comparable=comparable)), a_measure("a"), replacing("b", "a"))
    assert len(told) == count
    assert all("let it replace b" in fault for fault in told)


# ---- comparable ----


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"direction": "up"}, {"direction": "down"}, "the better direction was up and is down"),
        ({}, {"affirmative": ["no"]}, "the answers that count as yes was yes and is no"),
        ({}, {"answers": ["yes", "no", "partly"]}, "the answers was no, yes and is no, partly, yes"),
        ({}, {"group": "trainee"}, "who is asked was staff and is trainee"),
        ({}, {"basis": "experience"}, "what kind of thing it tells (basis) was actual and is experience"),
    ],
)
def test_what_differs_in_kind_is_not_comparable(old: dict[str, Any], new: dict[str, Any], told: str) -> None:
    [fault] = faults(a_catalogue(replacing("new", "old", **new)), a_measure("old", **old))
    assert fault == f"new cannot be comparable with old: {told}. Say `comparable = false`."
    assert faults(a_catalogue(replacing("new", "old", comparable=False, **new)), a_measure("old", **old)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"question": "Put otherwise?"},
        {"answers": ["no", "yes", "not_sure"]},
        {"direction": "up"},
        {"sensitive": True},
        {"title": "Else"},
    ],
)
def test_what_differs_in_words_alone_is_comparable(change: dict[str, Any]) -> None:
    assert faults(a_catalogue(replacing("new", "old", **change)), a_measure("old")) == []


def test_another_base_is_not_comparable_and_the_same_series_of_bases_is() -> None:
    old = (a_measure("first"), a_measure("old", base="first"))
    followed = a_catalogue(replacing("second", "first"), replacing("new", "old", base="second"))
    assert faults(followed, *old) == []
    [fault] = faults(a_catalogue(replacing("second", "first"), replacing("new", "old")), *old)
    assert "the question it follows was second and is none" in fault


def test_the_second_edition_is_comparable_where_it_says_so() -> None:
    second = shipped_catalogue()
    earlier = [measure for measure in first_catalogue().measure if measure.id not in second.measures]
    assert faults_of_succession(second, earlier, [item.id for item in first_catalogue().support_item]) == []


# ---- unknown ids ----


def test_a_new_home_knows_no_earlier_edition_and_takes_the_second() -> None:
    assert faults_of_succession(shipped_catalogue(), [], []) == []


def test_a_misspelt_id_is_refused_where_the_store_knows_what_was_meant() -> None:
    [fault] = faults(a_catalogue(replacing("new", "odl")), a_measure("old"))
    assert "new replaces odl, which neither this catalogue nor the store knows. If you mean old" in fault


def test_an_unknown_id_is_no_fault_where_every_earlier_measure_has_its_end() -> None:
    now = a_catalogue(replacing("new", "odl"), retired=[{"id": "old", "why": "It was asked enough."}])
    assert faults(now, a_measure("old")) == []


@pytest.mark.parametrize(("written", "count"), [("return_plans", 1), ("return_plan", 0), ("guide", 0)])
def test_a_support_item_that_is_nearly_the_same_is_refused(written: str, count: int) -> None:
    item = {"id": "new_plan", "kind": "policy", "title": "Plan", "replaces": [written], "comparable": False}
    assert len(faults(a_catalogue(support_item=[item]), items=("return_plan",))) == count
