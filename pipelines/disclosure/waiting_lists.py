"""Waiting lists: what publishing sees, in which order it waits, and what of it becomes a result. Pure functions.

The frames are described in `ledger`. Whether a list is published is decided in `rule`.
"""

from dataclasses import replace
from typing import Any

import polars as pl

from pipelines.academic_year import first_calendar_year, year_named
from pipelines.disclosure.ledger import (
    FIVE_YEARS,
    LIST_KEYS,
    MEASURE_KEYS,
    PART,
    RETIRED,
    THRESHOLDS,
    UNNAMED,
    WITHDRAWN,
    YEAR_KEYS,
    Ledger,
)
from pipelines.disclosure.rule import Part, Thresholds, could_be_published, decide, people
from pipelines.disclosure.subgroups import subgroup_shares

YEARS_BEFORE_RETIREMENT = 5
"""A list that covers so many years and still waits is retired whole, where nobody knows how long people stay."""
SUBMISSION_KEYS = ("submission_id", "programme_id", "academic_year")
"""What is withdrawn: of a submission, a programme's year."""
IN_A_LIST = ("respondents", "years", "least", "most")
"""What is known of each part of a list."""


def advance(
    ledger: Ledger,
    contributions: pl.DataFrame,
    measures: pl.DataFrame,
    publishing: int,
    withdrawn: pl.DataFrame,
    overridden: pl.DataFrame,
    unnamed: pl.DataFrame,
) -> Ledger:
    """One publishing: what it adds to the ledger.

    `contributions`: what stands of closed years: LIST_KEYS, academic_year, subgroup, submission_id, dataset,
    respondents, affirmative. `measures`: the catalogue's measure frame. `publishing`: its number, from 1. `withdrawn`:
    submission_id, programme_id, academic_year of everything ever taken back. `overridden`: YEAR_KEYS, submission_id,
    respondents and affirmative of counts that were set aside and are let through now. `unnamed`: programme_id and
    publishing of programmes that were named and are not any more: the first publishing since then.
    """
    totals = _add_up_subgroups(contributions)
    retired = _retire(ledger, withdrawn, unnamed, publishing)
    grown = replace(ledger, retired=pl.concat([ledger.retired, retired]))
    seen = _see(grown, totals, withdrawn, overridden, publishing)
    grown = replace(grown, seen=pl.concat([ledger.seen, seen]))
    datasets = totals.select(*YEAR_KEYS, "dataset")
    for _, level in measures.group_by("depth", maintain_order=True):
        entering = _entering(grown, level, datasets, withdrawn, unnamed, publishing)
        grown = _publish_lists(grown, entering, publishing)
    shares = subgroup_shares(grown, contributions, measures, publishing)
    return Ledger(
        seen,
        grown.parts[ledger.parts.height :],
        grown.results[ledger.results.height :],
        grown.retired[ledger.retired.height :],
        shares,
    )


# ---- what publishing sees ----


def _add_up_subgroups(contributions: pl.DataFrame) -> pl.DataFrame:
    return contributions.group_by(*LIST_KEYS, "academic_year", maintain_order=True).agg(
        pl.col("submission_id", "dataset").first(), pl.col("respondents", "affirmative").sum()
    )


def _see(
    ledger: Ledger, totals: pl.DataFrame, withdrawn: pl.DataFrame, overridden: pl.DataFrame, publishing: int
) -> pl.DataFrame:
    """What is seen for the first time, and the differences that overrides let through: to what still stands, so all of
    a file where what was seen before it has been taken back."""
    first_seen = totals.join(ledger.seen, on=YEAR_KEYS, how="anti").with_columns(known=pl.lit(value=False))
    stands = pl.col("seen_id").is_in(taken_back(ledger, withdrawn)).not_()
    before = ledger.seen.group_by(YEAR_KEYS).agg(
        pl.col("definition").first(), pl.col("respondents", "affirmative").filter(stands).sum().name.suffix("_before")
    )
    differences = overridden.join(before, on=YEAR_KEYS).with_columns(
        pl.col("respondents") - pl.col("respondents_before"),
        pl.col("affirmative") - pl.col("affirmative_before"),
        known=pl.lit(value=True),
    )
    columns = [name for name in ledger.seen.columns if name not in {"seen_id", "publishing"}]
    rows = pl.concat([first_seen.select(columns), differences.select(columns)]).sort(*YEAR_KEYS)
    return rows.select(
        _numbers_after(ledger.seen, "seen_id"), pl.lit(publishing, pl.Int64).alias("publishing"), *columns
    )


def used_up(ledger: Ledger, withdrawn: pl.DataFrame, unnamed: pl.DataFrame) -> pl.DataFrame:
    """The years of which something was counted that still stands and does not wait any more: YEAR_KEYS. It stands in a
    result, or was retired with its list. An override of such a year has nothing to correct. `withdrawn` and `unnamed`
    as `advance` takes them: what they will retire does not wait either."""
    now = what_stands(ledger, withdrawn, unnamed)
    waiting = now.waiting.select(seen_id="seen").explode("seen_id")
    gone = now.seen_of_parts.join(waiting, on="seen_id", how="anti")
    return now.seen.join(gone, on="seen_id", how="semi").select(YEAR_KEYS).unique()


def what_stands(ledger: Ledger, withdrawn: pl.DataFrame, unnamed: pl.DataFrame) -> Ledger:
    """A ledger without the rows of seen that were taken back, in which everything is retired that the next publishing
    will retire. `withdrawn` and `unnamed` as `advance` takes them."""
    now = replace(ledger, retired=pl.concat([ledger.retired, _retire(ledger, withdrawn, unnamed, 0)]))
    return replace(now, seen=now.seen.filter(~pl.col("seen_id").is_in(taken_back(now, withdrawn))))


def standing_overrides(ledger: Ledger, withdrawn: pl.DataFrame, unnamed: pl.DataFrame) -> pl.DataFrame:
    """What overrides let through and what still stands, as rows of seen: not what was taken back, nor what was let
    through while its programme was still named. `withdrawn` and `unnamed` as `advance` takes them."""
    stands = ~pl.col("seen_id").is_in(taken_back(ledger, withdrawn))
    under_its_name = _seen_before(ledger.seen, unnamed).select("seen_id")
    return ledger.seen.filter(stands & pl.col("known")).join(under_its_name, on="seen_id", how="anti")


def taken_back(ledger: Ledger, withdrawn: pl.DataFrame) -> list[int]:
    """The rows of seen that no longer stand: of files that were withdrawn, and the differences that went with them."""
    files = ledger.seen.join(withdrawn, on=SUBMISSION_KEYS, how="semi")
    retired = ledger.seen_of_parts.join(ledger.retired.filter(pl.col("reason") == WITHDRAWN), on="part_id")
    differences = ledger.seen.filter("known").join(retired, on="seen_id", how="semi")
    with_files = differences.join(files.filter(~pl.col("known")), on=YEAR_KEYS, how="semi")
    return [*files["seen_id"], *with_files["seen_id"]]


def _numbers_after(frame: pl.DataFrame, column: str) -> pl.Expr:
    """Numbers that go on from the largest there is."""
    return pl.int_range(1, pl.len() + 1).cast(pl.Int64).add(frame[column].max() or 0).alias(column)


# ---- what enters a list ----


def _entering(
    ledger: Ledger,
    level: pl.DataFrame,
    datasets: pl.DataFrame,
    withdrawn: pl.DataFrame,
    unnamed: pl.DataFrame,
    publishing: int,
) -> pl.DataFrame:
    """The parts that enter the lists of some measures in this publishing, in calendar order.

    What an override lets through goes first, so that all it tells of has stood there since an earlier publishing. What
    was seen and then withdrawn, before there was a result to which it belongs, never enters; nor does what was seen
    while its programme was still named.
    """
    columns = ("measure_id", "parent", "base", "within", *THRESHOLDS)
    under_its_name = _seen_before(ledger.seen, unnamed).select("seen_id")
    seen = (
        ledger.seen.join(level.select(columns), on="measure_id")
        .join(withdrawn, on=SUBMISSION_KEYS, how="anti")
        .join(under_its_name, on="seen_id", how="anti")
    )
    roots = _root_parts(seen.filter(pl.col("parent").is_null() & (pl.col("publishing") == publishing)))
    dependents = _dependent_parts(ledger, seen.filter(pl.col("parent").is_not_null()), datasets)
    return (
        pl.concat([roots, dependents], how="diagonal_relaxed")
        .filter((pl.col("respondents") != 0) | pl.col("known"))
        .sort(*LIST_KEYS, ~pl.col("known"), pl.col("years").list.last(), "parent_result")
        .with_columns(_numbers_after(ledger.parts, "part_id"), pl.lit(publishing, pl.Int64).alias("publishing"))
        .select(pl.col(name).cast(dtype) for name, dtype in PART.items())
    )


def _seen_before(rows: pl.DataFrame, unnamed: pl.DataFrame) -> pl.DataFrame:
    """The rows of the ledger that came when their programmes were still named."""
    since = unnamed.select("programme_id", pl.col("publishing").alias("since"))
    return rows.join(since, on="programme_id", maintain_order="left").filter(pl.col("publishing") < pl.col("since"))


def _root_parts(seen: pl.DataFrame) -> pl.DataFrame:
    """Of a measure put to everybody, each row of seen is a part."""
    return seen.select(
        *LIST_KEYS,
        pl.lit(None, pl.Int64).alias("parent_result"),
        pl.concat_list("seen_id").alias("seen"),
        pl.concat_list(first_calendar_year("academic_year")).alias("years"),
        "respondents",
        "affirmative",
        pl.when("known").then("affirmative").otherwise(0).alias("least"),
        pl.when("known").then("affirmative").otherwise("respondents").alias("most"),
        "known",
        *THRESHOLDS,
    )


def _dependent_parts(ledger: Ledger, seen: pl.DataFrame, datasets: pl.DataFrame) -> pl.DataFrame:
    """What belongs to each whole result of the measure that another depends on, once.

    A result counts only if the dependent measure was seen in all its years; otherwise n would tell of a part of it.
    A file of counts can leave out the row of a question that nobody was left to be asked. A dependent measure of a pool
    would then tell of each year that somebody was left. So of counts it must be a result of a single part.
    A measure within another has at most that one's published k. If that one was put to everybody, others know how many
    answered each question in each year, and the k of those few would bound a year of the other's pool: so it must be
    a result of a single part.
    """
    seen_under_results = seen.join(datasets, on=YEAR_KEYS, how="left").join(
        _years_of_results(ledger), left_on=["programme_id", "parent", "academic_year"], right_on=YEAR_KEYS
    )
    from_counts = (pl.col("dataset") == "counts").any().alias("from_counts")
    whole = seen_under_results.group_by(*LIST_KEYS, "parent_result", maintain_order=True).agg(
        pl.col("seen_id").sort().alias("seen"),
        pl.col("respondents", "affirmative").sum(),
        pl.col("within", "base", "result_years", "result_k", "result_parts", *THRESHOLDS).first(),
        from_counts,
    )
    single = pl.col("result_parts") == 1
    most = pl.min_horizontal("respondents", "result_k")
    return (
        whole.filter(pl.col("seen").list.len() == pl.col("result_years").list.len())
        .join(ledger.parts, on=[*MEASURE_KEYS, "parent_result"], how="anti")
        .filter(single | ~pl.col("from_counts"))
        .filter(single | pl.col("within").is_null() | pl.col("base").is_not_null())
        .with_columns(
            pl.col("result_years").list.eval(first_calendar_year(pl.element())).alias("years"),
            pl.lit(0, pl.Int64).alias("least"),
            pl.when(pl.col("within").is_not_null()).then(most).otherwise("respondents").alias("most"),
            pl.lit(value=False).alias("known"),
        )
        .drop("within", "base", "result_years", "result_k", "result_parts", "from_counts")
    )


def _years_of_results(ledger: Ledger) -> pl.DataFrame:
    """Each year of a live result on which other measures may depend: YEAR_KEYS, parent_result, result_years, result_k,
    result_parts. There is none where an override told more of one of its years: whose answers these are is not plain
    any more."""
    overridden = ledger.seen.filter(pl.col("known")).select(YEAR_KEYS).unique()
    years = ledger.live_results.select(
        *MEASURE_KEYS,
        pl.col("years").alias("academic_year"),
        pl.col("result_id").alias("parent_result"),
        pl.col("years").alias("result_years"),
        pl.col("affirmative").alias("result_k"),
        pl.col("parts").list.len().alias("result_parts"),
    ).explode("academic_year")
    touched = years.join(overridden, on=YEAR_KEYS, how="semi").select("parent_result")
    return years.join(touched, on="parent_result", how="anti")


# ---- what leaves a list ----


def _publish_lists(ledger: Ledger, entering: pl.DataFrame, publishing: int) -> Ledger:
    """The ledger after these parts have entered one after another.

    A list is judged when one of its own parts has entered, and at no other time. A list that a withdrawal made shorter
    is not judged again until then: when it is judged must not depend on what other programmes load.
    """
    standing = _apply_override_knowledge(pl.concat([ledger.waiting, entering]), ledger.seen)
    enters = pl.col("part_id").is_in(entering["part_id"].implode())
    lists = _as_lists(standing.filter(~enters))
    queue = standing.filter(enters).with_columns(turn=pl.int_range(pl.len()).over(LIST_KEYS))
    published, retired = [lists.clear()], [lists.clear()]
    for _, parts in queue.sort("turn", "part_id").group_by("turn", maintain_order=True):
        untouched = lists.join(parts, on=LIST_KEYS, how="anti")
        joined = _add_to_lists(lists, _as_lists(parts.drop("turn")))
        verdict = decide(joined)
        published.append(joined.filter(verdict))
        withheld = joined.filter(~verdict)
        covers_five_years = _covers_five_years(withheld)
        retired.append(withheld.filter(covers_five_years))
        lists = pl.concat([untouched, withheld.filter(~covers_five_years)])
    parts = pl.concat([ledger.parts, entering])
    gone = pl.concat(retired)["parts"].explode().drop_nulls().sort()
    return replace(
        ledger,
        parts=parts,
        results=pl.concat([ledger.results, _as_results(ledger, parts, pl.concat(published), publishing)]),
        retired=pl.concat([ledger.retired, _as_retired(gone.to_list(), publishing, FIVE_YEARS)]),
    )


def _as_lists(parts: pl.DataFrame) -> pl.DataFrame:
    """Lists as rows, from their parts in order. A list keeps the thresholds of its first part."""
    return parts.group_by(LIST_KEYS, maintain_order=True).agg(
        pl.col("part_id").alias("parts"),
        pl.col(IN_A_LIST),
        pl.col("affirmative").sum(),
        pl.col(THRESHOLDS).first(),
    )


def _add_to_lists(lists: pl.DataFrame, entering: pl.DataFrame) -> pl.DataFrame:
    """The lists that something enters now, with these parts at their ends."""
    return (
        pl.concat([lists.join(entering, on=LIST_KEYS, how="semi"), entering])
        .group_by(LIST_KEYS, maintain_order=True)
        .agg(pl.col("parts", *IN_A_LIST).explode(), pl.col("affirmative").sum(), pl.col(THRESHOLDS).first())
    )


def _covers_five_years(lists: pl.DataFrame) -> pl.Series:
    """Whether a list covers so many years that it will not be published any more: by its years alone."""
    rows = lists.with_row_index("row")
    covered = (
        rows.filter(pl.col("longest_stay").is_null())
        .select("row", pl.col("years"))
        .explode("years")
        .explode("years")
        .group_by("row")
        .agg(pl.col("years").n_unique())
    )
    many = covered.filter(pl.col("years") >= YEARS_BEFORE_RETIREMENT)["row"]
    return rows.select(pl.col("row").is_in(many.implode())).to_series()


def _as_results(ledger: Ledger, parts: pl.DataFrame, lists: pl.DataFrame, publishing: int) -> pl.DataFrame:
    ordered = lists.sort(*LIST_KEYS, pl.col("parts").list.first())
    numbered = ordered.with_columns(_numbers_after(ledger.results, "result_id"), people(ordered))
    years = (
        numbered.select("result_id", part_id="parts")
        .explode("part_id")
        .join(parts.select("part_id", "years"), on="part_id")
        .explode("years")
        .group_by("result_id")
        .agg(year_named(pl.col("years")).unique().sort())
    )
    return (
        numbered.drop("years")
        .join(years, on="result_id", maintain_order="left")
        .with_columns(pl.col("respondents").list.sum(), pl.lit(publishing, pl.Int64).alias("publishing"))
        .select(ledger.results.columns)
    )


def _as_retired(part_ids: list[int], publishing: int, reason: str) -> pl.DataFrame:
    rows = {"part_id": part_ids, "publishing": [publishing] * len(part_ids), "reason": [reason] * len(part_ids)}
    return pl.DataFrame(rows, schema=RETIRED)


# ---- what overrides give away ----


def _apply_override_knowledge(waiting: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Parts in the order of their lists, with what an override makes known.

    It tells of all of the file it corrects. If the list could already have been published for some total, it tells of
    everything that then stood there; such a list is known to the last, and counts as one part.
    """
    overridden = waiting.filter("known").select(LIST_KEYS).unique()
    if overridden.is_empty():
        return waiting
    years = seen.select(pl.col("seen_id").alias("first_seen"), "academic_year")
    touched = (
        waiting.join(overridden, on=LIST_KEYS, how="semi", maintain_order="left")
        .join(years, left_on=pl.col("seen").list.first(), right_on="first_seen", maintain_order="left")
        .sort("part_id")
    )
    rows = [
        row
        for _, parts in touched.group_by(LIST_KEYS, maintain_order=True)
        for row in _as_known_from_overrides(parts.to_dicts())
    ]
    known = pl.DataFrame(rows, schema=touched.schema).select(waiting.columns)
    return pl.concat([waiting.join(overridden, on=LIST_KEYS, how="anti", maintain_order="left"), known])


def _as_known_from_overrides(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    overrides = {part["academic_year"]: part["part_id"] for part in parts if part["known"]}
    last = max(overrides.values())
    marked = [part | _known_if(part, part["part_id"] <= overrides.get(part["academic_year"], 0)) for part in parts]
    before = [part for part in parts if part["part_id"] <= last]
    if not _could_be_published(before[:-1]):
        return marked
    nobody = {"respondents": 0, "affirmative": 0, "least": 0, "most": 0}
    together = sum(part["affirmative"] for part in before)
    everybody = {
        "respondents": sum(part["respondents"] for part in before),
        "affirmative": together,
        "least": together,
        "most": together,
        "years": sorted({year for part in before for year in part["years"]}),
    }
    return [*(part | nobody for part in before[:-1]), before[-1] | everybody, *marked[len(before) :]]


def _known_if(part: dict[str, Any], known: bool) -> dict[str, Any]:
    return {"least": part["affirmative"], "most": part["affirmative"]} if known else {}


def _could_be_published(parts: list[dict[str, Any]]) -> bool:
    """Whether there is a total for which this list, or a beginning of it, would have been published."""
    listed = tuple(Part(row["respondents"], tuple(row["years"]), 0, row["respondents"]) for row in parts)
    return bool(parts) and could_be_published(listed, Thresholds(*(parts[0][name] for name in THRESHOLDS)))


# ---- what is taken off the lists for ever ----


def _retire(ledger: Ledger, withdrawn: pl.DataFrame, unnamed: pl.DataFrame, publishing: int) -> pl.DataFrame:
    """The parts that withdrawals take away, and all parts that programmes had while they were still named.

    Of these the published ones go too. Else what depends on them could be published under the code, and its n is
    their k, which was published under the name.
    """
    gone = set(ledger.retired["part_id"])
    taken_back = _withdrawn_parts(ledger, withdrawn) - gone
    named = set(_seen_before(ledger.parts, unnamed)["part_id"]) - gone - taken_back
    return pl.concat(
        [
            _as_retired(sorted(taken_back), publishing, WITHDRAWN),
            _as_retired(sorted(named), publishing, UNNAMED),
        ]
    )


def _withdrawn_parts(ledger: Ledger, withdrawn: pl.DataFrame) -> set[int]:
    """Every part that withdrawals take off.

    With a part goes the result it stands in, all of it, and whatever depends on that result; and with a file every
    difference to it that an override let through. Of a list that still waits only the part goes, unless the list could
    have been published for some total: that it was withheld tells of the others too, and all of it goes.
    """
    there = ledger.seen.join(ledger.seen_of_parts, on="seen_id").join(ledger.retired, on="part_id", how="anti")
    gone = there.join(withdrawn, on=SUBMISSION_KEYS, how="semi")
    differences = there.filter("known").join(gone.filter(~pl.col("known")), on=YEAR_KEYS, how="semi")
    hit = set(gone["part_id"]) | set(differences["part_id"])
    before = -1
    while len(hit) > before:
        before = len(hit)
        hit |= _with_results(ledger, hit)
    touched = ledger.waiting.filter(pl.col("part_id").is_in(sorted(hit)).any().over(LIST_KEYS))
    lists = (parts.to_dicts() for _, parts in touched.group_by(LIST_KEYS, maintain_order=True))
    return hit | {part["part_id"] for parts in lists if _could_be_published(parts) for part in parts}


def _with_results(ledger: Ledger, hit: set[int]) -> set[int]:
    """The parts that stand in one result with any of these, and the parts that depend on such a result."""
    results = ledger.results.filter(pl.col("parts").list.set_intersection(sorted(hit)).list.len() > 0)
    together = set(results["parts"].explode().drop_nulls())
    depending = ledger.parts.filter(pl.col("parent_result").is_in(results["result_id"].implode()))
    return together | set(depending["part_id"])
