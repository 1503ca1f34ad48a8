"""What there is to say of a programme's year: the findings of the release as sentences, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from dashboard.wording.comparison import KINDS, STANDS_OUT
from dashboard.wording.numbers import Row, in_points, likely_size, more_than, number_of, plain, span, together
from dashboard.wording.sentences import BY_CHANCE, across_break, change_sentence

NOTHING = "Nothing stands out from other programmes, and nothing has clearly changed since the results before."
TRENDS = {"rise": "has risen", "fall": "has fallen"}


class Finding(NamedTuple):
    """A finding that is drawn elsewhere: the measure, as its picture is called, and what there is to say of it."""

    title: str
    rest: str
    page: str
    measure: str


class Group(NamedTuple):
    """Findings of one kind below a sentence."""

    sentence: str
    findings: list[Finding]


CHANGED = "These have changed clearly since the results before."
ROSE_OR_FELL = "These have risen or fallen over the years."


def groups(rows: Sequence[Row], worded_anew: Sequence[str]) -> list[Group]:
    """All there is to say of a year, with where each finding is drawn. `rows` as `Release.highlights` gives them."""
    by_topic = {topic: [row for row in rows if row["topic"] == topic] for topic in SENTENCES}
    first = by_topic["stands_out"][:1]
    groups = [
        *(Group(_stands_out_sentence(row), [_beside(row) for row in by_topic["stands_out"]]) for row in first),
        Group(CHANGED, [_changed(row) for row in by_topic["change"]]),
        Group(ROSE_OR_FELL, [_trending(row) for row in by_topic["trend"]]),
    ]
    shown = [group for group in groups if group.findings] or [Group(NOTHING, [])]
    besides = worded_anew_sentence(worded_anew), withheld_sentence(rows)
    return [*shown, *(Group(sentence, []) for sentence in besides if sentence)]


def _stands_out_sentence(row: Row) -> str:
    return f"These stand out from {_others(row)}. {BY_CHANCE}"


def _beside(row: Row) -> Finding:
    size = likely_size(row["difference_low"], row["difference_high"])
    more = "more" if row["verdict"] == STANDS_OUT[0] else "less"
    rest = f"{together(row)}: {in_points(row['difference'])} {more} ({size})"
    return Finding(row["title"], rest, "compare", row["measure_id"])


def _changed(row: Row) -> Finding:
    change = more_than(row, span(row, "earlier_"), more=row["difference"] > 0)
    return Finding(row["title"], f": {change}.{across_break(row)}", "change", row["measure_id"])


def _trending(row: Row) -> Finding:
    return Finding(row["title"], trend_sentence(row).removeprefix(f"“{row['title']}”"), "change", row["measure_id"])


def _sayable(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["topic"] in SENTENCES]


def year_sentences(rows: Sequence[Row], worded_anew: Sequence[str]) -> list[str]:
    """All there is to say of a year: what stands out or changed, which questions were worded anew, what is withheld."""
    besides = worded_anew_sentence(worded_anew), withheld_sentence(rows)
    return [*highlight_sentences(rows), *filter(None, besides)]


def highlight_sentences(rows: Sequence[Row]) -> list[str]:
    """What stands out, changed, rose or fell. `rows` as `Release.highlights` gives them."""
    sayable = _sayable(rows)
    if not sayable:
        return [NOTHING]
    return [*(SENTENCES[row["topic"]](row) for row in sayable), BY_CHANCE]


def _stands_out(row: Row) -> str:
    far = more_than(row, _others(row), more=row["verdict"] == STANDS_OUT[0])
    return f"“{row['title']}”{together(row)} stands out: {far}."


def _others(row: Row) -> str:
    if row["kind"] == "everybody":
        return "all other programmes"
    return f"the other programmes of {KINDS[row['kind']]} ({plain(row['name'])})"


def trend_sentence(row: Row) -> str:
    """A series that goes one way: `“Safe to share” has risen over 5 results, from 2020-21 to 2024-25.`"""
    results = number_of(row["trend_results"], "result", "results")
    years = f"from {row['trend_first_year']} to {row['trend_last_year']}"
    return f"“{row['title']}” {TRENDS[row['trend']]} over {results}, {years}."


def withheld_sentence(rows: Sequence[Row]) -> str:
    """Which measures of the year are suppressed; blank where none is."""
    titles = [row["title"] for row in rows if row["topic"] == "suppressed"]
    if not titles:
        return ""
    return f"Suppressed for now, with too few people or too few on one side: {'; '.join(titles)}."


def worded_anew_sentence(titles: Sequence[str]) -> str:
    """Which questions had other words in the result before; blank where none had."""
    return f"Questions worded anew since the results before: {'; '.join(titles)}." if titles else ""


SENTENCES = {"stands_out": _stands_out, "change": change_sentence, "trend": trend_sentence}
