"""Small things to test with. Each factory supplies whatever does not matter to the test."""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.catalogue import Catalogue, load_catalogue
from pipelines.checking import Checked, check
from pipelines.contracts import Context, Dataset, contract
from pipelines.loading import load
from pipelines.mapping import load_mapping
from pipelines.reading import Sheet, read
from pipelines.store import Receipt, Store

PROJECT = Path(__file__).resolve().parents[1]
SHARED = PROJECT.parent / "shared"
NOW = datetime(2026, 11, 22, 12, 0)  # noqa: DTZ001  the store keeps UTC without a zone


def shared(path: str) -> Path:
    """A file or folder of the material kept beside the project; the test is skipped where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"needs {path} in a folder 'shared' beside the project")
    return found


def first_catalogue() -> Catalogue:
    return load_catalogue(PROJECT / "data" / "catalogue.toml")


def a_measure(measure_id: str = "asked", **given: Any) -> dict[str, Any]:
    return {
        "id": measure_id,
        "pillar": "staff_openness",
        "group": "staff",
        "title": "Title",
        "question": "Question?",
        "answers": ["yes", "no", "prefer_not_to_say"],
        "affirmative": ["yes"],
        "basis": "actual",
        "direction": "none",
        "source": "Source",
    } | given


def a_catalogue(*measures: dict[str, Any], **given: Any) -> Catalogue:
    """A catalogue of these measures (or one), with the usual tiers."""
    return Catalogue.model_validate(
        {
            "instrument": {"id": "test", "version": "1", "title": "Test", "status": "For tests."},
            "tiers": {
                "standard": {"minimum_respondents": 10, "minimum_each_side": 3},
                "sensitive": {"minimum_respondents": 15, "minimum_each_side": 4},
            },
            "measure": measures or (a_measure(),),
        }
        | given
    )


def a_file(folder: Path, text: str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def literal(text: str) -> str:
    """A CSV as a literal for its reader: indented, each row with its reason behind two blanks and a #."""
    return "".join(line.split("  #")[0].strip() + "\n" for line in text.strip().splitlines())


def a_sheet(folder: Path, text: str) -> Sheet:
    return read(a_file(folder, text))


def checked(folder: Path, dataset: str, text: str, catalogue: Catalogue, **context: Any) -> Checked:
    """Read and check a file."""
    told = Context(**{"latest_year": "2025-26"} | context)
    return check(a_sheet(folder, text), contract(Dataset(dataset), catalogue, told))


def programmes_csv(*ids: str, named: str = "yes") -> str:
    rows = [f"{programme},Name of {programme},psychology,Country,,{named}" for programme in ids]
    return "\n".join(["programme_id,programme_name,profession,country,region,named", *rows]) + "\n"


def counts_csv(*rows: tuple[str, str, str, int, int]) -> str:
    """Totals: programme, year, measure, n, k."""
    lines = [f"{programme},{year},{measure},{n},{k}" for programme, year, measure, n, k in rows]
    return "\n".join(["programme_id,academic_year,measure_id,respondents,affirmative", *lines]) + "\n"


def loaded(
    store: Store, path: Path, dataset: str, catalogue: Catalogue, mapping: Path | None = None, **given: Any
) -> Receipt:
    """Load a file; its receipt."""
    arguments = {"submitted_by": "tester", "now": NOW} | given
    read = load_mapping(mapping, dataset) if mapping else None
    receipt, _ = load(path, Dataset(dataset), catalogue, store, mapping=read, **arguments)
    return receipt


def contributions(*rows: tuple[str, str, str, str | None, int, int]) -> pl.DataFrame:
    """Contributions: programme, year, measure, subgroup, n, k."""
    schema = {
        "programme_id": pl.String,
        "academic_year": pl.String,
        "measure_id": pl.String,
        "subgroup": pl.String,
        "respondents": pl.Int64,
        "affirmative": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def released(home: Path, relation: str) -> pl.DataFrame:
    """A relation of the current release of a home."""
    releases = home / "releases"
    current = (releases / "current").read_text(encoding="utf-8")
    with duckdb.connect(releases / current / "release.duckdb", read_only=True) as connection:
        return connection.execute(f"FROM {relation}").pl()
