"""What goes into the store and comes out of it. Plain data: nothing here knows a database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from pipelines.disclosure.waiting_lists import Ledger
from pipelines.instrument.dataset import Dataset

RELEASES: dict[str, Any] = {
    "release_id": pl.String,
    "publishing": pl.Int64,
    "published_at": pl.Datetime("us"),
    "published_by": pl.String,
    "remark": pl.String,
}
"""A row is a release ever made."""
SUBMISSIONS: dict[str, Any] = {
    "submission_id": pl.String,
    "dataset": pl.String,
    "submitted_at": pl.Datetime("us"),
    "submitted_by": pl.String,
    "rows": pl.Int64,
    "programmes": pl.Int64,
    "academic_years": pl.List(pl.String),
    "superseded": pl.Int64,
    "withdrawn": pl.Int64,
    "scopes": pl.Int64,
}
"""A row is a submission ever taken in; the last three count its programmes and years, and how much of it is gone."""


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
