"""A programme among others as sentences: one verdict a comparison, and what could have been found.

A sentence is plain words and never Markdown. A row is a dict as the release gives it.
"""

from dashboard.wording.numbers import (
    Row,
    in_points,
    likely_size,
    more_than,
    number_of,
    pair,
    part_of,
    plain,
    rate,
    signed_or_sized,
    span,
    upper_first,
    years,
)
from dashboard.wording.sentences import absence, result
from pipelines.number_words import in_words
from pipelines.thresholds import LEAST_COVERAGE, LEAST_FOR_DISPERSION

STANDS_OUT = ("stands_out_higher", "stands_out_lower")
KINDS = {"profession": "the same profession", "country": "the same country", "region": "the same region"}
CHOSEN = {"chosen": "the programmes marked"}
"""What compares a programme with those that somebody has chosen."""
NOBODY_CHOSEN = "No programme is marked yet. Mark some above, and they stand here beside this one."
NOBODY_SHOWN = (
    "No programme has a result that can be shown, so nothing is drawn. Choose another measure or another year above. "
    "What is too small now may be shown together with later years."
)
CHOSEN_TOGETHER = (
    "These are the programmes that were marked. No figure of them together is worked out. The figure of all "
    "programmes stands behind them."
)
NO_COMPARATOR = "There are no comparable programmes with enough results to compare with."
TOO_FEW_FOR_A_VERDICT = (
    f"There are fewer than {in_words(LEAST_FOR_DISPERSION)} programmes here with this one, too few to say whether a "
    "result stands out."
)
TOO_FEW_FOR_LINES = (
    f"There are fewer than {in_words(LEAST_FOR_DISPERSION)} programmes here, too few to say whether a result stands "
    "out."
)
NO_OTHERS = "too few comparable programmes with a result"
NOTHING_TO_COMPARE = "nothing to compare"
NOTHING_BESIDE = "nothing to compare with"
"""What stands in a cell of a table where there is no result, or no others."""
NO_CLEAR_DIFFERENCE = "There is no clear difference from the other programmes."
SIDES = ("more", "less")
FOUND = "would be shown and found four times in five"
TOO_FAR = "those that are large enough are mostly withheld, or not possible"
WITHIN_LIMITS = "which is no more than programmes usually differ: it does not stand out"
"""What is said of a difference that is more than chance, and within the limits of the funnel."""
HOW_TO_READ_A_COMPARISON = (
    "Each programme is compared with the others without itself. So close to a line the words can differ from the "
    "picture. A result stands out only if two things are so: it differs from the others by more than chance, and it "
    "lies outside the lines. Small programmes vary more than large ones by chance. That is why the lines are far apart "
    "at the left end, and why nobody is ranked. Standing out means that something may differ: who answered, how it was "
    "asked, or the place. It does not say why, and it does not mean that anybody did better or worse."
)
IN_A_FUNNEL = (
    "In order of how many people answered, and not by result. Most results lie between the lines. Touch a point to see "
    "which programme it is."
)
UPPER_LINE = "most lie below this line"
ORDER_BY_NAME = "In alphabetical order, and not by result."
BAND = "A grey band is all programmes together."
ORDER_BY_SIZE = "In order of how many people answered, and not by result. Touch a point to see which programme it is."


def place(kind: str, name: str) -> str:
    """A group of programmes in a control: `all programmes`, `profession: psychiatry`."""
    return "all programmes" if kind == "everybody" else f"{kind}: {plain(name)}"


def others_of(kind: str | None) -> str:
    """`all other programmes`, `the other programmes of the same profession`"""
    return "all other programmes" if kind in (None, "everybody") else f"the other programmes of {KINDS[kind]}"


def comparator_name(kind: str, name: str) -> str:
    """Whom a page compares with: `Compared with the other programmes of the same profession (psychiatry).`"""
    return f"Compared with {others_of(kind)}{'' if kind == 'everybody' else f' ({plain(name)})'}."


# ---- a result against others ----


def compared_sentence(own_programme: Row | None, measure: Row) -> str:
    """The own programme against the others. `own_programme` is a row of `Release.results_for`, if there is one."""
    if own_programme is None:
        return "This programme is not among these, or took no part in this year."
    if own_programme["status"] != "published":
        return f"This programme: {absence(own_programme['status'])}."
    sentence = f"This programme: {result(own_programme)}."
    if own_programme["difference"] is None:
        return sentence
    return " ".join(
        filter(None, (sentence, verdict_sentence(own_programme, measure), detectable_sentence(own_programme)))
    )


def verdict_sentence(row: Row, measure: Row) -> str:
    """The one verdict of a comparison; for few programmes the difference, and that there is no verdict."""
    if row["verdict"] is None:
        return f"{_difference_sentence(row)} {TOO_FEW_FOR_A_VERDICT}"
    if row["verdict"] not in STANDS_OUT:
        return f"{_difference_sentence(row)[:-1]}, {WITHIN_LIMITS}." if _leaves_out_none(row) else NO_CLEAR_DIFFERENCE
    far = more_than(row, "the other programmes together", more=row["verdict"] == STANDS_OUT[0])
    direction = {"up": " Here more is better.", "down": " Here less is better."}.get(measure["direction"], "")
    return f"It stands out: {far}.{direction}"


def _difference_sentence(row: Row) -> str:
    if not _leaves_out_none(row):
        return f"The difference from the others together is {signed_or_sized(row)}."
    return f"That is {more_than(row, 'the others together', more=row['difference'] > 0)}."


def _leaves_out_none(row: Row) -> bool:
    """Whether the interval of a difference leaves out 0."""
    return bool(row["difference_low"] > 0 or row["difference_high"] < 0)


def detectable_sentence(row: Row) -> str:
    """Which difference would be found and shown four times in five, and in which direction if only in one; blank
    without a verdict, for then none would ever be found."""
    if row["verdict"] is None:
        return ""
    answers = f"With {row['respondents']:,} answers"
    if row["first_year"] != row["last_year"]:
        answers = f"{answers} over several years"
    sizes = _detectable(row)
    if len(sizes) == len(SIDES):
        size = in_points(max(sizes.values()))
        return f"{answers}, a difference of {size} {FOUND}. Smaller ones are often missed."
    if not sizes:
        return f"{answers}, no difference {FOUND}: {TOO_FAR}."
    [(side, away)] = sizes.items()
    return f"{answers}, {in_points(away)} {side} {FOUND}. No difference the other way would: {TOO_FAR}."


def _detectable(row: Row) -> dict[str, float]:
    """By direction, which difference would be found and shown four times in five."""
    return {side: row[f"detectable_{side}"] for side in SIDES if row[f"detectable_{side}"] is not None}


def detectable(row: Row) -> str:
    """As it stands in a table: `31 points`, `35 points less`; or why there is none."""
    if row["difference"] is None:
        return NOTHING_BESIDE if row["status"] == "published" else NOTHING_TO_COMPARE
    if row["verdict"] is None:
        return "none, as there is no verdict"
    sizes = _detectable(row)
    if len(sizes) == len(SIDES):
        return in_points(max(sizes.values()))
    return next((f"{in_points(size)} {side}" for side, size in sizes.items()), "none so often")


def verdict(row: Row) -> str:
    """A result against a comparator, as it stands in a table; or why there is nothing to say."""
    if row["difference"] is None:
        return NOTHING_BESIDE if row["status"] == "published" else NOTHING_TO_COMPARE
    if row["verdict"] in STANDS_OUT:
        more = "more" if row["verdict"] == STANDS_OUT[0] else "less"
        size = likely_size(row["difference_low"], row["difference_high"])
        return f"stands out: {in_points(row['difference'])} {more} ({size})"
    if row["verdict"]:
        return f"does not stand out: {signed_or_sized(row)}" if _leaves_out_none(row) else "no clear difference"
    return f"{signed_or_sized(row)}, no verdict: fewer than {in_words(LEAST_FOR_DISPERSION)} programmes with this one"


# ---- the others ----


def comparator(row: Row) -> str:
    """A comparator as it stands in a table: how many programmes, and the pair; or why there is none."""
    if row["comparator_rate"] is None:
        return NO_OTHERS if row["status"] == "published" else NOTHING_TO_COMPARE
    some, every = row["comparator_affirmative"], row["comparator_respondents"]
    programmes = number_of(row["comparator_programmes"], "programme", "programmes")
    return f"{some:,} of {every:,} ({rate(row, 'comparator_')}) in {programmes}"


def others_sentence(own_programme: Row | None, every: Row | None) -> str:
    """Whom a programme is compared with: all the others; or, where it has no result, all programmes."""
    if own_programme is None or own_programme.get("comparator_rate") is None:
        return comparator_sentence(every)
    programmes = part_of(own_programme["comparator_programmes"], own_programme["comparator_asked"])
    others, years = pair(own_programme, "comparator_"), span(own_programme, "comparator_")
    return f"The others together: {others}, in {programmes} other programmes that asked. Their results are of {years}."


def comparator_sentence(row: Row | None) -> str:
    """The rate of all programmes together, and how many stand behind it."""
    if row is None:
        return (
            "There is no figure for the programmes together. Too few of them have a result to show, or fewer than "
            f"{in_words(LEAST_COVERAGE)} of those that asked."
        )
    programmes = part_of(row["programmes"], row["asked"])
    return f"All together: {pair(row)}, in {programmes} programmes that asked. Their results are of {span(row, '')}."


def funnel_sentence(row: Row | None, drawn: int, year: str) -> str:
    """How many programmes are drawn, for which years the lines are and from which results, how many stand out, how many
    could by chance, and how far programmes differ.

    `row`: the comparator of the years of the own result. `drawn`: how many programmes have a result that covers `year`.
    """
    if row is None:
        return "There are no lines here, because too few programmes have a result to show."
    if row["spread"] is None:
        return TOO_FEW_FOR_LINES
    covered = years({"first_year": row["years"][0], "last_year": row["years"][-1]})
    stand_out = number_of(row["standing_out"], "result stands out", "results stand out")
    by_chance = round(row["standing_out_by_chance"], 1)
    return (
        f"{upper_first(number_of(drawn, 'programme is', 'programmes are'))} drawn here, with results that cover "
        f"{year}. "
        f"The lines are for results of {covered}, and are made from {row['programmes']:,} programmes with results of "
        f"{span(row, '')}. {number_of(row['compared'], 'result', 'results')} of exactly {covered} can be set against "
        f"them, and {stand_out}. By chance alone it could be up to {by_chance:g}. {_others_years(row, drawn)}"
        f"{_spread_sentence(row)}"
    )


def _others_years(row: Row, drawn: int) -> str:
    """Where programmes are drawn whose results are of other years: that these are judged by other lines."""
    if drawn <= row["compared"]:
        return ""
    return "Results of other years are set against lines of their own years, and the table says how they stand. "


def _spread_sentence(row: Row) -> str:
    """How far programmes differ, and how far they could without our seeing it."""
    could_be = in_points(row["spread_high"])
    if row["spread"] == 0:
        return f"No spread between programmes is found beyond chance. A spread of up to {could_be} could be missed."
    spread = in_points(row["spread"])
    at_most = "" if could_be == spread else f" It could be up to {could_be}."
    return (
        f"Beyond chance, programmes have a spread of about {spread}.{at_most} The lines allow for it: two programmes "
        "in three lie within one spread of the middle."
    )
