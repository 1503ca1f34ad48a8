"""A draft of a mapping: in force only for what needs no guess, and a mapping once it is completed."""

from pathlib import Path

import pytest

from pipelines.checking.mapping import apply, missing_headings, read_mapping
from pipelines.checking.mapping_draft import GUESS, draft
from pipelines.errors import MappingError
from pipelines.instrument.contract import Context
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from tests.factories import a_catalogue, a_measure, a_sheet

CATALOGUE = a_catalogue(a_measure("open", title="Open about own difficulties"), a_measure("told", base="open"))
CONTRACT = contract(Dataset("staff_responses"), CATALOGUE, Context("2025-26"))
EXPORT = """\
Response ID,1. Open about own difficulties,2.1. A tutor,2.2. A peer,Whom else?,Name,Why?,Why?
1,Yes,1,,Ash;Elm;,Sarah Smith,a,b
2,No,,1,Elm;,Peter Jones,c,d
3,Yes,,,Ash;,Anna Hill,e,f
"""


def drafted(folder: Path, text: str = EXPORT) -> str:
    return draft(a_sheet(folder, text), CONTRACT, CATALOGUE)


def test_a_draft_is_a_mapping_in_which_nothing_is_guessed(tmp_path: Path) -> None:
    text = drafted(tmp_path)
    rules = read_mapping("draft.toml", text.encode(), "staff_responses").rules
    assert rules.drop == ("Response ID",)
    assert (rules.columns, rules.constants, rules.recode, rules.tick_all) == ({}, {}, {}, ())


def test_with_every_guess_taken_it_is_a_mapping_of_the_file(tmp_path: Path) -> None:
    text = drafted(tmp_path).replace(GUESS, "").replace('asked = "…"', 'asked = "everybody"')
    completed = read_mapping("draft.toml", text.encode(), "staff_responses")
    assert missing_headings(completed, a_sheet(tmp_path, EXPORT)) == []
    assert completed.rules.columns["open"].heading == "1. Open about own difficulties"
    assert completed.rules.recode["open"] == {"Yes": "yes", "No": "no"}
    assert [question.ticked for question in completed.rules.tick_all] == [(), ("1",)]


@pytest.mark.parametrize("heading", ["1. Told", "Whom did you tell? [Told]", "Told"])
def test_a_column_that_a_question_is_recognised_in_is_no_box_to_tick(tmp_path: Path, heading: str) -> None:
    text = drafted(tmp_path, f"Open about own difficulties,{heading},Some box\nYes,Yes,\nNo,,x\n")
    assert f'{GUESS}told = "{heading}"' in text
    assert f'{GUESS}ticked = ["x"]' in text.replace('[ "x", ]', '["x"]')
    assert text.count(f'"{heading}"') == 1


def test_what_looks_personal_is_named_to_be_deleted_and_no_cell_of_it_repeated(tmp_path: Path) -> None:
    text = drafted(tmp_path)
    assert "must be deleted from the file: Name" in text
    assert "Sarah" not in text


def test_headings_that_come_twice_are_named_by_their_letters(tmp_path: Path) -> None:
    assert '{ letter = "G" }, { letter = "H" }' in drafted(tmp_path)


def test_what_every_file_must_have_is_asked_for(tmp_path: Path) -> None:
    assert f'{GUESS}programme_id = "…"' in drafted(tmp_path)
    assert f'{GUESS}academic_year = "…"' not in drafted(tmp_path, "academic_year,Q\n2024-25,x\n")


def test_who_was_asked_is_not_guessed(tmp_path: Path) -> None:
    text = drafted(tmp_path).replace(GUESS, "")
    with pytest.raises(MappingError, match="asked"):
        read_mapping("draft.toml", text.encode(), "staff_responses")
    assert 'In this instrument: { open = "yes" }.' in text


WIDE = """\
Programme,Open about own difficulties (%),n,Told (%),n,Remark
Alder,45%,20,10%,20,fine
Birch,50%,10,30%,10,
"""


def drafted_counts(folder: Path, text: str) -> str:
    return draft(a_sheet(folder, text), contract(Dataset("counts"), CATALOGUE, Context("2025-26")), CATALOGUE)


def test_a_wide_table_is_drafted_as_one_and_comes_to_its_counts(tmp_path: Path) -> None:
    text = drafted_counts(tmp_path, WIDE)
    assert read_mapping("draft.toml", text.encode(), "counts").rules.wide == ()
    completed = text.replace(GUESS, "").replace('"…"', '"2024-25"')
    rows = apply(read_mapping("draft.toml", completed.encode(), "counts"), a_sheet(tmp_path, WIDE)).rows
    assert rows.select("programme_id", "measure_id", "respondents", "affirmative").rows() == [
        ("Alder", "open", "20", "9"),
        ("Birch", "open", "10", "5"),
        ("Alder", "told", "20", "2"),
        ("Birch", "told", "10", "3"),
    ]


def test_of_a_wide_table_what_is_not_known_is_left_to_say(tmp_path: Path) -> None:
    text = drafted_counts(tmp_path, "Programme,Something else,Respondents\nAlder,9,20\n")
    assert 'constants = { measure_id = "…" }' in text
    assert 'columns = { respondents = "Respondents", affirmative = "Something else" }' in text
    assert 'respondents = "…"' in drafted_counts(tmp_path, "Programme,Told %\nAlder,9\n")


def test_a_table_of_our_own_columns_is_no_wide_one(tmp_path: Path) -> None:
    text = "programme_id,academic_year,measure_id,respondents,affirmative\nP1,2024-25,open,20,9\n"
    assert "[[wide]]" not in drafted_counts(tmp_path, text)
