"""The attacker never wins: random audits, thousands of them, go through publishing after publishing, and
`attack_ledger` tries each ledger."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.disclosure import waiting_lists as waiting
from pipelines.disclosure.attacker import Audit
from pipelines.disclosure.audit import attack_ledger
from pipelines.disclosure.ledger import Ledger
from tests.reference.random_audits import MEASURES, a_shape, few_or_many, publish, standing

EXAMPLES, PROGRAMMES = 20, 50
"""1,000 programmes of five or six measures, each attacked after each of four publishings: 4,000 audits."""


def all_answers(dice: random.Random, n: int) -> list[int]:
    """n and k of every measure in turn, as one group of people can have answered."""
    asked, lived = few_or_many(dice, n), few_or_many(dice, n)
    used = few_or_many(dice, asked)
    helped, supervisor, reached = (few_or_many(dice, most) for most in (used, asked, lived))
    return [n, asked, asked, used, used, helped, n, supervisor, n, lived, lived, reached]


class RandomAudit:
    """A programme whose files come, come again (with more people, fewer, or other answers) and are withdrawn.

    Only further people come to every second one; fewer and other answers to the rest, of which one measure within
    another is not asked: what a corrected file adds to it can be more than what it adds to the other.
    """

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311
        self.programme = f"seed-{seed}"
        self.corrected = bool(seed % 2)
        self.shape = a_shape(self.dice, tuple(range(1, 61)), most_groups=9, publishings=4)
        self.answers: dict[tuple[str, str | None], list[int]] = {}

    def file(self, publishing: int) -> None:
        """What comes in before this publishing. Of the groups that come to a file seen before, some are no further
        people: there the answers become others, of the same people or of one fewer."""
        for group in self.shape.groups:
            if group.publishing == publishing:
                before = self.answers.get(group[1:3])
                kind = self.dice.choice(("more", "more", "fewer", "changed")) if before and self.corrected else "more"
                n = group.people if kind == "more" else max(before[0] - (kind == "fewer"), 0)  # type: ignore[index]
                new = all_answers(self.dice, n)
                added = [old + more for old, more in zip(before or [0] * 12, new, strict=True)]
                self.answers[group[1:3]] = added if kind == "more" else new

    def rows(self, publishing: int) -> Iterator[tuple[Any, ...]]:
        """Contributions, with their submissions."""
        for year, came in self.shape.stands(publishing):
            for (of_year, subgroup), numbers in self.answers.items():
                if of_year == year:
                    for place, measure in enumerate(MEASURES["measure_id"]):
                        n, k = numbers[2 * place : 2 * place + 2]
                        if measure != "supervisor" or not self.corrected:
                            yield self.programme, year, measure, subgroup, n, k, f"{came}/{year}"


def attacks(seeds: list[int], *, override: bool = False) -> Iterator[Audit]:
    """What the attacker makes of random audits, after each publishing. The id of a programme is its seed."""
    audits, ledger = [RandomAudit(seed) for seed in seeds], Ledger.empty()
    for publishing in range(1, 5):
        for audit in audits:
            audit.file(publishing)
        rows = [row for audit in audits for row in audit.rows(publishing)]
        back = [(f"{came}/{y}", one.programme, y) for one in audits for y, came in one.shape.taken_back(publishing)]
        ledger = publish(ledger, standing(rows), publishing, back, override=override)
        yield attack_ledger(ledger)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(st.integers(0, 1 << 48))
def test_the_attacker_never_wins(first: int) -> None:
    for audit in attacks([first + place for place in range(PROGRAMMES)]):
        assert audit.findings.rows() == []


@settings(
    max_examples=EXAMPLES // 4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(st.integers(0, 1 << 48))
def test_nor_does_he_where_every_held_correction_is_let_through(first: int) -> None:
    """What an override gives away is known and listed; all others are still protected from somebody who knows it."""
    for audit in attacks([2 * (first + place) + 1 for place in range(PROGRAMMES)], override=True):
        assert audit.findings.rows() == []
    assert audit.known.height > 0


def test_with_what_overrides_give_away_not_minded_he_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Point 4 switched off: the rule judges a list as if nothing were known of the files that overrides correct."""
    monkeypatch.setattr(waiting, "_with_what_overrides_gave_away", lambda parts, _: parts)
    assert any(audit.findings.height for audit in attacks(list(range(1, 2 * PROGRAMMES, 2)), override=True))
