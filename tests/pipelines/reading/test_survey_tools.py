"""Rows of survey tools that are nobody's answers, and what stands outside the table."""

import csv
import io

import pytest

from pipelines.findings import errors
from pipelines.reading.reader import LINE, Sheet, read_bytes
from tests.factories import a_workbook, literal

QUALTRICS = "StartDate,Status,Progress,Finished,ResponseId,Q1"
LIMESURVEY = "id,submitdate,lastpage,startlanguage,safe"
REDCAP = "record_id,redcap_survey_identifier,survey_timestamp,safe,survey_complete"


def a_csv(text: str) -> Sheet:
    return read_bytes("export.csv", literal(text).encode())


def told(sheet: Sheet) -> list[tuple[str, tuple[int, ...]]]:
    return [(finding.rule, finding.lines) for finding in sheet.findings]


def sheet_is_accepted(sheet: Sheet) -> bool:
    return not errors(sheet.findings)


def exported(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def lines(sheet: Sheet) -> list[int]:
    return sheet.rows[LINE].to_list()


@pytest.mark.parametrize(
    ("headings", "unsent", "sent"),
    [
        (QUALTRICS, "x,Survey Preview,100,True,R_1,yes", "x,IP Address,100,True,R_2,yes"),
        (QUALTRICS, "x,1,100,1,R_1,yes", "x,0,100,1,R_2,yes"),
        (QUALTRICS, "x,Spam,100,True,R_1,yes", "x,Imported,100,True,R_2,yes"),
        (QUALTRICS, "x,IP Address,40,False,R_1,yes", "x,IP Address,40,TRUE,R_2,yes"),
        (LIMESURVEY, "1,,2,en,agree", "2,2025-03-03 09:00:00,5,en,agree"),
        (LIMESURVEY, "1,N/A,2,en,agree", "2,1980-01-01 00:00:00,5,en,agree"),
        (REDCAP, "1,,2025-03-03,agree,0", "2,,2025-03-03,agree,2"),
        (REDCAP, "1,,2025-03-03,agree,Incomplete", "2,,2025-03-03,agree,Complete"),
        ("record_id,safe,openness_trainee_complete", "1,agree,0", "2,agree,2"),
        ("Record ID,Safe,Complete?", "1,agree,Incomplete", "2,agree,Complete"),
        ("record_id,safe,openness_trainee_complete,followup_complete", "1,agree,0,2", "2,agree,2,0"),
        ("_uuid,_submission_time,_validation_status,safe", "1,x,Not approved,agree", "2,x,,agree"),
        ("_uuid,_submission_time,_validation_status,safe", "1,x,validation_status_not_approved,agree", "2,x,y,agree"),
        ("SubmissionDate,KEY,ReviewState,safe", "x,1,rejected,agree", "x,2,approved,agree"),
    ],
)
def test_answers_that_were_not_sent_are_left_out_with_a_notice(headings: str, unsent: str, sent: str) -> None:
    sheet = a_csv(f"{headings}\n{sent}\n{unsent}\n")
    assert told(sheet) == [("not_sent", (3,))]
    assert lines(sheet) == [2]


@pytest.mark.parametrize(
    "headings",
    [
        "record_id,safe,baseline_complete,followup_complete",
        "record_id,safe,openness_trainee_complete,openness_staff_complete",
        "Record ID,Safe,Complete?,Complete?",
    ],
)
def test_where_it_cannot_be_told_which_form_holds_the_questions_none_decides_and_that_is_said(headings: str) -> None:
    sheet = a_csv(f"{headings}\n1,agree,2,2\n2,agree,2,0\n3,agree,0,2\n")
    assert told(sheet) == [("sent_unknown", ())]
    assert not sheet_is_accepted(sheet)


@pytest.mark.parametrize("cells", ["2,2", "yes,no"])
def test_forms_that_all_are_complete_need_no_notice(cells: str) -> None:
    assert told(a_csv(f"record_id,safe,baseline_complete,followup_complete\n1,agree,{cells}\n2,agree,{cells}\n")) == []


def test_another_form_never_decides_in_place_of_ours() -> None:
    text = "record_id,safe,openness_trainee_complete,followup_complete\n1,agree,odd,0\n2,agree,2,2\n"
    assert lines(a_csv(text)) == [2, 3]


def test_a_question_called_complete_is_no_status_of_a_form() -> None:
    assert lines(a_csv("record_id,training_complete\n1,0\n2,no\n3,yes\n")) == [2, 3, 4]


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        (LIMESURVEY, "1,,2,en,agree"),
        (QUALTRICS, "x,Survey Preview,100,True,R_1,yes"),
        (QUALTRICS, "x,IP Address,40,False,R_1,yes"),
        (REDCAP, "1,,2025-03-03,agree,0"),
        ("SubmissionDate,KEY,ReviewState,safe", "x,1,rejected,agree"),
        ("_uuid,_submission_time,_validation_status,safe", "1,x,Not approved,agree"),
    ],
)
def test_where_every_row_is_marked_as_not_sent_the_file_is_refused_and_says_what_to_do(headings: str, row: str) -> None:
    sheet = a_csv(f"{headings}\n{row}\n")
    assert told(sheet) == [("sent_unknown", (2,))]
    assert not sheet_is_accepted(sheet)
    assert "If these should count, " in str(sheet.findings[0])


@pytest.mark.parametrize(
    ("without", "missing"),
    [
        ("StartDate,Progress,Finished,ResponseId,Q1", ["Status"]),
        ("StartDate,Status,ResponseId,Q1", ["Finished"]),
        ("StartDate,ResponseId,Q1", ["Status", "Finished"]),
        ("Q1,Q2", ["Status", "Finished"]),
    ],
)
def test_qualtrics_without_the_columns_that_tell_what_was_sent_is_refused(without: str, missing: list[str]) -> None:
    names = without.split(",")
    cells = {"Status": "IP Address", "Progress": "100", "Finished": "True"}
    rows = [names, names, [f'{{"ImportId":"{name}"}}' for name in names], [cells.get(name, "x") for name in names]]
    sheet = read_bytes("export.csv", exported(rows))
    assert [rule for rule, _ in told(sheet)] == ["rows_of_qualtrics", *["sent_unknown"] * len(missing)]
    for finding, heading in zip(sheet.findings[1:], missing, strict=True):
        assert f"without its column “{heading}”" in finding.expected
        assert f"add a column “{heading}”" in finding.fix


@pytest.mark.parametrize(
    ("headings", "unsent", "sent"),
    [
        ("StartDate,Progress,ResponseId,DistributionChannel", "x,100,R_1,preview", "x,100,R_2,anonymous"),
        ("StartDate,Status,Progress,ResponseId", "x,IP Address,99,R_1", "x,IP Address,100,R_2"),
    ],
)
def test_another_column_of_qualtrics_tells_in_place_of_the_missing_one(headings: str, unsent: str, sent: str) -> None:
    sheet = a_csv(f"{headings}\n{sent}\n{unsent}\n")
    assert told(sheet) == [("not_sent", (3,))]


@pytest.mark.parametrize(
    ("preview", "by_link", "false", "true"),
    [
        ("Umfragevorschau", "IP-Adresse", "Falsch", "Wahr"),
        ("Aperçu de l'enquête", "Adresse IP", "FAUX", "VRAI"),
        ("Vista previa de la encuesta", "Dirección IP", "FALSO", "VERDADERO"),
        ("Rhagolwg o'r arolwg", "Cyfeiriad IP", "Anwir", "Gwir"),
        ("Voorbeeld van enquête", "IP-adres", "ONWAAR", "WAAR"),
        ("Anteprima", "Indirizzo IP", "FALSO", "VERO"),
        ("Podgląd ankiety", "Adres IP", "FAŁSZ", "PRAWDA"),
    ],
)
def test_qualtrics_is_understood_in_other_languages(preview: str, by_link: str, false: str, true: str) -> None:
    rows = f"x,{by_link},100,{true},R_1,a\nx,{preview},100,{true},R_2,a\nx,{by_link},100,{false},R_3,a\n"
    sheet = a_csv(f"{QUALTRICS}\n{rows}")
    assert told(sheet) == [("not_sent", (3,)), ("not_sent", (4,))]
    assert lines(sheet) == [2]


@pytest.mark.parametrize("row", ["x,Esiversio,100,True,R_1,a", "x,IP Address,100,Ei valmis,R_1,a"])
def test_a_word_of_qualtrics_that_is_not_known_is_refused_with_its_rows(row: str) -> None:
    sheet = a_csv(f"{QUALTRICS}\nx,IP Address,100,True,R_0,a\n{row}\n")
    assert told(sheet) == [("sent_unknown", (3,))]
    assert "in the rows that count, and delete the other rows" in sheet.findings[0].fix


@pytest.mark.parametrize(
    ("headings", "unsent", "sent"),
    [
        ("Antwort ID,Datum Abgeschickt,Letzte Seite,Start-Sprache,safe", "1,,2,de,agree", "2,2025-01-01,5,de,agree"),
        ("ID,Date de soumission,Dernière page,Langue de départ,safe", "1,,2,fr,agree", "2,2025-01-01,5,fr,agree"),
        ("Response ID,Response Status,safe", "1,Terminated,agree", "2,Completed,agree"),
        ("#,Safe?,Response Type,Submit Date (UTC)", "a1,agree,partial,x", "b2,agree,completed,x"),
        ("CASE,STARTED,FINISHED,MODE,safe", "1,x,0,interview,agree", "2,x,1,interview,agree"),
        ("CASE,STARTED,FINISHED,MODE,safe", "1,x,1,pretest,agree", "2,x,1,interview,agree"),
        ("lfdn,dispcode,safe", "1,22,agree", "2,31,agree"),
    ],
)
def test_other_tools_and_languages_mark_what_was_not_sent(headings: str, unsent: str, sent: str) -> None:
    sheet = a_csv(f"{headings}\n{sent}\n{unsent}\n")
    assert told(sheet) == [("not_sent", (3,))]
    assert lines(sheet) == [2]


def test_limesurvey_without_the_day_it_was_sent_is_refused() -> None:
    sheet = a_csv("id,lastpage,startlanguage,safe\n1,2,en,agree\n2,5,en,agree\n")
    assert told(sheet) == [("sent_unknown", ())]
    assert "“submitdate”" in sheet.findings[0].fix


def test_a_column_called_status_or_finished_alone_is_no_sign_of_a_tool() -> None:
    assert lines(a_csv("Status,Finished,Q1\nPreview,False,yes\nIP Address,True,no\n")) == [2, 3]


SURVEYMONKEY = """
    Respondent ID,Collector ID,Whom have you told?,,What year are you in?
    ,,A supervisor,A tutor,Response
    118000000,400,A supervisor,,1
    118000007,400,,A tutor,2
    """


def test_headings_that_take_two_rows_are_read_as_one_and_that_is_said() -> None:
    sheet = a_csv(SURVEYMONKEY)
    assert sheet.headings[2:] == [
        "Whom have you told? [A supervisor]",
        "Whom have you told? [A tutor]",
        "What year are you in?",
    ]
    assert told(sheet) == [("second_headings", (2,))]
    assert sheet.first_row == {"Whom have you told?": "Whom have you told? [A supervisor]"}
    assert lines(sheet) == [3, 4]


@pytest.mark.parametrize("first", ["", "Response", "Open-Ended Response"])
def test_a_second_row_of_headings_below_a_repeated_one_is_no_respondent(first: str) -> None:
    rows = "100,A supervisor,Someone else\n101,A supervisor,\n102,,Someone else\n"
    sheet = a_csv(f"Response ID,Open?,Open?\n{first},A supervisor,Someone else\n{rows}")
    assert told(sheet) == [("second_headings", (2,))]
    assert sheet.headings == ["Response ID", "Open? [A supervisor]", "Open? [Someone else]"]
    assert lines(sheet) == [3, 4, 5]


@pytest.mark.parametrize("row", [",A supervisor,", ",yes,yes", "99,A supervisor,Someone else", ",1,Someone else"])
def test_a_respondent_below_a_repeated_heading_stays_one(row: str) -> None:
    rows = "100,A supervisor,Someone else\n101,A supervisor,\n"
    assert lines(a_csv(f"Response ID,Open?,Open?\n{row}\n{rows}")) == [2, 3, 4]


def test_headings_of_two_rows_in_a_workbook_are_joined_too() -> None:
    rows = [["Region", "Told", None], [None, "A supervisor", "A tutor"], ["N", "yes", "no"], ["S", "no", "no"]]
    sheet = read_bytes("export.xlsx", a_workbook(rows))
    assert sheet.headings == ["Region", "Told [A supervisor]", "Told [A tutor]"]
    assert sheet.rows.height == 2


@pytest.mark.parametrize("second", [",3,yes", "x,,yes", "N,no,yes"])
def test_a_row_of_answers_is_no_second_row_of_headings(second: str) -> None:
    assert "second_headings" not in {rule for rule, _ in told(a_csv(f"Region,Told,\n{second}\nN,yes,no\nS,no,no\n"))}


GOOD = "id,q1,q2\n1,yes,no\n2,no,no\n3,yes,yes\n"


@pytest.mark.parametrize(
    "row",
    [
        "Exported on 3 March 2025,,",
        "Total,2,1",
        "total:,2,1",
        "Gesamt,2,1",
        "Cyfanswm,2,1",
        "id,q1,q2",
        ",q1,q2",
        ",Source: the course office,",
    ],
)
def test_a_row_that_is_no_respondent_is_an_error_that_names_it(row: str) -> None:
    sheet = a_csv(f"{GOOD}{row}\n")
    assert told(sheet) == [("no_respondent", (5,))]
    assert "Delete it" in str(sheet.findings[0])
    assert lines(sheet) == [2, 3, 4]


RESPONSES = "Response ID,Date,Q1,Q2\n" + "".join(
    f"{100 + at},2025-01-{at + 1:02},{('yes', 'no', '')[at % 3]},{('', 'no')[at % 2]}\n" for at in range(12)
)


@pytest.mark.parametrize(
    "below",
    [
        "Exported on Monday,,,\nReported by Anna,,,",
        "Exported:,Monday,,",
        "N=,12,,",
        "Count,12,,",
        "Total respondents,12,,",
        "%,100,,",
        "12,Total,,",
        "12,12,,",
        "Anzahl,12,,",
        "Response-ID,Datum,,",
        "response id,date,Q1,Q2",
        "Response ID,date,yes,",
        "Number ticked,,yes,",
        "Standard deviation,,no,",
        "Minimum,,no,\nMaximum,,yes,",
        "\nGroup,n,,\nSupervisors,12,,\nTutors,8,,",
        "\nKey,,,\nyes,told somebody,,\nno,told nobody,,",
        "Mean (all years),,yes,",
        ",Source: the course office,,\n,Printed by the other office,,",
        "n/a,n/a,,",
    ],
)
def test_whatever_stands_below_the_answers_is_an_error_that_names_each_row(below: str) -> None:
    sheet = a_csv(RESPONSES + below + "\n")
    expected = [14 + at for at, row in enumerate(below.split("\n")) if row]
    assert told(sheet) == [("no_respondent", (number,)) for number in expected]
    assert sheet.rows.height == 12


def test_headings_of_sections_between_the_answers_are_errors() -> None:
    head, *answers = RESPONSES.splitlines()
    sections = ["Year 2 trainees,,,", *answers[:6], "Year 3 trainees,,,", *answers[6:]]
    assert told(a_csv("\n".join([head, *sections]) + "\n")) == [("no_respondent", (2,)), ("no_respondent", (9,))]


@pytest.mark.parametrize("tick", ["A supervisor,A tutor", ",A tutor", "A supervisor,"])
def test_a_tick_that_is_written_as_its_heading_is_no_heading(tick: str) -> None:
    rows = "A supervisor,A tutor\n" * 5 + ",A tutor\n" * 3 + "A supervisor,\n" * 3
    assert told(a_csv(f"A supervisor,A tutor\n{rows}{tick}\n")) == []


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        ("programme_id,Q1", ["p101,yes", "p102,no", "p103,yes", "p104,no", "alder,yes"]),
        ("Rating,Q1", ["Good,yes", "Poor,no", "Average quality,yes", "Good,no", "Average quality,yes"]),
        ("Years here,Q1", ["3,yes", "3,no", "12,yes", "none,no", "3,yes"]),
        ("Code,Q1", ["AB12,yes", "CD34,no", "EF56,yes", "GH78,no", "WXYZ,yes"]),
        ("Timestamp,Q1", ["2025-01-01,yes", "2025-01-01,no", "2025-01-02,yes", "2025-01-03,no", ",yes"]),
        ("Q1,Q2", ["yes,", "no,", "yes,", ",no", ",yes", "no,"]),
        ("Timestamp,Q1", ["2025-01-01,yes", "2025-01-02,no", "2025-01-03,yes", "2025-01-04,no", "paper,yes"]),
        ("Q1,Date you joined", ["yes,2020-01-01", "no,2021-01-01", "yes,2022-01-01", "no,2020-01-01", "yes,unknown"]),
        (
            "Q1,Q2",
            ["Told a tutor,yes", "Share it later,no", "Number one fear,yes", "Told a tutor,no", "Told a peer,no"],
        ),
        ("Start date,Q1", ["2020-01-01,yes", "2021-01-01,no", "2022-01-01,yes", "2020-03-01,no", "unknown,yes"]),
        ("Score,Q1", ["3,yes", "91,no", "12,yes", "40,no", "none,yes"]),
    ],
)
def test_unusual_cells_of_respondents_are_no_notes(headings: str, cells: list[str]) -> None:
    assert told(a_csv("\n".join([headings, *cells]) + "\n")) == []


def test_a_totals_row_below_two_programmes_is_an_error() -> None:
    sheet = a_csv("Programme,n,k\nalder,20,10\nbirch,20,10\nTotal,40,20\n")
    assert told(sheet) == [("no_respondent", (4,))]


@pytest.mark.parametrize("heading", ["Response ID", "ResponseId", "record_id", "_uuid", "Antwort ID"])
def test_one_response_in_two_rows_is_an_error_that_names_them(heading: str) -> None:
    sheet = a_csv(f"{heading},Q1\n1,yes\n2,no\n1,yes\n3,no\n")
    assert told(sheet) == [("repeated_response", (2, 4))]


@pytest.mark.parametrize("heading", ["id", "Programme", "Age"])
def test_other_numbers_may_stand_in_several_rows(heading: str) -> None:
    assert told(a_csv(f"{heading},Q1\n1,yes\n2,no\n1,yes\n3,no\n")) == []


@pytest.mark.parametrize("row", ["4,,", ",yes,", "4,total,no", "104,yes,no"])
def test_a_person_who_answered_little_stays_a_respondent(row: str) -> None:
    assert told(a_csv(f"{GOOD}{row}\n")) == []


def test_a_second_table_beside_the_table_is_an_error() -> None:
    rows = [["id", "q1", None, "Summary", "n"], ["1", "yes", None, "Yes", "3"], *(["2", "no"] for _ in range(4))]
    sheet = read_bytes("export.xlsx", a_workbook([*rows, [None, None, None, "No", "1"]]))
    assert told(sheet) == [("second_table", (2, 7))]
    assert sheet.headings == ["id", "q1"]
    assert sheet.rows.height == 5


def test_columns_behind_an_empty_one_that_most_rows_fill_belong_to_the_table() -> None:
    rows = [["id", None, "q1"], *([str(number), None, "yes"] for number in range(5))]
    sheet = read_bytes("export.xlsx", a_workbook(rows))
    assert told(sheet) == []
    assert sheet.headings == ["id", "q1"]
