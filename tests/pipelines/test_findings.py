"""A finding is a sentence: where, what, how to put it right."""

import ast
import json
from collections.abc import Iterator
from typing import Any

import pytest

from pipelines.findings import BY_LETTER, RULES, STAGES, STAGES_OF_MEASURES, Finding, errors, group, stage
from pipelines.instrument.datasets import Context, Contract, Dataset, contract, tie_rules
from tests.factories import PROJECT, first_catalogue


def a_finding(**given: Any) -> Finding:
    supplied = {"severity": "error", "rule": "rule", "file": "file.csv", "expected": "It is wrong.", "fix": "Mend it."}
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
    "other", [{"rule": "another"}, {"column": "b"}, {"found": "x"}, {"file": "g.csv"}, {"severity": "warning"}]
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
        "rule": "rule",
        "file": "file.csv",
        "expected": "a whole number",
        "fix": "Mend it.",
        "column": "invited",
        "lines": [2, 3],
        "found": "ten",
        "letter": None,
        "message": 'file.csv, rows 2, 3, column invited: "ten" is not a whole number. Mend it.',
    }


# ---- stages ----


def contracts() -> Iterator[Contract]:
    for dataset in Dataset:
        yield contract(dataset, first_catalogue(), Context("2025-26", frozenset({"aa"})))


def rules_of_contracts() -> set[str]:
    of_columns = {rule.name for one in contracts() for field in one.fields for rule in field.rules}
    of_rows = {rule.name for one in contracts() for rule in one.rules}
    return of_columns | of_rows | {rule.name for rule in tie_rules(first_catalogue())}


def rules_written_out() -> set[str]:
    """The rule of every `Finding(…)` in the code, where it is written out."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in PROJECT.glob("pipelines/*.py"))
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Finding"]
    rules = [next((k.value for k in call.keywords if k.arg == "rule"), call.args[1:2]) for call in made]
    flat = [rule[0] if isinstance(rule, list) else rule for rule in rules]
    return {rule.value for rule in flat if isinstance(rule, ast.Constant) and isinstance(rule.value, str)}


def test_every_rule_there_is_has_a_stage() -> None:
    rules = rules_of_contracts() | rules_written_out()
    assert {"ragged_row", "hidden_sheet", "some_kept", "already_held", "much_smaller", "type"} <= rules
    assert {rule for rule in rules if stage(a_finding(rule=rule)) not in RULES} == set()


def test_no_rule_has_a_stage_that_there_is_not() -> None:
    rules = rules_of_contracts() | rules_written_out()
    assert set(STAGES) - rules == set()
    assert [begins for begins in STAGES_OF_MEASURES if not any(rule.startswith(begins) for rule in rules)] == []
    assert rules >= BY_LETTER


def test_a_rule_has_one_stage() -> None:
    rules = " ".join(RULES.values()).split()
    assert len(rules) == len(set(rules))


@pytest.mark.parametrize(
    ("rule", "of"), [("encoding", "file"), ("base_of_told_anyone", "rows"), ("subgroup_of_staff", "answers")]
)
def test_the_stage_says_what_must_be_right_first(rule: str, of: str) -> None:
    assert stage(a_finding(rule=rule)) == of
