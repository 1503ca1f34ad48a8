"""A programme under another id is the same programme: its people are counted once, and its code stays."""

from pathlib import Path

import pytest

from pipelines.errors import Refused
from pipelines.intake.loading import Rejected
from pipelines.progress import quiet
from pipelines.release.overrides import Override
from pipelines.release.publishing import publish
from pipelines.settings import Settings
from pipelines.steward.next_release import attack_everything
from pipelines.steward.waiting import given_away
from pipelines.store.records import Receipt
from pipelines.store.store import Store
from tests.factories import NOW, a_catalogue, a_file, counts_csv, loaded, programmes_csv, released

pytestmark = pytest.mark.slow

INSTRUMENT = a_catalogue()
HEADINGS = "programme_id,programme_name,profession,country,region,named,formerly\n"


def register(store: Store, folder: Path, *rows: str) -> None:
    text = HEADINGS + "".join(f"{row}\n" for row in rows)
    loaded(store, a_file(folder, text, "programmes.csv"), "programmes", INSTRUMENT, replace=True)


def count(store: Store, folder: Path, programme: str, year: str, n: int, k: int, **given: bool) -> Receipt:
    return loaded(store, a_file(folder, counts_csv((programme, year, "asked", n, k))), "counts", INSTRUMENT, **given)


@pytest.fixture(autouse=True)
def _published_as_old(store: Store, tmp_path: Path) -> None:
    loaded(store, a_file(tmp_path, programmes_csv("old", "beside")), "programmes", INSTRUMENT)
    count(store, tmp_path, "old", "2023-24", 20, 8)
    publish(store, INSTRUMENT, tmp_path / "releases", now=NOW, published_by="tester")
    register(store, tmp_path, "new,Name,psychology,Country,,yes,old")


def results(store: Store, folder: Path) -> list[tuple[object, ...]]:
    publish(store, INSTRUMENT, folder / "releases", now=NOW, published_by="tester")
    rows = released(folder, "result")
    return sorted(rows.select("programme_id", "last_year", "status", "respondents").rows(), key=str)


def test_what_was_published_stands_under_the_new_id(store: Store, tmp_path: Path) -> None:
    assert results(store, tmp_path) == [("new", "2023-24", "published", 20)]


def test_later_years_join_under_the_new_id(store: Store, tmp_path: Path) -> None:
    count(store, tmp_path, "new", "2024-25", 20, 9)
    assert [row[:2] for row in results(store, tmp_path)] == [("new", "2023-24"), ("new", "2024-25")]


def test_the_same_year_again_under_the_new_id_is_set_aside_and_never_added(store: Store, tmp_path: Path) -> None:
    assert count(store, tmp_path, "new", "2023-24", 20, 9).set_aside == ["new in 2023-24"]
    assert results(store, tmp_path) == [("new", "2023-24", "published", 20)]


def test_the_old_id_is_no_longer_registered(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Rejected):
        count(store, tmp_path, "old", "2024-25", 20, 8)


def test_the_code_stays_through_every_new_name(store: Store, tmp_path: Path) -> None:
    before = dict(store.programmes().select("known_as", "code").iter_rows())
    register(store, tmp_path, "newest,Name,psychology,Country,,yes,new")
    after = dict(store.programmes().select("known_as", "code").iter_rows())
    assert after["newest"] == before["new"]
    assert after["beside"] == before["beside"]


def test_a_programme_cannot_have_been_one_that_nobody_knows(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="formerly nobody: no such programme"):
        register(store, tmp_path, "another,Name,psychology,Country,,yes,nobody")


def test_a_programme_cannot_come_under_both_ids_at_once(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="comes twice"):
        register(store, tmp_path, "new,Name,psychology,Country,,yes,", "newer,Name,psychology,Country,,yes,new")


def test_a_former_id_is_not_given_to_another_programme(store: Store, tmp_path: Path) -> None:
    before = store.programmes().rows()
    with pytest.raises(Refused, match="the id old belongs to a programme that is registered as new"):
        register(store, tmp_path, "old,Another,psychology,Country,,yes,")
    assert store.programmes().rows() == before


def test_nor_after_that_programme_was_taken_back(store: Store, tmp_path: Path) -> None:
    store.withdraw(None, "new", by="steward", at=NOW, reason="They asked.")
    with pytest.raises(Refused, match="the id old belongs"):
        register(store, tmp_path, "old,Another,psychology,Country,,yes,")


def test_no_programme_is_renamed_to_what_another_is_called(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="the id beside belongs to a programme that is registered as beside"):
        register(store, tmp_path, "beside,Name,psychology,Country,,yes,new")


def test_a_programme_can_have_its_former_id_back_and_be_registered_anew(store: Store, tmp_path: Path) -> None:
    register(store, tmp_path, "old,Name,psychology,Country,,yes,new")
    register(store, tmp_path, "old,Newer name,psychology,Country,,yes,", "third,Name,psychology,Country,,yes,")
    assert sorted(store.programmes()["known_as"]) == ["beside", "old", "third"]
    with pytest.raises(Refused, match="the id new belongs to a programme that is registered as old"):
        register(store, tmp_path, "new,Another,psychology,Country,,yes,")


def test_withdrawn_under_the_new_id_it_is_gone_whole(store: Store, tmp_path: Path) -> None:
    store.withdraw(None, "new", by="steward", at=NOW, reason="They asked.")
    assert results(store, tmp_path) == []


def test_an_id_that_differs_from_a_registered_one_in_capitals_only_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="the id Beside differs from the registered beside in capitals only"):
        register(store, tmp_path, "Beside,Other,psychology,Country,,yes,")
    register(store, tmp_path, "beside,The same again,psychology,Country,,yes,")


# ---- the steward is told the id that a programme has now ----


def test_what_is_taken_back_is_told_under_the_id_that_its_programme_has_now(store: Store) -> None:
    def withdrawn() -> set[str]:
        return set(store.withdraw(None, "new", by="steward", at=NOW, reason="They asked.")["programme_id"])

    assert withdrawn() == {"new"}
    with pytest.raises(Refused, match="Nothing stands under new"):
        withdrawn()


def test_so_is_an_override_that_is_refused(store: Store, tmp_path: Path) -> None:
    count(store, tmp_path, "new", "2023-24", 20, 9)
    with pytest.raises(Refused, match="asked of new in 2023-24 cannot be let through"):
        given_away(store, INSTRUMENT, [Override("new", "asked", "2023-24", "Counted twice")])


def test_so_is_what_an_override_gives_away_and_what_the_audit_says_of_it(store: Store, tmp_path: Path) -> None:
    home = Settings(home=tmp_path, catalogue=tmp_path / "catalogue.toml")
    count(store, tmp_path, "new", "2024-25", 8, 2)
    results(store, tmp_path)
    count(store, tmp_path, "new", "2024-25", 7, 2)
    override = Override("new", "asked", "2024-25", "Counted twice")
    assert set(given_away(store, INSTRUMENT, [override])["programme_id"]) == {"new"}
    publish(store, INSTRUMENT, home.releases, now=NOW, published_by="tester", overrides=(override,))
    found, _ = attack_everything(store, home, quiet)
    assert found.passed
    assert set(found.known["programme_id"]) == {"new"}
