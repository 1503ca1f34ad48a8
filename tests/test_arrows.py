"""Imports run one way, so that no page can hold what the release does not."""

import ast
from pathlib import Path

import pytest

from tests.factories import PROJECT

MODULES = sorted([*PROJECT.glob("pipelines/**/*.py"), *PROJECT.glob("dashboard/**/*.py")])
FORBIDDEN = {
    "pipelines": {"streamlit", "plotly", "dashboard"},
    "dashboard": {"pipelines"},
    "dashboard/charts.py": {"streamlit", "duckdb"},
    "dashboard/wording.py": {"streamlit", "duckdb", "plotly", "polars"},
    "dashboard/exports.py": {"streamlit", "duckdb", "plotly"},
    "dashboard/charts_across.py": {"streamlit", "duckdb"},
    "dashboard/charts_over_time.py": {"streamlit", "duckdb"},
    "dashboard/wording_across.py": {"streamlit", "duckdb", "plotly", "polars"},
    "dashboard/wording_upload.py": {"streamlit", "duckdb", "plotly", "polars"},
    "dashboard/wording_over_time.py": {"streamlit", "duckdb", "plotly", "polars"},
    "dashboard/tables.py": {"streamlit", "duckdb"},
    "dashboard/release.py": {"streamlit"},
    "dashboard/report.py": {"streamlit", "duckdb"},
}
OPEN_TO_ALL = {"pipelines.settings"}
ALLOWED = {
    "dashboard/app_pages/upload.py": {"pipelines.desk", "pipelines.errors"},
    "dashboard/matching.py": {"pipelines.desk", "pipelines.errors", "pipelines.mapping", "pipelines.reading"},
    "dashboard/uploading.py": {  # the upload page, put on the screen
        "pipelines.desk",
        "pipelines.errors",
        "pipelines.findings",
        "pipelines.listing",
        "pipelines.loading",
        "pipelines.mapping",
        "pipelines.marking",
        "pipelines.reading",
        "pipelines.receipts",
    },
    "dashboard/app_pages/steward.py": {"pipelines.errors", "pipelines.stewarding"},
    "pipelines/cli.py": {"dashboard", "dashboard.release"},  # inside the command that prints a report
}


def imported(path: Path) -> set[str]:
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names = {a.name for node in tree if isinstance(node, ast.Import) for a in node.names}
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return names | {node.module or "" for node in tree if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_imports_only_what_lies_behind_it(path: Path) -> None:
    place = str(path.relative_to(PROJECT))
    forbidden = FORBIDDEN[path.relative_to(PROJECT).parts[0]] | FORBIDDEN.get(place, set())
    allowed = OPEN_TO_ALL | ALLOWED.get(place, set())
    strangers = {name for name in imported(path) - allowed if name.split(".")[0] in forbidden}
    assert not strangers


def test_the_command_line_reaches_into_the_dashboard_only_inside_a_command() -> None:
    whole = ast.parse((PROJECT / "pipelines" / "cli.py").read_text(encoding="utf-8"))
    at_import = [node for node in whole.body if not isinstance(node, ast.FunctionDef)]
    assert not any(
        "dashboard" in ast.unparse(node) for node in at_import if isinstance(node, ast.Import | ast.ImportFrom)
    )


def test_a_page_is_short_and_holds_no_sql() -> None:
    for page in PROJECT.glob("dashboard/app_pages/*.py"):
        text = page.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 40, page.name
        assert "SELECT" not in text
        assert "FROM " not in text
