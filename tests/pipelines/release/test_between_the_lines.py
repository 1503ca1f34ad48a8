"""A release tells nothing beside its numbers: not by its order, its numbering, or the programmes it names."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import Refused
from pipelines.release import file as release
from pipelines.release.between_the_lines import require_nothing_told_besides, thin_crowds, told_besides
from pipelines.release.history import settle
from pipelines.store.store import Store
from tests.factories import NOW, a_file, close_and_publish, counts_csv, loaded, programmes_csv
from tests.reference.worlds import INSTRUMENT, YEAR, YEARS

HIDDEN = pl.col("programme_id").str.starts_with("programme-")
SUPPORT = f"programme_id,academic_year,item_id,status,since\nbb,{YEAR},policy,in_place,2020-01-01\n"


@pytest.fixture
def releases(store: Store, tmp_path: Path) -> Path:
    """Of a named programme and one that is not, with results of two years."""
    folder = tmp_path / "home" / "releases"
    for dataset, text in (
        ("programmes", programmes_csv("aa") + programmes_csv("bb", named="no").splitlines()[1] + "\n"),
        ("counts", counts_csv(*((who, year, "asked", 30, 12) for who in ("aa", "bb") for year in YEARS[:2]))),
        ("support", SUPPORT),
    ):
        loaded(store, a_file(tmp_path, text), dataset, INSTRUMENT)
    close_and_publish(store, INSTRUMENT, folder)
    return folder


def relations_of(store: Store, releases: Path) -> dict[str, pl.DataFrame]:
    return release.read(release.place_of(releases, store.release_ids()[-1]))


def test_a_release_as_it_is_published_tells_nothing_else(store: Store, releases: Path) -> None:
    relations = relations_of(store, releases)
    assert relations["result"]["result_id"].drop_nulls().to_list() == [1, 2, 3, 4]
    assert list(told_besides(relations)) == []
    require_nothing_told_besides(store, releases)


@pytest.mark.parametrize(
    ("relation", "change", "told"),
    [
        ("result", (5 - pl.col("result_id")).alias("result_id"), "not numbered in the order of what it says"),
        ("result", pl.col("result_id").clip(2).alias("result_id"), "not numbered in the order of what it says"),
        ("result", pl.when(HIDDEN).then(40).alias("invited"), "says invited of a programme that is not named"),
        ("support", pl.lit(date(2020, 1, 1)).alias("since"), "says since of a programme that is not named"),
    ],
)
def test_what_it_could_tell_besides_is_found(
    store: Store, releases: Path, relation: str, change: pl.Expr, told: str
) -> None:
    relations = relations_of(store, releases)
    [clause] = told_besides(relations | {relation: relations[relation].with_columns(change)})
    assert told in clause


def test_a_release_that_names_what_the_latest_one_does_not_name_is_found(
    store: Store, releases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = store.release_ids()[0]
    store.withdraw(None, "aa", by="tester", at=NOW, reason="It asked to")
    require_nothing_told_besides(store, releases)  # the next release will be without it
    monkeypatch.setattr("pipelines.store.store.take_down_what_may_not_stay", lambda *_: None)
    close_and_publish(store, INSTRUMENT, releases)
    with pytest.raises(Refused, match=f"{first} still names aa.*withdraw --release {first}"):
        require_nothing_told_besides(store, releases)
    store.take_down_release(first, by="tester", at=NOW, reason="It names aa")
    settle(store, releases)
    require_nothing_told_besides(store, releases)


def test_a_programme_with_another_id_is_the_same(store: Store, releases: Path, tmp_path: Path) -> None:
    text = programmes_csv("new").splitlines()
    again = f"{text[0]},formerly\n{text[1]},aa\n"
    loaded(store, a_file(tmp_path, again), "programmes", INSTRUMENT, replace=True)
    close_and_publish(store, INSTRUMENT, releases)
    require_nothing_told_besides(store, releases)


@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize(("named", "thin"), [(0, 0), (1, 0), (2, 1), (3, 1), (4, 0)])
def test_a_release_whose_crowd_is_thin_by_now_is_told_to_the_steward(
    store: Store, tmp_path: Path, named: int, thin: int, *, alike: bool
) -> None:
    """Of four that share a place, or that show none, some are named later. Where none is left, nobody is hidden any
    more."""
    folder, everybody = tmp_path / "home" / "releases", ("aa", "bb", "cc", "dd")

    def published(unnamed: int) -> list[str]:
        heading = programmes_csv().strip()
        lines = [programmes_csv(who, named="yes" if at >= unnamed else "no").splitlines()[1] for at, who in shown]
        apart = [line.replace("psychology", who) for line, who in zip(lines, everybody, strict=True)]
        text = "\n".join([heading, *(lines if alike else apart), ""])
        loaded(store, a_file(tmp_path, text), "programmes", INSTRUMENT, replace=True)
        if not store.release_ids():
            loaded(store, a_file(tmp_path, counts_csv(("aa", YEAR, "asked", 30, 12))), "counts", INSTRUMENT)
        return close_and_publish(store, INSTRUMENT, folder).to_know

    shown = [*enumerate(everybody)]
    assert published(len(everybody)) == []
    told = published(len(everybody) - named)
    assert told == thin_crowds(store, folder)
    assert [store.release_ids()[0] in sentence for sentence in told] == [True] * thin
