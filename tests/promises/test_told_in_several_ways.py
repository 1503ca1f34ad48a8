"""What is told of the same people in several ways, by role and as pairs of answers, gives no more away than one way.

Every answer that people of two roles can give to two questions is published by the real rule. Those answers that a
reader cannot tell apart must leave each number that is not told as many values as are promised.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import polars as pl
import pytest

from pipelines.disclosure import subgroups
from pipelines.disclosure.ledger import Ledger
from pipelines.disclosure.pairs import PAIR, pairs_shown
from tests.factories import a_catalogue, a_measure, measure_frame
from tests.reference.every_answer import said
from tests.reference.random_audits import YEARS, publish, standing

YEAR = YEARS[0]
ROLES = {"supervisor": 6, "tutor": 7}
FEWEST, LEAST = 4, 2
"""In all, and on each side."""
Cells = tuple[int, int, int, int]
"""How many of a role affirmed both questions, the first alone, the second alone, neither."""
TIES = {"apart": {}, "paired": {}, "within": {"within": "first"}, "based": {"base": "first"}}


@pytest.mark.parametrize("tie", ["apart", "within", "based"])
def test_what_is_withheld_of_a_role_keeps_its_values_whatever_else_is_told_of_the_same_people(tie: str) -> None:
    assert weakest(tie) >= LEAST


def test_a_pair_beside_roles_would_give_them_away() -> None:
    """Why there is none: even where no role is shown, what is withheld of it could be worked out."""
    assert weakest("paired") < LEAST


def test_so_would_the_roles_of_what_lies_within_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subgroups, "_by_themselves", lambda measures: measures)
    assert weakest("within") < LEAST


# ---- every answer ----


def weakest(tie: str) -> int:
    """The fewest values that anything withheld is left with."""
    instrument = a_catalogue(a_measure("first"), a_measure("second", **TIES[tie]))
    measures = measure_frame(instrument, longest_stay=1).with_columns(
        minimum_respondents=pl.lit(FEWEST, pl.Int64), minimum_each_side=pl.lit(LEAST, pl.Int64)
    )
    audits = list(product(*(list(possible(people, tied=bool(TIES[tie]))) for people in ROLES.values())))
    stands = standing(
        [row for place, audit in enumerate(audits) for row in counts(str(place), audit, based=tie == "based")],
        measures=measures,
    )
    ledger = publish(Ledger.empty(), stands, 1, [], measures)
    lines = defaultdict[str, list[str]](list)
    for programme, line in said(ledger, stands, measures).iter_rows():
        lines[programme].append(line)
    told = pairs_of(ledger, audits) if tie == "paired" else {}
    by_role = shown_by_role(ledger)
    values: dict[tuple[object, ...], set[int]] = defaultdict(set)
    for place, audit in enumerate(audits):
        programme = str(place)
        seen = tuple(lines[programme]), told.get(programme)
        for name, value in hidden(audit, by_role.get(programme, set())):
            values[seen, name].add(value)
    return min(len(left) for left in values.values())


def possible(people: int, *, tied: bool) -> Iterator[Cells]:
    for both, first, second in product(range(people + 1), repeat=3):
        if both + first + second <= people and not (tied and second):
            yield both, first, second, people - both - first - second


def counts(programme: str, audit: tuple[Cells, ...], *, based: bool) -> Iterator[tuple[object, ...]]:
    for role, (both, first, second, neither) in zip(ROLES, audit, strict=True):
        n, k = both + first + second + neither, both + first
        yield programme, YEAR, "first", role, n, k, "file"
        yield programme, YEAR, "second", role, k if based else n, both + second, "file"


def pairs_of(ledger: Ledger, audits: list[tuple[Cells, ...]]) -> dict[str, int]:
    """If pairs were told as for a file without roles: of each programme whose pair is told, how many affirmed both."""
    rows = [
        ("file", str(place), YEAR, "first", "second", sum(ROLES.values()), sum(cells[0] for cells in audit), False)
        for place, audit in enumerate(audits)
    ]
    shown = pairs_shown(ledger, pl.DataFrame(rows, PAIR, orient="row"))
    return dict(shown.select("programme_id", "both_sides").iter_rows())


def shown_by_role(ledger: Ledger) -> dict[str, set[str]]:
    """Of each programme the questions that are shown by role."""
    found = defaultdict[str, set[str]](set)
    shown = ledger.results.join(ledger.shares, on="result_id", how="semi")
    for programme, measure in shown.select("programme_id", "measure_id").iter_rows():
        found[programme].add(measure)
    return found


def hidden(audit: tuple[Cells, ...], by_role: set[str]) -> Iterator[tuple[str, int]]:
    """The numbers of each role that are not told, each with its name."""
    for role, (both, first, second, _) in zip(ROLES, audit, strict=True):
        if "first" not in by_role:
            yield f"first of {role}", both + first
        if "second" not in by_role:
            yield f"second of {role}", both + second
