"""The About page: what is shown and what is not. Every sentence about the rule is made from the release's numbers."""

from dashboard.wording.marked import Marked, Paragraph
from dashboard.wording.numbers import Row, upper_first
from pipelines.number_words import in_words
from pipelines.thresholds import LEAST_COVERAGE, LEAST_OTHERS, LOOK_BACK

SIDE_BY_SIDE = "what was asked, programme by programme"
"""What this sets side by side where the catalogue does not say it."""
PRINCIPLE = "Nobody is ranked."
RETIRED = "Questions that are asked no more"
SINGLE_ANSWERS = (
    "This system stores counts, and never what one person answered. But whoever collects the answers can see them one "
    "by one before they are sent here. That matters: people answer otherwise, or not at all, if somebody who teaches "
    "or assesses them can read what they write. So each programme may say who collected the answers: the programme "
    "itself, somebody outside the programme, or the steward of the audit. It stands beside the number of people who "
    "answered. The questionnaire has a line for it too, above the first question."
)


def purpose(instrument: Row) -> str:
    """What this is for, as the catalogue says it."""
    subject, principle = instrument["subject"] or SIDE_BY_SIDE, instrument["principle"] or PRINCIPLE
    return " ".join(filter(None, (instrument["question"], f"This dashboard sets side by side {subject}.", principle)))


def where_help_is(instrument: Row) -> str:
    """Where a reader finds support, as the catalogue says it; empty where it says nothing."""
    place = instrument.get("help")
    return f"Reading this may touch something in you. {place}" if place else ""


def reference(row: Row) -> str:
    """A reference, and where it is found."""
    return " ".join(filter(None, (row["cite"], f"https://doi.org/{row['doi']}" if row["doi"] else row["url"])))


def rule(release: Row) -> list[Paragraph]:
    """What is shown, what is not, and what can be inferred all the same."""
    return [_EXACTLY, _PEOPLE, _WAITS, _example(release), _CLOSED, _KNOWS_ALL, _inferred(release), *_THE_REST]


_EXACTLY: Paragraph = (
    Marked("Exactly, or not at all."),
    " What is shown is the exact number: so many of so many. Everything else is ",
    Marked("suppressed", "emphasis"),
    ": it is not hidden in these pages, it is not in the file they are made from.",
)
_PEOPLE: Paragraph = (
    Marked("People, not answers."),
    " The same person may answer every year. So what counts is how many different people must stand behind a number, "
    "even if the same people answered each time.",
)
_WAITS: Paragraph = (
    Marked("What is too small waits, and is added to later years."),
    " Each programme has a waiting list for each measure. When enough people stand on it, it becomes one result that "
    "covers all its years, and a new list begins. So a small programme is shown every few years instead of never. A "
    "result once shown never changes, and nobody stands in two.",
)
_CLOSED: Paragraph = (
    Marked("Only closed years are shown."),
    " Until the steward closes an academic year, a programme may replace its files as often as it likes, and nothing "
    "of that year is published. Once a closed year has been published from, what was seen stays. A file that comes "
    "later is set aside, whatever is in it.",
)
_KNOWS_ALL: Paragraph = (
    Marked("Somebody who knows all this learns no more."),
    " Whether a list is shown is decided so that, even for a reader who knows these rules, every release ever made and "
    "how many people answered each year, several answers remain possible for every year that is not shown by itself.",
)
_THE_REST: tuple[Paragraph, ...] = (
    (
        Marked("What follows on another question"),
        " is shown only for whole results of that question, so that the number asked gives nothing away.",
    ),
    (
        Marked("Other programmes together"),
        " are always made of shown results. For a result of one year, each other programme's latest result that ends "
        f"in that year is taken or, while that year waits, one that ends in the {in_words(LOOK_BACK)} years before. "
        f"For a result of several years it is the latest that shares one of them. There is no figure for fewer than "
        f"{in_words(LEAST_OTHERS)} programmes, nor where fewer than {in_words(LEAST_COVERAGE)} of those that asked "
        f"have something to show.",
    ),
    (
        Marked("Not asked", "emphasis"),
        " means that the question was not put. ",
        Marked("Not named", "emphasis"),
        " means that a programme appears under a random code instead of its name. It does not mean that nobody can "
        "recognise it. Its region, its country and its profession are shown only as far as it shares them with other "
        "programmes that are not named; but those who know its size, or what support it has, may still recognise it. "
        "What an earlier release showed of it stays known, even if a later one shows less.",
    ),
)


def example(minimum: int) -> tuple[tuple[int, int, int], int]:
    """How many people answer in each of three years, and how many of all say yes, where so many are enough.

    The first two years have enough answers together, but perhaps not enough people; the last has enough by itself.
    """
    return (minimum - 1, 1, minimum + 2), minimum + 1


def _example(release: Row) -> Paragraph:
    enough = release["minimum_respondents"]
    (first, second, third), yes = example(enough)
    before = in_words(first)
    return (
        Marked("An example."),
        f" In 2022-23 {before} people answer: too few, so they wait. In 2023-24 {in_words(second)} more answers. "
        f"{upper_first(in_words(enough))} answers need not come from {in_words(enough)} people, because the same "
        f"person may have answered twice. So they wait together. In 2024-25 {in_words(third)} people answer, and all "
        f"three years are shown as one result: {yes:,} of {first + second + third:,}. Nobody can tell which year a yes "
        f"came from.",
    )


def _inferred(release: Row) -> Paragraph:
    enough, sensitive = release["minimum_respondents"], release["sensitive_minimum_respondents"]
    stricter = f" ({in_words(sensitive)} for a sensitive measure)" if sensitive != enough else ""
    return (
        Marked("What can be inferred all the same."),
        f" Suppose that a question was put to everybody and that no other answers to it were waiting. If "
        f"{in_words(enough)} or more people answered{stricter} and the result of that single year is suppressed, then "
        f"very few or nearly all of them said yes. How many exactly stays open. Which of the two it was is not said, "
        f"but a reader who knows how common something is elsewhere will mostly guess it right. Those who are asked "
        f"should know that. Where other answers were waiting, the year was added to them. It can then be suppressed "
        f"even if half of the people said yes. That nobody or everybody said yes is never shown.",
    )


def thresholds(release: Row) -> str:
    """The thresholds a release was made with, in words."""
    return (
        f"A result is shown only when at least {release['minimum_respondents']} people answered and at least "
        f"{release['minimum_each_side']} stand on each side of it. For sensitive measures it is at least "
        f"{release['sensitive_minimum_respondents']} people and {release['sensitive_minimum_each_side']} on each side."
    )


def release_sentence(release: Row) -> str:
    """Which release this is, and what it was made with."""
    invented = " Its programmes and people are invented." if release["invented"] else ""
    remark = f" {release['remark']}" if release["remark"] else ""
    return (
        f"Release {release['release_id']}, published {release['published_at']:%-d %B %Y}, from "
        f"{release['submissions']:,} submissions, with Openness {release['code_version']} and version "
        f"{release['catalogue_version']} of the catalogue {release['instrument_id']}.{remark}{invented}"
    )
