"""The names of datasets cost nothing, and contracts can be imported without Pandera and the pandas that it brings."""

import subprocess
import sys

import pytest

HEAVY = ("duckdb", "pandas", "pandera", "polars", "pydantic", "scipy")


def loaded_by(module: str) -> set[str]:
    """The heavy packages that importing a module loads, in a fresh interpreter."""
    code = f"import sys, {module}; print(*({{*sys.modules}} & {{*{HEAVY}}}))"
    return {*subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()}


@pytest.mark.parametrize(
    ("module", "loads"),
    [
        ("pipelines.instrument.dataset", set()),
        ("pipelines.findings", set()),
        ("pipelines.checking.checker", {"polars", "pydantic"}),
    ],
)
def test_only_what_is_needed_is_loaded(module: str, loads: set[str]) -> None:
    assert loaded_by(module) == loads
