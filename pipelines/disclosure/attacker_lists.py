"""From the ledger's frames to its waiting lists, and to the history of each.

A row of the frame that `read_ledger` gives is a part, with what anybody knows of it and the list it belongs to.
The frames of the ledger are described in `attacker`.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple

import polars as pl

from pipelines.disclosure.attacker_checks import BY_YEARS, KEYS, WITHDRAWN, check_parts, check_results
from pipelines.disclosure.attacker_history import History, uninterrupted
from pipelines.disclosure.attacker_rule import (
    YEARS_BEFORE_RETIREMENT,
    Part,
    Thresholds,
    enough,
)

NAMES: Final = ("part_id", *KEYS, "years")
LEFT_TOGETHER: Final = (*KEYS, "stood_in", "retired_in")
"""Parts that stood on a list together, and left it together, if they did."""
THRESHOLDS: Final = ("minimum_respondents", "minimum_each_side", "longest_stay")


LIST: Final = "list_number"
"""What a list is: the parts of a result, or those of a programme's measure and definition that were not published."""


def read_ledger(parts: pl.DataFrame, results: pl.DataFrame) -> pl.DataFrame:
    """The parts, each with the result it became part of or (withdrawn) stood waiting for, and what is known of it.

    `low` and `high` are what was known while its list was judged, `known` and `affirmative` what is known now. Raises
    Contradiction.
    """
    check_parts(parts)
    check_results(parts, results)
    published = results.select("result_id", pl.col("affirmative").alias("total"), part_id="parts").explode("part_id")
    joined = (
        parts.with_columns(pl.col("years").list.eval(pl.element().sort()))  # many times as fast as `list.sort`
        .join(published, on="part_id", how="left")
        .join(_next_results(parts, results), on="part_id", how="left")
        .with_columns(
            stood_in="result_id",
            result_id=pl.coalesce("result_id", "next_result"),
            total=pl.coalesce("total", "next_total"),
        )
        .with_columns(pl.col("part_id").min().over(*KEYS, "result_id").alias(LIST))
        .sort("part_id")
    )
    k = pl.col("affirmative")
    standing = _apply_override_knowledge(joined.with_columns(known_then="known")).with_columns(
        low=pl.when("known_then").then(k).otherwise(0),
        high=pl.when("known_then").then(k).otherwise(pl.min_horizontal("respondents", "most")),
    )
    return _mark_published_alone(standing).with_columns(
        promised=pl.min_horizontal("minimum_each_side", pl.col("high") - pl.col("low") + 1)
    )


def _next_results(parts: pl.DataFrame, results: pl.DataFrame) -> pl.DataFrame:
    """For parts that were withdrawn, the next result of their programme's measure: they stood on its list.

    A list that its years alone retired went whole. The next result is that of a new list, and tells nothing of it.
    """
    ends = results.select(
        *KEYS,
        part_id=pl.col("parts").list.max(),
        next_result="result_id",
        next_total="affirmative",
        published_in="publishing",
    ).sort("part_id")
    withdrawn = (
        parts.filter(pl.col("retired_because") == WITHDRAWN).select("part_id", "retired_in", *KEYS).sort("part_id")
    )
    return (
        withdrawn.join_asof(ends, on="part_id", by=KEYS, strategy="forward", check_sortedness=False)
        .filter(pl.col("retired_in") <= pl.col("published_in"))
        .select("part_id", "next_result", "next_total")
    )


def _mark_published_alone(standing: pl.DataFrame) -> pl.DataFrame:
    """Whether a part is a result by itself, with enough people. With fewer it has not been shown but given away."""
    single = pl.col("stood_in").is_not_null() & (pl.len().over("stood_in") == 1)
    n, k, each_side = pl.col("respondents"), pl.col("total"), pl.col("minimum_each_side")
    enough_alone = (n >= pl.col("minimum_respondents")) & (k >= each_side) & (n - k >= each_side)
    marked = standing.with_columns(alone=single & enough_alone & (pl.col("years").list.len() == 1))
    of_several_years = standing.filter(single & enough_alone & (pl.col("years").list.len() > 1))
    facts = of_several_years.select("part_id", "total", "respondents", "years", *THRESHOLDS)
    alone = [part_id for part_id, total, *part in facts.iter_rows() if _enough_alone(total, *part)]
    return marked.with_columns(pl.col("alone") | pl.col("part_id").is_in(alone)) if alone else marked


def _enough_alone(total: int, respondents: int, years: list[int], *thresholds: int) -> bool:
    part = Part(respondents, tuple(year - years[0] for year in years), 0, respondents)
    return bool(enough((part,), Thresholds(*thresholds)) >> total & 1)


def hidden() -> pl.Expr:
    """Parts to protect: neither published by themselves nor known."""
    return ~pl.col("alone") & ~pl.col("known")


def needs_no_work() -> pl.Expr:
    """Lists of which it is plain that every part keeps as many values as promised.

    - A result of a single part has nothing to hide; nor has a list that was never published and is known.
    - A list that was never published, with nothing known, leaves each part at least the values 0 to s - 1, or all it
      has. Suppose that x of the n in this part said yes, with x at most s - 1, and nobody in any other. The total of
      every list was 0 or x. Now s - 1 people can have given at least min(n, s - 1) answers in a list with this part,
      for they can all have answered there; so at least x. A total that does not exceed what s - 1 people can have
      answered is not enough, whatever the years, and each of these lists waited. Withdrawn parts change nothing about
      that, and it holds for every s by which a list was judged, if it is the s of the promise.
    """
    each_side = pl.col("minimum_each_side")
    not_published = (
        pl.col("total").is_null()
        & ~pl.col("known").any().over(LIST)
        & (each_side.min().over(LIST) == each_side.max().over(LIST))
    )
    never_hidden = pl.col("total").is_null() & ~hidden().any().over(LIST)
    return not_published | never_hidden | (pl.col("alone") & (pl.len().over(LIST) == 1))


# ---- what overrides gave away ----


def _apply_override_knowledge(standing: pl.DataFrame) -> pl.DataFrame:
    """More is known than the difference that an override let through.

    It tells of the whole file it corrects. If that stands in a result, all of the result goes with it. If it waits on
    a list that could already have been published for some total, so does what then stood there, because it was
    withheld for its k: such a list is known to the last. It counts as one part that covers all its years, and what was
    decided before tells nothing more.
    """
    overridden = standing.filter("known").select(KEYS).unique()
    if overridden.is_empty():
        return standing
    touched = standing.join(overridden, on=KEYS, how="semi").sort("part_id")
    overrides: dict[tuple[Any, ...], list[int]] = {}
    for row in touched.filter("known").iter_rows(named=True):
        overrides.setdefault(_file(row), []).append(row["part_id"])
    rows: list[dict[str, Any]] = []
    for _, together in touched.group_by(LEFT_TOGETHER, maintain_order=True):
        rows += _as_known_from(overrides, together.to_dicts())
    untouched = standing.join(overridden, on=KEYS, how="anti")
    return pl.concat([untouched, pl.DataFrame(rows, schema=standing.schema)]).sort("part_id")


def _as_known_from(overrides: dict[tuple[Any, ...], list[int]], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Parts that stood on a list together, with what overrides made known of them.

    What was decided about them is judged by what was known then. An override that came later makes known what they
    were, and changes no decision of the past.
    """
    at_last = rows[-1]["part_id"]
    listed = _as_known_then(overrides, rows)
    came_later = any(override > at_last for row in rows for override in overrides.get(_file(row), []))
    if came_later and (rows[0]["stood_in"] is not None or _could_be_published(rows)):
        return [row | {"known": True} for row in listed]
    return listed


def _as_known_then(overrides: dict[tuple[Any, ...], list[int]], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same, by the overrides that came while they stood there; and of each by itself, by those that came later."""
    marked = [row | _known_from(overrides.get(_file(row), []), row, rows[-1]["part_id"]) for row in rows]
    last = max((row["part_id"] for row in rows if row["known"]), default=0)
    before = [row for row in rows if row["part_id"] <= last]
    if not _could_be_published(before[:-1]):
        return marked
    nobody = {"known": True, "known_then": True, "respondents": 0, "affirmative": 0}
    everybody = {
        "known": True,
        "known_then": True,
        "respondents": sum(row["respondents"] for row in before),
        "affirmative": sum(row["affirmative"] for row in before),
        "years": sorted({year for row in before for year in row["years"]}),
    }
    return [*(row | nobody for row in before[:-1]), before[-1] | everybody, *marked[len(before) :]]


def _known_from(overrides: list[int], row: dict[str, Any], at_last: int) -> dict[str, bool]:
    """Whether a part is known now, and whether it was when the last of its list had come."""
    told = [override for override in overrides if override >= row["part_id"]]
    return {"known": bool(told), "known_then": any(override <= at_last for override in told)}


def _file(row: dict[str, Any]) -> tuple[Any, ...]:
    return (*(row[key] for key in KEYS), tuple(row["years"]))


def _could_be_published(rows: Sequence[dict[str, Any]]) -> bool:
    """Whether there is a total for which some beginning of this list would have been enough."""
    parts = tuple(Part(row["respondents"], tuple(row["years"]), 0, row["respondents"]) for row in rows)
    thresholds = Thresholds(*(rows[0][name] for name in THRESHOLDS)) if rows else None
    return thresholds is not None and any(enough(parts[: end + 1], thresholds) for end in range(len(parts)))


# ---- lists and their histories ----


def lists_with_histories(standing: pl.DataFrame) -> Iterator[tuple[int | None, list[int], History]]:
    """Each list: the number of its result, if it has one; its part_ids; and its history.

    A list that left, all of it known, tells nothing more and is left out. Where everybody had left before others came,
    that is another list.
    """
    left_known = (
        pl.col("stood_in").is_null() & pl.col("retired_in").is_not_null() & pl.col("known").all().over(LEFT_TOGETHER)
    )
    in_order = (
        standing.filter(~left_known)
        .with_columns(first_year=pl.col("years").list.first().min().over(LIST))
        .sort(LIST, "part_id")
    )
    entries = map(Entry, *(in_order[name].to_list() for name in Entry._fields))
    for _, together in groupby(entries, attrgetter(LIST)):
        yield from _split_where_empty(list(together))


def count_lists(standing: pl.DataFrame) -> int:
    return standing[LIST].n_unique()


class Entry(NamedTuple):
    """A part that joins a list. The order is that of the columns read."""

    list_number: int
    first_year: int
    part_id: int
    result_id: int | None
    total: int | None
    respondents: int
    years: list[int]
    low: int
    high: int
    known: bool
    affirmative: int | None
    minimum_respondents: int
    minimum_each_side: int
    longest_stay: int | None
    publishing: int
    retired_in: int | None
    retired_because: str | None

    @property
    def part(self) -> Part:
        """Years are counted from the list's first, so that a list like one of another decade is worked out once."""
        years = tuple([year - self.first_year for year in self.years])
        return Part(self.respondents, years, self.low, self.high)

    @property
    def told_later(self) -> int | None:
        """Its k above `low`, if it has become known since its list was judged."""
        return (
            None if self.affirmative is None or not self.known or self.low == self.high else self.affirmative - self.low
        )

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds(self.minimum_respondents, self.minimum_each_side, self.longest_stay)


def _split_where_empty(entries: list[Entry]) -> Iterator[tuple[int | None, list[int], History]]:
    standing = _standing_after_each_entry(entries)
    starts = [entry for entry, places in enumerate(standing) if len(places) == 1]
    for start, end in zip(starts, [*starts[1:], len(entries)], strict=True):
        members, last = entries[start:end], end == len(entries)
        history = History(
            tuple([entry.part for entry in members]),
            tuple([entry.thresholds for entry in members]),
            members[-1].total if last else None,
            _count_from(start, standing[start:end]),
            tuple([(place, entry.told_later) for place, entry in enumerate(members) if entry.told_later is not None]),
        )
        yield members[-1].result_id if last else None, [entry.part_id for entry in members], history


def _count_from(start: int, standing: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(place - start for place in places) for places in standing) if start else standing


def _standing_after_each_entry(entries: list[Entry]) -> tuple[tuple[int, ...], ...]:
    """For each entry, the places then on the list.

    Who is withdrawn in a publishing leaves before others enter in it. A list that its years retire leaves, whole, once
    it covers so many; others that enter in the same publishing begin a new one.
    """
    if all(entry.retired_in is None for entry in entries):
        return uninterrupted(len(entries))
    on_list: list[int] = []
    standing = []
    for number, entry in enumerate(entries):
        on_list = [place for place in on_list if not _withdrawn_by(entries[place], entry.publishing)] + [number]
        standing.append(tuple(on_list))
        covered = {year for place in on_list for year in entries[place].years}
        if len(covered) >= YEARS_BEFORE_RETIREMENT and all(
            entries[place].retired_because == BY_YEARS for place in on_list
        ):
            on_list = []
    return tuple(standing)


def _withdrawn_by(entry: Entry, publishing: int) -> bool:
    return entry.retired_because == WITHDRAWN and entry.retired_in is not None and entry.retired_in <= publishing
