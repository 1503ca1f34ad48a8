"""Three waves of real answers, loaded through their mappings, against counts made without any of our code."""

import csv
import tomllib
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.factories import PROJECT, shared

WAVES = {2014: "2014-15", 2016: "2016-17", 2018: "2018-19"}

# Known answers, from the README beside the data: yes, maybe, no, blank.
SUPERVISOR = [(2014, 516, 350, 393, 0), (2016, 428, 382, 336, 287), (2018, 131, 117, 113, 56)]


@pytest.fixture(scope="module")
def stored(osmi_home: Settings) -> pl.DataFrame:
    with Store(osmi_home.store, read_only=True) as store:
        return store.holdings().contributions


def added_up(stored: pl.DataFrame, wave: int, measure: str) -> tuple[int, int]:
    """n and k over all programmes."""
    rows = stored.filter(pl.col("academic_year") == WAVES[wave], pl.col("measure_id") == measure)
    return rows["respondents"].sum(), rows["affirmative"].sum()


@pytest.mark.parametrize(("wave", "yes", "maybe", "no", "blank"), SUPERVISOR)
def test_the_supervisor_question_adds_up_to_the_known_answers(
    stored: pl.DataFrame, wave: int, yes: int, maybe: int, no: int, blank: int
) -> None:
    assert added_up(stored, wave, "comfortable_with_supervisor") == (yes + maybe + no, yes)
    assert len(rows_of(wave)) - (yes + maybe + no) == blank


def test_those_who_told_an_employer_add_up_to_the_known_answers(stored: pl.DataFrame) -> None:
    assert added_up(stored, 2018, "told_employer") == (116 + 245, 116)
    assert len(rows_of(2018)) - (116 + 245) == 56


@pytest.mark.parametrize("wave", WAVES)
def test_every_programme_and_measure_agrees_with_a_second_count(stored: pl.DataFrame, wave: int) -> None:
    of_wave = stored.filter(pl.col("academic_year") == WAVES[wave])
    found = {
        (programme, measure): (n, k)
        for programme, measure, n, k in of_wave.select(
            "programme_id", "measure_id", "respondents", "affirmative"
        ).rows()
    }
    assert len(found) == of_wave.height
    assert found == counted_again(wave)


def rows_of(wave: int) -> list[dict[str, str]]:
    with shared(f"data/osmi/osmi_{wave}.csv").open(encoding="utf-8-sig", newline="") as file:
        return [{tidy(heading): tidy(cell) for heading, cell in row.items()} for row in csv.DictReader(file)]


def tidy(text: str) -> str:
    return " ".join(text.split())


def counted_again(wave: int) -> dict[tuple[str, str], tuple[int, int]]:
    """n and k by programme and measure: a plain loop over the file, with the mapping and catalogue read as TOML."""
    mapping = toml(PROJECT / "data" / "mappings" / f"osmi_{wave}.toml")
    affirmative = {measure["id"]: measure["affirmative"] for measure in toml(catalogue())["measure"]}
    n: Counter[tuple[str, str]] = Counter()
    k: Counter[tuple[str, str]] = Counter()
    for row in rows_of(wave):
        coded = {}
        for column, heading in mapping["columns"].items():
            cell = row[tidy(heading)]
            coded[column] = mapping["recode"].get(column, {}).get(cell, cell)
        for measure in coded.keys() & affirmative.keys():
            n[coded["programme_id"], measure] += coded[measure] != ""
            k[coded["programme_id"], measure] += coded[measure] in affirmative[measure]
    return {key: (n[key], k[key]) for key in n}


def toml(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def catalogue() -> Path:
    return shared("data/osmi/catalogue.toml")
