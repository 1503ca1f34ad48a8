"""Questions whose blank cells may be boxes that nobody ticked: they hold yes and blanks, and hardly anything else.

Counted as it is, such a question would have yes from everybody. So it is looked at over the whole file, and for each
programme and year, because one part of a file may come from another tool than the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb

import polars as pl

from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.instrument.contract import Contract
from pipelines.reading.reader import Sheet

KEYS = ("programme_id", "academic_year")
TICKS_FOR_EACH_STRAY = 50
"""One other answer may have strayed among the ticks, and one more for so many ticks."""
FEWEST_TICKS = 4
"""With fewer ticks, another answer is no stray, and a programme is not set against the others."""
SHARE_BLANK = 0.25
"""Where other answers strayed in, so many of those asked must have left it blank."""
TIMES_AS_BLANK = 3
"""How many times as many blanks a programme must have as those that write no."""
UNLIKELY = 0.02
"""A programme in which nobody says no is left alone, if that is likelier than this by the answers of the others."""


@dataclass(frozen=True)
class Tally:
    """How many of those asked gave the answer of a tick, another one, and none."""

    ticks: int
    others: int
    blank: int

    @property
    def share_blank(self) -> float:
        return self.blank / max(self.ticks + self.others + self.blank, 1)

    def seems_ticked(self) -> bool:
        """Whether nobody, or hardly anybody, gave another answer, and there are blanks."""
        if not (self.ticks and self.blank):
            return False
        strays = 1 + self.ticks // TICKS_FOR_EACH_STRAY
        return not self.others or (
            self.others <= strays and self.ticks >= FEWEST_TICKS and self.share_blank >= SHARE_BLANK
        )

    def is_unlike(self, rest: "Tally") -> bool:
        """Whether it seems ticked beside others who write no, and is no small number by chance."""
        if (
            not self.seems_ticked()
            or self.ticks < FEWEST_TICKS
            or self.share_blank < max(SHARE_BLANK, TIMES_AS_BLANK * rest.share_blank)
        ):
            return False
        share = rest.others / max(rest.ticks + rest.others, 1)
        answers = self.ticks + self.others
        chances = (comb(answers, k) * share**k * (1 - share) ** (answers - k) for k in range(self.others + 1))
        return sum(chances) <= UNLIKELY


@dataclass(frozen=True)
class Ticked:
    """A question that seems to be a box to tick, and the programme and year in which it does, if not in all of them."""

    tally: Tally
    where: tuple[str, str] | None = None


def seems_ticked(cells: pl.DataFrame, tick: str) -> Ticked | None:
    """Whether the answers of those asked seem to be ticks. `cells`: a column `cell`, and KEYS where they are known."""
    whole = _tally(cells, tick)
    if whole.seems_ticked():
        return Ticked(whole)
    keys = [key for key in KEYS if key in cells.columns]
    if not (keys and whole.ticks and whole.blank):
        return None
    groups = _tallies(cells, tick, keys)
    writing = [tally for tally in groups.values() if tally.others and not tally.seems_ticked()]
    rest = Tally(*(sum(getattr(tally, name) for tally in writing) for name in ("ticks", "others", "blank")))
    return next((Ticked(tally, where) for where, tally in groups.items() if tally.is_unlike(rest)), None)


def _counts(tick: str) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    ticks, filled = (pl.col("cell") == tick).sum(), pl.col("cell").count()
    return ticks.alias("ticks"), (filled - ticks).alias("others"), pl.col("cell").null_count().alias("blank")


def _tally(cells: pl.DataFrame, tick: str) -> Tally:
    return Tally(*cells.select(_counts(tick)).row(0))


def _tallies(cells: pl.DataFrame, tick: str, keys: list[str]) -> Mapping[tuple[str, str], Tally]:
    grouped = cells.group_by(keys, maintain_order=True).agg(_counts(tick))
    return {
        (str(row.get(KEYS[0]) or ""), str(row.get(KEYS[1]) or "")): Tally(row["ticks"], row["others"], row["blank"])
        for row in grouped.iter_rows(named=True)
    }


# ---- of a sheet ----


def only_ticks(sheet: Sheet, contract: Contract) -> Iterator[Finding]:
    """Columns of ticks and blanks, of which it is not said that the blanks are no answers."""
    explained = sheet.blanks_explained or frozenset()
    questions = [column for column in contract.ticks if column in sheet.headings and column not in explained]
    often_blank = _often_blank(sheet, questions)
    for column in questions:
        tick = contract.ticks[column][0]
        ticked = seems_ticked(_asked(sheet, contract, column, by_group=column in often_blank), tick)
        if ticked:
            yield _only_ticks(sheet, column, tick, ticked)


def _often_blank(sheet: Sheet, questions: Sequence[str]) -> frozenset[str]:
    """The questions that many people of one programme and year leave blank: only these are worth a closer look."""
    keys = [key for key in KEYS if key in sheet.headings]
    if not keys or not questions:
        return frozenset()
    shares = sheet.rows.group_by(keys).agg(pl.col(questions).null_count() / pl.len())
    most = shares.select(pl.col(questions).max()).row(0, named=True)
    return frozenset(question for question, share in most.items() if (share or 0) >= SHARE_BLANK)


def _asked(sheet: Sheet, contract: Contract, column: str, *, by_group: bool) -> pl.DataFrame:
    """The answers of people to whom a question was put, as far as the file tells."""
    base = contract.bases.get(column)
    keys = [key for key in KEYS if by_group and key in sheet.headings]
    rows = sheet.rows
    if base is not None and base.question in sheet.headings:
        rows = rows.filter(pl.col(base.question).is_in(base.answers))
    return rows.select(pl.col(column).alias("cell"), *keys)


def _only_ticks(sheet: Sheet, column: str, answer: str, ticked: Ticked) -> Finding:
    tally = ticked.tally
    only = "only answer" if not tally.others else f"answer of all but {tally.others:,}"
    where = f"In {' '.join(filter(None, ticked.where))} the" if ticked.where else "The"
    expected = (
        f"{where} {only} is {answer} ({tally.ticks:,}), and {tally.blank:,} cells are blank. "
        f"A box not ticked is a blank too."
    )
    fix = (
        "If it was a box to tick, write no in the blank cells of those who were asked, or say it in a mapping under "
        "tick_all. If these people did not answer, name the column in a mapping under not_answered."
    )
    return Finding("error", FindingRule.ONLY_TICKS, sheet.file, expected, fix, column=column)
