"""What there is to say of a programme's year: the findings of the release as sentences, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from dashboard.wording.comparison import KINDS, STANDS_OUT
from dashboard.wording.numbers import (
    Row,
    ended,
    if_others_answered,
    in_points,
    likely_size,
    listed,
    more_than,
    number_of,
    of_other_years,
    plain,
    span,
    titled,
    together,
)
from dashboard.wording.sentences import BY_CHANCE, across_break, change_sentence, few_answered, if_few_answered
from pipelines.number_words import in_words
from pipelines.thresholds import LEAST_FOR_DISPERSION, LEAST_FOR_TREND

NOTHING = {
    "stands_out": "Nothing stands out from {others}.",
    "change": "Nothing has clearly changed since the results before.",
    "trend": "Nothing has clearly risen or fallen over the years.",
}
"""What is said of a topic where verdicts were possible and nothing was found."""
NOT_POSSIBLE = {
    "stands_out": "Whether anything stands out from {others} could not be looked at.",
    "change": "Whether anything has changed since the results before could not be looked at.",
    "trend": "Whether anything has risen or fallen over the years could not be looked at.",
}
NOTHING_BESIDE = {
    "stands_out": (
        "has no comparable programmes with enough results",
        "have no comparable programmes with enough results",
    ),
    "change": ("has no earlier result", "have no earlier result"),
    "trend": tuple(
        f"{has} fewer than {in_words(LEAST_FOR_TREND)} results of the same question up to this year"
        for has in ("has", "have")
    ),
}
LOOKED_AT = {
    "stands_out": "Whether anything stands out",
    "change": "Whether anything has changed",
    "trend": "Whether anything has risen or fallen",
}
TOO_FEW = f"among fewer than {in_words(LEAST_FOR_DISPERSION)} programmes with this one, too few for a verdict"
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


def groups(rows: Sequence[Row]) -> list[Group]:
    """What stands out, changed, rose or fell, with where each finding is drawn. `rows` as `Release.highlights` gives
    them."""
    by_topic = {topic: [row for row in rows if row["topic"] == topic] for topic in SENTENCES}
    first = by_topic["stands_out"][:1]
    groups = [
        *(Group(_stands_out_sentence(row), [_beside(row) for row in by_topic["stands_out"]]) for row in first),
        Group(CHANGED, [_changed(row) for row in by_topic["change"]]),
        Group(ROSE_OR_FELL, [_trending(row) for row in by_topic["trend"]]),
    ]
    return [group for group in groups if group.findings]


def _stands_out_sentence(row: Row) -> str:
    return f"These stand out from {_others(row)}. {BY_CHANCE}"


def _beside(row: Row) -> Finding:
    size = likely_size(row["difference_low"], row["difference_high"])
    more = "more" if row["verdict"] == STANDS_OUT[0] else "less"
    than = f" than the others{of_other_years(row)}" if of_other_years(row) else ""
    rest = f"{together(row)}: {in_points(row['difference'])} {more}{than} ({size}).{if_others_answered(row)}"
    return Finding(row["title"], rest, "compare", row["measure_id"])


def _changed(row: Row) -> Finding:
    change = more_than(row, span(row, "earlier_"), more=row["difference"] > 0)
    rest = f"{together(row)}: {change}.{across_break(row)}{if_few_answered(row)}"
    return Finding(row["title"], rest, "change", row["measure_id"])


def _trending(row: Row) -> Finding:
    rest = trend_sentence(row).removeprefix(f"“{row['title']}” ({row['asked_of']})")
    return Finding(row["title"], rest, "change", row["measure_id"])


def year_sentences(
    rows: Sequence[Row], worded_anew: Sequence[str], scope: Sequence[Row], others: Sequence[str] = ()
) -> list[str]:
    """All there is to say of a year: what stands out or changed, and what is said besides."""
    return [*highlight_sentences(rows), *sentences_besides(rows, worded_anew, scope, others)]


def sentences_besides(
    rows: Sequence[Row], worded_anew: Sequence[str], scope: Sequence[Row], others: Sequence[str] = ()
) -> list[str]:
    """For how many measures anything could be looked at, which questions were worded anew, which other ones were asked
    in the place of earlier ones, what is withheld.

    `scope` as `Release.highlight_scope` gives it, and `others` as `Release.other_questions`.
    """
    breaks = worded_anew_sentence(worded_anew), other_questions_sentence(others)
    besides = *scope_sentences(rows, scope), *breaks, withheld_sentence(rows)
    return [sentence for sentence in besides if sentence]


def highlight_sentences(rows: Sequence[Row]) -> list[str]:
    """What stands out, changed, rose or fell. `rows` as `Release.highlights` gives them."""
    sayable = [row for row in rows if row["topic"] in SENTENCES]
    return [*(SENTENCES[row["topic"]](row) for row in sayable), BY_CHANCE] if sayable else []


def scope_sentences(rows: Sequence[Row], scope: Sequence[Row]) -> list[str]:
    """For each topic: that nothing was found, where verdicts were possible; and what could not be looked at, and why.

    `scope` as `Release.highlight_scope` gives it.
    """
    found = {row["topic"] for row in rows}
    return [sentence for row in scope if (sentence := _scope_sentence(row, found=row["topic"] in found))]


def _scope_sentence(row: Row, *, found: bool) -> str:
    """Blank where something was found and every measure could be looked at. Where something was found it is said for
    how many that could be; where nothing was, also why not for the others."""
    sentences = [] if found else [(NOTHING if row["possible"] else NOT_POSSIBLE)[row["topic"]]]
    if row["possible"] and row["possible"] < row["asked"]:
        measures = f"{row['possible']:,} of the {row['asked']:,} measures that were asked"
        sentences.append(f"{LOOKED_AT[row['topic']] if found else 'This'} could be looked at for {measures}.")
    sentences.append("" if found else _why_not(row))
    return " ".join(filter(None, sentences)).format(others=_others(row) if row["kind"] else "")


def _why_not(row: Row) -> str:
    """Why measures could not be looked at: `Of the others, 3 are suppressed and 1 has no earlier result.`"""
    has, have = NOTHING_BESIDE[row["topic"]]
    counts = (
        (row["suppressed"], "is suppressed", "are suppressed"),
        (row["nothing_beside"], has, have),
        (row["too_few"], f"is {TOO_FEW}", f"are {TOO_FEW}"),
    )
    reasons = [f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count]
    asked = f"{number_of(row['asked'], 'measure that was', 'measures that were')} asked"
    whose = "Of the others" if row["possible"] else f"Of {asked}"
    return f"{whose}, {listed(reasons)}." if reasons else ""


def _stands_out(row: Row) -> str:
    others = "all others" if row["kind"] == "everybody" else _others(row)
    far = more_than(row, f"{others} together{of_other_years(row)}", more=row["verdict"] == STANDS_OUT[0])
    covered = f"{together(row)}," if together(row) else ""
    return f"“{row['title']}” ({row['asked_of']}){covered} stands out: {far}.{if_others_answered(row)}"


def _others(row: Row) -> str:
    if row["kind"] == "everybody":
        return "all other programmes"
    return f"the other programmes of {KINDS[row['kind']]} ({plain(row['name'])})"


def trend_sentence(row: Row) -> str:
    """A series that goes one way: `“Safe to share” (trainees) has risen over 5 results, from 2020-21 to 2024-25.`"""
    results = number_of(row["trend_results"], "result", "results")
    years = f"from {row['trend_first_year']} to {row['trend_last_year']}"
    return f"“{row['title']}” ({row['asked_of']}) {TRENDS[row['trend']]} over {results}, {years}.{few_answered(row)}"


def withheld_sentence(rows: Sequence[Row]) -> str:
    """Which measures of the year are suppressed; blank where none is."""
    titles = [titled(row) for row in rows if row["topic"] == "suppressed"]
    if not titles:
        return ""
    return ended(f"Suppressed for now, with too few people or too few on one side: {'; '.join(titles)}")


def worded_anew_sentence(titles: Sequence[str]) -> str:
    """Which questions had other words in the result before; blank where none had."""
    return ended(f"Questions worded anew since the results before: {'; '.join(titles)}") if titles else ""


def other_questions_sentence(titles: Sequence[str]) -> str:
    """Which questions took the place of others beside which they cannot be set; blank where none did."""
    if not titles:
        return ""
    return ended(f"Other questions than before, whose answers are not set beside earlier ones: {'; '.join(titles)}")


SENTENCES = {"stands_out": _stands_out, "change": change_sentence, "trend": trend_sentence}
