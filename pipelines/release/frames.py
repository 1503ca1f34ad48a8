"""The frames of a release. Everything about people is computed from published results, and from nothing else."""

import polars as pl

from pipelines.disclosure.ledger import YEAR_KEYS, Ledger
from pipelines.disclosure.pairs import pairs_shown
from pipelines.disclosure.statuses import statuses
from pipelines.disclosure.waiting_lists import standing_overrides
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.definitions import definitions
from pipelines.instrument.measures import Measure
from pipelines.instrument.support_items import SupportItem
from pipelines.release.catalogue_relations import CATALOGUE_RELATIONS
from pipelines.release.catalogue_words import catalogue_words
from pipelines.release.file import row_hash
from pipelines.release.plan import plan
from pipelines.release.schema import RESPONSE_DEGREES
from pipelines.release.unnamed import PLACES, hide_what_few_share
from pipelines.statistics.associations import association, association_point
from pipelines.statistics.change_over_time import change, policy_change, series, trends
from pipelines.statistics.comparators import comparator, comparison, coverage, funnel_limit, members, others, pooled
from pipelines.statistics.effective_respondents import with_effective_respondents
from pipelines.statistics.estimators import with_interval
from pipelines.statistics.gaps import gap, gap_change, gap_comparison, others_gap
from pipelines.statistics.highlight_scope import highlight_scope
from pipelines.statistics.highlights import highlight
from pipelines.statistics.meeting_questions import meeting_question, question_rule
from pipelines.statistics.paired_gaps import paired_gap
from pipelines.store.records import Holdings, ReleaseNote
from pipelines.version import CODE_VERSION

UNDER_HALF, HALF_OR_MORE = RESPONSE_DEGREES
RESULT_ORDER = ("place", "programme_id", "first_year", "last_year", "years", "definition", "respondents", "affirmative")
"""How results are numbered: by what the release says of them, and by nothing else."""


_GROUPS = {"measure_id": pl.String, "respondent_group": pl.String}


def compose(
    note: ReleaseNote, catalogue: Catalogue, holdings: Holdings, ledger: Ledger, overrides: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """The frames of a release, by relation.

    `ledger` holds what was published so far and what is published now; `overrides` are those of earlier releases.
    Programmes get their public ids in the first step, so that no frame computed from these can hold another id.
    """
    public_ids = _public_ids(holdings.programmes)
    programme = _programme(_renamed(holdings.programmes, public_ids))
    let_through = standing_overrides(ledger, holdings.withdrawn, holdings.unnamed)
    result = _result(holdings, ledger, let_through, public_ids, catalogue)
    items = _support_item(catalogue, holdings.items)
    support = _support(_renamed(holdings.support, public_ids), programme, items)
    same_people = _gap_of_same_people(_renamed(pairs_shown(ledger, holdings.pairs), public_ids), catalogue)
    all_overrides = _renamed(pl.concat([overrides.drop("release_id"), note.overrides]), public_ids)
    all_overrides = all_overrides.drop_nulls("programme_id")  # of programmes that were taken back nothing is told
    catalogue_frames = {"measure": _measure(catalogue, holdings.definitions), "gap_pair": _gap_pair(catalogue)}
    derived = _derived(catalogue, catalogue_frames["measure"], programme, result, support, same_people)
    composed = {
        "release": _release(note, catalogue, holdings, all_overrides, set(let_through["submission_id"])),
        **catalogue_frames,
        "edition": holdings.editions,
        "wording_correction": holdings.corrections,
        "support_item": items,
        **catalogue_words(catalogue),
        "association_pair": _association_pair(catalogue),
        "programme": programme,
        "result": result,
        "support": support,
        "gap_of_same_people": same_people,
        **derived,
        "plan": plan(catalogue),
        "highlight": highlight(derived | catalogue_frames | {"result": result}),
        "highlight_scope": highlight_scope(derived | {"result": result, "programme": programme}),
    }
    return composed | {"row_hash": row_hash(composed)}


def _derived(
    catalogue: Catalogue,
    measure: pl.DataFrame,
    programme: pl.DataFrame,
    result: pl.DataFrame,
    support: pl.DataFrame,
    same_people: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """The relations that are computed from published results, and from them alone."""
    comparator_members = members(result, programme)
    all_others, pools = others(comparator_members), pooled(comparator_members)
    comparisons = comparison(result, all_others, pools, _each_side(catalogue, measure))
    gap_pairs, pairs = _gap_pair(catalogue), _association_pair(catalogue)
    groups = pl.DataFrame([(measure.id, measure.group) for measure in catalogue.measure], _GROUPS, orient="row")
    gaps = gap(result, gap_pairs, groups, same_people)
    points = association_point(comparator_members, pairs, result)
    all_series = series(result, {measure.id: catalogue.series_id(measure) for measure in catalogue.measure})
    return {
        "coverage": coverage(result),
        "comparator": comparator(pools, result, comparisons),
        "comparison": comparisons,
        "funnel_limit": funnel_limit(pools, comparator_members),
        "change": change(all_series),
        "trend": trends(all_series),
        "gap": gaps,
        "gap_change": gap_change(gaps),
        "gap_comparison": gap_comparison(gaps, others_gap(result, programme, gaps, gap_pairs)),
        "policy_change": policy_change(all_series, support, _related(catalogue)),
        "association": association(points, comparator_members, pairs, result),
        "association_point": points,
        "question_rule": question_rule(catalogue),
        "meeting_question": meeting_question(catalogue, result, comparisons, gaps, support),
    }


# ---- catalogue, programmes, support ----


def _release(
    note: ReleaseNote, catalogue: Catalogue, holdings: Holdings, overrides: pl.DataFrame, let_through: set[str]
) -> pl.DataFrame:
    """`overrides`: those the release tells. `let_through`: the submissions whose counts stand through an override."""
    standard, sensitive = catalogue.tiers.standard, catalogue.tiers.sensitive
    rows = overrides.select(*YEAR_KEYS, "reason").rows()
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
            "submissions": len(holdings.submissions | let_through),
            "invented": holdings.invented,
            "overrides": [
                sorted(f"{programme}, {measure}, {year}: {reason}" for programme, measure, year, reason in rows)
            ],
            "remark": note.remark,
            "content_hash": note.content_hash,
            "previous_release_id": note.previous_release_id,
            "previous_content_hash": note.previous_content_hash,
        }
    )


def _each_side(catalogue: Catalogue, measure: pl.DataFrame) -> pl.DataFrame:
    """How many people must be on each side of a result of each measure, as the tiers of the release say."""
    standard, sensitive = catalogue.tiers.standard, catalogue.tiers.sensitive
    sides = pl.when("sensitive").then(sensitive.minimum_each_side).otherwise(standard.minimum_each_side)
    return measure.select("measure_id", sides.alias("minimum_each_side"))


def _measure(catalogue: Catalogue, seen: pl.DataFrame) -> pl.DataFrame:
    """The measures of the catalogue, and those of earlier editions. `seen`: the definitions of those that came in."""
    known = dict(definitions(catalogue).select("measure_id", "definition").iter_rows()) | dict(seen.iter_rows())
    return pl.DataFrame(
        [
            {**_measure_row(catalogue, measure), "place": place, "definition": known[measure.id]}
            for place, measure in enumerate(catalogue.measure)
        ],
        infer_schema_length=None,
    )


def _measure_row(catalogue: Catalogue, measure: Measure) -> dict[str, object]:
    benchmark = measure.benchmark
    return {
        "measure_id": measure.id,
        "respondent_group": measure.group,
        **measure.model_dump(exclude={"id", "group", "benchmark", "answers", "affirmative"}),
        "answers": list(measure.answers),
        "affirmative": list(measure.affirmative),
        "retired": measure.id in catalogue.retired_ids,
        "retired_because": next((entry.why for entry in catalogue.retired if entry.id == measure.id), None),
        "series": catalogue.series_id(measure),
        "rests_on": list(measure.references),
        "benchmark_rate": benchmark.value if benchmark else None,
        "benchmark_respondents": benchmark.n if benchmark else None,
        "benchmark_population": benchmark.population if benchmark else None,
        "benchmark_source": benchmark.source if benchmark else None,
        "benchmark_remark": benchmark.remark if benchmark else None,
        "benchmark_professions": list(benchmark.professions) if benchmark else [],
        "benchmark_year": benchmark.year if benchmark else None,
    }


def _gap_pair(catalogue: Catalogue) -> pl.DataFrame:
    """The pairs that are put to the same people. Answers of different people are never subtracted."""
    rows = [
        {"gap_id": gap.id, "place": place, **gap.model_dump(exclude={"id"})}
        for place, gap in enumerate(catalogue.gap)
        if gap not in catalogue.gaps_between_groups
    ]
    texts = {name: pl.String() for name in ("title", "expected", "modelled", "replaces")}
    schema = {"gap_id": pl.String(), "place": pl.Int64(), **texts, "comparable": pl.Boolean(), "paired": pl.Boolean()}
    return pl.DataFrame(rows, schema=schema)


def _gap_of_same_people(pairs: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """The gaps of which it is known how many people gave one answer, the other, both or neither."""
    gaps = _gap_pair(catalogue).filter("paired").select("gap_id", "expected", "modelled")
    return paired_gap(pairs.join(gaps, on=["expected", "modelled"]))


def _support_item(catalogue: Catalogue, seen: pl.DataFrame) -> pl.DataFrame:
    """The support items of the catalogue, and after them those of earlier editions, as they were called then."""
    rows = [_item_row(item) for item in catalogue.support_item]
    present = {item.id for item in catalogue.support_item}
    earlier = seen.filter(~pl.col("item_id").is_in(present)).iter_rows(named=True)
    rows += [row | {"retired": True, "replaces": [], "rests_on": [], "measures": []} for row in earlier]
    columns = CATALOGUE_RELATIONS["support_item"].columns
    return pl.DataFrame(
        [{name: row.get(name) for name in columns} | {"place": place} for place, row in enumerate(rows)],
        schema={name: column.dtype for name, column in columns.items()},
    )


def _item_row(item: SupportItem) -> dict[str, object]:
    computed = item.computed
    return item.model_dump() | {
        "item_id": item.id,
        "retired": False,
        "rests_on": item.references,
        "computed_from": computed.item if computed else None,
        "computed_date": computed.date if computed else None,
        "computed_months": computed.months if computed else None,
    }


def _related(catalogue: Catalogue) -> pl.DataFrame:
    """A row for each support item and each measure that is compared before and after it."""
    rows = [(item.id, measure) for item in catalogue.support_item for measure in item.measures]
    return pl.DataFrame(rows, schema={"item_id": pl.String, "measure_id": pl.String}, orient="row")


def _association_pair(catalogue: Catalogue) -> pl.DataFrame:
    rows = [
        {"association_id": pair.id, "place": place, **pair.model_dump(exclude={"id"})}
        for place, pair in enumerate(catalogue.association)
    ]
    texts = dict.fromkeys(("title", "first", "second"), pl.String())
    return pl.DataFrame(rows, schema={"association_id": pl.String(), "place": pl.Int64(), **texts})


def _public_ids(programmes: pl.DataFrame) -> pl.DataFrame:
    """The id that each registered programme appears under: its present id if it is named, else its random code."""
    return programmes.select("programme_id", pl.when("named").then("known_as").otherwise("code").alias("public"))


def _renamed(frame: pl.DataFrame, public_ids: pl.DataFrame) -> pl.DataFrame:
    """The rows of registered programmes, under their public ids."""
    columns = frame.columns
    joined = frame.join(public_ids, on="programme_id", maintain_order="left")
    return joined.drop("programme_id").rename({"public": "programme_id"}).select(columns)


def _programme(programmes: pl.DataFrame) -> pl.DataFrame:
    named = pl.when("named").then("programme_name").alias("programme_name")
    return hide_what_few_share(programmes.select("programme_id", named, *PLACES, "named")).sort("programme_id")


def _support(support: pl.DataFrame, programme: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """What programmes say of their support items.

    An item that points at a person is shown only as in place or not known, and without days and links, which would
    point at the person too. Days and links would also point at a programme that is not named. An item of which nobody
    knows any more whether it points at a person is taken to do so.
    """
    personal = pl.col("personal").fill_null(value=True)
    shown = pl.when(~personal | (pl.col("status") == "in_place"))
    return (
        support.join(programme.select("programme_id", "named"), on="programme_id")
        .join(items.select("item_id", "personal"), on="item_id", how="left")
        .with_columns(
            shown.then("status").otherwise(pl.lit("not_known")).alias("status"),
            *(
                pl.when(~personal & pl.col("named")).then(name).alias(name)
                for name in ("since", "reviewed_on", "evidence_url")
            ),
        )
        .drop("named", "personal")
        .sort("programme_id", "academic_year", "item_id")
    )


# ---- results ----


def _result(
    holdings: Holdings, ledger: Ledger, let_through: pl.DataFrame, public_ids: pl.DataFrame, catalogue: Catalogue
) -> pl.DataFrame:
    """Every published result, of everybody and by subgroup, and a row with the status of each year that has none."""
    measures = catalogue.measure_frame
    asked = ledger.published.join(measures.select("measure_id", "place"), on="measure_id")
    contributions = _renamed(holdings.contributions, public_ids)
    results, shares = _numbered(_renamed(asked, public_ids), ledger.shares)
    counted = _with_subgroups(_with_the_longer_stay(results, measures), shares)
    published = with_interval(with_effective_respondents(counted)).with_columns(status=pl.lit("published"))
    waiting = (
        statuses(contributions, measures, results, _renamed(let_through, public_ids))
        .filter(pl.col("status") != "published")
        .filter((pl.col("status") != "not_collected") | ~pl.col("measure_id").is_in(catalogue.retired_ids))
        .select(
            "programme_id",
            "measure_id",
            pl.col("academic_year").alias("first_year"),
            pl.col("academic_year").alias("last_year"),
            pl.concat_list("academic_year").alias("years"),
            "status",
        )
    )
    invited = _invited(results, _renamed(holdings.cohorts, public_ids), measures)
    return (
        pl.concat([published, waiting], how="diagonal")
        .join(invited, on="result_id", how="left")
        .join(_named(holdings.programmes, public_ids), on="programme_id", how="left")
        .with_columns(_response())
        .with_columns(_if_others_answered())
        .sort("measure_id", "programme_id", "first_year", "result_id", "subgroup")
    )


def _with_the_longer_stay(results: pl.DataFrame, measures: pl.DataFrame) -> pl.DataFrame:
    """Results with the longer `longest_stay` of the one they were judged by and the one of the catalogue. Null, where
    nobody knows, is the longest."""
    now = measures.select("measure_id", pl.col("longest_stay").alias("now"))
    both_known = pl.col("longest_stay").is_not_null() & pl.col("now").is_not_null()
    longer = pl.when(both_known).then(pl.max_horizontal("longest_stay", "now"))
    joined = results.join(now, on="measure_id", how="left", maintain_order="left")
    return joined.with_columns(longer.alias("longest_stay")).drop("now")


def _numbered(results: pl.DataFrame, shares: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Results and their subgroups under the numbers they have in the release. The ledger numbers results in the order
    of ids that are not public."""
    share = pl.concat_str("subgroup", "respondents", "affirmative", separator=" ")
    subgroups = shares.sort("subgroup").group_by("result_id").agg(share.str.join("; ").alias("subgroups"))
    numbers = (
        results.join(subgroups, on="result_id", how="left")
        .sort(*RESULT_ORDER, "subgroups")
        .select("result_id", pl.int_range(1, pl.len() + 1).cast(pl.Int64).alias("number"))
    )
    renumbered = (
        rows.join(numbers, on="result_id").drop("result_id").rename({"number": "result_id"})
        for rows in (results, shares)
    )
    return next(renumbered), next(renumbered)


def _named(programmes: pl.DataFrame, public_ids: pl.DataFrame) -> pl.DataFrame:
    return _renamed(programmes.select("programme_id", "named"), public_ids)


def _if_others_answered() -> list[pl.Expr]:
    """What the rate could be if all others who were invited had answered one way or the other.

    Only where under half answered. Where the number invited is not shown, this stands on the degree alone: more than
    twice as many were invited as answered. So it tells nothing that the degree does not.
    """
    n, k = pl.col("respondents"), pl.col("affirmative")
    invited = pl.coalesce("invited", 2 * n)
    under_half = pl.when(pl.col("response") == UNDER_HALF)
    return [
        under_half.then(k / invited).alias("rate_if_none"),
        under_half.then((k + invited - n) / invited).alias("rate_if_all"),
    ]


def _response() -> list[pl.Expr]:
    """How many answered of those invited: the number if the programme is named, and for all of them by degree."""
    known = pl.col("subgroup").is_null() & pl.col("invited").is_not_null()
    under_half = 2 * pl.col("respondents") < pl.col("invited")
    return [
        pl.when(known & pl.col("named")).then("invited").alias("invited"),
        pl.when(known & pl.col("named")).then("collected_by").alias("collected_by"),
        pl.when(known & under_half).then(pl.lit(UNDER_HALF)).when(known).then(pl.lit(HALF_OR_MORE)).alias("response"),
    ]


def _with_subgroups(results: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """Results of everybody asked, whose subgroup is null, and those of the subgroups shown with them."""
    everybody = results.with_columns(pl.lit(None, pl.String).alias("subgroup"))
    subgroups = results.drop("respondents", "affirmative", "people").join(shares, on="result_id")
    return pl.concat([everybody, subgroups], how="diagonal")


def _invited(results: pl.DataFrame, cohorts: pl.DataFrame, measures: pl.DataFrame) -> pl.DataFrame:
    """How many were invited in the years of a result, and who collected the answers where it was the same in all.

    This is known only where it is known for every year, the question was put to everybody, and no other result of the
    measure shares a year with this one.
    """
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
            .alias("invited"),
            pl.when((pl.col("collected_by").n_unique() == 1) & pl.col("alone").all())
            .then(pl.col("collected_by").first())
            .alias("collected_by"),
        )
    )
