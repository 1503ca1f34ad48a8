"""How often each interval holds the true value, and how often something stands out by chance, in simulated audits.

Every number is made by the product's own functions, from audits whose true rates are known. The figures in
`docs/statistics.md` are printed by:

    python -m tests.reference.simulations

Programmes have 10 to 60 people each. Their true rates are drawn from a beta distribution with the spread given (its
standard deviation). Each cell stands on as many simulated audits as are asked for, so a share of 0.95 of 4,000 is right
to within 0.01.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.statistics.associations import association
from pipelines.statistics.change_over_time import trends
from pipelines.statistics.comparators import comparison, others, pooled
from pipelines.statistics.effective_respondents import with_effective_respondents
from pipelines.statistics.estimators import difference, with_interval
from pipelines.statistics.gaps import gap, others_gap

PROGRAMMES = (4, 10, 13, 24)
SPREADS = (0.0, 0.05, 0.10, 0.15)
RATES = (0.2, 0.5)
SIZES = (10, 20, 40, 60)
YEAR = "2024-25"
PLACE = {"span": YEAR, "kind": "everybody", "name": "everybody"}
Numbers = NDArray[Any]


@dataclass(frozen=True)
class Figure:
    """A share that was found in simulated audits, and where it should lie."""

    statistic: str
    case: str
    share: float
    lowest: float
    highest: float

    def __str__(self) -> str:
        return f"| {self.statistic} | {self.case} | {self.share:.3f} |"


def coverage(statistic: str, case: str, share: float, highest: float = 0.98) -> Figure:
    """How often a 95 % interval holds the true value."""
    return Figure(statistic, case, share, 0.93, highest)


# ---- simulated audits ----


def true_rates(dice: np.random.Generator, shape: tuple[int, ...], rate: float, spread: float) -> Numbers:
    """The rates of programmes that differ."""
    if spread == 0:
        return np.full(shape, rate)
    concentration = rate * (1 - rate) / spread**2 - 1
    return dice.beta(rate * concentration, (1 - rate) * concentration, shape)


def results(n: Numbers, k: Numbers, years: int = 1, longest_stay: int | None = None) -> pl.DataFrame:
    """A row for each audit and programme, as in the relation result: an audit's number is its measure."""
    audits, programmes = n.shape
    span = [f"{2024 - back}-{25 - back}" for back in reversed(range(years))]
    rows = pl.DataFrame(
        {
            "measure_id": np.repeat(np.arange(audits), programmes),
            "programme_id": np.tile(np.arange(programmes), audits),
            "respondents": n.ravel(),
            "affirmative": k.ravel(),
        }
    ).with_columns(
        pl.col("measure_id", "programme_id").cast(pl.String),
        result_id=pl.int_range(pl.len()),
        first_year=pl.lit(span[0]),
        last_year=pl.lit(span[-1]),
        years=pl.lit(pl.Series([span])).first(),
        longest_stay=pl.lit(longest_stay, pl.Int64),
        subgroup=pl.lit(None, pl.String),
        status=pl.lit("published"),
    )
    return with_interval(with_effective_respondents(rows))


def audits(
    dice: np.random.Generator, number: int, programmes: int, rate: float, spread: float
) -> tuple[pl.DataFrame, Numbers]:
    """Results of a single year, and the true rate of each."""
    n = dice.integers(10, 61, (number, programmes))
    p = true_rates(dice, n.shape, rate, spread)
    return results(n, dice.binomial(n, p)), p.ravel()


def holds(frame: pl.DataFrame, low: str, high: str, truth: Any) -> float:
    """The share of intervals that hold the truth."""
    return float(frame.select((pl.col(low) <= truth) & (truth <= pl.col(high))).to_series().mean())  # type: ignore[arg-type]


# ---- figures ----


def figures_beside_others(number: int, dice: np.random.Generator) -> Iterator[Figure]:
    """Comparators, differences, verdicts, spreads and detectable differences."""
    for programmes in PROGRAMMES:
        for spread in SPREADS:
            for rate in RATES:
                case = f"{programmes} programmes, spread {100 * spread:.0f}, rate {100 * rate:.0f}%"
                yield from _beside_others(case, dice, number // programmes * 4, programmes, rate, spread)


def _beside_others(
    case: str, dice: np.random.Generator, number: int, programmes: int, rate: float, spread: float
) -> Iterator[Figure]:
    result, truth = audits(dice, number, programmes, rate, spread)
    result = result.with_columns(truth=truth)
    members = result.with_columns(pl.lit(value).alias(name) for name, value in PLACE.items())
    pools = pooled(members)
    compared = comparison(result, others(members), pools, each_side(result)).join(
        result.select("result_id", "truth"), on="result_id"
    )
    yield coverage("Rate of others", case, holds(pools, "rate_low", "rate_high", rate), highest=0.985)
    excess = pl.col("truth") - rate
    yield coverage("Difference from others", case, holds(compared, "difference_low", "difference_high", excess))
    if programmes >= 10:
        stands_out = (compared["verdict"] != "no_clear_difference").mean()
        yield Figure("Stands out by chance", case, float(stands_out), 0, 0.0525)  # type: ignore[arg-type]
        if spread:
            missed = float((pools["spread_high"] >= spread).mean())  # type: ignore[arg-type]
            yield Figure("Spread is at most what could be missed", case, missed, 0.90, 0.98)
    if programmes >= 10 and spread <= 0.05:
        found = _found(dice, result, others(members), pools, rate)
        yield Figure("Detectable difference is found and shown", case, found, 0.78, 0.86)


EACH_SIDE = 3
"""How many people a shown result has on each side at least."""


def each_side(result: pl.DataFrame) -> pl.DataFrame:
    """The least on each side, by measure."""
    return result.select("measure_id").unique().with_columns(minimum_each_side=pl.lit(EACH_SIDE))


def _found(
    dice: np.random.Generator, result: pl.DataFrame, theirs: pl.DataFrame, pools: pl.DataFrame, rate: float
) -> float:
    """How often a programme as far away as is called detectable stands out and is shown, in the direction in which it
    is rarer."""
    sides = each_side(result)
    sizes = comparison(result, theirs, pools, sides).select("result_id", "detectable_more", "detectable_less")
    sized = result.join(sizes, on="result_id", how="left", maintain_order="left")
    n, shares = result["respondents"].to_numpy(), []
    for side, name in ((1, "detectable_more"), (-1, "detectable_less")):
        p = rate + side * sized[name].fill_null(2).to_numpy()
        possible = (p >= 0) & (p <= 1)
        k = np.where(possible, dice.binomial(n, np.clip(p, 0, 1)), 0)
        again = with_interval(result.with_columns(affirmative=k)).filter(possible)
        shown = again.select("result_id", shown=pl.min_horizontal("affirmative", _negative()) >= EACH_SIDE)
        compared = comparison(again, theirs, pools, sides).join(shown, on="result_id")
        found = (compared["verdict"] != "no_clear_difference") & compared["shown"]
        shares += [float(found.mean())] if found.len() > result.height / 4 else []  # type: ignore[arg-type]
    return min(shares)


def _negative() -> pl.Expr:
    return pl.col("respondents") - pl.col("affirmative")


def figures_by_themselves(number: int, dice: np.random.Generator) -> Iterator[Figure]:
    """Rates, and changes from one result to the next, of programmes of one size."""
    for n in SIZES:
        p = dice.uniform(0.1, 0.9, number)
        people = np.full((number, 1), n)
        k = dice.binomial(people, p[:, None])
        yield coverage("Rate", f"{n} people", holds(results(people, k), "rate_low", "rate_high", pl.lit(pl.Series(p))))
        for years, longest_stay in ((3, None), (4, 2)):
            answering = longest_stay or years
            repeated = results(people * years, _over_years(dice, k, p, n, years, answering), years, longest_stay)
            case = f"{n} people a year in {years} years, each answering alike in {answering}"
            yield coverage(
                "Rate of several years", case, holds(repeated, "rate_low", "rate_high", pl.lit(pl.Series(p)))
            )
        again = results(people, dice.binomial(people, p[:, None]))
        yield coverage("Change", f"{n} people", _differs(results(people, k), again))


def _over_years(dice: np.random.Generator, k: Numbers, p: Numbers, n: int, years: int, answering: int) -> Numbers:
    """The affirmative answers of several years, where new people come in after so many years."""
    return answering * (k + sum(dice.binomial(n, p[:, None]) for _ in range(years // answering - 1)))


def _differs(here: pl.DataFrame, there: pl.DataFrame, truth: float = 0) -> float:
    """The share of differences whose interval holds the truth."""
    numbers = ("rate", "rate_low", "rate_high")
    both = pl.concat([here, there.select(pl.col(numbers).name.prefix("other_"))], how="horizontal")
    return holds(both.select(difference("rate", "other_rate")), "difference_low", "difference_high", truth)


# ---- gaps, trends, associations ----

ALIKE = (0.0, 0.3, 0.6)
"""The share of people who give the same answer to both questions of a gap, whatever it is."""


def figures_of_gaps(number: int, dice: np.random.Generator) -> Iterator[Figure]:
    """Gaps of a programme, and those of the others together."""
    for alike in ALIKE:
        for programmes, spread in ((4, 0.05), (13, 0.0), (13, 0.10), (24, 0.10)):
            case = f"{programmes} programmes, spread {100 * spread:.0f}, {100 * alike:.0f}% answer alike"
            yield from _gaps(case, dice, number // programmes, programmes, spread, alike)


def _gaps(
    case: str, dice: np.random.Generator, number: int, programmes: int, spread: float, alike: float
) -> Iterator[Figure]:
    n = dice.integers(10, 61, (number, programmes))
    p, q = (true_rates(dice, n.shape, rate, spread) for rate in (0.6, 0.4))
    expected, modelled = _two_answers(dice, n, p, q, alike)
    pairs = pl.DataFrame({"gap_id": [str(audit) for audit in range(number)]}).with_columns(
        title=pl.lit("Gap"), expected="e" + pl.col("gap_id"), modelled="m" + pl.col("gap_id")
    )
    result = pl.concat(
        [
            results(n, expected).with_columns(measure_id="e" + pl.col("measure_id")),
            results(n, modelled).with_columns(pl.col("result_id") + n.size, measure_id="m" + pl.col("measure_id")),
        ]
    )
    gaps = gap(result, pairs, result.select("measure_id", pl.lit("staff").alias("respondent_group")).unique())
    truth = pl.DataFrame({"programme_id": result["programme_id"][: n.size], "gap_id": result["measure_id"][: n.size]})
    truth = truth.with_columns(pl.col("gap_id").str.slice(1), truth=pl.Series((p - q).ravel()))
    known = gaps.join(truth, on=["gap_id", "programme_id"])
    highest = 0.98 if alike == 0 else 1
    yield coverage("Gap", case, holds(known, "difference_low", "difference_high", pl.col("truth")), highest)
    theirs = others_gap(result, _programme(programmes), gaps, pairs)
    ends = "comparator_difference_low", "comparator_difference_high"
    yield coverage("Gap of others", case, holds(theirs, *ends, 0.2), 0.985 if alike == 0 else 1)


def _two_answers(
    dice: np.random.Generator, n: Numbers, p: Numbers, q: Numbers, alike: float
) -> tuple[Numbers, Numbers]:
    """How many said yes to either question. Some people decide both by one throw of the dice."""
    together = dice.binomial(n, alike)
    apart = n - together
    low, high = np.minimum(p, q), np.maximum(p, q)
    both = dice.binomial(together, low)
    only_one = dice.binomial(together - both, np.clip((high - low) / (1 - low), 0, 1))
    return (
        dice.binomial(apart, p) + both + np.where(p > q, only_one, 0),
        dice.binomial(apart, q) + both + np.where(q > p, only_one, 0),
    )


def _programme(programmes: int) -> pl.DataFrame:
    place = {"profession": "p", "country": "c", "region": None}
    who = [str(number) for number in range(programmes)]
    return pl.DataFrame({"programme_id": who}).with_columns(
        pl.lit(value, pl.String).alias(name) for name, value in place.items()
    )


def figures_of_trends(number: int, dice: np.random.Generator) -> Iterator[Figure]:
    """How often a series without a trend is said to have one."""
    for n in SIZES:
        for length in (5, 8):
            years = np.tile(np.arange(length), number)
            p = np.repeat(dice.uniform(0.2, 0.8, number), length)
            rows = results(np.full((number, length), n), dice.binomial(n, p).reshape(number, length)).with_columns(
                programme_id=pl.lit("p"),
                first_year=pl.Series([f"{2010 + year}-{11 + year}" for year in years]),
                last_year=pl.Series([f"{2010 + year}-{11 + year}" for year in years]),
            )
            found = trends(rows)["verdict"] != "no_clear_change"
            share = float(found.sum()) / number
            yield Figure("Trend by chance", f"{length} results of {n} people", share, 0.02, 0.065)


def figures_of_associations(number: int, dice: np.random.Generator) -> Iterator[Figure]:
    """How far small numbers pull a correlation of 0.8 between true rates towards zero, and how far is said."""
    for programmes, spread in ((13, 0.08), (13, 0.15), (24, 0.08), (24, 0.15)):
        case = f"{programmes} programmes, spread {100 * spread:.0f}"
        for truth in (0.0, 0.8):
            found = _associations(dice, number // programmes, programmes, spread, truth)
            if truth:
                shown, said = (float(found[name].mean()) for name in ("correlation", "attenuation"))  # type: ignore[arg-type]
                yield Figure(
                    "Correlation shown, where 0.8 is true", case, shown, truth * said - 0.1, truth * said + 0.1
                )
                yield Figure("0.8 times what is said of the pull", case, truth * said, 0, 0.8)
            else:
                share = holds(found, "correlation_low", "correlation_high", 0)
                yield coverage("Correlation, where none is true", case, share)


def _associations(dice: np.random.Generator, number: int, programmes: int, spread: float, truth: float) -> pl.DataFrame:
    n = dice.integers(10, 61, (2, number, programmes))
    common, *alone = dice.standard_normal((3, number, programmes))
    z = [np.sqrt(truth) * common + np.sqrt(1 - truth) * each for each in alone]
    sides = [
        results(each, dice.binomial(each, np.clip(0.5 + spread * score, 0.02, 0.98)))
        for each, score in zip(n, z, strict=True)
    ]
    staff, trainee = (
        sides[0],
        sides[1].with_columns(pl.col("result_id") + n[0].size, measure_id="t" + pl.col("measure_id")),
    )
    both = pl.concat([staff, trainee])
    points = staff.select(
        pl.col("measure_id").alias("association_id"),
        pl.lit(YEAR).alias("academic_year"),
        "programme_id",
        pl.col("result_id").alias("first_result_id"),
        pl.col("result_id").add(n[0].size).alias("second_result_id"),
    )
    pairs = points.select("association_id", first="association_id", second="t" + pl.col("association_id")).unique()
    members = both.with_columns(pl.lit(value).alias(name) for name, value in PLACE.items())
    return association(points, members, pairs, both)


FIGURES: tuple[Callable[[int, np.random.Generator], Iterator[Figure]], ...] = (
    figures_by_themselves,
    figures_beside_others,
    figures_of_gaps,
    figures_of_trends,
    figures_of_associations,
)


def main() -> None:
    """Print every figure as a row of a table; or those of the functions named."""
    dice = np.random.default_rng(2025)
    by_name = {figures.__name__: figures for figures in FIGURES}
    print("| statistic | case | share |\n|---|---|---|")  # noqa: T201
    for figures in (by_name[name] for name in sys.argv[1:] or by_name):
        for figure in figures(20_000, dice):
            inside = figure.lowest <= figure.share <= figure.highest
            print(figure, "" if inside else f"<- not from {figure.lowest:.3f} to {figure.highest:.3f}")  # noqa: T201


if __name__ == "__main__":
    main()
