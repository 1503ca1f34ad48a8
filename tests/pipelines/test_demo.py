"""The demonstration: invented, made anew by its script to the byte, and as large as it says."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tests.factories import PROJECT

DEMO = PROJECT / "data" / "demo"
COHORTS = pl.read_csv(DEMO / "cohorts.csv")
PROGRAMMES = pl.read_csv(DEMO / "programmes.csv")


@pytest.mark.slow
def test_the_files_are_those_that_the_script_makes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, DEMO / "invent.py", tmp_path], check=True)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.csv"))
    assert len(made) == 10
    assert [path for path in made if (DEMO / path).read_bytes() != (tmp_path / path).read_bytes()] == []


def test_it_is_as_large_as_it_says() -> None:
    assert PROGRAMMES.height == 24
    assert COHORTS["academic_year"].n_unique() == 7
    assert PROGRAMMES["country"].n_unique() == 2
    assert PROGRAMMES["region"].n_unique() == 5
    assert PROGRAMMES.filter(pl.col("named") == "no").height == 6


def test_two_years_were_asked_with_the_first_edition() -> None:
    for folder, years in ((DEMO / "first_edition", 2), (DEMO, 5)):
        for dataset in ("staff_responses", "trainee_responses", "support", "counts"):
            assert pl.read_csv(folder / f"{dataset}.csv")["academic_year"].n_unique() == years


def test_every_programme_is_said_to_be_invented() -> None:
    assert PROGRAMMES["programme_name"].str.ends_with("(invented)").all()
