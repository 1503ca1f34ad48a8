"""Whoever has a release file and its comments can compute every derived value again."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.release import file as release
from pipelines.release.derived_relations import DERIVED_RELATIONS
from pipelines.release.reader_relations import READER_RELATIONS
from pipelines.settings import Settings
from pipelines.verification.recomputing import GIVEN, KEYS, recomputed
from pipelines.verification.rows import Row
from tests.reference.twins import assert_agrees

HOMES = ("demo_home", "osmi_home", "nhs_home")


@cache
def found_in(path: Path) -> dict[str, dict[Any, Row]]:
    return recomputed({name: frame.to_dicts() for name, frame in release.read(path, GIVEN).items()})


@pytest.fixture
def file_of(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    def of(home: str) -> Path:
        settings: Settings = request.getfixturevalue(home)
        return settings.releases / (settings.releases / "current").read_text(encoding="utf-8") / "release.duckdb"

    return of


@pytest.mark.parametrize("relation", KEYS)
@pytest.mark.parametrize("home", HOMES)
def test_an_outsider_comes_to_the_same_values(home: str, relation: str, file_of: Callable[[str], Path]) -> None:
    path = file_of(home)
    with duckdb.connect(path, read_only=True) as connection:
        frame = connection.execute(f"FROM {relation}").pl()
    if relation == "result":
        frame = frame.filter(pl.col("status") == "published")
    if "years" in KEYS[relation]:
        frame = frame.with_columns(pl.col("years").list.join(" "))
    naive = found_in(path)[relation]
    assert_agrees(frame, KEYS[relation], naive, empty=home != "demo_home")


def test_an_outsider_computes_every_derived_relation() -> None:
    """But for what is the catalogue's, and the counts of pairs of answers, which are published themselves."""
    assert set(KEYS) == {*DERIVED_RELATIONS, *READER_RELATIONS, "result"} - {
        "question_rule",
        "plan",
        "gap_of_same_people",
        "row_hash",
    }


def test_the_demonstration_has_every_verdict(demo_home: Settings, file_of: Callable[[str], Path]) -> None:
    found = found_in(file_of("demo_home"))
    verdicts = {name: {row["verdict"] for row in found[name].values()} for name in ("comparison", "change", "trend")}
    assert verdicts["comparison"] == {"stands_out_higher", "stands_out_lower", "no_clear_difference", None}
    assert verdicts["change"] == {"rise", "fall", "no_clear_change"}
    assert verdicts["trend"] >= {"rise"}
    assert {row["topic"] for row in found["highlight"].values()} == {
        "gap",
        "stands_out",
        "change",
        "trend",
        "suppressed",
    }
