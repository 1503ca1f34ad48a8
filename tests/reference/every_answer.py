"""Every answer there can be to a small audit, and what of it the releases cannot tell apart.

An attacker who needs no wit: he knows the rule as it is run, every n and every release. Of one audit all answers there
can be are published, and those that give the same releases are what he cannot tell apart. That needs few people, but
sees what `attacker` does not model, such as a file that comes again, or the subgroups of a pool.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product, zip_longest
from typing import NamedTuple

import polars as pl

from pipelines.disclosure.attacker_lists import read_ledger
from pipelines.disclosure.audit import _parts, attack_ledger
from pipelines.disclosure.ledger import LIST_KEYS, Ledger
from pipelines.disclosure.statuses import statuses
from pipelines.errors import StoreUnavailable
from tests.reference import naive_rule
from tests.reference.random_audits import MEASURES, Back, Group, Overrides, Rows, Shape, publish, standing

Answer = dict[str, tuple[int, int]]
"""Of a group of people, n and k of each measure."""
Answers = dict[Group, Answer]
Alone = set[tuple[int, str, str | None, int]]
"""What was published by itself: publishing, year, subgroup, n."""
Unit = tuple[int, int] | None
"""Of people published only together with others k, and how many values are promised of it; else None."""
Measures = tuple[pl.DataFrame, ...]
"""Those of each publishing; the last for all that follow."""


class Twin(NamedTuple):
    """One of the answers there can be to an audit, and what became of it."""

    shape: int
    releases: tuple[str, ...]
    hidden: tuple[Unit, ...]


@dataclass
class Found:
    """What was counted, and what is less than promised."""

    histories: int = 0
    classes: int = 0
    """Of all that can be observed."""
    results: int = 0
    values: list[Shape] = field(default_factory=list)
    """Audits of which some answers leave fewer values of a part or year than promised."""
    people: list[Shape] = field(default_factory=list)
    """Audits with a result on fewer people than promised, in all or on a side."""
    attacker: bool = False
    """Whether the attacker found anything, or that publishing cannot have happened as noted."""

    @property
    def by(self) -> set[str]:
        return {name for name in ("values", "people", "attacker") if getattr(self, name)}


def try_every_answer(
    shapes: list[Shape], depends: tuple[str, ...] = (), measures: Measures = (MEASURES,), *, attack: bool = True
) -> Found:
    """`depends`: measures that depend on `asked`, which is asked always. Nothing else is."""
    measures = tuple(frame.filter(pl.col("measure_id").is_in(["asked", *depends])) for frame in measures)
    all_answers = [
        (number, dict(zip(shape.groups, answer, strict=True)))
        for number, shape in enumerate(shapes)
        for answer in product(*(possible(group, depends) for group in shape.groups))
    ]
    ledger, releases = publish_every_answer(shapes, all_answers, measures)
    alike: dict[tuple[int, tuple[str, ...]], list[tuple[Unit, ...]]] = defaultdict(list)
    for twin in twins(shapes, all_answers, ledger, releases, measures):
        alike[twin.shape, twin.releases].append(twin.hidden)
    lost = {number for (number, _), hidden in alike.items() if any(too_few(units) for units in zip_longest(*hidden))}
    weak = {all_answers[int(programme)][0] for programme in on_too_few_people(ledger)}
    return Found(
        histories=len(all_answers),
        classes=len(alike),
        results=ledger.results.height,
        values=[shapes[number] for number in sorted(lost)],
        people=[shapes[number] for number in sorted(weak)],
        attacker=attack and attacker_finds(ledger),
    )


def too_few(units: tuple[Unit, ...]) -> bool:
    hidden = [unit for unit in units if unit is not None]
    return bool(hidden) and len({k for k, _ in hidden}) < min(promised for _, promised in hidden)


def attacker_finds(ledger: Ledger) -> bool:
    try:
        return not attack_ledger(ledger).passed
    except StoreUnavailable:
        return True


# ---- what comes in ----


def possible(group: Group, depends: tuple[str, ...]) -> list[Answer]:
    """Of `asked`, and of the measures that depend on it."""
    within = group.people if group.answering is None else group.answering
    return [
        {"asked": (group.people, k)} | dict(zip(depends, inner, strict=True))
        for k in range(group.people + 1)
        for inner in product(
            *(
                [(n, j) for n in [k if measure == "used" else within] for j in range(min(k, n) + 1)]
                for measure in depends
            )
        )
    ]


def publish_every_answer(
    shapes: list[Shape], all_answers: list[tuple[int, Answers]], measures: Measures
) -> tuple[Ledger, dict[str, list[str]]]:
    """The ledger of all answers, each published as a programme; and what the releases say of each."""
    ledger, releases = Ledger.empty(), defaultdict[str, list[str]](list)
    dataset = "counts" if any(shape.leaves_out for shape in shapes) else "staff_responses"
    for publishing in range(1, max(shape.publishings[-1] for shape in shapes) + 1):
        current = measures[min(publishing, len(measures)) - 1]
        rows: Rows = []
        back: Back = []
        overrides: Overrides = []
        unnamed: dict[str, int] = {}
        for place, (number, answers) in enumerate(all_answers):
            shape, programme = shapes[number], str(place)
            rows += file_rows(shape, programme, answers, publishing)
            back += [(f"{came}/{year}", programme, year) for year, came in shape.taken_back(publishing)]
            overrides += [
                (programme, "asked", year, f"override/{year}", n, k)
                for when, year, n, k in shape.overrides
                if when == publishing
            ]
            if shape.unnamed and shape.unnamed <= publishing:
                unnamed[programme] = shape.unnamed
        stands = standing(rows, dataset, current)
        ledger = publish(ledger, stands, publishing, back, current, overrides, unnamed)
        for programme, line in said(ledger, stands, current).iter_rows():
            releases[programme].append(f"{publishing}: {line}")
    return ledger, releases


def file_rows(shape: Shape, programme: str, answers: Answers, publishing: int) -> Rows:
    rows: Rows = []
    for year, came in _stands(shape, publishing):
        totals: dict[tuple[str, str | None], list[int]] = {}
        for group, answer in answers.items():
            if group.year == year and group.publishing <= publishing:
                for measure, (n, k) in answer.items():
                    total = totals.setdefault((measure, group.subgroup), [0, 0])
                    total[:] = total[0] + n, total[1] + k
        rows += [
            (programme, year, measure, subgroup, n, k, f"{came}/{year}")
            for (measure, subgroup), (n, k) in totals.items()
            if n or not shape.leaves_out
        ]
    return rows


@cache
def _stands(shape: Shape, publishing: int) -> list[tuple[str, int]]:
    return list(shape.stands(publishing))


# ---- what a release says ----


def said(ledger: Ledger, stands: pl.DataFrame, measures: pl.DataFrame) -> pl.DataFrame:
    """Results, subgroups and statuses as lines, in an order of their own: programme_id, line."""
    shares = ledger.shares.join(
        ledger.published.select("result_id", *LIST_KEYS, "years"), on="result_id", maintain_order="left"
    )
    whole = ledger.published.with_columns(pl.lit(None, pl.String).alias("subgroup"))
    years = pl.col("years").list.join(" ")
    columns = ("programme_id", "measure_id", years.alias("years"), "subgroup", "respondents", "affirmative")
    numbers = pl.concat([whole.select(columns), shares.select(columns)]).select(
        "programme_id", pl.concat_str(pl.exclude("programme_id"), separator=" ", ignore_nulls=True).alias("line")
    )
    status = statuses(stands, measures, ledger.published).select(
        "programme_id", pl.concat_str("measure_id", "academic_year", "status", separator=" ").alias("line")
    )
    return pl.concat([numbers, status]).sort("programme_id", "line")


# ---- what he must not come to know ----


def twins(
    shapes: list[Shape],
    all_answers: list[tuple[int, Answers]],
    ledger: Ledger,
    releases: dict[str, list[str]],
    measures: Measures,
) -> Iterator[Twin]:
    """Every answer with all that is known of it, and what is hidden in it. He knows n of all that depends on `asked`,
    and whole files that an override was about, if it was let through. Promised is the least that any publishing's
    measures ask for."""
    alone, depending, known = published_alone(ledger), depending_parts(ledger), given_away(ledger)
    promised = min(frame.filter(pl.col("measure_id") == "asked")["minimum_each_side"].item() for frame in measures)
    let_through = set(ledger.seen.filter("known").select("programme_id", "academic_year").iter_rows())
    for place, (number, answers) in enumerate(all_answers):
        programme, shape = str(place), shapes[number]
        years = [year for _, year, _, _ in shape.overrides if (programme, year) in let_through]
        corrected = [(year, sum(first_file(answers, year))) for year in years]
        parts = depending[programme]
        lines = (*releases[programme], str(corrected), *(told for told, _ in parts))
        units = (*units_of(answers, alone[programme], known[programme], promised), *(unit for _, unit in parts))
        yield Twin(number, lines, units)


def first_file(answers: Answers, year: str) -> list[int]:
    """Every k in the file of a year that publishing saw."""
    first = min(group.publishing for group in answers if group.year == year)
    return [answer["asked"][1] for group, answer in answers.items() if group[:2] == (first, year)]


def published_alone(ledger: Ledger) -> dict[str, Alone]:
    """Of each programme what stands in a result of a single part, and the subgroups shown with it."""
    found = defaultdict[str, Alone](set)
    single = ledger.results.filter((pl.col("measure_id") == "asked") & (pl.col("parts").list.len() == 1))
    first = ledger.parts.select(part_id="part_id", came="publishing")
    keys = single.join(first, left_on=pl.col("parts").list.first(), right_on="part_id").select(
        "result_id", "programme_id", "came", pl.col("years").list.first()
    )
    whole = single.select("result_id", pl.lit(None, pl.String).alias("subgroup"), "respondents")
    numbers = pl.concat([whole, ledger.shares.drop("affirmative")])
    for _, programme, came, year, subgroup, n in keys.join(numbers, on="result_id").iter_rows():
        found[programme].add((came, year, subgroup, n))
    return found


def units_of(answers: Answers, alone: Alone, known: set[str], promised: int) -> Iterator[Unit]:
    """The people who come into a file at once, each subgroup of them, and all people of a year that came at several
    times.

    Of one of two subgroups the published whole leaves as many values as the other one can take, and promises no more.
    """
    together: dict[tuple[int, str], list[tuple[Group, int]]] = defaultdict(list)
    for group, answer in answers.items():
        together[group[:2]].append((group, answer["asked"][1]))
    years: dict[str, list[tuple[int, int] | None]] = defaultdict(list)
    for file, groups in together.items():
        n, fewest = sum(group.people for group, _ in groups), min(group.people for group, _ in groups)
        shown = (*file, None, n) in alone or file[1] in known
        k = sum(k for _, k in groups)
        years[file[1]].append(None if shown else (n, k))
        yield None if shown else (k, min(promised, n + 1))
        for group, k in groups if len(groups) > 1 else ():
            yield None if group[:4] in alone or file[1] in known else (k, min(promised, fewest + 1))
    for pieces in years.values():
        hidden = [piece for piece in pieces if piece is not None]
        whole = sum(n for n, _ in hidden), sum(k for _, k in hidden)
        yield (whole[1], min(promised, whole[0] + 1)) if len(hidden) == len(pieces) else None


def depending_parts(ledger: Ledger) -> dict[str, list[tuple[str, Unit]]]:
    """Of each programme the parts that depend on a result, whose k is the most there can be: what is known of each, and
    what is hidden."""
    lone = set(ledger.results.filter(pl.col("parts").list.len() == 1)["parts"].explode().drop_nulls())
    found = defaultdict[str, list[tuple[str, Unit]]](list)
    parts = ledger.parts.filter(pl.col("parent_result").is_not_null()).sort("part_id")
    columns = (
        "programme_id",
        "part_id",
        "measure_id",
        "years",
        "respondents",
        "affirmative",
        "most",
        "minimum_each_side",
    )
    for programme, part, measure, years, n, k, most, each_side in parts.select(columns).iter_rows():
        unit = None if part in lone else (k, min(each_side, n + 1, most + 1))
        found[programme].append((f"{measure} {years} of {n}", unit))
    return found


def given_away(ledger: Ledger) -> dict[str, set[str]]:
    """Of each programme the years that overrides made known, as the attacker lists them."""
    found = defaultdict[str, set[str]](set)
    if ledger.parts["known"].any():
        standing_parts = read_ledger(_parts(ledger), ledger.results)
        for programme, years in standing_parts.filter("known").select("programme_id", "years").iter_rows():
            found[programme] |= {f"{year}-{(year + 1) % 100:02d}" for year in years}
    return found


# ---- people ----


def on_too_few_people(ledger: Ledger) -> set[str]:
    """The programmes with a result that too few people can explain."""
    parts = ledger.parts.select(
        "part_id", "years", "minimum_respondents", "minimum_each_side", "longest_stay", n="respondents"
    )
    placed = (
        ledger.results.select("result_id", "programme_id", "affirmative", part_id="parts")
        .explode("part_id")
        .join(parts, on="part_id")
        .sort("result_id", "part_id")
        .group_by("result_id", "programme_id", "affirmative", maintain_order=True)
        .agg("n", "years", pl.col("minimum_respondents", "minimum_each_side", "longest_stay").first())
    )
    return {
        programme
        for _, programme, k, n, years, *tier in placed.iter_rows()
        if not _enough(tuple(n), tuple(map(tuple, years)), k, naive_rule.Tier(*tier))
    }


@cache
def _enough(n: tuple[int, ...], years: tuple[tuple[int, ...], ...], k: int, tier: naive_rule.Tier) -> bool:
    questions = [naive_rule.question(number, *covered, values=()) for number, covered in zip(n, years, strict=True)]
    return naive_rule.enough(questions, k, tier)
