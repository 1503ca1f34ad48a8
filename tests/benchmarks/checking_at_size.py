"""What `openness check` costs beside DuckDB reading and counting the same cells: 1,000,000 people, 20 questions.

uv run python -m tests.benchmarks.checking_at_size [ROWS]

Each is a process of its own. Printed are CPU seconds, seconds and memory of both, and how many times as much check
takes.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

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
import sys
from pipelines.cli import main
main(["check", sys.argv[1], "--dataset", "trainee_responses", "--catalogue", sys.argv[2], "--home", sys.argv[3]])
"""
DUCKDB = """
import sys
import duckdb
questions = [f"q{number}" for number in range(int(sys.argv[2]))]
counts = ", ".join(
    f"count({q}), count(*) FILTER (WHERE {q} IN ('yes', 'agree', 'strongly_agree'))" for q in questions
)
sql = f"SELECT programme_id, academic_year, training_year, {counts} FROM read_csv(?, all_varchar = true) GROUP BY ALL"
print(len(duckdb.execute(sql, [sys.argv[1]]).fetchall()), "groups")
"""


@dataclass(frozen=True)
class Cost:
    """What a process took."""

    cpu: float
    seconds: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.cpu:.1f} CPU seconds, {self.seconds:.1f} s, {self.megabytes:,.0f} MB"


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, catalogue = Path(folder) / "trainees.csv", Path(folder) / "catalogue.toml"
        cost(INVENT, rows, file)  # in a process of its own: others would seem to need the memory that this took
        catalogue.write_text(instrument(), encoding="utf-8")
        say(f"{rows:,} rows of {QUESTIONS} questions, {file.stat().st_size / 1e6:.0f} MB")
        plain = cost(DUCKDB, file, QUESTIONS)
        say(f"DuckDB: {plain}")
        checked = cost(CHECK, file, catalogue, Path(folder) / "home")
        say(f"check:  {checked}")
        cpu, seconds = checked.cpu / plain.cpu, checked.seconds / plain.seconds
        say(f"ratio:  {cpu:.1f} times the CPU seconds, {seconds:.1f} times the time")


def cost(program: str, *arguments: object) -> Cost:
    """Run a program and say what it took, its start included."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", program, *map(str, arguments)], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"it left with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - began, _megabytes(used))


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


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


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
