"""A questionnaire in another language: the same ids, the translated texts, and word of what is not translated."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from pipelines.cli import main
from pipelines.documents.questionnaire import numbers, questionnaire
from pipelines.documents.questionnaire_files import as_html, as_pdf
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
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
    assert said.sections[0].questions[1].remark == "Dim ond os ateboch “Ydw” i gwestiwn 1."


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


def test_the_command_prints_it_and_names_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text(
        """
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
        """,
        encoding="utf-8",
    )
    output = tmp_path / "cy.html"
    arguments = ["questionnaire", "staff", "--language", "cy", "-o", str(output), "--catalogue", str(catalogue)]
    with pytest.raises(SystemExit, match="0"):
        main(arguments)
    assert "Diogel?" in output.read_text(encoding="utf-8")
    told = capsys.readouterr().out
    assert "texts are not translated into cy" in told
    assert "instrument: status" in told
    assert "instrument: title" not in told
