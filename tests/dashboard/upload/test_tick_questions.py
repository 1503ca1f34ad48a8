"""The page asks what a blank means wherever it may be a box that was not ticked."""

from pathlib import Path

import pytest

from dashboard.upload import wording
from dashboard.upload.tick_questions import ANSWERED, NOT_ANSWERED
from tests.dashboard.upload.administrator import Administrator, a_home
from tests.factories import a_file

HEADINGS = "programme_id,academic_year,sees_openness,safe_to_share\n"
ONE_STRAY = "alder,2024-25,yes,agree\n" * 8 + "alder,2024-25,no,agree\n" + "alder,2024-25,,agree\n" * 7
ONE_PROGRAMME = "alder,2024-25,yes,agree\n" * 8 + "alder,2024-25,,agree\n" * 7
OTHERS = "birch,2024-25,yes,agree\n" * 8 + "birch,2024-25,no,agree\n" * 8


@pytest.mark.parametrize(("rows", "counts"), [(ONE_STRAY, (9, 8)), (ONE_PROGRAMME + OTHERS, (24, 16))])
def test_ticks_beside_other_answers_are_asked_about_and_never_counted_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: str, counts: tuple[int, int]
) -> None:
    page = Administrator(a_home(tmp_path), monkeypatch).offer(a_file(tmp_path, HEADINGS + rows, "answers.csv"))
    assert "write “no” in the blank cells of the file" in page.find("selectbox", "sees_openness holds").label
    page.press(wording.USE_MAPPING)
    assert wording.not_yet(["sees_openness"], []) in page.told
    page.say("sees_openness holds", NOT_ANSWERED).press(wording.USE_MAPPING).submit()
    assert wording.TAKEN_IN in page.told, page.told
    assert page.held["sees_openness"] == counts


def test_many_yes_and_few_blanks_are_not_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "alder,2024-25,yes,agree\n" * 12 + "alder,2024-25,no,agree\n" * 3 + "alder,2024-25,,agree\n"
    page = Administrator(a_home(tmp_path), monkeypatch).offer(a_file(tmp_path, HEADINGS + rows, "answers.csv"))
    assert page.submit().held["sees_openness"] == (15, 12)


def test_an_answer_that_everybody_asked_has_given_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "Yes,A supervisor;A tutor\nYes,A tutor\nYes,\n" * 5
    page = Administrator(a_home(tmp_path), monkeypatch).offer(a_file(tmp_path, f"Lived?,Told?\n{rows}", "answers.csv"))
    page.say("“Lived?” is", "lived_experience").say("“Told?” is", wording.SEVERAL)
    for answer in ("A supervisor", "A tutor"):
        page.say(wording.ticks(answer), ["told_anyone"], "multiselect")
    page.say(wording.unanswered("Told?"), ANSWERED)
    page.say("programme_id", "alder", "text_input").say("academic_year", "2024-25", "text_input")
    page.say("“Yes” in lived_experience", "yes").press(wording.USE_MAPPING)
    assert "Say otherwise who was asked" in page.told
