"""Checking: everything wrong with a file is found, each thing once, and what is right passes."""

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.academic_year import academic_year
from pipelines.findings import Finding
from pipelines.instrument.catalogue import Catalogue
from pipelines.reading.reader import LINE, tidy
from tests.factories import PROJECT, a_catalogue, a_measure, checked, first_catalogue, literal, shipped_catalogue
from tests.thorough import examples

STAFF = a_catalogue(
    a_measure("difficulty"),
    a_measure("told", base="difficulty"),
    a_measure("told_peer", base="difficulty", within="told"),
    a_measure("safe", answers=["disagree", "neither", "agree"], affirmative=["agree"]),
)


def test_everything_wrong_with_a_file_is_found_not_only_the_first(tmp_path: Path) -> None:
    text = """
        programme_id,invited,Weather,E-mail,Tea
        P1,ten,,a name,
        P1
        ,1000001,,,
        """
    found = checked(tmp_path, "cohorts", literal(text), STAFF).findings
    assert [(finding.rule, finding.lines, finding.column) for finding in found] == [
        ("ragged_row", (3,), None),
        ("unknown_column", (), "Weather"),
        ("personal_column", (), "E-mail"),
        ("unknown_column", (), "Tea"),
        ("type", (2,), "invited"),
        ("missing_column", (), "academic_year"),
        ("missing_column", (), "respondent_group"),
        ("blank", (4,), "programme_id"),
        ("count", (4,), "invited"),
    ]


def test_several_things_wrong_in_one_row_are_all_found(tmp_path: Path) -> None:
    text = "programme_id,academic_year,role,difficulty,told,safe\nP!,2024,boss,no,yes,perhaps\n"
    found = checked(tmp_path, "staff_responses", text, STAFF).findings
    assert [(finding.column, finding.found) for finding in found] == [
        ("programme_id", "P!"),
        ("academic_year", "2024"),
        ("role", "boss"),
        ("safe", "perhaps"),
        ("told", None),
    ]


def test_the_same_cell_wrong_in_many_rows_is_one_finding_and_another_cell_another(tmp_path: Path) -> None:
    cells = ["maybe", "agree", "maybe", "Agree", "maybe"]
    text = "programme_id,academic_year,safe\n" + "".join(f"P1,2024-25,{cell}\n" for cell in cells)
    found = checked(tmp_path, "staff_responses", text, STAFF).findings
    assert [(finding.found, finding.lines) for finding in found] == [("maybe", (2, 4, 6)), ("Agree", (5,))]


def test_rows_that_a_template_began_and_nobody_filled_in_are_left_out(tmp_path: Path) -> None:
    text = """
        programme_id,academic_year,measure_id,subgroup,respondents,affirmative
        P1,2024-25,difficulty,,12,4
        P1,2024-25,told,,,                             # not asked
        P1,2024-25,safe,,12,                           # half filled in
        """
    result = checked(tmp_path, "counts", literal(text), STAFF)
    assert [(finding.rule, finding.lines) for finding in result.findings] == [("not_filled_in", (3,)), ("blank", (4,))]
    assert result.rows[LINE].to_list() == [2, 4]


def test_a_file_of_nothing_but_begun_rows_is_said_to_have_blank_cells(tmp_path: Path) -> None:
    text = "programme_id,academic_year,measure_id,respondents,affirmative\nP1,2024-25,safe,,\n"
    assert [finding.rule for finding in checked(tmp_path, "counts", text, STAFF).findings] == ["blank", "blank"]


def test_one_blank_cell_on_which_several_follow_up_questions_hang_is_one_finding(tmp_path: Path) -> None:
    text = """
        programme_id,academic_year,difficulty,told,told_peer
        P1,2024-25,,yes,yes                            # both hang on the blank
        P1,2024-25,yes,yes,yes
        P1,2024-25,no,,
        """
    [found] = checked(tmp_path, "staff_responses", literal(text), STAFF).findings
    assert (found.column, found.lines) == ("difficulty", (2,))
    assert found.what == "told, told_peer are asked only of those who answered yes to difficulty."
    assert found.fix.startswith("Leave them blank in these rows. Fill in or change nobody’s answer")


def test_follow_up_questions_answered_in_different_rows_stay_apart(tmp_path: Path) -> None:
    text = """
        programme_id,academic_year,difficulty,told,told_peer
        P1,2024-25,,yes,yes
        P1,2024-25,no,yes,
        """
    found = checked(tmp_path, "staff_responses", literal(text), STAFF).findings
    assert [(finding.column, finding.lines) for finding in found] == [("told", (2, 3)), ("told_peer", (2,))]


@pytest.mark.parametrize(
    ("programme", "answer", "fix"),
    [
        ("P1", "Agree", "Write it agree, exactly so."),
        ("p1", "agree", "Write it P1, exactly so."),
        ("p 1", "agree", "Use the id the steward gave you."),  # no id at all, so it is not looked for
        ("P-2", "agree", "Write it P_2, exactly so."),
        ("r1", "agree", "Check the spelling (capitals matter), or ask the steward to register the programme."),
        ("PP", "agree", "Check the spelling (capitals matter), or ask the steward to register the programme."),
        ("q-1", "agree", "Check the spelling (capitals matter), or ask the steward to register the programme."),
    ],
)
def test_what_is_meant_but_for_capitals_and_blanks_is_said(
    tmp_path: Path, programme: str, answer: str, fix: str
) -> None:
    text = f"programme_id,academic_year,safe\n{programme},2024-25,{answer}\n"
    registered = frozenset({"P1", "P_2", "Q_1", "q_1", "R1"})  # q-1 may be either of two
    context = {"programmes": registered, "named": registered - {"R1"}}  # ids of others are not for anybody to know
    [found] = checked(tmp_path, "staff_responses", text, STAFF, **context).findings
    assert found.fix == fix


@pytest.mark.parametrize(("cell", "rule"), [("ten", "type"), ("", "blank"), ("1000001", "count")])
def test_a_cell_is_reported_once_whatever_is_wrong_with_it(tmp_path: Path, cell: str, rule: str) -> None:
    text = f"programme_id,academic_year,respondent_group,invited\nP1,2024-25,staff,{cell}\n"
    assert [finding.rule for finding in checked(tmp_path, "cohorts", text, STAFF).findings] == [rule]


def test_a_cell_that_cannot_be_cast_hides_no_blank_beside_it(tmp_path: Path) -> None:
    text = "programme_id,academic_year,respondent_group,invited\nP1,2024-25,staff,ten\nP1,2024-25,trainee,\n"
    found = checked(tmp_path, "cohorts", text, STAFF).findings
    assert [(finding.rule, finding.lines) for finding in found] == [("type", (2,)), ("blank", (3,))]


def test_rows_are_typed_and_absent_columns_are_blank(tmp_path: Path) -> None:
    catalogue = a_catalogue(support_item=[{"id": "rota", "kind": "support", "title": "Rota"}])
    text = "programme_id,academic_year,item_id,status{}\nP1,2024-25,rota,in_place{}\n"
    given_day = checked(tmp_path, "support", text.format(",since", ",2024-09-01"), catalogue).rows
    no_day = checked(tmp_path, "support", text.format("", ""), catalogue).rows
    assert given_day.schema == no_day.schema
    assert given_day.schema["since"] == pl.Date
    assert (str(given_day["since"].item()), no_day["since"].item()) == ("2024-09-01", None)


def test_questions_that_were_not_asked_do_not_appear_in_the_rows(tmp_path: Path) -> None:
    text = "programme_id,academic_year,safe\nP1,2024-25,agree\n"
    assert checked(tmp_path, "staff_responses", text, STAFF).rows.columns == [
        LINE,
        "programme_id",
        "academic_year",
        "safe",
        "role",
    ]


@pytest.mark.parametrize(("columns", "accepted"), [("difficulty", True), ("difficulty,told", False)])
def test_a_file_is_accepted_only_without_errors(tmp_path: Path, columns: str, accepted: bool) -> None:
    cells = ",".join("no" for _ in columns.split(","))
    text = f"programme_id,academic_year,{columns}\nP1,2024-25,{cells}\n"
    assert checked(tmp_path, "staff_responses", text, STAFF).accepted == accepted


def test_a_file_of_ragged_rows_only_is_not_said_to_have_no_rows(tmp_path: Path) -> None:
    text = "programme_id,academic_year,safe\nP1,2024-25\n"
    assert [finding.rule for finding in checked(tmp_path, "staff_responses", text, STAFF).findings] == ["ragged_row"]


def test_findings_go_into_json_for_other_programs(tmp_path: Path) -> None:
    text = "programme_id,academic_year,safe\nP1,2024-25,maybe\nP1,2024-25,maybe\n"
    found = checked(tmp_path, "staff_responses", text, STAFF).findings
    assert json.loads(json.dumps([finding.as_json() for finding in found])) == [
        {
            "severity": "error",
            "rule": "one_of",
            "file": "file.csv",
            "column": "safe",
            "lines": [2, 3],
            "found": "maybe",
            "letter": None,
            "expected": "one of disagree, neither, agree",
            "fix": "Use one of these codes, or leave the cell blank if it was not answered.",
            "message": 'file.csv, rows 2, 3, column safe: "maybe" is not one of disagree, neither, agree. '
            "Use one of these codes, or leave the cell blank if it was not answered.",
        }
    ]


DEMONSTRATION = [
    (path, shipped_catalogue() if path.parent.name == "demo" else first_catalogue())
    for path in sorted((PROJECT / "data" / "demo").rglob("*.csv"))
]


@pytest.mark.parametrize(("path", "catalogue"), DEMONSTRATION, ids=[str(path.name) for path, _ in DEMONSTRATION])
def test_the_files_of_the_demonstration_are_accepted(tmp_path: Path, path: Path, catalogue: Catalogue) -> None:
    text = path.read_text(encoding="utf-8")
    assert checked(tmp_path, path.stem, text, catalogue, latest_year="2026-27").findings == ()


# ---- whatever is right is accepted, and one spoilt cell is one finding ----

HEADINGS = ["programme_id", "academic_year", "role", "difficulty", "told", "told_peer", "safe"]
PROGRAMMES = ["P1", "p1", "2-b"]
YEARS = ["1999-00", "2024-25", "2025-26"]
ANSWERS = ["yes", "no", "prefer_not_to_say", ""]

RIGHT = {
    "programme_id": set(PROGRAMMES),
    "academic_year": {academic_year(first) for first in range(1900, 2026)},
    "role": {"supervisor", "tutor", ""},
    "difficulty": set(ANSWERS),
    "told": set(ANSWERS),
    "told_peer": set(ANSWERS),
    "safe": {"disagree", "neither", "agree", ""},
}
"""The cells each column allows. The last four and the role may be blank, and blanking is no way to spoil them."""


@st.composite
def right_rows(draw: st.DrawFn) -> list[str]:
    difficulty = draw(st.sampled_from(ANSWERS))
    asked = difficulty == "yes"
    told = draw(st.sampled_from(ANSWERS)) if asked else ""
    peers = [answer for answer in ANSWERS if not (told == "no" and answer == "yes")]
    told_peer = draw(st.sampled_from(peers)) if asked else ""
    others = [draw(st.sampled_from(sorted(RIGHT[column]))) for column in ("role", "safe")]
    programme, year = draw(st.sampled_from(PROGRAMMES)), draw(st.sampled_from(YEARS))
    return [programme, year, others[0], difficulty, told, told_peer, others[1]]


NEARLY_RIGHT = ["Yes", "no.", "2026-27", "2024-26", "2098-17", "P!", "P9", "tutors", "agreed", "1", "٣", "yes;no", "="]
WRONG_CELLS = st.sampled_from(NEARLY_RIGHT) | st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40
)


@st.composite
def spoilt_sheets(draw: st.DrawFn) -> tuple[list[list[str]], int, str, str]:
    """Right rows, the place of one of them, a column of it, and a cell to spoil it with."""
    rows = draw(st.lists(right_rows(), min_size=1, max_size=5))
    place = draw(st.integers(0, len(rows) - 1))
    column = draw(st.sampled_from(HEADINGS))
    cells = WRONG_CELLS.filter(lambda cell: tidy(cell) not in RIGHT[column] | {""})
    return rows, place, column, draw(cells | st.just("") if column in HEADINGS[:2] else cells)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("checking")


def as_csv(rows: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([HEADINGS, *rows])
    return text.getvalue()


@pytest.mark.slow
@settings(deadline=None, max_examples=examples(60))
@given(rows=st.lists(right_rows(), min_size=1, max_size=12))
def test_whatever_is_right_is_accepted(folder: Path, rows: list[list[str]]) -> None:
    result = checked(folder, "staff_responses", as_csv(rows), STAFF, programmes=frozenset(PROGRAMMES))
    assert (but_for_ticks(result.findings), result.rows.height) == ([], len(rows))
    assert result.accepted == (not result.findings)


def but_for_ticks(findings: tuple[Finding, ...]) -> list[Finding]:
    """Findings but for those of columns that hold nothing but yes and blanks, as a few rows may by chance."""
    return [finding for finding in findings if finding.rule != "only_ticks"]


@pytest.mark.slow
@settings(deadline=None, max_examples=examples(250))
@given(spoilt=spoilt_sheets())
def test_one_spoilt_cell_is_one_finding_at_its_row_and_column(
    folder: Path, spoilt: tuple[list[list[str]], int, str, str]
) -> None:
    rows, place, column, cell = spoilt
    rows[place][HEADINGS.index(column)] = cell
    found = checked(folder, "staff_responses", as_csv(rows), STAFF, programmes=frozenset(PROGRAMMES)).findings
    assert [(finding.lines, finding.column, finding.found) for finding in but_for_ticks(found)] == [
        ((place + 2,), column, tidy(cell) or None)
    ]
