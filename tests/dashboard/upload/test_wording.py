"""Each sentence of the Upload page."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from dashboard.upload import wording
from pipelines.instrument.dataset import FIXED
from pipelines.store.records import Receipt

PEOPLE = {"staff": "supervisors and tutors", "trainee": "trainees"}


def a_row(**given: Any) -> dict[str, Any]:
    row = {"Severity": "Error", "Lines": 1, "First lines": "3", "Column": "told_tutor", "Letter": "D"}
    return row | {"Found": "x", "Expected": "one of yes, no", "How to fix": "Use one of these."} | given


def a_submission(**given: Any) -> dict[str, Any]:
    when = datetime(2026, 11, 2, 9, 5)  # noqa: DTZ001  the store keeps UTC without a zone
    row = {"submission_id": "id", "submitted_at": when, "dataset": "counts", "academic_years": ["2023-24", "2024-25"]}
    return row | {"rows": 1_200, "scopes": 2, "withdrawn": 0, "superseded": 0, "set_aside": 0} | given


def a_preview_row(**given: Any) -> dict[str, Any]:
    row = {"programme_id": "aa", "academic_year": "2024-25", "title": "Title", "affirmative": 1_007}
    row |= {"respondents": 1_020, "minimum_respondents": 10, "enough": True, "waiting": 0}
    return row | {"last_affirmative": None, "last_respondents": None, "last_last_year": None} | given


def a_preview(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows or [a_preview_row()], infer_schema_length=None)


def test_every_kind_of_file_has_a_name() -> None:
    assert set(wording.DATASETS) == {*FIXED}
    assert wording.dataset("counts", PEOPLE) == "counts instead of answers"


@pytest.mark.parametrize(
    ("people", "staff", "trainees"),
    [
        (PEOPLE, "answers of supervisors and tutors", "answers of trainees"),
        ({"staff": "colleagues", "trainee": "young people"}, "answers of colleagues", "answers of young people"),
    ],
)
def test_answers_are_those_of_the_people_of_the_catalogue(people: dict[str, str], staff: str, trainees: str) -> None:
    assert (wording.dataset("staff_responses", people), wording.dataset("trainee_responses", people)) == (
        staff,
        trainees,
    )


def test_whether_something_is_lacking_is_said_before_the_list() -> None:
    assert wording.lacking("aa", "2024-25", []) == "aa in 2024-25: nothing is lacking."
    assert wording.lacking("aa", "2024-25", ["cohorts: none"]) == "aa in 2024-25 still lacks:"


def test_a_line_of_headings_is_offered() -> None:
    assert wording.which_line(3).startswith("Line 3 looks like the headings")
    assert wording.line_is(3) == "The headings are on line 3"


def test_what_there_is_to_match_is_named() -> None:
    ends = "Say which is which; nothing is guessed."
    assert wording.matching(["A", "B"], []) == f"The file has headings that are not known: “A”, “B”. {ends}"
    assert wording.matching([], ["a", "b"]) == f"It lacks columns it must have: a, b. {ends}"
    both = f"The file has headings that are not known: “A”. It lacks columns it must have: a. {ends}"
    assert wording.matching(["A"], ["a"]) == both


def test_suggestions_are_called_that() -> None:
    said = wording.suggestions({"a": "A", "b": "B"})
    assert said == "Suggestions, to be looked at: a may be “A”; b may be “B”."


def test_headings_columns_and_cells_are_quoted_as_they_are() -> None:
    assert wording.heading("Year") == "“Year” is"
    assert wording.column("a", "What a is.") == "a: What a is."
    assert wording.column(wording.LEFT_OUT, "") == "not needed: leave it out"
    assert wording.constant("a") == "a: the same for every row, if no heading holds it"
    assert wording.cell("Yes", ["a", "b"], "yes") == "“Yes” in a, b means (perhaps yes)"
    assert wording.cell("Maybe", ["a"], "") == "“Maybe” in a means"
    assert wording.still_to_say(["A", "B"]) == "Still to say: “A”, “B”."


def test_what_cannot_be_used_yet_says_what_is_missing() -> None:
    assert wording.not_yet(["A", "b_c"], []) == "Say first what is what: “A”, “b_c”."
    twice = "More than one heading is said to be told_peer: there can be one."
    assert wording.not_yet(["A"], ["told_peer"]) == f"Say first what is what: “A”. {twice}"
    assert wording.answer("yes") == "yes"
    assert wording.answer(wording.NO_ANSWER) == "no answer: leave it blank"
    assert wording.year_before("2024-25").startswith("The mapping said 2024-25 of the file it was made for.")


def test_ids_that_lead_to_nothing_are_named() -> None:
    assert wording.no_submission(["a", "b"]) == "No submission has the id a, b. Check it against the receipt."


def test_a_submission_to_choose_says_what_it_is() -> None:
    said = wording.submission(a_submission(), PEOPLE)
    assert said == "id: counts instead of answers of 2023-24, 2024-25, 1,200 rows, sent on 2 November 2026, 09:05"


def test_what_must_be_deleted_is_said_before_anything_else() -> None:
    assert wording.personal(["Name"]).startswith("Delete the column “Name” in your spreadsheet")
    assert wording.personal(["Name", "E-mail"]).startswith("Delete the columns “Name”, “E-mail” in your spreadsheet")


@pytest.mark.parametrize(
    ("errors", "warnings", "said"),
    [
        (0, 0, "Nothing to put right."),
        (0, 1, "Nothing must be put right. 1 thing to look at before you submit."),
        (0, 2, "Nothing must be put right. 2 things to look at before you submit."),
        (1, 0, f"1 thing to put right. {wording.TRY_AGAIN}"),
        (1_000, 1, f"1,000 things to put right; 1 thing to look at. {wording.TRY_AGAIN}"),
    ],
)
def test_how_much_was_found_is_said_in_words(errors: int, warnings: int, said: str) -> None:
    assert wording.found(errors, warnings) == said


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({}, "row 3, column D, told_tutor"),
        ({"Lines": 2, "First lines": "3, 4"}, "rows 3, 4, column D, told_tutor"),
        ({"Lines": 1_200, "First lines": "3, 4"}, "rows 3, 4 and 1,198 more, column D, told_tutor"),
        ({"Lines": 0, "First lines": None, "Letter": None}, "column told_tutor"),
        ({"Lines": 1, "Column": None, "Letter": None}, "row 3"),
        ({"Lines": 0, "First lines": None, "Column": None, "Letter": None}, "the file"),
    ],
)
def test_a_finding_says_where(given: dict[str, Any], where: str) -> None:
    assert wording.findings_table([a_row(**given)])[0]["Where"] == where


def test_a_finding_says_what_and_how_to_fix_it() -> None:
    [row] = wording.findings_table([a_row()])
    assert row["What, and how to fix it"] == "“x” is not one of yes, no. Use one of these."
    [row] = wording.findings_table([a_row(Found=None, Expected="It is a sentence.")])
    assert row["What, and how to fix it"] == "It is a sentence. Use one of these."


def test_of_a_long_list_it_is_said_how_much_is_shown() -> None:
    assert wording.shown_of(100, 1_200) == "The first 100 of 1,200. The list to take away has them all."


def test_what_it_comes_to_leaves_out_what_says_nothing() -> None:
    assert wording.preview_table(a_preview()) == [
        {"Measure": "Title", "This file": "1,007 of 1,020", "Enough by itself": "yes"}
    ]
    assert wording.preview_of(a_preview()) == "aa, 2024-25:"


def test_what_it_comes_to_stands_beside_what_is_published_and_waits() -> None:
    last = {"last_affirmative": 1_001, "last_respondents": 2_002, "last_last_year": "2023-24"}
    few = a_preview_row(enough=False, waiting=1_003, **last)
    [row] = wording.preview_table(a_preview(few))
    assert (row["Enough by itself"], row["Already waiting"]) == ("no, it takes 10", "1,003")
    assert row["Last published"] == "1,001 of 2,002, 2023-24"


def test_a_file_of_several_programmes_or_years_says_whose_in_each_row() -> None:
    rows = a_preview(a_preview_row(), a_preview_row(academic_year="2025-26", waiting=1))
    assert wording.preview_of(rows) == ""
    assert wording.preview_table(rows) == [
        {
            "Programme": "aa",
            "Year": year,
            "Measure": "Title",
            "This file": "1,007 of 1,020",
            "Enough by itself": "yes",
            "Already waiting": waiting,
        }
        for year, waiting in (("2024-25", ""), ("2025-26", "1"))
    ]


def test_how_a_file_was_read_is_told_where_it_was_chosen() -> None:
    assert wording.how_read("Answers", None) == "Read from the sheet “Answers”, as you chose."
    assert wording.how_read(None, 3) == "Read with the headings on line 3, as you chose."
    assert wording.how_read("A*", 3) == "Read from the sheet “A*”, with the headings on line 3, as you chose."


def test_a_file_of_another_kind_is_called_what_it_is() -> None:
    assert wording.looks_like("how many").startswith("By its headings this file holds something else: how many.")


def test_buttons_for_documents_say_of_whom_and_what_kind() -> None:
    assert wording.questionnaire("staff", "PDF") == "Questions for staff (PDF)"
    assert wording.questionnaire("trainees", "HTML") == "Questions for trainees (HTML)"
    assert wording.receipt_of("id") == "Receipt id (PDF)"


def test_a_receipt_is_told_line_by_line() -> None:
    receipt = Receipt("id", "file.csv", "counts", 1_200, 3, ["aa", "bb"], ["2024-25"])
    stored = Receipt("id", "file.csv", "cohorts", 2, 0, ["aa"], ["2024-25"])
    submitted = SimpleNamespace(receipt=receipt, by="Ada", at=a_submission()["submitted_at"], sha256="hash")
    assert "Counts stored" not in str(
        wording.receipt_table(SimpleNamespace(**vars(submitted) | {"receipt": stored}), PEOPLE)
    )
    lines = {row[""]: row["Receipt"] for row in wording.receipt_table(submitted, PEOPLE)}
    assert lines == {
        "Id": "id",
        "When": "2 November 2026, 09:05 (UTC)",
        "File": "file.csv",
        "Holds": "counts instead of answers",
        "Rows": "1,200",
        "Counts stored": "3",
        "Programmes": "aa, bb",
        "Years": "2024-25",
        "Sent by": "Ada",
        "In the place of": "nothing",
    }


def test_a_receipt_names_no_submission_that_it_replaced() -> None:
    receipt = Receipt("id", "f.csv", "counts", 2, 1, ["aa"], ["2024-25"], superseded=["theirs"], in_place=True)
    submitted = SimpleNamespace(receipt=receipt, by="Ada", at=a_submission()["submitted_at"], sha256="hash")
    lines = {row[""]: row["Receipt"] for row in wording.receipt_table(submitted, PEOPLE)}
    assert lines["In the place of"] == "whatever was there before for these programmes and years"
    assert "theirs" not in str(lines)


def test_a_submission_is_told_in_a_line() -> None:
    said = "counts instead of answers of 2023-24, 2024-25, 1,200 rows, sent on 2 November 2026, 09:05"
    assert wording.submissions_table([a_submission()], PEOPLE) == [{"Id": "id", "What": said, "Stands": "yes"}]
    [row] = wording.submissions_table([a_submission(dataset="programmes", academic_years=[], rows=1)], PEOPLE)
    assert row["What"] == "programmes (for the steward), 1 row, sent on 2 November 2026, 09:05"


@pytest.mark.parametrize(
    ("withdrawn", "superseded", "set_aside", "stands"),
    [
        (0, 0, 0, "yes"),
        (1, 0, 0, "in part"),
        (0, 1, 0, "in part"),
        (1, 1, 0, "in part"),
        (0, 0, 1, "in part"),
        (0, 0, 2, "set aside: results of the year were looked at already"),
        (2, 0, 0, "taken back"),
        (2, 2, 0, "taken back"),
        (0, 2, 0, "replaced by a later file"),
    ],
)
def test_how_much_of_a_submission_stands(withdrawn: int, superseded: int, set_aside: int, stands: str) -> None:
    row = a_submission(withdrawn=withdrawn, superseded=superseded, set_aside=set_aside)
    assert wording.standing(row) == stands
