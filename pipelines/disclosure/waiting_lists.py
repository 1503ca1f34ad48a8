"""Waiting lists: what publishing has seen, in which order it waits, and what of it becomes a result. Pure functions.

These frames make the ledger, and none of their rows is ever changed:

- a **version** is what publishing first saw of a programme, measure and year; a file that replaces one it has seen
  enters as the difference to what it saw before;
- a **part** stands on a waiting list: one version of a measure put to everybody; for a measure that hangs on another,
  everything that belongs to one whole result of that other;
- a **result** is a list that was published: parts in order; a **share** of it is a subgroup shown with it.

Whatever a withdrawal has retired stays in the ledger and is used up: nobody stands in two results, ever.
"""

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pipelines.disclosure.rule import LIST_KEYS, decide, enough

YEAR_KEYS = (*LIST_KEYS, "academic_year")

VERSION: dict[str, Any] = {
    "version_id": pl.Int64,
    "publishing": pl.Int64,
    "programme_id": pl.String,
    "measure_id": pl.String,
    "academic_year": pl.String,
    "submission_id": pl.String,
    "respondents": pl.Int64,
    "affirmative": pl.Int64,
    "correction": pl.Boolean,
    "known": pl.Boolean,
}
PART: dict[str, Any] = {
    "part_id": pl.Int64,
    "publishing": pl.Int64,
    "programme_id": pl.String,
    "measure_id": pl.String,
    "parent_result": pl.Int64,
    "versions": pl.List(pl.Int64),
    "respondents": pl.Int64,
    "least": pl.Int64,
    "most": pl.Int64,
    "affirmative": pl.Int64,
    "known": pl.Boolean,
    "minimum_respondents": pl.Int64,
    "minimum_each_side": pl.Int64,
}
RESULT: dict[str, Any] = {
    "result_id": pl.Int64,
    "publishing": pl.Int64,
    "programme_id": pl.String,
    "measure_id": pl.String,
    "parts": pl.List(pl.Int64),
    "years": pl.List(pl.String),
    "respondents": pl.Int64,
    "affirmative": pl.Int64,
}
RETIRED: dict[str, Any] = {"part_id": pl.Int64, "publishing": pl.Int64}
SHARE: dict[str, Any] = {"result_id": pl.Int64, "subgroup": pl.String, "respondents": pl.Int64, "affirmative": pl.Int64}


@dataclass(frozen=True)
class Ledger:
    """What publishing has seen and done, the parts withdrawals have retired, and the subgroups shown."""

    versions: pl.DataFrame
    parts: pl.DataFrame
    results: pl.DataFrame
    retired: pl.DataFrame
    shares: pl.DataFrame

    @classmethod
    def empty(cls) -> "Ledger":
        return cls(*(pl.DataFrame(schema=schema) for schema in (VERSION, PART, RESULT, RETIRED, SHARE)))

    @property
    def frames(self) -> tuple[pl.DataFrame, ...]:
        return self.versions, self.parts, self.results, self.retired, self.shares

    def __add__(self, new: "Ledger") -> "Ledger":
        return Ledger(*(pl.concat(pair) for pair in zip(self.frames, new.frames, strict=True)))

    @property
    def published(self) -> pl.DataFrame:
        """Live results as a release shows them: LIST_KEYS, first_year, last_year, years, respondents, affirmative."""
        return self.live_results.select(
            "result_id",
            *LIST_KEYS,
            pl.col("years").list.first().alias("first_year"),
            pl.col("years").list.last().alias("last_year"),
            "years",
            "respondents",
            "affirmative",
        )

    @property
    def live_results(self) -> pl.DataFrame:
        """Results none of whose parts is retired."""
        gone = self.results.explode("parts").join(self.retired, left_on="parts", right_on="part_id")
        return self.results.join(gone, on="result_id", how="anti")

    @property
    def waiting(self) -> pl.DataFrame:
        """The parts that wait, in order."""
        published = self.results.explode("parts")
        return (
            self.parts.join(published, left_on="part_id", right_on="parts", how="anti")
            .join(self.retired, on="part_id", how="anti")
            .sort("part_id")
        )


@dataclass(frozen=True)
class Step:
    """What one publishing adds to the ledger, and the corrections it holds back."""

    new: Ledger
    held: pl.DataFrame


def advance(
    ledger: Ledger,
    contributions: pl.DataFrame,
    measures: pl.DataFrame,
    publishing: int,
    withdrawn: pl.DataFrame,
    overridden: pl.DataFrame,
) -> Step:
    """One publishing.

    `contributions`: what stands: YEAR_KEYS, subgroup, submission_id, dataset, respondents, affirmative. `measures`: the
    catalogue's measure frame. `publishing`: the number of this publishing, from 1. `withdrawn`: submission_id,
    programme_id and academic_year of everything taken back. `overridden`: YEAR_KEYS of held corrections let through.
    """
    totals = _totals(contributions)
    retired = _retired(ledger, withdrawn, publishing)
    grown = replace(ledger, retired=pl.concat([ledger.retired, retired]))
    versions, held = _observed(grown, totals, measures, publishing, overridden)
    grown = replace(grown, versions=pl.concat([grown.versions, versions]))
    asked = totals.join(held, on=YEAR_KEYS, how="anti").select(*YEAR_KEYS, "dataset")
    for _, level in measures.group_by("depth", maintain_order=True):
        entering = _entering(grown, level, asked, publishing)
        results = _published(grown, entering, publishing)
        grown = replace(grown, parts=pl.concat([grown.parts, entering]), results=pl.concat([grown.results, results]))
    shares = _shares(grown, contributions, measures, publishing)
    new = Ledger(versions, grown.parts[ledger.parts.height :], grown.results[ledger.results.height :], retired, shares)
    return Step(new, held)


# ---- what publishing sees ----


def _totals(contributions: pl.DataFrame) -> pl.DataFrame:
    """Everybody asked: the sum over subgroups."""
    return contributions.group_by(YEAR_KEYS, maintain_order=True).agg(
        pl.col("submission_id", "dataset").first(), pl.col("respondents", "affirmative").sum()
    )


def _observed(
    ledger: Ledger, totals: pl.DataFrame, measures: pl.DataFrame, publishing: int, overridden: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """New versions; and the corrections held because no group of people can be the difference.

    An override lets one through as a known fact, for measures put to everybody. Of a measure that hangs on another
    nothing new is a version too: that nobody was left to be asked must not show in the years of a result.
    """
    seen = ledger.versions.group_by(YEAR_KEYS).agg(
        pl.col("respondents", "affirmative").sum(), pl.col("submission_id").last().alias("seen_in"), correction=True
    )
    n, k = pl.col("respondents"), pl.col("affirmative")
    newly_sent = pl.col("submission_id").ne_missing(pl.col("seen_in"))
    changes = (
        totals.join(measures.select("measure_id", "parent"), on="measure_id")
        .join(seen, on=YEAR_KEYS, how="left", suffix="_seen")
        .with_columns(n - pl.col("respondents_seen").fill_null(0), k - pl.col("affirmative_seen").fill_null(0))
        .filter((n != 0) | (k != 0) | (pl.col("parent").is_not_null() & newly_sent))
        .join(overridden.with_columns(overridden=True), on=YEAR_KEYS, how="left")
        .with_columns(known=~k.is_between(0, n))
        .sort(YEAR_KEYS)
    )
    impossible = pl.col("known") & ~(pl.col("overridden").fill_null(value=False) & pl.col("parent").is_null())
    changes = _with_what_hangs_on_it(changes.with_columns(held=impossible), measures)
    numbered = changes.filter(~pl.col("held")).select(
        _next(ledger.versions, "version_id"),
        pl.lit(publishing, pl.Int64).alias("publishing"),
        *YEAR_KEYS,
        "submission_id",
        "respondents",
        "affirmative",
        pl.col("correction").fill_null(value=False),
        "known",
    )
    return numbered, changes.filter("held").select(*YEAR_KEYS)


def _with_what_hangs_on_it(changes: pl.DataFrame, measures: pl.DataFrame) -> pl.DataFrame:
    """Where a change of a measure is held, so is that of every measure that hangs on it: their people are the same."""
    for _ in measures["depth"].unique():
        parents = changes.filter("held").select("programme_id", pl.col("measure_id").alias("parent"), "academic_year")
        on_held = parents.with_columns(on_held=True)
        changes = (
            changes.join(on_held, on=on_held.columns[:-1], how="left", maintain_order="left")
            .with_columns(pl.col("held") | pl.col("on_held").fill_null(value=False))
            .drop("on_held")
        )
    return changes


def _next(frame: pl.DataFrame, column: str) -> pl.Expr:
    """Numbers that go on from the largest there is."""
    return pl.int_range(1, pl.len() + 1).cast(pl.Int64).add(frame[column].max() or 0).alias(column)


# ---- what enters a list ----


def _entering(ledger: Ledger, level: pl.DataFrame, asked: pl.DataFrame, publishing: int) -> pl.DataFrame:
    """The parts that enter the lists of some measures in this publishing, in calendar order.

    What an override lets through goes first: so all that it tells of has stood there since an earlier publishing.
    """
    own = ledger.versions.join(level, on="measure_id")
    roots = own.filter(pl.col("parent").is_null() & (pl.col("publishing") == publishing)).select(
        *LIST_KEYS,
        pl.lit(None, pl.Int64).alias("parent_result"),
        pl.concat_list("version_id").alias("versions"),
        "respondents",
        "affirmative",
        pl.when("known").then("affirmative").otherwise(0).alias("least"),
        pl.when("known").then("affirmative").otherwise("respondents").alias("most"),
        "known",
        "minimum_respondents",
        "minimum_each_side",
        pl.col("academic_year").alias("order"),
    )
    dependents = _whole(ledger, own.filter(pl.col("parent").is_not_null()), asked)
    return (
        pl.concat([roots, dependents], how="diagonal_relaxed")
        .filter((pl.col("respondents") != 0) | (pl.col("affirmative") != 0))
        .sort(*LIST_KEYS, ~pl.col("known"), "order", "parent_result")
        .with_columns(_next(ledger.parts, "part_id"), pl.lit(publishing, pl.Int64).alias("publishing"))
        .select(pl.col(name).cast(dtype) for name, dtype in PART.items())
    )


def _whole(ledger: Ledger, own: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """What belongs to each whole result of the measure that another hangs on, once; n must not tell of a part of it.

    A result counts only if the dependent measure was asked in all its years, and no correction of it is held there.
    A file of counts can leave out the row of a question that nobody was left to be asked: of a pool, what follows on it
    would then tell of each year that somebody was. So of counts it must be a result of a single part.
    Within another measure, that one's published k is the most there can be. Where that other was put to everybody,
    how many answered each question in each year is known, and k of those few would bound a year of the other's pool:
    so it must be a result of a single part.
    """
    parents = _versions_of_results(ledger).rename({"measure_id": "parent"})
    belongs = own.sort("publishing").join_asof(
        parents.sort("publishing"),
        on="publishing",
        by=["programme_id", "parent", "academic_year"],
        strategy="backward",
        check_sortedness=False,
    )
    whole = (
        belongs.filter(pl.col("result_id").is_not_null())
        .group_by(*LIST_KEYS, pl.col("result_id").alias("parent_result"), maintain_order=True)
        .agg(
            pl.col("version_id").sort().alias("versions"),
            pl.col("respondents", "affirmative").sum(),
            pl.col(
                "within", "base", "minimum_respondents", "minimum_each_side", "years", "result_k", "result_parts"
            ).first(),
        )
        .filter(pl.col("within").is_null() | pl.col("base").is_not_null() | (pl.col("result_parts") == 1))
    )
    of_counts = pl.col("academic_year").filter(pl.col("dataset") == "counts").alias("of_counts")
    years = asked.group_by(LIST_KEYS).agg(pl.col("academic_year").alias("asked"), of_counts)
    return (
        whole.join(ledger.parts, on=[*LIST_KEYS, "parent_result"], how="anti")
        .join(_astride(own, parents), on=[*LIST_KEYS, "parent_result"], how="anti")
        .join(years, on=LIST_KEYS)
        .filter(pl.col("years").list.set_difference("asked").list.len() == 0)
        .filter((pl.col("result_parts") == 1) | (pl.col("years").list.set_intersection("of_counts").list.len() == 0))
        .with_columns(
            pl.when(pl.col("within").is_not_null())
            .then(pl.min_horizontal("respondents", "result_k"))
            .otherwise("respondents")
            .alias("most"),
            pl.lit(0, pl.Int64).alias("least"),
            pl.lit(value=False).alias("known"),
            pl.col("years").list.last().alias("order"),
        )
        .drop("within", "base", "years", "asked", "of_counts", "result_k", "result_parts")
    )


def _astride(own: pl.DataFrame, parents: pl.DataFrame) -> pl.DataFrame:
    """Results of which a dependent measure tells only together with other people: LIST_KEYS, parent_result.

    A version stands for whatever of the parent was seen since the version before it. Where that is not all in one
    result – the question was asked only when the file came again, with more people – none of it is whole any more.
    """
    told = parents.join(own.select("measure_id", "parent").unique(), on="parent").sort("publishing")
    by = told.join_asof(
        own.select("version_id", "publishing", *YEAR_KEYS).sort("publishing"),
        on="publishing",
        by=YEAR_KEYS,
        strategy="forward",
        check_sortedness=False,
    )
    astride = pl.col("version_id").is_not_null() & (pl.col("result_id").n_unique().over("version_id") > 1)
    return by.filter(astride).select(*LIST_KEYS, pl.col("result_id").alias("parent_result"))


def _versions_of_results(ledger: Ledger) -> pl.DataFrame:
    """Every version ever seen, with the live result it stands in, if it does."""
    placed = (
        ledger.live_results.select(
            "result_id",
            "years",
            pl.col("affirmative").alias("result_k"),
            pl.col("parts").list.len().alias("result_parts"),
            "parts",
        )
        .explode("parts")
        .join(ledger.parts.select(pl.col("part_id").alias("parts"), "versions"), on="parts")
        .explode("versions")
        .drop("parts")
    )
    versions = ledger.versions.select("version_id", "publishing", *YEAR_KEYS)
    return versions.join(placed, left_on="version_id", right_on="versions", how="left").drop("version_id")


# ---- what leaves a list ----


def _published(ledger: Ledger, entering: pl.DataFrame, publishing: int) -> pl.DataFrame:
    """The results that come of it when these parts enter one after another, a list judged after each of its parts."""
    standing = _with_what_overrides_gave_away(pl.concat([ledger.waiting, entering]), ledger.versions)
    enters = pl.col("part_id").is_in(entering["part_id"].to_list())
    lists = _as_lists(standing.filter(~enters))
    queue = standing.filter(enters).with_columns(turn=pl.int_range(pl.len()).over(LIST_KEYS))
    published = [lists.clear()]
    for _, parts in queue.sort("turn", "part_id").group_by("turn", maintain_order=True):
        lists = _joined(lists, _as_lists(parts.drop("turn")))
        verdict = decide(lists)
        published.append(lists.filter(verdict))
        lists = lists.filter(~verdict)
    return _as_results(ledger, entering, pl.concat(published), publishing)


def _with_what_overrides_gave_away(waiting: pl.DataFrame, versions: pl.DataFrame) -> pl.DataFrame:
    """Parts in the order of their lists, with what a correction that was let through makes known.

    It tells of all of the file it corrects. Once a list is long enough to be withheld for its k, it tells of all that
    then stood there; such a list is known to the last, and counts as one part.
    """
    if not waiting["known"].any():
        return waiting
    first = versions.select(pl.col("version_id").alias("first"), "academic_year")
    override = pl.when("known").then("part_id").max()
    n, k, place = pl.col("respondents"), pl.col("affirmative"), pl.col("part_id")
    last = override.over(LIST_KEYS)
    longest = pl.when(place < last).then(n.cum_sum().over(LIST_KEYS)).max().over(LIST_KEYS)
    judged = longest >= pl.col("minimum_respondents").first().over(LIST_KEYS)
    marked = waiting.join(
        first, left_on=pl.col("versions").list.first(), right_on="first", maintain_order="left"
    ).with_columns(
        of_file=(place <= override.over(YEAR_KEYS)).fill_null(value=False),
        into_one=(judged & (place <= last)).fill_null(value=False),
        at_last=(place == last).fill_null(value=False),
    )
    into_one, at_last = pl.col("into_one"), pl.col("at_last")
    together = [one.filter(into_one).sum().over(LIST_KEYS) for one in (n, k)]
    summed = marked.with_columns(
        respondents=pl.when(~into_one).then(n).when(at_last).then(together[0]).otherwise(0),
        affirmative=pl.when(~into_one).then(k).when(at_last).then(together[1]).otherwise(0),
    )
    given = pl.col("of_file") | into_one
    return summed.with_columns(
        pl.when(given).then(k).otherwise(bound).alias(bound) for bound in ("least", "most")
    ).select(waiting.columns)


def _as_lists(parts: pl.DataFrame) -> pl.DataFrame:
    """Lists as rows, from their parts in order. A list keeps the thresholds of its first part."""
    return parts.group_by(LIST_KEYS, maintain_order=True).agg(
        pl.col("part_id").alias("parts"),
        pl.col("respondents", "least", "most"),
        pl.col("affirmative").sum(),
        pl.col("minimum_respondents", "minimum_each_side").first(),
    )


def _joined(lists: pl.DataFrame, entering: pl.DataFrame) -> pl.DataFrame:
    """The lists into which a part enters now, that part at their end."""
    return (
        pl.concat([lists.join(entering, on=LIST_KEYS, how="semi"), entering])
        .group_by(LIST_KEYS, maintain_order=True)
        .agg(
            pl.col("parts", "respondents", "least", "most").explode(),
            pl.col("affirmative").sum(),
            pl.col("minimum_respondents", "minimum_each_side").first(),
        )
    )


def _as_results(ledger: Ledger, entering: pl.DataFrame, lists: pl.DataFrame, publishing: int) -> pl.DataFrame:
    parts = pl.concat([ledger.parts, entering]).select(pl.col("part_id").alias("parts"), "versions")
    numbered = lists.sort(*LIST_KEYS, pl.col("parts").list.first()).with_columns(_next(ledger.results, "result_id"))
    years = (
        numbered.select("result_id", "parts")
        .explode("parts")
        .join(parts, on="parts")
        .explode("versions")
        .join(ledger.versions, left_on="versions", right_on="version_id")
        .group_by("result_id")
        .agg(pl.col("academic_year").unique().sort().alias("years"))
    )
    return numbered.join(years, on="result_id", maintain_order="left").select(
        "result_id",
        pl.lit(publishing, pl.Int64).alias("publishing"),
        *LIST_KEYS,
        "parts",
        "years",
        pl.col("respondents").list.sum(),
        "affirmative",
    )


def _shares(ledger: Ledger, contributions: pl.DataFrame, measures: pl.DataFrame, publishing: int) -> pl.DataFrame:
    """The subgroups shown with new results: of a single year seen whole, not sensitive, if every one of them passes.

    For a measure that hangs on another only where that one's are shown.
    """
    single = (
        ledger.results.filter((pl.col("publishing") == publishing) & (pl.col("parts").list.len() == 1))
        .join(
            ledger.parts.select(pl.col("part_id"), "parent_result", "versions"),
            left_on=pl.col("parts").list.first(),
            right_on="part_id",
        )
        .filter(pl.col("versions").list.len() == 1)
        .join(
            ledger.versions.select("version_id", "academic_year", "correction"),
            left_on=pl.col("versions").list.first(),
            right_on="version_id",
        )
        .filter(~pl.col("correction"))
        .join(measures.filter(~pl.col("sensitive")), on="measure_id")
        .select("result_id", *YEAR_KEYS, "parent_result", "depth", "minimum_respondents", "minimum_each_side")
    )
    groups = single.join(contributions.filter(pl.col("subgroup").is_not_null()), on=YEAR_KEYS)
    passing = groups.filter(enough(pl.col("respondents"), pl.col("affirmative")).all().over("result_id"))
    shown = ledger.shares
    for _, level in passing.sort("depth").group_by("depth", maintain_order=True):
        allowed = pl.col("parent_result").is_null() | pl.col("parent_result").is_in(shown["result_id"].to_list())
        shown = pl.concat([shown, level.filter(allowed).sort("result_id", "subgroup").select(*SHARE)])
    return shown[ledger.shares.height :]


# ---- what a withdrawal takes away ----


def _retired(ledger: Ledger, withdrawn: pl.DataFrame, publishing: int) -> pl.DataFrame:
    """Every part that a withdrawal takes off for ever.

    With a part goes the result it stands in, all of it, and whatever hangs on that result. Of a list that still waits
    only the part goes, unless the list ever was long enough to be withheld for its k: that it was withheld tells of
    the others too, and all of it goes.
    """
    gone = ledger.versions.join(withdrawn, on=["submission_id", "programme_id", "academic_year"], how="semi")[
        "version_id"
    ]
    hit = set(ledger.parts.filter(pl.col("versions").list.set_intersection(gone.to_list()).list.len() > 0)["part_id"])
    before = -1
    while len(hit) > before:
        before = len(hit)
        hit |= _with_results(ledger, hit)
    waiting = ledger.waiting.with_columns(
        hit=pl.col("part_id").is_in(sorted(hit)).any().over(LIST_KEYS),
        total=pl.col("respondents").cum_sum().max().over(LIST_KEYS),
    )
    judged = waiting.filter(pl.col("hit") & (pl.col("total") >= pl.col("minimum_respondents").first().over(LIST_KEYS)))
    new = sorted((hit | set(judged["part_id"])) - set(ledger.retired["part_id"]))
    return pl.DataFrame({"part_id": new, "publishing": [publishing] * len(new)}, schema=RETIRED)


def _with_results(ledger: Ledger, hit: set[int]) -> set[int]:
    """The parts that stand in one result with any of these, and the parts that hang on such a result."""
    results = ledger.results.filter(pl.col("parts").list.set_intersection(sorted(hit)).list.len() > 0)
    together = set(results["parts"].explode().drop_nulls())
    hanging = ledger.parts.filter(pl.col("parent_result").is_in(results["result_id"].to_list()))
    return together | set(hanging["part_id"])
