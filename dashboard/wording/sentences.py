"""Numbers and statuses as sentences: what several pages and the report say about results.

A sentence is plain words and never Markdown. A row is a dict as the release gives it.
"""

from collections.abc import Mapping, Sequence

from dashboard.wording.about import release_sentence
from dashboard.wording.numbers import (
    FEW_ANSWERED,
    Row,
    if_others_answered,
    lower_first,
    more_than,
    number_of,
    over_several_years,
    pair,
    percent,
    plain,
    programme_name,
    rate,
    share,
    signed_or_sized,
    span,
    titled,
    together,
    upper_first,
    years,
)

STATUSES = {
    "suppressed": "suppressed for now",
    "not_collected": "not asked",
    "no_part": "took no part",
}
COLLECTED_BY = {
    "programme": "the programme itself",
    "outside_programme": "somebody outside the programme",
    "steward": "the steward of the audit",
}
SIDE_BY_SIDE = (
    "These are answers of different people. They stand side by side and are never subtracted: many can see what one "
    "person does."
)
CHARTS = {"intervals": "points with intervals", "funnel": "funnel"}
NOT_ASKED = "Not asked in this year"
NO_PART = "This programme took no part in this academic year. Choose another year above."
NOTHING_SHOWN = (
    "Nothing of this year can be shown yet. Too few people stand behind each result, or too few on one side."
)
WHAT_NEXT = (
    "What people answered is kept and waits: it may be shown together with later years. Ask again each year, and "
    "invite everybody. The page “The whole field” says, under “Before you ask”, how many answers bring what."
)
NOT_OF_THIS_MEASURE = (
    "No result of this measure can be shown yet. What people answered is kept and waits: it may be shown together with "
    "later years."
)
PICTURE = "The chart as a picture: point at it and press the camera. It saves"
HOW_TO_READ_TITLE = "How to read this"
HOW_TO_READ_WORDS = "How to read this, and what the words mean"
HOW_TO_READ = (
    "A point is what was found. The line through it is the likely range: the true figure probably lies there, as few "
    "people answered. Blue with a round point is this programme. Grey with a diamond is the comparable programmes. "
    "What is suppressed has too few people, or too few on one side, to be shown without giving somebody away. The "
    "About page says what readers can still work out from that."
)
POPULATION = (
    "Every figure is about those who answered, and its likely range about people like them. It does not tell what "
    "those who did not answer would have said."
)
COULD_BE = (
    "Where fewer than half answered, those who did not could change the figure. What it “could be” is from all of them "
    "answering one way to all of them answering the other way."
)
RESPONSES = {
    "under_half": "Under half of those invited answered.",
    "half_or_more": "Half or more of those invited answered.",
}


RESPONSES_IN_TABLES = {
    "under_half": "under half of those invited",
    "half_or_more": "half or more of those invited",
    None: "not known how many were invited",
}


def result(row: Row) -> str:
    """A result as it stands in a table: the pair, or why there is none."""
    return f"{pair(row)}{together(row)}{_from_people(row)}" if row["status"] == "published" else STATUSES[row["status"]]


def short(row: Row) -> str:
    """A result where there is little room: `14 of 31`, or why there is none."""
    return f"{share(row)}{together(row)}" if row["status"] == "published" else STATUSES[row["status"]]


def nothing_shown(results: Sequence[Row]) -> bool:
    """Whether something was asked and all of it is suppressed."""
    return {row["status"] for row in results} - {"not_collected"} == {"suppressed"}


def found(row: Row) -> str:
    """What was found, as a part of a sentence: `14 of 31 trainees (45%, likely range 29% to 62%) feel safe to share`.

    Over several years the same people may have answered every year, so it is told of answers.
    """
    if over_several_years(row):
        return f"“{row['title']}” ({row['asked_of']}): {pair(row)} over the years {years(row)}{_from_people(row)}"
    people = f"{share(row)} {row['asked_of']} ({rate(row)})"
    return f"{people} {row['phrase']}" if row["phrase"] else f"{row['title']}: {people}"


def _from_people(row: Row) -> str:
    """How many people stand behind answers over several years at least; blank for a single year."""
    return f", from at least {row['people']:,} people" if over_several_years(row) else ""


def result_sentence(row: Row) -> str:
    """A result, or its absence, as a sentence. The years of a result over several years are named."""
    return f"{found(row)}." if row["status"] == "published" else f"{row['title']}: {absence(row['status'])}."


def absence(status: str) -> str:
    """Why there is no number, in words that say nothing about the people behind it."""
    if status == "not_collected":
        return "this was not asked"
    if status == "no_part":
        return "the programme took no part in this year"
    return "suppressed for now, because too few people stand behind it, or too few on one side"


def response(row: Row) -> str:
    """How many of those invited answered; blank where that is not known."""
    if not row["invited"]:
        return ""
    if over_several_years(row):
        return f"{row['respondents']:,} answers to {row['invited']:,} invitations"
    return f"{row['respondents']:,} of {row['invited']:,} invited"


def response_in_table(row: Row) -> str:
    """How many of those invited answered, as it stands in a table: the number, the degree, or why there is neither."""
    if row["status"] != "published":
        return STATUSES[row["status"]]
    return response(row) or RESPONSES_IN_TABLES[row["response"]]


def response_sentences(*rows: Row | None) -> list[str]:
    """How many of those invited answered, once for each group and years, and what it means where few did."""
    shown = [row for row in rows if row and row["response"]]
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in shown:
        groups.setdefault((row["asked_of"], years(row)), []).append(row)
    answered = [
        (_answered_over_years if over_several_years(group[0]) else _answered)(people, group)
        for (people, _), group in groups.items()
    ]
    return [*answered, *([COULD_BE] if any(row["rate_if_none"] is not None for row in shown) else [])]


def _answered_over_years(people: str, rows: Sequence[Row]) -> str:
    """Over several years it is told of answers and invitations, and of how many people at least."""
    row = rows[0]
    if not row["invited"]:
        share = {"under_half": "under half", "half_or_more": "half or more"}[row["response"]]
        return f"Over the years {years(row)}, {share} of all invitations were answered ({people})."
    answers = f"{row['respondents']:,} answers"
    if second := next((other for other in rows[1:] if other["respondents"] != row["respondents"]), None):
        answers += f" to the first question and {second['respondents']:,} to the second"
    return (
        f"Over the years {years(row)} there were {row['invited']:,} invitations to {people}, and {answers}, from at "
        f"least {row['people']:,} people{collected(row)}."
    )


def _answered(people: str, rows: Sequence[Row]) -> str:
    """Where a group answered two questions, and not the same number of them each, both are said."""
    row = rows[0]
    if not row["invited"]:
        return f"{RESPONSES[row['response']].rstrip('.')} ({people})."
    sentence = f"{row['respondents']:,} of the {row['invited']:,} {people} invited answered"
    for other in rows[1:]:
        if (other["respondents"], other["invited"]) != (row["respondents"], row["invited"]):
            sentence += f" the first question, and {other['respondents']:,} of the {other['invited']:,} the second"
            break
    return f"{sentence}{collected(row)}."


def collected(row: Row) -> str:
    """Who collected the answers, and so could see single ones; blank where that is not known."""
    return f", collected by {COLLECTED_BY[row['collected_by']]}" if row["collected_by"] else ""


def change_sentence(row: Row) -> str:
    """A clear change: `“Safe to share” (trainees): 14 points more than in 2024-25 (likely range 3 to 25 points).`"""
    change = more_than(row, span(row, "earlier_"), more=row["difference"] > 0)
    return f"“{row['title']}” ({row['asked_of']}){together(row)}: {change}.{across_break(row)}{if_few_answered(row)}"


def if_few_answered(row: Row) -> str:
    """Of a change, what either result could be where fewer than half answered; blank where half or more did."""
    return f"{if_others_answered(row)}{if_others_answered(row, 'earlier_')}"


def few_answered(trend: Row) -> str:
    """That fewer than half answered in some of the years of a trend; blank where half or more always did."""
    return f" {upper_first(FEW_ANSWERED)} in some of these years." if trend["few_answered"] else ""


def across_break(row: Row) -> str:
    """That a question was worded anew between two results; blank where it was not."""
    return " The question was worded anew in between." if row["across_break"] else ""


def measure_name(measure: Row) -> str:
    """A measure in a control: its title, whom it is put to, and whether it is asked no more."""
    return f"{titled(measure)}{', asked no more' if measure['retired'] else ''}"


def difference(row: Row) -> str:
    """A difference as it stands in a table: `15 points less (likely range 1 to 30 points)`, or that there is no clear
    one: `−15 points (likely range −30 to 1 points): no clear change`."""
    sentence = signed_or_sized(row)
    return f"{sentence}: no clear change" if row["difference_low"] <= 0 <= row["difference_high"] else sentence


def withheld_sentence(coverage: Row | None) -> str:
    """How many programmes have no number here, and why; blank where all have. A row of the relation coverage."""
    sentences = []
    if suppressed := coverage["suppressed"] if coverage else 0:
        results = number_of(suppressed, "result is", "results are")
        sentences.append(f"{results} suppressed for now, with too few people or too few on one side.")
    if not_asked := coverage["not_collected"] if coverage else 0:
        sentences.append(f"{number_of(not_asked, 'programme', 'programmes')} did not ask this.")
    return " ".join(sentences)


def direction(value: str) -> str:
    """Whether more is better, in words."""
    return {
        "up": "More is better.",
        "down": "Less is better.",
        "none": "Neither more nor less is better.",
    }[value]


def compare_alt(measure: Row) -> str:
    """What the chart of all programmes shows, for those who cannot see it."""
    return f"{measure['title']}: each programme's result with its interval. The table below holds the same."


def export_context(release: Row, page: str, chosen: Mapping[str, str]) -> dict[str, str]:
    """What has to be known about a table that is taken away: where it comes from, what was chosen, how to read it."""
    return {
        "Openness": f"{release['title']}. {release['instrument_status']}",
        "Release": release_sentence(release),
        "Page": page,
        **chosen,
        "Columns": "Those with capital letters are as on the page; the others are the release's own, explained there.",
        "Withheld": "Where status is suppressed or not_collected there is no number. That is not zero.",
    }


def counted(measure: Row) -> str:
    """Which answers a measure counts: `Counted: agree or strongly agree, of everybody who answered.`"""
    answers = " or ".join(lower_first(answer) for answer in measure["affirmative_words"])
    asked = f"those for whom this holds: “{measure['base_title']}”" if measure["base_title"] else "everybody"
    return f"Asked of {asked}. Counted: “{answers}”, out of all who answered."


def benchmark(measure: Row) -> str:
    """A published figure beside a measure, always with its n, population and remark."""
    return (
        f"From the literature, for context and not as a target: {percent(measure['benchmark_rate'])}% of "
        f"{measure['benchmark_respondents']:,} {measure['benchmark_population']} "
        f"({measure['benchmark_source']}; {measure['benchmark_remark']}). The wording there was different."
    )


def place_of(row: Row) -> str:
    """Region and country, as far as they are shown; blank where neither is."""
    return ", ".join(part for part in (row["region"], row["country"]) if part)


def about_programme(row: Row, year: str) -> str:
    """Which programme a page is about: name, profession and place as far as they are shown, year."""
    return " · ".join(filter(None, (programme_name(row), plain(row["profession"] or ""), place_of(row), year)))


BY_CHANCE = "Of every twenty comparisons, at most about one shows something like this by chance alone."
