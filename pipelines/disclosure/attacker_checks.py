"""What a ledger of publishing must be like, whatever anybody answered. Where it is not, nothing else is worth asking.

The frames are described in `attacker`.
"""

from typing import Final

import polars as pl

from pipelines.disclosure.attacker_rule import YEARS_BEFORE_RETIREMENT

KEYS: Final = ("programme_id", "measure_id", "definition")
"""Whose waiting list it is."""
WITHDRAWN: Final = "withdrawn"
BY_YEARS: Final = "years"
"""Why parts were retired: taken back; or their list covered five years and still waited."""


class Contradiction(ValueError):
    """What publishing noted cannot have happened. Its text says why, and holds no k."""


def require(condition: bool | None, reason: str) -> None:
    if not condition:
        raise Contradiction(f"The ledger contradicts itself: {reason}.")


def check_parts(parts: pl.DataFrame) -> None:
    """Raises Contradiction where a part cannot be."""
    of_people = parts.filter(~pl.col("known"))
    k, greatest = pl.col("affirmative"), pl.min_horizontal("respondents", "most")
    require(parts["part_id"].is_unique().all(), "two parts have the same number")
    require((parts["years"].list.len() >= 1).all(), "a part has no years")
    require((parts["longest_stay"] >= 1).all(), "a longest stay is shorter than a year")
    require(of_people.select((greatest >= 0).all()).item(), "a part has no possible k")
    require(of_people.select(k.is_between(0, greatest).all()).item(), "a part has an impossible k")
    _check_retirement(parts)
    _check_definitions(parts)


def _check_retirement(parts: pl.DataFrame) -> None:
    retired = parts.filter(pl.col("retired_in").is_not_null())
    reason = pl.col("retired_because")
    taken_back, by_years = retired.filter(reason == WITHDRAWN), retired.filter(reason == BY_YEARS)
    require(retired.height == taken_back.height + by_years.height, "a part was retired for no reason")
    require(
        (taken_back["retired_in"] > taken_back["publishing"]).all(), "a part was withdrawn before it entered a list"
    )
    require((by_years["retired_in"] >= by_years["publishing"]).all(), "a part was retired before it entered a list")
    require(by_years["longest_stay"].is_null().all(), "a list was retired though its people's stay is known")
    covered = by_years.explode("years").group_by(*KEYS, "retired_in").agg(pl.col("years").n_unique())
    require((covered["years"] >= YEARS_BEFORE_RETIREMENT).all(), "a list was retired before it covered five years")


def _check_definitions(parts: pl.DataFrame) -> None:
    """A year of a programme's measure belongs to the question that was asked in it."""
    reworded = parts.group_by("measure_id").agg(pl.col("definition").n_unique()).filter(pl.col("definition") > 1)
    by_year = (
        parts.join(reworded.select("measure_id"), on="measure_id", how="semi")
        .explode("years")
        .group_by("programme_id", "measure_id", "years")
        .agg(pl.col("definition").n_unique())
    )
    require((by_year["definition"] == 1).all(), "a year stands on the lists of two definitions")


def check_results(parts: pl.DataFrame, results: pl.DataFrame) -> None:
    """Raises Contradiction where a result cannot have come of these parts."""
    placed = results.select("result_id", *KEYS, "respondents", "publishing", part_id="parts").explode("part_id")
    require(results["result_id"].is_unique().all(), "two results have the same number")
    require((results["parts"].list.len() >= 1).all(), "a result has no parts")
    require(placed["part_id"].is_unique().all(), "a part stands in two results")
    found = placed.join(parts, on="part_id", how="left", suffix="_there")
    require(found["programme_id_there"].is_not_null().all(), "a result has a part that never waited")
    for key in KEYS:
        require((found[key] == found[f"{key}_there"]).all(), f"a result has parts of another {key}")
    require((found["publishing_there"] <= found["publishing"]).all(), "a result has a part that came after it")
    require((found["retired_in"] > found["publishing"]).all(), "a result has a part that was gone before it")
    require(not (found["retired_because"] == BY_YEARS).any(), "a list was retired though it was published")
    sums = found.group_by("result_id").agg(pl.col("respondents").first(), total=pl.col("respondents_there").sum())
    require((sums["respondents"] == sums["total"]).all(), "a result's answers are not those of its parts")
    _check_five_years(parts, placed.select("result_id", "part_id"))


def _check_five_years(parts: pl.DataFrame, placed: pl.DataFrame) -> None:
    """Whether a list is retired depends on its years alone. So where the stay is not known, none that covers five
    years waits, or has waited for the last part of its result."""
    stood = parts.join(placed, on="part_id", how="left").filter(
        pl.col("result_id").is_not_null() | pl.col("retired_in").is_null()
    )
    last = pl.col("part_id").max().over(*KEYS, "result_id")
    covered = (
        stood.filter(pl.col("longest_stay").is_null())
        .filter(pl.col("result_id").is_null() | (pl.col("part_id") < last))
        .explode("years")
        .group_by(*KEYS, "result_id")
        .agg(pl.col("years").n_unique())
    )
    require((covered["years"] < YEARS_BEFORE_RETIREMENT).all(), "a list that covers five years was not retired")


def check_seen(parts: pl.DataFrame, results: pl.DataFrame, seen: pl.DataFrame) -> None:
    """Raises Contradiction where somebody's answers stand in two results, or where more is published than was seen."""
    source = ("programme_id", "measure_id", "year", "submission_id")
    placed = results.select("result_id", "programme_id", "measure_id", "respondents", part_id="parts").explode(
        "part_id"
    )
    published = seen.join(placed.select("result_id", "part_id"), on="part_id")
    require(published.select(source).is_unique().all(), "somebody's answers stand in two results")
    answered = seen.select(*source, "respondents").unique()
    require(answered.select(source).is_unique().all(), "a file has two numbers of answers to a question")
    _check_years_seen(parts, published)
    shown = results.group_by("programme_id", "measure_id").agg(shown=pl.col("respondents").sum())
    there = answered.group_by("programme_id", "measure_id").agg(seen=pl.col("respondents").clip(0).sum())
    exceeded = shown.join(there, on=["programme_id", "measure_id"], how="left").with_columns(
        pl.col("seen").fill_null(0)
    )
    require((exceeded["shown"] <= exceeded["seen"]).all(), "more answers are published than were seen")


def check_codes(parts: pl.DataFrame, results: pl.DataFrame, seen: pl.DataFrame, unnamed: pl.DataFrame) -> None:
    """Raises Contradiction where a result that is shown under a code has answers that were seen under the name."""
    since = unnamed.select("programme_id", since="publishing")
    before = seen.join(since, on="programme_id").filter(pl.col("publishing") < pl.col("since"))
    stands = parts.filter(pl.col("retired_in").is_null()).join(before, on="part_id", how="semi")
    shown = results.select("result_id", part_id="parts").explode("part_id").join(stands, on="part_id", how="semi")
    require(shown.is_empty(), "what was seen under a name is shown under a code")


def _check_years_seen(parts: pl.DataFrame, published: pl.DataFrame) -> None:
    """Of every part of a result, and so of every year: not more answers than were seen."""
    stands = parts.join(published.select("part_id").unique(), on="part_id", how="semi")
    came = published.group_by("part_id").agg(seen=pl.col("respondents").sum(), seen_in=pl.col("year").unique())
    both = stands.join(came, on="part_id")
    require((both["respondents"] <= both["seen"]).all(), "more answers of a year are published than were seen")
    foreign = both["seen_in"].list.set_difference(both["years"])
    require((foreign.list.len() == 0).all(), "a part has answers of a year that it does not cover")
