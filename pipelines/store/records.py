"""What goes into the store and comes out of it. Plain data: nothing here knows a database."""

from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from pipelines.disclosure.waiting_lists import Ledger
from pipelines.instrument.dataset import Dataset


def scope_of(dataset: Dataset, counted: pl.DataFrame) -> pl.DataFrame:
    """The programmes and years that counted rows speak for; programmes themselves have no years."""
    if dataset == Dataset.PROGRAMMES:
        return counted.select("programme_id", pl.lit(None, pl.String).alias("academic_year"))
    return counted.select("programme_id", "academic_year").unique(maintain_order=True)


def describe_scope(scope: pl.DataFrame) -> str:
    """`alder in 2024-25 and 3 more`"""
    programme, year = scope.select("programme_id", "academic_year").row(0)
    first = programme if year is None else f"{programme} in {year}"
    return f"{first} and {scope.height - 1} more" if scope.height > 1 else str(first)


@dataclass(frozen=True)
class Submission:
    """One accepted audit file, ready to be stored: who, when, what, and its rows (counts, never answers)."""

    file: str
    dataset: Dataset
    sha256: str
    mapping_sha256: str | None
    submitted_by: str
    submitted_at: datetime
    instrument_id: str
    catalogue_version: str
    invented: bool
    rows: int
    counted: pl.DataFrame

    @property
    def scope(self) -> pl.DataFrame:
        """The programmes and years it speaks for."""
        return scope_of(self.dataset, self.counted)


@dataclass(frozen=True)
class Receipt:
    """What a load did."""

    submission_id: str
    file: str
    dataset: str
    rows: int
    counts: int
    programmes: list[str]
    academic_years: list[str]
    already_held: bool = False
    superseded: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Holdings:
    """Everything publishing needs, as frames named for their rows."""

    submissions: int
    invented: bool
    programmes: pl.DataFrame
    cohorts: pl.DataFrame
    support: pl.DataFrame
    contributions: pl.DataFrame
    withdrawn: pl.DataFrame
    ledger: Ledger


@dataclass(frozen=True)
class ReleaseNote:
    """A release as the store notes it; `overrides`: programme_id, measure_id, academic_year, reason."""

    release_id: str
    publishing: int
    published_at: datetime
    published_by: str
    remark: str | None
    overrides: pl.DataFrame
