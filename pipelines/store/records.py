"""What goes into the store and comes out of it. Plain data: nothing here knows a database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from pipelines.disclosure.ledger import Ledger
from pipelines.disclosure.pairs import PAIR
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.definitions import DEFINITION

RELEASES: dict[str, Any] = {
    "release_id": pl.String,
    "publishing": pl.Int64,
    "published_at": pl.Datetime("us"),
    "published_by": pl.String,
    "remark": pl.String,
    "previous_release_id": pl.String,
    "content_hash": pl.String,
    "file_sha256": pl.String,
    "taken_down_by": pl.String,
    "taken_down_at": pl.Datetime("us"),
    "taken_down_reason": pl.String,
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
    "set_aside": pl.Int64,
    "scopes": pl.Int64,
}
"""A row is a submission ever taken in; the last four count its programmes and years, and how much of it does not
count."""
SET_ASIDE: dict[str, Any] = {
    "submission_id": pl.String,
    "dataset": pl.String,
    "submitted_at": pl.Datetime("us"),
    "programme_id": pl.String,
    "academic_year": pl.String,
}
"""A row is a programme and year of a submission that was set aside."""
ELSEWHERE: dict[str, Any] = {"programme_id": pl.String, "academic_year": pl.String, "dataset": pl.String}
"""A row is a programme, by its first id, and year of which another dataset counts the same people."""
ITEM_WORDING: dict[str, Any] = {
    "item_id": pl.String,
    "title": pl.String,
    "kind": pl.String,
    "personal": pl.Boolean,
}
"""A row is a support item as the catalogue called it when it first came in."""
PAIR_COUNT: dict[str, Any] = {
    name: dtype for name, dtype in PAIR.items() if name not in {"submission_id", "has_subgroups"}
}
"""A row is two questions of a file: how many people answered both of them, and how many affirmed both."""
OPENED, CLOSED = "opened", "closed"
"""What happens to an academic year."""
YEARS: dict[str, Any] = {
    "academic_year": pl.String,
    "state": pl.String,
    "programme_id": pl.String,
    "datasets": pl.List(pl.String),
}
"""A row is a programme that has sent something for an academic year, and which datasets of it stand; a year that nobody
has sent anything for has one row without a programme. `state` is the last thing that happened to the year."""


def scope_of(dataset: Dataset, counted: pl.DataFrame) -> pl.DataFrame:
    """The programmes and years that counted rows speak for; programmes themselves have no years."""
    if dataset == Dataset.PROGRAMMES:
        return counted.select("programme_id", pl.lit(None, pl.String).alias("academic_year"))
    return counted.select("programme_id", "academic_year").unique(maintain_order=True)


def present_ids(rows: pl.DataFrame, programmes: pl.DataFrame) -> pl.DataFrame:
    """The rows, each under the id that its programme is registered with now. `programmes`: programme_id, known_as."""
    known_as = dict(programmes.select("programme_id", "known_as").iter_rows())
    return rows.with_columns(pl.col("programme_id").replace(known_as))


def describe_scope(scope: pl.DataFrame) -> str:
    """`alder in 2024-25 and 3 more`"""
    first = scope_names(scope)[0]
    return f"{first} and {scope.height - 1} more" if scope.height > 1 else first


def scope_names(scope: pl.DataFrame) -> list[str]:
    """Each programme and year: `alder in 2024-25`"""
    rows = scope.select("programme_id", "academic_year").iter_rows()
    return [str(programme) if year is None else f"{programme} in {year}" for programme, year in rows]


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
    definitions: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DEFINITION))
    """What the measures in it ask (DEFINITION)."""
    items: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ITEM_WORDING))
    """What the support items in it are called (ITEM_WORDING)."""
    pairs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PAIR_COUNT))
    """How many people answered both of two questions (PAIR_COUNT)."""
    elsewhere: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ELSEWHERE))
    """What this takes the place of in other datasets (ELSEWHERE)."""

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
    """Ids of the submissions that this takes the place of. For the steward only: whoever has an id can look that
    submission up, and take it back."""
    in_place: bool = False
    """Whether this takes the place of whatever was there before, as its sender asked; not whether anything was."""
    set_aside: list[str] = field(default_factory=list)
    """Programmes and years, each as `alder in 2024-25`, of which this does not count."""
    years_opened: list[str] = field(default_factory=list)
    """Academic years that were opened because this was the first that came in for them."""


@dataclass(frozen=True)
class Holdings:
    """Everything publishing needs, as frames named for their rows. Cohorts, support and contributions are those of
    closed years, and `submissions` are the files of which something stands in these."""

    submissions: frozenset[str]
    invented: bool
    programmes: pl.DataFrame
    """As `Store.programmes` gives them; `code` is drawn where there is none yet, and kept by `record_release`."""
    cohorts: pl.DataFrame
    support: pl.DataFrame
    contributions: pl.DataFrame
    withdrawn: pl.DataFrame
    unnamed: pl.DataFrame
    """programme_id and publishing of programmes that were named and are not named any more: the first since then."""
    said_before: pl.DataFrame
    """dataset, programme_id, academic_year: what releases said of programmes that are not named, before they got the
    code they have now."""
    pairs: pl.DataFrame
    """Of closed years: how many people answered both of two questions (disclosure.pairs.PAIR)."""
    editions: pl.DataFrame
    """The versions of the catalogue with which answers came in: catalogue_version, first_year."""
    items: pl.DataFrame
    """What the support items that ever came in were called (ITEM_WORDING)."""
    definitions: pl.DataFrame
    """The definition of each measure that ever came in: measure_id, definition."""
    corrections: pl.DataFrame
    """The corrected wordings, as `definition_table.wording_corrections` gives them."""
    open_years: list[str]
    ledger: Ledger

    def present_ids(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows, each under the id that its programme is registered with now, as people are told of it."""
        return present_ids(rows, self.programmes)


@dataclass(frozen=True)
class ReleaseNote:
    """A release as the store notes it; `overrides`: programme_id, measure_id, academic_year, reason."""

    release_id: str
    publishing: int
    published_at: datetime
    published_by: str
    remark: str | None
    overrides: pl.DataFrame
    previous_release_id: str | None = None
    previous_content_hash: str | None = None
    content_hash: str | None = None
    file_sha256: str | None = None
