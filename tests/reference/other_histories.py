"""Other histories that give the same releases: looked for by trying them, all the way through publishing.

A history is what a programme sent: one file a year, which publishing sees with one of its publishings, and what was
withdrawn. Many histories are published side by side, each as a programme.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import polars as pl

from pipelines.disclosure.ledger import YEAR_KEYS, Ledger
from pipelines.disclosure.statuses import statuses
from pipelines.disclosure.waiting_lists import advance
from tests.factories import a_catalogue, a_measure, measure_frame
from tests.reference.random_audits import few_or_many

INSTRUMENT = a_catalogue(
    a_measure(),
    a_measure("lived", sensitive=True),
    a_measure("used", base="asked"),
    a_measure("supervisor", within="asked"),
    a_measure("helped", base="used"),
)
CHILDREN = {
    measure.id: [child for child in INSTRUMENT.measure if (child.within or child.base) == measure.id]
    for measure in INSTRUMENT.measure
}
YEARS = ("2020-21", "2021-22", "2022-23", "2023-24", "2024-25")
PUBLISHINGS = (1, 2, 3)
FAR = 8
"""By how much two years change at most where not all values are gone through."""

Row = tuple[str, str]
"""Academic year and measure."""
Counts = dict[Row, tuple[int, int]]
"""n and k."""


@dataclass(frozen=True)
class History:
    counts: Counts
    came: dict[str, int]
    """With which publishing each year was seen."""
    withdrawn: tuple[tuple[int, str], ...] = ()
    """Years withdrawn, each before a publishing."""

    def stands(self, publishing: int) -> list[str]:
        gone = set(self.taken_back(publishing))
        return [year for year, came in self.came.items() if came <= publishing and year not in gone]

    def taken_back(self, publishing: int) -> list[str]:
        return [year for when, year in self.withdrawn if self.came.get(year, when) < when <= publishing]

    @property
    def could_be(self) -> bool:
        """Whether it passes the checks that every file has to pass."""
        return all(0 <= k <= n and self._agrees(row) for row, (n, k) in self.counts.items())

    def _agrees(self, row: Row) -> bool:
        yes = self.counts[row][1]
        inner = [(child, *self.counts.get((row[0], child.id), (0, 0))) for child in CHILDREN[row[1]]]
        return all((k if child.within else n) <= yes for child, n, k in inner)


# ---- publishing from scratch ----


def publish_all(histories: list[History], stay: int | None) -> tuple[Ledger, list[list[str]]]:
    """The ledger of these histories, each a programme with its number as its id; and what all releases say of each."""
    measures, ledger, said = measure_frame(INSTRUMENT, stay), Ledger.empty(), []
    for publishing in PUBLISHINGS:
        standing = _standing(histories, publishing)
        back = [
            (year, str(number), year)
            for number, history in enumerate(histories)
            for year in history.taken_back(publishing)
        ]
        ledger += advance(
            ledger,
            standing,
            measures,
            publishing,
            pl.DataFrame(
                back, dict.fromkeys(("submission_id", "programme_id", "academic_year"), pl.String), orient="row"
            ),
            standing.clear().select(*YEAR_KEYS, "submission_id", "respondents", "affirmative"),
            standing.clear().select("programme_id", publishing="respondents"),
        )
        said.append(_said(standing, ledger, measures, publishing))
    lines = dict(pl.concat(said).group_by("programme_id").agg(pl.col("line").sort()).iter_rows())
    return ledger, [lines.get(str(number), []) for number in range(len(histories))]


def _standing(histories: list[History], publishing: int) -> pl.DataFrame:
    rows = [
        (str(number), year, measure, n, k)
        for number, history in enumerate(histories)
        for stands in [set(history.stands(publishing))]
        for (year, measure), (n, k) in history.counts.items()
        if year in stands
    ]
    texts = dict.fromkeys(("programme_id", "academic_year", "measure_id"), pl.String)
    numbers = dict.fromkeys(("respondents", "affirmative"), pl.Int64)
    return pl.DataFrame(rows, schema=texts | numbers, orient="row").with_columns(
        definition="measure_id",
        submission_id="academic_year",
        dataset=pl.lit("staff_responses"),
        subgroup=pl.lit(None, pl.String),
    )


def _said(standing: pl.DataFrame, ledger: Ledger, measures: pl.DataFrame, publishing: int) -> pl.DataFrame:
    """Every result with its numbers and every status, a line of text each."""
    results = ledger.published.select(
        "programme_id",
        pl.format(
            "{}: {} {} has {} of {} by {} people",
            pl.lit(publishing),
            "measure_id",
            pl.col("years").list.join(" "),
            "affirmative",
            "respondents",
            "people",
        ).alias("line"),
    )
    said = statuses(standing, measures, ledger.published).select(
        "programme_id",
        pl.format("{}: {} {} is {}", pl.lit(publishing), "measure_id", "academic_year", "status").alias("line"),
    )
    return pl.concat([results, said])


# ---- other histories ----


Parts = list[dict[str, Any]]
"""Parts of the ledger, each with the rows in it."""


@dataclass(frozen=True)
class Stretch:
    """Parts of a list that were published together; or all parts of a measure that never were (then no total)."""

    measure_id: str
    parts: Parts
    total: int | None
    whole: Parts
    """All parts of the programme."""

    @property
    def promised(self) -> list[int]:
        """How many values each part is to keep."""
        return [min(part["minimum_each_side"], part["most"] - part["least"] + 1) for part in self.parts]

    def first_values(self) -> Iterator[tuple[int, ...]]:
        """Of parts that were never published, one with some of the fewest yeses, and all others with none. Of a
        result, some moved from one part to another."""
        if self.total is None:
            for place, promised in enumerate(self.promised):
                yield from (
                    tuple(value * (place == other) for other in range(len(self.parts))) for value in range(promised)
                )
            return
        true = [part["affirmative"] for part in self.parts]
        for place, other in permutations(range(len(true)), 2):
            room = min(self.parts[place]["most"] - true[place], true[other] - self.parts[other]["least"], FAR)
            for moved in range(room + 1):
                yield tuple(k + moved * ((here == place) - (here == other)) for here, k in enumerate(true))

    def all_values(self) -> Iterator[tuple[int, ...]]:
        """All values of the parts of a result that add up to its total."""
        if self.total is not None:
            yield from _adding_up([(part["least"], part["most"]) for part in self.parts], self.total)


def _adding_up(ranges: list[tuple[int, int]], total: int) -> Iterator[tuple[int, ...]]:
    if not ranges:
        yield from [()] if total == 0 else []
        return
    (least, most), rest = ranges[0], ranges[1:]
    low, high = sum(low for low, _ in rest), sum(high for _, high in rest)
    for value in range(max(least, total - high), min(most, total - low) + 1):
        for others in _adding_up(rest, total - value):
            yield (value, *others)


def stretches(ledger: Ledger, programme: str) -> list[Stretch]:
    """Every part that was not published by itself, beside those it stood with."""
    parts = _parts(ledger, programme)
    results = ledger.results.filter(pl.col("programme_id") == programme).select("measure_id", "parts", "affirmative")
    published = {number for ids in results["parts"] for number in ids}
    unseen = {
        measure: [number for number, part in parts.items() if part["measure_id"] == measure and number not in published]
        for measure in CHILDREN
    }
    pooled = [(measure, list(ids), k) for measure, ids, k in results.iter_rows() if len(ids) > 1]
    never = [(measure, ids, None) for measure, ids in unseen.items() if ids]
    whole = list(parts.values())
    return [Stretch(measure, [parts[number] for number in ids], k, whole) for measure, ids, k in [*pooled, *never]]


def _parts(ledger: Ledger, programme: str) -> dict[int, dict[str, Any]]:
    belongs = pl.col("programme_id") == programme
    seen = ledger.seen.filter(belongs).select("seen_id", "academic_year", "measure_id")
    row = {number: (year, measure) for number, year, measure in seen.iter_rows()}
    parts = ledger.parts.filter(belongs).to_dicts()
    return {part["part_id"]: part | {"rows": [row[number] for number in part["seen"]]} for part in parts}


def changed(history: History, stretch: Stretch, values: tuple[int, ...]) -> History:
    """The history with these values in a stretch. What depends on it is moved where it must be."""
    counts = dict(history.counts)
    for part, value in zip(stretch.parts, values, strict=True):
        _give(counts, part["rows"], value)
    _settle(counts, stretch.whole, stretch.measure_id)
    return History(counts, history.came, history.withdrawn)


def _give(counts: Counts, rows: list[Row], total: int) -> None:
    """Spread a part's k over its years: no year more than it may have, no year changed without need."""
    within = INSTRUMENT.measures[rows[0][1]].within
    limits = [min(counts[row][0], _yes(counts, row, within) if within else counts[row][0]) for row in rows]
    spread = _spread([counts[row][1] for row in rows], limits, total)
    counts.update({row: (counts[row][0], k) for row, k in zip(rows, spread, strict=True)})


def _yes(counts: Counts, row: Row, measure: str) -> int:
    return counts.get((row[0], measure), (0, 0))[1]


def _spread(now: list[int], limits: list[int], total: int) -> list[int]:
    spread = [min(value, limit) for value, limit in zip(now, limits, strict=True)]
    for place, limit in enumerate(limits):
        missing = total - sum(spread)
        spread[place] += min(missing, limit - spread[place]) if missing > 0 else -min(-missing, spread[place])
    return spread


def _settle(counts: Counts, parts: list[dict[str, Any]], outer: str) -> None:
    """Whatever depends on a measure follows it; the n and k of each of its parts stay."""
    for child in CHILDREN[outer]:
        placed = [
            (part["respondents"], part["affirmative"], part["rows"]) for part in parts if part["measure_id"] == child.id
        ]
        in_parts = {row for _, _, rows in placed for row in rows}
        alone = [(*counts[row], [row]) for row in counts if row[1] == child.id and row not in in_parts]
        for n, k, rows in [*placed, *alone]:
            if not child.within:
                spread = _spread([counts[row][0] for row in rows], [_yes(counts, row, outer) for row in rows], n)
                counts.update({row: (size, counts[row][1]) for row, size in zip(rows, spread, strict=True)})
            _give(counts, rows, k)
        _settle(counts, parts, child.id)


# ---- any history ----


def a_history(dice: random.Random) -> History:
    """Two to five years, each in one of the publishings, so that some are late; of a few people or of more."""
    came = {year: dice.choice(PUBLISHINGS) for year in sorted(dice.sample(YEARS, dice.randint(2, len(YEARS))))}
    largest = dice.choice((6, 12, 30))
    counts: Counts = {}
    for year in came:
        n = dice.randint(1, largest)
        for measure in INSTRUMENT.measure:
            outer = counts.get((year, measure.within or measure.base or ""), (n, n))
            people = dice.randint(outer[1] // 2, outer[1]) if measure.base else n
            counts[year, measure.id] = people, few_or_many(dice, min(people, outer[1]))
    withdrawn = tuple((dice.choice((2, 3)), year) for year in came if dice.random() < 0.1)
    return History(counts, came, withdrawn)
