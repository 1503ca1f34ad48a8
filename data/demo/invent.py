"""Invents audit data for thirteen programmes that do not exist, to try the system and to show the formats.

    python invent.py [CATALOGUE] [OUTPUT_FOLDER]

The same catalogue always gives the same six files, byte for byte. Only Random.random() is used,
because it is the one method whose numbers stay the same in every version of Python.
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

HERE = Path(__file__).parent
CATALOGUE = HERE.parent / "catalogue.toml"
SEED = 2031  # chosen so that the rise of demo-alder shows through the noise
YEARS = (2021, 2022, 2023, 2024, 2025)  # an academic year goes by the year it begins in
SUBGROUP_COLUMN = {"staff": "role", "trainee": "training_year"}

Row = dict[str, str]
Rows = list[Row]

# ---- the programmes ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Programme:
    tree: str
    profession: str
    country: str
    region: str
    staff: int  # usually invited
    trainees: int  # usually invited
    named: str = "yes"
    years: tuple[int, ...] = YEARS
    counts_only: bool = False
    starts: dict[str, int] = field(default_factory=dict)  # support items that come into place in a given year
    rise: float = 0.0  # of staff openness, in log-odds a year, once the first of `starts` is in place

    @property
    def id(self) -> str:
        return f"demo-{self.tree}"

    @property
    def name(self) -> str:
        return f"{self.tree.title()} (invented)"

    def years_of_practice(self, year: int) -> int:
        return max(0, year + 1 - min(self.starts.values(), default=year + 1))


PROGRAMMES = (
    Programme(
        "alder", "clinical_psychology", "Exampleland", "North", staff=50, trainees=70,
        starts={"supervisor_training": 2023, "culture_staff_example": 2023}, rise=0.5,
    ),
    Programme("birch", "clinical_psychology", "Exampleland", "North", staff=42, trainees=54, named="no"),
    Programme(
        "cedar", "clinical_psychology", "Samplonia", "South", staff=38, trainees=52,
        years=(2021, 2023, 2025),
    ),
    Programme("elm", "clinical_psychology", "Exampleland", "West", staff=11, trainees=34),
    Programme("hazel", "clinical_psychology", "Exampleland", "North", staff=34, trainees=42),
    Programme(
        "holly", "psychiatry", "Exampleland", "South", staff=38, trainees=46,
        starts={"culture_staff_example": 2022}, rise=0.2,
    ),
    Programme("larch", "psychiatry", "Exampleland", "South", staff=30, trainees=13, named="no"),
    Programme("lime", "psychiatry", "Exampleland", "", staff=28, trainees=40, years=(2023, 2024, 2025)),
    Programme("maple", "psychiatry", "Samplonia", "North", staff=36, trainees=48),
    Programme("oak", "mental_health_nursing", "Exampleland", "West", staff=42, trainees=58, named="no"),
    Programme(
        "rowan", "mental_health_nursing", "Exampleland", "West", staff=52, trainees=74,
        starts={"supervisor_training": 2022}, rise=0.2,
    ),
    Programme(
        "willow", "mental_health_nursing", "Samplonia", "", staff=26, trainees=36,
        years=(2021, 2023, 2024, 2025),
    ),
    Programme(
        "yew", "mental_health_nursing", "Exampleland", "South", staff=30, trainees=40,
        counts_only=True,
    ),
)  # fmt: skip

# ---- what the invented people tend to answer --------------------------------------------------------------

NOT_ANSWERED = 0.04

# The usual chance of an affirmative answer: of those asked and, for a question within another, of those
# who answered that one affirmatively.
CHANCE = {
    "expects_openness": 0.78,
    "models_openness": 0.38,
    "invites_conversation": 0.44,
    "staff_lived_experience": 0.60,
    "staff_told_colleagues": 0.58,
    "staff_safe_to_share": 0.50,
    "equipped_to_respond": 0.56,
    "trained_to_respond": 0.32,
    "staff_knows_policy": 0.40,
    "lived_experience": 0.65,
    "told_anyone": 0.72,
    "told_peer": 0.80,
    "told_supervisor": 0.56,
    "told_tutor": 0.38,
    "response_helpful": 0.70,
    "would_tell_supervisor_current": 0.36,
    "would_tell_supervisor_past": 0.54,
    "would_tell_tutor_current": 0.30,
    "sees_openness": 0.38,
    "safe_to_share": 0.44,
    "free_to_choose": 0.60,
    "barrier_career": 0.50,
    "barrier_stigma": 0.56,
    "barrier_confidentiality": 0.45,
    "must_appear_perfect": 0.50,
    "aware_of_support": 0.56,
    "trainee_knows_policy": 0.30,
    "used_support": 0.34,
    "support_helped": 0.66,
}

# How answers on the same side of a question share it out.
WEIGHT = {
    "strongly_disagree": 2, "disagree": 5, "neither": 5, "agree": 5, "strongly_agree": 2,
    "very_unlikely": 3, "unlikely": 5, "unsure": 4, "likely": 5, "very_likely": 2,
    "yes": 1, "no": 9, "not_sure": 4, "prefer_not_to_say": 1,
    "helpful": 1, "unhelpful": 3, "helped": 1, "did_not_help": 3,
}  # fmt: skip

# What follows is in log-odds, added to the usual chance.

PROGRAMME_SPREAD = 0.3  # of one measure between programmes
CLIMATE_SPREAD = 0.25  # of everything that has a good direction, together

SUBGROUP_SHIFT: dict[str, dict[str, float]] = {
    "tutor": {"models_openness": 0.3, "staff_knows_policy": 0.4},
    "1": {"told_anyone": -0.3, "used_support": -0.2, "trainee_knows_policy": -0.3},
    "3": {"told_anyone": 0.3, "used_support": 0.2, "trainee_knows_policy": 0.2},
}

SUPPORT_SHIFT: dict[str, dict[str, float]] = {
    "policy_written": {"staff_knows_policy": 0.4, "trainee_knows_policy": 0.4},
    "policy_confidentiality": {"barrier_confidentiality": -0.3},
    "policy_voluntary": {"free_to_choose": 0.3},
    "culture_induction": {"aware_of_support": 0.4},
    "supervisor_training": {"trained_to_respond": 0.8, "equipped_to_respond": 0.3},
}

# What trainees see and do moves with this share of a programme's difference in staff openness.
FOLLOWS_MODELLING = {
    "sees_openness": 0.9,
    "safe_to_share": 0.3,
    "told_supervisor": 0.2,
    "would_tell_supervisor_current": 0.3,
}

# The chance that a support item has been in place since before the first audit.
ESTABLISHED = {
    "policy_written": 0.70,
    "policy_reviewed": 0.40,
    "policy_confidentiality": 0.35,
    "policy_voluntary": 0.30,
    "policy_regulation": 0.35,
    "policy_selection": 0.25,
    "policy_coproduced": 0.10,
    "culture_ethos": 0.40,
    "culture_induction": 0.55,
    "culture_staff_example": 0.25,
    "culture_stigma_teaching": 0.50,
    "supervisor_training": 0.20,
    "supervisor_examples": 0.15,
    "confidant": 0.35,
    "named_contact": 0.60,
    "occupational_health": 0.80,
    "personal_therapy": 0.30,
    "peer_group": 0.50,
    "decision_aid": 0.05,
    "adjustments": 0.65,
    "phased_return": 0.45,
    "peer_network": 0.35,
}

# What a policy says cannot be in place before there is a policy.
NEEDS_A_POLICY = (
    "policy_reviewed",
    "policy_confidentiality",
    "policy_voluntary",
    "policy_regulation",
    "policy_coproduced",
)

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

    @property
    def other_answers(self) -> tuple[str, ...]:
        return tuple(answer for answer in self.answers if answer not in self.affirmative)


@dataclass(frozen=True)
class SupportItem:
    id: str
    personal: bool  # points at somebody, so a programme says in_place or not_known and nothing else


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
        )
        for entry in catalogue["measure"]
    ]


def support_items_in(catalogue: dict[str, Any]) -> list[SupportItem]:
    return [SupportItem(entry["id"], entry.get("personal", False)) for entry in catalogue["support_item"]]


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
    year = between(rng, 2015, 2021) if established else between(rng, 2022, 2032)
    dates = (f"{year}-09-01", f"{year}-10-01", f"{year + 1}-01-15", f"{year + 1}-03-01", "")
    since = pick(rng, dates, (4, 3, 2, 2, 1))
    return Start(year, since, pace=between(rng, 1, 2), unknown_before=rng.random() < 0.1 or item.personal)


def invent_starts(rng: Random, programme: Programme, items: Iterable[SupportItem]) -> dict[str, Start]:
    starts = {item.id: invent_start(rng, item) for item in items}
    for item_id in NEEDS_A_POLICY:
        starts[item_id] = max(starts[item_id], starts["policy_written"])
    for item_id, year in programme.starts.items():
        starts[item_id] = replace(starts[item_id], year=year, since=f"{year}-10-01")
    return starts


def support_row(item_id: str, start: Start, year: int) -> Row:
    status = start.status_in(year)
    return {"item_id": item_id, "status": status, "since": start.since if status == "in_place" else ""}


# ---- people -----------------------------------------------------------------------------------------------


def invent_tendency(rng: Random, measures: Iterable[Measure]) -> dict[str, float]:
    """How far a programme's people differ from the usual, in log-odds by measure."""
    climate = bell(rng, CLIMATE_SPREAD)
    good_direction = {"up": 1, "down": -1, "none": 0}
    return {m.id: bell(rng, PROGRAMME_SPREAD) + climate * good_direction[m.direction] for m in measures}


def shifts_in(
    year: int, programme: Programme, tendency: dict[str, float], starts: dict[str, Start]
) -> dict[str, float]:
    shifts = dict(tendency)
    for item_id, effects in SUPPORT_SHIFT.items():
        if year >= starts[item_id].year:
            for measure_id, effect in effects.items():
                shifts[measure_id] += effect
    shifts["models_openness"] += programme.rise * programme.years_of_practice(year)
    for measure_id, share in FOLLOWS_MODELLING.items():
        shifts[measure_id] += share * shifts["models_openness"]
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


def invent_cohort(rng: Random, usual: int) -> tuple[int, int]:
    """How many are invited, and how many of them answer."""
    invited = round(usual * (0.95 + 0.1 * rng.random()))
    return invited, round(invited * (0.48 + 0.27 * rng.random()))


def count(people: Rows, measure: Measure) -> Row:
    answers = [person[measure.id] for person in people if person[measure.id]]
    affirmative = [answer for answer in answers if answer in measure.affirmative]
    return {
        "measure_id": measure.id,
        "subgroup": "",
        "respondents": str(len(answers)),
        "affirmative": str(len(affirmative)),
    }


# ---- the six files ----------------------------------------------------------------------------------------


@dataclass
class Audit:
    """The rows of the six files, as they are invented."""

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


def add_programme(
    audit: Audit, rng: Random, programme: Programme, measures: Sequence[Measure], items: Sequence[SupportItem]
) -> None:
    starts = invent_starts(rng, programme, items)
    tendency = invent_tendency(rng, measures)
    audit.programmes.append(programme_row(programme))
    for year in programme.years:
        first = beginning(programme, year)
        shifts = shifts_in(year, programme, tendency, starts)
        audit.support.extend(first | support_row(item.id, starts[item.id], year) for item in items)
        for group, usual in (("staff", programme.staff), ("trainee", programme.trainees)):
            asked = of_group(measures, group)
            invited, responding = invent_cohort(rng, usual)
            audit.cohorts.append(first | {"respondent_group": group, "invited": str(invited)})
            add_people(audit, programme, first, asked, invent_people(rng, group, asked, shifts, responding))


def invent(catalogue: dict[str, Any]) -> Audit:
    rng = Random(SEED)
    audit = Audit()
    measures, items = measures_in(catalogue), support_items_in(catalogue)
    for programme in PROGRAMMES:
        add_programme(audit, rng, programme, measures, items)
    return audit


def write(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(catalogue: Path = CATALOGUE, folder: Path = HERE) -> None:
    audit = invent(tomllib.loads(catalogue.read_text(encoding="utf-8")))
    for dataset, rows in vars(audit).items():
        write(folder / f"{dataset}.csv", rows)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
