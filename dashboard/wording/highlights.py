"""What there is to say of a programme's year: the findings of the release as sentences, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from dashboard.wording.comparison import KINDS, STANDS_OUT
from dashboard.wording.numbers import Row, more_than, number_of, plain, together
from dashboard.wording.sentences import BY_CHANCE, change_sentence

NOTHING = "Nothing stands out from other programmes, and nothing has clearly changed since the results before."
TRENDS = {"rise": "has risen", "fall": "has fallen"}


class Finding(NamedTuple):
    """Something to say of a year, and the page and measure where it is drawn; blank where nothing is."""

    sentence: str
    page: str = ""
    measure: str = ""


PAGES = {"stands_out": "compare", "change": "change", "trend": "change"}
"""Where each kind of finding is drawn."""
LINKS = {"compare": "See it beside the others", "change": "See it over the years", "gaps": "See it drawn"}
"""What the link to a picture says."""


def findings(rows: Sequence[Row], worded_anew: Sequence[str]) -> list[Finding]:
    """All there is to say of a year, each sentence with where it is drawn. The sentences are `year_sentences`."""
    drawn = [Finding(SENTENCES[row["topic"]](row), PAGES[row["topic"]], row["measure_id"]) for row in _sayable(rows)]
    sentences = year_sentences(rows, worded_anew)
    return [*drawn, *map(Finding, sentences[len(drawn) :])]


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
    others = (
        "all other programmes"
        if row["kind"] == "everybody"
        else f"the other programmes of {KINDS[row['kind']]} ({plain(row['name'])})"
    )
    far = more_than(row, others, more=row["verdict"] == STANDS_OUT[0])
    return f"“{row['title']}”{together(row)} stands out: {far}."


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
