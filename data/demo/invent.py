"""Invents audit data for twenty-four programmes that do not exist, to try the system and to show the formats.

    python invent.py [OUTPUT_FOLDER]

The first two years are asked with the first edition of the questions, and stand in a folder of their own with it; the
others are asked with the catalogue. The same catalogues always give the same files, byte for byte. Only Random.random()
is used, because it is the one method whose numbers stay the same in every version of Python. What the programmes are
and what their people tend to answer stands in effects.py.
"""

import csv
import math
import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from effects import (
    CHANCE,
    CLIMATE_SPREAD,
    ESTABLISHED,
    FIRST_EDITION,
    FOLLOWS_STAFF,
    NEEDS_A_POLICY,
    NOT_ANSWERED,
    ON_A_PAGE,
    PROGRAMME_SPREAD,
    PROGRAMMES,
    STAFF_TALK,
    SUBGROUP_SHIFT,
    SUPPORT_SHIFT,
    WEIGHT,
    YEARS,
    Programme,
)

HERE = Path(__file__).parent
CATALOGUE = HERE.parent / "catalogue.toml"
FIRST_FOLDER = "first_edition"
FIRST_CATALOGUE = HERE / FIRST_FOLDER / "catalogue.toml"
SEED = 2018  # the year of the question that the audit asks; the first that was tried, and none was tried after it
SUBGROUP_COLUMN = {"staff": "role", "trainee": "training_year"}

Row = dict[str, str]
Rows = list[Row]

# ---- chance -----------------------------------------------------------------------------------------------


def between(rng: Random, low: int, high: int) -> int:
    return low + int(rng.random() * (high - low + 1))


def bell(rng: Random, spread: float) -> float:
    """A draw that is as good as normal: twelve even draws have a variance of one."""
    return spread * (math.fsum(rng.random() for _ in range(12)) - 6)


def pick(rng: Random, choices: Sequence[str], weights: Sequence[int]) -> str:
    point = rng.random() * sum(weights)
    for choice, weight in zip(choices, weights, strict=True):
        point -= weight
        if point < 0:
            return choice
    return choices[-1]


def log_odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


def chance_of(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


# ---- the catalogue ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measure:
    id: str
    group: str
    direction: str
    answers: tuple[str, ...]
    affirmative: tuple[str, ...]
    base: str | None
    within: str | None
    replaces: str | None

    @property
    def other_answers(self) -> tuple[str, ...]:
        return tuple(answer for answer in self.answers if answer not in self.affirmative)


@dataclass(frozen=True)
class SupportItem:
    id: str
    personal: bool  # points at somebody, so a programme says in_place or not_known and nothing else
    computed: bool  # its status is worked out, so that no file gives it
    replaces: tuple[str, ...]


def measures_in(catalogue: dict[str, Any]) -> list[Measure]:
    return [
        Measure(
            id=entry["id"],
            group=entry["group"],
            direction=entry["direction"],
            answers=tuple(entry["answers"]),
            affirmative=tuple(entry["affirmative"]),
            base=entry.get("base"),
            within=entry.get("within"),
            replaces=entry.get("replaces"),
        )
        for entry in catalogue["measure"]
    ]


def support_items_in(catalogue: dict[str, Any]) -> list[SupportItem]:
    return [
        SupportItem(
            entry["id"], entry.get("personal", False), "computed" in entry, tuple(entry.get("replaces", ()))
        )
        for entry in catalogue["support_item"]
    ]


@dataclass(frozen=True)
class Edition:
    """What is asked in some of the years."""

    years: tuple[int, ...]
    measures: list[Measure]
    items: list[SupportItem]


def edition_in(path: Path, years: Iterable[int]) -> Edition:
    catalogue = tomllib.loads(path.read_text(encoding="utf-8"))
    return Edition(tuple(years), measures_in(catalogue), support_items_in(catalogue))


def of_group(measures: Iterable[Measure], group: str) -> list[Measure]:
    return [measure for measure in measures if measure.group == group]


# ---- support ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Start:
    """When a support item comes into place, which may be long before the first audit or after the last."""

    year: int
    since: str  # a date within that academic year, or blank where nobody wrote it down
    pace: int = 1  # how many years each step on the way takes
    unknown_before: bool = False

    def status_in(self, year: int) -> str:
        if year >= self.year:
            return "in_place"
        if self.unknown_before:
            return "not_known"
        steps_to_go = math.ceil((self.year - year) / self.pace)
        return {1: "in_part", 2: "planned"}.get(steps_to_go, "not_in_place")


def invent_start(rng: Random, item: SupportItem) -> Start:
    established = rng.random() < ESTABLISHED[item.id]
    year = between(rng, 2013, 2019) if established else between(rng, 2020, 2031)
    dates = (f"{year}-09-01", f"{year}-10-01", f"{year + 1}-01-15", f"{year + 1}-03-01", "")
    since = pick(rng, dates, (4, 3, 2, 2, 1))
    return Start(year, since, pace=between(rng, 1, 2), unknown_before=rng.random() < 0.1 or item.personal)


def invent_starts(rng: Random, programme: Programme, items: Iterable[SupportItem]) -> dict[str, Start]:
    """When each item of the second edition comes into place, and with it what it replaces."""
    items = list(items)
    starts = {item.id: invent_start(rng, item) for item in items}
    for item_id in NEEDS_A_POLICY:
        starts[item_id] = max(starts[item_id], starts["policy_written"])
    for item_id, year in programme.starts.items():
        starts[item_id] = replace(starts[item_id], year=year, since=f"{year}-10-01")
    return starts | {old: starts[item.id] for item in items for old in item.replaces}


@dataclass(frozen=True)
class Policy:
    """What a programme's support consists of, over the years."""

    starts: dict[str, Start]
    review_every: int  # years
    reviews: bool  # whether anybody writes down when
    on_a_page: frozenset[str]


def invent_policy(rng: Random, programme: Programme, items: Iterable[SupportItem]) -> Policy:
    starts = invent_starts(rng, programme, items)
    review_every, reviews = between(rng, 1, 4), rng.random() < 0.85
    on_a_page = frozenset(item_id for item_id in ON_A_PAGE if rng.random() < 0.6)
    return Policy(starts, review_every, reviews, on_a_page if programme.named == "yes" else frozenset())


def reviewed_on(policy: Policy, year: int) -> str:
    """The last review up to this year; the policy itself counts as the first."""
    first = max(policy.starts["policy_written"].year, 2013)
    return f"{year - (year - first) % policy.review_every}-11-15" if policy.reviews else ""


def support_row(item_id: str, policy: Policy, year: int) -> Row:
    start = policy.starts[item_id]
    status = start.status_in(year)
    in_place = status == "in_place"
    return {"item_id": item_id, "status": status, "since": start.since if in_place else ""}


def support_row_with_evidence(programme: Programme, item_id: str, policy: Policy, year: int) -> Row:
    row = support_row(item_id, policy, year)
    in_place = row["status"] == "in_place"
    page = f"https://example.org/{programme.id}/{item_id.replace('_', '-')}"
    return row | {
        "reviewed_on": reviewed_on(policy, year) if in_place and item_id == "policy_written" else "",
        "evidence_url": page if in_place and item_id in policy.on_a_page else "",
    }


# ---- people -----------------------------------------------------------------------------------------------


def invent_tendency(rng: Random, measures: Iterable[Measure]) -> dict[str, float]:
    """How far a programme's people differ from the usual, in log-odds by measure.

    A measure of the first edition differs as much as the one that replaced it.
    """
    climate = bell(rng, CLIMATE_SPREAD)
    good_direction = {"up": 1, "down": -1, "none": 0}
    tendency: dict[str, float] = {}
    for measure in measures:
        if measure.id not in tendency:
            tendency[measure.id] = bell(rng, PROGRAMME_SPREAD) + climate * good_direction[measure.direction]
        if measure.replaces is not None:
            tendency[measure.replaces] = tendency[measure.id]
    return tendency


def shifts_in(
    year: int, programme: Programme, tendency: dict[str, float], starts: dict[str, Start]
) -> dict[str, float]:
    shifts = dict(tendency)
    for item_id, effects in SUPPORT_SHIFT.items():
        if year >= starts[item_id].year:
            for measure_id, effect in effects.items():
                shifts[measure_id] += effect
    for measure_id in STAFF_TALK:
        shifts[measure_id] += programme.rise * programme.years_of_practice(year)
    for measure_id, share in FOLLOWS_STAFF.items():
        shifts[measure_id] += share * shifts[STAFF_TALK[-1]]
    return shifts


def odds_for(subgroup: str, measures: Iterable[Measure], shifts: dict[str, float]) -> dict[str, float]:
    own = SUBGROUP_SHIFT.get(subgroup, {})
    return {m.id: log_odds(CHANCE[m.id]) + shifts[m.id] + own.get(m.id, 0) for m in measures}


def invent_subgroup(rng: Random, group: str) -> str:
    if group == "staff":
        return pick(rng, ("supervisor", "tutor", ""), (64, 33, 3))
    return pick(rng, ("1", "2", "3"), (1, 1, 1))


def depth(measure: Measure, by_id: dict[str, Measure]) -> int:
    """How many questions must be answered before this one."""
    before = [by_id[other] for other in (measure.base, measure.within) if other]
    return max((1 + depth(other, by_id) for other in before), default=0)


def asking_order(measures: Sequence[Measure]) -> list[Measure]:
    by_id = {measure.id: measure for measure in measures}
    return sorted(measures, key=lambda measure: depth(measure, by_id))


def invent_answer(rng: Random, measure: Measure, chance: float) -> str:
    side = measure.affirmative if rng.random() < chance else measure.other_answers
    return pick(rng, side, [WEIGHT[answer] for answer in side])


def invent_person(rng: Random, measures: Iterable[Measure], odds: dict[str, float]) -> Row:
    """One person's answers to all questions, where `measures` come in asking order."""
    given: Row = {}
    said_yes: set[str | None] = {None}  # a question without a base is put to everybody
    for measure in measures:
        if measure.base not in said_yes or rng.random() < NOT_ANSWERED:
            given[measure.id] = ""
        elif measure.within not in said_yes:
            given[measure.id] = given[str(measure.within)]  # who has told nobody has not told a supervisor
        else:
            given[measure.id] = invent_answer(rng, measure, chance_of(odds[measure.id]))
        if given[measure.id] in measure.affirmative:
            said_yes.add(measure.id)
    return given


def invent_people(
    rng: Random, group: str, measures: Sequence[Measure], shifts: dict[str, float], number: int
) -> Rows:
    """Each person is drawn without regard to the others, so the order of the rows tells nothing."""
    people = []
    for _ in range(number):
        subgroup = invent_subgroup(rng, group)
        odds = odds_for(subgroup, measures, shifts)
        given = invent_person(rng, asking_order(measures), odds)
        people.append({SUBGROUP_COLUMN[group]: subgroup} | {m.id: given[m.id] for m in measures})
    return people


def invent_cohort(rng: Random, usual: int, response: float) -> tuple[int, int]:
    """How many are invited, and how many of them answer."""
    invited = round(usual * (0.95 + 0.1 * rng.random()))
    return invited, round(invited * (response - 0.1 + 0.2 * rng.random()))


def count(people: Rows, measure: Measure) -> Row:
    answers = [person[measure.id] for person in people if person[measure.id]]
    affirmative = [answer for answer in answers if answer in measure.affirmative]
    return {
        "measure_id": measure.id,
        "subgroup": "",
        "respondents": str(len(answers)),
        "affirmative": str(len(affirmative)),
    }


# ---- the files ----------------------------------------------------------------------------------------


@dataclass
class Audit:
    """The rows of the files of one edition, as they are invented."""

    programmes: Rows = field(default_factory=list)
    cohorts: Rows = field(default_factory=list)
    staff_responses: Rows = field(default_factory=list)
    trainee_responses: Rows = field(default_factory=list)
    support: Rows = field(default_factory=list)
    counts: Rows = field(default_factory=list)


def beginning(programme: Programme, year: int) -> Row:
    return {"programme_id": programme.id, "academic_year": f"{year}-{(year + 1) % 100:02}"}


def programme_row(programme: Programme) -> Row:
    return {
        "programme_id": programme.id,
        "programme_name": programme.name,
        "profession": programme.profession,
        "country": programme.country,
        "region": programme.region,
        "named": programme.named,
    }


def add_people(
    audit: Audit, programme: Programme, first: Row, measures: Sequence[Measure], people: Rows
) -> None:
    if programme.counts_only:
        audit.counts.extend(first | count(people, measure) for measure in measures)
    elif measures[0].group == "staff":
        audit.staff_responses.extend(first | person for person in people)
    else:
        audit.trainee_responses.extend(first | person for person in people)


def add_support(audit: Audit, programme: Programme, edition: Edition, policy: Policy, year: int) -> None:
    first = beginning(programme, year)
    for item in edition.items:
        if year in FIRST_EDITION:
            audit.support.append(first | support_row(item.id, policy, year))
        elif not item.computed:
            audit.support.append(first | support_row_with_evidence(programme, item.id, policy, year))


def add_programme(
    audits: dict[str, Audit], rng: Random, programme: Programme, first: Edition, second: Edition
) -> None:
    policy = invent_policy(rng, programme, second.items)
    tendency = invent_tendency(rng, (*second.measures, *first.measures))
    audits["second"].programmes.append(programme_row(programme))
    for year in programme.years:
        edition, audit = (first, audits["first"]) if year in FIRST_EDITION else (second, audits["second"])
        shifts = shifts_in(year, programme, tendency, policy.starts)
        add_support(audit, programme, edition, policy, year)
        for group, usual in (("staff", programme.staff), ("trainee", programme.trainees)):
            asked = of_group(edition.measures, group)
            invited, responding = invent_cohort(rng, usual, programme.response)
            told = {"respondent_group": group, "invited": str(invited), "collected_by": programme.collected_by}
            audits["second"].cohorts.append(beginning(programme, year) | told)
            people = invent_people(rng, group, asked, shifts, responding)
            if not programme.asks_subgroup:
                people = [person | {SUBGROUP_COLUMN[group]: ""} for person in people]
            add_people(audit, programme, beginning(programme, year), asked, people)


def invent() -> dict[str, Audit]:
    rng = Random(SEED)
    audits = {"first": Audit(), "second": Audit()}
    first = edition_in(FIRST_CATALOGUE, FIRST_EDITION)
    second = edition_in(CATALOGUE, (year for year in YEARS if year not in FIRST_EDITION))
    for programme in PROGRAMMES:
        add_programme(audits, rng, programme, first, second)
    return audits


def write(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(folder: Path = HERE) -> None:
    for edition, audit in invent().items():
        place = folder / FIRST_FOLDER if edition == "first" else folder
        place.mkdir(parents=True, exist_ok=True)
        for dataset, rows in vars(audit).items():
            if rows:
                write(place / f"{dataset}.csv", rows)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
