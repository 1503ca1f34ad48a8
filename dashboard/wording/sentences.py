"""Numbers and statuses as sentences: what several pages and the report say about results.

A sentence is plain words and never Markdown. A row is a dict as the release gives it.
"""

from collections.abc import Mapping, Sequence

from dashboard.wording.about import release_sentence
from dashboard.wording.numbers import (
    NB,
    Row,
    lower_first,
    pair,
    part_of,
    percent,
    plain,
    points,
    programme_name,
    rate,
    span,
    together,
)

STATUSES = {
    "suppressed": "suppressed for now",
    "not_collected": "not asked",
}
CHARTS = {"intervals": "points with intervals", "funnel": "funnel"}
POSITIONS = {
    "much_lower": "far below what is to be expected",
    "lower": "below what is mostly to be expected",
    "as_expected": "inside the limits of what is to be expected",
    "higher": "above what is mostly to be expected",
    "much_higher": "far above what is to be expected",
}
KINDS = {"profession": "the same profession", "country": "the same country", "region": "the same region"}
NO_PART = "This programme took no part in this academic year. Choose another year above."
HOW_TO_READ = (
    "A point is what was found; the line through it is where the true figure is likely to lie, "
    "given how few people there are (95 % interval). Blue with a round point is this programme; grey "
    "with a diamond is the comparable programmes taken together. What is suppressed has too few people, or too few on "
    "one side, to be shown without giving somebody away; the About page says what can be inferred from that."
)
HOW_TO_READ_A_COMPARISON = (
    "Each programme is set against the others with itself left out, so close to a line the words can differ from the "
    "picture. Small programmes scatter more than large ones by chance alone, which is why the funnel is wide at its "
    "left end and why nobody is ranked. Standing outside says that something may differ – who answered, how it was "
    "asked, or the place – and not why, nor that anybody did better or worse."
)
IN_A_FUNNEL = (
    "By how many answered, and not by result. Between the lines is where chance and the usual differences between "
    "programmes put most results. Touch a point to see which programme it is."
)
ORDER_BY_NAME = "In alphabetical order, and not by result. Where there is a grey band it is all programmes together."
ORDER_BY_SIZE = "By how many answered, and not by result. Touch a point to see which programme it is."
PICTURE = "The chart as a picture: point at it and press the camera. It saves"


def result(row: Row) -> str:
    """A result as it stands in a table: the pair, or why there is none."""
    return f"{pair(row)}{together(row)}" if row["status"] == "published" else STATUSES[row["status"]]


def short(row: Row) -> str:
    """A result where there is little room: `14 of 31`, or why there is none."""
    if row["status"] == "published":
        return f"{row['affirmative']:,} of {row['respondents']:,}{together(row)}"
    return STATUSES[row["status"]]


def people(row: Row) -> str:
    """`14 of 31 supervisors and tutors (45 %, 29 to 62 %)`"""
    return f"{row['affirmative']:,} of {row['respondents']:,} {row['asked_of']} ({rate(row)})"


def result_sentence(row: Row) -> str:
    """A result, or its absence, as a sentence. Of a result over several years the years are named."""
    if row["status"] == "published":
        sentence = f"{people(row)} {row['phrase']}" if row["phrase"] else f"{row['title']}: {people(row)}"
        return f"{sentence}{together(row)}."
    return f"{row['title']}: {absence(row['status'])}."


def absence(status: str) -> str:
    """Why there is no number, in words that say nothing about the people behind it."""
    if status == "not_collected":
        return "this was not asked"
    return "suppressed for now, because there are too few people, or too few on one side; more years will bring it"


def response(row: Row) -> str:
    """How many of those invited answered; blank where that is not known."""
    return f"{row['respondents']:,} of {row['invited']:,} invited" if row["invited"] else ""


def answered_sentence(*rows: Row | None) -> str:
    """How many of those invited answered, once for each group; blank where that is not known."""
    known = {row["asked_of"]: row for row in rows if row and row["invited"]}
    sentence = [f"{row['respondents']:,} of {row['invited']:,} {people} invited" for people, row in known.items()]
    return f"Answered: {'; '.join(sentence)}." if sentence else ""


def gap_sentence(expected: Row | None, modelled: Row | None, gap: Row | None, kind: str | None = None) -> str:
    """The gap in words: both sides, whether they can be told apart, and where it stands beside others and before."""
    if expected is None or modelled is None:
        return "For this programme and year there is nothing to set side by side."
    sentence = f"{_side(expected)}; {_side(modelled, after=expected)}."
    if gap:
        return " ".join([sentence, _gap_verdict(gap), *_gap_beside(gap, kind), *_gap_before(gap)])
    if expected["status"] == modelled["status"] == "published":
        return f"{sentence} They are not of the same years, so no difference is given."
    return sentence


def _side(row: Row, after: Row | None = None) -> str:
    """One side of a gap; the people are not named twice if they are the same."""
    if row["status"] != "published" or not row["phrase"]:
        sentence = result_sentence(row).rstrip(".")
        return sentence[0].lower() + sentence[1:] if after else sentence
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


def _gap_beside(gap: Row, kind: str | None) -> list[str]:
    """Where a gap stands beside that of others: said only where the interval allows it."""
    if gap["beside"] not in ("wider", "narrower"):
        return []
    others = "all other programmes" if kind in (None, "everybody") else f"the other programmes of {KINDS[kind]}"
    low, high = sorted((abs(gap["excess_low"]), abs(gap["excess_high"])))
    return [
        f"That is {points(abs(gap['excess']))} points {gap['beside']} than in {others} "
        f"({points(low)} to {points(high)})."
    ]


def _gap_before(gap: Row) -> list[str]:
    if gap["since"] not in ("wider", "narrower"):
        return []
    return [f"It has become {gap['since']} since {span(gap, 'earlier_')}."]


def change_sentences(changes: Sequence[Row]) -> list[str]:
    """What has changed beyond doubt since the result before, and that the rest cannot be told."""
    clear = [change_sentence(row) for row in changes if row["verdict"] != "no_clear_change"]
    if not changes:
        return ["There is no earlier result to set these beside."]
    if not clear:
        return ["Nothing has changed so much that it could be told from chance."]
    return [*clear, f"For everything else no change can be told from chance. {CHANGES_BY_CHANCE}"]


def change_sentence(row: Row) -> str:
    """A change that can be told from chance: `Safe to share: 14 points more than in 2024-25 (3 to 25).`"""
    more = "more" if row["difference"] > 0 else "less"
    ends = sorted((abs(row["difference_low"]), abs(row["difference_high"])))
    return (
        f"{row['title']}: {points(abs(row['difference']))} points {more} than in {span(row, 'earlier_')} "
        f"({points(ends[0])} to {points(ends[1])})."
    )


def suppressed_sentence(results: Sequence[Row]) -> str:
    """Which measures of a programme are withheld; blank where none is."""
    titles = [row["title"] for row in results if row["status"] == "suppressed"]
    if not titles:
        return ""
    why = "too few people, or too few on one side. More years will bring them"
    return f"Suppressed for now: {'; '.join(titles)} ({why})."


def seen_sentence(row: Row) -> str:
    """How large a difference must be before so many answers can show it."""
    if row["smallest_difference"] is None:
        return f"With {row['respondents']:,} answers no difference from the others could be seen."
    return (
        f"With {row['respondents']:,} answers, a difference from the others of under "
        f"{visible_points(row)} points cannot be seen."
    )


def visible(row: Row) -> str:
    """As it stands in a table: `31 points`."""
    return f"{visible_points(row)} points" if row["smallest_difference"] is not None else "any difference"


def unseen(row: Row) -> str:
    """Where there is little room: `under 31 points nothing can be seen`."""
    if row["smallest_difference"] is None:
        return "nothing can be seen"
    return f"under {visible_points(row)} nothing can be seen"


def visible_points(row: Row) -> str:
    """The smallest difference that could be seen, in whole points, rounded down: a smaller one cannot."""
    return str(int(row["smallest_difference"] * 100)) if row["smallest_difference"] is not None else ""


def position_sentence(row: Row, measure: Row) -> str:
    """Where a result stands among the others, in words that follow the measure's direction, if it has one."""
    sentence = f"That is {POSITIONS[row['position']]}"
    if row["position"] == "as_expected" or measure["direction"] == "none":
        return f"{sentence}."
    better = row["position"].endswith("higher") == (measure["direction"] == "up")
    return f"{sentence}, here on the {'favourable' if better else 'unfavourable'} side."


def funnel_sentence(row: Row | None) -> str:
    """How the limits of a funnel were made, and how many programmes stand outside, beside what chance alone does."""
    if row is None:
        return "There is no funnel: too few programmes, or too small a part of those that asked, have a result to show."
    outside = (
        f"Of {row['compared']:,} results compared, outside the limits of 95{NB}%: {row['outside']:,}; by chance alone "
        f"it would be about {round(row['outside_by_chance'], 2):g}."
    )
    if row["tau2"] is None:
        return f"{outside} With fewer than ten programmes the limits allow for chance only, so take them with care."
    if row["tau2"] == 0:
        return f"{outside} The programmes differ no more than chance makes them."
    return (
        f"{outside} The programmes differ more than chance makes them, and the limits allow for that. Without it "
        f"{row['outside_unadjusted']:,} would be outside, because of differences between places and people that "
        f"nobody has asked about."
    )


def place(kind: str, name: str) -> str:
    """A group of programmes in a control: `all programmes`, `profession: psychiatry`."""
    return "all programmes" if kind == "everybody" else f"{kind}: {plain(name)}"


def difference(row: Row) -> str:
    """A result against a comparator, as it stands in a table."""
    low, high = points(row["difference_low"]), points(row["difference_high"])
    sentence = f"{points(row['difference'])} points ({low} to {high})"
    return f"{sentence}: cannot be told apart" if row["difference_low"] <= 0 <= row["difference_high"] else sentence


def comparator(row: Row) -> str:
    """A comparator as it stands in a table: how many programmes, and the pair."""
    return f"{pair(row, 'comparator_')} in {row['comparator_programmes']:,} programmes"


def comparator_name(kind: str, name: str) -> str:
    """Whom a page compares with: `Compared with the other programmes of the same profession (psychiatry).`"""
    return f"Compared with the other programmes{'' if kind == 'everybody' else f' of {KINDS[kind]} ({plain(name)})'}."


def others_sentence(own_programme: Row | None, every: Row | None) -> str:
    """Whom a programme is set against: all the others together; or, where it has no result, all together."""
    if own_programme is None or own_programme.get("comparator_rate") is None:
        return comparator_sentence(every)
    programmes = part_of(own_programme["comparator_programmes"], own_programme["comparator_asked"])
    others = pair(own_programme, "comparator_")
    return f"The others taken together: {others} in {programmes} programmes that asked, {LATEST}."


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


def compared_sentence(own_programme: Row | None, measure: Row) -> str:
    """The own programme against the others. `own_programme` is a row of `Release.results_for`, if there is one."""
    if own_programme is None:
        return "This programme is not among these, or sent nothing about this for this year."
    if own_programme["status"] != "published":
        return f"This programme: {absence(own_programme['status'])}."
    sentence = f"This programme: {result(own_programme)}."
    low, high = own_programme["difference_low"], own_programme["difference_high"]
    if low is None:
        return sentence
    more = "more" if own_programme["difference"] > 0 else "less"
    ends = sorted((abs(low), abs(high)))
    size = points(abs(own_programme["difference"]))
    against = (
        "That cannot be told apart from the other programmes taken together."
        if low <= 0 <= high
        else f"That is {size} points {more} than the other programmes taken together "
        f"({points(ends[0])} to {points(ends[1])})."
    )
    return f"{sentence} {against} {position_sentence(own_programme, measure)} {seen_sentence(own_programme)}"


def withheld_sentence(coverage: Row | None) -> str:
    """How many programmes have no number here, and why; blank where all have. A row of the relation coverage."""
    sentence = []
    if suppressed := coverage["suppressed"] if coverage else 0:
        one = suppressed == 1
        sentence.append(
            f"{suppressed:,} {'result is' if one else 'results are'} suppressed for now: too few "
            f"people, or too few on one side. More years will bring {'it' if one else 'them'}."
        )
    if not_asked := coverage["not_collected"] if coverage else 0:
        sentence.append(f"{not_asked:,} {'programme' if not_asked == 1 else 'programmes'} did not ask.")
    return " ".join(sentence)


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
    return f"Put to {asked}. Counted: “{answers}”, of all who answered."


def benchmark(measure: Row) -> str:
    """A published figure beside a measure, always with its n, population and remark."""
    return (
        f"From the literature, for context and not as a target: {percent(measure['benchmark_rate'])}{NB}% of "
        f"{measure['benchmark_respondents']:,} {measure['benchmark_population']} "
        f"({measure['benchmark_source']}; {measure['benchmark_remark']}). The wording there was different."
    )


def place_of(row: Row) -> str:
    """Region and country, as far as they are shown; blank where neither is."""
    return ", ".join(part for part in (row["region"], row["country"]) if part)


def about_programme(row: Row, year: str) -> str:
    """Which programme a page is about: name, profession and place as far as they are shown, year."""
    return " · ".join(filter(None, (programme_name(row), plain(row["profession"] or ""), place_of(row), year)))


CHANGES_BY_CHANCE = "Of twenty such comparisons about one stands out by chance alone."
