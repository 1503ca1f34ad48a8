"""A questionnaire in another language: the same ids, the translated texts, and word of what is not translated."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from pipelines.cli import main
from pipelines.documents.questionnaire import numbers, questionnaire
from pipelines.documents.questionnaire_files import as_html, as_pdf
from pipelines.documents.survey import survey
from pipelines.documents.survey_files import TOOLS
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.questionnaire_words import QuestionnaireWords
from tests.factories import a_catalogue, a_measure

ANSWERS = {"yes": "Ydw", "no": "Nac ydw", "prefer_not_to_say": "Mae’n well gen i beidio â dweud"}


def welsh(**given: Any) -> Catalogue:
    measures = (
        a_measure("safe", question_cy="Ydych chi’n teimlo’n ddiogel?"),
        a_measure("helped", base="safe", question_cy="A helpodd hynny?"),
    )
    return a_catalogue(*measures, **({"answer_words_cy": ANSWERS} | given))


def texts(catalogue: Catalogue, language: str | None) -> list[tuple[str, str]]:
    said = questionnaire(catalogue, "staff", language=language)
    return [(one.text, one.answers[0]) for section in said.sections for one in section.questions if one.number]


def test_questions_and_answers_are_translated_and_numbered_alike() -> None:
    assert texts(welsh(), "cy") == [("Ydych chi’n teimlo’n ddiogel?", "Ydw"), ("A helpodd hynny?", "Ydw")]
    assert texts(welsh(), None) == [("Question?", "Yes"), ("Question?", "Yes")]
    assert numbers(welsh(), "staff") == {"safe": 1, "helped": 2}


def test_the_own_language_of_the_catalogue_is_no_translation() -> None:
    assert questionnaire(welsh(), "staff", language="en") == questionnaire(welsh(), "staff")
    assert questionnaire(welsh(), "staff").untranslated == ()


def test_what_is_not_translated_is_in_the_own_language_and_named() -> None:
    answers = {code: words for code, words in ANSWERS.items() if code != "no"}
    said = questionnaire(welsh(answer_words_cy=answers), "staff", language="cy")
    assert said.sections[0].questions[0].answers[1] == "No"
    assert "answer_words: no" in said.untranslated
    assert "instrument: title" in said.untranslated
    assert "measure safe: question" not in said.untranslated
    assert len(set(said.untranslated)) == len(said.untranslated)


def test_what_stands_around_the_questions_can_be_translated() -> None:
    said = questionnaire(
        welsh(questionnaire={"only_if_cy": "Dim ond os ateboch {answers} i gwestiwn {number}.", "word_or_cy": "neu"}),
        "staff",
        language="cy",
    )
    assert said.sections[0].questions[1].only_if == "Dim ond os ateboch “Ydw” i gwestiwn 1."


def test_a_table_and_a_pillar_are_translated() -> None:
    rows = [
        a_measure(name, set="told", row=name, row_cy=f"{name} cy", question=f"Told {name}?", question_cy=said)
        for name, said in (("a", "Dweud a cy?"), ("b", "Dweud b cy?"))
    ]
    pillar = {"id": "staff_openness", "title": "Staff", "section": {"staff": "You"}, "section_cy": {"staff": "Chi"}}
    catalogue = a_catalogue(*rows, set=[{"id": "told", "stem": "Told …?", "stem_cy": "Dweud …?"}], pillar=[pillar])
    section = questionnaire(catalogue, "staff", language="cy").sections[0]
    assert (section.title, section.questions[0].text, section.questions[0].rows) == (
        "Chi",
        "Dweud …?",
        ("a cy", "b cy"),
    )


def test_a_question_has_its_own_words_for_its_answers_in_every_form() -> None:
    measures = (
        a_measure("there", question_cy="Oes rhywun yma?", answer_words_cy={"yes": "Oes", "no": "Nac oes"}),
        a_measure("helped", base="there", question_cy="A helpodd?", answer_words_cy={"yes": "Do"}),
    )
    words = {"only_if_cy": "Dim ond os ateboch {answers} i gwestiwn {number}."}
    catalogue = a_catalogue(*measures, answer_words_cy=ANSWERS, questionnaire=words)
    said = questionnaire(catalogue, "staff", language="cy")
    there, helped = said.sections[0].questions
    assert (there.answers[:2], helped.answers[:2]) == (("Oes", "Nac oes"), ("Do", "Nac ydw"))
    assert helped.only_if == "Dim ond os ateboch “Oes” i gwestiwn 1."
    assert not [name for name in said.untranslated if name.startswith("answer_words")]
    made = survey(said, catalogue, "staff")
    for tool in ("redcap", "limesurvey", "qualtrics", "forms"):
        assert {"Nac oes", "Do"} <= {*re.findall("Nac oes|Do(?=\\W)", TOOLS[tool].make(made).decode())}
    assert [[*question.answers][:2] for question in made.questions[:2]] == [["yes", "no"]] * 2
    printed = " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(as_pdf(said))).pages)
    assert "Nac oes" in printed


def test_a_section_title_in_english_only_is_named() -> None:
    section = {"section": {"staff": "You", "trainee": "They"}, "section_cy": {"trainee": "Nhw"}}
    pillar = {"id": "staff_openness", "title": "Staff", "title_cy": "Staff cy", **section}
    said = questionnaire(welsh(pillar=[pillar]), "staff", language="cy")
    assert said.sections[0].title == "You"
    assert "pillar staff_openness: section, staff" in said.untranslated
    translated = pillar | {"section_cy": {"staff": "Chi"}}
    assert not [
        name
        for name in questionnaire(welsh(pillar=[translated]), "staff", language="cy").untranslated
        if "pillar" in name
    ]


def test_the_document_says_its_language() -> None:
    said = questionnaire(welsh(), "staff", language="cy")
    assert b'<html lang="cy">' in as_html(said)
    assert PdfReader(BytesIO(as_pdf(said))).trailer["/Root"]["/Lang"] == "cy"
    assert b'<html lang="en-GB">' in as_html(questionnaire(welsh(), "staff"))


def test_a_language_of_which_there_is_nothing_is_refused() -> None:
    with pytest.raises(Refused, match=r"no texts in the language ga\. It has en-GB, cy\."):
        questionnaire(welsh(), "staff", language="ga")


def test_a_catalogue_in_another_language_is_told_which_words_are_ours() -> None:
    german = {"id": "test", "version": "1", "title": "Test", "status": "Entwurf.", "language": "de"}
    said = questionnaire(a_catalogue(instrument=german, questionnaire={"closing": "Danke."}), "staff")
    assert said.language == "de"
    assert "questionnaire: voluntary" in said.untranslated
    assert "questionnaire: closing" not in said.untranslated


def own_words() -> dict[str, str]:
    """Every text around the questions, in a language that nobody speaks, with the same words in braces."""
    fields = {name: field for name, field in QuestionnaireWords.model_fields.items() if name != "translations"}
    braces = {name: " ".join(re.findall(r"\{\w+\}", str(field.default))) for name, field in fields.items()}
    return {name: f"Zz{place} {filled}".strip() for place, (name, filled) in enumerate(braces.items())}


def wholly_german(**given: Any) -> Catalogue:
    """A catalogue of which nothing that respondents read is in English."""
    group = {"id": "crew", "people": "Leute", "person": "Mensch", "subgroup": "schicht"}
    group |= {
        "subgroup_question": "Schicht?",
        "subgroup_why": "Darum.",
        "subgroup_codes": [{"code": "f", "label": "F"}],
    }
    answers = ["ja", "nein", "keine_angabe"]
    fields: dict[str, Any] = {"group": "crew", "answers": answers, "affirmative": ["ja"], "pillar": "klima"}
    rows = [
        a_measure(name, set="tafel", row=name, question=f"Sagten {name}?", base="gern", **fields, sensitive=True)
        for name in ("aaa", "bbb")
    ]
    instrument = {"id": "test", "version": "1", "title": "Klima", "status": "Entwurf.", "language": "de"}
    return a_catalogue(
        a_measure("gern", question="Gern?", **fields),
        *rows,
        instrument=instrument | {"about": "Das Klima.", "help": "Hilfe ist da."},
        group=[group],
        set=[{"id": "tafel", "stem": "Sagten …?", "remark": "Sonst leer."}],
        term=[{"id": "hier", "groups": ["crew"], "text": "Hier ist hier."}],
        pillar=[{"id": "klima", "title": "Klima"}],
        **({"questionnaire": own_words()} | given),
    )


ENGLISH = re.compile(r"\b(?:the|of|you|your|and|is|are|only|page|question|answer|what|no|if|or|help)\b", re.IGNORECASE)


def test_a_catalogue_wholly_in_another_language_shows_no_english_to_respondents() -> None:
    said = questionnaire(wholly_german(), "crew")
    assert said.untranslated == ()
    page = re.sub(r"<style>.*?</style>|<[^>]*>", " ", as_html(said).decode(), flags=re.DOTALL)
    printed = " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(as_pdf(said))).pages)
    for shown in (page, printed):
        assert "Sagten" in shown
        assert ENGLISH.findall(shown) == []


def test_what_it_does_not_say_in_its_language_is_in_ours_and_named() -> None:
    words = own_words()
    del words["closing"]
    said = questionnaire(wholly_german(questionnaire=words), "crew")
    assert said.untranslated == ("questionnaire: closing",)
    assert ENGLISH.findall(said.closing[-1][1])


def test_every_text_of_the_questionnaire_can_be_said_in_another_language() -> None:
    """Every entry that respondents read from says which of its texts can be translated, and none was forgotten."""
    translated = {f"{name}_cy": words for name, words in own_words().items()}
    catalogue = wholly_german(questionnaire=own_words() | translated)
    missing = questionnaire(catalogue, "crew", language="cy").untranslated
    assert not [name for name in missing if name.startswith("questionnaire:")]
    read = {"title", "status", "about", "help", "people", "subgroup_question", "subgroup_why", "label", "question"}
    read |= {"row", "stem", "remark", "text"}
    assert {name.rpartition(": ")[2] for name in missing if not name.startswith("answer_words")} == read


PARTLY_WELSH = """
[instrument]
id = "test"
version = "1"
title = "Test"
title_cy = "Prawf"
status = "For tests."
[tiers]
standard = { minimum_respondents = 10, minimum_each_side = 3 }
sensitive = { minimum_respondents = 15, minimum_each_side = 4 }
[[measure]]
id = "safe"
pillar = "staff_openness"
group = "staff"
title = "Safe"
question = "Safe?"
question_cy = "Diogel?"
answers = ["yes", "no"]
affirmative = ["yes"]
basis = "experience"
direction = "up"
source = "Source"
"""


def test_the_command_prints_it_and_names_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text(PARTLY_WELSH, encoding="utf-8")
    output = tmp_path / "cy.html"
    arguments = ["questionnaire", "staff", "--language", "cy", "-o", str(output), "--catalogue", str(catalogue)]
    with pytest.raises(SystemExit, match="0"):
        main(arguments)
    assert "Diogel?" in output.read_text(encoding="utf-8")
    told = capsys.readouterr().out
    assert "texts are not translated into cy" in told
    assert "instrument: status" in told
    assert "instrument: title" not in told


def test_words_that_a_catalogue_has_not_in_its_language_are_said_to_be_in_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text(PARTLY_WELSH.replace("[instrument]", '[instrument]\nlanguage = "fi"'), encoding="utf-8")
    for asked in ([], ["--language", "fi-FI"]):
        output = str(tmp_path / "fi.html")
        with pytest.raises(SystemExit, match="0"):
            main(["questionnaire", "staff", *asked, "-o", output, "--catalogue", str(catalogue)])
        told = " ".join(capsys.readouterr().out.split())
        assert "texts are not written in fi" in told
        assert "and stand in English: questionnaire: people" in told
