"""What a programme can hope to see before it asks anybody, in words."""

from dashboard.wording.numbers import in_points, number_of

TITLE = "Before you ask: what could be seen"
HOW_TO_READ = (
    "How soon a result can be shown depends on how many people answer each year. It also depends on how many say yes. "
    "The table says after how many years a first result is shown in four of five programmes like yours. It also says "
    "which change from one result to the next would be found four times in five, and which difference from a dozen "
    "programmes of the same size. The command “openness plan” says the same for any number of people."
)


def years(number: int | None) -> str:
    """`after 2 years`"""
    return "hardly ever" if number is None else f"after {number_of(number, 'year', 'years')}"


def size(difference: float | None) -> str:
    """`about 31 points`"""
    return "hardly any" if difference is None else f"about {in_points(difference)}"
