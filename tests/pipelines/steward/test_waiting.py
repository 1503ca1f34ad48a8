"""What the Steward page is given to show. Anybody can open it."""

from datetime import timedelta
from pathlib import Path

from pipelines.release.publishing import publish
from pipelines.roles import ANYBODY_HERE
from pipelines.settings import Settings
from pipelines.steward.waiting import NO_CODE, NOT_NAMED, look
from pipelines.store.store import Store
from tests.factories import FIRST_EDITION, NOW, a_file, counts_csv, first_catalogue, loaded, programmes_csv

LIVED = "lived_experience"


def _send(store: Store, folder: Path, *programmes: str, at: int = 0) -> None:
    counts = counts_csv(*((programme, "2024-25", LIVED, 20, 8 + at) for programme in programmes))
    loaded(store, a_file(folder, counts), "counts", first_catalogue(), now=NOW + timedelta(minutes=at))


def test_a_file_set_aside_joins_no_programme_that_is_not_named_to_its_code(tmp_path: Path) -> None:
    """Whoever sent it, or knows who was late, would know the code."""
    settings = Settings(home=tmp_path / "home", catalogue=FIRST_EDITION)
    with Store(settings.store) as store:
        for named, ids in (("yes", "aa"), ("no", "bb")):
            registered = a_file(tmp_path, programmes_csv(ids, named=named))
            loaded(store, registered, "programmes", first_catalogue())
        _send(store, tmp_path, "aa", "bb")
        publish(store, first_catalogue(), settings.releases, now=NOW, published_by="tester")
        for at, programme in enumerate(("bb", "aa", "bb"), start=1):
            _send(store, tmp_path, programme, at=at)
        [code] = store.programmes().filter(~store.programmes()["named"])["code"]
    found = look(settings, ANYBODY_HERE).set_aside
    at = [(row["submitted_at"] - NOW).seconds // 60 for row in found.to_dicts()]
    assert list(zip(found["programme"], at, strict=True)) == [("Name of aa", 2), (NOT_NAMED, 3), (NOT_NAMED, 1)]
    assert code.startswith("programme-")
    assert not any(secret in str(found.to_dicts()) for secret in (code, "bb"))


def test_a_programme_that_is_to_be_named_is_called_by_its_code_until_a_release_names_it(tmp_path: Path) -> None:
    """Beside what waits, its name would say whose the code is in the releases before, and it may be unnamed again."""
    settings = Settings(home=tmp_path / "home", catalogue=FIRST_EDITION)
    called = []
    for named in ("no", "yes", "yes"):
        with Store(settings.store) as store:
            registered = a_file(tmp_path, programmes_csv("aa", named=named))
            loaded(store, registered, "programmes", first_catalogue(), replace=True)
            if not store.release_ids():
                _send(store, tmp_path, "aa")
        called += look(settings, ANYBODY_HERE).programmes.values()
        with Store(settings.store) as store:
            publish(store, first_catalogue(), settings.releases, now=NOW, published_by="tester")
            [code] = store.programmes()["code"]
    assert called == [NO_CODE, code, "Name of aa"]
