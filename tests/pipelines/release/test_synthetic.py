"""Invented responses have the counts of the release they were made from, and are taken in as they are."""

from pathlib import Path

import polars as pl
import pytest

from pipelines.checking.counting import count
from pipelines.instrument.dataset import Dataset
from pipelines.release import file as release
from pipelines.release.synthetic import INVENTED, Invented, invent
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.factories import loaded, shipped_catalogue

KEY = ["programme_id", "measure_id"]


@pytest.fixture(scope="module")
def path(demo_home: Settings) -> Path:
    return demo_home.releases / (demo_home.releases / "current").read_text(encoding="utf-8") / "release.duckdb"


@pytest.fixture(scope="module")
def invented(path: Path) -> Invented:
    return invent(path)


def test_their_counts_are_those_of_the_release(path: Path, invented: Invented) -> None:
    catalogue = shipped_catalogue()
    counts = pl.concat(
        count(
            invented.files[f"{group}_responses.csv"].with_columns(
                pl.lit(None, pl.String).alias(name) for name in ("role", "training_year")
            ),
            Dataset(f"{group}_responses"),
            catalogue,
        )
        for group in ("staff", "trainee")
    )
    summed = counts.group_by(KEY).agg(pl.col("respondents", "affirmative").sum())
    whole = release.read(path, ["result"])["result"].filter(pl.col("subgroup").is_null())
    withheld = whole.filter(pl.col("status") == "suppressed")  # of these years anything may be invented
    result = whole.filter(pl.col("status") == "published").join(withheld, on=KEY, how="anti")
    expected = result.group_by(KEY).agg(pl.col("respondents", "affirmative").sum())
    impossible = {tuple(words.split(",")[0].split(" of ")) for words in invented.left_out}
    compared = summed.join(expected, on=KEY, suffix="_published")
    assert compared.height > 400
    for measure, programme, *numbers in compared.select("measure_id", "programme_id", pl.exclude(KEY)).iter_rows():
        if (measure, programme) not in impossible:
            assert numbers[:2] == numbers[2:], (measure, programme)


def test_they_are_taken_in_as_they_are_and_nobody_takes_them_for_real(
    invented: Invented, store: Store, tmp_path: Path
) -> None:
    assert invented.files["programmes.csv"]["programme_name"].str.ends_with(INVENTED).all()
    for name in ("programmes", "staff_responses", "trainee_responses"):
        file = tmp_path / f"{name}.csv"
        file.write_bytes(invented.files[file.name].write_csv().encode())
        loaded(store, file, name, shipped_catalogue())


def test_another_draw_gives_other_people_and_the_same_counts(path: Path, invented: Invented) -> None:
    other = invent(path, seed=1)
    first, second = (found.files["staff_responses.csv"] for found in (invented, other))
    assert not first.equals(second)
    assert first.shape == second.shape
    assert other.left_out == invented.left_out
