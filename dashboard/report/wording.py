"""The sentences of the report that no page has."""

from collections.abc import Mapping, Sequence

from dashboard.wording.about import PRINCIPLE, SIDE_BY_SIDE
from dashboard.wording.numbers import Row, ended, plain, programme_name, rate, titled, upper_first
from dashboard.wording.sentences import STATUSES, place_of
from pipelines.number_words import in_words
from pipelines.thresholds import LEAST_COVERAGE, LEAST_OTHERS

WORDS = {
    "report": "Openness report",
    "measure": "Measure",
    "own": "This programme",
    "answered": "who answered, of those invited",
    "others": "Comparable programmes",
    "difference": "against them; found four times in five",
    "drawn": "from 0% to 100%",
    "nothing_drawn": "nothing to draw",
    "own_point": "this programme",
    "others_point": "comparable programmes",
    "side_by_side": "Side by side",
    "highlights": "What stands out, and what has changed",
    "support": "What is in place",
    "support_said": "What the programme says of itself.",
    "questions": "For the next team meeting",
    "questions_said": "Chosen by rule from what is above, about conditions, and never about who should share.",
    "shown": "What is shown, and what is not",
    "bear_in_mind": "To bear in mind",
    "year": "Year",
    "together": "Programmes together",
    "page": "page",
    "of": "of",
}
"""Headings and labels of the report."""
FIELD_TITLE = "Openness: the state of the field"
FIELD_BUTTON = "Take the state of the field along (PDF)"
SHEET_FOR = "For a meeting of"
"""Whom a one-page sheet is for."""
SHEET_WORDS = {
    "told": "What you told us",
    "look": "What we will look at",
    "done": "What will be done, by whom, and by when",
    "nothing": "Nothing can be shown yet. Too few people stand behind each answer, or too few on one side.",
    "not_asked": "Nothing was asked of this group in this year.",
    "no_questions": "No question was chosen from the results.",
}
BUTTON = "Take the report along (PDF)"
HOW_TO_READ = (
    "A point is what was found. The line through it is the likely range: the true figure probably lies there, as few "
    "people answered. If the audit were repeated many times, 95 of 100 such ranges would hold it. Blue with a round "
    "point is this programme. Grey with a diamond is the comparable programmes together. A programme stands out only "
    "if it differs by more than chance and by more than programmes usually differ."
)
RULE = (
    (
        "Exactly, or not at all.",
        "What is shown is the exact number. Everything else is suppressed: it is not in the file this is made from.",
    ),
    (
        "People, not answers.",
        "The same person may answer every year. What counts is how many different people must stand behind a number.",
    ),
    (
        "What is too small waits.",
        "It is added to later years. So a result may cover several years, and these are then named. A result once "
        "shown never changes, and nobody stands in two.",
    ),
    (
        "What can be inferred all the same.",
        "If enough people answered a question put to everybody, no other answers to it were waiting, and the year is "
        "suppressed, then very few or nearly all of them said yes. How many stays open. A reader who knows how common "
        "something is elsewhere may guess which of the two it was.",
    ),
    (
        "Comparable programmes",
        "are made of shown results only. Of each programme the latest result of the same years is taken. There is no "
        f"figure for fewer than {in_words(LEAST_OTHERS)} programmes, nor where fewer than {in_words(LEAST_COVERAGE)} "
        "of those that asked have something to show.",
    ),
)
"""The rule in short: what is in bold, and how it goes on."""
CAVEATS = (
    "These are the answers of those who chose to answer. The likely ranges are about people like them. They do not "
    "tell what those who stayed silent would have said. Where fewer than half answered, what a figure “could be” is "
    "from all others answering one way to all of them answering the other way.",
    "Comparable programmes are those that took part. They may differ in size, place and people, and a difference from "
    "them says nothing about its cause.",
)
WITHHELD = {
    "suppressed": "Suppressed for now: too few people stand behind it, or too few on one side.",
    "not_collected": "Not asked: the question was not put.",
}
OVERRIDE = "The steward let a correction through although it gives something away:"


def principle(instrument: Row) -> str:
    """How the numbers of a sheet are to be taken: as the catalogue says it, and as it is for every instrument."""
    return " ".join(filter(None, (instrument["principle"], "No number here is a target.")))


def purpose(instrument: Row) -> str:
    """What the report sets side by side, as the catalogue says it."""
    subject, principle = instrument["subject"] or SIDE_BY_SIDE, instrument["principle"] or PRINCIPLE
    return f"{upper_first(subject)}, side by side. {principle}"


def title(programme: Row, year: str) -> str:
    """The title by which a reader's programme shows the report."""
    return f"{WORDS['report']}: {programme_name(programme)}, {year}"


def about_programme(programme: Row, year: str) -> str:
    """What stands below the programme's name: `Clinical psychology · North, Exampleland · academic year 2024-25`."""
    profession = upper_first(plain(programme["profession"] or ""))
    return " · ".join(filter(None, (profession, place_of(programme), f"academic year {year}")))


def unnamed(programme: Row) -> str:
    """Why there is a code in the place of a name; blank where there is a name."""
    return "" if programme["programme_name"] else "This programme is not named: it appears under a code of its own."


def chart_alt(results: Sequence[Row]) -> str:
    """What a chart of points shows, for those who cannot see it: each side, and the comparable programmes."""
    return " ".join(f"{_point_alt(row)}." for row in results)


def _point_alt(row: Row) -> str:
    if row["status"] != "published":
        return f"{row['title']}: {STATUSES[row['status']]}"
    own_programme = f"{row['title']}: {rate(row)}"
    return (
        own_programme
        if row["comparator_rate"] is None
        else f"{own_programme}; comparable programmes {rate(row, 'comparator_')}"
    )


def withheld_sentences(results: Sequence[Row]) -> list[str]:
    """Which measures have no number, and why, each reason once: `Not asked: the question was not put. A; B.`"""
    by_status = {status: [titled(row) for row in results if row["status"] == status] for status in WITHHELD}
    return [ended(f"{WITHHELD[status]} {'; '.join(titles)}") for status, titles in by_status.items() if titles]


def support_line(row: Row) -> str:
    """A support item, with the month since when."""
    return str(row["title"]) if row["since"] is None else f"{row['title']} (since {row['since']:%B %Y})"


def footer(programme: Row, year: str, release: Row) -> str:
    """What stands at the foot of every page, so that a page alone can be placed."""
    return f"{programme_name(programme)} · {year} · release {release['release_id']}"


def field_footer(release: Row) -> str:
    """What stands at the foot of the state of the field."""
    return f"{FIELD_TITLE} · release {release['release_id']}"


def sheet_for(group: str, people: Mapping[str, str]) -> str:
    """Whom the one-page sheet of a group is for. `people`: what those of each group are called."""
    return f"{SHEET_FOR} {people[group]}"


def sheet_title(programme: Row, year: str, people: str) -> str:
    """The title of a one-page sheet: `Cedar, 2024-25: what trainees told us`."""
    return f"{programme_name(programme)}, {year}: what {people} told us"
