"""What is expected and what is done, side by side, as sentences. Size and direction are two things."""

from dashboard.wording.comparison import others_of
from dashboard.wording.numbers import Row, in_points, likely_size, of_other_years, over_several_years, pair, span
from dashboard.wording.sentences import found, result_sentence

NO_CLEAR_GAP = "There is no clear gap between the two."
NOT_SUBTRACTED = (
    "These are answers of different people, about different things. So they stand side by side, and no difference is "
    "given."
)
NOT_THE_SAME_YEARS = "The two are not of the same years, so no difference is given."
NOT_PAIRED = (
    "How one person answered both is not shown here. So the likely range of the gap is worked out as if different "
    "people had answered, and is a little too wide."
)


def paired_sentence(gap: Row) -> str:
    """What the likely range of a gap allows for; blank where there is no gap."""
    if gap["difference"] is None:
        return ""
    if gap["paired"]:
        return f"The same {gap['paired']:,} people answered both questions, and the likely range allows for that."
    return NOT_PAIRED


def gap_sentence(expected: Row | None, modelled: Row | None, gap: Row | None, kind: str | None = None) -> str:
    """The gap in words: both sides, whether there is a clear gap, and how it stands beside others and before.

    `gap`: a row of `Release.gaps`; its difference is null where the pair has none.
    """
    if expected is None or modelled is None:
        return "For this programme and year there is nothing to set side by side."
    sentence = f"{_side(expected)}; {_side(modelled, after=expected)}."
    if gap and gap["difference"] is not None:
        return " ".join([sentence, *_verdict(gap, expected, modelled, kind)])
    if expected["respondent_group"] != modelled["respondent_group"]:
        return f"{sentence} {NOT_SUBTRACTED}"
    if expected["status"] == modelled["status"] == "published":
        return f"{sentence} {NOT_THE_SAME_YEARS}"
    return sentence


def _side(row: Row, after: Row | None = None) -> str:
    """One side of a gap; the people are not named twice if they are the same."""
    if row["status"] != "published" or not row["phrase"]:
        sentence = result_sentence(row).rstrip(".")
        return sentence[0].lower() + sentence[1:] if after else sentence
    same = after is not None and after["status"] == "published" and after["respondent_group"] == row["respondent_group"]
    return f"{pair(row)} {row['phrase']}" if same and not over_several_years(row) else found(row)


def _verdict(gap: Row, expected: Row, modelled: Row, kind: str | None) -> list[str]:
    low, high = gap["difference_low"], gap["difference_high"]
    if low <= 0 <= high:
        return [NO_CLEAR_GAP]
    more, less = (expected, modelled) if gap["difference"] > 0 else (modelled, expected)
    clear = (
        f"“{more['title']}” is {in_points(gap['difference'])} higher than “{less['title']}” ({likely_size(low, high)})."
    )
    return [clear, *_beside(gap, kind), *_before(gap)]


def _beside(gap: Row, kind: str | None) -> list[str]:
    """How a clear gap stands beside that of others."""
    if not gap["beside"]:
        return []
    others, of_years = f"{others_of(kind)} together", of_other_years(gap)
    aside = f"{of_years}," if of_years else ""
    if gap["beside"] == "other_direction":
        return [f"In {others}{aside} it is the other way round."]
    if gap["beside"] == "no_clear_gap_there":
        return [f"In {others}{aside} there is no clear gap."]
    if gap["beside"] in ("wider", "narrower"):
        size = likely_size(gap["excess_low"], gap["excess_high"])
        return [f"That gap is {in_points(gap['excess'])} {gap['beside']} than in {others}{of_years} ({size})."]
    return [f"It is not clearly wider or narrower than in {others}{of_years}."]


def _before(gap: Row) -> list[str]:
    """How a clear gap stands beside the one before."""
    if gap["since"] == "other_direction":
        return [f"In {span(gap, 'earlier_')} it was the other way round."]
    if gap["since"] == "no_clear_gap_there":
        return [f"In {span(gap, 'earlier_')} there was no clear gap."]
    if gap["since"] in ("wider", "narrower"):
        size = likely_size(gap["change_low"], gap["change_high"])
        return [f"It is {in_points(gap['change'])} {gap['since']} than in {span(gap, 'earlier_')} ({size})."]
    return []
