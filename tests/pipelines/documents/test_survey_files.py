"""The files that survey tools import: what respondents read stands in each, and what is still to be filled in."""

import csv
import io
import re
from html import unescape
from typing import Any

import pytest

from pipelines.documents.questionnaire import numbers, questionnaire
from pipelines.documents.questionnaire_files import as_html
from pipelines.documents.survey import PROGRAMME_TO_FILL, YEAR_TO_FILL, Survey, survey
from pipelines.documents.survey_files import LIMESURVEY, TOOLS
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.survey_codes import short_answers, short_name
from tests.factories import a_catalogue, a_measure, shipped_catalogue

CATALOGUE = shipped_catalogue()
TEXTS = [tool for tool in TOOLS if tool != "xlsform"]


def a_survey(catalogue: Catalogue = CATALOGUE, *given: str) -> Survey:
    group = "trainee" if catalogue is CATALOGUE else "staff"
    return survey(questionnaire(catalogue, group), catalogue, group, *given)  # type: ignore[arg-type]


def made(tool: str, *given: str) -> str:
    """What a file says, without the marks of its format."""
    content = TOOLS[tool].make(a_survey(CATALOGUE, *given)).decode("utf-8-sig")
    if tool in {"redcap", "limesurvey"}:
        rows = csv.reader(io.StringIO(content), delimiter="\t" if tool == "limesurvey" else ",")
        content = " ".join(cell for row in rows for cell in row)
    return unescape(content)


@pytest.mark.parametrize("tool", TEXTS)
def test_a_survey_says_what_the_printed_questions_say(tool: str) -> None:
    text = made(tool)
    for _, said in questionnaire(CATALOGUE, "trainee").opening:
        assert said in text
    assert "Who sees single answers (nobody who assesses you should): […]" in text
    assert "Leave out whatever you wish" in text
    assert "17. In the last 12 months, have you kept something about your mental health to yourself here?" in text


@pytest.mark.parametrize("tool", ["redcap", "limesurvey", "qualtrics"])
def test_each_answer_says_its_programme_and_year_or_where_they_go(tool: str) -> None:
    begun, empty = made(tool, "alder", "2025-26"), made(tool)
    assert "alder" in begun
    assert "2025-26" in begun
    assert not any(place in begun for place in (PROGRAMME_TO_FILL, YEAR_TO_FILL))
    assert PROGRAMME_TO_FILL in empty
    assert YEAR_TO_FILL in empty


def test_what_is_still_to_be_filled_in_is_said() -> None:
    assert "PROGRAMME_ID" in a_survey().to_fill
    assert "PROGRAMME_ID" not in a_survey(CATALOGUE, "alder", "2025-26").to_fill
    assert "who sees single answers" in a_survey(CATALOGUE, "alder", "2025-26").to_fill


@pytest.mark.parametrize("given", [("a",), ("alder", "2025/26"), ('al"der',)])
def test_what_can_be_no_programme_or_year_is_refused(given: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        a_survey(CATALOGUE, *given)


def test_an_answer_cannot_break_out_of_its_place() -> None:
    catalogue = a_catalogue(a_measure(question="A | B, <b>C</b>?"), answer_words={"yes": "Yes | really, <i>so</i>"})
    redcap = TOOLS["redcap"].make(a_survey(catalogue)).decode()
    assert "yes, Yes / really, <i>so</i> | no, No" in redcap
    limesurvey = TOOLS["limesurvey"].make(a_survey(catalogue)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(limesurvey), delimiter="\t"))
    assert [*rows[0]] == [*LIMESURVEY]
    assert "Yes | really, &lt;i&gt;so&lt;/i&gt;" in {row["text"] for row in rows}


def test_a_name_has_twenty_letters_and_digits_at_most() -> None:
    assert short_name("knows_how_to_get_support") == "knowshowtogetsupport"
    cut = short_name("trainee_knows_who_is_told")  # 21 letters
    assert cut.startswith("qtraineeknowswho")
    assert len(cut) == 20
    assert cut == short_name("trainee_knows_who_is_told") != short_name("trainee_knows_who_is_toll")


def test_names_that_begin_alike_stay_apart() -> None:
    columns = [measure.id for measure in CATALOGUE.measure]
    assert len({*map(short_name, columns)}) == len(columns)


def test_answers_have_five_letters_at_most_and_are_never_a_mere_number() -> None:
    assert short_answers(["yes", "prefer_not_to_say", "strongly_agree"]) == {
        "yes": "yes",
        "prefer_not_to_say": "pnts",
        "strongly_agree": "sa",
    }
    assert short_answers(["strongly_agree", "some_agree", "seldom_agree"]) == {
        "strongly_agree": "sa",
        "some_agree": "sa2",
        "seldom_agree": "sa3",
    }
    for measure in CATALOGUE.measure:
        shortened = [*short_answers(measure.answers).values()]
        assert len({*shortened}) == len(shortened)
        assert all(code.isalnum() and not code.isdigit() and len(code) <= 5 for code in shortened)


# ---- what a text refers to is there ----

REFERENCE = re.compile(r"Only if you answered (?P<answers>.*?) to question (?P<number>\d+)(?:, “(?P<line>[^”]*)”)?\.")


def in_forms(group: str, *, short: bool = False) -> dict[str, list[str]]:
    """What the steps for Microsoft and Google Forms have with the heading of each question: whom it is for, its
    lines and answers."""
    made = survey(questionnaire(CATALOGUE, group, short=short), CATALOGUE, group)
    page = TOOLS["forms"].make(made).decode()
    blocks = re.findall(r'<div class="question">(.*?)<h3>(.*?)</h3>(.*?)</div>', page, re.DOTALL)
    lines = {unescape(heading): re.split(r"<br>|</?[a-z][^>]*>", above + below) for above, heading, below in blocks}
    return {heading: [unescape(line) for line in below if line.strip()] for heading, below in lines.items()}


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("group", ["staff", "trainee"])
def test_the_steps_for_forms_number_questions_and_tables_as_the_printed_questionnaire_does(
    group: str, short: bool
) -> None:
    found = in_forms(group, short=short)
    numbered = {int(heading.split(".")[0]): heading for heading in found if heading[0].isdigit()}
    places = numbers(CATALOGUE, group, short=short)
    assert [*numbered] == [*dict.fromkeys(places.values())] == [*range(1, len(numbered) + 1)]
    for name, number in places.items():
        measure, heading = CATALOGUE.measures[name], numbered[number]
        whole = [heading.split(". ", 1)[1], *found[heading]]
        assert whole.count(measure.question) == 1
        assert ("Lines" in whole) == (measure.set_id is not None)


@pytest.mark.parametrize("make", [as_html, TOOLS["qualtrics"].make, TOOLS["forms"].make])
def test_whom_a_question_is_for_stands_right_above_it_where_everybody_may_read_it(make: Any) -> None:
    asked = questionnaire(CATALOGUE, "trainee")
    page = make(asked if make is as_html else survey(asked, CATALOGUE, "trainee")).decode()
    said = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    follow_ups = [question for section in asked.sections for question in section.questions if question.only_if]
    assert follow_ups
    for question in follow_ups:
        assert f"{question.only_if} {question.number}. {question.text}" in said


def test_no_step_puts_a_question_to_everybody_without_the_line_that_says_whom_it_is_for() -> None:
    page = TOOLS["forms"].make(survey(questionnaire(CATALOGUE, "trainee"), CATALOGUE, "trainee")).decode()
    assert "put the question to everybody" not in page
    assert "tells those it is not for to leave it blank" in page


@pytest.mark.parametrize("group", ["staff", "trainee"])
def test_what_the_steps_for_forms_refer_to_is_there(group: str) -> None:
    found = in_forms(group)
    numbered = {heading.split(".")[0]: heading for heading in found}
    references = [match for below in found.values() for line in below for match in REFERENCE.finditer(line)]
    for reference in references:
        below = found[numbered[reference["number"]]]
        assert all(answer in below for answer in re.findall("“(.*?)”", reference["answers"]))
        if reference["line"]:
            assert sum(reference["line"] in line for line in below) == 1
    places = numbers(CATALOGUE, group)
    assert len(references) == len({places[measure.id] for measure in CATALOGUE.asked_of(group) if measure.base})
    for heading, below in found.items():
        said = " ".join(below)
        if "first line" in said or "second and third line" in said:
            assert below[below.index("Lines") :].index("Answers") == (5 if "other three" in said else 4), heading


@pytest.mark.parametrize("tool", TEXTS)
def test_each_number_stands_once_before_its_question(tool: str) -> None:
    text = made(tool)
    for measure in CATALOGUE.asked_of("trainee"):
        asked = CATALOGUE.sets_by_id[measure.set_id].stem if measure.set_id else measure.question
        assert text.count(f"{numbers(CATALOGUE, 'trainee')[measure.id]}. {asked}") == 1


def test_the_steps_for_forms_are_in_english_whatever_the_survey_is_in() -> None:
    catalogue = a_catalogue(a_measure(question_cy="Diogel?"))
    page = TOOLS["forms"].make(survey(questionnaire(catalogue, "staff", language="cy"), catalogue, "staff")).decode()
    assert '<html lang="cy">' in page
    assert '<section lang="en"><h2>Steps</h2>' in page
    assert '<h2 lang="en">Before the questions</h2>' in page
    assert page.index("</section>") < page.index("Diogel?")
