"""Columns that several relations of the release have in common."""

from collections.abc import Sequence

import polars as pl

from pipelines.instrument.measures import MINIMUM_EACH_SIDE, MINIMUM_RESPONDENTS
from pipelines.number_words import in_words
from pipelines.release.columns import Among, AtLeast, Between, Column, Matching, in_percent, optional
from pipelines.statistics.comparators import KINDS
from pipelines.statistics.estimators import CONFIDENCE, Z
from pipelines.thresholds import LEAST_COVERAGE, LEAST_OTHERS

TEXTS = pl.List(pl.String)
IN_UNIT = Between(0, 1)
COUNT = AtLeast(0)
COVERED = Between(LEAST_COVERAGE, 1)
CORRELATION = Between(-1, 1)
INNER = in_percent(CONFIDENCE)

PROGRAMME_ID = Column(
    pl.String, "The programme: its own id if it is named, else a random code, which it keeps as long as it is unnamed."
)
MEASURE_ID = Column(pl.String, "The measure, as in the relation measure.")
GAP_ID = Column(pl.String, "The pair of measures, as in the relation gap_pair.")
ASSOCIATION_ID = Column(pl.String, "The pair of measures, as in the relation association_pair.")
ACADEMIC_YEAR = Column(pl.String, "The academic year, such as 2024-25.", Matching(r"^\d{4}-\d{2}$"))
YEARS = {
    "first_year": Column(pl.String, "The first academic year the result covers."),
    "last_year": Column(pl.String, "The last academic year the result covers."),
}
ALL_YEARS = Column(TEXTS, "Every academic year the result covers.")
SUBGROUP = optional(pl.String, "A part of those asked, as in the relation subgroup; null for everybody asked.")
KIND = Column(pl.String, "What the programmes pooled have in common.", Among(KINDS))
NAME = Column(pl.String, "Which profession, country or region (with its country); everybody where it is of everybody.")


def pooled(prefix: str, without: str) -> dict[str, Column]:
    """The columns of pooled published results."""
    return {
        f"{prefix}asked": Column(pl.Int64, f"How many programmes are members{without}.", COUNT),
        f"{prefix}programmes": Column(
            pl.Int64,
            f"J: how many of them have a published result that is pooled here{without}.",
            AtLeast(LEAST_OTHERS),
        ),
        f"{prefix}coverage": Column(
            pl.Float64, f"Programmes pooled, of those asked; at least {in_words(LEAST_COVERAGE)}.", COVERED
        ),
        **years(prefix, "the results pooled"),
        f"{prefix}respondents": Column(pl.Int64, "n: how many answered, in all of them.", AtLeast(MINIMUM_RESPONDENTS)),
        f"{prefix}affirmative": Column(
            pl.Int64, "k: how many of them gave an affirmative answer.", AtLeast(MINIMUM_EACH_SIDE)
        ),
        f"{prefix}rate": Column(pl.Float64, "k / n.", IN_UNIT),
        f"{prefix}variance": Column(
            pl.Float64,
            "v: how uncertain the rate is. It is the larger of: rate * (1 - rate) * sum (n_j² / "
            f"effective_respondents_j) / n²; and J / (J - 1) * sum (k_j - rate * n_j)² / n² * (t / {Z:.6f})², t being "
            f"the {in_percent((1 + CONFIDENCE) / 2)} quantile of Student's t with J - 1 degrees of freedom. The second "
            "allows for programmes differing.",
            COUNT,
        ),
        f"{prefix}rate_low": Column(
            pl.Float64,
            f"Lower end of its {INNER} interval: Wilson's, as in result, with rate * (1 - rate) / v for n.",
            IN_UNIT,
        ),
        f"{prefix}rate_high": Column(pl.Float64, "Upper end of that interval.", IN_UNIT),
    }


def difference(meaning: str, name: str = "difference", largest: int = 1) -> dict[str, Column]:
    """The columns of a difference of two rates (at most 1), or of two such differences (at most 2)."""
    within = Between(-largest, largest)
    return {
        name: Column(pl.Float64, f"{meaning}, as a difference of rates.", within),
        f"{name}_low": Column(pl.Float64, f"Lower end of its {INNER} interval.", within),
        f"{name}_high": Column(pl.Float64, f"Upper end of its {INNER} interval.", within),
    }


def years(prefix: str, result: str) -> dict[str, Column]:
    """The first and the last academic year of another result than the row's."""
    return {
        f"{prefix}first_year": Column(pl.String, f"The first academic year of {result}."),
        f"{prefix}last_year": Column(pl.String, f"The last academic year of {result}."),
    }


def verdict(words: Sequence[str]) -> Column:
    """A column that says in one of these three words what the interval beside it shows."""
    above, below, neither = words
    return Column(
        pl.String,
        f"{above} where all of the interval is above 0, {below} where all of it is below 0, else {neither}.",
        Among(words),
    )
