"""The gap between what is expected and what is modelled, how it changes, and the gap of others.

Both questions are put to the same people, on one scale. Where it is known how one person's two answers go together, the
interval is that for paired answers. Else it is that for different people. Answers of the same people mostly go
together, and then it is a little too wide.
"""

from itertools import product

import polars as pl

from pipelines.statistics.comparators import COUNTS, PLACE, SPAN, first_of_others, members
from pipelines.statistics.estimators import ENDS, Z, difference
from pipelines.statistics.pooled_rates import student_t
from pipelines.thresholds import LEAST_COVERAGE, LEAST_FOR_DISPERSION, LEAST_OTHERS

GAP = ("gap_id", "programme_id", "first_year", "last_year")
GAP_VERDICTS = ("wider", "narrower", "other_direction", "no_clear_gap_there", "no_clear_difference")
"""What can be said of a clear gap beside another."""
_OWN = ("programme_id", *PLACE)
Side = tuple[str, str]
"""One of the two questions of a gap, by the columns of n and k."""
_EXPECTED: Side = ("respondents", "affirmative")
_MODELLED: Side = ("respondents_modelled", "affirmative_modelled")
_PEOPLE = {_EXPECTED: "effective_respondents", _MODELLED: "effective_respondents_modelled"}
_TWO_COUNTS = tuple(product((*_EXPECTED, *_MODELLED), repeat=2))


def gap(
    result: pl.DataFrame, pairs: pl.DataFrame, measure: pl.DataFrame, same_people: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The rate expected less the rate modelled, where both are published and cover the same years.

    There is none for a pair that was put to different groups of people: their answers are of different things.
    `same_people`: the gaps of which it is known how one person's two answers go together, with their intervals.
    """
    sides = _largest_results(result)
    both = (
        _of_one_group(pairs, measure)
        .join(sides, left_on="expected", right_on="measure_id")
        .join(
            sides.drop("first_year", "last_year"),
            left_on=["modelled", "programme_id", "years"],
            right_on=["measure_id", "programme_id", "years"],
            suffix="_modelled",
        )
    )
    return (
        both.rename({f"rate{end}_modelled": f"modelled_rate{end}" for end in ENDS})
        .with_columns(difference("rate", "modelled_rate"))
        .select(
            "gap_id",
            "title",
            "programme_id",
            "first_year",
            "last_year",
            "years",
            "expected",
            "modelled",
            pl.col("result_id").alias("expected_result_id"),
            pl.col("result_id_modelled").alias("modelled_result_id"),
            pl.lit(None, pl.Int64).alias("paired"),
            pl.col("^difference.*$"),
        )
        .pipe(_paired_where_known, same_people)
        .sort("gap_id", "programme_id", "first_year")
    )


def _paired_where_known(gaps: pl.DataFrame, same_people: pl.DataFrame | None) -> pl.DataFrame:
    """The gaps, with the interval for the same people where that is known."""
    if same_people is None:
        return gaps
    known = same_people.select(
        "gap_id",
        "programme_id",
        pl.concat_list("academic_year").alias("years"),
        *(pl.col(name).alias(f"paired_{name}") for name in ("respondents", "difference_low", "difference_high")),
    )
    return (
        gaps.join(known, on=["gap_id", "programme_id", "years"], how="left", maintain_order="left")
        .with_columns(
            paired=pl.col("paired_respondents"),
            difference_low=pl.coalesce("paired_difference_low", "difference_low"),
            difference_high=pl.coalesce("paired_difference_high", "difference_high"),
        )
        .drop("^paired_.*$")
    )


def _of_one_group(pairs: pl.DataFrame, measure: pl.DataFrame) -> pl.DataFrame:
    """The pairs of measures that are put to the same group."""
    groups = measure.select("measure_id", "respondent_group")
    return (
        pairs.join(groups, left_on="expected", right_on="measure_id")
        .join(groups, left_on=["modelled", "respondent_group"], right_on=["measure_id", "respondent_group"])
        .drop("respondent_group")
    )


def _largest_results(result: pl.DataFrame) -> pl.DataFrame:
    """Published results of everybody asked. If two cover the same years, the one of more people is taken."""
    whole = result.filter((pl.col("status") == "published") & pl.col("subgroup").is_null())
    return (
        whole.sort("respondents", "result_id")
        .unique(["measure_id", "programme_id", "years"], keep="last", maintain_order=True)
        .select(
            "measure_id",
            "programme_id",
            "years",
            "first_year",
            "last_year",
            "result_id",
            *(f"rate{end}" for end in ENDS),
        )
    )


# ---- before and beside ----


def gap_change(gap: pl.DataFrame) -> pl.DataFrame:
    """How much wider each clear gap is than the one before it, where the two share no year."""
    by = ("gap_id", "programme_id")
    before = ("first_year", "last_year", "difference", "difference_low", "difference_high")
    earlier = [pl.col(name).shift().over(by).alias(f"earlier_{name}") for name in before]
    both = gap.sort(*by, "last_year", "first_year").with_columns(earlier)
    apart = both.filter(_is_clear() & (pl.col("earlier_last_year") < pl.col("first_year")))
    return (
        _beside(apart, "earlier_difference")
        .rename({f"excess{end}": f"change{end}" for end in ENDS})
        .select(*GAP, "earlier_first_year", "earlier_last_year", pl.col("^change.*$"), "verdict")
        .sort(GAP)
    )


def gap_comparison(gap: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """How much wider each clear gap is than that of the other programmes together: `others_gap` of the same years.

    There is a verdict from LEAST_FOR_DISPERSION programmes on, the programme itself among them, as for results.
    """
    theirs = others.rename({"measure_id": "gap_id"})
    compared = gap.filter(_is_clear()).with_columns(SPAN).join(theirs, on=["gap_id", "programme_id", "span"])
    enough = pl.col("comparator_programmes") + 1 >= LEAST_FOR_DISPERSION
    return (
        _beside(compared, "comparator_difference")
        .with_columns(verdict=pl.when(enough).then("verdict"))
        .select(*GAP, "kind", "name", pl.col("^comparator_.*$"), pl.col("^excess.*$"), "verdict")
        .sort(*GAP, "kind", "name")
    )


def _is_clear() -> pl.Expr:
    return (pl.col("difference_low") > 0) | (pl.col("difference_high") < 0)


def _beside(gaps: pl.DataFrame, other: str) -> pl.DataFrame:
    """Clear gaps beside others, in the columns named `other`: `excess`, with its interval, and `verdict`.

    Both are taken in the direction of the gap, so that more is always wider, whichever of the two rates is higher.
    Where the other lies on the other side of 0 nothing is wider or narrower: sizes are not told apart by adding them.
    """
    oriented = gaps.with_columns(*_oriented("difference", "here"), *_oriented(other, "there"))
    wider, narrower, other_direction, no_clear_gap_there, no_clear_difference = map(pl.lit, GAP_VERDICTS)
    return oriented.with_columns(difference("here", "there", "excess")).with_columns(
        verdict=pl.when(pl.col("there_high") < 0)
        .then(other_direction)
        .when((pl.col("there") < 0) & (pl.col("excess_low") > 0))
        .then(no_clear_gap_there)
        .when(pl.col("excess_low") > 0)
        .then(wider)
        .when(pl.col("excess_high") < 0)
        .then(narrower)
        .otherwise(no_clear_difference)
    )


def _oriented(value: str, name: str) -> list[pl.Expr]:
    """A difference and its interval, turned over where the gap is negative."""
    negative = pl.col("difference") < 0
    middle, low, high = (pl.col(f"{value}{end}") for end in ENDS)
    return [
        pl.when(negative).then(-turned).otherwise(plain).alias(f"{name}{end}")
        for end, plain, turned in zip(ENDS, (middle, low, high), (middle, high, low), strict=True)
    ]


# ---- the gap of others ----


def others_gap(result: pl.DataFrame, programme: pl.DataFrame, gap: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """For each programme, the gap of the others: the rate expected of all of them less the rate modelled.

    The others are taken as a comparator takes them (`comparators.members`), with gaps for results: who asked both sides
    in the years, and of each the latest gap. With J programmes the robust variance is J / (J - 1) times the sum of
    ((k_j - rate * n_j) / n, expected less modelled)². The rest is as in `with_clustered_interval`, and the interval is
    the gap ± Z * sqrt(variance).

    The sum of squares is made of sums of products, from which a programme's own are taken away: to go through all
    others of each of 3,000 programmes would take minutes.
    """
    pools = _sums_of_others(_gap_members(result, programme, gap, pairs)).with_columns(
        comparator_coverage=pl.col("comparator_programmes") / pl.col("comparator_asked")
    )
    return _with_interval_of_gap(
        pools.filter(
            (pl.col("comparator_programmes") >= LEAST_OTHERS) & (pl.col("comparator_coverage") >= LEAST_COVERAGE)
        )
    )


def _gap_members(result: pl.DataFrame, programme: pl.DataFrame, gap: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The programmes that asked both sides, and the counts of both sides of the gap taken of each."""
    counts = result.filter(pl.col("subgroup").is_null()).select("result_id", *COUNTS)
    numbered = gap.with_row_index("gap_number").with_columns(pl.col("gap_number").cast(pl.Int64))
    sides = (
        numbered.select("gap_number", "expected_result_id", "modelled_result_id")
        .join(counts, left_on="expected_result_id", right_on="result_id")
        .join(counts, left_on="modelled_result_id", right_on="result_id", suffix="_modelled")
    )
    rows = pl.concat([_as_results(numbered, sides), _asked_without_gap(result, pairs, gap)], how="diagonal")
    modelled = sides.select("gap_number", *(f"{name}_modelled" for name in COUNTS))
    return members(rows, programme).join(modelled, left_on="result_id", right_on="gap_number", how="left")


def _as_results(numbered: pl.DataFrame, sides: pl.DataFrame) -> pl.DataFrame:
    """Gaps as rows of published results, with the counts of the side expected."""
    return numbered.join(sides.select("gap_number", *COUNTS), on="gap_number").select(
        pl.col("gap_number").alias("result_id"),
        pl.col("gap_id").alias("measure_id"),
        "programme_id",
        "years",
        "first_year",
        "last_year",
        pl.lit(None, pl.String).alias("subgroup"),
        pl.lit("published").alias("status"),
        *COUNTS,
    )


def _asked_without_gap(result: pl.DataFrame, pairs: pl.DataFrame, gap: pl.DataFrame) -> pl.DataFrame:
    """A row for each programme and year in which both sides were asked and no gap is shown."""
    key = ["programme_id", "years"]
    asked = (
        result.filter(pl.col("subgroup").is_null() & (pl.col("status") != "not_collected"))
        .select("measure_id", *key)
        .explode("years")
        .unique()
    )
    both = (
        pairs.select("gap_id", "expected", "modelled")
        .join(asked, left_on="expected", right_on="measure_id")
        .join(asked, left_on=["modelled", *key], right_on=["measure_id", *key])
    )
    shown = gap.select("gap_id", *key).explode("years")
    return both.join(shown, on=["gap_id", *key], how="anti").select(
        pl.col("gap_id").alias("measure_id"),
        "programme_id",
        pl.col("years").alias("first_year"),
        pl.col("years").alias("last_year"),
        pl.concat_list("years").alias("years"),
        pl.lit("suppressed").alias("status"),
    )


def _sums_of_others(members: pl.DataFrame) -> pl.DataFrame:
    """For each programme and PLACE, how many others there are, their years, and the sums of their counts, and of the
    products of any two of these."""
    products = {f"{one} {other}": pl.col(one) * pl.col(other) for one, other in _TWO_COUNTS}
    per_person = {f"{n} per person": pl.col(n) ** 2 / pl.col(people) for (n, _), people in _PEOPLE.items()}
    counts = {name: pl.col(name) for name in (*_EXPECTED, *_MODELLED)}
    published = pl.col("respondents").is_not_null()
    return members.select(
        *_OWN,
        (published.sum().over(PLACE).cast(pl.Int64) - published.cast(pl.Int64)).alias("comparator_programmes"),
        (pl.len().over(PLACE) - 1).alias("comparator_asked"),
        first_of_others(pl.col("first_year"), PLACE, descending=False).alias("comparator_first_year"),
        first_of_others(pl.col("last_year"), PLACE, descending=True).alias("comparator_last_year"),
        *(_sum_of_others(term).alias(name) for name, term in (counts | products | per_person).items()),
    )


def _sum_of_others(term: pl.Expr) -> pl.Expr:
    return term.sum().over(PLACE) - term.fill_null(0)


def _with_interval_of_gap(pools: pl.DataFrame) -> pl.DataFrame:
    """The others' gap with its interval, from the sums of their counts."""
    programmes, gap = pl.col("comparator_programmes"), _rate(_EXPECTED) - _rate(_MODELLED)
    squares = _products(_EXPECTED, _EXPECTED) + _products(_MODELLED, _MODELLED) - 2 * _products(_EXPECTED, _MODELLED)
    robust = programmes / (programmes - 1) * squares * (student_t(programmes) / Z) ** 2
    half = Z * pl.max_horizontal(robust, _by_chance(_EXPECTED) + _by_chance(_MODELLED)).sqrt()
    return pools.select(
        *_OWN,
        pl.col("^comparator_.*$"),
        gap.alias("comparator_difference"),
        (gap - half).clip(-1, 1).alias("comparator_difference_low"),
        (gap + half).clip(-1, 1).alias("comparator_difference_high"),
    )


def _rate(side: Side) -> pl.Expr:
    n, k = side
    return pl.col(k) / pl.col(n)


def _products(side: Side, other: Side) -> pl.Expr:
    """The sum of (k_j - rate * n_j) / n of one side times the same of another, over the programmes."""
    (n, k), (other_n, other_k) = side, other
    sums = (
        pl.col(f"{k} {other_k}")
        - _rate(other) * pl.col(f"{other_n} {k}")
        - _rate(side) * pl.col(f"{n} {other_k}")
        + _rate(side) * _rate(other) * pl.col(f"{n} {other_n}")
    )
    return sums / pl.col(n) / pl.col(other_n)


def _by_chance(side: Side) -> pl.Expr:
    n, _ = side
    return _rate(side) * (1 - _rate(side)) * pl.col(f"{n} per person") / pl.col(n) ** 2
