"""The whole field in sentences: what is expected, what is done, and what others see, by profession and year."""

from collections.abc import Sequence

from dashboard.wording.numbers import Row, number_of, over_several_years, pair, plain, upper_first, years

TITLE = "The whole field"
LEAD = "in all programmes together and in each profession. No programme is named here, and nobody is ranked."
IN_GAPS, OF_EVERYTHING = "What is expected, what is done, and what others see of it", "What was found"
"""What the page is about, where the instrument has gaps, and where it has none."""
NOTHING = (
    "There is no figure of programmes together yet. It needs enough programmes whose results can be shown. The page "
    "about these numbers says how many."
)
HOW_TO_READ = (
    "Each point is the figure of all programmes of a profession that have a result that ends in that year, or in "
    "the two years before where that year still waits. A result can cover several years, so earlier years are named "
    "too. The line through it is the likely range of programmes like these: it allows for programmes that differ. "
    "Those asked are different people from year to year, and programmes come and go. So a line that goes up or down "
    "need not mean that any programme has changed. A year without a point has too few programmes with a result, or "
    "the question was not asked."
)
EVERYBODY = "All programmes together"
NO_FIGURE = "no figure: too few programmes with a result, or not asked"
"""What stands in a cell of a table where there is none."""


def lead(*, figures: bool, gaps: bool) -> str:
    """What the page begins with: what it shows, or that there is nothing yet."""
    return f"{IN_GAPS if gaps else OF_EVERYTHING}, {LEAD}" if figures else NOTHING


def heading(row: Row) -> str:
    """Whose figures they are: `All programmes together`, `Clinical psychology`."""
    return EVERYBODY if row["kind"] == "everybody" else upper_first(plain(row["name"]))


def latest_sentences(rows: Sequence[Row]) -> list[str]:
    """The latest figure of each measure of a group of programmes, each with how many programmes stand behind it."""
    latest = {row["measure_id"]: row for row in rows}
    newest = max((row["academic_year"] for row in rows), default="")
    return [sentence(row) for row in latest.values() if row["academic_year"] == newest]


def sentence(row: Row) -> str:
    """`2024-25, “Safe to share” (trainees): 14 of 31 (45%, …) in 9 programmes.` Results of other years are named."""
    results = f", with results of {years(row)}" if over_several_years(row) else ""
    return f"{row['academic_year']}, “{row['title']}” ({row['asked_of']}): {figure(row)}{results}."


def figure(row: Row) -> str:
    """A figure as it stands in a table: the pair, and how many programmes stand behind it."""
    return f"{pair(row)} in {number_of(row['programmes'], 'programme', 'programmes')}"


def alt(rows: Sequence[Row]) -> str:
    """What a chart shows, for those who cannot see it."""
    return f"{heading(rows[0])}, by year. {' '.join(latest_sentences(rows))} The table below holds the same."
