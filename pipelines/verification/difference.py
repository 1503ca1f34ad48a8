"""What changed from one release to another: rows that are new, gone or say something else."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.release.file import descriptions
from pipelines.verification.release_file import frames_of
from pipelines.verification.rows import Row

KEYS = {
    "programme": ("programme_id",),
    "measure": ("measure_id",),
    "support_item": ("item_id",),
    "gap_pair": ("gap_id",),
    "support": ("programme_id", "academic_year", "item_id"),
    "result": ("measure_id", "programme_id", "years", "subgroup"),
}
"""The relations that are compared row by row, and by which columns a row is the same in both. Nearly all else comes
from them: see `_elsewhere`."""
COLUMNS = {
    "result": (
        "status",
        "definition",
        "respondents",
        "affirmative",
        "invited",
        "collected_by",
        "longest_stay",
        "response",
    ),
    "measure": ("definition", "title", "question", "answers", "affirmative", "base", "within", "sensitive", "retired"),
}
"""What is compared of them; of the others all columns."""
TIERS = (
    *("minimum_respondents", "minimum_each_side", "sensitive_minimum_respondents", "sensitive_minimum_each_side"),
    *("catalogue_version", "code_version", "title"),
)
"""What is compared of the release itself."""
ANOTHER = f"this is no release file, or has not all of the relations release, {', '.join(KEYS)}."
NEW, GONE, OTHER = "new", "gone", "changed"


@dataclass(frozen=True)
class Change:
    """A row that is new or gone, or one cell that says something else."""

    relation: str
    change: str
    row: str
    column: str = ""
    earlier: str = ""
    later: str = ""


def differences(earlier: Path, later: Path) -> list[Change]:
    """All that changed between two release files, relation by relation, in the order of their rows.

    Raises Unreadable where one of them is no release file.
    """
    both = [frames_of(path, ("release", *KEYS), ANOTHER) for path in (earlier, later)]
    before, after = (frames["release"].row(0, named=True) for frames in both)
    found = [Change("release", OTHER, "", *cells) for cells in _other_cells(before, after, TIERS)]
    for name, keys in KEYS.items():
        found += _rows(name, *(_by_key(frames[name], keys) for frames in both))
    return found or list(_elsewhere(earlier, later))


def _elsewhere(earlier: Path, later: Path) -> Iterator[Change]:
    """Relations that differ in whatever is not compared row by row. What stands there comes mostly from what is, so it
    is looked at only where nothing of that has changed."""
    names = [name for name in descriptions(later) if name not in {"release", "row_hash"}]
    before, after = (frames_of(path, names, ANOTHER) for path in (earlier, later))
    yield from (
        Change(name, OTHER, "something that is not compared row by row")
        for name in names
        if not before[name].equals(after[name])
    )


def _by_key(frame: pl.DataFrame, keys: tuple[str, ...]) -> dict[str, Row]:
    """Rows by their keys in words, but for results that were not collected."""
    rows = frame.filter(pl.col("status") != "not_collected") if "result_id" in frame.columns else frame
    return {", ".join(_shown(row[key]) for key in keys if row[key] is not None): row for row in rows.to_dicts()}


def _rows(name: str, before: dict[str, Row], after: dict[str, Row]) -> Iterator[Change]:
    yield from (Change(name, GONE, key) for key in before if key not in after)
    for key, row in after.items():
        if key not in before:
            yield Change(name, NEW, key)
            continue
        for cells in _other_cells(before[key], row, COLUMNS.get(name, tuple(row))):
            yield Change(name, OTHER, key, *cells)


def _other_cells(before: Row, after: Row, columns: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for column in columns:
        values = before.get(column), after.get(column)
        if values[0] != values[1]:
            yield column, _shown(values[0]), _shown(values[1])


def _shown(value: object) -> str:
    return "" if value is None else " ".join(map(str, value)) if isinstance(value, list) else str(value)
