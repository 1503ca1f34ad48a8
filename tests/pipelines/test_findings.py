"""A finding is a sentence: where, what, how to put it right."""

import json
from typing import Any

import pytest

from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding, errors, group, notices_of_form


def a_finding(**given: Any) -> Finding:
    supplied = {"severity": "error", "rule": "blank", "file": "file.csv", "expected": "It is wrong.", "fix": "Mend it."}
    return Finding(**(supplied | given))


def test_a_finding_about_a_cell_is_one_sentence_of_where_what_and_how() -> None:
    finding = a_finding(
        file="trainees.csv",
        lines=(14,),
        column="told_supervisor",
        found="maybe",
        expected="one of yes, no",
        fix="Use one of these codes.",
    )
    assert str(finding) == (
        'trainees.csv, row 14, column told_supervisor: "maybe" is not one of yes, no. Use one of these codes.'
    )


def test_a_finding_about_a_file_names_neither_row_nor_column() -> None:
    assert str(a_finding()) == "file.csv: It is wrong. Mend it."


def test_a_finding_without_a_fix_ends_with_what_is_wrong() -> None:
    assert str(a_finding(fix="")) == "file.csv: It is wrong."


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        ((), "file.csv"),
        ((2,), "file.csv, row 2"),
        ((2, 3), "file.csv, rows 2, 3"),
        ((2, 3, 4, 5, 6), "file.csv, rows 2, 3, 4, 5, 6"),
        ((2, 3, 4, 5, 6, 7), "file.csv, rows 2, 3, 4, 5, 6 and 1 more"),
        (tuple(range(2, 1002)), "file.csv, rows 2, 3, 4, 5, 6 and 995 more"),
    ],
)
def test_five_rows_are_spelt_out_and_the_sixth_is_counted(lines: tuple[int, ...], where: str) -> None:
    assert a_finding(lines=lines).where == where


def test_the_same_mistake_on_many_lines_becomes_one_finding_with_each_line_once_in_order() -> None:
    met = [a_finding(lines=(lines,)) for lines in (9, 3, 3)]
    assert group(met) == [a_finding(lines=(3, 9))]


@pytest.mark.parametrize(
    "other", [{"rule": "type"}, {"column": "b"}, {"found": "x"}, {"file": "g.csv"}, {"severity": "warning"}]
)
def test_mistakes_that_differ_in_anything_but_the_line_stay_apart_in_the_order_met(other: dict[str, Any]) -> None:
    first, second = a_finding(lines=(5,)), a_finding(lines=(2,), **other)
    assert group([first, second, first]) == [first, second]


def test_only_errors_block() -> None:
    error, warning = a_finding(), a_finding(severity="warning")
    assert errors([warning, error]) == [error]


def test_a_finding_goes_into_json_with_its_message() -> None:
    finding = a_finding(lines=(2, 3), column="invited", found="ten", expected="a whole number")
    assert json.loads(json.dumps(finding.as_json())) == {
        "severity": "error",
        "rule": "blank",
        "file": "file.csv",
        "expected": "a whole number",
        "fix": "Mend it.",
        "column": "invited",
        "lines": [2, 3],
        "found": "ten",
        "letter": None,
        "message": 'file.csv, rows 2, 3, column invited: "ten" is not a whole number. Mend it.',
    }


@pytest.mark.parametrize("rule", [FindingRule.TYPE, FindingRule.BASE_OF.about("told")])
def test_the_rule_in_json_is_its_name_alone(rule: str) -> None:
    assert json.loads(json.dumps(a_finding(rule=rule).as_json()))["rule"] in ("type", "base_of_told")


@pytest.mark.parametrize(
    ("rule", "stage"), [("encoding", "file"), ("base_of_told_anyone", "rows"), ("subgroup_of_staff", "answers")]
)
def test_the_stage_says_what_must_be_right_first(rule: str, stage: str) -> None:
    assert a_finding(rule=rule).stage == stage


def test_the_log_has_what_was_found_in_the_form_of_a_file_and_nothing_of_its_answers() -> None:
    rules = (FindingRule.ENCODING, FindingRule.MUCH_SMALLER, FindingRule.FAR_FROM_THE_LAST, "one_of")
    findings = [Finding("warning", str(rule), "a.csv", "expected", "fix", found="yes") for rule in rules]
    assert notices_of_form(findings) == ["encoding"]
