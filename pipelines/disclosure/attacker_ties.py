"""What ties parts to each other beyond the list they stand on, by integer programming.

A measure within another bounds its k; a part's subgroups sum to it; and the parts of one academic year sum to what the
year's k is. The frames are described in `attacker`.
"""

from collections.abc import Mapping
from itertools import chain
from typing import Final

import numpy as np
import polars as pl

from pipelines.disclosure.attacker_checks import KEYS
from pipelines.disclosure.attacker_history import History
from pipelines.disclosure.attacker_lists import LIST, hidden, lists_with_histories
from pipelines.disclosure.attacker_rule import lowest_total, published
from pipelines.disclosure.bitsets import interval, runs
from pipelines.disclosure.integer_program import System

TIE: Final = {"inner_part": pl.Int64, "outer_part": pl.Int64}
SHARE: Final = {"part_id": pl.Int64, "share": pl.String, "respondents": pl.Int64, "affirmative": pl.Int64}
SHOWN: Final = {"result_id": pl.Int64, "share": pl.String, "affirmative": pl.Int64}


def count_values_left_in_ties(
    standing: pl.DataFrame,
    results: pl.DataFrame,
    ties: pl.DataFrame | None = None,
    shares: pl.DataFrame | None = None,
    shown: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """How many values remain for each hidden part of a list that something ties to another: part_id, left.

    It is counted no further than promised.
    """
    binding = _binding_ties(_or_empty(ties, TIE), standing)
    shares, shown = _or_empty(shares, SHARE), _or_empty(shown, SHOWN)
    touched = list(chain(binding["inner_part"], binding["outer_part"], shares["part_id"]))
    in_lists, system, k = _system_of_lists(standing, touched)
    for inner, outer in binding.iter_rows():
        system.bind({k[outer]: 1, k[inner]: -1}, 0, np.inf)
    _bind_shares(system, k, shares, shown.join(results.select("result_id", "parts"), on="result_id"))
    parts = in_lists.filter(hidden())["part_id", "promised"].rows()
    rows = [(part_id, system.count(k[part_id], promised)) for part_id, promised in parts]
    return pl.DataFrame(rows, schema={"part_id": pl.Int64, "left": pl.Int64}, orient="row")


def count_values_left_of_years(standing: pl.DataFrame) -> pl.DataFrame:
    """How many values remain for the k of years that stand in several hidden parts, no further than promised.

    Gives programme_id, measure_id, definition, years, promised, found. A year whose parts make up a result has been
    shown by itself and is left out. What is left of a year in one hidden part is what is left of that part; and a part
    that covers other years as well adds to a year an unknown share, which never makes it easier to tell.
    """
    split = _split_years(standing)
    _, system, k = _system_of_lists(standing, [part_id for row in split["part_id"] for part_id in row])
    years = []
    for part_ids in split["part_id"]:
        year = system.number(-np.inf, np.inf)
        system.bind({year: -1} | {k[part_id]: 1 for part_id in part_ids}, 0, 0)
        years.append(year)
    found = [system.count(year, promised) for year, promised in zip(years, split["promised"], strict=True)]
    return split.drop("part_id").with_columns(pl.Series("found", found, dtype=pl.Int64))


def _split_years(standing: pl.DataFrame) -> pl.DataFrame:
    """Years in several hidden parts: KEYS, years, part_id (all of these), promised."""
    whole_result = (pl.col("result_id").n_unique() == 1) & (pl.col("parts_of_result") == pl.len())
    return (
        standing.with_columns(parts_of_result=pl.len().over("stood_in"))
        .filter(hidden())
        .filter(pl.len().over(*KEYS, pl.col("years").list.first()) > 1)
        .group_by(*KEYS, "years", maintain_order=True)
        .agg(
            "part_id",
            promised=pl.min_horizontal(pl.col("minimum_each_side").max(), (pl.col("high") - pl.col("low")).sum() + 1),
            shown=pl.col("stood_in").is_not_null().all() & whole_result.all(),
        )
        .filter((pl.col("part_id").list.len() > 1) & ~pl.col("shown"))
        .drop("shown")
    )


def _or_empty(frame: pl.DataFrame | None, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.DataFrame(schema=schema) if frame is None else frame.select(*schema)


def _binding_ties(ties: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """The ties that say more than n, `most` and the published results do by themselves."""
    exact = pl.when("alone").then("total").when("known").then("affirmative")
    ends = standing.select("part_id", least=exact.otherwise("low"), greatest=exact.otherwise("high"))
    return (
        ties.join(ends, left_on="inner_part", right_on="part_id")
        .join(ends, left_on="outer_part", right_on="part_id", suffix="_outer")
        .filter(pl.col("greatest") > pl.col("least_outer"))
        .select(*TIE)
    )


def _system_of_lists(standing: pl.DataFrame, touched: list[int]) -> tuple[pl.DataFrame, System, dict[int, int]]:
    """All parts of the lists in which these stand; what is known of their k, as a system; and the number of each k."""
    tied = pl.col("part_id").is_in(touched).any().over(LIST)
    in_lists = standing.filter(tied) if touched else standing.clear()
    system, k = System(), dict[int, int]()
    for _, part_ids, history in lists_with_histories(in_lists):
        k.update(zip(part_ids, _bind_history(system, history), strict=True))
    return in_lists, system, k


def _bind_history(system: System, history: History) -> list[int]:
    """Enter the k of a list's parts into a system, and the totals that its history allows."""
    told = {place: history.parts[place].low + value for place, value in history.told_later}
    k = [
        system.number(told.get(place, part.low), told.get(place, part.high)) for place, part in enumerate(history.parts)
    ]
    for entry, (on_list, barred) in enumerate(zip(history.standing, history.barred(published), strict=True)):
        parts = history.on_list(entry)
        lowest = lowest_total(parts)
        allowed = interval(0, sum(part.span for part in parts)) & ~barred
        system.bind_to_runs(
            {k[place]: 1 for place in on_list}, [(lowest + first, lowest + last) for first, last in runs(allowed)]
        )
    return k


def _bind_shares(system: System, k: Mapping[int, int], shares: pl.DataFrame, shown: pl.DataFrame) -> None:
    """A part's subgroups sum to it; what was published of a subgroup is its sum over the parts of the result."""
    of_part: dict[int, dict[str, int]] = {}
    for part_id, share, respondents, affirmative in shares.iter_rows():
        ends = (0, respondents) if affirmative is None else (affirmative, affirmative)
        of_part.setdefault(part_id, {})[share] = system.number(*ends)
    for part_id, numbers in of_part.items():
        system.bind({k[part_id]: -1} | dict.fromkeys(numbers.values(), 1), 0, 0)
    for share, affirmative, part_ids in shown.select("share", "affirmative", "parts").iter_rows():
        numbers_shown = [of_part[part_id][share] for part_id in part_ids if share in of_part.get(part_id, {})]
        system.bind(dict.fromkeys(numbers_shown, 1), affirmative, affirmative)
