"""Imports run one way, so that no page can hold what the release does not."""

import ast
from pathlib import Path

import pytest

from tests.factories import PROJECT

MODULES = sorted([*PROJECT.glob("pipelines/**/*.py"), *PROJECT.glob("dashboard/**/*.py")])
FORBIDDEN = {
    "pipelines": {"streamlit", "plotly", "dashboard"},
    "dashboard": {"pipelines"},
    "dashboard/charts/base.py": {"streamlit", "duckdb"},
    "dashboard/wording/sentences.py": {"streamlit", "duckdb", "plotly", "polars"},
    "dashboard/components/downloads.py": {"streamlit", "duckdb", "plotly"},
    "dashboard/charts/across_programmes.py": {"streamlit", "duckdb"},
    "dashboard/charts/over_time.py": {"streamlit", "duckdb"},
    "dashboard/wording/across_programmes.py": {"streamlit", "duckdb", "plotly", "polars"},
    "dashboard/upload/wording.py": {"streamlit", "duckdb", "plotly", "polars"},
    "dashboard/wording/over_time.py": {"streamlit", "duckdb", "plotly", "polars"},
    "dashboard/components/tables.py": {"streamlit", "duckdb"},
    "dashboard/release.py": {"streamlit"},
    "dashboard/report/report.py": {"streamlit", "duckdb"},
}
OPEN_TO_ALL = {"pipelines.settings", "pipelines.spreadsheet_safety", "pipelines.home_layout"}
ALLOWED = {
    "dashboard/app_pages/upload.py": {"pipelines.upload", "pipelines.errors"},
    "dashboard/upload/column_matching.py": {
        "pipelines.upload",
        "pipelines.errors",
        "pipelines.checking.mapping",
        "pipelines.reading.reader",
    },
    "dashboard/upload/steps.py": {  # the upload page, put on the screen
        "pipelines.upload",
        "pipelines.errors",
        "pipelines.findings",
        "pipelines.documents.findings_table",
        "pipelines.intake.loading",
        "pipelines.checking.mapping",
        "pipelines.documents.annotated_workbook",
        "pipelines.reading.reader",
        "pipelines.documents.receipt",
    },
    "dashboard/report/report.py": {"pipelines.documents.pdf", "pipelines.errors"},
    "dashboard/app_pages/steward.py": {"pipelines.errors", "pipelines.steward"},
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
