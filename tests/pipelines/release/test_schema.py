"""The contract of the release: its limits are the numbers the statistics compute with."""

import subprocess
import sys

import polars as pl
import pytest

from pipelines.release.columns import (
    Among,
    AtLeast,
    Between,
    Column,
    Limit,
    Matching,
    Relation,
    RowRule,
    broken_rules,
    in_percent,
    listed,
    optional,
)
from pipelines.release.schema import RELATIONS
from pipelines.statistics.comparators import LEAST_COVERAGE, LEAST_OTHERS
from pipelines.statistics.estimators import LEAST_FOR_ASSOCIATION, LEAST_FOR_TREND
from tests.factories import PROJECT


def breaks(limit: Limit | None, value: object, dtype: type[pl.DataType] = pl.Float64) -> bool:
    """Whether a cell of this value breaks a relation of this one column."""
    relation = Relation("A row is a value.", ("value",), {"value": Column(dtype, "Value.", limit)})
    return bool(broken_rules(relation, pl.DataFrame({"value": [value]}, schema={"value": dtype})))


@pytest.mark.parametrize(
    ("relation", "column", "lowest"),
    [
        ("comparator", "coverage", LEAST_COVERAGE),
        ("comparison", "comparator_coverage", LEAST_COVERAGE),
        ("association", "coverage", LEAST_COVERAGE),
        ("comparator", "programmes", LEAST_OTHERS),
        ("comparison", "comparator_programmes", LEAST_OTHERS),
        ("gap_comparison", "comparator_programmes", LEAST_OTHERS),
        ("trend", "results", LEAST_FOR_TREND),
        ("association", "programmes", LEAST_FOR_ASSOCIATION),
    ],
)
def test_a_number_below_what_the_statistics_ask_for_breaks_the_contract(
    relation: str, column: str, lowest: float
) -> None:
    contract = RELATIONS[relation].columns[column]
    dtype = pl.Float64 if isinstance(lowest, float) else pl.Int64
    below = lowest - 1e-9 if isinstance(lowest, float) else lowest - 1
    assert not breaks(contract.limit, lowest, dtype)
    assert breaks(contract.limit, below, dtype)


@pytest.mark.parametrize(("published", "asked", "enough"), [(2, 3, True), (4, 6, True), (665, 1000, False)])
def test_two_thirds_is_two_thirds(published: int, asked: int, enough: bool) -> None:
    """A coverage of 0.665 kept the contract while its limit was written 0.66."""
    assert breaks(RELATIONS["comparator"].columns["coverage"].limit, published / asked) != enough


@pytest.mark.parametrize(
    ("limit", "kept", "broken"),
    [(AtLeast(3), 3.0, 2.0), (Between(-1, 1), 1.0, 1.01), (Between(-1, 1), -1.0, -1.01)],
)
def test_a_number_on_a_limit_keeps_it(limit: Limit, kept: float, broken: float) -> None:
    assert (breaks(limit, kept), breaks(limit, broken)) == (False, True)


@pytest.mark.parametrize(
    ("limit", "kept", "broken"),
    [(Among(("yes", "no")), "no", "maybe"), (Matching(r"^\d{4}-\d{2}$"), "2024-25", "2024")],
)
def test_a_text_is_one_that_was_agreed(limit: Limit, kept: str, broken: str) -> None:
    assert (breaks(limit, kept, pl.String), breaks(limit, broken, pl.String)) == (False, True)


def test_an_empty_cell_breaks_the_contract_unless_the_column_is_optional() -> None:
    empty = pl.DataFrame({"value": [None]}, schema={"value": pl.Float64})
    assert breaks(None, None)
    assert broken_rules(Relation("Rows.", ("value",), {"value": optional(pl.Float64, "Value.")}), empty) == []


def test_a_rule_between_columns_is_told_by_its_sentence() -> None:
    columns = {name: Column(pl.Int64, "A number.") for name in ("low", "high")}
    rule = RowRule("low is not above high", pl.col("low") <= pl.col("high"))
    relation = Relation("Rows.", ("low",), columns, [rule])
    assert broken_rules(relation, pl.DataFrame({"low": [1, 2], "high": [1, 3]})) == []
    assert broken_rules(relation, pl.DataFrame({"low": [1, 2], "high": [1, 1]})) == ["low is not above high"]


@pytest.mark.parametrize("name", RELATIONS)
def test_a_key_is_made_of_columns_there_are(name: str) -> None:
    assert set(RELATIONS[name].key) <= set(RELATIONS[name].columns)
    assert RELATIONS[name].key


def test_shares_and_lists_in_comments_are_made_from_what_they_tell() -> None:
    assert [in_percent(share) for share in (0.95, 0.998, 1 - 0.95)] == ["95 %", "99.8 %", "5 %"]
    assert listed(("rise", "fall", "neither")) == "rise, fall or neither"


def test_the_statistics_and_the_contract_are_imported_without_scipy_and_pandas() -> None:
    modules = "pipelines.release.columns, pipelines.statistics.meeting_questions, pipelines.statistics.associations"
    modules += ", pipelines.statistics.change_over_time, pipelines.statistics.gaps"
    code = f"import sys, {modules}; print(sorted({{'scipy', 'pandas', 'pandera'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
