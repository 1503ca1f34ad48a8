"""The attacker never wins; and with any point of the rule switched off he does, on an audit that a generator finds.

First random audits, thousands of them, go through publishing after publishing, and `attack_ledger` tries each ledger.
Then each point is switched off. There the attacker knows the rule as it is run, switched off or not, every n and every
release, and is mere enumeration: of one audit all answers there can be are published, and those that give the same
releases are what he cannot tell apart. That needs few people, but sees what `attack` does not model, such as a replaced
file, the n of a based measure, or the subgroups of a pool; and it proves `attack` and `disclosure` right once more.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import product
from operator import add
from pathlib import Path
from typing import Any, NamedTuple

import pandera.errors
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines import waiting
from pipelines.attack import Audit
from pipelines.auditing import attack_ledger
from pipelines.disclosure import LIST_KEYS, decide, enough, statuses
from pipelines.publishing import publish as publish_release
from pipelines.relations import RELATIONS
from pipelines.store import Store
from pipelines.waiting import YEAR_KEYS, Ledger
from tests.factories import (
    NOW,
    a_catalogue,
    a_file,
    a_measure,
    contributions,
    counts_csv,
    loaded,
    programmes_csv,
    released,
)

INSTRUMENT = a_catalogue(
    a_measure(),
    a_measure("used", base="asked"),
    a_measure("helped", base="used"),
    a_measure("supervisor", within="asked"),
    a_measure("lived", sensitive=True),
    a_measure("reached", base="lived", sensitive=True),
)
MEASURES = INSTRUMENT.measure_frame
YEARS = ("2020-21", "2021-22", "2022-23", "2023-24")
EXAMPLES, PROGRAMMES = 20, 50
"""1,000 programmes of five or six measures, each attacked after each of four publishings: 4,000 audits."""

Rows = list[tuple[Any, ...]]
"""Contributions, each with its submission."""
Back = list[tuple[str, str, str]]
"""What was withdrawn: submission, programme, year."""


# ---- the generator: who answers, in which file ----


class Group(NamedTuple):
    """People who come into the file of a year with this publishing."""

    publishing: int
    year: str
    subgroup: str | None
    people: int


@dataclass(frozen=True)
class Shape:
    """An audit without its answers."""

    groups: tuple[Group, ...]
    withdrawn: tuple[tuple[int, str], ...] = ()
    """Publishings, and the years withdrawn just before them."""

    @property
    def publishings(self) -> range:
        return range(1, max([group.publishing for group in self.groups] + [when for when, _ in self.withdrawn]) + 1)

    def stands(self, publishing: int) -> Iterator[tuple[str, int]]:
        """The years whose files stand at a publishing, and the publishing with which each came."""
        for year in sorted({group.year for group in self.groups}):
            came = [group.publishing for group in self.groups if group.year == year and group.publishing <= publishing]
            gone = [when for when, withdrawn in self.withdrawn if withdrawn == year and when <= publishing]
            if came and max(came) >= max(gone, default=0):
                yield year, max(came)

    def taken_back(self, publishing: int) -> Iterator[tuple[str, int]]:
        """Likewise the files withdrawn so far."""
        for when, withdrawn in self.withdrawn:
            for group in self.groups:
                if when <= publishing and group.year == withdrawn and group.publishing < when:
                    yield withdrawn, group.publishing


def a_shape(
    dice: random.Random, people: tuple[int, ...], most_groups: int, publishings: int, divided: bool = False
) -> Shape:
    """Years in any order, some in the same publishing, some late, some sent again with more people; some withdrawn."""
    groups: dict[tuple[int, str, str | None], Group] = {}
    roles = {year: (("tutor", "supervisor") if divided or dice.random() < 0.3 else (None,)) for year in YEARS}
    for _ in range(dice.randint(2, most_groups)):
        year = dice.choice(YEARS[: most_groups - (most_groups > 2)])
        key = (dice.randint(1, publishings), year, dice.choice(roles[year]))
        groups[key] = Group(*key, dice.choice(people))
    withdrawals = [(dice.randint(2, publishings), year) for year in YEARS if publishings > 1 and dice.random() < 0.1]
    return Shape(tuple(sorted(groups.values(), key=str)), tuple(withdrawals))


# ---- the attacker never wins ----


def few_or_many(dice: random.Random, n: int) -> int:
    """Rare and common answers: withheld numbers are mostly extreme."""
    return dice.choice((dice.randint(0, n), dice.randint(0, min(4, n)), dice.randint(max(0, n - 4), n)))


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


def publish(ledger: Ledger, rows: Rows, publishing: int, taken_back: Back, measures: pl.DataFrame = MEASURES) -> Ledger:
    stands = contributions(*(row[:6] for row in rows)).with_columns(
        pl.Series("submission_id", [row[6] for row in rows], pl.String)
    )
    columns = dict.fromkeys(("submission_id", "programme_id", "academic_year"), pl.String)
    back = pl.DataFrame(list(dict.fromkeys(taken_back)), columns, orient="row")
    nothing = pl.DataFrame(schema=dict.fromkeys(YEAR_KEYS, pl.String))
    return ledger + waiting.advance(ledger, stands, measures, publishing, back, nothing).new


def attacks(seeds: list[int]) -> Iterator[Audit]:
    """What the attacker makes of random audits, after each publishing. The id of a programme is its seed."""
    audits, ledger = [RandomAudit(seed) for seed in seeds], Ledger.empty()
    for publishing in range(1, 5):
        for audit in audits:
            audit.file(publishing)
        rows = [row for audit in audits for row in audit.rows(publishing)]
        back = [(f"{came}/{y}", one.programme, y) for one in audits for y, came in one.shape.taken_back(publishing)]
        ledger = publish(ledger, rows, publishing, back)
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


# ---- every answer there can be, and what of it the releases cannot tell apart ----


class Twin(NamedTuple):
    """One of the answers there can be to an audit, and what became of it."""

    releases: tuple[Any, ...]
    hidden: tuple[tuple[int, int] | None, ...]
    """Of each group of people, and each part of the measure that hangs on `asked`: k, and how many values are promised
    of it; None where it was published by itself."""


def leaks(shapes: list[Shape], hanging: str | None = None, measures: pl.DataFrame = MEASURES) -> list[Shape]:
    """The audits of which some answers leave the attacker fewer values of a part than promised."""
    won = []
    for shape, twins in zip(shapes, all_twins(shapes, hanging, measures), strict=True):
        alike = defaultdict(list)
        for twin in twins:
            alike[twin.releases].append(twin.hidden)
        if any(too_few(units) for hidden in alike.values() for units in zip(*hidden, strict=True)):
            won.append(shape)
    return won


def too_few(units: tuple[tuple[int, int] | None, ...]) -> bool:
    hidden = [unit for unit in units if unit is not None]
    return bool(hidden) and len({k for k, _ in hidden}) < hidden[0][1]


def all_twins(shapes: list[Shape], hanging: str | None, measures: pl.DataFrame) -> list[list[Twin]]:
    """All answers of all audits, published in turn, each as a programme of its own."""
    answers = {
        (number, place): dict(zip(shape.groups, one, strict=True))
        for number, shape in enumerate(shapes)
        for place, one in enumerate(product(*(possible(group.people, hanging) for group in shape.groups)))
    }
    ledger, seen = Ledger.empty(), defaultdict(list)
    for publishing in range(1, max(shape.publishings[-1] for shape in shapes) + 1):
        rows = [row for key, one in answers.items() for row in file_rows(shapes[key[0]], key, one, publishing, hanging)]
        back = [(f"{came}/{y}", str(key), y) for key in answers for y, came in shapes[key[0]].taken_back(publishing)]
        ledger = publish(ledger, rows, publishing, back, measures)
        for programme, *row in shown(ledger).iter_rows():
            seen[programme].append((publishing, str(row)))
    alone, parts = published_alone(ledger), hanging_parts(ledger)
    twins: list[list[Twin]] = [[] for _ in shapes]
    for key, one in answers.items():
        units = [*units_of(one, alone[str(key)]), *parts[str(key)]]
        twins[key[0]].append(Twin(tuple(seen[str(key)]), tuple(units)))
    return twins


def possible(people: int, hanging: str | None) -> list[tuple[int, int]]:
    """k of `asked`, and of the measure that hangs on it."""
    return [(k, j) for k in range(people + 1) for j in (range(k + 1) if hanging else (0,))]


def file_rows(
    shape: Shape, key: tuple[int, int], answers: dict[Group, tuple[int, int]], publishing: int, hanging: str | None
) -> Iterator[tuple[Any, ...]]:
    for year, came in shape.stands(publishing):
        totals: dict[str | None, list[int]] = defaultdict(lambda: [0, 0, 0])
        for group, (k, j) in answers.items():
            if group.year == year and group.publishing <= publishing:
                totals[group.subgroup] = [*map(add, totals[group.subgroup], (group.people, k, j))]
        for subgroup, (n, k, j) in totals.items():
            yield str(key), year, "asked", subgroup, n, k, f"{came}/{year}"
            if hanging:
                yield str(key), year, hanging, subgroup, k if hanging == "used" else n, j, f"{came}/{year}"


def shown(ledger: Ledger) -> pl.DataFrame:
    """All that a release holds of the programmes, in an order of its own."""
    columns = ("programme_id", "measure_id", "years", "respondents", "affirmative", "subgroup")
    shares = ledger.shares.join(ledger.published.select("result_id", *LIST_KEYS, "years"), on="result_id")
    whole = ledger.published.with_columns(pl.lit(None, pl.String).alias("subgroup"))
    everything = pl.concat([whole.select(columns), shares.select(columns)])
    return everything.sort(*columns[:2], pl.col("years").list.join(" "), *columns[3:])


def published_alone(ledger: Ledger) -> dict[str, set[tuple[str, int]]]:
    """Of each programme, year and n of the results of a single part."""
    found = defaultdict(set)
    single = ledger.results.filter((pl.col("measure_id") == "asked") & (pl.col("parts").list.len() == 1))
    for programme, years, n in single.select("programme_id", "years", "respondents").iter_rows():
        found[programme].add((years[0], n))
    return found


def units_of(answers: dict[Group, tuple[int, int]], alone: set[tuple[str, int]]) -> Iterator[tuple[int, int] | None]:
    """The people who come into a file at once."""
    together: dict[tuple[int, str], tuple[int, int]] = {}
    for group, (k, _) in answers.items():
        n, total = together.get(group[:2], (0, 0))
        together[group[:2]] = n + group.people, total + k
    for (_, year), (n, total) in together.items():
        yield None if (year, n) in alone else (total, min(3, n + 1))


def hanging_parts(ledger: Ledger) -> dict[str, list[tuple[int, int] | None]]:
    """Of each programme the parts that hang on a result, whose k is the most there can be."""
    outer = ledger.results.select(pl.col("result_id").alias("parent_result"), pl.col("affirmative").alias("outer"))
    lone = set(ledger.results.filter(pl.col("parts").list.len() == 1)["parts"].explode().drop_nulls())
    found = defaultdict(list)
    parts = ledger.parts.join(outer, on="parent_result", maintain_order="left")
    columns = ("programme_id", "part_id", "respondents", "affirmative", "outer")
    for programme, part, n, k, most in parts.select(columns).iter_rows():
        found[programme].append(None if part in lone else (k, min(3, n + 1, most + 1)))
    return found


# ---- each point of the rule, switched off ----


def generated(
    number: int, people: tuple[int, ...], most_groups: int, publishings: int, *, divided: bool = False
) -> list[Shape]:
    """Small audits, from the generator above."""
    dice = random.Random(number)  # noqa: S311
    made = (a_shape(dice, people, most_groups, publishings, divided) for _ in range(number))
    return list(dict.fromkeys(made))


Off = Callable[[pytest.MonkeyPatch], None]


def only_the_total(patch: pytest.MonkeyPatch) -> None:
    """A list is published as soon as enough people stand on it, on either side."""
    total = enough(pl.col("respondents").list.sum(), pl.col("affirmative"))
    patch.setattr(waiting, "decide", lambda lists: lists.select(total).to_series())


def no_part_of_its_own_extreme(patch: pytest.MonkeyPatch) -> None:
    """By the rule, and only if there is nobody or everybody in no part. It looks stricter."""
    by_part = waiting._as_lists, waiting._joined

    def as_lists(parts: pl.DataFrame) -> pl.DataFrame:
        each = parts.group_by(LIST_KEYS, maintain_order=True).agg(pl.col("affirmative").alias("each"))
        return by_part[0](parts).join(each, on=LIST_KEYS, maintain_order="left")

    def joined(lists: pl.DataFrame, entering: pl.DataFrame) -> pl.DataFrame:
        both = pl.concat([lists.join(entering, on=LIST_KEYS, how="semi"), entering])
        each = both.group_by(LIST_KEYS, maintain_order=True).agg(pl.col("each").explode())
        return by_part[1](lists, entering).join(each, on=LIST_KEYS, maintain_order="left")

    def mixed(lists: pl.DataFrame) -> pl.Series:
        one = lists.with_row_index().explode("respondents", "each")
        fair = one.group_by("index", maintain_order=True).agg(
            ((pl.col("each") > 0) & (pl.col("each") < pl.col("respondents"))).all().alias("fair")
        )
        return decide(lists) & fair["fair"]

    patch.setattr(waiting, "_as_lists", as_lists)
    patch.setattr(waiting, "_joined", joined)
    patch.setattr(waiting, "decide", mixed)


def in_calendar_order(patch: pytest.MonkeyPatch) -> None:
    """A list is judged anew, in calendar order, whenever a year comes in."""
    published = waiting._published

    def anew(ledger: Ledger, entering: pl.DataFrame, publishing: int) -> pl.DataFrame:
        years = ledger.versions.select(pl.col("version_id").alias("first"), "academic_year")
        waits = ledger.waiting.join(entering, on=LIST_KEYS, how="semi")
        together = pl.concat([waits, entering]).with_columns(first=pl.col("versions").list.first())
        ordered = together.join(years, on="first").sort("academic_year", "part_id").drop("first", "academic_year")
        rest = replace(ledger, parts=ledger.parts.join(ledger.waiting, on="part_id", how="anti"))
        return published(rest, ordered, publishing)

    patch.setattr(waiting, "_published", anew)


def forgetting(patch: pytest.MonkeyPatch, forgotten: Callable[[Ledger, pl.DataFrame], pl.DataFrame]) -> None:
    """Publishing sees as new what it has forgotten: a frame of version_id."""
    observed = waiting._observed

    def anew(ledger: Ledger, totals: pl.DataFrame, *rest: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
        known = ledger.versions.join(forgotten(ledger, totals), on="version_id", how="anti")
        versions, held = observed(replace(ledger, versions=known), totals, *rest)
        numbers = pl.int_range(1, pl.len() + 1).cast(pl.Int64) + ledger.versions.height
        return versions.with_columns(numbers.alias("version_id")), held

    patch.setattr(waiting, "_observed", anew)


def replaced_files_as_new_wholes(patch: pytest.MonkeyPatch) -> None:
    """A file that comes again stands for itself, and what it replaces is gone."""
    retired = waiting._retired

    def replaced(ledger: Ledger, totals: pl.DataFrame) -> pl.DataFrame:
        again = totals.select(*YEAR_KEYS, pl.col("submission_id").alias("now"))
        seen = ledger.versions.join(again, on=YEAR_KEYS).filter(pl.col("now") != pl.col("submission_id"))
        return seen.select("version_id")

    def totals_seen(contributions: pl.DataFrame) -> pl.DataFrame:
        return stands.setdefault("now", totals(contributions))

    def gone(ledger: Ledger, withdrawn: pl.DataFrame, publishing: int) -> pl.DataFrame:
        old = ledger.versions.join(replaced(ledger, stands.pop("now")), on="version_id", how="semi")
        return retired(ledger, pl.concat([withdrawn, old.select(withdrawn.columns)]).unique(), publishing)

    totals, stands = waiting._totals, dict[str, pl.DataFrame]()
    patch.setattr(waiting, "_totals", totals_seen)
    patch.setattr(waiting, "_retired", gone)
    forgetting(patch, replaced)


def retired_people_used_again(patch: pytest.MonkeyPatch) -> None:
    """After a withdrawal the others of a pool come back."""

    def versions(ledger: Ledger, _: pl.DataFrame) -> pl.DataFrame:
        gone = ledger.parts.join(ledger.retired, on="part_id", how="semi")
        return gone.select(pl.col("versions").alias("version_id")).explode("version_id")

    forgetting(patch, versions)


def subgroups_of_pools(patch: pytest.MonkeyPatch) -> None:
    """Subgroups are shown, if every one passes, for results of several years too."""

    def shares(ledger: Ledger, stands: pl.DataFrame, measures: pl.DataFrame, publishing: int) -> pl.DataFrame:
        years = ledger.results.filter(pl.col("publishing") == publishing).select("result_id", *LIST_KEYS, "years")
        groups = (
            years.explode("years")
            .rename({"years": "academic_year"})
            .join(stands.filter(pl.col("subgroup").is_not_null()), on=YEAR_KEYS)
            .join(measures.select("measure_id", "minimum_respondents", "minimum_each_side"), on="measure_id")
            .group_by("result_id", "subgroup", "minimum_respondents", "minimum_each_side")
            .agg(pl.col("respondents", "affirmative").sum())
        )
        passing = groups.filter(enough(pl.col("respondents"), pl.col("affirmative")).all().over("result_id"))
        return passing.sort("result_id", "subgroup").select(*waiting.SHARE)

    patch.setattr(waiting, "_shares", shares)


TINY, SMALL = (1, 2, 9, 11), (1, 2, 10, 12)


@pytest.mark.parametrize(
    ("off", "shapes"),
    [
        (only_the_total, generated(40, TINY, 3, 2)),
        (no_part_of_its_own_extreme, generated(40, TINY, 3, 2)),
        (in_calendar_order, generated(120, TINY, 3, 2)),
        (replaced_files_as_new_wholes, generated(80, SMALL, 3, 2)),
        (subgroups_of_pools, generated(150, (1, 10), 4, 1, divided=True)),
        (retired_people_used_again, generated(100, SMALL, 2, 3)),
    ],
)
def test_with_a_point_of_the_rule_switched_off_he_wins(
    off: Off, shapes: list[Shape], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert leaks(shapes) == []
    off(monkeypatch)
    assert leaks(shapes) != []


@pytest.mark.parametrize(
    ("off", "shape"),
    [
        (only_the_total, Shape((Group(1, YEARS[0], None, 9), Group(2, YEARS[1], None, 1)))),
        (only_the_total, Shape((Group(1, YEARS[0], None, 12), Group(2, YEARS[1], None, 8)))),
        (
            in_calendar_order,
            Shape((Group(1, YEARS[0], None, 9), Group(1, YEARS[2], None, 12), Group(2, YEARS[1], None, 1))),
        ),
        (replaced_files_as_new_wholes, Shape((Group(1, YEARS[0], None, 12), Group(2, YEARS[0], None, 1)))),
        (
            retired_people_used_again,
            Shape((Group(1, YEARS[0], None, 12), Group(1, YEARS[1], None, 11)), ((2, YEARS[0]),)),
        ),
        (
            subgroups_of_pools,
            Shape(
                (
                    Group(1, YEARS[0], "supervisor", 12),
                    Group(1, YEARS[1], "supervisor", 1),
                    Group(1, YEARS[1], "tutor", 20),
                )
            ),
        ),
    ],
    ids=["9 then 1", "12 then 8", "one late", "the thirteenth", "the other of a pool", "roles of a pool"],
)
def test_he_wins_on_the_cases_by_which_the_rule_was_found(
    off: Off, shape: Shape, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert leaks([shape]) == []
    off(monkeypatch)
    assert leaks([shape]) == [shape]


@pytest.mark.parametrize("measure", ["used", "supervisor"])
def test_he_wins_where_a_measure_is_pooled_without_regard_to_what_it_hangs_on(measure: str) -> None:
    """Over years of which its base is withheld, its n tells k of the base; within another, that one's k is the most."""
    shapes = HANGING
    assert leaks(shapes, measure) == []
    hanging = pl.col("measure_id") == measure
    by_itself = {"used": {"parent": None, "base": None, "depth": 0}, "supervisor": {"within": None}}[measure]
    off = [pl.when(~hanging).then(name).otherwise(pl.lit(value)).alias(name) for name, value in by_itself.items()]
    assert leaks(shapes, measure, MEASURES.with_columns(off).sort("depth", "place")) != []


HANGING = [
    shape
    for shape in generated(60, (10, 11, 12), 2, 2)
    if len({group.year for group in shape.groups}) == 2 and not shape.withdrawn
][:3]


@pytest.mark.parametrize(("n", "k", "refused"), [(10, 3, False), (9, 3, True), (10, 2, True), (10, 8, True)])
def test_no_release_takes_a_result_with_too_few_people_in_all_or_on_a_side(n: int, k: int, refused: bool) -> None:
    relation = RELATIONS["result"]
    row = {
        "result_id": 1,
        "measure_id": "asked",
        "programme_id": "north",
        "first_year": YEARS[0],
        "last_year": YEARS[0],
        "years": [YEARS[0]],
        "subgroup": None,
        "status": "published",
        "respondents": n,
        "affirmative": k,
        "invited": None,
        "rate": k / n,
        "rate_low": 0.0,
        "rate_high": 1.0,
    }
    with pytest.raises(pandera.errors.SchemaError) if refused else nullcontext():
        relation.schema.validate(relation.shaped(pl.DataFrame([row])))


# ---- points 8 and 9, which no list tells of ----

BASE = a_catalogue(a_measure("lived"), a_measure("told", base="lived")).measure_frame
NOTHING = Ledger.empty().published


def statuses_of(base_k: int, measures: pl.DataFrame) -> list[tuple[object, ...]]:
    """Of 12 people of whom so many said yes, who were then asked on."""
    rows = [("aa", "2024-25", "lived", None, 12, base_k)]
    rows += [("aa", "2024-25", "told", None, base_k, 0)] * (base_k > 0)
    return sorted(statuses(contributions(*rows), measures, NOTHING).rows(), key=str)


def test_a_status_tells_nothing_of_whether_anybody_was_left_to_be_asked() -> None:
    assert statuses_of(0, BASE) == statuses_of(1, BASE)


def test_he_wins_where_a_status_depends_on_who_was_left_to_be_asked() -> None:
    """Point 8 switched off: each measure looked at by itself, so that none of 12 shows as not asked."""
    by_itself = BASE.with_columns(root="measure_id")
    assert statuses_of(0, by_itself) != statuses_of(1, by_itself)


def test_all_pooled_less_all_published_is_what_nobody_may_know_so_a_comparator_pools_the_published(
    store: Store, tmp_path: Path
) -> None:
    """Point 9. Were everybody pooled, the one withheld would be what is left over."""
    ids = [f"programme-{number}" for number in range(5)]
    k = [8, 8, 8, 8, 1]  # the last is withheld
    counts = counts_csv(*((programme, "2024-25", "asked", 20, yes) for programme, yes in zip(ids, k, strict=True)))
    loaded(store, a_file(tmp_path, programmes_csv(*ids), "programmes.csv"), "programmes", a_catalogue())
    loaded(store, a_file(tmp_path, counts), "counts", a_catalogue())
    publish_release(store, a_catalogue(), tmp_path / "releases", now=NOW, published_by="tester")
    shown = released(tmp_path, "result")["affirmative"].sum()
    pooled = set(released(tmp_path, "comparator")["affirmative"])
    assert sum(k) - shown == 1
    assert pooled == {shown}
