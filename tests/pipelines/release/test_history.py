"""Store and releases tell one history, and what may not stay is offered no longer."""

import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import Refused
from pipelines.release.between_the_lines import require_nothing_told_besides
from pipelines.release.history import require_one_history, take_off
from pipelines.release.overrides import Override
from pipelines.release.publishing import publish as publish_only
from pipelines.release.schema import RELATIONS
from pipelines.store.store import Store
from tests.factories import (
    NOW,
    a_file,
    close_and_publish,
    counts_csv,
    loaded,
    programmes_csv,
    released,
)
from tests.reference.worlds import INSTRUMENT, YEAR, YEARS

SUPPORT = f"programme_id,academic_year,item_id,status,since\nbb,{YEAR},policy,not_in_place,\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def publish(store: Store, home: Path) -> Callable[[], str]:
    return lambda: close_and_publish(store, INSTRUMENT, home / "releases").release_id


@pytest.fixture
def load(store: Store, tmp_path: Path) -> Callable[..., str]:
    """Take a file in, in the place of what was sent before; the id of the submission."""
    return lambda dataset, text: loaded(store, a_file(tmp_path, text), dataset, INSTRUMENT, replace=True).submission_id


@pytest.fixture(autouse=True)
def _loaded(load: Callable[..., str]) -> None:
    load("programmes", programmes_csv("aa", "bb"))
    load("counts", counts_csv(("aa", YEAR, "asked", 30, 12)))


def offered(home: Path) -> set[str]:
    return {path.name for path in (home / "releases").iterdir() if path.is_dir() and not path.name.startswith(".")}


# ---- what an earlier release showed ----


def test_when_a_crowd_becomes_smaller_the_release_before_stays_until_it_is_taken_off(
    store: Store, home: Path, publish: Callable[[], str], load: Callable[..., str]
) -> None:
    """Three share their profession. Then one of them is named, and the two others show none."""
    load("programmes", programmes_csv("cc", "dd", "ee", named="no"))
    load("counts", counts_csv(*((who, YEAR, "asked", 30, 12) for who in ("cc", "dd", "ee"))))

    def professions() -> list[str | None]:
        return released(home, "programme").filter(~pl.col("named"))["profession"].to_list()

    before = publish()
    assert professions() == ["psychology"] * 3
    load("programmes", programmes_csv("ee"))
    after = publish()
    assert professions() == [None] * 2
    assert offered(home) == {before, after}
    require_nothing_told_besides(store, home / "releases")
    take_off(store, home / "releases", before, by="tester", at=NOW, reason="A smaller crowd")
    assert offered(home) == {after}


# ---- one history ----


def lost(release: Path) -> None:
    shutil.rmtree(release)


def altered(release: Path) -> None:
    file = release / "release.duckdb"
    file.chmod(0o600)
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


@pytest.mark.parametrize(("damage", "said"), [(lost, "is missing"), (altered, "is not as it was published")])
@pytest.mark.parametrize("which", [0, 1])
def test_nothing_is_published_after_a_release_that_is_lost_or_altered_before_a_steward_takes_it_off(
    store: Store, home: Path, publish: Callable[[], str], which: int, damage: Callable[[Path], None], said: str
) -> None:
    releases = [publish(), publish()]
    damage(home / "releases" / releases[which])
    with pytest.raises(Refused, match=f"{releases[which]} .*{said}.*openness restore.*withdraw --release"):
        publish()
    assert store.release_ids() == releases
    take_off(store, home / "releases", releases[which], by="tester", at=NOW, reason="Lost")
    left = releases[1 - which]
    assert offered(home) == {left}
    assert (home / "releases" / "current").read_text(encoding="utf-8") == left
    third = publish()
    assert offered(home) == {left, third}


def test_a_store_that_is_older_than_its_releases_publishes_nothing(
    store: Store, home: Path, tmp_path: Path, publish: Callable[[], str], load: Callable[..., str]
) -> None:
    """It was put back from a copy, made before the second release. The disk says so: also when that is no longer
    offered, or is only named as the current one. `current` is not turned back."""
    publish()
    with Store(_copy(store, tmp_path / "old.duckdb")) as old:
        load("counts", counts_csv(("aa", YEARS[2], "asked", 30, 12)))
        second = publish()
        for hide in (None, _withdraw, shutil.rmtree):
            if hide:
                hide(home / "releases" / second if hide is _withdraw else home / "releases" / f".withdrawn-{second}")
            for attempt in (
                lambda: close_and_publish(old, INSTRUMENT, home / "releases"),
                lambda: take_off(old, home / "releases", old.release_ids()[0], by="x", at=NOW, reason="x"),
                lambda: require_one_history(old, home / "releases"),
            ):
                with pytest.raises(Refused, match=f"{second}, which the store does not know.*openness restore"):
                    attempt()
            assert (home / "releases" / "current").read_text(encoding="utf-8") == second
        assert len(old.release_ids()) == 1


def _copy(store: Store, path: Path) -> Path:
    store.copy_to(path)
    return path


def _withdraw(release: Path) -> None:
    release.rename(release.with_name(f".withdrawn-{release.name}"))


def test_a_release_that_is_still_to_be_named_belongs_to_the_history(
    store: Store, home: Path, publish: Callable[[], str]
) -> None:
    first = publish()
    (home / "releases" / first).rename(home / "releases" / f".building-{first}")
    require_one_history(store, home / "releases")
    altered(home / "releases" / f".building-{first}")
    with pytest.raises(Refused, match="not as it was published"):
        require_one_history(store, home / "releases")


def test_only_a_release_that_is_offered_can_be_taken_off(store: Store, home: Path, publish: Callable[[], str]) -> None:
    first = publish()
    with pytest.raises(Refused, match="There is no release 2020-01-01-1"):
        take_off(store, home / "releases", "2020-01-01-1", by="tester", at=NOW, reason="None")
    take_off(store, home / "releases", first, by="tester", at=NOW, reason="Wrong")
    assert not (home / "releases" / "current").exists(), "there is no other one to be read"
    with pytest.raises(Refused, match="taken down already"):
        take_off(store, home / "releases", first, by="tester", at=NOW, reason="Wrong")
    row = store.releases().row(0, named=True)
    assert [row[f"taken_down_{what}"] for what in ("by", "at", "reason")] == ["tester", NOW, "Wrong"]


# ---- what was withdrawn ----


@pytest.mark.parametrize(
    ("dataset", "text"),
    [
        ("counts", counts_csv(("bb", YEAR, "asked", 5, 1))),
        ("cohorts", f"programme_id,academic_year,respondent_group,invited\nbb,{YEAR},staff,30\n"),
        ("support", SUPPORT),
    ],
)
def test_with_a_submission_goes_every_release_that_says_anything_of_it(
    store: Store, home: Path, publish: Callable[[], str], load: Callable[..., str], dataset: str, text: str
) -> None:
    """Also where none of it was published. What was said before it came, and after it was taken back, stays."""
    before = publish()
    submission = load(dataset, text)
    with_it = [publish(), publish()]
    assert offered(home) == {before, *with_it}
    store.withdraw(submission, None, by="tester", at=NOW, reason="It asked to")
    after = [publish(), publish()]
    assert offered(home) == {before, *after}
    assert set(store.releases().drop_nulls("taken_down_at")["release_id"]) == set(with_it)


def test_a_file_of_an_open_year_is_said_by_no_release(
    store: Store, home: Path, tmp_path: Path, publish: Callable[[], str]
) -> None:
    publish()
    file = a_file(tmp_path, counts_csv(("bb", YEARS[2], "asked", 30, 12)))
    submission = loaded(store, file, "counts", INSTRUMENT, close=False).submission_id
    done = publish_only(store, INSTRUMENT, home / "releases", now=NOW, published_by="tester").release_id
    store.withdraw(submission, None, by="tester", at=NOW, reason="It asked to")
    publish()
    assert done in offered(home)


def test_a_programme_that_is_withdrawn_is_in_no_release_that_is_offered(
    store: Store, home: Path, publish: Callable[[], str], load: Callable[..., str]
) -> None:
    """It had sent nothing, but its name was there."""
    first = publish()
    store.withdraw(None, "bb", by="tester", at=NOW, reason="It asked to")
    second = publish()
    assert offered(home) == {second} != {first}
    assert released(home, "programme")["programme_id"].to_list() == ["aa"]


def test_with_a_file_goes_what_it_had_replaced(
    store: Store, home: Path, publish: Callable[[], str], load: Callable[..., str]
) -> None:
    load("support", SUPPORT)
    first = publish()
    later = load("support", SUPPORT.replace("not_in_place", "planned"))
    second = publish()
    store.withdraw(later, None, by="tester", at=NOW, reason="It asked to")
    assert offered(home) == {first, second}
    third = publish()
    assert offered(home) == {third}


# ---- named, and not named ----


def unname(load: Callable[..., str], *, named: str = "no") -> None:
    load("programmes", programmes_csv("aa", named=named))


def said_of(home: Path, public_id: str) -> dict[str, pl.DataFrame]:
    relations = [name for name, relation in RELATIONS.items() if "programme_id" in relation.columns]
    return {name: released(home, name).filter(pl.col("programme_id") == public_id) for name in relations}


def code_of(home: Path) -> str:
    [code] = released(home, "programme").filter(~pl.col("named"))["programme_id"]
    return str(code)


def test_a_programme_that_is_no_longer_named_begins_anew_under_a_code(
    store: Store, home: Path, publish: Callable[[], str], load: Callable[..., str]
) -> None:
    """Results, what waits, statuses, the years and support that stood under the name do not stand under the code."""
    load("counts", counts_csv(("aa", YEAR, "modelled", 12, 2), ("aa", YEARS[2], "asked", 30, 2)))
    load("support", SUPPORT.replace("bb", "aa"))
    with_name = publish()
    assert not said_of(home, "aa")["result"].is_empty()
    unname(load)
    without = publish()
    assert offered(home) == {without}, f"{with_name} shows the name"
    code = code_of(home)
    assert [name for name, rows in said_of(home, code).items() if rows.height] == ["programme"]
    load("counts", counts_csv(("aa", YEARS[1], "asked", 9, 5), ("aa", YEARS[0], "asked", 30, 12)))
    load("support", SUPPORT.replace("bb", "aa").replace(YEAR, YEARS[1]))
    third = publish()
    assert offered(home) == {without, third}
    said = said_of(home, code_of(home))
    assert code_of(home) == code
    numbers = said["result"].filter(pl.col("measure_id") == "asked").select("last_year", "respondents", "affirmative")
    assert sorted(numbers.rows()) == [(YEARS[0], 30, 12), (YEARS[1], None, None)], "the 30 of before do not help"
    assert said["support"]["academic_year"].to_list() == [YEARS[1]]


def test_a_year_that_comes_late_in_the_place_of_support_seen_before_stays_unsaid(
    store: Store, home: Path, publish: Callable[[], str], load: Callable[..., str]
) -> None:
    load("support", SUPPORT.replace("bb", "aa"))
    publish()
    unname(load)
    load("support", SUPPORT.replace("bb", "aa").replace("not_in_place", "planned"))
    for _ in range(2):
        publish()
        assert released(home, "support").is_empty()


def test_what_came_before_and_was_not_seen_appears_under_the_code(
    store: Store, home: Path, publish: Callable[[], str], load: Callable[..., str]
) -> None:
    publish()
    load("counts", counts_csv(("aa", YEARS[2], "asked", 30, 11)))
    unname(load)
    publish()
    result = said_of(home, code_of(home))["result"].filter(pl.col("status") == "published")
    assert result.select("last_year", "affirmative").rows() == [(YEARS[2], 11)]


def test_a_programme_that_is_named_keeps_its_history_and_gets_another_code_when_it_is_not_named_again(
    store: Store, home: Path, publish: Callable[[], str], load: Callable[..., str]
) -> None:
    unname(load)
    first, code = publish(), code_of(home)
    assert said_of(home, code)["result"].filter(pl.col("status") == "published").height == 1
    unname(load, named="yes")
    second = publish()
    assert said_of(home, "aa")["result"].filter(pl.col("status") == "published").height == 1
    assert said_of(home, code)["programme"].is_empty()
    unname(load)
    third = publish()
    assert code_of(home) != code
    assert said_of(home, code_of(home))["result"].is_empty()
    assert offered(home) == {third}, f"{first} shows the code that {second} joins to the name"


def test_the_audit_sees_a_release_with_the_code_of_before_a_programme_was_named(
    store: Store, home: Path, publish: Callable[[], str], load: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    unname(load)
    first = publish()
    unname(load, named="yes")
    second = publish()
    require_nothing_told_besides(store, home / "releases")
    monkeypatch.setattr("pipelines.store.store.take_down_what_may_not_stay", lambda *_: None)
    unname(load)
    publish()
    take_off(store, home / "releases", second, by="tester", at=NOW, reason="It shows the name")
    with pytest.raises(Refused, match=f"{first} shows .*, a code from before its programme was named"):
        require_nothing_told_besides(store, home / "releases")


def test_the_registration_of_programmes_that_sent_something_cannot_be_taken_back(
    store: Store, home: Path, publish: Callable[[], str], load: Callable[..., str]
) -> None:
    """Nobody could tell any more whose the rest is, and nothing could be published again."""
    registered = load("programmes", programmes_csv("aa", "bb"))
    publish()
    with pytest.raises(Refused, match=r"This file registers aa, and more has come in of them.*--replace"):
        store.withdraw(registered, None, by="tester", at=NOW, reason="Wrong")
    store.withdraw(None, "aa", by="tester", at=NOW, reason="It asked to")
    publish()
    require_one_history(store, home / "releases")


def test_no_programme_gets_the_code_of_another_as_its_id(
    home: Path, load: Callable[..., str], publish: Callable[[], str]
) -> None:
    unname(load)
    publish()
    code = code_of(home)
    for taken in (code, code.upper()):
        with pytest.raises(Refused, match=f"{taken} is the code under which"):
            load("programmes", programmes_csv(taken))
    load("programmes", programmes_csv("programme-286f12"))


def test_an_override_is_not_told_of_a_code_if_it_was_told_of_the_name(
    store: Store, home: Path, publish: Callable[[], str], load: Callable[..., str]
) -> None:
    """Its words would join the two. Nor can what was seen under the name be overridden any more."""
    load("counts", counts_csv(("aa", YEAR, "modelled", 8, 2)))
    publish()
    load("counts", counts_csv(("aa", YEAR, "modelled", 9, 2)))
    override = Override("aa", "modelled", YEAR, "One came late.")
    close_and_publish(store, INSTRUMENT, home / "releases", override)
    assert released(home, "release")["overrides"].to_list() == [[f"aa, modelled, {YEAR}: One came late."]]
    unname(load)
    for attempt in (publish, publish):
        attempt()
        assert released(home, "release")["overrides"].to_list() == [[]]
    with pytest.raises(Refused, match="was seen while the programme was named"):
        close_and_publish(store, INSTRUMENT, home / "releases", override)


@pytest.mark.parametrize("whole", [True, False], ids=["the programme", "the file"])
def test_an_override_of_what_was_taken_back_is_told_no_more(
    store: Store, home: Path, publish: Callable[[], str], load: Callable[..., str], whole: bool
) -> None:
    load("counts", counts_csv(("bb", YEAR, "asked", 30, 12), ("aa", YEAR, "modelled", 8, 2)))
    publish()
    later = load("counts", counts_csv(("aa", YEAR, "modelled", 9, 2)))
    close_and_publish(store, INSTRUMENT, home / "releases", Override("aa", "modelled", YEAR, "One came late."))
    store.withdraw(*((None, "aa") if whole else (later, None)), by="tester", at=NOW, reason="It asked to")
    publish()
    assert released(home, "release")["overrides"].to_list() == [[]]
