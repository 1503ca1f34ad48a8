"""Every finding that the code can make names a rule of the list, and the list names no rule that nothing makes."""

import ast
from collections.abc import Iterator

import pytest

from pipelines.finding_rules import BY_LETTER, FindingRule
from pipelines.finding_stages import Stage
from pipelines.instrument.contract import Context, Contract, Rule
from pipelines.instrument.datasets import contract
from pipelines.instrument.row_rules import tie_rules
from tests.factories import PROJECT, a_catalogue, first_catalogue, shipped_catalogue

MODULES = {path.relative_to(PROJECT): path.read_text(encoding="utf-8") for path in PROJECT.glob("pipelines/**/*.py")}


def findings_made(source: str) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Severity and rule of each `Finding(…)` in a module."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Finding":
            named = {keyword.arg: keyword.value for keyword in call.keywords}
            severity, rule = [*call.args[:2], *(named[name] for name in ("severity", "rule")[len(call.args) :])]
            yield severity, rule


def rule_written(rule: ast.expr) -> FindingRule | None:
    """The rule, where it is written out: by its name or as a member of the list. A name not in the list is an error."""
    if isinstance(rule, ast.Constant):
        return FindingRule.named(str(rule.value))
    if isinstance(rule, ast.Attribute) and isinstance(rule.value, ast.Name) and rule.value.id == "FindingRule":
        return FindingRule[rule.attr]
    assert ast.unparse(rule) == "rule.name", "a finding takes its rule from the list, or from the rule of a contract"
    return None


def rules_written() -> set[FindingRule]:
    rules = (rule_written(rule) for source in MODULES.values() for _, rule in findings_made(source))
    return {rule for rule in rules if rule}


def contracts() -> Iterator[Contract]:
    for catalogue in (first_catalogue(), shipped_catalogue(), a_catalogue(group=[])):
        for dataset in catalogue.datasets:
            yield contract(dataset, catalogue, Context("2025-26"))
            yield contract(dataset, catalogue, Context("2025-26", frozenset({"aa"})))


def rules_of_contracts() -> Iterator[Rule]:
    for built in contracts():
        yield from (rule for field in built.fields for rule in field.rules)
        yield from built.rules
    yield from tie_rules(first_catalogue())


def test_the_list_and_the_code_name_the_same_rules() -> None:
    made = rules_written() | {rule.finding for rule in rules_of_contracts()}
    assert made == {*FindingRule}
    assert made >= BY_LETTER


def test_a_finding_is_as_severe_as_its_rule() -> None:
    for place, source in MODULES.items():
        for severity, rule in findings_made(source):
            written = rule_written(rule)
            if written and isinstance(severity, ast.Constant):
                assert severity.value == written.severity, f"{place}, line {rule.lineno}"


@pytest.mark.parametrize("rule", ["'unheard_of'", "FindingRule.UNHEARD_OF", "f'rule_of_{measure}'"])
def test_a_finding_of_no_rule_is_found(rule: str) -> None:
    (made,) = findings_made(f"Finding('error', {rule}, file, expected, fix)")
    with pytest.raises((KeyError, AssertionError)):
        rule_written(made[1])


def test_only_a_rule_about_a_measure_or_group_has_a_name_to_complete() -> None:
    assert all(rule.finding.is_completed == bool(rule.subject) for rule in rules_of_contracts())
    assert {rule for rule in FindingRule if rule.is_completed} <= {rule.finding for rule in rules_of_contracts()}


@pytest.mark.parametrize("rule", FindingRule)
def test_a_rule_is_found_again_by_its_name(rule: FindingRule) -> None:
    name = rule.about("told") if rule.is_completed else rule.value
    assert FindingRule.named(name) is rule


@pytest.mark.parametrize("name", ["", "unheard_of", "encoding_", "base_of", "bases_of_told"])
def test_no_rule_has_another_name(name: str) -> None:
    with pytest.raises(KeyError):
        FindingRule.named(name)


@pytest.mark.parametrize("rule", FindingRule)
def test_a_rule_says_in_sentences_what_it_means_and_how_to_mend_the_file(rule: FindingRule) -> None:
    for sentence in (rule.meaning, rule.mending):
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_rules_stand_in_the_order_of_their_stages() -> None:
    stages = [rule.stage for rule in FindingRule]
    assert stages == sorted(stages, key=list(Stage).index)
    assert {*stages} == {*Stage}
