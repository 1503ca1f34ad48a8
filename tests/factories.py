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
from pipelines.disclosure.ledger import YEAR_KEYS, Ledger
from pipelines.disclosure.waiting_lists import advance
from pipelines.home_layout import CURRENT, FILE, RELEASES
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.contract import Context
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.intake.loading import load
from pipelines.intake.mapping_file import load_mapping
from pipelines.reading.reader import Sheet, read
from pipelines.release.overrides import Override
from pipelines.release.publishing import Published, publish
from pipelines.settings import Settings
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
UNNAMED = {"programme_id": pl.String, "publishing": pl.Int64}
"""A row is a programme that is not named any more, and the first publishing since then."""

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


def everything_asked(home: Settings) -> Catalogue:
    """The catalogue of a home, with the measures of earlier editions that its store has answers to."""
    with Store(home.store, read_only=True) as store:
        return store.everything_asked(load_catalogue(home.catalogue))


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
    store: Store,
    path: Path,
    dataset: str,
    catalogue: Catalogue,
    mapping: Path | None = None,
    *,
    close: bool = True,
    **given: Any,
) -> Receipt:
    """Load a file; its receipt. Its years are closed, so that they can be published, unless they are to stay open."""
    arguments = {"submitted_by": "tester", "now": NOW} | given
    read = load_mapping(mapping, dataset) if mapping else None
    receipt, _ = load(path, Dataset(dataset), catalogue, store, mapping=read, **arguments)
    if close:
        store.close_years(receipt.academic_years, by="tester", at=NOW)
    return receipt


def close_and_publish(
    store: Store, catalogue: Catalogue, releases: Path, *overrides: Override, now: datetime = NOW, **given: Any
) -> Published:
    """Close every year that is open, and publish."""
    store.close_years(store.year_states(), by="tester", at=now)
    return publish(store, catalogue, releases, now=now, published_by="tester", overrides=overrides, **given)


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


def measure_frame(catalogue: Catalogue, longest_stay: int | None = None) -> pl.DataFrame:
    """A catalogue's measures, all with this longest stay."""
    frame = catalogue.measure_frame
    definition = [] if "definition" in frame.columns else [pl.col("measure_id").alias("definition")]
    return frame.with_columns(*definition, longest_stay=pl.lit(longest_stay, pl.Int64))


class Steward:
    """Loads and publishes again and again, in memory; every year is closed as soon as it is loaded.

    Each load is a submission. It replaces what publishing has not seen yet. Where publishing has seen anything that it
    says of a programme's year, all that it says of this year is set aside.
    """

    def __init__(self, catalogue: Catalogue, longest_stay: int | None = None) -> None:
        self.measures = measure_frame(catalogue, longest_stay)
        self.dataset = "staff_responses"
        self.ledger = Ledger.empty()
        self.stands: dict[tuple[str, str, str], tuple[str, list[Row]]] = {}
        self.set_aside: dict[tuple[str, str, str], tuple[str, list[Row]]] = {}
        self.withdrawn: list[tuple[str, str, str]] = []
        self.unnamed: dict[str, int] = {}
        self.publishings = self.submissions = 0

    def load(self, *rows: Row) -> str:
        """The id of the submission."""
        self.submissions += 1
        submission = f"submission-{self.submissions}"
        loaded: dict[tuple[str, str, str], tuple[str, list[Row]]] = {}
        for row in rows:
            loaded.setdefault(row[:3], (submission, []))[1].append(row)
        seen = set(self.ledger.seen.select("programme_id", "academic_year", "measure_id").iter_rows())
        late = {key[:2] for key in loaded if key in seen}
        self.set_aside |= {key: counts for key, counts in loaded.items() if key[:2] in late}
        self.stands |= {key: counts for key, counts in loaded.items() if key[:2] not in late}
        return submission

    def withdraw(self, submission: str) -> None:
        taken = {key for key, (origin, _) in self.stands.items() if origin == submission}
        self.withdrawn += sorted({(submission, programme, year) for programme, year, _ in taken})
        self.stands = {key: standing for key, standing in self.stands.items() if key not in taken}

    def unname(self, programme: str) -> None:
        """From the next publishing on it is not named any more."""
        self.unnamed[programme] = self.publishings + 1

    @property
    def contributions(self) -> pl.DataFrame:
        standing = [(submission, row) for submission, rows in self.stands.values() for row in rows]
        origin = pl.Series("submission_id", [submission for submission, _ in standing], dtype=pl.String)
        counts = contributions(*(row for _, row in standing))
        definitions = self.measures.select("measure_id", "definition")
        return counts.with_columns(origin, dataset=pl.lit(self.dataset)).join(
            definitions, on="measure_id", maintain_order="left"
        )

    def publish(self, *overridden: tuple[str, str, str]) -> list[Result]:
        """What is new. `overridden`: programme, measure, year of counts that are set aside."""
        self.publishings += 1
        new = advance(
            self.ledger,
            self.contributions,
            self.measures,
            self.publishings,
            _texts(("submission_id", "programme_id", "academic_year"), self.withdrawn),
            self._let_through(overridden),
            pl.DataFrame(list(self.unnamed.items()), UNNAMED, orient="row"),
        )
        self.ledger += new
        return as_results(new.published)

    def _let_through(self, overridden: Iterable[tuple[str, str, str]]) -> pl.DataFrame:
        """The counts set aside last."""
        files = [self.set_aside[programme, year, measure] for programme, measure, year in overridden]
        origin = pl.Series("submission_id", [submission for submission, _ in files], dtype=pl.String)
        columns = (*YEAR_KEYS, "submission_id", "respondents", "affirmative")
        totals = [(*rows[0][:4], sum(row[4] for row in rows), sum(row[5] for row in rows)) for _, rows in files]
        return contributions(*totals).with_columns(origin).select(columns)

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
    with duckdb.connect(current_release(home), read_only=True) as connection:
        return connection.execute(f"FROM {relation}").pl()


def current_release(home: Path) -> Path:
    """The file of the current release of a home."""
    releases = home / RELEASES
    return releases / (releases / CURRENT).read_text(encoding="utf-8") / FILE


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
