"""Numbers and statuses as sentences. Every sentence the pages say about data is made here.

A row is a dict as the release gives it. Rates are between 0 and 1.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = Mapping[str, Any]

NB = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
NARROW = 0.02
"""An interval of less than two percentage points is given with a decimal."""

PEOPLE = {"staff": "supervisors and tutors", "trainee": "trainees"}
PILLARS = {
    "staff_openness": "Staff openness",
    "trainee_disclosure": "Trainee disclosure",
    "support_offered": "Support offered",
}
PILLAR_QUESTIONS = {
    "staff_openness": "What supervisors and tutors expect of trainees, and what they do themselves.",
    "trainee_disclosure": "Whom trainees have told or would tell, and what that is like. "
    "Sharing is a choice; no number here is a target.",
    "support_offered": "Whether trainees know the support and the policy, and use them.",
}
BASES = {
    "experience": "How it is seen",
    "actual": "What people have done",
    "anticipated": "What people expect",
    "prevalence": "Lived experience",
}
STATUSES = {
    "suppressed": "suppressed for now",
    "not_collected": "not asked",
}
KINDS = {"profession": "the same profession", "country": "the same country", "region": "the same region"}
SUPPORT = (
    "If reading this touches something in you: your programme’s wellbeing contact, your doctor, or in the UK and "
    "Ireland Samaritans (116 123, free, day and night) are there to talk. "
    "in2gr8mentalhealth is a network of professionals with lived experience."
)
NO_PART = "This programme took no part in this academic year. Choose another year above."
HOW_TO_READ = (
    "A point is what was found; the line through it is where the true figure is likely to lie, "
    "given how few people there are (95 % interval). Blue with a round point is this programme; grey "
    "with a diamond is the comparable programmes taken together. What is suppressed has too few people, or too few on "
    "one side, to be shown without giving somebody away; the About page says what can be inferred from that."
)
ORDER_BY_NAME = "In alphabetical order, and not by result. Where there is a grey band it is all programmes together."
ORDER_BY_SIZE = "By how many answered, and not by result. Touch a point to see which programme it is."
PURPOSE = (
    "Qualified staff expect trainees to be open about their own difficulties. Are they modelling what they expect? "
    "This dashboard sets side by side what supervisors and tutors expect and do, whom trainees have told or would "
    "tell, and what support there is. Sharing is a choice, and not sharing is a legitimate one: a rate of disclosure "
    "has no good direction, and nobody is ranked by it."
)
RULE = (
    "**Exactly, or not at all.** What is shown is the exact number: so many of so many. Everything else is "
    "*suppressed*: it is not hidden in these pages, it is not in the file they are made from.",
    "**What is too small waits, and is taken together with later years.** Each programme has a waiting list for each "
    "measure. When enough people stand on it, it becomes one result that covers all its years, and a new list begins. "
    "So a small programme is shown every few years instead of never. A result once shown never changes, and nobody "
    "stands in two.",
    "**An example.** In 2022-23 nine supervisors answer: too few, so they wait. In 2023-24 one more answers. Ten would "
    "be enough, but whoever knows what the nine said would know what the one said, so they wait together. In 2024-25 "
    "twelve answer, and all three years are shown as one result: 13 of 22. Nobody can tell which year a yes came from.",
    "**Somebody who knows all this learns no more.** Whether a list is shown is decided so that, even for a reader who "
    "knows these rules, every release ever made and how many people answered each year, several answers remain "
    "possible for every year that is not shown by itself.",
    "**What can be inferred all the same.** If ten or more people answered (fifteen for a sensitive measure) and the "
    "result of that single year is suppressed, then very few or nearly all of them said yes; it cannot be told which, "
    "nor how many. That nobody or everybody said yes is never shown.",
    "**What follows on another question** is shown only for whole results of that question, so that the number asked "
    "gives nothing away.",
    "**Other programmes taken together** are always made of shown results: of each programme its latest result "
    "ending in that year or, while that year waits, in the two before; never of fewer than three programmes, nor where "
    "more than a third of those that asked have nothing to show.",
    "*Not asked* means that the question was not put. *Not named* means that a programme appears under a random code "
    "instead of its name. It does not mean that nobody can recognise it: those who know its size, its profession, its "
    "country, or the day a policy came into place may.",
)
WAITING = (
    "What publishing has seen and cannot show yet, and how many people stand behind it. More years will bring it. "
    "Nothing here says why a list waits, or what anybody answered."
)
HELD = (
    "A file took the place of another, and the difference between the two is no possible group of people (fewer "
    "answers than before, for example). What was seen first stays. If the correction must go through all the same, "
    "`openness publish --override PROGRAMME/MEASURE/YEAR --reason …` does it, and the release says so: what the "
    "difference gives away is then known for ever."
)
NEARLY_EVERYBODY = (
    "Nine in ten or more of those invited answered a sensitive question. If the group is nearly the same next year, "
    "one person who leaves or joins could be read off the two years. Consider asking every second year."
)


def percent(rate: float, digits: int = 0) -> str:
    """`45`, without the sign; small and large rates are never rounded to none or all."""
    if 0 < rate < 0.005:  # noqa: PLR2004  half a per cent
        return f"under{NB}1"
    if 0.995 < rate < 1:  # noqa: PLR2004
        return f"over{NB}99"
    return str(_hundredths(rate, digits))


def _hundredths(rate: float, digits: int = 0) -> Decimal:
    """A rate in per cent, half rounded up as people do it; Python's own rounding goes to the even neighbour."""
    return Decimal(str(rate)).scaleb(2).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def points(difference: float) -> str:
    """A difference of rates in percentage points: `−15`."""
    whole = _hundredths(abs(difference))
    return f"{MINUS}{whole}" if difference < 0 and whole else str(whole)


def rate(row: Row, prefix: str = "") -> str:
    """`45 %, 29 to 62 %`; with a decimal where the interval is so narrow that its ends would look the same."""
    middle, low, high = (row[f"{prefix}{name}"] for name in ("rate", "rate_low", "rate_high"))
    digits = 1 if high - low < NARROW else 0
    middle, low, high = (percent(end, digits) for end in (middle, low, high))
    return f"{middle}{NB}%, {low} to {high}{NB}%"


def pair(row: Row, prefix: str = "") -> str:
    """`14 of 31 (45 %, 29 to 62 %)`, never a bare percentage."""
    return f"{row[f'{prefix}affirmative']:,} of {row[f'{prefix}respondents']:,} ({rate(row, prefix)})"


def result(row: Row) -> str:
    """A result as it stands in a table: the pair, or why there is none."""
    return f"{pair(row)}{together(row)}" if row["status"] == "published" else STATUSES[row["status"]]


def short(row: Row) -> str:
    """A result where there is little room: `14 of 31`, or why there is none."""
    if row["status"] == "published":
        return f"{row['affirmative']:,} of {row['respondents']:,}{together(row)}"
    return STATUSES[row["status"]]


def years(row: Row) -> str:
    """`2024-25`, or `2022-23 to 2024-25` for a result that covers several."""
    first, last = row["first_year"], row["last_year"]
    return str(first) if first == last else f"{first} to {last}"


def together(row: Row) -> str:
    """Which years a result takes together; nothing for a single year."""
    return "" if row["first_year"] == row["last_year"] else f", {years(row)}"


def people(row: Row) -> str:
    """`14 of 31 supervisors and tutors (45 %, 29 to 62 %)`"""
    return f"{row['affirmative']:,} of {row['respondents']:,} {PEOPLE[row['respondent_group']]} ({rate(row)})"


def result_sentence(row: Row) -> str:
    """A result, or its absence, as a sentence. Of a result over several years the years are named."""
    if row["status"] == "published":
        said = f"{people(row)} {row['phrase']}" if row["phrase"] else f"{row['title']}: {people(row)}"
        return f"{said}{together(row)}."
    return f"{row['title']}: {absence(row['status'])}."


def absence(status: str) -> str:
    """Why there is no number, in words that say nothing about the people behind it."""
    if status == "not_collected":
        return "this was not asked"
    return "suppressed for now, because there are too few people, or too few on one side; more years will bring it"


def response(row: Row) -> str:
    """How many of those invited answered; blank where that is not known."""
    return f"{row['respondents']:,} of {row['invited']:,} invited" if row["invited"] else ""


def gap_sentence(expected: Row | None, modelled: Row | None, gap: Row | None) -> str:
    """The gap in words: both sides, and whether they can be told apart."""
    sides = [side for side in (expected, modelled) if side]
    if len(sides) < 2:  # noqa: PLR2004  both sides
        return "For this programme and year there is nothing to set side by side."
    said = f"{_side(sides[0])}; {_side(sides[1], after=sides[0])}."
    return f"{said} {_gap_verdict(gap)}" if gap else said


def _side(row: Row, after: Row | None = None) -> str:
    """One side of a gap; the people are not named twice if they are the same."""
    if row["status"] != "published" or not row["phrase"]:
        said = result_sentence(row).rstrip(".")
        return said[0].lower() + said[1:] if after else said
    same = after is not None and after["status"] == "published" and after["respondent_group"] == row["respondent_group"]
    return f"{pair(row) if same else people(row)} {row['phrase']}{together(row)}"


def _gap_verdict(gap: Row) -> str:
    low, high = gap["difference_low"], gap["difference_high"]
    if low <= 0 <= high:
        return "Whether the two differ cannot be told from this."
    wider = "more" if gap["difference"] > 0 else "less"
    ends = sorted((abs(low), abs(high)))
    return (
        f"The first is {points(abs(gap['difference']))} points {wider} than the second "
        f"({points(ends[0])} to {points(ends[1])})."
    )


def difference(row: Row) -> str:
    """A result against a comparator, as it stands in a table."""
    low, high = points(row["difference_low"]), points(row["difference_high"])
    said = f"{points(row['difference'])} points ({low} to {high})"
    return f"{said}: cannot be told apart" if row["difference_low"] <= 0 <= row["difference_high"] else said


def comparator(row: Row) -> str:
    """A comparator as it stands in a table: how many programmes, and the pair."""
    return f"{pair(row, 'comparator_')} in {row['comparator_programmes']:,} programmes"


def comparator_name(kind: str, name: str) -> str:
    """Whom a page compares with: `Compared with the other programmes of the same profession (psychiatry).`"""
    return f"Compared with the other programmes{'' if kind == 'everybody' else f' of {KINDS[kind]} ({plain(name)})'}."


def others_sentence(own: Row | None, every: Row | None) -> str:
    """Whom a programme is set against: all the others together; or, where it has no result, all together."""
    if own is None or own.get("comparator_rate") is None:
        return comparator_sentence(every)
    programmes = part_of(own["comparator_programmes"], own["comparator_asked"])
    return f"The others taken together: {pair(own, 'comparator_')} in {programmes} programmes that asked, {LATEST}."


def comparator_sentence(row: Row | None) -> str:
    """The pooled rate of all programmes, and how many stand behind it."""
    if row is None:
        return (
            "There is no figure for the programmes taken together: too few of them, or too small a part of those "
            "that asked, have a published result."
        )
    programmes = part_of(row["programmes"], row["asked"])
    return f"Taken together, {pair(row)} in {programmes} programmes that asked, {LATEST}."


LATEST = "of each the latest result"


def part_of(some: int, every: int) -> str:
    return f"all {every:,}" if some == every else f"{some:,} of the {every:,}"


def compared_sentence(own: Row | None) -> str:
    """The own programme against the others. `own` is a row of `Release.results_for`, if there is one."""
    if own is None:
        return "For this programme and year nothing was sent about this."
    if own["status"] != "published":
        return f"This programme: {absence(own['status'])}."
    said = f"This programme: {result(own)}."
    low, high = own["difference_low"], own["difference_high"]
    if low is None:
        return said
    if low <= 0 <= high:
        return f"{said} That cannot be told apart from the other programmes taken together."
    more = "more" if own["difference"] > 0 else "less"
    ends = sorted((abs(low), abs(high)))
    return (
        f"{said} That is {points(abs(own['difference']))} points {more} than the other programmes taken "
        f"together ({points(ends[0])} to {points(ends[1])})."
    )


def withheld_sentence(rows: Sequence[Row]) -> str:
    """How many programmes have no number here, and why; blank where all have."""
    counts = {status: sum(row["status"] == status for row in rows) for status in STATUSES}
    said = []
    if counts["suppressed"]:
        one = counts["suppressed"] == 1
        said.append(
            f"{counts['suppressed']:,} {'result is' if one else 'results are'} suppressed for now: too few "
            f"people, or too few on one side. More years will bring {'it' if one else 'them'}."
        )
    if counts["not_collected"]:
        one = counts["not_collected"] == 1
        said.append(f"{counts['not_collected']:,} {'programme' if one else 'programmes'} did not ask.")
    return " ".join(said)


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


def release_sentence(release: Row) -> str:
    """Which release this is, and what it was made with."""
    invented = " Its programmes and people are invented." if release["invented"] else ""
    remark = f" {release['remark']}" if release["remark"] else ""
    return (
        f"Release {release['release_id']}, published {release['published_at']:%-d %B %Y}, from "
        f"{release['submissions']:,} submissions, with Openness {release['code_version']} and version "
        f"{release['catalogue_version']} of the catalogue {release['instrument_id']}.{remark}{invented}"
    )


def counted(measure: Row) -> str:
    """Which answers a measure counts: `Counted: agree or strongly agree, of everybody who answered.`"""
    answers = " or ".join(plain(answer) for answer in measure["affirmative"])
    asked = f"those for whom this holds: “{measure['base_title']}”" if measure["base_title"] else "everybody"
    return f"Put to {asked}. Counted: “{answers}”, of all who answered."


def benchmark(measure: Row) -> str:
    """A published figure beside a measure, always with its n, population and remark."""
    return (
        f"From the literature, for context and not as a target: {percent(measure['benchmark_rate'])}{NB}% of "
        f"{measure['benchmark_respondents']:,} {measure['benchmark_population']} "
        f"({measure['benchmark_source']}; {measure['benchmark_remark']}). The wording there was different."
    )


def about_programme(row: Row, year: str) -> str:
    """Which programme a page is about: name, profession, place, year."""
    place = ", ".join(part for part in (row["region"], row["country"]) if part)
    return f"{programme_name(row)} · {plain(row['profession'])} · {place} · {year}"


def thresholds(release: Row) -> str:
    """The thresholds a release was made with, in words."""
    return (
        f"A result is shown only when at least {release['minimum_respondents']} people answered and at least "
        f"{release['minimum_each_side']} stand on each side of it. For sensitive measures it is at least "
        f"{release['sensitive_minimum_respondents']} people and {release['sensitive_minimum_each_side']} on each side."
    )


def plain(code: str) -> str:
    """A code as words: `clinical_psychology` becomes `clinical psychology`."""
    return code.replace("_", " ")


def programme_name(row: Row) -> str:
    """The name of a programme, or its code where it is not named."""
    return str(row["programme_name"] or row["programme_id"])
