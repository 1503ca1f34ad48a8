"""Every answer there can be to a small audit, and what of it the releases cannot tell apart.

An attacker who needs no wit: he knows the rule as it is run, every n and every release. Of one audit all answers there
can be are published, and those that give the same releases are what he cannot tell apart. That needs few people, but
sees what `attack` does not model, such as a replaced file, the n of a based measure, or the subgroups of a pool.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import product, zip_longest
from operator import add
from typing import Any, NamedTuple

import polars as pl

from pipelines.disclosure.ledger import Ledger
from pipelines.disclosure.rule import LIST_KEYS
from pipelines.release.frames import compose
from pipelines.store.records import Holdings, ReleaseNote
from tests.factories import NOW
from tests.reference.random_audits import INSTRUMENT, MEASURES, Group, Shape, publish, standing

Answers = dict[Group, tuple[int, int]]
"""Of each group of people k of `asked`, and of the measure that hangs on it."""
Key = tuple[int, int]
"""Which audit, and which of its answers: each is published as a programme of its own."""
Alone = set[tuple[int, str, str | None, int]]
"""What was published by itself: publishing, year, subgroup, n."""
Unit = tuple[int, int] | None
"""Of people published only together with others k, and how many values are promised of it; else None."""
Release = Callable[[Ledger, pl.DataFrame], pl.DataFrame]
"""What a release tells: programme_id, and anything. From the ledger and what stands."""


class Twin(NamedTuple):
    """One of the answers there can be to an audit, and what became of it."""

    releases: tuple[Any, ...]
    hidden: tuple[Unit, ...]


def leaks(
    shapes: list[Shape],
    hanging: str | None = None,
    measures: tuple[pl.DataFrame, ...] = (MEASURES,),
    release: Release | None = None,
) -> list[Shape]:
    """The audits of which some answers leave the attacker fewer values of a part than promised.

    `hanging`: a measure that hangs on `asked`. `measures`: those of each publishing, the last for all that follow;
    promised is the least that any of them asks for. `release`: what of a release he looks at, else the results.
    """
    won = []
    for shape, twins in zip(shapes, all_twins(shapes, hanging, measures, release or shown), strict=True):
        alike = defaultdict(list)
        for twin in twins:
            alike[twin.releases].append(twin.hidden)
        if any(too_few(units) for hidden in alike.values() for units in zip_longest(*hidden)):
            won.append(shape)
    return won


def too_few(units: tuple[Unit, ...]) -> bool:
    hidden = [unit for unit in units if unit is not None]
    return bool(hidden) and len({k for k, _ in hidden}) < hidden[0][1]


def all_twins(
    shapes: list[Shape], hanging: str | None, measures: tuple[pl.DataFrame, ...], release: Release
) -> list[list[Twin]]:
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
        stands = standing(rows, "counts" if any(shape.leaves_out for shape in shapes) else "staff_responses")
        ledger = publish(ledger, stands, publishing, back, measures[min(publishing, len(measures)) - 1])
        for programme, *row in release(ledger, stands).iter_rows():
            seen[programme].append((publishing, str(row)))
    alone, parts = published_alone(ledger), hanging_parts(ledger)
    promised = min(frame.filter(pl.col("measure_id") == "asked")["minimum_each_side"].item() for frame in measures)
    twins: list[list[Twin]] = [[] for _ in shapes]
    for key, one in answers.items():
        units = [*units_of(one, alone[str(key)], promised), *parts[str(key)]]
        twins[key[0]].append(Twin(tuple(seen[str(key)]), tuple(units)))
    return twins


# ---- what comes in ----


def possible(people: int, hanging: str | None) -> list[tuple[int, int]]:
    return [(k, j) for k in range(people + 1) for j in (range(k + 1) if hanging else (0,))]


def file_rows(
    shape: Shape, key: Key, answers: Answers, publishing: int, hanging: str | None
) -> Iterator[tuple[Any, ...]]:
    for year, came in shape.stands(publishing):
        totals: dict[str | None, list[int]] = defaultdict(lambda: [0, 0, 0])
        for group, (k, j) in answers.items():
            if group.year == year and group.publishing <= publishing:
                totals[group.subgroup] = [*map(add, totals[group.subgroup], (group.people, k, j))]
        for subgroup, (n, k, j) in totals.items():
            yield str(key), year, "asked", subgroup, n, k, f"{came}/{year}"
            left = k if hanging == "used" else n
            if hanging and (left or not shape.leaves_out):
                yield str(key), year, hanging, subgroup, left, j, f"{came}/{year}"
    for name, year, n, k in shape.others:
        yield f"{key}/{name}", year, "asked", None, n, k, name


# ---- what a release tells ----


def shown(ledger: Ledger, _: pl.DataFrame) -> pl.DataFrame:
    """The results and subgroups, in an order of their own."""
    columns = ("programme_id", "measure_id", "years", "respondents", "affirmative", "subgroup")
    shares = ledger.shares.join(ledger.published.select("result_id", *LIST_KEYS, "years"), on="result_id")
    whole = ledger.published.with_columns(pl.lit(None, pl.String).alias("subgroup"))
    everything = pl.concat([whole.select(columns), shares.select(columns)])
    return everything.sort(*columns[:2], pl.col("years").list.join(" "), *columns[3:])


def whole_release(ledger: Ledger, stands: pl.DataFrame) -> pl.DataFrame:
    """Results with every status, comparators and comparisons, of a programme and the others of its profession."""
    frames = composed(ledger, stands)
    everything = [
        told(frames["result"], "programme_id"),
        told(frames["comparator"], "name"),
        told(frames["comparison"], "name"),
    ]
    return pl.concat(everything).sort(pl.all())


def told(frame: pl.DataFrame, of: str) -> pl.DataFrame:
    """Rows as text, without the numbers and names that differ from one programme to the next whatever they say."""
    programme = pl.col(of).str.split("/").list
    numbers = pl.exclude("result_id", "programme_id", "name")
    return frame.select(
        programme.first().alias("programme_id"),
        pl.struct(programme.get(1, null_on_oob=True).alias("of"), numbers).struct.json_encode().alias("row"),
    )


def composed(ledger: Ledger, stands: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The frames of a release. Every programme is registered, of a profession that it shares with its others only."""
    ids = pl.concat([stands["programme_id"], ledger.versions["programme_id"]]).unique().sort()
    programmes = pl.DataFrame({"programme_id": ids, "known_as": ids, "code": ids, "programme_name": ids}).with_columns(
        pl.col("programme_id").str.split("/").list.first().alias("profession"),
        pl.lit("Country").alias("country"),
        pl.lit(None, pl.String).alias("region"),
        named=True,
    )
    holdings = Holdings(1, False, programmes, NO_COHORTS, NO_SUPPORT, stands, NO_OVERRIDES, ledger)
    note = ReleaseNote("one", 1, NOW, "tester", None, NO_OVERRIDES.drop("release_id"))
    return compose(note, INSTRUMENT, holdings, ledger, NO_OVERRIDES)


def _nothing(*columns: str) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))


NO_COHORTS = _nothing("programme_id", "academic_year", "respondent_group").with_columns(invited=pl.lit(0, pl.Int64))
NO_SUPPORT = _nothing("programme_id", "academic_year", "item_id", "status").with_columns(since=pl.lit(None, pl.Date))
NO_OVERRIDES = _nothing("release_id", "programme_id", "measure_id", "academic_year", "reason")


# ---- what he must not come to know ----


def published_alone(ledger: Ledger) -> dict[str, Alone]:
    """Of each programme what stands in a result of a single part, and the subgroups shown with it."""
    found = defaultdict(set)
    single = ledger.results.filter((pl.col("measure_id") == "asked") & (pl.col("parts").list.len() == 1))
    keys = single.select("result_id", "programme_id", "publishing", pl.col("years").list.first())
    whole = single.select("result_id", pl.lit(None, pl.String).alias("subgroup"), "respondents")
    numbers = pl.concat([whole, ledger.shares.drop("affirmative")])
    for _, programme, *one in keys.join(numbers, on="result_id").iter_rows():
        found[programme].add(tuple(one))
    return found


def units_of(answers: Answers, alone: Alone, promised: int) -> Iterator[Unit]:
    """The people who come into a file at once, and each subgroup of them.

    Of one of two subgroups the published whole leaves as many values as the other one can take, and promises no more.
    """
    together: dict[tuple[int, str], list[tuple[Group, int]]] = defaultdict(list)
    for group, (k, _) in answers.items():
        together[group[:2]].append((group, k))
    for file, groups in together.items():
        n, fewest = sum(group.people for group, _ in groups), min(group.people for group, _ in groups)
        yield None if (*file, None, n) in alone else (sum(k for _, k in groups), min(promised, n + 1))
        for group, k in groups if len(groups) > 1 else ():
            yield None if group in alone else (k, min(promised, fewest + 1))


def hanging_parts(ledger: Ledger) -> dict[str, list[Unit]]:
    """Of each programme the parts that hang on a result, whose k is the most there can be."""
    outer = ledger.results.select(pl.col("result_id").alias("parent_result"), pl.col("affirmative").alias("outer"))
    lone = set(ledger.results.filter(pl.col("parts").list.len() == 1)["parts"].explode().drop_nulls())
    found = defaultdict(list)
    parts = ledger.parts.join(outer, on="parent_result", maintain_order="left")
    columns = ("programme_id", "part_id", "respondents", "affirmative", "outer")
    for programme, part, n, k, most in parts.select(columns).iter_rows():
        found[programme].append(None if part in lone else (k, min(3, n + 1, most + 1)))
    return found
