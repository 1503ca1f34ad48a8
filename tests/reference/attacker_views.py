"""What the attacker finds of a single list, or of every part, where the product asks only for what is too little."""

import polars as pl

from pipelines.disclosure.attacker import Insider, audit
from pipelines.disclosure.attacker_history import History, count_values_left, uninterrupted, values_left
from pipelines.disclosure.attacker_lists import NAMES, hidden, lists_with_histories, needs_no_work, read_ledger
from pipelines.disclosure.attacker_rule import Part, Thresholds, lowest_total, published
from pipelines.disclosure.attacker_ties import count_values_left_in_ties
from pipelines.disclosure.bitsets import members


def would_publish(parts: tuple[Part, ...], total: int, tier: Thresholds) -> bool:
    """Whether the rule publishes this list, if its parts have this total."""
    place = total - lowest_total(parts)
    return place >= 0 and bool(published(parts, tier) >> place & 1)


def values_of(parts: tuple[Part, ...], total: int | None, tier: Thresholds) -> list[set[int]]:
    """The values that remain possible for each part's k, once its list was published; or (None) while it waits."""
    history = History(parts, (tier,) * len(parts), total, uninterrupted(len(parts)))
    found = values_left(history)
    return [{part.low + value for value in members(values)} for values, part in zip(found, parts, strict=True)]


def remaining(parts: pl.DataFrame, results: pl.DataFrame, *, shortcut: bool = True) -> pl.DataFrame:
    """Of every hidden part, how many values are left: part_id, promised, left."""
    standing = read_ledger(parts, results)
    in_work = standing.filter(~needs_no_work()) if shortcut else standing
    left = {
        part_id: number
        for _, part_ids, history in lists_with_histories(in_work)
        for part_id, number in zip(part_ids, count_values_left(history), strict=True)
    }
    rows = [
        (part_id, promised, left.get(part_id, promised))
        for part_id, promised in standing.filter(hidden())["part_id", "promised"].rows()
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("part_id", "promised", "left"), pl.Int64), orient="row")


def tied(parts: pl.DataFrame, results: pl.DataFrame, **frames: pl.DataFrame) -> pl.DataFrame:
    """Of the hidden parts of lists that are tied: part_id, promised, left."""
    standing = read_ledger(parts, results)
    left = count_values_left_in_ties(standing, results, **frames)
    return standing.select(*NAMES, "promised").join(left, on="part_id").select("part_id", "promised", "left")


def insiders_view(parts: pl.DataFrame, results: pl.DataFrame, insider: Insider) -> pl.DataFrame:
    """What an insider could narrow down."""
    view = audit(parts, results, insider).insider
    assert view is not None
    return view
