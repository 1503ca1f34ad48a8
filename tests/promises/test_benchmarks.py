"""The table of all benchmarks: what stands in it, and that a benchmark runs, however small."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import NAMES, circumstances, report, table
from tests.benchmarks.measuring import Bench, Figure, Row, cost_here, in_turn, rows_of
from tests.factories import PROJECT


@pytest.mark.parametrize(("value", "at_least", "met"), [(2, False, True), (2.01, False, False), (1.99, True, False)])
def test_a_figure_meets_its_limit_or_does_not(value: float, at_least: bool, met: bool) -> None:
    assert Figure("CPU", value, 2, at_least=at_least).is_met == met


def test_a_row_tells_every_aim_once_and_every_figure() -> None:
    row = Row("ours", "theirs", (Figure("CPU", 1.5, 2), Figure("time", 1, 2), Figure("memory", 1_234, 2_000, " MB")))
    assert row.cells == ("ours", "theirs", "≤ 2×, ≤ 2,000 MB", "CPU 1.50×, time 1.00×, memory 1,234 MB", "yes")


@pytest.mark.parametrize(("label", "met"), [("CPU", "no (CPU). It does more."), ("", "no. It does more.")])
def test_a_row_that_misses_its_aim_tells_where_and_why(label: str, met: str) -> None:
    figures = Figure(label, 3, 2), Figure("time", 1, 2)
    assert Row("ours", "theirs", figures, "It does more.").cells[-1] == met


def test_a_row_that_meets_its_aim_tells_no_reason() -> None:
    assert Row("ours", "theirs", (Figure("CPU", 2, 2),), "It does more.").cells[-1] == "yes"


def test_the_report_tells_versions_and_machine_and_neither_its_name_nor_a_path() -> None:
    text = report([Row("ours", "theirs", (Figure("", 1, 2),))], circumstances())
    assert "| ours | theirs | ≤ 2× | 1.00× | yes |" in text
    assert all(name in text for name in ("Python", "duckdb", "polars", "pandera", "streamlit", "cores", "GB"))
    assert str(Path.home()) not in text
    assert str(PROJECT) not in text


def test_every_line_of_the_table_has_as_many_cells() -> None:
    lines = [*table([Row("ours", "theirs", (Figure("", 1, 2), Figure("time", 1, 2)))])]
    assert {line.count("|") for line in lines} == {6}


def test_works_are_measured_in_turn_and_their_medians_told() -> None:
    first, second = iter([1, 9, 2]), iter([5, 4, 6])
    assert in_turn(3, lambda: next(first), lambda: next(second)) == [2, 5]


@pytest.mark.parametrize(("loops", "least"), [(0, 0), (10_000_000, 0.05)])
def test_the_cost_of_a_call_has_that_of_the_processes_it_waited_for(loops: int, least: float) -> None:
    command = [sys.executable, "-S", "-c", f"for _ in range({loops}): pass"]
    assert cost_here(lambda: subprocess.run(command, check=True)).cpu > least


@pytest.mark.parametrize(("divided_by", "size"), [(1, 3_000), (10, 300), (1_000, 60)])
def test_a_trial_divides_every_size_down_to_the_least(divided_by: int, size: int, tmp_path: Path) -> None:
    assert Bench(tmp_path, divided_by).size(3_000, least=60) == size


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_has_rows(name: str) -> None:
    assert (PROJECT / "tests" / "benchmarks" / f"{name}.py").read_text(encoding="utf-8").count(
        "def rows(bench: Bench)"
    ) == 1


def test_checking_and_publishing_are_measured_however_small(tmp_path: Path) -> None:
    bench = Bench(tmp_path, divided_by=1_000)
    [checked], [published] = rows_of("checking_at_size", bench), rows_of("publishing_at_size", bench)
    assert checked.work.startswith("check and count 1,000 trainee rows")
    assert published.work.startswith("publish without audit: 3 programmes")
    assert all(figure.value > 0 for row in (checked, published) for figure in row.figures)


def test_a_name_that_is_no_benchmark_is_refused() -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "nothing"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "nothing" in done.stderr
