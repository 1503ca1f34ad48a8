"""A release that is open for reading, and what it says of the instrument: the words that pages use."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import duckdb
import polars as pl

from pipelines.errors import Refused

_NEWEST = """
    SELECT 1 FROM duckdb_columns() WHERE table_name = 'association_point' AND column_name = 'first_result_id'
"""
"""Asks for what releases got last."""
_KEPT = 128
"""So many answers of a release are kept; a page asks about twenty questions."""
_LABELS = """
    SELECT kind, code, CASE kind WHEN 'profession' THEN lower(label[1]) || label[2:] ELSE label END FROM code
"""
"""What codes of professions, countries and regions stand for."""


class ReleaseWords:
    """An open release. Every query has a cursor of its own, and its answer is kept: a release never changes."""

    def __init__(self, path: Path) -> None:
        """Open a release: read-only, and without reach to any other file, which cannot be taken back.

        Raises Refused where an earlier version of openness made it, which did not say all that the pages show.
        """
        self.path = path
        self._connection = duckdb.connect(path, read_only=True)
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET threads = 1")  # too few rows to share; more would only wait for each other
        self._answer = lru_cache(maxsize=_KEPT)(self._asked)
        if self._rows(_NEWEST).is_empty():
            self._connection.close()
            raise Refused(
                "The release was made by an earlier version of openness, and lacks what the pages show now. Make a new "
                "one with `openness publish`; what was published before stays published."
            )
        self._labels: dict[tuple[str, str], str] = {
            (kind, code): label for kind, code, label in self._rows(_LABELS).iter_rows()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def file(self) -> bytes:
        """The release itself, as a file to take away."""
        return self.path.read_bytes()

    def relations(self) -> dict[str, str]:
        """The relations of the file, each with its comment, in alphabetical order."""
        return dict(self._rows("SELECT table_name, comment FROM duckdb_tables() ORDER BY table_name").iter_rows())

    def columns_of(self, relation: str) -> pl.DataFrame:
        """The columns of a relation, with their types and comments, in order: column_name, data_type, comment."""
        return self._rows(
            """
            SELECT column_name, data_type, comment FROM duckdb_columns()
            WHERE NOT internal AND table_name = $relation ORDER BY column_index
            """,
            relation=relation,
        )

    def instrument(self) -> dict[str, Any]:
        """What the instrument asks: question, subject, principle; each may be null."""
        return self._rows("FROM instrument").row(0, named=True)

    def people(self) -> dict[str, str]:
        """What the people of each group are called."""
        return dict(self._rows("SELECT respondent_group, people FROM respondent_group ORDER BY place").iter_rows())

    def pillars(self) -> pl.DataFrame:
        """The parts of the audit, in order: pillar, title, question."""
        return self._rows("SELECT pillar, title, question FROM pillar ORDER BY place")

    def bases(self) -> dict[str, str]:
        """What kinds of things measures tell, in order, and their titles."""
        return dict(self._rows("SELECT basis, title FROM basis ORDER BY place").iter_rows())

    def support_statuses(self) -> pl.DataFrame:
        """What a programme can say of a support item, in order, and when it should say so: status, words."""
        return self._rows("SELECT status, words FROM support_status ORDER BY place")

    def left_out(self) -> list[tuple[str, str]]:
        """What is not asked on purpose, and why."""
        return self._rows("SELECT title, why FROM left_out ORDER BY place").rows()

    def references(self) -> pl.DataFrame:
        """What the questions and items rest on: cite, doi, url."""
        return self._rows("SELECT cite, doi, url, seen FROM reference ORDER BY place")

    def corrections(self) -> pl.DataFrame:
        """Questions whose wording was corrected: measure_id, title, before, after, reason, accepted_at."""
        return self._rows(
            """
            SELECT measure_id, title, before, after, reason, accepted_at
            FROM wording_correction JOIN measure USING (measure_id) ORDER BY accepted_at, place
            """
        )

    def side_by_side(self) -> pl.DataFrame:
        """Each pair of a measure of staff and one of trainees that are drawn together."""
        return self._rows("FROM side_by_side_pair ORDER BY place")

    def place_name(self, kind: str | None, name: str | None) -> str | None:
        """A profession, country or region (with its country) in words."""
        if name is None or kind is None or kind == "everybody":
            return name
        if kind != "region":
            return self._labels.get((kind, name), name)
        region, _, country = name.partition(", ")
        return ", ".join(self._labels.get(code, code[1]) for code in (("region", region), ("country", country)))

    def _labelled(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Programmes with profession, country and region in words."""
        return rows.with_columns(
            pl.col(kind).replace({code: label for (of_kind, code), label in self._labels.items() if of_kind == kind})
            for kind in ("profession", "country", "region")
        )

    def _with_place_names(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with kind and name, the name in words."""
        names = [self.place_name(kind, name) for kind, name in rows.select("kind", "name").iter_rows()]
        return rows.with_columns(pl.Series("name", names, dtype=pl.String))

    def _rows(self, sql: str, **values: str | list[str]) -> pl.DataFrame:
        return self._answer(sql, tuple((name, _hashable(value)) for name, value in values.items()))

    def _asked(self, sql: str, values: tuple[tuple[str, str | tuple[str, ...]], ...]) -> pl.DataFrame:
        with self._connection.cursor() as cursor:
            return cursor.execute(sql, dict(values)).pl()


def _hashable(value: str | list[str]) -> str | tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else value


def first_of(rows: pl.DataFrame) -> dict[str, Any] | None:
    """The first row; None where there is none."""
    return next(rows.iter_rows(named=True), None)
