"""A function fits in the eye, and a module on a few screens."""

import ast
import tomllib
from statistics import median

import pytest

from tests.factories import PROJECT

MOST_LINES_OF_A_BODY, MEDIAN_LINES_OF_A_BODY, MOST_LINES_OF_A_MODULE, MOST_BRANCHES = 35, 5, 450, 15
FOLDERS = ("pipelines", "dashboard", "tests")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(folder: str) -> dict[str, str]:
    return {
        str(path.relative_to(PROJECT)): path.read_text(encoding="utf-8") for path in (PROJECT / folder).rglob("*.py")
    }


def bodies(text: str) -> dict[str, int]:
    """The lines of each function's body, without its docstring."""
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, Function)]
    return {f"{function.name}, line {function.lineno}": _lines(function) for function in functions}


def _lines(function: Function) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def too_long(text: str) -> list[str]:
    return [name for name, lines in bodies(text).items() if lines > MOST_LINES_OF_A_BODY]


def a_function(lines: int) -> str:
    return 'def long():\n    """It does much."""\n' + "    do()\n" * lines


@pytest.mark.parametrize(("lines", "found"), [(35, []), (36, ["long, line 1"])])
def test_a_body_of_36_lines_is_too_long(lines: int, found: list[str]) -> None:
    assert too_long(a_function(lines)) == found


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_function_is_too_long_and_most_are_short(folder: str) -> None:
    texts = modules(folder)
    assert not {name: found for name, text in texts.items() if (found := too_long(text))}
    assert median(lines for text in texts.values() for lines in bodies(text).values()) <= MEDIAN_LINES_OF_A_BODY


@pytest.mark.parametrize("folder", ["pipelines", "dashboard"])
def test_no_module_is_too_long(folder: str) -> None:
    """Tests may be longer where they are lists of cases."""
    lengths = {name: len(text.splitlines()) for name, text in modules(folder).items()}
    assert not {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_MODULE}


def test_the_style_check_counts_branches() -> None:
    """Ruff refuses a function of more than ten, unless told otherwise; no line may excuse one."""
    lint = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "C90" in lint["select"]
    ignored = [lint["ignore"], *lint["per-file-ignores"].values()]
    assert not any({"C90", "C901"} & {*rules} for rules in ignored)
    assert lint.get("mccabe", {}).get("max-complexity", 10) <= MOST_BRANCHES
    excused = [name for folder in FOLDERS for name, text in modules(folder).items() if f"noqa: {'C901'}" in text]
    assert not excused
