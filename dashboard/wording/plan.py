"""What a programme can hope to see before it asks anybody, in words."""

from dashboard.wording.numbers import Row, in_points, number_of
from pipelines.number_words import in_words
from pipelines.thresholds import LEAST_FOR_DISPERSION

TITLE = "Before you ask: what could be seen"
HOW_TO_READ = (
    "How soon a result can be shown depends on how many people answer each year. It also depends on how many say yes. "
    "How many answer varies from year to year: here twice as many are invited, and about half of them answer. "
    "The table says after how many years a first and a second result are shown in four of five programmes like yours. "
    "It also says which change from one result to the next would be found four times in five. Where no second result "
    "can be hoped for within ten years, there is no change to find. Very low and very high results are withheld, so "
    "with few answers no change is found as often. The last column says which difference from a dozen "
    f"programmes of the same size would be found. Among fewer than {in_words(LEAST_FOR_DISPERSION)} programmes, "
    "yours counted, no difference is ever called clear. The command “openness plan” says the same for any number of "
    "people."
)


def years(number: int | None) -> str:
    """`after 2 years`"""
    return "hardly ever" if number is None else f"after {number_of(number, 'year', 'years')}"


def change(row: Row) -> str:
    """`about 31 points`, or why no change can be found."""
    return "none, without a second result" if row["years_again_if_half"] is None else _size(row["detectable_change"])


def difference(row: Row) -> str:
    """`about 31 points`, or why no difference can be found."""
    return "none, without a result" if row["years_if_half"] is None else _size(row["detectable_difference"])


def _size(difference: float | None) -> str:
    return (
        "none so often, as results far apart are withheld" if difference is None else f"about {in_points(difference)}"
    )
