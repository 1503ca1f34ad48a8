"""From what the store holds to the frames of a release. Everything about people is computed from published results."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from pipelines import CODE_VERSION, release
from pipelines.catalogue import Catalogue, Measure
from pipelines.disclosure import newly_published, statuses
from pipelines.errors import Refused
from pipelines.statistics import (
    newcombe_high,
    newcombe_low,
    same_people_high,
    same_people_low,
    wilson_high,
    wilson_low,
)
from pipelines.store import Holdings, Store


@dataclass(frozen=True)
class Published:
    """What a publishing did: the release, how many results are new in it, and how many have each status."""

    release_id: str
    path: Path
    new_results: int
    results: dict[str, int]


LOOK_BACK = 2
"""How many years back a comparator takes a result from, for a programme whose year still waits."""
LEAST_OTHERS = 3
"""How many published programmes a comparator must stand on, the compared one left out."""
LEAST_COVERAGE = 2 / 3
"""The share of the programmes asked that must be published: withheld results are mostly extreme."""
LEAST_IN_REGION = 3
"""How many must share profession and region before a programme that is not named shows its region."""

KINDS = ("profession", "country", "region", "everybody")
PLACE = ("measure_id", "academic_year", "kind", "name")
"""What a comparator is of: a measure and year, and a profession, country, region or everybody, by name."""


def publish(
    store: Store,
    catalogue: Catalogue,
    releases: Path,
    *,
    now: datetime,
    remark: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Published:
    """Make a release of what the store holds, put it in place, and make it the current one.

    The release is built first, then its new results are noted in the store, then it gets its name. A publish stopped
    in between is finished or forgotten by the next one, as the store says.
    Raises Refused where there is nothing to publish, BrokenRelease, StoreUnavailable.
    """
    finish_interrupted(store, releases)
    progress("Deciding what can be published")
    store.require_instrument(catalogue.instrument.id)
    holdings = store.holdings()
    if holdings.contributions.is_empty():
        raise Refused("There is nothing to publish yet: load responses or counts first.")
    new = newly_published(holdings.contributions, catalogue.measure_frame, holdings.published)
    release_id = release.next_id(releases, store.release_ids(), now.date())
    progress("Computing")
    holdings = dataclasses.replace(holdings, published=pl.concat([holdings.published, new]))
    frames = release_frames(release_id, now, remark, catalogue, holdings)
    progress("Writing the release")
    release.build(releases, release_id, frames)
    try:
        store.record_release(release_id, now, remark, new)
    except BaseException:
        release.discard(releases, release_id)
        raise
    path = release.put_in_place(releases, release_id)
    return Published(release_id, path, new.height, dict(frames["result"]["status"].value_counts().iter_rows()))


def finish_interrupted(store: Store, releases: Path) -> None:
    """A release left half-way: put in place if the store has noted it, removed if not."""
    made = store.release_ids()
    for release_id in release.left_over(releases):
        settle = release.put_in_place if release_id in made else release.discard
        settle(releases, release_id)
    if made and (releases / made[-1]).exists():  # it may have been removed, or the store moved without it
        release.put_in_place(releases, made[-1])


def release_frames(
    release_id: str, published_at: datetime, remark: str | None, catalogue: Catalogue, holdings: Holdings
) -> dict[str, pl.DataFrame]:
    """The frames of a release, by relation.

    `holdings.published` holds every result published so far and those published now. Programmes appear under their
    public ids from the first step, so that nothing computed here can hold another.
    """
    public = _under_public_ids(holdings)
    programme = _programme(public.programmes)
    result = _result(public, catalogue)
    members = _members(result, programme)
    return {
        "release": _release(release_id, published_at, remark, catalogue, holdings),
        "measure": _measure(catalogue),
        "support_item": _support_item(catalogue),
        "programme": programme,
        "result": result,
        "comparator": _comparator(members),
        "comparison": _comparison(result, members),
        "gap_pair": (pairs := _gap_pair(catalogue)),
        "gap": _gap(result, pairs),
        "support": _support(public.support, catalogue),
    }


# ---- catalogue, programmes, support ----


def _release(
    release_id: str, published_at: datetime, remark: str | None, catalogue: Catalogue, holdings: Holdings
) -> pl.DataFrame:
    standard, sensitive = catalogue.tiers.standard, catalogue.tiers.sensitive
    return pl.DataFrame(
        {
            "release_id": release_id,
            "published_at": published_at,
            "code_version": CODE_VERSION,
            "instrument_id": catalogue.instrument.id,
            "catalogue_version": catalogue.instrument.version,
            "title": catalogue.instrument.title,
            "instrument_status": catalogue.instrument.status,
            "minimum_respondents": standard.minimum_respondents,
            "minimum_each_side": standard.minimum_each_side,
            "sensitive_minimum_respondents": sensitive.minimum_respondents,
            "sensitive_minimum_each_side": sensitive.minimum_each_side,
            "submissions": holdings.submissions,
            "invented": holdings.invented,
            "remark": remark,
        }
    )


def _measure(catalogue: Catalogue) -> pl.DataFrame:
    return pl.DataFrame(
        [_measure_row(place, measure) for place, measure in enumerate(catalogue.measure)],
        infer_schema_length=None,
    )


def _measure_row(place: int, measure: Measure) -> dict[str, object]:
    benchmark = measure.benchmark
    return {
        "measure_id": measure.id,
        "place": place,
        "respondent_group": measure.group,
        **measure.model_dump(exclude={"id", "group", "benchmark", "answers", "affirmative"}),
        "answers": list(measure.answers),
        "affirmative": list(measure.affirmative),
        "benchmark_rate": benchmark.value if benchmark else None,
        "benchmark_respondents": benchmark.n if benchmark else None,
        "benchmark_population": benchmark.population if benchmark else None,
        "benchmark_source": benchmark.source if benchmark else None,
        "benchmark_remark": benchmark.remark if benchmark else None,
    }


def _gap_pair(catalogue: Catalogue) -> pl.DataFrame:
    rows = [
        {"gap_id": gap.id, "place": place, **gap.model_dump(exclude={"id"})} for place, gap in enumerate(catalogue.gap)
    ]
    texts = {name: pl.String() for name in ("title", "expected", "modelled")}
    return pl.DataFrame(rows, schema={"gap_id": pl.String(), "place": pl.Int64(), **texts})


def _support_item(catalogue: Catalogue) -> pl.DataFrame:
    rows = [
        {"item_id": item.id, "place": place, **item.model_dump(exclude={"id"})}
        for place, item in enumerate(catalogue.support_item)
    ]
    return pl.DataFrame(rows, schema=["item_id", "place", "kind", "title", "personal"])


def _under_public_ids(holdings: Holdings) -> Holdings:
    """The same holdings, each programme under its own id if it is named, and under its random code if not."""
    public_id = pl.when("named").then("programme_id").otherwise("code")
    names = dict(holdings.programmes.select("programme_id", public_id.alias("public")).iter_rows())

    def renamed(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.col("programme_id").replace_strict(names, return_dtype=pl.String))

    return dataclasses.replace(
        holdings,
        programmes=renamed(holdings.programmes),
        cohorts=renamed(holdings.cohorts),
        support=renamed(holdings.support),
        contributions=renamed(holdings.contributions),
        published=renamed(holdings.published),
    )


def _programme(programmes: pl.DataFrame) -> pl.DataFrame:
    crowd = pl.len().over("profession", "country", "region")
    return programmes.select(
        "programme_id",
        pl.when("named").then("programme_name").alias("programme_name"),
        "profession",
        "country",
        pl.when(pl.col("named") | (crowd >= LEAST_IN_REGION)).then("region").alias("region"),
        "named",
    ).sort("programme_id")


def _support(support: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """An item that points at somebody is in place or not known; the day since when would point at them too."""
    personal = pl.col("item_id").is_in([item.id for item in catalogue.support_item if item.personal])
    told = pl.when(~personal | (pl.col("status") == "in_place"))
    return support.with_columns(
        told.then("status").otherwise(pl.lit("not_known")).alias("status"),
        pl.when(~personal).then("since").alias("since"),
    ).sort("programme_id", "academic_year", "item_id")


# ---- results ----


def _result(holdings: Holdings, catalogue: Catalogue) -> pl.DataFrame:
    """Every result published, and a row of its status for whatever is not."""
    measures = catalogue.measure_frame
    published = _with_interval(holdings.published.with_columns(status=pl.lit("published")))
    waiting = (
        statuses(holdings.contributions, measures, holdings.published)
        .filter(pl.col("status") != "published")
        .select(
            "programme_id",
            "measure_id",
            pl.col("academic_year").alias("first_year"),
            pl.col("academic_year").alias("last_year"),
            pl.concat_list("academic_year").alias("years"),
            "status",
        )
    )
    return (
        pl.concat([published, waiting], how="diagonal")
        .join(
            _invited(published, holdings.cohorts, measures),
            on=["programme_id", "measure_id", "first_year"],
            how="left",
        )
        .with_columns(pl.lit(None, pl.String).alias("subgroup"))
        .sort("measure_id", "programme_id", "first_year")
    )


def _with_interval(results: pl.DataFrame) -> pl.DataFrame:
    k, n = pl.col("affirmative"), pl.col("respondents")
    return results.with_columns(
        (k / n).alias("rate"), wilson_low(k, n).alias("rate_low"), wilson_high(k, n).alias("rate_high")
    )


def _invited(published: pl.DataFrame, cohorts: pl.DataFrame, measures: pl.DataFrame) -> pl.DataFrame:
    """How many were invited in a result's years, where all years say so and the question was put to everybody."""
    everybody = measures.filter(pl.col("base").is_null()).select(
        "measure_id", pl.col("group").alias("respondent_group")
    )
    return (
        published.select("programme_id", "measure_id", "first_year", pl.col("years").alias("academic_year"))
        .explode("academic_year")
        .join(everybody, on="measure_id")
        .join(cohorts, on=["programme_id", "academic_year", "respondent_group"], how="left")
        .group_by("programme_id", "measure_id", "first_year")
        .agg(pl.when(pl.col("invited").is_not_null().all()).then(pl.col("invited").sum()).alias("invited"))
    )


# ---- comparators ----


def _members(result: pl.DataFrame, programme: pl.DataFrame) -> pl.DataFrame:
    """Who stands behind each comparator: PLACE, programme_id, and the published k and n taken (null while waiting).

    For each programme asked in the year its latest result ending then or, while that year still waits, in the two
    years before.
    """
    year = pl.col("academic_year").str.slice(0, 4).cast(pl.Int64)
    asked = (
        result.filter(pl.col("status") != "not_collected")
        .select("programme_id", "measure_id", pl.col("years").alias("academic_year"))
        .explode("academic_year")
        .unique()
    )
    published = result.filter(pl.col("status") == "published").select(
        "programme_id",
        "measure_id",
        pl.col("last_year").str.slice(0, 4).cast(pl.Int64).alias("last"),
        "respondents",
        "affirmative",
    )
    taken = (
        asked.with_columns(year.alias("year"))
        .sort("year")
        .join_asof(
            published.sort("last"),
            left_on="year",
            right_on="last",
            by=["programme_id", "measure_id"],
            strategy="backward",
            tolerance=LOOK_BACK,
            check_sortedness=False,
        )
    )
    return _in_each_kind(taken, programme).select(*PLACE, "programme_id", "respondents", "affirmative")


def _in_each_kind(taken: pl.DataFrame, programme: pl.DataFrame) -> pl.DataFrame:
    region = pl.concat_str("region", "country", separator=", ")
    places = programme.with_columns(region.alias("region"), pl.lit("everybody").alias("everybody")).unpivot(
        on=KINDS, index="programme_id", variable_name="kind", value_name="name"
    )
    return taken.join(places.drop_nulls("name"), on="programme_id")


def _comparator(members: pl.DataFrame) -> pl.DataFrame:
    """The pooled published results of a profession, country, region or everybody."""
    pooled = members.group_by(PLACE).agg(
        pl.len().alias("asked"),
        pl.col("respondents").count().alias("programmes"),
        pl.col("respondents").sum(),
        pl.col("affirmative").sum(),
    )
    return _with_interval(_covered(pooled)).sort(PLACE)


def _covered(pooled: pl.DataFrame) -> pl.DataFrame:
    """Comparators with enough programmes, of which enough are published."""
    coverage = pl.col("programmes") / pl.col("asked")
    return pooled.with_columns(coverage.alias("coverage")).filter(
        (pl.col("programmes") >= LEAST_OTHERS) & (coverage >= LEAST_COVERAGE)
    )


def _comparison(result: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Each published result against its comparators, the programme itself left out of them."""
    own = result.filter(pl.col("status") == "published").select(
        "measure_id", "programme_id", "first_year", "last_year", "subgroup", "rate", "rate_low", "rate_high"
    )
    compared = own.join(
        _others(members),
        left_on=["programme_id", "measure_id", "last_year"],
        right_on=["programme_id", "measure_id", "academic_year"],
    )
    rate, other = pl.col("rate"), pl.col("comparator_rate")
    return compared.select(
        "measure_id",
        "programme_id",
        "first_year",
        "last_year",
        "subgroup",
        "kind",
        "name",
        pl.col("^comparator_.*$"),
        (rate - other).alias("difference"),
        newcombe_low(rate, pl.col("rate_low"), other, pl.col("comparator_rate_high")).alias("difference_low"),
        newcombe_high(rate, pl.col("rate_high"), other, pl.col("comparator_rate_low")).alias("difference_high"),
    ).sort("measure_id", "programme_id", "first_year", "kind", "name")


def _others(members: pl.DataFrame) -> pl.DataFrame:
    """For each member the comparator made of the others, its columns called comparator_…"""
    n, k = pl.col("respondents"), pl.col("affirmative")
    pooled = members.select(
        *PLACE,
        "programme_id",
        (pl.len().over(PLACE) - 1).alias("asked"),
        (n.count().over(PLACE) - n.is_not_null().cast(pl.Int64)).alias("programmes"),
        (n.sum().over(PLACE) - n.fill_null(0)).alias("respondents"),
        (k.sum().over(PLACE) - k.fill_null(0)).alias("affirmative"),
    )
    numbers = (
        "asked",
        "programmes",
        "coverage",
        "respondents",
        "affirmative",
        "rate",
        "rate_low",
        "rate_high",
    )
    return _with_interval(_covered(pooled)).rename({number: f"comparator_{number}" for number in numbers})


# ---- gaps ----


def _gap(result: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Expected and modelled side by side: only where both are published and cover the same years."""
    sides = result.filter(pl.col("status") == "published").select(
        "measure_id", "programme_id", "years", "first_year", "last_year", "rate", "rate_low", "rate_high"
    )
    both = pairs.join(sides, left_on="expected", right_on="measure_id").join(
        sides.drop("first_year", "last_year"),
        left_on=["modelled", "programme_id", "years"],
        right_on=["measure_id", "programme_id", "years"],
        suffix="_modelled",
    )
    return both.select(
        "gap_id",
        "title",
        "programme_id",
        "first_year",
        "last_year",
        "years",
        "expected",
        "modelled",
        (pl.col("rate") - pl.col("rate_modelled")).alias("difference"),
        same_people_low(pl.col("rate_low"), pl.col("rate_high_modelled")).alias("difference_low"),
        same_people_high(pl.col("rate_high"), pl.col("rate_low_modelled")).alias("difference_high"),
    ).sort("gap_id", "programme_id", "first_year")
