"""What `openness check` costs beside DuckDB reading and counting the same cells: 1,000,000 people, 20 questions.

uv run python -m tests.benchmarks.checking_at_size [ROWS]

Each is a process of its own, and has seen twenty rows before it is measured, so that all it needs is imported. Printed
are CPU seconds, seconds and memory of both, and how many times as much check takes.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from tests.benchmarks.measuring import Bench, Cost, Figure, Row, cost, cost_within, say

ROWS = 1_000_000
QUESTIONS = 20
SCALE = ["strongly_disagree", "disagree", "neither", "agree", "strongly_agree"]
YES_NO = ["yes", "no", "prefer_not_to_say"]
EVERY_QUESTION = {
    "pillar": "trainee_disclosure",
    "group": "trainee",
    "basis": "actual",
    "direction": "none",
    "source": "None",
}
PROGRAMMES = [f"programme-{number:03d}" for number in range(200)]
INVENT = """
import sys
from tests.benchmarks.checking_at_size import invented
invented(int(sys.argv[1])).write_csv(sys.argv[2])
"""
CHECK = """
from contextlib import redirect_stdout
from io import StringIO
from pipelines.cli import main
def check(path):
    try:
        with redirect_stdout(StringIO()):
            main(["check", path, "--dataset", "trainee_responses", "--catalogue", sys.argv[3], "--home", sys.argv[4]])
    except SystemExit as left:
        assert not left.code
check(sys.argv[1])
measured(lambda: check(sys.argv[2]))
"""
DUCKDB = """
import duckdb
questions = [f"q{number}" for number in range(int(sys.argv[3]))]
counts = ", ".join(
    f"count({q}), count(*) FILTER (WHERE {q} IN ('yes', 'agree', 'strongly_agree'))" for q in questions
)
sql = f"SELECT programme_id, academic_year, training_year, {counts} FROM read_csv(?, all_varchar = true) GROUP BY ALL"
def count(path):
    assert duckdb.execute(sql, [path]).fetchall()
count(sys.argv[1])
measured(lambda: count(sys.argv[2]))
"""
REASON = ""
"""Why an aim is missed, if one is."""


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain, checked = costs(Path(folder), rows)
    say(f"{rows:,} rows of {QUESTIONS} questions")
    say(f"DuckDB: {plain}")
    say(f"check:  {checked}")
    cpu, seconds = checked.cpu / plain.cpu, checked.seconds / plain.seconds
    say(f"ratio:  {cpu:.1f} times the CPU seconds, {seconds:.1f} times the time")


def rows(bench: Bench) -> list[Row]:
    """The row for the table of all benchmarks."""
    many = bench.size(ROWS, 1_000)
    plain, checked = costs(bench.folder, many)
    figures = (
        Figure("CPU", checked.cpu / plain.cpu, 2),
        Figure("time", checked.seconds / plain.seconds, 2.5),
        Figure("peak memory", checked.megabytes / 1_000, 1.3, " GB"),
    )
    work = f"check and count {many:,} trainee rows × {QUESTIONS} questions from CSV, imports left out"
    return [Row(work, "DuckDB reading the same file as text and counting the same cells in SQL", figures, REASON)]


def costs(folder: Path, rows: int) -> tuple[Cost, Cost]:
    """Of DuckDB and of check, each in a process of its own that has seen twenty rows before."""
    few, many, catalogue = (folder / name for name in ("few.csv", "many.csv", "catalogue.toml"))
    write_invented(few, 20)
    write_invented(many, rows)
    catalogue.write_text(instrument(), encoding="utf-8")
    return cost_within(DUCKDB, few, many, QUESTIONS), cost_within(CHECK, few, many, catalogue, folder / "none")


def write_invented(path: Path, rows: int) -> None:
    """In a process of its own: others would seem to need the memory that this took."""
    cost(sys.executable, "-c", INVENT, rows, path)


def invented(rows: int) -> pl.DataFrame:
    """People of 200 programmes, who leave out one answer in six."""
    chance = np.random.default_rng(14)
    columns = {
        "programme_id": chance.choice(PROGRAMMES, rows),
        "academic_year": chance.choice(["2023-24", "2024-25"], rows),
        "training_year": chance.choice(["1", "2", "3"], rows),
    }
    for number in range(QUESTIONS):
        codes = SCALE if number % 2 else YES_NO
        columns[f"q{number}"] = chance.choice([*codes, ""], rows, p=[5 / 6 / len(codes)] * len(codes) + [1 / 6])
    blank = pl.col(pl.String).replace({"": None})  # polars writes an empty text as two quotation marks
    return pl.DataFrame(columns).with_columns(blank)


def instrument() -> str:
    """A catalogue of 20 questions to trainees."""
    head = (
        '[instrument]\nid = "benchmark"\nversion = "1"\ntitle = "Benchmark"\nstatus = "For measuring."\n[tiers]\n'
        "standard = { minimum_respondents = 10, minimum_each_side = 3 }\n"
        "sensitive = { minimum_respondents = 15, minimum_each_side = 4 }\n"
    )
    return head + "".join(map(_measure, range(QUESTIONS)))


def _measure(number: int) -> str:
    codes, affirmative = (SCALE, SCALE[3:]) if number % 2 else (YES_NO, YES_NO[:1])
    given = {"id": f"q{number}", "title": f"Question {number}", "question": f"Question {number}?", **EVERY_QUESTION}
    texts = "".join(f'{key} = "{value}"\n' for key, value in given.items())
    return f"[[measure]]\n{texts}answers = {codes}\naffirmative = {affirmative}\n"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
