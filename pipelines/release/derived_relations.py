"""The relations that are computed from published results. Their comments say enough to compute them again.

The numbers in the comments come from the modules that compute with them.
"""

import polars as pl

from pipelines.instrument.measures import MINIMUM_EACH_SIDE, MINIMUM_RESPONDENTS
from pipelines.number_words import in_words
from pipelines.release.columns import Among, AtLeast, Column, Relation, RowRule, in_percent, listed, optional
from pipelines.release.shared_columns import (
    ACADEMIC_YEAR,
    ALL_YEARS,
    ASSOCIATION_ID,
    CORRELATION,
    COUNT,
    COVERED,
    GAP_ID,
    IN_UNIT,
    INNER,
    KIND,
    MEASURE_ID,
    NAME,
    PROGRAMME_ID,
    YEARS,
    difference,
    pooled,
    verdict,
    years,
)
from pipelines.statistics.estimators import (
    CHANGES,
    POWER,
    SIGNIFICANCE,
    Z,
)
from pipelines.statistics.funnels import (
    DEGREES,
    LOST_BY_FEW,
    MISSED,
    VERDICTS,
    WINSORISED,
    WINSORISED_SQUARE,
)
from pipelines.statistics.gaps import GAP_VERDICTS
from pipelines.thresholds import (
    LEAST_COVERAGE,
    LEAST_FOR_ASSOCIATION,
    LEAST_FOR_DISPERSION,
    LEAST_FOR_TREND,
    LEAST_OTHERS,
    LOOK_BACK,
)

_BELOW = f"null below {in_words(LEAST_FOR_DISPERSION)} programmes"
_SERIES_RULE = (
    "The results of a programme and measure are those that are published (subgroup null). The span of one is all "
    "academic years from first_year to last_year. Of those whose spans share a year only the one of most respondents "
    "stands (of as many, the one with the higher result_id): a result that is not that in one year of its span is left "
    "out."
)
_TAKEN = (
    "For a single year that is the latest result (subgroup null) ending in it or, where the programme has nothing but "
    f"suppressed of that year, in the {in_words(LOOK_BACK)} years before. For several years it is the latest result "
    "that covers one of them. Of results with the same last_year the one of most respondents is taken, then the one "
    "with the higher result_id."
)

DERIVED_RELATIONS: dict[str, Relation] = {
    "comparator": Relation(
        "A row is the pooled published results of a profession, country, region or everybody, for a measure and an "
        "academic year, or for all years of a result that covers several. Members are the programmes that have a row "
        "in result for one of these years (subgroup null, status not not_collected). Of each one result is taken. "
        f"{_TAKEN} There is no row for fewer than {in_words(LEAST_OTHERS)} programmes with a result, nor for fewer "
        f"than {in_words(LEAST_COVERAGE)} of the members.",
        ("measure_id", "years", "kind", "name"),
        {
            "measure_id": MEASURE_ID,
            "years": Column(ALL_YEARS.dtype, "The academic years it is for."),
            "kind": KIND,
            "name": NAME,
            **pooled("", ""),
            "phi": optional(
                pl.Float64,
                "How much more the programmes differ than chance makes them: the mean square of z over what chance "
                f"gives ({WINSORISED_SQUARE} - {LOST_BY_FEW} / J for J programmes). z is (rate of the programme - "
                "rate) / sqrt(rate * (1 - rate) / effective_respondents); z below the "
                f"{in_percent(WINSORISED)} quantile of the J or above the {in_percent(1 - WINSORISED)} quantile "
                f"(linear interpolation, Hyndman and Fan's type 7) are set to these. It is {_BELOW}.",
                COUNT,
            ),
            "tau2": optional(
                pl.Float64,
                "The variance between programmes that the limits allow for: (phi - 1) / u, and 0 where that is less. "
                "u is (sum w - sum w² / sum w) / (J - 1), w being effective_respondents / (rate * (1 - rate)). "
                f"It is {_BELOW}.",
                COUNT,
            ),
            "spread": optional(
                pl.Float64, f"The root of tau2: the standard deviation between programmes. It is {_BELOW}.", COUNT
            ),
            "spread_high": optional(
                pl.Float64,
                "The largest standard deviation between programmes that could have been missed: sqrt((phi / q - 1) / "
                f"u), and 0 where that is less than 0. q is the {in_percent(MISSED)} quantile of chi square with d = "
                f"{DEGREES} * J degrees of freedom, over d. It is {_BELOW}.",
                COUNT,
            ),
            "compared": Column(
                pl.Int64, "How many results of exactly these years are compared (in comparison).", COUNT
            ),
            "standing_out": optional(pl.Int64, f"How many of them stand out. It is {_BELOW}.", COUNT),
            "standing_out_by_chance": optional(
                pl.Float64,
                f"How many would stand out at most, if programmes differed by no more than the limits allow for: "
                f"{in_percent(SIGNIFICANCE)} of those compared. It is {_BELOW}.",
                COUNT,
            ),
        },
    ),
    "coverage": Relation(
        "A row is how many programmes have a number for a measure and year, and how many do not, and why. A programme "
        "with several rows of a year counts once, with the first that it has of published, suppressed, not_collected.",
        ("measure_id", "academic_year"),
        {
            "measure_id": MEASURE_ID,
            "academic_year": ACADEMIC_YEAR,
            "published": Column(pl.Int64, "Programmes with a published result of the year.", COUNT),
            "suppressed": Column(pl.Int64, "Programmes that asked, with too few people as yet.", COUNT),
            "not_collected": Column(pl.Int64, "Programmes that did not ask.", COUNT),
        },
    ),
    "comparison": Relation(
        "A row is a published result (subgroup null) against one comparator of the same years, made again without the "
        "programme itself. There is none where that would have too few programmes, as in comparator.",
        ("result_id", "kind", "name"),
        {
            "result_id": Column(pl.Int64, "The result compared."),
            "measure_id": MEASURE_ID,
            "programme_id": PROGRAMME_ID,
            **YEARS,
            "kind": KIND,
            "name": NAME,
            **pooled("comparator_", ", this one left out"),
            **difference(
                "rate less comparator_rate. The interval is Newcombe's: low is difference - sqrt((rate - rate_low)² + "
                "(comparator_rate_high - comparator_rate)²), high is difference + sqrt((rate_high - rate)² + "
                "(comparator_rate - comparator_rate_low)²)"
            ),
            "limit_low": optional(
                pl.Float64,
                f"The lower limit of the funnel for this result: comparator_rate - {Z:.6f} * sqrt(comparator_rate * "
                "(1 - comparator_rate) / effective_respondents + tau2 + v), at least 0. tau2 is that of the "
                "comparator of the same years, kind and name; v is comparator_variance. "
                f"It is {_BELOW} there, this one among them.",
                IN_UNIT,
            ),
            "limit_high": optional(pl.Float64, "The upper limit, likewise, at most 1.", IN_UNIT),
            "verdict": optional(
                pl.String,
                f"{listed(VERDICTS)}. The first where difference_low is above 0 and rate is above limit_high; the "
                "second where difference_high is below 0 and rate is below limit_low; else the third, also where the "
                "interval leaves out 0: then it is no more than programmes usually differ. Null without limits.",
                Among(VERDICTS),
            ),
            "detectable_more": optional(
                pl.Float64,
                "How much more than comparator_rate (p) would be found (verdict is the first) and shown (at least s "
                f"people on each side) with a chance of {in_percent(POWER)}: the smallest d of 0.01, 0.02 and so on "
                "with d - a at least 0.841621 * sqrt(v), p + d at most 1, and I(m, n - m + 1, p + a + b) - I(w, n - w "
                f"+ 1, p + d) at least {POWER}. a is the distance of limit_high from p (not cut at 1), and below 1 - "
                "p; v is comparator_variance; b is sqrt((d - a)² - 0.841621² * v); n is effective_respondents; m is "
                "the first whole number above n * (p + a) for which difference_low would be above 0 if m of n had "
                "given an affirmative answer; s is minimum_each_side of the relation release, or "
                "sensitive_minimum_each_side where the measure is sensitive; w is the first whole number above n - s; "
                "I(x, y, z) is the share of beta(x, y) below z, and 0 where x is above n. Null where no d is enough, "
                "and where verdict is null.",
                IN_UNIT,
            ),
            "detectable_less": optional(
                pl.Float64,
                "How much less would be found (verdict is the second) and shown: the same with 1 - p for p.",
                IN_UNIT,
            ),
        },
        [
            RowRule(
                "what stands out differs",
                ~pl.col("verdict").is_in(VERDICTS[:2])
                | (pl.col("difference_low") > 0)
                | (pl.col("difference_high") < 0),
            )
        ],
    ),
    "funnel_limit": Relation(
        "A row is the limits of a comparator's funnel for results of so many people, for drawing: as in comparison, "
        "with no programme left out. A programme is compared without itself, so near a limit its verdict may differ.",
        ("measure_id", "years", "kind", "name", "people"),
        {
            "measure_id": MEASURE_ID,
            "years": Column(ALL_YEARS.dtype, "The academic years of the comparator."),
            "kind": KIND,
            "name": NAME,
            "people": Column(pl.Int64, "n: effective respondents.", COUNT),
            "limit_low": Column(pl.Float64, f"Lower limit at {INNER}.", IN_UNIT),
            "limit_high": Column(pl.Float64, f"Upper limit at {INNER}.", IN_UNIT),
        },
    ),
    "change": Relation(
        "A row is a result beside the one before it in its series, which must have ended before this one began. A "
        "series is the results of a programme and of all measures that have the same series in the relation measure, "
        f"in the order of last_year, first_year, measure_id. {_SERIES_RULE} Whether a measure is retired makes no "
        "difference.",
        ("result_id",),
        {
            "programme_id": PROGRAMME_ID,
            "measure_id": MEASURE_ID,
            "result_id": Column(pl.Int64, "The later result."),
            "earlier_result_id": Column(pl.Int64, "The earlier result."),
            **YEARS,
            **years("earlier_", "the earlier result"),
            "across_break": Column(
                pl.Boolean,
                "Whether the earlier result is of another measure of the series: the question was worded otherwise "
                "then.",
            ),
            **difference("The later rate less the earlier; the interval as in comparison"),
            "verdict": verdict(CHANGES),
        },
    ),
    "trend": Relation(
        f"A row is {in_words(LEAST_FOR_TREND)} or more results of a programme and measure, tested for a trend "
        "(Cochran-Armitage). Unlike in change they are of this measure alone, and not of others of its series. "
        f"{_SERIES_RULE} A result counts with n = effective_respondents and k = rate * n, and its score s is the mean "
        "of the calendar years in which first_year and last_year begin. With p = sum k / sum n and d = s - sum (n * "
        "s) / sum n, z is sum (d * (k - n * p)) / sqrt(p * (1 - p) * sum (n * d²)).",
        ("programme_id", "measure_id"),
        {
            "programme_id": PROGRAMME_ID,
            "measure_id": MEASURE_ID,
            **years("", "all these results"),
            "results": Column(pl.Int64, "How many results.", AtLeast(LEAST_FOR_TREND)),
            "z": Column(pl.Float64, "The test statistic."),
            "p_value": Column(pl.Float64, "Its two-sided p value, of a normal z: 2 * Phi(-abs(z)).", IN_UNIT),
            "verdict": Column(
                pl.String,
                f"Where p_value is below {SIGNIFICANCE:.2g}: {CHANGES[0]} if z is above 0, {CHANGES[1]} if it is "
                f"below. Else {CHANGES[2]}.",
                Among(CHANGES),
            ),
        },
    ),
    "gap": Relation(
        "A row is a pair of measures (expected and modelled) of a programme, where both have a published result "
        "(subgroup null) of the same years, and both are put to the same respondent_group. Of results of the same "
        "years the one of most respondents is taken, then the one with the higher result_id.",
        ("gap_id", "programme_id", "years"),
        {
            "gap_id": GAP_ID,
            "title": Column(pl.String, "The question the pair answers."),
            "programme_id": PROGRAMME_ID,
            **YEARS,
            "years": ALL_YEARS,
            "expected": Column(pl.String, "The measure expected."),
            "modelled": Column(pl.String, "The measure modelled."),
            "expected_result_id": Column(pl.Int64, "Its result."),
            "modelled_result_id": Column(pl.Int64, "Its result."),
            "paired": optional(
                pl.Int64,
                "How many people answered both questions, where the gap is in gap_of_same_people: the interval is "
                "that of there. Null where it is not known how one person's two answers go together.",
                AtLeast(MINIMUM_RESPONDENTS),
            ),
            **difference(
                "Rate expected less rate modelled. How one person's two answers go together is not known, so the "
                "interval is that for answers of different people, as in comparison"
            ),
        },
    ),
    "gap_of_same_people": Relation(
        "A row is a gap whose two sides were answered by exactly the same people in one year, and how many of them "
        "gave which answers. It is shown where each of the four numbers is as large as a side of a result has to be.",
        ("gap_id", "programme_id", "academic_year"),
        {
            "gap_id": GAP_ID,
            "programme_id": PROGRAMME_ID,
            "academic_year": ACADEMIC_YEAR,
            "respondents": Column(pl.Int64, "n: how many answered both questions.", AtLeast(MINIMUM_RESPONDENTS)),
            **{
                name: Column(pl.Int64, meaning, AtLeast(MINIMUM_EACH_SIDE))
                for name, meaning in (
                    ("both_sides", "How many of them affirmed both."),
                    ("expected_only", "How many affirmed only the side expected."),
                    ("modelled_only", "How many affirmed only the side modelled."),
                    ("neither_side", "How many affirmed neither."),
                )
            },
            **difference("Expected less modelled (Newcombe 1998, method 10, for paired answers)"),
        },
    ),
    "gap_change": Relation(
        "A row is a clear gap (its interval leaves out 0) beside the gap before it of the same programme, which must "
        "have ended before this one began. Gaps are in the order of last_year, first_year.",
        ("gap_id", "programme_id", "first_year", "last_year"),
        {
            "gap_id": GAP_ID,
            "programme_id": PROGRAMME_ID,
            **YEARS,
            **years("earlier_", "the earlier gap"),
            **difference(
                "The gap less the earlier, both with the other sign where the gap is below 0: how much wider it is, "
                "where the two lie on the same side of 0; the interval as in comparison",
                "change",
                2,
            ),
            "verdict": Column(
                pl.String,
                f"{listed(GAP_VERDICTS)}. The third where the earlier gap is clear and has the other sign; the fourth "
                "where it has the other sign, is not clear, and change_low is above 0; else the first where change_low "
                "is above 0, and the second where change_high is below 0; else the last.",
                Among(GAP_VERDICTS),
            ),
        },
    ),
    "gap_comparison": Relation(
        "A row is a clear gap beside that of the other programmes of a profession, country, region, or all, in the "
        "same years. Members are the programmes that asked both sides in one of these years, and of each a gap is "
        "taken as comparator takes results, its respondents being those of the side expected. There is none for fewer "
        f"than {in_words(LEAST_OTHERS)} others with a gap, nor for fewer than {in_words(LEAST_COVERAGE)} of the "
        "others.",
        ("gap_id", "programme_id", "first_year", "last_year", "kind", "name"),
        {
            "gap_id": GAP_ID,
            "programme_id": PROGRAMME_ID,
            **YEARS,
            "kind": KIND,
            "name": NAME,
            "comparator_asked": Column(pl.Int64, "How many others asked both sides.", COUNT),
            "comparator_programmes": Column(pl.Int64, "How many others have a gap.", AtLeast(LEAST_OTHERS)),
            "comparator_coverage": Column(pl.Float64, "The one of the other.", COVERED),
            **years("comparator_", "the others' gaps"),
            **difference(
                "The others' rate expected less their rate modelled, each sum k / sum n. The interval is that "
                f"difference ± {Z:.6f} * sqrt(v). v is the larger of: the sum over both sides of rate * (1 - rate) * "
                "sum (n_j² / effective_respondents_j) / (sum n)²; and J / (J - 1) * sum e_j² * (t / "
                f"{Z:.6f})², e_j being (k_j - rate * n_j) / sum n expected less the same modelled, and t as in "
                "comparator",
                "comparator_difference",
            ),
            **difference(
                "The gap less that of the others, both with the other sign where the gap is below 0: how much wider it "
                "is, where the two lie on the same side of 0; the interval as in comparison",
                "excess",
                2,
            ),
            "verdict": optional(
                pl.String,
                f"{listed(GAP_VERDICTS)}: by excess, as in gap_change by change. Null below "
                f"{in_words(LEAST_FOR_DISPERSION)} programmes with a gap, this one among them.",
                Among(GAP_VERDICTS),
            ),
        },
    ),
    "policy_change": Relation(
        "A row is a measure before and after a support item came into place: of its results (as in trend, of this "
        "measure alone) the last that ended before the academic year of that day, and the first that began after it. "
        "Measures are those of the item in support_item. The day is that of the last academic year in which the item "
        "is in_place with a day. It shows what followed, not what caused it.",
        ("programme_id", "item_id", "since", "measure_id"),
        {
            "programme_id": PROGRAMME_ID,
            "item_id": Column(pl.String, "The item, as in the relation support_item."),
            "since": Column(pl.Date, "The day it came into place."),
            "measure_id": MEASURE_ID,
            "before_result_id": Column(pl.Int64, "The result before."),
            **years("before_", "the result before"),
            "after_result_id": Column(pl.Int64, "The result after."),
            **years("after_", "the result after"),
            **difference("The rate after less the rate before; the interval as in comparison"),
        },
    ),
    "association": Relation(
        "A row is how the rates of the two measures of a pair go together across programmes in a year. Association, "
        "not cause; programmes, not people, and only those that took part. There is none for fewer than "
        f"{in_words(LEAST_FOR_ASSOCIATION)} programmes, nor for fewer than {in_words(LEAST_COVERAGE)} of those that "
        "asked both.",
        ("association_id", "academic_year"),
        {
            "association_id": ASSOCIATION_ID,
            "academic_year": ACADEMIC_YEAR,
            "programmes": Column(
                pl.Int64, "How many programmes have a point in association_point.", AtLeast(LEAST_FOR_ASSOCIATION)
            ),
            "asked": Column(pl.Int64, "How many asked both.", COUNT),
            "coverage": Column(pl.Float64, "The one of the other.", COVERED),
            "first_respondents": Column(pl.Int64, "How many answered the first measure in all.", COUNT),
            "second_respondents": Column(pl.Int64, "How many answered the second in all.", COUNT),
            "correlation": Column(
                pl.Float64,
                "Pearson's, each programme weighted by w = 1 / (1 / n of the first + 1 / n of the second), n being "
                "effective_respondents.",
                CORRELATION,
            ),
            "correlation_low": Column(
                pl.Float64,
                f"Lower end of its {INNER} interval: tanh(artanh(correlation) - {Z:.6f} / sqrt(m - 3)), m being "
                "(sum w)² / sum w².",
                CORRELATION,
            ),
            "correlation_high": Column(pl.Float64, "Upper end of it.", CORRELATION),
            "attenuation": Column(
                pl.Float64,
                "Small numbers pull a correlation towards 0: as this a perfect relation would show. It is the root of "
                "the product of both sides' reliabilities, each 1 - e / s and at least 0. e is the mean of rate * (1 "
                "- rate) / n, and s the variance of the rates, both weighted by w, and s divided by 1 - 1 / m.",
                IN_UNIT,
            ),
        },
    ),
    "association_point": Relation(
        "A row is a programme's two results, as they stand in an association of a year, or would, were there enough: "
        "those that comparator takes of it for everybody in this year, where they share a year.",
        ("association_id", "academic_year", "programme_id"),
        {
            "association_id": ASSOCIATION_ID,
            "academic_year": ACADEMIC_YEAR,
            "programme_id": PROGRAMME_ID,
            "first_result_id": Column(pl.Int64, "The result of the first measure."),
            "second_result_id": Column(pl.Int64, "The result of the second."),
        },
    ),
}
