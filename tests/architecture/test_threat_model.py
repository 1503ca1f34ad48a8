"""Every line of the threat model names a test that there is."""

import re

import pytest

from tests.factories import PROJECT

PAGE = (PROJECT / "docs" / "threat-model.md").read_text(encoding="utf-8")
LINES = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| who")]
TESTS = {
    name
    for path in (PROJECT / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_there_are_lines() -> None:
    assert len(LINES) > 10


@pytest.mark.parametrize("line", LINES)
def test_each_line_names_a_test_that_there_is(line: str) -> None:
    named = re.findall(r"`(test_\w+)`", line)
    assert named
    assert set(named) <= TESTS
