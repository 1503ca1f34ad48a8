"""The frames of a release. Everything about people is computed from published results, and from nothing else."""

import polars as pl

from pipelines import CODE_VERSION
from pipelines.catalogue import Catalogue, Measure
from pipelines.disclosure import statuses
from pipelines.statistics import (
    newcombe_high,
    newcombe_low,
    same_people_high,
    same_people_low,
    wilson_high,
    wilson_low,
)
from pipelines.store import Holdings, ReleaseNote
from pipelines.waiting import Ledger

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


def compose(
    note: ReleaseNote, catalogue: Catalogue, holdings: Holdings, ledger: Ledger, overrides: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """The frames of a release, by relation.

    `ledger` holds what was published so far and what is published now; `overrides` those of earlier releases.
    Programmes appear under their public ids from the first step, so that nothing computed here can hold another.
    """
    names = _public_ids(holdings.programmes)
    programme = _programme(_renamed(holdings.programmes, names))
    result = _result(holdings, ledger, names, catalogue)
    members = _members(result, programme)
    pairs = _gap_pair(catalogue)
    all_overrides = _renamed(pl.concat([overrides.drop("release_id"), note.overrides]), names)
    return {
        "release": _release(note, catalogue, holdings, all_overrides),
        "measure": _measure(catalogue),
        "support_item": _support_item(catalogue),
        "programme": programme,
        "result": result,
        "comparator": _comparator(members),
        "comparison": _comparison(result, members),
        "gap_pair": pairs,
        "gap": _gap(result, pairs),
        "support": _support(_renamed(holdings.support, names), catalogue),
    }


# ---- catalogue, programmes, support ----


def _release(note: ReleaseNote, catalogue: Catalogue, holdings: Holdings, overrides: pl.DataFrame) -> pl.DataFrame:
    standard, sensitive = catalogue.tiers.standard, catalogue.tiers.sensitive
    return pl.DataFrame(
        {
            "release_id": note.release_id,
            "published_at": note.published_at,
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
            "overrides": [[f"{p}, {m}, {y}: {reason}" for p, m, y, reason in overrides.iter_rows()]],
            "remark": note.remark,
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


def _public_ids(programmes: pl.DataFrame) -> pl.DataFrame:
    """Each registered programme, and the id it appears under: its present one if it is named, else its random code."""
    return programmes.select("programme_id", pl.when("named").then("known_as").otherwise("code").alias("public"))


def _renamed(frame: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The rows of registered programmes, under their public ids."""
    columns = frame.columns
    joined = frame.join(names, on="programme_id", maintain_order="left")
    return joined.drop("programme_id").rename({"public": "programme_id"}).select(columns)


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


def _result(holdings: Holdings, ledger: Ledger, names: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Every result published, whole and by subgroup, and a row of its status for whatever is not."""
    measures = catalogue.measure_frame
    whole = ledger.published.join(measures.select("measure_id"), on="measure_id", how="semi")
    contributions = _renamed(holdings.contributions, names)
    results = _renamed(whole, names)
    published = _with_interval(_with_subgroups(results, ledger.shares)).with_columns(status=pl.lit("published"))
    waiting = (
        statuses(contributions, measures, results)
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
        .join(_invited(results, _renamed(holdings.cohorts, names), measures), on="result_id", how="left")
        .with_columns(pl.when(pl.col("subgroup").is_null()).then("invited").alias("invited"))
        .sort("measure_id", "programme_id", "first_year", "result_id", "subgroup")
    )


def _with_subgroups(results: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """Results of everybody asked (subgroup null), and under each the subgroups shown with it."""
    of_results = results.drop("respondents", "affirmative").join(shares, on="result_id")
    return pl.concat([results.with_columns(pl.lit(None, pl.String).alias("subgroup")), of_results], how="diagonal")


def _with_interval(results: pl.DataFrame) -> pl.DataFrame:
    k, n = pl.col("affirmative"), pl.col("respondents")
    return results.with_columns(
        (k / n).alias("rate"), wilson_low(k, n).alias("rate_low"), wilson_high(k, n).alias("rate_high")
    )


def _invited(results: pl.DataFrame, cohorts: pl.DataFrame, measures: pl.DataFrame) -> pl.DataFrame:
    """How many were invited in the years of a result: where every year says so, the question was put to everybody,
    and no other result shares a year with it."""
    everybody = measures.filter(pl.col("base").is_null()).select(
        "measure_id", pl.col("group").alias("respondent_group")
    )
    return (
        results.select("result_id", "programme_id", "measure_id", pl.col("years").alias("academic_year"))
        .explode("academic_year")
        .with_columns(alone=pl.len().over("programme_id", "measure_id", "academic_year") == 1)
        .join(everybody, on="measure_id")
        .join(cohorts, on=["programme_id", "academic_year", "respondent_group"], how="left")
        .group_by("result_id")
        .agg(
            pl.when((pl.col("invited").is_not_null() & pl.col("alone")).all())
            .then(pl.col("invited").sum())
            .alias("invited")
        )
    )


# ---- comparators ----


def _members(result: pl.DataFrame, programme: pl.DataFrame) -> pl.DataFrame:
    """Who stands behind each comparator: PLACE, programme_id, and the published k and n taken (null while waiting).

    For each programme asked in the year its latest result ending then or, while that year still waits, in the two
    years before. Of two that end together, the one of more people; of two of as many, the later.
    """
    whole = result.filter(pl.col("subgroup").is_null())
    asked = (
        whole.filter(pl.col("status") != "not_collected")
        .select("programme_id", "measure_id", pl.col("years").alias("academic_year"), pl.col("status") == "suppressed")
        .explode("academic_year")
        .group_by("programme_id", "measure_id", "academic_year")
        .agg(pl.col("status").all().alias("waits"))
        .with_columns(_first_calendar_year("academic_year").alias("year"))
    )
    published = whole.filter(pl.col("status") == "published").select(
        "result_id",
        "programme_id",
        "measure_id",
        _first_calendar_year("last_year").alias("end"),
        "respondents",
        "affirmative",
    )
    back = pl.col("year") - pl.col("end")
    taken = (
        asked.join(published, on=["programme_id", "measure_id"])
        .filter((back == 0) | (pl.col("waits") & back.is_between(1, LOOK_BACK)))
        .sort("end", "respondents", "result_id")
        .unique(["programme_id", "measure_id", "academic_year"], keep="last", maintain_order=True)
        .select("programme_id", "measure_id", "academic_year", "respondents", "affirmative")
    )
    members = asked.join(taken, on=["programme_id", "measure_id", "academic_year"], how="left")
    return _in_each_kind(members, programme).select(*PLACE, "programme_id", "respondents", "affirmative")


def _first_calendar_year(column: str) -> pl.Expr:
    return pl.col(column).str.slice(0, 4).cast(pl.Int64)


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
    own = result.filter((pl.col("status") == "published") & pl.col("subgroup").is_null()).select(
        "result_id",
        "measure_id",
        "programme_id",
        "first_year",
        "last_year",
        "rate",
        "rate_low",
        "rate_high",
    )
    compared = own.join(
        _others(members),
        left_on=["programme_id", "measure_id", "last_year"],
        right_on=["programme_id", "measure_id", "academic_year"],
    )
    rate, other = pl.col("rate"), pl.col("comparator_rate")
    return compared.select(
        "result_id",
        "measure_id",
        "programme_id",
        "first_year",
        "last_year",
        "kind",
        "name",
        pl.col("^comparator_.*$"),
        (rate - other).alias("difference"),
        newcombe_low(rate, pl.col("rate_low"), other, pl.col("comparator_rate_high")).alias("difference_low"),
        newcombe_high(rate, pl.col("rate_high"), other, pl.col("comparator_rate_low")).alias("difference_high"),
    ).sort("measure_id", "programme_id", "first_year", "result_id", "kind", "name")


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


def _main(result: pl.DataFrame) -> pl.DataFrame:
    """Published results of everybody asked; of two that cover the same years the one of more people."""
    whole = result.filter((pl.col("status") == "published") & pl.col("subgroup").is_null())
    return whole.sort("respondents", "result_id").unique(
        ["measure_id", "programme_id", "years"], keep="last", maintain_order=True
    )


def _gap(result: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Expected and modelled side by side: only where both are published and cover the same years."""
    sides = _main(result).select(
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
