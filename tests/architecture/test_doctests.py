"""The examples in docstrings are true."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from tests.factories import PROJECT

WITH_EXAMPLES = sorted(
    path.relative_to(PROJECT)
    for room in ("pipelines", "dashboard")
    for path in (PROJECT / room).rglob("*.py")
    if ">>>" in path.read_text(encoding="utf-8")
)
"""Only these are imported: importing every module would take long, and some pages run when they are imported."""


def test_there_are_examples() -> None:
    assert WITH_EXAMPLES


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=str)
def test_the_examples_of_a_module_give_what_they_say(path: Path) -> None:
    module = import_module(".".join(path.with_suffix("").parts))
    failed, tried = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert tried > 0
    assert failed == 0
