"""Every small history goes through publishing itself: what can be observed leaves every year and part enough values.

What is observed is every result, subgroup and status of every release; n of all that depends on another measure; and of
a file that was overridden, its k. Nothing falls below the promise, and behind each result there are enough people.

Years come in turn, late, or together; they are withdrawn, come again, are let through by an override, or lose their
name. As it stands: 102,998 histories, 3,234 classes of what can be observed, 43,000 results, in about 25 seconds of one
processor; the attacker tries these ledgers too. With `RULE_ENUMERATION=long`: all three years of up to seven people
where nothing else happens, and a choice of sizes with everything else: 2,467,982 histories, 178,300 classes, 1,811,774
results, in about half an hour. Beside these, lists that a withdrawal made shorter while another programme entered:
27,034 histories, 2,689 classes, 10,366 results, in 20 seconds. No class had fewer values than promised, and no result
stood on fewer people.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import polars as pl
import pytest

from pipelines.disclosure.ledger import Ledger
from tests.reference.every_answer import publish_every_answer, try_every_answer
from tests.reference.naive_rule import Release, Tier, simulate
from tests.reference.random_audits import MEASURES, YEARS, Group, Shape
from tests.thorough import some

LONG = os.environ.get("RULE_ENUMERATION") == "long"
LOWEST, LOW, HIGH = (3, 2), (4, 2), (5, 3)
"""Tiers low enough for everything to be gone through."""
STAYS = (None, 2)
IN_TURN, LATE, TOGETHER, TWO_AND_ONE = (1, 2, 3), (1, 3, 2), (1, 1, 1), (1, 1, 2)
"""With which publishing each of three years is seen."""


def measures(tier: tuple[int, int], stay: int | None) -> pl.DataFrame:
    numbers = {"minimum_respondents": tier[0], "minimum_each_side": tier[1], "longest_stay": stay}
    return MEASURES.with_columns(**{name: pl.lit(value, pl.Int64) for name, value in numbers.items()})


@dataclass(frozen=True)
class Events:
    """What happens beside the files: the place of a year, and before or with which publishing."""

    withdrawn: tuple[tuple[int, int], ...] = ()
    override: tuple[int, int, int, bool] | None = None
    """Place, publishing, how many people more, and whether all of them said yes or nobody."""
    unnamed: int | None = None
    again: tuple[int, int, int] | None = None
    """Place and publishing of a file that comes again, and how many people more are in it. It is set aside."""

    def shape(self, came: tuple[int, ...], people: tuple[int, ...]) -> Shape:
        groups = tuple(Group(when, year, None, n) for when, year, n in zip(came, YEARS, people, strict=False))
        if self.again is not None:
            place, when, more = self.again
            groups += (Group(when, YEARS[place], None, more),)
        overrides = ()
        if self.override is not None:
            place, when, more, all_of_them = self.override
            n = max(0, people[place] + more)
            overrides = ((when, YEARS[place], n, n * all_of_them),)
        withdrawn = tuple((when, YEARS[place]) for place, when in self.withdrawn)
        return Shape(groups, withdrawn, overrides, self.unnamed)


NOTHING = Events()
WITHDRAWALS = [Events(withdrawn=((place, when),)) for place, when in ((0, 2), (0, 3), (1, 3))]
OVERRIDES = [
    Events(override=(place, when, more, all_of_them))
    for place, when, more, all_of_them in ((0, 2, 1, True), (0, 2, 0, False), (0, 3, 1, False), (1, 3, -1, True))
]
SCENARIOS = [
    *((came, NOTHING) for came in (IN_TURN, LATE, TOGETHER, TWO_AND_ONE)),
    *((IN_TURN, event) for event in (*WITHDRAWALS, *OVERRIDES, Events(unnamed=2))),
    (LATE, Events(withdrawn=((0, 2),))),
    (LATE, Events(override=(0, 2, 1, True))),
    (TWO_AND_ONE, Events(withdrawn=((1, 2),))),
    (IN_TURN, Events(withdrawn=((0, 3),), override=(0, 2, 1, True))),
    (IN_TURN, Events(withdrawn=((0, 3),), override=(1, 3, 1, True))),
    (IN_TURN, Events(again=(0, 2, 1))),
    (IN_TURN, Events(withdrawn=((0, 2),), again=(0, 3, 1))),
]


def shapes(came: tuple[int, ...], events: Events, sizes: tuple[int, ...], years: int = 3) -> Iterator[Shape]:
    return (events.shape(came[:years], people) for people in product(sizes, repeat=years))


def assert_nothing_below_the_promise(
    audits: list[Shape], tier: tuple[int, int], stay: int | None, *depends: str
) -> None:
    found = try_every_answer(audits, depends, (measures(tier, stay),), attack=not LONG)
    assert (found.values, found.people, found.attacker) == ([], [], False)
    assert found.results > 0


Scenario = tuple[tuple[int, ...], Events]


def batches(scenarios: list[Scenario]) -> list[list[Scenario]]:
    """What is published side by side: everything, by default a part of it, or in the long version one at a time."""
    return [[scenario] for scenario in scenarios] if LONG else [some(scenarios, 2)]


def batch_id(batch: list[Scenario]) -> str:
    return str(batch[0]) if len(batch) == 1 else "everything"


@pytest.mark.parametrize("batch", batches(SCENARIOS), ids=batch_id)
@pytest.mark.parametrize("stay", STAYS)
def test_of_a_measure_put_to_everybody(stay: int | None, batch: list[Scenario]) -> None:
    """The long version goes through all of three years with up to seven people each, where nothing else happens."""
    every_size = (1, 2, 3, 4, 5, 6, 7) if batch[0][1] == NOTHING else (1, 2, 4, 5, 7)
    sizes = every_size if LONG else (1, 4)
    assert_nothing_below_the_promise([shape for s in batch for shape in shapes(*s, sizes)], LOW, stay)
    sizes = (1, 3, 5, 7) if LONG else (2, 5)
    some = batch if LONG else batch[::3]
    assert_nothing_below_the_promise([shape for s in some for shape in shapes(*s, sizes)], HIGH, stay)


ANOTHER_PROGRAMME = Shape((Group(2, YEARS[0], None, 7),))
"""It joins a list of its own in a publishing in which nothing else comes."""
SHORTENED = [
    ((1, 1, 1), Events(withdrawn=((0, 2),))),
    ((1, 1, 1), Events(withdrawn=((1, 2),))),
    ((1, 1, 3), Events(withdrawn=((0, 2),))),
    ((1, 1, 3), Events(withdrawn=((1, 2),))),
    ((1, 1, 1, 3), Events(withdrawn=((1, 2),))),
]
"""A withdrawal makes a list shorter, and nothing of its own enters then."""


@pytest.mark.parametrize("years", [2, 3, 4] if LONG else [2, 3])
@pytest.mark.parametrize("stay", STAYS)
def test_of_a_list_that_a_withdrawal_made_shorter_while_another_programme_enters(stay: int | None, years: int) -> None:
    """Some could not have been published before, and could be now: in fewer years the same people answer less often."""
    some = [(came[:years], events) for came, events in SHORTENED if len(came) >= years]
    for tier, most in ((LOW, 5), (HIGH, 7)):
        sizes = tuple(range(1, most + 1)) if LONG or years == 2 else (1, most - 1)
        audits = [shape for s in some for shape in shapes(*s, sizes, years)]
        assert_nothing_below_the_promise([*audits, ANOTHER_PROGRAMME], tier, stay)


def test_whether_a_list_is_judged_does_not_depend_on_what_another_programme_loads() -> None:
    """Of one and four people the four remain. By themselves they could be shown; that they are not tells nothing."""
    alone = Shape((Group(1, YEARS[0], None, 1), Group(1, YEARS[1], None, 4)), withdrawn=((2, YEARS[0]),))
    answers = [
        (0, {alone.groups[0]: {"asked": (1, j)}, alone.groups[1]: {"asked": (4, k)}}) for j in (0, 1) for k in range(5)
    ]
    beside = [*answers, (1, {ANOTHER_PROGRAMME.groups[0]: {"asked": (7, 3)}})]
    by_itself, _ = publish_every_answer([alone], answers, (measures(LOW, 2),))
    with_another, _ = publish_every_answer([alone, ANOTHER_PROGRAMME], beside, (measures(LOW, 2),))
    assert results_of(by_itself) == {}
    assert results_of(with_another) == {str(len(answers)): [([YEARS[0]], 7, 3)]}


DEPENDENT_SCENARIOS = [
    (IN_TURN, NOTHING),
    (LATE, NOTHING),
    (TOGETHER, NOTHING),
    (IN_TURN, Events(withdrawn=((0, 3),))),
    (IN_TURN, Events(override=(0, 3, 1, True))),
    (IN_TURN, Events(withdrawn=((0, 2),), again=(0, 3, 1))),
]


@pytest.mark.parametrize("batch", batches(DEPENDENT_SCENARIOS), ids=batch_id)
@pytest.mark.parametrize("measure", ["used", "supervisor"])
@pytest.mark.parametrize("stay", STAYS)
def test_of_a_measure_that_depends_on_another(stay: int | None, measure: str, batch: list[Scenario]) -> None:
    """With all answers there can be to both."""
    sizes = (1, 3, 4) if LONG else (3,)
    assert_nothing_below_the_promise([shape for s in batch for shape in shapes(*s, sizes)], LOWEST, stay, measure)
    sizes = tuple(range(1, 8)) if LONG else (2, 5)
    two_years = [shape for s in batch for shape in shapes(*s, sizes, years=2)]
    assert_nothing_below_the_promise(two_years, LOW, stay, measure)


@pytest.mark.parametrize("came", [(1, 1), (1, 2), (2, 1)])
@pytest.mark.parametrize("stay", STAYS)
def test_of_two_that_depend_on_the_same(stay: int | None, came: tuple[int, ...]) -> None:
    audits = list(shapes(came, NOTHING, (1, 2, 4, 5) if LONG else (1, 4), years=2))
    assert_nothing_below_the_promise(audits, LOW, stay, "used", "supervisor")


@pytest.mark.parametrize("came", [IN_TURN, LATE, TOGETHER, TWO_AND_ONE])
@pytest.mark.parametrize("stay", STAYS)
def test_publishing_does_what_the_rule_says_in_its_words(stay: int | None, came: tuple[int, ...]) -> None:
    """Against the naive rule, which lets years come one after another."""
    audits = list(shapes(came, NOTHING, (1, 2, 5, 7) if LONG else (2, 5)))
    order = sorted(range(3), key=lambda place: (came[place], place))
    all_answers = [
        (number, {group: {"asked": (group.people, k)} for group, k in zip(shape.groups, answers, strict=True)})
        for number, shape in enumerate(audits)
        for answers in product(*(range(group.people + 1) for group in shape.groups))
    ]
    ledger, _ = publish_every_answer(audits, all_answers, (measures(LOW, stay),))
    shown = results_of(ledger)
    for programme, (number, answers) in enumerate(all_answers):
        groups = [audits[number].groups[place] for place in order]
        parts = [(int(group.year[:4]), *answers[group]["asked"]) for group in groups]
        released = simulate(parts, Tier(*LOW, stay))
        assert shown.get(str(programme), []) == [as_result(groups, release) for release in released]


def results_of(ledger: Ledger) -> dict[str, list[tuple[list[str], int, int]]]:
    """Years, n and k, in the order of publishing."""
    results = ledger.results.sort("result_id").select("programme_id", "years", "respondents", "affirmative")
    found: dict[str, list[tuple[list[str], int, int]]] = {}
    for programme, *result in results.iter_rows():
        found.setdefault(programme, []).append(tuple(result))
    return found


def as_result(groups: list[Group], release: Release) -> tuple[list[str], int, int]:
    return sorted(group.year for group in groups[release.first : release.end]), release.n, release.k
