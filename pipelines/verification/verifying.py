"""Whether a release says what its own results say: with the file alone, by an implementation of its own.

Nothing of `pipelines.statistics` is used. What is computed again follows the comments of the file, in plain Python.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.errors import Unreadable
from pipelines.release import file as release
from pipelines.release.schema import RELATIONS, SHOWN_OF_HASH
from pipelines.verification.recomputing import GIVEN, KEYS, recomputed
from pipelines.verification.release_file import frames_of
from pipelines.verification.rows import Row, same

ANOTHER = (
    "this is no release file that this version of Openness can read. Choose the file release.duckdb of a release. If "
    "it is one, verify it with the version that made it: its relation release says which."
)


@dataclass(frozen=True)
class Fault:
    """One thing in a release that is not as it must be: where it stands, and what is wrong."""

    relation: str
    row: str
    what: str


@dataclass(frozen=True)
class Verification:
    """What was looked at in a release file, and all that was found wrong."""

    release_id: str
    relations: int
    values: int
    """How many values were computed again."""
    previous: str
    """What is known of the release before it, as a sentence."""
    faults: list[Fault]


def verify(path: Path) -> Verification:
    """Compute every derived relation of a release file again and compare; check its contract, hashes and chain.

    Raises Unreadable where the file is no release, or one of another version of the software.
    """
    frames = _read(path)
    row = frames["release"].row(0, named=True)
    found = recomputed({name: frames[name].to_dicts() for name in GIVEN})
    faults = [Fault(name, "", rule) for name, rules in release.broken_contracts(frames) for rule in rules]
    faults += [fault for name in KEYS for fault in different_rows(name, frames[name], found[name])]
    faults += altered_rows(frames)
    faults += other_content(frames, row, found_already=bool(faults))
    previous, broken = _chain(path, row)
    values = sum(len(values) for rows in found.values() for values in rows.values())
    return Verification(row["release_id"], len(KEYS), values, previous, faults + broken)


def _read(path: Path) -> dict[str, pl.DataFrame]:
    frames = frames_of(path, RELATIONS, ANOTHER)
    if frames["release"].height != 1 or any(frames[name].columns != list(RELATIONS[name].columns) for name in frames):
        raise Unreadable(path, ANOTHER)
    return frames


# ---- what is computed again ----


def different_rows(name: str, frame: pl.DataFrame, naive: Mapping[Any, Row]) -> Iterator[Fault]:
    """Rows that are not there again, and values that are others."""
    keys = KEYS[name]
    rows = {_key(row, keys): row for row in frame.to_dicts() if row.get("status", "published") == "published"}
    for key in rows.keys() - naive.keys():
        yield Fault(name, _named(keys, key), "nothing in the file leads to this row")
    for key in naive.keys() - rows.keys():
        yield Fault(name, _named(keys, key), "the row is missing")
    for key in rows.keys() & naive.keys():
        for column, value in naive[key].items():
            if not same(rows[key][column], value):
                what = f"{column} is {_shown(rows[key][column])}, and the file leads to {_shown(value)}"
                yield Fault(name, _named(keys, key), what)


def _key(row: Row, keys: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(" ".join(row[key]) if key == "years" else row[key] for key in keys)


def _named(keys: tuple[str, ...], key: tuple[Any, ...]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(keys, key, strict=True) if value is not None)


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else "empty" if value is None else str(value)


# ---- hashes ----


def altered_rows(frames: dict[str, pl.DataFrame]) -> Iterator[Fault]:
    """Rows that nothing else in the file gives again, and that are not as they were published."""
    both = release.row_hash(frames).join(
        frames["row_hash"], on=["relation", "row"], how="full", coalesce=True, suffix="_published"
    )
    changed = both.filter(~pl.col("hash").eq_missing(pl.col("hash_published"))).sort("relation", "row")
    for name, place in changed.select("relation", "row").iter_rows():
        yield Fault(name, _nth_row(name, frames[name], place), "the row is not as it was published")


def _nth_row(name: str, frame: pl.DataFrame, place: int) -> str:
    if place >= frame.height:
        return f"row {place}"
    keys = tuple(RELATIONS[name].key)
    return _named(keys, frame.select(keys).row(place))


def other_content(frames: dict[str, pl.DataFrame], row: Row, *, found_already: bool) -> Iterator[Fault]:
    """Whether the file says what its content hash and its id stand for."""
    if release.content_hash(frames) != row["content_hash"]:
        where = "see above" if found_already else "something was altered that nothing else in it gives again"
        yield Fault("release", "content_hash", f"the file is not what was published: {where}")
    if not row["release_id"].endswith(row["content_hash"][:SHOWN_OF_HASH]):
        yield Fault("release", "release_id", "it does not end with the beginning of content_hash")


# ---- the release before it ----


def _chain(path: Path, row: Row) -> tuple[str, list[Fault]]:
    """What is known of the release before this one, which is looked for beside it."""
    earlier = row["previous_release_id"]
    if earlier is None:
        return "It is the first release.", []
    beside = path.resolve().parent.parent / earlier / path.name
    if not beside.is_file():
        return f"The release before it, {earlier}, is not beside it and was not looked at.", []
    stated = release.read(beside, ["release"])["release"]["content_hash"].item()
    if stated == row["previous_content_hash"]:
        return f"The release before it, {earlier}, is the one it was made after.", []
    fault = Fault("release", "previous_content_hash", f"the release {earlier} that lies beside it has another content")
    return f"The release before it, {earlier}, is not the one it was made after.", [fault]
