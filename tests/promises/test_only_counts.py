"""Only counts need leave a programme: counted on its own computer, they are what its answers would have come to."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines.cli import main
from pipelines.documents.counts_file import WHO_MAY_SEE_IT
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.store.store import Store
from tests.factories import FIRST_EDITION, PROJECT, a_file, loaded, programmes_csv

DEMO = PROJECT / "data" / "demo"
CATALOGUE = load_catalogue(FIRST_EDITION)
KEYS = ["programme_id", "academic_year", "measure_id", "subgroup", "respondents", "affirmative"]
Command = Callable[..., int]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command where nothing is; its exit code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENNESS_HOME", str(tmp_path / "no home"))

    def run(*arguments: object) -> int:
        with pytest.raises(SystemExit) as left:
            main([*map(str, arguments), "--catalogue", str(FIRST_EDITION)])
        return int(left.value.code or 0)

    return run


def held(folder: Path, path: Path, dataset: str) -> pl.DataFrame:
    """The counts that a store has of a file."""
    ids = pl.read_csv(path)["programme_id"].unique().sort()
    with Store(folder / f"{dataset}.duckdb") as store:
        loaded(store, a_file(folder, programmes_csv(*ids), "programmes.csv"), "programmes", CATALOGUE)
        loaded(store, path, dataset, CATALOGUE)
        return store.holdings().contributions.select(KEYS).sort(KEYS)


@pytest.mark.parametrize("dataset", ["trainee_responses", "staff_responses"])
def test_counts_made_at_home_are_those_of_the_answers(dataset: str, command: Command, tmp_path: Path) -> None:
    answers = DEMO / "first_edition" / f"{dataset}.csv"
    assert command("count", answers, "--dataset", dataset, "-o", "counts.csv") == 0
    assert not (tmp_path / "no home").exists()
    of_answers = held(tmp_path, answers, dataset)
    assert of_answers.height > 100
    assert of_answers["respondents"].min() < 10
    assert held(tmp_path, tmp_path / "counts.csv", "counts").equals(of_answers)


def test_whoever_counts_is_told_who_may_see_the_counts(
    command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command("count", DEMO / "first_edition" / "staff_responses.csv", "--dataset", "staff_responses")
    told = capsys.readouterr().out
    assert WHO_MAY_SEE_IT in told
    assert "counts.csv" in told
    assert (tmp_path / "counts.csv").exists()


def test_a_file_with_errors_is_not_counted(
    command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measure = CATALOGUE.asked_of("trainee")[0].id
    file = a_file(tmp_path, f"programme_id,academic_year,{measure}\nalder,2024-25,perhaps\n")
    assert command("count", file, "--dataset", "trainee_responses", "-o", "counts.csv") == 1
    assert "perhaps" in capsys.readouterr().out
    assert not (tmp_path / "counts.csv").exists()


@pytest.mark.parametrize(("dataset", "output", "code"), [("support", "c.csv", 2), ("staff_responses", "c.txt", 2)])
def test_only_answers_are_counted_and_only_into_csv(dataset: str, output: str, code: int, command: Command) -> None:
    assert command("count", DEMO / "programmes.csv", "--dataset", dataset, "-o", output) == code


def test_answers_are_not_written_over_with_their_counts(command: Command, tmp_path: Path) -> None:
    file = a_file(tmp_path, "programme_id,academic_year\n")
    assert command("count", file, "--dataset", "staff_responses", "-o", file) == 3
    assert file.read_text() == "programme_id,academic_year\n"
