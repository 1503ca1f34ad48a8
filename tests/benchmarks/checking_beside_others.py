"""What `openness check` costs beside pandera, Great Expectations and frictionless with the same rules.

uv run python -m tests.benchmarks.checking_beside_others [ROWS …]

Each tool is in an environment of its own, which is made for it, and looks at the same three files: twenty rows, so that
all it needs is imported; twenty rows of which one has a cell that is no answer, which it must find; and then the many,
which is measured. It reads the file as text and looks whether ids, years and every answer are as they may be. `check`
counts the answers besides, and looks for names, totals and the like.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.checking_at_size import QUESTIONS, SCALE, YES_NO, instrument, write_invented
from tests.benchmarks.measuring import Bench, Cost, Figure, Row, cost_within, say

ROWS = (100_000, 1_000_000)
RULES = """
ID, YEAR, TRAINING = r"^[A-Za-z0-9][A-Za-z0-9_-]{1,31}$", r"^[0-9]{4}-[0-9]{2}$", ["1", "2", "3"]
clean, spoilt, many = sys.argv[1:4]
ANSWERS = json.loads(sys.argv[4])
def compare(check):
    assert check(clean), "the clean file was refused"
    assert not check(spoilt), "a cell that is no answer was not found"
    def check_many():
        assert check(many)
    measured(check_many)
"""
CHECK = """
from contextlib import redirect_stdout
from io import StringIO
from pipelines.cli import main
def check(path):
    try:
        with redirect_stdout(StringIO()):
            main(["check", path, "--dataset", "trainee_responses", "--catalogue", sys.argv[5], "--home", sys.argv[6]])
    except SystemExit as left:
        return not left.code
    return True
compare(check)
"""
PANDERA = """
COLUMN, CHECK = pandera.Column, pandera.Check
schema = pandera.DataFrameSchema(
    {
        "programme_id": COLUMN(str, CHECK.str_matches(ID)),
        "academic_year": COLUMN(str, CHECK.str_matches(YEAR)),
        "training_year": COLUMN(str, CHECK.isin(TRAINING), nullable=True),
    }
    | {name: COLUMN(str, CHECK.isin(codes), nullable=True) for name, codes in ANSWERS.items()},
    strict=True,
)
def check(path):
    try:
        schema.validate(read(path), lazy=True)
    except pandera.errors.SchemaErrors:
        return False
    return True
compare(check)
"""
PANDERA_ON_POLARS = f"""
import pandera.polars as pandera
import polars
def read(path):
    return polars.read_csv(path, infer_schema=False)
{PANDERA}
"""
PANDERA_ON_PANDAS = f"""
import pandas
import pandera.pandas as pandera
def read(path):
    return pandas.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
{PANDERA}
"""
GREAT_EXPECTATIONS = """
import great_expectations as gx
import pandas
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
batches = context.data_sources.add_pandas("p").add_dataframe_asset("a").add_batch_definition_whole_dataframe("b")
rules = [
    gx.expectations.ExpectColumnValuesToNotBeNull(column="programme_id"),
    gx.expectations.ExpectColumnValuesToNotBeNull(column="academic_year"),
    gx.expectations.ExpectColumnValuesToMatchRegex(column="programme_id", regex=ID),
    gx.expectations.ExpectColumnValuesToMatchRegex(column="academic_year", regex=YEAR),
    gx.expectations.ExpectColumnValuesToBeInSet(column="training_year", value_set=TRAINING),
]
rules += [gx.expectations.ExpectColumnValuesToBeInSet(column=name, value_set=codes) for name, codes in ANSWERS.items()]
suite = gx.ExpectationSuite(name="s", expectations=rules)
def check(path):
    frame = pandas.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
    return batches.get_batch(batch_parameters={"dataframe": frame}).validate(suite).success
compare(check)
"""
FRICTIONLESS = """
import os
import frictionless
from frictionless import system
def field(name, **rules):
    return {"name": name, "type": "string", "constraints": rules}
fields = [
    field("programme_id", required=True, pattern=ID),
    field("academic_year", required=True, pattern=YEAR),
    field("training_year", enum=TRAINING),
    *(field(name, enum=codes) for name, codes in ANSWERS.items()),
]
schema = frictionless.Schema.from_descriptor({"fields": fields})
def check(path):
    with system.use_context(trusted=True):
        return frictionless.Resource(path, schema=schema).validate().valid
compare(check)
"""
OTHERS = {
    "pandera on polars": (PANDERA_ON_POLARS, ("pandera[polars]==0.35.0", "polars==2.1.0")),
    "pandera on pandas": (PANDERA_ON_PANDAS, ("pandera[pandas]==0.35.0", "pandas==3.1.1")),
    "Great Expectations": (GREAT_EXPECTATIONS, ("great_expectations==1.24.1",)),
    "frictionless": (FRICTIONLESS, ("frictionless==5.21.0",)),
}
OURS = "openness check"
FASTER = 1.0
REASON = (
    "Pandera's rules on polars are a part of the check, which also reads any encoding, looks for names and totals, "
    "tells lines, and counts the answers."
)
"""Why an aim is missed, if one is."""


def main(sizes: tuple[int, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for rows, costs in compared(Path(folder), sizes).items():
            say(f"{rows:,} rows of {QUESTIONS} questions")
            ours = costs.pop(OURS)
            say(f"  {OURS:20}{ours}")
            for name, theirs in costs.items():
                say(f"  {name:20}{theirs}; check takes {times(ours, theirs)}   ({versions(name)})")


def rows(bench: Bench) -> list[Row]:
    """A row for each of the others, for the table of all benchmarks."""
    found = compared(bench.folder, tuple(bench.size(rows, 1_000) for rows in ROWS))
    work = f"check and count trainee rows × {QUESTIONS} questions from CSV, imports left out"
    return [Row(work, f"{name} with equal rules ({versions(name)})", figures(name, found), REASON) for name in OTHERS]


def figures(name: str, found: dict[int, dict[str, Cost]]) -> tuple[Figure, ...]:
    ratios = {
        f"{what} with {rows:,} rows": getattr(costs[OURS], field) / getattr(costs[name], field)
        for rows, costs in found.items()
        for what, field in (("CPU", "cpu"), ("time", "seconds"))
    }
    return tuple(Figure(label, ratio, FASTER) for label, ratio in ratios.items())


def compared(folder: Path, sizes: tuple[int, ...]) -> dict[int, dict[str, Cost]]:
    """What each took, by the number of rows; ours first."""
    environments = {name: environment(folder, name, packages) for name, (_, packages) in OTHERS.items()}
    return {rows: costs(folder, rows, environments) for rows in sizes}


def costs(folder: Path, rows: int, environments: dict[str, str]) -> dict[str, Cost]:
    arguments = files(folder, rows)
    ours = cost_within(RULES + CHECK, *arguments, folder / "catalogue.toml", folder / "none")
    return {OURS: ours} | {
        name: cost_within(RULES + program, *arguments, python=environments[name])
        for name, (program, _) in OTHERS.items()
    }


def environment(folder: Path, name: str, packages: tuple[str, ...]) -> str:
    """The interpreter of a new environment that holds these packages."""
    place = folder / name.replace(" ", "-")
    subprocess.run(["uv", "venv", "-q", "--python", sys.executable, place], check=True)  # noqa: S607
    python = place / "bin" / "python"
    subprocess.run(["uv", "pip", "install", "-q", "--python", python, *packages], check=True)  # noqa: S607
    return str(python)


def files(folder: Path, rows: int) -> list[object]:
    """A few rows, the same with a cell that is no answer, and many rows; and the answers that there are."""
    (folder / "catalogue.toml").write_text(instrument(), encoding="utf-8")
    clean, spoilt, many = (folder / f"{name}.csv" for name in ("clean", "spoilt", f"many-{rows}"))
    write_invented(clean, 20)
    write_invented(many, rows)
    lines = clean.read_text(encoding="utf-8").splitlines()
    lines[7] = f"{lines[7].rpartition(',')[0]},perhaps"
    spoilt.write_text("\n".join(lines) + "\n", encoding="utf-8")
    answers = {f"q{number}": SCALE if number % 2 else YES_NO for number in range(QUESTIONS)}
    return [clean, spoilt, many, json.dumps(answers)]


def versions(name: str) -> str:
    return ", ".join(OTHERS[name][1])


def times(ours: Cost, theirs: Cost) -> str:
    return f"{ours.cpu / theirs.cpu:.2f} times its CPU seconds, {ours.seconds / theirs.seconds:.2f} its time"


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or ROWS)
