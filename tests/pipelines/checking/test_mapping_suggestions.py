"""Suggestions for a mapping, which nobody takes unasked."""

from pathlib import Path

import pytest

from pipelines.checking.mapping import apply, make_mapping
from pipelines.checking.mapping_suggestions import as_mapping, suggested_answers, suggested_columns
from pipelines.checking.survey_exports import words_of
from pipelines.findings import errors
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.contract import Context, Contract
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from pipelines.reading.reader import read
from tests.factories import a_catalogue, a_file, a_measure

CATALOGUE = a_catalogue(
    a_measure("safe", title="Safe to share", question="It is safe here to talk about lived experience."),
    a_measure("free", title="Free to choose", question="I feel free not to share."),
)


def contract_of(catalogue: Catalogue) -> Contract:
    return contract(Dataset("staff_responses"), catalogue, Context("2026-27"))


STAFF = contract_of(CATALOGUE)


def suggested(*headings: str) -> dict[str, str]:
    return suggested_columns(headings, STAFF, CATALOGUE)


@pytest.mark.parametrize(
    "heading",
    [
        "Safe to share",
        "It is safe here to talk about lived experience",
        "3. It is safe here to talk about lived experience.",
        "Q3: it is SAFE here to talk about lived expérience",
    ],
)
def test_a_heading_like_the_question_or_its_title_is_suggested(heading: str) -> None:
    assert suggested(heading) == {"safe": heading}


def test_what_is_like_nothing_is_not_suggested() -> None:
    assert suggested("Weather", "Tea") == {}


def test_a_column_the_file_already_has_is_not_suggested_again() -> None:
    assert suggested("safe", "Safe to share") == {}


def test_each_heading_is_suggested_once_for_what_it_is_most_like() -> None:
    assert suggested("Academic year", "Academic Year (start)", "Programme ID") == {
        "programme_id": "Programme ID",
        "academic_year": "Academic year",
    }


def test_cells_like_an_answer_are_suggested_for_it_and_answers_are_left_alone() -> None:
    answers = ("strongly_disagree", "disagree", "neither", "agree", "strongly_agree")
    assert suggested_answers(["Strongly Agree", "disagree", "AGREE ", "Blue"], answers, {}) == {
        "Strongly Agree": "strongly_agree",
        "AGREE ": "agree",
    }


def test_the_words_under_which_an_answer_was_given_are_suggested_for_it_in_every_language() -> None:
    catalogue = a_catalogue(
        a_measure("here", answer_words_cy={"yes": "Oes", "no": "Nac oes"}, question_cy="Oes rhywun yma?"),
        a_measure("free", answers=["there_is_none", "no"], affirmative=["no"]),
        answer_words={"there_is_none": "There is no policy"},
        answer_words_cy={"yes": "Ydw", "no": "Nac ydw"},
    )
    words = words_of(Dataset("staff_responses"), ["here", "free"], catalogue)
    assert {text: words.get(text) for text in ("Oes", "Nac oes", "Nac ydw", "Ydw")} == {
        "Oes": "yes",
        "Nac oes": "no",
        "Nac ydw": "no",
        "Ydw": None,
    }
    cells = ["Oes", "There is no policy.", "Rain"]
    assert suggested_answers(cells, ["yes", "no", "there_is_none"], words) == {
        "Oes": "yes",
        "There is no policy.": "there_is_none",
    }
    assert suggested_columns(["1. Oes rhywun yma?"], contract_of(catalogue), catalogue) == {
        "here": "1. Oes rhywun yma?"
    }


@pytest.mark.parametrize(
    "heading", ["{question}", "19. Suppose you {when} a difficulty. Would you tell …? [{question}]"]
)
def test_the_lines_of_tables_are_suggested_for_their_own_question_however_alike(heading: str) -> None:
    told = {
        "now": "Suppose you have a difficulty. Would you tell …?",
        "then": "Suppose you had a difficulty. Would you tell …?",
    }
    rows = {"tutor": "your tutor", "peer": "a fellow trainee"}
    measures = [
        a_measure(f"{when}_{who}", set=when, row=row, question=stem.replace("…", row))
        for when, stem in told.items()
        for who, row in rows.items()
    ]
    catalogue = a_catalogue(*measures, set=[{"id": when, "stem": stem} for when, stem in told.items()])
    headings = {
        measure.id: heading.format(question=measure.question, when="had" if measure.set_id == "then" else "have")
        for measure in catalogue.measure
    }
    assert suggested_columns([*headings.values()], contract_of(catalogue), catalogue) == headings


def test_what_a_person_chose_becomes_a_mapping_that_does_it(tmp_path: Path) -> None:
    chosen = as_mapping(
        "staff_responses",
        {"safe": "Safe to share"},
        {"safe": {"Yes, quite": "yes"}, "free": {}},
        constants={"programme_id": "aa", "academic_year": "2024-25"},
        ignore=["Weather"],
        drop=[],
    )
    mapping, content = make_mapping(chosen, "ours.toml")
    assert b"drop" not in content
    sheet = apply(mapping, read(a_file(tmp_path, 'Safe to share,Weather\n"Yes, quite",rain\nno,sun\n')))
    assert errors(sheet.findings) == []
    assert sheet.rows.select("programme_id", "academic_year", "safe").rows() == [
        ("aa", "2024-25", "yes"),
        ("aa", "2024-25", "no"),
    ]
