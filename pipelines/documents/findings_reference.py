"""The page docs/findings.md, made from the list of rules: `python -m pipelines.documents.findings_reference`."""

from pathlib import Path

from pipelines.finding_rules import FindingRule
from pipelines.finding_stages import Stage

PAGE = Path("docs/findings.md")
INTRODUCTION = """\
# Findings

<!-- Made by `uv run python -m pipelines.documents.findings_reference`. Change pipelines/finding_rules.py instead. -->

A finding is one thing wrong with a file. An *error* must be put right before the file is taken in; a *warning* is to
be looked at. What stands in the order below is best put right in that order.

`openness check --json` names the rule of each finding. These names do not change. A name that ends in `…` is completed
by the id of a measure or by a respondent group, as in `base_of_told_supervisor`.
"""
HEADER = "| rule | | what it means | how to mend it |\n|---|---|---|---|\n"


def as_markdown() -> str:
    """The whole page."""
    return INTRODUCTION + "".join(map(_section, Stage))


def _section(stage: Stage) -> str:
    return f"\n## {stage.words}\n\n{HEADER}" + "".join(_row(rule) for rule in FindingRule if rule.stage == stage)


def _row(rule: FindingRule) -> str:
    name = rule.about("…") if rule.is_completed else rule.value
    cells = (f"`{name}`", rule.severity, rule.meaning, rule.mending)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


if __name__ == "__main__":
    PAGE.write_text(as_markdown(), encoding="utf-8")
