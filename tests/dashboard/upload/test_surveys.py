"""A survey from the page and back to it: the tool's file, and its export with nothing to match."""

from pathlib import Path
from random import Random

import pytest

from dashboard.upload import wording
from pipelines.documents.survey import Survey
from pipelines.documents.survey_files import TOOLS
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.roles import ANYBODY_HERE
from pipelines.upload import Desk
from tests.dashboard.upload.administrator import Administrator, a_home
from tests.factories import FIRST_EDITION
from tests.reference import survey_exports as tools

CATALOGUE = load_catalogue(FIRST_EDITION)
TOOL = {
    "redcap": (tools.redcap_form, tools.redcap_export),
    "limesurvey": (tools.limesurvey_form, tools.limesurvey_export),
}
Meaning = dict[str, dict[str, tuple[str, str]]]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Administrator:
    return Administrator(a_home(tmp_path), monkeypatch)


def downloads(page: Administrator) -> list[str]:
    return [button.label for button in page.app.get("download_button")]


def test_the_page_offers_the_file_of_each_tool(page: Administrator) -> None:
    desk = Desk(page.home, ANYBODY_HERE)
    for tool, (name, steps) in desk.survey_tools.items():
        page.say(wording.SURVEY_TOOL, tool)
        assert f"Questions for trainees ({name})" in downloads(page)
        assert steps in page.told
        assert desk.survey_file(tool, desk.survey("trainee", "alder", "2024-25")) == TOOLS[tool].make(
            desk.survey("trainee", "alder", "2024-25")
        )
        assert desk.survey_file_name(tool, "trainee") == f"questionnaire-trainee-{tool}{TOOLS[tool].ending}"


def test_a_year_that_is_none_is_told_before_a_file_is_made(page: Administrator) -> None:
    page.say(wording.SURVEY_TOOL, "redcap").say(wording.YEAR, "2024-26", "text_input")
    assert "is not an academic year" in page.told
    assert "Questions for trainees (REDCap)" not in downloads(page)


@pytest.mark.parametrize("tool", ["redcap", "limesurvey"])
def test_an_export_is_taken_in_with_nothing_to_match(page: Administrator, tmp_path: Path, tool: str) -> None:
    desk = Desk(page.home, ANYBODY_HERE)
    read, export = TOOL[tool]
    form = read(desk.survey_file(tool, desk.survey("trainee", "alder", "2024-25")))
    meant = meaning(form, desk.survey("trainee"))
    people = [consistent(person, meant) for person in form.play(40, Random(5))]  # noqa: S311  a known course of chance
    path = tmp_path / "export.csv"
    path.write_bytes(export(form, people))
    page.offer(path).submit()
    assert wording.TAKEN_IN in page.told
    expected = tools.counted(form, people, CATALOGUE, lambda name, code: meant[name][code])
    assert page.held == {measure: (n, k) for measure, n, k in expected.rows()}


def meaning(form: tools.Form, survey: Survey) -> Meaning:
    """What each code of each variable stands for: column and answer, by their places in the form."""
    rows = [(row.column, [*question.answers]) for question in survey.questions for row in question.rows]
    return {
        variable.name: {code: (column, answer) for code, answer in zip(variable.choices, answers, strict=True)}
        for variable, (column, answers) in zip(form.variables, rows, strict=True)
    }


def consistent(person: tools.Answers, meant: Meaning) -> tools.Answers:
    """The person without answers that say yes to what lies within a no."""
    answers = dict(meant[name][code] for name, code in person.items())
    return {name: code for name, code in person.items() if not contradicts(*meant[name][code], answers)}


def contradicts(column: str, answer: str, answers: dict[str, str]) -> bool:
    measure = CATALOGUE.measures.get(column)
    if measure is None or measure.within is None or answer not in measure.affirmative:
        return False
    return answers.get(measure.within) not in CATALOGUE.measures[measure.within].affirmative
