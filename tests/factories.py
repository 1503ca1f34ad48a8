"""Small things to test with. Each factory supplies whatever does not matter to the test."""

import io
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import xlsxwriter

from pipelines.checking.checker import Checked, check
from pipelines.disclosure.waiting_lists import YEAR_KEYS, Ledger, advance
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.contract import Context
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.intake.loading import load
from pipelines.intake.mapping_file import load_mapping
from pipelines.reading.reader import Sheet, read
from pipelines.store.records import Receipt
from pipelines.store.store import Store

PROJECT = Path(__file__).resolve().parents[1]
SHARED = PROJECT.parent / "shared"
FIRST_EDITION = PROJECT / "data" / "demo" / "first_edition" / "catalogue.toml"
"""The instrument as it was first asked, with which the first years of the demonstration are loaded."""
Row = tuple[str, str, str, str | None, int, int]
"""A contribution: programme, year, measure, subgroup, n, k."""
Result = tuple[str, str, list[str], int, int]
"""A result: programme, measure, years, n, k."""

NOW = datetime(2026, 11, 22, 12, 0)  # noqa: DTZ001  the store keeps UTC without a zone


def shared(path: str) -> Path:
    """A file or folder of the material kept beside the project; the test is skipped where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"needs {path} in a folder 'shared' beside the project")
    return found


def first_catalogue() -> Catalogue:
    return load_catalogue(FIRST_EDITION)


def shipped_catalogue() -> Catalogue:
    """The second edition, which is asked now."""
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
    """A catalogue of these measures (or one), with the usual tiers, asked of the people of the first edition."""
    return Catalogue.model_validate(
        {
            "instrument": {"id": "test", "version": "1", "title": "Test", "status": "For tests."},
            "tiers": {
                "standard": {"minimum_respondents": 10, "minimum_each_side": 3},
                "sensitive": {"minimum_respondents": 15, "minimum_each_side": 4},
            },
            "group": [group.model_dump() for group in first_catalogue().group],
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


def contributions(*rows: Row) -> pl.DataFrame:
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


class Steward:
    """Loads and publishes again and again, in memory. Each load is a submission of its own, and replaces whatever
    there was of the same programme, year and measure."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.ledger = Ledger.empty()
        self.stands: dict[tuple[str, str, str], tuple[str, list[Row]]] = {}
        self.withdrawn: list[tuple[str, str, str]] = []
        self.held: list[tuple[str, str, str]] = []
        self.publishings = self.submissions = 0

    def load(self, *rows: Row) -> str:
        """The id of the submission."""
        self.submissions += 1
        submission = f"submission-{self.submissions}"
        loaded: dict[tuple[str, str, str], tuple[str, list[Row]]] = {}
        for row in rows:
            loaded.setdefault(row[:3], (submission, []))[1].append(row)
        self.stands |= loaded
        return submission

    def withdraw(self, submission: str) -> None:
        taken = {key for key, (origin, _) in self.stands.items() if origin == submission}
        self.withdrawn += sorted({(submission, programme, year) for programme, year, _ in taken})
        self.stands = {key: standing for key, standing in self.stands.items() if key not in taken}

    @property
    def contributions(self) -> pl.DataFrame:
        standing = [(submission, row) for submission, rows in self.stands.values() for row in rows]
        origin = pl.Series("submission_id", [submission for submission, _ in standing], dtype=pl.String)
        return contributions(*(row for _, row in standing)).with_columns(origin, dataset=pl.lit("staff_responses"))

    def publish(self, *overridden: tuple[str, str, str]) -> list[Result]:
        """What is new. `overridden`: programme, measure, year of held corrections."""
        self.publishings += 1
        step = advance(
            self.ledger,
            self.contributions,
            self.catalogue.measure_frame,
            self.publishings,
            _texts(("submission_id", "programme_id", "academic_year"), self.withdrawn),
            _texts(YEAR_KEYS, overridden),
        )
        self.ledger += step.new
        self.held = sorted(step.held.rows())
        return as_results(step.new.published)

    def publish_loaded(self, *rows: Row) -> list[Result]:
        self.load(*rows)
        return self.publish()

    @property
    def shown(self) -> list[Result]:
        """Everything published and not withdrawn."""
        return as_results(self.ledger.published)


def as_results(published: pl.DataFrame) -> list[Result]:
    return published.select("programme_id", "measure_id", "years", "respondents", "affirmative").rows()


def _texts(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict.fromkeys(columns, pl.String), orient="row")


def released(home: Path, relation: str) -> pl.DataFrame:
    """A relation of the current release of a home."""
    releases = home / "releases"
    current = (releases / "current").read_text(encoding="utf-8")
    with duckdb.connect(releases / current / "release.duckdb", read_only=True) as connection:
        return connection.execute(f"FROM {relation}").pl()


def a_workbook(*sheets: list[list[Any]], formats: dict[tuple[int, int], str] | None = None) -> bytes:
    """A workbook of these sheets, called Sheet1, Sheet2, …; texts stay texts. Number formats by place, from 0."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for place, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    code = (formats or {}).get((place, column))
                    sheet.write(place, column, cell, book.add_format({"num_format": code}) if code else None)
    return content.getvalue()
