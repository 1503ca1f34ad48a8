"""The attacker never wins: random audits, thousands of them, go through publishing after publishing, and
`attack_ledger` tries each ledger."""

import random
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.disclosure import waiting_lists
from pipelines.disclosure.attacker import Audit
from pipelines.disclosure.audit import attack_ledger
from pipelines.disclosure.ledger import Ledger
from tests.factories import measure_frame
from tests.reference.random_audits import INSTRUMENT, Overrides, a_shape, few_or_many, publish, standing
from tests.thorough import EVERYTHING

EXAMPLES, PROGRAMMES, PUBLISHINGS = 4 if EVERYTHING else 2, 50, 5
"""Of each longest stay and size 200 programmes of six measures, each attacked after each of five publishings: 16,000
audits in all, half of them with overrides. By default half as many."""
YEARS = tuple(f"{year}-{(year + 1) % 100:02d}" for year in range(2015, 2023))
ASKED = ("asked", "used", "helped", "supervisor", "lived", "reached")
PUT_TO_EVERYBODY = ("asked", "lived")
STAYS = (None, 2, 3, 4)
SMALL, LARGE = tuple(range(1, 12)), tuple(range(1, 61))

searched = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


def all_answers(dice: random.Random, n: int) -> dict[str, tuple[int, int]]:
    """n and k of every measure, as one group of people can have answered."""
    asked, lived = few_or_many(dice, n), few_or_many(dice, n)
    used = few_or_many(dice, asked)
    helped, supervisor, reached = (few_or_many(dice, most) for most in (used, asked, lived))
    pairs = (n, asked), (asked, used), (used, helped), (n, supervisor), (n, lived), (lived, reached)
    return dict(zip(ASKED, pairs, strict=True))


class RandomAudit:
    """A programme whose years come, some late; some are withdrawn; some are set aside when they come again, and let
    through by an override; and once in a while it is named no longer."""

    def __init__(self, seed: int, people: tuple[int, ...], *, override: bool) -> None:
        self.dice = random.Random(seed)  # noqa: S311
        self.programme = f"seed-{seed}"
        self.people, self.override = people, override
        self.shape = a_shape(self.dice, people, PUBLISHINGS, YEARS)
        self.answers = {group: all_answers(self.dice, group.people) for group in self.shape.groups}

    def rows(self, publishing: int) -> Iterator[tuple[Any, ...]]:
        """Contributions, with their submissions."""
        stands = dict(self.shape.stands(publishing))
        for group, answers in self.answers.items():
            if group.year in stands:
                for measure, (n, k) in answers.items():
                    submission = f"{stands[group.year]}/{group.year}"
                    yield self.programme, group.year, measure, group.subgroup, n, k, submission

    def withdrawn(self, publishing: int) -> Iterator[tuple[str, str, str]]:
        return ((f"{came}/{year}", self.programme, year) for year, came in self.shape.taken_back(publishing))

    def overrides(self, publishing: int) -> Overrides:
        """Counts that came for years publishing had seen, each let through at once."""
        seen = sorted({group.year for group in self.shape.groups if group.publishing < publishing})
        return [
            (
                self.programme,
                measure,
                year,
                str(publishing),
                n := self.dice.choice(self.people),
                few_or_many(self.dice, n),
            )
            for year in seen
            for measure in PUT_TO_EVERYBODY
            if self.override and self.dice.random() < 0.05
        ]

    def no_longer_named(self) -> bool:
        return self.dice.random() < 0.02


def attacks(
    first: int, people: tuple[int, ...], measures: pl.DataFrame, *, override: bool = False, programmes: int = PROGRAMMES
) -> Iterator[Audit]:
    """What the attacker makes of random audits, after each publishing. The id of a programme is its seed."""
    audits = [RandomAudit(first + place, people, override=override) for place in range(programmes)]
    ledger, unnamed = Ledger.empty(), dict[str, int]()
    for publishing in range(1, PUBLISHINGS + 1):
        unnamed |= {audit.programme: publishing for audit in audits if audit.no_longer_named()}
        ledger = publish(
            ledger,
            standing([row for audit in audits for row in audit.rows(publishing)], measures=measures),
            publishing,
            [row for audit in audits for row in audit.withdrawn(publishing)],
            measures,
            [row for audit in audits for row in audit.overrides(publishing)],
            unnamed,
        )
        yield attack_ledger(ledger)


@pytest.mark.parametrize("override", [False, True], ids=["", "overrides"])
@pytest.mark.parametrize("people", [SMALL, LARGE], ids=["up to 11 people", "up to 60"])
@pytest.mark.parametrize("stay", STAYS)
@searched
@given(first=st.integers(0, 1 << 48))
def test_the_attacker_never_wins(stay: int | None, people: tuple[int, ...], override: bool, first: int) -> None:
    """What an override gives away is known and listed; all others are still protected from somebody who knows it."""
    for audit in attacks(first, people, measure_frame(INSTRUMENT, stay), override=override):
        assert audit.findings.rows() == []
    assert bool(audit.known.height) is override


@searched
@given(first=st.integers(0, 1 << 48))
def test_nor_does_he_where_people_of_each_measure_stay_for_another_time(first: int) -> None:
    stays = pl.Series("longest_stay", [None, 2, 3, 4, 3, None], pl.Int64)
    for audit in attacks(first, SMALL, measure_frame(INSTRUMENT).with_columns(stays)):
        assert audit.findings.rows() == []


def test_with_what_overrides_give_away_not_minded_he_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Point 4 switched off: the rule judges a list as if nothing were known of the files that overrides correct."""
    monkeypatch.setattr(waiting_lists, "_apply_override_knowledge", lambda parts, _: parts)
    measures = measure_frame(INSTRUMENT, 2)
    assert any(audit.findings.height for audit in attacks(0, SMALL, measures, override=True, programmes=200))
