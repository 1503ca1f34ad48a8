"""How soon a command answers: help, beside what it must import; and a check of twenty rows, beside its libraries.

uv run python -m tests.benchmarks starting

Each is a process of its own, the median of several, in turn.
"""

import sys
from functools import partial

from tests.benchmarks.checking_at_size import instrument, write_invented
from tests.benchmarks.measuring import Bench, Figure, Row, cost, in_turn

TIMES = 9
ROWS = 20
MOST_TIMES_OF_HELP, MOST_TIMES_OF_CHECK = 2, 3
REASON = ""
"""Why an aim is missed, if one is."""


def rows(bench: Bench) -> list[Row]:
    """The rows for the table of all benchmarks."""
    file, catalogue = bench.folder / "twenty.csv", bench.folder / "twenty.toml"
    write_invented(file, ROWS)
    catalogue.write_text(instrument(), encoding="utf-8")
    checked = (
        "check",
        file,
        "--dataset",
        "trainee_responses",
        "--catalogue",
        catalogue,
        "--home",
        bench.folder / "none",
    )
    times = bench.size(TIMES)
    return [
        beside("openness --help", ("--help",), "import typer, rich", MOST_TIMES_OF_HELP, times),
        beside(
            f"openness check of {ROWS} rows",
            checked,
            "import polars, duckdb, pandera.polars",
            MOST_TIMES_OF_CHECK,
            times,
        ),
    ]


def beside(work: str, command: tuple[object, ...], imports: str, most: float, times: int) -> Row:
    """A command beside a program that only imports."""
    both = partial(cpu, "-m", "pipelines.cli", *command), partial(cpu, "-c", imports)
    in_turn(1, *both)  # whatever is not compiled yet is compiled now
    ours, theirs = in_turn(times, *both)
    return Row(work, f"{imports}, CPU of a process", (Figure("", ours / theirs, most),), REASON)


def cpu(*command: object) -> float:
    return cost(sys.executable, *command).cpu
