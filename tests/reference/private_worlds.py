"""Small histories, and other private numbers with which they would have looked the same to everybody outside.

A history says what everybody may know: which programmes sent what for which year, how many answered, when years were
closed, and what was taken back. An answer is what nobody may know: how many said yes, year by year. Two answers are
alike if publishing, in memory, gives the same results with them, and lets the same numbers of people wait.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl
from hypothesis import strategies as st

from pipelines.disclosure.ledger import Ledger
from pipelines.instrument.catalogue import Catalogue
from tests.factories import Row, Steward

MEASURES = ("asked", "used", "supervisor", "lived")
"""`used` follows `asked`, `supervisor` stands within it, and `lived` is sensitive."""
YEARS = ("2020-21", "2021-22", "2022-23", "2023-24")
ROUNDS = (1, 2, 3)
"""Publishings."""
CANDIDATES = 150
"""So many answers are tried, to find some that are alike."""

File = tuple[str, str]
"""A programme and a year."""
Answer = Mapping[str, tuple[int, int]]
"""Of a file, n and k of each measure."""


@dataclass(frozen=True)
class History:
    """What everybody may know, and what people do meanwhile."""

    named: Mapping[str, bool]
    people: Mapping[File, int]
    """The files there are, and how many people are in each."""
    arrives: Mapping[File, int]
    """The publishing before which each file comes in."""
    closed: Mapping[str, int]
    """The publishing before which each year is closed."""
    taken_back: Mapping[File, int] = field(default_factory=dict)
    """Files that are withdrawn, and the publishing before which."""
    unnamed: Mapping[str, int] = field(default_factory=dict)
    """Programmes that are named no longer, and the publishing before which."""

    def seen_in(self, file: File) -> int:
        """The publishing that first sees a file."""
        return max(self.arrives[file], self.closed[file[1]])


@dataclass(frozen=True)
class World:
    """A history, and what was answered in each of its files."""

    history: History
    answers: Mapping[File, Answer]


# ---- what is drawn ----


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Two or three programmes, one to four years; files that are late, taken back, or of programmes that are named no
    longer."""
    programmes = [f"p{number}" for number in range(draw(st.integers(2, 3)))]
    years = YEARS[: draw(st.integers(1, 4))]
    named = {programme: draw(st.booleans()) for programme in programmes}
    files = [(programme, year) for programme in programmes for year in years]
    people = {file: draw(st.one_of(st.integers(10, 14), st.integers(1, 14))) for file in files}
    closed = {year: draw(st.sampled_from(ROUNDS)) for year in years}
    arrives = {file: draw(st.sampled_from(sorted({1, closed[file[1]], ROUNDS[-1]}))) for file in files}
    history = History(named, people, arrives, closed)
    late = [file for file in files if history.seen_in(file) < ROUNDS[-1]]
    back = draw(st.lists(st.sampled_from(late), max_size=1)) if late else []
    taken_back = {file: draw(st.integers(history.seen_in(file) + 1, ROUNDS[-1])) for file in back}
    shown = [programme for programme in programmes if named[programme]]
    gone = draw(st.lists(st.sampled_from(shown), max_size=1)) if shown else []
    unnamed = {programme: draw(st.integers(2, ROUNDS[-1])) for programme in gone}
    return History(named, people, arrives, closed, taken_back, unnamed)


def answers_to(history: History, dice: random.Random) -> dict[File, Answer]:
    return {file: an_answer(n, dice) for file, n in history.people.items()}


def an_answer(n: int, dice: random.Random) -> Answer:
    """How so many people can have answered. Rare and common answers: withheld numbers are mostly extreme. Where nobody
    was left to be asked, there is no row of that question."""
    asked, lived = _few_or_many(n, dice), _few_or_many(n, dice)
    used = {"used": (asked, _few_or_many(asked, dice))} if asked else {}
    return {
        "asked": (n, asked),
        **used,
        "supervisor": (n, _few_or_many(asked, dice)),
        "lived": (n, lived),
    }


def _few_or_many(n: int, dice: random.Random) -> int:
    return dice.choice((dice.randint(0, n), dice.randint(0, min(3, n)), dice.randint(max(0, n - 3), n)))


# ---- what looks the same ----


def worlds_alike(history: History, catalogue: Catalogue, seed: int) -> list[World]:
    """Answers to a history that nobody outside can tell from each other; the first was drawn, the others found.

    Each programme is looked at by itself, because what becomes of one does not depend on another.
    """
    dice = random.Random(seed)  # noqa: S311
    drawn = [answers_to(history, dice) for _ in range(CANDIDATES)]
    seen = seen_of(history, drawn, catalogue)
    found = []
    for number, answers in enumerate(drawn):
        alike = {programme for programme in history.named if seen[programme, number] == seen[programme, 0]}
        mixed = {file: answers[file] if file[0] in alike else drawn[0][file] for file in history.people}
        found.append(World(history, mixed))
    return [found[0], *(world for world in found[1:] if world.answers != drawn[0])]


def seen_of(
    history: History, drawn: list[dict[File, Answer]], catalogue: Catalogue
) -> dict[tuple[str, int], list[str]]:
    """What publishing shows of each programme with each of the answers, and how many people it lets wait."""
    steward = Steward(catalogue, catalogue.groups["staff"].longest_stay)
    steward.dataset = "counts"
    submitted: dict[tuple[File, int], str] = {}
    told: dict[tuple[str, int], list[str]] = {}
    for publishing in ROUNDS:
        for number, answers in enumerate(drawn):
            _happens(history, answers, number, publishing, steward, submitted)
        steward.publish()
        for key, lines in _observed(steward.ledger).items():
            told.setdefault(key, []).append(f"{publishing}: {lines}")
    return {(name, number): told.get((name, number), []) for name in history.named for number in range(len(drawn))}


def _happens(
    history: History,
    answers: Mapping[File, Answer],
    number: int,
    publishing: int,
    steward: Steward,
    submitted: dict[tuple[File, int], str],
) -> None:
    """What happens before a publishing, of which a programme with these answers is a twin with a number."""
    for file in (file for file, when in history.taken_back.items() if when == publishing):
        steward.withdraw(submitted[file, number])
    for programme in (name for name, when in history.unnamed.items() if when == publishing):
        steward.unname(f"{programme}~{number}")
    for file in history.people:
        if history.seen_in(file) == publishing:
            programme, year = file
            submitted[file, number] = steward.load(*rows_of(f"{programme}~{number}", year, answers[file]))


def rows_of(programme: str, year: str, answer: Answer) -> Iterable[Row]:
    return [(programme, year, measure, None, n, k) for measure, (n, k) in answer.items()]


def _observed(ledger: Ledger) -> dict[tuple[str, int], list[str]]:
    """Results with their numbers; and the parts that wait, with the numbers of people in them."""
    years = pl.col("years").list.join(" ")
    results = ledger.published.select(
        "programme_id", line=pl.concat_str("measure_id", years, "respondents", "affirmative", separator=" ")
    )
    parts = ledger.parts.join(ledger.retired, on="part_id", how="left").select(
        "programme_id",
        line=pl.concat_str(
            "measure_id",
            pl.col("years").cast(pl.List(pl.String)).list.join(" "),
            "respondents",
            pl.col("publishing_right").fill_null(0),
            separator=" ",
        ),
    )
    found: dict[tuple[str, int], list[str]] = {}
    for name, line in pl.concat([results, parts]).sort("programme_id", "line").iter_rows():
        programme, number = name.split("~")
        found.setdefault((programme, int(number)), []).append(line)
    return found
