"""With any point of the rule switched off the attacker wins, on an audit that a generator finds; as it is, never.

The attacker here knows the rule as it is run, switched off or not, and is mere enumeration (`every_answer`); so this
proves `attack` and `disclosure` right once more.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.disclosure import waiting_lists as waiting
from pipelines.disclosure.rule import LIST_KEYS, decide, enough
from pipelines.disclosure.statuses import statuses
from pipelines.disclosure.waiting_lists import YEAR_KEYS, Ledger
from pipelines.release import frames as composing
from pipelines.release.columns import broken_rules
from pipelines.release.publishing import publish as publish_release
from pipelines.release.schema import RELATIONS
from pipelines.store.records import Holdings
from pipelines.store.store import Store
from tests.factories import NOW, a_catalogue, a_file, a_measure, counts_csv, loaded, programmes_csv, released
from tests.reference.every_answer import leaks, whole_release
from tests.reference.random_audits import MEASURES, YEARS, Group, Shape, generated, some_others

Off = Callable[[pytest.MonkeyPatch], None]


def only_the_total(patch: pytest.MonkeyPatch) -> None:
    """A list is published as soon as enough people stand on it, on either side."""
    total = enough(pl.col("respondents").list.sum(), pl.col("affirmative"))
    patch.setattr(waiting, "decide", lambda lists: lists.select(total).to_series())


def no_part_of_its_own_extreme(patch: pytest.MonkeyPatch) -> None:
    """By the rule, and only if there is nobody or everybody in no part. It looks stricter."""
    by_part = waiting._as_lists, waiting._joined

    def as_lists(parts: pl.DataFrame) -> pl.DataFrame:
        each = parts.group_by(LIST_KEYS, maintain_order=True).agg(pl.col("affirmative").alias("each"))
        return by_part[0](parts).join(each, on=LIST_KEYS, maintain_order="left")

    def joined(lists: pl.DataFrame, entering: pl.DataFrame) -> pl.DataFrame:
        both = pl.concat([lists.join(entering, on=LIST_KEYS, how="semi"), entering])
        each = both.group_by(LIST_KEYS, maintain_order=True).agg(pl.col("each").explode())
        return by_part[1](lists, entering).join(each, on=LIST_KEYS, maintain_order="left")

    def mixed(lists: pl.DataFrame) -> pl.Series:
        one = lists.with_row_index().explode("respondents", "each")
        fair = one.group_by("index", maintain_order=True).agg(
            ((pl.col("each") > 0) & (pl.col("each") < pl.col("respondents"))).all().alias("fair")
        )
        return decide(lists) & fair["fair"]

    patch.setattr(waiting, "_as_lists", as_lists)
    patch.setattr(waiting, "_joined", joined)
    patch.setattr(waiting, "decide", mixed)


def in_calendar_order(patch: pytest.MonkeyPatch) -> None:
    """A list is judged anew, in calendar order, whenever a year comes in."""
    published = waiting._published

    def anew(ledger: Ledger, entering: pl.DataFrame, publishing: int) -> pl.DataFrame:
        years = ledger.versions.select(pl.col("version_id").alias("first"), "academic_year")
        waits = ledger.waiting.join(entering, on=LIST_KEYS, how="semi")
        together = pl.concat([waits, entering]).with_columns(first=pl.col("versions").list.first())
        ordered = together.join(years, on="first").sort("academic_year", "part_id").drop("first", "academic_year")
        rest = replace(ledger, parts=ledger.parts.join(ledger.waiting, on="part_id", how="anti"))
        return published(rest, ordered, publishing)

    patch.setattr(waiting, "_published", anew)


def forgetting(patch: pytest.MonkeyPatch, forgotten: Callable[[Ledger, pl.DataFrame], pl.DataFrame]) -> None:
    """Publishing sees as new what it has forgotten: a frame of version_id."""
    observed = waiting._observed

    def anew(ledger: Ledger, totals: pl.DataFrame, *rest: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
        known = ledger.versions.join(forgotten(ledger, totals), on="version_id", how="anti")
        versions, held = observed(replace(ledger, versions=known), totals, *rest)
        numbers = pl.int_range(1, pl.len() + 1).cast(pl.Int64) + ledger.versions.height
        return versions.with_columns(numbers.alias("version_id")), held

    patch.setattr(waiting, "_observed", anew)


def replaced_files_as_new_wholes(patch: pytest.MonkeyPatch) -> None:
    """A file that comes again stands for itself, and what it replaces is gone."""
    retired = waiting._retired

    def replaced(ledger: Ledger, totals: pl.DataFrame) -> pl.DataFrame:
        again = totals.select(*YEAR_KEYS, pl.col("submission_id").alias("now"))
        seen = ledger.versions.join(again, on=YEAR_KEYS).filter(pl.col("now") != pl.col("submission_id"))
        return seen.select("version_id")

    def totals_seen(contributions: pl.DataFrame) -> pl.DataFrame:
        return stands.setdefault("now", totals(contributions))

    def gone(ledger: Ledger, withdrawn: pl.DataFrame, publishing: int) -> pl.DataFrame:
        old = ledger.versions.join(replaced(ledger, stands.pop("now")), on="version_id", how="semi")
        return retired(ledger, pl.concat([withdrawn, old.select(withdrawn.columns)]).unique(), publishing)

    totals, stands = waiting._totals, dict[str, pl.DataFrame]()
    patch.setattr(waiting, "_totals", totals_seen)
    patch.setattr(waiting, "_retired", gone)
    forgetting(patch, replaced)


def retired_people_used_again(patch: pytest.MonkeyPatch) -> None:
    """After a withdrawal the others of a pool come back."""

    def versions(ledger: Ledger, _: pl.DataFrame) -> pl.DataFrame:
        gone = ledger.parts.join(ledger.retired, on="part_id", how="semi")
        return gone.select(pl.col("versions").alias("version_id")).explode("version_id")

    forgetting(patch, versions)


def subgroups_of_pools(patch: pytest.MonkeyPatch) -> None:
    """Subgroups are shown, if every one passes, for results of several years too."""

    def shares(ledger: Ledger, stands: pl.DataFrame, measures: pl.DataFrame, publishing: int) -> pl.DataFrame:
        years = ledger.results.filter(pl.col("publishing") == publishing).select("result_id", *LIST_KEYS, "years")
        groups = (
            years.explode("years")
            .rename({"years": "academic_year"})
            .join(stands.filter(pl.col("subgroup").is_not_null()), on=YEAR_KEYS)
            .join(measures.select("measure_id", "minimum_respondents", "minimum_each_side"), on="measure_id")
            .group_by("result_id", "subgroup", "minimum_respondents", "minimum_each_side")
            .agg(pl.col("respondents", "affirmative").sum())
        )
        passing = groups.filter(enough(pl.col("respondents"), pl.col("affirmative")).all().over("result_id"))
        return passing.sort("result_id", "subgroup").select(*waiting.SHARE)

    patch.setattr(waiting, "_shares", shares)


def thresholds(respondents: int, each_side: int) -> dict[str, pl.Expr]:
    return {"minimum_respondents": pl.lit(respondents, pl.Int64), "minimum_each_side": pl.lit(each_side, pl.Int64)}


def sensitive_as_any_other(patch: pytest.MonkeyPatch) -> None:
    """A sensitive measure is judged by the thresholds of the others."""
    patch.setattr(waiting, "decide", lambda lists: decide(lists.with_columns(**thresholds(10, 3))))


def each_subgroup_by_itself(patch: pytest.MonkeyPatch) -> None:
    """A subgroup is shown if it passes, whether or not the others do."""
    all_or_none = waiting._shares

    def shares(ledger: Ledger, stands: pl.DataFrame, *rest: Any) -> pl.DataFrame:
        groups = stands.group_by("subgroup", maintain_order=True)
        return pl.concat([ledger.shares.clear(), *(all_or_none(ledger, group, *rest) for _, group in groups)])

    patch.setattr(waiting, "_shares", shares)


def subgroups_without_their_base(patch: pytest.MonkeyPatch) -> None:
    """The subgroups of a measure that hangs on another are shown whether or not that one's are."""
    by_base = waiting._shares

    def shares(ledger: Ledger, *rest: Any) -> pl.DataFrame:
        baseless = ledger.parts.with_columns(pl.lit(None, pl.Int64).alias("parent_result"))
        return by_base(replace(ledger, parts=baseless), *rest)

    patch.setattr(waiting, "_shares", shares)


def the_others_of_a_list_wait_on(patch: pytest.MonkeyPatch) -> None:
    """Of a waiting list only the withdrawn part goes, even if the list was long enough to be judged."""
    retired = waiting._retired

    def only_the_part(ledger: Ledger, *rest: Any) -> pl.DataFrame:
        never_judged = ledger.parts.with_columns(pl.lit(1_000_000, pl.Int64).alias("minimum_respondents"))
        return retired(replace(ledger, parts=never_judged), *rest)

    patch.setattr(waiting, "_retired", only_the_part)


def new_under_another_id(patch: pytest.MonkeyPatch) -> None:
    """Every publishing finds a programme under another id, and takes it for one that it has never seen."""
    advance = waiting.advance

    def as_new(ledger: Ledger, *rest: Any) -> waiting.Step:
        formerly = pl.format("{} formerly", "programme_id").alias("programme_id")
        versions, parts, results = (
            frame.with_columns(formerly) for frame in (ledger.versions, ledger.parts, ledger.results)
        )
        return advance(replace(ledger, versions=versions, parts=parts, results=results), *rest)

    patch.setattr(waiting, "advance", as_new)


def newest_thresholds(patch: pytest.MonkeyPatch) -> None:
    """A list takes the thresholds of whatever enters it."""
    kept = waiting._joined

    def joined(lists: pl.DataFrame, entering: pl.DataFrame) -> pl.DataFrame:
        newest = entering.select(*LIST_KEYS, "minimum_respondents", "minimum_each_side")
        return kept(lists, entering).update(newest, on=LIST_KEYS)

    patch.setattr(waiting, "_joined", joined)


def by_whether_anybody_was_left(patch: pytest.MonkeyPatch) -> None:
    """Each measure's status looks at its own rows, so that a base of none shows as not asked on."""

    def by_itself(stands: pl.DataFrame, measures: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
        return statuses(stands, measures.with_columns(root="measure_id"), published)

    patch.setattr(composing, "statuses", by_itself)


def counts_taken_for_responses(patch: pytest.MonkeyPatch) -> None:
    """A row that a file of counts leaves out is a question not asked."""
    totals = waiting._totals

    def of_responses(contributions: pl.DataFrame) -> pl.DataFrame:
        return totals(contributions).with_columns(dataset=pl.lit("staff_responses"))

    patch.setattr(waiting, "_totals", of_responses)


def everybody_pooled(patch: pytest.MonkeyPatch) -> None:
    """A comparator pools whoever was asked, withheld or not."""
    result, published, stands = composing._result, composing.members, dict[str, pl.DataFrame]()

    def result_seen(holdings: Holdings, *rest: Any) -> pl.DataFrame:
        stands["now"] = holdings.contributions
        return result(holdings, *rest)

    def everybody(*given: pl.DataFrame) -> pl.DataFrame:
        counts = stands.pop("now").group_by(YEAR_KEYS).agg(pl.col("respondents", "affirmative").sum())
        members = published(*given).drop("respondents", "affirmative")
        return members.join(counts, on=YEAR_KEYS, how="left", maintain_order="left")

    patch.setattr(composing, "_result", result_seen)
    patch.setattr(composing, "members", everybody)


TINY, SMALL = (1, 2, 9, 11), (1, 2, 10, 12)
SENSITIVE = a_catalogue(a_measure(sensitive=True)).measure_frame
STRICTER = MEASURES.with_columns(**thresholds(15, 4))
BOTH_ROLES = [
    shape
    for shape in generated(60, (10, 13), 2, 1, divided=True)
    if len({group.year for group in shape.groups}) == 1 and sum(group.people for group in shape.groups) == 10 + 13
][:2]
"""Large enough to be shown among those who said yes, where one of them is too extreme among all."""
ASKED_ON = [
    replace(shape, leaves_out=True)
    for shape in generated(16, (1, 10, 12), 2, 2)
    if len({group.year for group in shape.groups}) == 1
]
LEAVING_OUT = [
    replace(shape, leaves_out=True)
    for shape in generated(60, (2, 10, 13), 2, 2)
    if len({group.year for group in shape.groups}) == 2 and sum(group.people for group in shape.groups) < 20
][:5]
AMONG_OTHERS = [
    replace(shape, others=some_others(random.Random(number)))  # noqa: S311
    for number, shape in enumerate(generated(60, SMALL, 2, 2))
]


def switched(off: Off, shapes: list[Shape], **given: Any) -> Any:
    return pytest.param(off, shapes, given, id="_".join([off.__name__, *filter(None, [given.get("hanging")])]))


@pytest.mark.parametrize(
    ("off", "shapes", "given"),
    [
        # point 1
        switched(sensitive_as_any_other, generated(60, (1, 3, 14, 16), 2, 2), measures=(SENSITIVE,)),
        # point 2
        switched(only_the_total, generated(40, TINY, 3, 2)),
        switched(no_part_of_its_own_extreme, generated(40, TINY, 3, 2)),
        # points 3 and 4; point 5 has a test of its own
        switched(in_calendar_order, generated(120, TINY, 3, 2)),
        switched(replaced_files_as_new_wholes, generated(80, SMALL, 3, 2)),
        switched(counts_taken_for_responses, LEAVING_OUT, hanging="used"),
        # point 6
        switched(subgroups_of_pools, generated(150, (1, 10), 4, 1, divided=True)),
        switched(each_subgroup_by_itself, generated(40, (10, 12), 2, 1, divided=True)),
        switched(subgroups_without_their_base, BOTH_ROLES, hanging="used"),
        switched(subgroups_without_their_base, BOTH_ROLES, hanging="supervisor"),
        # point 7
        switched(retired_people_used_again, generated(100, SMALL, 2, 3)),
        switched(the_others_of_a_list_wait_on, generated(200, (2, 9), 3, 2, withdrawing=0.5)),
        switched(new_under_another_id, generated(80, SMALL, 3, 2)),
        switched(newest_thresholds, generated(80, (3, 12), 3, 2), measures=(MEASURES, STRICTER)),
        # points 8 and 9
        switched(by_whether_anybody_was_left, ASKED_ON, hanging="used", release=whole_release),
        switched(everybody_pooled, AMONG_OTHERS, release=whole_release),
    ],
)
def test_with_a_point_of_the_rule_switched_off_he_wins(
    off: Off, shapes: list[Shape], given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert leaks(shapes, **given) == []
    off(monkeypatch)
    assert any(leaks(few, **given) for few in in_batches(shapes))


def in_batches(shapes: list[Shape], size: int = 10) -> Iterator[list[Shape]]:
    """A few at a time: he mostly wins on one of the first, and the others need not be looked at."""
    return (shapes[start : start + size] for start in range(0, len(shapes), size))


@pytest.mark.parametrize(
    ("off", "shape"),
    [
        (only_the_total, Shape((Group(1, YEARS[0], None, 9), Group(2, YEARS[1], None, 1)))),
        (only_the_total, Shape((Group(1, YEARS[0], None, 12), Group(2, YEARS[1], None, 8)))),
        (
            in_calendar_order,
            Shape((Group(1, YEARS[0], None, 9), Group(1, YEARS[2], None, 12), Group(2, YEARS[1], None, 1))),
        ),
        (replaced_files_as_new_wholes, Shape((Group(1, YEARS[0], None, 12), Group(2, YEARS[0], None, 1)))),
        (
            retired_people_used_again,
            Shape((Group(1, YEARS[0], None, 12), Group(1, YEARS[1], None, 11)), ((2, YEARS[0]),)),
        ),
        (
            subgroups_of_pools,
            Shape(
                (
                    Group(1, YEARS[0], "supervisor", 12),
                    Group(1, YEARS[1], "supervisor", 1),
                    Group(1, YEARS[1], "tutor", 20),
                )
            ),
        ),
    ],
    ids=["9 then 1", "12 then 8", "one late", "the thirteenth", "the other of a pool", "roles of a pool"],
)
def test_he_wins_on_the_cases_by_which_the_rule_was_found(
    off: Off, shape: Shape, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert leaks([shape]) == []
    off(monkeypatch)
    assert leaks([shape]) == [shape]


@pytest.mark.parametrize("measure", ["used", "supervisor"])
def test_he_wins_where_a_measure_is_pooled_without_regard_to_what_it_hangs_on(measure: str) -> None:
    """Over years of which its base is withheld, its n tells k of the base; within another, that one's k is the most."""
    shapes = HANGING
    assert leaks(shapes, measure) == []
    hanging = pl.col("measure_id") == measure
    by_itself = {"used": {"parent": None, "base": None, "depth": 0}, "supervisor": {"within": None}}[measure]
    off = [pl.when(~hanging).then(name).otherwise(pl.lit(value)).alias(name) for name, value in by_itself.items()]
    assert leaks(shapes, measure, (MEASURES.with_columns(off).sort("depth", "place"),)) != []


HANGING = [
    shape
    for shape in generated(60, (10, 11, 12), 2, 2)
    if len({group.year for group in shape.groups}) == 2 and not shape.withdrawn
][:3]


@pytest.mark.parametrize(("n", "k", "refused"), [(10, 3, False), (9, 3, True), (10, 2, True), (10, 8, True)])
def test_no_release_takes_a_result_with_too_few_people_in_all_or_on_a_side(n: int, k: int, refused: bool) -> None:
    relation = RELATIONS["result"]
    row = {
        "result_id": 1,
        "measure_id": "asked",
        "programme_id": "north",
        "first_year": YEARS[0],
        "last_year": YEARS[0],
        "years": [YEARS[0]],
        "subgroup": None,
        "status": "published",
        "respondents": n,
        "affirmative": k,
        "invited": None,
        "rate": k / n,
        "rate_low": 0.0,
        "rate_high": 1.0,
    }
    assert bool(broken_rules(relation, relation.shaped(pl.DataFrame([row])))) == refused


# ---- a comparator, as it comes out of a release ----


def test_all_pooled_less_all_published_is_what_nobody_may_know_so_a_comparator_pools_the_published(
    store: Store, tmp_path: Path
) -> None:
    """Point 9. Were everybody pooled, the one withheld would be what is left over."""
    ids = [f"programme-{number}" for number in range(5)]
    k = [8, 8, 8, 8, 1]  # the last is withheld
    counts = counts_csv(*((programme, "2024-25", "asked", 20, yes) for programme, yes in zip(ids, k, strict=True)))
    loaded(store, a_file(tmp_path, programmes_csv(*ids), "programmes.csv"), "programmes", a_catalogue())
    loaded(store, a_file(tmp_path, counts), "counts", a_catalogue())
    publish_release(store, a_catalogue(), tmp_path / "releases", now=NOW, published_by="tester")
    shown = released(tmp_path, "result")["affirmative"].sum()
    pooled = set(released(tmp_path, "comparator")["affirmative"])
    assert sum(k) - shown == 1
    assert pooled == {shown}


def test_nothing_tells_whether_anybody_was_left_to_be_asked() -> None:
    """Two years are published together for the base. Were the measure asked on published whenever both years have a
    row of it, its being published would tell that somebody said yes in either, as counts may leave out that of nobody.
    """
    groups = Group(1, YEARS[0], None, 2), Group(1, YEARS[1], None, 13)
    assert leaks([Shape(groups, leaves_out=True)], "used") == []
