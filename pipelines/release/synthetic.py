"""Invented response files whose counts are those of a release: for teaching, and to try an analysis before the data.

Nobody in them is a person. Which answer stands beside which in a row is drawn by lot, so nothing can be learnt from it.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.release import file as release

Row = dict[str, Any]
READ = ("result", "measure", "respondent_group", "programme", "code")
INVENTED = "(invented)"
"""Behind each name, so that nobody takes the files for what was answered."""
REFUSED_ANSWER = "prefer_not_to_say"


@dataclass
class Invented:
    """Files by their name, and the results for which no rows could be invented, as they hang on what is withheld."""

    files: dict[str, pl.DataFrame] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def invent(path: Path, seed: int = 0) -> Invented:
    """Responses for every published result of everybody, and the programmes they belong to.

    A result of several years is shared out between them. Measures that are not asked any more are not in it.
    """
    relations = release.read(path, READ)
    lot = random.Random(seed)  # noqa: S311  nothing secret hangs on it
    invented = Invented({"programmes.csv": _programmes(relations)})
    asked = relations["measure"].filter(~pl.col("retired"))
    shares = _shares(relations["result"], set(asked["measure_id"]))
    for group in relations["respondent_group"]["respondent_group"]:
        measures = asked.filter(pl.col("respondent_group") == group).to_dicts()
        rows = [
            {"programme_id": programme, "academic_year": year, **row}
            for (programme, year), counts in sorted(shares.items())
            for row in _people(measures, counts, lot, f"{programme}, {year}", invented.left_out)
        ]
        columns = ["programme_id", "academic_year", *(measure["measure_id"] for measure in measures)]
        if rows:
            invented.files[f"{group}_responses.csv"] = pl.DataFrame(rows, dict.fromkeys(columns, pl.String))
    return invented


def _programmes(relations: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The programmes; where one shows no profession or place, the first of the catalogue stands for it."""
    codes = relations["code"]
    name = pl.coalesce("programme_name", "programme_id")
    marked = pl.when(name.str.contains(INVENTED, literal=True)).then(name).otherwise(name + f" {INVENTED}")
    frame = relations["programme"].with_columns(programme_name=marked)
    for kind in ("profession", "country"):
        first = codes.filter(pl.col("kind") == kind)["code"].first() or "invented"
        frame = frame.with_columns(pl.col(kind).fill_null(first))
    named = pl.when("named").then(pl.lit("yes")).otherwise(pl.lit("no"))
    return frame.select("programme_id", "programme_name", "profession", "country", "region", named.alias("named"))


Counts = dict[str, tuple[int, int]]
"""n and k by measure."""


def _shares(result: pl.DataFrame, measures: set[str]) -> dict[tuple[str, str], Counts]:
    """n and k of each programme and year; of a result of several years each has its share."""
    shares: dict[tuple[str, str], Counts] = {}
    published = result.filter((pl.col("status") == "published") & pl.col("subgroup").is_null())
    for row in published.filter(pl.col("measure_id").is_in(sorted(measures))).iter_rows(named=True):
        years = len(row["years"])
        yes, no = (_spread(number, years) for number in (row["affirmative"], row["respondents"] - row["affirmative"]))
        for year, k, rest in zip(row["years"], yes, reversed(no), strict=True):
            shares.setdefault((row["programme_id"], year), {})[row["measure_id"]] = (k + rest, k)
    return shares


def _spread(number: int, parts: int) -> list[int]:
    return [number // parts + (part < number % parts) for part in range(parts)]


def _people(measures: list[Row], counts: Counts, lot: random.Random, whose: str, left_out: list[str]) -> list[Row]:
    """The rows of a programme's year. Outer questions are answered before those that hang on them."""
    people: list[Row] = [
        {} for _ in range(max((counts[m["measure_id"]][0] for m in _roots(measures, counts)), default=0))
    ]
    by_id = {measure["measure_id"]: measure for measure in measures}
    asked = [measure for measure in measures if measure["measure_id"] in counts]
    asked.sort(key=lambda measure: _depth(measure, by_id))
    left_out += [
        f"{measure['measure_id']} of {whose}"
        for measure in asked
        if not _answer(measure, counts[measure["measure_id"]], people, by_id, lot)
    ]
    return people


def _roots(measures: Iterable[Row], counts: Counts) -> Iterator[Row]:
    return (measure for measure in measures if measure["base"] is None and measure["measure_id"] in counts)


def _depth(measure: Row, by_id: dict[str, Row]) -> int:
    outer = [by_id[measure[name]] for name in ("base", "within") if measure[name] in by_id]
    return 1 + max((_depth(other, by_id) for other in outer), default=0)


def _answer(
    measure: Row, counted: tuple[int, int], people: list[Row], by_id: dict[str, Row], lot: random.Random
) -> bool:
    """Give n of those who can be asked an answer, k of them an affirmative one; False where they are too few."""
    (n, k), column = counted, measure["measure_id"]
    possible = [person for person in people if _affirmed(person, measure["base"], by_id)]
    first = [person for person in possible if _affirmed(person, measure["within"], by_id)]
    settled = [person for person in possible if not _affirmed(person, measure["within"], by_id)]
    denied = sum(measure["within"] in person for person in settled)  # they count as answers, blank or not
    if k > len(first) or n > len(possible) or n - k < denied:
        return False
    lot.shuffle(first)
    lot.shuffle(settled)
    settled.sort(key=lambda person: measure["within"] not in person)
    others = [answer for answer in measure["answers"] if answer not in [*measure["affirmative"], REFUSED_ANSWER]]
    for person in first[:k]:
        person[column] = lot.choice(measure["affirmative"])
    for person in [*settled, *first[k:]][: n - k]:
        person[column] = lot.choice(others)
    return True


def _affirmed(person: Row, measure_id: str | None, by_id: dict[str, Row]) -> bool:
    return measure_id is None or (measure_id in by_id and person.get(measure_id) in by_id[measure_id]["affirmative"])
