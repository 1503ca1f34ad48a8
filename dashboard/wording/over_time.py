"""A programme over time as sentences: from result to result, over many, and before and after a policy.

More or less is told; never better or worse.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from dashboard.wording.numbers import (
    Row,
    if_others_answered,
    in_points,
    likely_size,
    more_than,
    number_of,
    over_several_years,
    pair,
    span,
    years,
)
from dashboard.wording.sentences import STATUSES, absence, across_break, few_answered, found
from pipelines.academic_year import FIRST_MONTH
from pipelines.number_words import in_words
from pipelines.thresholds import LEAST_FOR_TREND

FEW_DATES = 4
"""Up to so many policy dates are drawn."""

VERDICTS = {"rise": "a rise", "fall": "a fall", "no_clear_change": "no clear change"}
TRENDS = {
    "rise": "there is a rise over the years",
    "fall": "there is a fall over the years",
    "no_clear_change": "there is no clear trend",
}
HOW_TO_READ = (
    "A blue point is what was found in this programme. A blue bar is one result over all the years it covers. The line "
    "through it is the likely range: the true figure probably lies there. A grey box is the likely range of all "
    "programmes together. A year marked suppressed was asked, and has too few people to show, or too few on one side. "
    "A blank year was not asked, or the programme took no part."
)
NO_CONTROL_CHART = (
    "There is no control chart here. It would need far more points than a yearly audit ever has. The change from one "
    f"result to the next, and a trend over {in_words(LEAST_FOR_TREND)} or more, are what so few results can bear."
)
BEFORE_AND_AFTER = (
    "For each support or policy item that came into place, these are the nearest results before and after it. The "
    "academic year in which it came is left out. What came after it did not always come from it: other things changed "
    "too."
)
NO_BEFORE_AND_AFTER = (
    "There is nothing to set side by side for this programme. It needs a result that ends before the academic year in "
    "which an item came into place, and one that begins after it."
)
ALL_MEASURES = "All measures over the years"
SMALL = (
    "Each small picture runs from {first} to {last}, and from 0% below to 100% above. Choose its name to see it large."
)
NOTHING_TO_COMPARE = "nothing to compare"
NO_RESULT_BEFORE = "no result before it"
NO_FIGURE = "too few programmes with a result"
NONE = "none"
"""What stands in a cell of a table where there is no change, no comparator, no date or no break."""
WORDED_ANEW = "question worded anew"
"""What stands beside a break."""
LATEST_DATES = "Only the latest policy dates are drawn. The table has all."
NO_DATES = "No support or policy item that belongs to this question came into place in these years."


def change_sentence(results: Sequence[Row], year: str, took_part: Sequence[str]) -> str:
    """The result of a year, and how it differs from the one before it; where it is withheld, of the last one before.

    `results`: the rows of `Release.series`. `took_part`: the years in which the programme took part.
    """
    row = of_year(results, year)
    if row is None or row["status"] == "not_collected":
        return f"{year}: {absence('not_collected' if year in took_part else 'no_part')}."
    if row["status"] == "published":
        return f"{_found(row)} {_since(row)}"
    sentence = f"{year}: {absence('suppressed')}."
    before = [past for past in results if past["status"] == "published" and past["last_year"] < year]
    return f"{sentence} The last result before it: {_found(before[-1])} {_since(before[-1])}" if before else sentence


def _found(row: Row) -> str:
    """What was found, with its years; over several years they are named within."""
    if over_several_years(row):
        return f"{found(row)}."
    return f"{years(row)}{':' if row['phrase'] else ','} {found(row)}."


def _since(row: Row) -> str:
    if row["verdict"] is None:
        return "There is no earlier result to compare it with."
    before = earlier(row)
    if row["verdict"] == "no_clear_change":
        return f"There is no clear change from {before}.{across_break(row)}{if_others_answered(row, 'earlier_')}"
    change = more_than(row, before, more=row["difference"] > 0)
    return f"That is {change}: {VERDICTS[row['verdict']]}.{across_break(row)}{if_others_answered(row, 'earlier_')}"


def breaks(results: Sequence[Row]) -> list[tuple[str, Row, Row]]:
    """Where a question was worded anew: from which year on, the last row before and the first one since.

    `results`: the rows of `Release.series`.
    """
    asked = [row for row in results if row["status"] != "not_collected"]
    return [
        (later["first_year"], before, later)
        for before, later in pairwise(asked)
        if before["measure_id"] != later["measure_id"]
    ]


def break_sentence(year: str, before: Row, later: Row) -> str:
    """What was asked before a break and since, and what that means."""
    return (
        f"From {year} on the question is worded anew. Until then it was “{before['question']}”, and since then it is "
        f"“{later['question']}” Answers to both can stand in one picture, but a part of any change across the break "
        f"may come from the wording."
    )


def correction_sentence(correction: Row) -> str:
    """A correction of the wording that the steward accepted, as a row of `Release.corrections`."""
    return (
        f"The wording was corrected, and answers to both wordings are counted as one question’s. It was "
        f"“{correction['before']}”, and is “{correction['after']}” The steward accepted this on "
        f"{correction['accepted_at']:%-d %B %Y}. The reason: {correction['reason']}"
    )


def edition_sentence(results: Sequence[Row], editions: Sequence[tuple[str, str]]) -> str:
    """From which year on the same question stood in a later version of the catalogue; blank where it was asked in one
    version only. `editions`: as `Release.editions` gives them."""
    asked = {year: row["measure_id"] for row in results if row["status"] != "not_collected" for year in row["years"]}
    later = [
        (version, first)
        for version, first in editions[1:]
        if {asked[year] for year in asked if year < first} & {asked[year] for year in asked if year >= first}
    ]
    return " ".join(
        f"From {first} on this question stood in version {version} of the questionnaire: its own words are the same, "
        f"but words around it were new."
        for version, first in later
    )


def other_question(measure: Row, before: Row | None, after: Row | None) -> str:
    """Which other questions were asked before this one, or are asked in its place, and are not drawn here."""
    sentences = []
    if before:
        sentences.append(
            f"Before that another question was asked: “{before['question']}” Its answers cannot be set beside these, "
            f"and are not drawn here."
        )
    if measure["retired"]:
        sentences.append(f"This is asked no more. {measure['retired_because'] or ''}".strip())
        if after:
            comparable = "" if after["comparable"] else " Answers to the two cannot be set beside each other."
            sentences.append(f"In its place this is asked: “{after['question']}”{comparable}")
    return " ".join(sentences)


def earlier(row: Row) -> str:
    """The years of the result before."""
    return span(row, "earlier_")


def change(row: Row | None) -> str:
    """A change as it stands in a table, or why there is none."""
    if row is None or row["status"] != "published":
        return NOTHING_TO_COMPARE
    if row["verdict"] is None:
        return NO_RESULT_BEFORE
    if row["verdict"] == "no_clear_change":
        sentence = f"no clear change from {earlier(row)}"
    else:
        size = likely_size(row["difference_low"], row["difference_high"])
        sentence = f"{VERDICTS[row['verdict']]} of {in_points(row['difference'])} from {earlier(row)} ({size})"
    return f"{sentence}; {WORDED_ANEW} in between" if row["across_break"] else sentence


def trend_sentence(row: Row | None) -> str:
    """Whether a series of results goes up or down, or why that is not told."""
    if row is None:
        return (
            f"A trend needs {in_words(LEAST_FOR_TREND)} results or more of the same question, and here there are fewer."
        )
    return f"Over {row['results']:,} results, {years(row)}, {TRENDS[row['verdict']]}.{few_answered(row)}"


def below_sentence(blank: Sequence[str], took_part: Sequence[str], dates: Sequence[Row], *, support_asked: bool) -> str:
    """Which years are blank, and why, and whether all policy dates are drawn, some of them, or none."""
    not_asked = [year for year in blank if year in took_part]
    no_part = [year for year in blank if year not in took_part]
    sentences = [
        f"{words}, and so left blank: {', '.join(blank_years)}."
        for words, blank_years in (("Not asked", not_asked), ("Took no part", no_part))
        if blank_years
    ]
    about_dates = LATEST_DATES if len(dates) > FEW_DATES else "" if dates or not support_asked else NO_DATES
    return " ".join(filter(None, [*sentences, about_dates]))


def comparator_of_year(row: Row | None) -> str:
    """All programmes of a year as they stand in a table, or why they do not."""
    return NO_FIGURE if row is None else f"{pair(row)} in {number_of(row['programmes'], 'programme', 'programmes')}"


def came_into_place(row: Row) -> str:
    """`October 2023: Supervisors are trained`"""
    return f"{row['since']:%B %Y}: {row['title']}"


def academic_year_began(day: date) -> int:
    """The calendar year in which the academic year of a day begins."""
    return day.year - (day.month < FIRST_MONTH)


def place_in_time(day: date) -> float:
    """Where a day stands among academic years: 2024.0 is the first day of 2024-25."""
    began = academic_year_began(day)
    return began + (day - date(began, FIRST_MONTH, 1)).days / 366


def side(row: Row, prefix: str) -> str:
    """One side of before and after: the pair and its years."""
    return f"{pair(row, prefix)}, {span(row, prefix)}"


def change_alt(measure: Row, results: Sequence[Row]) -> str:
    """What the chart shows, for those who cannot see it."""
    sentence = "; ".join(
        f"{years(row)}: {pair(row) if row['respondents'] else STATUSES[row['status']]}" for row in results
    )
    return f"{measure['title']}, over the years. {sentence}. The table below holds the same."


def of_year(results: Sequence[Row], year: str) -> Row | None:
    """The row that covers a year; of several the one of most people."""
    covering = [row for row in results if year in row["years"]]
    return max(covering, key=lambda row: row["respondents"] or 0, default=None)


def blank_years(results: Sequence[Row], all_years: Sequence[str]) -> list[str]:
    """Years of the release in which this was not asked."""
    asked: set[str] = set().union(*(row["years"] for row in results if row["status"] != "not_collected"))
    return [year for year in all_years if year not in asked]
