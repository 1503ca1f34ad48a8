"""How much is published, by how many people a programme has: beside single years alone, and the rule's first edition.

uv run python -m tests.benchmarks.published_by_size [PROGRAMMES]

Invented programmes over seven years, each year published when it is over. Of everybody in a programme 70 % answer, and
the share of those who say yes stays the same, anything between .05 and .95. A cell tells how many of all answers are
published, and how many of the programmes have any result after the seven years. The table stands in
`docs/what-is-published.md`, and a test makes it again.
"""

import sys
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.disclosure.ledger import YEAR_KEYS, Ledger
from pipelines.disclosure.waiting_lists import SUBMISSION_KEYS, advance
from tests.factories import a_catalogue, a_measure, measure_frame
from tests.reference import first_edition

SIZES = ((4, 10), (10, 20), (20, 40), (40, 60), (60, 120))
YEARS = [f"{year}-{year - 1999:02d}" for year in range(2017, 2024)]
ANSWERING = 0.7
RATES = (0.05, 0.95)
PROGRAMMES = 400
"""Of each size."""
INSTRUMENT = a_catalogue(a_measure("ordinary"), a_measure("sensitive", sensitive=True))
STAY = 4
HEADINGS = ("single years alone", "first edition", f"people stay {STAY} years at most", "nobody knows how long")

Numbers = NDArray[np.int64]


class Answers(NamedTuple):
    """n and k: a row a programme, a column a year."""

    respondents: Numbers
    affirmative: Numbers


class Reach(NamedTuple):
    """The shares of answers published, and of programmes with any result."""

    answers: float
    programmes: float

    def __str__(self) -> str:
        return f"{self.answers:.0%} / {self.programmes:.0%}"


def main(programmes: int = PROGRAMMES) -> None:
    sys.stdout.write("\n".join(table(programmes)) + "\n")


def table(programmes: int = PROGRAMMES) -> list[str]:
    """The lines of the table, in Markdown."""
    lines = [f"| question | people | {' | '.join(HEADINGS)} |", "|---|---|" + "---|" * len(HEADINGS)]
    for question in INSTRUMENT.measures:
        for smallest, largest in SIZES:
            answers = invented(smallest, largest, programmes)
            cells = " | ".join(str(reach) for reach in reaches(question, answers))
            lines.append(f"| {question} | {smallest} to {largest} | {cells} |")
    return lines


def invented(smallest: int, largest: int, programmes: int) -> Answers:
    random = np.random.default_rng(largest)
    people = random.integers(smallest, largest, programmes, endpoint=True)
    shape = (len(YEARS), programmes)
    respondents = random.binomial(people, ANSWERING, shape)
    return Answers(respondents.T, random.binomial(respondents, random.uniform(*RATES, programmes), shape).T)


def reaches(question: str, answers: Answers) -> tuple[Reach, Reach, Reach, Reach]:
    return (
        alone(question, answers),
        by_first_edition(question, answers),
        by_second_edition(question, answers, STAY),
        by_second_edition(question, answers, None),
    )


def thresholds(question: str) -> tuple[int, int]:
    """t and s."""
    measures = INSTRUMENT.measure_frame.filter(pl.col("measure_id") == question)
    minimum, each_side = measures.select("minimum_respondents", "minimum_each_side").row(0)
    return minimum, each_side


def alone(question: str, answers: Answers) -> Reach:
    minimum, each_side = thresholds(question)
    n, k = answers
    shown = (n >= minimum) & (k >= each_side) & (n - k >= each_side)
    return Reach((n * shown).sum() / n.sum(), shown.any(axis=1).mean())


def by_first_edition(question: str, answers: Answers) -> Reach:
    n, k = answers
    found = [
        first_edition.results(ns, ks, *thresholds(question)) for ns, ks in zip(n.tolist(), k.tolist(), strict=True)
    ]
    return Reach(sum(map(sum, found)) / n.sum(), sum(map(bool, found)) / len(found))


def by_second_edition(question: str, answers: Answers, longest_stay: int | None) -> Reach:
    measures, ledger = measure_frame(INSTRUMENT, longest_stay), Ledger.empty()
    counts = contributions(question, answers)
    none = counts.clear()
    for publishing, year in enumerate(YEARS, start=1):
        ledger += advance(
            ledger,
            counts.filter(pl.col("academic_year") == year),
            measures,
            publishing,
            none.select(SUBMISSION_KEYS),
            none.select(*YEAR_KEYS, "submission_id", "respondents", "affirmative"),
            none.select("programme_id", publishing="respondents"),
        )
    results = ledger.results
    published, programmes = int(results["respondents"].sum()), results["programme_id"].n_unique()
    return Reach(published / answers.respondents.sum(), programmes / len(answers.respondents))


def contributions(question: str, answers: Answers) -> pl.DataFrame:
    return pl.concat(
        pl.DataFrame(
            {
                "programme_id": [str(number) for number in range(len(n))],
                "academic_year": year,
                "measure_id": question,
                "definition": question,
                "subgroup": pl.Series([None] * len(n), dtype=pl.String),
                "submission_id": year,
                "dataset": "counts",
                "respondents": n,
                "affirmative": k,
            }
        )
        for year, n, k in zip(YEARS, answers.respondents.T, answers.affirmative.T, strict=True)
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
