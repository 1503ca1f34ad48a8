"""The attacker. He knows the publishing rule and everything ever published, and counts what remains possible.

He also knows the years, how many answered each question put to everybody, and when parts were withdrawn or a list was
retired. He counts the people who can stand behind each result, the values that remain for each part and each academic
year not published by itself, and checks that publishing can have happened as noted. He takes nothing from `rule` or
`waiting_lists`: he has the rule from its words, so that each proves the other.

The frames, over all releases, withdrawn results too, because they are remembered. Academic years are the years in
which they start.

`parts`, a row is a part: part_id, in the order in which parts joined their lists; publishing, in which it joined;
programme_id, measure_id, definition; years (a list); respondents; affirmative, used only where `known`, and elsewhere
only checked to be possible (it may be null); most, the greatest k that others know to be possible; known, an
override's difference, whose n and k may be negative; minimum_respondents, minimum_each_side, longest_stay (or null),
those of the first part of its list; retired_in, the publishing that retired it, and retired_because, `withdrawn` or
`years` (null where it was not retired).

`results`, a row is a result: result_id, publishing, programme_id, measure_id, definition, parts, respondents,
affirmative.

`seen`, a row is what publishing saw in a file: programme_id, measure_id, year, submission_id, respondents, part_id (the
part it stands in, or null), and publishing, in which it was seen.

`unnamed`, a row is a programme that is not named any more: programme_id, and the first publishing since then.

`ties`: inner_part, outer_part; the inner's k is at most the outer's. `shares`: part_id, share, respondents, affirmative
(null where not published); a part's subgroups, all of them. `shown`: result_id, share, affirmative; a subgroup
published over a whole result.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from pipelines.disclosure.attacker_checks import KEYS, Contradiction, check_codes, check_seen
from pipelines.disclosure.attacker_history import count_values_left, count_values_left_to_insider
from pipelines.disclosure.attacker_lists import (
    NAMES,
    count_lists,
    hidden,
    lists_with_histories,
    needs_no_work,
    read_ledger,
)
from pipelines.disclosure.attacker_people import too_few_people
from pipelines.disclosure.attacker_ties import count_values_left_in_ties, count_values_left_of_years

__all__ = ["FINDING", "Audit", "Contradiction", "Insider", "audit"]

Progress = Callable[[int, int], None]
"""Called with the number of lists looked at, and of all there are to look at."""

FINDING: Final[dict[str, Any]] = {
    "kind": pl.String,
    "part_id": pl.Int64,
    "result_id": pl.Int64,
    **dict.fromkeys(KEYS, pl.String),
    "years": pl.List(pl.Int64),
    "promised": pl.Int64,
    "found": pl.Int64,
}
"""What is promised and what was found, no further than promised. By kind:

- `part`, `year`: the values that remain for its k; 0 where no answers at all could have led to this ledger;
- `people`, `side`: the people who can stand behind a result, and behind its smaller side.
"""
TOO_FEW: Final = ("result_id", "kind", "promised", "found")


@dataclass(frozen=True)
class Insider:
    """Somebody who knows the answers of some people (himself, say) in every part of his own programme.

    If he sent files, he also knows all of the parts that came of them.
    """

    programme_id: str
    people: int = 1
    knows: frozenset[int] = frozenset()
    """The part_ids of which he knows the whole contribution."""


@dataclass(frozen=True)
class Audit:
    """What the attacker found. No frame holds a k."""

    parts: int
    """How many parts were not published by themselves, and are not known from an override."""
    findings: pl.DataFrame
    """What is less than promised (FINDING)."""
    known: pl.DataFrame
    """Parts that a steward's override gave away, and others with them: facts, not findings."""
    insider: pl.DataFrame | None
    """Parts in which an insider could narrow down the others' answers; see `_insiders_view`."""

    @property
    def passed(self) -> bool:
        """An insider's view does not count: who knows all three of the people who said yes knows that nobody else
        did, and no rule can change that."""
        return self.findings.is_empty()

    def told_as(self, change: Callable[[pl.DataFrame], pl.DataFrame]) -> "Audit":
        """The same, with each frame as `change` tells it."""
        insider = None if self.insider is None else change(self.insider)
        return replace(self, findings=change(self.findings), known=change(self.known), insider=insider)


def audit(
    parts: pl.DataFrame,
    results: pl.DataFrame,
    insider: Insider | None = None,
    progress: Progress = lambda _done, _of: None,
    *,
    seen: pl.DataFrame | None = None,
    unnamed: pl.DataFrame | None = None,
    ties: pl.DataFrame | None = None,
    shares: pl.DataFrame | None = None,
    shown: pl.DataFrame | None = None,
) -> Audit:
    """Try to take the releases of this ledger apart. Raises Contradiction."""
    standing = read_ledger(parts, results)
    if seen is not None:
        check_seen(parts, results, seen)
        if unnamed is not None:
            check_codes(parts, results, seen, unnamed)
    left, too_few = _look_at_lists(standing.filter(~needs_no_work()), progress)
    in_ties = count_values_left_in_ties(standing, results, ties, shares, shown)
    found = [
        _parts_below_promise(standing, pl.concat([left, in_ties])),
        _years_below_promise(standing),
        _name_results(too_few, standing),
    ]
    return Audit(
        parts=standing.filter(hidden()).height,
        findings=pl.concat([pl.DataFrame(schema=FINDING), *found], how="diagonal").select(*FINDING),
        known=standing.filter("known").select(NAMES),
        insider=_insiders_view(standing, insider) if insider else None,
    )


def _look_at_lists(standing: pl.DataFrame, progress: Progress) -> tuple[pl.DataFrame, pl.DataFrame]:
    """How many values are left for each part: part_id, left. And behind which results there are too few people:
    result_id, kind, promised, found."""
    lists = count_lists(standing)
    left: list[tuple[int, int]] = []
    too_few: list[tuple[int | None, str, int, int]] = []
    for done, (result_id, part_ids, history) in enumerate(lists_with_histories(standing)):
        left += zip(part_ids, count_values_left(history), strict=True)
        too_few += ((result_id, *people) for people in too_few_people(history))
        progress(min(done + 1, lists), lists)
    return (
        pl.DataFrame(left, schema={"part_id": pl.Int64, "left": pl.Int64}, orient="row"),
        pl.DataFrame(too_few, schema={name: FINDING[name] for name in TOO_FEW}, orient="row"),
    )


def _parts_below_promise(standing: pl.DataFrame, left: pl.DataFrame) -> pl.DataFrame:
    fewest = left.group_by("part_id").agg(found=pl.col("left").min())
    return (
        standing.filter(hidden())
        .join(fewest, on="part_id")
        .filter(pl.col("found") < pl.col("promised"))
        .select(*NAMES, "promised", "found", kind=pl.lit("part"))
        .sort("part_id")
    )


def _years_below_promise(standing: pl.DataFrame) -> pl.DataFrame:
    years = count_values_left_of_years(standing).with_columns(kind=pl.lit("year"))
    return years.filter(pl.col("found") < pl.col("promised"))


def _name_results(too_few: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """Results by what they are called, and the years they cover."""
    named = (
        standing.filter(pl.col("stood_in").is_in(too_few["result_id"].to_list()))
        .group_by(pl.col("stood_in").alias("result_id"), *KEYS)
        .agg(pl.col("years").explode().unique().sort())
    )
    return too_few.join(named, on="result_id", maintain_order="left")


def _insiders_view(standing: pl.DataFrame, insider: Insider) -> pl.DataFrame:
    """Parts of his programme that leave an insider fewer values than the side minimum, or than he would expect.

    We do not know what he knows, so each part is given the answers of his people, and those of the parts he sent the
    numbers, that tell him most and that the ledger allows: left is the least. It can be 1, when all who said yes (or
    no) are people he knows. Gives part_id, programme_id, measure_id, definition, years, others (how many people's
    answers in this part he does not know), promised, left. Parts he sent himself are left out, parts without others,
    and lists that a withdrawal interrupted, or of which an override told when they were over.
    """
    standing = standing.filter(pl.col("programme_id") == insider.programme_id)
    acquainted = dict.fromkeys(standing["part_id"], insider.people) | dict(
        standing.filter(pl.col("part_id").is_in(insider.knows))["part_id", "respondents"].rows()
    )
    rows = [
        pair
        for _, part_ids, history in lists_with_histories(standing)
        if history.uninterrupted
        for pair in zip(
            part_ids,
            count_values_left_to_insider(history, [acquainted[part_id] for part_id in part_ids]),
            strict=True,
        )
        if pair[0] not in insider.knows
    ]
    left = pl.DataFrame(rows, schema={"part_id": pl.Int64, "left": pl.Int64}, orient="row")
    open_to_him = (pl.col("high") - insider.people + 1).clip(1)
    return (
        standing.filter(hidden())
        .join(left, on="part_id")
        .with_columns(pl.min_horizontal("promised", open_to_him), others=pl.col("respondents") - insider.people)
        .filter(pl.col("left") < pl.col("promised"))
        .select(*NAMES, "others", "promised", "left")
        .sort("part_id")
    )
