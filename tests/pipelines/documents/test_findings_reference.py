"""The page about findings is the list of rules, and as new as it."""

import pytest

from pipelines.documents.findings_reference import PAGE, as_markdown
from pipelines.finding_rules import FindingRule
from pipelines.finding_stages import Stage
from tests.factories import PROJECT


def test_the_page_in_the_repository_is_the_one_made_from_the_rules() -> None:
    made_by = "uv run python -m pipelines.documents.findings_reference"
    assert (PROJECT / PAGE).read_text(encoding="utf-8") == as_markdown(), f"it is stale; make it with: {made_by}"


@pytest.mark.parametrize("rule", FindingRule)
def test_every_rule_has_a_row_of_four_cells_under_its_stage(rule: FindingRule) -> None:
    section = as_markdown().partition(f"## {rule.stage.words}\n")[2].partition("\n## ")[0]
    (row,) = [line for line in section.splitlines() if line.startswith((f"| `{rule}` ", f"| `{rule}…` "))]
    assert row.replace("\\|", "").count("|") == 5


def test_the_stages_are_told_in_their_order() -> None:
    headings = [line.removeprefix("## ") for line in as_markdown().splitlines() if line.startswith("## ")]
    assert headings == [stage.words for stage in Stage]
