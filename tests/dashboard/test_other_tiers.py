"""Where the catalogue asks for more people, every sentence about the rule says so: no ten and no fifteen is left."""

import re

import pytest

from dashboard.release.reader import Release, current
from dashboard.report.report import content
from pipelines.documents.questionnaire import questionnaire
from pipelines.instrument.dataset import Group
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.settings import Settings
from tests.dashboard.test_pages import open_page, text

USUAL = re.compile(r"\b(?:ten|fifteen|10|15)\b", re.IGNORECASE)
"""The numbers of people in the catalogue that comes with the project."""


def without_references(page: str) -> str:
    """A page without its list of references, whose volumes and DOIs are no numbers of people."""
    return "\n".join(line for line in page.splitlines() if not line.startswith("- "))


def test_about_tells_the_rule_with_the_numbers_of_the_catalogue(
    stricter_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = without_references(text(open_page(stricter_home.home, monkeypatch, "about")))
    assert USUAL.findall(said) == []
    assert "at least 20 people answered and at least 5 stand on each side" in said
    assert "at least 30 people and 6 on each side" in said
    assert "If twenty or more people answered (thirty for a sensitive measure)" in said
    assert "In 2022-23 nineteen people answer: too few, so they wait." in said


def test_the_search_finds_the_usual_numbers_where_they_are_true(
    demo_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = USUAL.findall(without_references(text(open_page(demo_home.home, monkeypatch, "about"))))
    assert {number.lower() for number in said} == {"ten", "fifteen", "10", "15"}


def test_the_report_tells_the_rule_with_the_numbers_of_the_catalogue(stricter_home: Settings) -> None:
    path = current(stricter_home.releases)
    assert path is not None
    report = content(Release(path), "demo-alder", "2025-26")
    assert USUAL.findall(f"{report['thresholds']} {report['rule']} {report['how_to_read']}") == []
    assert "at least 20 people" in report["thresholds"]


@pytest.mark.parametrize("group", ["staff", "trainee"])
def test_the_questionnaire_tells_the_rule_with_the_numbers_of_the_catalogue(
    stricter_home: Settings, group: Group
) -> None:
    asked = questionnaire(load_catalogue(stricter_home.catalogue), group)
    opening = " ".join(f"{lead} {sentence}" for lead, sentence in asked.opening)
    assert USUAL.findall(re.sub(r"\(questions? [^)]*\)", "", opening)) == []  # numbers of questions are no people
    assert "at least 20 people" in opening
    assert "at least 30 people are needed, and 6 on each side" in opening
