"""From the catalogue to a survey and back: a tool's file, answered and exported, loads as it is, with exact counts."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import polars as pl
import pytest
from pyxform.xls2xform import convert

from pipelines.documents.questionnaire import questionnaire
from pipelines.documents.survey import Survey, survey
from pipelines.documents.survey_files import TOOLS
from pipelines.finding_rules import FindingRule
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Dataset
from pipelines.intake.loading import ExaminedFile, examine
from pipelines.reading.reader import read_bytes
from pipelines.store.store import Store
from tests.factories import NOW, a_file, loaded, shipped_catalogue
from tests.reference import survey_exports as tools

PEOPLE = 60
PROGRAMMES = (
    "programme_id,programme_name,profession,country,region,named\nalder,Alder,clinical_psychology,england,,yes\n"
)
CATALOGUE = shipped_catalogue()
Read = Callable[[bytes], tools.Form]
Export = Callable[[tools.Form, list[tools.Answers]], bytes]
SHAPES: dict[str, tuple[str, Read, Export]] = {
    "redcap": ("redcap", tools.redcap_form, tools.redcap_export),
    "limesurvey, codes": ("limesurvey", tools.limesurvey_form, tools.limesurvey_export),
    "limesurvey, full answers": (
        "limesurvey",
        tools.limesurvey_form,
        lambda form, played: tools.limesurvey_export(form, played, full=True),
    ),
    "limesurvey, codes and questions": (
        "limesurvey",
        tools.limesurvey_form,
        lambda form, played: tools.limesurvey_export(form, played, questions=True),
    ),
    "kobo": ("xlsform", tools.xlsform, tools.kobo_export),
    "odk": ("xlsform", tools.xlsform, tools.odk_export),
    "qualtrics": ("qualtrics", tools.qualtrics_form, tools.qualtrics_export),
}


def a_survey(catalogue: Catalogue = CATALOGUE) -> Survey:
    return survey(questionnaire(catalogue, "trainee"), catalogue, "trainee", "alder", "2025-26")


def played(form: tools.Form, tool: str, seed: int) -> list[tools.Answers]:
    """Random answers. In Qualtrics somebody set up the branching that the file cannot hold."""
    if tool == "qualtrics":
        logic = tools.redcap_form(TOOLS["redcap"].make(a_survey()))
        labels = {variable.name: variable.choices for variable in logic.variables}
        for variable, shown in zip(form.variables, logic.variables, strict=True):
            assert variable.name == shown.name

            def is_shown(answers: tools.Answers, shown: tools.Variable = shown) -> bool:
                return shown.is_shown({name: ours(form, labels)(name, code)[1] for name, code in answers.items()})

            variable.is_shown = is_shown
    return form.play(PEOPLE, Random(seed))  # noqa: S311  a known course of chance


def ours(form: tools.Form, labels: dict[str, dict[str, str]]) -> Callable[[str, str], tuple[str, str]]:
    """What a variable and its code stand for, by its place in the form and the words of the answer."""
    columns = dict(zip((variable.name for variable in form.variables), labels, strict=True))
    choices = {variable.name: variable.choices for variable in form.variables}

    def meant(name: str, code: str) -> tuple[str, str]:
        words = {label: answer for answer, label in labels[columns[name]].items()}
        return columns[name], words[choices[name][code]]

    return meant


def examined(content: bytes, folder: Path) -> ExaminedFile:
    with Store(folder / "store.duckdb") as store:
        loaded(store, a_file(folder, PROGRAMMES, "programmes.csv"), "programmes", CATALOGUE, close=False)
        sheet = read_bytes("export.csv", content)
        return examine(sheet, Dataset("trainee_responses"), CATALOGUE, store, now=NOW)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", [1, 2])
def test_an_export_of_our_own_survey_loads_with_no_mapping_and_exact_counts(
    shape: str, seed: int, tmp_path: Path
) -> None:
    tool, read, export = SHAPES[shape]
    form = read(TOOLS[tool].make(a_survey()))
    people = played(form, tool, seed)
    found = examined(export(form, people), tmp_path)
    notices = {FindingRule.ROWS_OF_QUALTRICS} if tool == "qualtrics" else set()
    assert {finding.rule for finding in found.findings} == notices
    assert found.counted is not None
    labels = {row.column: question.answers for question in a_survey().questions for row in question.rows}
    totals = found.counted.group_by("measure_id").agg(pl.col("respondents", "affirmative").sum())
    expected = tools.counted(form, people, CATALOGUE, ours(form, labels))
    assert totals.sort("measure_id").equals(expected.sort("measure_id"))
    given = sum(
        any(ours(form, labels)(name, code)[0] == "training_year" for name, code in one.items()) for one in people
    )
    asked = found.counted.filter(pl.col("measure_id") == "safe_to_share")["subgroup"]
    assert 0 < given < PEOPLE
    assert {*asked} == {"1", "2", "3", "4", "not_stated"}


def test_pyxform_takes_the_xlsform_without_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(TOOLS["xlsform"].make(a_survey()))
    converted = convert(path, validate=False)
    assert not converted.warnings
    assert "'alder'" in converted.xform


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("IPAddress", ["81.2.69.142", "81.2.69.143"]),
        ("RecipientEmail", ["some.body@example.org", "no.body@example.org"]),
        ("LocationLatitude", ["51.50", "53.38"]),
    ],
)
def test_what_a_tool_tells_of_people_is_refused(column: str, cells: list[str], tmp_path: Path) -> None:
    form = tools.qualtrics_form(TOOLS["qualtrics"].make(a_survey()))
    people = form.play(2, Random(3))  # noqa: S311  a known course of chance
    text = tools.qualtrics_export(form, people).decode().splitlines()
    place = text[0].split(",").index(column)
    for line, cell in zip((3, 4), cells, strict=True):
        parts = text[line].split(",")
        text[line] = ",".join([*parts[:place], cell, *parts[place + 1 :]])
    found = examined("\n".join(text).encode(), tmp_path)
    assert column in {finding.column for finding in found.findings if finding.severity == "error"}


def test_a_survey_that_is_not_ours_is_left_as_it_is(tmp_path: Path) -> None:
    content = b"record_id,survey_complete,lived\n1,2,yes\n2,2,no\n"
    unknown = {finding.column for finding in examined(content, tmp_path).findings if finding.severity == "error"}
    assert {"record_id", "survey_complete", "lived"} <= unknown


def test_a_number_that_no_survey_file_gave_an_answer_is_no_answer(tmp_path: Path) -> None:
    headings = "record_id,programme_id,academic_year,safe_to_share,openness_trainee_complete"
    content = f"{headings}\n1,alder,2025-26,1,2\n2,alder,2025-26,agree,2\n".encode()
    found = examined(content, tmp_path)
    assert [(finding.column, finding.found) for finding in found.findings if finding.severity == "error"] == [
        ("safe_to_share", "1")
    ]
